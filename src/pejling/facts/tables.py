"""The fact tables: source contract, version 1. One declaration; the store, the checks and the reference read it."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "date", "money", "number", "flag"]

SQL_TYPES: dict[Kind, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "date": "DATE",
    "money": "DECIMAL(18, 2)",  # kroner to the øre
    "number": "DOUBLE",
    "flag": "BOOLEAN",
}


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    required: bool = False
    refers_to: str = ""  # "units.unit_id": the value must exist there
    one_of: tuple[str, ...] = ()
    says: str = ""  # one line for the reference


@dataclass(frozen=True)
class Table:
    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    interval: tuple[str, str] | None = None  # half-open [from, to)
    free_columns: bool = False  # further columns are kept, as text
    dated_by: str = ""  # the column whose last date tells how far the table reaches
    ahead: tuple[str, str] | None = None  # a column, and its value in rows that are known ahead: a budget

    def column(self, name: str) -> Column:
        """The declared column of that name. Raises KeyError for one the contract does not know."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "units",
            "Who answers for a course: centres, teams, suppliers, and what they are part of.",
            ("unit_id", "valid_from"),
            (
                Column("unit_id", "id", required=True),
                Column("valid_from", "date", required=True),
                Column("name", "text", required=True),
                Column("kind", "text", required=True, says="one of the model's unit kinds"),
                Column("parent_id", "id", refers_to="units.unit_id"),
                Column("valid_to", "date"),
                Column("successor_id", "id", refers_to="units.unit_id"),
            ),
            interval=("valid_from", "valid_to"),
        ),
        Table(
            "persons",
            "One row a person; any further column is a group to break down by.",
            ("person_id",),
            (
                Column("person_id", "id", required=True),
                Column("birth_date", "date"),
                Column("sex", "text"),
            ),
            free_columns=True,
        ),
        Table(
            "courses",
            "One person's time with one service for one reason.",
            ("course_id",),
            (
                Column("course_id", "id", required=True),
                Column("person_id", "id", required=True),
                Column("unit_id", "id", required=True, refers_to="units.unit_id"),
                Column("target_group", "text", required=True),
                Column("started_on", "date", required=True),
                Column("ended_on", "date"),
                Column("exit_to", "text"),
            ),
            interval=("started_on", "ended_on"),
            dated_by="started_on",
        ),
        Table(
            "assignments",
            "A course that moves between units or target groups.",
            ("course_id", "from_on"),
            (
                Column("course_id", "id", required=True, refers_to="courses.course_id"),
                Column("from_on", "date", required=True),
                Column("unit_id", "id", required=True, refers_to="units.unit_id"),
                Column("target_group", "text", required=True),
                Column("to_on", "date"),
            ),
            interval=("from_on", "to_on"),
            dated_by="from_on",
        ),
        Table(
            "activities",
            "What was done in a course.",
            ("activity_id",),
            (
                Column("activity_id", "id", required=True),
                Column("course_id", "id", required=True, refers_to="courses.course_id"),
                Column("kind", "text", required=True),
                Column("supplier_id", "id", refers_to="units.unit_id"),
                Column("started_on", "date", required=True),
                Column("ended_on", "date"),
                Column("hours", "number"),
                Column("cost", "money"),
            ),
            interval=("started_on", "ended_on"),
            dated_by="started_on",
        ),
        Table(
            "contacts",
            "Interviews and other steps: held, due, or exempt.",
            ("contact_id",),
            (
                Column("contact_id", "id", required=True),
                Column("course_id", "id", required=True, refers_to="courses.course_id"),
                Column("kind", "text", required=True),
                Column("held_on", "date"),
                Column("due_on", "date"),
                Column("exempt", "flag"),
            ),
            dated_by="held_on",
        ),
        Table(
            "states",
            "What the person lived by: employment, education, a benefit …",
            ("person_id", "from_on", "state"),
            (
                Column("person_id", "id", required=True),
                Column("from_on", "date", required=True),
                Column("state", "text", required=True),
                Column("to_on", "date"),
            ),
            interval=("from_on", "to_on"),
            dated_by="from_on",
        ),
        Table(
            "scores",
            "A measurement of a person in a course by an instrument.",
            ("course_id", "instrument", "measured_on"),
            (
                Column("course_id", "id", required=True, refers_to="courses.course_id"),
                Column("instrument", "text", required=True),
                Column("measured_on", "date", required=True),
                Column("score", "number", required=True),
            ),
            dated_by="measured_on",
        ),
        Table(
            "postings",
            "Money by unit, account and day. A commitment is posted when made, and taken back (below 0) when paid.",
            ("posting_id",),
            (
                Column("posting_id", "id", required=True),
                Column("unit_id", "id", required=True, refers_to="units.unit_id"),
                Column("account", "text", required=True),
                Column("posted_on", "date", required=True),
                Column("amount", "money", required=True),
                Column("nature", "text", required=True, one_of=("budget", "actual", "commitment")),
            ),
            dated_by="posted_on",
            ahead=("nature", "budget"),
        ),
        Table(
            "observations",
            "Figures measured elsewhere.",
            ("indicator", "unit_id", "period", "group"),
            (
                Column("indicator", "text", required=True),
                Column("unit_id", "id", required=True, refers_to="units.unit_id"),
                Column("period", "text", required=True, says="2009-03, 2009-Q1, 2009 or 2009-03/12"),
                Column("group", "text", says="empty for the whole"),
                Column("numerator", "number"),
                Column("denominator", "number"),
                Column("value", "number"),
            ),
        ),
    )
}
