"""What the facts say of themselves: deliveries and coverage, for those who may not read the facts."""

from datetime import date, datetime

import duckdb

from pejling.facts.coverage import Coverage, coverage
from pejling.facts.snapshots import Delivered, Delivery, deliveries
from pejling.indicators.measurement import overtaken

__all__ = ["Coverage", "Delivered", "Delivery", "counts", "coverage", "deliveries", "erased_since", "latest", "missing",
           "snapshot"]  # fmt: skip


def counts(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> dict[str, int]:
    """Rows per fact table, now."""
    return {
        table: (connection.execute(f"SELECT count(*) FROM lake.facts.{table}").fetchone() or (0,))[0]
        for table in tables
    }


def missing(connection: duckdb.DuckDBPyConnection) -> str:
    """What lacks before there is a figure: "model", "delivery", "measurements", or "" where nothing does."""
    for name, table in (
        ("model", "lake.measurements.models"),
        ("delivery", "lake.facts.deliveries"),
        ("measurements", "lake.measurements.units"),
    ):
        try:
            if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
                return name
        except duckdb.CatalogException:
            return name
    return ""


def erased_since(connection: duckdb.DuckDBPyConnection, moment: datetime) -> bool:
    """Has a person been erased since?"""
    query = "SELECT count(*) FROM lake.facts.erasures WHERE erased_at > ?"
    (count,) = connection.execute(query, [moment]).fetchone() or (0,)
    return bool(count)


def snapshot(connection: duckdb.DuckDBPyConnection) -> int:
    """The store's newest snapshot, as the connection sees it: the same number, the same facts, models and figures."""
    (number,) = connection.execute("SELECT id FROM ducklake_current_snapshot('lake')").fetchone() or (0,)
    return int(number)


def latest(connection: duckdb.DuckDBPyConnection) -> tuple[str, date, datetime, tuple[str, ...]] | None:
    """What pages of figures show: a name for it that is another when it is, the day it reaches to, when the newest
    delivery came, and what is newer than what was measured: "facts", "model". None before anything is measured.

    A snapshot that only pins a month or tidies files is not news: what counts is what came in and what was measured.
    """
    try:
        row = connection.execute(
            """SELECT delivered, epoch_us(measured_at), through, received_at, snapshot, model_version, measured_at,
                    (SELECT id FROM ducklake_current_snapshot('lake'))
                FROM lake.measurements.measured,
                    (SELECT max(snapshot) AS delivered, max(received_at) AS received_at FROM lake.facts.deliveries)"""
        ).fetchone()
    except duckdb.CatalogException:
        return None
    if row is None or row[0] is None:
        return None
    delivered, at, through, received_at, *measured = row
    return f"{delivered}-{measured[0]}-{at}", through, received_at, overtaken(connection, *measured)
