"""An indicator's page offers the kinds of periods there is something to see by."""

from contextlib import closing

import pytest

from pejling.facts.store import connect

EVERY = ("year", "quarter", "month")


@pytest.mark.parametrize(
    ("key", "asked", "kind", "offered"),
    [
        ("satisfied", "", "year", ("year",)),  # it was delivered for 2009 alone
        ("satisfied", "month", "year", ("year",)),  # a link from a page of months leads to what there is
        ("intake", "", "year", EVERY),
        ("intake", "month", "month", EVERY),
    ],
)
@pytest.mark.parametrize("unit", ["city", "north"])
def test_a_figure_measured_elsewhere_is_offered_by_the_periods_it_was_delivered_for(
    every_measure, unit, key, asked, kind, offered
):
    from pejling.pages.ground import ground
    from pejling.pages.indicator import indicator_page

    with closing(connect(every_measure, read_only=True)) as connection:
        page = indicator_page(ground(connection, {}), key, unit, period_kind=asked)
    assert (page.period_kind, page.period_kinds) == (kind, offered)


def test_where_nothing_was_delivered_it_is_offered_as_at_the_whole(every_measure):
    from pejling.pages.ground import ground
    from pejling.pages.indicator import indicator_page

    with closing(connect(every_measure, read_only=True)) as connection:
        assert indicator_page(ground(connection, {}), "satisfied", "south").period_kinds == ("year",)


def test_a_period_that_is_named_is_answered_whatever_its_kind(every_measure):
    from pejling.pages.ground import ground
    from pejling.pages.indicator import indicator_page

    with closing(connect(every_measure, read_only=True)) as connection:
        page = indicator_page(ground(connection, {}), "satisfied", "city", period="2009-03")
    assert (page.period_kind, page.period_kinds, page.series.chosen.state) == (
        "month", ("year", "month"), "not_reported",
    )  # fmt: skip
