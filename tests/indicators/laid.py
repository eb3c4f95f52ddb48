"""Facts laid straight into a store, for tests of what is measured from them: no delivery, so nothing is checked."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pejling.facts.store import Store, create, writing

Row = dict[str, Any]


def lay(store: Store, tables: dict[str, list[Row]], coverage: dict[str, tuple[date | None, date | None]]) -> None:
    """The rows of each table, by column, and what is said to be covered."""
    create(store)
    with writing(store) as connection:
        connection.execute("BEGIN")
        for table, rows in tables.items():
            _lay(connection, table, rows)
        log(connection, coverage)
        connection.execute("COMMIT")


def log(
    connection: duckdb.DuckDBPyConnection,
    coverage: dict[str, tuple[date | None, date | None]],
    new: dict[str, int] | None = None,
) -> None:
    """A delivery of that coverage, and so many new rows by table: what is measured again is found by them."""
    (snapshot,) = connection.execute("SELECT id FROM ducklake_current_snapshot('lake')").fetchone() or (0,)
    connection.execute(
        """INSERT INTO lake.facts.deliveries (delivery_id, snapshot, received_at, source, is_full)
           VALUES (?, ?, now(), 'test', true)""",
        [f"d{snapshot}", snapshot + 1],
    )
    for table in {**coverage, **(new or {})}:
        from_on, through = coverage.get(table, (None, None))
        connection.execute(
            """INSERT INTO lake.facts.delivered
                   (delivery_id, table_name, from_on, through, declared, new, changed, ended)
               VALUES (?, ?, ?, ?, ?, ?, 0, 0)""",
            [f"d{snapshot}", table, from_on, through, table in coverage, (new or {}).get(table, 0)],
        )


def _lay(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    known = {row[0] for row in connection.execute(f"DESCRIBE lake.facts.{table}").fetchall()}
    columns = list(dict.fromkeys(column for row in rows for column in row))
    for column in columns:
        if column not in known:
            connection.execute(f'ALTER TABLE lake.facts.{table} ADD COLUMN "{column}" VARCHAR')
    if rows:
        names = ", ".join(f'"{column}"' for column in columns)
        connection.execute(f"DELETE FROM lake.facts.{table}")
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            places = ", ".join(f"({', '.join('?' * len(columns))})" for _ in part)
            connection.execute(
                f"INSERT INTO lake.facts.{table} ({names}) VALUES {places}",
                [row.get(column) for row in part for column in columns],
            )


def lay_csv(store: Store, folder: Path, coverage: dict[str, tuple[date | None, date | None]]) -> None:
    """A folder of CSV files in the contract's own form."""
    create(store)
    with writing(store) as connection:
        connection.execute("BEGIN")
        for path in sorted(folder.glob("*.csv")):
            frame = f"read_csv('{path}', all_varchar = true)"
            known = {row[0] for row in connection.execute(f"DESCRIBE lake.facts.{path.stem}").fetchall()}
            for column, *_ in connection.execute(f"DESCRIBE SELECT * FROM {frame}").fetchall():
                if column not in known:
                    connection.execute(f'ALTER TABLE lake.facts.{path.stem} ADD COLUMN "{column}" VARCHAR')
            connection.execute(f"INSERT INTO lake.facts.{path.stem} BY NAME SELECT * FROM {frame}")
        log(connection, coverage)
        connection.execute("COMMIT")
