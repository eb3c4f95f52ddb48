"""What was measured last: from which facts, with which model, and whether either has moved on since."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import duckdb
from pydantic import TypeAdapter

from pejling.facts.mistakes import Mistake
from pejling.indicators.definition import Frozen, Indicator
from pejling.indicators.items import Observed
from pejling.indicators.law_relations import law_relations
from pejling.indicators.model import Model
from pejling.indicators.pins import Pin, indicators_of
from pejling.indicators.relations import Facts, relations


class Kept(Frozen):
    """What is kept of an indicator that was measured: its definition's fingerprint, its coverage where it has one, the
    sheet and slot of each of its counts, and its pin where it stands beside the model.
    """

    definition: str
    observed: Observed | None
    slots: dict[str, tuple[int, int]]
    pin: Pin | None


KEPT = TypeAdapter(dict[str, Kept])  # by key
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Measurement:
    """`snapshot`: the store's snapshot whose facts were read. `through`: the day whose hierarchy is used.

    `slots`: by indicator and name of a component, the sheet and slot where it is kept (see `components`).
    `credited`: by unit, those whose records it is credited with (itself, mostly). `above`: each unit's parent: sums go
    by it, whatever part of the hierarchy a reader sees. `numbers`: of each name in what is kept (see `names`).
    `overtaken` says what is newer by now: "facts", "model", both or nothing. `pinned`: by key, the definitions that are
    measured beside the model's own.
    """

    snapshot: int
    model_version: int
    measured_at: datetime
    through: date
    model: Model
    coverage: dict[str, Observed]
    slots: dict[str, dict[str, tuple[int, int]]]
    credited: dict[str, list[str]]
    above: Mapping[str, str | None]
    numbers: Mapping[str, int]
    overtaken: tuple[str, ...]
    pinned: Mapping[str, Indicator] = field(default_factory=dict)

    def indicator(self, key: str) -> Indicator:
        """The model's, or one that is measured beside it. Raises Mistake with the nearest key."""
        return self.pinned[key] if key in self.pinned else self.model.indicator(key)

    def number(self, name: str) -> int:
        """That a name has in what is kept; for a name that is not there, one that no row has."""
        return self.numbers.get(name, -1)

    @cached_property
    def names(self) -> Mapping[int, str]:
        """By their numbers."""
        return {number: name for name, number in self.numbers.items()}

    def observed(self, indicator: Indicator) -> Observed:
        return self.coverage[indicator.key]


def measurement(connection: duckdb.DuckDBPyConnection) -> Measurement:
    """Raises Mistake where nothing is measured."""
    try:
        row = connection.execute(  # one query: each has its price in the catalogue
            """SELECT snapshot, model_version, epoch_us(measured_at), through, model, indicators,
                (SELECT list({'unit': unit_id, 'above': parent_id, 'to': credited_to, 'stands': position IS NOT NULL})
                    FROM lake.measurements.units),
                (SELECT list({'name': name, 'number': number}) FROM lake.measurements.names),
                (SELECT id FROM ducklake_current_snapshot('lake'))
            FROM lake.measurements.measured"""
        ).fetchone()
    except (duckdb.CatalogException, duckdb.BinderException):  # not measured yet, or by an older version
        row = None
    if row is None:
        raise Mistake("the workspace", "nothing is measured yet", "Measure it with `pejling measure`")
    snapshot, version, at, through, content, said, hierarchy, names, current = row
    measured_at = _EPOCH + timedelta(microseconds=at)  # a moment as it is DuckDB gives by pytz, which opens 600 files
    model, kept = Model.model_validate_json(content), KEPT.validate_json(said)
    whose: dict[str, list[str]] = {}
    for each in hierarchy or ():
        whose.setdefault(each["to"], []).append(each["unit"])
    return Measurement(
        snapshot,
        version,
        measured_at,
        through,
        model,
        {key: each.observed for key, each in kept.items() if each.observed},
        {key: dict(each.slots) for key, each in kept.items()},
        whose,
        {each["unit"]: each["above"] for each in hierarchy or () if each["stands"]},
        {each["name"]: each["number"] for each in names or ()},
        overtaken(connection, snapshot, version, measured_at, current),
        indicators_of(model, {key: each.pin for key, each in kept.items() if each.pin}),
    )


def overtaken(
    connection: duckdb.DuckDBPyConnection, snapshot: int, version: int, measured_at: datetime, current: int
) -> tuple[str, ...]:
    """What is newer than what was measured: "facts", "model", both or nothing. `current`: the store's newest snapshot.

    Of a `Measurement` the first three, as they are kept. Looked up only where the store has moved on since.
    """
    if current <= snapshot + 1:  # the next was made by measuring
        return ()
    facts, model = connection.execute(
        """SELECT (SELECT max(snapshot) FROM lake.facts.deliveries) > $snapshot
                OR (SELECT max(erased_at) FROM lake.facts.erasures) > $measured_at,
            (SELECT max(version) FROM lake.measurements.models) > $version""",
        {"snapshot": snapshot, "measured_at": measured_at, "version": version},
    ).fetchone() or (None, None)
    return tuple(what for what, newer in (("facts", facts), ("model", model)) if newer)


def facts_measured(connection: duckdb.DuckDBPyConnection, measured: Measurement, persons: str = "") -> Facts:
    """The facts as they were when measured, of all persons or of those in a relation of that name.

    Where the facts have moved on, they are read at the measured snapshot; if that is no longer kept, as they are now.
    """
    kept = (
        "facts" in measured.overtaken
        and connection.execute(
            "SELECT 1 FROM ducklake_snapshots('lake') WHERE snapshot_id = ?", [measured.snapshot]
        ).fetchone()
    )
    return Facts(measured.snapshot if kept else None, persons)


def with_relations(
    measured: Measurement, through: date, facts: Facts, first: str = "", *, with_law: bool = False
) -> str:
    """`WITH course AS (…), …`: the relations, as seen on the day `through`. `first` is what they may refer to.

    `with_law` adds the statutory steps, and what the state pays back.
    """
    found = relations(measured.model, through, facts)
    if with_law:
        found |= law_relations(measured.model, through, measured.coverage)
    named = [f"{name} AS ({select})" for name, select in found.items()]
    return "WITH " + ", ".join([*([first] if first else []), *named])


@contextmanager
def reading(connection: duckdb.DuckDBPyConnection, ground: object = None) -> Iterator[None]:
    """All reads within see the same snapshot, whoever writes meanwhile; in a caller's transaction, that one's.

    Who brings a `ground` has read it in a transaction of their own, and need not be asked.
    """
    if ground is not None or _in_transaction(connection):
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _in_transaction(connection: duckdb.DuckDBPyConnection) -> bool:
    # A BEGIN too many would abort the caller's transaction. Outside of one, each statement has an id of its own.
    ids = [connection.execute("SELECT txid_current()").fetchone() for _ in range(2)]
    return ids[0] == ids[1]
