"""The store's history: what each delivery brought, old snapshots expired, files tidied."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from pejling.facts import rejections
from pejling.facts.arrivals import one
from pejling.facts.coverage import Coverage
from pejling.facts.landing import Counts
from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, sweep, writing

GRACE = timedelta(hours=1)  # how long a file that no snapshot needs is left for readers who are at it
_TIDY_EVERY = 50  # deliveries


@dataclass(frozen=True)
class Delivered:
    """What a delivery brought to one table, in rows. Not `declared`: `through` was taken from the courses' dates."""

    table: str
    counts: Counts
    coverage: Coverage


@dataclass(frozen=True)
class Delivery:
    """One that changed the store. `kept`: its snapshot can still be gone back to."""

    delivery_id: str
    snapshot: int
    received_at: datetime
    source: str
    full: bool
    tables: tuple[Delivered, ...]
    kept: bool


def deliveries(connection: duckdb.DuckDBPyConnection, limit: int | None = None) -> list[Delivery]:
    """The newest first; at most `limit`."""
    heads = connection.execute(
        """SELECT delivery_id, snapshot, received_at, source, is_full,
                  snapshot IN (SELECT snapshot_id FROM lake.snapshots())
           FROM lake.facts.deliveries ORDER BY snapshot DESC LIMIT ?""",
        [limit if limit is not None else 2**62],
    ).fetchall()
    rows = connection.execute(
        """SELECT delivery_id, table_name, delivered, new, changed, same, ended, refused, from_on, through, declared
           FROM lake.facts.delivered WHERE delivery_id IN (SELECT unnest(?)) ORDER BY table_name""",
        [[head[0] for head in heads]],
    ).fetchall()
    tables: dict[str, list[Delivered]] = {}
    for delivery_id, table, *counts, from_on, through, declared in rows:
        said = Coverage(from_on, through, declared=declared)
        tables.setdefault(delivery_id, []).append(Delivered(table, Counts(*counts), said))
    return [
        Delivery(key, snapshot, at, source, full, tuple(tables.get(key, ())), kept)
        for key, snapshot, at, source, full, kept in heads
    ]


def expire(store: Store, *, before: datetime, grace: timedelta = GRACE) -> int:
    """Forget the snapshots made before that moment, but for the newest and the pinned; says how many.

    A file that only they needed is deleted once it has been unneeded for the grace time, by a later `expire`.
    """
    with writing(store) as connection:
        sweep(store, connection)
        old = [
            snapshot
            for (snapshot,) in connection.execute(
                """SELECT snapshot_id FROM lake.snapshots() WHERE snapshot_time < ?
                   AND snapshot_id NOT IN (SELECT snapshot FROM lake.facts.pins)
                   AND snapshot_id < (FROM ducklake_current_snapshot('lake')) ORDER BY 1""",
                [before],
            ).fetchall()
        ]
        if old:
            forget(connection, old)
        tidy(connection)
        (oldest,) = one(connection, "SELECT min(snapshot_id) FROM lake.snapshots()")
        (delivery,) = one(connection, f"SELECT min(delivery_id) FROM lake.facts.deliveries WHERE snapshot >= {oldest}")
        rejections.discard_before(store.rejections, min(delivery or "", f"{before:%Y%m%dT%H%M%S}"))
        connection.execute(f"CALL ducklake_cleanup_old_files('lake', older_than => now() - {_interval(grace)})")
        return len(old)


def pin(store: Store, snapshot: int, reason: str) -> None:
    """Keep the snapshot for good, for this reason. Repeated, it changes nothing.

    Raises Mistake where the snapshot is no longer kept.
    """
    with writing(store) as connection:
        if not one(connection, f"SELECT count(*) FROM lake.snapshots() WHERE snapshot_id = {int(snapshot)}")[0]:
            raise Mistake("the store", f"snapshot {snapshot} is no longer kept", "Begin again with the newest")
        connection.execute(
            """INSERT INTO lake.facts.pins SELECT ?, now(), ? WHERE NOT EXISTS
               (FROM lake.facts.pins WHERE snapshot = ? AND reason = ?)""",
            [snapshot, reason, snapshot, reason],
        )


def forget(connection: duckdb.DuckDBPyConnection, snapshots: list[int]) -> None:
    """Expire those snapshots; their files are only marked for deletion."""
    connection.execute(f"CALL ducklake_expire_snapshots('lake', versions => {snapshots})")


def tidy(connection: duckdb.DuckDBPyConnection) -> None:
    """Put together what many small deliveries left in the catalogue and in small files. No row, no history changes."""
    # By one core: several on one handle of a SQLite catalogue now and then got in each other's way, and were no faster.
    (threads,) = one(connection, "SELECT current_setting('threads')")
    connection.execute("SET threads = 1")
    try:
        for again in (True, True, False):
            try:
                connection.execute("CALL ducklake_flush_inlined_data('lake')")
                break
            except (duckdb.TransactionException, duckdb.InvalidInputException):  # a query of DuckLake's that lacked its
                if not again:  # table's name, or misused the handle; nothing is committed, and asked again it does well
                    raise
    finally:
        connection.execute(f"SET threads = {threads}")
    connection.execute("CALL ducklake_merge_adjacent_files('lake')")


def tidy_when_due(connection: duckdb.DuckDBPyConnection) -> None:
    """Tidy after every so many deliveries. Only in one's turn to write."""
    (count,) = one(connection, "SELECT count(*) FROM lake.facts.deliveries")
    if count and count % _TIDY_EVERY == 0:
        tidy(connection)
        connection.execute(f"CALL ducklake_cleanup_old_files('lake', older_than => now() - {_interval(GRACE)})")


def _interval(span: timedelta) -> str:
    return f"INTERVAL {int(span.total_seconds())} SECONDS"
