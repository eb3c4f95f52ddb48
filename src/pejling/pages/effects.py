"""For those who decide: a few effects and what they cost, as released, and where it goes well and badly, in words.

Also for the state: the same effects, a municipality a row. A unit is named only where a rule says that it is no chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext

from pejling.agreements import statuses as cycle
from pejling.indicators.definition import Indicator, Ratio
from pejling.indicators.figures import Figure
from pejling.indicators.hierarchy import Unit
from pejling.indicators.model import Model, fingerprint
from pejling.pages import mark_words, status_words, words
from pejling.pages.ground import Ground
from pejling.pages.released import Released
from pejling.pages.series import FIRM, Heading, heading
from pejling.pages.status_figures import gather
from pejling.steering.asked_goals import Asked, asked_of
from pejling.steering.goal_status import GoalStatus, Target, goal_status

MOST = 5  # effect goals
Told = Literal["reached", "short", "cannot_tell", "not_known", "no_target"]


@dataclass(frozen=True)
class Effect:
    """A goal's figure of the newest year that is known. `told`: is the target reached, as far as can be told of it?"""

    indicator: str
    goal: str
    why: str
    heading: Heading
    figure: Figure
    target: str
    told: Told
    variation: str


@dataclass(frozen=True)
class Cost:
    indicator: str
    name: str
    heading: Heading
    figure: Figure
    before: Figure | None  # the year before


@dataclass(frozen=True)
class Named:
    """A unit and why it is named, in a sentence."""

    unit: Unit
    why: str


@dataclass(frozen=True)
class EffectsPage:
    unit: Unit
    kind: str
    number: int  # of the release
    month: str
    effects: tuple[Effect, ...]
    costs: tuple[Cost, ...]
    well: tuple[Named, ...]
    badly: tuple[Named, ...]
    looked_at: int  # figures of units below that were held against the rules
    untold: int  # of those, with too few periods known to tell


@dataclass(frozen=True)
class MunicipalitiesPage:
    number: int
    month: str
    unit: Unit
    columns: tuple[tuple[str, str], ...]  # (indicator, what it is called)
    rows: tuple[tuple[Unit, tuple[Effect, ...]], ...]  # in the hierarchy's order
    declared: bool  # the model says which units are municipalities


def effects_page(ground: Released, unit_id: str) -> EffectsPage:
    """Raises Unknown for a unit that is not in the release, or not the reader's to see."""
    unit = ground.unit(unit_id)
    number, month = ground.release
    below = ground.below(unit_id)
    found = standing(ground, [each.unit_id for each in below], month)
    named = [(each, goal) for each in below for goal in found[each.unit_id]]
    return EffectsPage(
        unit=unit,
        kind=ground.kind_name(unit),
        number=number,
        month=month,
        effects=tuple(_effects(ground, unit_id, month)),
        costs=tuple(_costs(ground, unit_id)),
        well=tuple(_named(named, good=True)),
        badly=tuple(_named(named, good=False)),
        looked_at=len(named),
        untold=sum(goal.variation == "too_few" for _, goal in named),
    )


def municipalities_page(ground: Released, unit_id: str) -> MunicipalitiesPage:
    """The units that the model calls municipalities, at or below the one; that one itself where it calls none so."""
    unit = ground.unit(unit_id)
    number, month = ground.release
    kinds = ground.model.levels.municipality
    at_or_below = [each for each in ground.units.values() if _under(ground, each, unit_id)]
    shown = [each for each in at_or_below if each.kind in kinds] or [unit]
    goals = judged(ground.model)
    return MunicipalitiesPage(
        number=number,
        month=month,
        unit=unit,
        columns=tuple((each.key, name) for each, name in goals),
        rows=tuple((each, tuple(_effects(ground, each.unit_id, month))) for each in shown),
        declared=any(each.kind in kinds for each in at_or_below),
    )


def judged(model: Model) -> list[tuple[Indicator, str]]:
    """What effects and results the goals are judged by, each once: effects first, then in the model's order."""
    known = {each.key: each for each in model.indicators}
    found: dict[str, tuple[Indicator, str]] = {}
    for goal in model.goals:
        indicator = known.get(goal.indicators[0])
        if indicator and indicator.kind in ("effect", "result"):
            found.setdefault(indicator.key, (indicator, words.text(goal.name)))
    return sorted(found.values(), key=lambda one: one[0].kind != "effect")[:MOST]


def standing(ground: Ground, units: Sequence[str], month: str) -> dict[str, tuple[GoalStatus, ...]]:
    """How each unit's goals stand by the figures of the ground alone."""
    indicators = [each for each, _ in judged(ground.model) if _everywhere(ground, each, units, month)]
    found = gather(ground, indicators, units, month) if units and indicators else {}
    result = {}
    for unit in units:
        goals = []
        asked = _asked(ground, unit, month)
        for indicator in indicators:
            gathered, wanted = found[indicator.key, unit], asked.get(indicator.key)
            goals.append(goal_status(
                indicator, fingerprint(ground.model, indicator), month, gathered.figures, cadence=gathered.cadence,
                of=heading(ground, indicator).of, goal=wanted.goal if wanted else "",
                goal_name=wanted.name if wanted else None, target=wanted.target if wanted else None,
            ))  # fmt: skip
        result[unit] = tuple(goals)
    return result


def _everywhere(ground: Ground, indicator: Indicator, units: Sequence[str], month: str) -> bool:
    """Does the release hold it for all of these units?"""
    return {figure.unit for figure in ground.figures(indicator.key, units, [month])} == set(units)


def _asked(ground: Ground, unit: str, month: str) -> dict[str, Asked]:
    goals = cycle.agreed(unit, month).goals
    return {each.indicator: each for each in asked_of(ground.model, ground.hierarchy, unit, int(month[:4]), goals)}


def _effects(ground: Released, unit: str, month: str) -> Iterator[Effect]:
    status = {goal.indicator: goal for goal in standing(ground, [unit], month)[unit]}
    asked = _asked(ground, unit, month)
    for indicator, name in judged(ground.model):
        head = heading(ground, indicator)
        figure = _newest_year(ground, indicator.key, unit)
        if figure is None:
            continue
        target = asked[indicator.key].target if indicator.key in asked else None
        own = target if target and target.own else None
        goal = status.get(indicator.key)
        yield Effect(
            indicator.key, name, head.why, head, figure, _target(own, head) if own else "",
            told(figure, own, indicator.direction),
            mark_words.changing(goal) if goal else mark_words.variation("too_few"),
        )  # fmt: skip


def told(figure: Figure, target: Target | None, direction: str) -> Told:
    """By the interval: a target within it can neither be said to be reached nor to be missed. A target of a
    year is held against that year's figure, and no other.
    """
    if target is None or direction not in ("up", "down"):
        return "no_target"
    if figure.period != str(target.year) or figure.state not in FIRM or figure.value is None:
        return "not_known"
    low, high = figure.low, figure.high
    if low is None or high is None:
        low = high = figure.value
    if low <= target.level <= high and low < high:
        return "cannot_tell"
    above = figure.value >= target.level
    return "reached" if above == (direction == "up") or figure.value == target.level else "short"


def _target(target: Target, head: Heading) -> str:
    level = {"year": str(target.year), "level": status_words.amount(target.level, head.unit)}
    if head.direction == "down":
        return gettext("Target %(year)s: at most %(level)s") % level
    return gettext("Target %(year)s: at least %(level)s") % level


def _newest_year(ground: Ground, key: str, unit: str) -> Figure | None:
    """The newest that is known; the newest of all, in its own state, where none is."""
    found = ground.told(key, [unit], ground.periods("year"))
    return next((each for each in reversed(found) if each.state in FIRM), found[-1] if found else None)


def _costs(ground: Ground, unit: str) -> Iterator[Cost]:
    keys = [goal.indicators[0] for goal in ground.model.goals]
    keys += ground.model.economy.unit_costs if ground.model.economy else ()
    for key in dict.fromkeys(keys):
        indicator = next((each for each in ground.model.indicators if each.key == key), None)
        if isinstance(indicator, Ratio) and indicator.unit == "kroner":
            figure = _newest_year(ground, key, unit)
            if figure is not None:
                years = ground.periods("year")
                at = years.index(figure.period)
                before = ground.told(key, [unit], [years[at - 1]]) if at else []
                firm = next((each for each in before if each.state in FIRM), None)
                yield Cost(key, words.text(indicator.name), heading(ground, indicator), figure, firm)
                return  # one is enough: the others stand on the page of all figures


def _named(goals: Sequence[tuple[Unit, GoalStatus]], *, good: bool) -> Iterator[Named]:
    """Those whose own months are no chance by the rules, and those that meet, or miss, their own target every time."""
    for unit, goal in goals:
        name = status_words.name(goal)
        if goal.signal and goal.signal.firm and goal.signal.good is good:
            yield Named(unit, f"{name}: {mark_words.signal(goal.signal)}")
        elif goal.target and goal.target.own and goal.assurance == ("meets" if good else "fails"):
            yield Named(unit, f"{name}: {words.within(mark_words.assurance(goal.assurance, goal.series.cadence))}.")


def _under(ground: Ground, unit: Unit, top: str) -> bool:
    while unit.unit_id != top:
        if unit.parent_id not in ground.units:
            return False
        unit = ground.units[unit.parent_id]
    return True
