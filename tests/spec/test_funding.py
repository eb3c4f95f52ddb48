"""The worked examples of funding agree to the øre."""

from decimal import Decimal

import pytest

from pejling.steering.funding.bookings import totals
from spec.funding import Example, examples

ALL = examples()
OF_A_RESERVE = ("base", "taximeter", "agreed", "result", "total")


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.title)
def test_every_amount_is_what_was_worked_out_by_hand(example: Example):
    made = example.bookings()
    for row in example.tables["bookings"]:
        booking = made[int(row["booking"])]
        place = "" if row["unit"] == "reserve" else row["unit"]
        of = booking.allocation.of(place) if place else booking.allocation.reserve
        for column in set(row) - {"booking", "unit", "moved", "why"}:
            if place or column in OF_A_RESERVE:
                found = getattr(of, column)
                assert found == (row[column] if column == "limit" else Decimal(row[column])), (row, column)
        if "moved" in row:
            moved = sum((entry.amount for entry in booking.entries if entry.unit == place), Decimal(0))
            assert moved == Decimal(row["moved"]), row


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.title)
def test_units_and_reserve_are_the_frame_in_every_booking_and_the_differences_their_sum(example: Example):
    made = example.bookings()
    for booking in made:
        assert booking.allocation.given + booking.allocation.reserve.total == example.plan.frame
    assert sum(totals(made).values()) == example.plan.frame
    assert totals(made) == {
        **{each.unit: each.total for each in made[-1].allocation.units if each.total},
        **({"": made[-1].allocation.reserve.total} if "" in totals(made) else {}),
    }


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.title)
def test_late_records_appear_in_the_next_booking_by_name(example: Example):
    said = {
        (int(row["booking"]), row["unit"], row["target_group"], f"2009-{row['month']}", Decimal(row["before"]),
         Decimal(row["now"]), Decimal(row["amount"]))
        for row in example.tables.get("late", [])
    }  # fmt: skip
    found = {
        (booking.step.number, each.unit, each.target_group, each.month, each.before, each.now, each.amount)
        for booking in example.bookings()
        for each in booking.late
    }
    assert found == said


def test_every_expected_amount_says_why():
    assert not [row for example in ALL for row in example.tables["bookings"] if not row["why"]]
