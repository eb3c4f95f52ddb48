"""What a year comes to if nothing changes: what is decided of it as it is, the rest as the last months were.

A forecast, and called one: with the interval that holds four years in five, and the chance to meet the target. Of a
share it is the beta-binomial of `chance`, by the unit's own months. Of what is counted and summed it is the mean of the
last months, with their variation from one to the next (`xmr`), each month by itself. What stands (a stock) is no such
thing: a month begins where the one before ended. The rest of the year starts from where it stands, as a random walk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import erf, sqrt
from typing import Literal

from pejling.steering.chance import Direction, level, of_period, outlook
from pejling.steering.xmr import LEAST, limits

RECENT = 24  # months, or quarters where it is read by quarter: what "as now" is taken from
FOUR_IN_FIVE = 1.2816  # standard deviations to either side
_NEAR = 1e-9

Basis = Literal["chance", "process", "level"]


@dataclass(frozen=True)
class Forecast:
    """`value`, with the 80 % interval from `low` to `high`; `met`: the chance to meet the target, None without one.

    `decided` periods of the year count as they are, `rest` as the last ones were.
    """

    value: float
    low: float
    high: float
    met: float | None
    decided: int
    rest: int
    basis: Basis


def of_share(
    recent: Sequence[tuple[int, int]],
    decided: Sequence[tuple[int, int]],
    rest: Sequence[int],
    target: float | None,
    direction: str,
) -> Forecast | None:
    """Of a share: (counted, of) for the last months and for the year's decided ones, and the courses of its others.

    None where fewer than twelve months are known, or the year has no course.
    """
    known = level(recent[-RECENT:])
    counted, of, to_come = sum(one for one, _ in decided), sum(of for _, of in decided), sum(rest)
    if known is None or of + to_come == 0:
        return None
    within = of_period(known, to_come, max(len(rest), 1))
    share = known.share
    variance = to_come * (1 + (to_come - 1) * within) * share * (1 - share) + to_come**2 * known.uncertainty
    value, reach = (counted + share * to_come) / (of + to_come), FOUR_IN_FIVE * sqrt(variance) / (of + to_come)
    met = None
    if target is not None and direction in ("up", "down"):
        way: Direction = "up" if direction == "up" else "down"
        needed = target * (of + to_come) - counted
        if to_come:
            met = outlook(known, to_come, needed / to_come, way, months=len(rest)).met_as_before
        else:
            met = float(reached(value, target, direction))
    return Forecast(value, max(value - reach, 0.0), min(value + reach, 1.0), met, len(decided), len(rest), "chance")


def of_process(
    recent: Sequence[float], decided: Sequence[float], rest: int, target: float | None, direction: str, *, summed: bool
) -> Forecast | None:
    """Of values by period: the year is their sum, or their mean. None where fewer than twelve periods are known."""
    recent = recent[-RECENT:]
    found = limits(recent) if len(recent) >= LEAST else None
    periods = len(decided) + rest
    if found is None or not periods:
        return None
    total = sum(decided) + rest * found.mean
    spread = found.sigma * sqrt(rest + rest**2 / len(recent))  # each period by itself, and the mean itself uncertain
    value, deviation = (total, spread) if summed else (total / periods, spread / periods)
    reach = FOUR_IN_FIVE * deviation
    met = _met(value, deviation, target, direction)
    return Forecast(value, value - reach, value + reach, met, len(decided), rest, "process")


def of_level(
    recent: Sequence[float], decided: Sequence[float], rest: int, target: float | None, direction: str, *, mean: bool
) -> Forecast | None:
    """Of what stands, by period: with `mean` the year is the mean of its periods, else where it stands on the last day.

    A random walk from the last decided period. The differences of successive periods have the variance d of one step
    where each says how it stood on its last day, and `rest` steps have `rest` times d. Means of a walk that moves day
    by day differ by two thirds of a step's variance (H. Working, Econometrica 28 (1960) 916-918); so the sum of `rest`
    such means from the last one has the variance d * rest**2 * (rest + 1) / 2.

    None where fewer than twelve periods are known.
    """
    steps = [after - before for before, after in pairwise(recent[-RECENT - 1 :])]
    periods = len(decided) + rest
    if len(recent) < LEAST or not periods:
        return None
    step, now = sum(each**2 for each in steps) / len(steps), recent[-1]  # around 0: so few steps tell no drift
    value, deviation = now, sqrt(rest * step)
    if mean:
        value, deviation = (sum(decided) + rest * now) / periods, rest * sqrt(step * (rest + 1) / 2) / periods
    reach = FOUR_IN_FIVE * deviation
    met = _met(value, deviation, target, direction)
    return Forecast(value, max(value - reach, 0.0), value + reach, met, len(decided), rest, "level")


def _met(value: float, deviation: float, target: float | None, direction: str) -> float | None:
    """The chance to reach the target, where what comes is normal; None where there is none to reach."""
    if target is None or direction not in ("up", "down"):
        return None
    if deviation < _NEAR:
        return float(reached(value, target, direction))
    below = 0.5 * (1 + erf((target - value) / deviation / sqrt(2)))
    return below if direction == "down" else 1 - below


def reached(value: float, target: float, direction: str) -> bool:
    """Is the value at the target or beyond it, on its good side?"""
    return value >= target - _NEAR if direction == "up" else value <= target + _NEAR
