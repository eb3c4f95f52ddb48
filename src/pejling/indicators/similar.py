"""What became of similar courses: like it in what is known of the person when it began, and open for as many weeks.

Similar to a course that has run for w whole weeks are those that ran for w weeks, too, had the same target group, age
band and columns of the person (the model's, in its order), and can be followed for as long `ahead` as is asked. Those
who left before the week w are none: they say nothing of someone who has not. Where there are fewer than `at_least`,
what they must have in common is given up from the end: the last column first, then the others, then the age. Not the
target group: where even that has too few, nothing is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import duckdb

from pejling.indicators.estimates import wilson
from pejling.indicators.groups import UNKNOWN, band
from pejling.indicators.measurement import Measurement, facts_measured, with_relations
from pejling.indicators.model import Model
from pejling.indicators.relations import Facts, literal, quoted

BACK = 5 * 365  # days: courses that began before that tell of another time


@dataclass(frozen=True)
class Asked:
    """A course's likeness (see `likeness`) and its whole weeks so far."""

    like: tuple[str, ...]
    weeks: int


@dataclass(frozen=True)
class Alike:
    """What became of the similar courses within `ahead`. `common`: how many parts of the likeness they share.

    `ended`: by exit, how many ended so, the most first; "" where no exit is recorded. `still`: those that had not.
    """

    common: int
    courses: int
    ended: tuple[tuple[str, int], ...]
    still: int

    def reached(self, exits: Iterable[str]) -> int:
        """How many ended in one of these; in anything where none is named."""
        wanted = set(exits)
        return sum(count for exit_to, count in self.ended if not wanted or exit_to in wanted)

    def interval(self, exits: Iterable[str]) -> tuple[float, float]:
        """Wilson's, at 95 %, of the share that ended so."""
        return wilson(self.reached(exits), self.courses)


def likeness(model: Model) -> str:
    """The values a course `c` of a person `p` is compared by, on its first day: target group, age band, the columns."""
    age = f"COALESCE({band(model.similar.age_bands, 'c.started_on')}, '{UNKNOWN}')"
    columns = (f"COALESCE(CAST(p.{quoted(column)} AS VARCHAR), '{UNKNOWN}')" for column in model.similar.columns)
    return ", ".join(("c.start_group", age, *columns))


def similar(connection: duckdb.DuckDBPyConnection, measured: Measurement, asked: Iterable[Asked]) -> dict[Asked, Alike]:
    """Of those asked for that have enough similar courses, what became of them. All courses measured are looked at."""
    wanted = sorted(set(asked), key=lambda each: (each.like, each.weeks))
    if not wanted:
        return {}
    said, through = measured.model.similar, measured.through
    facts = facts_measured(connection, measured)
    parts = range(len(wanted[0].like))
    names = ", ".join(f"like_{n}" for n in parts)
    # how many parts they have in common, from the first on
    common = " ".join(f"WHEN a.like_{n} <> r.like_{n} THEN {n}" for n in parts)
    until = said.ahead.sql("(r.started_on + a.days)")
    rows = connection.execute(
        f"""{with_relations(measured, through, facts)},
        likeness AS (
            SELECT c.started_on, c.ended_on, COALESCE(c.exit_to, '') AS exit_to, {likeness(measured.model)}
            FROM course AS c LEFT JOIN {Facts(facts.snapshot)("persons")} AS p ON c.person_id = p.person_id
            WHERE c.started_on > {literal(through - timedelta(days=BACK))}),
        r AS (SELECT * FROM likeness AS renamed(started_on, ended_on, exit_to, {names})),
        a AS (SELECT unnest($nths) AS nth, unnest($days) AS days, {
            ", ".join(f"unnest($like_{n}) AS like_{n}" for n in parts)}),
        found AS (
            SELECT nth, CASE {common} ELSE {len(parts)} END AS common,
                CASE WHEN r.ended_on <= {until} THEN exit_to END AS ended
            FROM a JOIN r ON a.like_0 = r.like_0
                AND (r.ended_on IS NULL OR r.ended_on >= r.started_on + a.days) AND {until} <= {literal(through)})
        SELECT nth, common, ended, COUNT(*) FROM found GROUP BY ALL ORDER BY nth""",
        {
            "nths": list(range(len(wanted))), "days": [7 * each.weeks for each in wanted],
            **{f"like_{n}": [each.like[n] for each in wanted] for n in parts},
        },
    ).fetchall()  # fmt: skip
    counted: dict[int, dict[int, dict[str | None, int]]] = {}
    for nth, shared, ended, count in rows:
        counted.setdefault(nth, {}).setdefault(shared, {})[ended] = count
    found = {each: _widened(counted.get(nth, {}), len(parts), said.at_least) for nth, each in enumerate(wanted)}
    return {each: alike for each, alike in found.items() if alike is not None}


def _widened(by_common: dict[int, dict[str | None, int]], parts: int, at_least: int) -> Alike | None:
    """From those that have all in common to those that have the target group, until there are enough."""
    ended: dict[str | None, int] = {}
    for common in range(parts, 0, -1):
        for exit_to, count in by_common.get(common, {}).items():
            ended[exit_to] = ended.get(exit_to, 0) + count
        if (courses := sum(ended.values())) >= at_least:
            still = ended.pop(None, 0)
            listed = sorted(((name or "", count) for name, count in ended.items()), key=lambda one: (-one[1], one[0]))
            return Alike(common, courses, tuple(listed), still)
    return None


@dataclass(frozen=True)
class Told:
    """Of one course: its likeness, and the kinds of its activities in the order they began, each once."""

    like: tuple[str, ...]
    activities: tuple[str, ...]


def told(connection: duckdb.DuckDBPyConnection, measured: Measurement, courses: Iterable[str]) -> dict[str, Told]:
    """By course. One that is not there is left out."""
    facts = facts_measured(connection, measured, "some_person")
    all_facts, through = Facts(facts.snapshot), measured.through
    some = f"some_person AS (SELECT person_id FROM {all_facts('courses')} WHERE course_id IN (SELECT unnest($courses)))"
    rows = connection.execute(
        f"""{with_relations(measured, through, facts, some)},
        begun AS (
            SELECT course_id, kind, MIN(started_on) AS started_on FROM activity
            WHERE started_on <= {literal(through)} GROUP BY course_id, kind),
        done AS (SELECT course_id, LIST(kind ORDER BY started_on, kind) AS kinds FROM begun GROUP BY course_id)
        SELECT c.course_id, d.kinds, {likeness(measured.model)}
        FROM course AS c LEFT JOIN {all_facts("persons")} AS p ON c.person_id = p.person_id
        LEFT JOIN done AS d ON c.course_id = d.course_id WHERE c.course_id IN (SELECT unnest($courses))""",
        {"courses": sorted(set(courses))},
    ).fetchall()
    return {course: Told(tuple(like), tuple(kinds or ())) for course, kinds, *like in rows}
