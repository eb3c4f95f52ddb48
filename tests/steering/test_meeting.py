"""The courses a team learns from, and what it leaves its meeting with."""

from datetime import date, timedelta
from random import Random

import pytest

from pejling.steering.meeting import MOST, Action, Meeting, Turn, turns

DAY = date(2009, 6, 1)


def turn(course_id, counted, expected, days=0):
    return Turn(course_id=course_id, counted=counted, expected=expected, on=DAY + timedelta(days=days))


def test_those_that_counted_with_the_lowest_expectation_and_those_that_did_not_with_the_highest():
    decided = [turn("a", True, 0.7), turn("b", True, 0.1), turn("c", False, 0.1), turn("d", False, 0.9)]
    well, badly = turns(decided, 1)
    assert [each.course_id for each in well] == ["b"]
    assert [each.course_id for each in badly] == ["d"]


def test_where_they_are_equal_the_one_decided_last_comes_first_and_then_the_course_id():
    decided = [turn("a", False, 0.5), turn("c", False, 0.5, 9), turn("b", False, 0.5, 9), turn("d", False, 0.6)]
    expected = ["d", "b", "c", "a"]
    for seed in range(5):
        Random(seed).shuffle(decided)
        assert [each.course_id for each in turns(decided, 5)[1]] == expected


def test_an_action_is_done_once_and_is_overdue_the_day_after_its_day():
    said = Meeting(unit="t", unit_name="T", month="2009-06", actions=(Action(what="Ringer", who="Anna", due_on=DAY),))
    assert not said.actions[0].overdue(DAY) and said.actions[0].overdue(DAY + timedelta(days=1))
    kept = said.done(0, DAY)
    assert kept.actions[0].done_on == DAY and not kept.actions[0].overdue(DAY + timedelta(days=9))
    with pytest.raises(ValueError, match="done"):
        kept.done(0, DAY)
    with pytest.raises(IndexError):
        said.done(1, DAY)


def test_more_things_than_anyone_does_are_refused():
    with pytest.raises(ValueError, match="actions"):
        Meeting(unit="t", unit_name="T", month="2009-06", actions=(Action(what="x", who="y"),) * (MOST + 1))
