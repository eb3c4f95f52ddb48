"""Chance is computed as a plain enumeration computes it, and behaves as chance must."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import comb, prod

import pytest
from drawn import draws
from hypothesis import given, settings
from hypothesis import strategies as st

from pejling.steering.chance import best_year, level, of_period, outlook, reaching, years_to_tell

EASY = settings(max_examples=draws(60), deadline=None)
SHARES = st.floats(0.02, 0.98)
SPREADS = st.floats(0, 0.6)
SIZES = st.integers(1, 60)
WAYS = st.sampled_from(["up", "down"])


def by_urn(share: Fraction, overdispersion: Fraction, courses: int) -> list[Fraction]:
    """The chance of each count, exactly, by Pólya's urn: each course drawn makes the next like it more likely.

    Independent of the beta function: after k counted of m, the next is counted with (share·s + k) / (s + m).
    """
    size = (1 - overdispersion) / overdispersion

    def rising(start: Fraction, times: int) -> Fraction:
        return prod((start + i for i in range(times)), start=Fraction(1))

    return [
        comb(courses, k)
        * rising(share * size, k)
        * rising((1 - share) * size, courses - k)
        / rising(size, courses)
        for k in range(courses + 1)
    ]  # fmt: skip


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize(("share", "spread", "courses"), [("1/2", "1/5", 12), ("3/10", "1/50", 40), ("9/10", "1/2", 7)])
def test_the_chance_to_reach_a_target_is_that_of_an_exact_enumeration(direction, share, spread, courses):
    chances = by_urn(Fraction(share), Fraction(spread), courses)
    for target in (Fraction(k, 20) for k in range(21)):
        meets = [
            k for k in range(courses + 1) if (k >= target * courses if direction == "up" else k <= target * courses)
        ]
        exact = float(sum((chances[k] for k in meets), Fraction(0)))
        said = reaching(float(Fraction(share)), float(Fraction(spread)), courses, float(target), direction)
        assert said == pytest.approx(exact, abs=1e-10)


@EASY
@given(SHARES, SPREADS, st.integers(1, 300), st.integers(0, 300))
def test_scipys_beta_binomial_says_the_same(share, spread, courses, count):
    from scipy.stats import betabinom, binom

    count = min(count, courses)
    size = (1 - spread) / spread if spread * courses > 1e-4 else None
    law = betabinom(courses, share * size, (1 - share) * size) if size else binom(courses, share)
    assert reaching(share, spread, courses, count / courses, "up") == pytest.approx(law.sf(count - 1), abs=1e-6)


@EASY
@given(SHARES, SIZES, st.floats(0, 1), WAYS)
def test_without_overdispersion_it_is_the_binomial(share, courses, target, direction):
    def meets(k):
        return k >= target * courses - 1e-9 if direction == "up" else k <= target * courses + 1e-9

    plain = sum(comb(courses, k) * share**k * (1 - share) ** (courses - k) for k in range(courses + 1) if meets(k))
    assert reaching(share, 0, courses, target, direction) == pytest.approx(plain, abs=1e-9)


@EASY
@given(SHARES, SPREADS, SIZES, st.floats(0, 1), st.floats(0, 1), WAYS)
def test_a_harder_target_is_never_likelier_to_be_met(share, spread, courses, one, other, direction):
    easy, hard = sorted((one, other), reverse=direction == "down")
    assert reaching(share, spread, courses, hard, direction) <= reaching(share, spread, courses, easy, direction) + 1e-9


@EASY
@given(SHARES, SHARES, SPREADS, SIZES, st.floats(0, 1))
def test_one_who_works_better_meets_a_target_more_often(one, other, spread, courses, target):
    worse, better = sorted((one, other))
    assert reaching(worse, spread, courses, target, "up") <= reaching(better, spread, courses, target, "up") + 1e-9


@EASY
@given(SHARES, SPREADS, SIZES, st.floats(0, 1))
def test_up_and_down_are_mirrors(share, spread, courses, target):
    up = reaching(share, spread, courses, target, "up")
    assert up == pytest.approx(reaching(1 - share, spread, courses, 1 - target, "down"), abs=1e-9)


def test_a_periods_spread_is_that_of_the_sum_of_its_months():
    share, spread, months, each = Fraction(2, 5), Fraction(3, 20), 3, 4
    month = by_urn(share, spread, each)
    year = [Fraction(0)] * (months * each + 1)
    for counts in product(range(each + 1), repeat=months):
        year[sum(counts)] += prod((month[k] for k in counts), start=Fraction(1))
    mean = sum(k * chance for k, chance in enumerate(year))
    variance = sum((k - mean) ** 2 * chance for k, chance in enumerate(year))
    courses = months * each
    known = replace(level([(2, each)] * 12), overdispersion=float(spread))
    as_one = of_period(known, courses, months)
    assert float(variance) == pytest.approx(courses * 0.4 * 0.6 * (1 + (courses - 1) * as_one))
    for count in range(courses + 1):  # and the tails, which only the sum itself has exactly
        exact = float(sum(year[count:], Fraction(0)))
        assert reaching(0.4, as_one, courses, count / courses, "up") == pytest.approx(exact, abs=0.01)


def test_uneven_months_give_a_year_more_spread_than_even_ones():
    even, uneven = level([(3, 6)] * 12), level([(5, 10), (1, 2)] * 6)
    spread = [of_period(replace(known, overdispersion=0.2), 72) for known in (even, uneven)]
    assert spread == pytest.approx([0.2 * 12 * 30 / (72 * 71), 0.2 * 6 * (90 + 2) / (72 * 71)])


def test_a_month_of_one_course_says_nothing_of_how_months_differ():
    months = [(1, 4), (3, 4)] * 8
    assert level(months).overdispersion == pytest.approx(level([*months, (1, 1), (0, 1)]).overdispersion, abs=0.002)


def test_the_overdispersion_is_the_one_the_months_were_drawn_with():
    from scipy.stats import betabinom

    for spread in (0.0, 0.05, 0.2):
        size = (1 - spread) / spread if spread else None
        found = []
        for seed in range(40):
            drawn = (
                betabinom(30, 0.4 * size, 0.6 * size).rvs(60, random_state=seed)
                if size
                else __import__("numpy").random.default_rng(seed).binomial(30, 0.4, 60)
            )
            found.append(level([(int(k), 30) for k in drawn]).overdispersion)
        assert sum(found) / len(found) == pytest.approx(spread, abs=0.012)


@EASY
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda p: (min(p), max(p))), max_size=40))
def test_a_level_is_all_counted_over_all_courses_or_none_is_known(months):
    known = level(months)
    courses = sum(of for _, of in months)
    if len(months) < 12 or not courses:
        assert known is None
    else:
        assert known.share == pytest.approx(sum(one for one, _ in months) / courses)
        assert 0 <= known.overdispersion <= 1
        assert known.uncertainty > 0


HISTORIES = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 12)).map(lambda p: (min(p), max(p))), min_size=12, max_size=36
)


@EASY
@given(HISTORIES, st.integers(1, 200), st.floats(0, 1), WAYS)
def test_one_who_works_as_before_is_seldom_called_a_success(months, courses, target, direction):
    known = level(months)
    ahead = outlook(known, courses, target, direction)
    assert 0 <= ahead.met_as_before <= 1 and 0 <= ahead.missed_on_target <= 1
    if ahead.told_from is not None:
        as_before = outlook(known, courses, ahead.told_from, direction)
        assert as_before.met_as_before <= 0.05 + 1e-9
    asks_for_change = target > known.share if direction == "up" else target < known.share
    assert (ahead.told is not None) == asks_for_change


@EASY
@given(HISTORIES, st.integers(1, 120), WAYS)
def test_a_greater_promise_is_never_harder_to_see(months, courses, direction):
    known = level(months)
    steps = [0.1, 0.2, 0.4]
    targets = [known.share + s if direction == "up" else known.share - s for s in steps]
    seen = [outlook(known, courses, t, direction).told for t in targets if 0 <= t <= 1]
    assert seen == sorted(seen)


def test_a_large_unit_tells_what_a_small_one_cannot():
    months = [(8, 20), (9, 20), (7, 20), (8, 20)] * 6
    known = level(months)
    small, large = (outlook(known, courses, 0.5, "up").told for courses in (24, 900))
    assert small < 0.5 < 0.95 < large
    assert years_to_tell(known, 900, 0.5, "up") == 1
    assert years_to_tell(known, 60, 0.5, "up") > 1
    assert years_to_tell(known, 60, 0.3, "up") is None


def test_one_who_works_at_the_target_misses_it_about_every_second_time():
    known = level([(8, 20)] * 24)
    assert outlook(known, 240, 0.5, "up").missed_on_target == pytest.approx(0.47, abs=0.03)


def test_from_no_success_at_all_nobody_knows_that_there_is_none():
    known = level([(0, 3)] * 24)
    assert (known.share, known.overdispersion) == (0, 0)
    assert known.uncertainty > 0
    assert outlook(known, 36, 0.2, "up").told == pytest.approx(1, abs=0.01)


def test_the_best_year_is_the_best_twelve_months_on_end():
    months = [(1, 10)] * 12 + [(3, 10)] * 12 + [(0, 0)] * 6
    assert best_year(months, "up") == pytest.approx(0.3)
    assert best_year(months, "down") == pytest.approx(0.1)
    assert best_year(months[:12], "up") is None


@pytest.mark.parametrize("spread", [0.0, 0.00002, 0.003])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_of_very_many_courses_the_chance_is_the_same_and_quickly_found(spread, direction, monkeypatch):
    from pejling.steering import chance

    many = 20_000
    known = replace(level([(40, 100)] * 24), overdispersion=spread * 12, clustering=1.0, uncertainty=1e-6)
    exact = outlook(known, many, 0.405, direction)
    monkeypatch.setattr(chance, "MANY", many - 1)
    quick = outlook(known, many, 0.405, direction)
    assert quick.met_as_before == pytest.approx(exact.met_as_before, abs=2e-3)
    assert quick.missed_on_target == pytest.approx(exact.missed_on_target, abs=2e-3)
    assert quick.told_from == pytest.approx(exact.told_from, abs=1e-4)
    assert (quick.told is None) == (exact.told is None)
    assert quick.told is None or quick.told == pytest.approx(exact.told, abs=5e-3)


def test_a_nation_is_looked_over_in_no_time():
    import time

    known = level([(40_000, 100_000), (40_600, 100_000)] * 12)
    began = time.monotonic()
    assert years_to_tell(known, 1_200_000, 0.4031, "up") is None
    assert time.monotonic() - began < 1
