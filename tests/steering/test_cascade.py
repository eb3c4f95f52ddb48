"""Whole parts that add up, and are as near to the rule as whole parts can be."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pejling.steering.cascade import LEAN, Past, history, split, split_within, stated, trajectory, weights
from pejling.steering.contributions import counted

totals = st.integers(0, 5000)
some_weights = st.lists(st.fractions(0, 1000), min_size=1, max_size=12)


@given(totals, some_weights)
def test_parts_are_whole_and_add_up_to_the_whole(total, weighed):
    assert sum(split(total, weighed)) == total


@given(totals, some_weights)
def test_no_part_misses_its_exact_share_by_a_whole_person(total, weighed):
    whole = sum(weighed)
    for part, weight in zip(split(total, weighed), weighed, strict=True):
        exact = total * (weight / whole if whole else Fraction(1, len(weighed)))
        assert abs(part - exact) < 1


@given(totals, some_weights)
def test_who_weighs_more_never_gets_less(total, weighed):
    parts = split(total, weighed)
    pairs = sorted(zip(weighed, parts, strict=True))
    assert all(one[1] <= other[1] for one, other in pairwise(pairs) if one[0] < other[0])


@pytest.mark.parametrize(
    "total, weighed, parts",
    [(10, (1, 1, 1), (4, 3, 3)), (45, (40, 60), (18, 27)), (7, (0, 0), (4, 3)), (0, (3, 1), (0, 0))],
)
def test_parts_by_hand(total, weighed, parts):
    assert split(total, [Fraction(each) for each in weighed]) == parts


@given(st.lists(st.tuples(st.fractions(0, 50), st.integers(0, 100)), min_size=1, max_size=8), st.data())
def test_nobody_is_asked_for_more_than_they_have(each, data):
    weighed, most = [weight for weight, _ in each], [there for _, there in each]
    total = data.draw(st.integers(0, sum(most)))
    parts = split_within(total, weighed, most)
    assert sum(parts) == total
    assert all(part <= there for part, there in zip(parts, most, strict=True))


def test_more_than_there_is_cannot_be_split():
    with pytest.raises(ValueError, match="more than the 5"):
        split_within(6, [Fraction(1), Fraction(1)], [2, 3])


def test_what_is_over_goes_to_the_others_by_their_weights():
    assert split_within(20, [Fraction(1)] * 3, [2, 50, 50]) == (2, 9, 9)


def past(unit, *groups):
    """(counted, of, expected) a group."""
    counted, of, expected = ({f"g{n}": group[at] for n, group in enumerate(groups)} for at in range(3))
    return Past(unit, counted, of, expected)


def test_a_harder_intake_gets_a_smaller_part():
    """Both did the same for each group; the second now has more of the group where less is reached."""
    one = past("one", (80, 100, 50), (20, 100, 50))
    other = past("other", (80, 100, 20), (20, 100, 80))
    assert history([one, other]) == (Fraction(50), Fraction(32))


def test_a_unit_with_no_history_is_asked_as_the_whole_has_done():
    old, new = past("old", (30, 100, 40)), past("new", (0, 0, 40))
    assert history([old, new]) == (Fraction(12), Fraction(12))


def test_a_small_history_leans_on_the_whole():
    small, large = past("small", (0, 5, 100)), past("large", (60, 95, 100))
    rate = Fraction(60, 100)
    weight, _ = history([small, large])
    assert weight == 100 * (0 + LEAN * rate) / (5 + LEAN)
    assert 0 < weight < 100 * rate


@given(st.lists(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200)), min_size=2,
                         max_size=2), min_size=1, max_size=6), st.integers(0, 500))  # fmt: skip
def test_every_rule_gives_parts_of_the_whole(units, total):
    pasts = [past(str(n), *((min(c, o), o, e) for c, o, e in groups)) for n, groups in enumerate(units)]
    for rule in ("equal", "intake", "history"):
        assert sum(split(total, weights(rule, pasts))) == total


@given(totals, st.lists(st.integers(0, 500), min_size=4, max_size=4))
def test_a_trajectory_never_turns_back_and_ends_at_the_target(total, seasons):
    way = trajectory(total, seasons)
    assert list(way) == sorted(way) and way[-1] == total and len(way) == 4


@given(st.lists(st.tuples(st.integers(100, 900), st.integers(1, 5000)), min_size=1, max_size=6), st.integers(-4, 4))
def test_shares_that_make_up_the_wholes_as_near_as_they_are_written_add_up_to_the_person(written, off):
    levels, courses = [tenths / 1000 for tenths, _ in written], [of for _, of in written]
    whole = sum(level * of for level, of in zip(levels, courses, strict=True)) / sum(courses) + off / 10_000
    parts = stated(whole, levels, courses, "up")
    assert sum(parts) == min(sum(courses), counted(whole, sum(courses), "up"))
    assert all(0 <= part <= of for part, of in zip(parts, courses, strict=True))
    nearest = [abs(part - level * of) for part, level, of in zip(parts, levels, courses, strict=True)]
    assert all(gap <= 1 + 0.001 * of * 10 for gap, of in zip(nearest, courses, strict=True))


def test_shares_that_do_not_are_taken_at_their_word():
    assert stated(0.5, [0.40, 0.40], [100, 100], "up") == (40, 40)
    assert stated(0.5, [0.60, 0.60], [100, 10], "up") == (60, 6)
    assert stated(0.2, [0.255, 0.25], [10, 10], "down") == (2, 2)
