"""A unit that is one person's own courses: counted where it belongs, and shown to that person only."""

from datetime import date, timedelta

import pytest
from indicators.laid import lay
from pages.every_measure import both

from pejling.agreements.rights import Held, Reader
from pejling.facts.store import Store, connect
from pejling.indicators.definition import MEASURES
from pejling.indicators.hierarchy import of_few
from pejling.indicators.measure import measure
from pejling.indicators.model import Model, load_model
from pejling.pages.ground import ground
from pejling.pages.unknown import Unknown

FIRST, LAST = date(2009, 1, 1), date(2009, 12, 31)
OWN = Reader("anna", (Held("caseworker", "t-1"),))
OF_TWO = Reader("bo", (Held("caseworker", "u-1"),))
LEADER = Reader("leader", (Held("team_leader", "t"),))


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("persons_own"))
    units = [
        ("city", "city", None), ("t", "team", "city"), ("t-1", "desk", "t"), ("t-2", "desk", "t"), ("t-3", "desk", "t"),
        ("u", "team", "city"), ("u-1", "desk", "u"), ("u-2", "desk", "u"),
    ]  # fmt: skip
    lay(store, {
        "units": [{"unit_id": u, "valid_from": FIRST, "name": u, "kind": k, "parent_id": p} for u, k, p in units],
        "persons": [{"person_id": f"p{n}", "birth_date": date(1980, 1, 1)} for n in range(9)],
        "courses": [
            {"course_id": f"c{n}", "person_id": f"p{n}", "unit_id": unit, "target_group": "all",
             "started_on": FIRST + timedelta(days=n)}
            for n, unit in enumerate(["t-1"] * 4 + ["t-2"] * 4 + ["t-3"])
        ],
    }, {"courses": (FIRST, LAST)})  # fmt: skip
    about = {"name": both("x", "x"), "why": both("x", "x"), "kind": "result", "direction": "up", "unit": "courses"}
    said = Model.model_validate({
        "title": both("By", "City"), "unit_kinds": {k: both(k, k) for k in ("city", "team", "desk")},
        "levels": {"caseworker": ["desk"]},
    })  # fmt: skip
    intake = MEASURES["intake"].model_validate({"key": "intake", "measure": "intake", **about})
    load_model(store, said.model_copy(update={"indicators": (intake,)}))
    measure(store)
    opened = connect(store, read_only=True)
    yield opened
    opened.close()


def counted(now, unit):
    return now.figures("intake", [unit], ["2009"])[0].numerator


def test_the_team_counts_them_whoever_asks(connection):
    memory: dict = {}
    assert counted(ground(connection, memory, OWN), "t") == 9
    assert counted(ground(connection, memory, LEADER), "t") == 9


def test_the_person_sees_their_own_and_the_teams_and_nobody_elses(connection):
    now = ground(connection, {}, OWN)
    assert set(now.units) == {"t", "t-1"}
    assert counted(now, "t-1") == 4
    with pytest.raises(Unknown):
        now.figures("intake", ["t-2"], ["2009"])


def test_a_leader_sees_no_persons_figures_and_they_are_never_beside_each_other(connection):
    now = ground(connection, {}, LEADER)
    assert set(now.units) == {"t"}
    with pytest.raises(Unknown):
        now.unit("t-1")
    for reader in (OWN, LEADER, Reader("director", (Held("director", "city"),)), None):
        assert ground(connection, {}, reader).below("t") == []


def test_a_person_opens_their_own_courses_and_the_leader_all_of_the_teams(connection):
    every = ground(connection, {}).every
    assert OWN.within("cases", every) == {"t-1"}
    assert LEADER.within("cases", every) == {"t", "t-1", "t-2", "t-3"}
    assert "u" not in ground(connection, {}, LEADER).units


def test_where_two_share_the_work_neither_sees_the_teams_figures_for_the_rest_is_the_others(connection):
    now = ground(connection, {}, OF_TWO)
    assert set(now.units) == {"u-1"}
    with pytest.raises(Unknown):
        now.figures("intake", ["u"], ["2009"])
    assert set(ground(connection, {}, Reader("c", (Held("team_leader", "u"),))).units) == {"u"}  # who sees the cases
    assert of_few(now.every, ["desk"]) == {"u"}
