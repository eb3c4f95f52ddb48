"""What the durations of the cells asked for come to: times to exit, and shares that are still to come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import starmap
from typing import TYPE_CHECKING

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators.cells import CellKey, Scope, groups
from pejling.indicators.components import keeps_undecided
from pejling.indicators.course_items import FOR_GOOD
from pejling.indicators.definition import ActivityWithin, ExitWithin, LastingShare, TimeToExit
from pejling.indicators.documents import nearest
from pejling.indicators.estimates import Stage, Z, two_stages
from pejling.indicators.hierarchy import Unit, known_unit, units
from pejling.indicators.items import Observed
from pejling.indicators.measurement import Measurement, measurement, reading
from pejling.indicators.periods import Period

if TYPE_CHECKING:  # loaded where a curve is asked for
    from pejling.indicators.grid import Grid, Names
    from pejling.indicators.survival import Histogram, Numbers

LASTS = 2  # the stage that runs from the exit: see `components`
Value = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Time:
    """Value, low and high of a time to exit, in the indicator's unit; None: not reached.

    `undecided`: courses that may still move it, the shortest followed for `shortest` days. `followed`: whether there is
    something to estimate it from, see `_followed`.
    """

    value: Value
    undecided: int
    shortest: int | None
    followed: bool


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
    connection: duckdb.DuckDBPyConnection, indicator: str, unit: str, period: str, by: str = "", group: str = "", *,
    ground: tuple[Measurement, Mapping[str, Unit]] | None = None,
) -> list[Step]:  # fmt: skip
    """The whole curve behind a time_to_exit, in days from the start. Between two steps nothing changes.

    `ground` is as in `cases`. Raises Mistake for a name nobody knows, where nothing is measured, and for an indicator
    that is no time to exit.
    """
    with reading(connection, ground):
        measured, hierarchy = ground or (measurement(connection), units(connection))
        definition = measured.model.indicator(indicator)
        if not isinstance(definition, TimeToExit):
            raise Mistake(f"indicator {indicator}", "it is no time to exit, and has no curve", "Ask for one that is")
        if by and by not in definition.by:
            raise Mistake(f"indicator {indicator}", f"it is not broken down by {by!r}", nearest(by, definition.by))
        if by and group not in (known := groups(connection, measured, measured.slots.get(indicator, {}), by)):
            raise Mistake(f"group {by}", f"{group!r} was not found in what was measured", nearest(group, known))
        place, span = known_unit(hierarchy, unit), Period.parse(period)
        observed = measured.coverage.get(indicator)
        if observed is None:
            return []
        scope = Scope(definition, observed, by, (place,), (span,), measured)
        from pejling.indicators.grid import Grid
        from pejling.indicators.survival import bands, curves, histogram

        grid = Grid(scope, [group])
        if not grid.leaves:
            return []
        (told,) = grid.durations(grid.duration_rows(connection))  # of the one level
        found = curves(histogram(told))
    low, high = bands(found)
    whole = (found.days, found.at_risk, found.events, found.every - found.events)
    limits = ([None if limit != limit else limit for limit in (1 - side).tolist()] for side in (high, low))
    rows = zip(*(each.astype(int).tolist() for each in whole), found.incidence.tolist(), found.variance.tolist(),
               *limits, strict=True)  # fmt: skip
    return list(starmap(Step, rows))


def time_columns(connection: duckdb.DuckDBPyConnection, scope: Scope) -> tuple["Names", dict[str, "Numbers"]]:
    """Of a time_to_exit, all cells with any course: unit, period and group by number, stage, value, low and high …

    In days; see `survival.medians` and `restricted_means`. Of a mean also whether it was followed, see `_followed`.
    """
    from pejling.indicators.survival import medians, restricted_means

    indicator = scope.indicator
    assert isinstance(indicator, TimeToExit)  # noqa: S101 - no other measure has one
    if indicator.statistic == "median":
        told, horizon = medians, indicator.horizon.count if indicator.horizon else FOR_GOOD
    else:
        assert indicator.horizon is not None  # noqa: S101 - the definition's own rule
        told, horizon = restricted_means, indicator.horizon.count
    from pejling.indicators.grid import BEFORE, grid_of

    grid = grid_of(connection, scope)
    if not all(grid.names.values()):
        return grid.names, {}
    is_mean = indicator.statistic == "restricted_mean"
    rows = grid.duration_rows(connection, *([BEFORE] if is_mean else []))
    columns = _columns(grid, rows, lambda part: told(part, horizon))
    return grid.names, columns | _seen(grid, rows, columns) if is_mean else columns


def times(connection: duckdb.DuckDBPyConnection, scope: Scope, observed: Observed) -> dict[CellKey, Time]:
    """Of a time_to_exit: the cells with any course."""
    indicator = scope.indicator
    assert isinstance(indicator, TimeToExit)  # noqa: S101 - no other measure has one
    from pejling.indicators.grid import listed

    days = 7 if indicator.unit == "weeks" else 1
    found = {}
    for key, row in listed(*time_columns(connection, scope)):
        if indicator.statistic == "median":
            value, low, high = row["value"], row["low"], row["high"]
        else:
            value, longest = row["value"], indicator.horizon.count  # type: ignore[union-attr]
            width = Z * row["variance"] ** 0.5
            low, high = max(value - width, 0.0), min(value + width, float(longest))
        value, low, high = (_told(each, days) for each in (value, low, high))
        found[key] = Time((value, low, high), row["undecided"], row["shortest"], row.get("followed", True))
    return found


def shares_to_come(
    connection: duckdb.DuckDBPyConnection, scope: Scope, keys: list[CellKey]
) -> dict[CellKey, tuple[float, float, float]]:
    """Of the cells named, if it is a share that courses decide: estimate, low and high of what it may become.

    None where there is nothing to estimate it from: see `_followed`; and where an exit must last, and those who left
    are still followed, but nobody has been seen to stay out so long.
    """
    if not keys or not keeps_undecided(scope.indicator):
        return {}
    from pejling.indicators.grid import BEFORE, grid_of, listed
    from pejling.indicators.survival import last_steps

    wanted = set(keys)
    units, periods = {unit for unit, _, _ in wanted}, {period for _, period, _ in wanted}
    spans = tuple(span for span in scope.spans if span.text in periods)
    grid = grid_of(connection, replace(scope, units=tuple(units), spans=spans))
    if not all(grid.names.values()):
        return {}
    rows = grid.duration_rows(connection, BEFORE)
    columns = _columns(grid, rows, last_steps)
    columns |= _seen(grid, rows, columns)
    stages: dict[CellKey, dict[int, Stage]] = {key: {} for key in keys}
    unknown = set()
    for key, row in listed(grid.names, columns):
        if row["courses"] and key in wanted:
            stages[key][row["stage"]] = Stage(row["courses"], row["incidence"], row["variance"])
            if not row["followed"] or (row["stage"] == LASTS and not row["ended"]):
                unknown.add(key)
    estimates = {key: two_stages(found.get(1), found.get(2)) for key, found in stages.items() if key not in unknown}
    return {key: estimate for key, estimate in estimates.items() if estimate}


def _seen(grid: "Grid", rows: Mapping[str, "Numbers"], columns: Mapping[str, "Numbers"]) -> dict[str, "Numbers"]:
    """`followed`: of each cell of the columns, made of those duration rows."""
    seen = _followed(grid.scope, grid.first_months(rows))
    return {"followed": seen[columns["unit"], columns["group"], columns["period"]]}


def _followed(scope: Scope, first_day: "Numbers") -> "Numbers":
    """Whether the records go on, from the first month with a course of the cell, for as long as courses are asked of.

    Until then nobody has been seen that late: an estimate would stand where the following ends, as if nothing came
    after, and a share would seem to be low (an exit's lasting, and a mean: high) for no other reason. A median is read
    where half have left, however long the others are followed.
    """
    import numpy as np

    from pejling.indicators.grid import DAY_ONE

    indicator, observed = scope.indicator, scope.observed
    if isinstance(indicator, ExitWithin | ActivityWithin):
        asked = indicator.within
    elif isinstance(indicator, LastingShare) and indicator.lasting is not None:
        asked = indicator.lasting
    elif isinstance(indicator, TimeToExit) and indicator.horizon is not None:
        asked = indicator.horizon
    else:
        return np.ones(first_day.shape, bool)
    last = asked.before(observed.through + timedelta(days=1))
    return np.maximum(first_day, (observed.from_on - DAY_ONE).days) <= (last - DAY_ONE).days


def _columns(
    grid: "Grid", rows: Mapping[str, "Numbers"], told: Callable[["Histogram"], Mapping[str, "Numbers"]]
) -> dict[str, "Numbers"]:
    """unit, period and group by number, stage, and what is told of that cell's histogram."""
    import numpy as np

    from pejling.indicators.survival import histogram, parts

    found = [told(histogram(part)) for level in grid.durations(rows) for part in parts(level)]
    joined = {name: np.ma.concatenate([part[name] for part in found]) for name in found[0]}
    unit, period, group, stage = np.unravel_index(joined.pop("cell").data, grid.shape)
    return {"unit": unit, "period": period, "group": group, "stage": stage + 1, **joined}


def _told(days: float | None, unit: int) -> float | None:
    return None if days is None else days if unit == 1 else days / unit
