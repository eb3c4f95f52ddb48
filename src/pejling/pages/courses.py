"""The courses behind a cell: how each turned out, and why."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from pejling.indicators.cases import Case, cases
from pejling.indicators.figures import Figure
from pejling.indicators.hierarchy import Unit
from pejling.pages.ground import Ground
from pejling.pages.reasons import reason
from pejling.pages.series import Heading, heading
from pejling.pages.unknown import Unknown

PAGE = 100
OUTCOMES = ("counted", "not_counted", "undecided")


@dataclass(frozen=True)
class Course:
    course_id: str
    person_id: str
    unit: str
    target_group: str
    started_on: date | None
    ended_on: date | None
    exit_to: str
    outcome: str  # counted | not_counted | undecided
    reason: str


@dataclass(frozen=True)
class CoursesPage:
    heading: Heading
    unit: Unit
    above: tuple[Unit, ...]
    period: str
    by: str
    group: str
    by_name: str
    group_name: str
    figure: Figure
    outcomes: dict[str, int]
    total: int
    courses: tuple[Course, ...]
    page: int
    pages: int


def courses_page(
    ground: Ground, key: str, unit_id: str, period: str, *, by: str = "", group: str = "", page: int = 1
) -> CoursesPage:
    """Raises Unknown for an indicator, unit, period, group or page that is not there."""
    indicator, unit = ground.indicator(key), ground.unit(unit_id)
    if by and by not in indicator.by:
        raise Unknown("group", by, indicator.by)
    known = {p for kind in ("year", "quarter", "month") for p in ground.periods(kind)}
    if period not in known:
        raise Unknown("period", period, known)
    found = ground.figures(key, [unit_id], [period], by)
    figure = next((f for f in found if f.group_by == by and f.group == group), None)
    if figure is None:
        raise Unknown("group", group, [f.group for f in found])
    all_cases = cases(ground.connection, key, unit_id, period, by=by, group=group)
    counted = Counter(str(case.outcome) for case in all_cases)
    pages = max(1, -(-len(all_cases) // PAGE))
    if not 1 <= page <= pages:
        raise Unknown("page", str(page))
    return CoursesPage(
        heading=heading(indicator, ground.measured.coverage.get(indicator.key)),
        unit=unit,
        above=ground.above(unit),
        period=period,
        by=by,
        group=group,
        by_name=ground.column_name(by) if by else "",
        group_name=ground.value_name(by, group) if by else "",
        figure=figure,
        outcomes={outcome: number for outcome in OUTCOMES if (number := counted[outcome])},
        total=len(all_cases),
        courses=tuple(_course(ground, case) for case in all_cases[(page - 1) * PAGE : page * PAGE]),
        page=page,
        pages=pages,
    )


def _course(ground: Ground, case: Case) -> Course:
    unit = ground.units.get(case.unit_id)
    return Course(
        course_id=case.course_id,
        person_id=case.person_id,
        unit=unit.name if unit else case.unit_id,
        target_group=ground.word(case.target_group),
        started_on=case.started_on,
        ended_on=case.ended_on,
        exit_to=ground.word(case.exit_to) if case.exit_to else "",
        outcome=case.outcome,
        reason=reason(ground, case),
    )
