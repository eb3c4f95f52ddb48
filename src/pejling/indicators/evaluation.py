"""Evaluation: components and durations of some indicators, from the facts, in DuckDB.

They are left in the temporary tables `fresh_components` and `fresh_durations` of the connection.
"""

from collections.abc import Callable, Iterable, Mapping

import duckdb

from pejling.indicators.components import (
    COLUMNS,
    DURATIONS,
    components,
    counted_columns,
    durations,
    has_curves,
    items,
    leaf,
)
from pejling.indicators.definition import Indicator
from pejling.indicators.items import Observed
from pejling.indicators.model import Model
from pejling.indicators.relations import AS_DELIVERED, Facts, relations


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    observed: Mapping[str, Observed],
    facts: Facts,
    indicators: Iterable[Indicator],
    on_indicator: Callable[[str], None] = lambda key: None,
) -> None:
    """Make the two tables anew. `on_indicator` is called with the key of each before it is evaluated."""
    _table(connection, "fresh_components", COLUMNS)
    _table(connection, "fresh_durations", DURATIONS)
    seen_on = None  # the day that the relations are seen on; mostly the same for all
    for indicator in sorted(indicators, key=lambda i: observed[i.key].through):
        on_indicator(indicator.key)
        coverage = observed[indicator.key]
        if seen_on != coverage.through:
            seen_on = coverage.through
            for name, select in relations(model, seen_on, facts).items():
                kind = "VIEW" if name in AS_DELIVERED else "TABLE"
                connection.execute(f"CREATE OR REPLACE TEMP {kind} {name} AS {select}")
        found = items(indicator, coverage, indicator.by, why=False)
        source = f"SELECT {counted_columns(indicator)} FROM ({found}) AS found"
        if has_curves(indicator):  # asked again, for the durations
            connection.execute(f"CREATE OR REPLACE TEMP TABLE item AS {source}")
            source = "SELECT * FROM item"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE leaf AS {leaf(indicator, coverage, source)}")
        connection.execute(f"INSERT INTO fresh_components BY NAME {components(indicator, 'leaf')}")
        if has_curves(indicator):
            connection.execute(f"INSERT INTO fresh_durations BY NAME {durations(indicator, coverage, 'item')}")


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
