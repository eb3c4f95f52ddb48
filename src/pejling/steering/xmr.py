"""XmR charts: is a process changing, or only varying as it always does; and does it meet its target as it is?

The limits of single values are the mean and 2.66 times the mean moving range to either side (W. A. Shewhart, 1931;
D. J. Wheeler, Understanding Variation, 2000). Moving ranges beyond 3.267 times their mean are first left out, once: a
single leap would else hide itself. The limits come from a *baseline* that stands still while later points are held
against them. A change is called one by three rules only: a point beyond the limits, eight in a row on one side of the
mean, six in a row each higher (or lower) than the one before. The two marks, variation and assurance, are those of
NHS England's "Making Data Count".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

WIDTH = 2.66  # mean moving ranges from the mean to a limit: 3 / 1.128
TOO_WIDE = 3.267  # mean moving ranges: more is no moving range of the process, and is left out
SIGMA = 1.128  # mean moving ranges to a standard deviation
LEAST = 12  # points: fewer make no limits

Rule = Literal["beyond", "side", "row", "near"]
Way = Literal["up", "down"]
Variation = Literal["better", "worse", "higher", "lower", "same", "too_few"]
Assurance = Literal["meets", "fails", "chance", "no_target", "too_few"]


@dataclass(frozen=True)
class Rules:
    """How many on one side, and how many in a row, are a change; `near`: also two of three in the outer third.

    Ours are the default. NHSRplotthedots has 7, 7 and `near`, and is reproduced so.
    """

    side: int = 8
    row: int = 6
    near: bool = False


@dataclass(frozen=True)
class Limits:
    """`points`: how many made them."""

    mean: float
    lower: float
    upper: float
    points: int

    @property
    def sigma(self) -> float:
        return (self.upper - self.mean) / WIDTH / SIGMA


@dataclass(frozen=True)
class Special:
    """Why a point is no chance: the rule, which way it goes, and the index of the first point that shows it."""

    rule: Rule
    way: Way
    since: int


def limits(values: Sequence[float]) -> Limits | None:
    """Of a baseline's values, in order of time; None of fewer than two."""
    if len(values) < 2:
        return None
    ranges = [abs(after - before) for before, after in pairwise(values)]
    widest = TOO_WIDE * sum(ranges) / len(ranges)
    kept = [each for each in ranges if each <= widest]
    mean, reach = sum(values) / len(values), WIDTH * sum(kept) / len(kept)
    return Limits(mean, mean - reach, mean + reach, len(values))


def specials(values: Sequence[float], within: Limits, rules: Rules = Rules()) -> list[Special | None]:
    """For each point the strongest rule that calls it special, or None: beyond the limits; in a row; near; on one side.

    Points equal to the mean are on neither side, and equal neighbours are in no row.
    """
    found: list[Special | None] = [None] * len(values)
    for way, sign in (("up", 1.0), ("down", -1.0)):
        off = [sign * (value - within.mean) for value in values]
        _runs(found, [each > 0 for each in off], rules.side, "side", way)  # type: ignore[arg-type]
    reach = within.upper - within.mean
    if rules.near:
        for way, sign in (("up", 1.0), ("down", -1.0)):
            off = [sign * (value - within.mean) for value in values]
            outer = [2 / 3 * reach < each <= reach for each in off]
            for first in range(len(values) - 2):
                three = range(first, first + 3)
                if all(off[n] > 0 for n in three) and sum(outer[n] for n in three) >= 2:
                    for n in (n for n in three if outer[n]):
                        found[n] = Special("near", way, first)  # type: ignore[arg-type]
    for way, sign in (("up", 1.0), ("down", -1.0)):
        rises = [sign * (after - before) > 0 for before, after in pairwise(values)]
        _rows(found, rises, rules.row, way)  # type: ignore[arg-type]
    for n, value in enumerate(values):
        if value > within.upper or value < within.lower:
            found[n] = Special("beyond", "up" if value > within.upper else "down", n)
    return found


def variation(newest: Special | None, direction: str, points: int) -> Variation:
    """Is it changing? By the newest point: better or worse where a direction is good, else higher or lower."""
    if points < LEAST:
        return "too_few"
    if newest is None:
        return "same"
    if direction == "none":
        return "higher" if newest.way == "up" else "lower"
    return "better" if newest.way == direction else "worse"


def assurance(within: Limits | None, target: float | None, direction: str) -> Assurance:
    """Does the process meet the target as it is? Every time, never, or as chance will have it."""
    if target is None or direction == "none":
        return "no_target"
    if within is None or within.points < LEAST:
        return "too_few"
    if within.lower <= target <= within.upper and within.lower < within.upper:
        return "chance"
    above = within.mean >= target
    return "meets" if above == (direction == "up") or within.mean == target else "fails"


def _runs(found: list[Special | None], inside: Sequence[bool], least: int, rule: Rule, way: Way) -> None:
    first = 0
    for n in range(len(inside) + 1):
        if n == len(inside) or not inside[n]:
            if n - first >= least:
                found[first:n] = [Special(rule, way, first)] * (n - first)
            first = n + 1


def _rows(found: list[Special | None], rises: Sequence[bool], least: int, way: Way) -> None:
    """`rises` are between points: so many points in a row have one rise less."""
    first = 0
    for n in range(len(rises) + 1):
        if n == len(rises) or not rises[n]:
            if n - first + 1 >= least:
                found[first : n + 1] = [Special("row", way, first)] * (n - first + 1)
            first = n + 1
