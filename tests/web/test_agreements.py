"""Implementation agreements over the example of Northern Ireland: who does what, what is owed, did the effect come."""

import re

import pytest
from web.conftest import signed_in
from web.test_pages import texts

SAID = {
    "title": "Virksomheder åbner for unge", "purpose": "Fokusområdet om unge", "begun_by": "NI",
    "effect": "fast_lasting_exit", "effect_unit": "NI", "before": "1996", "responsible": "Belfast",
    "person": "Anna", "risks": "For få pladser\nIngen tid",
    "actors-0-unit": "Belfast", "actors-0-task": "Finder pladser", "actors-1-unit": "Western",
    "actors-1-task": "Følger op", "milestones-0-text": "50 pladser", "milestones-0-unit": "Belfast",
    "milestones-0-due": "31.12.2025", "milestones-0-target": "50", "milestones-1-text": "Alle er talt med",
    "milestones-1-unit": "Western", "milestones-1-due": "1.1.2020",
}  # fmt: skip


@pytest.fixture
def agreement(northern_ireland):
    response = signed_in("director").post("/agreements/new", SAID)
    assert response.status_code == 302, texts(response)
    return int(response.headers["Location"].rsplit("/", 1)[1])


def test_a_milestone_that_is_overdue_is_seen_by_who_owes_it_and_no_other(agreement):
    owed = "Du skylder dette: Virksomheder åbner for unge"
    assert owed in texts(signed_in("western").get("/agreements"))
    assert owed not in texts(signed_in("director").get("/agreements"))
    page = texts(signed_in("director").get(f"/agreements/{agreement}"))
    assert "overskredet" in page and "(skal nås: 50)" in page


def test_who_owes_a_milestone_says_when_it_is_reached(agreement):
    assert (
        signed_in("belfast").post(f"/agreements/{agreement}/act", {"do": "done", "milestone": "1"}).status_code == 302
    )
    again = signed_in("western").post(f"/agreements/{agreement}/act", {"do": "done", "milestone": "1"})
    assert again.status_code == 409
    assert (
        signed_in("western").post(f"/agreements/{agreement}/act", {"do": "done", "milestone": "0"}).status_code == 403
    )


def test_everyone_with_a_part_notes_how_it_stands_and_only_who_leads_writes_in_it(agreement):
    western = signed_in("western")
    western.post(f"/agreements/{agreement}/act", {"do": "note", "text": "Ti pladser nu."})
    assert "Ti pladser nu." in texts(signed_in("belfast").get(f"/agreements/{agreement}"))
    assert western.get(f"/agreements/{agreement}/edit").status_code == 403
    assert western.post(f"/agreements/{agreement}/act", {"do": "close", "came": "yes", "said": "x"}).status_code == 403


def test_who_may_not_learns_nothing_of_how_far_it_has_come(agreement):
    """Western has a part in it and does not lead it: the answer is the same before and after it is closed."""
    address, western = f"/agreements/{agreement}/act", signed_in("western")
    for_leaders = ({"do": "done", "milestone": "0"}, {"do": "done", "milestone": "7"},
                   {"do": "close"}, {"do": "close", "came": "yes", "said": "x"})  # fmt: skip
    before = [western.post(address, said).status_code for said in for_leaders]
    signed_in("director").post(address, {"do": "close", "came": "partly", "said": "Det virkede for nogle."})
    assert [western.post(address, said).status_code for said in for_leaders] == before == [403] * len(for_leaders)


def test_closing_asks_whether_the_effect_came_and_keeps_the_figures_of_the_day(agreement):
    belfast, director = signed_in("belfast"), signed_in("director")
    assert director.post(f"/agreements/{agreement}/act", {"do": "close", "came": "partly"}).status_code == 422
    said = {"do": "close", "came": "partly", "said": "Det virkede for nogle."}
    assert director.post(f"/agreements/{agreement}/act", said).status_code == 302
    page = texts(belfast.get(f"/agreements/{agreement}"))
    assert "Delvist. Det virkede for nogle." in page.replace(" .", ".")
    assert "34,8 % (22,7–49,2 %): 16 af 46 forløb" in page  # 1996, of the whole country
    assert director.post(f"/agreements/{agreement}/act", {"do": "note", "text": "x"}).status_code == 409


def test_a_note_and_a_closing_say_at_their_fields_what_they_lack_and_keep_what_was_typed(agreement):
    director, address = signed_in("director"), f"/agreements/{agreement}/act"
    empty = director.post(address, {"do": "note", "text": "  "})
    assert (empty.status_code, field(empty, "note")) == (422, "Skriv først din note.")
    without_answer = director.post(address, {"do": "close", "came": "perhaps", "said": "Det virkede for nogle."})
    page = without_answer.content.decode()
    assert (without_answer.status_code, field(without_answer, "came")) == (422, "Sig, om effekten kom.")
    assert 'href="#came-yes"' in page and 'id="came-yes"' in page and ">Det virkede for nogle.</textarea>" in page
    without_words = director.post(address, {"do": "close", "came": "partly", "said": " "})
    page = without_words.content.decode()
    assert (without_words.status_code, field(without_words, "said")) == (422, "Sig med få ord, hvordan det gik.")
    assert 'value="partly" checked' in page and '<details class="details" open>' in page
    assert director.post(address, {"do": "close", "came": "partly", "said": "x" * 2001}).status_code == 422
    assert "Løber" in texts(director.get(f"/agreements/{agreement}"))


def test_a_form_that_is_refused_says_why_at_its_fields_and_keeps_what_was_chosen(northern_ireland):
    director = signed_in("director")
    nameless = director.post("/agreements/new", {**SAID, "title": " ", "before": "1994"})
    assert (nameless.status_code, field(nameless, "title")) == (422, "Giv den et navn.")
    assert "<option selected>1994</option>" in nameless.content.decode()
    long = director.post("/agreements/new", {**SAID, "purpose": "x" * 2001})
    assert field(long, "purpose") == "Det er for langt eller ikke muligt."
    assert field(director.post("/agreements/new", {**SAID, "responsible": ""}), "responsible")


def field(answer, name):
    """What is said at a field."""
    found = re.search(f'<span class="form-error-message" id="wrong-{name}">([^<]*)</span>', answer.content.decode())
    return found and found[1]


def test_the_second_of_two_who_edit_is_told_and_nothing_is_overwritten(agreement):
    director, belfast = signed_in("director"), signed_in("belfast")
    page = director.get(f"/agreements/{agreement}/edit").content.decode()
    revision = {"revision": re.search(r'name="revision" value="(\d+)"', page)[1]}
    assert director.post(f"/agreements/{agreement}/edit", SAID | revision | {"purpose": "Hans"}).status_code == 302
    response = belfast.post(f"/agreements/{agreement}/edit", SAID | revision | {"purpose": "Hendes"})
    assert response.status_code == 409
    assert "Hans" in texts(response) and "director har gemt den" in texts(response)
    assert "Hans" in texts(belfast.get(f"/agreements/{agreement}"))


@pytest.mark.parametrize(
    "changed, said",
    [({"milestones-0-unit": "Southern"}, "har en opgave blandt aktørerne"), ({"title": ""}, "Giv den et navn"),
     ({"milestones-0-due": "snart"}, "Skriv en dag"), ({"responsible": ""}, "Vælg den ene ansvarlige")],
)  # fmt: skip
def test_what_cannot_be_an_agreement_says_why(northern_ireland, changed, said):
    response = signed_in("director").post("/agreements/new", SAID | changed)
    assert (response.status_code, said in texts(response)) == (422, True), texts(response)


def test_who_has_no_part_in_it_does_not_see_it(northern_ireland):
    response = signed_in("director").post("/agreements/new", SAID | {"actors-1-unit": "", "milestones-1-text": ""})
    number = response.headers["Location"].rsplit("/", 1)[1]
    assert signed_in("western").get(f"/agreements/{number}").status_code == 404
    assert signed_in("belfast").get(f"/agreements/{number}").status_code == 200
