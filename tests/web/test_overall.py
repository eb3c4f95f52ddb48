"""Overall goals: the model's targets of the year, until somebody sets others."""

import re

import pytest
from web.conftest import signed_in
from web.test_contracts import begun, kept
from web.test_pages import texts

YEAR = 1999  # the model has targets of it


@pytest.fixture
def director(northern_ireland):
    return signed_in("director")


@pytest.fixture
def nothing_set(northern_ireland):
    """As it is before anybody has done anything about the year; put back as it was."""
    from django.db import transaction

    from pejling.agreements.models import Contract, OverallGoal, Signature, Version

    with transaction.atomic():
        Signature.objects.filter(version__contract__year=YEAR).delete()
        Version.objects.filter(contract__year=YEAR).delete()
        Contract.objects.filter(year=YEAR).delete()
        OverallGoal.objects.filter(year=YEAR).delete()
        yield
        transaction.set_rollback(True)


def goals():
    from pejling.agreements.models import OverallGoal

    return {goal.indicator: goal.content for goal in OverallGoal.objects.filter(year=YEAR)}


def form(client, indicator):
    """The fields of one goal's form as a browser would send them, untouched."""
    html = client.get(f"/overall/{YEAR}/NI").content.decode()
    (own,) = (part for part in html.split("<form ") if f'value="{indicator}"' in part)
    fields = {}
    for tag in re.findall(r"<input [^>]*>", own.split("</form>")[0]):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        fields[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select [^>]*name="(\w+)">(.*?)</select>', own, re.DOTALL):
        fields[name] = re.search(r'value="(\w+)" selected', options)[1]
    return fields


def test_the_models_targets_of_the_year_are_there_with_the_centres_contributions(director, nothing_set):
    page = texts(director.get(f"/overall/{YEAR}/NI"))
    assert "Modellens måltal: 50,0 %" in page and "Modellens måltal: 80,0 %" in page
    said = form(director, "fast_lasting_exit")
    assert int(said["count"]) == -(-int(said["of"]) // 2)  # half of them, in whole people
    assert len([name for name in said if name.startswith("offered-")]) == 5
    assert form(director, "in_work_or_study_after_12_months")["sharing"] == "shared"
    assert goals() == {}  # to look at it sets nothing


def test_they_are_set_as_they_stand_when_the_first_contract_begins(director, nothing_set):
    from pejling.agreements.models import Entry

    asked = form(director, "fast_lasting_exit")
    contract = begun(director, YEAR)
    assert set(goals()) == {"fast_lasting_exit", "in_work_or_study_after_12_months"}
    assert goals()["fast_lasting_exit"]["count"] == int(asked["count"])
    assert "model version" in Entry.objects.filter(what="overall goal set").last().reason
    _, said = kept(contract)
    own, shared = said.goals
    assert own.count == goals()["fast_lasting_exit"]["offered"]["Belfast"]
    assert (shared.sharing, shared.level, shared.baseline_of > 13) == ("shared", 0.80, True)  # of all who share it
    assert said.focus.splitlines() == ["En vej, der holder", "Færre unge uden arbejde", "Unge, der trives"]


def test_what_somebody_sets_stands_and_the_page_says_what_the_model_asks_for(director, nothing_set):
    changed = form(director, "in_work_or_study_after_12_months") | {"level": "75"}
    assert director.post(f"/overall/{YEAR}/NI", changed).status_code == 302
    assert goals()["in_work_or_study_after_12_months"]["level"] == 0.75
    assert "Modellens måltal er nu 80,0 %" in texts(director.get(f"/overall/{YEAR}/NI"))
    again = form(director, "in_work_or_study_after_12_months")
    assert director.post(f"/overall/{YEAR}/NI", {**again, "do": "model"}).status_code == 302
    assert goals()["in_work_or_study_after_12_months"]["level"] == 0.80


def test_a_goal_that_is_left_out_is_asked_of_nobody_until_it_is_set_again(director, nothing_set):
    said = form(director, "in_work_or_study_after_12_months")
    assert director.post(f"/overall/{YEAR}/NI", {**said, "do": "leave_out"}).status_code == 302
    assert "80,0 %" not in texts(director.get(f"/overall/{YEAR}/NI"))
    assert [goal.indicator for goal in kept(begun(director, YEAR))[1].goals] == ["fast_lasting_exit"]
    again = {"revision": "0", "indicator": "in_work_or_study_after_12_months", "level": "81", "sharing": "shared"}
    assert director.post(f"/overall/{YEAR}/NI", again).status_code == 302
    assert "81" in form(director, "in_work_or_study_after_12_months")["level"]


def test_a_share_of_the_whole_may_be_typed_and_becomes_people(director, nothing_set):
    typed = {"revision": "0", "indicator": "fast_exit", "level": "60", "rule": "history", "sharing": "own"}
    assert director.post(f"/overall/{YEAR}/NI", typed).status_code == 302
    said = goals()["fast_exit"]
    assert said["count"] == -(-said["of"] * 6 // 10)
    assert sum(said["offered"].values()) == said["count"]


def test_what_an_indicator_cannot_be_is_set_by_nobody(nothing_set):
    """The form says so in its field; whatever else sets a goal is held to the same."""
    from pejling.agreements.contracts import NotNow, put_overall
    from pejling.steering.contracts import OverallGoal
    from pejling.steering.possible import SHARE

    for level in (2.5, -0.1):
        said = OverallGoal(indicator="fast_exit", year=YEAR, sharing="shared", level=level)
        with pytest.raises(NotNow, match="impossible"):
            put_overall("director", "NI", said, 0, SHARE)
    assert goals() == {}
    put_overall("director", "NI", said.model_copy(update={"level": 1.0}), 0, SHARE)
    assert goals()["fast_exit"]["level"] == 1.0


def test_what_cannot_be_read_stays_in_its_field_with_why(director, nothing_set):
    said = form(director, "fast_lasting_exit") | {"count": "mange"}
    response = director.post(f"/overall/{YEAR}/NI", said)
    assert response.status_code == 422
    assert 'value="mange" aria-invalid="true"' in response.content.decode()
    assert "Skriv et helt tal." in texts(response)


@pytest.mark.parametrize("address", ["/overall/1900/NI", "/overall/99999/NI", "/contracts?year=1900"])
def test_a_year_far_from_the_records_is_not_there(director, address):
    answer = director.get(address)
    assert (answer.status_code, "langt fra det år" in texts(answer)) == (404, True)


def test_no_contract_is_begun_for_a_year_far_from_the_records(director):
    said = {"upper": "NI", "unit": "Belfast", "year": "1900"}
    assert director.post("/contracts/new", said).status_code == 404
