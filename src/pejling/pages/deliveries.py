"""The deliveries: what came in when, and what it changed."""

from dataclasses import dataclass

import duckdb

from pejling.indicators.records import Delivery, deliveries


@dataclass(frozen=True)
class DeliveriesPage:
    deliveries: tuple[Delivery, ...]
    more: bool  # older ones are not shown


LIMIT = 100


def deliveries_page(connection: duckdb.DuckDBPyConnection) -> DeliveriesPage:
    found = deliveries(connection, LIMIT + 1)
    return DeliveriesPage(tuple(found[:LIMIT]), len(found) > LIMIT)
