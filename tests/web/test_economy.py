"""The pages of economy and forecast: the figures of the steering, said in words, at every unit and for who may see."""

import re
from contextlib import closing

import pytest
from web.conftest import signed_in
from web.test_pages import Texts

from pejling.facts.store import Store, connect
from pejling.indicators.ledger import ledger
from pejling.steering.economy import economy

MEMORY: dict = {}


@pytest.fixture
def reader(northern_ireland, copenhagen: Store, monkeypatch):
    """Someone with a role in the Copenhagen example, in either language."""
    from django.conf import settings
    from django.contrib.auth.models import User

    from pejling.agreements import people
    from pejling.web import views

    monkeypatch.setattr(settings, "STORE", copenhagen)
    monkeypatch.setattr(views, "MEMORY", MEMORY)

    def signed(language="en", role="director", unit="BIF"):
        name = f"{role} {unit}"
        if not User.objects.filter(username=name).exists():
            people.add_user("the tests", name, "a-password-of-the-tests")
            people.give_role("the tests", name, role, unit)
        return signed_in(name, language)

    return signed


def page(client, address) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def texts(html: str) -> str:
    parser = Texts()
    parser.feed(html)
    return " ".join(text for text in parser.found if text)


@pytest.mark.slow
def test_the_page_shows_the_economy_s_own_figures(reader, copenhagen):
    html = page(reader(), "/economy/JC-V?month=2009-06")
    with closing(connect(copenhagen, read_only=True)) as connection:
        found = economy(ledger(connection, "JC-V", "2009-06"))
    said = texts(html)
    for line in (found.whole, *found.accounts, *(line for _, line in found.parts)):
        for amount in (line.budget, line.spent, line.committed, line.expected):
            assert f"{amount:,.2f}" in said, (line.account, amount)
    assert "Sign of over-spending. If the year goes on as earlier ones did, it ends" in re.sub(r"\s+", " ", said)
    for step in found.steps[6:]:
        assert f"{step.low:,.2f}" in said
        assert f"{step.high:,.2f}" in said


@pytest.mark.slow
def test_both_languages_and_the_unit_s_page_lead_there(reader):
    html = page(reader("da"), "/units/JC-V")
    assert '/economy/JC-V"' in html
    danish = page(reader("da"), "/economy/JC-V?month=2009-06")
    assert "Tegn på merforbrug" in danish
    assert "53.077.138,65" in danish or re.search(r"\d{2}\.\d{3}\.\d{3},\d{2}", danish)
    assert "%(" not in danish
    assert '/forecast/intake/JC-V"' in page(reader("da"), "/indicators/intake/JC-V")


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/economy/BIF?month=2009-12", "/economy/BIF?month=2008-05", "/economy/LEV",
                                     "/economy/JC-V-IND?month=2009-11", "/forecast/spent/JC-V",
                                     "/forecast/intake/LEV"])  # fmt: skip
def test_every_state_of_a_year_has_its_page(reader, address):
    for language in ("da", "en"):
        html = page(reader(language), address)
        assert "%(" not in html
        assert "None" not in re.sub(r"<[^>]*>", "", html)


@pytest.mark.slow
def test_too_short_a_history_says_so(reader):
    html = page(reader(), "/economy/BIF?month=2008-05")
    assert "Too short a history" in html
    assert "takes three years of months" in html


@pytest.mark.slow
def test_a_unit_cost_that_is_not_mature_shows_when_it_will_be(reader):
    html = re.sub(r"\s+", " ", page(reader(), "/economy/BIF?month=2009-12"))
    assert "Mature when the records reach" in html
    assert "the year to June 2009" in html  # the newest that is decided


@pytest.mark.slow
def test_who_has_no_right_at_the_unit_does_not_find_it(reader):
    nord = reader(role="centre_leader", unit="JC-N")
    assert nord.get("/economy/JC-N?month=2009-06").status_code == 200
    for address in ("/economy/JC-V", "/economy/BIF", "/forecast/intake/JC-V", "/forecast/spent/BIF"):
        assert nord.get(address).status_code == 404
    politician = reader(role="politician", unit="BIF")
    assert politician.get("/economy/BIF").status_code == 403
    assert politician.get("/forecast/intake/BIF").status_code == 403


@pytest.mark.slow
def test_a_centre_s_figures_are_the_same_for_its_leader_and_for_the_director(reader):
    """The season is the whole place's, also for one who sees only a part of it."""
    address = "/economy/JC-N?month=2009-06"
    amounts = re.compile(r"\d[\d,]*\.\d{2}\b")
    seen = [
        amounts.findall(texts(page(each, address))) for each in (reader(), reader(role="centre_leader", unit="JC-N"))
    ]
    assert seen[0] == seen[1]
    assert len(seen[0]) > 50


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/economy/BIF?month=2010-01", "/economy/BIF?month=x", "/economy/nowhere",
                                     "/forecast/lasting_share/BIF", "/forecast/budget/BIF",
                                     "/forecast/intake/nowhere"])  # fmt: skip
def test_what_is_not_there_is_said_to_be_so(reader, address):
    assert reader().get(address).status_code == 404


def test_a_model_without_an_economy_says_what_to_write(english):
    html = page(english, "/economy/NI")
    assert "The model does not say which figures are the economy" in html
    assert "/economy/NI" not in page(english, "/units/NI")


def test_real_counts_are_forecast_too(english):
    html = re.sub(r"\s+", " ", page(english, "/forecast/intake/NI"))
    assert "Expected of all of 1999" in html
    assert "Left out, being unlike the same month of all other years: July 1993" in html
    assert re.search(r"Of \d+ earlier forecasts with an interval, \d+% held what came", html)


@pytest.mark.slow
@pytest.mark.parametrize(
    "addresses",
    [("/status/JC-O/2009-06", "/economy/JC-O?month=2009-06"), ("/economy/JC-O?month=2009-06", "/status/JC-O/2009-06")],
)
def test_what_one_page_remembers_of_a_month_no_other_takes_for_its_own(reader, monkeypatch, addresses):
    from pejling.web import views

    monkeypatch.setattr(views, "MEMORY", {})
    director = reader()
    for address in addresses:
        page(director, address)


@pytest.mark.slow
def test_where_no_money_stands_no_kroner_are_told(reader):
    """A caseworker's own courses cost what is posted at the team: 0 kroner would be another thing."""
    from django.contrib.auth.models import User

    from pejling.agreements import tokens

    own = reader("da", "caseworker", "JC-N-UNG-3")
    said = page(own, "/economy/JC-N-UNG-3")
    assert "pengene står ved en enhed over" in said and "0 kr" not in said
    status = page(own, "/status/JC-N-UNG-3/2009-12")
    assert " 0 kr." not in status and "0,00 kr." not in status
    assert "kr." in page(reader("da"), "/status/JC-N-UNG/2009-12")
    token = tokens.issue("the test", User.objects.get(pk=own.session["_auth_user_id"]), "kroner")[1]
    asked = {"period": "2009", "unit": "JC-N-UNG-3"}
    for indicator in ("spent", "cost_per_person_day"):
        figures = page(own, f"/indicators/{indicator}/JC-N-UNG-3?period=2009")
        assert "Ikke indberettet" in figures and " 0 kr." not in figures and "0,00 kr." not in figures
        told = own.get(
            "/api/v1/figures", {"indicator": indicator, **asked}, headers={"Authorization": f"Bearer {token}"}
        ).json()
        assert [(each["state"], each["value"], each["numerator"]) for each in told] == [("not_reported", None, None)]


@pytest.mark.slow
def test_what_a_year_added_to_the_commitments_is_no_figure_of_an_overview(reader):
    """It is below 0 where more was paid than ordered; what is committed stands on the page of the economy."""
    assert "Committed for the effort" not in page(reader("en"), "/overview")
    assert "Ordered and not paid" in page(reader("en"), "/economy/BIF")
