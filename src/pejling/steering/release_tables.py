"""The tables of a release: a number for each place and value of a quantity, and which numbers add up to which."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from pejling.indicators.definition import (
    ActivityShare,
    Amount,
    AverageStock,
    Indicator,
    Observed,
    Ratio,
    ScoreChange,
    Stock,
)  # fmt: skip
from pejling.indicators.hierarchy import Unit
from pejling.indicators.periods import Period
from pejling.steering.suppression import Bools, Floats, Ints, Table

NOT_EXACTLY = 0.5  # the demand of a number withheld earlier for the sake of others: where it can be met


@dataclass(frozen=True)
class Sheet:
    """An indicator's numbers by unit, period and group: arrays of three dimensions, nan where there is none.

    `by` is "" for the wholes, whose one group is "". `persons` is nan too where they are too many to be counted.
    `shown` are those that a reader sees: of a release that is not decided yet, all that are not withheld so far.
    """

    indicator: Indicator
    by: str
    units: tuple[str, ...]
    periods: tuple[str, ...]
    groups: tuple[str, ...]
    numerator: Floats
    denominator: Floats
    persons: Floats
    shown: Bools


@dataclass(frozen=True)
class Edition:
    """What a release knows: k, the hierarchy, the sheets, and the units that the courses of one or two people who work
    there make up.
    """

    threshold: int
    units: Mapping[str, Unit]
    sheets: tuple[Sheet, ...]
    of_few: frozenset[str] = frozenset()

    @cached_property
    def empty(self) -> frozenset[str]:
        """The units at which no indicator ever found anybody, as those that others' figures are not credited to."""
        found: set[str] = set()
        for sheet in self.sheets:
            if not isinstance(sheet.indicator, Amount | Ratio):
                days = isinstance(sheet.indicator, AverageStock)  # its denominator is the days of the period
                numbers = [sheet.numerator] if days else [sheet.numerator, sheet.denominator]
                some = np.any([np.nan_to_num(each) != 0 for each in numbers], axis=(0, 2, 3))
                found |= {unit for unit, any_ in zip(sheet.units, some, strict=True) if any_}
        return frozenset(unit for sheet in self.sheets for unit in sheet.units) - found


def few(sheet: Sheet, k: int, of_few: Collection[str] = (), empty: Collection[str] = ()) -> tuple[Bools, Bools]:
    """Of each figure, are the persons too few, or those who work there; are the counted, or those who are not?

    At the units that are `empty` there is nobody to be hidden.
    """
    none = np.zeros(sheet.numerator.shape, dtype=bool)
    indicator, counted, whole = sheet.indicator, sheet.numerator, sheet.denominator
    persons = sheet.persons < k
    persons[[unit in empty for unit in sheet.units]] = False
    persons[[unit in of_few for unit in sheet.units]] = True
    if isinstance(indicator, Amount | Ratio):  # money is nobody's; of a ratio its two parts say
        return none, none
    if isinstance(indicator, AverageStock) or signed(indicator):
        return persons, none  # days and points are no people
    if isinstance(indicator, Observed) and indicator.unit not in ("share", "courses", "persons"):
        return persons, none
    return persons, ((counted > 0) & (counted < k)) | ((whole - counted > 0) & (whole - counted < k))


@dataclass(frozen=True)
class Layer:
    """A quantity in an edition, as one indicator shows it, in a sheet for each of its breakdowns.

    `where` tells it from the same quantity of others. `part`: it is counted among the denominator.
    """

    edition: int
    where: str
    sheets: tuple[Sheet, ...]
    name: Literal["numerator", "denominator"]
    part: bool

    def values(self, sheet: Sheet) -> Floats:
        return sheet.numerator if self.name == "numerator" else sheet.denominator


class Cells:
    """The numbers of a quantity: one for each place and value, whichever layers show it."""

    def __init__(self, layers: Sequence[Layer], editions: Sequence[Edition]) -> None:
        self.editions, self.newest = editions, len(editions) - 1
        each = [(layer, sheet) for layer in layers for sheet in layer.sheets]
        self.wheres = _numbered(layer.where for layer in layers)
        self.units = _numbered(unit for _, sheet in each for unit in sheet.units)
        self.periods = _numbered(period for _, sheet in each for period in sheet.periods)
        self.groups = _numbered((sheet.by, group) for _, sheet in each for group in sheet.groups)
        spread = max((_spread(sheet) for layer, sheet in each if layer.name == "numerator"), default=0.0)
        entries = [self._entries(layer, sheet, spread) for layer, sheet in each]
        columns = {name: np.concatenate([entry[name].ravel() for entry in entries]) for name in entries[0]}
        there = ~np.isnan(columns["value"])
        keys = np.stack([columns["place"][there], np.round(columns["value"][there] * 1000)], axis=1).astype(np.int64)
        self.keys, inverse = np.unique(keys, axis=0, return_inverse=True)
        numbers = np.full(len(there), -1, dtype=np.int64)
        numbers[there] = inverse.ravel()
        self.numbers, self.columns, self.there = numbers[there], columns, there
        ends = np.cumsum([entry["value"].size for entry in entries])
        parts = np.split(numbers, ends[:-1])
        self.placed = [
            (layer, sheet, part.reshape(sheet.numerator.shape))
            for (layer, sheet), part in zip(each, parts, strict=True)
        ]

    def _entries(self, layer: Layer, sheet: Sheet, spread: float) -> dict[str, NDArray[Any]]:
        edition = self.editions[layer.edition]
        value = layer.values(sheet)
        shape, k = value.shape, edition.threshold
        stock = isinstance(sheet.indicator, Stock)
        periods = [self.periods[_last_month(each, self.periods) if stock else each] for each in sheet.periods]
        place = (
            self.wheres[layer.where] * len(self.units)
            + np.array([self.units[unit] for unit in sheet.units])[:, None, None]
        )
        place = place * len(self.periods) + np.array(periods)[None, :, None]
        place = place * len(self.groups) + np.array([self.groups[sheet.by, group] for group in sheet.groups])
        each = np.array([_days(sheet.indicator, period) for period in sheet.periods])[None, :, None] + np.zeros(shape)
        persons, counted = few(sheet, k, edition.of_few, edition.empty)
        down, up, demand = np.maximum(value, 0), np.full(shape, np.inf), k * each
        must = persons.copy()
        if layer.part:
            whole = np.where(np.isnan(sheet.denominator), np.inf, sheet.denominator)
            must |= counted
            up, demand = np.maximum(whole - value, 0), np.minimum(demand, whole)
            if signed(sheet.indicator):
                down, up, demand = value + spread * whole, spread * whole - value, demand * 2 * spread
        old = layer.edition < self.newest
        months = np.array([Period.parse(period).months for period in sheet.periods])[None, :, None]
        weight = months * (1 + np.log1p(np.abs(value))) * (sheet.shown & (not old))
        closed = [[_before(edition.units.get(unit), period) for period in sheet.periods] for unit in sheet.units]
        return {
            "value": value, "place": place + np.zeros(shape, dtype=np.int64), "down": down, "up": up,
            "demand": np.where(must, demand, np.where(old & ~sheet.shown, NOT_EXACTLY, 0)), "must": must,
            "known": old & sheet.shown, "weight": weight,
            "nobody": np.array(closed)[:, :, None] & (value == 0) & (not layer.part),
        }  # fmt: skip

    def _over(self, name: str, how: np.ufunc, start: float) -> NDArray[Any]:
        found = np.full(len(self.keys), start)
        how.at(found, self.numbers, self.columns[name][self.there])
        return found

    def table(self) -> Table:
        known = self._over("known", np.maximum, 0) > 0
        cost = self._over("weight", np.add, 0)
        hidden = ~known & ((self._over("must", np.maximum, 0) > 0) | (cost == 0))
        nobody = self._nobody()
        up = np.where(nobody, 0, self._over("up", np.minimum, np.inf))
        demand = np.where(nobody | ~hidden, 0, self._over("demand", np.maximum, 0))
        return Table(
            down=self._over("down", np.minimum, np.inf), up=up, hidden=hidden, demand=demand,
            cost=np.where(known, np.inf, cost), terms=self._terms(), blocks=self._blocks(),
        )  # fmt: skip

    def given_away(self) -> int:
        """How many numbers are to be withheld by now, and were shown before: nothing can call that back."""
        must, known = (self._over(name, np.maximum, 0) > 0 for name in ("must", "known"))
        asked = self._over("demand", np.maximum, 0) > NOT_EXACTLY
        return int((must & known & asked & ~self._nobody()).sum())

    def _nobody(self) -> Bools:
        """Of whom it is known to all that there are none."""
        nobody = self._over("nobody", np.maximum, 0) > 0
        return nobody if any(layer.part for layer, _, _ in self.placed) else nobody | self._never()

    def _never(self) -> Bools:
        """Of a whole: a group that a unit never has, in any period. Who knows the unit knows that, too."""
        series = self.keys[:, 0] // (len(self.groups) * len(self.periods)) * len(self.groups)
        series += self.keys[:, 0] % len(self.groups)
        _, which = np.unique(series, return_inverse=True)
        most = np.zeros(which.max(initial=-1) + 1)
        np.maximum.at(most, which, np.abs(self.keys[:, 1]))
        return cast(Bools, most[which] == 0)

    def _blocks(self) -> tuple[Ints, Ints]:
        """Neighbours: the months of a quarter at the units below one; the months and quarters of a year."""
        place = self.keys[:, 0] // len(self.groups)
        units, parsed = self.editions[-1].units, [Period.parse(period) for period in self.periods]
        above = [units[unit].parent_id if unit in units else None for unit in self.units]
        parents = _numbered(above)
        parent = np.array([parents[each] for each in above])
        first = [each.first_on for each in parsed]
        quarter = np.array([day.year * 4 + (day.month - 1) // 3 for day in first])
        quarter[[each.months > 1 for each in parsed]] = -1
        year = np.array([day.year for day in first])
        year[[each.months > 3 for each in parsed]] = -1
        at, unit = place % len(parsed), place // len(parsed) % len(self.units)
        return np.where(quarter[at] < 0, -1, quarter[at] * len(parents) + parent[unit]), year[at]

    def _terms(self) -> tuple[Ints, Ints, Floats]:
        found: dict[int, list[Ints]] = {}
        for _, one in groupby(self.placed, key=lambda each: id(each[0])):
            placed = list(one)
            wholes = next(((sheet, numbers) for _, sheet, numbers in placed if not sheet.by), None)
            for layer, sheet, numbers in placed:
                for rows in self._equations(layer.edition, sheet, numbers, wholes):
                    if isinstance(sheet.indicator, Observed):
                        rows = rows[self._adds_up(rows)]
                    found.setdefault(rows.shape[1], []).append(rows)
        for rows in self._links():
            found.setdefault(rows.shape[1], []).append(rows)
        return equations([np.concatenate(rows) for rows in found.values()])

    def _adds_up(self, rows: Ints) -> Bools:
        """Of figures delivered from elsewhere: they may be totals of each other, or not."""
        values = np.where(rows >= 0, self.keys[rows, 1], 0)
        return cast(Bools, values[:, 0] == values[:, 1:].sum(axis=1))

    def _equations(self, edition: int, sheet: Sheet, placed: Ints, wholes: tuple[Sheet, Ints] | None) -> Iterator[Ints]:
        """Rows of a total and its parts."""
        units = self.editions[edition].units
        at = {unit: n for n, unit in enumerate(sheet.units)}
        below: dict[str, list[int]] = {}
        for unit in sheet.units:
            above = units[unit].parent_id
            if above in at:
                below.setdefault(above, []).append(at[unit])
        for unit, parts in below.items():
            yield np.stack([placed[at[unit]], *placed[parts]]).reshape(len(parts) + 1, -1).T
        if not isinstance(sheet.indicator, Stock):
            month = {period: n for n, period in enumerate(sheet.periods)}
            for period, number in month.items():
                inside = [month[each] for each in _inside(period) if each in month]
                if inside:
                    yield placed[:, [number, *inside]].transpose(0, 2, 1).reshape(-1, len(inside) + 1)
        if sheet.by and wholes:
            of, whole = wholes
            both = [period for period in sheet.periods if period in of.periods]
            mine, its = ([one.periods.index(period) for period in both] for one in (sheet, of))
            yield np.concatenate([whole[:, its], placed[:, mine]], axis=2).reshape(-1, placed.shape[2] + 1)

    def _links(self) -> Iterator[Ints]:
        """Where an indicator asks for some groups that another is broken down by: its whole is theirs together."""
        for layer, sheet, placed in self.placed:
            for other, broken, groups in self.placed:
                if sheet.by or layer.edition != other.edition or layer.where == other.where or not broken.by:
                    continue
                narrow, wide = json.loads(layer.where), json.loads(other.where)
                chosen = narrow.pop(broken.by, None)
                if not chosen or wide.pop(broken.by, None) or narrow != wide:
                    continue
                units = [unit for unit in sheet.units if unit in broken.units]
                periods = [period for period in sheet.periods if period in broken.periods]
                at = [np.ix_(*indexed) for indexed in (_index(sheet, units, periods), _index(broken, units, periods))]
                some = [number for number, group in enumerate(broken.groups) if group in chosen]
                rows = np.concatenate([placed[at[0]], groups[at[1]][:, :, some]], axis=2)
                yield rows.reshape(-1, len(some) + 1)


def together(whole: Cells, *parts: Cells) -> tuple[Table, list[int]]:
    """One table of a quantity and of those that are counted among it, and where the numbers of each begin in it.

    A third number stands for those who are not counted: with the counted they are the whole. Of the parts nothing more
    is asked than that they leave the whole its range.
    """
    tables = [each.table() for each in (whole, *parts)]
    first = [0, *np.cumsum([len(table.down) for table in tables]).tolist()]
    if not parts:
        return tables[0], first[:-1]
    at = {(layer.edition, sheet.indicator.key, sheet.by): numbers for layer, sheet, numbers in whole.placed}
    pairs = []
    for start, cells in zip(first[1:-1], parts, strict=True):
        for layer, sheet, numbers in cells.placed:
            wholes = at.get((layer.edition, sheet.indicator.key, sheet.by))
            if layer.part and wholes is not None and not signed(sheet.indicator):
                there = (numbers >= 0) & (wholes >= 0)
                pairs.append(np.stack([wholes[there], numbers[there] + start], axis=1))
    both = np.unique(np.concatenate(pairs), axis=0)
    rest = tables[0].down[both[:, 0]] - np.concatenate([table.down for table in tables])[both[:, 1]]
    size, more = first[-1], len(both)
    rows = np.concatenate([both, np.arange(size, size + more)[:, None]], axis=1)
    terms = [
        (table.terms[0], table.terms[1] + start, table.terms[2]) for table, start in zip(tables, first, strict=False)
    ]
    numbers_of = [*terms, equations([rows])]
    shift = np.cumsum([0, *(each[0].max(initial=-1) + 1 for each in numbers_of[:-1])])
    zeros, ones = np.zeros(more), np.ones(more, dtype=bool)
    return Table(
        down=np.concatenate([*(table.down for table in tables), np.maximum(rest, 0)]),
        up=np.concatenate([tables[0].up, np.full(first[-1] - first[1] + more, np.inf)]),
        hidden=np.concatenate([*(table.hidden for table in tables), ones]),
        demand=np.concatenate([tables[0].demand, np.zeros(first[-1] - first[1]), zeros]),
        cost=np.concatenate([*(table.cost for table in tables), zeros]),
        terms=(
            np.concatenate([each[0] + by for each, by in zip(numbers_of, shift, strict=True)]),
            np.concatenate([each[1] for each in numbers_of]),
            np.concatenate([each[2] for each in numbers_of]),
        ),
        blocks=tuple(
            np.concatenate([*(table.blocks[n] for table in tables), tables[0].blocks[n][both[:, 0]]]) for n in range(2)
        ),
    ), first[:-1]


def equations(kinds: Sequence[Ints]) -> tuple[Ints, Ints, Floats]:
    """Terms of the rows of each kind, a total and its parts; -1 for a part that is not there."""
    index, numbers, factors, first = [], [], [], 0
    for rows in kinds:
        rows = rows[(rows[:, 0] >= 0) & (rows[:, 1:] >= 0).any(axis=1)]
        rows = np.unique(np.concatenate([rows[:, :1], np.sort(rows[:, 1:], axis=1)], axis=1), axis=0)
        there = rows >= 0
        index.append((np.arange(first, first + len(rows))[:, None] + np.zeros(rows.shape, dtype=np.int64))[there])
        factors.append(np.where(np.arange(rows.shape[1]) == 0, -1.0, np.ones(rows.shape))[there])
        numbers.append(rows[there])
        first += len(rows)
    if not kinds:
        return np.array([], dtype=np.int64), np.array([], dtype=np.int64), np.array([])
    return np.concatenate(index), np.concatenate(numbers), np.concatenate(factors)


def signed(indicator: Indicator) -> bool:
    """Is its numerator a sum of changes, which may be below 0?"""
    return isinstance(indicator, ScoreChange) and indicator.improved_by is None


def _index(sheet: Sheet, units: Sequence[str], periods: Sequence[str]) -> tuple[list[int], list[int], list[int]]:
    at = [sheet.units.index(unit) for unit in units], [sheet.periods.index(period) for period in periods]
    return *at, list(range(len(sheet.groups)))


def _numbered(each: Iterable[Any]) -> dict[Any, int]:
    return {one: number for number, one in enumerate(dict.fromkeys(each))}


def _inside(period: str) -> list[str]:
    """A year's quarters, a quarter's months."""
    parsed = Period.parse(period)
    if parsed.months == 12:
        return [f"{period}-Q{n}" for n in range(1, 5)]
    if parsed.months == 3:
        return [f"{parsed.first_on.year}-{parsed.first_on.month + n:02}" for n in range(3)]
    return []


def _last_month(period: str, known: Mapping[str, int]) -> str:
    last = Period.parse(period).last_on
    month = f"{last.year}-{last.month:02}"
    return month if month in known else period


def _days(indicator: Indicator, period: str) -> int:
    """What one person counts for in a period: its days, where days are counted."""
    parsed = Period.parse(period)
    return (parsed.end_on - parsed.first_on).days if isinstance(indicator, AverageStock | ActivityShare) else 1


def _before(unit: Unit | None, period: str) -> bool:
    """Was the unit not there yet?"""
    return unit is not None and Period.parse(period).end_on <= unit.valid_from


def _spread(sheet: Sheet) -> float:
    """The largest mean change of any figure, either way."""
    if not isinstance(sheet.indicator, ScoreChange):
        return 0.0
    there = sheet.denominator > 0
    return float(np.max(np.abs(sheet.numerator[there]) / sheet.denominator[there], initial=0.0))
