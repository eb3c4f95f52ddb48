"""The measures whose items are records by themselves: steps that fall due, and postings."""

from pejling.indicators.definition import Amount, Timely
from pejling.indicators.groups import aged, asked, band, grouped, joined_person
from pejling.indicators.items import NO_DAY, ORE, Observed
from pejling.indicators.relations import among, literal


def timely_items(indicator: Timely, observed: Observed, by: tuple[str, ...]) -> str:
    """Steps due, not exempt, whose course is open on the due day: held, late, or not_held."""
    steps, kind, exempt = ("statutory_step", "t.rule", "t.exempt IS NOT NULL") if indicator.rules else (
        "step", "t.kind", "COALESCE(t.exempt, FALSE)"
    )  # fmt: skip
    conditions = [
        f"t.due_on {observed.covered}",
        f"NOT ({exempt})",
        *asked(indicator.where, "s.target_group"),
        *aged(indicator.where, "t.due_on"),
    ]
    if chosen := indicator.rules or indicator.contact_kinds:
        conditions.append(among(kind, chosen))
    groups = grouped(by, "s.target_group", band(indicator.age_bands, "t.due_on"))
    return f"""SELECT b.*, c.started_on, c.ended_on, c.exit_to,
            CASE WHEN held_on <= anchor_on THEN 'held' WHEN held_on IS NULL THEN 'not_held' ELSE 'late' END AS reason,
            COALESCE(held_on, anchor_on) AS on_day, {NO_DAY} AS decided_by
        FROM (
            SELECT t.course_id, s.person_id, s.unit_id, s.target_group, t.due_on AS anchor_on,
                t.held_on, {kind} AS what{groups}
            FROM {steps} AS t JOIN segment AS s
                ON s.course_id = t.course_id AND s.from_on <= t.due_on AND s.to_on > t.due_on
            {joined_person(indicator, by, "s")}
            WHERE {" AND ".join(conditions)}) AS b
        JOIN course AS c ON c.course_id = b.course_id"""


def amount_items(indicator: Amount, observed: Observed, by: tuple[str, ...]) -> str:
    """Postings, in whole øre. Their group is their account."""
    groups = "".join(f", account AS group_{n}" for n in range(len(by)))
    return f"""
        SELECT posting_id AS course_id, '' AS person_id, unit_id, account AS target_group, posted_on AS anchor_on,
            CAST(ROUND(amount * {ORE}) AS BIGINT) AS change, 'posted' AS reason, {NO_DAY} AS decided_by{groups}
        FROM posting WHERE {among("account", indicator.accounts)} AND nature = {literal(indicator.nature)}
            AND posted_on {observed.covered}"""
