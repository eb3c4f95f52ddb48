"""The courses open at some units on the last day covered, each as it stands: for those whose own they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from pejling.indicators.measurement import Measurement, facts_measured, with_relations
from pejling.indicators.relations import FAR, Facts, literal
from pejling.indicators.similar import likeness


@dataclass(frozen=True)
class Step:
    """A step that is asked for and not held: what it is, and the day it is due by, which may be past."""

    kind: str
    due_on: date


@dataclass(frozen=True)
class OpenCourse:
    """A course open at the end of the day `seen_on`. `unit_id` and `target_group` are those of that day.

    `like`: what it is compared by, as on its first day; see `similar`. `activity`: a kind that is running, "" for none.
    `further`: what is owed besides the first step, where that is known.
    """

    course_id: str
    person_id: str
    unit_id: str
    target_group: str
    started_on: date
    seen_on: date
    activity: str
    step: Step | None
    like: tuple[str, ...]
    further: tuple[Step, ...] = ()

    @property
    def weeks(self) -> int:
        """Whole weeks so far, the day seen included."""
        return (self.seen_on + timedelta(days=1) - self.started_on).days // 7


def open_courses(
    connection: duckdb.DuckDBPyConnection, measured: Measurement, units: Iterable[str]
) -> list[OpenCourse]:
    """Those that the units (and none below them) are responsible for on the last day of the hierarchy, and those with
    an activity running at one of them as its supplier. In the order they began.

    The next step is the first that is due, not held and not exempt, after the last one that was held.
    """
    through = measured.through
    leaves = [leaf for unit in sorted(set(units)) for leaf in measured.credited.get(unit, [unit])]
    facts = facts_measured(connection, measured, "some_person")
    all_facts, day = Facts(facts.snapshot), literal(through)
    running = f"started_on <= {day} AND COALESCE(ended_on, {FAR}) > {day}"
    rows = connection.execute(
        f"""{with_relations(measured, through, facts, f"some_person AS ({_candidates(all_facts)})")},
        running AS (SELECT course_id, kind, supplier_id, started_on FROM activity WHERE {running}),
        here AS (
            SELECT course_id, person_id, unit_id, target_group FROM segment
            WHERE from_on <= {day} AND to_on > {day} AND (unit_id IN (SELECT unnest($leaves)) OR course_id IN (
                SELECT course_id FROM running WHERE supplier_id IN (SELECT unnest($leaves))))),
        doing AS (SELECT course_id, MAX_BY(kind, started_on) AS kind FROM running GROUP BY course_id),
        met AS (SELECT course_id, MAX(held_on) AS held_on FROM step WHERE held_on <= {day} GROUP BY course_id),
        waiting AS (
            SELECT s.course_id, MIN_BY(s.kind, s.due_on) AS kind, MIN(s.due_on) AS due_on
            FROM step AS s LEFT JOIN met AS m ON s.course_id = m.course_id
            WHERE COALESCE(s.held_on, {FAR}) > {day} AND NOT COALESCE(s.exempt, FALSE)
                AND s.due_on > COALESCE(m.held_on, DATE '0001-01-01')
            GROUP BY s.course_id)
        SELECT h.course_id, h.person_id, o.credited_to, h.target_group, c.started_on, d.kind, w.kind, w.due_on,
            {likeness(measured.model)}
        FROM here AS h JOIN course AS c ON h.course_id = c.course_id
        JOIN lake.measurements.units AS o ON h.unit_id = o.unit_id
        LEFT JOIN {all_facts("persons")} AS p ON h.person_id = p.person_id
        LEFT JOIN doing AS d ON h.course_id = d.course_id LEFT JOIN waiting AS w ON h.course_id = w.course_id
        ORDER BY c.started_on, h.course_id""",
        {"leaves": leaves},
    ).fetchall()
    return [
        OpenCourse(course_id, person_id, unit, group, began, through, doing or "",
                   Step(step, due_on) if due_on else None, tuple(like))
        for course_id, person_id, unit, group, began, doing, step, due_on, *like in rows
    ]  # fmt: skip


def _candidates(facts: Facts) -> str:
    """Persons with a course, a stretch or an activity at the units, ever: those asked for are among them."""
    courses, assignments, activities = (facts(table) for table in ("courses", "assignments", "activities"))
    return f"""
        SELECT person_id FROM {courses} WHERE unit_id IN (SELECT unnest($leaves)) UNION
        SELECT person_id FROM {courses} WHERE course_id IN (
            SELECT course_id FROM {assignments} WHERE unit_id IN (SELECT unnest($leaves)) UNION ALL
            SELECT course_id FROM {activities} WHERE supplier_id IN (SELECT unnest($leaves)))"""
