"""Every step that the law asks for of one course, as it went: those due, and the next of each rule."""

from dataclasses import dataclass
from datetime import date

import duckdb

from pejling.indicators.derived import Statutory
from pejling.indicators.measurement import Measurement, facts_measured, reading, with_relations
from pejling.indicators.relations import Facts, literal


@dataclass(frozen=True)
class CourseStep:
    """`met_on`: when a step that was missed was made good. `exempt`: the exemption's key, None where it is asked for.

    `unit_id`: responsible on the due day; of a step to come, on the last day known.
    """

    rule: str
    unit_id: str
    due_on: date
    held_on: date | None
    met_on: date | None
    exempt: str | None
    lacks: int


@dataclass(frozen=True)
class CourseLaw:
    """`course_id` is the course that the one asked for is part of, where courses are joined. `unit_id`: responsible on
    its last day. `through`: as far as the records of the law reach; None where none is measured. `at_risk`: øre.
    """

    course_id: str
    person_id: str
    unit_id: str
    target_group: str
    started_on: date
    ended_on: date | None
    through: date | None
    steps: tuple[CourseStep, ...]
    at_risk: int


def course_law(connection: duckdb.DuckDBPyConnection, measured: Measurement, course_id: str) -> CourseLaw | None:
    """None for a course that is not there."""
    covered = [measured.coverage[each.key].through for each in measured.model.measured
               if isinstance(each, Statutory) and each.key in measured.coverage]  # fmt: skip
    through = min(covered, default=None)
    courses = Facts(measured.snapshot if "facts" in measured.overtaken else None)("courses")
    whose = f"one_person AS (SELECT person_id FROM {courses} WHERE course_id = $course)"
    facts = facts_measured(connection, measured, "one_person")
    known = with_relations(measured, through or measured.through, facts, whose, with_law=bool(covered))
    joined = measured.model.join_courses_within is not None
    that = "(SELECT joined_id FROM member WHERE course_id = $course)" if joined else "$course"
    steps, risk = "NULL, NULL, NULL, NULL, NULL, NULL, NULL", "0"
    due = ""
    if through:
        steps = "t.rule, COALESCE(s.unit_id, l.unit_id, c.start_unit), t.due_on, t.held_on, t.met_on, t.exempt, t.lacks"
        due = f"""LEFT JOIN statutory_step AS t ON c.course_id = t.course_id
                AND (t.due_on <= {literal(through)} OR t.until > {literal(through)})
            LEFT JOIN segment AS s ON t.course_id = s.course_id AND s.from_on <= t.due_on AND s.to_on > t.due_on"""
        if measured.model.reimbursements:
            risk = f"(SELECT COALESCE(SUM(at_risk), 0) FROM reimbursement_week WHERE course_id = {that})"
    with reading(connection):
        rows = connection.execute(
            f"""{known}, last AS (
                SELECT course_id, MAX_BY(unit_id, from_on) AS unit_id, MAX_BY(target_group, from_on) AS target_group
                FROM segment GROUP BY course_id)
            SELECT c.course_id, c.person_id, COALESCE(l.unit_id, c.start_unit),
                COALESCE(l.target_group, c.start_group), c.started_on, c.ended_on, {risk}, {steps}
            FROM course AS c LEFT JOIN last AS l ON c.course_id = l.course_id {due}
            WHERE c.course_id = {that} ORDER BY ALL""",
            {"course": course_id},
        ).fetchall()
    if not rows:
        return None
    *about, at_risk = rows[0][:7]
    found = sorted((CourseStep(*row[7:]) for row in rows if row[7]), key=lambda step: (step.due_on, step.rule))
    return CourseLaw(*about, through, tuple(found), int(at_risk))  # type: ignore[call-arg]
