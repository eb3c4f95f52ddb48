"""Figures: what the components say of any unit and period, each with its state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators import estimates
from pejling.indicators.cells import Cell, CellKey, Scope, cells, durations, groups, persons
from pejling.indicators.definition import ExitWithin, Indicator, tables_read
from pejling.indicators.documents import nearest
from pejling.indicators.hierarchy import Unit
from pejling.indicators.hierarchy import units as measured_units
from pejling.indicators.measurement import Measurement, measurement, reading
from pejling.indicators.periods import Period, covered

State = Literal["suppressed", "not_reported", "immature", "undefined", "provisional", "final"]


@dataclass(frozen=True)
class Figure:
    """One figure. `group` is "" for the whole. A count has a numerator and no denominator, low or high.

    While immature, numerator and denominator are to date, and a share has an estimate of what it may become. `persons`
    is empty where the courses are too many for it to matter. `snapshot` is the one whose facts were measured.
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


def figures(
    connection: duckdb.DuckDBPyConnection,
    indicator: str,
    *,
    units: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    by: str = "",
) -> list[Figure]:
    """An indicator's figures, one a unit, period and group in that order; all units, every covered year if not named.

    `by` is a column to break down by; every group that was measured anywhere has a figure in every cell. Raises Mistake
    for a name nobody knows, and where nothing is measured.
    """
    with reading(connection):
        measured = measurement(connection)
        definition = measured.model.indicator(indicator)
        observed = measured.observed(definition)
        hierarchy = measured_units(connection)
        asked = list(hierarchy) if units is None else [known_unit(hierarchy, unit) for unit in units]
        if periods is None:
            spans = list(covered("year", observed.from_on, observed.through))
        else:
            spans = [Period.parse(text) for text in periods]
        if by and by not in definition.by:
            raise Mistake(f"indicator {indicator}", f"it is not broken down by {by!r}", nearest(by, definition.by))
        scope = Scope(connection, definition, by, hierarchy, tuple(asked), tuple(spans))
        found = cells(scope)
        grouped = groups(scope, measured.model)
        keys = [(unit, span.text, group) for unit in asked for span in spans for group in grouped]
        by_text = {span.text: span for span in spans}
        result = {
            key: _figure(measured, definition, by_text[key[1]], by, key, found.get(key, Cell()))
            for key in dict.fromkeys(keys)
        }
        return _with_persons(measured, scope, _with_estimates(scope, result))


def known_unit(hierarchy: Mapping[str, Unit], unit: str) -> str:
    """Raises Mistake with the nearest."""
    if unit not in hierarchy:
        raise Mistake("unit", f"{unit!r} is not in the hierarchy measured", nearest(unit, list(hierarchy)))
    return unit


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
        ("numerator", "denominator", "value", "low", "high", "persons", "matures_on", *_ESTIMATE), None
    )
    return replace(figure, state="suppressed", **nothing)  # type: ignore[arg-type]


_ESTIMATE = ("estimate", "estimate_low", "estimate_high")


def _figure(measured: Measurement, indicator: Indicator, span: Period, by: str, key: CellKey, cell: Cell) -> Figure:
    unit, period, group = key
    observed = measured.observed(indicator)
    figure = Figure(
        indicator.key, unit, period, by, group, _whole(cell.numerator), None, None, None, None, None, "final",
        None, None, None, None, measured.snapshot,
    )  # fmt: skip
    if span.last_on < observed.from_on or span.first_on > observed.through:
        return replace(figure, numerator=None, state="not_reported")
    if isinstance(indicator, ExitWithin):
        figure = replace(figure, denominator=_whole(cell.denominator))
    if observed.through < span.last_on or cell.undecided:
        return replace(figure, state="immature", matures_on=_matures_on(indicator, observed.through, span, cell))
    settled_on = span.last_on + timedelta(days=measured.model.settles(tables_read(indicator)))
    state: State = "final" if observed.through >= settled_on else "provisional"
    if not isinstance(indicator, ExitWithin):
        return replace(figure, value=figure.numerator, state=state)
    if not cell.denominator:
        return replace(figure, state="undefined")
    low, high = estimates.wilson(cell.numerator, cell.denominator)
    return replace(figure, value=cell.numerator / cell.denominator, low=low, high=high, state=state)


def _matures_on(indicator: Indicator, through: date, span: Period, cell: Cell) -> date:
    """The first `through` at which every course of the cell is certain to be decided."""
    days = [cell.decided_by] if cell.decided_by else []
    if through < span.last_on:
        last = span.last_on
        if isinstance(indicator, ExitWithin):
            last = indicator.within.after(last)
            if indicator.lasting is not None:
                last = indicator.lasting.after(last) - timedelta(days=1)
        days.append(last)
    return max(days)


def _with_estimates(scope: Scope, result: dict[CellKey, Figure]) -> dict[CellKey, Figure]:
    if not isinstance(scope.indicator, ExitWithin):
        return result
    immature = [key for key, figure in result.items() if figure.state == "immature"]
    estimated = dict(result)
    for key, (exits, relapses) in durations(scope, immature).items():
        if found := estimates.share(exits, relapses if scope.indicator.lasting else None):
            estimated[key] = replace(result[key], **dict(zip(_ESTIMATE, found, strict=True)))  # type: ignore[arg-type]
    return estimated


def _with_persons(measured: Measurement, scope: Scope, result: dict[CellKey, Figure]) -> list[Figure]:
    courses = {
        key: int((figure.numerator if figure.denominator is None else figure.denominator) or 0)
        for key, figure in result.items()
        if figure.state != "not_reported"
    }
    counted = persons(scope, measured, courses)
    return [replace(figure, persons=counted.get(key)) for key, figure in result.items()]


def _whole(number: float) -> float:
    return int(number) if number == int(number) else number
