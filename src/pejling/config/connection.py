"""The web's way to the store: one read-only connection a process, a cursor of its own for each request."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from pejling.facts.store import Store, connect

_lock = threading.Lock()
_open: dict[Store, duckdb.DuckDBPyConnection] = {}


@contextmanager
def reading(store: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor inside one transaction: all that a page says is from the same snapshot, the newest when it began.

    Raises Mistake where there is no store.
    """
    with _lock:
        if store not in _open:
            _open[store] = connect(store, read_only=True)
        cursor = _open[store].cursor()
    try:
        cursor.execute("BEGIN TRANSACTION READ ONLY")
        yield cursor
    finally:
        cursor.close()
