"""What the durations of the cells asked for come to: times to exit, and shares that are still to come."""

from dataclasses import dataclass

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators.cells import CellKey, Scope, groups
from pejling.indicators.components import has_curves
from pejling.indicators.course_items import FOR_GOOD
from pejling.indicators.definition import TimeToExit
from pejling.indicators.documents import nearest
from pejling.indicators.estimates import Stage, two_stages
from pejling.indicators.hierarchy import known_unit, units
from pejling.indicators.items import Observed
from pejling.indicators.measurement import measurement, reading
from pejling.indicators.periods import Period
from pejling.indicators.relations import literal
from pejling.indicators.survival import HISTOGRAM, Z, bands, curves, last_steps, medians, restricted_means

KEYS = ("cell",)
Value = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Time:
    """Value, low and high of a time to exit, in the indicator's unit; None: not reached.

    `undecided`: courses that may still move it, the shortest followed for `shortest` days.
    """

    value: Value
    undecided: int
    shortest: int | None


@dataclass(frozen=True)
class Step:
    """A day of a curve on which courses ended: `events` of the `at_risk` left as asked, `others` in another way.

    `incidence` is the share that has left as asked from that day on, with its variance and 95 % interval. No interval
    where nobody has left so yet.
    """

    day: int
    at_risk: int
    events: int
    others: int
    incidence: float
    variance: float
    low: float | None
    high: float | None


def curve(
    connection: duckdb.DuckDBPyConnection, indicator: str, unit: str, period: str, by: str = "", group: str = ""
) -> list[Step]:
    """The whole curve behind a time_to_exit, in days from the start. Between two steps nothing changes.

    Raises Mistake for a name nobody knows, where nothing is measured, and for an indicator that is no time to exit.
    """
    with reading(connection):
        measured = measurement(connection)
        definition = measured.model.indicator(indicator)
        if not isinstance(definition, TimeToExit):
            raise Mistake(f"indicator {indicator}", "it is no time to exit, and has no curve", "Ask for one that is")
        if by and by not in definition.by:
            raise Mistake(f"indicator {indicator}", f"it is not broken down by {by!r}", nearest(by, definition.by))
        if by and group not in (known := groups(connection, measured.slots.get(indicator, {}), by)):
            raise Mistake(f"group {by}", f"{group!r} was not found in what was measured", nearest(group, known))
        hierarchy = units(connection)
        place, span = known_unit(hierarchy, unit), Period.parse(period)
        observed = measured.coverage.get(indicator)
        if observed is None:
            return []
        scope = Scope(definition, observed, by, hierarchy, (place,), (span,), measured)
        rows = connection.execute(
            f"""WITH {_histogram(scope)}, {curves("histogram", KEYS)}, {bands()}
                SELECT days, at_risk, events, every - events, incidence, variance, 1 - p_high, 1 - p_low
                FROM banded JOIN named USING (cell) WHERE "group" = {literal(group)} ORDER BY days""",
            scope.values(),
        ).fetchall()
    return [Step(day, int(risk), int(events), int(others), *rest) for day, risk, events, others, *rest in rows]


def time_rows(scope: Scope) -> str:
    """SELECT unit, period, "group", value, low or variance, …: see `survival.medians` and `restricted_means`; in days.

    Binds what the scope binds.
    """
    indicator = scope.indicator
    assert isinstance(indicator, TimeToExit)  # noqa: S101 - no other measure has one
    if indicator.statistic == "median":
        found = medians(KEYS, indicator.horizon.count if indicator.horizon else FOR_GOOD)
    else:
        assert indicator.horizon is not None  # noqa: S101 - the definition's own rule
        found = restricted_means(KEYS, indicator.horizon.count)
    return _named(scope, f"WITH {curves('histogram', KEYS)}, {found}")


def times(connection: duckdb.DuckDBPyConnection, scope: Scope, observed: Observed) -> dict[CellKey, Time]:
    """Of a time_to_exit: the cells with any course."""
    indicator = scope.indicator
    assert isinstance(indicator, TimeToExit)  # noqa: S101 - no other measure has one
    days = 7 if indicator.unit == "weeks" else 1
    found = {}
    for unit, period, group, *row in connection.execute(time_rows(scope), scope.values()).fetchall():
        if indicator.statistic == "median":
            value, low, high, undecided, shortest = row
        else:
            value, variance, undecided, shortest = row
            width, longest = Z * variance**0.5, indicator.horizon.count  # type: ignore[union-attr]
            low, high = max(value - width, 0.0), min(value + width, float(longest))
        found[unit, period, group] = Time(
            (_told(value, days), _told(low, days), _told(high, days)), undecided, shortest
        )
    return found


def shares_to_come(
    connection: duckdb.DuckDBPyConnection, scope: Scope, keys: list[CellKey]
) -> dict[CellKey, tuple[float, float, float]]:
    """Of the cells named, if it is a share that courses decide: estimate, low and high of what it may become."""
    if not keys or not has_curves(scope.indicator) or isinstance(scope.indicator, TimeToExit):
        return {}
    units, periods = {unit for unit, _, _ in keys}, {period for _, period, _ in keys}
    rows = connection.execute(
        _named(scope, f"WITH {curves('histogram', KEYS)} {last_steps(KEYS)}"), scope.values(units, periods)
    ).fetchall()
    wanted, found = set(keys), {}
    for unit, period, group, *row in rows:
        first, second = (
            Stage(courses, incidence, variance) if courses else None
            for courses, incidence, variance in (row[:3], row[3:])
        )
        if (unit, period, group) in wanted and (estimate := two_stages(first, second)):
            found[unit, period, group] = estimate
    return found


def _named(scope: Scope, found: str) -> str:
    """SELECT of what is found over the histogram, for each unit, period and group in place of its cell."""
    return f"""WITH {_histogram(scope)}
        SELECT unit, period, "group", found.* EXCLUDE (cell) FROM ({found}) AS found JOIN named USING (cell)"""


def _histogram(scope: Scope) -> str:
    """`histogram`, and what its cells stand for in `named`, for a WITH."""
    table = "lake.measurements.durations"
    only = f"indicator = {literal(scope.indicator.key)} AND {scope.kept}"
    sums = ", ".join(f"CAST({each} AS BIGINT) AS {name}" for name, each in HISTOGRAM.items())
    number = f"place * {1 << 40} + nth * {1 << 20} + g"
    return f"""{scope.numbered(table, only)},
        coded AS (
            SELECT n, month, g, stage, days, event, CAST(courses AS INTEGER) AS courses
            FROM {table} AS d JOIN leaf USING (unit_id)
            JOIN grouped ON grouped."group" = {scope.group_of("d")} WHERE {only}),
        histogram AS (
            SELECT {number} AS cell, stage, days, {sums}
            FROM coded JOIN above USING (n) JOIN span ON {scope.within} GROUP BY cell, stage, days
            HAVING events <> 0 OR others <> 0 OR leaving <> 0),
        named AS (
            SELECT {number} AS cell, unit, period, "group" FROM (SELECT DISTINCT cell FROM histogram) AS c
            JOIN placed ON place = cell >> 40 JOIN span ON nth = (cell >> 20) & {(1 << 20) - 1}
            JOIN grouped ON g = cell & {(1 << 20) - 1})"""


def _told(days: float | None, unit: int) -> float | None:
    return None if days is None else days if unit == 1 else days / unit
