"""Components: what adds up over units, months and groups, in whole numbers, as SELECTs over the relations.

A **sheet** holds what is counted over the same rows, each count in a column (a slot) of its own: the courses that began
by target group, say, with the intake, those that left fast, and those it is a share of. Counts that are the same for
several indicators are kept once. A count that changes over days is kept as its changes: `numerator` is how much it
changed in the month, `numerator_days` the changes each times the number of its day, so that course-days before a day T
are T × Σ numerator - Σ numerator_days. The same of the denominator. Every number is a sum, so the difference that a
delivery makes is added as rows of its own; where nothing was counted there is none (null).

A unit's whole is the sum over the groups of its first breakdown, for every course is in one of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pejling.indicators.course_items import anchor, chosen, course_items, course_rows, joins, outcome
from pejling.indicators.day_items import active_stretches, day_items, open_stretches
from pejling.indicators.definition import (
    COUNTS,
    OVER_DAYS,
    ActivityShare,
    ActivityWithin,
    Amount,
    ExitWithin,
    Indicator,
    LastingShare,
    ScoreChange,
    StateAfter,
    Stock,
    Timely,
    TimeToExit,
)  # fmt: skip
from pejling.indicators.derived import Reimbursed, Statutory
from pejling.indicators.groups import band, grouped
from pejling.indicators.items import COUNTED, Observed, month_of
from pejling.indicators.record_items import amount_items, timely_items
from pejling.indicators.relations import among, days_between, literal

SLOTS = 6  # counts on a sheet: to write those that are empty takes as long as others
SUMS = tuple(f"n{slot}" for slot in range(SLOTS))
_PLACE = {"unit_id": "VARCHAR", "month": "DATE", "group_by": "VARCHAR", "group": "VARCHAR"}
# How long until what: stage 1 counts days from the start (exit, other, censored, never, and entry for who began before
# the coverage), stage 2 days from the exit (relapse, censored, never).
TABLES = {
    "sums": {"sheet": "INTEGER", **_PLACE, **dict.fromkeys(SUMS, "BIGINT")},
    "undecided": {"indicator": "VARCHAR", **_PLACE, "decided_by": "DATE", "courses": "BIGINT"},
    "durations": {
        "indicator": "VARCHAR",
        **_PLACE,
        "stage": "INTEGER",
        "days": "INTEGER",
        "event": "VARCHAR",
        "courses": "BIGINT",
    },
}
# Of events, in the order of their numbers: what has happened, and what never will.
KINDS = (("exit", "relapse"), ("other",), ("censored",), ("never",), ("entry",))
ADDED = {"sums": SUMS, "undecided": ("courses",), "durations": ("courses",)}  # their numbers
DAY_ONE = "DATE '1970-01-01'"


@dataclass(frozen=True)
class Source:
    """Rows that are counted together: `rows` for a FROM, and over it the unit, the day and each group of `by`."""

    rows: str
    unit_id: str
    day: str
    by: tuple[str, ...]
    groups: tuple[str, ...]
    through: date


@dataclass(frozen=True)
class Count:
    """The sum of `value` over the source's rows for which `condition` holds, after the `joins`."""

    source: Source
    condition: str
    value: str
    joins: tuple[str, ...] = ()


Sheet = dict[int, Count]  # by slot; all of one source


def items(indicator: Indicator, observed: Observed, by: tuple[str, ...], *, why: bool) -> str:
    """SELECT of what stands behind the indicator's cells; see `course_items`, `day_items`, `record_items`.

    Only with `why` does it have all columns that tell why an item counts: to carry them costs time.
    """
    if isinstance(indicator, OVER_DAYS):
        return day_items(indicator, observed, by, why)
    if isinstance(indicator, Timely):
        return timely_items(indicator, observed, by)
    if isinstance(indicator, Amount):
        return amount_items(indicator, observed, by)
    return course_items(indicator, observed, by, why)


def counts(indicator: Indicator, observed: Observed) -> dict[str, Count]:
    """What is added up for the indicator, by name: numerator, denominator, their days, squares, unknown.

    Of what is measured of the law also more: see `law_items`.
    """
    if isinstance(indicator, Statutory | Reimbursed):
        from pejling.indicators.law_items import reimbursed_counts, statutory_counts

        return (
            statutory_counts(indicator, observed)
            if isinstance(indicator, Statutory)
            else reimbursed_counts(indicator, observed)
        )
    if isinstance(indicator, OVER_DAYS):
        return _counts_of_days(indicator, observed)
    by = indicator.by
    grouped_by = tuple(f"group_{n}" for n in range(len(by)))
    if isinstance(indicator, Amount):
        rows = f"({amount_items(indicator, observed, by)}) AS item"
        source = Source(rows, "unit_id", "anchor_on", by, grouped_by, observed.through)
        return {"numerator": Count(source, "TRUE", "change")}
    if isinstance(indicator, Timely):
        rows = f"({timely_items(indicator, observed, by)}) AS item"
        source = Source(rows, "unit_id", "anchor_on", by, grouped_by, observed.through)
        return {
            "numerator": Count(source, "TRUE", _one_if("reason", COUNTED)),
            "denominator": Count(source, "TRUE", "1"),
        }
    at, made = anchor(indicator), outcome(indicator, observed)
    told = tuple(f"({each})" for each in _group_expressions(indicator))
    source = Source("course AS c", at.unit_id, at.day, by, told, observed.through)
    possible = tuple(each for each in COUNTED if literal(each) in f"{made.reason} {made.found}")  # fewer to compare
    values = {"numerator": made.change if _adds_up(indicator) else _one_if(made.reason, possible)}
    if not isinstance(indicator, COUNTS):
        values["denominator"] = "1"
    elif not made.found:
        values["numerator"] = "1"  # each that is there
    if isinstance(indicator, ScoreChange) and _adds_up(indicator):  # in thousandths: their squares fit a BIGINT
        values["squares"] = f"CAST(ROUND(({made.change} / 1000.0) * ({made.change} / 1000.0)) AS BIGINT)"
    if isinstance(indicator, StateAfter):
        values["unknown"] = _one_if(made.reason, ("state_unknown",))
    condition, needed = chosen(indicator, observed), tuple(joins(indicator, observed, by))
    return {name: Count(source, condition, value, needed) for name, value in values.items()}


def _counts_of_days(indicator: Indicator, observed: Observed) -> dict[str, Count]:
    """A change of 1 on the first day of a stretch, and of -1 on the day after its last, if seen."""
    assert isinstance(indicator, OVER_DAYS)  # noqa: S101 - the caller's branch
    opened = open_stretches(indicator, observed, indicator.by, why=False)
    parts = {"numerator": opened}
    if isinstance(indicator, ActivityShare):
        parts = {"numerator": active_stretches(indicator, observed, indicator.by, why=False), "denominator": opened}
    found = {}
    groups = tuple(f"group_{n}" for n in range(len(indicator.by)))
    for name, stretches in parts.items():
        rows = f"""(
            SELECT *, CASE WHEN change = 1 THEN from_on ELSE to_on END AS day
            FROM ({stretches}) AS stretch CROSS JOIN (SELECT 1 AS change UNION ALL SELECT -1) AS way
            WHERE change = 1 OR to_on <= {literal(observed.through)}) AS change"""
        source = Source(rows, "unit_id", "day", indicator.by, groups, observed.through)
        found[name] = Count(source, "TRUE", "change")
        if not isinstance(indicator, Stock):
            found[f"{name}_days"] = Count(source, "TRUE", f"change * {days_between(DAY_ONE, 'day')}")
    return found


def _group_expressions(indicator: Indicator) -> list[str]:
    """Of each column of `by`, over the anchored course."""
    at = anchor(indicator)
    age = band(indicator.age_bands, at.lived)
    return [
        grouped((column,), at.target_group, age).removeprefix(", ").removesuffix(" AS group_0")
        for column in indicator.by
    ]


def _one_if(reason: str, among_these: tuple[str, ...]) -> str:
    return f"CASE WHEN {among(f'({reason})', among_these)} THEN 1 ELSE 0 END"


def _adds_up(indicator: Indicator) -> bool:
    """Whether items have a value of their own, `change`, and are not only counted."""
    return isinstance(indicator, Amount) or (isinstance(indicator, ScoreChange) and indicator.improved_by is None)


def sheet_rows(number: int, sheet: Sheet) -> str:
    """SELECT of the sheet's rows for the table `sums`: sheet, place and its slots."""
    source = next(iter(sheet.values())).source
    conditions = list(dict.fromkeys(count.condition for count in sheet.values()))
    joined = "".join(dict.fromkeys(join for count in sheet.values() for join in count.joins))
    where = " OR ".join(f"({condition})" for condition in conditions)
    keys = [f"{source.unit_id} AS unit_id", f"{month_of(source.day)} AS month"]
    keys += [f"{group} AS group_{n}" for n, group in enumerate(source.groups)]
    added = {
        f"n{slot}": _sum(count.value if len(conditions) == 1 else f"CASE WHEN {count.condition} THEN {count.value} END")
        for slot, count in sheet.items()
    }
    by_number = ", ".join(str(n + 1) for n in range(len(keys)))
    leaf = f"""SELECT {", ".join(keys)}, {", ".join(f"{each} AS {name}" for name, each in added.items())}
            FROM {source.rows}{joined} WHERE {where} GROUP BY {by_number}"""
    if len(source.by) < 2:
        return f"""SELECT {number} AS sheet, unit_id, month, {literal("".join(source.by))} AS group_by,
            {"group_0" if source.by else "CAST('' AS VARCHAR)"} AS "group", {", ".join(added)} FROM ({leaf}) AS leaf"""
    plus = ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in added)
    return f"WITH leaf AS ({leaf}) " + " UNION ALL ".join(
        f"""SELECT {number} AS sheet, unit_id, month, {literal(by)} AS group_by, group_{n} AS "group", {plus}
        FROM leaf GROUP BY unit_id, month, group_{n}"""
        for n, by in enumerate(source.by)
    )


def _sum(value: str) -> str:
    """Added up as fractions: DuckDB's sum of whole numbers is twice as wide, and slower. Exact up to 2**53."""
    return "COUNT(*)" if value == "1" else f"CAST(SUM(CAST({value} AS DOUBLE)) AS BIGINT)"


def filled(counted: Iterable[tuple[str, str, Count]], first: int = 0) -> dict[int, dict[int, list[tuple[str, str]]]]:
    """Places for (indicator, name, count): by sheet and slot, whose they are. Sheets are numbered from `first`."""
    by_source: dict[Source, dict[tuple[str, str], list[tuple[str, str]]]] = {}
    for key, name, count in counted:
        same = by_source.setdefault(count.source, {})
        same.setdefault((count.condition, count.value), []).append((key, name))
    pages = [
        list(found.values())[start : start + SLOTS]
        for found in by_source.values()
        for start in range(0, len(found), SLOTS)
    ]
    return {first + number: dict(enumerate(page)) for number, page in enumerate(pages)}


def breakdowns(by: Sequence[str]) -> list[tuple[str, str]]:
    """(group_by, expression of the group): each column, and where there is none the whole."""
    return [(column, f"group_{n}") for n, column in enumerate(by)] or [("", "CAST('' AS VARCHAR)")]


def has_curves(indicator: Indicator) -> bool:
    """Whether the indicator keeps durations, for its value or for the estimate of what is undecided."""
    return isinstance(indicator, TimeToExit | ExitWithin | LastingShare | StateAfter | ActivityWithin)


def keeps_undecided(indicator: Indicator) -> bool:
    """Whether it is kept which of the courses are undecided; of a time to exit those that are open are."""
    return has_curves(indicator) and not isinstance(indicator, TimeToExit)


def later(indicator: Indicator, observed: Observed) -> dict[str, str]:
    """SELECTs for the tables `undecided` and `durations`, where the indicator has rows there.

    They read the relation of the outcome's `found`. Of a time_to_exit all durations are kept, else those of the months
    that may need an estimate: an undecided course makes cells immature that reach eleven months further back.
    """
    if not has_curves(indicator):
        return {}
    groups = "".join(f", group_{n}" for n in range(len(indicator.by)))
    kept = f"unit_id, {month_of('anchor_on')} AS month{groups}"
    rows = f"({course_rows(indicator, observed, indicator.by, why=False)}) AS item"
    if not isinstance(indicator, TimeToExit):
        rows = f"(SELECT * FROM {rows} WHERE anchor_on >= {literal(_first_needed(indicator, observed))}) AS lately"
    stages = []
    if not isinstance(indicator, LastingShare):
        stages.append(f"SELECT {kept}, 1 AS stage, until AS days, event FROM {rows} WHERE event IS NOT NULL")
    if isinstance(indicator, TimeToExit):
        stages.append(f"SELECT {kept}, 1 AS stage, entry AS days, 'entry' AS event FROM {rows} WHERE entry >= 0")
    if isinstance(indicator, ExitWithin | LastingShare) and indicator.lasting is not None:
        stages.append(
            f"""SELECT {kept}, 2 AS stage, until_after AS days, event_after AS event FROM {rows}
            WHERE event_after IS NOT NULL"""
        )
    found = {"durations": _by_place(indicator, " UNION ALL ".join(stages), ("stage", "days", "event"))}
    if keeps_undecided(indicator):
        waiting = f"SELECT {kept}, decided_by FROM {rows} WHERE decided_by IS NOT NULL"
        found["undecided"] = _by_place(indicator, waiting, ("decided_by",))
    return found


def _by_place(indicator: Indicator, rows: str, columns: tuple[str, ...]) -> str:
    """SELECT of how many courses of each breakdown there are with the same columns. Where days to an exit are one of
    them, hardly two courses are alike, and to add them up takes longer than to keep each.
    """
    asked = ", ".join(columns)
    alone = isinstance(indicator, TimeToExit | ExitWithin) and "days" in columns
    return " UNION ALL ".join(
        f"""SELECT {literal(indicator.key)} AS indicator, unit_id, month, {literal(by)} AS group_by, {group} AS "group",
            {asked}, {"1" if alone else "COUNT(*)"} AS courses
        FROM ({rows}) AS r{"" if alone else f" GROUP BY unit_id, month, {group}, {asked}"}"""
        for by, group in breakdowns(indicator.by)
    )


def _first_needed(indicator: Indicator, observed: Observed) -> date:
    """The first day of the first month in a period that may hold an undecided course: it depends on T alone."""
    lengths = [getattr(indicator, name, None) for name in ("within", "lasting", "after")]
    days = sum(length.count * (31 if length.unit == "month" else 1) for length in lengths if length)
    earliest = observed.through - timedelta(days=min(days + 1, (observed.through - date(1, 3, 1)).days))
    months = max(earliest.year * 12 + earliest.month - 1 - 11, 12)
    return date(months // 12, months % 12 + 1, 1)
