"""Do the units' contributions reach the whole? Counted in courses, never in averaged percentages.

An average of shares says nothing of the whole where units differ in size (E. H. Simpson, JRSS B 13 (1951) 238-241).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isclose
from typing import Literal

Direction = Literal["up", "down"]
_NEAR = 1e-9


@dataclass(frozen=True)
class Contribution:
    """What one unit shall reach: a share of so many courses expected, or, where `courses` is None, a count."""

    unit: str
    level: float
    courses: int | None = None


@dataclass(frozen=True)
class Total:
    """`asked` of the whole and `promised` by the units together, in courses (or in what is counted).

    `gap` is what lacks: above 0 the contributions do not reach the whole, whichever way is good.
    `courses` is what all the shares are of; None where counts are added.
    """

    asked: float
    promised: float
    gap: float
    courses: int | None

    @property
    def reached(self) -> bool:
        return self.gap <= _NEAR

    @property
    def level(self) -> float | None:
        """The share that the contributions make together; None of no course."""
        if self.courses is None:
            return self.promised
        return self.promised / self.courses if self.courses else None


def counted(level: float, courses: int | None, direction: Direction) -> float:
    """The fewest of so many courses that reach the share (the most, where lower is better); a count as it is."""
    if courses is None:
        return level
    return ceil(level * courses - _NEAR) if direction == "up" else floor(level * courses + _NEAR)


def total(target: float, direction: Direction, contributions: Sequence[Contribution]) -> Total:
    """Held against the target of the whole that the units make up.

    Raises ValueError where shares and counts are mixed: they cannot be added.
    """
    if len({each.courses is None for each in contributions}) > 1:
        raise ValueError("shares and counts cannot be added: give every contribution its courses, or none")
    sizes = [each.courses for each in contributions if each.courses is not None]
    courses = sum(sizes) if sizes else None
    asked = counted(target, courses, direction)
    promised = sum(counted(each.level, each.courses, direction) for each in contributions)
    gap = asked - promised if direction == "up" else promised - asked
    return Total(asked, promised, 0.0 if isclose(gap, 0, abs_tol=_NEAR) else gap, courses)
