"""A small world measured by the engine, and what the plain-Python reference says of it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from indicators.laid import log
from meaning import figures as reference
from meaning.facts import TABLES, Posting, World
from meaning.generated import deliver_into

from pejling.facts.store import Store, connect, create, writing
from pejling.indicators.definition import MEASURES
from pejling.indicators.figures import Figure
from pejling.indicators.measure import measure
from pejling.indicators.model import Model, load_model

ABOUT = {
    "name": {"da": "x", "en": "x"},
    "why": {"da": "x", "en": "x"},
    "kind": "effect",
    "direction": "up",
    "unit": "share",
}
PARTS = ("state", "numerator", "denominator", "value", "low", "high", "persons", "matures_on")
PARTS += ("estimate", "estimate_low", "estimate_high")


def measured(
    empty: Store, home: Path, world: World, definitions: list[dict[str, Any]], law: dict[str, Any] | None = None
) -> duckdb.DuckDBPyConnection:
    """The world in a store of its own (a copy of the empty one), measured; a connection that reads it."""
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(empty.home, home)
    store = Store(home)
    with writing(store) as connection:
        connection.execute("BEGIN")
        deliver_into(connection, world)
        log(connection, world.coverage)
        connection.execute("COMMIT")
    load_model(store, model(world, definitions, law))
    measure(store)
    return connect(store, read_only=True)


def model(world: World, definitions: list[dict[str, Any]], law: dict[str, Any] | None = None) -> Model:
    """`law`: fields of the model that hold its law, as made by `test_law.law`."""
    indicators = tuple(MEASURES[d["measure"]].model_validate({**about(d), **d}) for d in definitions)
    plain = {"title": ABOUT["name"], "settle_days": world.settle_days, "join_courses_within": world.join_courses_within}
    plain |= law or {}
    return Model.model_validate(plain).model_copy(update={"indicators": indicators})


def about(definition: dict[str, Any]) -> dict[str, Any]:
    return {**ABOUT, "unit": "days"} if definition["measure"] == "time_to_exit" else ABOUT


@contextmanager
def by_two_threads() -> Iterator[None]:
    """As a store of many records is measured and read; a small one is by one, and is to come to the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pejling.facts.store._worth_sharing", lambda store: True)
        yield


def empty_store(folder: Path) -> Store:
    store = Store(folder)
    create(store)
    return store


def known_from_the_start(world: World) -> World:
    """Where no first day is declared the engine takes the first course's: declare a day before all records."""
    coverage = {table: (first or date(1990, 1, 1), last) for table, (first, last) in world.coverage.items()}
    return replace(world, coverage=coverage)


def placed(world: World, mark: str) -> World:
    """The same world with ids of its own."""

    def own(row: Any) -> Any:
        ids = {f.name: getattr(row, f.name) for f in fields(row) if f.name.endswith("_id")}
        return replace(row, **{name: mark + value for name, value in ids.items() if value is not None})

    return replace(world, **{table: tuple(map(own, getattr(world, table))) for table in TABLES})


def budgeted_alike(worlds: list[World]) -> list[World]:
    """A store's budgets are known as far ahead as any unit's: each world says 0 where another's has an amount."""
    budgets = [posting for world in worlds for posting in world.postings if posting.nature == "budget"]
    return [replace(world, postings=(*world.postings, *_nothing(world, budgets))) for world in worlds]


def _nothing(world: World, budgets: list[Posting]) -> list[Posting]:
    unit = world.units[0].unit_id
    return [
        replace(budget, posting_id=f"{unit}.nothing{number}", unit_id=unit, amount=0.0)
        for number, budget in enumerate(budgets)
    ]


def together(worlds: list[World]) -> World:
    """All their rows, with the coverage and the rules of the first."""
    return replace(worlds[0], **{table: tuple(row for w in worlds for row in getattr(w, table)) for table in TABLES})


def differences(
    found: Figure, world: World, definition: dict[str, Any], others: dict[str, dict[str, Any]] | None = None
) -> list[str]:
    """Where the figure is not what the reference says."""
    expected = reference.figure(world, definition, found.unit, found.period, found.group_by, found.group, others)
    return [
        f"{part} is {said}, the reference says {right}"
        for part in PARTS
        if not same(said := getattr(found, part), right := getattr(expected, part))
    ] + ([f"unknown is {found.unknown}"] if (found.unknown or 0) != expected.unknown else [])


def same(said: Any, right: Any) -> bool:
    if isinstance(said, float) and isinstance(right, float | int):
        return said == pytest.approx(right, rel=1e-9, abs=1e-12)
    return bool(said == right)
