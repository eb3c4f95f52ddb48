"""Open courses and what similar ones came to, held against plain Python over a few hundred made-up courses."""

from collections import Counter
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest
from indicators.worlds import empty_store, log, model
from meaning.courses import Joined, band, seen
from meaning.days import age, later
from meaning.facts import Activity, Assignment, Contact, Course, Person, Unit, World
from meaning.generated import deliver_into

from pejling.facts.store import connect, writing
from pejling.indicators.measure import measure
from pejling.indicators.measurement import measurement
from pejling.indicators.model import Similar, load_model
from pejling.indicators.open_courses import open_courses
from pejling.indicators.similar import BACK, Alike, Asked, similar

pytestmark = pytest.mark.xdist_group("open courses")  # one world of several hundred courses

FIRST, LAST = date(2007, 1, 1), date(2009, 12, 31)
DAY = timedelta(days=1)
BANDS = (25, 40)
SIMILAR = Similar(columns=("district", "sex"), age_bands=BANDS)


def world() -> World:
    drawn = Random(28)
    units = [Unit("town", FIRST), *(Unit(u, FIRST, kind="desk", parent_id="town") for u in ("a", "b"))]
    units += [Unit("gone", FIRST, valid_to=LAST, successor_id="b"), Unit("firm", FIRST)]
    persons, courses, assignments, activities, contacts = [], [], [], [], []
    for n in range(600):
        born = drawn.choice([date(1988, 2, 29), date(1988, 2, 29), None, date(1975, 5, 1), date(1960, 1, 1)])
        persons.append(
            Person(f"p{n}", born, drawn.choice(["female", "male"]), drawn.choice(["north", "north", "south", None]))
        )
        started = FIRST + timedelta(days=drawn.randrange((LAST - FIRST).days))
        for k in range(drawn.choice([1, 1, 2])):
            ended = started + timedelta(days=drawn.choice([0, 7, 14, 50, 90, 200, 400]) + drawn.randrange(3))
            ended_on = ended if ended < LAST and drawn.random() < 0.85 else None
            exit_to = drawn.choice(["job", "job", "education", "moved", None]) if ended_on else None
            id_, unit = f"c{n}-{k}", drawn.choice(["a", "a", "b", "gone"])
            courses.append(
                Course(id_, f"p{n}", unit, drawn.choice(["cash", "cash", "sick"]), started, ended_on, exit_to)
            )
            if drawn.random() < 0.3 and (ended_on is None or ended_on > started + 3 * DAY):
                assignments.append(Assignment(id_, started + 2 * DAY, drawn.choice(["a", "b"]), "cash"))
            if drawn.random() < 0.5:
                on = started + timedelta(days=drawn.randrange(60))
                until = drawn.choice([None, on + 40 * DAY])
                activities.append(Activity(f"v{id_}", id_, "training", drawn.choice(["firm", None]), on, until))
            for m in range(drawn.randrange(4)):
                due = started + timedelta(days=30 * (m + 1))
                held = drawn.choice([None, due - 2 * DAY, due + 9 * DAY])
                contacts.append(Contact(f"{id_}-{m}", id_, ("talk", "plan")[m % 2], held, due, drawn.random() < 0.1))
            if ended_on is None or ended_on >= LAST - 30 * DAY:
                break
            started = ended_on + timedelta(days=drawn.choice([1, 1, 30]))
    return World(
        tuple(units), tuple(persons), tuple(courses), tuple(assignments), tuple(activities), tuple(contacts),
        coverage=dict.fromkeys(("courses", "assignments", "activities", "contacts"), (FIRST, LAST)),
        join_courses_within=1,
    )  # fmt: skip


WORLD = world()


@cache
def everything() -> list[tuple[Joined, tuple[str, ...]]]:
    return [(course, like(course)) for course in seen(WORLD, LAST)]


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    store = empty_store(tmp_path_factory.mktemp("open_courses"))
    with writing(store) as writer:
        writer.execute("BEGIN")
        deliver_into(writer, WORLD)
        log(writer, WORLD.coverage)
        writer.execute("COMMIT")
    made = model(WORLD, [{"key": "stock", "measure": "stock", "unit": "courses"}])
    load_model(store, made.model_copy(update={"similar": SIMILAR}))
    measure(store)
    opened = connect(store, read_only=True)
    yield opened
    opened.close()


def like(course) -> tuple[str, ...]:
    person = next(each for each in WORLD.persons if each.person_id == course.person_id)
    years = None if person.birth_date is None else age(person.birth_date, course.started_on)
    group = course.responsible(course.started_on)[1]
    return group, "unknown" if years is None else band(years, list(BANDS)), person.district or "unknown", person.sex


def credited(unit: str) -> str:
    return {"gone": "b"}.get(unit, unit)


@pytest.mark.parametrize("unit", ["a", "b", "firm"])
def test_the_courses_open_at_a_unit_are_those_it_answers_for_or_supplies(connection, unit):
    expected = {}
    for course, _ in everything():
        supplied = any(
            row.supplier_id == unit and row.started_on <= LAST and (row.ended_on is None or row.ended_on > LAST)
            for row in WORLD.activities
            if course.has(row)
        )
        if course.open_on(LAST) and (credited(course.responsible(LAST)[0]) == unit or supplied):
            expected[course.courses[0].course_id] = course
    found = open_courses(connection, measurement(connection), [unit])
    assert len(found) > 5 and [each.course_id for each in found] == sorted(
        expected, key=lambda id_: (expected[id_].started_on, id_)
    )
    for each in found:
        course = expected[each.course_id]
        assert (each.unit_id, each.target_group) == (credited(course.responsible(LAST)[0]), course.responsible(LAST)[1])
        assert each.weeks == (LAST + DAY - course.started_on).days // 7
        assert each.like == like(course)
        steps = [row for row in WORLD.contacts if course.has(row)]
        last_held = max((row.held_on for row in steps if row.held_on and row.held_on <= LAST), default=date.min)
        waiting = [
            (row.due_on, row.kind) for row in steps
            if (row.held_on is None or row.held_on > LAST) and not row.exempt and row.due_on > last_held
        ]  # fmt: skip
        assert (each.step and (each.step.due_on, each.step.kind)) == min(waiting, default=None)


def by_hand(asked: Asked) -> Alike | None:
    for common in range(len(asked.like), 0, -1):
        ended: Counter = Counter()
        for course, its_like in everything():
            if course.started_on <= LAST - timedelta(days=BACK) or its_like[:common] != asked.like[:common]:
                continue
            so_far = course.started_on + timedelta(days=7 * asked.weeks)
            until = later(so_far, "26 weeks")
            if until <= LAST and (course.ended_on is None or course.ended_on >= so_far):
                ended[(course.exit_to or "") if course.ended_on and course.ended_on <= until else None] += 1
        if ended.total() >= 30:
            courses, still = ended.total(), ended.pop(None, 0)
            return Alike(common, courses, tuple(sorted(ended.items(), key=lambda one: (-one[1], one[0]))), still)
    return None


def test_similar_courses_are_those_alike_that_had_lasted_as_long_and_widened_in_order_until_there_are_thirty(
    connection,
):
    courses = open_courses(connection, measurement(connection), ["a", "b"])
    asked = {Asked(each.like, weeks) for each in courses for weeks in (0, each.weeks)}
    found = similar(connection, measurement(connection), asked)
    assert {each: found.get(each) for each in asked} == {each: by_hand(each) for each in asked}
    assert {alike.common for alike in found.values()} == {1, 2, 3, 4}
    assert len(found) < len(asked)
    assert min(alike.courses for alike in found.values()) >= 30


def test_what_is_wished_is_counted_with_its_interval():
    alike = Alike(2, 40, (("job", 12), ("moved", 5), ("education", 3)), 20)
    assert alike.reached(["job", "education"]) == 15
    assert alike.reached([]) == 20
    low, high = alike.interval(["job", "education"])
    assert (round(low, 4), round(high, 4)) == (0.2422, 0.5297)


def test_nothing_asked_is_nothing_found(connection):
    assert similar(connection, measurement(connection), []) == {}
