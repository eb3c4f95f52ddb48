"""What is counted or posted month by month: the series that a forecast is made from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators.cells import Cell, Scope, cells, groups, in_order
from pejling.indicators.definition import ACCOUNT, Amount, Exits, Indicator, Intake, tables_read
from pejling.indicators.hierarchy import Unit, descendants, known_unit
from pejling.indicators.hierarchy import units as measured_units
from pejling.indicators.items import scale
from pejling.indicators.measurement import Measurement, measurement, reading
from pejling.indicators.periods import Period, covered

FLOWS = (Intake, Exits, Amount)  # what adds up from month to month
Key = tuple[str, str]  # a unit's id, and a group: "" is the whole
Series = tuple[int, ...]


@dataclass(frozen=True)
class Monthly:
    """An indicator's months on end, from the first covered whole to the last that is over, or to one asked for.

    `values` are whole courses, or øre, by unit and by each of the `groups` that a unit's whole is the sum of: target
    groups or accounts; ("",) where it is not broken down so. `wholes` are those of the unit above all (`top`). Of the
    first `settled` months no more late records are expected.
    """

    indicator: str
    by: str
    groups: tuple[str, ...]
    months: tuple[str, ...]
    settled: int
    top: str
    values: Mapping[Key, Series]
    wholes: Mapping[str, Series]
    scale: int  # how many of the values' units are one: 100 øre

    def of(self, unit: str) -> Series:
        """A unit's whole: the sum over its groups."""
        return added(self.values[unit, group] for group in self.groups)


def monthly(
    connection: duckdb.DuckDBPyConnection,
    indicator: str,
    units: Sequence[str],
    *,
    last: str = "",
    ground: tuple[Measurement, Mapping[str, Unit]] | None = None,
) -> Monthly:
    """The months of an intake, of exits or of an amount, at units of one place; by target group or account where the
    indicator is broken down so, for those have seasons of their own.

    `last` is the last month to look at: what came later is not known. `ground` is the measurement and the whole
    hierarchy, for one who has read them in the same transaction. Raises Mistake for a name nobody knows, an indicator
    whose months do not add up, units with nothing above them all, and where no month is measured.
    """
    with reading(connection, ground):
        measured, hierarchy = ground or (measurement(connection), measured_units(connection))
        definition = measured.model.indicator(indicator)
        if not isinstance(definition, FLOWS):
            raise _no_flow(measured, indicator, "its months do not add up to a year")
        (top,) = _tops(hierarchy, [known_unit(hierarchy, unit) for unit in units])
        spans = list(_over(definition, measured, last))
        by = next((column for column in definition.by if column in (ACCOUNT, "target_group")), "")
        asked = tuple(dict.fromkeys((top, *units)))
        observed = measured.coverage[indicator]
        scope = Scope(definition, observed, by, asked, tuple(spans), measured)
        known = groups(connection, measured, measured.slots.get(indicator, {}), by) if by else [""]
        found = cells(connection, [scope], among_groups=known if by else None)[indicator]
    named = tuple(in_order(known, by, measured.model))
    series = {
        (unit, group): tuple(found.get((unit, span.text, group), Cell()).numerator for span in spans)
        for unit in asked
        for group in named
    }
    waits = timedelta(days=measured.model.settles(tables_read(definition)))
    return Monthly(
        indicator, by, named, tuple(span.text for span in spans),
        sum(observed.through >= span.last_on + waits for span in spans), top,
        {key: months for key, months in series.items() if key[0] in set(units)},
        {group: series[top, group] for group in named}, scale(definition),
    )  # fmt: skip


def forecastable(indicator: Indicator) -> bool:
    """Can it be forecast? A budget and a commitment are decided, not expected."""
    return isinstance(indicator, FLOWS) and not (isinstance(indicator, Amount) and indicator.nature != "actual")


def to_forecast(measured: Measurement, indicator: str) -> None:
    """Raises Mistake for an indicator that cannot be forecast."""
    definition = measured.model.indicator(indicator)
    if not forecastable(definition):
        decided = isinstance(definition, Amount)
        raise _no_flow(
            measured, indicator, "it is decided, and not expected" if decided else "its months do not add up"
        )


def _no_flow(measured: Measurement, indicator: str, why: str) -> Mistake:
    flows = ", ".join(each.key for each in measured.model.indicators if forecastable(each))
    return Mistake(f"indicator {indicator}", why, f"Forecast another: {flows or 'there is none in the model'}")


def below(hierarchy: Mapping[str, Unit], unit: str) -> tuple[str, ...]:
    """The unit and all below it: the parts that its months are the sum of."""
    return tuple(descendants(hierarchy, known_unit(hierarchy, unit)))


def added(series: Iterable[Sequence[int]]) -> Series:
    return tuple(map(sum, zip(*series, strict=True)))


def _over(indicator: Indicator, measured: Measurement, last: str) -> Iterator[Period]:
    """The months covered whole and over, the oldest first. Raises Mistake where there is none, or `last` is none."""
    observed = measured.coverage.get(indicator.key)
    through = observed.through if observed else measured.through
    if last:
        wanted = Period.parse(last)
        if wanted.kind != "month":
            raise Mistake("month", f"{last!r} is no month", "Write 2009-03")
        if wanted.last_on > through or observed is None or wanted.first_on < observed.from_on:
            reach = f"from {observed.from_on} through {through}" if observed else "not at all"
            raise Mistake("month", f"{last} is not covered whole: {indicator.key} is {reach}", "Name a month within")
        through = wanted.last_on
    spans = [] if observed is None else list(covered("month", observed.from_on, through))
    whole = [span for span in spans if observed and span.first_on >= observed.from_on and span.last_on <= through]
    if not whole:
        raise Mistake(f"indicator {indicator.key}", "no whole month of it is covered", "Deliver the records it reads")
    yield from whole


def _tops(hierarchy: Mapping[str, Unit], units: Iterable[str]) -> set[str]:
    tops = set()
    for unit in units:
        while (above := hierarchy[unit].parent_id) is not None and above in hierarchy:
            unit = above
        tops.add(unit)
    if len(tops) != 1:
        found = ", ".join(sorted(tops)) or "no unit"
        raise Mistake("units", f"they lie under {found}", "Ask for units under one unit at a time")
    return tops
