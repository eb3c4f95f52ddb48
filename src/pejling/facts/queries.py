"""Tables fetched by SQL from PostgreSQL or SQLite: a query a table, read only, all as of one moment."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import psycopg

from pejling.facts.contract import Found, number_names
from pejling.facts.cpr import shown
from pejling.facts.mapping import Mapping, TableMapping
from pejling.facts.mistakes import Mistake
from pejling.facts.sources import Batch
from pejling.facts.tables import TABLES, Table
from pejling.facts.typed import BATCH_RECORDS, batch


class _Cursor(Protocol):
    @property
    def description(self) -> Any: ...
    def fetchmany(self, size: int, /) -> list[Any]: ...


def query_tables(mapping: Mapping, folder: Path, stack: ExitStack) -> Iterator[tuple[Table, Found]]:
    """The tables that a mapping has a query for; `folder` is where a relative SQLite path starts. Raises Mistake.

    The address may hold a password: it is never shown.
    """
    run = _sqlite(mapping.url, folder, stack) if mapping.url.startswith("sqlite:") else _postgres(mapping.url, stack)
    for table in TABLES.values():
        declared = mapping.tables.get(table.name)
        if declared and declared.query:
            yield table, _found(run, table, declared, declared.decimal or mapping.decimal)


def _found(run: Any, table: Table, mapping: TableMapping, decimal: str) -> Found:
    where = f"query {table.name}"
    try:
        cursor = run(table.name, mapping.query)
    except (psycopg.Error, sqlite3.Error, sqlite3.Warning) as error:
        raise _refused(where, error) from None
    if cursor.description is None:
        raise Mistake(where, "it gives no rows: it is no SELECT", "Write a query that reads")
    names = tuple(column[0] for column in cursor.description)
    return Found(where, names, _batches(where, cursor, names, number_names(table, mapping), decimal), decimal=".")


def _batches(where: str, cursor: _Cursor, names: tuple[str, ...], numbers: set[str], decimal: str) -> Iterator[Batch]:
    done = 0
    try:
        while records := cursor.fetchmany(BATCH_RECORDS):
            part = batch(records, range(done + 1, done + len(records) + 1), names, numbers, decimal)
            done += len(records)
            yield Batch(part.lines, part.columns, part.broken, done)
    except (psycopg.Error, sqlite3.Error) as error:
        raise _refused(where, error) from None


def _sqlite(url: str, folder: Path, stack: ExitStack) -> Any:
    file = folder / url.removeprefix("sqlite:///")
    if not file.is_file():
        raise Mistake(
            "url",
            f"there is no database {shown(file.name)}",
            "sqlite:///name is beside the mapping, sqlite:////name at the root",
        )
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        stack.callback(connection.close)
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema")  # holds the moment, and tells what is no database
    except sqlite3.Error as error:
        raise _refused("url", error) from None
    return lambda name, query: connection.execute(query)


def _postgres(url: str, stack: ExitStack) -> Any:
    try:
        connection = stack.enter_context(psycopg.connect(url, connect_timeout=10, application_name="pejling"))
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    except (psycopg.Error, UnicodeError):
        raise Mistake(
            "url",
            "the database does not answer, or refuses",
            "Are host, database, user and password right, and the server up?",
        ) from None

    def run(name: str, query: str) -> Any:
        cursor = stack.enter_context(connection.cursor(name=f"pejling_{name}"))
        return cursor.execute(query.encode())

    return run


def _refused(where: str, error: Exception) -> Mistake:
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else str(error)
    return Mistake(
        where, shown(f"the database says: {said or 'no'}", 200), "Mend the query, and try it in the database"
    )
