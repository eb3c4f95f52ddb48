"""How many persons stand behind a cell, counted where the courses are few enough for it to matter."""

from collections.abc import Mapping

import duckdb

from pejling.indicators.cells import CellKey, Scope
from pejling.indicators.components import items
from pejling.indicators.definition import AT_EXIT, OVER_DAYS, ActivityShare, Amount, Intake, Stock, Timely
from pejling.indicators.derived import Reimbursed
from pejling.indicators.measurement import Measurement, facts_measured, with_relations
from pejling.indicators.relations import Facts, literal

PERSONS_COUNTED = 1000  # courses; in a larger cell the number of persons hides no one, and is left out


def persons(
    connection: duckdb.DuckDBPyConnection, measured: Measurement, scope: Scope, courses: Mapping[CellKey, int]
) -> dict[CellKey, int]:
    """Distinct persons behind each cell with about that many courses; none said for cells too large, or of money."""
    indicator = scope.indicator
    if isinstance(indicator, Amount | Reimbursed):
        return {}
    counted = {key: 0 for key, number in courses.items() if number == 0}
    small = [key for key, number in courses.items() if 0 < number <= PERSONS_COUNTED]
    if not small:
        return counted
    by = (scope.by,) if scope.by else ()
    if isinstance(indicator, Stock):
        within = "from_on < end_day AND to_on >= end_day"
    elif isinstance(indicator, OVER_DAYS):
        within = "from_on < end_day AND to_on > first_day"
    else:
        within = "anchor_on BETWEEN first_on AND last_on"
    kept = "WHERE reason = 'open'" if isinstance(indicator, ActivityShare) else ""
    kept = "WHERE reason = 'began'" if isinstance(indicator, Intake) else kept  # who re-entered is not behind it
    found_items = items(indicator, scope.observed, by, why=True)
    rows = connection.execute(
        f"""{with_scope(connection, measured, scope)}
        SELECT unit, period, {"group_0" if by else "''"} AS grouped, COUNT(DISTINCT person_id)
        FROM ({found_items}) AS b JOIN scope AS s ON b.unit_id = s.leaf JOIN span ON {within}
        {kept} GROUP BY unit, period, grouped""",
        scope.values((unit for unit, _, _ in small), (period for _, period, _ in small)),
    ).fetchall()
    found = {(unit, period, group): number for unit, period, group, number in rows}
    return counted | {key: found.get(key, 0) for key in small}


def with_scope(connection: duckdb.DuckDBPyConnection, measured: Measurement, scope: Scope) -> str:
    """`WITH scope, span, …, course, …`: the cells asked for, and the relations of those who may be in them."""
    facts = facts_measured(connection, measured, "some_person")
    chosen = f"{scope.relations()}, some_person AS ({_candidates(scope, facts, measured.model.join_courses_within)})"
    with_law = bool(measured.model.rules_of(scope.indicator))
    return with_relations(measured, scope.observed.through, facts, chosen, with_law=with_law)


def _candidates(scope: Scope, facts: Facts, join_courses_within: int | None) -> str:
    """Persons with a course at the units, ever, and one at the time: those in the cells are among them."""
    courses, assignments = (Facts(facts.snapshot)(table) for table in ("courses", "assignments"))
    indicator = scope.indicator
    in_time = f"""started_on <= (SELECT MAX(last_on) FROM span) AND started_on <= {literal(scope.observed.through)}
        AND (ended_on IS NULL OR ended_on + {join_courses_within or 0} >= (SELECT MIN(first_on) FROM span))"""
    if not isinstance(indicator, (*OVER_DAYS, Timely)):
        day = "ended_on" if isinstance(indicator, AT_EXIT) else "started_on"
        in_time = f"{day} BETWEEN (SELECT MIN(first_on) FROM span) AND (SELECT MAX(last_on) FROM span)"
    at_the_time = f"SELECT person_id FROM {courses} WHERE {in_time}"
    if isinstance(indicator, ActivityShare) and indicator.credit == "supplier":
        return f"SELECT DISTINCT person_id FROM ({at_the_time}) AS theirs"
    return f"""
        SELECT DISTINCT person_id FROM ({at_the_time}) AS theirs WHERE person_id IN (
            SELECT person_id FROM {courses} WHERE unit_id IN (SELECT leaf FROM scope)
            UNION ALL SELECT person_id FROM {courses} WHERE course_id IN (
                SELECT course_id FROM {assignments} WHERE unit_id IN (SELECT leaf FROM scope)))"""
