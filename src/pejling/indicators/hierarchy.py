"""The hierarchy of units: the one valid on the last day covered, and to whom a closed unit's history goes."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators.documents import nearest_called

ENOUGH = 3  # people whose own courses are told together: what two of them came to is nobody's


@dataclass(frozen=True)
class Unit:
    """`valid_to` is the first day it is no longer valid."""

    unit_id: str
    name: str
    kind: str
    parent_id: str | None
    valid_from: date
    valid_to: date | None
    successor_id: str | None

    def valid(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def standing(rows: Iterable[Unit], day: date) -> tuple[dict[str, Unit], dict[str, str]]:
    """The hierarchy valid on the day, parents before children, and for every unit id the unit credited with its records
    (itself, mostly).

    A closed unit's records go to its successor, or else to its parent as that unit's own. A closed unit with neither
    stays as it is, at the top: no record is lost. A standing unit whose parent is closed hangs under whoever took
    the parent over.
    """
    rows = sorted(rows, key=lambda unit: unit.valid_from)
    valid = {unit.unit_id: unit for unit in rows if unit.valid(day)}
    newest = {unit.unit_id: unit for unit in rows} | {u.unit_id: u for u in rows if u.valid_from <= day} | valid

    def taken_over_by(unit_id: str | None) -> str | None:
        seen: set[str] = set()
        while unit_id in newest and unit_id not in valid and unit_id not in seen:
            seen.add(unit_id)
            unit = newest[unit_id]
            unit_id = unit.successor_id if unit.successor_id in newest else unit.parent_id
        return unit_id if unit_id in valid else None

    credited = {unit_id: taken_over_by(unit_id) or unit_id for unit_id in newest}
    units = {unit_id: newest[unit_id] for unit_id in credited.values()}
    parents: dict[str, str | None] = {}

    def hangs_under(unit_id: str, above: str | None) -> bool:
        while above is not None and above != unit_id:
            above = parents.get(above)
        return above == unit_id

    for unit_id, unit in units.items():
        above, seen = unit.parent_id, {unit_id}
        while above is not None:  # up past closed parents whose records came to this very unit
            found = credited.get(above)
            if found in units and not hangs_under(unit_id, found):
                break
            seen.add(above)
            above = newest[above].parent_id if above in newest else None
            above = None if above in seen else above
        parents[unit_id] = credited[above] if above is not None else None
    moved = {k: replace(unit, parent_id=parents[k]) for k, unit in units.items() if unit.parent_id != parents[k]}
    return _ordered(units | moved), credited


def _ordered(units: dict[str, Unit]) -> dict[str, Unit]:
    below: dict[str | None, list[Unit]] = {}
    for unit in sorted(units.values(), key=lambda unit: (unit.name, unit.unit_id)):
        below.setdefault(unit.parent_id, []).append(unit)
    ordered: dict[str, Unit] = {}
    waiting = below.get(None, [])[::-1]
    while waiting:
        unit = waiting.pop()
        ordered[unit.unit_id] = unit
        waiting += below.get(unit.unit_id, [])[::-1]
    return ordered


def units(connection: duckdb.DuckDBPyConnection) -> dict[str, Unit]:
    """The hierarchy as it was measured, parents before children, siblings by name."""
    rows = connection.execute(
        """SELECT unit_id, name, kind, parent_id, valid_from, valid_to, successor_id
           FROM lake.measurements.units WHERE position IS NOT NULL ORDER BY position"""
    ).fetchall()
    return {row[0]: Unit(*row) for row in rows}


def known_unit(hierarchy: Mapping[str, Unit], unit: str) -> str:
    """Raises Mistake with the nearest id, or that of the unit that is called so."""
    if unit not in hierarchy:
        cure = nearest_called(unit, {each.unit_id: each.name for each in hierarchy.values()})
        raise Mistake("unit", f"{unit!r} is not there", cure)
    return unit


def children(units: Mapping[str, Unit], unit_id: str) -> list[Unit]:
    """The units right below, in order."""
    return [unit for unit in units.values() if unit.parent_id == unit_id]


def descendants(units: Mapping[str, Unit], unit_id: str) -> Iterator[str]:
    """The unit and all below it."""
    below: dict[str | None, list[str]] = {}
    for unit in units.values():
        below.setdefault(unit.parent_id, []).append(unit.unit_id)
    waiting = [unit_id]
    while waiting:
        unit_id = waiting.pop()
        yield unit_id
        waiting += below.get(unit_id, [])


def of_few(units: Mapping[str, Unit], persons: Collection[str]) -> frozenset[str]:
    """The units that one or two people's own courses make up: of two, each can work the other's out. `persons`: the
    kinds of units that are one person's.
    """
    people: dict[str, int] = {}
    for unit in units.values():
        above = unit.parent_id if unit.kind in persons else None
        while above is not None:
            people[above] = people.get(above, 0) + 1
            above = units[above].parent_id if above in units else None
    return frozenset(unit for unit, count in people.items() if count < ENOUGH)
