"""Weekly benefit payments -> states, courses, assignments and postings, each as one query.

Reads the relation `payments(person, monday, benefit, unit, payment, reimbursement, cofinancing)`: one row a
calculation, exact duplicates already gone. What counts as a week on a benefit: the sum over all calculations of the
person's week and benefit is above 0. A sum of 0 was taken back; one below 0 takes back what lies outside the archive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import duckdb

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Terms:
    """What decides the spells. `first` is a Monday, `until` the first day not covered (a Monday too)."""

    first: date
    until: date
    benefits: Mapping[str, str] = field(default_factory=dict)  # benefit as named in the file -> benefit group
    money_only: tuple[str, ...] = ()  # benefits nobody lives by
    gap_weeks: int = 0  # full weeks without the benefit that do not end a course
    other_benefit_within_days: int = 28
    post_by: Literal["week", "month"] = "week"

    @property
    def joined_from(self) -> date:
        """The first day on which a start is known to be one: those of the first week may have begun before."""
        return self.first + WEEK * (1 + self.gap_weeks)


def lay_out(connection: duckdb.DuckDBPyConnection, terms: Terms) -> None:
    """Make the tables `states`, `courses`, `assignments` and `postings`, all columns text, from `payments`."""
    bound = {
        "first": terms.first,
        "until": terms.until,
        "gap": 7 * terms.gap_weeks,
        "within": terms.other_benefit_within_days,
    }
    connection.execute("CREATE TABLE named (benefit VARCHAR, group_ VARCHAR, lived_by BOOLEAN)")
    for (benefit,) in connection.execute("SELECT DISTINCT benefit FROM payments").fetchall():
        row = [benefit, terms.benefits.get(benefit, benefit), benefit not in terms.money_only]
        connection.execute("INSERT INTO named VALUES (?, ?, ?)", row)
    queries = (
        _WEEKS,
        _spells("state_spells", "0"),
        _STATES,
        _spells("course_spells", "$gap::INT"),
        _ALL_COURSES,
        _COURSES,
        _ASSIGNMENTS,
        _POSTINGS.format(posted_on="date_trunc('month', monday)" if terms.post_by == "month" else "monday"),
    )
    for query in queries:
        connection.execute(query, {name: value for name, value in bound.items() if f"${name}" in query})


# A week belongs to the unit that paid most of it: two municipalities in the week of a move make no two courses.
_WEEKS = """
CREATE TABLE weeks AS
WITH net AS (
    SELECT person, monday, benefit, sum(payment) AS paid FROM payments GROUP BY ALL HAVING paid > 0
), by_unit AS (
    SELECT person, monday, group_, unit, sum(payment) AS paid
    FROM payments JOIN net USING (person, monday, benefit) JOIN named USING (benefit)
    WHERE lived_by AND monday >= $first AND monday < $until
    GROUP BY ALL
)
SELECT person, group_, monday, arg_max(unit, {'paid': paid, 'unit': unit}) AS unit
FROM by_unit GROUP BY ALL
"""


def _spells(name: str, gap: str) -> str:
    """Consecutive weeks of a person on a benefit group: weeks more than a week and the gap apart begin a new spell."""
    return f"""
CREATE TABLE {name} AS
WITH marked AS (
    SELECT *, coalesce(monday - lag(monday) OVER spell > 7 + {gap}, true)::INT AS begins
    FROM weeks WINDOW spell AS (PARTITION BY person, group_ ORDER BY monday)
), numbered AS (
    SELECT *, sum(begins) OVER (PARTITION BY person, group_ ORDER BY monday) AS number FROM marked
)
SELECT person, group_, min(monday) AS started_on, max(monday) + 7 AS ended_on,
       list({{'monday': monday, 'unit': unit}} ORDER BY monday) AS spent
FROM numbered GROUP BY person, group_, number
"""


_STATES = """
CREATE TABLE states AS
SELECT person AS person_id, started_on::VARCHAR AS from_on, group_ AS state,
       CASE WHEN ended_on < $until THEN ended_on::VARCHAR END AS to_on
FROM state_spells ORDER BY ALL
"""

# What ends within the gap before the last covered day may yet go on: still open.
_ALL_COURSES = """
CREATE TABLE all_courses AS
WITH ended AS (
    SELECT *, ended_on + $gap::INT < $until AS ended,
           left(sha256(person || '|' || group_ || '|' || started_on), 24) AS code
    FROM course_spells
), next AS (
    SELECT code, arg_min(w.group_, {'monday': w.monday, 'group_': w.group_}) AS benefit
    FROM ended c JOIN weeks w ON w.person = c.person AND w.monday >= c.ended_on AND w.monday < c.ended_on + $within::INT
    WHERE ended GROUP BY code
)
SELECT 'yr-' || translate(code, '0123456789', 'ghijklmnop') AS course_id, person, group_, started_on, spent,
       CASE WHEN ended THEN ended_on END AS ended_on,
       CASE WHEN NOT ended THEN NULL WHEN benefit IS NOT NULL THEN benefit
            WHEN ended_on + $within::INT <= $until THEN 'off_benefit' ELSE 'unknown' END AS exit_to
FROM ended LEFT JOIN next USING (code)
"""

_COURSES = """
CREATE TABLE courses AS
SELECT course_id, person AS person_id, spent[1].unit AS unit_id, group_ AS target_group,
       started_on::VARCHAR AS started_on, ended_on::VARCHAR AS ended_on, exit_to
FROM all_courses ORDER BY ALL
"""

# Only what differs from the course's first unit needs saying; a way back to it is said too.
_ASSIGNMENTS = """
CREATE TABLE assignments AS
WITH spent AS (
    SELECT course_id, group_, ended_on, unnest(spent, recursive := true) FROM all_courses
), moved AS (
    SELECT *, unit IS DISTINCT FROM lag(unit) OVER (PARTITION BY course_id ORDER BY monday) AS moves FROM spent
), runs AS (
    SELECT *, lead(monday) OVER after AS next_on, row_number() OVER after AS number FROM moved WHERE moves
    WINDOW after AS (PARTITION BY course_id ORDER BY monday)
)
SELECT course_id, monday::VARCHAR AS from_on, unit AS unit_id, group_ AS target_group,
       coalesce(next_on, ended_on)::VARCHAR AS to_on
FROM runs WHERE number > 1 ORDER BY ALL
"""

# As the file has them: reimbursement is money in, written as a positive amount on its own account.
_POSTINGS = """
CREATE TABLE postings AS
WITH summed AS (
    SELECT unit, group_, {posted_on}::DATE AS posted_on, sum(payment) AS payment, sum(reimbursement) AS reimbursement,
           sum(cofinancing) AS cofinancing
    FROM payments JOIN named USING (benefit) GROUP BY ALL
), long AS (UNPIVOT summed ON payment, reimbursement, cofinancing INTO NAME kind VALUE amount)
SELECT concat_ws('/', 'yr', unit, posted_on, group_, kind) AS posting_id, unit AS unit_id,
       group_ || ' ' || kind AS account, posted_on::VARCHAR AS posted_on, amount::DECIMAL(18, 2)::VARCHAR AS amount,
       'actual' AS nature
FROM long WHERE amount <> 0 ORDER BY ALL
"""
