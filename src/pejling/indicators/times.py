"""What the durations of the cells asked for come to: times to exit, and shares that are still to come."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING, Any

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators.cells import CellKey, Scope, groups
from pejling.indicators.components import has_curves
from pejling.indicators.course_items import FOR_GOOD
from pejling.indicators.definition import TimeToExit
from pejling.indicators.documents import nearest
from pejling.indicators.estimates import Stage, Z, two_stages
from pejling.indicators.hierarchy import known_unit, units
from pejling.indicators.items import Observed
from pejling.indicators.measurement import measurement, reading
from pejling.indicators.periods import Period
from pejling.indicators.relations import literal

if TYPE_CHECKING:  # loaded where a curve is asked for
    from pejling.indicators.survival import Histogram, Numbers

DURATIONS = "lake.measurements.durations"
MOST = (1 << 20) - 1
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
        scope = Scope(definition, observed, by, (place,), (span,), measured)
        from pejling.indicators.survival import bands, curves

        found = curves(_histogram(connection, scope, scope.values(), group))
    low, high = bands(found)
    whole = (found.days, found.at_risk, found.events, found.every - found.events)
    limits = ([None if limit != limit else limit for limit in (1 - side).tolist()] for side in (high, low))
    rows = zip(*(each.astype(int).tolist() for each in whole), found.incidence.tolist(), found.variance.tolist(),
               *limits, strict=True)  # fmt: skip
    return list(starmap(Step, rows))


def time_columns(connection: duckdb.DuckDBPyConnection, scope: Scope) -> dict[str, "Numbers"]:
    """Of a time_to_exit, all cells with any course: unit, period, group, stage, value, low and high or variance, …

    In days; see `survival.medians` and `restricted_means`.
    """
    from pejling.indicators.survival import medians, restricted_means

    indicator = scope.indicator
    assert isinstance(indicator, TimeToExit)  # noqa: S101 - no other measure has one
    if indicator.statistic == "median":
        told, horizon = medians, indicator.horizon.count if indicator.horizon else FOR_GOOD
    else:
        assert indicator.horizon is not None  # noqa: S101 - the definition's own rule
        told, horizon = restricted_means, indicator.horizon.count
    return _columns(connection, scope, scope.values(), lambda part: told(part, horizon))


def times(connection: duckdb.DuckDBPyConnection, scope: Scope, observed: Observed) -> dict[CellKey, Time]:
    """Of a time_to_exit: the cells with any course."""
    indicator = scope.indicator
    assert isinstance(indicator, TimeToExit)  # noqa: S101 - no other measure has one
    days = 7 if indicator.unit == "weeks" else 1
    found = {}
    for unit, period, group, _, *row in _rows(time_columns(connection, scope)):
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
    from pejling.indicators.survival import last_steps

    units, periods = {unit for unit, _, _ in keys}, {period for _, period, _ in keys}
    stages: dict[CellKey, dict[int, Stage]] = {key: {} for key in keys}
    for unit, period, group, stage, courses, *step in _rows(
        _columns(connection, scope, scope.values(units, periods), last_steps)
    ):
        if courses and (unit, period, group) in stages:
            stages[unit, period, group][stage] = Stage(courses, *step)
    estimates = {key: two_stages(found.get(1), found.get(2)) for key, found in stages.items()}
    return {key: estimate for key, estimate in estimates.items() if estimate}


def _rows(columns: Mapping[str, "Numbers"]) -> Iterable[tuple[Any, ...]]:
    """What is masked is None."""
    return zip(*(column.tolist() for column in columns.values()), strict=True)


def _columns(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    bound: dict[str, Any],
    told: Callable[["Histogram"], Mapping[str, "Numbers"]],
) -> dict[str, "Numbers"]:
    """unit, period, group and stage, and what is told of that cell's histogram."""
    import numpy as np

    parts = [told(part) for part in _histogram(connection, scope, bound).parts()]
    joined = {name: np.ma.concatenate([part[name] for part in parts]) for name in parts[0]}
    cell = joined.pop("cell").data
    named = {
        "unit": (sorted(set(bound["units"])), cell >> 41),
        "period": (bound["periods"], cell >> 21 & MOST),
        "group": (_groups(connection, scope), cell >> 1 & MOST),
    }
    texts = {name: np.array(known, object)[number - 1] for name, (known, number) in named.items()}
    return texts | {"stage": (cell & 1) + 1} | joined


def _histogram(
    connection: duckdb.DuckDBPyConnection, scope: Scope, bound: dict[str, Any], group: str | None = None
) -> "Histogram":
    """Of the cells asked for, or of one group's. A cell's number holds Scope.numbered's three and, last, its stage."""
    from pejling.indicators.survival import COUNTS, Histogram

    only = _kept(scope) if group is None else f"{_kept(scope)} AND {scope.group} = {literal(group)}"
    counts = ", ".join(f"{each} AS {name}" for name, each in COUNTS.items())
    # As fractions: the sum of whole numbers is twice as wide in DuckDB, and slower; up to 2**53 these are as exact.
    sums = ", ".join(f"SUM(CAST({name} AS DOUBLE)) AS {name}" for name in COUNTS)
    columns = connection.execute(
        f"""WITH {scope.numbered(DURATIONS, only)},
            coded AS (
                SELECT n, month, g, stage, days, {counts} FROM {DURATIONS} AS d JOIN leaf USING (unit_id)
                JOIN grouped ON grouped."group" = {scope.group_of("d")} WHERE {_kept(scope)})
            SELECT place * {1 << 41} + nth * {1 << 21} + g * 2 + stage - 1 AS cell, days, {sums}
            FROM coded JOIN above USING (n) JOIN span ON {scope.within} GROUP BY cell, days
            HAVING events <> 0 OR others <> 0 OR leaving <> 0 ORDER BY cell, days""",
        bound,
    ).fetchnumpy()
    return Histogram(**columns)


def _groups(connection: duckdb.DuckDBPyConnection, scope: Scope) -> list[str]:
    """As Scope.numbered counts them."""
    if not scope.by:
        return [""]
    rows = connection.execute(
        f'SELECT DISTINCT "group" FROM {DURATIONS} WHERE {_kept(scope)} ORDER BY "group"'
    ).fetchall()
    return [group for (group,) in rows]


def _kept(scope: Scope) -> str:
    return f"indicator = {literal(scope.indicator.key)} AND {scope.kept}"


def _told(days: float | None, unit: int) -> float | None:
    return None if days is None else days if unit == 1 else days / unit
