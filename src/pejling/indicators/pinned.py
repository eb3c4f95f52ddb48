"""The store as it was: a snapshot kept for good, and figures read from it, for those who may not read the facts."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.facts.snapshots import pin
from pejling.facts.store import Store, connect

__all__ = ["Mistake", "Store", "as_of", "pin"]


@contextmanager
def as_of(store: Store, snapshot: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees facts, models and figures as they were in the snapshot.

    Raises Mistake where it is no longer kept.
    """
    connection = connect(store, snapshot=snapshot)
    try:
        yield connection
    finally:
        connection.close()
