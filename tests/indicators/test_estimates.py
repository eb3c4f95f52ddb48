"""Shares, their intervals, and the estimates of what is not decided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pejling.indicators.estimates import Z, incidence, share, wilson

DAYS = st.integers(0, 40)
COUNTS = st.integers(1, 9)


@given(st.dictionaries(st.tuples(DAYS, st.sampled_from(["exit", "other", "never"])), COUNTS, min_size=1))
def test_the_estimate_of_a_complete_cohort_is_its_value(exits: dict[tuple[int, str], int]) -> None:
    number = sum(exits.values())
    counted = sum(n for (_, event), n in exits.items() if event == "exit")
    estimate = share(exits, None)
    assert estimate is not None
    assert estimate[0] == pytest.approx(counted / number)
    assert estimate[1] <= estimate[0] <= estimate[2]


@given(
    st.dictionaries(st.tuples(DAYS, st.sampled_from(["exit", "other", "never"])), COUNTS, min_size=1),
    st.data(),
)
def test_a_complete_cohort_followed_for_good_gives_the_share_that_lasted(
    exits: dict[tuple[int, str], int], data: st.DataObject
) -> None:
    counted = sum(n for (_, event), n in exits.items() if event == "exit")
    relapsed = data.draw(st.integers(0, counted))
    relapses = {(data.draw(DAYS), "relapse"): relapsed, (0, "never"): counted - relapsed}
    estimate = share(exits, {key: n for key, n in relapses.items() if n})
    assert estimate is not None
    assert estimate[0] == pytest.approx((counted - relapsed) / sum(exits.values()), abs=1e-9)


@given(st.dictionaries(st.tuples(DAYS, st.sampled_from(["exit", "other", "never"])), COUNTS, min_size=1))
def test_where_nothing_is_censored_the_variance_is_the_binomial_one(exits: dict[tuple[int, str], int]) -> None:
    p, variance = incidence(exits, "exit")
    assert variance == pytest.approx(p * (1 - p) / sum(exits.values()), abs=1e-12)


def test_kaplan_and_meiers_example_with_greenwoods_variance() -> None:
    # 6-MP, Freireich et al. 1963: survival 0.8571 (standard error 0.0764) after 6 weeks, 0.4482 (0.1346) after 23
    exits = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    censored = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
    weeks = {(w, "exit"): n for w, n in exits.items()} | {(w, "censored"): n for w, n in censored.items()}
    p, variance = incidence(weeks, "exit")
    assert (1 - p, variance**0.5) == (pytest.approx(0.4482, abs=5e-5), pytest.approx(0.1346, abs=5e-5))


def test_no_course_has_no_estimate() -> None:
    assert share({}, None) is None


def test_a_certain_estimate_keeps_wilsons_interval() -> None:
    assert share({(0, "never"): 8}, None) == (0.0, *wilson(0, 8))
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


def test_the_level_is_95_per_cent() -> None:
    assert pytest.approx(1.959964, abs=1e-6) == Z
