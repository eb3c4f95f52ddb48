"""Curves of time until an event, from histograms of durations, in arrays over the rows of many cells at once.

A cell's courses are followed for so many `days` until an `event`: exit or relapse (the one asked for), other (it can no
longer happen), censored (nothing yet) or never (followed for good); and entry: from the day after, so many more are at
risk, for they began before the coverage. Who is censored on a day is at risk on it. A row of the histogram says how
many there are of each on a day: `events` as asked, `others`, `censored`, and in all `leaving`, less those who enter.

The curve is O. O. Aalen and S. Johansen's incidence (Scand. J. Statist. 5 (1978) 141-150), others competing; with no
other event it is 1 - E. L. Kaplan and P. Meier's survival (JASA 53 (1958) 457-481). Its variance is the delta-method
one (G. E. Dinse and M. G. Larson, Biometrika 73 (1986) 379-386; J. J. Gaynor et al., JASA 88 (1993) 400-409): M.
Greenwood's where nothing competes, p(1-p)/n where nothing is censored. A median's interval are the days whose band, on
the complementary log-log scale (J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data,
1980), holds one half (R. Brookmeyer and J. Crowley, Biometrics 38 (1982) 29-41). Beyond the longest follow-up a curve
is carried on flat.

Import this module where a curve is asked for, not before: numpy takes longer to load than a small command.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pejling.indicators.components import KINDS
from pejling.indicators.estimates import CLOSE, Z

Numbers = np.ndarray[Any, np.dtype[Any]]
ROWS = 1 << 17  # of a part: its arrays stay in the processor's cache, and the memory for all cells stays small
DAY, CELL = 4, 25  # bits below the day, and below the cell, in what is `told`


@dataclass(frozen=True)
class Histogram:
    """Whole numbers, the counts as floats, one of each a row; in order of cell and days, no day twice in a cell."""

    cell: Numbers
    days: Numbers
    events: Numbers
    others: Numbers
    censored: Numbers
    leaving: Numbers


def told(cell: Numbers, days: Numbers, kind: Numbers, taken_away: Numbers) -> Numbers:
    """What is known of a course in one number, to be sorted by. `kind` is a place in KINDS; `taken_away` are courses
    that were counted before, and are no longer.
    """
    packed: Numbers = (cell << CELL) + (days << DAY) + kind + len(KINDS) * taken_away
    return packed


def histogram(told: Numbers) -> Histogram:
    """Of courses of each of which so much is told, in order."""
    day, kind = told >> DAY, told & ((1 << DAY) - 1)
    starts, nth = _cells(day)
    kind, courses = kind % len(KINDS), np.where(kind < len(KINDS), 1.0, -1.0)
    count = np.bincount(nth * len(KINDS) + kind, courses, len(starts) * len(KINDS)).reshape(-1, len(KINDS))
    events, others, censored, never, entering = count.T
    leaving = events + others + censored + never - entering
    cell, days = day[starts] >> (CELL - DAY), day[starts] & ((1 << (CELL - DAY)) - 1)
    columns = cell, days, events, others, censored, leaving
    some = (events != 0) | (others != 0) | (censored != 0) | (leaving != 0)
    return Histogram(*columns) if some.all() else Histogram(*(each[some] for each in columns))


def parts(told: Numbers) -> Iterator[Numbers]:
    """The same in order, about so many at a time, a cell never divided. At least one part, if an empty one."""
    cuts = np.searchsorted(told, told[ROWS::ROWS] >> CELL << CELL)
    for first, last in zip([0, *cuts], [*cuts, len(told)], strict=True):
        yield told[first:last]


@dataclass(frozen=True)
class Curves:
    """Of each day with an event: `at_risk` before it, `events` (the one asked for) and `every` (all of them) on it.

    `surviving` before it, and from it on the `incidence` and its `variance`. `cell` counts the histogram's from 0.
    """

    cell: Numbers
    days: Numbers
    at_risk: Numbers
    events: Numbers
    every: Numbers
    surviving: Numbers
    incidence: Numbers
    variance: Numbers


def curves(histogram: Histogram) -> Curves:
    starts, cell = _cells(histogram.cell)
    left = np.cumsum(histogram.leaving) - histogram.leaving  # exact: whole numbers
    courses = np.add.reduceat(histogram.leaving, starts) if len(starts) else starts
    at_risk = (left[starts] + courses)[cell] - left
    happened = histogram.events + histogram.others > 0
    cell, days, at_risk = cell[happened], histogram.days[happened], at_risk[happened]
    events = histogram.events[happened]
    every = events + histogram.others[happened]
    nth = _nth(cell)
    looks = _looks(nth)
    left = _running(np.multiply, 1 - every / at_risk, looks)
    surviving = _before(left, nth, 1)
    staying = at_risk - every
    spread = np.divide(every, at_risk * staying, out=np.zeros(len(every)), where=staying > 0)
    if not np.any(histogram.others):  # Kaplan and Meier's, and Greenwood's: the same in two runs for six
        variance = left * left * _running(np.add, spread, looks)
        return Curves(cell, days, at_risk, events, every, surviving, 1 - left, variance)
    incidence = _running(np.add, surviving * events / at_risk, looks)
    incidence = _running(np.maximum, incidence, looks)  # where nothing is added, rounding may have taken a little off
    jump = surviving * events / (at_risk * at_risk)
    both = incidence * spread + jump
    squares = incidence * (both + jump) + surviving * jump * (at_risk - events) / at_risk
    variance = (
        incidence * incidence * _running(np.add, spread, looks)
        - 2 * incidence * _running(np.add, both, looks)
        + _running(np.add, squares, looks)
    )
    return Curves(cell, days, at_risk, events, every, surviving, incidence, np.maximum(variance, 0))


def bands(found: Curves) -> tuple[Numbers, Numbers]:
    """Of the share that has not left: low and high. Where everyone has left they are 0, where nobody has, no number."""
    p = 1 - found.incidence
    some = (found.incidence > CLOSE) & (p > CLOSE)
    within = np.where(some, p, 0.5)
    logarithm = np.log(within)
    width = Z * np.sqrt(found.variance) / (within * np.abs(logarithm))
    beyond = np.where(p < CLOSE, 0, np.nan)
    low, high = (np.exp(logarithm * np.exp(each)) for each in (width, -width))  # p to that power
    return np.where(some, low, beyond), np.where(some, high, beyond)


def medians(histogram: Histogram, horizon: int) -> Mapping[str, Numbers]:
    """Of each cell: value, low and high, masked where not reached, and what is undecided.

    That is the courses censored before the median, and the shortest time of any, masked where there is none.
    """
    starts, cell = _cells(histogram.cell)
    found = curves(histogram)
    low, high = bands(found)
    reached = {"value": 1 - found.incidence <= 0.5 + CLOSE, "low": low <= 0.5, "high": high <= 0.5}
    days = {name: _first(found.days, found.cell, where, len(starts)) for name, where in reached.items()}
    bound = np.minimum(days["value"].filled(horizon), horizon)
    return {"cell": histogram.cell[starts], **days, **_undecided(histogram, starts, cell, bound)}


def restricted_means(histogram: Histogram, horizon: int) -> Mapping[str, Numbers]:
    """Of each cell: the mean of days without the event up to the horizon, its variance, and what is undecided.

    Each day's share of events and of others is a multinomial draw from those at risk; delta method.
    """
    starts, cell = _cells(histogram.cell)
    found = curves(histogram)
    early = found.days < horizon
    at, days, at_risk, surviving = found.cell[early], found.days[early], found.at_risk[early], found.surviving[early]
    q = found.events[early] / at_risk
    r = (found.every - found.events)[early] / at_risk
    saved = surviving * q * (horizon - days)
    backwards = _nth(at[::-1])
    later = _before(_running(np.add, saved[::-1], _looks(backwards)), backwards, 0)[::-1]
    rest = np.divide(later, 1 - q - r, out=np.zeros(len(later)), where=later > 0)
    own = surviving * (horizon - days) - rest
    spread = (own * own * q * (1 - q) + rest * rest * r * (1 - r) + 2 * own * rest * q * r) / at_risk
    return {
        "cell": histogram.cell[starts],
        "value": horizon - np.bincount(at, saved, len(starts)),
        "variance": np.bincount(at, spread, len(starts)),
        **_undecided(histogram, starts, cell, np.full(len(starts), horizon)),
    }


def last_steps(histogram: Histogram) -> Mapping[str, Numbers]:
    """Of each cell: the courses, the incidence in the end and its variance, and whether that is the end: somebody was
    followed to it, or nobody is left who might be. Where nobody enters late.
    """
    starts, cell = _cells(histogram.cell)
    found = curves(histogram)
    last = np.flatnonzero(np.diff(found.cell, append=len(starts)))
    ends = {"incidence": np.zeros(len(starts)), "variance": np.zeros(len(starts))}
    for name, column in ends.items():
        column[found.cell[last]] = getattr(found, name)[last]
    to_the_end = histogram.leaving - histogram.events - histogram.others - histogram.censored
    courses, censored, whole = (
        np.bincount(cell, each, len(starts)).astype(int) for each in (histogram.leaving, histogram.censored, to_the_end)
    )
    ended = (whole > 0) | (censored == 0)
    return {"cell": histogram.cell[starts], "courses": courses, "ended": ended, **ends}


def _undecided(histogram: Histogram, starts: Numbers, cell: Numbers, bound: Numbers) -> dict[str, Numbers]:
    """The censored before the bound: what happens to the others cannot move the value."""
    early = (histogram.censored > 0) & (histogram.days < bound[cell])
    number = np.bincount(cell[early], histogram.censored[early], len(starts)).astype(int)
    return {"undecided": number, "shortest": _first(histogram.days, cell, early, len(starts))}


def _cells(names: Numbers) -> tuple[Numbers, Numbers]:
    """The row on which each cell starts, and of each row which cell it is, from 0."""
    new = np.ones(len(names), bool)
    new[1:] = names[1:] != names[:-1]
    return np.flatnonzero(new), np.cumsum(new) - 1


def _nth(cell: Numbers) -> Numbers:
    """Of each row, how many rows of its cell come before it."""
    starts, nth = _cells(cell)
    return np.arange(len(cell)) - starts[nth]


def _looks(nth: Numbers) -> list[tuple[Numbers, Numbers]]:
    """From which rows to look to which: 1, 2, 4 … rows back, as long as any cell has more before it."""
    looks, back, rows = [], 1, np.flatnonzero(nth)
    while rows.size:
        looks.append((rows, rows - back))
        back *= 2
        rows = rows[nth[rows] >= back]
    return looks


def _running(combine: np.ufunc, values: Numbers, looks: list[tuple[Numbers, Numbers]]) -> Numbers:
    """Each value combined with all those before it in its cell.

    By doubling (W. D. Hillis and G. L. Steele, Comm. ACM 29 (1986) 1170-1183): having looked 1, 2, 4 … rows back, each
    row holds what the 2, 4, 8 … up to it come to. A running sum over all rows, from which each cell takes its own part,
    would carry the rounding of a hundred thousand cells into the small variance of a large one.
    """
    found = values.copy()
    for rows, earlier in looks:
        found[rows] = combine(found[rows], found[earlier])
    return found


def _before(values: Numbers, nth: Numbers, first: float) -> Numbers:
    """The value of the row before in the cell; of the first row, `first`."""
    return np.where(nth > 0, np.roll(values, 1), first)


def _first(days: Numbers, cell: Numbers, where: Numbers, cells: int) -> "np.ma.MaskedArray[Any, Any]":
    """The first day of each cell on which it is so, masked where it never is."""
    rows = np.flatnonzero(where)
    its = cell[rows]
    first = np.flatnonzero(np.diff(its, prepend=-1))
    found = np.full(cells, -1)
    found[its[first]] = days[rows[first]]
    return np.ma.masked_less(found, 0)
