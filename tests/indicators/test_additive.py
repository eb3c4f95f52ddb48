"""Figures of the engine add up: a unit is its own rows and the units below, and a stock is what came less what went."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indicators import by_hand
from indicators.worlds import empty_store, measured, placed, together
from meaning.courses import group_value, seen
from meaning.days import DAY, period
from meaning.facts import TABLES, World
from meaning.generated import definitions, worlds
from meaning.units import Units

from pejling.facts.store import Store
from pejling.indicators import grid
from pejling.indicators.cases import cases
from pejling.indicators.cells import Scope
from pejling.indicators.cells import cells as summed
from pejling.indicators.definition import MEASURES
from pejling.indicators.figures import Figure, figures
from pejling.indicators.hierarchy import Unit, children, units
from pejling.indicators.items import scale
from pejling.indicators.measurement import Measurement, measurement
from pejling.indicators.periods import Period, covered
from pejling.indicators.times import curve

FIRST, LAST = date(1993, 7, 1), date(1999, 6, 30)
PERIODS = [p.text for kind in ("month", "quarter", "year") for p in covered(kind, FIRST, LAST)]  # type: ignore[arg-type]
PERIODS += ["1994-09/12", "1998-12/12"]
KEYS = sorted(path.stem for path in (by_hand.FACTS.parent / "model" / "indicators").glob("*.yaml"))
SHARE, STOCK, DURATION = "fast_lasting_exit", "average_jobless", "weeks_to_exit"  # the others take a second each too
ADDED = ("numerator", "denominator", "unknown")


def parts(figure: Figure) -> Counter[str]:
    """What adds up. The days of an average stock are the period's, and everyone's."""
    asked = ADDED[:1] if figure.indicator == "average_jobless" else ADDED
    return Counter({part: getattr(figure, part) or 0 for part in asked})


@pytest.mark.parametrize(
    "key",
    [pytest.param(key, marks=() if key in (SHARE, STOCK, DURATION) else pytest.mark.slow) for key in KEYS],
)
def test_the_boards_sum_to_the_country_and_the_groups_to_the_whole(ni: duckdb.DuckDBPyConnection, key: str) -> None:
    assert {unit.unit_id for unit in children(units(ni), "NI")} == set(by_hand.BOARDS)
    whole = {(f.unit, f.period): parts(f) for f in figures(ni, key, periods=PERIODS, with_persons=False)}
    assert whole["NI", "1994"]["numerator"] > 0
    for by in ("", *by_hand.BROKEN_DOWN):
        found = figures(ni, key, periods=PERIODS, by=by, with_persons=False)
        country: Counter[Any] = Counter()
        boards: Counter[Any] = Counter()
        groups: Counter[Any] = Counter()
        for figure in found:
            for part, count in parts(figure).items():
                (country if figure.unit == "NI" else boards)[figure.period, figure.group, part] += count
                groups[figure.unit, figure.period, part] += count
        assert country == boards, by
        assert groups == {(*cell, part): count for cell, parts_ in whole.items() for part, count in parts_.items()}


@pytest.mark.parametrize("few", [0, 10**9])
@pytest.mark.parametrize("key", [SHARE, STOCK, DURATION])
def test_many_rows_and_few_are_read_to_the_same_figures(
    ni: duckdb.DuckDBPyConnection, key: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few there are here, they are read in the way that is meant for many, and then in the other."""
    asked = {"periods": ["1993", "1994", "1998", "1998-12/12"], "by": "sex", "with_persons": False}
    usual = figures(ni, key, **asked)  # type: ignore[arg-type]
    monkeypatch.setattr(grid, "FEW", few)
    assert figures(ni, key, **asked) == usual  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["weeks_to_exit", "weeks_to_work_or_study"])
def test_the_curves_of_the_boards_sum_to_the_countrys(ni: duckdb.DuckDBPyConnection, key: str) -> None:
    def left(unit: str) -> Counter[Any]:
        steps = curve(ni, key, unit, "1993", "sex", "female")
        return Counter({(s.day, what): n for s in steps for what, n in (("events", s.events), ("others", s.others))})

    assert left("NI") == sum(map(left, by_hand.BOARDS), Counter())


@pytest.mark.parametrize("by", ["", "sex"])
def test_a_stock_is_the_stock_before_plus_intake_less_exits(ni: duckdb.DuckDBPyConnection, by: str) -> None:
    """Nobody moves between boards there. The exits are counted by hand: no indicator of the example is of them."""
    months = [p.text for p in covered("month", FIRST, LAST)]
    stock, intake = (
        {(f.unit, f.period, f.group): f.numerator for f in figures(ni, key, periods=months, by=by, with_persons=False)}
        for key in ("jobless_stock", "intake")
    )
    exits: Counter[Any] = Counter()
    for course in by_hand.courses():
        for unit in ("NI", course.unit) if course.end else ():
            exits[unit, f"{course.end:%Y-%m}", course.groups[by] if by else ""] += 1
    for unit in ("NI", *by_hand.BOARDS):
        for group in by_hand.BROKEN_DOWN[by] if by else ("",):
            before = 0.0
            for month in months:
                cell = unit, month, group
                before += (intake[cell] or 0) - exits[cell]
                assert stock[cell] == before, cell


DATED = [table for table in TABLES if table not in ("units", "persons")]
WIDE = dict.fromkeys(DATED, (date(1990, 1, 1), date(2012, 1, 1)))
MONTHS = ["2007-12", "2008-01", "2008-02", "2008-03", "2008-04"]
SPANS = [*MONTHS, "2008-Q1", "2008", "2008-06/12"]
Ground = tuple[Measurement, dict[str, Unit]]
BELONGS = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return empty_store(tmp_path_factory.mktemp("empty"))


@st.composite
def measurable(draw: st.DrawFn) -> tuple[list[World], list[dict[str, Any]]]:
    """Three worlds for one store, everything covered; the plain counts, and any definition of the other measures."""
    made = [
        replace(placed(world, f"w{n}."), coverage=WIDE, settle_days=0, join_courses_within=None)
        for n, world in enumerate(draw(st.lists(worlds(), min_size=3, max_size=3)))
    ]
    plain = [{"key": key, "measure": key, "by": ["target_group", "sex"]} for key in ("stock", "intake", "exits")]
    others = sorted(set(MEASURES) - {"ratio", "observed", "stock", "intake", "exits"})
    return made, plain + [draw(definitions(measure)) for measure in others]


def adds_up(empty: Store, home: str, made: tuple[list[World], list[dict[str, Any]]]) -> None:
    own_worlds, asked = made
    connection = measured(empty, empty.home.parent / home, together(own_worlds), asked)
    ground = measurement(connection), units(connection)
    for definition in asked:
        a_unit_is_its_own_rows_and_the_units_below(connection, ground, definition["key"], "")
        if definition["measure"] in ("stock", "intake", "exits"):
            a_unit_is_its_own_rows_and_the_units_below(connection, ground, definition["key"], "target_group")
    no_course_is_lost(connection, ground, own_worlds)
    for world in own_worlds:
        own_rows_are_those_credited_to_the_unit(connection, ground, world)
        for by in ("", "target_group"):
            stocks_follow_from_what_came_and_went(connection, ground, world, by)
    connection.close()


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(BELONGS, max_examples=10)
@given(measurable())
def test_many_generated_hierarchies_add_up(empty: Store, made: tuple[list[World], list[dict[str, Any]]]) -> None:
    adds_up(empty, "generated", made)


def a_unit_is_its_own_rows_and_the_units_below(
    connection: duckdb.DuckDBPyConnection, ground: Ground, key: str, by: str
) -> None:
    measured_, hierarchy = ground
    indicator = measured_.model.indicator(key)
    said = figures(connection, key, periods=SPANS, by=by, with_persons=False, ground=ground)
    found = {(f.unit, f.period, f.group): f for f in said}
    alone = replace(measured_, above=dict.fromkeys(hierarchy))
    spans = tuple(Period.parse(span) for span in SPANS)
    scope = Scope(indicator, measured_.observed(indicator), by, tuple(hierarchy), spans, alone)
    own = summed(connection, [scope])[key]
    for (unit, span, group), figure in found.items():
        rows = own.get((unit, span, group))
        below = [found[child.unit_id, span, group] for child in children(hierarchy, unit)]
        for part in ("numerator", "denominator") if indicator.measure != "average_stock" else ("numerator",):
            whole = getattr(figure, part)
            if whole is None:  # a count has no denominator
                continue
            mine = getattr(rows, part) / (scale(indicator) if part == "numerator" else 1) if rows else 0
            assert whole == pytest.approx(mine + sum(getattr(child, part) for child in below)), (figure, part)


def no_course_is_lost(connection: duckdb.DuckDBPyConnection, ground: Ground, own_worlds: list[World]) -> None:
    """The tops together have every course begun in the year."""
    tops = [name for name, unit in ground[1].items() if unit.parent_id is None]
    found = figures(connection, "intake", units=tops, periods=["2008"], ground=ground)
    begun = sum(figure.numerator or 0 for figure in found)
    assert begun == sum(course.started_on.year == 2008 for world in own_worlds for course in world.courses)


def own_rows_are_those_credited_to_the_unit(
    connection: duckdb.DuckDBPyConnection, ground: Ground, world: World
) -> None:
    """Course by course, of the unit at the top: credited to itself, or counted at a unit below."""
    hierarchy = ground[1]
    top = next(unit for unit in Units(world).all() if hierarchy[unit].parent_id is None)
    behind = Counter(case.unit_id for case in cases(connection, "intake", top, "2008", ground=ground))
    said = figures(connection, "intake", periods=["2008"], with_persons=False, ground=ground)
    found = {figure.unit: figure.numerator or 0 for figure in said}
    for unit in {*behind, top}:
        assert found[unit] == behind[unit] + sum(found[child.unit_id] for child in children(hierarchy, unit))


def stocks_follow_from_what_came_and_went(
    connection: duckdb.DuckDBPyConnection, ground: Ground, world: World, by: str
) -> None:
    hierarchy, courses = Units(world), seen(world, WIDE["courses"][1])
    said = {
        (f.indicator, f.unit, f.period, f.group): f.numerator or 0
        for key in ("stock", "intake", "exits")
        for f in figures(
            connection, key, units=hierarchy.all(), periods=MONTHS, by=by, with_persons=False, ground=ground
        )
    }
    groups = sorted({group for *_, group in said})
    for before, month in pairwise(MONTHS):
        first, last = period(month)
        moved: Counter[Any] = Counter()
        for course in courses:
            begins = max(course.started_on, first - DAY)
            ends = course.last_day if course.ended_on and course.ended_on <= last else last
            if begins > ends:
                continue
            for day, sign in ((begins, -1), (ends, 1)):
                unit_id, target_group = course.responsible(day)
                group = group_value(world, by, [], course.person_id, target_group, day)
                for unit in hierarchy.all():
                    moved[unit, group] += sign * hierarchy.at_or_below(unit_id, unit)
        for unit in hierarchy.all():
            for group in groups:
                stock, came, went, stock_before = (
                    said.get((key, unit, span, group), 0)
                    for key, span in (("stock", month), ("intake", month), ("exits", month), ("stock", before))
                )
                assert stock == stock_before + came - went + moved[unit, group], (unit, month, group)
