"""Which units need attention, and which do not: by what has changed and what misses its target, never by rank.

What an effort consists of is shown only where its result falls short: where it does not, that is the unit's own affair.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext

from pejling.agreements import statuses as cycle
from pejling.indicators.hierarchy import Unit, descendants
from pejling.indicators.model import Model, fingerprint
from pejling.pages import mark_words, status_words, words
from pejling.pages.ground import Ground
from pejling.pages.series import heading
from pejling.pages.status import goals, known_month, statuses
from pejling.pages.status_figures import gather
from pejling.steering.goal_status import GoalStatus, goal_status
from pejling.steering.status import Status

Need = Literal["worse", "misses", "better", "wait", "none", "unknown"]
NEEDS: tuple[Need, ...] = ("worse", "misses", "better", "wait")  # what calls for something, in the order it is read in
SHORT = ("worse", "misses")
PROCESS = ("activity", "legal", "resource", "development")  # kinds of what an effort consists of


@dataclass(frozen=True)
class Process:
    """What lies behind a result that falls short: its newest known figure, and whether it changes."""

    indicator: str
    name: str
    figure: str
    period: str
    variation: str


@dataclass(frozen=True)
class UnitNeed:
    """`reasons` in sentences. `state`: how far its status of the month has come: draft, written or published."""

    unit: Unit
    kind: str
    need: Need
    reasons: tuple[str, ...]
    processes: tuple[Process, ...]
    state: str


@dataclass(frozen=True)
class AttentionPage:
    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    month: str
    headline: str
    message: tuple[str, ...]
    units: tuple[UnitNeed, ...]  # those that need something, in the order of NEEDS, within one in the hierarchy's
    quiet: tuple[UnitNeed, ...]
    unknown: tuple[UnitNeed, ...]  # of which nothing can be judged
    looked_at: int  # figures

    def of(self, need: str) -> tuple[UnitNeed, ...]:
        return tuple(each for each in self.units if each.need == need)

    @property
    def groups(self) -> tuple[tuple[str, tuple[UnitNeed, ...]], ...]:
        return tuple((need, found) for need in NEEDS if (found := self.of(need)))


def attention_page(ground: Ground, unit_id: str, month: str) -> AttentionPage:
    """Raises Unknown for a unit or a month that is not there, or not the reader's to see."""
    unit = ground.unit(unit_id)
    known_month(ground, month)
    found = set(descendants(ground.units, unit_id))
    personal = ground.model.levels.caseworker
    asked = [key for key, each in ground.units.items() if key in found and each.kind not in personal]
    agreed = cycle.agreed_of(asked, month)
    every = goals(ground, agreed, month)
    own = statuses(ground, {unit_id: agreed[unit_id]}, month)[unit_id]
    needs = {key: need(found) for key, found in every.items()}
    falling = {key: _short(found) for key, found in every.items() if needs.get(key) in SHORT}
    processes = _processes(ground, falling, month)
    states = cycle.states(month)
    rows = [
        UnitNeed(
            ground.units[key],
            ground.kind_name(ground.units[key]),
            needs[key],
            tuple(_reasons(every[key], needs[key])),
            processes.get(key, ()),
            states.get(key, "draft"),
        )
        for key in needs
        if key != unit_id
    ]
    pressing = sorted((row for row in rows if row.need in NEEDS), key=lambda row: NEEDS.index(row.need))
    return AttentionPage(
        unit=unit,
        kind=ground.kind_name(unit),
        above=ground.above(unit),
        month=month,
        headline=_of_whole(own) if rows else status_words.headline(own),
        message=tuple(status_words.message(own)),
        units=tuple(pressing),
        quiet=tuple(row for row in rows if row.need == "none"),
        unknown=tuple(row for row in rows if row.need == "unknown"),
        looked_at=sum(status_words.judged(goal) for found in every.values() for goal in found),
    )


def _of_whole(own: Status) -> str:
    """It is said of the unit itself: those below it may have changed all the same."""
    return gettext("As a whole: %(headline)s") % {"headline": status_words.headline(own)}


def need(goals: Sequence[GoalStatus]) -> Need:
    """The most pressing of a unit's goals. A change that late records may still undo is one to wait for. Of a unit
    without goals, or where no goal has periods enough, nothing is known.
    """
    signals = [goal.signal for goal in goals if goal.signal and goal.signal.good is not None]
    if any(each.firm and not each.good for each in signals):
        return "worse"
    if any(_misses(goal) for goal in goals):
        return "misses"
    if any(each.firm for each in signals):
        return "better"
    if signals:
        return "wait"
    return "none" if any(map(status_words.judged, goals)) else "unknown"


def _misses(goal: GoalStatus) -> bool:
    """As it works now it never meets what is asked of it: no single period is to blame."""
    return goal.assurance == "fails" and goal.target is not None and goal.target.own


def _short(goals: Sequence[GoalStatus]) -> list[GoalStatus]:
    return [goal for goal in goals if _misses(goal) or _is(goal, "worse")]


def _is(goal: GoalStatus, what: Need) -> bool:
    """Is its signal of that kind?"""
    if goal.signal is None or goal.signal.good is None:
        return False
    if not goal.signal.firm:
        return what == "wait"
    return what == ("better" if goal.signal.good else "worse")


def _reasons(goals: Sequence[GoalStatus], of: Need) -> Iterator[str]:
    """Why the unit stands where it stands; what else has changed is on its status."""
    for goal in goals:
        if goal.signal and _is(goal, of):
            yield f"{status_words.name(goal)}: {mark_words.signal(goal.signal)}"
        if of in SHORT and _misses(goal):
            said = mark_words.assurance(goal.assurance, goal.series.cadence)
            yield f"{status_words.name(goal)}: {words.within(said)} ({words.within(status_words.target(goal))})."


def behind(model: Model, indicator: str) -> list[str]:
    """What the model holds to lead to it: processes that explain its goal, or stand up to two steps before it."""
    known = {each.key: each for each in model.indicators}
    explaining = [key for goal in model.goals if goal.indicators[0] == indicator for key in goal.indicators[1:]]
    steps = [step for area in model.focus_areas for step in area.theory]
    causes = [step.from_ for step in steps if step.to in (indicator, *explaining)]
    further = [step.from_ for step in steps if step.to in causes]
    found = dict.fromkeys((*explaining, *causes, *further))
    return [key for key in found if key in known and known[key].kind in PROCESS and key != indicator]


def _processes(
    ground: Ground, falling: Mapping[str, Sequence[GoalStatus]], month: str
) -> dict[str, tuple[Process, ...]]:
    """Only of the units where a result falls short, and only what is held to lead to that result."""
    wanted = {
        unit: list(dict.fromkeys(key for goal in goals for key in behind(ground.model, goal.indicator)))
        for unit, goals in falling.items()
    }
    keys = {key for each in wanted.values() for key in each}
    indicators = [each for each in ground.model.indicators if each.key in keys]
    gathered = gather(ground, indicators, list(falling), month) if indicators and falling else {}
    found = {}
    for unit, each in wanted.items():
        lines = []
        for key in each:
            indicator, here = ground.indicator(key), gathered[key, unit]
            line = goal_status(
                indicator, fingerprint(ground.model, indicator), month, here.figures, cadence=here.cadence,
                of=heading(ground, indicator).of,
            )  # fmt: skip
            if line.certain:
                lines.append(Process(
                    key, words.text(indicator.name), status_words.certain(line), status_words.certain_of(line),
                    mark_words.changing(line),
                ))  # fmt: skip
        found[unit] = tuple(lines)
    return found
