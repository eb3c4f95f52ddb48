"""The monthly status in the web: read, written where a goal has changed, handed in, commented on, published."""

import json
import re

import pytest
from web.conftest import signed_in
from web.test_pages import texts

pytestmark = pytest.mark.xdist_group("web status")  # one workspace, changed step by step


UNIT, MONTH, KEY = "Western", "1999-03", "average_jobless"  # a month in which one goal has changed there
ADDRESS = f"/status/{UNIT}/{MONTH}"
REASON = "For mange begyndte på én gang."


def writing(client, then="hand_in", address=ADDRESS, **said):
    html = client.get(address).content.decode()
    revision = re.search(r'name="revision" value="(\d+)"', html)
    return client.post(f"{address}/write", {"revision": revision[1] if revision else "0", "then": then, **said})


@pytest.fixture(scope="module")
def cycle(northern_ireland):
    """What each step of one month's cycle answered, in order; see `test_a_month_from_draft_to_published`.

    Once a module, for a month is published only once.
    """
    western, director = signed_in("western"), signed_in("director")
    choice = {f"choice-{KEY}": "adjust", f"reason-{KEY}": REASON}
    whole = {**choice, f"what-{KEY}": "Ringe <b>alle</b>", f"moves-{KEY}": KEY, f"change-{KEY}": "-2,5"}
    seen = {"draft": western.get(ADDRESS), "bare": writing(western), "no_hypothesis": writing(western, **choice)}
    seen["typed_wrong"] = writing(western, **{**whole, f"change-{KEY}": "to"})
    far = {f"by-{KEY}": "1999-08", f"change-{KEY}": "-2000"}
    seen["typed_too_far"] = writing(western, **{**whole, **far})
    seen["saved"] = writing(western, "save", **choice)
    seen["overtaken"] = western.post(f"{ADDRESS}/write", {"revision": "0", "then": "save", "note": "Min note"})
    seen["publish_early"] = director.post(f"{ADDRESS}/act", {"do": "publish"})
    seen["handed_in"] = writing(western, **{**whole, f"by-{KEY}": "1999-06"}, note="En måned som de andre.")
    seen["handed_in_page"] = western.get(ADDRESS)
    other_tab = {"revision": "2", "then": "save", "note": "Skrevet i den anden fane"}
    seen["write_again"] = western.post(f"{ADDRESS}/write", other_tab)
    seen["blank_comment"] = director.post(f"{ADDRESS}/act", {"do": "comment", "text": " "})
    seen["comment"] = director.post(f"{ADDRESS}/act", {"do": "comment", "text": "Godt set."})
    seen["comment_page"] = director.get(ADDRESS)
    seen["before_publishing"] = director.get(ADDRESS)
    seen["own_publish"] = western.post(f"{ADDRESS}/act", {"do": "publish"})
    seen["published"] = director.post(f"{ADDRESS}/act", {"do": "publish"})
    seen["published_page"] = director.get(ADDRESS)
    seen["published_again"] = director.post(f"{ADDRESS}/act", {"do": "publish"})
    seen["page"], seen["english"] = western.get(ADDRESS), signed_in("western", "en").get(ADDRESS)
    seen["later"] = western.get(f"/status/{UNIT}/1999-06")
    return seen


def test_a_month_from_draft_to_published(cycle):
    expected = {
        "draft": 200, "bare": 422, "no_hypothesis": 422, "typed_wrong": 422, "typed_too_far": 422, "saved": 302,
        "overtaken": 409, "publish_early": 409, "handed_in": 302, "write_again": 409, "blank_comment": 422,
        "comment": 302, "before_publishing": 200, "own_publish": 403, "published": 302, "published_again": 302,
        "page": 200, "english": 200, "later": 200, "handed_in_page": 200, "comment_page": 200, "published_page": 200,
    }  # fmt: skip
    assert {name: answer.status_code for name, answer in cycle.items()} == expected


def test_a_stand_is_asked_for_where_a_goal_has_changed_and_nowhere_else(cycle):
    html = cycle["draft"].content.decode()
    form = html[html.index('class="stands"') :]
    asked, others = form[: form.index("<details")], form[form.index("<details") :]
    assert f'id="stand-{KEY}"' in asked and asked.count("<fieldset") == 1
    assert others.count("<fieldset") == html.count('<article class="goal-row') - 1
    assert "required" not in others
    assert "Tag standpunkt til 1 mål" in html


def test_what_lacks_is_said_and_what_was_typed_stays(cycle):
    assert "Der skal tages standpunkt: Målet har ændret sig." in texts(cycle["bare"])
    lacking = cycle["no_hypothesis"].content.decode()
    assert "Skriv, hvad der gøres anderledes" in lacking and REASON in lacking
    wrong = cycle["typed_wrong"].content.decode()
    assert "Skriv et tal." in wrong and REASON in wrong


def test_a_change_that_no_figure_can_make_is_refused_at_its_field_and_what_was_typed_stays(cycle):
    html = cycle["typed_too_far"].content.decode()
    why = re.search(rf'id="wrong-change-{KEY}">([^<]*)<', html)[1]
    assert "kan ikke falde under 0" in why
    assert f'name="change-{KEY}" inputmode="decimal" value="-2000" aria-invalid="true"' in html
    assert "Ringe &lt;b&gt;alle&lt;/b&gt;" in html and '<option value="1999-08" selected' in html


def test_a_change_that_would_make_its_goal_worse_is_refused_at_its_field(northern_ireland):
    western, address = signed_in("western"), f"/status/{UNIT}/1999-04"
    for key, change, cure in (("fast_lasting_exit", "-5", "skal stige"), ("average_jobless", "5", "skal falde")):
        typed = {f"choice-{key}": "adjust", f"reason-{key}": REASON, f"what-{key}": "Praktik", f"change-{key}": change}
        answer = writing(western, "save", address=address, **typed)
        html = answer.content.decode()
        assert answer.status_code == 422 and cure in re.search(rf'id="wrong-change-{key}">([^<]*)<', html)[1]
        assert f'href="#change-{key}"' in html


def test_what_is_sent_when_it_can_no_longer_be_done_leads_to_the_thing_itself_and_is_shown(cycle):
    html = cycle["write_again"].content.decode()
    assert f'href="{ADDRESS}"' in html and "Gå til kontrakterne" not in html
    assert "Det havde du skrevet" in html and html.count('class="typed"') == 1
    assert "Skrevet i den anden fane" in html


def test_publishing_is_asked_about_once_more_and_without_a_script(cycle):
    html = cycle["before_publishing"].content.decode()
    asked = html[html.index('<details class="publishing">') :]
    assert "Det kan ikke gøres om." in asked[: asked.index("</details>")]
    assert html.count('value="publish"') == 1 and html.index('value="publish"') > html.index("publishing")


def test_an_address_that_only_takes_what_is_sent_leads_to_its_form(northern_ireland):
    western = signed_in("western")
    for form in ("write", "act"):
        answer = western.get(f"{ADDRESS}/{form}")
        assert (answer.status_code, answer.headers["Location"]) == (303, ADDRESS)


def test_another_language_on_an_answer_to_what_was_sent_leads_to_its_form(cycle):
    html = cycle["typed_wrong"].content.decode()
    language = html[html.index('class="language"') :]
    assert f'name="next" value="{ADDRESS}"' in language[: language.index("</form>")]


def test_a_comment_without_words_is_asked_for_at_its_field(cycle):
    html = cycle["blank_comment"].content.decode()
    assert 'href="#comment"' in html and 'id="wrong-comment">Skriv først din kommentar.<' in html
    assert "autofocus" in html and html.count('class="comments"') == 0


def test_a_refusal_stands_at_the_top_and_keeps_all_that_was_typed_of_a_goal_that_has_not_changed(northern_ireland):
    western = signed_in("western")
    address = f"/status/{UNIT}/1999-04"
    page = western.get(address).content.decode()
    key = re.findall(r'id="stand-([a-z_0-9]+)"', page[page.index("<details class") :])[-1]
    typed = {f"choice-{key}": "adjust", f"reason-{key}": REASON, f"what-{key}": "Praktik inden uge 8"}
    for change, cure in (
        ("hest", "Skriv et tal."),
        ("", "Skriv, hvor meget det ventes at flytte: 0 er ingen ændring."),
    ):
        html = writing(western, address=address, **typed, **{f"change-{key}": change}).content.decode()
        top = html[html.index("<h1>") : html.index('class="message"')]
        assert (
            "Den er ikke afleveret endnu:" in top
            and 'role="alert"' in top
            and "autofocus" in top
            and html.count("autofocus") == 1
        )
        assert f'href="#change-{key}"' in top and cure in top
        legend = re.search(rf'id="stand-{key}".*?<legend>(.*?)</legend>', html, re.S)
        assert legend and legend[1] in top
        form = html[html.index('class="stands"') :]
        assert form[form.index("<details") :].startswith('<details class="details" open>')
        assert f'id="change-{key}" name="change-{key}" inputmode="decimal" value="{change}" aria-invalid="true"' in form
        assert 'value="Praktik inden uge 8"' in form and REASON in form


def test_a_deadline_before_its_figure_can_be_known_is_kept_and_said_to_be_early(northern_ireland):
    """Who began in June 1999 can be known to have left soon and for good only when half a year and more has passed."""
    western, address = signed_in("western", "en"), f"/status/{UNIT}/1999-06"
    page = western.get(address).content.decode()
    key = "fast_lasting_exit"
    proposed = re.search(rf'name="by-{key}".*?<option value="([^"]+)" selected', page, re.S)[1]
    hint = re.search(rf'<label class="form-label" for="by-{key}">(.*?)</label>', page, re.S)[1]
    assert proposed > "2000-01" and "the first figure after June 1999 is known in" in hint
    typed = {f"choice-{key}": "adjust", f"reason-{key}": REASON, f"what-{key}": "Praktik", f"change-{key}": "2"}
    for by, early in (("1999-09", True), (proposed, False)):
        assert writing(western, "save", address=address, **typed, **{f"by-{key}": by}).status_code == 302
        kept = western.get(address).content.decode()
        assert f'<option value="{by}" selected' in kept
        assert ("No figure after June 1999 is known by then" in kept) == early


def test_a_draft_that_is_kept_says_so_and_stands_unfolded(northern_ireland):
    western, address = signed_in("western"), f"/status/{UNIT}/1999-05"
    page = western.get(address).content.decode()
    key = re.findall(r'id="stand-([a-z_0-9]+)"', page[page.index("<details class") :])[-1]
    typed = {f"choice-{key}": "keep", f"reason-{key}": REASON}
    assert writing(western, "save", address=address, **typed).status_code == 302
    kept = western.get(address).content.decode()
    assert re.search(r'role="status">Gemt \d\d\.\d\d<', kept)
    form = kept[kept.index('class="stands"') :]
    assert form[form.index("<details") :].startswith('<details class="details" open>') and REASON in form


def test_each_step_has_a_receipt_that_says_what_was_done(cycle):
    for step, done in (
        ("handed_in_page", "Afleveret"), ("comment_page", "Kommentaren er gemt"), ("published_page", "Offentliggjort"),
    ):  # fmt: skip
        assert re.search(rf'role="status">{done} \d\d\.\d\d<', cycle[step].content.decode()), step
    assert 'class="container receipt"' not in cycle["page"].content.decode()


def test_the_button_that_publishes_has_words_for_the_seconds_that_it_takes(cycle):
    button = re.search(r'<button [^>]*value="publish"[^>]*>', cycle["comment_page"].content.decode())[0]
    assert 'data-working="Offentliggør: Tallene dannes en gang til og fryses.' in button


def test_two_who_write_at_once_are_told_and_nothing_is_overwritten(cycle):
    html = cycle["overtaken"].content.decode()
    assert "Intet blev overskrevet" in html and REASON in html and "Min note" in html


def test_the_published_page_holds_the_stand_the_comment_and_its_seal(cycle):
    html = cycle["page"].content.decode()
    for said in (REASON, "Ringe &lt;b&gt;alle&lt;/b&gt;", "Godt set.", "En måned som de andre.", "Offentliggjort"):
        assert said in html, said
    assert re.search(r"øjebliksbillede \d+, fingeraftryk [0-9a-f]{12}", html)
    measured = json.loads(signed_in("western").get(f"{ADDRESS}/json").content)["data"]["snapshot"]
    assert f"målt på registreringerne i øjebliksbillede {measured} (data.snapshot i JSON-filen)" in html
    assert "<form method" not in html[html.index('id="stand"') :]
    assert "−2,5" in html and "juni 1999" in html


def test_later_months_show_what_the_data_answered(cycle):
    html = cycle["later"].content.decode()
    assert "Hvad der blev justeret, og hvad data svarede" in html
    assert "Før: 20,8 i gennemsnit over 24 perioder, frosset ved offentliggørelsen." in html
    assert "De 4 lignende enheder, der ikke justerede" in html


def test_english_is_complete(cycle):
    html = cycle["english"].content.decode()
    main = re.sub(r"<[^>]+>", " ", html[html.index("<main") :])
    assert "Published" in main and "Expected: −2.5" in main
    assert not re.search(r"\b(Mål|Standpunktet|Uændret|afgjorte|øjebliksbillede)\b", main)


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_message_comes_first_and_every_figure_has_its_uncertainty_or_state(answer, language):
    html = answer("/status/NI/1998-12", language).content.decode()
    assert html.index('class="message"') < html.index('class="goal-row')
    assert html.count('<svg class="chart control"') == html.count('<article class="goal-row')
    for row in html.split("<article")[1:]:
        row = row[: row.index("</article>")]
        title = re.search(r'<title id="[^"]+">([^<]+)</title>', row)
        assert title and "<desc" in row
    words = {"da": "Hvis intet ændres", "en": "If nothing changes"}[language]
    assert words in html


def test_what_is_not_measured_says_so(answer):
    html = answer("/status/NI/1998-12").content.decode()
    assert "Budget og forventet forbrug er ikke målt her." in html
    assert "Lovens regler er ikke målt her." in html and "Frihedsgraderne er ikke prøvet her." in html


def test_a_month_that_is_not_over_says_so(answer):
    assert answer("/status/NI/1999-07").status_code == 404
    assert "Måneden er ikke omme" not in answer("/status/NI/1999-06").content.decode()


def test_one_lands_on_the_newest_month_of_ones_own_unit(northern_ireland):
    for name, unit in (("director", "NI"), ("western", "Western"), ("caseworker", "Belfast")):
        answer = signed_in(name).get("/status")
        assert answer.status_code == 302 and answer.headers["Location"] == f"/status/{unit}/1999-06"
    assert signed_in("politician").get("/status").status_code == 403


def test_a_reader_of_one_unit_sees_no_other_and_a_caseworker_writes_nothing(northern_ireland):
    assert signed_in("western").get("/status/Belfast/1999-03").status_code == 404
    assert signed_in("western").post("/status/Belfast/1999-03/act", {"do": "comment", "text": "x"}).status_code == 404
    caseworker = signed_in("caseworker")
    assert "<form method" not in caseworker.get("/status/Belfast/1999-03").content.decode().split('id="stand"')[1]
    assert caseworker.post("/status/Belfast/1999-03/write", {"then": "hand_in"}).status_code == 403
    assert signed_in("director").post("/status/Belfast/1999-03/write", {"then": "save"}).status_code == 403


def test_who_may_not_publish_learns_nothing_of_how_far_the_month_has_come(cycle):
    """In the one month it is published, in the other nothing is written: an outsider gets one and the same answer."""
    for who, status in (("belfast", 404), ("western", 403), ("politician", 403)):
        answers = [
            signed_in(who).post(f"/status/{UNIT}/{month}/act", {"do": "publish"}).status_code
            for month in (MONTH, "1999-02")
        ]
        assert answers == [status, status], who


def test_reading_writes_nothing(client, django_writes):
    assert client.get("/status/NI/1999-01").status_code == 200
    assert django_writes == []


def test_a_mark_that_late_records_may_undo_says_so_in_words_and_in_its_shape(northern_ireland):
    from django.utils import translation

    from pejling.pages import mark_words
    from pejling.pages.status_words import Mark
    from pejling.steering.goal_status import Signal
    from pejling.web.templatetags.pejling import change_mark

    for firm in (True, False):
        said = Signal("beyond", "down", "2009-12", "2009-12", good=False, firm=firm, answered="")
        mark = Mark("timely", None, "worse", "chance", said)
        with translation.override("da"):
            assert mark_words.changing(mark).endswith("foreløbigt") is not firm
        assert ("provisional" in change_mark(mark)) is not firm


def test_how_often_a_target_is_met_says_of_which_periods(northern_ireland):
    from django.utils import translation

    from pejling.pages import mark_words

    with translation.override("da"):
        said = [mark_words.assurance("chance", cadence) for cadence in ("month", "quarter", "year", "")]
    assert said == [f"Når sit mål i nogle {periods}" for periods in ("måneder", "kvartaler", "år", "perioder")]


def test_a_token_without_a_name_is_asked_for_at_its_field(northern_ireland):
    html = signed_in("director").post("/tokens", {"name": " "}).content.decode()
    assert 'role="alert" id="wrong" tabindex="-1" autofocus' in html
    assert 'aria-invalid="true" aria-describedby="wrong"' in html


def test_minutes_that_are_none_are_said_to_be_at_their_field(northern_ireland):
    director = signed_in("director")
    table = re.search(r'id="t-(\w+)"', director.get("/documentation").content.decode())[1]
    for typed in ("mange", "-5", "601"):
        answer = director.get(f"/documentation?{table}={typed}")
        html = answer.content.decode()
        assert answer.status_code == 422 and f'href="#t-{table}"' in html and html.count("autofocus") == 1, typed
        assert f'value="{typed}" aria-invalid="true" aria-describedby="h-{table} wrong-{table}"' in html
        assert f'id="wrong-{table}">Skriv minutter fra 0 til 600.<' in html
