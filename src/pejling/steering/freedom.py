"""Degrees of freedom: three tests on what was measured, and what is proposed where one of them fails. Pure.

A sign is a figure that is firm (neither immature nor provisional), and beyond what chance explains. Nothing is narrowed
by it: a proposal names what and why, and a person of the unit above decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import sqrt
from statistics import NormalDist
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pejling.indicators.definition import Frozen, Some, Words
from pejling.indicators.freedom_terms import TESTS, Economy, Freedom, Kept, Lawful, TestName

Outcome = Literal["holds", "failing", "unknown"]
Waiting = Literal["no_test", "nothing", "immature", "provisional", "chance", "no_interval", "lately_better"]
FIRM = "final"


@dataclass(frozen=True)
class EconomyEvidence:
    """A forecast of the year's spending at a unit, with its interval, in kroner; `state` is that of the records it
    rests on. `period` is the year.
    """

    period: str
    budget: Decimal
    expected: Decimal
    low: Decimal
    high: Decimal
    state: str


@dataclass(frozen=True)
class LawEvidence:
    """A rule's timeliness over a year at a unit, with its newest months, oldest first, as (in time, due)."""

    rule: str
    period: str
    in_time: int
    due: int
    state: str
    at_least: float
    months: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class GoalEvidence:
    """A goal of a contract in force, and its year's figure: of a share `counted` of `of`, else the value's interval.

    `low` and `high` are None where the figure has no interval.
    """

    indicator: str
    period: str
    target: float
    direction: str
    value: float | None
    low: float | None
    high: float | None
    state: str
    counted: int | None = None
    of: int | None = None


Evidence = EconomyEvidence | LawEvidence | GoalEvidence


@dataclass(frozen=True)
class Judged:
    """One figure of a test: failing, or why it is no sign ("" where it simply holds)."""

    evidence: Evidence
    threshold: float
    failing: bool
    waiting: Waiting | Literal[""] = ""


@dataclass(frozen=True)
class Test:
    """`unknown`: nothing firm is known that could be a sign, or the model has no such test."""

    name: TestName
    outcome: Outcome
    judged: tuple[Judged, ...]

    @property
    def signs(self) -> tuple[Judged, ...]:
        return tuple(each for each in self.judged if each.failing)


@dataclass(frozen=True)
class Proposal:
    """To the unit above: which tests fail, which degrees to narrow for it, and by which signs."""

    unit: str
    upper: str
    tests: tuple[TestName, ...]
    degrees: tuple[str, ...]
    signs: tuple[Judged, ...]


class Narrowing(Frozen):
    """What a person decided: the degrees that are narrowed, from a day until another, why, and what restores them; or,
    with no degrees, that the freedom stays, and why. `evidence` is what they saw, in words, as it stood.
    """

    unit: str
    unit_name: str
    upper: str
    upper_name: str
    tests: Some
    degrees: Words
    evidence: Words
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    from_on: Annotated[date, Field(strict=False)]
    until: Annotated[date, Field(strict=False)]  # the first day that it no longer holds; of no degrees: looked at again
    restores: Annotated[str, Field(min_length=1, max_length=2000)]
    snapshot: int

    @model_validator(mode="after")
    def _ends(self) -> "Narrowing":
        if self.until <= self.from_on:
            raise ValueError("it ends after it begins")
        return self

    def holds(self, day: date) -> bool:
        return self.from_on <= day < self.until


def economy_test(terms: Freedom, found: EconomyEvidence | None) -> Test:
    said = terms.economy
    if said is None or found is None:
        return Test("economy", "unknown", ())
    limit = float(found.budget) * (1 + said.over)
    failing = found.state == FIRM and float(found.low) > limit
    waiting: Waiting | Literal[""] = ""
    if float(found.expected) > limit and not failing:
        waiting = _not_firm(found.state) or "chance"
    return _test("economy", [Judged(found, limit, failing, waiting)], 1)


def law_test(terms: Freedom, found: Sequence[LawEvidence]) -> Test:
    """A rule is a sign where the year's share is surely below, all rules looked at taken into account (Bonferroni), and
    each of the newest months was below too: what is on its way up needs no narrowing.
    """
    said = terms.law
    if said is None or not found:
        return Test("law", "unknown", ())
    z = NormalDist().inv_cdf(1 - terms.chance / len(found))
    return _test("law", [_rule(said, each, z) for each in found], 1)


def contract_test(terms: Freedom, found: Sequence[GoalEvidence]) -> Test:
    """Goals of a year that is over and decided; how many missed ones are a sign, the model says."""
    said = terms.contract
    if said is None or not found:
        return Test("contract", "unknown", ())
    z = NormalDist().inv_cdf(1 - terms.chance / len(found))
    return _test("contract", [_goal(each, z, alone=len(found) == 1) for each in found], said.goals)


def proposal(
    terms: Freedom, unit: str, upper: str | None, tests: Iterable[Test], narrowed: Iterable[str]
) -> Proposal | None:
    """None where no test fails, or all that would be narrowed is. `narrowed` are the degrees that are so already."""
    failing = [test for test in tests if test.outcome == "failing"]
    if not failing or upper is None:
        return None
    asked = dict.fromkeys(key for test in failing for key in _narrows(terms, test.name))
    open_ = tuple(key for key in asked if key not in set(narrowed))
    if not open_:
        return None
    signs = tuple(sign for test in failing for sign in test.signs)
    return Proposal(unit, upper, tuple(test.name for test in failing), open_, signs)


def said_of(terms: Freedom, name: TestName) -> Economy | Lawful | Kept | None:
    return {"economy": terms.economy, "law": terms.law, "contract": terms.contract}[name]


def in_order(names: Iterable[str]) -> tuple[TestName, ...]:
    known = set(names)
    return tuple(name for name in TESTS if name in known)


def _narrows(terms: Freedom, name: TestName) -> tuple[str, ...]:
    said = said_of(terms, name)
    return said.narrows if said else ()


def _test(name: TestName, judged: list[Judged], needed: int) -> Test:
    if sum(each.failing for each in judged) >= needed:
        return Test(name, "failing", tuple(judged))
    known = any(not each.waiting for each in judged)
    return Test(name, "holds" if known or any(each.failing for each in judged) else "unknown", tuple(judged))


def _rule(said: Lawful, found: LawEvidence, z: float) -> Judged:
    limit = min(said.timely, found.at_least)
    if waiting := _not_firm(found.state):
        return Judged(found, limit, False, waiting)
    if not found.due:
        return Judged(found, limit, False, "nothing")
    if found.in_time / found.due >= limit:
        return Judged(found, limit, False)
    if _upper(found.in_time, found.due, z) >= limit:
        return Judged(found, limit, False, "chance")
    newest = [(in_time, due) for in_time, due in found.months[-said.months :] if due]
    if len(newest) < said.months or any(in_time / due >= limit for in_time, due in newest):
        return Judged(found, limit, False, "lately_better")
    return Judged(found, limit, True)


def _goal(found: GoalEvidence, z: float, *, alone: bool) -> Judged:
    if (waiting := _not_firm(found.state)) or found.value is None:
        return Judged(found, found.target, False, waiting or "nothing")
    up = found.direction != "down"
    if (found.value >= found.target) if up else (found.value <= found.target):
        return Judged(found, found.target, False)
    if found.counted is not None and found.of:
        counted = found.counted if up else found.of - found.counted
        surely = _upper(counted, found.of, z) < (found.target if up else 1 - found.target)
    elif found.low is None or found.high is None or not alone:
        # the interval at hand is of one figure alone: among several it says too little
        return Judged(found, found.target, False, "no_interval")
    else:
        surely = found.high < found.target if up else found.low > found.target
    return Judged(found, found.target, surely, "" if surely else "chance")


def _not_firm(state: str) -> Waiting | Literal[""]:
    if state == FIRM:
        return ""
    if state in ("immature", "provisional"):
        return state  # type: ignore[return-value]
    return "nothing"


def _upper(counted: float, of: float, z: float) -> float:
    """The upper end of Wilson's one-sided interval of a share (JASA 22 (1927) 209-212)."""
    p = counted / of
    return (p + z * z / (2 * of) + z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))) / (1 + z * z / of)
