"""What is counted of the law: steps by how they went, and what the state pays back, as sources for `components`."""

from pejling.indicators.components import Count, Sheet, Source
from pejling.indicators.derived import Reimbursed, Statutory
from pejling.indicators.items import Observed
from pejling.indicators.reimbursement import at_risk, expected
from pejling.indicators.relations import literal


def statutory_counts(indicator: Statutory, observed: Observed) -> dict[str, Count]:
    """numerator (held by the due day), denominator (due, not exempt), late (held after it), exempt and, by its key,
    each exemption; minutes and ore, what the steps due take by their standard.
    """
    (rule,) = indicator.rules
    source = Source(
        f"""(
            SELECT t.version, t.exempt, t.held_on, t.due_on, s.unit_id, s.target_group
            FROM statutory_step AS t JOIN segment AS s
                ON t.course_id = s.course_id AND s.from_on <= t.due_on AND s.to_on > t.due_on
            WHERE t.rule = {literal(rule)} AND t.due_on {observed.covered}) AS item""",
        "unit_id",
        "due_on",
        ("target_group",),
        ("COALESCE(target_group, 'unknown')",),
        observed.through,
    )
    asked = "exempt IS NULL"
    values = {
        "numerator": f"CASE WHEN {asked} AND held_on <= due_on THEN 1 ELSE 0 END",
        "denominator": f"CASE WHEN {asked} THEN 1 ELSE 0 END",
        "late": f"CASE WHEN {asked} AND held_on > due_on THEN 1 ELSE 0 END",
        "exempt": f"CASE WHEN {asked} THEN 0 ELSE 1 END",
    }
    values |= {f"exempt_{key}": f"CASE WHEN exempt = {literal(key)} THEN 1 ELSE 0 END" for key in indicator.exemptions}
    for name, standard in (("minutes", indicator.minutes), ("ore", indicator.ore)):
        cases = " ".join(f"WHEN {number} THEN {each}" for number, each in enumerate(standard, 1))
        values[name] = f"CASE WHEN {asked} THEN CASE version {cases} END ELSE 0 END"
    return {name: Count(source, "TRUE", value) for name, value in values.items()}


def reimbursed_counts(indicator: Reimbursed, observed: Observed) -> dict[str, Count]:
    """numerator: øre."""
    relation, ore = ("benefit_week", expected("b")) if indicator.part == "expected" else ("risk_week", at_risk("b"))
    rows = f"(SELECT unit_id, from_on, {ore} AS ore FROM {relation} AS b WHERE from_on {observed.covered}) AS item"
    return {"numerator": Count(Source(rows, "unit_id", "from_on", (), (), observed.through), "TRUE", "ore")}


def reads_law(sheet: Sheet) -> bool:
    """Whether it counts rows of the law's relations, which no relation of the facts alone can give."""
    rows = next(iter(sheet.values())).source.rows
    return any(name in rows for name in ("statutory_step", "benefit_week", "risk_week"))
