"""What a published status said, and what the records say of the same periods today, with what caused the change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from pejling.indicators.definition import Indicator
from pejling.indicators.figures import Figure
from pejling.indicators.model import fingerprint
from pejling.indicators.records import Delivery, deliveries, erased_since
from pejling.pages import status_words, words
from pejling.pages.ground import Ground
from pejling.pages.status import counted
from pejling.steering.goal_status import FIRM, GoalStatus
from pejling.steering.status import Status

NEAR = 1e-9  # relative: less is the arithmetic's


@dataclass(frozen=True)
class Restated:
    """One figure that says something else today. `causes` in words, the likeliest first."""

    name: str
    period: str
    published: str
    now: str
    causes: tuple[str, ...]


def restated(ground: Ground, frozen: Status, published_at: datetime) -> tuple[Restated, ...]:
    """Of every goal: the figures in large letters, and each decided period of its series."""
    since = [each for each in deliveries(ground.connection) if each.snapshot > frozen.data.snapshot]
    erased = erased_since(ground.connection, published_at)
    moved = counted(ground, frozen.unit) != frozen.data.counted
    known = {indicator.key: indicator for indicator in ground.model.indicators} | dict(ground.measured.pinned)
    found: list[Restated] = []
    for goal in frozen.goals:
        indicator = known.get(goal.signed or goal.indicator)
        if indicator is None:
            gone = gettext("The indicator is no longer in the model.")
            found.append(Restated(status_words.name(goal), "", status_words.certain(goal), words.MISSING, (gone,)))
            continue
        causes = list(_causes(ground, indicator, goal, since, moved=moved, erased=erased))
        found += _of_goal(ground, indicator, goal, frozen.unit, causes)
    return tuple(found)


def _of_goal(
    ground: Ground, indicator: Indicator, goal: GoalStatus, unit: str, causes: list[str]
) -> Iterator[Restated]:
    if unit not in ground.units:
        return
    shown = [figure for figure in (goal.certain, goal.latest) if figure is not None]
    asked = list(dict.fromkeys([figure.period for figure in shown] + [point.period for point in goal.series.points]))
    now = {figure.period: figure for figure in ground.figures(indicator.key, [unit], asked)} if asked else {}
    name = status_words.name(goal)
    for figure in shown:
        today = now[figure.period]
        if figure.state == "immature" and today.state in FIRM:
            before, matured = as_it_was(figure, goal.unit)
            yield Restated(name, figure.period, before, _said(today, goal), (matured,))
        elif figure.state in FIRM and not _same(figure.value, today.value):
            yield Restated(name, figure.period, _said(figure, goal), _said(today, goal), tuple(causes))
    points = [
        point for point in goal.series.points
        if point.state in FIRM and not _same(point.value, now[point.period].value)
    ]  # fmt: skip
    if points:
        widest = max(points, key=lambda point: abs((now[point.period].value or 0) - (point.value or 0)))
        many = ngettext(
            "%(number)s period of the chart; %(period)s moved most",
            "%(number)s periods of the chart; %(period)s moved most",
            len(points),
        ) % {"number": words.number(len(points)), "period": words.period(widest.period)}  # fmt: skip
        before = words.value(widest.value, goal.unit)
        yield Restated(f"{name}: {many}", widest.period, before, _said(now[widest.period], goal), tuple(causes))


def as_it_was(figure: Figure, unit: str) -> tuple[str, str]:
    """What was said of an immature figure, and why more is said today: not each had an estimate."""
    if figure.estimate is None:
        return words.state(figure.state), gettext("It has matured, and is known by now.")
    before = gettext("estimate %(value)s") % {"value": words.value(figure.estimate, unit)}
    return before, gettext("It has matured: what was an estimate is known by now.")


def _causes(
    ground: Ground, indicator: Indicator, goal: GoalStatus, since: list[Delivery], *, moved: bool, erased: bool
) -> Iterator[str]:
    if not goal.signed and fingerprint(ground.model, indicator) != goal.definition:
        yield gettext("The indicator is defined otherwise today.")
    if moved:
        yield gettext("Other units count here today: the organisation has changed.")
    read = set(ground.model.reads(indicator))
    new = changed = ended = touching = 0
    for delivery in since:
        counts = [table.counts for table in delivery.tables if table.table in read]
        touching += any(each.new or each.changed or each.ended for each in counts)
        new, changed = new + sum(each.new for each in counts), changed + sum(each.changed for each in counts)
        ended += sum(each.ended for each in counts)
    if touching:
        yield ngettext(
            "%(number)s later delivery brought %(new)s new, %(changed)s corrected and %(ended)s ended rows.",
            "%(number)s later deliveries brought %(new)s new, %(changed)s corrected and %(ended)s ended rows.",
            touching,
        ) % {
            "number": words.number(touching), "new": words.number(new), "changed": words.number(changed),
            "ended": words.number(ended),
        }  # fmt: skip
    if erased:
        yield gettext("A person was erased from the records.")


def _said(figure: Figure, goal: GoalStatus) -> str:
    return words.value(figure.value, goal.unit) if figure.value is not None else words.state(figure.state)


def _same(one: float | None, other: float | None) -> bool:
    """To the twelve digits that are kept."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= NEAR * max(abs(one), abs(other), 1e-12)
