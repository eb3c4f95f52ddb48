"""From a source's own columns and words to the contract's."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pejling.facts.cpr import holds_cpr, shown
from pejling.facts.mapping import TableMapping, nearest
from pejling.facts.mistakes import Mistake
from pejling.facts.sources import MISSING, Batch, SourceTable
from pejling.facts.tables import Table

_GROUP_NAME = re.compile(r"[^\W\d_][\w .-]{0,59}")
_GROUP_LIMIT = 100
_MISSING = pa.array(sorted(MISSING))


@dataclass(frozen=True)
class Found:
    """A table as its format gives it: its own column names, and batches of text aligned with them."""

    where: str
    columns: tuple[str, ...]
    batches: Iterator[Batch]
    decimal: str = ""
    size: int = 0


@dataclass(frozen=True)
class _Taken:
    """Where a contract column's values come from: the source's column of that place, or a constant."""

    name: str
    place: int | None
    constant: str | None
    replaced: Callable[[str], str | None] | None  # of a code, or of a date in the source's own format


def known_names(table: Table, mapping: TableMapping) -> set[str]:
    """The column names to look for in a source, casefolded."""
    names = {column.name for column in table.columns} | set(mapping.columns)
    return {mapping.theirs(name).casefold() for name in names}


def number_names(table: Table, mapping: TableMapping) -> set[str]:
    """Those of them that hold numbers."""
    return {mapping.theirs(c.name).casefold() for c in table.columns if c.kind in ("money", "number")}


def in_contract(found: Found, table: Table, mapping: TableMapping) -> SourceTable:
    """The table in the contract's names and codes. Raises Mistake where its columns are not the contract's."""
    places = _places(found)
    taken = _taken(found, table, mapping, places)
    return SourceTable(
        table=table.name,
        where=found.where,
        columns=tuple(column.name for column in taken),
        batches=_batches(found, taken),
        decimal=found.decimal or mapping.decimal,
        inclusive=mapping.inclusive(table),
        size=found.size,
    )


def _places(found: Found) -> dict[str, int]:
    """The place of each named column, by its casefolded name."""
    places: dict[str, int] = {}
    for place, name in enumerate(found.columns):
        if holds_cpr(name):
            raise Mistake(
                f"{found.where}, {shown(name)}",
                "a column's name holds a CPR number",
                "Put column names in the first line",
            )
        if not name or name.startswith("_"):
            continue
        if name.casefold() in places:
            raise Mistake(found.where, f"two columns are called {shown(name)}", "Rename or remove one of them")
        places[name.casefold()] = place
    return places


def _taken(found: Found, table: Table, mapping: TableMapping, places: dict[str, int]) -> list[_Taken]:
    names = [column.name for column in table.columns]
    if not places.keys() & known_names(table, mapping):
        first = shown(", ".join(name for name in found.columns if name), 80)
        raise Mistake(
            f"{found.where}, line 1",
            f"no column of {table.name} is named there, but {first or 'nothing'}",
            f"Begin with a line of column names: {', '.join(names)}",
        )
    sources: dict[str, int | None] = dict.fromkeys(mapping.constants)
    for name, theirs in mapping.columns.items():
        if theirs.casefold() not in places:
            raise Mistake(found.where, f"there is no column {shown(theirs)}, which the mapping takes as {shown(name)}",
                          nearest(theirs, (n for n in found.columns if n)))  # fmt: skip
        sources[name] = places[theirs.casefold()]
    for name in names:
        if name not in sources and name.casefold() in places:
            sources[name] = places[name.casefold()]
    if not mapping.columns:
        known = {name.casefold() for name in sources}
        for place, name in enumerate(found.columns):
            if name and not name.startswith("_") and name.casefold() not in known:
                sources[_group(found.where, table, name, (n for n in names if n not in sources))] = place
    for column in table.columns:
        if column.required and column.name not in sources:
            raise Mistake(
                found.where, f"the column {column.name} is missing", f"{table.name} needs it; a mapping can name it"
            )
    if len(sources) > _GROUP_LIMIT:
        raise Mistake(found.where, f"{len(sources)} columns", "Keep the groups that someone breaks figures down by")
    return [
        _Taken(name, place, mapping.constants.get(name), _replaced(table, mapping, name))
        for name, place in sources.items()
    ]


def _group(where: str, table: Table, name: str, missing: Iterator[str]) -> str:
    """The name of a further column, where the table may have one."""
    if not table.free_columns:
        raise Mistake(where, f"{table.name} has no column {shown(name)}", nearest(name, missing))
    if not _GROUP_NAME.fullmatch(name):
        raise Mistake(where, f"{shown(name)} cannot name a group", "Use letters, digits and spaces, a letter first")
    return name


def _replaced(table: Table, mapping: TableMapping, name: str) -> Callable[[str], str | None] | None:
    codes = mapping.codes.get(name)
    if codes:
        return lambda value: codes.get(value, value)
    dates = {column.name for column in table.columns if column.kind == "date"}
    if mapping.date_format and name in dates:
        return lambda value: _iso(value, mapping.date_format)
    return None


def _iso(value: str, date_format: str) -> str:
    try:
        return datetime.strptime(value, date_format).date().isoformat()  # noqa: DTZ007 - a day, at no place
    except ValueError:
        return value  # the checks refuse it, and show it as it came


def _batches(found: Found, taken: Sequence[_Taken]) -> Iterator[Batch]:
    nameless = [place for place, name in enumerate(found.columns) if not name]
    for batch in found.batches:
        for place in nameless:
            for line, value in zip(batch.lines, _cleaned(batch.columns[place], None), strict=True):
                if value.is_valid:
                    raise Mistake(
                        f"{found.where}, line {line}",
                        f"a value in column {place + 1}, which has no name",
                        "Name the column",
                    )
        columns = [
            pa.array([column.constant or None] * len(batch.lines), pa.string())
            if column.place is None
            else _cleaned(batch.columns[column.place], column.replaced)
            for column in taken
        ]
        yield Batch(batch.lines, columns, batch.broken, batch.read)


def _cleaned(column: Any, replaced: Callable[[str], str | None] | None) -> Any:
    """Trimmed, replaced, and null where nothing was written: an Arrow array of strings."""
    values = pc.utf8_trim_whitespace(pa.array(column, pa.string()))
    if replaced:
        encoded = values.fill_null("").dictionary_encode()  # few different values: each is looked up once
        words = pa.array([replaced(word) for word in encoded.dictionary.to_pylist()], pa.string())
        values = words.take(encoded.indices)
    return pc.if_else(pc.is_in(values, _MISSING), pa.scalar(None, pa.string()), values)
