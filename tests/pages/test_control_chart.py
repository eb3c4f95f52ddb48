"""The chart of a goal's months: round lines to read it by, and years that do not stand on each other."""

from types import SimpleNamespace

import pytest

from pejling.pages.control_chart import _scale, _year


@pytest.mark.parametrize(("low", "high"), [(27_000, 52_000), (0.28, 0.31), (3, 3), (0, 1), (199, 1201), (0.0004, 70)])
def test_there_are_two_to_six_lines_at_round_values(low, high):
    least, most, lines = _scale([low, high], SimpleNamespace(unit="kroner", series=SimpleNamespace(points=[])))
    assert 2 <= len(lines) <= 6
    assert all(least <= line <= most for line in lines)
    step = lines[1] - lines[0]
    assert f"{step:.0e}"[0] in "125" and all(abs(line / step - round(line / step)) < 1e-6 for line in lines)


@pytest.mark.parametrize(
    ("first", "count", "years"),
    [
        (12, 36, ["", "2007", "2008", "2009"]),
        (1, 36, ["2006", "2007", "2008"]),
        (8, 36, ["2006", "2007", "2008", "2009"]),
    ],
)
def test_a_year_of_which_hardly_anything_is_seen_has_no_name(first, count, years):
    months = [first - 1 + n for n in range(count)]
    points = [SimpleNamespace(period=f"{2006 + m // 12}-{m % 12 + 1:02}") for m in months]
    named = [_year(points, n) for n in range(count)]
    starts = [named[n] for n in range(count) if n == 0 or points[n].period[:4] != points[n - 1].period[:4]]
    assert starts == years
    assert sum(map(bool, named)) == sum(map(bool, years))


def test_a_year_that_begins_where_the_picture_ends_has_no_name():
    """Its number would be cut off at the edge of a phone."""
    quarters = [SimpleNamespace(period=f"{year}-Q{n}") for year in range(1995, 2000) for n in range(1, 5)][1:-3]
    assert quarters[-1].period == "1999-Q1"
    assert [_year(quarters, n) for n in range(len(quarters)) if _year(quarters, n)] == ["1995", "1996", "1997", "1998"]
