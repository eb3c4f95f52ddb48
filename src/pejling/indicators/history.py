"""A unit's own measured months: what may be expected of it, and how much it varies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators.figures import figures
from pejling.indicators.hierarchy import Unit, units
from pejling.indicators.measurement import Measurement, measurement
from pejling.indicators.model import Model, fingerprint
from pejling.indicators.periods import covered


@dataclass(frozen=True)
class History:
    """An indicator's months on end at a unit, from the first that is covered whole to the last that is decided.

    `months` holds numerator and denominator, (0, 0) where there was nothing to measure; `values` the value, None where
    there is none.
    """

    first: str
    last: str
    months: tuple[tuple[float, float], ...]
    values: tuple[float | None, ...]


Histories = dict[tuple[str, str], History]  # (an indicator's key, a unit's id)


@dataclass(frozen=True)
class Past:
    """What was measured before: `through` is the year that the records reach to; None where nothing is measured.

    `measured` are the indicators that were measured by the same definition, `version` the model that was measured.
    """

    units: dict[str, Unit]
    histories: Histories
    through: int | None = None
    measured: frozenset[str] = frozenset()
    version: int | None = None

    @property
    def tops(self) -> list[Unit]:
        return [unit for unit in self.units.values() if unit.parent_id not in self.units]

    def top_of(self, unit_id: str) -> str:
        """The unit above it that has none above, or itself."""
        while (above := self.units[unit_id].parent_id) in self.units and above is not None:
            unit_id = above
        return unit_id


NOTHING = Past({}, {})


def past(connection: duckdb.DuckDBPyConnection, model: Model, wanted: Iterable[tuple[str, str]] | None = None) -> Past:
    """The measured months of indicators, where they were measured by the same definition as the model's.

    `wanted` names indicators and units; where it is None, what each goal is judged by at every unit that is asked.
    """
    try:
        measured = measurement(connection)
    except Mistake:
        return NOTHING
    known = units(connection)
    standing = {key: unit for key, unit in known.items() if unit.kind not in model.levels.caseworker}
    asked = sorted(set(_asked(model, standing) if wanted is None else wanted))
    same = frozenset(each.key for each in model.indicators if _measured_so(each.key, model, measured))
    histories: Histories = {}
    for key in dict.fromkeys(key for key, _ in asked if key in same):
        places = [unit for indicator, unit in asked if indicator == key and unit in known]
        histories |= _histories(connection, measured, known, key, places)
    return Past(standing, histories, measured.through.year, same, measured.model_version)


def _asked(model: Model, known: dict[str, Unit]) -> Iterable[tuple[str, str]]:
    """The indicator that each goal is judged by, at the units on top and at those with a level of their own."""
    tops = [unit.unit_id for unit in known.values() if unit.parent_id not in known]
    for goal in model.goals:
        judged = goal.indicators[0]
        yield from ((judged, unit) for unit in tops)
        for target in goal.targets:
            yield from ((judged, unit) for unit in target.contributions)
        if goal.minimum_standard and goal.targets:
            kinds = goal.asked_of or model.kinds_asked
            yield from ((judged, unit.unit_id) for unit in known.values() if unit.kind in kinds)


def _measured_so(key: str, model: Model, measured: Measurement) -> bool:
    there = {each.key: each for each in measured.model.indicators}
    return (
        key in there
        and key in measured.coverage
        and fingerprint(measured.model, there[key]) == fingerprint(model, model.indicator(key))
    )


def _histories(
    connection: duckdb.DuckDBPyConnection,
    measured: Measurement,
    known: dict[str, Unit],
    key: str,
    places: Sequence[str],
) -> Histories:
    observed = measured.coverage[key]
    if observed.through.year >= 9999:  # figures delivered without a last day
        return {}
    months = covered("month", observed.from_on, observed.through)
    whole = [month.text for month in months if month.first_on >= observed.from_on]
    ground = measured, known
    found = figures(connection, key, units=places, periods=whole, with_persons=False, ground=ground)
    histories: Histories = {}
    for place in places:
        decided = []
        for figure in (each for each in found if each.unit == place):
            if figure.state not in ("final", "provisional", "undefined"):
                break
            decided.append(figure)
        if decided:
            histories[key, place] = History(
                decided[0].period,
                decided[-1].period,
                tuple((each.numerator or 0, each.denominator or 0) for each in decided),
                tuple(each.value for each in decided),
            )
    return histories
