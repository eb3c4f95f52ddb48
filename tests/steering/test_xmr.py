"""XmR limits, rules and marks: the peer's output at every point, and what it leaves open."""

import csv
import random
from itertools import groupby
from pathlib import Path

import pytest

from pejling.steering.xmr import LEAST, Limits, Rules, Special, assurance, limits, specials, variation

DATA = Path(__file__).parent / "data"
PEER = Rules(side=7, row=7, near=True)
CALLED = {
    ("beyond", "up"): "Above UCL", ("beyond", "down"): "Below LCL",
    ("side", "up"): "7 Points Above CL", ("side", "down"): "7 Points Below CL",
    ("row", "up"): "7 Point Trend (Increasing)", ("row", "down"): "7 Point Trend (Decreasing)",
    ("near", "up"): "2 in 3 Above CL", ("near", "down"): "2 in 3 Below CL",
}  # fmt: skip


def read(name):
    with (DATA / name).open(encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def within_four_hours():
    """By provider, the share seen within four hours in each of 36 months, from the raw counts."""
    months = {}
    for row in read("ae_type1.csv"):
        share = 1 - float(row["breaches"]) / float(row["attendances"])
        months.setdefault(row["org_code"], []).append((row["period"], share))
    return {code: [share for _, share in sorted(rows)] for code, rows in months.items()}


def test_the_peers_limits_and_rules_at_every_point_of_130_providers(within_four_hours):
    seen = 0
    for code, rows in groupby(read("ae_type1_default_points.csv"), key=lambda row: row["f"]):
        values, expected = within_four_hours[code], list(rows)
        found = limits(values)
        for n, (value, special, row) in enumerate(zip(values, specials(values, found, PEER), expected, strict=True)):
            assert value == pytest.approx(float(row["y"]), abs=1e-6)
            for name, limit in (("mean_col", found.mean), ("lpl", found.lower), ("upl", found.upper)):
                assert limit == pytest.approx(float(row[name]), abs=1e-6), (code, n)
            called = CALLED[special.rule, special.way] if special else "Common Cause"
            assert called == row["special_cause_type"], (code, n)
            better = {"better": "improvement", "worse": "concern", "same": ""}[variation(special, "up", len(values))]
            assert row["point_type"] == (f"special_cause_{better}" if better else "common_cause")
            seen += 1
    assert seen == 4680


def test_the_peers_own_snapshot():
    rows = read("seed123_20points.csv")
    found = limits([float(row["y"]) for row in rows])
    assert (found.mean, found.lower, found.upper) == pytest.approx((0.1416238, -3.01138, 3.294627), abs=1e-6)


# what happens from a level of 10 that varies between 9 and 11 -> the rule that calls the newest point special
LEVEL = Limits(10.0, 7.0, 13.0, 24)
CASES = [
    ("one point beyond the upper limit", [10, 13.1], ("beyond", "up", 1)),
    ("one at the limit is within it", [10, 13.0], None),
    ("eight above", [9, *[11] * 8], ("side", "up", 1)),
    ("seven above are not yet eight", [9, *[11] * 7], None),
    ("one at the mean breaks the eight", [*[11] * 4, 10, *[11] * 5], None),
    ("six each lower than the one before", [12.6, 12, 11, 10, 9, 8], ("row", "down", 0)),
    ("five in a row are not yet six", [11, 12, 11, 10, 9, 8], None),
    ("equal neighbours are in no row", [12, 11.5, 11, 11, 10, 9], None),
    ("two of three in the outer third are nothing to us", [10, 12.5, 10, 12.5], None),
    ("the strongest rule is named", [*[11] * 8, 13.5], ("beyond", "up", 8)),
]


@pytest.mark.parametrize(("what", "values", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_rules(what, values, expected):
    assert specials(values, LEVEL)[-1] == (Special(*expected) if expected else None)


def test_of_a_process_that_never_changes_one_month_in_fifty_brings_a_new_signal():
    """What a reader has to live with, and is told: of limits made of 24 points, the three rules together."""
    drawn = random.Random(20090630)
    new = months = 0
    for _ in range(300):
        values = [drawn.gauss(0, 1) for _ in range(60)]
        before = None
        for month in range(24, 60):
            newest = specials(values[: month + 1], limits(values[:24]))[-1]
            new += newest is not None and (before is None or (newest.rule, newest.since) != (before.rule, before.since))
            before = newest
            months += 1
    assert 0.015 < new / months < 0.025


def test_a_lasting_fall_of_two_standard_deviations_is_called_within_a_year_mostly():
    drawn = random.Random(7)
    found = 0
    for _ in range(200):
        values = [drawn.gauss(0, 1) for _ in range(24)] + [drawn.gauss(-2, 1) for _ in range(12)]
        found += any(each and each.way == "down" for each in specials(values, limits(values[:24]))[24:])
    assert found > 180


def test_limits_stand_still_while_later_points_come():
    baseline = [10.0, 11.0, 9.0, 10.5] * 6
    assert limits(baseline) == limits([*baseline, 99.0][:24])
    assert limits([1.0]) is None
    assert limits([5.0, 5.0, 5.0]) == Limits(5.0, 5.0, 5.0, 3)


@pytest.mark.parametrize(
    ("target", "direction", "expected"),
    [
        (6.0, "up", "meets"), (14.0, "up", "fails"), (12.0, "up", "chance"), (14.0, "down", "meets"),
        (6.0, "down", "fails"), (None, "up", "no_target"), (6.0, "none", "no_target"),
    ],
)  # fmt: skip
def test_assurance(target, direction, expected):
    assert assurance(LEVEL, target, direction) == expected


def test_too_few_points_say_nothing():
    few = Limits(10.0, 7.0, 13.0, LEAST - 1)
    assert assurance(few, 6.0, "up") == assurance(None, 6.0, "up") == "too_few"
    assert variation(Special("beyond", "up", 0), "up", LEAST - 1) == "too_few"


def test_a_process_without_variation_meets_a_target_it_is_at():
    flat = limits([1.0] * 24)
    assert assurance(flat, 1.0, "up") == assurance(flat, 1.0, "down") == "meets"
    assert assurance(flat, 1.1, "up") == "fails"


def test_direction_decides_what_is_better():
    up = Special("side", "up", 3)
    assert [variation(up, way, 24) for way in ("up", "down", "none")] == ["better", "worse", "higher"]
    assert variation(Special("side", "down", 3), "none", 24) == "lower"
    assert variation(None, "up", 24) == "same"
