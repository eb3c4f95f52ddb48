"""A result contract as a document, and the rules that hold for it: pure, without database or web."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from pejling.indicators.definition import Frozen, Key, as_tuple
from pejling.steering.cascade import Rule
from pejling.steering.contributions import Contribution, Direction, Total, total
from pejling.steering.possible import ANY, FROM_NOTHING, Range

Sharing = Literal["own", "shared", "minimum"]
SHARINGS: tuple[Sharing, ...] = ("own", "shared", "minimum")
State = Literal["draft", "proposed", "negotiated", "signed", "closed", "replaced", "dropped"]
Shown = State | Literal["running"]
Action = Literal["edit", "propose", "comment", "sign", "withdraw", "amend", "close", "drop"]
Party = Literal["unit", "upper"]
PARTIES: tuple[Party, ...] = ("unit", "upper")
BINDING = ("signed", "closed", "replaced")  # never changed again
QUARTERS = 4
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Year = Annotated[int, Field(ge=1900, le=2200)]


class Later(Frozen):
    """What a goal shall reach in a year after the contract's: a share, or a value in the indicator's unit."""

    year: Year
    level: float


class Goal(Frozen):
    """A result goal: what this unit shall reach of an indicator in the contract's year.

    Of a share, `count` courses of `of` expected ones; of a count, `count`; of a time, a mean or a ratio, which cannot
    be added over units, a `level`. `trajectory` is the way there: the count (or level) at the end of each quarter, from
    the first day of the year. `sharing`: the unit's own contribution to the whole; one figure that several units answer
    for together; or a minimum that every unit must hold.
    """

    indicator: Key
    goal: str = ""  # the model's goal that it belongs to, where the model has goals
    sharing: Sharing = "own"
    count: Count | None = None
    of: Count | None = None
    level: float | None = None
    baseline_period: str = ""
    baseline_count: int | None = None
    baseline_of: int | None = None
    baseline_level: float | None = None
    trajectory: Annotated[tuple[float, ...], BeforeValidator(as_tuple)] = ()
    later: Annotated[tuple[Later, ...], BeforeValidator(as_tuple)] = ()
    weight: Annotated[int, Field(ge=1, le=100)] | None = None  # per cent

    @model_validator(mode="after")
    def _a_part_is_no_more_than_its_whole(self) -> "Goal":
        if self.count is not None and self.of is not None and self.count > self.of:
            raise ValueError(f"{self.count} of {self.of} is more than all")
        if self.trajectory and len(self.trajectory) != QUARTERS:
            raise ValueError("a trajectory has one value a quarter")
        return self

    @property
    def target(self) -> float | None:
        """As a value of the indicator: a share of 1, a count, or the level."""
        if self.count is not None:
            return self.count / self.of if self.of else (None if self.of == 0 else float(self.count))
        return self.level


class Other(Frozen):
    """A chosen effort or development goal: what shall be done or developed, and by when."""

    kind: Literal["effort", "development"]
    text: str = Field(min_length=1, max_length=500)
    due_on: Annotated[date | None, Field(strict=False)] = None


class Payment(Frozen):
    """A line of the payment terms: for a supplier, or between state and municipality."""

    text: str = Field(min_length=1, max_length=300)
    amount: Annotated[Decimal, Field(strict=False, max_digits=14, decimal_places=2)]


class Contract(Frozen):
    """What is agreed between a unit and the one above, for a year. Names are kept as they were when it was written."""

    unit: str
    unit_name: str
    upper: str
    upper_name: str
    year: Year
    purpose: str = ""
    economy: str = ""
    law: str = ""
    focus: str = ""
    follow_up: str = ""
    goals: Annotated[tuple[Goal, ...], BeforeValidator(as_tuple)] = ()
    others: Annotated[tuple[Other, ...], BeforeValidator(as_tuple)] = ()
    payment: Annotated[tuple[Payment, ...], BeforeValidator(as_tuple)] = ()

    def goal(self, indicator: str) -> Goal | None:
        return next((goal for goal in self.goals if goal.indicator == indicator), None)

    @property
    def paid(self) -> Decimal:
        return sum((line.amount for line in self.payment), Decimal(0))


class OverallGoal(Frozen):
    """What the units below shall reach together, and what each was offered as its contribution, by which rule.

    `asked` are the units that it is asked of; all right below, where none is named. `left_out`: somebody took it away.
    """

    indicator: Key
    goal: str = ""
    year: Year
    sharing: Sharing = "own"
    count: Count | None = None
    of: Count | None = None
    level: float | None = None
    rule: Rule = "equal"
    offered: dict[str, Count] = Field(default_factory=dict)  # a unit's id: its contribution
    expected: dict[str, Count] = Field(default_factory=dict)  # a unit's id: the courses expected there
    asked: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = ()
    left_out: bool = False

    def asks(self, unit: str) -> bool:
        """Is it asked of this unit right below?"""
        named = {*self.asked, *self.offered, *self.expected}
        return unit in named or (not named and self.sharing != "own")


@dataclass(frozen=True)
class Impossible:
    """A field of a goal where something stands that cannot be; `nth` of its quarters, or of its years after, from 1 on.

    `within`: what could stand there; None of a way that falls though it is counted since the first day of the year.
    """

    field: Literal["level", "later", "trajectory"]
    nth: int = 0
    within: Range | None = None


def impossible(goal: Goal, within: Range) -> Iterator[Impossible]:
    """`within`: what the goal's indicator can be. What cannot be in any goal, the document itself refuses."""
    if goal.level is not None and not within.holds(goal.level):
        yield Impossible("level", within=within)
    for nth, later in enumerate(goal.later, 1):
        if not within.holds(later.level):
            yield Impossible("later", nth, within)
    way = FROM_NOTHING if goal.count is not None else within
    for nth, value in enumerate(goal.trajectory[:-1], 1):  # it ends at the target, which is judged above
        if not way.holds(value):
            yield Impossible("trajectory", nth, way)
    if goal.count is not None:
        for nth, (before, then) in enumerate(pairwise(goal.trajectory), 1):
            if then < before:
                yield Impossible("trajectory", nth)  # the one that is too high: the year's end is the target


class Lack(Frozen):
    """Why a contract cannot be proposed yet; `indicator` where it is about one goal."""

    what: Literal[
        "no_purpose", "no_goal", "too_many_goals", "no_target", "twice", "trajectory", "falls", "impossible", "weights"
    ]
    indicator: str = ""


def lacks(contract: Contract, cap: int, within: Mapping[str, Range] = MappingProxyType({})) -> Iterator[Lack]:
    """Everything that must be mended before it is proposed. `cap`: the most result goals a contract may have; `within`:
    by indicator, what it can be.
    """
    if not contract.purpose.strip():
        yield Lack(what="no_purpose")
    if not contract.goals:
        yield Lack(what="no_goal")
    if len(contract.goals) > cap:
        yield Lack(what="too_many_goals")
    seen: set[str] = set()
    for goal in contract.goals:
        if goal.indicator in seen:
            yield Lack(what="twice", indicator=goal.indicator)
        seen.add(goal.indicator)
        if goal.target is None:
            yield Lack(what="no_target", indicator=goal.indicator)
        elif goal.trajectory and goal.trajectory[-1] != (goal.level if goal.count is None else goal.count):
            yield Lack(what="trajectory", indicator=goal.indicator)
        for what in dict.fromkeys(_wrong(each) for each in impossible(goal, within.get(goal.indicator, ANY))):
            yield Lack(what=what, indicator=goal.indicator)
    given = [goal.weight for goal in contract.goals if goal.weight is not None]
    if given and (len(given) < len(contract.goals) or sum(given) != 100):
        yield Lack(what="weights")


TEXTS = ("purpose", "economy", "law", "focus", "follow_up")


def of_last_year(contract: Contract) -> Iterator[str]:
    """The texts that name the year before and not the contract's own: carried on, it may be, and not looked over."""
    for name in TEXTS:
        years = re.findall(r"\b\d{4}\b", getattr(contract, name))
        if str(contract.year - 1) in years and str(contract.year) not in years:
            yield name


def _wrong(found: Impossible) -> Literal["falls", "impossible"]:
    return "falls" if found.within is None else "impossible"


def contributions(whole: OverallGoal, direction: Direction, counts: Mapping[str, int]) -> Total:
    """Do the units' counts reach the whole? In courses. Raises ValueError for a goal that is not counted."""
    if whole.count is None:
        raise ValueError("only counts add up")
    parts = [Contribution(unit, count) for unit, count in sorted(counts.items())]
    return total(whole.count, direction, parts)


def below_standard(whole: OverallGoal, direction: Direction, targets: Mapping[str, float]) -> tuple[str, ...]:
    """The units whose target does not hold a minimum standard; of a shared goal, those whose target is another."""
    asked = standard(whole)
    if asked is None:
        return ()
    if whole.sharing == "shared":
        return tuple(sorted(unit for unit, target in targets.items() if abs(target - asked) > 1e-9))
    worse = (lambda target: target < asked - 1e-9) if direction == "up" else (lambda t: t > asked + 1e-9)
    return tuple(sorted(unit for unit, target in targets.items() if worse(target)))


def standard(whole: OverallGoal) -> float | None:
    """What is asked, as a value of the indicator; None where nothing is."""
    if whole.level is not None or whole.count is None or whole.of == 0:
        return whole.level
    return whole.count / whole.of if whole.of else float(whole.count)


def shown(state: State, year: int, today: date) -> Shown:
    """A signed contract runs from the first day of its year, until somebody closes it."""
    return "running" if state == "signed" and today >= date(year, 1, 1) else state


def actions(state: State, signed_by: Sequence[Party], party: Party) -> frozenset[Action]:
    """What a party may do now. Once anyone has signed, the words stand still until both have, or one withdraws."""
    if state == "draft":
        return frozenset({"edit", "propose", "drop"})
    if state in ("proposed", "negotiated"):
        if party in signed_by:
            return frozenset({"withdraw", "comment"})
        editing: frozenset[Action] = frozenset() if signed_by else frozenset({"drop"})
        editing |= {"edit"} if state == "negotiated" and not signed_by else set()
        return editing | {"sign", "comment"}
    if state == "signed":
        return frozenset({"amend", "close"}) if party == "upper" else frozenset({"amend"})
    return frozenset()
