"""Each level lands on its own page, and sees there what it may."""

import re
from dataclasses import replace
from html import unescape

import pytest
from web.conftest import signed_in
from web.test_pages import texts

pytestmark = pytest.mark.xdist_group("released")


def menu(page):
    """Address, whether it is the page itself, and name of each entry."""
    entries = re.search(r'<ul class="mainmenu">(.*?)</ul>', page.content.decode(), re.DOTALL)[1]
    return re.findall(r'href="([^"]+)"(?: aria-current="(page)")?><span>([^<]+)<', entries)


@pytest.mark.parametrize(
    ("name", "place"),
    [("director", "/attention/NI"), ("controller", "/attention/NI"), ("belfast", "/attention/Belfast"),
     ("teamleader", "/team/Southern"), ("caseworker", "/cases/Belfast"), ("supplier", "/cases/S.Eastern")],
)  # fmt: skip
def test_who_signs_in_lands_on_the_page_of_their_level(northern_ireland, name, place):
    client = signed_in(name)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, place)
    page = client.get(place)
    assert page.status_code == 200
    assert ("/", "page", "Min side") in menu(page)


def test_who_holds_several_roles_lands_by_the_first_and_chooses_among_their_pages(northern_ireland):
    from pejling.agreements import people

    for role, unit in (("team_leader", "Belfast"), ("supplier", "Western"), ("team_leader", "Southern")):
        people.give_role("the tests", "western", role, unit)
    client = signed_in("western")
    assert client.get("/").headers["Location"] == "/attention/Western"
    page = client.get("/team/Belfast")
    found = menu(page)
    assert found[:4] == [
        ("/attention/Western", "", "Centerleder"), ("/team/Belfast", "page", "Teamleder, Belfast"),
        ("/cases/Western", "", "Leverandør"), ("/team/Southern", "", "Teamleder, Southern"),
    ]  # fmt: skip
    assert all(client.get(address).status_code == 200 for address, _, _ in found[:4])
    assert "Min side" not in page.content.decode()


@pytest.mark.parametrize(
    "name",
    ["politician", "supplier", *(pytest.param(who, marks=pytest.mark.slow)
                                 for who in ("belfast", "teamleader", "caseworker"))],
)  # fmt: skip
def test_no_link_leads_its_reader_to_a_refusal(released, name):
    """One of each kind of address that the first pages lead to."""
    client, seen = signed_in(name), set()
    for page in ("/", "/model", "/units/Belfast", "/indicators/fast_exit/Belfast"):
        for link in re.findall(r'href="(/[^"#]*)', client.get(page, follow=True).content.decode()):
            kind = re.sub(r"/[^/]*[A-Z0-9].*", "", link.split("?")[0])
            if kind not in seen and not link.startswith(("/static", "/api")):
                seen.add(kind)
                assert client.get(unescape(link), follow=True).status_code != 403, (page, link)


def test_every_page_with_cases_on_it_is_logged_and_no_other_is(northern_ireland):
    from pejling.agreements.models import Look

    for name, place, logged in (
        ("caseworker", "/cases/Belfast", 1), ("belfast", "/team/Belfast", 1), ("belfast", "/law/due/Belfast", 1),
        ("belfast", "/meetings/Belfast/1997-12", 1), ("director", "/courses/fast_exit/Belfast?period=1995", 1),
        ("director", "/attention/NI", 0), ("director", "/status/Belfast/1997-12", 0),
        ("director", "/status/Belfast/1997-12/xlsx", 0), ("director", "/contracts/xlsx", 0),
    ):  # fmt: skip
        before = Look.objects.count()
        signed_in(name).get(place)
        assert Look.objects.count() - before == logged, place
        signed_in(name).get(place, headers={"Sec-Purpose": "prefetch"})
        assert Look.objects.count() - before == logged, place


def test_own_courses_say_how_long_what_similar_ones_came_to_and_what_the_work_means(northern_ireland):
    page = texts(signed_in("caseworker").get("/cases/Belfast"))
    assert "18 åbne forløb." in page and "230 uger" in page
    assert re.search(r"\d+ af \d\d+ \(\d+–\d+ %\)", page)
    assert "Færre end 30 ligner: der siges intet." in page
    assert (
        "Det betyder dit arbejde" in page
        and "talte 3 af dine 10 forløb med, blandt 15 af 43 i Northern Ireland" in page
    )


@pytest.mark.parametrize(("language", "ours", "yours"), [("da", "vores", r"\bdin(e)?\b"), ("en", "our", r"\byours?\b")])
def test_a_page_of_several_peoples_courses_speaks_for_them_all(northern_ireland, language, ours, yours):
    from datetime import date

    from django.utils import translation

    from pejling.pages.contribution import Contribution, Part
    from pejling.pages.level_words import contribution, meaning

    one = Contribution(
        goal="x", indicator="x", unit_of="courses", period="1996", own=Part("a", 3, 10), above=(Part("b", 15, 43),),
        target=0.5, target_unit="b", target_year=1997, lacking=None, can_count=1, first_by=date(1997, 3, 1),
    )  # fmt: skip
    with translation.override(language):
        for each in (one, replace(one, above=(), can_count=2)):
            said = " ".join([*contribution(each, ours=True), *meaning(each, ours=True)])
            assert ours in said and not re.search(yours, said, re.IGNORECASE)


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("lacking", [0, 7])
def test_a_years_target_beside_an_earlier_years_courses_says_whose_courses_they_are(
    northern_ireland, language, lacking
):
    from django.utils import translation

    from pejling.pages.contribution import Contribution, Part
    from pejling.pages.level_words import meaning

    one = Contribution(
        goal="x", indicator="x", unit_of="courses", period="1996", own=Part("a", 3, 10), above=(), target=0.5,
        target_unit="b", target_year=1997, lacking=lacking, can_count=0, first_by=None,
    )  # fmt: skip
    with translation.override(language):
        (sentence,) = meaning(one)
    asked, counted = sentence.split(". ")
    assert "1997" in asked and re.search(r"\b[Ii]n? 1996\b", counted)


def test_a_suppliers_page_says_ours_from_its_heading_to_its_sentences(northern_ireland):
    page = texts(signed_in("supplier").get("/cases/S.Eastern"))
    assert "Vores forløb" in page and "Det betyder vores arbejde" in page
    assert not re.search(r"\bdin(e)?\b", page)


def test_what_lies_behind_is_unfolded_only_where_a_result_falls_short(northern_ireland):
    from pejling.config.connection import reading
    from pejling.facts.store import Store
    from pejling.pages.attention import attention_page
    from pejling.pages.ground import ground

    with reading(Store(northern_ireland)) as connection:
        page = attention_page(ground(connection, {}), "NI", "1997-12")
    unfolded = {row.unit.unit_id: (row.need, bool(row.processes)) for row in (*page.units, *page.quiet)}
    assert unfolded == {
        "Belfast": ("worse", True), "N.Eastern": ("worse", True), "Western": ("worse", True),
        "S.Eastern": ("better", False), "Southern": ("none", False),
    }  # fmt: skip
    assert not any(row.processes or row.reasons for row in page.quiet)
    assert [row.need for row in page.units] == sorted(
        (row.need for row in page.units), key=("worse", "misses", "better", "wait").index
    )


def test_what_is_said_of_the_whole_is_told_from_what_is_said_of_the_units_below(northern_ireland):
    page = re.sub(r"<[^>]+>", "", signed_in("director").get("/attention/NI?month=1997-12").content.decode())
    assert "Som helhed: " in page
    assert re.search(r"Noget er blevet værre \d+ enhed(er)? under den", page)


def test_where_no_goal_has_periods_enough_it_is_said_and_no_unit_is_called_quiet_or_left_out(northern_ireland):
    from pejling.config.connection import reading
    from pejling.facts.store import Store
    from pejling.pages.attention import attention_page
    from pejling.pages.ground import ground

    with reading(Store(northern_ireland)) as connection:
        now = ground(connection, {})
        early = now.periods("month")[6]
        page = attention_page(now, "NI", early)
        below = {unit.unit_id for unit in now.below("NI")}
    assert {row.unit.unit_id for row in page.unknown} == below and not page.units and not page.quiet
    assert page.looked_at == 0
    status = texts(signed_in("director").get(f"/status/NI/{early}"))
    assert "Der er for lidt til at se, om noget har ændret sig." in status
    assert "mål kan ikke bedømmes: For få af" in status
    assert "Intet har ændret sig." not in status and "nyeste tal ligger inden for" not in status


def test_a_politician_and_the_state_land_on_what_is_released(released):
    for name, place in (("politician", "/effects/NI"), ("state", "/municipalities/NI")):
        client = signed_in(name, "en")
        assert client.get("/").headers["Location"] == place
        html = client.get(place).content.decode()
        assert "As released for May 1999." in texts(client.get(place))
        assert "/courses/" not in html and "/cases/" not in html
    assert signed_in("director").get("/effects/NI").status_code == 403
