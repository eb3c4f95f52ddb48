"""The Copenhagen example: built fast from its seed, complete in both languages, called made up, and signed for."""

import json
import pickle
import sqlite3
from datetime import date

import pytest
from browser.command import pejling
from once import copied

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
def test_it_is_built_from_its_seed_and_building_it_again_changes_nothing(copenhagen, tmp_path):
    first = pickle.loads(copenhagen.home.with_suffix(".told").read_bytes())
    assert len(first.delivered) == 3
    assert not [remark for delivery in first.delivered for remark in delivery.remarks]
    connection = connect(copenhagen, read_only=True)
    try:
        findings = check_model(read_model(FOLDER / "model"), connection)
    finally:
        connection.close()
    # The law of the example is from memory, and says so; else every word of the records and the model is known.
    assert {finding.rule for finding in findings} == {"law_from_memory"}
    again = build(Store(copied(copenhagen.home, tmp_path / "home")), "copenhagen_2009", today=TODAY)
    assert again.delivered == ()
    assert (again.measured.whole, again.measured.partly, again.measured.cells) == (0, 0, 0)


@pytest.mark.slow
def test_its_people_have_signed_and_the_second_time_nothing_is_changed(city, tmp_path):
    """By the command, in a process of its own: this one has the settings of another workspace."""
    home = copied(city, tmp_path / "home")
    again = pejling("demo", "copenhagen_2009", "--no-serve", home=home)
    assert again.wait(120) == 0, again.stderr.read()
    for said in (city.with_suffix(".said").read_text(), again.stderr.read()):
        assert "8 contracts, 2 implementation agreements" in said
    held = pejling("audit", "verify", home=home)
    assert held.wait(60) == 0, held.stderr.read()
    with sqlite3.connect(home / "agreements.sqlite") as connection:
        rows = connection.execute(
            """SELECT unit, year, state, content FROM agreements_version JOIN agreements_contract AS c
               ON contract_id = c.id"""
        ).fetchall()
        (whole,) = connection.execute(
            "SELECT content FROM agreements_overallgoal WHERE year = 2009 AND indicator = 'fast_lasting_exit'"
        ).fetchone()
        agreements = [
            json.loads(content) for (content,) in connection.execute("SELECT content FROM agreements_agreement")
        ]
    signed = {unit: json.loads(content) for unit, year, state, content in rows if (year, state) == (2009, "signed")}
    centres = {unit: said for unit, said in signed.items() if unit.startswith("JC-")}
    assert len(centres) == 4
    parts = {unit: goal["count"] for unit, said in centres.items() for goal in said["goals"] if goal["count"]}
    assert sum(parts.values()) == json.loads(whole)["count"]  # to the person
    assert parts == json.loads(whole)["offered"]
    assert all(len(said["goals"]) <= read_model(FOLDER / "model").caps.result_goals for said in centres.values())
    assert signed["BC-1"]["payment"]
    assert {state for _, year, state, _ in rows if year == 2010} == {"draft", "proposed", "negotiated"}
    owed = [each for said in agreements for each in said["milestones"] if each["done_on"] is None]
    assert [each["unit"] for each in owed] == ["JC-V"] and owed[0]["due_on"] < str(TODAY)
