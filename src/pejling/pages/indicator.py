"""An indicator at a unit: over time, by unit below, by group, and how it is measured."""

from dataclasses import dataclass

from pejling.indicators.definition import Indicator, Observed, TimeToExit
from pejling.indicators.hierarchy import Unit
from pejling.indicators.monthly import forecastable
from pejling.pages.curve import Curve, curve
from pejling.pages.definition import Definition, definition
from pejling.pages.ground import PERIOD_KINDS, Ground
from pejling.pages.series import Part, Series, series
from pejling.pages.unit import chosen_periods
from pejling.pages.unknown import Unknown


@dataclass(frozen=True)
class Grouping:
    """A way to break the figure down: a column of persons, with its name."""

    key: str
    name: str


@dataclass(frozen=True)
class IndicatorPage:
    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    period_kinds: tuple[str, ...]
    period_kind: str
    period: str
    periods: tuple[str, ...]
    series: Series
    groupings: tuple[Grouping, ...]
    by: Grouping | None
    groups: tuple[Part, ...]  # the groups' figures in the chosen period
    definition: Definition
    forecast: bool  # do its months add up to a year, so that it can be forecast?
    curve: Curve | None  # of a time to exit, where the reader sees live figures


def indicator_page(
    ground: Ground, key: str, unit_id: str, *, period_kind: str = "", period: str = "", by: str = ""
) -> IndicatorPage:
    """Raises Unknown for an indicator, unit, period or group that is not there."""
    indicator, unit = ground.indicator(key), ground.unit(unit_id)
    offered = _kinds(ground, indicator, unit_id)
    if not period and period_kind not in offered:  # of months, where it is told by the quarter
        period_kind = offered[-1] if period_kind in PERIOD_KINDS else period_kind or offered[0]
    kind, periods = chosen_periods(ground, period_kind, period)
    groupings = tuple(Grouping(column, ground.column_name(column)) for column in indicator.by)
    chosen_by = next((grouping for grouping in groupings if grouping.key == by), None)
    if by and chosen_by is None:
        raise Unknown("group", by, indicator.by)
    line = series(ground, indicator, unit, periods, chosen=period, below=ground.below(unit_id))
    return IndicatorPage(
        unit=unit,
        kind=ground.kind_name(unit),
        above=ground.above(unit),
        period_kinds=tuple(each for each in PERIOD_KINDS if each in offered or each == kind),
        period_kind=kind,
        period=period,
        periods=tuple(periods),
        series=line,
        groupings=groupings,
        by=chosen_by,
        groups=_groups(ground, key, unit_id, line.chosen.period, by) if by else (),
        definition=definition(ground.model, indicator),
        forecast=forecastable(indicator),
        curve=_curve(ground, indicator, unit_id, line.chosen.period),
    )


def _kinds(ground: Ground, indicator: Indicator, unit_id: str) -> tuple[str, ...]:
    """The kinds of periods there is something to see by: of what is measured elsewhere, those it was delivered for at
    the unit or right below it, or else at the whole.
    """
    if not isinstance(indicator, Observed):
        return PERIOD_KINDS
    here = [unit_id, *(unit.unit_id for unit in ground.below(unit_id))]
    for units in (here, [unit.unit_id for unit in ground.tops()]):
        found = {kind: ground.told(indicator.key, units, ground.periods(kind)) for kind in PERIOD_KINDS}
        if told := [kind for kind, figures in found.items() if any(f.state != "not_reported" for f in figures)]:
            return tuple(told)
    return PERIOD_KINDS


def _curve(ground: Ground, indicator: Indicator, unit_id: str, period: str) -> Curve | None:
    """Of what is released to others there is a figure and no curve: each of its steps is somebody."""
    if not isinstance(indicator, TimeToExit) or ground.release is not None:
        return None
    return curve(ground, indicator, unit_id, period)


def _groups(ground: Ground, key: str, unit_id: str, period: str, by: str) -> tuple[Part, ...]:
    found = ground.told(key, [unit_id], [period], by)
    return tuple(Part(f.group, ground.value_name(by, f.group), f) for f in found if f.group_by == by)
