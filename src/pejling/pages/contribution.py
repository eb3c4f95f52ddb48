"""What somebody's own courses mean for the goals of the unit they work in: counts, and never a share beside a share."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pejling.agreements import statuses
from pejling.agreements.rights import lineage
from pejling.indicators.definition import ExitWithin
from pejling.indicators.figures import Figure
from pejling.indicators.hierarchy import Unit, of_few
from pejling.indicators.open_courses import OpenCourse
from pejling.indicators.periods import covered
from pejling.pages import words
from pejling.pages.ground import Ground
from pejling.pages.pasts import figures_of
from pejling.pages.series import FIRM, heading
from pejling.pages.status import newest_month
from pejling.steering.asked_goals import Asked, asked_of

MOST = 3  # goals
YEARS = 3  # back from the newest month, to find a year that is decided


@dataclass(frozen=True)
class Part:
    """So many of so many, at a unit."""

    unit: str
    counted: int
    of: int

    @property
    def one_more(self) -> float:
        """What the unit's share rises by with one course more that counts; of 1."""
        return 1 / self.of


@dataclass(frozen=True)
class Contribution:
    """`own` part of a goal in a decided year, and of the units above: the nearest one, and the one the goal is set for.

    `lacking`: so many courses more would have met the target; 0 where it was met, None where that would tell of one
    person. `can_count`: own courses that are
    still open and in time; `first_by`: the first of their last days.
    """

    goal: str
    indicator: str
    unit_of: str  # what is counted: courses or steps
    period: str
    own: Part
    above: tuple[Part, ...]
    target: float | None
    target_unit: str
    target_year: int
    lacking: int | None
    can_count: int
    first_by: date | None


def contributions(ground: Ground, unit: Unit, courses: Sequence[OpenCourse]) -> tuple[Contribution, ...]:
    """For the goals that are counted in courses or steps, at most three, in the order of the goals above."""
    return tuple(_contributions(ground, unit, courses))[:MOST]


def _contributions(ground: Ground, unit: Unit, courses: Sequence[OpenCourse]) -> Iterator[Contribution]:
    month = newest_month(ground)
    way = [each for each in _upwards(ground, unit) if each.unit_id != unit.unit_id] or [unit]
    # what is above a unit of one or two people's courses would, less what is released beside it, tell of the other
    telling = lineage(ground.every, of_few(ground.every, ground.model.levels.caseworker))
    wanted = [(asked, upper) for asked, upper in _asked(ground, way, month) if _can_count(ground, asked.indicator)]
    years = [each.text for each in covered("rolling", ground.first, ground.through)][-12 * YEARS :]
    places = dict.fromkeys([unit.unit_id, way[0].unit_id, *(upper.unit_id for _, upper in wanted)])
    ground.ask(dict.fromkeys(asked.indicator for asked, _ in wanted), list(places), years)  # all at once: see there
    for asked, upper in wanted:
        indicator = ground.indicator(asked.indicator)
        head = heading(ground, indicator)
        firm = [f for f in figures_of(ground, indicator.key, [upper.unit_id], years) if f.state in FIRM]
        if not firm:
            continue
        period = firm[-1].period
        levels = list(dict.fromkeys([unit.unit_id, way[0].unit_id, upper.unit_id]))
        found = {f.unit: f for f in figures_of(ground, indicator.key, levels, [period])}
        own = _part(ground, found[unit.unit_id])
        if own is None:
            continue
        above = [part for key in levels[1:] if key not in telling and (part := _part(ground, found[key]))]
        target = asked.target
        open_ = [indicator.within.after(c.started_on) for c in courses] if isinstance(indicator, ExitWithin) else []
        in_time = sorted(day for day in open_ if day > ground.through)
        yield Contribution(
            goal=words.text(asked.name) if asked.name else head.name,
            indicator=indicator.key,
            unit_of=head.of[0],
            period=period,
            own=own,
            above=tuple(above),
            target=target.level if target and target.own else None,
            target_unit=upper.name,
            target_year=target.year if target else 0,
            lacking=_lacking(firm[-1], target.level)
            if target and target.own and upper.unit_id not in telling
            else None,
            can_count=len(in_time),
            first_by=in_time[0] if in_time else None,
        )


def _can_count(ground: Ground, key: str) -> bool:
    """Is it a share of something counted, of which more is better?"""
    indicator = ground.indicator(key)
    head = heading(ground, indicator)
    return head.counted and head.whole and indicator.direction == "up"


def _asked(ground: Ground, way: Sequence[Unit], month: str) -> Iterator[tuple[Asked, Unit]]:
    """Each goal once, at the nearest unit above that it is set for; those set for none at the nearest unit."""
    year, seen = int(month[:4]), set[str]()
    found: list[tuple[Asked, Unit]] = []
    for upper in way:
        for asked in asked_of(
            ground.model, ground.hierarchy, upper.unit_id, year, statuses.agreed(upper.unit_id, month).goals
        ):
            if asked.target and asked.target.own and asked.indicator not in seen:
                seen.add(asked.indicator)
                found.append((asked, upper))
    for asked in asked_of(ground.model, ground.hierarchy, way[0].unit_id, year, ()):
        if asked.indicator not in seen:
            found.append((asked, way[0]))
    order = {goal.indicators[0]: n for n, goal in enumerate(ground.model.goals)}
    return iter(sorted(found, key=lambda one: order.get(one[0].indicator, len(order))))


def _upwards(ground: Ground, unit: Unit) -> Iterator[Unit]:
    above: str | None = unit.unit_id
    while above in ground.every:
        yield ground.every[above]
        above = ground.every[above].parent_id


def _part(ground: Ground, figure: Figure) -> Part | None:
    if figure.state not in FIRM or figure.numerator is None or not figure.denominator:
        return None
    return Part(ground.every[figure.unit].name, int(figure.numerator), int(figure.denominator))


def _lacking(figure: Figure, level: float) -> int:
    return max(0, math.ceil(level * (figure.denominator or 0) - (figure.numerator or 0) - 1e-9))
