"""Do two goals pull against each other? Whether their figures have moved oppositely, and how sure that is.

Looked at are the changes from month to month, beyond what the calendar month usually brings: so neither a common trend
nor a common season makes two figures look tied. Their rank correlation (Spearman) is given an interval on Fisher's z
scale, with D. G. Bonett and T. A. Wright's variance (Psychometrika 65 (2000) 23-28), widened for changes that follow
on each other (M. S. Bartlett, JRSS 98 (1935) 536-543), and shared among all pairs looked at (Bonferroni).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atanh, sqrt, tanh
from statistics import NormalDist, mean

LEAST_CHANGES = 36  # three of each calendar month: fewer do not show what the month usually brings
LAGS = 3  # months over which changes may follow on each other
Values = Sequence[float | None]  # month by month on end, from the same first month; None where there is no value


@dataclass(frozen=True)
class Pull:
    """`together` is the rank correlation of the changes: -1 opposite, 1 alike. `pairs` were looked at in all.

    Beyond `low`, and beyond `high`, it lies with the chance `level` each, shared among the pairs.
    """

    together: float
    low: float
    high: float
    changes: int
    pairs: int

    @property
    def opposite(self) -> bool:
        """The rule: the whole interval lies below 0."""
        return self.high < 0


def pull(one: Values, other: Values, *, pairs: int = 1, level: float = 0.05) -> Pull | None:
    """Of two series that rise where things go well. None where fewer than `LEAST_CHANGES` changes are known of both.

    `level` is the chance that goals with nothing to do with each other are called opposite, for all `pairs` together.
    """
    known = [
        (month % 12, a[1] - a[0], b[1] - b[0])
        for month, (a, b) in enumerate(zip(_steps(one), _steps(other), strict=False))
        if a is not None and b is not None
    ]
    if len(known) < LEAST_CHANGES:
        return None
    seasons = {month for month, _, _ in known}
    x, y = (_ranks(_beyond_season([(each[0], each[i]) for each in known])) for i in (1, 2))
    r = _correlation(x, y)
    if r is None:
        return None
    r = min(max(r, -0.999), 0.999)
    own = len(known) - len(seasons) + 1  # a mean was taken away for each calendar month
    following = 1 + 2 * sum(_follows(x, lag) * _follows(y, lag) for lag in range(1, LAGS + 1))
    width = NormalDist().inv_cdf(1 - level / max(pairs, 1)) * sqrt((1 + r * r / 2) * max(following, 1) / (own - 3))
    return Pull(r, tanh(atanh(r) - width), tanh(atanh(r) + width), len(known), pairs)


def _steps(values: Values) -> list[tuple[float, float] | None]:
    return [(before, after) if before is not None and after is not None else None for before, after in pairwise(values)]


def _beyond_season(changes: Sequence[tuple[int, float]]) -> list[float]:
    usual = {month: mean(change for m, change in changes if m == month) for month in {m for m, _ in changes}}
    return [change - usual[month] for month, change in changes]


def _ranks(values: Sequence[float]) -> list[float]:
    """Equal values share the mean of their ranks. Rounded: what arithmetic makes unequal by a hair is equal."""
    rounded = [round(value, 12) for value in values]
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(rounded)):
        places.setdefault(value, []).append(place)
    return [mean(places[value]) for value in rounded]


def _correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    mean_x, mean_y = mean(x), mean(y)
    spread = sum((a - mean_x) ** 2 for a in x) * sum((b - mean_y) ** 2 for b in y)
    if spread <= 0:
        return None  # one of them never changes
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sqrt(spread)


def _follows(x: Sequence[float], lag: int) -> float:
    """The autocorrelation at a lag."""
    middle = mean(x)
    return sum((a - middle) * (b - middle) for a, b in zip(x, x[lag:], strict=False)) / sum(
        (a - middle) ** 2 for a in x
    )
