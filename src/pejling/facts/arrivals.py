"""A delivery's tables on their way in: staged as text, typed as `arrived_<table>`; refused rows stand in `refused`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from pejling.facts.tables import SQL_TYPES, TABLES, Column, Table
from pejling.facts.values import Reading, bare, typed, why_not


@dataclass(frozen=True)
class Arrival:
    """One table of a delivery. `columns` are those that came, free ones too; `stored` those free in the store."""

    table: Table
    where: str
    columns: tuple[str, ...]
    reading: Reading
    full: bool = False
    owns: str = "true"  # SQL: the stored rows that a full delivery speaks for
    stored: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def every_column(self) -> tuple[Column, ...]:
        """The contract's, then the free ones: those of the store, those that are new with this delivery."""
        known = [column.name for column in self.table.columns]
        free = [name for name in dict.fromkeys((*self.stored, *self.columns)) if name not in known]
        return (*self.table.columns, *(Column(name, "text") for name in free))

    @property
    def absent(self) -> tuple[str, ...]:
        """Columns that did not come at all: what is stored stays."""
        return tuple(column.name for column in self.every_column if column.name not in self.columns)

    @property
    def keys(self) -> str:
        return ", ".join(quoted(name) for name in self.table.key)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def value(arrival: Arrival, column: Column, text: str) -> str:
    """A column's typed value as SQL, from its bare text; an empty part of a key is "", so that rows stay apart."""
    expression = typed(column, text, arrival.reading)
    if column.name in arrival.table.key and not column.required:
        return f"CASE WHEN {text} IS NOT NULL THEN {expression} ELSE '' END"
    return expression


def type_values(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> None:
    """Make `arrived_<table>` (`_row`, `_line`, every column typed) from `staged_<table>`; faults are only marked."""
    came = _came(arrival)
    raw = ", ".join(f"{bare(quoted(c.name))} AS {quoted('raw ' + c.name)}" for c in came)
    read = ", ".join(f"{value(arrival, c, quoted('raw ' + c.name))} AS {quoted(c.name)}" for c in came)
    columns = ", ".join(
        quoted(c.name) if c in came else f"NULL::{SQL_TYPES[c.kind]} AS {quoted(c.name)}" for c in arrival.every_column
    )
    faults = ", ".join(
        "(" + " | ".join(
            f"""CASE WHEN {quoted(c.name)} IS NOT NULL THEN 0 WHEN {quoted("raw " + c.name)} IS NOT NULL THEN {1 << i}
                ELSE {1 << (_PACK + i) if c.required else 0} END""" for i, c in enumerate(pack)
        ) + f")::BIGINT AS _faults{n}"
        for n, pack in _packs(came)
    )  # fmt: skip
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE arrived_{arrival.name} AS SELECT _row, _line, {columns}, {faults} FROM (
                SELECT *, {read} FROM (SELECT rowid AS _row, _line, {raw} FROM staged_{arrival.name}))"""
    )


def refuse_faults(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> None:
    """Refuse the rows of `arrived_<table>` with a value that cannot be read, or none where there must be one."""
    name = f"arrived_{arrival.name}"
    packs = _packs(_came(arrival))
    for n, pack in packs:
        faults = one(connection, f"SELECT bit_or(_faults{n}) FROM {name}")[0] or 0
        for i, column in enumerate(pack):
            unreadable, missing = 1 << i, 1 << (_PACK + i)
            if faults & unreadable:
                problem, cure = why_not(column, "s." + quoted(column.name), arrival.reading)
                rows = f"SELECT _row FROM {name} WHERE _faults{n} & {unreadable} <> 0"
                report(connection, arrival, rows, column.name, problem, cure)
            if faults & missing:
                cure = literal(f"Every row of {arrival.name} needs a {column.name}")
                rows = f"SELECT _row FROM {name} WHERE _faults{n} & {missing} <> 0"
                report(connection, arrival, rows, column.name, literal("it is missing"), cure)
    connection.execute(f"DELETE FROM {name} WHERE {' OR '.join(f'_faults{n} <> 0' for n, _ in packs)}")


_PACK = 30  # columns whose faults go in one number


def _came(arrival: Arrival) -> list[Column]:
    return [column for column in arrival.every_column if column.name in arrival.columns]


def _packs(columns: list[Column]) -> list[tuple[int, list[Column]]]:
    return [(n, columns[n * _PACK : (n + 1) * _PACK]) for n in range((len(columns) + _PACK - 1) // _PACK)]


def refuse(
    connection: duckdb.DuckDBPyConnection, arrival: Arrival, rows: str, column: str, problem: str, cure: str
) -> int:
    """Refuse the rows whose `_row` the query `rows` selects; says how many. `problem` and `cure` are plain text."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE bad AS SELECT DISTINCT _row FROM ({rows})")
    (count,) = one(connection, "SELECT count(*) FROM bad")
    if count:
        report(connection, arrival, "SELECT _row FROM bad", column, literal(problem), literal(cure))
        connection.execute(f"DELETE FROM arrived_{arrival.name} WHERE _row IN (SELECT _row FROM bad)")
    return int(count)


def report(
    connection: duckdb.DuckDBPyConnection, arrival: Arrival, rows: str, column: str, problem: str, cure: str
) -> None:
    """Put the rows selected into `refused`, as they came. `problem` and `cure` are SQL expressions over `s`."""
    found = f"s.{quoted(column)}" if column in arrival.columns else "NULL"
    row = ", ".join(f"{quoted(name)} := s.{quoted(name)}" for name in arrival.columns)
    connection.execute(
        f"""INSERT INTO refused (table_name, where_, line, column_, found, problem, cure, row)
            SELECT ?, ?, s._line, ?, left({found}, 80), {problem}, {cure}, to_json(struct_pack({row}))::VARCHAR
            FROM staged_{arrival.name} s WHERE s.rowid IN ({rows}) ORDER BY s._line""",
        [arrival.name, arrival.where, column],
    )


def fill_absent(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> None:
    """What is stored stays where the delivery does not have the column."""
    stored = {column.name for column in arrival.table.columns} | set(arrival.stored)
    absent = [name for name in arrival.absent if name in stored]
    if absent:
        sets = ", ".join(f"{quoted(name)} = s.{quoted(name)}" for name in absent)
        match = " AND ".join(f"a.{quoted(key)} = s.{quoted(key)}" for key in arrival.table.key)
        connection.execute(
            f"UPDATE arrived_{arrival.name} AS a SET {sets} FROM lake.facts.{arrival.name} s WHERE {match}"
        )


def find_ended(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> bool:
    """Make `ended_<table>`: the keys stored that are gone from a full delivery.

    A refused row is not gone. False where the delivery is not full, or some refused row's key cannot be read: it is not
    known then what is gone, and nothing is taken as ended. Call it before any row is refused by a check of ours.
    """
    columns = {column.name: column for column in arrival.every_column}
    keys = ", ".join(
        f"{value(arrival, columns[k], bare(f'(row::JSON)->>{literal(k)}'))} AS {quoted(k)}" for k in arrival.table.key
    )
    seen = f"""SELECT {arrival.keys} FROM arrived_{arrival.name}
               UNION ALL SELECT {keys} FROM refused WHERE table_name = {literal(arrival.name)}"""
    unknown = " OR ".join(f"{quoted(key)} IS NULL" for key in arrival.table.key)
    known = arrival.full and one(connection, f"SELECT count(*) FROM ({seen}) WHERE {unknown}") == (0,)
    gone = f"SELECT {arrival.keys} FROM (SELECT * FROM lake.facts.{arrival.name} WHERE {arrival.owns})"
    gone += f" ANTI JOIN ({seen}) USING ({arrival.keys})" if known else " LIMIT 0"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE ended_{arrival.name} AS {gone}")
    return known


def after(arrivals: Mapping[str, Arrival], table: str, *, columns: str = "*", where: str = "true") -> str:
    """A query of the table as it will be once the delivery has landed. `where` holds over its columns."""
    if table not in arrivals:
        return f"(SELECT {columns} FROM lake.facts.{table} WHERE {where})"
    keys = arrivals[table].keys
    names = ", ".join(quoted(column.name) for column in TABLES[table].columns)
    stored = f"SELECT {names} FROM lake.facts.{table} WHERE {where}"
    gone = f"ANTI JOIN arrived_{table} USING ({keys}) ANTI JOIN ended_{table} USING ({keys})"
    arrived = f"SELECT {names} FROM arrived_{table} WHERE {where}"
    return f"(SELECT {columns} FROM (SELECT {names} FROM ({stored}) {gone} UNION ALL {arrived}))"


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The only row of a query that has exactly one."""
    row = connection.execute(query).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always has one
    return row
