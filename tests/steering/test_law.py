"""How a unit stands with the law, and the room that it leaves."""

from datetime import date
from decimal import Decimal

import pytest
from indicators.laws import law as laid

from pejling.indicators.estimates import wilson
from pejling.indicators.figures import Figure
from pejling.indicators.law_figures import Money, Timeliness
from pejling.indicators.model import Model
from pejling.indicators.periods import Period
from pejling.steering.law import in_force, room, standings, verdict

RULE = {"key": "r", "kind": "first_contact", "contact_kinds": ["talk"],
        "versions": [
            {"until": date(2009, 7, 1), "within": "1 week"},
            {"from": date(2009, 7, 1), "until": date(2010, 1, 1), "within": "2 weeks", "at_least": 0.75},
        ]}  # fmt: skip


def model(**more):
    return Model.model_validate({"title": {"da": "x", "en": "x"}, **laid([RULE]), **more})


def figure(numerator, denominator, state="final"):
    share = numerator / denominator if denominator and state in ("final", "provisional") else None
    low, high = wilson(numerator, denominator) if share is not None else (None, None)
    return Figure("r", "u", "2009", "", "", numerator, denominator, share, low, high, None, state, None, None, None,
                  None, 1)  # fmt: skip


@pytest.mark.parametrize(
    "numerator, denominator, state, at_least, said",
    [(10, 10, "final", 1, "kept"), (9, 10, "final", 1, "broken"), (8, 10, "final", 0.75, "kept"),
     (7, 10, "final", 0.75, "unsure"), (70, 200, "provisional", 0.75, "broken"), (1, 9, "immature", 1, "open"),
     (0, 0, "undefined", 1, "nothing"), (None, None, "not_reported", 1, "not_reported")],
)  # fmt: skip
def test_a_share_is_broken_only_beyond_chance_and_every_step_by_one(numerator, denominator, state, at_least, said):
    assert verdict(figure(numerator, denominator, state), at_least) == said


def test_the_version_of_the_periods_last_day_is_what_is_asked():
    rule = model().law[0]
    assert in_force(rule, Period.parse("2009-Q2")).at_least == 1
    assert in_force(rule, Period.parse("2009")).at_least == 0.75
    assert in_force(rule, Period.parse("2009-07")).at_least == 0.75
    assert in_force(rule, Period.parse("2010-01")) is None
    assert standings(model(), [steps(8, 10)], Period.parse("2010")) == []


def steps(numerator, denominator, minutes=0, kroner=0, state="final"):
    return Timeliness(
        "r", figure(numerator, denominator, state), 0, denominator - numerator, {}, minutes, Decimal(kroner)
    )


def test_bound_and_free_are_the_frame_to_the_ore():
    with_room = model(room={"accounts": ["wages"], "hour": "333.33", "source": "x"})
    frame = Figure("statutory_frame", "u", "2009", "", "", 10_000.1, None, 10_000.1, None, None, None, "final", None,
                   None, None, None, 1)  # fmt: skip
    found = room(
        with_room, [steps(8, 10, minutes=100, kroner="12.50"), steps(1, 1, minutes=50)], Money(None, None, frame)
    )
    assert found.hours == Decimal("2.50")
    assert found.bound == Decimal("845.83")  # 2.5 × 333.33 = 833.325, and 12.50
    assert found.bound + found.free == found.frame == Decimal("10000.10")
    assert (found.frame_hours, found.free_hours) == (Decimal("30.00"), Decimal("27.46"))  # what 9,154.27 would pay
    assert room(model(), [steps(8, 10)], Money(None, None, frame)) is None
    nothing = room(with_room, [steps(8, 10, minutes=60)], Money(None, None, None))
    assert (nothing.frame, nothing.free, nothing.bound) == (None, None, Decimal("333.33"))
    assert room(with_room, [steps(8, 10, state="immature")], Money(None, None, frame)).state == "immature"
