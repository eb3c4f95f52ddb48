"""One goal in a month: its figures, is it changing, does it meet its target, and what comes if nothing changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from pejling.indicators.definition import (
    Amount,
    AverageStock,
    Exits,
    Indicator,
    Intake,
    Observed,
    Ratio,
    Stock,
    Text,
)  # fmt: skip
from pejling.indicators.figures import Figure, State
from pejling.indicators.periods import Period
from pejling.steering.money import matures
from pejling.steering.prospects import is_share
from pejling.steering.xmr import (
    LEAST,
    Assurance,
    Limits,
    Rule,
    Special,
    Variation,
    Way,
    assurance,
    limits,
    specials,
    variation,
)  # fmt: skip
from pejling.steering.year_end import Forecast, of_level, of_process, of_share, reached

Cadence = Literal["month", "quarter", "year"]
MONTHS: dict[Cadence, int] = {"month": 1, "quarter": 3, "year": 12}
DECIDED = ("final", "provisional", "undefined")
FIRM = ("final", "provisional")
BASELINE = 24  # periods, at most, that limits are made of
SHOWN: dict[Cadence, int] = {"month": 36, "quarter": 16, "year": 8}
FEWEST = 8  # courses in an average month: of fewer, quarters say more than months
SUMMED = (Intake, Exits, Amount)  # a year is the sum of its months
STANDING = (Stock, AverageStock)  # a month begins where the one before ended


@dataclass(frozen=True)
class Point:
    """One period of a series. Of an immature one value, low and high are estimates. `special`: why it is no chance."""

    period: str
    state: State
    value: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    special: Rule | None = None
    way: Way | None = None


@dataclass(frozen=True)
class Series:
    """Periods on end up to the month, and limits that stand still for the year.

    The baseline is the newest decided periods, 24 at most, that were decided before the year began; where there are
    fewer than 12, the first 12 of all. `former_mean` is the middle of the limits that held the year before.
    """

    cadence: Cadence
    points: tuple[Point, ...]
    limits: Limits | None
    baseline_from: str
    baseline_to: str
    former_mean: float | None


@dataclass(frozen=True)
class Signal:
    """A change by the XmR rules, in the newest decided period or one that was decided since the last status.

    `firm`: late records no longer change it. `answered`: the month of the published status that took a stand on it.
    """

    rule: Rule
    way: Way
    since: str
    period: str
    good: bool | None
    firm: bool
    answered: str

    @property
    def demands(self) -> bool:
        """Is a stand with a reason asked for?"""
        return self.firm and not self.answered


@dataclass(frozen=True)
class Target:
    """What the goal shall reach in the year. `count` of `of` where a contract counts it.

    `own`: it was asked of this very unit; else it is that of the unit above named here, for the eye only.
    """

    year: int
    level: float
    source: Literal["contract", "model"]
    unit: str
    unit_name: str
    own: bool
    standard: bool = False
    count: int | None = None
    of: int | None = None


@dataclass(frozen=True)
class Trajectory:
    """The way to the target: what was to be reached at the quarter's end, and what was. Counts are since 1 January."""

    period: str
    asked: float
    reached: float | None
    state: State
    counted: bool


@dataclass(frozen=True)
class Before:
    """What the unit's last published status said of an indicator: newest decided period, signals it took a stand on."""

    newest: str
    answered: tuple[tuple[str, Rule, str], ...]  # (month of the status, rule, since)


@dataclass(frozen=True)
class GoalStatus:
    """One indicator as it stands at the unit: of a goal, or of money and law beside them.

    `certain`: the newest twelve months (or quarter, or year) whose figure is known; `latest`: those that end with the
    month, which may be immature. Both in the states of every figure.
    """

    goal: str  # the model's key; "" where it stands in the contract only, or beside the goals
    goal_name: Text | None
    indicator: str
    name: Text
    kind: str
    measure: str
    unit: str
    direction: str
    of: tuple[str, str]  # what numerator and denominator count
    definition: str  # the fingerprint of the definition it is measured by
    certain: Figure | None
    latest: Figure | None
    series: Series
    target: Target | None
    trajectory: Trajectory | None
    signal: Signal | None
    variation: Variation
    assurance: Assurance
    forecast: Forecast | None
    signed: str = ""  # the key of the definition that was signed, where the model has another by now


def goal_status(
    indicator: Indicator,
    definition: str,
    month: str,
    figures: Mapping[str, Figure],
    *,
    cadence: Cadence,
    of: tuple[str, str],
    goal: str = "",
    goal_name: Text | None = None,
    target: Target | None = None,
    way: Sequence[float] = (),
    before: Before | None = None,
    levels: bool = True,
) -> GoalStatus:
    """`figures`: by period, the indicator's figures at the unit: periods of the cadence on end, twelve months rolling.

    `way`: what the contract asks at the end of each quarter. Without `levels` what stands is forecast as what is
    counted, each month by itself, as it was before the fourth form.
    """
    until = Period.parse(month)
    listed = sorted(
        (figure for text, figure in figures.items() if Period.parse(text).kind == cadence),
        key=lambda figure: Period.parse(figure.period),
    )
    listed = [figure for figure in listed if Period.parse(figure.period).last_on <= until.last_on]
    while listed and listed[0].state == "not_reported":
        listed = listed[1:]
    year = until.first_on.year
    series, called = _series(indicator, listed, year, cadence)
    decided = [figure for figure in listed if figure.state in FIRM and figure.value is not None]
    signal = _signal(decided, called, indicator.direction, before)
    newest = called[-1] if called else None
    parts = 12 / MONTHS[cadence] if isinstance(indicator, SUMMED) else 1
    own = target.level / parts if target and target.own else None
    rolling = [figure for text, figure in figures.items() if Period.parse(text).kind == "rolling"]
    certain = max(
        (figure for figure in rolling if figure.state in FIRM), key=lambda f: Period.parse(f.period), default=None
    )
    latest = figures.get(f"{month}/12")
    if isinstance(indicator, Observed):
        certain, latest = (decided[-1] if decided else None), None
    return GoalStatus(
        goal=goal, goal_name=goal_name, indicator=indicator.key, name=indicator.name, kind=indicator.kind,
        measure=indicator.measure, unit=indicator.unit, direction=indicator.direction, of=of, definition=definition,
        certain=certain, latest=None if latest == certain else latest, series=series, target=target,
        trajectory=_trajectory(indicator, way, year, until, figures, target),
        signal=signal,
        variation=variation(newest, indicator.direction, series.limits.points if series.limits else 0),
        assurance=assurance(series.limits, own, indicator.direction),
        forecast=_come(
            _forecast(indicator, listed, decided, year, cadence, target, levels),
            figures.get(str(year)) or figures.get(f"{year}-12/12"), target, indicator.direction,
        ),
    )  # fmt: skip


def cadence_of(indicator: Indicator, months: Sequence[Figure], quarters: Sequence[Figure]) -> Cadence:
    """Months where there is enough in an average one; figures delivered by quarter or year as they were delivered."""
    reported = [figure for figure in months if figure.state != "not_reported"]
    if isinstance(indicator, Observed) and not reported:
        return "quarter" if any(figure.state != "not_reported" for figure in quarters) else "year"
    counted = [figure.denominator for figure in reported[-BASELINE:] if figure.denominator is not None]
    few = is_share(indicator) or isinstance(indicator, Ratio) or indicator.measure in ("time_to_exit", "score_change")
    return "quarter" if few and counted and sum(counted) / len(counted) < FEWEST else "month"


def lag(indicator: Indicator, year: int) -> timedelta:
    """From the last day of a period until it is certain to be decided, by the definition alone."""
    return matures(indicator, year - 1) - date(year - 1, 12, 31)


def _series(
    indicator: Indicator, listed: Sequence[Figure], year: int, cadence: Cadence
) -> tuple[Series, list[Special | None]]:
    """The series shown, and for each decided period (with a value) why it is special."""
    decided = [figure for figure in listed if figure.state in FIRM and figure.value is not None]
    values = [figure.value for figure in decided if figure.value is not None]
    first, last = _baseline(decided, indicator, year)
    within = limits(values[first:last]) if last else None
    called: list[Special | None] = [None] * len(values)
    if within:
        called[first:] = [
            replace(each, since=each.since + first) if each else None for each in specials(values[first:], within)
        ]
    before_first, before_last = _baseline(decided, indicator, year - 1)
    former = limits(values[before_first:before_last]) if before_last and before_last != last else None
    of = {figure.period: special for figure, special in zip(decided, called, strict=True)}
    return Series(
        cadence=cadence,
        points=tuple(_point(figure, of.get(figure.period)) for figure in listed[-SHOWN[cadence] :]),
        limits=within,
        baseline_from=decided[first].period if last else "",
        baseline_to=decided[last - 1].period if last else "",
        former_mean=former.mean if former else None,
    ), called


def _baseline(decided: Sequence[Figure], indicator: Indicator, year: int) -> tuple[int, int]:
    """From and to (the latter not included); (0, 0) where fewer than twelve periods are decided."""
    begins = date(year, 1, 1) - lag(indicator, year)
    count = sum(Period.parse(figure.period).last_on < begins for figure in decided)
    if count >= LEAST:
        return max(count - BASELINE, 0), count
    return (0, LEAST) if len(decided) >= LEAST else (0, 0)


def _point(figure: Figure, special: Special | None) -> Point:
    estimated = figure.state == "immature"
    value, low, high = (
        (figure.estimate, figure.estimate_low, figure.estimate_high) if estimated
        else (figure.value, figure.low, figure.high)
    )  # fmt: skip
    return Point(
        figure.period, figure.state, value, low, high, figure.numerator, figure.denominator,
        special.rule if special else None, special.way if special else None,
    )  # fmt: skip


def _signal(
    decided: Sequence[Figure], called: Sequence[Special | None], direction: str, before: Before | None
) -> Signal | None:
    """Of the newest decided period; else of the newest that was decided since the status before."""
    for figure, special in reversed(list(zip(decided, called, strict=True))):
        newest = figure is decided[-1]
        if not newest and (before is None or not before.newest or figure.period <= before.newest):
            return None
        if special:
            since = decided[special.since].period
            answered = [m for m, rule, on in before.answered if (rule, on) == (special.rule, since)] if before else []
            good = None if direction == "none" else special.way == direction
            firm = figure.state == "final"
            return Signal(
                special.rule, special.way, since, figure.period, good, firm, max(answered, default="")
            )  # fmt: skip
    return None


def _trajectory(
    indicator: Indicator,
    way: Sequence[float],
    year: int,
    until: Period,
    figures: Mapping[str, Figure],
    target: Target | None,
) -> Trajectory | None:
    quarter = until.last_on.month // 3
    if not way or not quarter or target is None:
        return None
    period, counted = f"{year}-Q{quarter}", target.count is not None
    if not counted:
        figure = figures.get(period)
        state: State = figure.state if figure else "not_reported"
        return Trajectory(period, way[quarter - 1], figure.value if figure else None, state, False)
    months = [figures.get(f"{year}-{n:02}") for n in range(1, 3 * quarter + 1)]
    known = [figure for figure in months if figure is not None and figure.numerator is not None]
    if len(known) < len(months):
        return Trajectory(period, way[quarter - 1], None, "not_reported", True)
    order: tuple[State, ...] = ("immature", "provisional", "final", "undefined")
    worst = min((figure.state for figure in known), key=order.index)
    return Trajectory(period, way[quarter - 1], sum(figure.numerator or 0 for figure in known), worst, True)


def _forecast(
    indicator: Indicator,
    listed: Sequence[Figure],
    decided: Sequence[Figure],
    year: int,
    cadence: Cadence,
    target: Target | None,
    levels: bool,
) -> Forecast | None:
    """Of the status's year, from what is decided. The target counts where it is the unit's own."""
    asked = target.level if target and target.own else None
    periods = [f"{year}-{n:02}" for n in range(1, 13)] if cadence == "month" else [f"{year}-Q{n}" for n in range(1, 5)]
    if cadence == "year":
        return None
    now = {figure.period: figure for figure in decided}
    done = [now[period] for period in periods if period in now]
    if is_share(indicator):
        counts = {f.period: (round(f.numerator or 0), round(f.denominator or 0)) for f in listed if f.state in DECIDED}
        begun = {f.period: round(f.denominator or 0) for f in listed if f.denominator is not None}
        over = [period for period in periods if period in counts]
        rest = [_to_come(period, begun) for period in periods if period not in counts]
        return of_share(list(counts.values()), [counts[p] for p in over], rest, asked, indicator.direction)
    values, known = ([figure.value or 0.0 for figure in some] for some in (decided, done))
    to_come, direction = len(periods) - len(done), indicator.direction
    if levels and isinstance(indicator, STANDING):
        return of_level(values, known, to_come, asked, direction, mean=isinstance(indicator, AverageStock))
    return of_process(values, known, to_come, asked, direction, summed=isinstance(indicator, SUMMED))


def _come(found: Forecast | None, whole: Figure | None, target: Target | None, direction: str) -> Forecast | None:
    """A year that is decided comes to its own figure, which is no mean of its months."""
    if found is None or found.rest or whole is None or whole.value is None:
        return found
    met = float(reached(whole.value, target.level, direction)) if target and target.own else None
    return replace(found, value=whole.value, low=whole.value, high=whole.value, met=met)


def _to_come(period: str, begun: Mapping[str, int]) -> int:
    """The courses of a period that is not decided: those that have begun, else as many as a year before, or a mean."""
    known = begun.get(period, begun.get(f"{int(period[:4]) - 1}{period[4:]}"))
    return known if known is not None else round(sum(begun.values()) / len(begun)) if begun else 0
