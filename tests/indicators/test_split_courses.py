"""A source that begins a course anew on a birthday or a move does not change what is measured of it."""

from contextlib import closing
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from pejling.facts.delivery import deliver
from pejling.facts.store import Store, connect, create
from pejling.facts.synthetic.plan import Plan
from pejling.facts.synthetic.recipe import Late, Recipe, read_recipe
from pejling.facts.synthetic.synthesize import synthesize
from pejling.indicators.definition import MEASURES
from pejling.indicators.figures import figures
from pejling.indicators.measure import measure
from pejling.indicators.model import Model, load_model

RECIPE = read_recipe(Path(synthesize.__code__.co_filename).parents[2] / "definitions" / "synthetic.yaml")
DEFINITIONS = [
    {"measure": "intake", "unit": "courses"},
    {"measure": "average_stock", "unit": "courses"},
    {"measure": "exits", "unit": "courses", "exit_to": ["employment"]},
    {"measure": "exit_within", "unit": "share", "within": "26 weeks", "exit_to": ["employment"], "lasting": "26 weeks",
     "support_states": ["cash_benefit", "sickness_benefit", "unemployment_benefit"]},
    {"measure": "time_to_exit", "unit": "weeks", "statistic": "median"},
    {"measure": "activity_within", "unit": "share", "within": "13 weeks", "activity_kinds": list(RECIPE.activities)},
    {"measure": "timely", "unit": "share", "contact_kinds": ["interview"]},
]  # fmt: skip


def model(joined: int | None) -> Model:
    text = {"da": "x", "en": "y"}
    made = tuple(
        MEASURES[each["measure"]].model_validate(
            {"key": each["measure"], "name": text, "why": text, "kind": "result", "direction": "up", **each}
        )
        for each in DEFINITIONS
    )
    return Model.model_validate({"title": text, "join_courses_within": joined}).model_copy(update={"indicators": made})


def measured(home: Path, recipe: Recipe, joined: int | None) -> list[dict[str, object]]:
    store = Store(home / "store")
    create(store)
    made = synthesize(Plan(recipe, 4_000, 3, units=8), home / "made")
    for delivery in made.deliveries:
        deliver(store, delivery, today=date(2026, 11, 25))
    load_model(store, model(joined))
    measure(store)
    with closing(connect(store, read_only=True)) as connection:
        found = [
            asdict(figure)
            for each in DEFINITIONS
            for figure in figures(connection, each["measure"], units=["K1"], periods=["2022", "2023-Q2", "2024-01"])
        ]
    return [{name: value for name, value in figure.items() if name != "snapshot"} for figure in found]


@pytest.mark.slow
def test_a_birthday_or_a_move_that_splits_a_course_changes_no_figure(tmp_path):
    changes = {"late": Late(share=0), "transfers": 0.0}
    whole = RECIPE.model_copy(update={**changes, "birthdays": 0.0, "moves": 0.0})
    split = RECIPE.model_copy(update={**changes, "birthdays": 0.5, "moves": 0.3})
    expected = measured(tmp_path / "whole", whole, 0)
    assert measured(tmp_path / "split", split, 0) == expected
    assert measured(tmp_path / "not joined", split, None) != expected
