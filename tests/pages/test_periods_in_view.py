"""A figure says what it is of: the part of its period that is covered, or the day of a stock."""

from datetime import date

from pages.test_figure_states import figure


def heading(stock: bool):
    from pejling.indicators.items import Observed
    from pejling.pages.series import Heading

    observed = Observed(date(1993, 7, 1), date(1999, 6, 30))
    return Heading("k", "K", "", "result", "courses", "none", stock, observed)


def test_a_period_that_begins_before_the_records_says_from_when(northern_ireland):
    assert heading(False).only_from(figure("final", period="1993")) == date(1993, 7, 1)
    assert heading(False).only_from(figure("final", period="1993-Q3")) is None
    assert heading(False).only_from(figure("final", period="1994")) is None
    assert heading(False).only_from(figure("not_reported", period="1993")) is None


def test_a_stock_says_its_day_and_no_later_one_than_the_records(northern_ireland):
    assert heading(True).counted_on(figure("final", period="1998")) == date(1998, 12, 31)
    assert heading(True).counted_on(figure("immature", period="1999")) == date(1999, 6, 30)
    assert heading(True).only_from(figure("final", period="1993")) is None
    assert heading(False).counted_on(figure("final", period="1998")) is None


def test_the_page_says_both_in_the_readers_language(northern_ireland):
    from django.utils.translation import override

    from pejling.pages import words

    with override("da"):
        assert words.when("1993", only_from=date(1993, 7, 1)) == "1993, kun fra 01.07.1993"
        assert words.when("1998", on=date(1998, 12, 31)) == "31.12.1998"
    with override("en"):
        assert words.when("1993", only_from=date(1993, 7, 1)) == "1993, only from 1 July 1993"
        assert words.when("1998", on=date(1998, 12, 31)) == "31 December 1998"
