"""Values with their intervals, and the estimate of what is not yet decided.

Interval of a decided share: E. B. Wilson, Probable inference, JASA 22 (1927) 209-212; of a mean: Student's t.

An undecided share is estimated in two stages (decision 10): the incidence of what counts, others competing, times the
share that has not relapsed since. Who passes a window without the event never leaves the risk set, so that a cell with
everything decided gives exactly numerator / denominator. The product's variance is by the delta method, its interval on
the complementary log-log scale.
"""

from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
CLOSE = 1e-9  # a half is reached where rounding alone says it is not
Interval = tuple[float | None, float | None]


@dataclass(frozen=True)
class Stage:
    """How many courses, and the incidence of the event among them in the end, with its variance."""

    courses: int
    incidence: float
    variance: float


def wilson(numerator: float, denominator: float) -> tuple[float, float]:
    """The 95 % interval of a share; a denominator above 0."""
    p, n = numerator / denominator, denominator
    middle = p + Z * Z / (2 * n)
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    low = 0.0 if numerator == 0 else (middle - half) / scale
    high = 1.0 if numerator == denominator else (middle + half) / scale
    return low, high


def mean_interval(total: int, squares: int, number: int, scale: int) -> Interval:
    """The 95 % interval of a mean of `number` values by Student's t; none for a single value.

    `total` is the sum of the values in units of 1/scale, `squares` that of their squares in units of 1/scale.
    """
    if number < 2:
        return None, None
    from scipy.stats import t  # only here: it takes longer to load than all of a page

    variance = max(number * squares * scale - total * total, 0) / (number * (number - 1)) / scale**2
    width = float(t.ppf(0.975, number - 1)) * sqrt(variance / number)
    mean = total / scale / number
    return mean - width, mean + width


def two_stages(first: Stage | None, second: Stage | None) -> tuple[float, float, float] | None:
    """Estimate, low and high of the share that gets the event, and then stays without relapse.

    `first` is None where a measure begins at the exit, `second` where nothing need last or no one has got so far.
    """
    if first is None and second is None:
        return None
    reached = first or Stage(0, 1.0, 0.0)
    fallen = second or Stage(0, 0.0, 0.0)
    stayed = 1 - fallen.incidence
    p = reached.incidence * stayed
    if p < CLOSE or p > 1 - CLOSE:
        number = (first or fallen).courses
        return (p, *wilson(round(p) * number, number))
    variance = stayed**2 * reached.variance + reached.incidence**2 * fallen.variance
    spread = Z * sqrt(variance) / (p * abs(log(p)))
    return p, exp(log(p) * exp(spread)), exp(log(p) * exp(-spread))
