"""Contributions are added in courses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pejling.steering.contributions import Contribution, counted, total

UNITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 400)), min_size=1, max_size=8)


def test_units_of_different_size_are_added_in_courses_not_in_percentages():
    units = [Contribution("small", 0.9, 10), Contribution("large", 0.5, 190)]
    found = total(0.7, "up", units)  # the average of 90 and 50 per cent, and yet far from reached
    assert (found.asked, found.promised, found.gap) == (140, 104, 36)
    assert not found.reached
    assert found.level == pytest.approx(0.52)


def test_where_lower_is_better_the_gap_is_what_is_too_many():
    found = total(0.2, "down", [Contribution("a", 0.25, 100), Contribution("b", 0.1, 100)])
    assert (found.asked, found.promised, found.gap, found.reached) == (40, 35, -5, True)
    assert total(0.2, "down", [Contribution("a", 0.25, 100), Contribution("b", 0.2, 100)]).gap == 5


def test_counts_are_added_as_they_are():
    found = total(100, "up", [Contribution("a", 60.0), Contribution("b", 40.0)])
    assert (found.gap, found.courses, found.reached) == (0, None, True)


def test_shares_and_counts_cannot_be_added():
    with pytest.raises(ValueError, match="cannot be added"):
        total(0.5, "up", [Contribution("a", 0.5, 10), Contribution("b", 40.0)])


@given(UNITS, st.floats(0, 1))
def test_where_every_unit_takes_the_whole_target_the_whole_is_reached(units, target):
    assert total(target, "up", [Contribution(str(i), target, n) for i, (_, n) in enumerate(units)]).reached
    assert total(target, "down", [Contribution(str(i), target, n) for i, (_, n) in enumerate(units)]).reached


@given(st.floats(0, 1), st.integers(0, 1000))
def test_what_is_counted_is_the_fewest_whole_courses_that_reach_the_share(level, courses):
    found = counted(level, courses, "up")
    assert found == int(found)
    assert found >= level * courses - 1e-6
    assert found - 1 < level * courses
