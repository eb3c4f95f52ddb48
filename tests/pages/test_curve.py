"""The curve on the page of a time to exit is the one its figure is read from, and is shown with live figures only."""

from contextlib import closing

import pytest

from pejling.facts.store import Store, connect

pytestmark = pytest.mark.xdist_group("released")


@pytest.fixture(scope="module")
def now(northern_ireland):
    from pejling.pages.ground import ground

    with closing(connect(Store(northern_ireland), read_only=True)) as connection:
        yield ground(connection, {})


def page(now, key, period):
    from pejling.pages.indicator import indicator_page

    return indicator_page(now, key, "NI", period_kind="year", period=period)


@pytest.mark.parametrize("key", ["weeks_to_exit", "weeks_to_work_or_study"])
def test_it_passes_one_half_where_the_median_is(now, key):
    found = page(now, key, "1994")
    figure, moments = found.series.chosen, found.curve.moments
    before = [m for m in moments if m.share < 0.5]
    after = [m for m in moments if m.share >= 0.5]
    assert before[-1].weeks < figure.value <= after[0].weeks
    assert moments[0].weeks == 0 and moments[0].share == 0 and moments[0].followed == figure.denominator
    assert [m.share for m in moments] == sorted(m.share for m in moments)
    assert [m.followed for m in moments] == sorted((m.followed for m in moments), reverse=True)
    for m in moments:
        assert m.low is None or m.low <= m.share <= m.high
    assert len(moments) <= 28


def test_training_and_school_compete_where_only_work_and_study_are_asked_for(now):
    assert not page(now, "weeks_to_exit", "1994").curve.competing
    work = page(now, "weeks_to_work_or_study", "1994").curve
    assert work.competing and work.exits


def test_there_is_none_of_other_measures_nor_where_nobody_began(now):
    from pejling.pages.curve import curve

    assert page(now, "fast_lasting_exit", "1994").curve is None
    assert curve(now, now.indicator("weeks_to_exit"), "NI", "1980") is None


def test_who_sees_only_what_is_released_sees_no_curve(now, released):
    from pejling.pages.indicator import indicator_page
    from pejling.pages.released import released as released_ground

    told = released_ground({})
    unit = next(iter(told.units))
    found = indicator_page(told, "weeks_to_exit", unit, period_kind="year")
    assert found.curve is None
