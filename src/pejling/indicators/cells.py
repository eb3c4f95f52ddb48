"""The components of the cells asked for, summed over the units at or below each unit and the months of each period."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from pejling.indicators.definition import Indicator
from pejling.indicators.items import Observed
from pejling.indicators.measurement import Measurement
from pejling.indicators.model import Model
from pejling.indicators.periods import Period
from pejling.indicators.relations import literal

CellKey = tuple[str, str, str]  # unit, period, group
Slot = tuple[int, int]  # where a count is kept: sheet, column


@dataclass(frozen=True)
class Cell:
    """The sum of the components of one unit, period and group, in whole numbers; see `items.scale`."""

    numerator: int = 0
    denominator: int = 0
    squares: int = 0
    unknown: int = 0
    undecided: int = 0
    decided_by: date | None = None


@dataclass(frozen=True)
class Scope:
    """An indicator in some units and periods, by some column ("" for the whole)."""

    indicator: Indicator
    observed: Observed
    by: str
    units: tuple[str, ...]
    spans: tuple[Period, ...]
    measured: Measurement

    @property
    def slots(self) -> Mapping[str, Slot]:
        return self.measured.slots[self.indicator.key]

    @property
    def kept(self) -> str:
        """The condition on the kept rows that the cells are made of; a whole is the sum of its first breakdown."""
        first = self.indicator.by[0] if self.indicator.by else ""
        return f"group_by = {self.measured.number(self.by or first)}"

    @cached_property
    def descent(self) -> list[tuple[str, str]]:
        """(unit, a unit whose records are credited to it, or to one below it)."""
        wanted = set(self.units)
        return [
            (above, leaf)
            for unit in self.measured.above
            for above in self.upwards(unit)
            if above in wanted
            for leaf in self.measured.credited.get(unit, ())
        ]

    def upwards(self, unit: str | None) -> Iterator[str]:
        """The unit, and each above it."""
        while unit is not None:
            yield unit
            unit = self.measured.above.get(unit)

    def relations(self) -> str:
        """`scope` and `span`, the cells asked for, as the first of a WITH; see `values` for what is bound.

        The days of a span are those covered: from first_day until, and not including, end_day.
        """
        return f"""scope AS (SELECT unnest($units) AS unit, unnest($leaves) AS leaf),
            span AS MATERIALIZED (
                SELECT *, GREATEST(first_on, {literal(self.observed.from_on)}) AS first_day,
                    LEAST(last_on, {literal(self.observed.through)}) + 1 AS end_day
                FROM (SELECT unnest($periods) AS period, unnest($firsts) AS first_on, unnest($lasts) AS last_on))"""

    def values(self, units: Iterable[str] | None = None, periods: Iterable[str] | None = None) -> dict[str, Any]:
        """What `relations` binds; only for some of the units and periods where they are named."""
        only_units, only_periods = set(units or self.units), set(periods or (span.text for span in self.spans))
        descent = [pair for pair in self.descent if pair[0] in only_units]
        spans = {span.text: span for span in self.spans if span.text in only_periods}
        return {
            "units": [unit for unit, _ in descent],
            "leaves": [leaf for _, leaf in descent],
            "periods": list(spans),
            "firsts": [span.first_on for span in spans.values()],
            "lasts": [span.last_on for span in spans.values()],
        }


def cells(
    connection: duckdb.DuckDBPyConnection, scopes: Sequence[Scope], *, among_groups: Sequence[str] | None = None
) -> dict[str, dict[CellKey, Cell]]:
    """Those with any component, by indicator. The scopes differ in the indicator alone; what is kept alike is read at
    once, for to plan and to begin a query takes longer than to add up. `among_groups`: those there are, if known.
    """
    found: dict[str, dict[CellKey, Cell]] = {scope.indicator.key: {} for scope in scopes}
    names = [each.name for each in fields(Cell)]
    for scope, prefix, rows in rows_of(connection, scopes, among_groups=among_groups):
        own = [(name, prefix + name) for name in names if not rows or prefix + name in rows[0][1]]
        for key, sums in rows:
            cell = {name: said for name, column in own if (said := sums[column])}
            if cell:
                found[scope.indicator.key][key] = Cell(**cell)
    return found


def rows_of(
    connection: duckdb.DuckDBPyConnection, scopes: Sequence[Scope], *, among_groups: Sequence[str] | None = None
) -> Iterator[tuple[Scope, str, list[tuple[CellKey, dict[str, Any]]]]]:
    """Each scope, what stands before the names of its columns, and the rows of all that are kept alike; see `cells`."""
    from pejling.indicators.grid import cell_columns, listed

    alike: dict[str, list[Scope]] = {}
    for scope in scopes:
        alike.setdefault(scope.kept, []).append(scope)
    for those in alike.values():
        rows = list(listed(*cell_columns(connection, *those, among_groups=among_groups)))
        for scope in those:
            yield scope, f"{scope.indicator.key}_" if len(those) > 1 else "", rows


def groups(
    connection: duckdb.DuckDBPyConnection, measured: Measurement, slots: Mapping[Any, Slot], by: str
) -> list[str]:
    """The groups in which anything, kept in these slots, was measured anywhere."""
    if not slots:
        return []
    rows = connection.execute(
        f"""SELECT DISTINCT "group" FROM lake.measurements.sums
            WHERE group_by = {measured.number(by)} AND ({held(slots.values())})"""
    ).fetchall()
    return [measured.names[number] for (number,) in rows]


def held(slots: Iterable[Slot]) -> str:
    """The condition on a kept row that anything was counted in these places."""
    return " OR ".join(f"(sheet = {sheet} AND n{slot} IS NOT NULL)" for sheet, slot in slots)


def in_order(groups: Iterable[str], by: str, model: Model) -> list[str]:
    """In the model's order, then those it does not name."""
    named = list(model.target_groups if by == "target_group" else ())
    if by in model.groups:
        named = list(model.groups[by].values)
    place = {group: number for number, group in enumerate(named)}
    return sorted(groups, key=lambda group: (place.get(group, len(place)), group))
