"""The prospects of each target at each unit asked: what chance alone may do to it, by the unit's own months."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from pejling.indicators.definition import (
    ActivityWithin,
    ExitWithin,
    Indicator,
    LastingShare,
    ScoreChange,
    StateAfter,
    Timely,
)  # fmt: skip
from pejling.indicators.goals import Caps, Goal, Target
from pejling.indicators.history import History, Past
from pejling.indicators.model import Model
from pejling.steering.chance import Direction, Outlook, best_year, level, of_period, outlook, reaching, years_to_tell

_SHARES = (ExitWithin, LastingShare, StateAfter, ActivityWithin, Timely)
YEAR = 12  # months


@dataclass(frozen=True)
class Prospect:
    """A target at a unit, for a year with as many courses as its last twelve decided months had.

    `outlook` is None where nothing can be said; `unknown` then says why: "no_history" (fewer than twelve months are
    decided by this definition), "no_share" (the measure counts no courses of courses). `best` is the unit's best twelve
    months on end and `met_at_best` the chance to meet the target at that level. `years` that must be seen together to
    tell success from chance; None where ten are too few, or the target asks for no change.
    """

    goal: str
    unit: str
    target: Target
    asked: float
    standard: bool
    unknown: Literal["", "no_history", "no_share"] = ""
    outlook: Outlook | None = None
    best: float | None = None
    met_at_best: float | None = None
    years: int | None = None


def prospects(model: Model, past: Past) -> list[Prospect]:
    """Of every target, at the whole and at each unit that has a level of its own; the goals in the model's order."""
    found: list[Prospect] = []
    known = {indicator.key: indicator for indicator in model.indicators}
    for goal in model.goals:
        indicator = known.get(goal.indicators[0])
        if indicator is None or indicator.direction == "none":
            continue  # the check says so
        for target in goal.targets:
            for unit, asked in levels(model, goal, target, past):
                found.append(_prospect(model.caps, goal, indicator, target, unit, asked, past))
    return found


def levels(model: Model, goal: Goal, target: Target, past: Past) -> Iterator[tuple[str, float]]:
    """Each unit that is asked, and the level that is asked of it. A standard is asked of every unit, and not of the
    whole; a target without contributions of the whole only."""
    if goal.minimum_standard:
        kinds = goal.asked_of or model.kinds_asked
        yield from ((key, target.level) for key, unit in past.units.items() if unit.kind in kinds)
        return
    if top := whole(goal, past):
        yield top, target.level
    yield from ((unit, asked) for unit, asked in target.contributions.items() if unit in past.units)


def whole(goal: Goal, past: Past) -> str | None:
    """The unit whose target the goal's is: the one above all that are asked. None where there is no such."""
    asked = {unit for target in goal.targets for unit in target.contributions if unit in past.units}
    asked |= {
        key for key, unit in past.units.items() if not asked and (not goal.asked_of or unit.kind in goal.asked_of)
    }
    tops = {past.top_of(unit) for unit in asked}
    return tops.pop() if len(tops) == 1 else None


def is_share(indicator: Indicator) -> bool:
    """Does it say how many of some courses (or steps) turned out so? Only then is chance binomial."""
    return isinstance(indicator, _SHARES) or (isinstance(indicator, ScoreChange) and indicator.improved_by is not None)


def counts(history: History) -> list[tuple[int, int]]:
    """Of a share: how many of how many, month by month."""
    return [(round(one), round(of)) for one, of in history.months]


def year_of_courses(history: History) -> int:
    """The courses of the last twelve decided months: what a year is taken to have."""
    return sum(of for _, of in counts(history)[-YEAR:])


def _prospect(
    caps: Caps, goal: Goal, indicator: Indicator, target: Target, unit: str, asked: float, past: Past
) -> Prospect:
    bare = Prospect(goal.key, unit, target, asked, goal.minimum_standard)
    if not is_share(indicator):
        return replace(bare, unknown="no_share")
    history = past.histories.get((indicator.key, unit))
    known = level(counts(history)) if history else None
    courses = year_of_courses(history) if history else 0
    if history is None or known is None or not courses:
        return replace(bare, unknown="no_history")
    direction: Direction = "up" if indicator.direction == "up" else "down"
    best = best_year(counts(history), direction)
    within = of_period(known, courses)
    return replace(
        bare,
        outlook=outlook(known, courses, asked, direction, false_success=caps.false_success),
        best=best,
        met_at_best=None if best is None else reaching(best, within, courses, asked, direction),
        years=years_to_tell(
            known, courses, asked, direction, false_success=caps.false_success, missed=caps.missed_success
        ),
    )
