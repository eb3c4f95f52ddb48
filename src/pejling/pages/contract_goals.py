"""The result goals of a contract in words: each by the definition that is kept with the contract."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from pejling.agreements import contracts
from pejling.agreements.contracts import Definitions
from pejling.agreements.models import Version
from pejling.indicators.figures import Figure
from pejling.indicators.pins import Pin, key_beside, pin, still_so
from pejling.pages import values, words
from pejling.pages.definition import definition
from pejling.pages.ground import Ground
from pejling.pages.pasts import shown
from pejling.pages.series import Heading, heading
from pejling.pages.wholes import Whole
from pejling.steering import contracts as rules


@dataclass(frozen=True)
class GoalView:
    """A result goal in words, with the definition it is measured by; `now` is how it stands, for who may see it.

    `area` is the focus area that the model has it in; `link`, the unit whose page has its figures.
    """

    goal: rules.Goal
    area: str
    link: str
    heading: Heading | None  # None where the model no longer has the indicator
    name: str
    target: str
    baseline: str
    trajectory: tuple[tuple[str, str], ...]
    later: tuple[tuple[str, str], ...]
    sharing: str
    sentences: tuple[str, ...]
    moved_on: bool  # the model defines it otherwise by now
    now: Figure | None
    whole: Whole | None

    @property
    def began(self) -> float | None:
        """The baseline as a value of the indicator."""
        goal = self.goal
        if goal.baseline_count is None or goal.baseline_of == 0:
            return goal.baseline_level
        return goal.baseline_count / goal.baseline_of if goal.baseline_of else float(goal.baseline_count)

    @property
    def aim(self) -> float | None:
        """The target as a value of the indicator; of a share told in people, only where it is known of how many."""
        of_nobody_knows_how_many = self.heading is not None and self.heading.whole and self.goal.of is None
        return None if self.goal.count is not None and of_nobody_knows_how_many else self.goal.target

    @property
    def baseline_in_short(self) -> str:
        return words.value(self.began, self.heading.unit) if self.heading else self.baseline

    @property
    def way_unit(self) -> str:
        """What the way over the year is told in: a level's unit; "" of people."""
        return self.heading.unit if self.heading and self.by_level else ""

    @property
    def now_in_short(self) -> str:
        """The figure of the year; where there is none yet, why."""
        if self.now is None or self.heading is None:
            return ""
        said = values.in_short(self.now, self.heading)
        return words.within(words.state(self.now.state)) if said == words.MISSING else said

    @property
    def by_level(self) -> bool:
        """Is its target told as a level, and not as people?"""
        in_people = self.heading is not None and self.heading.counted
        return not in_people or (self.goal.sharing != "own" and self.goal.count is None)


def definitions(ground: Ground, version: Version, said: rules.Contract) -> Definitions:
    """Those that were proposed or signed; of a draft, those of today."""
    return pinned(ground, said) if version.state == "draft" else version.definitions


def pinned(ground: Ground, said: rules.Contract) -> Definitions:
    """The definitions that the contract's goals are measured by today: in full, and as sentences in both languages."""
    return [_pin(ground, goal.indicator) for goal in said.goals if known(ground, goal.indicator)]


def _pin(ground: Ground, key: str) -> dict[str, object]:
    indicator, made = ground.indicator(key), pin(ground.model, key)
    sentences = {}
    for language in ("da", "en"):
        with translation.override(language):
            parts = [_named(ground, part) for part in made.parts]
            sentences[language] = [*definition(ground.model, indicator).sentences, *parts]
    return {
        "indicator": key,
        "name": {"da": indicator.name.da, "en": indicator.name.en},
        "model_version": ground.measured.model_version,
        "pin": made.model_dump(mode="json", by_alias=True),
        "sentences": sentences,
    }


def _named(ground: Ground, part: Pin) -> str:
    """What one part of a ratio is, by name: it is signed, too."""
    said = " ".join(definition(ground.model, part.indicator).sentences)
    return gettext("“%(name)s”: %(definition)s") % {"name": words.text(part.indicator.name), "definition": said}


def known(ground: Ground, key: str) -> bool:
    return any(indicator.key == key for indicator in ground.model.indicators)


def goal_view(
    ground: Ground,
    said: rules.Contract,
    goal: rules.Goal,
    kept: Definitions,
    whole: Whole | None,
    *,
    party: bool = False,
) -> GoalView:
    """Measured by the definition that is kept with the contract, also where the model has moved on.

    A shared goal stands at the figure of all who share it, which its parties see.
    """
    language = "da" if words.danish() else "en"
    held = next((each for each in kept if each["indicator"] == goal.indicator), None)
    pinned = contracts.pin_of(held) if held else None
    key = _measured_by(ground, goal.indicator, pinned)
    head = heading(ground, ground.measured.indicator(key)) if key else None
    now = None
    place = said.upper if goal.sharing == "shared" else said.unit
    if key and ground.has_period(str(said.year)):
        now = next(iter(shown(ground, key, place, [str(said.year)], part=party)), None)
    name = head.name if head else held["name"][language] if held else goal.indicator
    unit = head.unit if head else pinned.indicator.unit if pinned else "courses"
    return GoalView(
        goal=goal,
        area=next((words.text(a.name) for a in ground.model.focus_areas for g in a.goals if g.key == goal.goal), ""),
        link=said.unit if key == goal.indicator and said.unit in ground.units else "",
        heading=head,
        name=name,
        target=_target(goal, unit, head.direction if head else "none"),
        baseline=reached(goal.baseline_count, goal.baseline_of, goal.baseline_level, unit),
        trajectory=tuple(
            (
                words.period(f"{said.year}-Q{n}"),
                words.number(value) if goal.count is not None else words.value(value, unit),
            )
            for n, value in enumerate(goal.trajectory, 1)
        ),
        later=tuple((str(each.year), words.value(each.level, unit)) for each in goal.later),
        sharing=sharing(goal.sharing),
        sentences=tuple(held["sentences"][language]) if held else (),
        moved_on=pinned is not None and not still_so(ground.model, pinned),
        now=now,
        whole=whole,
    )


def _measured_by(ground: Ground, indicator: str, pinned: Pin | None) -> str:
    """The key that the definition has figures under; "" where it has none, or not yet."""
    if pinned is None or still_so(ground.model, pinned):
        return indicator if known(ground, indicator) else ""
    beside = key_beside(pinned)
    return beside if beside in ground.measured.pinned else ""


def _target(goal: rules.Goal, unit: str, direction: str) -> str:
    said = {"level": reached(goal.count, goal.of, goal.level, unit)}
    if goal.sharing != "minimum" or goal.target is None or direction == "none":
        return said["level"]
    return (gettext("at least %(level)s") if direction == "up" else gettext("at most %(level)s")) % said


def reached(count: int | None, of: int | None, level: float | None, unit: str) -> str:
    """45 of 100 (45.0%), 45, or 12 weeks."""
    if count is None:
        return words.value(level, unit)
    if of is None:
        return words.number(count)
    share = f" ({words.value(count / of, 'share')})" if of else ""
    return words.of(count, of) + share


def sharing(name: str) -> str:
    return {
        "own": gettext("The unit's own contribution"),
        "shared": gettext("Shared by several units"),
        "minimum": gettext("A minimum for every unit"),
    }[name]
