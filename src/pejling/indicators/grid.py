"""Kept rows as arrays, and their sums for the units at or below each unit and the months of each period.

A row stands at a `leaf` (the unit of its records), a `group` and a `turn`, by number. Turns are where the periods asked
for divide the months: what happened in a period is then the difference of two running sums, and what is so on its last
day one of them. Everything is a whole number, and exact.

Import this module where figures are read, not before: numpy takes longer to load than a small command.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any

import duckdb
import numpy as np

from pejling.indicators.cells import CellKey, Scope, Slot, held
from pejling.indicators.components import KINDS, TABLES, keeps_undecided
from pejling.indicators.definition import OVER_DAYS, AverageStock
from pejling.indicators.items import Observed
from pejling.indicators.relations import days_between, literal
from pejling.indicators.survival import CELL, Numbers, told

Names = Mapping[str, Sequence[str]]
DAY_ONE = date(1970, 1, 1)
STAGES = 2
SUMS, UNDECIDED, DURATIONS = (f"lake.measurements.{table}" for table in TABLES)
NEVER = "DATE '0001-01-01'"  # earlier than any day
BEFORE = f"{days_between('month', literal(date.max))} AS before"
FEW = 50_000  # cells of leaves
AHEAD = "64MB"  # of rows, worked out before they are fetched: with less, the core that fetches works alone


@dataclass(frozen=True)
class Grid:
    """The cells of a scope: `places` (units), `groups` and `spans` (periods), each by number from 0."""

    scope: Scope
    groups: Sequence[str]

    @property
    def number(self) -> Callable[[str], int]:
        return self.scope.measured.number

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
    def levels(self) -> list[Numbers]:
        """Level by level of the hierarchy, the place there that each leaf is at or below; len(places) for none."""
        place, leaf = ({name: n for n, name in enumerate(names)} for names in (self.places, self.leaves))
        depths = {name: len(list(self.scope.upwards(name))) for name in self.places}
        levels: dict[int, Numbers] = {}
        for above, below in self.scope.descent:
            if (depth := depths[above]) not in levels:
                levels[depth] = np.full(len(leaf), len(place))
            levels[depth][leaf[below]] = place[above]
        return list(levels.values())

    @property
    def few(self) -> bool:
        """Whether few rows are read: then to begin a query, and to load Arrow, takes longer than to read them."""
        return len(self.leaves) * len(self.groups) * len(self.turns) < FEW

    @cached_property
    def turns(self) -> Numbers:
        """The days on which a span begins, or has ended, as numbers: in order, none twice."""
        return np.unique([_number(day) for span in self.scope.spans for day in (span.first_on, span.end_on)])

    @cached_property
    def bounds(self) -> tuple[Numbers, Numbers]:
        """Of each span the last turn that lies before it, and its own last."""
        spans = self.scope.spans
        first, end = ([_number(getattr(span, day)) for span in spans] for day in ("first_on", "end_on"))
        return np.searchsorted(self.turns, first), np.searchsorted(self.turns, end)

    def days(self, observed: Observed) -> Numbers:
        """The number of the day on which each turn lies, or of the nearest covered; 0 after the last turn."""
        first, end = _number(observed.from_on), _number(observed.through + timedelta(days=1))
        return np.append(np.clip(self.turns, first, end), 0)

    def by_end(self, so_far: Numbers) -> Numbers:
        """Of each span what has come by its end, where the last dimension is by turn."""
        return so_far[..., _slice(self.bounds[1])]

    def within(self, so_far: Numbers) -> Numbers:
        """Of each span what came in it."""
        first, end = map(_slice, self.bounds)
        return so_far[..., end] - so_far[..., first]

    def latest(self, found: Numbers) -> Numbers:
        """Of each span the greatest that was found in it."""
        first, end = self.bounds
        if np.all(end == first + 1):
            return self.by_end(found)
        return np.stack([found[..., low + 1 : high + 1].max(axis=2) for low, high in zip(first, end, strict=True)], 2)

    def rows(
        self, connection: duckdb.DuckDBPyConnection, table: str, only: str, columns: str, *, before: str = "FALSE"
    ) -> dict[str, Numbers]:
        """The kept rows that the cells are made of: leaf, group, turn and the columns; where `before` holds of a row,
        also those from before the first span.
        """
        first, end = min(span.first_on for span in self.scope.spans), max(span.end_on for span in self.scope.spans)
        months = f"month < {literal(end)} AND (month >= {literal(first)} OR {before})"
        group, groups = ('"group"', self.groups) if self.scope.by else (f"{self.number('')}", [""])
        every = len(self.leaves) == sum(map(len, self.scope.measured.credited.values()))
        here = "TRUE" if every else "LIST_CONTAINS($leaves, unit_id)"
        connection.execute(f"SET streaming_buffer_size = '{AHEAD}'")
        found = connection.execute(
            f"""SELECT unit_id AS leaf, {group} AS "group", CAST(month - {literal(DAY_ONE)} AS INTEGER) AS turn,
                {columns}
            FROM {table} WHERE ({only}) AND {self.scope.kept} AND {months} AND {here}""",
            {} if every else {"leaves": list(map(self.number, self.leaves))},
        )
        rows: dict[str, Numbers]
        if self.few:
            rows = found.fetchnumpy()
        else:  # in half the time
            arrow = found.to_arrow_table()
            rows = {name: arrow.column(name).to_numpy() for name in arrow.column_names}
        for name, names in (("leaf", self.leaves), ("group", groups)):
            rows[name] = self._position(names)[rows[name]]
        if np.any(other := np.minimum(rows["leaf"], rows["group"]) < 0):
            rows = {name: column[~other] for name, column in rows.items()}
        days = rows["turn"]
        earliest, latest = (days.min(), days.max()) if days.size else (0, 0)
        turn_of = np.searchsorted(self.turns, np.arange(earliest, latest + 1), "right")  # few days, for many rows
        return rows | {"turn": turn_of.astype(np.int32)[days - earliest]}

    def _position(self, names: Sequence[str]) -> Numbers:
        """By the number of any name, where it is in these; -1 for nowhere. Sooner looked up so than joined."""
        position = np.full(len(self.scope.measured.numbers) + 1, -1, np.int32)  # the last is for one without a number
        for n, name in enumerate(names):
            position[self.number(name)] = n
        return position

    def added(self, rows: Mapping[str, Numbers], *counts: Numbers | int, combine: np.ufunc = np.add) -> list[Numbers]:
        """By place, group and turn: what each of the counts comes to over the rows at or below."""
        shape = len(self.places) + 1, len(self.groups), len(self.turns) + 1
        found = [np.zeros(shape, np.int64) for _ in counts]
        within = rows["group"] * np.int64(shape[2]) + rows["turn"]  # a third of what ravel_multi_index takes
        for level in self.levels:
            at = (level * math.prod(shape[1:]))[rows["leaf"]] + within
            for sums, values in zip(found, counts, strict=True):
                combine.at(sums.reshape(-1), at, values)
        return [sums[:-1] for sums in found]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the cells with durations: unit, period, group and stage."""
        return len(self.places), len(self.scope.spans), len(self.groups), STAGES

    def duration_rows(self, connection: duckdb.DuckDBPyConnection, *more: str) -> dict[str, Numbers]:
        """The kept rows of durations, with further columns where they are asked for."""
        only = f"indicator = {self.number(self.scope.indicator.key)}"
        return self.rows(connection, DURATIONS, only, ", ".join(("stage, days, event, courses", *more)))

    def first_months(self, rows: Mapping[str, Numbers]) -> Numbers:
        """By unit, group and span the first day, by number, of the first month with a course; the largest number there
        is where there is none. Of duration rows with BEFORE.
        """
        columns = ("leaf", "group", "turn", "before", "courses")
        theirs = rows["stage"] == rows["stage"].min(initial=2)  # a later stage has only some of the courses
        left = _left({name: rows[name][theirs] for name in columns})
        (before,) = self.added(left, left["before"], combine=np.maximum)
        latest = self.latest(before)
        return np.where(latest > 0, _number(date.max) - latest, np.iinfo(np.int64).max)

    def durations(self, rows: Mapping[str, Numbers]) -> Iterator[Numbers]:
        """What is told of each course (see `survival`), in order, a level of the hierarchy at a time.

        A cell's number is that of its unit, period, group and stage in an array of `shape`.
        """
        kind_of = np.zeros(len(self.scope.measured.numbers) + 1, np.int32)
        for kind, events in enumerate(KINDS):
            kind_of[list(map(self.number, events))] = kind
        row, span = self._spans(rows["turn"])
        if np.any(rows["courses"] != 1):
            so_many = np.abs(rows["courses"][row])
            row, span = np.repeat(row, so_many), np.repeat(span, so_many)
        cell = (span * len(self.groups) + rows["group"][row]) * STAGES + rows["stage"][row] - 1
        known = told(cell, rows["days"][row], kind_of[rows["event"][row]], rows["courses"][row] < 0)
        bits = len(self.leaves).bit_length()
        with_leaf = np.sort((known << bits) + rows["leaf"][row])  # sooner than to order the one by the other
        known, leaf = with_leaf >> bits, with_leaf & ((1 << bits) - 1)
        for level in self.levels:
            place = level.astype(np.min_scalar_type(len(self.places)))[leaf]  # small numbers are sorted faster
            order = np.argsort(place, kind="stable")[: np.count_nonzero(place < len(self.places))]  # none come last
            first = place[order].astype(np.int64) * math.prod(self.shape[1:])
            yield known[order] + (first << CELL)

    def _spans(self, turn: Numbers) -> tuple[Numbers, Numbers]:
        """Each row, by its turn, with each span that it is in: the row's number, and the span's."""
        if np.all(self.bounds[1][:-1] <= self.bounds[0][1:]):  # each is in one at most, as of months: no sorting
            of_turn = np.full(len(self.turns) + 1, -1)
            for n, (low, high) in enumerate(zip(*self.bounds, strict=True)):
                of_turn[low + 1 : high + 1] = n
            row = np.flatnonzero(of_turn[turn] >= 0)
            return row, of_turn[turn[row]]
        in_turn = np.argsort(turn, kind="stable")
        first, end = (np.searchsorted(turn[in_turn], bound, "right") for bound in self.bounds)
        within = [in_turn[low:high] for low, high in zip(first, end, strict=True)]
        return np.concatenate(within), np.repeat(np.arange(len(within)), [len(rows) for rows in within])


def grid_of(connection: duckdb.DuckDBPyConnection, *scopes: Scope) -> Grid:
    """Of scopes that differ in the indicator alone. Groups that only others on their sheets have do no harm."""
    sheets = sorted({sheet for scope in scopes for sheet, _ in scope.slots.values()})
    if not sheets or not scopes[0].by:
        return Grid(scopes[0], [""] if sheets else [])
    only = f"{scopes[0].kept} AND sheet IN ({', '.join(map(str, sheets))})"
    rows = connection.execute(f'SELECT DISTINCT "group" FROM {SUMS} WHERE {only}').fetchall()
    return Grid(scopes[0], [scopes[0].measured.names[group] for (group,) in rows])


def cell_columns(
    connection: duckdb.DuckDBPyConnection, *scopes: Scope, among_groups: Sequence[str] | None = None
) -> tuple[Names, dict[str, Numbers]]:
    """Of the cells that have any component: unit, period and group by number, and what is counted of them; the names.

    Several scopes, that differ in the indicator alone, are read at once: the columns of each have its key and _ before
    them. `among_groups` are the groups that there are, for one who knows.
    """
    kept: dict[int, set[int]] = {}
    standing = set()
    for scope in scopes:
        for sheet, slot in scope.slots.values():
            kept.setdefault(sheet, set()).add(slot)
            if isinstance(scope.indicator, OVER_DAYS):
                standing.add(sheet)
    grid = grid_of(connection, *scopes) if among_groups is None else Grid(scopes[0], among_groups)
    if not all(grid.names.values()):
        return grid.names, {}
    so_far: dict[Slot, Numbers] = {}
    some: Numbers = np.array(False)
    for sheet, rows in _sheets(connection, grid, kept, standing):
        own = sorted(kept[sheet])
        added = grid.added(rows, 1, *(rows[f"n{slot}"] for slot in own))
        seen, *found = (each.cumsum(axis=2, out=each) for each in added)
        so_far |= {(sheet, slot): each for slot, each in zip(own, found, strict=True)}
        there = grid.by_end(seen) if sheet in standing else grid.within(seen)
        some = some | (there > 0)
    place, group, span = np.nonzero(some)

    @cache  # what indicators share is counted once
    def in_span(slot: Slot) -> Numbers:
        return grid.within(so_far[slot])[some]

    @cache
    def on_last_day(slot: Slot) -> Numbers:
        return grid.by_end(so_far[slot])[some]

    @cache
    def days_in_span(slot: Slot, times_day: Slot, observed: Observed) -> Numbers:
        """Those before its end, less those before it: see `components`."""
        return grid.within(so_far[slot] * grid.days(observed) - so_far[times_day])[some]

    def counted(scope: Scope) -> Iterator[tuple[str, Numbers]]:
        over_days = isinstance(scope.indicator, OVER_DAYS)
        for name, slot in scope.slots.items():
            if not over_days:
                yield name, in_span(slot)
            elif not name.endswith("_days"):
                times_day = scope.slots.get(f"{name}_days")
                yield name, days_in_span(slot, times_day, scope.observed) if times_day else on_last_day(slot)
        if isinstance(scope.indicator, AverageStock):
            yield "denominator", grid.within(grid.days(scope.observed))[span]

    columns = {"unit": place, "group": group, "period": span}
    waiting = _waiting(connection, scopes, grid)
    for scope in scopes:
        prefix = f"{scope.indicator.key}_" if len(scopes) > 1 else ""
        later = {name: column[some] for name, column in waiting.get(scope.indicator.key, {}).items()}
        columns |= {f"{prefix}{name}": column for name, column in (dict(counted(scope)) | later).items()}
    return grid.names, columns


def _sheets(
    connection: duckdb.DuckDBPyConnection, grid: Grid, kept: Mapping[int, set[int]], standing: set[int]
) -> Iterator[tuple[int, dict[str, Numbers]]]:
    """Each sheet's rows, with the slots wanted of it; of those `standing`, what came before the first span too."""
    before = f"sheet IN ({', '.join(map(str, standing))})" if standing else "FALSE"
    for asked in [kept] if grid.few and kept else [{sheet: slots} for sheet, slots in kept.items()]:
        where = held((sheet, slot) for sheet, slots in asked.items() for slot in slots)
        counts = [f"COALESCE(n{slot}, 0) AS n{slot}" for slot in sorted(set().union(*asked.values()))]
        if len(asked) == 1:
            yield next(iter(asked)), grid.rows(connection, SUMS, where, ", ".join(counts), before=before)
            continue
        rows = grid.rows(connection, SUMS, where, ", ".join(["sheet", *counts]), before=before)
        on = rows.pop("sheet")
        if np.any(on[1:] < on[:-1]):  # what was measured at once lies in order
            order = np.argsort(on, kind="stable")
            on, rows = on[order], {name: column[order] for name, column in rows.items()}
        for sheet in asked:
            first, end = np.searchsorted(on, [sheet, sheet + 1])
            yield sheet, {name: column[first:end] for name, column in rows.items()}


def _waiting(connection: duckdb.DuckDBPyConnection, scopes: Sequence[Scope], grid: Grid) -> dict[str, dict[str, Any]]:
    """By indicator the courses that are undecided, and by when the last will be; masked where there are none."""
    keys = [each.indicator.key for each in scopes if keeps_undecided(each.indicator)]
    if not keys:
        return {}
    only = f"indicator IN ({', '.join(str(grid.number(key)) for key in keys)})"
    columns = f"indicator, {days_between(NEVER, 'decided_by')} AS day, courses"
    rows = _left(grid.rows(connection, UNDECIDED, only, columns))
    found = {}
    for key in keys:
        of_it = rows["indicator"] == grid.number(key)
        theirs = {name: column[of_it] for name, column in rows.items()}
        (courses,) = grid.added(theirs, theirs["courses"])
        (days,) = grid.added(theirs, theirs["day"], combine=np.maximum)
        last = grid.latest(days)
        none = last == 0
        last += _number(date.min)
        undecided = grid.within(courses.cumsum(axis=2, out=courses))
        found[key] = {"undecided": undecided, "decided_by": np.ma.array(last.view("datetime64[D]"), mask=none)}
    return found


def _left(rows: dict[str, Numbers]) -> dict[str, Numbers]:
    """The rows less those that were taken away again, which are others with fewer than none."""
    if np.all(rows["courses"] > 0):
        return rows
    alike = [column for name, column in rows.items() if name != "courses"]
    every = np.ravel_multi_index(alike, [column.max() + 1 for column in alike])
    _, first, which = np.unique(every, return_index=True, return_inverse=True)
    courses = np.bincount(which, rows["courses"]).astype(np.int64)
    some = courses > 0
    return {name: column[first[some]] for name, column in rows.items()} | {"courses": courses[some]}


def listed(names: Names, columns: Mapping[str, Numbers]) -> Iterator[tuple[CellKey, dict[str, Any]]]:
    """The rows of columns, each a cell's key and what else there is of it; None where it is masked."""
    if not columns:
        return
    keys = zip(*([names[each][n] for n in columns[each].tolist()] for each in names), strict=True)
    rest = {name: column.tolist() for name, column in columns.items() if name not in names}
    for key, row in zip(keys, zip(*rest.values(), strict=True), strict=True):
        yield key, dict(zip(rest, row, strict=True))


def _slice(numbers: Numbers) -> Numbers | slice:
    """The same numbers, which take no time where each is the next, as of months."""
    return slice(numbers[0], numbers[-1] + 1) if np.all(np.diff(numbers) == 1) else numbers


def _number(day: date) -> int:
    return (day - DAY_ONE).days
