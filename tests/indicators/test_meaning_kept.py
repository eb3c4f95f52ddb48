"""The engine means what the spec tables and the plain-Python reference say, cell by cell."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indicators.worlds import (
    budgeted_alike,
    by_two_threads,
    differences,
    empty_store,
    known_from_the_start,
    measured,
    placed,
    together,
)
from meaning import figures as reference
from meaning.facts import World
from meaning.generated import PERIODS, definitions, ratios, worlds
from meaning.measures import COUNTS
from meaning.units import Units
from spec.parser import Case, cases

from pejling.facts.store import Store
from pejling.indicators.cases import cases as courses_behind
from pejling.indicators.definition import MEASURES
from pejling.indicators.figures import figures
from pejling.indicators.hierarchy import units
from pejling.indicators.measurement import measurement

TABLES = [case for case in cases() if case.definition["measure"] in MEASURES]
FIRST = {case.measure: case for case in reversed(TABLES)}  # of each page; the others take as long, a second each
SHOWN = [
    FIRST[page]
    for page in (
        "intake",
        "stock",
        "exit_within",
        "lasting_share",
        "time_to_exit",
        "activity_within",
        "amount",
        "ratio",
    )
]
BELONGS = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return empty_store(tmp_path_factory.mktemp("empty"))


def test_every_measure_has_spec_tables() -> None:
    assert {case.definition["measure"] for case in TABLES} == set(MEASURES)


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=() if case in SHOWN else pytest.mark.slow) for case in TABLES],
    ids=lambda case: f"{case.measure}: {case.title}",
)
def test_the_engine_says_what_the_table_says(empty: Store, tmp_path: Any, case: Case) -> None:
    asked = {cell.get("by") for cell in case.cells} - {None, ""}
    definition = {**case.definition, "by": sorted(asked | set(case.definition.get("by", [])))}
    others = [{"by": definition["by"], **other} for other in case.others.values() if other["measure"] != "amount"]
    others += [other for other in case.others.values() if other["measure"] == "amount"]
    connection = measured(empty, tmp_path / "home", case.world, [definition, *others])
    ground = measurement(connection), units(connection)
    for cell in case.cells:
        by, group = cell.get("by") or "", cell.get("group") or ""
        said = figures(
            connection, definition["key"], units=[cell.get("unit") or "team"], periods=[cell["period"]], by=by,
            ground=ground,
        )  # fmt: skip
        found = {figure.group: figure for figure in said}
        if by and group not in found:  # nobody is in it, here or elsewhere
            assert not cell.get("numerator"), cell
            continue
        for part in set(cell) - {"unit", "period", "by", "group", "why", "undecided"}:
            value, right = getattr(found[group], part), cell[part]
            same = value == pytest.approx(right, abs=5e-4) if isinstance(right, float) else value == right
            assert same, f"{cell}: {part} is {value}"
        if definition["measure"] not in ("ratio", "observed") and not by:
            every_course_has_its_reason(
                connection, ground, case.world, definition, cell.get("unit") or "team", cell["period"]
            )
    connection.close()


@st.composite
def measurable(draw: st.DrawFn) -> tuple[list[World], list[dict[str, Any]]]:
    """Worlds of one coverage and one model, to share a store: another world costs little, another store seconds."""
    own = {"observed": {"by": ["sex"]}}  # an observation keeps its own key
    plain = sorted(set(MEASURES) - {"ratio", "observed"})
    found = [draw(definitions(measure)) | {"key": f"i{n}"} for n, measure in enumerate(plain)]
    found.append({"key": "observed", "measure": "observed"} | own["observed"])
    ratio, parts = draw(ratios())
    shared = [by for by in ("target_group", "sex") if all(by in part.get("by", ()) for part in parts.values())]
    found += [ratio | {"by": shared}, *parts.values()]
    made = [
        placed(known_from_the_start(world), f"w{n}.")
        for n, world in enumerate(draw(st.lists(worlds(), min_size=2, max_size=2)))
    ]
    said = {key: getattr(made[0], key) for key in ("coverage", "settle_days", "join_courses_within")}
    return budgeted_alike([replace(world, **said) for world in made]), found


def agree(empty: Store, home: Any, made: tuple[list[World], list[dict[str, Any]]], spans: list[str], turn: int) -> None:
    """Every indicator as a whole and by one of its columns, which one goes by `turn`: the reference takes its time."""
    parts, asked = made
    connection = measured(empty, home, together(parts), asked)
    ground = measurement(connection), units(connection)
    assert sorted(ground[1]) == sorted(unit for world in parts for unit in Units(world).all())
    own = {unit: world for world in parts for unit in Units(world).all()}
    others = {definition["key"]: definition for definition in asked}
    for number, definition in enumerate(asked):
        columns = definition.get("by") or [""]
        for by in {"", columns[(number + turn) % len(columns)]}:
            for figure in figures(connection, definition["key"], periods=spans, by=by, ground=ground):
                wrong = differences(figure, own[figure.unit], definition, others)
                assert not wrong, (definition, figure, wrong)
        if definition["measure"] not in ("ratio", "observed"):
            unit = sorted(own)[(number + turn) % len(own)]
            every_course_has_its_reason(connection, ground, own[unit], definition, unit, spans[0])
    connection.close()


def every_course_has_its_reason(
    connection: Any, ground: Any, world: World, definition: dict[str, Any], unit: str, span: str
) -> None:
    (figure,) = figures(connection, definition["key"], units=[unit], periods=[span], ground=ground)
    listed = courses_behind(connection, definition["key"], unit, span, ground=ground)
    behind = [case for case in listed if case.reason != "reentered"]  # who did is listed, and does not count
    if figure.state == "not_reported":
        assert behind == []
        return
    asked = definition, figure, behind
    weight = sum(case.weight for case in behind)
    whole = figure.numerator if definition["measure"] in (*COUNTS, "average_stock") else figure.denominator
    assert weight == pytest.approx(whole), asked
    assert sum(case.counted for case in behind) == pytest.approx(figure.numerator), asked
    undecided = sum(case.outcome == "undecided" for case in behind)
    assert undecided == reference.figure(world, definition, unit, span).undecided, asked
    if figure.persons is not None:
        assert len({case.person_id for case in behind}) == figure.persons, asked


SPANS = st.lists(st.sampled_from(PERIODS), min_size=2, max_size=2, unique=True)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(BELONGS, max_examples=10)
@given(measurable(), SPANS, st.integers(0, 3))
def test_every_cell_of_many_worlds_is_what_the_reference_says(
    empty: Store, made: tuple[list[World], list[dict[str, Any]]], spans: list[str], turn: int
) -> None:
    with by_two_threads() if turn % 2 else nullcontext():
        agree(empty, empty.home.parent / "generated", made, spans, turn)
