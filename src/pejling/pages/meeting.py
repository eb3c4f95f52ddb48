"""A team's reflection meeting: what changed, courses that went well and courses that did not, and what is left with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from pejling.agreements import meetings, statuses
from pejling.agreements.rights import Reader, Refused
from pejling.indicators.cases import Case, cases, decided_on
from pejling.indicators.definition import ExitWithin, Indicator, LastingShare, StateAfter
from pejling.indicators.hierarchy import Unit
from pejling.indicators.periods import Period
from pejling.indicators.similar import Asked, Told, told
from pejling.pages import status_words, words
from pejling.pages.ground import Ground
from pejling.pages.own_cases import alike_to, wished_exits
from pejling.pages.reasons import reason
from pejling.pages.status import known_month
from pejling.pages.status import statuses as statuses_of
from pejling.steering.meeting import Meeting, Turn, turns
from pejling.steering.status import Status

EACH = 5  # courses that went well, and that did not
RECENT = 3  # months in which they were decided
OfCourses = ExitWithin | LastingShare | StateAfter  # measures that say of each course how it turned out


@dataclass(frozen=True)
class Turned:
    """A course that was decided; not who had it. `why`: the one reason, in words. `expected` of
    `alike` similar ones came to what the goals wish, from their first day on.
    """

    course_id: str
    target_group: str
    activities: str
    why: str
    expected: int
    alike: int


@dataclass(frozen=True)
class Promise:
    """What somebody said they would do. `number`: in its meeting."""

    number: int
    what: str
    who: str
    due_on: date | None
    done_on: date | None
    overdue: bool


@dataclass(frozen=True)
class MeetingPage:
    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    month: str
    previous: str
    following: str
    headline: str
    changed: tuple[str, ...]
    goal: str  # by which the courses are told apart; "" where none of the goals does
    wished: str
    decided: int  # courses in the three months
    well: tuple[Turned, ...]
    badly: tuple[Turned, ...]
    suggested: str
    said: Meeting
    held: bool  # something was saved
    revision: int
    promises: tuple[Promise, ...]
    before: str  # the month of the meeting before; "" where there was none
    kept: tuple[Promise, ...]  # what was said then
    writes: bool


def meeting_page(ground: Ground, reader: Reader, unit_id: str, month: str, today: date) -> MeetingPage:
    """Raises Unknown for a unit or a month that is not there, Refused where its cases are not the reader's to see."""
    unit = ground.unit(unit_id)
    known_month(ground, month)
    if unit_id not in reader.within("cases", ground.every):
        raise Refused("cases")
    status = statuses_of(ground, {unit_id: statuses.agreed(unit_id, month)}, month)[unit_id]
    months = ground.periods("month")
    at = months.index(month)
    judged, decided = "", 0
    well: tuple[Turned, ...] = ()
    badly: tuple[Turned, ...] = ()
    known = {indicator.key: indicator for indicator in ground.model.indicators}
    for goal in status.goals:
        indicator = known.get(goal.indicator)
        if isinstance(indicator, OfCourses):
            found = _decided(ground, indicator, unit_id, month)
            judged, decided = status_words.name(goal), len(found)
            well, badly = _turns(ground, indicator, found)
            break
    held, before = meetings.find(unit_id, month), meetings.before(unit_id, month)
    said = meetings.content(held) if held else Meeting(unit=unit_id, unit_name=unit.name, month=month)
    return MeetingPage(
        unit=unit,
        kind=ground.kind_name(unit),
        above=ground.above(unit),
        month=month,
        previous=months[at - 1] if at else "",
        following=months[at + 1] if at + 1 < len(months) else "",
        headline=status_words.headline(status),
        changed=tuple(status_words.message(status)),
        goal=judged,
        wished=words.listed([words.within(ground.word(each)) for each in wished_exits(ground.model)], "or"),
        decided=decided,
        well=well,
        badly=badly,
        suggested=question(status),
        said=said,
        held=held is not None,
        revision=held.revision if held else 0,
        promises=tuple(_promises(said, reached(ground, today))),
        before=before.month if before else "",
        kept=tuple(_promises(meetings.content(before), reached(ground, today))) if before else (),
        writes=meetings.writes(reader, unit_id),
    )


def question(status: Status) -> str:
    """One to begin with, by what the month shows: worse, better, short of the target, or nothing of that."""
    for good, asked in ((False, gettext("What did we do otherwise when “%(goal)s” changed?")),
                        (True, gettext("What made “%(goal)s” better, and can we do more of it?"))):  # fmt: skip
        for goal in status.signals:
            if goal.signal and goal.signal.good is good:
                return asked % {"goal": status_words.name(goal)}
    if any(goal.assurance == "fails" for goal in status.goals):
        return gettext("What would it have taken for those that did not go well?")
    return gettext("What did those that went well have in common?")


def _decided(ground: Ground, indicator: OfCourses, unit: str, month: str) -> dict[str, tuple[Case, date]]:
    """The courses whose outcome became certain within the months, by id, and on which day."""
    until = Period.parse(month)
    since = Period.ending("month", *_months_before(until, RECENT - 1)).first_on
    found = {}
    years = [text for text in (f"{month}/12", f"{until.first_on.year - 1}{month[4:]}/12") if ground.has_period(text)]
    for case in cases(ground.connection, indicator.key, unit, *years, ground=(ground.measured, ground.every)):
        decided = decided_on(indicator, case)
        if decided and since <= decided <= until.last_on:
            found[case.course_id] = case, decided
    return found


def _months_before(span: Period, months: int) -> tuple[int, int]:
    last = span.first_on.year * 12 + span.first_on.month - 1 - months
    return last // 12, last % 12 + 1


def _turns(
    ground: Ground, indicator: Indicator, decided: dict[str, tuple[Case, date]]
) -> tuple[tuple[Turned, ...], tuple[Turned, ...]]:
    known = told(ground.connection, ground.measured, decided)
    alike = alike_to(ground, (Asked(each.like, 0) for each in known.values()))
    wished = wished_exits(ground.model)
    expected = {
        course: found.reached(wished) / found.courses
        for course, each in known.items()
        if (found := alike.get(Asked(each.like, 0)))
    }
    found_out = [
        Turn(course_id=c, counted=case.outcome == "counted", expected=expected[c], on=on)
        for c, (case, on) in decided.items()
        if c in expected
    ]

    def row(turn: Turn) -> Turned:
        found = alike[Asked(known[turn.course_id].like, 0)]
        case, each = decided[turn.course_id][0], known[turn.course_id]
        return _turned(ground, indicator, case, each, found.reached(wished), found.courses)

    well, badly = turns(found_out, EACH)
    return tuple(map(row, well)), tuple(map(row, badly))


def _turned(ground: Ground, indicator: Indicator, case: Case, each: Told, expected: int, alike: int) -> Turned:
    return Turned(
        case.course_id,
        ground.word(case.target_group),
        words.listed([words.within(ground.word(kind)) for kind in each.activities], "and"),
        reason(ground, indicator, case),
        expected,
        alike,
    )


def reached(ground: Ground, today: date) -> date:
    """The day that promises are held against: as far as the records reach, as with the courses beside them."""
    return min(today, ground.through)


def _promises(said: Meeting, on: date) -> Iterator[Promise]:
    for number, each in enumerate(said.actions):
        yield Promise(number, each.what, each.who, each.due_on, each.done_on, each.overdue(on))
