"""Forecasts: what the model says is its own textbook's, units add up, nothing peeks ahead, and too little says so."""

import numpy as np
import pytest
from drawn import draws
from hypothesis import given, settings
from hypothesis import strategies as st

from pejling.indicators.monthly import Monthly, added
from pejling.steering import structure as model
from pejling.steering.forecast import LEAST, expected, forecast, forecasts
from pejling.steering.structure import AHEAD, YEAR, structure

FIRST, SETTLED = "2005-01", 48
COUNTS = st.lists(st.integers(0, 400), min_size=SETTLED, max_size=SETTLED)


def months_from(first: str, number: int) -> tuple[str, ...]:
    start = int(first[:4]) * 12 + int(first[5:]) - 1
    return tuple(f"{each // 12:04}-{each % 12 + 1:02}" for each in range(start, start + number))


def place(series: dict[tuple[str, str], list[int]], groups=("",), settled=None) -> Monthly:
    """Units of a place, which is the sum of them; unit "whole" is it."""
    number = len(next(iter(series.values())))
    wholes = {group: added(each for (_, of), each in series.items() if of == group) for group in groups}
    values = {key: tuple(each) for key, each in series.items()} | {("whole", group): wholes[group] for group in groups}
    return Monthly(
        "intake", "target_group" if groups != ("",) else "", tuple(groups), months_from(FIRST, number),
        settled or number, "whole", values, wholes, 1,
    )  # fmt: skip


def seasonal(number: int, level: float = 200, swing: float = 0.3, noise: float = 10, seed: int = 1) -> list[int]:
    draws = np.random.default_rng(seed).normal(0, noise, number)
    shape = 1 + swing * np.cos(2 * np.pi * np.arange(number) / 12)
    return [max(0, round(each)) for each in level * shape + draws]


@pytest.fixture
def other_seasons(monkeypatch):
    """What is learnt of some months is kept as long as the process, and is another thing with other seasons."""
    model._learnt.cache_clear()
    yield lambda *seasons: monkeypatch.setattr(model, "SEASONS", seasons)
    model._learnt.cache_clear()


@pytest.mark.parametrize("season", [0.3, 10])
@pytest.mark.parametrize("left_out", [(), (3, 17, 30)])
def test_the_level_and_season_are_those_of_penalised_least_squares(season, left_out, monkeypatch, other_seasons):
    """The best linear prediction of the model, found the other way: as one regression on steps and calendar months."""
    other_seasons(season)
    monkeypatch.setattr(model, "_alike", lambda series: np.array([m for m in range(len(series)) if m not in left_out]))
    series = np.array(seasonal(40), dtype=float)
    found = structure(series, 40)
    size = np.median(series)
    learnt = [month for month in range(40) if month not in left_out]
    # unknown: a start, 39 steps of the level and 12 parts of the season, which are made 0 together afterwards
    rows = []
    for month in learnt:
        parts = np.array([month % YEAR == each for each in range(YEAR)]) - 1 / YEAR
        rows.append(np.concatenate([[1], np.arange(1, 41) <= month + 1, parts]))
    observed = np.concatenate([series[learnt] / size, np.zeros(40 + YEAR)])
    penalties = np.diag([1 / np.sqrt(model.MOVES)] * 40 + [1 / np.sqrt(season)] * YEAR)
    told = np.vstack([np.array(rows, dtype=float), np.hstack([np.zeros((40 + YEAR, 1)), penalties])])
    solved = np.linalg.lstsq(told, observed, rcond=None)[0]
    level = solved[0] + np.cumsum(solved[1:41])
    parts = solved[41:] - solved[41:].mean()
    every = np.arange(40 + AHEAD)
    by_hand = 1 + parts[every % YEAR] / np.concatenate([level, np.full(AHEAD, level[-1])])
    assert found.factors == pytest.approx(by_hand, rel=1e-8)


def test_the_spread_of_errors_is_that_of_simulated_errors(monkeypatch, other_seasons):
    """Series drawn from the model itself are missed by as much as it says."""
    other_seasons(1.0)
    rng, missed = np.random.default_rng(3), []
    known, horizon = 36, 6
    for _ in range(3000):
        level = 1000 + np.cumsum(rng.normal(0, np.sqrt(model.MOVES), known + horizon))
        parts = rng.normal(0, 1, YEAR)
        series = level + (parts - parts.mean())[np.arange(known + horizon) % YEAR] + rng.normal(0, 1, known + horizon)
        found = structure(series, known)
        level_now = (series[:known] / found.factors[:known]) @ found.weights
        missed.append(level_now * found.factors[known : known + horizon] - series[known:])
    found_spread = np.cov(np.array(missed).T)
    told = found.spread[:horizon, :horizon]
    assert np.diag(found_spread) == pytest.approx(np.diag(told), rel=0.1)
    assert found_spread.sum() == pytest.approx(told.sum(), rel=0.15)


@settings(max_examples=draws(15), deadline=None)
@given(COUNTS, COUNTS, COUNTS)
def test_the_forecasts_of_units_add_up_to_that_of_the_unit_above(one, other, third):
    found = place({("a", ""): one, ("b", ""): other, ("c", ""): third})
    ahead = expected(found, "2009-12")
    for month in range(12):
        parts = sum(ahead[unit, ""][month] for unit in "abc")
        assert parts == pytest.approx(ahead["whole", ""][month], abs=1e-6)


@settings(max_examples=draws(10), deadline=None)
@given(COUNTS, COUNTS, st.integers(2, 1000))
def test_counting_in_other_units_only_scales_it(one, other, times):
    plain = forecasts(place({("a", ""): one, ("b", ""): other}), "2009-12")
    scaled = forecasts(place({("a", ""): [times * n for n in one], ("b", ""): [times * n for n in other]}), "2009-12")
    for key, before in plain.items():
        for a, b in zip(before.years, scaled[key].years, strict=True):
            assert (times * a.expected, times * a.low, times * a.high) == pytest.approx((b.expected, b.low, b.high))


def test_the_order_of_units_changes_nothing():
    series = {(unit, ""): seasonal(SETTLED, level, seed=level) for unit, level in (("a", 50), ("b", 120), ("c", 300))}
    one = forecasts(place(series), "2009-12")
    other = forecasts(place(dict(reversed(series.items()))), "2009-12")
    assert {key: told.years[0].expected for key, told in one.items()} == pytest.approx(
        {key: told.years[0].expected for key, told in other.items()}
    )


def test_a_unit_s_whole_is_the_sum_of_its_groups():
    series = {(unit, group): seasonal(SETTLED, 80, seed=n) for n, (unit, group) in
              enumerate((unit, group) for unit in "ab" for group in ("young", "sick"))}  # fmt: skip
    told = forecasts(place(series, ("young", "sick")), "2009-12")
    for unit in ("a", "b", "whole"):
        groups = sum(told[unit, group].years[0].expected for group in ("young", "sick"))
        assert told[unit, ""].years[0].expected == pytest.approx(groups)
    assert told["whole", ""].years[0].expected == pytest.approx(sum(told[u, ""].years[0].expected for u in "ab"))


def test_a_season_is_found_and_carried_on():
    told = forecast(seasonal(60, 200, 0.4, noise=4), "2004-01", "2009-12")
    truth = [200 * (1 + 0.4 * np.cos(2 * np.pi * month / 12)) for month in range(12)]
    assert [each.expected for each in told.months] == pytest.approx(truth, rel=0.05)
    assert sum(each.low <= right <= each.high for each, right in zip(told.months, truth, strict=True)) >= 10


def test_what_never_varies_is_forecast_so_and_surely():
    told = forecast([500] * 48, FIRST, "2009-12")
    assert [each.expected for each in told.months] == pytest.approx([500] * 12)
    assert told.years[0].high - told.years[0].low < 1e-6


def test_a_unit_alone_borrows_the_season_of_its_place():
    """Ten courses a month show no season of their own; those of the place do."""
    rng = np.random.default_rng(5)
    shape = 1 + 0.5 * np.cos(2 * np.pi * np.arange(SETTLED) / 12)
    small, rest = rng.poisson(10 * shape).tolist(), rng.poisson(2000 * shape).tolist()
    told = expected(place({("small", ""): small, ("rest", ""): rest}), "2009-12")["small", ""]
    assert told[0] / told[6] == pytest.approx(1.5 / 0.5, rel=0.15)


def test_a_past_forecast_knows_nothing_of_what_came_after_it():
    series = seasonal(48)
    changed = series[:40] + [each * 3 for each in series[40:]]
    plain, other = (
        {(told.after, told.period): (told.expected, told.low, told.high) for told in
         forecast(each, FIRST, "2009-12", past=True).past}
        for each in (series, changed)
    )  # fmt: skip
    early = [key for key in plain if key[0] <= "2008-04"]
    assert len(early) > 100
    assert [plain[key] for key in early] == [other[key] for key in early]
    assert any(plain[key] != other[key] for key in plain if key[0] > "2008-04")


def test_the_errors_told_are_those_of_the_past_forecasts():
    told = forecast(seasonal(48), FIRST, "2009-12", past=True)
    near = [each for each in told.past if each.ahead <= 3]
    error = told.errors[0]
    assert (error.ahead, error.forecasts) == ((1, 3), len(near))
    assert error.mean_absolute == pytest.approx(np.mean([abs(each.expected - each.actual) for each in near]))
    assert error.mean_error == pytest.approx(np.mean([each.expected - each.actual for each in near]))
    with_interval = [each for each in near if each.low is not None]
    assert (error.within, error.told) == (sum(bool(each.within) for each in with_interval), len(with_interval))
    assert {each.after for each in with_interval} == set(months_from("2007-12", 12)[:-1]) | {"2008-11"}


def test_the_interval_of_a_year_is_narrower_than_its_months_together():
    told = forecast(seasonal(48), FIRST, "2009-12")
    year = told.years[0]
    months = sum(each.high - each.low for each in told.months)
    assert max(each.high - each.low for each in told.months) < year.high - year.low < 0.75 * months
    assert told.sums[-1] == year.__class__("2009-12", year.expected, year.low, year.high)


@pytest.mark.parametrize(
    ("series", "unknown"),
    [
        ([20] * (LEAST - 1), "too_short"),
        ([0] * 20 + [20] * 28, "too_short"),  # a unit that opened 28 months ago
        ([0] * 48, "nothing"),
        ([20] * LEAST, ""),  # just enough
    ],
)
def test_too_short_a_history_says_so(series, unknown):
    told = forecast(series, "2006-01", "2010-01" if len(series) == 48 else "2009-01")
    assert told.unknown == unknown
    assert bool(told.months) == (unknown == "")


def test_a_new_unit_is_told_to_be_new_while_the_whole_counts_it():
    new = [0] * 30 + [40] * 18
    found = place({("old", ""): seasonal(48), ("new", ""): new})
    told = forecasts(found, "2009-12")
    assert (told["new", ""].unknown, told["new", ""].history) == ("too_short", 18)
    assert told["whole", ""].unknown == ""
    ahead = expected(found, "2009-12")
    assert ahead["new", ""][0] + ahead["old", ""][0] == pytest.approx(told["whole", ""].months[0].expected)


def test_a_month_unlike_all_others_is_left_out_and_said():
    usual = seasonal(48, 100, 0.1, 5)
    odd = [*usual[:14], 3000, *usual[15:]]
    told, plain = forecast(odd, FIRST, "2009-12"), forecast(usual, FIRST, "2009-12")
    assert told.left_out == ("2006-03",)
    assert plain.left_out == ()
    assert told.years[0].expected == pytest.approx(plain.years[0].expected, rel=0.03)


def test_a_count_is_never_below_0_and_an_amount_may_be():
    rare = [1 if month % 5 == 0 else 0 for month in range(48)]
    assert min(each.low for each in forecast(rare, FIRST, "2009-12").months) == 0
    back = [-each for each in seasonal(48)]
    assert forecast(back, FIRST, "2009-12").months[0].high < 0


def test_months_that_late_records_still_change_are_not_learnt_from():
    series = seasonal(48)
    cut = [*series[:46], 0, 0]
    known = forecasts(place({("a", ""): series}, settled=46), "2009-12")
    undercounted = forecasts(place({("a", ""): cut}, settled=46), "2009-12")
    assert known["a", ""].months == undercounted["a", ""].months
    assert known["a", ""].months[0].period == "2009-01"


@pytest.mark.parametrize("to", ["2008-12", "2011-01"])
def test_what_is_over_and_what_is_too_far_away_is_no_forecast(to):
    with pytest.raises(ValueError, match="is over, or more than 24 months ahead"):
        forecast(seasonal(48), FIRST, to)
