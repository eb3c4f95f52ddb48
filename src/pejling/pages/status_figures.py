"""The figures that statuses of many units are made of, asked for all units at once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from pejling.indicators.definition import Indicator, Observed
from pejling.indicators.figures import Figure
from pejling.indicators.periods import Kind, Period, covered
from pejling.pages.ground import Ground
from pejling.steering.goal_status import BASELINE, FIRM, SHOWN, Cadence, cadence_of

BACK = BASELINE + SHOWN["month"]  # months


@dataclass(frozen=True)
class Gathered:
    """An indicator at a unit: by period, months or quarters on end, and rolling years."""

    cadence: Cadence
    figures: dict[str, Figure]


Found = dict[tuple[str, str], Gathered]  # by indicator and unit


def gather(
    ground: Ground, indicators: Iterable[Indicator], units: Sequence[str], month: str, quarterly: Collection[str] = ()
) -> Found:
    """Periods up to the month; of the indicators in `quarterly` the quarters too, whatever their cadence. Of units that
    the reader may not see as well: what is made of it must not show them.
    """
    whole = replace(ground, units=ground.hierarchy)
    found: Found = {}
    months = periods(ground, "month", month)[-BACK:]
    quarters = periods(ground, "quarter", month)[-BASELINE * 2 :]
    for indicator in indicators:
        by_month = _by_unit(whole, indicator, units, months)
        by_quarter: dict[str, list[Figure]] = {}
        if isinstance(indicator, Observed):
            by_quarter = _by_unit(whole, indicator, units, quarters)
        cadences = {unit: cadence_of(indicator, by_month[unit], by_quarter.get(unit, ())) for unit in units}
        if by_quarter:
            by_year = _by_unit(whole, indicator, units, periods(ground, "year", month))
        else:
            by_year = {}
            few = [unit for unit in units if cadences[unit] == "quarter" or indicator.key in quarterly]
            by_quarter = _by_unit(whole, indicator, few, quarters)
        rolling: dict[str, list[Figure]] = {}
        if not isinstance(indicator, Observed):
            asked = {f"{month}/12", *(_decided(by_month[unit]) for unit in units)} - {""}
            rolling = _by_unit(whole, indicator, units, sorted(asked))
        for unit in units:
            listed = [*by_month[unit], *by_quarter.get(unit, ()), *by_year.get(unit, ()), *rolling.get(unit, ())]
            found[indicator.key, unit] = Gathered(cadences[unit], {figure.period: figure for figure in listed})
    return found


def periods(ground: Ground, kind: Kind, month: str) -> list[str]:
    """Those that the records cover and that are over by the month's end, oldest first."""
    until = Period.parse(month).last_on
    return [each.text for each in covered(kind, ground.first, ground.through) if each.last_on <= until]


def _decided(months: Sequence[Figure]) -> str:
    """The rolling year that ends with the last month before one that is not decided; "" where there is none."""
    decided = ""
    for figure in months:
        if figure.state in (*FIRM, "undefined"):
            decided = f"{figure.period}/12"
        elif figure.state == "immature":
            break
    return decided


def _by_unit(
    ground: Ground, indicator: Indicator, units: Sequence[str], asked: Sequence[str]
) -> dict[str, list[Figure]]:
    by_unit: dict[str, list[Figure]] = {unit: [] for unit in units}
    if units and asked:
        for figure in ground.figures(indicator.key, units, asked):
            by_unit[figure.unit].append(figure)
    return by_unit
