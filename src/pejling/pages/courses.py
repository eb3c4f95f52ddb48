"""The explanation of a cell: its definition, its reasons, and a page of the courses, steps or postings behind it."""

from dataclasses import dataclass
from datetime import date

from pejling.indicators.cases import Case
from pejling.indicators.hierarchy import Unit
from pejling.pages.explanation import Explanation, Reason, explanation
from pejling.pages.ground import Ground
from pejling.pages.reasons import apart, reason
from pejling.pages.sheet import Sheet, sheet
from pejling.pages.unknown import Unknown

PAGE = 100
LINES = 36  # of reasons and courses, that one sheet has room for


@dataclass(frozen=True)
class Course:
    """One item, in words. Of a step also what it was and when it was due; of a posting its account and kroner."""

    course_id: str
    person_id: str
    unit: str
    target_group: str
    started_on: date | None
    ended_on: date | None
    exit_to: str
    outcome: str  # counted | not_counted | undecided
    reason: str
    what: str
    on: date
    due_on: date | None
    weight: float
    counted: float
    change: float | None


@dataclass(frozen=True)
class CoursesPage:
    explained: Explanation
    above: tuple[Unit, ...]
    chosen: Reason | None  # the one whose courses are shown; None: all
    total: int
    courses: tuple[Course, ...]
    page: int
    pages: int

    @property
    def unit(self) -> Unit:
        return self.explained.unit

    @property
    def period(self) -> str:
        return self.explained.period

    @property
    def sheet(self) -> Sheet:
        """A reason takes a line, a posting too, a course two and a step three."""
        each = {"amount": 1, "timely": 3}.get(self.explained.heading.measure, 2)
        return sheet(self.total, self.page, PAGE, max(5, (LINES - len(self.explained.reasons)) // each))


def courses_page(
    ground: Ground,
    key: str,
    unit_id: str,
    period: str,
    *,
    by: str = "",
    group: str = "",
    outcome: str = "",
    reason: str = "",
    apart: str = "",
    page: int = 1,
) -> CoursesPage:
    """Only those with that outcome and reason, where one is given.

    Raises Unknown for an indicator, unit, period, group, reason or page that is not there.
    """
    ground.indicator(key), ground.unit(unit_id)
    if not ground.has_period(period):
        raise Unknown("period", period, ground.periods("month"))
    explained = explanation(ground, key, unit_id, period, by=by, group=group)
    chosen = None
    if reason:
        asked = (outcome, reason, apart)
        chosen = next((r for r in explained.reasons if (r.outcome, r.reason, r.apart) == asked), None)
        if chosen is None:
            raise Unknown("reason", reason, [each.reason for each in explained.reasons])
    shown = [case for case in explained.cases if chosen is None or _has(case, chosen)]
    pages = max(1, -(-len(shown) // PAGE))
    if not 1 <= page <= pages:
        raise Unknown("page", str(page))
    return CoursesPage(
        explained=explained,
        above=ground.above(explained.unit),
        chosen=chosen,
        total=len(shown),
        courses=tuple(course(ground, explained, case) for case in shown[(page - 1) * PAGE : page * PAGE]),
        page=page,
        pages=pages,
    )


def course(ground: Ground, explained: Explanation, case: Case) -> Course:
    unit = ground.every.get(case.unit_id)
    return Course(
        course_id=case.course_id,
        person_id=case.person_id,
        unit=unit.name if unit else case.unit_id,
        target_group=ground.word(case.target_group),
        started_on=case.started_on,
        ended_on=case.ended_on,
        exit_to=ground.word(case.exit_to) if case.exit_to else "",
        outcome=case.outcome,
        reason=reason(ground, explained.indicator, case),
        what=ground.word(case.what),
        on=case.on,
        due_on=case.due_on,
        weight=case.weight,
        counted=case.counted,
        change=case.change,
    )


def _has(case: Case, chosen: Reason) -> bool:
    return (case.outcome, case.reason, apart(case)) == (chosen.outcome, chosen.reason, chosen.apart)
