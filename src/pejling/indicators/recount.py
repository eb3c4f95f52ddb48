"""Counts of a snapshot that is kept, straight from its facts: so that what rests on it can be held against it."""

from collections.abc import Sequence
from datetime import date

import duckdb

from pejling.facts.coverage import coverage
from pejling.facts.mistakes import Mistake
from pejling.indicators.components import items
from pejling.indicators.hierarchy import Unit, descendants, standing
from pejling.indicators.items import COUNTED, UNDECIDED
from pejling.indicators.measure import coverages
from pejling.indicators.model import current_version
from pejling.indicators.periods import Period
from pejling.indicators.relations import Facts, among, literal, relations

Place = tuple[str, str, str]  # unit, target group, month


def recounted(
    connection: duckdb.DuckDBPyConnection, snapshot: int, version: int, key: str, units: Sequence[str], period: str
) -> dict[Place, tuple[int, int, int]]:
    """By unit, target group and month of the period: counted, of how many, undecided; straight from the facts.

    The facts are those of a snapshot, the definition that of a version of the model. Raises Mistake where the snapshot
    is no longer kept.
    """
    if not connection.execute("SELECT 1 FROM ducklake_snapshots('lake') WHERE snapshot_id = ?", [snapshot]).fetchone():
        raise Mistake(f"snapshot {snapshot}", "it is no longer kept", "What rests on it is kept, and stands as it is")
    model = current_version(connection, version)[1]
    indicator = model.indicator(key).model_copy(update={"by": ("target_group",), "age_bands": ()})
    model = model.model_copy(update={"indicators": (indicator,)})
    tables, facts = coverage(connection, snapshot), Facts(snapshot)
    observed = coverages(connection, model, tables).get(key)
    if observed is None:
        return {}
    span = Period.parse(period)
    named = ", ".join(f"{name} AS ({select})" for name, select in relations(model, observed.through, facts).items())
    rows = connection.execute(
        f"""WITH {named}, found AS ({items(indicator, observed, ("target_group",), why=True)})
        SELECT unit_id, group_0, strftime(anchor_on, '%Y-%m'), COUNT(*) FILTER ({among("reason", COUNTED)}), COUNT(*),
            COUNT(*) FILTER ({among("reason", UNDECIDED)})
        FROM found WHERE anchor_on BETWEEN {literal(span.first_on)} AND {literal(span.last_on)} GROUP BY ALL"""
    ).fetchall()
    credited = _credited(connection, facts, tables["courses"].through or observed.through, units)
    result: dict[Place, tuple[int, int, int]] = {}
    for unit_id, group, month, counted, of, undecided in rows:
        if (unit := credited.get(unit_id)) is not None:
            before = result.get((unit, group, month), (0, 0, 0))
            result[unit, group, month] = (before[0] + counted, before[1] + of, before[2] + undecided)
    return result


def _credited(connection: duckdb.DuckDBPyConnection, facts: Facts, day: date, units: Sequence[str]) -> dict[str, str]:
    """By the unit of a record, which of the units it is counted at: itself, or one above it."""
    rows = connection.execute(
        f"SELECT unit_id, name, kind, parent_id, valid_from, valid_to, successor_id FROM {facts('units')}"
    ).fetchall()
    hierarchy, taken_over = standing((Unit(*row) for row in rows), day)
    below = {leaf: unit for unit in units if unit in hierarchy for leaf in descendants(hierarchy, unit)}
    return {unit_id: below[by] for unit_id, by in taken_over.items() if by in below}
