"""Measuring: from facts and the current model to additive components, in one transaction.

A component is a number of courses at the unit credited, in a month, for one group: what adds up over units, months and
groups. A stock is kept as its changes, so that its level is their running sum. Figures of every level and period are
sums of components (`figures`), and agree by construction.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from pejling.facts.coverage import coverage
from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, writing
from pejling.indicators.definition import ExitWithin, Indicator, Stock, tables_read
from pejling.indicators.documents import nearest
from pejling.indicators.hierarchy import Unit, standing
from pejling.indicators.model import Model, current_version
from pejling.indicators.queries import COUNTED, UNDECIDED, Observed, courses_behind, outcomes
from pejling.indicators.relations import among, literal, relations

TABLES = {
    "measured": "snapshot BIGINT, model_version BIGINT, measured_at TIMESTAMPTZ, through DATE",
    "observed": "indicator VARCHAR, from_on DATE, through DATE",
    "units": """position INTEGER, unit_id VARCHAR, name VARCHAR, kind VARCHAR, parent_id VARCHAR, valid_from DATE,
        valid_to DATE, successor_id VARCHAR""",
    "credited": "unit_id VARCHAR, credited_to VARCHAR",
    # numerator and denominator in courses, a stock's the change in the month; undecided: courses of the denominator.
    "components": """indicator VARCHAR, unit_id VARCHAR, month DATE, group_by VARCHAR, "group" VARCHAR,
        numerator DOUBLE, denominator DOUBLE, undecided BIGINT, decided_by DATE""",
    # How long until what, for the estimates of what is not decided. Stage 1 counts days from the start: exit, other,
    # censored, never; stage 2 days from the exit: relapse, censored, never. Kept for the months that may need them.
    "durations": """indicator VARCHAR, unit_id VARCHAR, month DATE, group_by VARCHAR, "group" VARCHAR, stage INTEGER,
        days INTEGER, event VARCHAR, courses BIGINT""",
}


@dataclass(frozen=True)
class Measured:
    """`snapshot`: the store's snapshot whose facts were read. `cells`: components written."""

    snapshot: int
    indicators: int
    cells: int
    seconds: float


def measure(store: Store, on_progress: Callable[[int, int], None] = lambda done, of: None) -> Measured:
    """Measure the current snapshot with the current model; `on_progress(done, of)` counts indicators.

    Raises Mistake where there is no model, or no facts, or an indicator asks for a column that persons do not have.
    """
    began = time.monotonic()
    with writing(store) as connection:
        version, model = current_version(connection)
        (snapshot,) = connection.execute("SELECT id FROM ducklake_current_snapshot('lake')").fetchone() or (0,)
        observed = coverages(connection, model)
        missing_columns(connection, model)
        through = _last_day(connection)
        _stand(connection, through)
        connection.execute("BEGIN")
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE IF NOT EXISTS lake.measurements.{name} ({columns})")
            connection.execute(f"DELETE FROM lake.measurements.{name}")
        connection.execute(
            "INSERT INTO lake.measurements.measured VALUES (?, ?, ?, ?)",
            [snapshot, version, datetime.now(UTC), through],
        )
        connection.execute("INSERT INTO lake.measurements.units SELECT * FROM standing_units ORDER BY position")
        connection.execute("INSERT INTO lake.measurements.credited SELECT * FROM credited")
        seen_on = None  # the day that the relations are seen on; mostly the same for all
        for done, indicator in enumerate(sorted(model.indicators, key=lambda i: observed[i.key].through)):
            on_progress(done, len(model.indicators))
            if seen_on != observed[indicator.key].through:
                seen_on = observed[indicator.key].through
                for name, select in relations(model, seen_on).items():
                    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")
            _measure(connection, indicator, observed[indicator.key])
        (cells,) = connection.execute("SELECT count(*) FROM lake.measurements.components").fetchone() or (0,)
        connection.execute("COMMIT")
        on_progress(len(model.indicators), len(model.indicators))
    return Measured(snapshot, len(model.indicators), cells, time.monotonic() - began)


def coverages(connection: duckdb.DuckDBPyConnection, model: Model) -> dict[str, Observed]:
    """Each indicator's coverage: the narrowest over the tables it reads, of those ever covered.

    Where no first day is declared it is the first course's, for before it nothing is known. Raises Mistake where the
    courses are not covered at all.
    """
    _last_day(connection)
    tables = coverage(connection)
    (first,) = connection.execute("SELECT min(started_on) FROM lake.facts.courses").fetchone() or (None,)
    result = {}
    for indicator in model.indicators:
        read = [tables[table] for table in tables_read(indicator) if table in tables]
        ends = [c.through for c in read if c.through]
        result[indicator.key] = Observed(
            max((c.from_on for c in read if c.from_on), default=first or min(ends)), min(ends)
        )
    return result


def _last_day(connection: duckdb.DuckDBPyConnection) -> date:
    """The last day that courses are covered: one hierarchy for all indicators."""
    courses = coverage(connection).get("courses")
    if courses is None or courses.through is None:
        raise Mistake("the workspace", "no courses are delivered yet", "Take some in with `pejling deliver PATH`")
    return courses.through


def _stand(connection: duckdb.DuckDBPyConnection, through: date) -> None:
    """The hierarchy as temporary tables of the connection."""
    rows = connection.execute(
        "SELECT unit_id, name, kind, parent_id, valid_from, valid_to, successor_id FROM lake.facts.units"
    ).fetchall()
    units, credited = standing((Unit(*row) for row in rows), through)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE standing_units ({TABLES['units']})")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE credited ({TABLES['credited']})")
    _insert(connection, "standing_units", [(n, *vars(unit).values()) for n, unit in enumerate(units.values())])
    _insert(connection, "credited", list(credited.items()))


def missing_columns(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Raises Mistake for an indicator that asks for a column persons do not have."""
    columns = [row[0] for row in connection.execute("DESCRIBE lake.facts.persons").fetchall()]
    for indicator in model.indicators:
        for column in (*indicator.by, *indicator.where.columns):
            if column not in ("target_group", "age", *columns):
                raise Mistake(
                    f"indicator {indicator.key}",
                    f"no delivery has brought a column {column!r} of persons",
                    nearest(column, [*columns[1:], "target_group"]),
                )


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]]) -> None:
    """Column by column: thousands of single rows would take seconds."""
    if rows:
        columns = ", ".join("unnest(?)" for _ in rows[0])
        connection.execute(
            f"INSERT INTO {table} SELECT {columns}", [list(column) for column in zip(*rows, strict=True)]
        )


def _measure(connection: duckdb.DuckDBPyConnection, indicator: Indicator, observed: Observed) -> None:
    connection.execute(
        "INSERT INTO lake.measurements.observed VALUES (?, ?, ?)", [indicator.key, observed.from_on, observed.through]
    )
    groups = [f"group_{n}" for n in range(len(indicator.by))]
    keys = ["unit_id", "month", *groups]
    if isinstance(indicator, Stock):
        courses = courses_behind(indicator, observed, indicator.by)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE outcome AS {courses}")
        through = literal(observed.through)
        counted = f"""
            SELECT c.credited_to AS unit_id, month, {"".join(f"{g}, " for g in groups)}SUM(change) AS numerator,
                CAST(NULL AS BIGINT) AS denominator, 0 AS undecided, CAST(NULL AS DATE) AS decided_by
            FROM (
                SELECT *, CAST(DATE_TRUNC('month', from_on) AS DATE) AS month, 1 AS change FROM outcome
                UNION ALL SELECT *, CAST(DATE_TRUNC('month', to_on) AS DATE), -1 FROM outcome WHERE to_on <= {through}
            ) AS o JOIN credited AS c ON o.unit_id = c.unit_id
            GROUP BY ALL HAVING SUM(change) <> 0"""
    else:
        courses = f"""
            SELECT o.* REPLACE (c.credited_to AS unit_id), CAST(DATE_TRUNC('month', anchor_on) AS DATE) AS month
            FROM ({outcomes(indicator, observed, indicator.by)}) AS o JOIN credited AS c ON o.unit_id = c.unit_id"""
        if isinstance(indicator, ExitWithin):  # asked again, for the durations
            connection.execute(f"CREATE OR REPLACE TEMP TABLE outcome AS {courses}")
            courses = "SELECT * FROM outcome"
        share = isinstance(indicator, ExitWithin)
        counted = f"""
            SELECT {", ".join(keys)}, SUM(CASE WHEN {among("reason", COUNTED)} THEN 1 ELSE 0 END) AS numerator,
                {"COUNT(*)" if share else "CAST(NULL AS BIGINT)"} AS denominator,
                SUM(CASE WHEN {among("reason", UNDECIDED)} THEN 1 ELSE 0 END) AS undecided,
                {"MAX(decided_by)" if share else "CAST(NULL AS DATE)"} AS decided_by
            FROM ({courses}) AS outcome GROUP BY {", ".join(keys)}"""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE leaf AS {counted}")
    for by, group in _breakdowns(indicator):
        connection.execute(
            f"""INSERT INTO lake.measurements.components
                SELECT {literal(indicator.key)}, unit_id, month, {literal(by)}, {group}, SUM(numerator),
                    SUM(denominator), SUM(undecided), MAX(decided_by)
                FROM leaf GROUP BY unit_id, month, {group}"""
        )
    if isinstance(indicator, ExitWithin):
        _durations(connection, indicator, observed)


def _breakdowns(indicator: Indicator) -> list[tuple[str, str]]:
    """(group_by, expression of the group): the whole, then each column."""
    return [("", "''"), *((by, f"group_{n}") for n, by in enumerate(indicator.by))]


def _durations(connection: duckdb.DuckDBPyConnection, indicator: ExitWithin, observed: Observed) -> None:
    """The histograms behind the estimates, for the months that can stand in a cell with an undecided course.

    A cell is at most twelve months, so none reaches back further than eleven before the first undecided one.
    """
    through = literal(observed.through)
    this_month = literal(observed.through.replace(day=1))
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE lately AS
            SELECT * FROM outcome WHERE month >= (
                SELECT CAST(LEAST(COALESCE(MIN(month), {this_month}), {this_month}) - INTERVAL '11' MONTH AS DATE)
                FROM outcome WHERE {among("reason", UNDECIDED)})"""
    )
    stages = f"""
        SELECT *, 1 AS stage,
            CASE WHEN reason = 'still_open' THEN 'censored' WHEN reason = 'exited_elsewhere' THEN 'other'
                WHEN reason IN ('not_exited', 'too_late') THEN 'never' ELSE 'exit' END AS event,
            CASE WHEN reason = 'still_open' THEN {through} - started_on
                WHEN reason IN ('not_exited', 'too_late') THEN 0 ELSE ended_on - started_on END AS days
        FROM lately"""
    if indicator.lasting is not None:
        stages += f"""
        UNION ALL SELECT *, 2,
            CASE WHEN reason = 'relapsed' THEN 'relapse' WHEN reason = 'followed_until' THEN 'censored'
                ELSE 'never' END,
            CASE WHEN reason = 'relapsed' THEN relapsed_on - ended_on
                WHEN reason = 'followed_until' THEN {through} - ended_on ELSE 0 END
        FROM lately WHERE reason IN ('relapsed', 'followed_until', 'lasted')"""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE staged AS {stages}")
    for by, group in _breakdowns(indicator):
        connection.execute(
            f"""INSERT INTO lake.measurements.durations
                SELECT {literal(indicator.key)}, unit_id, month, {literal(by)}, {group}, stage, days, event, COUNT(*)
                FROM staged GROUP BY unit_id, month, {group}, stage, days, event"""
        )
