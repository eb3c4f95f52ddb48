"""How much is registered: how often each field is filled, and rows a month beside the courses they were written on.

Aggregates only, of the facts as they are now. What a registration is: a row of a table that belongs to a course.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from pejling.facts.tables import TABLES
from pejling.indicators.periods import Period, covered
from pejling.indicators.relations import days_between, literal, quoted

BY_COURSE = tuple(name for name, table in TABLES.items() if any(c.name == "course_id" for c in table.columns))
_DATED = {"contacts": "COALESCE(held_on, due_on)"}  # an interview that was due and not held was written down, too


@dataclass(frozen=True)
class Filled:
    """A field: of so many rows of its table, how many have something in it. `end`: empty means that it still runs."""

    table: str
    column: str
    rows: int
    filled: int
    end: bool = False

    @property
    def share(self) -> float:
        """Of 1. Raises ZeroDivisionError for a table without rows."""
        return self.filled / self.rows


@dataclass(frozen=True)
class Month:
    """`rows`: by table, what was registered on its days. `courses`: open on an average day of it."""

    period: str
    courses: float
    rows: dict[str, int]


def filled(connection: duckdb.DuckDBPyConnection) -> list[Filled]:
    """Every field of every fact table that has rows, in the contract's order; further columns of persons last."""
    found = []
    for table, declared in TABLES.items():
        end = declared.interval[1] if declared.interval else ""
        columns = [row[0] for row in connection.execute(f"DESCRIBE lake.facts.{table}").fetchall()]
        counts = ", ".join(f"COUNT({quoted(column)})" for column in columns)
        rows, *known = connection.execute(f"SELECT COUNT(*), {counts} FROM lake.facts.{table}").fetchone() or (0,)
        if rows:
            found += [Filled(table, column, rows, n, column == end) for column, n in zip(columns, known, strict=True)]
    return found


def by_month(connection: duckdb.DuckDBPyConnection, first: date, through: date, months: int = 24) -> list[Month]:
    """The last whole months covered, oldest first: at most so many, and none that begins before `first`."""
    spans: list[Period] = []
    end = through + timedelta(days=1)
    span = Period.ending("month", end.year, end.month)
    while len(spans) < months:
        span = _before(span)
        if span.first_on < first:
            break
        spans.append(span)
    if not spans:
        return []
    first_on = spans[-1].first_on
    written: dict[str, dict[str, int]] = {each.text: {} for each in spans}
    for table in BY_COURSE:
        for month, rows, _ in _monthly(connection, table, _DATED.get(table, TABLES[table].dated_by), first_on, through):
            written[month][table] = rows
    days = _course_days(connection, first_on, through)
    return [Month(each.text, days[each.text] / (each.end_on - each.first_on).days, written[each.text])
            for each in reversed(spans)]  # fmt: skip


def _monthly(
    connection: duckdb.DuckDBPyConnection, table: str, day: str, first: date, through: date
) -> list[tuple[str, int, int]]:
    """By month, the rows with that day in it, and the days left of the month from then on, the day itself included."""
    left = days_between("day", "LAST_DAY(day)")
    return connection.execute(
        f"""SELECT STRFTIME(day, '%Y-%m') AS month, COUNT(*), SUM({left} + 1)::BIGINT
            FROM (SELECT {day} AS day FROM lake.facts.{table})
            WHERE day BETWEEN {literal(first)} AND {literal(through)} GROUP BY month"""
    ).fetchall()


def _course_days(connection: duckdb.DuckDBPyConnection, first: date, through: date) -> dict[str, int]:
    """By month from `first` on, the days that courses were open: those open when it began, more, and less, as they go.

    Reads each course once, where laying every course beside every month would read it as often as there are months.
    """
    (stock,) = connection.execute(
        f"""SELECT COUNT(*) FROM lake.facts.courses
            WHERE started_on < {literal(first)} AND (ended_on IS NULL OR ended_on >= {literal(first)})"""
    ).fetchone() or (0,)
    begun = {month: counted for month, *counted in _monthly(connection, "courses", "started_on", first, through)}
    ended = {month: counted for month, *counted in _monthly(connection, "courses", "ended_on", first, through)}
    found = {}
    for span in covered("month", first, through):
        starts, days_of_starts = begun.get(span.text, (0, 0))
        ends, days_after_ends = ended.get(span.text, (0, 0))
        found[span.text] = stock * (span.end_on - span.first_on).days + days_of_starts - days_after_ends
        stock += starts - ends
    return found


def _before(span: Period) -> Period:
    last = span.first_on - timedelta(days=1)
    return Period.ending("month", last.year, last.month)
