"""Figures, days and periods in the reader's language."""

from datetime import UTC, date, datetime

import pytest


@pytest.fixture(params=["da", "en"])
def language(northern_ireland, request):
    from django.utils import translation

    with translation.override(request.param):
        yield request.param


def said(language: str, danish: str, english: str) -> str:
    return danish if language == "da" else english


def test_numbers_and_shares(language):
    from pejling.pages import words

    assert words.number(1234.5, 1) == said(language, "1.234,5", "1,234.5")
    assert words.number(-3) == "−3"
    assert words.number(-0.04, 1) == said(language, "0,0", "0.0")
    assert words.value(0.53093, "share") == said(language, "53,1\u00a0%", "53.1%")
    assert words.value(0.0, "share") == said(language, "0,0\u00a0%", "0.0%")
    assert words.value(1234567.5, "kroner") == said(language, "1.234.567,50\u00a0kr.", "1,234,567.50\u00a0kr.")
    assert words.value(12345, "courses") == said(language, "12.345", "12,345")
    assert words.interval(0.461, 0.6, "share") == said(language, "46,1–60,0\u00a0%", "46.1–60.0%")
    assert words.interval(21.1, 24.0, "weeks") == said(language, "21,1–24,0 uger", "21.1–24.0 weeks")
    assert words.interval(21, 24.5, "points") == said(language, "21,0–24,5 point", "21.0–24.5 points")
    assert words.interval(21, 24, "days") == said(language, "21–24 dage", "21–24 days")


def test_what_is_missing_is_a_dash_and_never_0(language):
    from pejling.pages import words

    assert (
        words.value(None, "share") == words.interval(None, 0.5, "share") == words.of(None, 3) == words.day(None) == "–"
    )


def test_days_and_periods(language):
    from pejling.pages import words

    assert words.day(date(2009, 12, 31)) == said(language, "31.12.2009", "31 December 2009")
    assert words.day(datetime(2009, 12, 31, 23, 27, tzinfo=UTC)) == said(language, "01.01.2010", "1 January 2010")
    assert words.period("1993") == "1993"
    assert words.period("1993-Q3") == said(language, "3. kvartal 1993", "Q3 1993")
    assert words.period("1993-07") == said(language, "juli 1993", "July 1993")
    assert words.period("1993-07/12") == said(language, "året til og med juli 1993", "the year to July 1993")


def test_one_person_and_two(language):
    from pejling.pages import words

    assert words.persons(1) == "1 person"
    assert words.persons(2) == said(language, "2 personer", "2 people")


def test_every_state_has_words_and_a_meaning_of_its_own(language):
    from pejling.pages import words

    states = ("suppressed", "not_reported", "immature", "undefined", "provisional", "final")
    assert len({words.state(state) for state in states}) == len({words.state_explained(s) for s in states}) == 6


def test_the_year_is_under_the_axis_where_it_begins():
    from pejling.pages import words

    assert words.tick("1993-07") == "1993"
    assert words.tick("1993-08", "1993-07") == ""
    assert words.tick("1994-01", "1993-12") == "1994"
    assert words.tick("1994", "1993") == "1994"


def test_one_and_many_unsettled_goals(language):
    from pejling.pages.status_words import looked_at
    from pejling.steering.sections import DataSection

    one = DataSection(date(2009, 12, 31), 1, 1, 0, 5, 1, 1, ())
    many = DataSection(date(2009, 12, 31), 1, 1, 0, 5, 2, 3, ())
    assert looked_at(one) == said(
        language, "5, 1 foreløbigt, 1 endnu ikke modent", "5, 1 provisional, 1 not yet mature"
    )
    assert looked_at(many) == said(
        language, "5, 2 foreløbige, 3 endnu ikke modne", "5, 2 provisional, 3 not yet mature"
    )
