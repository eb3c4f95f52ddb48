"""Overall goals and the contributions to them: does what the units promise reach the whole?

Who is a party to every contract sees each unit's contribution as its contract has it now. Who is a party to one sees
the others' as they were offered: another unit's draft is not theirs to see, nor to work out from a gap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from pejling.agreements import contracts
from pejling.agreements.models import Contract
from pejling.pages import words
from pejling.pages.ground import Ground
from pejling.pages.series import Heading, heading
from pejling.pages.targets import Set, goals_set
from pejling.steering.contracts import Goal, OverallGoal, below_standard
from pejling.steering.contracts import contributions as added
from pejling.steering.contributions import Direction, counted


@dataclass(frozen=True)
class Contribution:
    """A unit's part: as offered, and as its contract has it (None where it has none that the reader may see).

    `begun`: there is a contract, though it may leave the goal out; until there is, what was offered counts.
    """

    unit: str
    name: str
    offered: int | None
    expected: int | None
    goal: Goal | None
    begun: bool

    @property
    def only_offered(self) -> bool:
        """Is it counted as it was offered, for want of a contract?"""
        return not self.begun and self.offered is not None

    @property
    def count(self) -> int | None:
        return self.goal.count if self.goal else self.offered if self.only_offered else None


@dataclass(frozen=True)
class Whole:
    """An overall goal and its contributions. `gap` is what lacks, in courses; 0 or less where the whole is reached.

    `revision` 0: the model's target, that nobody has set yet. `model`: what the model asks for by now, and its level.
    """

    heading: Heading
    goal: OverallGoal
    revision: int
    model: OverallGoal | None
    model_level: float | None
    parts: tuple[Contribution, ...]
    promised: int | None
    gap: int | None
    failing: tuple[str, ...]  # of a minimum or a shared goal: the names of units that do not hold it

    @property
    def by_level(self) -> bool:
        """Is it told as a level, and not as people?"""
        return not self.heading.counted or (self.goal.sharing != "own" and self.goal.count is None)

    @property
    def asked_of(self) -> str:
        return words.listed([part.name for part in self.parts], "and")

    @property
    def reached(self) -> bool:
        return not self.failing and (self.gap is None or self.gap <= 0)

    @property
    def from_model(self) -> str:
        """That it is the model's target, or that the model asks for something else by now; "" where neither."""
        if self.model is None:
            return ""
        asked = {"level": words.value(self.model_level, self.heading.unit)}
        if not self.revision:
            return gettext("The model's target: %(level)s") % asked
        return "" if self._as_the_model else gettext("By now the model's target is %(level)s") % asked

    @property
    def _as_the_model(self) -> bool:
        """Is the model's level asked for, of as many courses as were expected when it was set?"""
        here, model = self.goal, self.model
        if model is None or here.sharing != model.sharing:
            return False
        if here.of is None or here.count is None:
            return (here.level, here.count) == (model.level, model.count)
        direction: Direction = "down" if self.heading.direction == "down" else "up"
        return here.count == int(counted(self.model_level or 0, here.of, direction))

    @property
    def any(self) -> bool:
        """Is there a contract to judge it by?"""
        return self.goal.sharing == "own" or any(part.goal for part in self.parts)

    @property
    def said(self) -> str:
        """Whether it adds up, in a sentence."""
        if self.goal.sharing != "own":
            if not self.any:
                return gettext("The goal stands in no contract yet.")
            if not self.failing:
                return gettext("The goal stands in every contract.")
            return gettext("Missing or weaker in the contract with: %(units)s") % {
                "units": words.listed(self.failing, "and")
            }
        asked = {"promised": words.number(self.promised or 0), "asked": words.number(self.goal.count or 0)}
        if self.gap == 0:
            return gettext("The contributions add up to the whole: %(promised)s of %(asked)s.") % asked
        asked["gap"] = words.number(abs(self.gap or 0))
        if (self.gap or 0) > 0:
            if self.heading.direction != "down":
                said = gettext("The contributions do not reach the whole: %(promised)s of %(asked)s. %(gap)s lack.")
            else:
                said = gettext("The contributions are more than the whole may be: %(promised)s for %(asked)s.")
            return said % asked
        return gettext("The contributions reach the whole, and more: %(promised)s of %(asked)s.") % asked


def wholes(
    ground: Ground, upper: str, year: int, *, unit: str = "", goals: Iterable[Goal] | None = None, only: bool = False
) -> tuple[Whole, ...]:
    """Every overall goal of the upper unit for the year.

    `goals` are one unit's as they are being written, in place of what its contract has. `only`: as the party of that
    one unit sees them.
    """
    drafts = _in_contracts(upper, year, unit if only else "")
    if goals is not None:
        drafts |= {unit: {goal.indicator: goal for goal in goals}}
    return tuple(_whole(ground, each, drafts) for each in goals_set(ground, upper, year))


def _in_contracts(upper: str, year: int, unit: str = "") -> dict[str, Mapping[str, Goal]]:
    found = Contract.objects.filter(upper=upper, year=year, **({"unit": unit} if unit else {}))
    standing = {each.unit: contracts.standing(each) for each in found}
    return {
        name: {goal.indicator: goal for goal in contracts.content(version).goals}
        for name, version in standing.items()
        if version
    }


def _whole(ground: Ground, found: Set, drafts: Mapping[str, Mapping[str, Goal]]) -> Whole:
    goal = found.goal
    head = heading(ground, ground.indicator(goal.indicator))
    units = list(dict.fromkeys((*goal.offered, *goal.expected, *goal.asked)))
    units += [unit for unit in drafts if unit not in units and goal.indicator in drafts[unit]]
    parts = tuple(
        Contribution(
            unit,
            ground.hierarchy[unit].name if unit in ground.hierarchy else unit,
            goal.offered.get(unit),
            goal.expected.get(unit),
            drafts.get(unit, {}).get(goal.indicator),
            unit in drafts,
        )
        for unit in units
    )
    direction: Direction = "down" if head.direction == "down" else "up"
    if goal.sharing == "own" and goal.count is not None:
        # a unit whose contract leaves the goal out contributes nothing, whatever it was offered
        counts = {each.unit: each.count or 0 for each in parts}
        total = added(goal, direction, counts)
        return Whole(
            head, goal, found.revision, found.model, found.level, parts, int(total.promised), int(total.gap), ()
        )
    targets = {each.unit: each.goal.target for each in parts if each.goal and each.goal.target is not None}
    without = {each.unit for each in parts if each.unit in drafts and each.goal is None and goal.asks(each.unit)}
    failing = sorted({*below_standard(goal, direction, targets), *without})
    names = {each.unit: each.name for each in parts}
    return Whole(
        head, goal, found.revision, found.model, found.level, parts, None, None, tuple(names[unit] for unit in failing)
    )
