"""The result part: by formula, on a cohort that is decided.

`linear` follows the result grant of Danish higher education since 2019: all of it at a benchmark, none at a floor
below, evenly in between, and what nobody earned goes elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pejling.indicators.funding import ResultRule
from pejling.steering.funding.basis import Outcome
from pejling.steering.funding.ore import rounded, shared


@dataclass(frozen=True)
class Earned:
    """In øre: what each unit could have had (`possible`), the part of it that it attained, and what it is paid."""

    possible: Mapping[str, int]
    attained: Mapping[str, Fraction]
    paid: Mapping[str, int]
    unused: int


def earned(pool: int, rule: ResultRule, cohort: tuple[Outcome, ...]) -> Earned:
    """Of a decided cohort. A unit without courses in it can have nothing: there is nothing to judge it by."""
    courses = {each.unit: Fraction(each.of) for each in cohort}
    attained = {each.unit: attainment(rule, each) for each in cohort}
    possible = shared(pool, courses)
    if rule.formula == "share_of_pool":
        paid = shared(pool, {unit: courses[unit] * attained[unit] for unit in courses})
    else:
        paid = {unit: rounded(possible[unit] * attained[unit]) for unit in possible}
    return Earned(possible, attained, paid, pool - sum(paid.values()))


def attainment(rule: ResultRule, outcome: Outcome) -> Fraction:
    """From 0 to 1: how much of what it can earn the unit has earned."""
    if not outcome.of:
        return Fraction(0)
    share = Fraction(outcome.counted) / outcome.of
    if rule.formula == "share_of_pool":
        reached = share / Fraction(rule.targets.get(outcome.unit, rule.target or 1))
    else:
        assert rule.floor is not None and rule.benchmark is not None  # noqa: S101 - the declaration holds it
        reached = (share - Fraction(rule.floor)) / (Fraction(rule.benchmark) - Fraction(rule.floor))
    return min(max(reached, Fraction(0)), Fraction(1))
