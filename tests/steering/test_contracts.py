"""What may be done to a contract when, and what it lacks."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from pejling.steering.contracts import (
    BINDING,
    Contract,
    Goal,
    Later,
    Other,
    OverallGoal,
    Payment,
    actions,
    below_standard,
    contributions,
    impossible,
    lacks,
    shown,
)
from pejling.steering.possible import ANY, FROM_NOTHING, SHARE


def contract(*goals, **more):
    more = {"purpose": "Work that lasts", **more}
    return Contract(unit="a", unit_name="A", upper="b", upper_name="B", year=2010, goals=goals, **more)


def goal(key="exits", count=6, **more):
    return Goal(indicator=key, count=count, of=13, **more)


@pytest.mark.parametrize(
    "state, signed, party, may",
    [
        ("draft", (), "unit", {"edit", "propose", "drop"}),
        ("proposed", (), "unit", {"sign", "comment", "drop"}),
        ("negotiated", (), "unit", {"edit", "sign", "comment", "drop"}),
        ("negotiated", ("upper",), "unit", {"sign", "comment"}),
        ("negotiated", ("upper",), "upper", {"withdraw", "comment"}),
        ("signed", ("upper", "unit"), "upper", {"amend", "close"}),
        ("signed", ("upper", "unit"), "unit", {"amend"}),
        ("closed", ("upper", "unit"), "upper", set()),
        ("replaced", ("upper", "unit"), "upper", set()),
        ("dropped", (), "upper", set()),
    ],
)
def test_what_a_party_may_do(state, signed, party, may):
    assert actions(state, signed, party) == may


@pytest.mark.parametrize("state", BINDING)
@pytest.mark.parametrize("party", ["unit", "upper"])
def test_what_both_have_signed_is_never_edited_nor_signed_again(state, party):
    assert not actions(state, ("unit", "upper"), party) & {"edit", "sign", "withdraw", "propose", "drop"}


@pytest.mark.parametrize("day, state", [(date(2009, 12, 31), "signed"), (date(2010, 1, 1), "running")])
def test_a_signed_contract_runs_from_the_first_day_of_its_year(day, state):
    assert shown("signed", 2010, day) == state
    assert shown("draft", 2010, day) == "draft"


@pytest.mark.parametrize(
    "said, lacking",
    [
        (contract(), {"no_goal"}),
        (contract(goal(), purpose=" \n"), {"no_purpose"}),
        (contract(*(goal(f"g{n}") for n in range(6))), {"too_many_goals"}),
        (contract(goal(count=None)), {"no_target"}),
        (contract(goal(), goal()), {"twice"}),
        (contract(goal(trajectory=(1, 2, 3, 5))), {"trajectory"}),
        (contract(goal(weight=60), goal("other")), {"weights"}),
        (contract(goal(weight=60), goal("other", weight=30)), {"weights"}),
        (contract(goal(weight=60, trajectory=(1, 2, 3, 6)), goal("other", weight=40)), set()),
    ],
)
def test_what_a_contract_lacks(said, lacking):
    assert {lack.what for lack in lacks(said, cap=5)} == lacking


@pytest.mark.parametrize(
    "within, said, found",
    [
        (SHARE, {"level": 1.57}, [("level", 0)]),
        (SHARE, {"level": -0.01}, [("level", 0)]),
        (SHARE, {"level": 1.0, "later": (Later(year=2011, level=0), Later(year=2012, level=1.1))}, [("later", 2)]),
        (SHARE, {"level": 0.9, "trajectory": (0.5, 1.2, 0.4, 0.9)}, [("trajectory", 2)]),
        (FROM_NOTHING, {"level": -1}, [("level", 0)]),
        (FROM_NOTHING, {"level": 157, "trajectory": (90, 50, 120, 157)}, []),  # a mean may fall
        (ANY, {"level": -1.5}, []),
        (SHARE, {"count": 1100, "trajectory": (900, 537, 1000, 1100)}, [("trajectory", 1)]),
        (SHARE, {"count": 6, "trajectory": (-1, 2, 4, 6)}, [("trajectory", 1)]),
        (SHARE, {"count": 6, "trajectory": (0, 2, 9, 6)}, [("trajectory", 3)]),
        (SHARE, {"count": 6, "trajectory": (0, 2, 2, 6)}, []),
    ],
)
def test_what_cannot_be_is_named_by_its_place(within, said, found):
    asked = Goal(indicator="exits", **said)
    assert [(each.field, each.nth) for each in impossible(asked, within)] == found
    assert any(lack.indicator == "exits" for lack in lacks(contract(asked), 5, {"exits": within})) == bool(found)


def test_what_was_kept_before_there_was_such_a_rule_is_still_read():
    kept = contract(Goal(indicator="share", level=1.57), purpose="")
    assert Contract.model_validate_json(kept.model_dump_json()) == kept


def test_a_part_is_no_more_than_its_whole():
    with pytest.raises(ValidationError, match="more than all"):
        goal(count=14)


@pytest.mark.parametrize(
    "direction, counts, gap",
    [("up", {"a": 10, "b": 12}, 0), ("up", {"a": 10, "b": 9}, 3), ("up", {"a": 20, "b": 9}, -7),
     ("down", {"a": 10, "b": 14}, 2), ("down", {"a": 10, "b": 9}, -3)],
)  # fmt: skip
def test_the_gap_is_what_lacks_whichever_way_is_good(direction, counts, gap):
    assert contributions(OverallGoal(indicator="x", year=2010, count=22), direction, counts).gap == gap


def test_a_minimum_standard_names_the_units_that_do_not_hold_it():
    standard = OverallGoal(indicator="x", year=2010, sharing="minimum", level=0.8)
    assert below_standard(standard, "up", {"a": 0.8, "b": 0.79}) == ("b",)
    assert below_standard(standard, "down", {"a": 0.8, "b": 0.81}) == ("b",)


def test_a_shared_goal_has_the_same_target_in_every_contract():
    shared = OverallGoal(indicator="x", year=2010, sharing="shared", count=10, of=20)
    assert below_standard(shared, "up", {"a": 0.5, "b": 0.6}) == ("b",)


def test_a_contract_kept_as_json_is_the_same_contract():
    said = contract(
        goal(later=(Later(year=2011, level=0.5),)),
        others=(Other(kind="effort", text="x", due_on=date(2010, 5, 1)),),
        payment=(Payment(text="y", amount=Decimal("12.50")), Payment(text="z", amount=Decimal("0.01"))),
    )
    assert Contract.model_validate_json(said.model_dump_json()) == said
    assert said.paid == Decimal("12.51")
