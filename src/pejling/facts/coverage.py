"""How far the facts reach: per table the first and the last day covered, as declared with a delivery or guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb


@dataclass(frozen=True)
class Coverage:
    """`from_on` to `through`, both included; None: not known. Not `declared`: taken from the last date in courses."""

    from_on: date | None = None
    through: date | None = None
    declared: bool = True


def coverage(connection: duckdb.DuckDBPyConnection) -> dict[str, Coverage]:
    """The coverage in force per table, at the snapshot that the connection reads. A table never covered is left out."""
    return in_force(said_so_far(connection))


def said_so_far(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, Coverage, bool]]:
    """What each delivery said of each of its tables, oldest first: (table, coverage, full)."""
    rows = connection.execute(
        """SELECT table_name, from_on, through, declared, is_full
           FROM lake.facts.delivered JOIN lake.facts.deliveries USING (delivery_id)
           WHERE through IS NOT NULL OR from_on IS NOT NULL ORDER BY snapshot"""
    ).fetchall()
    return [(table, Coverage(*said), is_full) for table, *said, is_full in rows]


def in_force(deliveries: Iterable[tuple[str, Coverage, bool]]) -> dict[str, Coverage]:
    """Coverage per table after (table, coverage, full) of each delivery, oldest first.

    Declarations widen: the earliest `from_on`, the latest `through`. A full delivery's declaration stands alone, since
    what it left out is gone. A guess only moves `through` forward, and yields to the next declaration.
    """
    declared: dict[str, Coverage] = {}
    result: dict[str, Coverage] = {}
    for table, said, full in deliveries:
        before = None if full and said.declared else declared.get(table)
        if said.declared:
            declared[table] = result[table] = Coverage(
                min((d for d in (said.from_on, before and before.from_on) if d), default=None),
                max((d for d in (said.through, before and before.through) if d), default=None),
            )
        else:
            now = result.get(table, Coverage(None, None))
            if said.through and (now.through is None or said.through > now.through):
                result[table] = Coverage(now.from_on, said.through, declared=False)
    return result
