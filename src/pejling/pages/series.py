"""An indicator's figures for one unit, by period: what unit, indicator and start pages are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pejling.indicators.definition import (
    ActivityShare,
    Amount,
    AverageStock,
    Indicator,
    Observed,
    Ratio,
    ScoreChange,
    Stock,
    Timely,
    TimeToExit,
)  # fmt: skip
from pejling.indicators.figures import Figure
from pejling.indicators.hierarchy import Unit
from pejling.indicators.items import Observed as Coverage
from pejling.indicators.periods import Period
from pejling.pages import words
from pejling.pages.ground import Ground

COUNTS = ("intake", "stock", "exits", "amount")
FIRM = ("final", "provisional")  # states that may be headlines
NOT_COUNTED = ("average_stock", "activity_share", "amount", "ratio", "observed", "time_to_exit")


@dataclass(frozen=True)
class Heading:
    """What an indicator is called and why it is there, in the reader's language."""

    key: str
    name: str
    why: str
    kind: str
    unit: str
    direction: str
    stock: bool = False  # counted on one day, the period's last
    observed: Coverage | None = None
    measure: str = "exit_within"
    of: tuple[str, str] = ("courses", "courses")  # what numerator and denominator count; "" where it is not known

    @property
    def form(self) -> Literal["share", "count", "mean"]:
        """How it is drawn: a share of 1; a count, whose parts add up; or what is neither, a time, a cost, a change."""
        if self.unit == "share":
            return "share"
        delivered = self.measure == "observed" and self.unit in ("courses", "persons", "kroner")
        return "count" if self.measure in (*COUNTS, "average_stock") or delivered else "mean"

    @property
    def whole(self) -> bool:
        """Has it a denominator?"""
        return self.measure not in COUNTS and (self.measure != "observed" or self.form == "share")

    @property
    def interval(self) -> bool:
        return self.whole and self.measure not in ("average_stock", "activity_share", "ratio", "observed")

    @property
    def time(self) -> bool:
        return self.measure == "time_to_exit"

    @property
    def counted(self) -> bool:
        """Does it count courses or steps, so that units' contributions can be added?"""
        return self.measure not in NOT_COUNTED and self.of[0] in ("courses", "steps")

    def only_from(self, figure: Figure) -> date | None:
        """The first day covered, where the records reach only the later part of the figure's period."""
        if self.observed is None or self.stock or figure.state == "not_reported" or self.measure == "observed":
            return None
        return self.observed.from_on if Period.parse(figure.period).first_on < self.observed.from_on else None

    def counted_on(self, figure: Figure) -> date | None:
        """A stock's day: the period's last, or the last day covered where the period is not over."""
        if self.observed is None or not self.stock or figure.state == "not_reported":
            return None
        return min(Period.parse(figure.period).last_on, self.observed.through)


@dataclass(frozen=True)
class Part:
    """One part of a whole, a unit or a group, with its figure in the chosen period."""

    key: str
    name: str
    figure: Figure


@dataclass(frozen=True)
class Series:
    heading: Heading
    unit: str
    figures: tuple[Figure, ...]  # one a period, in order of time
    chosen: Figure  # the one in view
    parts: tuple[Part, ...] = ()  # the units directly below, in the hierarchy's order

    @property
    def previous(self) -> Figure | None:
        at = self.figures.index(self.chosen)
        return self.figures[at - 1] if at else None


def heading(ground: Ground, indicator: Indicator) -> Heading:
    return Heading(
        indicator.key,
        words.text(indicator.name),
        words.text(indicator.why),
        indicator.kind,
        indicator.unit,
        indicator.direction,
        isinstance(indicator, Stock),
        ground.measured.coverage.get(indicator.key),
        indicator.measure,
        _of(ground, indicator),
    )


def _of(ground: Ground, indicator: Indicator) -> tuple[str, str]:
    match indicator:
        case AverageStock():
            return "course_days", "days"
        case ActivityShare():
            return "course_days", "course_days"
        case Timely():
            return "steps", "steps"
        case TimeToExit():
            return "exits", "courses"
        case ScoreChange(improved_by=None):
            return "points", "courses"
        case Amount():
            return "kroner", ""
        case Ratio():
            parts = (ground.measured.indicator(key) for key in (indicator.numerator, indicator.denominator))
            above, below = (_of(ground, part)[0].replace("exits", "courses") for part in parts)
            return above, below
        case Observed():
            return "", ""
    return "courses", "" if indicator.measure in COUNTS else "courses"


def series(
    ground: Ground,
    indicator: Indicator,
    unit: Unit,
    periods: Sequence[str],
    *,
    chosen: str = "",
    below: Sequence[Unit] = (),
) -> Series:
    """The unit's figures over `periods`, and those of the units `below` in the chosen one.

    Where no period is chosen it is the newest whose figure is firm, for that is what can be said for certain.
    """
    over_time = ground.told(indicator.key, [unit.unit_id], periods)
    in_view = next((f for f in over_time if f.period == chosen), None) or newest_firm(over_time)
    parts: tuple[Part, ...] = ()
    if below:
        found = ground.told(indicator.key, [u.unit_id for u in below], [in_view.period])
        by_unit = {figure.unit: figure for figure in found}
        parts = tuple(Part(u.unit_id, u.name, by_unit[u.unit_id]) for u in below if u.unit_id in by_unit)
    return Series(heading(ground, indicator), unit.unit_id, tuple(over_time), in_view, parts)


def several(
    ground: Ground,
    indicators: Sequence[Indicator],
    unit: Unit,
    periods: Sequence[str],
    *,
    chosen: str = "",
    below: Sequence[Unit] = (),
) -> tuple[Series, ...]:
    """As `series`, of each of the indicators."""
    ground.ask([each.key for each in indicators], [unit.unit_id], periods)
    alone = [series(ground, each, unit, periods, chosen=chosen) for each in indicators]
    for period in {each.chosen.period for each in alone}:
        those = [each.heading.key for each in alone if each.chosen.period == period]
        ground.ask(those, [each.unit_id for each in below], [period])
    return tuple(series(ground, each, unit, periods, chosen=chosen, below=below) for each in indicators)


def newest_firm(over_time: Sequence[Figure]) -> Figure:
    return next((figure for figure in reversed(over_time) if figure.state in FIRM), over_time[-1])
