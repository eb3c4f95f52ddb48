"""The pages of funding: each reader sees what is theirs, every amount opens, and only who may books what was seen."""

import re
from decimal import Decimal
from html import unescape

import pytest
from funded import laid_out, year
from web.conftest import signed_in

pytestmark = pytest.mark.xdist_group("web funding")  # one workspace, changed step by step


AREAS = {"Belfast", "North Eastern", "South Eastern", "Southern", "Western"}


@pytest.fixture
def of(funded, monkeypatch):
    """A reader over the example with funding for 1997 and 1998, nothing booked."""
    return _over(funded, monkeypatch, {})


@pytest.fixture(scope="module")
def booking_place(northern_ireland, tmp_path_factory):
    return laid_out(northern_ireland, tmp_path_factory.mktemp("booking"), year(1995, result={
        "indicator": "fast_exit", "cohort": "1993", "formula": "linear", "floor": "0.3", "benchmark": "0.9",
    }))  # fmt: skip


@pytest.fixture
def books(booking_place, monkeypatch):
    """A reader over a place of its own, where bookings are made."""
    return _over(booking_place, monkeypatch, MEMORY)


MEMORY: dict = {}


def _over(store, monkeypatch, memory):
    from django.conf import settings

    from pejling.web import views

    monkeypatch.setattr(settings, "STORE", store)
    monkeypatch.setattr(views, "MEMORY", memory)
    return lambda name="director", language="en": signed_in(name, language)


def text(answer):
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\xa0", " ")


def amounts(html):
    """Kroner with øre, row by row, in the table of every part."""
    found = re.findall(r"<table[ >].*?</table>", html, re.DOTALL)
    (table,) = (each for each in found if "Every part, to the øre" in each)
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]
    return [
        [Decimal(each.replace(",", "").replace("−", "-")) for each in re.findall(r"([−\d.,]+)\s*kr\.", unescape(row))]
        for row in rows
    ]


def test_whoever_is_above_all_sees_every_unit_and_the_parts_are_the_frame_to_the_ore(of):
    answer = of("controller").get("/funding/1998")
    assert answer.status_code == 200
    said = text(answer)
    assert all(area in said for area in AREAS)
    assert "Opening, as it would be by now" in said
    *units, reserve, frame = amounts(answer.content.decode())
    assert frame[-1] == Decimal("1000000.01") and len(units) == 5
    assert [sum(column) for column in zip(*units, reserve, strict=True)] == frame
    assert all(sum(row[:-1]) == row[-1] for row in (*units, reserve, frame))


def test_a_centre_leader_sees_the_centres_own_and_books_nothing(of):
    leader = of("belfast")
    said = text(leader.get("/funding/1998"))
    assert "Belfast" in said and "Reserve" not in said
    assert not any(area in said for area in AREAS - {"Belfast"})
    assert "Book it" not in said
    assert leader.get("/funding/1998/units/Belfast").status_code == 200
    assert leader.get("/funding/1998/units/Western").status_code == 404
    assert leader.get("/funding/1998/what-if").status_code == 404
    incentives = text(leader.get("/funding/1998/incentives"))
    assert "Belfast" in incentives and not any(area in incentives for area in AREAS - {"Belfast"})
    assert leader.post("/funding/1998/regulate", {"seen": "x"}).status_code == 403


@pytest.mark.parametrize("who", ["caseworker", "politician"])
def test_who_has_no_right_to_it_is_not_let_in(of, who):
    for address in ("/funding", "/funding/1998", "/funding/1998/units/Belfast", "/funding/1998/what-if",
                    "/funding/1998/incentives"):  # fmt: skip
        assert of(who).get(address).status_code == 403
    assert of(who).post("/funding/1998/regulate").status_code == 403
    assert "/funding" not in of(who).get("/model").content.decode()


def test_the_menu_leads_to_the_year_that_the_records_are_in(of):
    assert of().get("/funding").headers["Location"] == "/funding/1998"
    assert of().get("/funding/2031").status_code == 404
    assert of().get("/funding/1998?booking=7").status_code == 404


def test_a_place_without_funding_says_how_to_get_it(northern_ireland):
    answer = signed_in(language="en").get("/funding")
    assert answer.status_code == 200 and "funding.yaml" in text(answer)


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_is_whole_in_either_language(of, language):
    for address in ("/funding/1998", "/funding/1997?booking=now", "/funding/1998/units/Belfast",
                    "/funding/1998/what-if?intake-=10", "/funding/1998/incentives"):  # fmt: skip
        html = of(language=language).get(address).content.decode()
        assert "%(" not in html and "None" not in text(of(language=language).get(address)), address


def test_an_amount_opens_to_rate_times_count_and_the_count_to_its_courses(of):
    html = of().get("/funding/1998/units/Belfast").content.decode()
    (line,) = re.findall(r"<tr><th scope=\"row\">[^<]+</th>((?:<td class=\"n\">[^<]+</td>){4})", html)
    rate, counted, ahead, amount = (Decimal(each.replace(",", "")) for each in re.findall(r">([\d,.]*\d)", line))
    assert rate == Decimal("9000.50") and ahead and abs(rate * (counted + ahead) - amount) <= Decimal("0.005")
    assert "There is no implementation agreement of that title yet" in html
    assert "budget under Economy is what is posted as budget in the records" in html
    link = re.search(r'href="(/courses/fast_exit/Belfast\?period=1996)"', html)[1]
    counted = re.search(r">([\d,]+) of ([\d,]+) courses</a>", html)
    assert f"{counted[2]} courses" in text(of().get(link))


def test_what_if_shows_gains_and_refuses_what_cannot_be(of):
    plain = of().get("/funding/1998/what-if")
    assert "Nothing is changed yet" in text(plain)
    better = text(of().get("/funding/1998/what-if?outcome-Belfast=3&rate-school_leaver=10,000"))
    assert re.search(r"Belfast\s+\+[\d,]+ kr", better)
    wrong = of().get("/funding/1998/what-if?split-base=30")
    assert wrong.status_code == 422 and "100 per cent together" in text(wrong)
    assert of().get("/funding/1998/what-if?frame=much").status_code == 422
    assert of().get("/funding/1998/what-if?rate-school_leaver=-4").status_code == 422
    assert of().get("/funding/1998/what-if?frame=1").status_code == 422  # more is agreed than there is
    for field, typed, why in (
        ("rate-school_leaver", "-4", "Write 0 kroner or more."),
        ("intake-", "-300", "Write −100 or more"),
        ("intake-Belfast", "-100.5", "Write −100 or more"),
        ("outcome-Belfast", "500", "results lie between 0 and 100 per cent"),
        ("outcome-", "-100", "results lie between 0 and 100 per cent"),
    ):
        beyond = of().get(f"/funding/1998/what-if?{field}={typed}")
        html = beyond.content.decode()
        assert beyond.status_code == 422, field
        assert why in re.search(rf'id="wrong-{field}">([^<]*)<', html)[1]
        assert f'value="{typed}" aria-invalid="true"' in html
    assert of(language="da").get("/funding/1998/what-if?frame=1.000.000,50&intake-=12,5").status_code == 200


def test_the_page_says_that_parking_pays_and_what_weighs_against_it(of):
    said = text(of().get("/funding/1998/incentives"))
    assert "does not depend on how long anyone stays makes parking pay" in said
    assert "Whoever comes back within 13 weeks triggers nothing" in said
    assert "+9,000 kr." in said or "+9,001 kr." in said


def test_who_may_books_what_was_seen_and_nothing_else(books):
    from pejling.agreements.models import Entry, Regulation

    director, before = books("director"), Entry.objects.count()
    html = director.get("/funding/1995").content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', html)[1]
    other = director.post("/funding/1995/regulate", {"seen": "0" * 64})
    assert other.status_code == 409 and "another booking by now" in text(other)
    assert (Regulation.objects.filter(year=1995).count(), Entry.objects.count()) == (0, before)
    assert director.post("/funding/1995/regulate", {"seen": seen}).headers["Location"] == "/funding/1995"
    again = director.post("/funding/1995/regulate", {"seen": seen})  # pressed twice
    assert again.status_code == 409
    (row,) = Regulation.objects.filter(year=1995)
    assert (row.kind, row.number, row.booked_by) == ("opening", 0, "director")
    said = text(director.get("/funding/1995"))
    assert re.search(r"Booked \d\d:\d\d", said)
    assert "by director" in said and "Rests on snapshot" in said
    assert "Regulation 1, as it would be by now" in text(director.get("/funding/1995?booking=now"))
    looked = director.get("/funding/1995/regulate")
    assert (looked.status_code, looked.headers["Location"]) == (303, "/funding/1995")
    assert Regulation.objects.filter(year=1995).count() == 1


def test_a_settlement_whose_courses_are_not_decided_is_refused_with_the_cure(northern_ireland, tmp_path, monkeypatch):
    from pejling.agreements.models import Regulation

    store = laid_out(northern_ireland, tmp_path, year(1996, result={
        "indicator": "fast_exit", "cohort": "1999", "formula": "linear", "floor": "0.3", "benchmark": "0.9",
    }))  # fmt: skip
    reader = _over(store, monkeypatch, {})()
    html = reader.get("/funding/1996?booking=now").content.decode()
    for _ in range(3):  # the opening and two regulations
        seen = re.search(r'name="seen" value="(\w+)"', html)[1]
        assert reader.post("/funding/1996/regulate", {"seen": seen}).status_code == 302
        html = reader.get("/funding/1996?booking=now").content.decode()
    assert 'name="seen"' not in html and "not all decided" in unescape(html)
    refused = reader.post("/funding/1996/regulate", {"seen": ""})
    assert refused.status_code == 409 and "An earlier cohort may be named" in text(refused)
    assert Regulation.objects.filter(year=1996).count() == 3
