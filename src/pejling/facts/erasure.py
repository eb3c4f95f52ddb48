"""Erases one person: from every table, every snapshot, the catalogue and the rejection lists.

Older snapshots hold the person, so they go: after an erasure the store can no longer be gone back to a day before it.
What was *published* is aggregates, frozen apart from the store, and stays; a pin on an erased snapshot is removed and
counted in `lake.facts.erasures`, so that whoever keeps the published figures knows which can no longer be recomputed.
Copies and backups of the workspace, and a PostgreSQL server's own log, are the business of whoever makes them.
"""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import duckdb

from pejling.facts import rejections
from pejling.facts.arrivals import literal, one, quoted
from pejling.facts.cpr import is_cpr, with_lost_zero
from pejling.facts.mistakes import Mistake
from pejling.facts.snapshots import forget
from pejling.facts.store import Store, pseudonyms, sweep, turn, writing

GRACE = timedelta(seconds=30)  # longer than a page takes to read what it began on
_PATIENCE = 60.0  # seconds to wait until no reader holds the old catalogue


@dataclass(frozen=True)
class Erased:
    """What was erased; never who."""

    rows: int
    rejected: int
    snapshots_lost: int
    pins_lost: int


def erase(store: Store, person: str, *, grace: timedelta = GRACE) -> Erased:
    """Erase the person of that CPR number, or of that identifier as the store has it.

    Files that readers may still be at are deleted after `grace`. A source that delivers the person again brings them
    back: nothing is kept by which they could be known. Raises Mistake where there is no such person, or a reader keeps
    the old catalogue open.
    """
    person = person.strip()
    number = person if is_cpr(person) else with_lost_zero(person)
    who = pseudonyms(store).of(number) if number else person
    with writing(store) as connection:
        sweep(store, connection)
        owned = _identifiers(connection, who)
        rejected = rejections.forget(store.rejections, {who, *owned})
        if not owned and not rejected:
            raise Mistake("the person", "no record of any such person is kept", "Is it typed as the source has it?")
        connection.execute("CREATE TEMP TABLE erased (id VARCHAR)")
        connection.executemany("INSERT INTO erased VALUES (?)", [[each] for each in sorted({who, *owned})])
        (pins,) = one(connection, "SELECT count(*) FROM lake.facts.pins")
        (kept,) = one(connection, "SELECT count(*) FROM lake.snapshots()")
        rows = _rewrite(connection, kept, pins)
        (newest,) = one(connection, "FROM ducklake_current_snapshot('lake')")
        older = "SELECT snapshot_id FROM lake.snapshots() WHERE snapshot_id < ?"
        forget(connection, [snapshot for (snapshot,) in connection.execute(older, [newest]).fetchall()])
        time.sleep(grace.total_seconds())
        connection.execute("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)")
        sweep(store, connection)
    with turn(store):
        scrub(store)
    return Erased(rows, rejected, kept, pins)


def scrub(store: Store) -> None:
    """Make the catalogue overwrite what was deleted from it. Raises Mistake where a reader will not let go of it."""
    if store.catalogue:
        import psycopg

        with psycopg.connect(store.catalogue, autocommit=True) as catalogue:
            tables = catalogue.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'ducklake_%'").fetchall()
            for (table,) in tables:
                catalogue.execute(f'VACUUM (FULL, ANALYZE) "{table}"')
        return
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            with closing(sqlite3.connect(store.catalogue_file, timeout=5)) as catalogue:
                catalogue.execute("VACUUM")
                busy, *_ = catalogue.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            busy = 1
        if not busy:
            return
        if time.monotonic() > deadline:
            raise Mistake(
                str(store.catalogue_file), "the records are erased, but a reader keeps an old page of the catalogue",
                "Stop what reads the store, then run `pejling expire`",
            )  # fmt: skip
        time.sleep(0.2)


def _identifiers(connection: duckdb.DuckDBPyConnection, who: str) -> set[str]:
    """Every identifier by which the person, or anything of theirs, stands in any snapshot kept; empty for nobody."""
    found: set[str] = set()
    for (snapshot,) in connection.execute("SELECT snapshot_id FROM lake.snapshots() ORDER BY 1").fetchall():
        then = f"AT (VERSION => {snapshot})"
        try:
            rows = connection.execute(
                f"""WITH theirs AS (SELECT course_id FROM lake.facts.courses {then} WHERE person_id = $who)
                SELECT course_id FROM theirs
                UNION SELECT activity_id FROM lake.facts.activities {then} SEMI JOIN theirs USING (course_id)
                UNION SELECT contact_id FROM lake.facts.contacts {then} SEMI JOIN theirs USING (course_id)
                UNION SELECT person_id FROM lake.facts.persons {then} WHERE person_id = $who
                UNION SELECT person_id FROM lake.facts.states {then} WHERE person_id = $who""",
                {"who": who},
            ).fetchall()
        except duckdb.CatalogException:
            continue  # a snapshot from before the tables were laid out
        found |= {identifier for (identifier,) in rows}
    return found


def _rewrite(connection: duckdb.DuckDBPyConnection, kept: int, pins: int) -> int:
    """Make every table that knows persons anew, without the one: new files, and new statistics in the catalogue."""
    tables = connection.execute(
        """SELECT schema_name, table_name, list(column_name) FROM duckdb_columns() WHERE database_name = 'lake'
           AND column_name IN ('person_id', 'course_id', 'activity_id', 'contact_id') GROUP BY ALL"""
    ).fetchall()
    erased = 0
    connection.execute("BEGIN")
    for schema, name, columns in tables:
        table = f"lake.{schema}.{quoted(name)}"
        theirs = " OR ".join(f"coalesce({column} IN (SELECT id FROM erased), false)" for column in columns)
        erased += one(connection, f"SELECT count(*) FROM {table} WHERE {theirs}")[0]
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} WHERE NOT ({theirs})")
    connection.execute("DELETE FROM lake.facts.pins")
    connection.execute(f"INSERT INTO lake.facts.erasures VALUES (now(), {erased}, {kept}, {pins})")
    connection.execute(f"CALL lake.set_commit_message('pejling', {literal('erasure of one person')})")
    connection.execute("COMMIT")
    return erased
