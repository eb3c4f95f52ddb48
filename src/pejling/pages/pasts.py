"""What units did before, and what may be expected of a year: the ground that contributions are worked out on."""

from collections.abc import Callable
from dataclasses import replace

from pejling.indicators.definition import Indicator
from pejling.indicators.figures import Figure, suppressed
from pejling.indicators.periods import Period
from pejling.pages.ground import Ground
from pejling.pages.series import FIRM
from pejling.steering.cascade import Past


def pasts(ground: Ground, indicator: Indicator, units: list[str], year: int) -> list[Past]:
    """Each unit's history: the newest firm year before the contract's, and the newest whole year's courses as those to
    expect, by target group where the indicator is broken down so."""
    by = "target_group" if "target_group" in indicator.by else ""
    years = [text for text in ground.periods("year") if int(text) < year]
    found = figures_of(ground, indicator.key, units, years, by)
    result = []
    for unit in units:
        firm = _newest(found, unit, lambda figure: figure.state in FIRM)
        full = _newest(found, unit, lambda figure: _over(figure, ground))
        counted = {f.group: int(f.numerator or 0) for f in firm}
        of = {f.group: int(f.numerator or 0) if f.denominator is None else int(f.denominator) for f in firm}
        expected = {f.group: int((f.numerator if f.denominator is None else f.denominator) or 0) for f in full}
        result.append(Past(unit, counted, of, expected))
    return result


def having(ground: Ground, indicator: Indicator, units: list[str], year: int) -> list[str]:
    """Those of the units that have had something to count or measure before the year; all, where none has."""
    years = [text for text in ground.periods("year") if int(text) < year]
    found = figures_of(ground, indicator.key, units, years)
    some = {figure.unit for figure in found if figure.denominator or figure.numerator or figure.value}
    return [unit for unit in units if unit in some] or units


def figures_of(ground: Ground, key: str, units: list[str], periods: list[str], by: str = "") -> list[Figure]:
    """Of any unit: a contract's figures are its parties' business, whatever else they may see."""
    if not units or not periods:
        return []
    found = replace(ground, units=ground.hierarchy).figures(key, units, periods, by)
    return [figure for figure in found if figure.group_by == by]


def shown(ground: Ground, key: str, unit: str, periods: list[str], *, part: bool) -> list[Figure]:
    """A unit's figures for who reads a document about them: those of another unit only for who has a `part` in it and
    sees figures at all, and then hidden where few people stand behind them.
    """
    if unit in ground.units:
        return figures_of(ground, key, [unit], periods)
    if not (part and ground.units and unit in ground.hierarchy):
        return []
    return suppressed(figures_of(ground, key, [unit], periods), ground.model.threshold)


def _over(figure: Figure, ground: Ground) -> bool:
    """Is all that began in the period known, however it may yet end?"""
    return figure.numerator is not None and Period.parse(figure.period).last_on <= ground.through


def _newest(found: list[Figure], unit: str, good: Callable[[Figure], bool]) -> list[Figure]:
    """The unit's figures, one a group, of the newest period in which all are good, or are of no course."""
    own = [figure for figure in found if figure.unit == unit]
    for period in sorted({figure.period for figure in own}, reverse=True):
        those = [figure for figure in own if figure.period == period]
        known = [figure for figure in those if good(figure)]
        if known and all(figure in known or figure.state == "undefined" for figure in those):
            return known
    return []
