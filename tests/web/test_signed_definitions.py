"""The figures behind a signed contract are those of the definitions that were signed, wherever the model has gone."""

import shutil
from datetime import date

import pytest
from web.conftest import signed_in
from web.test_contracts import kept, proposed, set_overall, sign

pytestmark = pytest.mark.xdist_group("web signed_definitions")  # one workspace, changed step by step


YEAR = 1997  # one that the records cover
TODAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def contract(northern_ireland):
    """Signed by both."""
    director, belfast = signed_in("director"), signed_in("belfast")
    set_overall(director, YEAR)
    made = proposed(director, YEAR)
    for client in (director, belfast):
        assert sign(client, made, reason="Prøve").status_code == 302
    return made


@pytest.fixture(scope="module")
def moved_on(northern_ireland, contract, tmp_path_factory):
    """The same records, after the model has another definition; measured without, and then with what was signed."""
    from pejling.demo import examples_folder
    from pejling.facts.store import Store
    from pejling.indicators.durations import Duration
    from pejling.indicators.measure import measure
    from pejling.indicators.model import load_model, read_model
    from pejling.signed import pins

    store = Store(tmp_path_factory.mktemp("moved_on") / "home")
    shutil.copytree(northern_ireland, store.home)
    model = read_model(examples_folder() / "northern_ireland" / "model")
    other = model.indicator("fast_lasting_exit").model_copy(update={"within": Duration.parse("2 weeks")})
    indicators = tuple(other if each.key == other.key else each for each in model.indicators)
    load_model(store, model.model_copy(update={"indicators": indicators}))
    measure(store)
    without = _goal(store, contract)
    measure(store, pins=pins(store))
    return without, store


def _goal(store, contract):
    from django.contrib.auth.models import User

    from pejling.agreements.people import reader
    from pejling.facts.store import connect
    from pejling.pages.contract import contract_page
    from pejling.pages.ground import ground

    connection = connect(store, read_only=True)
    try:
        who = reader(User.objects.get(username="belfast"))
        page = contract_page(ground(connection, {}, who), who, kept(contract)[0], TODAY)
        return next(view for view in page.goals if view.goal.indicator == "fast_lasting_exit")
    finally:
        connection.close()


def test_it_stands_at_the_figure_of_the_definition_that_was_signed(northern_ireland, contract, moved_on):
    from pejling.facts.store import Store

    without, store = moved_on
    before, after = _goal(Store(northern_ireland), contract), _goal(store, contract)
    assert (before.moved_on, after.moved_on) == (False, True)
    figures = [(view.now.numerator, view.now.denominator, view.now.value) for view in (before, after)]
    assert figures[0] == figures[1]
    assert before.now.numerator
    assert after.sentences == before.sentences
    assert after.heading.unit == "share"
    assert without.moved_on and without.now is None  # nothing is shown by another definition in its place


def _status(store, month):
    from pejling.agreements.statuses import agreed
    from pejling.facts.store import connect
    from pejling.pages.ground import ground
    from pejling.pages.status import statuses

    connection = connect(store, read_only=True)
    try:
        found = statuses(ground(connection, {}), {"Belfast": agreed("Belfast", month)}, month)["Belfast"]
        return next(goal for goal in found.goals if goal.indicator == "fast_lasting_exit")
    finally:
        connection.close()


@pytest.mark.slow
def test_the_months_status_is_by_the_definition_that_was_signed(northern_ireland, contract, moved_on):
    from dataclasses import replace

    from pejling.facts.store import Store

    month = f"{YEAR}-12"
    before, after = _status(Store(northern_ireland), month), _status(moved_on[1], month)
    assert (before.signed, after.signed.partition("_SIGNED_")[0]) == ("", "fast_lasting_exit")

    def figures(goal):
        shown = goal.certain, goal.latest
        return [replace(each, indicator="", snapshot=0) for each in shown if each], goal.series, goal.target

    assert figures(before) == figures(after)
    other = _status(moved_on[1], f"{YEAR + 1}-12")  # no contract of that year: the model's own
    assert (
        other.signed == ""
        and other.certain.numerator < _status(Store(northern_ireland), f"{YEAR + 1}-12").certain.numerator
    )


@pytest.mark.slow
def test_the_unit_above_sees_the_same_figure_held_against_the_same_target(northern_ireland, contract, moved_on):
    from pejling.agreements.statuses import agreed, agreed_of
    from pejling.facts.store import connect
    from pejling.pages.ground import ground
    from pejling.pages.status import statuses

    month, connection = f"{YEAR}-12", connect(moved_on[1], read_only=True)
    now = ground(connection, {})
    own = statuses(now, {"Belfast": agreed("Belfast", month)}, month)["Belfast"]
    above = statuses(now, {"NI": agreed("NI", month)}, month)["NI"]
    both = statuses(now, agreed_of(["NI", "Belfast"], month), month)["NI"]
    connection.close()
    marks = {mark.indicator: mark for mark in next(unit for unit in above.below if unit.unit == "Belfast").marks}
    for goal in own.goals:
        assert (marks[goal.indicator].certain, marks[goal.indicator].assurance) == (goal.certain, goal.assurance)
    assert marks["fast_lasting_exit"].assurance != "no_target"
    assert above.below == both.below


def test_a_status_page_says_by_which_definition_and_is_published_by_it(contract, moved_on):
    from pejling.agreements.statuses import agreed
    from pejling.facts.store import connect
    from pejling.pages import status_words
    from pejling.pages.ground import ground
    from pejling.pages.publishing import _definitions
    from pejling.pages.status import statuses

    month, connection = f"{YEAR}-12", connect(moved_on[1], read_only=True)
    now = ground(connection, {})
    status = statuses(now, {"Belfast": agreed("Belfast", month)}, month)["Belfast"]
    goal = next(each for each in status.goals if each.signed)
    assert "den definition, der blev underskrevet" in status_words.signed(goal)
    kept = next(each for each in _definitions(now, status) if each["indicator"] == goal.indicator)
    connection.close()
    assert kept["definition"]["within"] != "2 weeks" and "2 weeks" not in " ".join(kept["sentences"]["en"])


@pytest.mark.slow
def test_another_definition_would_have_said_something_else(moved_on, contract):
    from pejling.facts.store import connect
    from pejling.indicators.figures import figures

    connection = connect(moved_on[1], read_only=True)
    (figure,) = figures(connection, "fast_lasting_exit", units=["Belfast"], periods=[str(YEAR)])
    connection.close()
    assert figure.numerator < _goal(moved_on[1], contract).now.numerator
