"""Northern Ireland, measured once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from indicators.laid import lay_csv
from once import own_copy

from pejling.facts.store import Store, connect
from pejling.indicators.measure import measure
from pejling.indicators.model import load_model, read_model

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "northern_ireland"


@pytest.fixture(scope="session")
def northern_ireland(tmp_path_factory: pytest.TempPathFactory) -> Store:
    def make(home: Path) -> None:
        store = Store(home)
        days = date(1993, 7, 1), date(1999, 6, 30)
        lay_csv(store, EXAMPLE / "facts", {"courses": days, "states": days, "activities": days})
        load_model(store, read_model(EXAMPLE / "model"))
        measure(store)

    return Store(own_copy(tmp_path_factory, "laid_northern_ireland", make))


@pytest.fixture
def ni(northern_ireland: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(northern_ireland, read_only=True)
    yield connection
    connection.close()
