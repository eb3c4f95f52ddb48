"""What the durations of the cells asked for come to: times to exit, and shares that are still to come."""

from dataclasses import dataclass

import duckdb

from pejling.indicators.cells import CellKey, Scope
from pejling.indicators.components import has_curves
from pejling.indicators.course_items import FOR_GOOD
from pejling.indicators.definition import TimeToExit
from pejling.indicators.estimates import Stage, two_stages
from pejling.indicators.items import Observed
from pejling.indicators.relations import literal
from pejling.indicators.survival import Z, curves, last_steps, medians, restricted_means

KEYS = ("unit", "period", '"group"')
Value = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Time:
    """Value, low and high of a time to exit, in the indicator's unit; None: not reached.

    `undecided`: courses that may still move it, the shortest followed for `shortest` days.
    """

    value: Value
    undecided: int
    shortest: int | None


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
    return f"WITH {_histogram(scope)}, {curves('histogram', KEYS)}, {found}"


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
        f"WITH {_histogram(scope)}, {curves('histogram', KEYS)} {last_steps(KEYS)}", scope.values(units, periods)
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


def _histogram(scope: Scope) -> str:
    return f"""{scope.relations()},
        histogram AS (
            SELECT unit, period, "group", stage, days, event, SUM(courses) AS courses
            FROM lake.measurements.durations JOIN scope ON unit_id = leaf
            JOIN span ON month BETWEEN first_on AND last_on
            WHERE indicator = {literal(scope.indicator.key)} AND group_by = {literal(scope.by)}
            GROUP BY unit, period, "group", stage, days, event HAVING SUM(courses) <> 0)"""


def _told(days: float | None, unit: int) -> float | None:
    return None if days is None else days if unit == 1 else days / unit
