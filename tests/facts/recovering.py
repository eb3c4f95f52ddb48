"""What an analyst could estimate of an activity's effects from made-up facts, with the confounder and without it.

Rate ratios of events after an activity began to events with none so far, pooled over strata by Mantel and Haenszel
(Rothman, Greenland, Lash: Modern Epidemiology, 3rd ed., chapter 15), with the Greenland–Robins variance. The strata are
four weeks of time, and for whoever knows the confounder its levels too. Nothing of the recipe is used.
"""

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

BAND = 28  # days


@dataclass(frozen=True)
class Estimate:
    ratio: float
    low: float
    high: float

    def holds(self, ratio: float) -> bool:
        return self.low <= ratio <= self.high


def facts(folder: Path, confounder: str, last: date) -> duckdb.DuckDBPyConnection:
    """The courses as true courses, rows that a birthday or a move split put together; followed through `last`."""
    connection = duckdb.connect(config={"threads": 2})
    for file in folder.glob("*.parquet"):
        connection.execute(f"CREATE VIEW {file.stem} AS FROM '{file}'")
    true = "regexp_extract(course_id, '^C[0-9]+-[0-9]+')"  # without the -2 of a second row
    connection.execute(f"""
    CREATE TABLE course AS SELECT {true} AS course, any_value(person_id) AS person,
        min_by(target_group, started_on) AS target, min(started_on) AS start, max_by(exit_to, started_on) AS exit_to,
        CASE WHEN bool_and(ended_on <= DATE '{last}') THEN max(ended_on) END AS finish
        FROM courses WHERE started_on <= DATE '{last}' GROUP BY course;
    CREATE TABLE done AS SELECT {true} AS course, started_on AS begun,
        kind, row_number() OVER (PARTITION BY course ORDER BY started_on) AS number FROM activities;
    CREATE TABLE seen AS
        SELECT c.*, p."{confounder}" AS level, one.kind AS kind1, one.begun - start AS begin1, two.kind AS kind2,
            two.begun - start AS begin2, coalesce(finish, DATE '{last}') - start + 0.5 AS days
        FROM course c JOIN persons p ON p.person_id = c.person
        LEFT JOIN done one ON one.course = c.course AND one.number = 1
        LEFT JOIN done two ON two.course = c.course AND two.number = 2;
    -- With no activity so far, then with one alone; what follows a second is left out.
    CREATE TABLE exit_time AS
        SELECT target, level, NULL AS kind, 0.0 AS from_, least(days, coalesce(begin1 + 1, days)) AS until_,
            finish IS NOT NULL AND exit_to = 'employment' AND kind1 IS NULL AS event FROM seen
        UNION ALL SELECT target, level, kind1, begin1 + 1, least(days, coalesce(begin2 + 1, days)),
            finish IS NOT NULL AND exit_to = 'employment' AND kind2 IS NULL FROM seen WHERE begin1 + 1 < days;
    CREATE TABLE back_time AS
        SELECT target, level, kind1 AS kind, 0.0 AS from_,
            least(coalesce(back, DATE '{last}'), DATE '{last}') - finish AS until_, back <= DATE '{last}' AS event
        FROM (SELECT seen.*, (SELECT min(day) FROM (SELECT start AS day FROM course n WHERE n.person = seen.person
                UNION ALL SELECT from_on FROM states s
                WHERE s.person_id = seen.person AND state = 'unemployment_benefit') WHERE day > finish) AS back
            FROM seen WHERE finish IS NOT NULL AND exit_to = 'employment' AND kind2 IS NULL);
    """)
    for name in ("exit", "back"):
        connection.execute(f"""CREATE TABLE {name}_bands AS
            SELECT target, level, kind, band, count(*) FILTER (event AND band = last) AS events,
                sum(least(until_, (band + 1) * {BAND}) - greatest(from_, band * {BAND})) AS time
            FROM (SELECT *, floor(until_ / {BAND})::INTEGER AS last,
                unnest(range(floor(from_ / {BAND})::BIGINT, floor(until_ / {BAND})::BIGINT + 1)) AS band
                FROM {name}_time)
            GROUP BY ALL""")
    return connection


def effect(
    connection: duckdb.DuckDBPyConnection, of: str, kind: str, target: str, *, knows: bool, sure: float
) -> Estimate:
    """The hazard ratio `of` exit or back for one activity in one target group; `sure` standard errors each way."""
    level = "level" if knows else "NULL"
    above, below, spread = connection.execute(
        f"""SELECT sum(d1 * t0 / (t0 + t1)), sum(d0 * t1 / (t0 + t1)), sum((d0 + d1) * t0 * t1 / (t0 + t1) ** 2) FROM (
            SELECT band, {level} AS level,
                sum(time) FILTER (kind = ?) AS t1, sum(events) FILTER (kind = ?) AS d1,
                sum(time) FILTER (kind IS NULL) AS t0, sum(events) FILTER (kind IS NULL) AS d0
            FROM {of}_bands WHERE target = ? GROUP BY ALL) WHERE t0 > 0 AND t1 > 0""",
        [kind, kind, target],
    ).fetchall()[0]
    error = sure * math.sqrt(spread / (above * below))
    return Estimate(above / below, above / below * math.exp(-error), above / below * math.exp(error))
