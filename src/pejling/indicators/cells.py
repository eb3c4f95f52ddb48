"""The components of the cells asked for, summed over the units at or below each unit and the months of each period."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from pejling.indicators.components import DAY_ONE, has_curves
from pejling.indicators.definition import OVER_DAYS, ActivityShare, AverageStock, Indicator
from pejling.indicators.items import NO_DAY, Observed
from pejling.indicators.measurement import Measurement
from pejling.indicators.model import Model
from pejling.indicators.periods import Period
from pejling.indicators.relations import among, days_between, literal

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
    units: tuple[str, ...]
    spans: tuple[Period, ...]
    measured: Measurement

    @property
    def slots(self) -> Mapping[str, tuple[int, int]]:
        return self.measured.slots[self.indicator.key]

    @property
    def kept(self) -> str:
        """The condition on the kept rows that the cells are made of; a whole is the sum of its first breakdown."""
        first = self.indicator.by[0] if self.indicator.by else ""
        return f"group_by = {literal(self.by or first)}"

    @property
    def group(self) -> str:
        """The cell's group, of such a row."""
        return '"group"' if self.by else "''"

    def group_of(self, row: str) -> str:
        return f"{row}.{self.group}" if self.by else self.group

    @cached_property
    def descent(self) -> list[tuple[str, str]]:
        """(unit, a unit whose records are credited to it, or to one below it)."""
        wanted = set(self.units)
        return [
            (above, leaf)
            for unit in self.measured.above
            for above in self._upwards(unit)
            if above in wanted
            for leaf in self.measured.credited.get(unit, ())
        ]

    def _upwards(self, unit: str | None) -> Iterator[str]:
        while unit is not None:
            yield unit
            unit = self.measured.above.get(unit)

    def relations(self) -> str:
        """`scope` and `span`, the cells asked for, as the first of a WITH; see `values` for what is bound.

        The days of a span are those covered: from first_day until, and not including, end_day.
        """
        return f"scope AS (SELECT unnest($units) AS unit, unnest($leaves) AS leaf), {self._span()}"

    def numbered(self, table: str, only: str) -> str:
        """The same for adding up, as numbers: a cell is a `place` (unit), a span `nth`, and the number `g` of a group.

        leaf: the units whose records are asked for, numbered n; above: n and each place it is in; span; grouped: of the
        groups in the table's rows for which `only` holds. Units and groups are numbered in their order, all from 1.
        """
        groups = f"""SELECT "group", CAST(ROW_NUMBER() OVER (ORDER BY "group") AS INTEGER) AS g
                FROM (SELECT DISTINCT "group" FROM {table} WHERE {only})"""
        return f"""below AS (SELECT unnest($units) AS unit, unnest($leaves) AS unit_id),
            placed AS MATERIALIZED (
                SELECT unit, CAST(ROW_NUMBER() OVER (ORDER BY unit) AS BIGINT) AS place
                FROM (SELECT DISTINCT unit FROM below)),
            leaf AS MATERIALIZED (
                SELECT unit_id, CAST(ROW_NUMBER() OVER () AS INTEGER) AS n FROM (SELECT DISTINCT unit_id FROM below)),
            above AS MATERIALIZED (
                SELECT n, place FROM leaf JOIN below USING (unit_id) JOIN placed USING (unit)),
            {self._span()},
            grouped AS MATERIALIZED ({groups if self.by else '''SELECT '' AS "group", 1 AS g'''})"""

    def _span(self) -> str:
        return f"""span AS MATERIALIZED (
                SELECT *, GREATEST(first_on, {literal(self.observed.from_on)}) AS first_day,
                    LEAST(last_on, {literal(self.observed.through)}) + 1 AS end_day
                FROM (
                    SELECT unnest($periods) AS period, unnest($firsts) AS first_on, unnest($lasts) AS last_on,
                        generate_subscripts($firsts, 1) AS nth))"""

    @property
    def within(self) -> str:
        """The condition that joins a month to a span: equal where all spans are months."""
        months = all(span.months == 1 for span in self.spans)
        return "month = first_on" if months else "month BETWEEN first_on AND last_on"

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


def cell_rows(scope: Scope, *others: Scope) -> str:
    """SELECT unit, period, "group" and the fields of a Cell, of the cells that have any component.

    With `others`, that differ in the indicator alone, those of all at once: an indicator's columns have its key and _
    before them. Take together what is kept on the same sheets, and is of the same kind: over days, or not.
    """
    every = (scope, *others)
    sheets = sorted({sheet for each in every for sheet, _ in each.slots.values()})
    places = list(dict.fromkeys(place for each in every for place in each.slots.values()))
    only = f"sheet IN ({', '.join(map(str, sheets))}) AND {scope.kept}"
    kept = ", ".join(f"CASE WHEN sheet = {sheet} THEN n{slot} END AS {_column(sheet, slot)}" for sheet, slot in places)
    if len(sheets) == 1:
        kept = ", ".join(f"n{slot} AS {_column(sheet, slot)}" for sheet, slot in places)
    columns = [_column(*place) for place in places]
    some = " OR ".join(f"{column} IS NOT NULL" for column in columns)
    sums = ", ".join(f"SUM({column})::BIGINT AS {column}" for column in columns)
    summed = _over_days(columns) if isinstance(scope.indicator, OVER_DAYS) else _in_span(columns, scope.within)
    waiting = [each.indicator.key for each in every if has_curves(each.indicator)]
    told = ", ".join(column for each in every for column in _told(each, f"{each.indicator.key}_" if others else ""))
    return f"""
        WITH {scope.numbered("lake.measurements.sums", only)},
        coded AS (
            SELECT n, month, g, {kept} FROM lake.measurements.sums AS s JOIN leaf USING (unit_id)
            JOIN grouped ON grouped."group" = {scope.group_of("s")} WHERE {only} AND ({_held(places)})),
        climbed AS (SELECT place, month, g, {sums} FROM coded JOIN above USING (n) GROUP BY place, month, g),
        {summed},
        {_waiting(scope, waiting)}
        SELECT unit, period, "group", {told}
        FROM cell JOIN placed USING (place) JOIN span USING (nth) JOIN grouped USING (g)
        {"LEFT JOIN open USING (place, nth, g)" if waiting else ""} WHERE {some}"""


def _column(sheet: int, slot: int) -> str:
    return f"s{sheet}_{slot}"


def _held(places: Iterable[tuple[int, int]]) -> str:
    """The condition on a kept row that anything was counted in these places."""
    return " OR ".join(f"(sheet = {sheet} AND n{slot} IS NOT NULL)" for sheet, slot in places)


def _told(scope: Scope, prefix: str) -> list[str]:
    """The fields of a Cell from `cell`, `span` and `open`."""
    at = {name: _column(*place) for name, place in scope.slots.items()}
    fields = {name: at.get(name, "0") for name in ("numerator", "denominator", "squares", "unknown")}
    if isinstance(scope.indicator, AverageStock | ActivityShare):
        end, first = days_between(DAY_ONE, "end_day"), days_between(DAY_ONE, "first_day")
        for name in ("numerator", "denominator"):
            if name in at:
                changes, days = at[name], at[f"{name}_days"]
                fields[name] = f"({changes} * {end} - {days} - COALESCE({changes}_before * {first} - {days}_before, 0))"
    if isinstance(scope.indicator, AverageStock):
        fields["denominator"] = days_between("first_day", "end_day")
    fields |= {"undecided": "0", "decided_by": NO_DAY}
    if has_curves(scope.indicator):
        key = scope.indicator.key
        fields |= {"undecided": f"COALESCE(waiting_{key}, 0)", "decided_by": f"decided_{key}"}
    types = {"decided_by": "DATE"}
    return [
        f"CAST(COALESCE({each}, 0) AS BIGINT) AS {prefix}{name}" if name not in types else f"{each} AS {prefix}{name}"
        for name, each in fields.items()
    ]


def _in_span(columns: Sequence[str], within: str) -> str:
    """`cell`, of what happened within each span."""
    if "=" in within:
        return f"cell AS (SELECT place, nth, g, {', '.join(columns)} FROM climbed JOIN span ON {within})"
    sums = ", ".join(f"SUM({column}) AS {column}" for column in columns)
    return f"cell AS (SELECT place, nth, g, {sums} FROM climbed JOIN span ON {within} GROUP BY place, nth, g)"


def _over_days(columns: Sequence[str]) -> str:
    """`cell`, of the changes so far on the last day of each span, and before its first."""
    upto = "OVER (PARTITION BY place, g ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    so_far = ", ".join(f"CAST(SUM({column}) {upto} AS BIGINT) AS {column}" for column in columns)
    last = ", ".join(f"r.{column}" for column in columns)
    before = ", ".join(f"r.{column} AS {column}_before" for column in columns)
    joined = "ASOF LEFT JOIN running AS r ON r.place = c.place AND r.g = c.g AND r.month <= c"
    return f"""running AS MATERIALIZED (SELECT place, g, month, {so_far} FROM climbed),
        asked AS (
            SELECT place, g, nth, last_on, first_on - 1 AS before_on
            FROM (SELECT DISTINCT place, g FROM running) CROSS JOIN span),
        until_last AS (SELECT c.*, {last} FROM asked AS c {joined}.last_on),
        cell AS (SELECT c.*, {before} FROM until_last AS c {joined}.before_on)"""


def _waiting(scope: Scope, keys: Sequence[str]) -> str:
    """`open`: of each indicator the courses that are undecided, and by when the last will be."""
    if not keys:
        return "open AS (SELECT 1)"
    only = f"{among('indicator', tuple(keys))} AND {scope.kept}"
    columns = ", ".join(
        f"SUM(courses) FILTER (indicator = {literal(key)}) AS waiting_{key}, "
        f"MAX(decided_by) FILTER (indicator = {literal(key)}) AS decided_{key}"
        for key in keys
    )
    return f"""undecided AS (
            SELECT indicator, n, month, g, decided_by, courses
            FROM lake.measurements.undecided AS u JOIN leaf USING (unit_id)
            JOIN grouped ON grouped."group" = {scope.group_of("u")} WHERE {only}),
        by_day AS (
            SELECT indicator, place, month, g, decided_by, SUM(courses) AS courses
            FROM undecided JOIN above USING (n) GROUP BY ALL HAVING SUM(courses) > 0),
        open AS (SELECT place, nth, g, {columns} FROM by_day JOIN span ON {scope.within} GROUP BY place, nth, g)"""


def cells(connection: duckdb.DuckDBPyConnection, scopes: Sequence[Scope]) -> dict[str, dict[CellKey, Cell]]:
    """Those with any component, by indicator. The scopes differ in the indicator alone; what is kept alike is read at
    once, for to plan and to begin a query takes longer than to add up.
    """
    alike: dict[object, list[Scope]] = {}
    for scope in scopes:
        days = scope.observed if isinstance(scope.indicator, OVER_DAYS) else None
        alike.setdefault((scope.kept, days), []).append(scope)
    found: dict[str, dict[CellKey, Cell]] = {scope.indicator.key: {} for scope in scopes}
    width = len(fields(Cell))
    for those in alike.values():
        rows = connection.execute(cell_rows(*those), those[0].values()).fetchall()
        for at, scope in enumerate(those):
            of, first = found[scope.indicator.key], 3 + at * width
            for row in rows:
                sums = row[first : first + width]
                if any(sums):
                    of[row[:3]] = Cell(*sums)
    return found


def groups(connection: duckdb.DuckDBPyConnection, slots: Mapping[str, tuple[int, int]], by: str) -> list[str]:
    """The groups in which an indicator, kept in these slots, was measured anywhere."""
    if not slots:
        return []
    rows = connection.execute(
        f'SELECT DISTINCT "group" FROM lake.measurements.sums WHERE group_by = ? AND ({_held(slots.values())})', [by]
    ).fetchall()
    return [row[0] for row in rows]


def in_order(groups: Iterable[str], by: str, model: Model) -> list[str]:
    """In the model's order, then those it does not name."""
    named = list(model.target_groups if by == "target_group" else ())
    if by in model.groups:
        named = list(model.groups[by].values)
    place = {group: number for number, group in enumerate(named)}
    return sorted(groups, key=lambda group: (place.get(group, len(place)), group))
