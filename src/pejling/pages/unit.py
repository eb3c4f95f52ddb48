"""A unit's page: each indicator's figure, its way over time, and the units below it."""

from dataclasses import dataclass

from pejling.indicators.hierarchy import Unit
from pejling.pages.ground import PERIOD_KINDS, Ground, kind_of
from pejling.pages.series import Series, several
from pejling.pages.unknown import Unknown


@dataclass(frozen=True)
class UnitPage:
    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    below: tuple[Unit, ...]
    period_kinds: tuple[str, ...]
    period_kind: str
    period: str  # "" where each indicator shows its newest firm figure
    periods: tuple[str, ...]
    series: tuple[Series, ...]
    economy: bool  # has the model an economy?

    @property
    def effects(self) -> tuple[Series, ...]:
        """What the page is read for: the effects for people; all there is, where a model has none."""
        return tuple(one for one in self.series if one.heading.kind == "effect") or self.series

    @property
    def others(self) -> tuple[Series, ...]:
        return tuple(one for one in self.series if one not in self.effects)


def unit_page(ground: Ground, unit_id: str, *, period_kind: str = "", period: str = "") -> UnitPage:
    """Raises Unknown for a unit, a period or a kind of period that is not there."""
    unit = ground.unit(unit_id)
    kind, periods = chosen_periods(ground, period_kind, period)
    below = ground.below(unit_id)
    return UnitPage(
        unit=unit,
        kind=ground.kind_name(unit),
        above=ground.above(unit),
        below=tuple(below),
        period_kinds=PERIOD_KINDS,
        period_kind=kind,
        period=period,
        periods=tuple(periods),
        series=several(ground, ground.told_alone, unit, periods, chosen=period, below=below),
        economy=ground.model.economy is not None,
    )


def chosen_periods(ground: Ground, period_kind: str, period: str) -> tuple[str, list[str]]:
    """The kind of period in view and all its periods; a period decides its own kind."""
    kind = period_kind or (kind_of(period) if period else "year")
    periods = ground.periods(kind)
    if period and period not in periods:
        raise Unknown("period", period, periods)
    return kind, periods
