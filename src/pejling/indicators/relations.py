"""The relations every measure is built from, as SELECTs over the facts: `course`, `segment`, `state`, `person` …

A `segment` is a stretch of a course under one unit and target group: the assignment covering the day, else the course's
own. Open ends are FAR, so that intervals compare. The text keeps to what other engines can be given by translation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pejling.indicators.definition import NOT_MEASURED, Amount, Indicator
from pejling.indicators.model import Model

AS_DELIVERED = (
    "delivered_course",
    "cut",
    "activity",
    "step",
    "score",
    "posting",
    "state",
    "person",
)  # little more than a table
BY_COURSE = ("assignments", "activities", "contacts", "scores")
FAR = "DATE '9999-12-31'"


@dataclass(frozen=True)
class Facts:
    """Where the facts are read: at a snapshot of the store or as the connection sees it; all, or of some persons.

    `persons` names a relation of person_ids, `postings` one of posting_ids; "" for all. `number` is the column of
    courses that they are joined by, and `names` the type of their units and groups: the id, and "" for as delivered,
    or what an engine does sooner with.
    """

    snapshot: int | None = None
    persons: str = ""
    postings: str = ""
    schema: str = "lake.facts"
    number: str = "course_id"
    names: str = ""

    def __call__(self, table: str) -> str:
        """A table, for a FROM."""
        at = f" AT (VERSION => {self.snapshot})" if self.snapshot is not None else ""
        source = f"{self.schema}.{table}{at}"
        if table == "postings" and self.postings:
            return f"(SELECT * FROM {source} SEMI JOIN {self.postings} USING (posting_id))"
        if not self.persons:
            return source
        if table in ("courses", "states", "persons"):
            return f"(SELECT * FROM {source} SEMI JOIN {self.persons} USING (person_id))"
        if table in BY_COURSE:
            return f"(SELECT * FROM {source} SEMI JOIN delivered_course USING (course_id))"
        return source

    def named(self, column: str) -> str:
        """A column of units or of groups, as it is to be worked with."""
        return f"CAST({column} AS {self.names})" if self.names else column


def relations(model: Model, through: date, facts: Facts) -> dict[str, str]:
    """Name to SELECT, each using those before it.

    As seen on the day `through`: a course that starts later is not there, one that ends later is open.

    course: course_id, person_id, started_on, ended_on (null: open), exit_to; start_unit and start_group are responsible
      on the first day, end_unit and end_group on the last. A zero-length course has only its first.
    segment: course_id, person_id, unit_id, target_group, from_on, to_on. None for a zero-length course.
      Both have the course's `number`, to be joined by: its id, unless an engine has something quicker.
    cut: the segments of courses that assignments cut.
    activity, step, score: of a course, by the id of the one it is joined to; posting; state; person.
    """
    columns = "".join(
        f", CAST({quoted(column)} AS VARCHAR) AS {quoted(column)}"
        for column in sorted({*persons_columns(model.indicators), *law_columns(model)})
    )
    joined = model.join_courses_within is not None
    segment, course = ("plain_segment", "plain_course") if joined else ("segment", "course")
    own_unit, own_group = (
        facts.named("c.unit_id"),
        facts.named("c.target_group"),
    )  # cast late: of few, where few are read
    chosen = {
        "delivered_course": f"""
            SELECT course_id, {facts.number} AS number, person_id, unit_id, target_group, started_on,
                CASE WHEN ended_on <= {literal(through)} THEN ended_on END AS ended_on,
                CASE WHEN ended_on <= {literal(through)} THEN exit_to END AS exit_to
            FROM {facts("courses")} WHERE started_on <= {literal(through)}""",
        "delivered_assignment": f"""
            SELECT c.number, a.course_id, c.person_id, {facts.named("a.unit_id")} AS unit_id,
                {facts.named("a.target_group")} AS target_group, {facts.named("c.unit_id")} AS own_unit,
                {facts.named("c.target_group")} AS own_group, c.started_on, c.ended_on,
                GREATEST(a.from_on, c.started_on) AS from_on,
                LEAST(COALESCE(a.to_on, {FAR}), COALESCE(c.ended_on, {FAR})) AS to_on,
                a.from_on <= c.started_on AND COALESCE(a.to_on, {FAR}) > c.started_on AS at_start
            FROM {facts("assignments")} AS a JOIN delivered_course AS c ON a.course_id = c.course_id""",
        "piece": f"""
            SELECT *, LAG(to_on, 1, started_on) OVER (PARTITION BY number ORDER BY from_on) AS from_before,
                LEAD(from_on) OVER (PARTITION BY number ORDER BY from_on) IS NULL AS is_last,
                COALESCE(ended_on, {FAR}) AS course_to
            FROM delivered_assignment WHERE from_on < to_on""",
        "cut": """
            SELECT number, course_id, person_id, unit_id, target_group, from_on, to_on FROM piece
            UNION ALL SELECT number, course_id, person_id, own_unit, own_group, from_before, from_on
            FROM piece WHERE from_before < from_on
            UNION ALL SELECT number, course_id, person_id, own_unit, own_group, to_on, course_to
            FROM piece WHERE is_last AND to_on < course_to""",
        "moved": """
            SELECT number, MIN_BY(unit_id, from_on) AS start_unit, MIN_BY(target_group, from_on) AS start_group,
                MAX_BY(unit_id, from_on) AS end_unit, MAX_BY(target_group, from_on) AS end_group
            FROM cut GROUP BY number
            UNION ALL SELECT number, unit_id, target_group, unit_id, target_group
            FROM delivered_assignment WHERE at_start AND started_on = ended_on""",
        course: f"""
            SELECT c.number, c.course_id, c.person_id, c.started_on, c.ended_on, c.exit_to, {own_group} AS target_group,
                COALESCE(m.start_unit, {own_unit}) AS start_unit, COALESCE(m.start_group, {own_group}) AS start_group,
                COALESCE(m.end_unit, {own_unit}) AS end_unit, COALESCE(m.end_group, {own_group}) AS end_group
            FROM delivered_course AS c LEFT JOIN moved AS m ON c.number = m.number""",
        segment: f"""
            SELECT number, course_id, person_id, start_unit AS unit_id, start_group AS target_group,
                started_on AS from_on, COALESCE(ended_on, {FAR}) AS to_on
            FROM {course} ANTI JOIN piece USING (number)
            WHERE ended_on IS NULL OR started_on < ended_on
            UNION ALL FROM cut""",
    }
    if model.join_courses_within is not None:
        chosen |= _joined(model.join_courses_within)
    for name, table, asked in (
        ("activity", "activities", "kind, supplier_id, activity_id, started_on, ended_on"),
        ("step", "contacts", "contact_id, kind, held_on, due_on, exempt"),
        ("score", "scores", "instrument, measured_on, score, f.course_id AS scored_in"),
    ):
        of = ("COALESCE(m.joined_id, f.course_id)", " LEFT JOIN member AS m ON f.course_id = m.course_id")
        course_id, join = of if joined else ("f.course_id", "")
        read = ", ".join(column if "." in column else f"f.{column}" for column in asked.split(", "))
        chosen[name] = f"SELECT {course_id} AS course_id, {read} FROM {facts(table)} AS f{join}"
    chosen["posting"] = f"SELECT posting_id, unit_id, account, posted_on, amount, nature FROM {facts('postings')}"
    chosen["state"] = f"""
        SELECT person_id, state, from_on, COALESCE(to_on, {FAR}) AS to_on FROM {facts("states")}"""
    chosen["person"] = f"SELECT person_id, birth_date{columns} FROM {facts('persons')}"
    return chosen


def _joined(days: int) -> dict[str, str]:
    """Courses of a person and target group that start at most so many days after one before ended are one.

    Responsible on a day is the one open then, of several the last to begin; between two the one that ended last, as it
    was on its last day. It is worked out for the stretches between the days on which anything changes.
    """
    in_order = "OVER (PARTITION BY person_id, target_group ORDER BY started_on, course_id"
    one = "OVER (PARTITION BY person_id, target_group, run"
    return {
        "reaching": f"""
            SELECT *, COALESCE(ended_on, {FAR}) AS end_or_far, MAX(COALESCE(ended_on, {FAR})) {in_order}
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
            FROM plain_course""",
        "numbered": f"""
            SELECT *, SUM(CASE WHEN {days_between("reached", "started_on")} <= {days} THEN 0 ELSE 1 END) {in_order}
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
            FROM reaching""",
        "member": f"""
            SELECT *, FIRST_VALUE(course_id) {one} ORDER BY started_on, course_id) AS joined_id,
                ROW_NUMBER() {one} ORDER BY end_or_far DESC, started_on DESC, course_id DESC) AS place_from_end,
                MIN(started_on) {one}) AS joined_from, MAX(end_or_far) {one}) AS joined_to, COUNT(*) {one}) AS members
            FROM numbered""",
        "member_segment": """
            SELECT m.joined_id, m.course_id, m.started_on, s.unit_id, s.target_group, s.from_on, s.to_on
            FROM plain_segment AS s JOIN member AS m ON s.course_id = m.course_id WHERE m.members > 1""",
        "change": """
            SELECT joined_id, from_on AS day FROM member_segment UNION SELECT joined_id, to_on FROM member_segment
            UNION SELECT joined_id, started_on FROM member WHERE members > 1
            UNION SELECT joined_id, end_or_far FROM member WHERE members > 1""",
        "candidate": """
            SELECT c.joined_id, c.day, s.unit_id, s.target_group, 1 AS is_open, s.started_on AS latest, s.started_on,
                s.course_id
            FROM change AS c JOIN member_segment AS s
                ON c.joined_id = s.joined_id AND s.from_on <= c.day AND c.day < s.to_on
            UNION ALL SELECT c.joined_id, c.day, m.end_unit, m.end_group, 0, m.ended_on, m.started_on, m.course_id
            FROM change AS c JOIN member AS m ON c.joined_id = m.joined_id AND m.ended_on <= c.day""",
        "chosen": """
            SELECT joined_id, day, unit_id, target_group, ROW_NUMBER() OVER (PARTITION BY joined_id, day
                ORDER BY is_open DESC, latest DESC, started_on DESC, course_id DESC) AS place
            FROM candidate""",
        "stretch": """
            SELECT c.joined_id, c.unit_id, c.target_group, c.day AS from_on, w.joined_from, w.joined_to, w.person_id,
                LEAD(c.day, 1, w.joined_to) OVER (PARTITION BY c.joined_id ORDER BY c.day) AS to_on
            FROM chosen AS c JOIN member AS w ON c.joined_id = w.course_id
            WHERE c.place = 1 AND (c.day < w.joined_to OR c.day = w.joined_from)""",
        "segment": """
            SELECT joined_id AS number, joined_id AS course_id, person_id, unit_id, target_group, from_on, to_on
            FROM stretch WHERE from_on < to_on
            UNION ALL SELECT s.course_id, s.course_id, s.person_id, s.unit_id, s.target_group, s.from_on, s.to_on
            FROM plain_segment AS s JOIN member AS m ON s.course_id = m.course_id WHERE m.members = 1""",
        "ends": """
            SELECT joined_id, MIN_BY(unit_id, from_on) AS start_unit, MIN_BY(target_group, from_on) AS start_group,
                MAX_BY(unit_id, from_on) AS end_unit, MAX_BY(target_group, from_on) AS end_group
            FROM stretch GROUP BY joined_id""",
        "course": """
            SELECT l.joined_id AS number, l.joined_id AS course_id, l.person_id, l.joined_from AS started_on,
                l.ended_on, l.exit_to,
                COALESCE(e.start_unit, l.start_unit) AS start_unit,
                COALESCE(e.start_group, l.start_group) AS start_group,
                COALESCE(e.end_unit, l.end_unit) AS end_unit, COALESCE(e.end_group, l.end_group) AS end_group
            FROM member AS l LEFT JOIN ends AS e ON l.joined_id = e.joined_id WHERE l.place_from_end = 1""",
    }


def persons_columns(indicators: Iterable[Indicator]) -> list[str]:
    """The columns of persons that some indicator breaks down by or asks for."""
    of_persons = (i for i in indicators if not isinstance(i, (*NOT_MEASURED, Amount)))
    asked = {column for i in of_persons for column in (*i.by, *i.where.columns)}
    return sorted(asked - {"target_group", "age"})


def law_columns(model: Model) -> list[str]:
    """The columns of persons that some rule of the law asks for."""
    return sorted({column for rule in model.law for column in rule.applies_to.columns})


def days_between(first: str, last: str) -> str:
    """Days from the one to the other, over two date expressions."""
    return f"DATE_DIFF('day', {first}, {last})"


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | date) -> str:
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


def among(expression: str, values: tuple[str, ...]) -> str:
    """`expression IN (…)`; true where no values are given, that is, where nothing is asked."""
    return f"{expression} IN ({', '.join(map(literal, values))})" if values else "TRUE"


def within(expression: str, values: tuple[str, ...]) -> str:
    """`among`, where most of millions of rows are: in DuckDB in half the time."""
    if len(values) < 2:
        return among(expression, values)
    return f"LIST_CONTAINS([{', '.join(map(literal, values))}], {expression})"
