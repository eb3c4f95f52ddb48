"""Forecasts of what is counted or posted month by month, to the end of a year, with an interval and its past errors.

The **season** is that of the whole place, for each target group or account: what a single unit's months show of it is
mostly chance. The **level** is the unit's own. Both come from one structural model of a series (A. C. Harvey,
Forecasting, Structural Time Series Models and the Kalman Filter, 1989, ch. 2): month = level + season + chance, where
the level moves a little each month. It is solved as the best linear unbiased prediction, by Cholesky factors (G. K.
Robinson, Statistical Science 6 (1991) 15-32). A unit's forecast is a sum of its own months with the same weights for
all units, times the season of the place; so the forecasts of units add up to that of the unit above them.

The **interval** is as wide as past forecasts were wrong: the forecast is made again after each month of the past, from
what was known then (rolling origins), and its errors, each in the model's own measure of how hard it was, give the
spread. `MOVES` is fixed and `SEASONS` chosen by restricted likelihood; decision 27 says how they were measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pejling.indicators.monthly import Key, Monthly
from pejling.steering.structure import AHEAD, YEAR, Structure, structure

FIRST = 2 * YEAR  # months: fewer show no season
LEAST = 3 * YEAR  # months: fewer have too few past forecasts to say how wrong they are
TESTED = 3 * YEAR  # past forecasts are made again after each of so many months
INTERVAL = 0.8

Unknown = Literal["", "too_short", "nothing"]


@dataclass(frozen=True)
class Ahead:
    """What is expected of a month or a year, and the interval that holds it four times out of five."""

    period: str
    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Told:
    """A forecast of the past, from what was known after the month `after`, and what came. `low` and `high` are None
    where there were too few errors to know by then."""

    after: str
    period: str
    ahead: int  # months
    expected: float
    low: float | None
    high: float | None
    actual: float

    @property
    def within(self) -> bool | None:
        return None if self.low is None or self.high is None else self.low <= self.actual <= self.high


@dataclass(frozen=True)
class PastError:
    """The errors of past forecasts of months so far ahead. `within` of `told` with an interval held what came."""

    ahead: tuple[int, int]  # from and to, both included
    forecasts: int
    mean_error: float  # forecast less actual
    mean_absolute: float
    mean_actual: float
    within: int
    told: int


@dataclass(frozen=True)
class Forecast:
    """Of a unit and group, in courses or kroner. `months` are those after the last that is over; `sums` are of all of
    them through each, and `years` of those in each year, with the interval of the sum. `unknown` says why there is
    none: fewer than `LEAST` months of history, or nothing in any of them. `left_out` are months too unlike the same
    month of other years to learn from."""

    months: tuple[Ahead, ...] = ()
    sums: tuple[Ahead, ...] = ()
    years: tuple[Ahead, ...] = ()
    errors: tuple[PastError, ...] = ()
    past: tuple[Told, ...] = ()
    left_out: tuple[str, ...] = ()
    history: int = 0  # months
    unknown: Unknown = ""


def forecasts(monthly: Monthly, to: str, *, past: bool = False) -> dict[Key, Forecast]:
    """The forecast of every unit and group, and of each unit's whole (group ""), through the month `to`.

    `past` brings every past forecast, not only its errors. Raises ValueError for a month already over, or more than
    `AHEAD` months after the last that is settled.
    """
    ahead = _ahead(monthly, to)
    origins = _origins(monthly.settled)
    if not origins:
        return {key: Forecast(history=monthly.settled, unknown="too_short") for key in _keys(monthly)}
    runs = {group: _run(monthly, group, origins) for group in monthly.groups}
    units = list(dict.fromkeys(unit for unit, _ in monthly.values))
    told: dict[Key, Forecast] = {}
    for group, run in runs.items():
        told |= _told(monthly, units, group, run, origins, ahead, past)
    if monthly.groups != ("",):
        whole = _run_of_sum(monthly, list(runs.values()), origins)
        told |= _told(monthly, units, "", whole, origins, ahead, past)
    return {key: told[key] for key in _keys(monthly)}


def forecast(values: Sequence[int], first: str, to: str, *, scale: int = 1, past: bool = False) -> Forecast:
    """Of one series alone, whose first month is `first`, through the month `to`; its season is its own.

    `values` are whole numbers, `scale` of which are one: 100 for øre.
    """
    months = tuple(_month(_number(first) + month) for month in range(len(values)))
    series = tuple(values)
    alone = Monthly("", "", ("",), months, len(months), "", {("", ""): series}, {"": series}, scale)
    return forecasts(alone, to, past=past)["", ""]


def expected(monthly: Monthly, to: str) -> dict[Key, tuple[float, ...]]:
    """What is expected of each month through `to`, in the series' own units: of every series, also of one too short to
    be told alone. For adding up: the sum of these is what is expected of the sum. Empty where the place has too few."""
    ahead = _ahead(monthly, to)
    if not _origins(monthly.settled):
        return dict.fromkeys(monthly.values, ())
    begin, settled = len(monthly.months) - monthly.settled, monthly.settled
    found: dict[Key, tuple[float, ...]] = {}
    for group in monthly.groups:
        units = [unit for unit, of in monthly.values if of == group]
        points, _ = _forecast(monthly, group, settled)
        found |= {
            (unit, group): tuple(float(each) for each in row[begin:ahead])
            for unit, row in zip(units, points, strict=True)
        }
    return found


def _keys(monthly: Monthly) -> list[Key]:
    units = dict.fromkeys(unit for unit, _ in monthly.values)
    groups = dict.fromkeys(("", *monthly.groups))
    return [(unit, group) for unit in units for group in groups]


def _ahead(monthly: Monthly, to: str) -> int:
    """Months from the last settled to `to`."""
    ahead = _number(to) - _number(monthly.months[0]) + 1 - monthly.settled
    if not len(monthly.months) - monthly.settled < ahead <= AHEAD:
        raise ValueError(f"{to} is over, or more than {AHEAD} months ahead of {monthly.months[-1]}")
    return ahead


def _origins(settled: int) -> range:
    """How many months were known at each past forecast; the last is today's. Empty where there are too few."""
    return range(max(FIRST, settled - TESTED), settled + 1) if settled >= LEAST else range(0)


def _number(month: str) -> int:
    return int(month[:4]) * YEAR + int(month[5:7]) - 1


def _month(number: int) -> str:
    return f"{number // YEAR:04}-{number % YEAR + 1:02}"


@dataclass(frozen=True)
class _Run:
    """Forecasts made at every origin: points (units, AHEAD), spreads (AHEAD, AHEAD); `actual` is (units, months)."""

    actual: Any
    points: Mapping[int, Any]
    spreads: Mapping[int, Any]
    left_out: tuple[int, ...]


def _forecast(monthly: Monthly, group: str, known: int) -> tuple[Any, Structure]:
    """The points ahead of every unit, and the structure of the place."""
    import numpy as np

    rows = np.array([series for (_, of), series in monthly.values.items() if of == group], dtype=float)
    found = structure(np.array(monthly.wholes[group], dtype=float), known)
    levels = (rows[:, :known] / found.factors[:known]) @ found.weights
    return np.outer(levels, found.factors[known:]), found


def _spread(found: Structure, known: int) -> Any:
    """A month twice as large varies by half as much again: between a count's chance and a share of it."""
    import numpy as np

    root = np.sqrt(found.factors[known:])
    return found.spread * np.outer(root, root)


def _run(monthly: Monthly, group: str, origins: range) -> _Run:
    import numpy as np

    points: dict[int, Any] = {}
    spreads: dict[int, Any] = {}
    left_out: tuple[int, ...] = ()
    for known in origins:
        points[known], found = _forecast(monthly, group, known)
        spreads[known], left_out = _spread(found, known), found.left_out
    rows = [series[: monthly.settled] for (_, of), series in monthly.values.items() if of == group]
    return _Run(np.array(rows, dtype=float), points, spreads, left_out)


def _run_of_sum(monthly: Monthly, runs: Sequence[_Run], origins: range) -> _Run:
    """The groups' forecasts added up; how hard each was, by the structure of all of it."""
    import numpy as np

    whole = np.array(list(monthly.wholes.values()), dtype=float).sum(axis=0)
    points = {known: sum(run.points[known] for run in runs) for known in origins}
    found = {known: structure(whole, known) for known in origins}
    spreads = {known: _spread(each, known) for known, each in found.items()}
    return _Run(sum(run.actual for run in runs), points, spreads, found[origins[-1]].left_out)


def _told(
    monthly: Monthly, units: Sequence[str], group: str, run: _Run, origins: range, ahead: int, past: bool
) -> dict[Key, Forecast]:
    import numpy as np
    from scipy.special import stdtrit  # Student's t; scipy.stats takes ten times as long to load

    begin, settled = len(monthly.months) - monthly.settled, monthly.settled
    first = _number(monthly.months[0])
    squares, pairs = _squares(run, origins)
    half = {
        known: stdtrit(known - origins[0], (1 + INTERVAL) / 2) * np.sqrt(squares[known] / pairs[known])
        for known in origins
        if known - origins[0] >= YEAR
    }
    now = list(range(begin, ahead))
    years: dict[str, list[int]] = {}
    for step in now:
        years.setdefault(_month(first + settled + step)[:4], []).append(step)
    found: dict[Key, Forecast] = {}
    for row, unit in enumerate(units):
        actual = run.actual[row]
        floor = 0.0 if actual.min() >= 0 else -np.inf
        told = np.flatnonzero(actual)
        history = settled - int(told[0]) if len(told) else 0
        if history < LEAST:
            found[unit, group] = Forecast(history=history, unknown="too_short" if history else "nothing")
            continue
        points, spread, width = run.points[settled][row], run.spreads[settled], half[settled][row]

        def of(period: str, steps: Sequence[int], points: Any = points, spread: Any = spread, width: float = width,
               floor: float = floor) -> Ahead:  # fmt: skip
            middle = points[list(steps)].sum()
            side = width * np.sqrt(spread[np.ix_(steps, steps)].sum())
            at = monthly.scale
            return Ahead(period, float(middle) / at, float(max(middle - side, floor)) / at, float(middle + side) / at)

        said = list(_said(run, row, half, origins, first, floor, monthly.scale))
        found[unit, group] = Forecast(
            tuple(of(_month(first + settled + step), [step]) for step in now),
            tuple(of(_month(first + settled + step), now[: place + 1]) for place, step in enumerate(now)),
            tuple(of(year, steps) for year, steps in years.items()),
            _errors(said), tuple(said) if past else (),
            tuple(_month(first + month) for month in run.left_out), history,
        )  # fmt: skip
    return found


def _squares(run: _Run, origins: range) -> tuple[dict[int, Any], dict[int, int]]:
    """By origin: each unit's squared errors known by then, in the measure of how hard each forecast was; how many."""
    import numpy as np

    squares, pairs = {}, {}
    settled = origins[-1]
    weighed = {}
    for made in origins:
        steps = min(YEAR, settled - made)
        error = run.actual[:, made : made + steps] - run.points[made][:, :steps]
        weighed[made] = np.cumsum(error**2 / np.diag(run.spreads[made])[:steps], axis=1)
    for known in origins:
        earlier = [made for made in origins if made < known]
        squares[known] = sum((weighed[m][:, min(YEAR, known - m) - 1] for m in earlier), np.zeros(len(run.actual)))
        pairs[known] = max(sum(min(YEAR, known - made) for made in earlier), 1)
    return squares, pairs


def _said(
    run: _Run, row: int, half: Mapping[int, Any], origins: range, first: int, floor: float, at: int
) -> "list[Told]":
    """Every past forecast of a unit, at most a year ahead."""
    said = []
    for made in origins[:-1]:
        steps = min(YEAR, origins[-1] - made)
        points = run.points[made][row]
        spread = run.spreads[made].diagonal()
        for step in range(steps):
            low = high = None
            if made in half:
                side = half[made][row] * spread[step] ** 0.5
                low, high = float(max(points[step] - side, floor)) / at, float(points[step] + side) / at
            middle, came = float(points[step]) / at, float(run.actual[row, made + step]) / at
            after, month = _month(first + made - 1), _month(first + made + step)
            said.append(Told(after, month, step + 1, middle, low, high, came))
    return said


def _errors(said: Sequence[Told]) -> tuple[PastError, ...]:
    """A quarter ahead, half a year, a year."""
    found = []
    for first, last in ((1, 3), (4, 6), (7, 12)):
        some = [each for each in said if first <= each.ahead <= last]
        if not some:
            continue
        held = [each.within for each in some if each.within is not None]
        count = len(some)
        found.append(
            PastError(
                (first, last), count,
                sum(each.expected - each.actual for each in some) / count,
                sum(abs(each.expected - each.actual) for each in some) / count,
                sum(each.actual for each in some) / count, sum(held), len(held),
            )
        )  # fmt: skip
    return tuple(found)
