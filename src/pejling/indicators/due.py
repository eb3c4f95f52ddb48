"""The steps that open courses owe, a unit's or some by name: those overdue, and those that fall due soon."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from pejling.indicators.cells import Scope
from pejling.indicators.derived import Statutory
from pejling.indicators.hierarchy import Unit, known_unit
from pejling.indicators.measurement import Measurement, facts_measured, reading, with_relations
from pejling.indicators.periods import Period
from pejling.indicators.persons import with_scope
from pejling.indicators.relations import Facts, literal

AHEAD = 14  # days


@dataclass(frozen=True)
class Due:
    """A step that an open course owes. `due_on` is the first such day where several passed; `times` are how many.

    `last_on`: the last contact or activity that counted for the rule, None where there was none. `at_stake`: øre of
    reimbursement a week, while it is overdue; 0 where none depends on it.
    """

    rule: str
    course_id: str
    person_id: str
    unit_id: str
    target_group: str
    started_on: date
    due_on: date
    times: int
    lacks: int
    last_on: date | None
    at_stake: int

    def overdue(self, on: date) -> int:
        """Days past the due day; 0 on it and before."""
        return max((on - self.due_on).days, 0)


def due(
    connection: duckdb.DuckDBPyConnection,
    ground: tuple[Measurement, Mapping[str, Unit]],
    unit: str,
    *,
    ahead: int = AHEAD,
) -> tuple[date | None, list[Due]]:
    """The last day that the records of the law reach to, and what is owed on it or within so many days after, by day.

    Only what is not exempt. Steps of a rule that a course has missed several times are one. Responsible is the
    unit of the last day, and of what is to come that of the due day. Raises Mistake for a unit that nobody knows.
    """
    measured, hierarchy = ground
    known_unit(hierarchy, unit)
    first = _first_to_end(measured)
    if first is None:
        return None, []
    observed = measured.coverage[first.key]
    month = Period.ending("month", observed.through.year, observed.through.month)
    scope = Scope(first, observed, "", (unit,), (month,), measured)
    known = with_scope(connection, measured, scope)
    of_the_unit = "s.unit_id IN (SELECT leaf FROM scope)"
    return observed.through, _owed(connection, measured, known, of_the_unit, scope.values(), observed.through, ahead)


def due_of(
    connection: duckdb.DuckDBPyConnection, measured: Measurement, courses: Collection[str], *, ahead: int = AHEAD
) -> tuple[date | None, list[Due]]:
    """As `due`, of those courses, whoever is responsible for them: a supplier of activities never is."""
    first = _first_to_end(measured)
    if first is None:
        return None, []
    through = measured.coverage[first.key].through
    facts = facts_measured(connection, measured, "some_person")
    ids = Facts(facts.snapshot)("courses")
    whose = f"some_person AS (SELECT person_id FROM {ids} WHERE course_id IN (SELECT unnest($courses)))"
    known = with_relations(measured, through, facts, whose, with_law=True)
    asked = "o.course_id IN (SELECT unnest($courses))"
    return through, _owed(connection, measured, known, asked, {"courses": list(courses)}, through, ahead)


def _first_to_end(measured: Measurement) -> Statutory | None:
    """The indicator of the law whose records reach the least far; None where none is measured."""
    covered = [each for each in measured.model.measured if isinstance(each, Statutory)]
    covered = [each for each in covered if each.key in measured.coverage]
    return min(covered, key=lambda each: measured.coverage[each.key].through, default=None)


def _owed(
    connection: duckdb.DuckDBPyConnection,
    measured: Measurement,
    known: str,
    which: str,
    values: Mapping[str, object],
    through: date,
    ahead: int,
) -> list[Due]:
    """`which`: the condition on what is owed, `o`, and the stretch that it falls in, `s`."""
    until = through + timedelta(days=ahead)
    with reading(connection):
        rows = connection.execute(
            f"""{known},
            owed AS (
                SELECT rule, MIN_BY(version, due_on) AS version, course_id, MIN(due_on) AS due_on,
                    GREATEST(SUM(CASE WHEN due_on <= {literal(through)} THEN 1 ELSE 0 END), 1) AS times,
                    MIN_BY(lacks, due_on) AS lacks
                FROM statutory_step
                WHERE held_on IS NULL AND met_on IS NULL AND exempt IS NULL AND due_on <= {literal(until)}
                    AND until > {literal(through)}
                GROUP BY rule, course_id),
            here AS (
                SELECT o.*, c.credited_to, s.target_group, s.person_id
                FROM owed AS o JOIN segment AS s ON o.course_id = s.course_id
                    AND s.from_on <= GREATEST(o.due_on, {literal(through)})
                    AND s.to_on > GREATEST(o.due_on, {literal(through)})
                JOIN lake.measurements.units AS c ON s.unit_id = c.unit_id
                WHERE {which}),
            paid AS ({_paid(measured, through)})
            SELECT h.rule, h.version, h.course_id, h.person_id, h.credited_to, h.target_group, c.started_on, h.due_on,
                h.times, h.lacks,
                LIST_FILTER(e.days, lambda x: x >= c.started_on)[-1], COALESCE(p.ore, 0)
            FROM here AS h JOIN course AS c ON h.course_id = c.course_id
            JOIN law_rule AS r ON h.rule = r.rule
            LEFT JOIN law_event AS e ON r.events = e.events AND h.course_id = e.course_id
            LEFT JOIN paid AS p ON h.course_id = p.course_id
            ORDER BY h.due_on, h.course_id, h.rule""",
            dict(values),
        ).fetchall()
    depends = {(rule.key, n) for rule in measured.model.law for n, v in enumerate(rule.versions, 1) if v.reimbursed}
    found = []
    for rule, version, *said, ore in rows:
        found.append(Due(rule, *said, ore if (rule, version) in depends else 0))  # type: ignore[call-arg]
    return found


def _paid(measured: Measurement, through: date) -> str:
    """SELECT of what the state pays back of a whole week, by course, in the last week that the records reach to."""
    if not measured.model.reimbursements:
        return "SELECT '' AS course_id, 0 AS ore WHERE FALSE"
    return f"""SELECT course_id, SUM((weekly * rate + 5000) // 10000) AS ore
            FROM (SELECT DISTINCT course_id, rule, weekly, rate FROM benefit_week
                WHERE to_on > {literal(through)}) AS now GROUP BY course_id"""
