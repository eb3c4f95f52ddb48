"""A reflection meeting over the example of Northern Ireland: what stands on it, and what is saved with an entry."""

import re

import pytest
from web.conftest import signed_in
from web.test_pages import texts

HERE = "/meetings/Belfast/1999-05"
SAID = {"question": "Hvorfor?", "choice": "adjust", "reason": "For få pladser", "what": "Ringer til ti værksteder",
        "who": "Anna", "due": "1.6.1999"}  # fmt: skip


@pytest.fixture
def belfast(northern_ireland):
    from pejling.agreements.models import TeamMeeting

    TeamMeeting.objects.all().delete()
    return signed_in("belfast")


def revision(client, address=HERE):
    return re.search(r'name="revision" value="(\d+)"', client.get(address).content.decode())[1]


def entries():
    from pejling.agreements.models import Entry

    return list(Entry.objects.filter(of__startswith="meeting ").values_list("what", flat=True))


def test_it_says_what_changed_and_shows_courses_that_turned_out_unlike_similar_ones(belfast):
    page = texts(belfast.get(HERE))
    assert "forløb blev afgjort i de seneste tre måneder" in page
    assert "lignende kom til arbejde" in page


def test_a_look_at_it_is_logged_with_how_many_courses_and_not_whose(belfast):
    from pejling.agreements.models import Look

    before = Look.objects.count()
    belfast.get(HERE)
    look = Look.objects.first()
    assert Look.objects.count() == before + 1
    assert (look.who, look.indicator, look.unit, look.period) == ("belfast", "reflection_meeting", "Belfast", "1999-05")
    assert 0 < look.courses <= 10
    belfast.get(HERE, headers={"Sec-Purpose": "prefetch"})
    assert Look.objects.count() == before + 1


def test_question_stand_and_who_does_what_are_saved_with_an_entry_in_the_log(belfast):
    before = len(entries())
    response = belfast.post(f"{HERE}/save", {**SAID, "revision": revision(belfast)})
    assert response.status_code == 302
    page = belfast.get(HERE).content.decode()
    assert ">Hvorfor?</textarea>" in page and 'value="adjust" checked' in page and "Ringer til ti værksteder" in page
    assert len(entries()) == before + 1


def test_that_it_was_saved_is_said_once_and_when(belfast):
    belfast.post(f"{HERE}/save", {**SAID, "revision": "0"})
    assert re.search(r'<p role="status">Gemt \d\d\.\d\d</p>', belfast.get(HERE).content.decode())
    assert "Gemt " not in texts(belfast.get(HERE))


def test_what_was_promised_is_done_once_and_stands_on_the_next_meeting(belfast):
    belfast.post(f"{HERE}/save", {**SAID, "revision": "0"})
    following = texts(belfast.get("/meetings/Belfast/1999-06"))
    assert "Det sagde vi i maj 1999" in following and "Ringer til ti værksteder" in following
    said = {"number": "0", "of": "1999-05"}
    assert belfast.post("/meetings/Belfast/1999-06/done", said).status_code == 302
    assert "gjort" in texts(belfast.get(HERE))
    assert belfast.post("/meetings/Belfast/1999-06/done", said).status_code == 409


def test_what_was_promised_is_held_against_the_last_day_that_the_records_reach(belfast):
    belfast.post(f"{HERE}/save", {**SAID, "due": "30.6.1999", "revision": "0"})  # they reach to that day
    assert 'class="is-late"' not in belfast.get(HERE).content.decode()
    assert "fra sidste møde er ikke gjort" not in texts(belfast.get("/team/Belfast"))
    belfast.post(f"{HERE}/save", {**SAID, "due": "29.6.1999", "revision": "1"})
    assert belfast.get(HERE).content.decode().count('class="is-late"') == 1
    assert "1 ting fra sidste møde er ikke gjort." in texts(belfast.get("/team/Belfast"))


def test_who_saved_meanwhile_is_not_overwritten_and_nothing_typed_is_lost(belfast):
    seen = revision(belfast)
    belfast.post(f"{HERE}/save", {**SAID, "revision": seen})
    late = belfast.post(f"{HERE}/save", {"question": "Et andet?", "what": "Skriver", "who": "Bo", "revision": seen})
    assert late.status_code == 409
    assert ">Et andet?</textarea>" in late.content.decode() and 'value="Bo"' in late.content.decode()
    assert ">Hvorfor?</textarea>" in belfast.get(HERE).content.decode()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [({"what": "Ringer"}, "Skriv, hvad der gøres, og hvem der gør det."),
     ({"what": "Ringer", "who": "Anna", "due": "snart"}, "Skriv en dag som 31.12.2010."),
     ({"what": "Ringer", "who": "Anna", "due": "01.01.1900"}, "Skriv en dag fra 01.05.1999 og frem"),
     ({"due": "01.06.1999"}, "Skriv, hvad der gøres, og hvem der gør det."),
     ({}, "Skriv, hvad I går fra mødet med"), ({"question": "Hvorfor?"}, "Skriv, hvad I går fra mødet med")],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_saved(belfast, said, wrong):
    from pejling.agreements.models import TeamMeeting

    response = belfast.post(f"{HERE}/save", {**said, "revision": "0"})
    assert response.status_code == 422 and wrong in texts(response)
    assert not TeamMeeting.objects.exists()


def test_what_is_to_be_mended_is_said_at_the_top_where_the_page_opens_and_at_its_own_field(belfast):
    said = {"what": "Ringer", "who": "Anna", "due": "snart", "revision": "0"}
    html = belfast.post(f"{HERE}/save", said).content.decode()
    top = html[html.index("<h1>") : html.index('class="message"')]
    assert 'role="alert"' in top and "autofocus" in top and html.count("autofocus") == 1
    assert "Den er ikke gemt endnu." in top and '<a href="#due">Skriv en dag som 31.12.2010.</a>' in top
    field = re.search(r'<p class="form-group"><label[^>]* for="due">.*?</p>', html)[0]
    assert 'value="snart" aria-invalid="true" aria-describedby="wrong-due"' in field
    assert 'id="wrong-due">Skriv en dag som 31.12.2010.<' in field


def test_who_does_not_write_for_the_unit_reads_what_was_said(belfast):
    belfast.post(f"{HERE}/save", {**SAID, "revision": "0"})
    director = signed_in("director")
    page = texts(director.get(HERE))
    assert "Hvorfor?" in page and "Vi justerer : For få pladser" in page.replace("Vi justerer:", "Vi justerer :")
    assert director.post(f"{HERE}/save", {**SAID, "revision": "1"}).status_code == 403
    assert signed_in("western").get(HERE).status_code == 404


def test_the_log_holds_the_meeting_to_what_it_is_now(belfast):
    from pejling.agreements.audit import verify
    from pejling.agreements.models import TeamMeeting
    from pejling.agreements.states import NOW

    belfast.post(f"{HERE}/save", {**SAID, "revision": "0"})
    kept = TeamMeeting.objects.get()
    assert not [broken for broken in verify([], NOW) if f"meeting {kept.pk}" in broken.found]
    TeamMeeting.objects.update(content={**kept.content, "reason": "noget andet"})
    assert [broken for broken in verify([], NOW) if f"meeting {kept.pk}" in broken.found]
