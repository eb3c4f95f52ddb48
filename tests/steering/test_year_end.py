"""If nothing changes: the interval holds as often as it says, and the chance is that of a drawn year."""

import random

import pytest

from pejling.steering.chance import level, outlook
from pejling.steering.year_end import of_process, of_share


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
