"""Where everything stands in the chart of a goal's months: one drawing for the screen and for paper.

Places run from 0 to 1, across from the left and down from the top. Every chart stands beside its table.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext

from pejling.pages import words
from pejling.steering.goal_status import GoalStatus, Point

Kind = Literal["plain", "better", "worse", "other", "estimate", "none"]
AIR = 0.08  # of the height, above and below what is drawn


@dataclass(frozen=True)
class Spot:
    """One period. `down` is None where there is no value."""

    across: float
    down: float | None
    kind: Kind
    said: str
    year: str  # under the axis, where a year begins
    provisional: bool = False


@dataclass(frozen=True)
class Band:
    """The limits that the process keeps between; `until` is where the baseline that made them ends."""

    upper: float
    mean: float
    lower: float
    begins: float
    until: float


@dataclass(frozen=True)
class ControlChart:
    title: str
    description: str
    spots: tuple[Spot, ...]
    band: Band | None
    target: float | None
    own: bool  # the target was asked of this very unit
    axis: tuple[tuple[float, str], ...]  # (down, label)


def control_chart(goal: GoalStatus) -> ControlChart:
    points = goal.series.points
    within = goal.series.limits
    asked = level_in_chart(goal)
    known = [p.value for p in points if p.value is not None]
    known += [within.lower, within.upper] if within else []
    known += [asked] if asked is not None else []
    low, high, lines = _scale(known, goal)

    def down(value: float) -> float:
        return round(min(max(1 - (value - low) / (high - low), 0.0), 1.0), 4)

    width = 1 / max(len(points), 1)
    named = goal.unit != "kroner"  # there is no room for it, and the large figure beside it says it
    spots = tuple(
        Spot(
            round((n + 0.5) * width, 4),
            down(point.value) if point.value is not None else None,
            _kind(point, goal),
            said(point, goal),
            _year(points, n),
            point.state == "provisional",
        )
        for n, point in enumerate(points)
    )
    return ControlChart(
        title=gettext("%(indicator)s, %(first)s to %(last)s")
        % {
            "indicator": words.text(goal.name),
            "first": words.period(points[0].period) if points else words.MISSING,
            "last": words.period(points[-1].period) if points else words.MISSING,
        },
        description=gettext("Each period's figure, the limits it usually keeps between, and the target. "
                            "The same figures stand in a table further down."),
        spots=spots,
        band=_band(goal, points, width, down) if within else None,
        target=down(asked) if asked is not None else None,
        own=bool(goal.target and goal.target.own),
        axis=tuple(
            (down(line), words.axis(line, goal.unit, lines[1] - lines[0], last=named and line == lines[-1]))
            for line in lines
        ),
    )  # fmt: skip


def _year(points: Sequence[Point], n: int) -> str:
    """Where a year begins, its number; "" of one that is hardly seen, for there is no room before the next one's, or
    before the picture ends.
    """
    year = points[n].period[:4]
    begins = n == 0 or points[n - 1].period[:4] != year
    hardly = n == 0 and any(point.period[:4] != year for point in points[1 : len(points) // 8])
    late = n > 0 and len(points) - n <= len(points) // 8
    return year if begins and not hardly and not late else ""


def level_in_chart(goal: GoalStatus) -> float | None:
    """The target as a level of one period: a yearly amount or count by its part of the year."""
    if goal.target is None:
        return None
    parts = {"month": 12, "quarter": 4, "year": 1}[goal.series.cadence]
    return goal.target.level / (parts if goal.measure in ("intake", "exits", "amount") else 1)


def said(point: Point, goal: GoalStatus) -> str:
    """A point in words: juni 2009: 31,2 %."""
    value = words.value(point.value, goal.unit) if point.value is not None else words.state(point.state)
    if point.state == "immature" and point.value is not None:
        value = gettext("estimate %(value)s") % {"value": value}
    elif point.state == "provisional":
        value += f" ({words.within(words.state(point.state))})"
    return f"{words.period(point.period)}: {value}"


def _kind(point: Point, goal: GoalStatus) -> Kind:
    """Only what the signal in force is made of stands out: an old one is history, and stands in the table."""
    if point.value is None:
        return "none"
    if point.state == "immature":
        return "estimate"
    signal = goal.signal
    if signal is None or not signal.since <= point.period <= signal.period or point.special is None:
        return "plain"
    return "other" if signal.good is None else "better" if signal.good else "worse"


def _band(goal: GoalStatus, points: Sequence[Point], width: float, down: Callable[[float], float]) -> Band:
    within = goal.series.limits
    assert within is not None  # noqa: S101 - asked only where there are limits
    first = next((n for n, p in enumerate(points) if p.period >= goal.series.baseline_from), 0)
    last = max((n for n, p in enumerate(points) if p.period <= goal.series.baseline_to), default=-1)
    return Band(
        down(within.upper), down(within.mean), down(within.lower), round(first * width, 4), round((last + 1) * width, 4)
    )


def _scale(known: Sequence[float], goal: GoalStatus) -> tuple[float, float, list[float]]:
    """From, to, and round lines between: of a share never beyond 0 and 1, of a count never below 0."""
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if goal.unit == "share":
        low, high = max(low, 0.0), min(high, 1.0)
    elif low < 0 and all(p.value is None or p.value >= 0 for p in goal.series.points):
        low = 0.0
    spread = high - low or abs(high) or 1.0
    low, high = low - AIR * spread, high + AIR * spread
    rough = (high - low) / 3
    power = 10.0 ** math.floor(math.log10(rough))
    steps = [power * part for part in (10, 5, 2.5, 2, 1, 0.5)]
    lines: list[float] = []
    for step in steps[next(n for n, each in reversed(list(enumerate(steps))) if each >= rough - 1e-12) :]:
        first = math.ceil(low / step - 1e-9)
        lines = [round(n * step, 10) for n in range(first, math.floor(high / step + 1e-9) + 1)]
        if len(lines) > 1:  # a step may be too wide for two lines, where the air is little
            break
    return low, high, lines
