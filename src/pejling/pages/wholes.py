"""Overall goals and the contributions to them: does what the units promise reach the whole?

Who is a party to every contract sees each unit's contribution as its contract has it now. Who is a party to one sees
the others' as they were offered: another unit's draft is not theirs to see, nor to work out from a gap.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from pejling.agreements import contracts
from pejling.agreements.models import Contract
from pejling.agreements.models import OverallGoal as Kept
from pejling.indicators.definition import Indicator
from pejling.indicators.figures import Figure
from pejling.indicators.periods import Period
from pejling.pages import words
from pejling.pages.ground import Ground
from pejling.pages.series import FIRM, Heading, heading
from pejling.steering.cascade import Past, split, split_within, weights
from pejling.steering.contracts import Goal, OverallGoal, below_standard
from pejling.steering.contracts import contributions as added
from pejling.steering.contributions import Direction

NOT_COUNTED = ("average_stock", "activity_share", "amount", "ratio", "observed", "time_to_exit")


@dataclass(frozen=True)
class Contribution:
    """A unit's part: as offered, and as its contract has it (None where it has none that the reader may see)."""

    unit: str
    name: str
    offered: int | None
    expected: int | None
    goal: Goal | None

    @property
    def count(self) -> int | None:
        return self.goal.count if self.goal is not None else self.offered


@dataclass(frozen=True)
class Whole:
    """An overall goal and its contributions. `gap` is what lacks, in courses; 0 or less where the whole is reached."""

    heading: Heading
    goal: OverallGoal
    revision: int
    parts: tuple[Contribution, ...]
    promised: int | None
    gap: int | None
    failing: tuple[str, ...]  # of a minimum or a shared goal: the names of units that do not hold it

    @property
    def reached(self) -> bool:
        return not self.failing and (self.gap is None or self.gap <= 0)

    @property
    def counted(self) -> bool:
        return counted(self.heading)

    @property
    def said(self) -> str:
        """Whether it adds up, in a sentence."""
        if self.goal.sharing != "own":
            if not any(part.goal for part in self.parts):
                return gettext("No contract has it yet.")
            if not self.failing:
                return gettext("Every contract holds it.")
            return gettext("Not held by: %(units)s") % {"units": words.listed(self.failing, "and")}
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


def counted(head: Heading) -> bool:
    """Does the indicator count courses or steps, so that units' contributions can be added?"""
    return head.measure not in NOT_COUNTED and head.of[0] in ("courses", "steps")


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
    known = {indicator.key for indicator in ground.model.indicators}
    kept = [each for each in Kept.objects.filter(upper=upper, year=year) if each.indicator in known]
    return tuple(_whole(ground, each, drafts) for each in kept)


def _in_contracts(upper: str, year: int, unit: str = "") -> dict[str, Mapping[str, Goal]]:
    found = Contract.objects.filter(upper=upper, year=year, **({"unit": unit} if unit else {}))
    newest = {each.unit: contracts.newest(each) for each in found}
    return {
        name: {goal.indicator: goal for goal in contracts.content(version).goals}
        for name, version in newest.items()
        if version.state != "dropped"
    }


def _whole(ground: Ground, kept: Kept, drafts: Mapping[str, Mapping[str, Goal]]) -> Whole:
    goal = contracts.overall(kept)
    head = heading(ground, ground.indicator(goal.indicator))
    units = [*goal.offered, *(u for u in goal.expected if u not in goal.offered)]
    units += [unit for unit in drafts if unit not in units and goal.indicator in drafts[unit]]
    parts = tuple(
        Contribution(
            unit,
            ground.hierarchy[unit].name if unit in ground.hierarchy else unit,
            goal.offered.get(unit),
            goal.expected.get(unit),
            drafts.get(unit, {}).get(goal.indicator),
        )
        for unit in units
    )
    direction: Direction = "down" if head.direction == "down" else "up"
    if goal.sharing == "own" and goal.count is not None:
        # a unit whose contract leaves the goal out contributes nothing, whatever it was offered
        counts = {each.unit: (each.count or 0) if each.goal or each.unit not in drafts else 0 for each in parts}
        total = added(goal, direction, counts)
        return Whole(head, goal, kept.revision, parts, int(total.promised), int(total.gap), ())
    targets = {each.unit: each.goal.target for each in parts if each.goal and each.goal.target is not None}
    without = {each.unit for each in parts if each.unit in drafts and each.goal is None}
    failing = sorted({*below_standard(goal, direction, targets), *without})
    names = {each.unit: each.name for each in parts}
    return Whole(head, goal, kept.revision, parts, None, None, tuple(names[unit] for unit in failing))


def offered(ground: Ground, said: OverallGoal, units: Iterable[str]) -> OverallGoal:
    """With each unit's part worked out by the rule, and the courses expected there.

    Parts given by hand stay as they are. Raises ValueError where there is no unit, or more is asked than there is.
    """
    indicator = ground.indicator(said.indicator)
    past = pasts(ground, indicator, list(units), said.year)
    expected = {each.unit: each.intake for each in past}
    of = said.of
    if of is None and heading(ground, indicator).whole:
        of = sum(expected.values()) or None  # no records before the year: nothing is known of how many to expect
    elif of is not None:  # the courses expected in all, shared out as they came
        shares = split(of, weights("intake", past))
        expected = {each.unit: share for each, share in zip(past, shares, strict=True)}
    update: dict[str, object] = {"expected": expected if of else {}, "of": of}
    if said.count is not None and said.rule != "by_hand" and said.sharing == "own":
        weighed = weights(said.rule, past)
        if of is None:
            parts = split(said.count, weighed)
        else:
            parts = split_within(said.count, weighed, [expected[each.unit] for each in past])
        update["offered"] = {each.unit: part for each, part in zip(past, parts, strict=True)}
    return OverallGoal.model_validate({**said.model_dump(), **update})


def pasts(ground: Ground, indicator: Indicator, units: list[str], year: int) -> list[Past]:
    """Each unit's history: the newest firm year before the contract's, and the newest whole year's courses as those to
    expect, by target group where the indicator is broken down so."""
    by = "target_group" if "target_group" in indicator.by else ""
    years = [text for text in ground.periods("year") if int(text) < year]
    found = figures_of(ground, indicator.key, units, years, by)
    result = []
    for unit in units:
        firm = _newest(found, unit, lambda figure: figure.state in FIRM)
        full = _newest(found, unit, lambda figure: _over(figure, ground))
        counted = {f.group: int(f.numerator or 0) for f in firm}
        of = {f.group: int(f.numerator or 0) if f.denominator is None else int(f.denominator) for f in firm}
        expected = {f.group: int((f.numerator if f.denominator is None else f.denominator) or 0) for f in full}
        result.append(Past(unit, counted, of, expected))
    return result


def figures_of(ground: Ground, key: str, units: list[str], periods: list[str], by: str = "") -> list[Figure]:
    if not units or not periods:
        return []
    whole = replace(ground, units=ground.hierarchy)  # a contract's figures are its parties' business
    found = whole.figures(key, units, periods, by)
    return [figure for figure in found if figure.group_by == by]


def _over(figure: Figure, ground: Ground) -> bool:
    """Is all that began in the period known, however it may yet end?"""
    return figure.numerator is not None and Period.parse(figure.period).last_on <= ground.through


def _newest(found: list[Figure], unit: str, good: Callable[[Figure], bool]) -> list[Figure]:
    """The unit's figures, one a group, of the newest period in which all are good."""
    own = [figure for figure in found if figure.unit == unit]
    for period in sorted({figure.period for figure in own}, reverse=True):
        those = [figure for figure in own if figure.period == period]
        if any(good(figure) for figure in those):
            return [figure for figure in those if good(figure)]
    return []
