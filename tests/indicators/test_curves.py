"""Curves, medians and means are those of lifelines, and of a calculation of the tests' own where others compete."""

import math
import warnings
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pytest
from drawn import draws
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from indicators import by_hand
from indicators.histograms import histogram
from lifelines import KaplanMeierFitter
from lifelines.exceptions import StatError
from lifelines.utils import median_survival_times, restricted_mean_survival_time

from pejling.facts.mistakes import Mistake
from pejling.indicators.figures import figures
from pejling.indicators.survival import Histogram, bands, curves, medians, restricted_means
from pejling.indicators.times import curve

NAMES = {"event": "exit", "other": "other", "followed": "censored"}
CLOSE = 1e-9
MANY = settings(max_examples=draws(60), deadline=None)


@st.composite
def followed(draw: st.DrawFn, whats: tuple[str, ...], least: int = 1) -> list[tuple[int, int, str]]:
    """Courses as (entry, days, what): many ties, censoring on days of events, some at risk from a later day only."""
    days = draw(st.sampled_from([5, 40, 400]))
    rows = []
    for _ in range(draw(st.integers(least, 40))):
        until, what = draw(st.integers(0, days)), draw(st.sampled_from(whats))
        entry = draw(st.sampled_from([-1, -1, -1, 0, until - 1, until // 2]))
        rows.append((max(min(entry, until - 1), -1), until, what))
    return rows


TWO = followed(("event", "followed"))
THREE = followed(("event", "event", "other", "followed"))


def laid(rows: list[tuple[int, int, str]]) -> Histogram:
    """As the histogram of one cell."""
    left = [(days, NAMES[what], 1) for _, days, what in rows]
    return histogram(left + [(entry, "entry", 1) for entry, *_ in rows if entry >= 0])


def asked(found: Mapping[str, Any]) -> list[Any]:
    """What is told of the only cell."""
    ((_, *told),) = zip(*(column.tolist() for column in found.values()), strict=True)
    return told


def whole_curve(rows: list[tuple[int, int, str]]) -> list[tuple]:  # type: ignore[type-arg]
    found = curves(laid(rows))
    low, high = ([None if math.isnan(side) else side for side in band.tolist()] for band in bands(found))
    columns = (found.days, found.at_risk, found.events, 1 - found.incidence, found.variance)
    return list(zip(*(column.tolist() for column in columns), low, high, found.incidence.tolist(), strict=True))


def fitted(rows: list[tuple[int, int, str]]) -> KaplanMeierFitter:
    """lifelines lets everyone in at 0 and knows no entry before it: all days are moved by one.

    It refuses a curve that everyone had left before the late came; the tests' own calculation takes those.
    """
    entries, days, events = zip(*((entry + 1, until + 1, what == "event") for entry, until, what in rows), strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return KaplanMeierFitter().fit(days, events, entry=entries)
        except StatError:
            reject()


def near(value: float) -> object:
    return pytest.approx(value, rel=CLOSE, abs=CLOSE)


def is_lifelines(steps: list[tuple], rows: list[tuple[int, int, str]]) -> None:  # type: ignore[type-arg]
    """Each step of (day, at risk, events, surviving, variance, low, high)."""
    if not rows:
        assert steps == []
        return
    model = fitted(rows)
    table, interval = model.event_table, model.confidence_interval_
    happened = table[table["observed"] > 0]
    assert [day + 1 for day, *_ in steps] == list(happened.index)
    for day, at_risk, events, surviving, variance, low, high, *_ in steps:
        at = day + 1
        assert at_risk == table.at_risk[at] - table.entrance[at]  # who enters on the day is at risk after it
        assert events == table.observed[at]
        assert surviving == near(model.survival_function_.loc[at].iloc[0])
        if surviving > CLOSE:
            assert variance == near(surviving**2 * model._cumulative_sq_[at])
            assert (low, high) == (near(interval.loc[at].iloc[0]), near(interval.loc[at].iloc[1]))
        else:
            assert variance == near(0)
            assert (low, high) == (0, 0)


@MANY
@given(TWO)
def test_every_step_of_a_curve_is_lifelines(rows: list[tuple[int, int, str]]) -> None:
    is_lifelines(whole_curve(rows), rows)


@MANY
@given(THREE)
def test_every_step_with_others_competing_is_the_tests_own(rows: list[tuple[int, int, str]]) -> None:
    found = whole_curve(rows)
    right = by_hand.aalen_johansen(rows)
    assert len(found) == len(right)
    for (day, at_risk, events, _, variance, _, _, incidence), step in zip(found, right, strict=True):
        assert (day, at_risk, events) == (step.day, step.at_risk, step.events)
        assert (incidence, variance) == (near(step.incidence), near(step.variance))


@MANY
@given(TWO)
def test_a_median_and_its_interval_are_lifelines(rows: list[tuple[int, int, str]]) -> None:
    steps = whole_curve(rows)
    found = asked(medians(laid(rows), 100_000))[:3]
    model = fitted(rows)
    right = [
        median_survival_times(model.survival_function_),
        *median_survival_times(model.confidence_interval_).iloc[0],
    ]
    columns = [[step[n] for step in steps] for n in (3, 5, 6)]  # surviving, and its band
    for said, day, values in zip(found, right, columns, strict=True):
        if any(value is not None and abs(value - 0.5) < CLOSE for value in values):
            # exactly a half: lifelines says it or not by its last digit
            first = next(
                s[0] for s, value in zip(steps, values, strict=True) if value is not None and value <= 0.5 + CLOSE
            )
            assert said in (first, None if np.isinf(day) else day - 1)
        else:
            assert said == (None if np.isinf(day) else day - 1)


@MANY
@given(THREE)
def test_a_median_with_others_competing_is_where_the_incidence_reaches_a_half(
    rows: list[tuple[int, int, str]],
) -> None:
    value, low, high, undecided, shortest = asked(medians(laid(rows), 100_000))
    right = by_hand.median(by_hand.aalen_johansen(rows))
    assert (value, low, high) == right
    open_before = [days for _, days, what in rows if what == "followed" and (value is None or days < value)]
    assert (undecided, shortest) == (len(open_before), min(open_before, default=None))


@MANY
@given(TWO, st.integers(1, 450))
def test_a_restricted_mean_is_lifelines(rows: list[tuple[int, int, str]], horizon: int) -> None:
    rows = [*rows, (-1, 0, "followed")]  # lifelines counts days since the first entry only
    value, *_ = asked(restricted_means(laid(rows), horizon))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        right = restricted_mean_survival_time(fitted(rows), t=horizon + 1) - 1
    assert value == near(right)


@MANY
@given(THREE, st.integers(1, 450))
def test_a_restricted_means_variance_is_by_the_delta_method(rows: list[tuple[int, int, str]], horizon: int) -> None:
    value, variance, *_ = asked(restricted_means(laid(rows), horizon))
    mean, spread = mean_by_hand(rows, horizon)
    assert value == near(mean)
    assert variance == pytest.approx(spread, rel=CLOSE, abs=CLOSE * horizon**2)


def mean_by_hand(rows: list[tuple[int, int, str]], horizon: int) -> tuple[float, float]:
    """The area above the incidence up to the horizon."""
    days, risk, q, r = by_hand.hazards(rows)
    early = [n for n, day in enumerate(days) if day < horizon]
    widths = np.diff([*(days[n] for n in early), horizon])

    def mean(q, r):  # type: ignore[no-untyped-def]
        surviving = np.cumprod(1 - q - r, axis=-1)
        before = np.concatenate([np.ones((*q.shape[:-1], 1)), surviving], axis=-1)[..., :-1]
        return horizon - np.sum(np.cumsum(before * q, axis=-1) * widths, axis=-1)

    if not early:
        return float(horizon), 0.0
    q, r, risk = q[early], r[early], risk[early]
    return float(mean(q, r)), float(by_hand.by_delta(mean, risk, q, r))


def test_a_restricted_means_variance_is_what_drawing_again_gives() -> None:
    random = np.random.default_rng(1993)
    rows = [
        (-1, int(days), str(what))
        for days, what in zip(
            random.integers(0, 25, 120),
            random.choice(["event", "other", "followed"], 120, p=[0.5, 0.2, 0.3]),
            strict=True,
        )
    ]
    _, variance, *_ = asked(restricted_means(laid(rows), 20))
    again = [mean_by_hand([rows[n] for n in random.integers(0, 120, 120)], 20)[0] for _ in range(600)]
    assert variance == pytest.approx(np.var(again), rel=0.15)


@pytest.mark.parametrize("by", ["", *(pytest.param(by, marks=pytest.mark.slow) for by in by_hand.BROKEN_DOWN)])
def test_northern_irelands_curves_are_lifelines_and_the_tests_own(ni: duckdb.DuckDBPyConnection, by: str) -> None:
    for unit in ("NI",) if by else ("NI", "Western"):
        for year in ("1993", "1996", "1999"):
            for group in by_hand.BROKEN_DOWN[by] if by else [""]:
                began = [c for c in by_hand.behind(unit, by, group) if c.start.year == int(year)]
                steps = curve(ni, "weeks_to_exit", unit, year, by, group)
                left = [(-1, c.days, "event" if c.end else "followed") for c in began]
                is_lifelines(
                    [
                        (s.day, s.at_risk, s.events, 1 - s.incidence, s.variance, 1 - (s.high or 0), 1 - (s.low or 0))
                        for s in steps
                    ],
                    left,
                )
                competing = curve(ni, "weeks_to_work_or_study", unit, year, by, group)
                right = by_hand.aalen_johansen(
                    [
                        (
                            -1,
                            c.days,
                            "followed" if c.end is None else "event" if c.after in by_hand.WORK_OR_STUDY else "other",
                        )
                        for c in began
                    ]
                )
                assert [(s.day, s.at_risk, s.events) for s in competing] == [
                    (s.day, s.at_risk, s.events) for s in right
                ]
                for said, step in zip(competing, right, strict=True):
                    assert (said.incidence, said.variance) == (near(step.incidence), near(step.variance))


def test_the_figure_is_read_off_its_curve(ni: duckdb.DuckDBPyConnection) -> None:
    not_reached = 0
    for figure in figures(ni, "weeks_to_work_or_study", units=["NI", "Belfast"], with_persons=False):
        if figure.state not in ("final", "immature"):
            continue
        steps = curve(ni, "weeks_to_work_or_study", figure.unit, figure.period)
        half = next((step.day for step in steps if step.incidence >= 0.5 - CLOSE), None)
        told = figure.value if figure.state == "final" else figure.estimate
        assert told == (None if half is None else half / 7)
        assert sum(step.events for step in steps) == figure.numerator
        not_reached += figure.state == "final" and half is None
        for before, after in pairwise(steps):
            assert before.incidence <= after.incidence
            assert before.at_risk - before.events - before.others >= after.at_risk
    assert not_reached


def test_a_curve_of_nobody_is_empty(ni: duckdb.DuckDBPyConnection) -> None:
    assert curve(ni, "weeks_to_exit", "NI", "2001") == []


@pytest.mark.parametrize(
    ("question", "cure"),
    [
        (("weeks_to_exi", "NI", "1993"), "weeks_to_exit"),
        (("intake", "NI", "1993"), "Ask for one that is"),
        (("weeks_to_exit", "Westen", "1993"), "Western"),
        (("weeks_to_exit", "NI", "1993-13"), "2009-Q1"),
        (("weeks_to_exit", "NI", "1993", "gcse"), "gcse5"),
        (("weeks_to_exit", "NI", "1993", "sex", "femal"), "female"),
    ],
)
def test_a_curve_that_cannot_be_is_told_with_the_nearest(
    ni: duckdb.DuckDBPyConnection, question: tuple[str, ...], cure: str
) -> None:
    with pytest.raises(Mistake, match=cure):
        curve(ni, *question)
