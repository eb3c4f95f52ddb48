"""The components of the cells asked for, summed over the units at or below each unit and the months of each period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from pejling.indicators.components import DAY_ONE
from pejling.indicators.definition import ActivityShare, AverageStock, Indicator, Stock
from pejling.indicators.hierarchy import Unit, descendants
from pejling.indicators.items import Observed
from pejling.indicators.model import Model
from pejling.indicators.periods import Period
from pejling.indicators.relations import days_between, literal

CellKey = tuple[str, str, str]  # unit, period, group


@dataclass(frozen=True)
class Cell:
    """The sum of the components of one unit, period and group, in whole numbers; see `items.scale`."""

    numerator: int = 0
    denominator: int = 0
    squares: int = 0
    undecided: int = 0
    unknown: int = 0
    decided_by: date | None = None


@dataclass(frozen=True)
class Scope:
    """An indicator in some units and periods, by some column ("" for the whole)."""

    indicator: Indicator
    observed: Observed
    by: str
    hierarchy: Mapping[str, Unit]
    units: tuple[str, ...]
    spans: tuple[Period, ...]

    @cached_property
    def descent(self) -> list[tuple[str, str]]:
        """(unit, a unit at or below it)."""
        return [(unit, leaf) for unit in dict.fromkeys(self.units) for leaf in descendants(self.hierarchy, unit)]

    def relations(self) -> str:
        """`scope` and `span`, the cells asked for, as the first of a WITH; see `values` for what is bound.

        The days of a span are those covered: from first_day until, and not including, end_day.
        """
        return f"""below AS (SELECT unnest($units) AS unit, unnest($leaves) AS credited_to),
            scope AS (
                SELECT b.unit, c.unit_id AS leaf FROM below AS b
                JOIN lake.measurements.credited AS c ON c.credited_to = b.credited_to),
            span AS (
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


def cell_rows(scope: Scope) -> str:
    """SELECT unit, period, "group" and the fields of a Cell, of the cells that have any component."""
    indicator = scope.indicator
    sums = {name: f"SUM({name})" for name in ("numerator", "denominator", "squares", "undecided", "unknown")}
    in_span = "month BETWEEN first_on AND last_on"
    if isinstance(indicator, Stock | AverageStock | ActivityShare):
        in_span = "month <= last_on"
    if isinstance(indicator, AverageStock | ActivityShare):
        end = days_between(DAY_ONE, "end_day")
        for name in ("numerator", "denominator"):
            sums[name] = f"""SUM(CASE WHEN month < first_on THEN {name} * {days_between("first_on", "end_day")}
                ELSE {name} * {end} - {name}_days END)"""
    if isinstance(indicator, AverageStock):
        sums["denominator"] = f"MIN({days_between('first_day', 'end_day')})"
    whole = ", ".join(f"CAST({each} AS BIGINT) AS {name}" for name, each in sums.items())
    adding = ", ".join(
        f"{'MIN' if name == 'denominator' and isinstance(indicator, AverageStock) else 'SUM'}({name})::BIGINT AS {name}"
        for name in sums
    )
    return f"""
        WITH {scope.relations()},
        monthly AS (
            SELECT unit, month, "group", decided_by, SUM(numerator) AS numerator, SUM(denominator) AS denominator,
                SUM(numerator_days) AS numerator_days, SUM(denominator_days) AS denominator_days,
                SUM(squares) AS squares, SUM(undecided) AS undecided, SUM(unknown) AS unknown
            FROM lake.measurements.components JOIN scope ON unit_id = leaf
            WHERE indicator = {literal(indicator.key)} AND group_by = {literal(scope.by)}
            GROUP BY unit, month, "group", decided_by),
        by_day AS (
            SELECT unit, period, "group", decided_by, {whole}
            FROM monthly JOIN span ON {in_span} GROUP BY unit, period, "group", decided_by)
        SELECT unit, period, "group", {adding}, MAX(CASE WHEN undecided > 0 THEN decided_by END) AS decided_by
        FROM by_day GROUP BY unit, period, "group" """


def cells(connection: duckdb.DuckDBPyConnection, scope: Scope) -> dict[CellKey, Cell]:
    """Those with any component."""
    rows = connection.execute(cell_rows(scope), scope.values()).fetchall()
    return {(unit, period, group): Cell(*sums) for unit, period, group, *sums in rows}


def groups(connection: duckdb.DuckDBPyConnection, indicator: str, by: str) -> list[str]:
    """The groups measured anywhere."""
    rows = connection.execute(
        'SELECT DISTINCT "group" FROM lake.measurements.components WHERE indicator = ? AND group_by = ?',
        [indicator, by],
    ).fetchall()
    return [row[0] for row in rows]


def in_order(groups: Iterable[str], by: str, model: Model) -> list[str]:
    """In the model's order, then those it does not name."""
    named = list(model.target_groups if by == "target_group" else ())
    if by in model.groups:
        named = list(model.groups[by].values)
    place = {group: number for number, group in enumerate(named)}
    return sorted(groups, key=lambda group: (place.get(group, len(place)), group))
