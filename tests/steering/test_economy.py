"""The economy: sums to the øre at every level, a sign by its rule and no other, states kept apart."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from drawn import draws
from hypothesis import given, settings
from hypothesis import strategies as st
from steering.test_forecast import months_from, seasonal

from pejling.indicators.definition import Ratio
from pejling.indicators.figures import Figure
from pejling.indicators.hierarchy import Unit
from pejling.indicators.ledger import Cost, Ledger
from pejling.indicators.monthly import Monthly, added
from pejling.steering.economy import economy
from pejling.steering.forecast import forecasts

ACCOUNTS = ("wages", "rent")
TREE = {"city": None, "north": "city", "south": "city", "n1": "north", "n2": "north"}
UNITS = {unit: Unit(unit, unit, "team", above, date(2000, 1, 1), None, None) for unit, above in TREE.items()}


def books(own: dict[str, dict[str, list[int]]], first="2006-01", settled=None) -> Monthly:
    """Postings in øre by unit and account, each unit's own; what is above is their sum."""
    number = len(next(iter(next(iter(own.values())).values())))
    values = {}
    for account in ACCOUNTS:
        for unit in TREE:
            beneath = [u for u in TREE if unit in lineage(u)]
            values[unit, account] = added(
                [[0] * number, *(own[u][account] for u in beneath if account in own.get(u, {}))]
            )
    return Monthly(
        "spent", "account", ACCOUNTS, months_from(first, number), settled or number, "city", values,
        {account: values["city", account] for account in ACCOUNTS}, 100,
    )  # fmt: skip


def lineage(unit: str) -> list[str]:
    way = [unit]
    while above := TREE[way[-1]]:
        way.append(above)
    return way


def ledger(own, budget=None, committed=None, unit="city", settled=None, costs=()) -> Ledger:
    spent = books(own, settled=settled)
    planned = books(budget, "2009-01") if budget else None
    ordered = books(committed, "2009-01") if committed else None
    beneath = {key: value for key, value in UNITS.items() if unit in lineage(key)}
    return Ledger(unit, spent.months[-1], beneath, *(
        each and replace(each, values={key: v for key, v in each.values.items() if key[0] in beneath})
        for each in (spent, planned, ordered)
    ), costs, 7)  # fmt: skip


def spending(number=42, level=1_000_000, seed=0, noise=0.03) -> list[int]:
    """Øre a month, through the month `number` from January 2006."""
    return seasonal(number, level, 0.1, noise * level, seed)


def every_unit(number=42, **more) -> dict[str, dict[str, list[int]]]:
    return {
        unit: {account: spending(number, 1_000_000 * (n + 1), 10 * n + m, **more) for m, account in enumerate(ACCOUNTS)}
        for n, unit in enumerate(("n1", "n2", "south"))
    }


def flat(kroner: int, months=12) -> dict[str, list[int]]:
    return {"wages": [100 * kroner] * months, "rent": [0] * months}


AMOUNTS = st.lists(st.integers(-50_000, 5_000_001), min_size=39, max_size=39)


@settings(max_examples=draws(20), deadline=None)
@given(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS), st.booleans())
def test_every_unit_is_the_sum_of_those_below_and_its_own_to_the_ore(amounts, north_itself):
    a, b, c, d = amounts
    own = {"n1": {"wages": a, "rent": b}, "n2": {"wages": c}, "south": {"rent": d}}
    own |= {"north": {"wages": d, "rent": a}} if north_itself else {}
    plan = {unit: flat(100 + n) for n, unit in enumerate(own)}
    for unit in ("city", "north"):
        told = economy(ledger(own, plan, plan, unit=unit))
        for name in ("budget", "budget_to_date", "spent", "committed", "expected"):
            whole = getattr(told.whole, name)
            assert whole == sum(getattr(line, name) for line in told.accounts), name
            parts = [line for _, line in told.parts] + ([told.own] if told.own else [])
            assert whole == sum(getattr(line, name) for line in parts), name
            assert whole == whole.quantize(Decimal("0.01"))


def test_the_same_figures_whichever_unit_is_looked_at():
    own = every_unit()
    seen_from_above = dict(economy(ledger(own, {"n1": flat(200)})).parts)
    for unit in ("north", "south"):
        assert economy(ledger(own, {"n1": flat(200)}, unit=unit)).whole == seen_from_above[unit]


def test_what_is_expected_is_what_was_spent_and_the_forecast_of_the_rest():
    own = every_unit()
    told = economy(ledger(own, {"n1": flat(200)}))
    spent = sum(sum(series[36:]) for accounts in own.values() for series in accounts.values())
    assert told.whole.spent == Decimal(spent) / 100
    rest = forecasts(books(own), "2009-12")["city", ""].years[0]
    assert float(told.whole.expected) == pytest.approx(spent / 100 + rest.expected, abs=0.06)  # six own lines rounded
    assert float(told.whole.high - told.whole.expected) == pytest.approx(rest.high - rest.expected, abs=0.02)


def sign(budget: Decimal | int, own=None, committed=None) -> str:
    """Of a city whose whole budget stands at n1, on wages."""
    plan = {"n1": {"wages": [0] * 11 + [int(100 * budget)], "rent": [0] * 12}}
    return economy(ledger(own or every_unit(), plan, committed)).whole.sign


def test_the_sign_is_given_when_the_whole_interval_lies_on_one_side_and_not_before():
    line = economy(ledger(every_unit(), {"n1": flat(200)})).whole
    ore = Decimal("0.01")
    assert [sign(at) for at in (line.high + ore, line.high, line.expected, line.low, line.low - ore)] == [
        "under", "within", "within", "within", "over",
    ]  # fmt: skip
    assert sign(line.spent) == "over"
    assert sign(line.spent - ore) == "exceeded"


def test_what_is_committed_counts_as_used():
    spent = economy(ledger(every_unit(), {"n1": flat(200)})).whole.spent
    ordered = {"n1": {"wages": [1000, 0, 0, 0, 0, 5000], "rent": [0] * 6}}
    assert sign(spent + 60, committed=ordered) == "over"
    assert sign(spent + 59, committed=ordered) == "exceeded"


def test_an_order_that_is_taken_back_is_no_longer_committed():
    ordered = {"n1": {"wages": [1000, 2500, -1000, 0, 0, 0], "rent": [0] * 6}}
    assert economy(ledger(every_unit(), None, ordered)).whole.committed == Decimal("25.00")


def test_the_wider_the_months_vary_the_farther_off_a_sign():
    plan = {"n1": {"wages": [0] * 11 + [1_300_000_00 // 10 * 12], "rent": [0] * 12}}
    told = [economy(ledger(every_unit(noise=noise), plan)).whole for noise in (0.01, 0.2)]
    assert told[0].high - told[0].low < (told[1].high - told[1].low) / 4


def test_zero_not_budgeted_not_delivered_and_too_short_are_not_the_same():
    own = every_unit()
    assert economy(ledger(own, {"n1": flat(0)})).whole.sign == "no_budget"
    assert economy(ledger(own, {"n1": flat(0)})).whole.budget == 0
    missing = economy(ledger(own)).whole
    assert (missing.sign, missing.budget, missing.committed) == ("no_budget", None, None)
    short = economy(ledger(every_unit(30), {"n1": flat(200)}))
    assert (short.whole.sign, short.whole.expected, short.whole.low) == ("too_short", None, None)
    assert short.whole.spent > 0
    idle = economy(ledger({**own, "n2": {"wages": [0] * 42, "rent": [0] * 42}}, unit="n2")).whole
    assert (idle.sign, idle.spent) == ("nothing", 0)
    assert idle.spent is not None


def test_a_year_that_begins_before_the_records_is_not_reported():
    spent = replace(books(every_unit(40)), months=months_from("2006-02", 40))  # through May 2009
    one = Ledger("city", "2006-05", UNITS, replace(
        spent, months=spent.months[:4], settled=4, values={k: v[:4] for k, v in spent.values.items()}
    ), None, None, (), 7)  # fmt: skip
    told = economy(one)
    assert (told.state, told.whole.sign, told.whole.spent, told.steps) == ("not_reported", "not_reported", None, ())


def test_when_the_year_is_over_nothing_is_forecast():
    own = every_unit(48)
    told = economy(ledger(own, {"n1": flat(200)}))
    assert told.whole.sign == "closed"
    assert told.whole.expected == told.whole.spent == told.whole.low == told.whole.high


def test_late_postings_still_to_come_make_it_provisional():
    assert economy(ledger(every_unit(), settled=42)).state == "final"
    told = economy(ledger(every_unit(), settled=41))
    assert told.state == "provisional"
    assert told.whole.spent == economy(ledger(every_unit())).whole.spent  # what is there counts as it stands


def test_the_steps_of_the_year_run_into_the_line():
    told = economy(ledger(every_unit(), {"n1": flat(200)}))
    line, steps = told.whole, told.steps
    assert [step.month for step in steps] == list(months_from("2009-01", 12))
    assert (steps[5].spent, steps[5].expected) == (line.spent, line.spent)
    assert [step.spent is None for step in steps] == [False] * 6 + [True] * 6
    assert (steps[-1].expected, steps[-1].low, steps[-1].high) == (line.expected, line.low, line.high)
    assert steps[-1].budget == line.budget
    widths = [step.high - step.low for step in steps[5:]]
    assert widths == sorted(widths)


def test_what_was_said_of_last_year_is_what_would_have_been_said_then():
    own = every_unit()
    told = economy(ledger(own)).said_of_last_year
    assert [each.after for each in told] == list(months_from("2008-01", 11))
    then = {unit: {account: series[:36] for account, series in accounts.items()} for unit, accounts in own.items()}
    actual = sum(sum(series[24:36]) for accounts in then.values() for series in accounts.values())
    assert {each.actual for each in told} == {Decimal(actual) / 100}
    assert abs(told[-1].expected - told[-1].actual) < abs(told[0].actual) / 20


def figure(numerator, denominator=None, value=None, state="final", matures_on=None) -> Figure:
    return Figure("x", "city", "2009-06/12", "", "", numerator, denominator, value, None, None, None, state, matures_on,
                  None, None, None, 7)  # fmt: skip


def cost(divisor: str, ratio: Figure, over: Figure, decided=None) -> Cost:
    said = {"da": "x", "en": "x"}
    definition = Ratio.model_validate({
        "key": "cost", "name": said, "why": said, "kind": "resource", "measure": "ratio", "numerator": "spent",
        "denominator": "over", "direction": "down", "unit": "kroner",
    })  # fmt: skip
    return Cost(definition, divisor, (ratio, over), decided)


def unit_cost(*told):
    (found,) = economy(ledger(every_unit(), costs=(cost(*told),))).unit_costs
    return found


@pytest.mark.parametrize(
    ("divisor", "over", "value", "low", "high"),
    [
        # 1000 kroner over 10 exits; as many exits as 4.7954 to 18.3904 (Garwood's table for 10)
        ("exits", figure(10), "100.00", "54.38", "208.53"),
        # 10 of 40 exits lasted: Wilson's interval is 14.187 to 40.194 per cent
        ("lasting_share", figure(10, 40), "100.00", "62.20", "176.22"),
        # days are not counted by chance
        ("average_stock", figure(10, 30), "100.00", None, None),
    ],
)
def test_a_unit_cost_has_the_interval_of_what_it_is_over(divisor, over, value, low, high):
    now = unit_cost(divisor, figure(1000, 10, 100.0), over).now
    assert [each and str(each) for each in (now.value, now.low, now.high)] == [value, low, high]


def test_a_unit_cost_that_is_not_mature_has_no_value_and_says_when():
    ripe = (figure(900, 9, 100.0), figure(9, 30))
    immature = figure(1000, 4, None, "immature", date(2009, 12, 30))
    found = unit_cost("lasting_share", immature, figure(4, 12, None, "immature"), ripe)
    assert (found.now.state, found.now.value, found.now.low, found.now.matures_on) == (
        "immature", None, None, date(2009, 12, 30),
    )  # fmt: skip
    assert (found.now.amount, found.now.per) == (Decimal(1000), 4)
    assert found.decided.value == Decimal("100.00")


def test_a_cost_of_nothing_achieved_is_undefined_and_not_0():
    now = unit_cost("exits", figure(1000, 0, None, "undefined"), figure(0)).now
    assert (now.state, now.value, now.low) == ("undefined", None, None)
