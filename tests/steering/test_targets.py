"""Whom the model's targets of a year ask, as seen from the unit that splits them."""

from datetime import date

import pytest
from steering.models import area, goal, sound

from pejling.indicators.hierarchy import Unit
from pejling.steering.targets import asks

PLACES = {  # a unit's id: its kind, and the unit above
    "state": ("state", None), "city": ("administration", "state"), "n": ("centre", "city"), "s": ("centre", "city"),
    "firm": ("supplier", "city"), "n1": ("team", "n"),
}  # fmt: skip
UNITS = {key: Unit(key, key, kind, above, date(2000, 1, 1), None, None) for key, (kind, above) in PLACES.items()}


def asked(upper, year=2026, contributions=None, **said):
    """By whom it is carried, who is asked, and the levels that are stated."""
    target = {"year": 2026, "level": 0.5, "contributions": contributions or {}}
    model = sound(focus_areas=[area("work", goal("way_on", "lasting", targets=[target], **said))])
    return [(ask.sharing, ask.units, dict(ask.stated)) for ask in asks(model, UNITS, upper, year)]


def test_the_units_of_the_kind_right_below_are_asked_in_the_year():
    assert asked("city", asked_of=["centre"]) == [("own", ("n", "s"), {})]
    assert asked("city", year=2027, asked_of=["centre"]) == []


def test_levels_that_are_stated_go_with_the_units_that_have_them():
    assert asked("city", contributions={"n": 0.4, "s": 0.6}) == [("own", ("n", "s"), {"n": 0.4, "s": 0.6})]


@pytest.mark.parametrize("upper", ["state", "n", "firm"])
def test_a_whole_is_split_by_the_unit_right_above_all_who_are_asked_only(upper):
    assert asked(upper, asked_of=["centre"]) == []


def test_where_some_who_are_asked_stand_elsewhere_nobody_here_has_the_whole():
    assert asked("city", asked_of=["centre", "team"]) == []


def test_a_standard_and_a_shared_goal_hold_for_each_wherever_they_stand():
    assert asked("city", asked_of=["centre", "team"], minimum_standard=True) == [("minimum", ("n", "s"), {})]
    assert asked("n", asked_of=["centre", "team"], shared=True) == [("shared", ("n1",), {})]


def test_a_goal_that_names_nobody_is_asked_of_all_and_split_at_the_top():
    assert asked("state") == [("own", ("city",), {})]
    assert asked("city") == []
