"""Kept rows as arrays, and their sums for the units at or below each unit and the months of each period.

A row stands at a `leaf` (the unit of its records), a `group` and a `turn`, by number. Turns are where the periods asked
for divide the months: what happened in a period is then the difference of two running sums, and what is so on its last
day one of them. Everything is a whole number, and exact.

Import this module where figures are read, not before: numpy takes longer to load than a small command.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import duckdb
import numpy as np

from pejling.indicators.cells import CellKey, Scope, Slot, groups, held
from pejling.indicators.components import TABLES, has_curves
from pejling.indicators.definition import OVER_DAYS, AverageStock
from pejling.indicators.relations import among, days_between, literal
from pejling.indicators.survival import CELL, KINDS, Numbers, told

Names = Mapping[str, Sequence[str]]
DAY_ONE = date(1970, 1, 1)
SUMS, UNDECIDED, DURATIONS = (f"lake.measurements.{table}" for table in TABLES)
NEVER = "DATE '0001-01-01'"  # earlier than any day


@dataclass(frozen=True)
class Grid:
    """The cells of a scope: `places` (units), `groups` and `spans` (periods), each by number from 0."""

    scope: Scope
    groups: Sequence[str]

    @cached_property
    def places(self) -> list[str]:
        return list(dict.fromkeys(place for place, _ in self.scope.descent))

    @cached_property
    def leaves(self) -> list[str]:
        return list(dict.fromkeys(leaf for _, leaf in self.scope.descent))

    @property
    def names(self) -> Names:
        return {"unit": self.places, "period": [span.text for span in self.scope.spans], "group": self.groups}

    @cached_property
    def descent(self) -> tuple[Numbers, Numbers]:
        """A place and a leaf at or below it, in order of the places."""
        place, leaf = ({name: n for n, name in enumerate(names)} for names in (self.places, self.leaves))
        pairs = sorted((place[above], leaf[below]) for above, below in self.scope.descent)
        above, below = np.array(pairs, int).reshape(-1, 2).T
        return above, below

    @cached_property
    def turns(self) -> Numbers:
        """Each month in which a span begins, or that comes after one, as a number: in order, none twice."""
        return np.unique([_month(day) for span in self.scope.spans for day in (span.first_on, span.end_on)])

    @cached_property
    def bounds(self) -> tuple[Numbers, Numbers]:
        """Of each span the last turn that lies before it, and its own last."""
        spans = self.scope.spans
        first, end = ([_month(getattr(span, day)) for span in spans] for day in ("first_on", "end_on"))
        return np.searchsorted(self.turns, first), np.searchsorted(self.turns, end)

    def rows(
        self, connection: duckdb.DuckDBPyConnection, table: str, only: str, columns: str, *, before: bool = False
    ) -> dict[str, Numbers]:
        """The kept rows that the cells are made of: leaf, group, turn and the columns; `before` the first span too."""
        first, end = min(span.first_on for span in self.scope.spans), max(span.end_on for span in self.scope.spans)
        months = f"month < {literal(end)}" + ("" if before else f" AND month >= {literal(first)}")
        group = 'kept."group"' if self.scope.by else "''"
        rows: dict[str, Numbers] = connection.execute(
            f"""WITH leaf AS (SELECT unnest($leaves) AS unit_id, generate_subscripts($leaves, 1) - 1 AS leaf),
                named AS (SELECT unnest($groups) AS named, generate_subscripts($groups, 1) - 1 AS "group")
            SELECT leaf, named."group", 12 * YEAR(month) + MONTH(month) AS turn, {columns}
            FROM {table} AS kept JOIN leaf USING (unit_id) JOIN named ON named = {group}
            WHERE ({only}) AND {self.scope.kept} AND {months}""",
            {"leaves": self.leaves, "groups": list(self.groups)},
        ).fetchnumpy()
        return rows | {"turn": np.searchsorted(self.turns, rows["turn"], "right")}

    def added(self, rows: Mapping[str, Numbers], values: Numbers | int, combine: np.ufunc = np.add) -> Numbers:
        """By place, group and turn: the values of the rows, combined over the leaves below."""
        shape = len(self.leaves), len(self.groups), len(self.turns) + 1
        found = np.zeros(shape, np.int64)
        combine.at(found.reshape(-1), np.ravel_multi_index((rows["leaf"], rows["group"], rows["turn"]), shape), values)
        places, leaves = self.descent
        return combine.reduceat(found[leaves], np.searchsorted(places, np.arange(len(self.places))), axis=0)

    def durations(self, connection: duckdb.DuckDBPyConnection) -> tuple[Numbers, Numbers, tuple[int, ...]]:
        """What is told of how many courses (see `survival`), in order; and the shape of the cells.

        A cell's number is that of its unit, period, group and stage in an array of that shape.
        """
        kind = " ".join(f"WHEN {among('event', events)} THEN {n}" for n, events in enumerate(KINDS))
        rows = self.rows(
            connection, DURATIONS, f"indicator = {literal(self.scope.indicator.key)}",
            f"stage - 1 AS stage, days, CASE {kind} END AS kind, courses",
        )  # fmt: skip
        shape = len(self.places), len(self.scope.spans), len(self.groups), 2
        turns = [(turn + 1, n) for n, within in enumerate(map(range, *self.bounds)) for turn in within]
        row, span = _paired(rows["turn"], *np.array(turns, int).T)
        cell = np.ravel_multi_index((span, rows["group"][row], rows["stage"][row]), shape[1:])
        each, courses = told(cell, rows["days"][row], rows["kind"][row]), rows["courses"][row]
        places, leaves = self.descent
        row, place = _paired(rows["leaf"][row], leaves, places)
        each, courses = each[row] + (place * math.prod(shape[1:]) << CELL), courses[row]
        order = np.argsort(each)
        return each[order], courses[order], shape


def cell_columns(connection: duckdb.DuckDBPyConnection, *scopes: Scope) -> tuple[Names, dict[str, Numbers]]:
    """Of the cells that have any component: unit, period and group by number, and what is counted of them; the names.

    Several scopes, that differ in the indicator alone, are read at once: the columns of each have its key and _ before
    them.
    """
    slots = {(each.indicator.key, name): slot for each in scopes for name, slot in each.slots.items()}
    sheets = {(sheet, isinstance(each.indicator, OVER_DAYS)) for each in scopes for sheet, _ in each.slots.values()}
    grid = Grid(scopes[0], groups(connection, slots, scopes[0].by))
    if not all(grid.names.values()):
        return grid.names, {}
    first, end = grid.bounds
    so_far: dict[Slot, Numbers] = {}
    some: Any = False
    for sheet, over_days in sheets:
        own = sorted({slot for at, slot in slots.values() if at == sheet})
        counts = ", ".join(f"COALESCE(n{slot}, 0) AS n{slot}" for slot in own)
        rows = grid.rows(connection, SUMS, held((sheet, slot) for slot in own), counts, before=over_days)
        so_far |= {(sheet, slot): grid.added(rows, rows[f"n{slot}"]).cumsum(axis=2) for slot in own}
        seen = grid.added(rows, 1).cumsum(axis=2)
        some |= seen[..., end] > (0 if over_days else seen[..., first])
    at = np.nonzero(some)
    columns = dict(zip(("unit", "group", "period"), at, strict=True))
    for each in scopes:
        counted = (_over_days if isinstance(each.indicator, OVER_DAYS) else _in_spans)(each, grid, so_far)
        if has_curves(each.indicator):
            counted |= _waiting(connection, each, grid)
        prefix = f"{each.indicator.key}_" if len(scopes) > 1 else ""
        columns |= {f"{prefix}{name}": column[at] for name, column in counted.items()}
    return grid.names, columns


def _in_spans(scope: Scope, grid: Grid, so_far: Mapping[Slot, Numbers]) -> dict[str, Numbers]:
    first, end = grid.bounds
    return {name: so_far[place][..., end] - so_far[place][..., first] for name, place in scope.slots.items()}


def _over_days(scope: Scope, grid: Grid, so_far: Mapping[Slot, Numbers]) -> dict[str, Numbers]:
    """A stock on the last day of each span, or course-days in it, from the changes before its end and before it."""
    first, end = grid.bounds
    told = {}
    first_days = [max(span.first_on, scope.observed.from_on) for span in scope.spans]
    end_days = [min(span.end_on, scope.observed.through + timedelta(days=1)) for span in scope.spans]
    since, until = (np.array([(day - DAY_ONE).days for day in days]) for days in (first_days, end_days))
    for name in ("numerator", "denominator"):
        if name in scope.slots:
            changes = so_far[scope.slots[name]]
            told[name] = changes[..., end]
        if f"{name}_days" in scope.slots:
            days = so_far[scope.slots[f"{name}_days"]]
            told[name] = changes[..., end] * until - days[..., end] - changes[..., first] * since + days[..., first]
    if isinstance(scope.indicator, AverageStock):
        told["denominator"] = np.broadcast_to(until - since, told["numerator"].shape)
    return told


def _waiting(connection: duckdb.DuckDBPyConnection, scope: Scope, grid: Grid) -> dict[str, Numbers]:
    """The courses that are undecided, and by when the last will be; masked where there are none."""
    first, end = grid.bounds
    table = f"""(
        SELECT unit_id, month, group_by, "group", decided_by, SUM(courses) AS courses
        FROM {UNDECIDED} WHERE indicator = {literal(scope.indicator.key)}
        GROUP BY unit_id, month, group_by, "group", decided_by HAVING SUM(courses) > 0)"""
    day = f"{days_between(NEVER, 'decided_by')} AS day"
    rows = grid.rows(connection, table, "TRUE", f"CAST(courses AS BIGINT) AS courses, {day}")
    courses = grid.added(rows, rows["courses"]).cumsum(axis=2)
    days = grid.added(rows, rows["day"], np.maximum)
    last = np.stack([days[..., low + 1 : high + 1].max(axis=2) for low, high in zip(first, end, strict=True)], axis=2)
    return {
        "undecided": courses[..., end] - courses[..., first],
        "decided_by": np.ma.array(np.datetime64(date.min) + last, mask=last == 0),
    }


def listed(names: Names, columns: Mapping[str, Numbers]) -> Iterator[tuple[CellKey, dict[str, Any]]]:
    """The rows of columns, each a cell's key and what else there is of it; None where it is masked."""
    if not columns:
        return
    keys = zip(*([names[each][n] for n in columns[each].tolist()] for each in names), strict=True)
    rest = {name: column.tolist() for name, column in columns.items() if name not in names}
    for key, row in zip(keys, zip(*rest.values(), strict=True), strict=True):
        yield key, dict(zip(rest, row, strict=True))


def _paired(keys: Numbers, of: Numbers, partners: Numbers) -> tuple[Numbers, Numbers]:
    """Each key with each partner of it: the key's row, and the partner. `partners[n]` is one of the key `of[n]`."""
    order = np.argsort(of, kind="stable")
    number = np.bincount(of, minlength=keys.max(initial=-1) + 1)
    first = np.cumsum(number) - number
    times = number[keys]
    row = np.repeat(np.arange(len(keys)), times)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    return row, partners[order][first[keys[row]] + nth]


def _month(day: date) -> int:
    return 12 * day.year + day.month
