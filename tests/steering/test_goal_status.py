"""A goal in a month: limits that stand still for the year, what is called a signal, and what is asked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from steering.status_months import MODEL, figure, months, series

from pejling.steering.goal_status import Before, Target, cadence_of, goal_status, lag

WAVE = [30, 34, 28, 32, 31, 35, 29, 33, 30, 36, 28, 32] * 2  # two years around 31.5


def status(counts, month, key="timely", first="2007-01", of=100, **more):
    """`of` None for what has no denominator."""
    states = more.pop("states", None)
    return goal_status(
        MODEL.indicator(key), "fp", month, series(first, counts, of, states), cadence="month", of=("steps", "steps"),
        **more,
    )  # fmt: skip


def test_limits_are_made_before_the_year_and_stand_still_all_year():
    may = status([*WAVE, 30, 33, 29, 31, 34], "2009-05")
    june = status([*WAVE, 30, 33, 29, 31, 34, 60], "2009-06")
    assert may.series.limits == june.series.limits and may.series.limits.points == 24
    assert (may.series.baseline_from, may.series.baseline_to) == ("2007-01", "2008-12")
    assert june.variation == "better" and may.variation == "same"


def test_the_next_years_limits_are_others_and_say_what_last_years_were():
    counts = [*WAVE, *(count + 10 for count in WAVE[:12]), 41]
    then, now = status(counts[:36], "2009-12"), status(counts, "2010-01")
    assert (now.series.baseline_from, now.series.baseline_to) == ("2008-01", "2009-12")
    assert now.series.former_mean == then.series.limits.mean < now.series.limits.mean


def test_what_takes_a_year_to_mature_has_limits_a_year_older():
    decided = status(WAVE * 2, "2009-12", key="lasting", first="2006-01")
    assert lag(MODEL.indicator("lasting"), 2009) == timedelta(days=26 * 7 * 2 - 1)
    assert decided.series.baseline_to == "2007-12"


def test_a_young_unit_has_limits_from_its_first_twelve_periods_and_before_that_none():
    assert status(WAVE[:11], "2009-11", first="2009-01").series.limits is None
    young = status(WAVE[:14], "2010-02", first="2009-01")
    assert young.series.limits.points == 12 and young.variation == "same"
    assert status(WAVE[:11], "2009-11", first="2009-01").variation == "too_few"


def test_a_provisional_signal_asks_for_nothing_yet():
    firm = status([*WAVE, 60], "2009-01")
    late = status([*WAVE, 60], "2009-01", states={"2009-01": "provisional"})
    assert firm.signal.demands and firm.signal.good
    assert late.signal and not late.signal.demands and not late.signal.firm


def test_an_immature_period_is_no_signal():
    goal = status([*WAVE, 90], "2009-01", states={"2009-01": "immature"})
    assert goal.signal is None and goal.series.points[-1].state == "immature"


def test_a_signal_that_was_answered_is_not_asked_about_again_until_it_is_another():
    counts = [*WAVE, *[38] * 8]
    first = status(counts, "2009-08")
    assert (first.signal.rule, first.signal.since) == ("side", "2008-12")
    before = Before("2009-08", (("2009-08", "side", "2008-12"),))
    again = status([*counts, 38], "2009-09", before=before)
    assert again.signal.answered == "2009-08" and not again.signal.demands
    beyond = status([*counts, 70], "2009-09", before=before)
    assert beyond.signal.rule == "beyond" and beyond.signal.demands


def test_two_periods_that_come_at_once_are_both_looked_at():
    counts = [*WAVE, 60, 31]
    assert status(counts, "2009-02", before=Before("2009-01", ())).signal is None
    assert status(counts, "2009-02", before=Before("2008-12", ())).signal.period == "2009-01"
    assert status(counts, "2009-02").signal is None  # nothing was published: only the newest is news


def test_a_target_of_the_unit_above_is_shown_and_not_judged_by():
    target = Target(2009, 0.9, "model", "whole", "Whole", own=False)
    theirs, own = status(WAVE, "2008-12", target=target), status(WAVE, "2008-12", target=replace(target, own=True))
    assert (theirs.assurance, own.assurance) == ("no_target", "fails")
    assert theirs.forecast.met is None and own.forecast.met < 0.001


def test_a_yearly_amount_is_held_to_a_twelfth_of_its_target_a_month():
    counts = [100.0, 110, 90, 105] * 6
    meets = Target(2009, 2400.0, "model", "u", "U", own=True)
    goal = status(counts, "2008-12", key="spent", of=None, target=meets)
    assert goal.assurance == "meets"
    assert goal.forecast.value == pytest.approx(12 * sum(counts) / 24)


def test_the_forecast_takes_what_is_decided_as_it_is():
    counts = [*WAVE, 50, 50, 50]
    goal = status(counts, "2009-03")
    recent = [*counts][-24:]
    level = sum(recent) / 2400
    assert goal.forecast.decided == 3 and goal.forecast.rest == 9
    assert goal.forecast.value == pytest.approx((150 + level * 900) / 1200)
    assert goal.forecast.low < goal.forecast.value < goal.forecast.high


def test_the_forecast_of_what_stands_goes_on_from_where_it_stands():
    counts = [*WAVE, 50, 55, 60]
    ended, average = (status(counts, "2009-03", key=key, of=None).forecast for key in ("stock", "average_stock"))
    assert (ended.value, ended.basis, ended.decided, ended.rest) == (60, "level", 3, 9)
    assert average.value == pytest.approx((50 + 55 + 60 + 9 * 60) / 12)
    assert average.high - average.low < ended.high - ended.low  # the mean of a year has part of it behind it


def test_in_an_earlier_form_the_forecast_of_what_stands_is_as_it_was():
    counts = [*WAVE, 50, 55, 60]
    for key in ("stock", "average_stock"):
        was = status(counts, "2009-03", key=key, of=None, levels=False).forecast
        assert was.basis == "process" and was.value == pytest.approx((165 + 9 * sum(counts[-24:]) / 24) / 12)


def test_a_contracts_way_counts_from_the_first_of_january():
    target = Target(2009, 0.4, "contract", "u", "U", own=True, count=480, of=1200)
    goal = status([*WAVE, 30, 33, 29, 31], "2009-04", target=target, way=(110, 230, 350, 480))
    assert (goal.trajectory.period, goal.trajectory.asked, goal.trajectory.reached) == ("2009-Q1", 110, 92)
    early = status([*WAVE, 30], "2009-01", target=target, way=(110, 230, 350, 480))
    assert early.trajectory is None


def test_what_began_to_be_recorded_later_is_no_period_of_zero():
    figures = series("2007-01", WAVE)
    figures |= {period: figure(period, 0, None, "not_reported") for period in months("2006-01", 12)}
    goal = goal_status(MODEL.indicator("timely"), "fp", "2008-12", figures, cadence="month", of=("steps", "steps"))
    assert goal.series.points[0].period == "2007-01"


def test_few_courses_a_month_are_read_by_quarter():
    timely, few = MODEL.indicator("timely"), list(series("2008-01", [2] * 12, 5).values())
    many = list(series("2008-01", [20] * 12, 50).values())
    assert cadence_of(timely, few, []) == "quarter" and cadence_of(timely, many, []) == "month"
    assert cadence_of(MODEL.indicator("intake"), list(series("2008-01", [2] * 12, None).values()), []) == "month"
    nothing = [figure(period, 0, None, "not_reported") for period in months("2008-01", 12)]
    asked = MODEL.indicator("asked")
    assert cadence_of(asked, nothing, [figure("2008-Q1", 7, 10)]) == "quarter"
    assert cadence_of(asked, nothing, []) == "year"


def test_a_year_that_is_decided_comes_to_its_own_figure_and_was_met_or_not():
    counts = [*WAVE, *[50] * 12]
    figures = series("2007-01", counts) | {"2009-12/12": figure("2009-12/12", 612, 1200)}
    target = Target(2009, 0.51, "model", "u", "U", own=True)
    goal = goal_status(
        MODEL.indicator("timely"), "fp", "2009-12", figures, cadence="month", of=("steps", "steps"), target=target
    )  # fmt: skip
    assert (goal.forecast.rest, goal.forecast.value, goal.forecast.met) == (0, 0.51, 1.0)
