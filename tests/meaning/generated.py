"""Small worlds and definitions for Hypothesis, full of the cases that go wrong; and how a world enters a store.

Days lie close together, so that starts, ends, transfers and the edges of periods and coverage often fall on one day.
"""

from dataclasses import astuple, fields
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from meaning.facts import (
    TABLES,
    Activity,
    Assignment,
    Contact,
    Course,
    Observation,
    Person,
    Posting,
    Score,
    State,
    Unit,
    World,
)  # fmt: skip

EDGES = [date(2008, 1, 31), date(2008, 2, 1), date(2008, 2, 28), date(2008, 2, 29), date(2008, 3, 1)]
EDGES += [date(2007, 12, 31), date(2008, 1, 1), date(2008, 3, 31), date(2008, 4, 30), date(2008, 5, 1)]
FIRST, LAST = date(2007, 11, 1), date(2008, 8, 31)
DAYS = st.one_of(st.sampled_from(EDGES), st.dates(FIRST, LAST))
TARGET_GROUPS = ("cash", "sick")
EXITS = ("job", "education", "moved", None)
STATES = ("employment", "education", "benefit")
KINDS = ("training", "talk")
PERIODS = ("2007", "2008", "2007-Q4", "2008-Q1", "2008-Q2", "2007-12", "2008-01", "2008-02", "2008-03", "2008-05",
           "2008-08", "2008-12", "2008-02/12", "2008-06/12", "2009-01")  # fmt: skip


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


@st.composite
def ends(draw: st.DrawFn, first: date, *, least: int = 0) -> date | None:
    """An end no earlier than `least` days after the first: often at once, often none."""
    lengths = st.sampled_from([0, 1, 7, 28, 29, 31]) | st.integers(0, 120)
    return draw(maybe(lengths.map(lambda n: first + timedelta(days=max(n, least)))))


@st.composite
def hierarchies(draw: st.DrawFn) -> tuple[Unit, ...]:
    """A state, towns, centres and teams; some close, with a successor of their own level or without."""
    long_ago = date(1990, 1, 1)
    units = [Unit("state", long_ago)]
    levels = [["state"]]
    for level in range(draw(st.integers(1, 3))):
        names = [f"{'tcm'[level]}{number}" for number in range(draw(st.integers(1, 3)))]
        for number, name in enumerate(names):
            parent = draw(st.sampled_from(levels[-1]))
            closes = draw(st.booleans()) and number > 0  # the first of each level stands
            valid_to = draw(DAYS) if closes else None
            successor = draw(maybe(st.sampled_from(names[:number]))) if closes else None
            units.append(Unit(name, long_ago, name, "unit", parent, valid_to, successor))
            if closes and draw(st.integers(0, 3)) == 0:  # it opens again, elsewhere
                parent = draw(st.sampled_from(levels[-1]))
                units.append(Unit(name, valid_to + timedelta(days=draw(st.integers(0, 40))), name, "unit", parent))
        levels.append(names)
    return tuple(units)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    units = draw(hierarchies())
    names = sorted({unit.unit_id for unit in units})
    unit = st.sampled_from(names)
    group = st.sampled_from(TARGET_GROUPS)
    ids = ["p1", "p2", "p3", "p4"][: draw(st.integers(1, 4))]
    born = maybe(st.sampled_from([date(1988, 2, 29), date(1983, 2, 1), date(1978, 3, 31)]))
    persons = tuple(
        Person(i, draw(born), draw(st.sampled_from(["female", "male", None])), draw(maybe(st.just("north"))))
        for i in ids
        if draw(st.integers(0, 5))
    )
    courses: list[Course] = []
    for number in range(draw(st.integers(0, 7))):
        person = draw(st.sampled_from(ids))
        before = [c for c in courses if c.person_id == person and c.ended_on]
        if before and draw(st.booleans()):  # back on the day of exit, or close to it
            started_on = draw(st.sampled_from(before)).ended_on + timedelta(days=draw(st.integers(-2, 12)))
        else:
            started_on = draw(DAYS)
        ended_on = draw(ends(started_on))
        exit_to = draw(st.sampled_from(EXITS)) if ended_on else None
        courses.append(Course(f"c{number}", person, draw(unit), draw(group), started_on, ended_on, exit_to))
    assignments = [row for course in courses for row in draw(transfers(course, unit, group))]
    anywhere = [course.course_id for course in courses]
    rows = range(draw(st.integers(0, 6)) if courses else 0)
    around = [st.just(c.started_on) for c in courses] + [st.just(c.ended_on) for c in courses if c.ended_on]
    days = st.one_of(*around, DAYS)
    course = st.sampled_from(anywhere or ["none"])
    activities = []
    for number in rows:
        began = draw(days)
        supplier = draw(maybe(unit))
        kind = draw(st.sampled_from(KINDS))
        activities.append(Activity(f"a{number}", draw(course), kind, supplier, began, draw(ends(began))))
    contacts = [
        Contact(f"k{number}", draw(course), draw(st.sampled_from(KINDS)), draw(maybe(days)), draw(maybe(days)),
                draw(st.sampled_from([None, False, False, True])))
        for number in rows
    ]  # fmt: skip
    states: dict[tuple, State] = {}
    for _ in range(draw(st.integers(0, 6))):
        began = draw(days)
        state = State(draw(st.sampled_from(ids)), began, draw(st.sampled_from(STATES)), draw(ends(began, least=1)))
        states[state.person_id, state.from_on, state.state] = state
    scores: dict[tuple, Score] = {}
    for _ in range(draw(st.integers(0, 8)) if courses else 0):
        score = Score(draw(course), draw(st.sampled_from(["scale", "scale", "other"])), draw(days), draw(POINTS))
        scores[score.course_id, score.instrument, score.measured_on] = score
    postings = tuple(
        Posting(f"m{number}", draw(unit), draw(st.sampled_from(["wages", "rent"])), draw(DAYS),
                draw(st.integers(-1000, 10000)) / 4, draw(st.sampled_from(["actual", "budget"])))
        for number in range(draw(st.integers(0, 4)))
    )  # fmt: skip
    observations: dict[tuple, Observation] = {}
    for _ in range(draw(st.integers(0, 3))):
        key = ("observed", draw(unit), draw(st.sampled_from(PERIODS)), draw(st.sampled_from(["", "female"])))
        share = (draw(st.integers(0, 5)), draw(st.integers(5, 9)), None)
        figure = draw(st.sampled_from([share, (None, None, 12.5), (0, 0, None)]))
        observations[key] = Observation(*key, *figure)
    return World(
        units, persons, tuple(courses), tuple(assignments), tuple(activities), tuple(contacts), tuple(states.values()),
        tuple(scores.values()), postings, tuple(observations.values()), draw(coverages()),
        draw(st.sampled_from([0, 0, 20, 60])), draw(st.sampled_from([None, None, 0, 1, 10])),
    )  # fmt: skip


POINTS = st.integers(0, 40).map(lambda n: n / 2)


@st.composite
def transfers(draw: st.DrawFn, course: Course, unit: st.SearchStrategy, group: st.SearchStrategy) -> list[Assignment]:
    """Up to three assignments that lie within the course and never overlap, often on its first or its last day."""
    length = (course.ended_on - course.started_on).days if course.ended_on else 200
    if length == 0 or draw(st.booleans()):
        return []
    cuts = st.sampled_from([0, 1, length - 1, length]) | st.integers(0, length)
    marks = sorted({min(max(draw(cuts), 0), length) for _ in range(draw(st.integers(2, 4)))})
    rows = []
    for first, last in pairwise(marks):
        if draw(st.integers(0, 3)):
            days = [course.started_on + timedelta(days=n) for n in (first, last)]
            rows.append(Assignment(course.course_id, days[0], draw(unit), draw(group), days[1]))
    if rows and rows[-1].to_on == course.ended_on and draw(st.booleans()):
        rows[-1] = Assignment(*astuple(rows[-1])[:4], None)  # open, until the course ends
    return rows


@st.composite
def coverages(draw: st.DrawFn) -> dict[str, tuple[date | None, date]]:
    """Of every dated table, sometimes alike and sometimes not; `courses` is always covered."""
    first, through = (
        st.sampled_from([None, FIRST, date(2008, 1, 1), date(2008, 2, 10)]),
        DAYS | st.just(date(2010, 1, 1)),
    )
    same = draw(first), max(draw(through), date(2008, 2, 15))
    tables = [table for table in TABLES if table not in ("units", "persons")]
    result = dict.fromkeys(tables, same)
    if draw(st.booleans()):
        for table in draw(st.lists(st.sampled_from(tables), max_size=3)):
            result[table] = draw(first), max(draw(through), date(2008, 2, 15))
    if draw(st.booleans()):
        del result["assignments"]  # said nothing of: it narrows nothing
    return result


LENGTHS = st.sampled_from(["1 day", "5 days", "30 days", "4 weeks", "1 month", "3 months"])
EXIT_TO = st.sampled_from([["job"], ["job", "education"]])


@st.composite
def definitions(draw: st.DrawFn, measure: str) -> dict:
    """A definition of that measure, as the YAML of a model would hold it; for a ratio see `ratios`."""
    result: dict = {"key": measure, "measure": measure}

    def perhaps(**parameters: st.SearchStrategy) -> None:
        result.update({name: draw(strategy) for name, strategy in parameters.items() if draw(st.booleans())})

    match measure:
        case "intake":
            perhaps(reentry_within=LENGTHS)
            if "reentry_within" in result:
                perhaps(reentry_target_groups=st.just(["sick"]))
        case "exits":
            perhaps(exit_to=EXIT_TO)
        case "exit_within":
            result["within"] = draw(LENGTHS)
            perhaps(exit_to=EXIT_TO, lasting=LENGTHS)
        case "lasting_share":
            result["lasting"] = draw(LENGTHS)
            perhaps(exit_to=EXIT_TO)
        case "state_after":
            result |= {
                "after": draw(LENGTHS),
                "states": draw(st.sampled_from([["employment"], ["education", "benefit"]])),
            }
        case "time_to_exit":
            result["statistic"] = draw(st.sampled_from(["median", "restricted_mean"]))
            horizon = st.sampled_from(["10 days", "4 weeks", "90 days"])
            if result["statistic"] == "restricted_mean":
                result["horizon"] = draw(horizon)
            else:
                perhaps(horizon=horizon)
            perhaps(exit_to=EXIT_TO, unit=st.just("weeks"))
        case "activity_share":
            result["activity_kinds"] = draw(st.sampled_from([["training"], ["training", "talk"]]))
            perhaps(credit=st.just("supplier"))
        case "activity_within":
            result |= {"activity_kinds": ["training"], "within": draw(LENGTHS)}
            perhaps(may_end_course=st.just(True))
        case "timely":
            perhaps(contact_kinds=st.just(["talk"]))
        case "score_change":
            result |= {"instrument": "scale", "direction": draw(st.sampled_from(["up", "down"]))}
            perhaps(improved_by=st.sampled_from([1, 5]))
        case "amount":
            result |= {"accounts": draw(st.sampled_from([["wages"], ["wages", "rent"]]))}
            result |= {"nature": draw(st.sampled_from(["actual", "budget"])), "by": ["account"]}
    if "lasting" in result:
        perhaps(support_states=st.just(["benefit"]), relapse_target_groups=st.just(["sick"]))
    if measure not in ("amount", "observed"):
        result |= {"by": ["target_group", "sex", "district", "age"], "age_bands": [20, 25]}
        at_exit = measure in ("exits", "lasting_share", "state_after", "score_change")
        where = draw(conditions(at_exit))
        result |= {"where": where} if where else {}
    return result


@st.composite
def conditions(draw: st.DrawFn, at_exit: bool) -> dict:
    possible = {
        "target_group": st.sampled_from([["cash"], ["cash", "sick"]]),
        "sex": st.just(["female"]),
        "age": st.sampled_from([{"from": 20}, {"below": 25}, {"from": 20, "below": 30}]),
    }
    if at_exit:
        possible["exit_to"] = st.just(["job", "education"])
    return {key: draw(strategy) for key, strategy in possible.items() if draw(st.integers(0, 4)) == 0}


@st.composite
def ratios(draw: st.DrawFn) -> tuple[dict, dict[str, dict]]:
    """A ratio, and the two indicators it is made of by their keys."""
    above = draw(st.sampled_from(["amount", "intake", "exits"]).flatmap(definitions))
    below = draw(st.sampled_from(["lasting_share", "exit_within", "stock"]).flatmap(definitions))
    ratio = {"key": "ratio", "measure": "ratio", "numerator": above["key"], "denominator": below["key"]}
    return ratio, {above["key"]: above, below["key"]: below}


def deliver_into(connection, world: World) -> None:
    """The world's rows into the fact tables of an attached store, `lake.facts`. Coverage is the caller's to declare."""
    connection.execute("ALTER TABLE lake.facts.persons ADD COLUMN IF NOT EXISTS district VARCHAR")
    for table, kind in TABLES.items():
        names = [field.name for field in fields(kind)]
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" for _ in names)
        rows = [list(astuple(row)) for row in getattr(world, table)]
        if rows:
            connection.executemany(f"INSERT INTO lake.facts.{table} ({columns}) VALUES ({marks})", rows)
