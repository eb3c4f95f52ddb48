"""The components of the cells asked for, summed over the units at or below each unit and the months of each period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from pejling.indicators.components import DAY_ONE
from pejling.indicators.definition import OVER_DAYS, Indicator, Stock
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
    unknown: int = 0
    undecided: int = 0
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
    slots: Mapping[str, tuple[int, int]]

    @property
    def kept(self) -> str:
        """The condition on the kept rows that the cells are made of; a whole is the sum of its first breakdown."""
        first = self.indicator.by[0] if self.indicator.by else ""
        return f"group_by = {literal(self.by or first)}"

    @property
    def group(self) -> str:
        """The cell's group, of such a row."""
        return '"group"' if self.by else "''"

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
    sheets = sorted({sheet for sheet, _ in scope.slots.values()})
    added = {
        name: f"SUM(n{slot})" if len(sheets) == 1 else f"SUM(CASE WHEN sheet = {sheet} THEN n{slot} END)"
        for name, (sheet, slot) in scope.slots.items()
    }
    named = ", ".join(f"CAST({each} AS BIGINT) AS {name}" for name, each in added.items())
    made = _over_days(scope) if isinstance(indicator, OVER_DAYS) else _in_span(scope)
    numbers = ", ".join(
        f"CAST({name if name in made else 0} AS BIGINT) AS {name}"
        for name in ("numerator", "denominator", "squares", "unknown")
    )
    return f"""
        WITH {scope.relations()},
        monthly AS (
            SELECT unit, month, {scope.group} AS "group", {named}
            FROM lake.measurements.sums JOIN scope ON unit_id = leaf
            WHERE sheet IN ({", ".join(map(str, sheets))}) AND {scope.kept} GROUP BY ALL
            HAVING {" OR ".join(f"{each} IS NOT NULL" for each in added.values())}),
        {made["cell"]},
        waiting AS (
            SELECT unit, period, {scope.group} AS "group", decided_by, SUM(courses) AS courses
            FROM lake.measurements.undecided JOIN scope ON unit_id = leaf
            JOIN span ON month BETWEEN first_on AND last_on
            WHERE indicator = {literal(indicator.key)} AND {scope.kept} GROUP BY ALL HAVING SUM(courses) > 0),
        open AS (
            SELECT unit, period, "group", SUM(courses)::BIGINT AS undecided, MAX(decided_by) AS decided_by
            FROM waiting GROUP BY ALL)
        SELECT unit, period, "group", {numbers}, COALESCE(undecided, 0) AS undecided, decided_by
        FROM cell LEFT JOIN open USING (unit, period, "group")"""


def _in_span(scope: Scope) -> dict[str, str]:
    """`cell`, of what happened within each span; and the names that it has."""
    sums = ", ".join(f"SUM({name}) AS {name}" for name in scope.slots)
    cell = f"""cell AS (
            SELECT unit, period, "group", {sums} FROM monthly JOIN span ON month BETWEEN first_on AND last_on
            GROUP BY ALL)"""
    return {"cell": cell, **dict.fromkeys(scope.slots, "")}


def _over_days(scope: Scope) -> dict[str, str]:
    """`cell`, from the changes so far: of a stock on the last day, else course-days from first_day to end_day."""
    upto = 'OVER (PARTITION BY unit, "group" ORDER BY month)'
    so_far = ", ".join(f"SUM({name}) {upto} AS {name}" for name in scope.slots)
    parts = [part for part in ("numerator", "denominator") if part in scope.slots]
    at = {
        "last_on": ", ".join(f"r.{name}" for name in scope.slots),
        "first_on - 1": ", ".join(f"r.{name} AS {name}_before" for name in scope.slots),
    }
    joined = """ASOF LEFT JOIN running AS r ON r.unit = g.unit AND r."group" = g."group" AND r.month <= g.{day}"""
    relations = f"""running AS (SELECT unit, "group", month, {so_far} FROM monthly),
        grid AS (
            SELECT * FROM (SELECT DISTINCT unit, "group" FROM monthly) CROSS JOIN
                (SELECT *, first_on - 1 AS before_on FROM span)),
        until_last AS (SELECT g.*, {at["last_on"]} FROM grid AS g {joined.format(day="last_on")})"""
    if isinstance(scope.indicator, Stock):
        return {"cell": f"{relations}, cell AS (SELECT unit, period, \"group\", numerator FROM until_last "
                        "WHERE numerator IS NOT NULL)", "numerator": ""}  # fmt: skip
    end, first = days_between(DAY_ONE, "end_day"), days_between(DAY_ONE, "first_day")
    days = ", ".join(
        f"{part} * {end} - {part}_days - COALESCE({part}_before * {first} - {part}_days_before, 0) AS {part}"
        for part in parts
    )
    if "denominator" not in parts:
        days += f", {days_between('first_day', 'end_day')} AS denominator"
    return {
        "cell": f"""{relations},
        until_both AS (SELECT g.*, {at["first_on - 1"]} FROM until_last AS g {joined.format(day="before_on")}),
        cell AS (SELECT unit, period, "group", {days} FROM until_both WHERE {parts[0]} IS NOT NULL)""",
        "numerator": "",
        "denominator": "",
    }


def cells(connection: duckdb.DuckDBPyConnection, scope: Scope) -> dict[CellKey, Cell]:
    """Those with any component."""
    rows = connection.execute(cell_rows(scope), scope.values()).fetchall()
    return {(unit, period, group): Cell(*sums) for unit, period, group, *sums in rows}


def groups(connection: duckdb.DuckDBPyConnection, slots: Mapping[str, tuple[int, int]], by: str) -> list[str]:
    """The groups in which an indicator, kept in these slots, was measured anywhere."""
    if not slots:
        return []
    held = " OR ".join(f"(sheet = {sheet} AND n{slot} IS NOT NULL)" for sheet, slot in slots.values())
    rows = connection.execute(
        f'SELECT DISTINCT "group" FROM lake.measurements.sums WHERE group_by = ? AND ({held})', [by]
    ).fetchall()
    return [row[0] for row in rows]


def in_order(groups: Iterable[str], by: str, model: Model) -> list[str]:
    """In the model's order, then those it does not name."""
    named = list(model.target_groups if by == "target_group" else ())
    if by in model.groups:
        named = list(model.groups[by].values)
    place = {group: number for number, group in enumerate(named)}
    return sorted(groups, key=lambda group: (place.get(group, len(place)), group))
