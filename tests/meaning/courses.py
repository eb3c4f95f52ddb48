"""Courses as they are seen on the last day covered: joined, with who is responsible on a day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from meaning.days import DAY, age
from meaning.facts import Activity, Assignment, Contact, Course, Score, World


@dataclass(frozen=True)
class Joined:
    """One or more courses that count as one. `ended_on` is None while it is open on the last day covered."""

    courses: tuple[Course, ...]  # in order of start
    assignments: tuple[Assignment, ...]
    started_on: date
    ended_on: date | None
    exit_to: str | None

    @property
    def person_id(self) -> str:
        return self.courses[0].person_id

    @property
    def last_day(self) -> date:
        """The day before the end; of a course without days, the day it began and ended."""
        assert self.ended_on
        return max(self.started_on, self.ended_on - DAY)

    def open_on(self, day: date) -> bool:
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)

    def responsible(self, day: date) -> tuple[str, str]:
        """Unit and target group on a day of the course.

        Of the one that is open then, the last to begin where there are several; between two that are joined, of the
        one that ended last, as it was on its last day.
        """
        is_open = [c for c in self.courses if c.started_on <= day and (c.ended_on is None or day < c.ended_on)]
        if is_open:
            course = max(is_open, key=lambda c: (c.started_on, c.course_id))
        else:
            ended = [c for c in self.courses if c.ended_on and c.ended_on <= day]
            course = max(ended, key=lambda c: (c.ended_on, c.started_on, c.course_id))
            day = max(course.started_on, course.ended_on - DAY)  # type: ignore[operator]
        for row in self.assignments:
            if row.course_id == course.course_id and row.from_on <= day and (row.to_on is None or day < row.to_on):
                return row.unit_id, row.target_group
        return course.unit_id, course.target_group

    def has(self, row: Activity | Contact | Score) -> bool:
        return row.course_id in {course.course_id for course in self.courses}


def seen(world: World, through: date) -> list[Joined]:
    """The courses begun by that day; an end after it has not happened yet."""
    courses = [
        replace(course, ended_on=None, exit_to=None) if course.ended_on and course.ended_on > through else course
        for course in world.courses
        if course.started_on <= through
    ]
    courses.sort(key=lambda course: (course.started_on, course.course_id))
    runs: list[list[Course]] = []
    for course in courses:
        for run in runs:
            if world.join_courses_within is not None and _joins(run, course, world.join_courses_within):
                run.append(course)
                break
        else:
            runs.append([course])
    return [_joined(world, run) for run in runs]


def _joins(run: list[Course], course: Course, within: int) -> bool:
    if (run[0].person_id, run[0].target_group) != (course.person_id, course.target_group):
        return False
    return any(c.ended_on is None or course.started_on <= c.ended_on + timedelta(days=within) for c in run)


def _joined(world: World, run: list[Course]) -> Joined:
    last = max(run, key=lambda c: (c.ended_on or date.max, c.started_on, c.course_id))
    ids = {course.course_id for course in run}
    rows = tuple(row for row in world.assignments if row.course_id in ids)
    return Joined(tuple(run), rows, run[0].started_on, last.ended_on, last.exit_to)


def group_value(world: World, by: str, bands: list[int], person_id: str, target_group: str, day: date) -> str:
    """The group that a person's course belongs to on a day: "" for the whole, `unknown` where nothing is recorded."""
    if by == "":
        return ""
    if by in ("target_group", "account"):  # of a posting the account stands for the target group
        return target_group
    person = next((person for person in world.persons if person.person_id == person_id), None)
    if person is None:
        return "unknown"
    if by == "age":
        return "unknown" if person.birth_date is None else band(age(person.birth_date, day), bands)
    return getattr(person, by) or "unknown"


def band(years: int, lower_limits: list[int]) -> str:
    """With lower limits 25 and 30: `0-24`, `25-29` or `30+`."""
    limits = [0, *lower_limits]
    number = max(i for i, limit in enumerate(limits) if limit <= max(years, 0))
    return f"{limits[number]}+" if number == len(limits) - 1 else f"{limits[number]}-{limits[number + 1] - 1}"


def chosen(world: World, where: dict, person_id: str, target_group: str, day: date, exit_to: str | None = None) -> bool:
    """Whether all conditions hold on that day. What is not recorded fulfils no condition."""
    person = next((person for person in world.persons if person.person_id == person_id), None)
    for column, wanted in where.items():
        if column == "target_group":
            holds = target_group in wanted
        elif column == "exit_to":
            holds = exit_to in wanted
        elif person is None:
            holds = False
        elif column == "age":
            years = None if person.birth_date is None else age(person.birth_date, day)
            holds = years is not None and wanted.get("from", 0) <= years < wanted.get("below", 1000)
        else:
            holds = getattr(person, column) in wanted
        if not holds:
            return False
    return True
