"""From an overall target to each unit's contribution: whole courses that add up to the whole, by a rule.

A share is asked of people, so what is split is how many of them: 45.0 % of 40 and 45.0 % of 60 is 18 and 27, and a
third cannot get 0.4 of a person. What is left over by rounding down goes to the largest remainders (Hamilton's method:
M. Balinski and H. P. Young, Fair Representation, 1982), which misses no exact part by a whole person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

from pejling.steering.contributions import Direction, counted

Rule = Literal["equal", "intake", "history", "by_hand"]
RULES: tuple[Rule, ...] = ("equal", "intake", "history", "by_hand")
LEAN = 20  # courses' worth of the whole's rate that a unit's own small history leans on
READ = 0.001  # shares are written and shown in tenths of a per cent


@dataclass(frozen=True)
class Past:
    """A unit's history, by target group: `of` courses of which `counted` counted, and how many are expected now.

    Where the indicator is not broken down there is one group, "".
    """

    unit: str
    counted: Mapping[str, int]
    of: Mapping[str, int]
    expected: Mapping[str, int]

    @property
    def intake(self) -> int:
        return sum(self.expected.values())


def split(total: int, weights: Sequence[Fraction]) -> tuple[int, ...]:
    """Whole parts of `total`, as near to the weights as whole parts can be; their sum is `total`.

    Equal remainders go to the earliest. Where no weight is above 0 all weigh the same. Raises ValueError where there
    is nobody to split among, or a weight or the total is below 0.
    """
    if not weights or total < 0 or min(weights) < 0:
        raise ValueError("split needs somebody to split among, a total of 0 or more, and no weight below 0")
    common = lcm(*(Fraction(weight).denominator for weight in weights))
    units = [int(weight * common) for weight in weights] if any(weights) else [1] * len(weights)
    whole = sum(units)
    parts, remainders = map(list, zip(*(divmod(total * each, whole) for each in units), strict=True))
    for n in sorted(range(len(parts)), key=lambda n: (-remainders[n], n))[: total - sum(parts)]:
        parts[n] += 1
    return tuple(parts)


def split_within(total: int, weights: Sequence[Fraction], most: Sequence[int]) -> tuple[int, ...]:
    """As `split`, but nobody is asked for more than they have: what is over goes to the others by their weights.

    Raises ValueError where the total is more than all have.
    """
    if total > sum(most):
        raise ValueError(f"{total} is more than the {sum(most)} there are")
    parts: dict[int, int] = {}
    while len(parts) < len(weights):
        free = [n for n in range(len(weights)) if n not in parts]
        found = split(total - sum(parts.values()), [weights[n] for n in free])
        full = {n: most[n] for n, part in zip(free, found, strict=True) if part >= most[n]}
        parts |= full or dict(zip(free, found, strict=True))
    return tuple(parts[n] for n in range(len(weights)))


def stated(level: float, levels: Sequence[float], courses: Sequence[int], direction: Direction) -> tuple[int, ...]:
    """Whole parts from the share that each unit's contribution is written as, beside the share asked of the whole.

    Where the written shares make up the whole's, as near as tenths of a per cent can say, so do the parts, to the last
    person. Else each part is what its own share takes, and their sum shows what lacks.
    """
    exact = [Fraction(part) * of for part, of in zip(levels, courses, strict=True)]
    everybody = sum(courses)
    if abs(float(sum(exact)) - level * everybody) <= READ / 2 * everybody:
        total = min(int(counted(level, everybody, direction)), everybody)
        return split_within(total, exact, courses)
    return tuple(int(counted(part, of, direction)) for part, of in zip(levels, courses, strict=True))


def weights(rule: Rule, past: Sequence[Past]) -> tuple[Fraction, ...]:
    """What each unit's part is proportional to. Raises ValueError for parts that are given by hand."""
    if rule == "equal":
        return tuple(Fraction(1) for _ in past)
    if rule == "intake":
        return tuple(Fraction(each.intake) for each in past)
    if rule == "history":
        return history(past)
    raise ValueError("parts by hand have no rule")


def history(past: Sequence[Past]) -> tuple[Fraction, ...]:
    """What each unit would reach with its expected intake if every target group did as that unit's own has done.

    The rate of a group at a unit is its own, leaning on the group's rate at all units as if LEAN more courses had gone
    as there: a unit with few courses of a group is not held to luck. A unit whose new intake is harder gets a smaller
    part for it (direct standardisation to its own expected mix).
    """
    groups = sorted({group for each in past for group in (*each.of, *each.expected)})
    everywhere = {
        group: _rate(sum(each.counted.get(group, 0) for each in past), sum(each.of.get(group, 0) for each in past))
        for group in groups
    }
    return tuple(
        sum(
            (
                each.expected.get(group, 0)
                * Fraction(each.counted.get(group, 0) + LEAN * everywhere[group])
                / (each.of.get(group, 0) + LEAN)
                for group in groups
            ),
            Fraction(0),
        )
        for each in past
    )


def trajectory(total: int, seasons: Sequence[int]) -> tuple[int, ...]:
    """The way to `total` over the year, cumulated: each part of the year as it weighed the year before."""
    parts = split(total, [Fraction(season) for season in seasons])
    return tuple(sum(parts[: n + 1]) for n in range(len(parts)))


def _rate(counted: int, of: int) -> Fraction:
    return Fraction(counted, of) if of else Fraction(0)
