"""What holds of every allocation: the parts are the frame, order changes nothing, and doubling all changes no share."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from drawn import draws
from hypothesis import given, settings
from hypothesis import strategies as st
from spec.funding import examples

from pejling.indicators.funding import Funding, FundingYear, Rate
from pejling.steering.funding.allocation import PARTS, allocate
from pejling.steering.funding.basis import Basis, Count, counts, outcomes
from pejling.steering.funding.bookings import Booking, again, book, changed_rates, late_records, next_step, totals
from pejling.steering.funding.calibration import calibrated
from pejling.steering.funding.forecasts import same_months_last_year
from pejling.steering.funding.incentives import incentives
from pejling.steering.funding.ore import ore, shared
from pejling.steering.funding.scenarios import Change, scenario
from pejling.steering.funding.taximeter import NoRate

UNITS = ("east", "north", "south", "west", "ø")
GROUPS = ("cash", "sick")
EASY = settings(max_examples=draws(200), deadline=None)
kroner = st.integers(0, 10**11).map(lambda n: Decimal(n) / 100)
number = st.integers(0, 1000).map(lambda n: Decimal(n) / 8)


@st.composite
def plans(draw, *, gap=None, limits=True) -> FundingYear:
    units = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=5, unique=True))
    cuts = sorted(draw(st.lists(st.integers(0, 100 * 10**4), min_size=3, max_size=3)))
    shares = [Decimal(b - a) / 10**4 for a, b in zip([0, *cuts], [*cuts, 100 * 10**4], strict=True)]
    split = dict(zip(("base", "taximeter", "agreed", "result"), shares, strict=True))
    frame = draw(kroner)
    key = {unit: draw(number) for unit in units}
    if not any(key.values()):
        key[units[0]] = Decimal(1)
    said = {"year": 2009, "frame": frame, "split": split, "base": key, "settlement": date(2010, 2, 28)}
    if split["taximeter"]:
        said["taximeter"] = {"triggered_by": "new", "gap": gap or draw(st.sampled_from(["reserve", "proration"]))}
        if limits and draw(st.booleans()):
            said["taximeter"] |= {"floor": draw(st.integers(0, 100)), "cap": draw(st.integers(100, 130))}
    if split["result"]:
        said["result"] = {"indicator": "i", "cohort": "2008", **draw(st.sampled_from([
            {"formula": "share_of_pool", "target": Decimal("0.3"), "targets": {units[0]: Decimal("0.5")}},
            {"formula": "linear", "floor": Decimal("0.2"), "benchmark": Decimal("0.4"), "unused": "base"},
            {"formula": "linear", "floor": Decimal("0.6"), "benchmark": Decimal("0.3"), "unused": "reserve"},
        ]))}  # fmt: skip
    part = frame * split["agreed"] / 100
    amount = (part / 3).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    said["agreed"] = tuple({"unit": unit, "kroner": amount, "agreement": unit} for unit in units[:3])
    return FundingYear.model_validate(said)


@st.composite
def rates(draw) -> tuple[Rate, ...]:
    return tuple(
        Rate.model_validate({"target_group": group, "from": "2009-01-01", "kroner": draw(kroner) / 10**5 // 1})
        for group in GROUPS
    )


@st.composite
def bases(draw, *, opening=True) -> Basis:
    places = st.tuples(st.sampled_from(UNITS), st.sampled_from(GROUPS), st.integers(1, 12).map("2009-{:02}".format))
    counted = draw(st.dictionaries(places, st.integers(0, 400).map(Decimal), max_size=12))
    ahead = draw(st.dictionaries(places, st.integers(0, 4000).map(lambda n: Decimal(n) / 7), max_size=12))
    cohort = {unit: sorted((draw(st.integers(0, 50)), draw(st.integers(0, 50)))) for unit in UNITS}
    return Basis(
        through="2009-06", actual=counts(counted), forecast=counts(ahead), forecast_by="x",
        cohort=outcomes((unit, *of) for unit, of in cohort.items()),
        cohort_state=draw(st.sampled_from(["mature", "mature", "immature"])),
        standing=tuple(draw(st.lists(st.sampled_from(UNITS), unique=True))),
        opening={unit: draw(kroner) for unit in draw(st.lists(st.sampled_from(UNITS), unique=True))} if opening else {},
    )  # fmt: skip


@EASY
@given(plans(), rates(), bases())
def test_units_and_reserve_are_the_frame_whatever_comes_in(plan, rates, basis):
    found = allocate(plan, rates, basis)
    assert found.given + found.reserve.total == plan.frame
    for part in ("base", "taximeter", "agreed", "result"):
        also = ("result", "unused") if part == "result" else (part,)
        given_ = sum(getattr(each, name) for each in found.units for name in also)
        assert given_ + getattr(found.reserve, part) == getattr(found.frame, part)
    assert all(getattr(each, part) >= 0 for each in found.units for part in PARTS)
    assert found.reserve.base == 0 and found.reserve.result >= 0
    assert all(each.result <= each.possible or plan.result.formula == "share_of_pool" for each in found.units)


@EASY
@given(plans(), rates(), bases())
def test_nobody_is_below_the_floor_or_above_the_cap_by_an_ore(plan, rates, basis):
    rule = plan.taximeter
    for each in allocate(plan, rates, basis).units if rule else ():
        if each.unit in basis.opening:
            before = basis.opening[each.unit]
            assert rule.cap is None or each.taximeter <= before * rule.cap / 100 + Decimal("0.005")
            assert rule.floor is None or each.taximeter >= before * rule.floor / 100 - Decimal("0.005")


@EASY
@given(plans(), rates(), bases(), st.randoms(use_true_random=False))
def test_the_order_of_units_records_and_rates_changes_nothing(plan, rates, basis, chance: Random):
    def mixed(rows):
        rows = list(rows)
        chance.shuffle(rows)
        return rows

    other_plan = plan.model_copy(update={"base": dict(mixed(plan.base.items())), "agreed": tuple(mixed(plan.agreed))})
    other = basis.model_copy(
        update={name: tuple(mixed(getattr(basis, name))) for name in ("actual", "forecast", "cohort", "standing")}
        | {"opening": dict(mixed(basis.opening.items()))}
    )
    assert allocate(other_plan, tuple(mixed(rates)), other) == allocate(plan, rates, basis)


def doubled(basis: Basis) -> Basis:
    return basis.model_copy(
        update={
            name: tuple(each.model_copy(update={"count": 2 * each.count}) for each in getattr(basis, name))
            for name in ("actual", "forecast")
        }
    )


@EASY
@given(plans(gap="proration", limits=False), rates(), bases(opening=False))
def test_twice_as_many_clients_everywhere_change_no_share_of_a_fixed_frame(plan, rates, basis):
    """With whole clients exactly; where a forecast has parts of one, a line may be rounded to another øre."""
    whole = basis.model_copy(update={"forecast": ()})
    before, after = allocate(plan, rates, whole), allocate(plan, rates, doubled(whole))
    assert [each.total for each in after.units] == [each.total for each in before.units]


@EASY
@given(plans(gap="reserve", limits=False), rates(), bases(opening=False))
def test_twice_as_many_clients_everywhere_change_no_share_of_what_a_reserve_pays(plan, rates, basis):
    whole = basis.model_copy(update={"forecast": ()})
    before, after = allocate(plan, rates, whole), allocate(plan, rates, doubled(whole))
    assert [each.taximeter for each in after.units] == [2 * each.taximeter for each in before.units]


@EASY
@given(st.integers(0, 10**12), st.dictionaries(st.sampled_from(UNITS), st.integers(0, 10**6), min_size=1))
def test_shares_are_next_to_exact_and_their_sum_is_the_whole(total, weights):
    found = shared(total, {unit: Fraction(weight) for unit, weight in weights.items()})
    whole = sum(weights.values())
    assert sum(found.values()) == (total if whole else 0)
    assert all(abs(found[u] - Fraction(total * w, whole)) < 1 for u, w in weights.items() if whole)


def year(example=0) -> list[Booking]:
    return examples()[example].bookings()


def test_a_year_computed_again_from_what_its_bookings_hold_is_the_same():
    made = year()
    kept = [Booking.model_validate_json(each.model_dump_json(by_alias=True)) for each in made]
    assert kept == made
    assert [again(each, before) for each, before in zip(kept, [None, *kept], strict=False)] == made


def test_after_the_settlement_there_is_nothing_to_book():
    example = examples()[0]
    made = example.bookings()
    assert [each.step.kind for each in made] == ["opening", "regulation", "regulation", "regulation", "settlement"]
    assert next_step(example.plan, made) is None


def test_a_regulation_whose_day_was_moved_is_still_the_next():
    example = examples()[0]
    moved = FundingYear.model_validate(
        {**example.plan.model_dump(), "regulations": [date(2009, 3, 31), date(2009, 6, 30)]}
    )
    step = next_step(moved, example.bookings()[:2])  # counted through April
    assert (step.number, step.kind, step.through) == (2, "regulation", "2009-06")


def test_late_records_after_the_settlement_are_named_too():
    last = year()[-1]
    now = {**last.basis.counted, ("north", "cash", "2009-05"): Decimal(61)}
    (late,) = late_records(last, now, last.rates)
    assert (late.unit, late.before, late.now, late.amount) == ("north", 60, 61, Decimal("2500.00"))


def test_a_unit_that_is_no_longer_funded_gives_back_what_it_had():
    example = examples()[0]
    first = example.bookings()[0]
    without = FundingYear.model_validate(
        {**example.plan.model_dump(), "base": {"north": 3, "south": 3, "west": 2},
         "agreed": example.plan.model_dump()["agreed"][:2]}
    )  # fmt: skip
    then = book(next_step(without, [first]), without, first.rates, example.basis(1, "2009-04", first), first)
    assert totals([first, then])["east"] == 0
    assert sum(totals([first, then]).values()) == example.plan.frame


def test_a_used_rate_that_was_changed_is_found():
    made = year()
    rates = [rate.model_copy(update={"kroner": Decimal(2600)}) if rate.target_group == "cash" else rate
             for rate in made[0].rates]  # fmt: skip
    (changed,) = changed_rates(made, rates)
    assert (changed.target_group, changed.month, changed.used, changed.now) == ("cash", "2009-01", 2500, 2600)
    assert changed_rates(made, made[0].rates) == ()
    assert changed_rates(made, rates[1:])[0].now is None


def test_clients_of_a_group_without_a_rate_are_no_gift():
    example = examples()[0]
    basis = Basis(actual=counts({("north", "young", "2009-05"): Decimal(1)}))
    with pytest.raises(NoRate, match="young in 2009-05"):
        allocate(example.plan, example.funding.rates, basis)


@EASY
@given(
    kroner,
    st.dictionaries(st.sampled_from(GROUPS), st.integers(1, 50).map(Decimal), min_size=1),
    st.dictionaries(st.sampled_from(GROUPS), st.integers(1, 5000).map(Decimal), min_size=2, max_size=2),
)
def test_calibrated_rates_spend_the_part_but_for_less_than_an_ore_a_client(part, weights, expected):
    found = calibrated(part, weights, expected)
    spent = sum(found[group] * expected[group] for group in found)
    assert 0 <= part - spent < sum(expected[group] for group in found) / 100


def test_a_forecast_by_last_year_says_what_it_lacks():
    counted = {("north", "cash", "2008-05"): Decimal(7), ("north", "cash", "2008-06"): Decimal(9)}
    found = same_months_last_year(counted, ["2008-05", "2008-06"], ["2009-05", "2009-06"])
    assert found.counts == {("north", "cash", "2009-05"): 7, ("north", "cash", "2009-06"): 9}
    assert (found.by, found.lacking) == ("same_months_last_year", "")
    assert same_months_last_year(counted, ["2008-05"], ["2009-06"]).lacking == "2008-06"
    two = same_months_last_year(counted, ["2008-05"], ["2009-05", "2010-05"])
    assert two.counts["north", "cash", "2010-05"] == 7  # nothing newer is known


def test_a_scenario_that_changes_nothing_moves_nothing():
    last = year()[-1]
    found = scenario(last.plan, last.rates, last.basis, Change())
    assert found.before == found.after == last.allocation


def test_a_scenario_shows_who_gains_and_who_loses():
    last = year()[-1]
    split = last.plan.split.model_copy(update={"taximeter": Decimal(55), "result": Decimal(10)})
    found = scenario(last.plan, last.rates, last.basis, Change(split=split))
    assert found.gain("north") == found.after.of("north").total - Decimal("3480972.22") > 0
    assert found.after.given + found.after.reserve.total == last.plan.frame
    more = scenario(last.plan, last.rates, last.basis, Change(intake={"east": Decimal(1)}, outcome={"": Decimal(1)}))
    assert more.gain("east") > 0
    dearer = scenario(last.plan, last.rates, last.basis, Change(rates={"cash": Decimal(3000)}))
    assert dearer.gain("south") == Decimal(1650000) * Decimal("1.05") - Decimal(1637500)  # as far as the cap


def test_incentives_are_found_by_one_more():
    last = year()[-1]
    found = {each.unit: each for each in incentives(last.plan, last.rates, last.basis, {"north": Decimal(4000)})}
    assert found["north"].client["cash"].own == 2500
    assert found["north"].exit.own > 0  # 1/600 of the way from 20 to 40 per cent, of 200,000, less what all share
    assert found["north"].exit.own + found["north"].exit.others == 0
    assert found["north"].at_risk == (found["north"].exit.own * Decimal("0.31")).quantize(Decimal("0.01"))
    assert found["north"].after == found["north"].at_risk / 4000
    assert found["west"].exit.own == 0  # 15 per cent is so far below the floor that one more earns nothing
    capped = year()[2]
    at_cap = {each.unit: each for each in incentives(capped.plan, capped.rates, capped.basis)}
    assert at_cap["north"].client["cash"].own == 0 and at_cap["north"].after is None


@settings(max_examples=draws(60), deadline=None)
@given(plans(), rates(), bases())
def test_an_incentive_is_the_difference_of_two_allocations(plan, rates, basis):
    """Only what one more can change is computed again, and it is what allocating with one more gives."""

    def gained(with_one: Basis, unit: str) -> tuple[Decimal, Decimal]:
        then = {each.unit: each.total for each in allocate(plan, rates, with_one).units}
        more = {each.unit: then[each.unit] - each.total for each in allocate(plan, rates, basis).units}
        return more[unit], sum(more.values()) - more[unit]

    for found in incentives(plan, rates, basis):
        for group, one in found.client.items():
            here = Count(unit=found.unit, target_group=group, month="2009-12", count=Decimal(1))
            with_one = basis.model_copy(update={"forecast": (*basis.forecast, here)})
            assert (one.own, one.others) == gained(with_one, found.unit)
        if found.exit:
            cohort = tuple(
                each.model_copy(update={"counted": min(each.counted + (each.unit == found.unit), Decimal(each.of))})
                for each in basis.cohort
            )
            with_one = basis.model_copy(update={"cohort": cohort})
            assert (found.exit.own, found.exit.others) == gained(with_one, found.unit)


def test_under_proration_one_more_client_is_paid_by_the_others():
    (booking,) = year(1)
    found = {each.unit: each for each in incentives(booking.plan, booking.rates, booking.basis)}
    assert found["east"].client["cash"].own > 0
    assert found["east"].client["cash"].own + found["east"].client["cash"].others == 0
    assert found["east"].exit is None


def test_a_part_of_an_ore_is_no_amount():
    with pytest.raises(ValueError, match="no whole number"):
        ore(Decimal("0.001"))


def test_the_rule_is_read_from_the_model_as_it_stands():
    assert replace(examples()[0], title="").funding == Funding.model_validate_json(
        examples()[0].funding.model_dump_json(by_alias=True)
    )
