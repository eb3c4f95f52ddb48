"""One connection a process; what another process has delivered is there at the next request."""

from datetime import date

from pejling.config.connection import reading
from pejling.demo import build
from pejling.facts.store import Store, create


def rows(connection) -> int:
    return connection.execute("SELECT count(*) FROM lake.facts.courses").fetchone()[0]


def test_a_delivery_is_seen_at_the_next_request_and_never_in_the_middle_of_one(tmp_path):
    store = Store(tmp_path)
    create(store)
    with reading(store) as before:
        assert rows(before) == 0
        build(store, "northern_ireland", today=date(2026, 11, 23))
        assert rows(before) == 0
    with reading(store) as after:
        assert rows(after) == 507


def test_the_web_cannot_write_to_the_store(tmp_path):
    import duckdb
    import pytest

    store = Store(tmp_path)
    create(store)
    with reading(store) as connection, pytest.raises(duckdb.Error):
        connection.execute("DELETE FROM lake.facts.courses")
