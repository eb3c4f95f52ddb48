"""Components: what adds up over units, months and groups, as SELECTs over items.

A component is what the items of one unit, month and group come to, in whole numbers. A count that changes over days is
kept as its changes: `numerator` is how much it changed in the month, `numerator_days` the changes each times the
number of its day, so that course-days before a day T are T × Σ numerator − Σ numerator_days. The same of the
denominator. Every column is a sum, so the difference that a delivery makes is added as rows of its own.
"""

from datetime import date, timedelta

from pejling.indicators.course_items import course_items
from pejling.indicators.day_items import day_items
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
from pejling.indicators.items import COUNTED, NO_DAY, UNDECIDED, Observed, month_of
from pejling.indicators.record_items import amount_items, timely_items
from pejling.indicators.relations import among, days_between, literal

SUMS = ("numerator", "denominator", "numerator_days", "denominator_days", "squares", "undecided", "unknown")
COLUMNS = f"""indicator VARCHAR, unit_id VARCHAR, month DATE, group_by VARCHAR, "group" VARCHAR, decided_by DATE,
    {", ".join(f"{name} BIGINT" for name in SUMS)}"""
# How long until what: stage 1 counts days from the start (exit, other, censored, never, and entry for who began before
# the coverage), stage 2 days from the exit (relapse, censored, never).
DURATIONS = """indicator VARCHAR, unit_id VARCHAR, month DATE, group_by VARCHAR, "group" VARCHAR, stage INTEGER,
    days INTEGER, event VARCHAR, courses BIGINT"""
DAY_ONE = "DATE '1970-01-01'"


def items(indicator: Indicator, observed: Observed, by: tuple[str, ...], *, why: bool) -> str:
    """SELECT of what stands behind the indicator's cells; see `course_items`, `day_items`, `record_items`.

    Only with `why` does it have all columns that tell why an item counts: to carry them costs time.
    """
    if isinstance(indicator, OVER_DAYS):
        return day_items(indicator, observed, by, why)
    if isinstance(indicator, Timely):
        return timely_items(indicator, observed, by)
    if isinstance(indicator, Amount):
        return amount_items(indicator, observed)
    return course_items(indicator, observed, by, why)


def counted_columns(indicator: Indicator) -> str:
    """The columns of an item that `leaf` and `durations` ask for."""
    groups = [f"group_{n}" for n in range(len(indicator.by))]
    if isinstance(indicator, OVER_DAYS):
        return ", ".join(["unit_id", *groups, "reason", "from_on", "to_on"])
    columns = ["unit_id", *groups, "reason", "anchor_on", "decided_by"]
    columns += ["event", "until", "event_after", "until_after"] if has_curves(indicator) else []
    columns += ["entry"] if isinstance(indicator, TimeToExit) else []
    columns += ["change"] if _adds_up(indicator) else []
    return ", ".join(columns)


def leaf(indicator: Indicator, observed: Observed, source: str) -> str:
    """SELECT unit_id, month, every group together, decided_by and the sums, over `source`, a SELECT of items."""
    groups = [f"group_{n}" for n in range(len(indicator.by))]
    day, decided_by, rows = "anchor_on", "decided_by", f"({source}) AS item"
    if isinstance(indicator, OVER_DAYS):  # a change of 1 on the first day, and of -1 on the day after the last, if seen
        day, decided_by = "day", f"{NO_DAY} AS decided_by"
        rows = f"""(
            SELECT {", ".join(["unit_id", "reason", *groups])}, change,
                CASE WHEN change = 1 THEN from_on ELSE to_on END AS day
            FROM ({source}) AS stretch CROSS JOIN (SELECT 1 AS change UNION ALL SELECT -1) AS way
            WHERE change = 1 OR to_on <= {literal(observed.through)}) AS change"""
    keys = ["unit_id", f"{month_of(day)} AS month", *groups, decided_by]
    by_number = range(1, len(keys) + (0 if isinstance(indicator, OVER_DAYS) else 1))
    named = ", ".join(f"CAST({each} AS BIGINT) AS {name}" for name, each in _sums(indicator).items())
    return f"SELECT {', '.join(keys)}, {named} FROM {rows} GROUP BY {', '.join(map(str, by_number))}"


def _sums(indicator: Indicator) -> dict[str, str]:
    """Of the SUMS, those that the indicator has: an aggregate over items, or over changes."""
    if isinstance(indicator, OVER_DAYS):
        by_day = f"SUM(change * {days_between(DAY_ONE, 'day')})"
        if not isinstance(indicator, ActivityShare):
            return {"numerator": "SUM(change)"} | ({} if isinstance(indicator, Stock) else {"numerator_days": by_day})
        return {
            f"{part}{kind}": f"SUM(CASE WHEN reason = '{reason}' THEN {each} ELSE 0 END)"
            for part, reason in (("numerator", "active"), ("denominator", "open"))
            for kind, each in (("", "change"), ("_days", by_day.removeprefix("SUM(").removesuffix(")")))
        }
    counted = f"SUM(CASE WHEN {among('reason', COUNTED)} THEN 1 ELSE 0 END)"
    sums = {"numerator": "SUM(change)" if _adds_up(indicator) else counted}
    if not isinstance(indicator, COUNTS):
        sums["denominator"] = "COUNT(*)"
    if isinstance(indicator, ScoreChange) and _adds_up(
        indicator
    ):  # of changes in thousandths: their squares fit a BIGINT
        sums["squares"] = "SUM(CAST(ROUND((change / 1000.0) * (change / 1000.0)) AS BIGINT))"
    if isinstance(indicator, ExitWithin | LastingShare | StateAfter | ActivityWithin):
        sums["undecided"] = f"SUM(CASE WHEN {among('reason', UNDECIDED)} THEN 1 ELSE 0 END)"
    if isinstance(indicator, StateAfter):
        sums["unknown"] = "SUM(CASE WHEN reason = 'state_unknown' THEN 1 ELSE 0 END)"
    return sums


def _adds_up(indicator: Indicator) -> bool:
    """Whether items have a value of their own, `change`, and are not only counted."""
    return isinstance(indicator, Amount) or (isinstance(indicator, ScoreChange) and indicator.improved_by is None)


def components(indicator: Indicator, source: str) -> str:
    """SELECT of COLUMNS over `leaf`: the whole, and each column of `by` for itself."""
    sums = _sums(indicator)
    added = ", ".join(f"CAST({f'SUM({name})' if name in sums else 0} AS BIGINT) AS {name}" for name in SUMS)
    plain = ", ".join(f"CAST({name if name in sums else 0} AS BIGINT) AS {name}" for name in SUMS)
    return " UNION ALL ".join(
        f"""SELECT {literal(indicator.key)} AS indicator, unit_id, month, {literal(by)} AS group_by, {group} AS "group",
            decided_by, {plain if by and len(indicator.by) == 1 else added}
        FROM {source} AS leaf {"" if by and len(indicator.by) == 1 else "GROUP BY 1, 2, 3, 4, 5, 6"}"""
        for by, group in breakdowns(indicator)
    )


def breakdowns(indicator: Indicator) -> list[tuple[str, str]]:
    """(group_by, expression of the group): the whole, then each column."""
    return [("", "CAST('' AS VARCHAR)"), *((by, f"group_{n}") for n, by in enumerate(indicator.by))]


def has_curves(indicator: Indicator) -> bool:
    """Whether the indicator keeps durations, for its value or for the estimate of what is undecided."""
    return isinstance(indicator, TimeToExit | ExitWithin | LastingShare | StateAfter | ActivityWithin)


def durations(indicator: Indicator, observed: Observed, source: str) -> str:
    """SELECT of DURATIONS over items: for a time_to_exit all, else of the months that may need an estimate.

    An undecided course makes cells immature that reach eleven months further back than its own month.
    """
    groups = "".join(f", group_{n}" for n in range(len(indicator.by)))
    kept = f"unit_id, {month_of('anchor_on')} AS month{groups}"
    stages = []
    lately = "TRUE"
    if not isinstance(indicator, TimeToExit):
        lately = f"anchor_on >= {literal(_first_needed(indicator, observed))}"
    if not isinstance(indicator, LastingShare):
        stages.append(f"SELECT {kept}, 1 AS stage, until AS days, event FROM {source} AS item "
                      f"WHERE event IS NOT NULL AND {lately}")  # fmt: skip
    if isinstance(indicator, TimeToExit):
        late = "1 AS stage, entry AS days, 'entry' AS event"
        stages.append(f"SELECT {kept}, {late} FROM {source} AS item WHERE entry >= 0")
    if isinstance(indicator, ExitWithin | LastingShare) and indicator.lasting is not None:
        stages.append(f"SELECT {kept}, 2 AS stage, until_after AS days, event_after AS event FROM {source} AS item "
                      f"WHERE event_after IS NOT NULL AND {lately}")  # fmt: skip
    staged = " UNION ALL ".join(stages)
    return " UNION ALL ".join(
        f"""SELECT {literal(indicator.key)} AS indicator, unit_id, month, {literal(by)} AS group_by, {group} AS "group",
            stage, CAST(days AS INTEGER) AS days, event, COUNT(*) AS courses
        FROM ({staged}) AS staged GROUP BY unit_id, month, {group}, stage, days, event"""
        for by, group in breakdowns(indicator)
    )


def _first_needed(indicator: Indicator, observed: Observed) -> date:
    """The first day of the first month in a period that may hold an undecided course: it depends on T alone."""
    lengths = [getattr(indicator, name, None) for name in ("within", "lasting", "after")]
    days = sum(length.count * (31 if length.unit == "month" else 1) for length in lengths if length)
    earliest = observed.through - timedelta(days=min(days + 1, (observed.through - date(1, 3, 1)).days))
    months = max(earliest.year * 12 + earliest.month - 1 - 11, 12)
    return date(months // 12, months % 12 + 1, 1)
