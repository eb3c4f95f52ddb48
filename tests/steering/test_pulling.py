"""Two figures are called opposite only when they are: neither a trend nor a season nor chance is taken for a tie."""

from random import Random

import pytest

from pejling.steering.pulling import pull


def figures(chance: Random, kind: str, months: int = 60) -> list[float]:
    found, before = [], 0.0
    for month in range(months):
        shock = chance.gauss(0, 1)
        before = 0.7 * before + shock
        found.append(
            {
                "noise": shock,
                "lingering": before,
                "season": shock + 3 * (month % 12),
                "season turned": shock - 3 * (month % 12),
                "trend": shock + 0.2 * month,
                "trend turned": shock - 0.2 * month,
            }[kind]
        )
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [("noise", "noise"), ("lingering", "lingering"), ("season", "season turned"), ("trend", "trend turned")],
)
def test_what_has_nothing_to_do_with_each_other_is_seldom_called_opposite(one, other):
    chance = Random(20)
    called = sum(pull(figures(chance, one), figures(chance, other)).opposite for _ in range(200))
    assert called <= 20  # one in twenty is promised: 10, and more than 20 comes once in a thousand times


def test_what_moves_oppositely_is_found_below_a_common_trend_and_season():
    chance = Random(4)
    shared = figures(chance, "noise")
    one = [3 * (m % 12) + 0.3 * m + s + chance.gauss(0, 0.4) for m, s in enumerate(shared)]
    other = [3 * (m % 12) + 0.3 * m - s + chance.gauss(0, 0.4) for m, s in enumerate(shared)]
    found = pull(one, other)
    assert found.opposite and found.together < -0.5
    assert not pull(one, one).opposite


def test_the_more_pairs_are_looked_at_the_more_it_takes():
    chance = Random(4)
    one, other = figures(chance, "noise"), figures(chance, "noise")
    assert pull(one, other, pairs=45).high > pull(one, other).high


def test_three_years_must_be_known_of_both_and_months_without_a_value_are_left_out():
    chance = Random(1)
    one = figures(chance, "noise", 37)
    assert pull(one, one) is not None
    assert pull(one[:36], one[:36]) is None
    assert pull([*one[:20], None, *one[21:]], one) is None
    assert pull([1.0] * 60, figures(chance, "noise")) is None
