"""What the data answer to an adjustment: by rules only, against a baseline frozen before it."""

import random

import pytest
from steering.status_months import months

from pejling.steering.adjustments import Baseline, answer

LEVEL = [30.0, 32.0, 29.0, 31.0, 30.0, 33.0, 28.0, 31.0, 30.0, 32.0, 29.0, 31.0]
BEFORE = Baseline(tuple(months("2008-01", 12)), tuple(LEVEL))


def after(*values):
    return list(zip(months("2009-01", len(values)), values, strict=True))


CASES = [
    ("nothing is decided yet", [], 3.0, "2009-12", "too_early"),
    ("some is decided, and looks as before", [30.0, 31.0], 3.0, "2009-12", "not_yet"),
    ("the deadline is past, and it looks as before", [30.0, 31.0, 30.0], 3.0, "2009-03", "no_change"),
    ("beyond the limits, as far as expected", [42.0, 42.0], 3.0, "2009-12", "reached"),
    ("eight on the good side, less than expected", [32.0] * 8, 6.0, "2009-12", "moved"),
    ("beyond the limits on the other side", [18.0], 3.0, "2009-12", "opposite"),
    ("it was to fall, and fell", [18.0, 17.0], -3.0, "2009-12", "reached"),
]


@pytest.mark.parametrize(("what", "values", "expected", "by", "verdict"), CASES, ids=[case[0] for case in CASES])
def test_verdicts(what, values, expected, by, verdict):
    assert answer(BEFORE, after(*values), expected, by).verdict == verdict


def test_too_short_a_baseline_answers_nothing():
    assert answer(Baseline(("2008-01",), (30.0,)), after(42.0), 3.0, "2009-12").verdict == "no_baseline"


def test_a_start_in_an_extreme_month_is_said_only_on_the_side_that_was_to_be_mended():
    bad = Baseline((*BEFORE.periods, "2009-01"), (*LEVEL, 24.0))
    assert answer(bad, [], 3.0, "2009-12").extreme_start
    assert not answer(bad, [], -3.0, "2009-12").extreme_start
    assert not answer(BEFORE, [], 3.0, "2009-12").extreme_start


def test_of_adjustments_that_do_nothing_in_an_extreme_month_the_next_months_look_better():
    """Regression to the mean: why the warning is there, and why the rules do not call it a success."""
    drawn = random.Random(11)
    better = called = starts = 0
    while starts < 300:
        values = [drawn.gauss(30, 2) for _ in range(24)]
        said = answer(Baseline(tuple(months("2007-01", 24)), tuple(values)), [], 2.0, "2009-06")
        if not said.extreme_start:
            continue
        starts += 1
        later = [drawn.gauss(30, 2) for _ in range(6)]
        better += sum(later) / 6 > values[-1]
        found = answer(Baseline(tuple(months("2007-01", 24)), tuple(values)), after(*later), 2.0, "2009-06")
        called += found.verdict in ("reached", "moved")
    assert better / starts > 0.97
    assert called / starts < 0.1


def test_what_befell_all_is_no_effect_of_the_adjustment():
    """Everybody rises by five: the change is seen, and the difference to the others is none."""
    others = [([value + k for value in LEVEL], [value + k + 5 for value in LEVEL]) for k in (0, 3, -2)]
    said = answer(BEFORE, after(*(value + 5 for value in LEVEL)), 5.0, "2009-12", others)
    assert said.verdict == "reached" and said.change == pytest.approx(5)
    assert said.others.units == 3 and said.others.difference == pytest.approx(0)
    assert said.others.low < 0 < said.others.high


def test_the_interval_of_the_difference_holds_the_truth_nineteen_times_in_twenty():
    drawn = random.Random(3)
    inside = 0
    for _ in range(400):
        mine = [drawn.gauss(30, 2) for _ in range(24)]
        later = [drawn.gauss(33, 2) for _ in range(12)]
        others = [([drawn.gauss(28, 2) for _ in range(24)], [drawn.gauss(29, 2) for _ in range(12)]) for _ in range(3)]
        said = answer(Baseline(tuple(months("2007-01", 24)), tuple(mine)), after(*later), 2.0, "2009-12", others)
        inside += said.others.low <= 2 <= said.others.high
    assert 0.91 < inside / 400 < 0.99


def test_without_others_there_is_no_comparison():
    assert answer(BEFORE, after(31.0), 3.0, "2009-12").others is None
    assert answer(BEFORE, after(31.0), 3.0, "2009-12", [([30.0], [31.0])]).others is None
