"""What a figure says in words, for each unit and measure."""

from dataclasses import replace
from datetime import date

import pytest
from pages.test_figure_states import figure


@pytest.fixture(params=["da", "en"])
def language(northern_ireland, request):
    from django.utils import translation

    with translation.override(request.param):
        yield request.param


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def heading(measure: str, unit: str, of=("courses", "courses")):
    from pejling.pages.series import Heading

    return Heading("k", "K", "", "result", unit, "none", measure == "stock", None, measure, of)


def firm(value, above, below, low=None, high=None, **more):
    return figure("final", value=value, numerator=above, denominator=below, low=low, high=high, **more)


def test_a_value_has_its_unit(language):
    from pejling.pages import words

    danish = language == "da"
    assert words.value(1, "days") == ("1 dag" if danish else "1 day")
    assert words.value(28.5, "days") == ("28,5 dage" if danish else "28.5 days")
    assert words.value(9.25, "weeks") == ("9,2 uger" if danish else "9.2 weeks")
    assert words.value(-3, "points") == ("−3 point" if danish else "−3 points")
    assert words.value(1234.0, "courses") == ("1.234" if danish else "1,234")


def test_a_large_amount_is_in_whole_kroner_at_a_glance_and_to_the_ore_where_it_is_read(language):
    from pejling.pages import values

    money = heading("amount", "kroner")
    whole = "223.768.378 kr." if language == "da" else "223,768,378 kr."
    exact = "223.768.377,78 kr." if language == "da" else "223,768,377.78 kr."
    large, small = firm(223_768_377.78, None, None), firm(33.5, None, None)
    for said in (values.value, values.in_short):
        assert plain(said(large, money, True)) == whole
        assert plain(said(large, money)) == exact
        assert plain(said(small, money, True)) == plain(said(small, money))


def test_a_time_says_how_many_had_got_there_and_that_it_may_have_no_upper_end(language):
    from pejling.pages import values

    time = heading("time_to_exit", "weeks", ("exits", "courses"))
    found = firm(20.0, 29, 34, low=12.9)
    assert values.basis(found, time) == {
        "da": "29 af 34 forløb var nået dertil", "en": "29 of 34 courses had got there"
    }[language]  # fmt: skip
    assert values.interval(found, time) == {"da": "12,9 uger eller mere", "en": "12.9 weeks or more"}[language]


def test_a_median_not_reached_is_said_to_be_so_and_is_no_missing_figure(language):
    from pejling.pages import values

    time = heading("time_to_exit", "days", ("exits", "courses"))
    assert values.value(firm(None, 2, 8), time) == {"da": "ikke nået", "en": "not reached"}[language]
    soon = figure("immature", numerator=1, denominator=6, estimate=None, estimate_low=None, estimate_high=None)
    assert values.in_short(soon, time) == {"da": "endnu ikke nået", "en": "not reached yet"}[language]
    assert values.in_short(figure("undefined"), time) == "–"


def test_an_estimate_of_a_time_is_called_one(language):
    from pejling.pages import values

    time = heading("time_to_exit", "weeks", ("exits", "courses"))
    soon = figure("immature", estimate=12.9, estimate_low=2.9, estimate_high=None)
    assert values.in_short(soon, time) == {"da": "skøn 12,9 uger", "en": "estimate 12.9 weeks"}[language]


def test_courses_on_whose_day_nothing_is_recorded_are_shown_with_a_state(language):
    from pejling.pages import values

    found = firm(0.5, 9, 18, unknown=4)
    assert values.basis(found, heading("state_after", "share")) == {
        "da": "9 af 18 forløb, 4 uden registrering", "en": "9 of 18 courses, 4 with nothing recorded"
    }[language]  # fmt: skip


@pytest.mark.parametrize(
    "measure, unit, of, numbers, danish, english",
    [
        ("timely", "share", ("steps", "steps"), (0.5, 2, 4), "2 af 4 frister", "2 of 4 steps"),
        ("activity_share", "share", ("course_days", "course_days"), (0.4, 400, 1000), "400 af 1.000 dage i forløb",
         "400 of 1,000 course-days"),
        ("average_stock", "courses", ("course_days", "days"), (1.1, 97, 90), "97 dage i forløb fordelt på 90 dage",
         "97 course-days over 90 days"),
        ("score_change", "points", ("points", "courses"), (3.0, 12, 4), "12 point fordelt på 4 forløb",
         "12 points over 4 courses"),
        ("ratio", "kroner", ("kroner", "courses"), (100.0, 1200, 12), "1.200,00 kr. fordelt på 12 forløb",
         "1,200.00 kr. over 12 courses"),
        ("observed", "share", ("", ""), (0.68, 61, 90), "61 af 90", "61 of 90"),
    ],
)  # fmt: skip
def test_what_the_denominator_counts_is_named(language, measure, unit, of, numbers, danish, english):
    from pejling.pages import values

    assert plain(values.basis(firm(*numbers), heading(measure, unit, of))) == (danish if language == "da" else english)


def test_a_figure_can_be_told_in_a_line(language):
    from pejling.pages import values

    share = heading("exit_within", "share")
    assert (
        plain(values.told(firm(0.5, 2, 4, 0.1, 0.9, persons=4), share))
        == {
            "da": "50,0 % (10,0–90,0 %): 2 af 4 forløb, 4 personer. Endeligt.",
            "en": "50.0% (10.0–90.0%): 2 of 4 courses, 4 people. Final.",
        }[language]
    )
    spent = heading("amount", "kroner", ("kroner", ""))
    assert plain(values.told(firm(2.5, 2.5, None, persons=None), spent)) == {
        "da": "2,50 kr. Endeligt.", "en": "2.50 kr. Final."
    }[language]  # fmt: skip
    none = dict.fromkeys(("estimate", "estimate_low", "estimate_high", "persons"))
    waiting = figure("immature", numerator=0, denominator=75, matures_on=date(2010, 11, 28), **none)
    assert (
        plain(values.told(waiting, share))
        == {
            "da": "Hidtil 0 af 75 forløb. Endnu ikke modent: modent, når data rækker til 28.11.2010.",
            "en": "So far 0 of 75 courses. Not yet mature: mature when the records reach 28 November 2010.",
        }[language]
    )
    guessed = replace(waiting, estimate=0.25, estimate_low=0.01, estimate_high=0.66)
    assert plain(values.told(guessed, share)).startswith(
        {"da": "Skøn 25,0 % (1,0–66,0 %): hidtil 0 af 75", "en": "Estimate 25.0% (1.0–66.0%): so far 0 of 75"}[language]
    )
    stock = heading("average_stock", "courses", ("course_days", "days"))
    assert plain(values.told(firm(1.1, 97, 90), stock)).startswith(
        {"da": "1,1: 97 dage i forløb", "en": "1.1: 97 course-days"}[language]
    )
    assert values.told(figure("not_reported"), share) == {"da": "Ikke indberettet.", "en": "Not reported."}[language]


def test_an_axis_has_numbers_that_tell_its_lines_apart_and_the_unit_once(language):
    from pejling.pages import words

    danish = language == "da"
    assert [plain(words.axis(line, "weeks", 2.5, last=line == 5)) for line in (0, 2.5, 5)] == (
        ["0,0", "2,5", "5,0 uger"] if danish else ["0.0", "2.5", "5.0 weeks"]
    )
    assert plain(words.axis(2_500_000, "kroner", 500_000, last=True)) == ("2,5 mio. kr." if danish else "2.5 m. kr.")
    assert plain(words.axis(200_000, "kroner", 100_000)) == ("200.000" if danish else "200,000")


def test_a_figure_never_covered_is_not_reported(northern_ireland, tmp_path):
    from indicators.laid import lay
    from pages.every_measure import DEFINITIONS, FIRST, LAST, facts, model

    from pejling.facts.store import Store, connect
    from pejling.indicators.figures import figures
    from pejling.indicators.measure import measure
    from pejling.indicators.model import load_model
    from pejling.pages.explanation import explanation
    from pejling.pages.ground import ground

    store = Store(tmp_path / "home")
    tables = {name: rows for name, rows in facts().items() if name in ("units", "persons", "courses")}
    lay(store, tables, {"courses": (FIRST, LAST)})
    load_model(store, model([each for each in DEFINITIONS if each["key"] in ("intake", "timely")]))
    measure(store)
    connection = connect(store, read_only=True)
    assert {each.state for each in figures(connection, "timely")} == {"not_reported"}
    found = explanation(ground(connection, {}), "timely", "city", "2009")
    assert (found.figure.state, found.cases, found.closing) == ("not_reported", (), "")
    connection.close()


def test_no_period_reaches_back_to_before_time_because_a_delivery_has_no_first_day(every_measure):
    from pejling.config.connection import reading
    from pejling.indicators.items import Observed
    from pejling.pages.ground import ground

    with reading(every_measure) as connection:
        now = ground(connection, {})
        delivered = {**now.measured.coverage, "satisfied": Observed(date.min, date.max)}
        bare = replace(now, measured=replace(now.measured, coverage=delivered))
        assert bare.periods("year") == ["2009", "2010"]


def test_what_was_not_mature_is_said_as_an_estimate_only_where_it_had_one(language):
    from pejling.pages.restated import as_it_was

    before, why = as_it_was(figure("immature"), "share")
    assert plain(before) == {"da": "skøn 61,0 %", "en": "estimate 61.0%"}[language]
    bare, known = as_it_was(figure("immature", estimate=None), "share")
    assert bare == {"da": "Endnu ikke modent", "en": "Not yet mature"}[language]
    assert "–" not in bare and known != why
