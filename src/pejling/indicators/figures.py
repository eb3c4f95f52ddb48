"""Figures: what the components say of any unit and period, each with its state."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators import estimates
from pejling.indicators.cells import Cell, CellKey, Scope, cells, groups, in_order
from pejling.indicators.definition import (
    COUNTS,
    ActivityShare,
    ActivityWithin,
    AverageStock,
    ExitWithin,
    Indicator,
    LastingShare,
    Observed,
    Ratio,
    ScoreChange,
    StateAfter,
    TimeToExit,
)  # fmt: skip
from pejling.indicators.derived import Reimbursed
from pejling.indicators.documents import nearest
from pejling.indicators.hierarchy import Unit, known_unit
from pejling.indicators.hierarchy import units as measured_units
from pejling.indicators.items import scale
from pejling.indicators.measurement import Measurement, measurement, reading
from pejling.indicators.periods import Period, covered
from pejling.indicators.persons import persons
from pejling.indicators.times import Time, Value, shares_to_come, times

State = Literal["suppressed", "not_reported", "immature", "undefined", "provisional", "final"]
_UNTOLD: Value = (None, None, None)
_WORST_FIRST = ("not_reported", "immature", "undefined", "provisional", "final")


@dataclass(frozen=True)
class Figure:
    """One figure. `group` is "" for the whole. A count has a numerator and no denominator, low or high.

    While immature, numerator and denominator are to date, and a share or a time has an estimate of what it may become,
    once those of its first month with any could be followed for as long as the share asks.
    `persons` is empty where the courses are too many for it to matter, and where nobody is behind it. `snapshot` is the
    one whose facts were measured. `unknown`: of a state_after, the courses on whose day no state is recorded.
    """

    indicator: str
    unit: str
    period: str
    group_by: str
    group: str
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    persons: int | None
    state: State
    matures_on: date | None
    estimate: float | None
    estimate_low: float | None
    estimate_high: float | None
    snapshot: int
    unknown: int | None = None


_ESTIMATE = ("estimate", "estimate_low", "estimate_high")


def figures(
    connection: duckdb.DuckDBPyConnection,
    indicator: str,
    *,
    units: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    by: str = "",
    with_persons: bool = True,
    ground: tuple[Measurement, Mapping[str, Unit]] | None = None,
) -> list[Figure]:
    """An indicator's figures, one a unit, period and group in that order; all units, every covered year if not named.

    `by` is a column to break down by; every group that was measured anywhere has a figure in every cell. `persons` are
    left out unless `with_persons`: they take the longest. `ground` is the measurement and its hierarchy, for one who
    has read them in the same transaction. Raises Mistake for a name nobody knows, and where nothing is measured.
    """
    with reading(connection, ground):
        measured, hierarchy = ground or (measurement(connection), measured_units(connection))
        observed = measured.coverage.get(measured.indicator(indicator).key)
        asked = list(hierarchy) if units is None else units
        if periods is not None:
            spans = list(periods)
        elif observed is None or observed.through == date.max:
            spans = [span.text for span in covered("year", measured.through, measured.through)]
        else:
            spans = [span.text for span in covered("year", observed.from_on, observed.through)]
        found = figures_together(
            connection, [indicator], units=asked, periods=spans, by=by, with_persons=with_persons,
            ground=(measured, hierarchy),
        )  # fmt: skip
        return found[indicator]


def figures_together(
    connection: duckdb.DuckDBPyConnection,
    indicators: Sequence[str],
    *,
    units: Sequence[str],
    periods: Sequence[str],
    by: str = "",
    with_persons: bool = False,
    ground: tuple[Measurement, Mapping[str, Unit]],
) -> dict[str, list[Figure]]:
    """As `figures`, of each of the indicators: to ask for several at once costs little more than to ask for one."""
    measured, hierarchy = ground
    definitions = [measured.indicator(key) for key in indicators]
    for each in definitions:
        if by and by not in each.by:
            raise Mistake(f"indicator {each.key}", f"it is not broken down by {by!r}", nearest(by, each.by))
    asked = tuple(known_unit(hierarchy, unit) for unit in units)
    spans = tuple(Period.parse(text) for text in periods)
    reader = _Reader(connection, measured, asked, spans, by, with_persons)
    reader.read_cells(definitions)
    return {each.key: list(reader.read(each).values()) for each in definitions}


def suppressed(figures: Iterable[Figure], k: int) -> list[Figure]:
    """The figures for one who may not see cases: none where persons, the counted or the others are fewer than k."""
    return [_hidden(figure) if _tells_too_much(figure, k) else figure for figure in figures]


def _tells_too_much(figure: Figure, k: int) -> bool:
    numerator, denominator = figure.numerator, figure.denominator
    if numerator is None or figure.state == "not_reported":
        return False
    return (
        (figure.persons is not None and figure.persons < k)
        or 0 < numerator < k
        or (denominator is not None and 0 < denominator - numerator < k)
    )


def _hidden(figure: Figure) -> Figure:
    nothing = dict.fromkeys(
        ("numerator", "denominator", "value", "low", "high", "persons", "matures_on", "unknown", *_ESTIMATE), None
    )
    return replace(figure, state="suppressed", **nothing)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Reader:
    """The figures asked for, of some indicators; `read_cells` of those that they are made of comes first."""

    connection: duckdb.DuckDBPyConnection
    measured: Measurement
    units: tuple[str, ...]
    spans: tuple[Period, ...]
    by: str
    with_persons: bool
    cells: dict[str, dict[CellKey, Cell]] = field(default_factory=dict)

    def scope(self, indicator: Indicator) -> Scope:
        return Scope(
            indicator, self.measured.coverage[indicator.key], self.by, self.units, self.spans, self.measured
        )  # fmt: skip

    def read_cells(self, indicators: Iterable[Indicator]) -> None:
        added_up = {each.key: each for indicator in indicators for each in self._parts(indicator)}
        scopes = [self.scope(each) for key, each in added_up.items() if key in self.measured.coverage]
        self.cells.update(cells(self.connection, scopes))

    def _parts(self, indicator: Indicator) -> Iterator[Indicator]:
        """Those that are added up; what is delivered as it is, is not."""
        if isinstance(indicator, Ratio):
            for key in (indicator.numerator, indicator.denominator):
                yield from self._parts(self.measured.indicator(key))
        elif not isinstance(indicator, Observed):
            yield indicator

    def read(self, indicator: Indicator, seen: Sequence[str] | None = None) -> dict[CellKey, Figure]:
        """`seen` are the groups to tell of; where none are given, those measured anywhere."""
        if isinstance(indicator, Ratio):
            return self._ratios(indicator)
        if isinstance(indicator, Observed):
            return self._observations(indicator, seen)
        seen = self._groups(indicator) if seen is None else seen
        observed = self.measured.coverage.get(indicator.key)
        if observed is None:  # a table it reads was never covered
            return {key: self._empty(indicator, key) for key in self._keys(seen)}
        scope, found = self.scope(indicator), self.cells[indicator.key]
        time = times(self.connection, scope, observed) if isinstance(indicator, TimeToExit) else {}
        model = self.measured.model
        settles = timedelta(days=model.settles(model.reads(indicator)))
        of = {span.text: self._teller(indicator, span, settles) for span in self.spans}
        nothing = Cell()
        result = {key: of[key[1]](key, found.get(key, nothing), time.get(key)) for key in self._keys(seen)}
        immature = [key for key, figure in result.items() if figure.state == "immature"]
        for key, estimate in shares_to_come(self.connection, scope, immature).items():
            result[key] = replace(result[key], **dict(zip(_ESTIMATE, estimate, strict=True)))  # type: ignore[arg-type]
        if not self.with_persons:
            return result
        behind = {key: _courses(indicator, figure) for key, figure in result.items() if figure.state != "not_reported"}
        counted = persons(self.connection, self.measured, scope, behind)
        return {key: replace(figure, persons=counted.get(key)) for key, figure in result.items()}

    def _groups(self, *indicators: Indicator) -> list[str]:
        if not self.by:
            return [""]
        found: set[str] = set()
        for indicator in indicators:
            if isinstance(indicator, Observed):
                found |= {group for _, _, group in self._delivered(indicator) if group}
            else:
                found.update(
                    groups(self.connection, self.measured, self.measured.slots.get(indicator.key, {}), self.by)
                )
        return in_order(found, self.by, self.measured.model)

    def _keys(self, groups: Sequence[str]) -> dict[CellKey, None]:
        return dict.fromkeys((unit, span.text, group) for unit in self.units for span in self.spans for group in groups)

    def _empty(self, indicator: Indicator, key: CellKey) -> Figure:
        return self._told(indicator, key, "not_reported")

    def _told(
        self, indicator: Indicator, key: CellKey, state: State, numerator: float | None = None,
        denominator: float | None = None, value: Value = _UNTOLD, *, matures_on: date | None = None,
        estimate: Value = _UNTOLD, unknown: int | None = None,
    ) -> Figure:  # fmt: skip
        unit, period, group = key
        return Figure(
            indicator.key, unit, period, self.by, group, numerator, denominator, *value, None, state, matures_on,
            *estimate, self.measured.snapshot, unknown,
        )  # fmt: skip

    def _teller(
        self, indicator: Indicator, span: Period, settles: timedelta
    ) -> Callable[[CellKey, Cell, Time | None], Figure]:
        """How the span's figures are told: a page asks for thousands, and what they share is worked out once."""
        observed = self.measured.coverage[indicator.key]
        last_on, through = span.last_on, observed.through
        if last_on < observed.from_on or span.first_on > through:
            return lambda key, cell, time: self._empty(indicator, key)
        state: State = "final" if through >= last_on + settles else "provisional"
        unit, counts = scale(indicator), isinstance(indicator, (*COUNTS, Reimbursed))
        days = (min(last_on, through) - max(span.first_on, observed.from_on)).days + 1
        stock, after = isinstance(indicator, AverageStock), isinstance(indicator, StateAfter)

        def told(key: CellKey, cell: Cell, time: Time | None) -> Figure:
            numerator = _whole(cell.numerator / unit)
            denominator = None if counts else days if stock else cell.denominator
            unknown = cell.unknown if after else None
            if through < last_on or (time.undecided if time else cell.undecided):
                return self._told(
                    indicator, key, "immature", numerator, denominator, unknown=unknown,
                    matures_on=_matures_on(indicator, through, span, cell, time),
                    estimate=time.value if time and time.followed else _UNTOLD,
                )  # fmt: skip
            if denominator == 0:
                return self._told(indicator, key, "undefined", numerator, denominator, unknown=unknown)
            value = _value(indicator, cell, numerator, denominator, time)
            return self._told(indicator, key, state, numerator, denominator, value, unknown=unknown)

        return told

    def _ratios(self, ratio: Ratio) -> dict[CellKey, Figure]:
        parts = [self.measured.indicator(key) for key in (ratio.numerator, ratio.denominator)]
        above, below = (self.read(part, self._groups(*parts)) for part in parts)
        return {key: self._over(ratio, key, above[key], below[key]) for key in above}

    def _over(self, ratio: Ratio, key: CellKey, above: Figure, below: Figure) -> Figure:
        """One figure's numerator over another's; in the worse state of the two, without an interval."""
        state = min(above.state, below.state, key=_WORST_FIRST.index)
        if state == "not_reported":
            return self._empty(ratio, key)
        if _WORST_FIRST.index(state) > _WORST_FIRST.index("undefined") and not below.numerator:
            state = "undefined"
        days = [part.matures_on for part in (above, below) if part.state == "immature"]
        value = None
        if state in ("provisional", "final") and above.numerator is not None and below.numerator:
            value = above.numerator / below.numerator
        figure = self._told(
            ratio, key, state, above.numerator, below.numerator, (value, None, None),
            matures_on=max((day for day in days if day), default=None) if None not in days else None,
        )  # fmt: skip
        behind = [part.persons for part in (above, below) if part.persons is not None]
        return replace(figure, persons=min(behind)) if behind else figure

    def _delivered(self, indicator: Observed) -> dict[CellKey, list[Any]]:
        rows = self.connection.execute(
            """SELECT unit_id, period, COALESCE("group", ''), numerator, denominator, value
               FROM lake.facts.observations WHERE indicator = ?""",
            [indicator.key],
        ).fetchall()
        return {(unit, period, group): figures for unit, period, group, *figures in rows}

    def _observations(self, indicator: Observed, seen: Sequence[str] | None) -> dict[CellKey, Figure]:
        """As they were delivered: nothing is added up."""
        delivered = self._delivered(indicator)
        observed, result = self.measured.coverage[indicator.key], {}
        spans = {span.text: span for span in self.spans}
        for key in self._keys(self._groups(indicator) if seen is None else seen):
            figure = self._empty(indicator, key)
            if key in delivered:
                above, below, value = delivered[key]
                settled = timedelta(days=self.measured.model.settles(("observations",)))
                last = spans[key[1]].last_on
                final = observed.through == date.max or observed.through >= last + settled
                if value is None and below != 0:
                    value = above / below if below else above
                state: Any = "undefined" if below == 0 else "final" if final else "provisional"
                figure = replace(
                    figure, numerator=_whole(above), denominator=_whole(below), state=state,
                    value=None if below == 0 else value,
                )  # fmt: skip
            result[key] = figure
        return result


def _value(
    indicator: Indicator, cell: Cell, numerator: float | None, denominator: float | None, time: Time | None
) -> Value:
    if time:
        return time.value
    if denominator is None or numerator is None:
        return numerator, None, None
    share = numerator / denominator
    if isinstance(indicator, AverageStock | ActivityShare):
        return share, None, None
    if isinstance(indicator, ScoreChange) and indicator.improved_by is None:
        return (share, *estimates.mean_interval(cell.numerator, cell.squares, cell.denominator, scale(indicator)))
    return (share, *estimates.wilson(numerator, denominator))


def _matures_on(indicator: Indicator, through: date, span: Period, cell: Cell, time: Time | None) -> date | None:
    """The first `through` at which every course of the cell is certain to be decided; None where no day is."""
    if isinstance(indicator, TimeToExit):
        if indicator.horizon is None:
            return None
        days = [indicator.horizon.after(span.last_on)] if through < span.last_on else []
        if time and time.shortest is not None:
            days.append(indicator.horizon.after(through - timedelta(days=time.shortest)))
        return max(days)
    days = [cell.decided_by] if cell.decided_by else []
    if through < span.last_on:
        days.append(decided_after(indicator, span.last_on))
    return max(days)


def decided_after(indicator: Indicator, last_on: date) -> date:
    """The day on which every course of a period that ends then is certain to be decided, whatever comes."""
    last = last_on
    match indicator:
        case ExitWithin():
            last = indicator.within.after(last)
        case ActivityWithin():
            last = indicator.within.after(last)
        case StateAfter():
            last = indicator.after.after(last)
        case TimeToExit():
            last = indicator.horizon.after(last) if indicator.horizon else last
    if isinstance(indicator, ExitWithin | LastingShare) and indicator.lasting is not None:
        last = indicator.lasting.after(last) - timedelta(days=1)
    return last


def _courses(indicator: Indicator, figure: Figure) -> int:
    """How many courses stand behind a figure, about: for one that runs over days, those open on an average day."""
    if isinstance(indicator, AverageStock | ActivityShare):
        days = Period.parse(figure.period).months * 31
        course_days = figure.numerator if isinstance(indicator, AverageStock) else figure.denominator
        return -int(-(course_days or 0) // days)
    return int((figure.numerator if figure.denominator is None else figure.denominator) or 0)


def _whole(number: float | None) -> float | None:
    return int(number) if number is not None and number == int(number) else number
