"""An indicator's page offers the kinds of periods there is something to see by."""

from contextlib import closing

import pytest

from pejling.facts.store import connect

EVERY = ("year", "quarter", "month")


@pytest.mark.parametrize(
    ("key", "asked", "kind", "offered"),
    [
        ("satisfied", "", "year", ("year",)),  # it was delivered for 2009 alone
        ("satisfied", "month", "month", ("year", "month")),  # an address that names months is answered all the same
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


def test_where_nothing_was_delivered_nothing_is_left_out(every_measure):
    from pejling.pages.ground import ground
    from pejling.pages.indicator import indicator_page

    with closing(connect(every_measure, read_only=True)) as connection:
        assert indicator_page(ground(connection, {}), "satisfied", "south").period_kinds == EVERY
