"""If nothing changes: the interval holds as often as it says, and the chance is that of a drawn year."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pejling.steering.chance import level, outlook
from pejling.steering.year_end import of_level, of_process, of_share

STANDING = st.lists(st.floats(min_value=0, max_value=1e6), min_size=12, max_size=60)


def drawn_years(share, courses, known, seed=1, times=3000):
    """How often the rest of a year, drawn course by course, ends at or above each value."""
    drawn = random.Random(seed)
    rest = courses * (12 - len(known))
    counted = sum(one for one, _ in known)
    return [
        (counted + sum(drawn.random() < share for _ in range(rest))) / (courses * 12) for _ in range(times)
    ]  # fmt: skip


def test_the_chance_to_meet_a_target_is_that_of_a_drawn_year():
    recent = [(round(30 + 3 * ((n * 7) % 5 - 2)), 100) for n in range(48)]
    share = sum(one for one, _ in recent[-24:]) / 2400
    known = [(36, 100), (35, 100), (38, 100)]
    said = of_share(recent, known, [100] * 9, 0.32, "up")
    years = drawn_years(share, 100, known)
    assert said.met == pytest.approx(sum(year >= 0.32 for year in years) / len(years), abs=0.06)
    inside = sum(said.low <= year <= said.high for year in years) / len(years)
    assert 0.8 <= inside <= 0.93  # a little wider than four in five: the level itself is not known for certain


def test_of_a_whole_year_ahead_it_says_what_the_model_check_says_by_the_same_months():
    recent = [(round(30 + 3 * ((n * 7) % 5 - 2)), 100) for n in range(48)]
    ahead = of_share(recent, [], [100] * 12, 0.32, "up")
    by_all, by_the_last = (outlook(level(months), 1200, 0.32, "up").met_as_before for months in (recent, recent[-24:]))
    assert ahead.met == pytest.approx(by_the_last)
    assert ahead.met != pytest.approx(by_all)  # the check goes by all decided months


def test_a_year_that_is_over_is_met_or_not():
    recent = [(30, 100)] * 24
    assert of_share(recent, [(30, 100)] * 12, [], 0.30, "up").met == 1.0
    assert of_share(recent, [(30, 100)] * 12, [], 0.31, "up").met == 0.0
    assert of_process([5.0] * 24, [5.0] * 12, 0, 60.0, "down", summed=True).met == 1.0


def test_too_little_gives_no_forecast():
    assert of_share([(3, 10)] * 11, [], [10] * 12, 0.3, "up") is None
    assert of_share([(3, 10)] * 24, [], [], 0.3, "up") is None
    assert of_process([1.0] * 11, [], 12, None, "up", summed=True) is None


def test_a_process_comes_out_within_its_interval_four_times_in_five():
    drawn = random.Random(5)
    inside = met = promised = 0.0
    for _ in range(600):
        values = [drawn.gauss(100, 10) for _ in range(24)]
        known, rest = [drawn.gauss(100, 10) for _ in range(4)], [drawn.gauss(100, 10) for _ in range(8)]
        said = of_process([*values, *known], known, 8, 1210.0, "up", summed=True)
        year = sum(known) + sum(rest)
        inside += said.low <= year <= said.high
        met += year >= 1210.0
        promised += said.met
    assert 0.76 < inside / 600 < 0.86
    assert met / 600 == pytest.approx(promised / 600, abs=0.05)


def test_a_mean_is_no_sum():
    said = of_process([10.0, 12.0] * 12, [10.0], 11, 11.5, "down", summed=False)
    assert said.value == pytest.approx((10 + 11 * 11) / 12)
    assert 0.8 < said.met < 0.9


def walked(drawn, months, mean, days=30):
    """Months of a stock that takes a step each day: their means, or how it stood on their last days."""
    now, found = 500.0, []
    for _ in range(months):
        each = [now := now + drawn.gauss(0, 1) for _ in range(days)]
        found.append(sum(each) / days if mean else now)
    return found


@pytest.mark.parametrize("rest", [1, 3, 6, 9, 12])
@pytest.mark.parametrize("mean", [True, False])
def test_what_stands_comes_out_within_its_interval_four_times_in_five(mean, rest):
    drawn = random.Random(5)
    inside = met = promised = 0.0
    for _ in range(600):
        months = walked(drawn, 25 + rest, mean)
        year, target = (sum(months[-12:]) / 12 if mean else months[-1]), months[24] + 3
        known = months[:25]
        said = of_level(known, known[25 - (12 - rest) :], rest, target, "down", mean=mean)
        inside += said.low <= year <= said.high
        met += year <= target
        promised += said.met
    assert 0.75 < inside / 600 < 0.85
    assert met / 600 == pytest.approx(promised / 600, abs=0.05)


@given(STANDING, st.integers(1, 12), st.booleans())
def test_what_stands_goes_on_from_where_it_stands_and_is_never_below_nothing(values, rest, mean):
    decided = values[len(values) - (12 - rest) :]
    said = of_level(values, decided, rest, None, "down", mean=mean)
    assert said.value == pytest.approx((sum(decided) + rest * values[-1]) / 12 if mean else values[-1])
    assert 0 <= said.low <= said.value <= said.high
    assert (said.met, said.decided, said.rest, said.basis) == (None, 12 - rest, rest, "level")


@given(STANDING)
def test_what_stands_is_less_sure_the_more_of_the_year_is_left(values):
    for mean in (True, False):
        said = [of_level(values, values[: 12 - rest], rest, None, "down", mean=mean) for rest in range(1, 13)]
        wide = [each.high - each.value for each in said]
        assert all(less <= more + 1e-9 * more for less, more in pairwise(wide))


@given(st.lists(st.floats(min_value=0, max_value=1e6), min_size=12, max_size=30), STANDING)
def test_of_what_stands_only_the_last_24_steps_count(older, values):
    recent = (values * 3)[-25:]
    assert of_level([*older, *recent], [], 12, 9.0, "up", mean=True) == of_level(recent, [], 12, 9.0, "up", mean=True)


def test_a_decided_year_of_what_stands_is_its_own_figure():
    values = [50.0 + (n * 7) % 5 for n in range(24)]
    year = of_level(values, values[12:], 0, 52.0, "down", mean=True)
    assert year.low == year.value == year.high == pytest.approx(sum(values[12:]) / 12)
    end = of_level(values, values[12:], 0, 50.0, "down", mean=False)
    assert (end.low, end.value, end.high, end.met) == (values[-1], values[-1], values[-1], 0.0)


def test_too_little_of_what_stands_gives_no_forecast():
    assert of_level([5.0] * 11, [], 12, None, "down", mean=True) is None
