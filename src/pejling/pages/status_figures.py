"""The figures that statuses of many units are made of, asked for all units at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pejling.indicators.definition import Indicator, Observed
from pejling.indicators.figures import Figure
from pejling.indicators.periods import Kind, Period, covered
from pejling.pages.ground import Ground
from pejling.steering.goal_status import BASELINE, FIRM, SHOWN, Cadence, cadence_of

BACK: dict[Kind, int] = {"month": BASELINE + SHOWN["month"], "quarter": 2 * BASELINE}
DECIDED_WITHIN = 36  # months back that the newest decided twelve months are looked for
MOSTLY_WITHIN = 15  # months back that they nearly always are


@dataclass(frozen=True)
class Gathered:
    """An indicator at a unit: by period, months or quarters on end, and rolling years."""

    cadence: Cadence
    figures: dict[str, Figure]


Found = dict[tuple[str, str], Gathered]  # by indicator and unit


def gather(ground: Ground, indicators: Iterable[Indicator], units: Sequence[str], month: str) -> Found:
    """Periods up to the month, all of an indicator's asked for at once: a question costs more than its answers. Of
    units that the reader may not see as well: what is made of it must not show them.
    """
    whole = replace(ground, units=ground.hierarchy)
    months, quarters = (periods(ground, kind, month)[-BACK[kind] :] for kind in ("month", "quarter"))
    rolling = [f"{each}/12" for each in months[-DECIDED_WITHIN:]] or [f"{month}/12"]
    years = periods(ground, "year", month)
    found: Found = {}
    indicators = list(indicators)
    added_up = [indicator.key for indicator in indicators if not isinstance(indicator, Observed)]
    rolling, older = rolling[-MOSTLY_WITHIN:], rolling[:-MOSTLY_WITHIN]
    whole.ask(added_up, units, [*months, *quarters, *rolling])
    for indicator in indicators:
        asked = [*months, *quarters, *(years if isinstance(indicator, Observed) else rolling)]
        by_unit: dict[str, dict[str, Figure]] = {unit: {} for unit in units}
        for figure in whole.figures(indicator.key, units, asked) if asked else ():
            by_unit[figure.unit][figure.period] = figure
        for unit, figures in by_unit.items():
            cadence = cadence_of(
                indicator, [figures[each] for each in months], [figures[each] for each in quarters]
            )  # fmt: skip
            found[indicator.key, unit] = Gathered(cadence, figures)
    longer = [place for place, each in found.items() if place[0] in added_up and not _any_firm(each, rolling)]
    if longer and older:
        whole.ask(dict.fromkeys(key for key, _ in longer), list(dict.fromkeys(unit for _, unit in longer)), older)
        for key, unit in longer:
            found[key, unit].figures.update((each.period, each) for each in whole.figures(key, [unit], older))
    return found


def _any_firm(gathered: Gathered, rolling: Sequence[str]) -> bool:
    found = (gathered.figures.get(period) for period in rolling)  # not every month is in a release
    return any(figure.state in FIRM for figure in found if figure)


def periods(ground: Ground, kind: Kind, month: str) -> list[str]:
    """Those that the records cover and that are over by the month's end, oldest first."""
    until = Period.parse(month).last_on
    return [each.text for each in covered(kind, ground.first, ground.through) if each.last_on <= until]
