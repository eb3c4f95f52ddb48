"""The time of the data: which are shown, how far they reach, and when they came. It stands on every page."""

from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from pejling.indicators.records import latest


@dataclass(frozen=True)
class DataTime:
    """`version` names what came in and was measured last: another name, other data. It says nothing about them.

    `overtaken`: what is newer than what was measured, "facts", "model", both or nothing.
    """

    version: str
    through: date
    delivered_at: datetime
    overtaken: tuple[str, ...]


def data_time(connection: duckdb.DuckDBPyConnection) -> DataTime | None:
    """None before anything is measured."""
    found = latest(connection)
    return DataTime(*found) if found else None
