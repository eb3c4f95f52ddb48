"""The facts of a small world: one dataclass a table, columns as in the source contract."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Unit:
    unit_id: str
    valid_from: date
    name: str = "a unit"
    kind: str = "unit"
    parent_id: str | None = None
    valid_to: date | None = None
    successor_id: str | None = None


@dataclass(frozen=True)
class Person:
    person_id: str
    birth_date: date | None = None
    sex: str | None = None
    district: str | None = None  # any further column


@dataclass(frozen=True)
class Course:
    course_id: str
    person_id: str
    unit_id: str
    target_group: str
    started_on: date
    ended_on: date | None = None
    exit_to: str | None = None


@dataclass(frozen=True)
class Assignment:
    course_id: str
    from_on: date
    unit_id: str
    target_group: str
    to_on: date | None = None


@dataclass(frozen=True)
class Activity:
    activity_id: str
    course_id: str
    kind: str
    supplier_id: str | None
    started_on: date
    ended_on: date | None = None


@dataclass(frozen=True)
class Contact:
    contact_id: str
    course_id: str
    kind: str
    held_on: date | None = None
    due_on: date | None = None
    exempt: bool | None = None


@dataclass(frozen=True)
class State:
    person_id: str
    from_on: date
    state: str
    to_on: date | None = None


@dataclass(frozen=True)
class Score:
    course_id: str
    instrument: str
    measured_on: date
    score: float


@dataclass(frozen=True)
class Posting:
    posting_id: str
    unit_id: str
    account: str
    posted_on: date
    amount: float
    nature: str = "actual"


@dataclass(frozen=True)
class Observation:
    indicator: str
    unit_id: str
    period: str
    group: str | None = None
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None


@dataclass(frozen=True)
class World:
    """`coverage`: per table the first and the last day covered, both included; no first day: from the beginning."""

    units: tuple[Unit, ...] = ()
    persons: tuple[Person, ...] = ()
    courses: tuple[Course, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    activities: tuple[Activity, ...] = ()
    contacts: tuple[Contact, ...] = ()
    states: tuple[State, ...] = ()
    scores: tuple[Score, ...] = ()
    postings: tuple[Posting, ...] = ()
    observations: tuple[Observation, ...] = ()
    coverage: dict[str, tuple[date | None, date]] = field(default_factory=dict)
    settle_days: int = 0
    join_courses_within: int | None = None


TABLES = {
    "units": Unit,
    "persons": Person,
    "courses": Course,
    "assignments": Assignment,
    "activities": Activity,
    "contacts": Contact,
    "states": State,
    "scores": Score,
    "postings": Posting,
    "observations": Observation,
}
