"""What stands behind a cell, item by item: each with how it counts, and the one reason why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators.cells import Scope, groups
from pejling.indicators.components import items
from pejling.indicators.definition import (
    NOT_MEASURED,
    OVER_DAYS,
    ActivityShare,
    Amount,
    AverageStock,
    ExitWithin,
    Indicator,
    LastingShare,
    ScoreChange,
    StateAfter,
    Stock,
    Timely,
    TimeToExit,
)  # fmt: skip
from pejling.indicators.documents import nearest
from pejling.indicators.figures import figures
from pejling.indicators.hierarchy import Unit, known_unit, units
from pejling.indicators.items import COUNTED, ORE, SCALE, UNDECIDED
from pejling.indicators.measurement import Measurement, measurement, reading
from pejling.indicators.periods import Period
from pejling.indicators.persons import with_scope
from pejling.indicators.relations import days_between, literal

Outcome = Literal["counted", "not_counted", "undecided"]


@dataclass(frozen=True)
class Case:
    """One item of a cell, with the unit and target group it is credited to; a closed unit's are its successor's.

    `reason` is one of the words in `course_items`, `day_items` and `record_items`, and a course that runs over days is
    active, partly_active, not_active or open. `days` runs from the start of the course to `on`, the day that decided or
    the last one seen; after an exit (relapsed, followed_until, in_state …) from the exit. `what` names what decided:
    a state, target group, or kind of activity or step. `weight` is what the item adds to the denominator, or to a count
    that has none: 1, its days, or kroner. `counted` is its part of the numerator. `decided_by` is the day an undecided
    one is sure to be decided. Of an amount the items are postings, by id, with their account as target group. `due_on`
    is the due day of a step; `change` what a score changed by, or a posting's kroner.
    """

    course_id: str
    person_id: str
    unit_id: str
    target_group: str
    started_on: date | None
    ended_on: date | None
    exit_to: str | None
    outcome: Outcome
    reason: str
    days: int
    on: date
    what: str
    weight: float
    counted: float
    decided_by: date | None
    due_on: date | None = None
    change: float | None = None


def decided_on(indicator: ExitWithin | LastingShare | StateAfter, case: Case) -> date | None:
    """The last day that had to be seen before it was certain how the course counts; None while it is not."""
    if case.outcome == "undecided" or case.started_on is None:
        return None
    if isinstance(indicator, ExitWithin) and case.reason in ("not_exited", "too_late"):
        return indicator.within.after(case.started_on)
    if case.ended_on is None:
        return None
    if case.reason == "lasted" and not isinstance(indicator, StateAfter) and indicator.lasting is not None:
        return indicator.lasting.after(case.ended_on) - timedelta(days=1)
    return indicator.after.after(case.ended_on) if isinstance(indicator, StateAfter) else case.on


_FROM_EXIT = ("relapsed", "followed_until", "in_state", "in_other_state", "state_unknown", "not_yet")


def cases(
    connection: duckdb.DuckDBPyConnection, indicator: str, unit: str, *periods: str, by: str = "", group: str = "",
    ground: tuple[Measurement, Mapping[str, Unit]] | None = None,
) -> list[Case]:  # fmt: skip
    """Every item of the cell, by first day; of several periods, none over another, of all their cells. Their weights
    add up to the denominator, and those of the ones that count to a number without one.

    `ground` is the measurement and its hierarchy, for one who has read them in the same transaction. Raises Mistake for
    a name nobody knows, where nothing is measured, and for a figure with nothing of its own behind it: a ratio is two
    others, and an observed one was measured elsewhere.
    """
    with reading(connection):
        measured, hierarchy = ground or (measurement(connection), units(connection))
        definition = measured.model.indicator(indicator)
        spans = [Period.parse(period) for period in periods]
        if isinstance(definition, NOT_MEASURED):
            parts = "it was measured elsewhere" if definition.measure == "observed" else "it is made of two others"
            raise Mistake(f"indicator {indicator}", f"{parts}: there is no course behind it", "Ask for another one")
        if by and by not in definition.by:
            raise Mistake(f"indicator {indicator}", f"it is not broken down by {by!r}", nearest(by, definition.by))
        observed = measured.coverage.get(indicator)
        known_unit(hierarchy, unit)
        if observed is None:
            return []
        seen = tuple(s for s in spans if s.first_on <= observed.through and s.last_on >= observed.from_on)
        scope = Scope(definition, observed, by, (unit,), seen, measured)
        if by and group not in (known := groups(connection, measured, measured.slots[indicator], by)):
            raise Mistake(f"group {by}", f"{group!r} was not found in what was measured", nearest(group, known))
        if not seen:
            return []
        rows = connection.execute(_select(connection, measured, scope, group), scope.values()).fetchall()
        undecided_before = _undecided_before(connection, definition, unit, periods[0], by, group)
    return [_case(definition, undecided_before, *row) for row in rows]


def _select(connection: duckdb.DuckDBPyConnection, measured: Measurement, scope: Scope, group: str) -> str:
    """SELECT of the fields that `_case` takes, oldest first."""
    indicator, by = scope.indicator, (scope.by,) if scope.by else ()
    found = items(indicator, scope.observed, by, why=True)
    only = f"AND group_0 = {literal(group)}" if by else ""
    start = f"{with_scope(connection, measured, scope)}, found AS ({found})"
    if isinstance(indicator, OVER_DAYS):
        return f"{start}, {_by_course(indicator, only)}"
    course = "CAST(NULL AS DATE), CAST(NULL AS DATE), NULL" if isinstance(indicator, Amount) else (
        "f.started_on, f.ended_on, f.exit_to"
    )  # fmt: skip
    on_day, what = ("anchor_on", "''") if isinstance(indicator, Amount) else ("on_day", "what")
    change = "change" if "change" in found else "NULL"
    due_on = "anchor_on" if isinstance(indicator, Timely) else "NULL"
    return f"""{start}
        SELECT f.course_id, f.person_id, c.credited_to, f.target_group, {course}, reason, {on_day}, {what}, decided_by,
            1, {change if isinstance(indicator, Amount | ScoreChange) else "NULL"}, {due_on}
        FROM found AS f JOIN scope AS s ON f.unit_id = s.leaf
        JOIN lake.measurements.units AS c ON f.unit_id = c.unit_id
        JOIN span ON anchor_on BETWEEN first_on AND last_on {only}
        ORDER BY anchor_on, f.course_id"""


def _by_course(indicator: Indicator, only: str) -> str:
    """A course in the cell, once for each unit and target group it is credited to, with its days there."""
    if isinstance(indicator, Stock):
        here, days = "from_on < end_day AND to_on >= end_day", "1"
    else:
        here = "from_on < end_day AND to_on > first_day"
        days = days_between("GREATEST(from_on, first_day)", "LEAST(to_on, end_day)")
    return f"""
        days_there AS (
            SELECT f.course_id, f.person_id, c.credited_to, f.target_group, f.reason, {days} AS days,
                LEAST(to_on, end_day) - 1 AS last_day
            FROM found AS f JOIN scope AS s ON f.unit_id = s.leaf
            JOIN lake.measurements.units AS c ON f.unit_id = c.unit_id JOIN span ON {here} {only}),
        there AS (
            SELECT course_id, person_id, credited_to, target_group, MAX(last_day) AS last_day,
                SUM(CASE WHEN reason = 'open' THEN days ELSE 0 END) AS days,
                SUM(CASE WHEN reason = 'active' THEN days ELSE 0 END) AS active
            FROM days_there GROUP BY ALL)
        SELECT t.course_id, t.person_id, credited_to, t.target_group, c.started_on,
            c.ended_on, c.exit_to, {_day_reason(indicator)}, last_day, '', NULL, days, active, NULL
        FROM there AS t JOIN course AS c ON t.course_id = c.course_id ORDER BY c.started_on, t.course_id"""


def _day_reason(indicator: Indicator) -> str:
    if not isinstance(indicator, ActivityShare):
        return "'open'"
    return "CASE WHEN active = days THEN 'active' WHEN active = 0 THEN 'not_active' ELSE 'partly_active' END"


def _undecided_before(
    connection: duckdb.DuckDBPyConnection, indicator: Indicator, unit: str, period: str, by: str, group: str
) -> float | None:
    """Of a median: the days up to which an open course may still move it. None: any."""
    if not isinstance(indicator, TimeToExit) or indicator.statistic != "median":
        return None
    found = figures(connection, indicator.key, units=[unit], periods=[period], by=by, with_persons=False)
    figure = next((f for f in found if f.group == group), None)
    reached = (figure.value if figure.value is not None else figure.estimate) if figure else None
    return None if reached is None else reached * (7 if indicator.unit == "weeks" else 1)


def _case(
    indicator: Indicator,
    undecided_before: float | None,
    course_id: str,
    person_id: str,
    unit_id: str,
    target_group: str,
    started_on: date | None,
    ended_on: date | None,
    exit_to: str | None,
    reason: str,
    on: date,
    what: str,
    decided_by: date | None,
    weight: int,
    part: int | None,
    due_on: date | None,
) -> Case:
    since = (ended_on if reason in _FROM_EXIT else started_on) or on
    days = (on - since).days
    if reason == "still_open" and isinstance(indicator, TimeToExit):
        if undecided_before is not None and days >= undecided_before:
            reason = "open_beyond_median"
        elif indicator.horizon is not None and started_on:
            decided_by = indicator.horizon.after(started_on)
    outcome: Outcome = "not_counted"
    if reason in COUNTED or reason == "partly_active":
        outcome = "counted"
    elif reason in UNDECIDED:
        outcome = "undecided"
    counted = float(outcome == "counted")
    if isinstance(indicator, AverageStock):
        counted = weight
    elif isinstance(indicator, ActivityShare):
        counted = part or 0
    change = None
    if part is not None and isinstance(indicator, Amount | ScoreChange):
        change = part / (ORE if isinstance(indicator, Amount) else SCALE)
        counted = change if reason in ("changed", "posted") else counted
    return Case(
        course_id, person_id, unit_id, target_group, started_on, ended_on, exit_to, outcome, reason, days, on, what,
        counted if isinstance(indicator, Amount) else float(weight), counted, decided_by, due_on, change,
    )  # fmt: skip
