"""The web over the measured example: what each page says, and what it never does."""

import re
from html.parser import HTMLParser

import pytest

ADDRESSES = (
    "/overview",
    "/attention/NI",
    "/team/Belfast",
    "/cases/Belfast",
    "/meetings/Belfast/1999-05",
    "/units/NI",
    "/units/N.Eastern?periods=quarter",
    "/units/Belfast?periods=month&period=1995-03",
    "/indicators/fast_lasting_exit/NI",
    "/indicators/fast_lasting_exit/NI?periods=year&period=1998&by=sex",
    "/indicators/intake/Western?by=grammar",
    "/courses/fast_lasting_exit/NI?period=1998",
    "/courses/jobless_stock/Belfast?period=1996-Q2&by=gcse5&group=no",
    "/model",
    "/model/check",
    "/deliveries",
    "/data",
    "/documentation",
    "/accessibility",
)
UNKNOWN = (
    "/nothing",
    "/units/Belfst",
    "/units/",
    "/units/NI?period=2020",
    "/units/NI?period=nonsense",
    "/units/NI?periods=century",
    "/indicators/fast_exit/NI?by=shoe_size",
    "/indicators/fast_exits/NI",
    "/courses/fast_exit/NI?period=",
    "/courses/fast_exit/NI?period=1993&by=sex&group=other",
    "/courses/fast_exit/NI?period=1993&group=male",
    "/courses/fast_exit/NI?period=1993&page=99",
    "/courses/fast_exit/NI?period=1993&page=0",
    "/courses/fast_exit/NI?period=1993&page=x",
)


class Texts(HTMLParser):
    """The text that a reader meets, and what is read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(" ".join(data.split()))

    def handle_starttag(self, tag: str, attrs) -> None:
        self.found += [value for name, value in attrs if name in ("aria-label", "alt", "title") and value]


def texts(response) -> str:
    parser = Texts()
    parser.feed(response.content.decode())
    return " ".join(text for text in parser.found if text)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_answers_in_danish_and_english(answer, address):
    for language in ("da", "en"):
        response = answer(address, language)
        assert response.status_code == 200
        assert f'<html lang="{language}">' in response.content.decode()
        assert response.headers["Content-Language"] == language


@pytest.mark.parametrize("address", [*ADDRESSES, *UNKNOWN])
def test_a_danish_page_has_no_english_phrase_of_ours(answer, address):
    from web.phrases import phrases
    from web.test_translations import CATALOGUE

    danish = " ".join(entry.msgstr for entry in CATALOGUE)
    page = texts(answer(address))
    for phrase in phrases():
        plain = re.split(r"%\(\w+\)s", phrase.replace("%%", "%"))
        longest = max(plain, key=len).strip()
        if len(longest) > 5 and longest not in danish:
            assert longest not in page or not re.search(rf"\b{re.escape(longest)}\b", page), longest


@pytest.mark.parametrize("address", UNKNOWN)
def test_what_is_not_there_gives_a_page_with_a_way_on(answer, address):
    response = answer(address)
    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()


def test_a_unit_almost_named_is_suggested_by_a_link(answer):
    response = answer("/units/Belfst")
    assert "Mente du: Belfast ?" in texts(response)
    assert '<a href="/units/Belfast">Belfast</a>' in response.content.decode()


def test_an_indicator_almost_named_is_suggested(answer):
    assert "Mente du: fast_exit" in texts(answer("/indicators/fast_exits/NI"))
    assert "fast_exit (Hurtig" in texts(answer("/indicators/fast_exits/NI"))


def test_of_a_period_that_is_not_covered_it_is_said_how_far_the_data_go(answer):
    page = texts(answer("/courses/fast_exit/NI?period=2031"))
    assert "De går fra juli 1993 til juni 1999" in page
    assert "Mente du" not in page


def test_the_figure_known_from_an_independent_calculation_stands_on_its_page(client):
    page = texts(client.get("/units/NI?period=1993"))
    assert "103 af 194" in page
    assert "53,1 %" in page


def test_an_immature_figure_is_called_an_estimate_and_says_when_it_matures(client, english):
    page = texts(client.get("/indicators/fast_lasting_exit/NI?period=1998"))
    assert "Skøn" in page and "Endnu ikke modent" in page
    assert re.search(r"Modent, når data rækker til \d\d\.\d\d\.\d{4}", page)
    page = texts(english.get("/indicators/fast_lasting_exit/NI?period=1998"))
    assert "Estimate" in page and "Not yet mature" in page


def test_the_catalogue_reads_as_the_definitions_are_made(answer):
    page = texts(answer("/model"))
    assert "Et forløb tæller med, når det slutter senest 6 måneder efter, at det begyndte" in page
    for said in (
        "Fokusområde 1999",
        "Flere kommer hurtigt og varigt videre",
        "50,0 %",
        "Løber til og med 2001",
        "31.12.2027",
    ):
        assert said in page.replace("\u00a0", " "), said
    assert page.count("Opfundet til eksemplet") == 3  # each focus area says that it is no authority's
    assert "Made up for the example" in texts(answer("/model", "en"))


def test_every_name_in_the_catalogue_leads_somewhere_on_the_page(answer):
    html = answer("/model").content.decode()
    targets = set(re.findall(r'href="#([^"]+)"', html)) - {"main"}
    assert len(targets) > 10
    assert targets <= set(re.findall(r' id="([^"]+)"', html))
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_the_picture_of_a_theory_stands_beside_its_table(answer):
    html = answer("/model").content.decode()
    assert html.count('class="chart theory"') == html.count('folding because"') == 2
    assert "En antagelse: Der er ingen kilde." in html


def test_the_model_check_says_what_chance_may_do_and_what_nobody_measures(answer):
    page = texts(answer("/model/check")).replace("\u00a0", " ")
    assert "I 1999 kan en fremgang ikke kendes fra tilfældet." in page
    assert "Belfast: Med 13 forløb om året kan 40,0 % kendes fra niveauet hidtil" in page
    assert "En måneds status kan vise en anden chance for det samme mål, og begge er rigtige." in page
    assert "Til politikerne" in page and "Fokusområde: Unge, der trives" in page
    assert "Cohen: Statistical Power Analysis" in page


def test_the_catalogue_is_there_before_any_record_and_says_what_cannot_be_known(client, tmp_path, monkeypatch):
    from django.conf import settings

    from pejling.demo import examples_folder
    from pejling.facts.store import Store, create
    from pejling.indicators.model import load_model, read_model

    store = Store(tmp_path)
    create(store)
    monkeypatch.setattr(settings, "STORE", store)
    assert "pejling model load" in texts(client.get("/model"))
    load_model(store, read_model(examples_folder() / "northern_ireland" / "model"))
    assert "Flere kommer hurtigt og varigt videre" in texts(client.get("/model"))
    assert "Ingen kendt enhed får det stillet" in texts(client.get("/model/check"))
    assert client.get("/").status_code == 503


def test_every_chart_stands_beside_its_table(client):
    html = client.get("/units/NI").content.decode()
    assert html.count('role="img"') == html.count("Tallene som tabel") == 10  # one an indicator


def test_the_units_below_stand_in_the_hierarchys_order_not_by_rank(client):
    names = re.findall(r'<th scope="row"><a href="/units/[^"]+">([^<]+)</a>', client.get("/overview").content.decode())
    assert names == sorted(names)
    assert len(names) == 5


def test_the_courses_behind_a_figure_are_as_many_as_it_says(client):
    html = client.get("/courses/fast_lasting_exit/NI?period=1993").content.decode()
    assert "194 forløb" in html
    assert "103" in html and "tæller med" in html
    second = client.get("/courses/fast_lasting_exit/NI?period=1993&page=2").content.decode()
    first = html.split('id="courses"')[1]
    assert first.count('<th scope="row">') + second.split('id="courses"')[1].count('<th scope="row">') == 194


def test_each_cell_of_a_course_carries_its_name_for_narrow_screens(answer):
    html = answer("/courses/fast_lasting_exit/NI?period=1998").content.decode()
    (row,) = re.findall(r'<th scope="row">231-1998-01</th>(.*?)</tr>', html, re.DOTALL)
    cells = re.findall(r"<td ([^>]*)>", row)
    assert len(cells) == row.count("<td") == 8
    assert [cell for cell in cells if "data-title=" not in cell] == ['class="outcome"', 'class="reason"']


def test_a_look_at_courses_is_logged_without_saying_whose(client):
    from pejling.agreements.models import Look

    before = Look.objects.count()
    response = client.get("/courses/fast_exit/Belfast?period=1995&by=sex&group=female")
    assert response.status_code == 200
    assert Look.objects.count() == before + 1
    look = Look.objects.latest("pk")
    assert (look.indicator, look.unit, look.period, look.group_by, look.group) == (
        "fast_exit", "Belfast", "1995", "sex", "female",
    )  # fmt: skip
    assert str(look.courses) + " forløb" in texts(response)
    fields = {field.name for field in Look._meta.get_fields()}
    assert not fields & {"person", "person_id", "course_id"}


LISTS = ("/courses", "/team", "/cases", "/meetings")  # of people: each look at them is recorded


@pytest.mark.parametrize("address", [a for a in ADDRESSES if not a.startswith(LISTS)])
def test_no_other_page_writes(client, address, django_writes):
    client.get(address)
    assert django_writes == []


def test_a_list_that_cannot_be_logged_is_not_shown(client, monkeypatch):
    from django.db import DatabaseError

    from pejling.agreements.models import Look

    def fails(**_):
        raise DatabaseError("disk full, person 4711")

    monkeypatch.setattr(Look.objects, "create", fails)
    response = client.get("/courses/fast_exit/NI?period=1993")
    assert response.status_code == 500
    assert b"1993-07" not in response.content


def test_a_page_fetched_ahead_of_a_click_is_no_look(client):
    from pejling.agreements.models import Look

    before = Look.objects.count()
    response = client.get("/courses/fast_exit/NI?period=1993", headers={"Sec-Purpose": "prefetch"})
    assert (response.status_code, response.content, Look.objects.count()) == (204, b"", before)


def test_a_fault_shows_a_reference_and_nothing_of_the_data(client, monkeypatch, tmp_path):
    from pejling.web import views

    number = "-".join(("010170", "1234"))

    def breaks(*_):
        raise ValueError("person " + number)

    log = tmp_path / "log"
    monkeypatch.setenv("PEJLING_LOG", str(log))
    monkeypatch.setattr(views, "start_page", breaks)
    response = client.get("/overview")
    assert response.status_code == 500
    reference = re.search(r"<strong>([0-9a-f]{8})</strong>", response.content.decode())[1]
    assert reference in log.read_text()
    assert number not in response.content.decode() + log.read_text()


def test_only_this_machine_is_answered(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_the_headers_forbid_inline_scripts_frames_and_caches(client):
    headers = client.get("/").headers
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_has_inline_style_or_script_or_reaches_out(answer, address):
    html = answer(address).content.decode()
    assert not re.search(r"\sstyle=|<style|\son\w+=", html)
    files = re.findall(r'<script src="/static/[\w./-]+" defer></script>', html)
    assert html.count("<script") == len(files)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_accessibility_statement_is_one_click_away(answer, address):
    assert 'href="/accessibility"' in answer(address).content.decode()


def test_the_language_is_chosen_by_post_and_leads_back(client):
    assert client.get("/language").status_code == 405
    response = client.post("/language", {"language": "en", "next": "/units/NI?periods=month"})
    assert (response.status_code, response.headers["Location"]) == (302, "/units/NI?periods=month")
    assert '<html lang="en">' in client.get("/overview").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil"])
def test_the_language_leads_nowhere_else(client, elsewhere):
    assert client.post("/language", {"language": "en", "next": elsewhere}).headers["Location"] == "/"


def test_the_language_needs_the_pages_own_form(northern_ireland):
    from django.test import Client

    outsider = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    assert outsider.post("/language", {"language": "en"}).status_code == 403


@pytest.mark.slow
def test_every_link_of_every_page_leads_somewhere(client):
    seen, waiting = set(), ["/overview"]
    while waiting and len(seen) < 150:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address, follow=True)  # the result status of the newest month, say
        assert response.status_code == 200, address
        if not response.headers["Content-Type"].startswith("text/html"):
            continue  # a document
        found = re.findall(r'<a [^>]*href="([^"#]*)[^"]*"', response.content.decode())
        base = address.split("?")[0]
        new = [(base + href if href.startswith("?") else href).replace("&amp;", "&") for href in found if href]
        waiting += [href for href in dict.fromkeys(new) if "month" not in href and "quarter" not in href][:12]
    assert len(seen) > 40


def test_the_legend_has_the_mark_of_a_period_that_has_no_estimate_yet(client):
    """By month, those begun since February 1999 are not followed for the six months that are asked about."""
    months = texts(client.get("/indicators/fast_lasting_exit/NI?periods=month"))
    assert "Endnu ikke modent" in months and "Intet skøn endnu" in months
    years = texts(client.get("/indicators/fast_lasting_exit/NI?periods=year"))
    assert "Intet skøn endnu" in years  # of those who have left in 1999 nobody has been seen to stay out for so long
    fast = texts(client.get("/indicators/fast_exit/NI?periods=year"))
    assert "Endnu ikke modent" in fast and "Intet skøn endnu" not in fast
