"""How much of a share is chance: at a unit of this size, whose months vary as much as they do.

A month's count is beta-binomial (J. G. Skellam, JRSS B 10 (1948) 257-261): each month has a share of its own around the
unit's level, as if drawn anew. How much months differ beyond the chance of single courses is the over-dispersion: how
alike two courses of the same month are, over all pairs (S. Karlin, E. C. Cameron and P. T. Williams, PNAS 78 (1981)
2664-2668). A period of several months is given the beta-binomial with the mean and variance of their sum. No threshold
is built in: what counts as too likely is said by the caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

Direction = Literal["up", "down"]
Months = Sequence[tuple[int, int]]  # (numerator, denominator), months on end from the oldest; (0, 0): nothing

LEAST_MONTHS = 12  # fewer do not show how much a unit's months vary, or a season
MANY = 20_000  # courses: of more, a share is as good as continuous
_NEAR = 1e-9  # a share times a number of courses, and so a whole number of them
_AS_GOOD_AS_NONE = 1e-4  # over-dispersion times courses: less adds under a ten-thousandth to the variance


@dataclass(frozen=True)
class Level:
    """A unit's level over its months: all counted over all courses.

    `overdispersion` is the correlation of two courses of the same month, `clustering` how many more such pairs there
    are than if courses came at random (1: as many). `uncertainty` is the variance of the share as an estimate of what
    the unit does.
    """

    share: float
    overdispersion: float
    clustering: float
    uncertainty: float
    months: int
    courses: int


@dataclass(frozen=True)
class Outlook:
    """What chance alone may do to a target at a unit.

    `met_as_before`: the chance to meet it with nothing changed. `missed_on_target`: the chance to miss it for one who
    truly works at the target. `told_from`: the first share, on the target's side of the level, that one who works as
    before reaches no more often than `false_success`; None where no share is so rare. `told`: the chance that one who
    truly works at the target reaches it (the power to see the promised change); None where the target asks for no
    change, and the figure for chance has nothing to be told from.
    """

    level: Level
    courses: int
    target: float
    direction: Direction
    false_success: float
    met_as_before: float
    missed_on_target: float
    told_from: float | None
    told: float | None

    @property
    def missed_as_before(self) -> float:
        return 1 - self.met_as_before


def level(months: Months) -> Level | None:
    """None where fewer than `LEAST_MONTHS` months are known, or none of them has a course."""
    counted, courses = sum(one for one, _ in months), sum(of for _, of in months)
    if len(months) < LEAST_MONTHS or not courses:
        return None
    share = counted / courses
    overdispersion = _overdispersion(months, share)
    spread = sum(of * (1 + (of - 1) * overdispersion) for _, of in months if of)
    # From a count of none, or of all, nobody knows that the share is 0 or 1: Agresti and Coull's two more of each.
    adjusted = (counted + 2) / (courses + 4)
    return Level(
        share=share,
        overdispersion=overdispersion,
        clustering=_pairs(months) * len(months) / courses**2,
        uncertainty=adjusted * (1 - adjusted) * spread / courses**2,
        months=len(months),
        courses=courses,
    )


def of_period(known: Level, courses: int, months: int = 12) -> float:
    """The over-dispersion of the count of a period of so many months, that vary each by itself.

    Of all pairs of the period's courses, it is the share that are of the same month, times how alike these are.
    """
    if courses < 2:
        return 0.0
    return known.overdispersion * min(known.clustering * courses / (months * (courses - 1)), 1.0)


def reaching(share: float, overdispersion: float, courses: int, target: float, direction: Direction) -> float:
    """The chance that of so many courses the share counted is at the target or beyond it, on its good side.

    `overdispersion` is the period's own; 0 gives the binomial. No course: 0, for there is no figure.
    """
    if courses < 1:
        return 0.0
    if courses > MANY and 0 < share < 1:
        from scipy.special import betainc

        step = 0.5 / courses if direction == "down" else -0.5 / courses
        below = float(betainc(*_as_beta(share, overdispersion, courses), min(max(target + step, 0.0), 1.0)))
        return 1 - below if direction == "up" else below
    at_least = _at_least(share, overdispersion, courses)
    if direction == "up":
        return float(at_least[min(max(ceil(target * courses - _NEAR), 0), courses + 1)])
    return 1 - float(at_least[min(max(floor(target * courses + _NEAR) + 1, 0), courses + 1)])


def outlook(
    known: Level, courses: int, target: float, direction: Direction, *, months: int = 12, false_success: float = 0.05
) -> Outlook:
    """Of a target for a period of so many months with so many courses."""
    within = of_period(known, courses, months)
    as_before = known.share, _with_uncertainty(known, within)
    better = target > known.share if direction == "up" else target < known.share
    told_from = _told_from(as_before, courses, direction, false_success)
    told = None
    if better:
        told = 0.0 if told_from is None else reaching(target, within, courses, told_from, direction)
    return Outlook(
        level=known, courses=courses, target=target, direction=direction, false_success=false_success,
        met_as_before=reaching(*as_before, courses, target, direction),
        missed_on_target=1 - reaching(target, within, courses, target, direction),
        told_from=told_from, told=told,
    )  # fmt: skip


def years_to_tell(
    known: Level,
    courses: int,
    target: float,
    direction: Direction,
    *,
    false_success: float = 0.05,
    missed: float = 0.2,
    most: int = 10,
) -> int | None:
    """How many years, of so many courses each, must be seen together until the change is told with chance 1 - missed.

    None where the target asks for no change, or where `most` years are too few.
    """
    for years in range(1, most + 1):
        ahead = outlook(
            known, years * courses, target, direction, months=12 * years, false_success=false_success
        )  # fmt: skip
        if ahead.told is None:
            return None
        if ahead.told >= 1 - missed:
            return years
    return None


def best_year(months: Months, direction: Direction) -> float | None:
    """The best share of any twelve months on end; None where there are not two such, for then no year is the better."""
    years = [months[first : first + 12] for first in range(len(months) - 11)]
    shares = [
        sum(one for one, _ in year) / courses for year in years if (courses := sum(of for _, of in year))
    ]  # fmt: skip
    if len(shares) < 2:
        return None
    return max(shares) if direction == "up" else min(shares)


def _pairs(months: Months) -> int:
    """Of two courses of the same month, each pair both ways."""
    return sum(of * (of - 1) for _, of in months)


def _overdispersion(months: Months, share: float) -> float:
    """The mean over all pairs of the same month of what both are beyond the share, in units of the variance.

    Months of one course have no pair, and say nothing. The share is of the same courses, which takes a little away
    from every pair: it is given back. 0 where months vary no more than single courses make them.
    """
    pairs, courses = _pairs(months), sum(of for _, of in months)
    if not pairs or not 0 < share < 1:
        return 0.0
    alike = sum((one - of * share) ** 2 - one * (1 - share) ** 2 - (of - one) * share**2 for one, of in months)
    return min(max(alike / (pairs * share * (1 - share)) + 1 / (courses - 1), 0.0), 1.0)


def _with_uncertainty(known: Level, within: float) -> float:
    """The level is itself an estimate: its variance is added to that of the period's own share."""
    share = known.share if 0 < known.share < 1 else (known.share * known.courses + 2) / (known.courses + 4)
    return min(within + known.uncertainty / (share * (1 - share)), 1.0)


def _told_from(
    as_before: tuple[float, float], courses: int, direction: Direction, false_success: float
) -> float | None:
    if courses < 1:
        return None
    if courses > MANY and 0 < as_before[0] < 1:
        from scipy.special import betaincinv

        rare_below = false_success if direction == "down" else 1 - false_success
        edge = courses * float(betaincinv(*_as_beta(*as_before, courses), rare_below))
        count = ceil(edge + 0.5) if direction == "up" else floor(edge - 0.5)
        return count / courses if 0 <= count <= courses else None
    at_least = _at_least(*as_before, courses)
    if direction == "up":
        rare = (at_least[:-1] <= false_success).nonzero()[0][:1]
    else:
        rare = (1 - at_least[1:] <= false_success).nonzero()[0][-1:]
    return float(rare[0]) / courses if len(rare) else None


def _as_beta(share: float, overdispersion: float, courses: int) -> tuple[float, float]:
    """The parameters of the beta distribution with the share's mean and variance."""
    size = courses / (1 + (courses - 1) * min(overdispersion, 1 - _AS_GOOD_AS_NONE)) - 1
    return share * size, (1 - share) * size


def _at_least(share: float, overdispersion: float, courses: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """The chances of 0 or more, 1 or more, ... all, and more than all: courses + 2 of them, falling from 1 to 0."""
    import numpy as np  # only here: it and scipy take longer to load than all of a page
    from scipy.special import betaln, gammaln, xlog1py, xlogy

    share = 0.0 if share < _NEAR else 1.0 if share > 1 - _NEAR else share
    count = np.arange(courses + 1)
    log_ways = gammaln(courses + 1) - gammaln(count + 1) - gammaln(courses - count + 1)
    if not 0 < share < 1 or overdispersion * courses < _AS_GOOD_AS_NONE:
        chances = np.exp(log_ways + xlogy(count, share) + xlog1py(courses - count, -share))
    elif overdispersion > 1 - _AS_GOOD_AS_NONE:  # all courses of the period go the same way
        chances = np.where(count == courses, share, np.where(count == 0, 1 - share, 0.0))
    else:
        size = (1 - overdispersion) / overdispersion
        a, b = share * size, (1 - share) * size
        chances = np.exp(log_ways + betaln(count + a, courses - count + b) - betaln(a, b))
    tail = np.append(np.cumsum(chances[::-1])[::-1], 0.0)
    tail /= tail[0]  # rounding: a few of 1e16
    return tail
