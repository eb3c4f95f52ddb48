"""A unit's history is its own decided months, by the same definition."""

import duckdb
import pytest

from pejling.facts.store import Store, connect
from pejling.indicators.figures import figures
from pejling.indicators.history import NOTHING, past
from pejling.indicators.measurement import measurement
from pejling.indicators.model import Model


@pytest.fixture
def model(ni: duckdb.DuckDBPyConnection) -> Model:
    return measurement(ni).model


def test_the_months_are_the_figures_of_the_months_up_to_the_last_decided(
    ni: duckdb.DuckDBPyConnection, model: Model
) -> None:
    found = past(ni, model, [("fast_lasting_exit", "Belfast")]).histories["fast_lasting_exit", "Belfast"]
    assert found.first == "1993-07"
    years = figures(ni, "fast_lasting_exit", units=["Belfast"], periods=["1994", "1995", "1996"])
    by_year = [found.months[6 + 12 * n : 18 + 12 * n] for n in range(3)]
    assert [(sum(a for a, _ in year), sum(b for _, b in year)) for year in by_year] == [
        (year.numerator, year.denominator) for year in years
    ]
    (after,) = figures(ni, "fast_lasting_exit", units=["Belfast"], periods=[_next(found.last)])
    assert after.state == "immature"


def test_the_goals_decide_what_is_read(ni: duckdb.DuckDBPyConnection, model: Model) -> None:
    read = set(past(ni, model).histories)
    assert {("fast_lasting_exit", "Belfast"), ("fast_lasting_exit", "NI"), ("average_jobless", "NI")} <= read
    assert ("average_jobless", "Belfast") not in read  # no contribution is stated
    assert not [key for key, _ in read if key == "jobless_stock"]


def test_another_definition_has_no_history_and_another_owner_has(ni: duckdb.DuckDBPyConnection, model: Model) -> None:
    asked = [("fast_exit", "NI")]

    def changed(**values: object) -> Model:
        others = [each for each in model.indicators if each.key != "fast_exit"]
        one = model.indicator("fast_exit").model_copy(update=values)
        return model.model_copy(update={"indicators": (*others, one)})

    assert past(ni, changed(owner="someone else"), asked).histories
    assert not past(ni, changed(exit_to=("employment",)), asked).histories
    assert past(ni, changed(exit_to=("employment",)), asked).units


def test_where_nothing_is_measured_there_is_no_history(model: Model, sqlite_store: Store) -> None:
    connection = connect(sqlite_store, read_only=True)
    assert past(connection, model) == NOTHING
    connection.close()


def _next(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02}"
