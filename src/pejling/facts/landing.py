"""What a checked delivery changes, and the one transaction in which it lands."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from pejling.facts.arrivals import Arrival, one, quoted
from pejling.facts.coverage import Coverage


@dataclass(frozen=True)
class Counts:
    """Rows of one table: as they came, and what they were to the store. `repeated` ones came again, and count once."""

    delivered: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    ended: int = 0
    refused: int = 0
    repeated: int = 0

    @property
    def changes(self) -> int:
        return self.new + self.changed + self.ended


def compare(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> Counts:
    """Make `changes_<table>`: the new rows, and the changed ones; count them. The same row again is no change."""
    name = arrival.name
    match = " AND ".join(f"a.{quoted(key)} = s.{quoted(key)}" for key in arrival.table.key)
    differs = " OR ".join(
        f"a.{quoted(c.name)} IS DISTINCT FROM s.{quoted(c.name)}"
        if c.name in arrival.stored or c in arrival.table.columns
        else f"a.{quoted(c.name)} IS NOT NULL"
        for c in arrival.every_column
    )
    (stored,) = one(connection, f"SELECT count(*) FROM lake.facts.{name}")
    if not stored:  # the first delivery has nothing to compare with
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW changes_{name} AS SELECT *, NULL::BIGINT AS stored FROM arrived_{name}"
        )
        return Counts(new=one(connection, f"SELECT count(*) FROM arrived_{name}")[0])
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE changes_{name} AS
            SELECT a.*, s.rowid AS stored FROM arrived_{name} a LEFT JOIN lake.facts.{name} s ON {match}
            WHERE s.rowid IS NULL OR {differs}"""
    )
    rows, changed = one(connection, f"SELECT count(*), count(stored) FROM changes_{name}")
    (arrived,) = one(connection, f"SELECT count(*) FROM arrived_{name}")
    (ended,) = one(connection, f"SELECT count(*) FROM ended_{name}")
    return Counts(new=rows - changed, changed=changed, same=arrived - rows, ended=ended)


def new_columns(arrival: Arrival) -> list[str]:
    """Free columns that the store has not seen before."""
    known = {*(column.name for column in arrival.table.columns), *arrival.stored}
    return [column.name for column in arrival.every_column if column.name not in known]


def land(
    connection: duckdb.DuckDBPyConnection,
    arrivals: Mapping[str, Arrival],
    counts: Mapping[str, Counts],
    coverage: Mapping[str, Coverage],
    *,
    delivery_id: str,
    source: str,
    full: bool,
) -> int:
    """Write the changes and the log, and commit the transaction begun on the connection; gives the snapshot it made."""
    (before,) = one(connection, "FROM ducklake_current_snapshot('lake')")
    for name, arrival in arrivals.items():
        table = f"lake.facts.{name}"
        for column in new_columns(arrival):
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(column)} VARCHAR")
        if counts[name].changed:
            connection.execute(
                f"DELETE FROM {table} WHERE rowid IN (SELECT stored FROM changes_{name} WHERE stored IS NOT NULL)"
            )
        if counts[name].ended:
            connection.execute(
                f"DELETE FROM {table} WHERE rowid IN (SELECT s.rowid FROM {table} s SEMI JOIN ended_{name} "
                f"USING ({arrival.keys}))"
            )
        if counts[name].new or counts[name].changed:
            columns = ", ".join(quoted(column.name) for column in arrival.every_column)
            connection.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM changes_{name}")
    connection.execute(
        "INSERT INTO lake.facts.deliveries VALUES (?, ?, now(), ?, ?)", [delivery_id, before + 1, source, full]
    )
    for name, count in counts.items():
        reach = coverage.get(name, Coverage(declared=False))
        connection.execute(
            "INSERT INTO lake.facts.delivered VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                delivery_id, name, count.delivered, count.new, count.changed, count.same, count.ended, count.refused,
                reach.from_on, reach.through, reach.declared,
            ],
        )  # fmt: skip
    connection.execute("CALL lake.set_commit_message('pejling', ?)", [f"delivery {delivery_id}"])
    connection.execute("COMMIT")
    return int(before) + 1
