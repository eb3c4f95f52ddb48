"""The Copenhagen example: built fast from its seed, complete in both languages, and called made up."""

from datetime import date

import pytest

from pejling.demo import build, examples_folder
from pejling.facts.store import Store, connect
from pejling.facts.synthetic.plan import read_plan, units
from pejling.indicators.model import read_model
from pejling.indicators.model_check import check_model

TODAY = date(2026, 11, 25)
FOLDER = examples_folder() / "copenhagen_2009"


def test_it_has_the_structure_of_the_case():
    plan = read_plan(FOLDER)
    made = {unit.unit_id: unit for unit in units(plan)}
    (top,) = (unit for unit in made.values() if not unit.parent)
    assert top.kind == "administration"
    assert sum(unit.kind == "centre" and unit.parent == top.unit_id for unit in made.values()) == 4
    teams = [unit for unit in made.values() if unit.kind == "team"]
    assert all(made[team.parent].kind == "centre" and team.size and team.serves for team in teams)
    model = read_model(FOLDER / "model")
    assert {unit.kind for unit in made.values()} == model.unit_kinds.keys()
    assert plan.recipe.target_groups.keys() == model.target_groups.keys()
    assert model.data_synthetic
    assert 8 <= len(model.indicators) <= 18  # five of them are the economy's parts
    assert [indicator.kind for indicator in model.indicators].count("effect") == 4


@pytest.mark.slow
def test_it_is_built_from_its_seed_and_building_it_again_changes_nothing(tmp_path):
    store = Store(tmp_path)
    first = build(store, "copenhagen_2009", today=TODAY)
    assert len(first.delivered) == 3
    assert not [remark for delivery in first.delivered for remark in delivery.remarks]
    connection = connect(store, read_only=True)
    try:
        findings = check_model(read_model(FOLDER / "model"), connection)
    finally:
        connection.close()
    assert findings == []  # every word of the records has a name, and every word of the model was seen
    again = build(store, "copenhagen_2009", today=TODAY)
    assert again.delivered == ()
    assert (again.measured.whole, again.measured.partly, again.measured.cells) == (0, 0, 0)
