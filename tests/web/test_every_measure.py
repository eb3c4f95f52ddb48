"""The pages over a world with every measure: each figure in its own unit, each cell explained."""

import re

import pytest
from pages.every_measure import DEFINITIONS
from web.test_pages import texts

BEHIND = [each["key"] for each in DEFINITIONS]
KINDS = ("intake", "fast_lasting", "timely", "spent", "cost_per_exit", "satisfied")  # a cell of each is of another make


@pytest.fixture
def reader(every_measure, monkeypatch):
    """A reader in either language, of the world with every measure."""
    from django.conf import settings
    from web.conftest import signed_in

    from pejling.agreements.people import give_role
    from pejling.web import views

    monkeypatch.setattr(settings, "STORE", every_measure)
    monkeypatch.setattr(views, "MEMORY", MEMORY)
    give_role("the tests", "director", "director", "city")
    return lambda language: signed_in(language=language)


MEMORY: dict = {}


@pytest.mark.parametrize("key", [pytest.param(key, marks=() if key in KINDS else pytest.mark.slow) for key in BEHIND])
def test_every_cell_is_explained_in_both_languages(reader, key):
    for language in ("da", "en"):
        response = reader(language).get(f"/courses/{key}/city?period=2009")
        assert response.status_code == 200
        assert "%(" not in response.content.decode()


def test_the_reasons_of_a_page_are_links_to_the_courses_that_have_them(reader):
    client = reader("da")
    html = client.get("/courses/fast_lasting/city?period=2009").content.decode()
    assert "Begrundelserne giver tilsammen 34 forløb: alt det, tallet er målt på." in html
    links = re.findall(r'<th scope="row"><a href="([^"#]+)#courses"', html)
    assert len(links) == 6
    found = 0
    for link in links:
        one = client.get("/courses/fast_lasting/city" + link.replace("&amp;", "&")).content.decode()
        found += one.split('id="courses"')[1].count('<th scope="row">')
        assert "Kun med begrundelsen:" in one
    assert found == 34


def test_a_reason_that_nothing_has_is_not_found(reader):
    assert reader("da").get("/courses/intake/city?period=2009&reason=relapsed").status_code == 404


def test_a_ratio_leads_to_both_its_parts_and_no_look_is_logged(reader):
    from pejling.agreements.models import Look

    before = Look.objects.count()
    html = reader("da").get("/courses/cost_per_exit/city?period=2009").content.decode()
    assert 'href="/courses/spent/city?period=2009"' in html and 'href="/courses/left/city?period=2009"' in html
    assert Look.objects.count() == before


def test_days_steps_and_postings_show_what_they_are(reader):
    client = reader("en")
    assert "Active days" in texts(client.get("/courses/activity/city?period=2009"))
    steps = texts(client.get("/courses/timely/city?period=2009"))
    assert "Every step" in steps and "Job interview, held too late" in steps and "67 steps" in steps
    postings = texts(client.get("/courses/spent/city?period=2009")).replace("\u00a0", " ")
    assert "Every posting" in postings and "48 postings" in postings and "41,250.50 kr." in postings


def test_a_figure_measured_elsewhere_says_so_and_shows_nobody(reader):
    page = texts(reader("da").get("/courses/satisfied/city?period=2009"))
    assert "Tallet er målt andetsteds: Der står intet bag det her." in page


def test_a_rolling_year_is_explained_too(reader):
    assert reader("da").get("/courses/intake/city?period=2010-03/12").status_code == 200
    assert reader("da").get("/courses/intake/city?period=2013-03/12").status_code == 404


def test_a_median_not_reached_is_said_and_drawn_as_one(reader):
    page = reader("da").get("/indicators/days_to_education/city?periods=quarter&period=2009-Q3")
    assert "Ikke nået" in texts(page)
    assert "ikke nået" in texts(page)
    assert "↑" in page.content.decode()


def test_the_unit_page_tells_every_measure_in_its_own_unit(reader):
    page = texts(reader("da").get("/units/north?period=2009")).replace("\u00a0", " ")
    for said in (
        " uger",
        " dage",
        " point",
        " kr.",
        "dage i forløb fordelt på 365 dage",
        "uden registrering",
        "frister",
    ):
        assert said in page, said
