"""The model of a place's months: a level that moves, a season, and chance (A. C. Harvey, Forecasting, Structural Time
Series Models and the Kalman Filter, 1989, ch. 2).

A month is level + season + chance. The level takes a step each month, with a variance of `MOVES`; the season is a part
of each calendar month, twelve that are 0 together, with a variance of one of `SEASONS`, the likeliest; a month's chance
has a variance of 1. It is solved as the best linear unbiased prediction (G. K. Robinson, Statistical Science 6 (1991)
15-32), the mean being unknown. All but the season's variance is decided by which months are learnt from, not by what
was counted in them, and is worked out once.
"""

from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

YEAR = 12
LONGEST = 10 * YEAR  # months: older ones say nothing of today
AHEAD = 2 * YEAR  # months: no forecast reaches further
MOVES = 0.05
SEASONS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
LEAST_FACTOR = 0.05  # of a month whose season is all but nothing
LEAST_LEVEL = 0.2  # of the median month: below it a season is no factor of the level
UNLIKE = 10  # a month so many usual deviations away from its calendar month's middle is left out


@dataclass(frozen=True)
class _Learnt:
    """What the model makes of some months, whatever was counted in them: `turned` makes their covariance 1 without a
    season and diagonal, 1 + season * `seasonal`, with one. `ones` is a level of 1, so turned. `weights` are those of
    the level ahead where the season is already taken out. `levels` and `parts` have a row for each month through
    `AHEAD`: what the level and the season are made of. By season, `scales` and `constants` are for the likelihood."""

    months: Any
    turned: Any
    seasonal: Any
    ones: Any
    weights: Any
    levels: Any
    parts: Any
    scales: Any
    constants: Any


def _level_part(a: Any, b: Any) -> Any:
    import numpy as np

    return MOVES * (np.minimum.outer(a, b) + 1.0)


def _season_part(a: Any, b: Any) -> Any:
    import numpy as np

    return (np.subtract.outer(a, b) % YEAR == 0) - 1 / YEAR


@lru_cache(maxsize=256)
def _learnt(months: tuple[int, ...], known: int) -> _Learnt:
    """Of the months numbered so, from 0, of those `known`."""
    import numpy as np
    from scipy.linalg import cholesky, eigh, solve_triangular

    t = np.array(months)
    lower = cholesky(_level_part(t, t) + np.eye(len(t)), lower=True)
    half = solve_triangular(lower, np.eye(len(t)), lower=True)
    seasonal, ways = eigh(half @ _season_part(t, t) @ half.T)
    turned = ways.T @ half
    ones = turned.sum(axis=1)
    gain = _level_part(np.array([known]), t)[0] @ half.T @ half
    mean = half.T @ half.sum(axis=1)
    weights = gain + (1 - gain.sum()) * mean / mean.sum()
    seasonal = np.maximum(seasonal, 0)
    every = np.arange(known + AHEAD)
    scales = 1 / (1 + np.outer(SEASONS, seasonal))
    constants = -np.log(scales).sum(axis=1) / 2 + np.log(scales @ ones**2) / 2
    return _Learnt(
        t, turned, seasonal, ones, weights, _level_part(every, t) @ turned.T, _season_part(every, t) @ turned.T,
        scales, constants,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _spread_ahead(months: tuple[int, ...], known: int, season: float) -> Any:
    """The covariance of the errors of the months ahead, where a month's chance is 1: (AHEAD, AHEAD)."""
    import numpy as np

    learnt, ahead = _learnt(months, known), np.arange(known, known + AHEAD)
    part = (_level_part(ahead, learnt.months) + season * _season_part(ahead, learnt.months)) @ learnt.turned.T
    scaled = part / (1 + season * learnt.seasonal)
    missing = 1 - scaled @ learnt.ones
    mean = (learnt.ones**2 / (1 + season * learnt.seasonal)).sum()
    own = _level_part(ahead, ahead) + season * _season_part(ahead, ahead) + np.eye(AHEAD)
    return own - scaled @ part.T + np.outer(missing, missing) / mean


@dataclass(frozen=True)
class Structure:
    """The season of a place, as factors of each month's level through `AHEAD`; weights of the level; the spread."""

    factors: Any
    weights: Any
    spread: Any
    left_out: tuple[int, ...]


def structure(whole: Any, known: int) -> Structure:
    """From the first `known` months of the place, the last `LONGEST` of them."""
    import numpy as np

    begin = max(0, known - LONGEST)
    series = whole[begin:known]
    alike = _alike(series)
    months = tuple(alike.tolist())
    learnt = _learnt(months, len(series))
    size = float(np.median(np.abs(series))) or 1.0
    turned = learnt.turned @ (series[alike] / size)
    season = SEASONS[_likeliest(learnt, turned)]
    scale = 1 / (1 + season * learnt.seasonal)
    mean = (scale * learnt.ones @ turned) / (scale @ learnt.ones**2)
    solved = scale * (turned - mean * learnt.ones)
    level = mean + learnt.levels @ solved
    by_month = season * (learnt.parts @ solved)
    factors = np.maximum(1 + by_month / level, LEAST_FACTOR) if level.min() > LEAST_LEVEL else np.ones(len(level))
    weights = np.zeros(known)
    weights[begin + alike] = learnt.weights
    return Structure(
        np.concatenate([np.ones(begin), factors]), weights, _spread_ahead(months, len(series), season),
        tuple(begin + month for month in sorted(set(range(len(series))) - set(months))),
    )  # fmt: skip


def _likeliest(learnt: _Learnt, turned: Any) -> int:
    """The season of the highest restricted likelihood."""
    import numpy as np

    crossed = learnt.scales @ (turned * learnt.ones)
    left = learnt.scales @ turned**2 - crossed**2 / (learnt.scales @ learnt.ones**2)
    return int(np.argmin((len(turned) - 1) / 2 * np.log(np.maximum(left, 1e-12)) + learnt.constants))


def _alike(series: Any) -> Any:
    """The months to learn from: all but those far from the middle of the same month in all years."""
    import numpy as np

    told = series.tolist()
    middle = np.array([median(told[month::YEAR]) if told[month:] else 0.0 for month in range(YEAR)])
    middle = np.resize(middle, len(told))
    away = np.abs(series - middle)
    usual = 1.4826 * np.median(away)  # a standard deviation, where errors are normal
    return np.flatnonzero(away <= max(UNLIKE * usual, 1e-9))
