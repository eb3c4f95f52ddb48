"""What later figures answer to an adjustment: a stated hypothesis, held against a baseline frozen before it.

An adjustment is mostly begun because a month was bad, and a bad month is mostly followed by a better one, whatever is
done: regression to the mean (F. Galton, 1886). So a start in an extreme month is said; a change is called one by the
XmR rules only; and where other units did not adjust, what happened there meanwhile is set beside it (difference in
differences: the same economy, season and law fell on them).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import copysign, sqrt
from typing import Literal

from pejling.steering.xmr import Limits, limits, specials

Verdict = Literal["too_early", "not_yet", "reached", "moved", "opposite", "no_change", "no_baseline"]
LEAST_BEFORE = 6  # periods that a baseline needs
EXTREME = 2.0  # standard deviations from the mean: a month in twenty or so
_Z = 1.96


@dataclass(frozen=True)
class Baseline:
    """The decided periods before an adjustment, oldest first, as they were when it was published."""

    periods: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Others:
    """The change meanwhile at units like it that did not adjust: their mean, and the difference to it (95 %)."""

    units: int
    change: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Answer:
    """`change`: the mean after less the mean before (95 % interval), None before anything is decided.

    `extreme_start`: the newest month of the baseline was itself an extreme one, on the side that the adjustment was to
    mend. `newest`: the last decided period, "" for none.
    """

    verdict: Verdict
    limits: Limits | None
    after: int
    newest: str
    change: float | None
    low: float | None
    high: float | None
    extreme_start: bool
    others: Others | None = None


def answer(
    baseline: Baseline,
    after: Sequence[tuple[str, float]],
    expected: float,
    by: str,
    others: Sequence[tuple[Sequence[float], Sequence[float]]] = (),
) -> Answer:
    """`after`: (period, value) of each decided period after the adjustment. `others`: values (before, after) of each
    unit like it that did not adjust, in the same periods. `by` is a period like those of `after`, or a month.
    """
    within = limits(baseline.values) if len(baseline.values) >= LEAST_BEFORE else None
    newest = after[-1][0] if after else ""
    if within is None:
        return Answer("no_baseline", None, len(after), newest, None, None, None, False)
    last = baseline.values[-1]
    extreme = (last - within.mean) * copysign(1, expected) < -EXTREME * within.sigma if within.sigma else False
    if not after:
        return Answer("too_early", within, 0, "", None, None, None, extreme)
    values = [value for _, value in after]
    change = sum(values) / len(values) - within.mean
    variance = within.sigma**2 * (1 / len(values) + 1 / len(baseline.values))
    called = [special.way for special in specials(values, within) if special]
    verdict: Verdict
    if called and called[-1] == ("up" if expected > 0 else "down"):
        verdict = "reached" if change * copysign(1, expected) >= abs(expected) else "moved"
    elif called:
        verdict = "opposite"
    else:
        verdict = "no_change" if newest >= by else "not_yet"
    reach = _Z * sqrt(variance)
    return Answer(
        verdict, within, len(after), newest, change, change - reach, change + reach, extreme,
        _beside(change, variance, others),
    )  # fmt: skip


def _beside(change: float, variance: float, others: Sequence[tuple[Sequence[float], Sequence[float]]]) -> Others | None:
    changes, variances = [], []
    for before, after in others:
        found = limits(before) if len(before) >= LEAST_BEFORE and after else None
        if found:
            changes.append(sum(after) / len(after) - found.mean)
            variances.append(found.sigma**2 * (1 / len(after) + 1 / len(before)))
    if not changes:
        return None
    mean = sum(changes) / len(changes)
    reach = _Z * sqrt(variance + sum(variances) / len(changes) ** 2)
    return Others(len(changes), mean, change - mean, change - mean - reach, change - mean + reach)
