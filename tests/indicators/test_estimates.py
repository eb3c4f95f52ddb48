"""Shares, their intervals, and the estimates of what is not decided: from histograms of durations to a figure."""

import pytest
from drawn import draws
from hypothesis import given, settings
from hypothesis import strategies as st
from indicators.histograms import histogram

from pejling.indicators.course_items import FOR_GOOD
from pejling.indicators.estimates import Stage, Z, mean_interval, two_stages, wilson
from pejling.indicators.survival import last_steps

Histogram = dict[tuple[int, str], int]  # (days, event) -> courses
EASY = settings(max_examples=draws(60), deadline=None)
DAYS = st.integers(0, 40)
COUNTS = st.integers(1, 9)
COMPLETE = st.dictionaries(st.tuples(DAYS, st.sampled_from(["exit", "other", "never"])), COUNTS, min_size=1)


def stages(*histograms: Histogram) -> list[Stage | None]:
    """What the engine makes of one cell's histograms, the first and, where there is one, the second."""
    cells = [[(FOR_GOOD if event == "never" else days, event, n) for (days, event), n in h.items()] for h in histograms]
    steps = last_steps(histogram(*cells))
    told = zip(*(steps[name].tolist() for name in ("cell", "courses", "incidence", "variance")), strict=True)
    found = {cell: Stage(*step) for cell, *step in told}
    return [found.get(cell) for cell in (0, 1)]


def share(*histograms: Histogram) -> tuple[float, float, float] | None:
    return two_stages(*stages(*histograms))


def test_a_stage_has_ended_once_somebody_was_followed_to_its_end_or_nobody_is_left() -> None:
    for followed, ended in (
        ({(9, "never"): 1, (3, "censored"): 2}, True), ({(9, "exit"): 2}, True), ({(3, "censored"): 2}, False),
        ({(9, "exit"): 2, (3, "censored"): 1}, False),
    ):  # fmt: skip
        cell = [(FOR_GOOD if event == "never" else days, event, n) for (days, event), n in followed.items()]
        assert last_steps(histogram(cell))["ended"].tolist() == [ended], followed


@EASY
@given(COMPLETE)
def test_the_estimate_of_a_complete_cohort_is_its_value(exits: Histogram) -> None:
    number = sum(exits.values())
    counted = sum(n for (_, event), n in exits.items() if event == "exit")
    estimate = share(exits)
    assert estimate is not None
    assert estimate[0] == pytest.approx(counted / number)
    assert estimate[1] <= estimate[0] <= estimate[2]


@EASY
@given(COMPLETE, st.data())
def test_a_complete_cohort_followed_for_good_gives_the_share_that_lasted(exits: Histogram, data: st.DataObject) -> None:
    counted = sum(n for (_, event), n in exits.items() if event == "exit")
    relapsed = data.draw(st.integers(0, counted))
    relapses = {(data.draw(DAYS), "relapse"): relapsed, (0, "never"): counted - relapsed}
    estimate = share(exits, {key: n for key, n in relapses.items() if n})
    assert estimate is not None
    assert estimate[0] == pytest.approx((counted - relapsed) / sum(exits.values()), abs=1e-9)


@EASY
@given(COMPLETE)
def test_where_nothing_is_censored_the_variance_is_the_binomial_one(exits: Histogram) -> None:
    (first, _) = stages(exits)
    assert first is not None
    assert first.courses == sum(exits.values())
    p = first.incidence
    assert first.variance == pytest.approx(p * (1 - p) / first.courses, abs=1e-12)


def test_kaplan_and_meiers_example_with_greenwoods_variance() -> None:
    # 6-MP, Freireich et al. 1963: survival 0.8571 (standard error 0.0764) after 6 weeks, 0.4482 (0.1346) after 23
    exits = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    censored = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
    weeks = {(w, "exit"): n for w, n in exits.items()} | {(w, "censored"): n for w, n in censored.items()}
    (first, _) = stages(weeks)
    assert first is not None
    assert 1 - first.incidence == pytest.approx(0.4482, abs=5e-5)
    assert first.variance**0.5 == pytest.approx(0.1346, abs=5e-5)


def test_the_variance_of_two_stages_is_that_of_a_product_of_independent_estimates() -> None:
    first, second = Stage(50, 0.4, 0.0048), Stage(20, 0.25, 0.009375)
    p, low, high = two_stages(first, second) or (0, 0, 0)
    assert p == pytest.approx(0.3)
    alone = two_stages(Stage(50, 0.3, 0.75**2 * 0.0048 + 0.4**2 * 0.009375), None)
    assert (p, low, high) == pytest.approx(alone)
    assert low < p < high


def test_no_course_has_no_estimate() -> None:
    assert two_stages(None, None) is None


def test_a_certain_estimate_keeps_wilsons_interval() -> None:
    assert share({(0, "never"): 8}) == (0.0, *wilson(0, 8))
    assert share({(5, "exit"): 8}, {(3, "censored"): 8}) == (1.0, *wilson(8, 8))


def test_wilsons_interval_is_the_published_one() -> None:
    # R. G. Newcombe, Statist. Med. 17 (1998) 857-872, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (numerator, denominator), interval in published.items():
        assert wilson(numerator, denominator) == pytest.approx(interval, abs=5e-5)


def test_a_means_interval_is_students() -> None:
    # 4, 6, 8 and 10: mean 7, standard error 1.29099, t(0.975; 3) = 3.18245
    assert mean_interval(28, 216, 4, 1) == pytest.approx((7 - 4.10852, 7 + 4.10852), abs=5e-5)
    assert mean_interval(5, 25, 1, 1) == (None, None)


def test_the_level_is_95_per_cent() -> None:
    assert pytest.approx(1.959964, abs=1e-6) == Z
