"""Contracts as two parties write, negotiate and sign them, over the example of Northern Ireland."""

import re
from itertools import count

import pytest
from web.conftest import signed_in
from web.test_pages import texts

YEARS = count(2003, 2)  # one a test: a contract is between two for a year, and begins with the year before


@pytest.fixture
def year(northern_ireland):
    from axes.utils import reset

    reset()
    return next(YEARS)


@pytest.fixture
def director(northern_ireland):
    return signed_in("director")


@pytest.fixture
def belfast(northern_ireland):
    return signed_in("belfast")


@pytest.fixture
def western(northern_ireland):
    return signed_in("western")


def set_overall(director, year, indicator="fast_lasting_exit", **said):
    typed = {"revision": "0", "indicator": indicator, "count": "22", "rule": "history", "sharing": "own", **said}
    response = director.post(f"/overall/{year}/NI", typed)
    assert response.status_code == 302, texts(response)


def begun(director, year, unit="Belfast"):
    """The id of a new draft."""
    response = director.post("/contracts/new", {"upper": "NI", "unit": unit, "year": year})
    assert response.status_code == 302, texts(response)
    return int(re.search(r"/contracts/(\d+)/edit", response.headers["Location"])[1])


def form_of(client, contract):
    """The fields of the form as a browser would send them, untouched."""
    html = client.get(f"/contracts/{contract}/edit").content.decode()
    fields: dict[str, list[str] | str] = {}
    for tag in re.findall(r"<input [^>]*>", html.split('class="writing"')[1]):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            known = fields.setdefault(name[1], [])
            known.append(value[1] if value else "")
    for name, text in re.findall(r'<textarea [^>]*name="(\w+)">([^<]*)</textarea>', html):
        fields[name] = text
    return fields


def save(client, contract, **changed):
    return client.post(f"/contracts/{contract}/edit", {**form_of(client, contract), **changed})


def propose(client, contract, **changed):
    return save(client, contract, **{"purpose": "Arbejde, der varer", "then": "propose", **changed})


def proposed(director, year, unit="Belfast"):
    contract = begun(director, year, unit)
    assert propose(director, contract).status_code == 302
    return contract


def sign(client, contract, **more):
    html = client.get(f"/contracts/{contract}/sign").content.decode()
    agreed = dict.fromkeys(re.findall(r'name="(agree-\w+)"', html), "yes")
    revision = re.search(r'name="revision" value="(\d+)"', html)[1]
    return client.post(f"/contracts/{contract}/sign", {"revision": revision, **agreed, **more})


def receipt(client, contract):
    """What the contract's page says was done, without the time; None where nothing was."""
    said = re.search(r'role="status">([^<]+) \d\d\.\d\d<', client.get(f"/contracts/{contract}").content.decode())
    return said and said[1]


def kept(contract):
    from pejling.agreements.contracts import content, newest
    from pejling.agreements.models import Contract

    version = newest(Contract.objects.get(pk=contract))
    return version, content(version)


def test_dropping_is_asked_about_once_more_and_an_empty_comment_says_what_lacks(northern_ireland):
    director = signed_in("director")
    set_overall(director, 2107)
    contract = proposed(director, 2107)
    page = director.get(f"/contracts/{contract}").content.decode()
    (asked,) = re.findall(rf'<details class="details">(?:(?!</details>).)*/{contract}/drop".*?</details>', page, re.S)
    assert "Det kan ikke gøres om." in asked and page.count(f"/{contract}/drop") == 1
    answer = director.post(f"/contracts/{contract}/comment", {"text": " "})
    html = answer.content.decode()
    assert answer.status_code == 422 and 'href="#comment"' in html and 'id="wrong-comment">' in html


def test_a_contract_begins_with_what_is_offered_and_what_was_reached(director, year):
    set_overall(director, year)
    _, said = kept(begun(director, year))
    (goal,) = said.goals
    assert (goal.count, goal.of) == (6, 13)
    assert (goal.baseline_period, goal.baseline_count, goal.baseline_of) == ("1998", 4, 13)
    assert goal.trajectory[-1] == 6 and list(goal.trajectory) == sorted(goal.trajectory)


def test_what_is_offered_adds_up_to_the_whole_by_every_rule(director, year):
    from pejling.agreements.models import OverallGoal

    for revision, rule in enumerate(("equal", "intake", "history")):
        set_overall(director, year, rule=rule, revision=str(revision))
        offered = OverallGoal.objects.get(year=year).content["offered"]
        assert len(offered) == 5 and sum(offered.values()) == 22, rule


def test_a_changed_contribution_shows_the_gap_at_once_without_being_saved(director, year):
    set_overall(director, year)
    director.post("/contracts/new", {"upper": "NI", "unit": "", "year": year})
    from pejling.agreements.models import Contract

    contract = Contract.objects.get(year=year, unit="Belfast").pk
    fields = form_of(director, contract) | {"goals-fast_lasting_exit-count": "4"}
    response = director.post(f"/contracts/{contract}/adds-up", fields)
    assert "Bidragene når ikke helheden: 20 af 22. Der mangler 2." in texts(response)
    assert kept(contract)[1].goals[0].count == 6


def test_a_contract_goes_from_draft_to_signed_by_both_and_runs_from_its_year(director, belfast):
    year = 1999
    set_overall(director, year)
    contract = proposed(director, year)
    assert kept(contract)[0].state == "proposed"
    assert receipt(director, contract) == "Foreslået for den anden part"
    assert sign(director, contract).status_code == 302
    assert receipt(director, contract) == "Underskrevet"
    assert receipt(director, contract) is None  # said once
    assert kept(contract)[0].state == "proposed"
    assert sign(belfast, contract).status_code == 302
    version, _ = kept(contract)
    assert version.state == "signed"
    assert "Løber" in texts(belfast.get(f"/contracts/{contract}"))
    assert {s.party: s.who for s in version.signatures.all()} == {"upper": "director", "unit": "belfast"}
    sentences = version.definitions[0]["sentences"]
    assert sentences["da"][0].startswith("Ser på de forløb") and sentences["en"][0].startswith("Looks at the courses")


def test_what_does_not_add_up_is_signed_with_a_reason_only(director, belfast, year):
    set_overall(director, year)
    contract = begun(director, year)
    propose(director, contract, **{"goals-fast_lasting_exit-count": "3"})
    refused = sign(director, contract)
    assert (refused.status_code, "Der mangler et par ord" in texts(refused)) == (422, True)
    assert sign(director, contract, reason="Belfast tager sig af de unge uden prøver.").status_code == 302
    assert sign(belfast, contract).status_code == 422
    assert sign(belfast, contract, reason="Aftalt.").status_code == 302
    version, _ = kept(contract)
    assert version.state == "signed"
    assert "Belfast tager sig af de unge uden prøver." in texts(director.get(f"/contracts/{contract}"))


def test_every_definition_is_agreed_to_or_objected_to_and_an_objection_is_kept(director, belfast, year):
    set_overall(director, year)
    contract = proposed(director, year)
    html = belfast.get(f"/contracts/{contract}/sign").content.decode()
    assert "Ser på de forløb, der begyndte i perioden" in html
    unanswered = sign(belfast, contract, **{"agree-fast_lasting_exit": ""})
    assert unanswered.status_code == 422
    said = {"agree-fast_lasting_exit": "no", "objection-fast_lasting_exit": "Tre måneder er for kort."}
    assert sign(belfast, contract, **said).status_code == 302
    version, _ = kept(contract)
    assert version.signatures.get().objections == {"fast_lasting_exit": "Tre måneder er for kort."}
    assert "Tre måneder er for kort." in texts(director.get(f"/contracts/{contract}"))


def test_comments_by_both_open_the_negotiation_and_then_both_may_write(director, belfast, year):
    set_overall(director, year)
    contract = proposed(director, year)
    assert belfast.get(f"/contracts/{contract}/edit").status_code == 409
    belfast.post(f"/contracts/{contract}/comment", {"text": "Vi kan nå fem."})
    assert receipt(belfast, contract) == "Kommentaren er gemt"
    director.post(f"/contracts/{contract}/comment", {"text": "Så seks."})
    assert kept(contract)[0].state == "negotiated"
    assert save(belfast, contract, **{"goals-fast_lasting_exit-count": "6"}).status_code == 302
    page = texts(director.get(f"/contracts/{contract}"))
    assert "Vi kan nå fem." in page and "Så seks." in page


def test_once_one_has_signed_the_words_stand_still(director, belfast, year):
    set_overall(director, year)
    contract = proposed(director, year)
    director.post(f"/contracts/{contract}/comment", {"text": "Se her."})
    fields = form_of(belfast, contract)
    sign(director, contract)
    assert belfast.post(f"/contracts/{contract}/edit", fields).status_code == 409
    director.post(f"/contracts/{contract}/withdraw")
    assert belfast.post(f"/contracts/{contract}/edit", fields).status_code == 302


def test_the_second_of_two_who_edit_is_told_and_shown_both_and_nothing_is_overwritten(director, belfast, year):
    set_overall(director, year)
    contract = begun(director, year)
    first, second = form_of(director, contract), form_of(belfast, contract)
    mine = {"goals-fast_lasting_exit-count": "5", "purpose": "Hvad direktøren skrev"}
    assert director.post(f"/contracts/{contract}/edit", first | mine).status_code == 302
    response = belfast.post(f"/contracts/{contract}/edit", second | {"purpose": "Hvad Belfast skrev"})
    page = texts(response)
    assert response.status_code == 409
    assert "director har gemt den, siden du åbnede den" in page
    assert "Hvad direktøren skrev" in page and "Hvad Belfast skrev" in page
    assert "5 af 13 (38,5 %)" in page and "6 af 13 (46,2 %)" in page
    _, said = kept(contract)
    assert (said.purpose, said.goals[0].count) == ("Hvad direktøren skrev", 5)
    again = re.search(r'name="revision" value="(\d+)"', response.content.decode())[1]
    settled = second | {"purpose": "Fælles", "revision": again, "goals-fast_lasting_exit-count": "5"}
    assert belfast.post(f"/contracts/{contract}/edit", settled).status_code == 302
    assert kept(contract)[1].purpose == "Fælles"


def test_a_signed_contract_never_changes_and_an_amendment_needs_a_reason(director, belfast, year):
    set_overall(director, year)
    contract = proposed(director, year)
    sign(director, contract)
    sign(belfast, contract)
    signed, _ = kept(contract)
    assert director.get(f"/contracts/{contract}/edit").status_code == 409
    signed.content = {**signed.content, "purpose": "noget andet"}
    with pytest.raises(TypeError, match="never changes"):
        signed.save()
    number = {"version": signed.number}
    assert director.post(f"/contracts/{contract}/amend", number).status_code == 409
    assert director.post(f"/contracts/{contract}/amend", {**number, "reason": "Ny lov."}).status_code == 302
    propose(director, contract, **{"goals-fast_lasting_exit-count": "7"})
    first = director.get(f"/contracts/{contract}?version=1")
    assert "6 af 13" in texts(first)
    sign(belfast, contract, reason="Ny lov.")
    sign(director, contract, reason="Ny lov.")
    states = {each.number: each.state for each in signed.contract.versions.all()}
    assert states == {1: "replaced", 2: "signed"}
    assert "Ny lov." in texts(director.get(f"/contracts/{contract}"))


def test_last_years_contract_is_a_starting_point(director, belfast, year):
    set_overall(director, year)
    contract = begun(director, year)
    propose(director, contract, purpose="Få mål", follow_up="Hver måned")
    sign(director, contract)
    sign(belfast, contract)
    director.post(f"/contracts/{contract}/close", {"version": 1, "closing": "Det gik godt."})
    _, said = kept(begun(director, year + 1))
    assert (said.purpose, said.follow_up, said.goals[0].indicator) == ("Få mål", "Hver måned", "fast_lasting_exit")
    assert said.goals[0].count is None  # nothing is offered for that year


def test_another_centres_draft_cannot_be_read_or_changed_nor_worked_out(director, western, year):
    set_overall(director, year)
    contract = begun(director, year)
    mine = begun(director, year, "Western")
    save(director, contract, **{"goals-fast_lasting_exit-count": "1"})
    for address in ("", "/edit", "/sign", "?version=1"):
        assert western.get(f"/contracts/{contract}{address}").status_code == 404, address
    for act in ("edit", "adds-up", "propose", "comment", "sign", "withdraw", "amend", "close", "drop"):
        assert western.post(f"/contracts/{contract}/{act}", {"text": "x", "reason": "x"}).status_code == 404, act
    assert "Belfast" not in texts(western.get(f"/contracts?year={year}"))
    assert "22 af 22" in texts(western.get(f"/contracts/{mine}/edit"))  # by what was offered, not by Belfast's draft
    assert "17 af 22" in texts(director.get(f"/contracts/{mine}/edit"))


def test_what_is_signed_is_read_above_and_below_but_not_beside(director, belfast, western, year):
    set_overall(director, year)
    contract = proposed(director, year)
    readers = {name: signed_in(name) for name in ("politician", "caseworker")}
    assert {readers[name].get(f"/contracts/{contract}").status_code for name in readers} == {404}
    sign(director, contract)
    sign(belfast, contract)
    assert {readers[name].get(f"/contracts/{contract}").status_code for name in readers} == {200}
    assert western.get(f"/contracts/{contract}").status_code == 404


def test_a_minimum_standard_is_held_by_every_contract_or_signed_with_a_reason(director, belfast, year):
    set_overall(director, year, "weeks_to_exit", sharing="minimum", count="", level="20")
    contract = begun(director, year)
    saved = propose(director, contract, **{"goals-weeks_to_exit-level": "25,5"})
    assert saved.status_code == 302, texts(saved)
    assert "Mangler eller er svagere i kontrakten med: Belfast" in texts(director.get(f"/contracts/{contract}"))
    assert sign(belfast, contract).status_code == 422


def test_more_than_all_cannot_be_asked_and_what_cannot_be_read_is_not_saved(director, year):
    set_overall(director, year)
    contract = begun(director, year)
    for typed in ("14", "seks"):
        response = save(director, contract, **{"goals-fast_lasting_exit-count": typed})
        assert response.status_code == 422, typed
    assert kept(contract)[1].goals[0].count == 6


def test_two_who_set_the_same_overall_goal_do_not_overwrite_each_other(director, year):
    set_overall(director, year)
    second = {"revision": "0", "indicator": "fast_lasting_exit", "count": "30", "rule": "equal", "sharing": "own"}
    response = director.post(f"/overall/{year}/NI", second)
    assert (response.status_code, "Du ville have sat helheden til 30" in texts(response)) == (409, True)


def test_every_change_is_in_the_log_and_the_log_holds(director, belfast, year):
    from pejling.agreements import audit
    from pejling.agreements.models import Entry
    from pejling.agreements.states import NOW

    set_overall(director, year)
    contract = proposed(director, year)
    sign(director, contract)
    sign(belfast, contract)
    found = Entry.objects.filter(of=f"contract {contract}.1").values_list("who", "what")
    assert list(found) == [
        ("director", "contract begun"),
        ("director", "contract saved"),
        ("director", "contract proposed"),
        ("director", "contract signed for upper"),
        ("belfast", "contract signed for unit"),
    ]
    assert list(audit.verify([], NOW)) == []


def by_level(director, year, level="20"):
    """A draft whose one goal is a time, told as a level."""
    set_overall(director, year, "weeks_to_exit", sharing="minimum", count="", level=level)
    return begun(director, year)


@pytest.mark.parametrize(
    "field, typed, why",
    [
        ("count", "-5", "Skriv 0 eller mere."),
        ("count", "14", "en del er ikke større end sin helhed"),
        ("count", "99999999999", "Skriv højst 10.000.000."),
        ("of", "-1", "Skriv 0 eller mere."),
        ("weight", "0", "Skriv en vægt fra 1 til 100 procent"),
        ("weight", "500", "Skriv en vægt fra 1 til 100 procent"),
        ("q1", "5", "Der tælles fra 1. januar, så antallet kan ikke falde"),
        ("q1", "-1", "Skriv 0 eller mere."),
        ("later-2", "157", "Skriv en andel fra 0 til 100 procent."),
        ("later-1", "nan", "Skriv et tal."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_with_what_is_allowed(director, year, field, typed, why):
    set_overall(director, year)
    contract = begun(director, year)
    before = kept(contract)[1]
    way = {f"goals-fast_lasting_exit-q{n}": str(n) for n in (1, 2, 3)}
    refused = save(director, contract, **{**way, f"goals-fast_lasting_exit-{field}": typed})
    html = refused.content.decode()
    assert refused.status_code == 422
    said = re.search(rf'id="wrong-goals-fast_lasting_exit-{field}">([^<]*)<', html)
    assert said and why in said[1]
    assert f'value="{typed}" aria-invalid="true"' in html
    assert kept(contract)[1] == before


def test_a_time_below_nothing_is_refused_and_its_field_names_its_unit(director, year):
    contract = by_level(director, year)
    assert "Niveau (uger)" in texts(director.get(f"/contracts/{contract}/edit"))
    refused = save(director, contract, **{"goals-weeks_to_exit-level": "-1"})
    assert (refused.status_code, "Skriv 0 eller mere." in texts(refused)) == (422, True)


def test_a_share_told_as_a_level_is_a_part_of_the_whole(director, year):
    key = "in_work_or_study_after_12_months"
    said = {"revision": "0", "indicator": key, "sharing": "shared", "level": "157"}
    refused = director.post(f"/overall/{year}/NI", said)
    assert (refused.status_code, "Skriv en andel fra 0 til 100 procent." in texts(refused)) == (422, True)
    assert director.post(f"/overall/{year}/NI", {**said, "level": "80"}).status_code == 302
    contract = begun(director, year)
    refused = save(director, contract, **{f"goals-{key}-level": "157", "then": "propose"})
    assert (refused.status_code, "Skriv en andel fra 0 til 100 procent." in texts(refused)) == (422, True)
    assert kept(contract)[0].state == "draft"


def test_a_new_goal_that_cannot_be_is_refused_and_stays_chosen(director, year):
    contract = begun(director, year)
    for key, typed, why in (
        ("weeks_to_exit", "-1", "Skriv 0 eller mere."),
        ("average_jobless", "-1", "Skriv 0 eller mere."),
        ("fast_exit", "-1", "Skriv 0 eller mere."),
    ):
        refused = save(director, contract, **{"new-indicator": key, "new-count": typed})
        assert refused.status_code == 422, key
        html = refused.content.decode()
        assert f'<option value="{key}" selected' in html and why in html


def test_what_cannot_be_is_not_signed_however_it_came_to_stand_there(director, year):
    from pejling.agreements import contracts

    contract = by_level(director, year)
    version, said = kept(contract)
    propose(director, contract)
    (goal,) = said.goals
    impossible = said.model_copy(update={"goals": (goal.model_copy(update={"level": -1.0}),)})
    version, _ = kept(contract)
    director.post(f"/contracts/{contract}/comment", {"text": "Se her."})
    with pytest.raises(contracts.NotNow, match="impossible"):
        contracts.save("director", version, version.revision, impossible, version.definitions)
    version.content, version.state = impossible.model_dump(mode="json"), "negotiated"
    version.save()  # as it might have been kept before there was such a rule: it is read, and not signed
    assert director.get(f"/contracts/{contract}").status_code == 200
    assert sign(director, contract, reason="Aftalt.").status_code == 409


def test_without_a_purpose_nothing_is_proposed(director, year):
    set_overall(director, year)
    contract = begun(director, year)
    refused = save(director, contract, then="propose", economy="Som sidste år")
    assert (refused.status_code, "Den har intet formål endnu" in texts(refused)) == (422, True)
    version, said = kept(contract)
    assert (version.state, said.economy) == ("draft", "Som sidste år")
    assert "Den har intet formål endnu" in texts(director.get(f"/contracts/{contract}/edit"))


def test_an_untouched_draft_is_not_proposed_by_pressing_enter(director, year):
    set_overall(director, year)
    contract = begun(director, year)
    save(director, contract, purpose="Arbejde, der varer")
    html = director.get(f"/contracts/{contract}/edit").content.decode()
    assert 'value="propose"' in html and "autofocus" not in html


@pytest.mark.parametrize(
    "typed, field, why",
    [
        ({"payment-0-amount": "500"}, "payment-0-text", "Skriv, hvad beløbet er for."),
        ({"payment-0-text": "Vejledning"}, "payment-0-amount", "Skriv, hvor mange kroner"),
        ({"payment-0-text": "Vejledning", "payment-0-amount": "1e30"}, "payment-0-amount", "Skriv et tal."),
        ({"others-0-due": "1.6.2009"}, "others-0-text", "Skriv, hvad der skal gøres"),
    ],
)
def test_half_a_line_is_not_thrown_away(director, year, typed, field, why):
    set_overall(director, year)
    contract = begun(director, year)
    refused = save(director, contract, **typed)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert why in re.search(rf'id="wrong-{field}">([^<]*)<', html)[1]
    assert all(f'value="{value}"' in html for value in typed.values())


def test_what_is_only_offered_is_marked_and_the_column_adds_up_as_it_is_read(director, year):
    set_overall(director, year)
    save(director, begun(director, year), **{"goals-fast_lasting_exit-count": "4"})
    html = director.get(f"/contracts?year={year}").content.decode()
    body = html[html.index("I kontrakten") :]
    row = r'<tr><th scope="row">([^<]*)</th>.*?<td class="n">([^<]*)(<span[^<]*</span>)?</td></tr>'
    cells = re.findall(row, body)
    parts = {name: int(cell) for name, cell, _ in cells if name not in ("Tilsammen", "Helheden")}
    assert len(parts) == 5 and parts["Belfast"] == 4
    assert sum(parts.values()) == int(next(cell for name, cell, _ in cells if name == "Tilsammen"))
    assert {name for name, _, mark in cells if "kun tilbudt" in mark} == set(parts) - {"Belfast"}


def test_a_text_that_still_names_last_year_is_pointed_out_and_refuses_nothing(director, year):
    set_overall(director, year)
    contract = begun(director, year)
    said = {"economy": f"Ramme {year - 1}: 55,6 mio. kr.", "law": f"Som i {year - 1}, også i {year}", "purpose": "x"}
    save(director, contract, **said)
    for address in (f"/contracts/{contract}/edit", f"/contracts/{contract}"):
        page = texts(director.get(address))
        assert f"Økonomi nævner {year - 1} og ikke {year}" in page, address
        assert "Lovens krav nævner" not in page
    assert propose(director, contract).status_code == 302
