"""After any sequence of deliveries, measuring what changed leaves the same components as measuring everything."""

from contextlib import closing
from dataclasses import astuple, fields, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from csv_deliveries import write
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from indicators.laws import SMALL, law
from indicators.worlds import by_two_threads, empty_store, known_from_the_start, model
from meaning.facts import (
    TABLES,
    Activity,
    Assignment,
    Contact,
    Course,
    Person,
    Posting,
    Score,
    State,
    Unit,
    World,
)  # fmt: skip
from meaning.generated import DAYS, definitions, worlds
from spec.parser import cases

from pejling.facts.delivery import deliver
from pejling.facts.mistakes import Mistake
from pejling.facts.snapshots import tidy
from pejling.facts.store import Store, connect, writing
from pejling.indicators.components import SUMS
from pejling.indicators.components import TABLES as COMPONENTS
from pejling.indicators.definition import MEASURES
from pejling.indicators.figures import Figure, figures
from pejling.indicators.measure import measure
from pejling.indicators.measurement import measurement
from pejling.indicators.model import load_model
from pejling.indicators.relations import quoted

PLAIN = sorted(set(MEASURES) - {"ratio", "observed"})
HEADERS = {table: ";".join(field.name for field in fields(kind)) for table, kind in TABLES.items()}
TODAY = date(2026, 11, 25)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[World], list[dict[str, Any]]]:
    """Some worlds that share coverage, ids and most units, each to be delivered after the one before; and a model.

    Every other one differs from the one before in a table or two only, as small deliveries do.
    """
    first, *others = [known_from_the_start(world) for world in draw(st.lists(worlds(), min_size=2, max_size=2))]
    found = [first]
    for other in others:
        now = replace(placed_in(other, first), units=first.units)
        for table in draw(st.lists(st.sampled_from(["states", "activities", "scores", "postings"]), max_size=3)):
            now = replace(now, **{table: getattr(found[-1], table)})
        standing = [unit for unit in first.units if unit.unit_id != "state" and unit.valid_to is None]
        if standing and draw(st.booleans()):  # one closes, with a successor or without
            closing = draw(st.sampled_from(standing))
            successor = draw(st.none() | st.just("state"))
            on = draw(days_after(closing.valid_from))
            closed = replace(closing, valid_to=on, successor_id=successor)
            now = replace(now, units=tuple(closed if unit == closing else unit for unit in now.units))
        some = replace(found[-1], states=now.states, courses=now.courses, assignments=())
        found += [some if draw(st.booleans()) else replace(found[-1], units=now.units), now]
    asked = [draw(definitions(measure)) | {"key": f"i{n}"} for n, measure in enumerate(PLAIN)]
    return [with_a_row_in_each(whole_rows(world)) for world in found], asked


def days_after(first: date) -> st.SearchStrategy[date]:
    return DAYS.filter(lambda day: day > first)


def placed_in(world: World, first: World) -> World:
    """At the units, and with the coverage and rules, of the first; a unit that it lacks is the state."""
    known = {unit.unit_id for unit in first.units}

    def at_home(row: Any) -> Any:
        names = [name for name in ("unit_id", "supplier_id") if getattr(row, name, None)]
        return replace(row, **{name: getattr(row, name) if getattr(row, name) in known else "state" for name in names})

    moved = {
        table: tuple(map(at_home, getattr(world, table)))
        for table in ("courses", "assignments", "activities", "postings")
    }
    same = {key: getattr(first, key) for key in ("coverage", "settle_days", "join_courses_within")}
    return replace(world, **moved, **same)


def whole_rows(world: World) -> World:
    """Without what belongs to a course that is not there."""
    ids = {course.course_id for course in world.courses}
    theirs = {
        table: tuple(row for row in getattr(world, table) if row.course_id in ids)
        for table in ("assignments", "activities", "contacts", "scores")
    }
    return replace(world, **theirs, observations=())


def with_a_row_in_each(world: World) -> World:
    """A table is never delivered empty: one person of long ago is in all of them."""
    ago, after = date(1991, 1, 1), date(1991, 2, 1)
    return replace(
        world,
        persons=(*world.persons, Person("p", ago, "male", "north")),
        courses=(*world.courses, Course("c", "p", "state", "cash", ago, after, "job")),
        assignments=(*world.assignments, Assignment("c", ago, "state", "sick", after)),
        activities=(*world.activities, Activity("a", "c", "talk", None, ago, after)),
        contacts=(*world.contacts, Contact("k", "c", "talk", ago, ago, False)),
        states=(*world.states, State("p", ago, "benefit", after)),
        scores=(*world.scores, Score("c", "scale", ago, 1.0)),
        postings=(*world.postings, Posting("m", "state", "wages", ago, 1.0)),
    )


def take_in(store: Store, folder: Path, world: World) -> None:
    rows = {
        table: [list(map(_told, astuple(row))) for row in getattr(world, table)]
        for table in TABLES
        if table != "observations"
    }
    reach = "".join(
        f"  {table}: {{from: {first}, through: {last}}}\n"
        for table, (first, last) in world.coverage.items()
        if table != "observations"
    )
    write(folder, rows, declared=f"full: true\ncoverage:\n{reach}", columns=HEADERS)
    deliver(store, folder, today=TODAY)


def _told(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def kept(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """What is kept comes to, wherever it stands, without the rows that cancel out."""
    connection = connect(store, read_only=True)
    found = {}
    named = connection.execute("SELECT number, name FROM lake.measurements.names").fetchall()
    assert len(named) == len(dict(named)) == len(set(dict(named).values())), "a number is given out once"

    def by_name(table: str) -> str:
        names = (f"(SELECT name FROM lake.measurements.names WHERE number = kept.{quoted(each)}) AS {quoted(each)}"
                 for each, kind in COMPONENTS[table].items() if kind == "VARCHAR")  # fmt: skip
        return f"(SELECT * REPLACE ({', '.join(names)}) FROM lake.measurements.{table} AS kept)"

    counted = f"""
        SELECT indicator, name, unit_id, month, group_by, "group", counted
        FROM (UNPIVOT {by_name("sums")} ON {", ".join(SUMS)} INTO NAME column_name VALUE counted) AS s
        JOIN (
            SELECT indicator, name, (slots->name->>0)::INTEGER AS sheet, slots->name->>1 AS slot
            FROM (SELECT indicator, slots, unnest(json_keys(slots)) AS name
                FROM (SELECT key AS indicator, value->'slots' AS slots
                    FROM lake.measurements.measured, json_each(indicators)))) AS p
            ON s.sheet = p.sheet AND column_name = 'n' || slot"""
    for name, rows, column in (
        ("sums", f"({counted})", "counted"),
        ("undecided", by_name("undecided"), "courses"),
        ("durations", by_name("durations"), "courses"),
    ):
        found[name] = connection.execute(
            f"""SELECT * EXCLUDE {column}, SUM({column}) FROM {rows}
                GROUP BY ALL HAVING SUM({column}) <> 0 ORDER BY ALL"""
        ).fetchall()
    found["units"] = connection.execute("FROM lake.measurements.units ORDER BY ALL").fetchall()
    connection.close()
    return found


def shown(store: Store) -> list[Figure]:
    """Every figure of every unit and year, and so what kept rows come to once some were taken away again."""
    with closing(connect(store, read_only=True)) as connection:
        measured = measurement(connection)
        found = [each for key in sorted(measured.coverage) for each in figures(connection, key, with_persons=False)]
    return [replace(each, snapshot=0) for each in found]  # measuring anew makes one


def agrees(history: tuple[list[World], list[dict[str, Any]]], laid: Any = SMALL) -> list[str]:
    """How much was measured each time."""
    made, asked = history
    done = []
    with TemporaryDirectory() as home:
        store = empty_store(Path(home) / "store")
        load_model(store, model(made[0], asked, law(*laid)))
        for number, world in enumerate(made):
            take_in(store, Path(home) / f"d{number}", world)
            measured = measure(store)
            done.append("all over" if measured.whole else "partly" if measured.partly else "nothing to do")
            found, figures_found = kept(store), shown(store) if measured.partly else None
            with writing(store) as connection:
                tidy(connection)
            assert kept(store) == found
            with by_two_threads():
                measure(store, afresh=True)
            assert kept(store) == found
            assert figures_found is None or shown(store) == figures_found
    return done


@pytest.mark.slow
@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_a_definition_that_changes_with_the_records_equals_measuring_everything(
    history: tuple[list[World], list[dict[str, Any]]],
) -> None:
    (first, *_, last), asked = history
    others = [asked[0] | {"key": "other"}, *asked[2:-1], asked[-1] | {"kind": "effect", "direction": "none"}]
    stricter = [{**SMALL[0][0], "versions": [{"every": "5 days"}]}, *SMALL[0][1:]], SMALL[1]
    with TemporaryDirectory() as home:
        store = empty_store(Path(home) / "store")
        turns = ((first, asked, SMALL), (last, others, stricter), (first, asked, SMALL))
        for number, (world, definitions_then, laid) in enumerate(turns):
            load_model(store, model(first, definitions_then, law(*laid)))
            take_in(store, Path(home) / f"d{number}", world)
            measure(store)
            found = kept(store)
            measure(store, afresh=True)
            assert kept(store) == found


def test_measuring_what_changed_of_a_small_history_equals_measuring_everything() -> None:
    """With the second delivery comes a course."""
    case = next(case for case in cases() if case.measure == "lasting_share")
    whole = known_from_the_start(replace(case.world, units=(*case.world.units, Unit("state", date(1990, 1, 1)))))
    some = replace(whole, courses=whole.courses[1:])
    done = agrees(([with_a_row_in_each(whole_rows(world)) for world in (some, whole)], [case.definition]), ([], []))
    assert done == ["all over", "partly"]


def test_one_definition_that_changes_while_records_of_another_do_equals_measuring_everything() -> None:
    """One is measured all over, the other where it was touched, in one go."""
    case = next(case for case in cases() if case.measure == "lasting_share")
    whole = known_from_the_start(replace(case.world, units=(*case.world.units, Unit("state", date(1990, 1, 1)))))
    some = replace(whole, courses=whole.courses[1:])
    former = case.definition | {"key": "other", "lasting": "2 months"}
    with TemporaryDirectory() as home:
        store = empty_store(Path(home) / "store")
        for number, (world, other) in enumerate(((some, former), (whole, former | {"lasting": "3 months"}))):
            load_model(store, model(world, [case.definition, other], law([], [])))
            take_in(store, Path(home) / f"d{number}", with_a_row_in_each(whole_rows(world)))
            measured = measure(store)
            found = kept(store), shown(store)
        assert (measured.whole, measured.partly) == (1, 1)
        measure(store, afresh=True)
        assert (kept(store), shown(store)) == found


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=7, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_measuring_what_changed_of_many_histories_equals_measuring_everything(
    history: tuple[list[World], list[dict[str, Any]]],
) -> None:
    for much in agrees(history):
        event(much)


def test_what_an_older_version_measured_is_measured_anew() -> None:
    case = next(case for case in cases() if case.measure == "lasting_share")
    world = known_from_the_start(replace(case.world, units=(*case.world.units, Unit("state", date(1990, 1, 1)))))
    with TemporaryDirectory() as home:
        store = empty_store(Path(home) / "store")
        load_model(store, model(world, [case.definition], law(*SMALL)))
        take_in(store, Path(home) / "d0", with_a_row_in_each(whole_rows(world)))
        measure(store)
        found = kept(store)
        with writing(store) as connection:  # that one kept names themselves, in wider sheets and more tables
            connection.execute("ALTER TABLE lake.measurements.names RENAME TO codes")
            for table, columns in COMPONENTS.items():
                for column in (name for name, kind in columns.items() if kind == "VARCHAR"):
                    connection.execute(f"ALTER TABLE lake.measurements.{table} DROP COLUMN {quoted(column)}")
                    connection.execute(f"ALTER TABLE lake.measurements.{table} ADD COLUMN {quoted(column)} VARCHAR")
            connection.execute("ALTER TABLE lake.measurements.sums ADD COLUMN n11 BIGINT")
            connection.execute("ALTER TABLE lake.measurements.measured DROP COLUMN indicators")
            connection.execute("ALTER TABLE lake.measurements.measured DROP COLUMN model")
            connection.execute("ALTER TABLE lake.measurements.units DROP COLUMN credited_to")
        with connect(store, read_only=True) as connection, pytest.raises(Mistake, match="nothing is measured yet"):
            measurement(connection)
        measure(store)
        assert kept(store) == found
