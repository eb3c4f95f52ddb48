"""The courses that somebody answers for themselves: how long, what is next, what similar ones came to, what they mean.

Whose they are is the unit that is responsible for them (see decision 28): a caseworker's own where the source says who
has the case, else those of the unit that shares them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate

from django.utils.translation import gettext

from pejling.agreements.rights import Reader, Refused
from pejling.indicators.due import due_of
from pejling.indicators.hierarchy import Unit, descendants
from pejling.indicators.model import Model
from pejling.indicators.open_courses import OpenCourse, Step, open_courses
from pejling.indicators.similar import Alike, Asked, similar
from pejling.pages import words
from pejling.pages.contribution import Contribution, contributions
from pejling.pages.definition import span
from pejling.pages.ground import Ground
from pejling.pages.sheet import Sheet, sheet
from pejling.pages.unknown import Unknown

PAGE = 60
LINES, TAKEN = 48, 8  # that one sheet has for courses, and those that what the work means takes of them
SOON = 14  # days
LAW_AHEAD = 366  # days: the next step of every course, but for those of another year
MINE = ("caseworker", "supplier")  # roles whose own courses these are


@dataclass(frozen=True)
class Likely:
    """What similar courses came to. `reached` ended as the goals wish, `otherwise` ended in something else.

    `ended`: exits in words with how many, those too few to be told apart together. `given_up`: what the similar ones
    do not have in common with this one, in words.
    """

    courses: int
    reached: int
    low: float
    high: float
    ended: tuple[tuple[str, int], ...]
    still: int
    given_up: tuple[str, ...]

    @property
    def otherwise(self) -> int:
        return self.courses - self.reached - self.still


@dataclass(frozen=True)
class CaseRow:
    """`unit`: who has it, where the page shows several. `due`: "overdue", "soon", "later", or "" for no step. `also`:
    further steps that are overdue, and since when.
    """

    course_id: str
    person_id: str
    unit: str
    target_group: str
    started_on: date
    weeks: int
    activity: str
    step: str
    due_on: date | None
    due: str
    also: tuple[tuple[str, date], ...]
    likely: Likely | None


@dataclass(frozen=True)
class OwnCasesPage:
    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    mine: bool  # they are the reader's own
    ours: bool  # and those of more than one person: a supplier's
    through: date
    total: int
    overdue: int  # steps, of which a course may have several
    soon: int
    rows: tuple[CaseRow, ...]
    several: bool  # units have them
    steps: bool  # of any, a step is asked for
    likely: bool  # of some, similar courses are known
    wished: str  # what the goals wish courses to end in, in words; "" for any end
    ahead: str
    at_least: int
    order: tuple[str, ...]  # what similar courses have in common, in the order it is given up last
    contributions: tuple[Contribution, ...]
    page: int
    pages: int

    @property
    def sheet(self) -> Sheet:
        """A course takes a line, and one more where it says who has it, or what else is overdue."""
        room = LINES - (TAKEN if self.contributions else 0)
        lines = accumulate(1 + self.several + len(row.also) for row in self.rows)
        return sheet(self.total, self.page, PAGE, sum(used <= room for used in lines))


def courses_open(ground: Ground, unit: str) -> list[OpenCourse]:
    """Those open at the unit and below it, worked out once a snapshot."""

    def found() -> list[OpenCourse]:
        courses = open_courses(ground.connection, ground.measured, set(descendants(ground.every, unit)))
        steps = _steps(ground, courses)
        return [_by_law(each, steps) for each in courses]

    return ground.remembered(("open", unit), found)


def alike_to(ground: Ground, asked: Iterable[Asked]) -> dict[Asked, Alike]:
    """Similar courses, the same whoever asks: each worked out once a snapshot."""
    known: dict[Asked, Alike | None] = ground.remembered(("alike",), dict)
    wanted = set(asked)
    if new := wanted - known.keys():
        found = similar(ground.connection, ground.measured, list(new))
        known |= {each: found.get(each) for each in new}
    return {each: alike for each in wanted if (alike := known[each])}


def own_cases_page(ground: Ground, reader: Reader, unit_id: str, page: int = 1) -> OwnCasesPage:
    """Raises Unknown for a unit or a page that is not there, Refused where its cases are not the reader's to see."""
    unit = ground.unit(unit_id)
    if unit_id not in reader.within("cases", ground.every):
        raise Refused("cases")
    courses = sorted(courses_open(ground, unit_id), key=_first_things_first)
    pages = max(1, -(-len(courses) // PAGE))
    if not 1 <= page <= pages:
        raise Unknown("page", str(page))
    shown = courses[(page - 1) * PAGE : page * PAGE]
    alike = alike_to(ground, (Asked(each.like, each.weeks) for each in shown))
    wished = wished_exits(ground.model)
    order = parts(ground)
    several = len({each.unit_id for each in courses}) > 1
    roles = {each.role for each in reader.held if each.unit == unit_id}
    mine = bool(roles & set(MINE))
    return OwnCasesPage(
        unit=unit,
        kind=ground.kind_name(unit),
        above=ground.above(unit),
        mine=mine,
        ours=mine and "caseworker" not in roles,
        through=ground.through,
        total=len(courses),
        overdue=sum(_due(each, step) == "overdue" for each in courses for step in _asked(each)),
        soon=sum(_due(each, step) == "soon" for each in courses for step in _asked(each)),
        rows=tuple(_row(ground, each, alike, wished, order, several) for each in shown),
        several=several,
        steps=any(each.step for each in courses),
        likely=bool(alike),
        wished=words.listed([words.within(ground.word(each)) for each in wished], "or"),
        ahead=span(ground.model.similar.ahead),
        at_least=ground.model.similar.at_least,
        order=order,
        contributions=contributions(ground, unit, courses) if mine and page == 1 else (),
        page=page,
        pages=pages,
    )


def _steps(ground: Ground, courses: Collection[OpenCourse]) -> dict[str, list[Step]]:
    """By course, the steps that the law asks for, the first first; none where nothing of the law is measured."""
    ids = [each.course_id for each in courses]
    _, owed = due_of(ground.connection, ground.measured, ids, ahead=LAW_AHEAD) if ids else (None, [])
    steps: dict[str, list[Step]] = {}
    for each in owed:
        steps.setdefault(each.course_id, []).append(Step(each.rule, each.due_on))
    return steps


def _by_law(course: OpenCourse, steps: Mapping[str, Sequence[Step]]) -> OpenCourse:
    """With the law's steps in place of the one the records name, where it asks for some."""
    asked = steps.get(course.course_id)
    return replace(course, step=asked[0], further=tuple(asked[1:])) if asked else course


def wished_exits(model: Model) -> tuple[str, ...]:
    """Those that the first goal with an exit names; none: every end is as good."""
    for goal in model.goals:
        for key in goal.indicators:
            indicator = next((each for each in model.indicators if each.key == key), None)
            if exits := getattr(indicator, "exit_to", ()):
                return tuple(exits)
    return ()


def parts(ground: Ground) -> tuple[str, ...]:
    """What similar courses have in common, in words: target group, age, and the model's columns."""
    return tuple(ground.column_name(column) for column in ("target_group", "age", *ground.model.similar.columns))


def likely(ground: Ground, alike: Alike, wished: Sequence[str], order: Sequence[str]) -> Likely:
    """Exits of fewer than the model's threshold are told together: a caseworker knows who left for what."""
    threshold = ground.model.threshold
    told = [(ground.word(exit_to), count) for exit_to, count in alike.ended if exit_to and count >= threshold]
    rest = sum(count for exit_to, count in alike.ended if not exit_to or count < threshold)
    low, high = alike.interval(wished)
    return Likely(
        alike.courses,
        alike.reached(wished),
        low,
        high,
        (*told, *([(gettext("another end"), rest)] if rest else [])),
        alike.still,
        tuple(words.within(name) for name in order[alike.common :]),
    )


def _row(
    ground: Ground,
    course: OpenCourse,
    alike: dict[Asked, Alike],
    wished: Sequence[str],
    order: Sequence[str],
    several: bool,
) -> CaseRow:
    found = alike.get(Asked(course.like, course.weeks))
    unit = ground.every.get(course.unit_id)
    return CaseRow(
        course_id=course.course_id,
        person_id=course.person_id,
        unit=(unit.name if unit else course.unit_id) if several else "",
        target_group=ground.word(course.target_group),
        started_on=course.started_on,
        weeks=course.weeks,
        activity=ground.word(course.activity) if course.activity else "",
        step=_step_name(ground, course.step) if course.step else "",
        due_on=course.step.due_on if course.step else None,
        due=_due(course, course.step),
        also=tuple((_step_name(ground, s), s.due_on) for s in course.further if _due(course, s) == "overdue"),
        likely=likely(ground, found, wished, order) if found else None,
    )


def _step_name(ground: Ground, step: Step) -> str:
    rule = next((each for each in ground.model.law if each.key == step.kind), None)
    return words.text(rule.name) if rule else ground.word(step.kind)


def _asked(course: OpenCourse) -> tuple[Step, ...]:
    """All the steps that are asked for, the first first."""
    return (course.step, *course.further) if course.step else ()


def _due(course: OpenCourse, step: Step | None) -> str:
    if step is None:
        return ""
    if step.due_on <= course.seen_on:
        return "overdue"
    return "soon" if step.due_on <= course.seen_on + timedelta(days=SOON) else "later"


def _first_things_first(course: OpenCourse) -> tuple[int, date, str]:
    """What is overdue or due soon by its day, then the longest in their course."""
    due = _due(course, course.step)
    pressing = due in ("overdue", "soon")
    assert course.step or not pressing  # noqa: S101 - that is what makes it pressing
    return (
        0 if pressing else 1,
        course.step.due_on if pressing and course.step else course.started_on,
        course.course_id,
    )
