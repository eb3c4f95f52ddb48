"""A release: which figures are withheld from readers who may not see cases, so that none of them can be worked out.

A figure is withheld for itself where too few are behind it: fewer persons than k, or fewer than k counted or not counted
though not none. Others are withheld with it, so that it does not follow from them: totals, groups, periods, the units
above and below, other indicators that count the same courses, and what was released before. What is promised:

1. Of how many are in a withheld figure, no one can say more than that they lie in a range at least k wide.
2. Of how many of them are counted, no one can say more, not even who knew how many are in every figure, than that they
   lie in a range at least k wide; of fewer than k: than that it is anything from none to all.

Each quantity that adds up is one table for `suppression`: the courses that began, say, whichever indicators count them.
The same quantity in earlier releases is in the table too. A number that has not changed since is the same number, and
one that was shown is known for good. What a reader is taken to know is rather too much than too little: a unit's own
records beside those of the units below it, and which numbers did not change.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from pejling.indicators.definition import (
    ActivityShare,
    Amount,
    AverageStock,
    Exits,
    Indicator,
    Intake,
    LastingShare,
    Observed,
    Ratio,
    ScoreChange,
    StateAfter,
    Stock,
    Timely,
)  # fmt: skip
from pejling.indicators.hierarchy import Unit
from pejling.indicators.periods import Period
from pejling.steering.suppression import Bools, Floats, Ints, Table, protect

Kind = tuple[str, ...]  # what is counted; the same for all indicators that count the same
_DESCRIPTIVE = {"key", "name", "why", "kind", "direction", "unit", "owner", "review_by", "by", "age_bands", "where"}


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
    """What a release knows: k, the hierarchy, and the sheets."""

    threshold: int
    units: Mapping[str, Unit]
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class Withheld:
    """`shown` by indicator and breakdown. `exposed`: numbers that can be worked out from what was released before."""

    shown: Mapping[tuple[str, str], Bools]
    exposed: int


def few(sheet: Sheet, k: int) -> tuple[Bools, Bools]:
    """Of each figure, are the persons too few; are the counted, or those who are not?"""
    none = np.zeros(sheet.numerator.shape, dtype=bool)
    indicator, counted, whole = sheet.indicator, sheet.numerator, sheet.denominator
    persons = sheet.persons < k
    if isinstance(indicator, Amount | Ratio):  # money is nobody's; of a ratio its two parts say
        return none, none
    if isinstance(indicator, AverageStock) or (isinstance(indicator, ScoreChange) and indicator.improved_by is None):
        return persons, none  # days and points are no people
    if isinstance(indicator, Observed) and indicator.unit not in ("share", "courses", "persons"):
        return persons, none
    return persons, ((counted > 0) & (counted < k)) | ((whole - counted > 0) & (whole - counted < k))


def withhold(earlier: Sequence[Edition], new: Edition) -> Withheld:
    """Which figures of the new edition may be shown beside those shown before."""
    sheets = [
        replace(sheet, shown=sheet.shown & ~np.logical_or(*few(sheet, new.threshold))) for sheet in new.sheets
    ]
    editions, exposed = [*earlier, replace(new, sheets=tuple(sheets))], 0
    families = _families(editions)
    for kind in sorted(families, key=lambda kind: (any(layer.part for layer in families[kind]), kind)):
        exposed += _decide(families[kind], editions)  # wholes before their parts
    return Withheld({(sheet.indicator.key, sheet.by): sheet.shown for sheet in sheets}, exposed)


@dataclass(frozen=True)
class _Layer:
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


def _families(editions: Sequence[Edition]) -> dict[Kind, list[_Layer]]:
    """The layers of each quantity that adds up."""
    families: dict[Kind, list[_Layer]] = {}
    for number, edition in enumerate(editions):
        by_key: dict[str, list[Sheet]] = {}
        for sheet in edition.sheets:
            by_key.setdefault(sheet.indicator.key, []).append(sheet)
        indicators = {key: sheets[0].indicator for key, sheets in by_key.items()}
        for key, sheets in by_key.items():
            for name, kind, where, part in _quantities(indicators[key], indicators):
                families.setdefault(kind, []).append(_Layer(number, where, tuple(sheets), name, part))
    return families


def _quantities(
    indicator: Indicator, known: Mapping[str, Indicator]
) -> Iterator[tuple[Literal["numerator", "denominator"], Kind, str, bool]]:
    """What an indicator shows: its name there, what is counted, among whom, and whether it is a part of the other."""
    where = json.dumps(indicator.where.model_dump(mode="json"), sort_keys=True)
    said = json.dumps(indicator.model_dump(mode="json", by_alias=True, exclude=_DESCRIPTIVE), sort_keys=True)
    match indicator:
        case Amount():
            return
        case Ratio():
            for name, key in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
                if key in known:
                    for named, kind, among, _ in _quantities(known[key], known):
                        if named == "numerator":
                            yield cast(Literal["numerator", "denominator"], name), kind, among, False
        case Observed():
            yield "numerator", ("observed", indicator.key), where, True
            yield "denominator", ("observed whole", indicator.key), where, False
        case Intake():
            yield "numerator", ("begun",), where, False
        case Stock():
            yield "numerator", ("open on the last day",), where, False
        case AverageStock():
            yield "numerator", ("days open",), where, False
        case Exits():
            yield "numerator", ("ended", *indicator.exit_to), where, False
        case _:
            yield "numerator", ("counted", said), where, True
            yield "denominator", _whole(indicator, said), where, False


def _whole(indicator: Indicator, said: str) -> Kind:
    match indicator:
        case ActivityShare():
            return ("days open",) if indicator.credit == "unit" else ("days open", said)
        case Timely():
            return ("steps due", *indicator.contact_kinds)
        case LastingShare():
            return ("ended", *indicator.exit_to)
        case StateAfter():
            return ("ended",)
        case ScoreChange():
            return ("scored twice", indicator.instrument)
    return ("begun",)


def _decide(layers: Sequence[_Layer], editions: Sequence[Edition]) -> int:
    """Withhold in the newest edition what the quantity asks for. Gives how many numbers are exposed all the same."""
    cells = _Cells(layers, editions)
    pattern = protect(cells.table())
    for layer, sheet, numbers in cells.placed:
        if layer.edition == len(editions) - 1:
            sheet.shown[(numbers >= 0) & pattern.hidden[numbers]] = False
    return len(pattern.exposed)


class _Cells:
    """The numbers of a quantity: one for each place and value, whichever layers show it."""

    def __init__(self, layers: Sequence[_Layer], editions: Sequence[Edition]) -> None:
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

    def _entries(self, layer: _Layer, sheet: Sheet, spread: float) -> dict[str, NDArray[Any]]:
        edition = self.editions[layer.edition]
        value = layer.values(sheet)
        shape, k = value.shape, edition.threshold
        stock = isinstance(sheet.indicator, Stock)
        periods = [self.periods[_last_month(each, self.periods) if stock else each] for each in sheet.periods]
        place = self.wheres[layer.where] * len(self.units) + np.array([self.units[unit] for unit in sheet.units])[:, None, None]
        place = place * len(self.periods) + np.array(periods)[None, :, None]
        place = place * len(self.groups) + np.array([self.groups[sheet.by, group] for group in sheet.groups])
        each = np.array([_days(sheet.indicator, period) for period in sheet.periods])[None, :, None] + np.zeros(shape)
        persons, counted = few(sheet, k)
        down, up, demand = np.maximum(value, 0), np.full(shape, np.inf), k * each
        must = persons.copy()
        if layer.part:
            whole = np.where(np.isnan(sheet.denominator), np.inf, sheet.denominator)
            must |= counted
            up, demand = np.maximum(whole - value, 0), np.minimum(demand, whole)
            if isinstance(sheet.indicator, ScoreChange) and sheet.indicator.improved_by is None:
                down, up, demand = value + spread * whole, spread * whole - value, demand * 2 * spread
        old = layer.edition < self.newest
        months = np.array([Period.parse(period).months for period in sheet.periods])[None, :, None]
        weight = months * (1 + np.log1p(np.abs(value))) * (sheet.shown & (not old))
        closed = [[_before(edition.units.get(unit), period) for period in sheet.periods] for unit in sheet.units]
        return {
            "value": value, "place": place + np.zeros(shape, dtype=np.int64), "down": down, "up": up,
            "demand": np.where(must, demand, np.where(old & ~sheet.shown, each, 0)), "must": must,
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
        nobody = self._over("nobody", np.maximum, 0) > 0
        if not any(layer.part for layer, _, _ in self.placed):
            nobody |= self._never()
        up = np.where(nobody, 0, self._over("up", np.minimum, np.inf))
        demand = np.where(nobody | ~hidden, 0, self._over("demand", np.maximum, 0))
        return Table(
            down=self._over("down", np.minimum, np.inf), up=up, hidden=hidden, demand=demand,
            cost=np.where(known, np.inf, cost), terms=self._terms(), blocks=self._blocks(),
        )  # fmt: skip

    def _never(self) -> Bools:
        """Of a whole: a group that a unit never has, in any period. Who knows the unit knows that, too."""
        series = self.keys[:, 0] // (len(self.groups) * len(self.periods)) * len(self.groups)
        series += self.keys[:, 0] % len(self.groups)
        _, which = np.unique(series, return_inverse=True)
        most = np.zeros(which.max(initial=-1) + 1)
        np.maximum.at(most, which, np.abs(self.keys[:, 1]))
        return cast(Bools, most[which] == 0)

    def _blocks(self) -> tuple[Ints, ...]:
        """By the unit above and the quarter; by the year."""
        place = self.keys[:, 0] // len(self.groups)
        units, periods = self.editions[-1].units, list(self.periods)
        above = _numbered(units[unit].parent_id if unit in units else None for unit in self.units)
        parent = np.array([above[units[unit].parent_id if unit in units else None] for unit in self.units])
        quarters = _numbered(Period.parse(period).first_on.isoformat()[:4] + str((Period.parse(period).first_on.month - 1) // 3) for period in periods)
        years = _numbered(period[:4] for period in periods)
        quarter = np.array([quarters[Period.parse(p).first_on.isoformat()[:4] + str((Period.parse(p).first_on.month - 1) // 3)] if Period.parse(p).months == 1 else -1 for p in periods])
        year = np.array([years[p[:4]] if Period.parse(p).months < 12 else -1 for p in periods])
        at, unit = place % len(periods), place // len(periods) % len(self.units)
        near = np.where(quarter[at] < 0, -1, parent[unit] * len(quarters) + quarter[at])
        return near, year[at]

    def _terms(self) -> tuple[Ints, Ints, Floats]:
        found: dict[int, list[Ints]] = {}
        for _, sheets in groupby(self.placed, key=lambda each: id(each[0])):
            placed_sheets = list(sheets)
            numbers = {sheet.by: placed for _, sheet, placed in placed_sheets}
            for _, sheet, placed in placed_sheets:
                for rows in self._equations(placed_sheets[0][0], sheet, placed, numbers):
                    rows = rows[rows[:, 0] >= 0]
                    found.setdefault(rows.shape[1], []).append(np.concatenate([rows[:, :1], np.sort(rows[:, 1:], axis=1)], axis=1))
        rows_of = [np.unique(np.concatenate(rows), axis=0) for rows in found.values()]
        equations, numbers_, factors, first = [], [], [], 0
        for rows in rows_of:
            index = np.repeat(np.arange(first, first + len(rows)), rows.shape[1])
            factor = np.tile(np.array([-1.0] + [1.0] * (rows.shape[1] - 1)), len(rows))
            there = rows.ravel() >= 0
            equations.append(index[there]); numbers_.append(rows.ravel()[there]); factors.append(factor[there])
            first += len(rows)
        if not equations:
            return np.array([], dtype=np.int64), np.array([], dtype=np.int64), np.array([])
        return np.concatenate(equations), np.concatenate(numbers_), np.concatenate(factors)

    def _equations(self, layer: _Layer, sheet: Sheet, placed: Ints, by: Mapping[str, Ints]) -> Iterator[Ints]:
        """Rows of a total and its parts."""
        units = self.editions[layer.edition].units
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
        if sheet.by and "" in by and by[""].shape[:2] == placed.shape[:2]:
            yield np.concatenate([by[""], placed], axis=2).reshape(-1, placed.shape[2] + 1)


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
