"""A team's page: how it goes, what to talk about, and its cases, the most pressing first."""

from dataclasses import dataclass
from datetime import date

from pejling.agreements import meetings
from pejling.agreements import statuses as cycle
from pejling.agreements.rights import Reader
from pejling.indicators.hierarchy import Unit
from pejling.pages import mark_words, status_words
from pejling.pages.ground import Ground
from pejling.pages.meeting import reached
from pejling.pages.own_cases import CaseRow, OwnCasesPage, own_cases_page
from pejling.pages.status import newest_month, statuses
from pejling.steering.goal_status import GoalStatus

SHOWN = 8  # cases


@dataclass(frozen=True)
class Standing:
    """A goal as it stands at the team, in words."""

    name: str
    value: str
    period: str
    sure: str
    target: str
    variation: str
    variation_words: str


@dataclass(frozen=True)
class TeamPage:
    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    month: str
    headline: str
    changes: tuple[str, ...]  # signals, in sentences
    asked: int  # goals that a stand is asked for on
    overdue: int
    soon: int
    promised: int  # what was said at the last meeting, is not done, and its day is past: see `meeting.reached`
    met: bool  # the month's meeting was held
    goals: tuple[Standing, ...]
    rows: tuple[CaseRow, ...]
    cases: OwnCasesPage

    @property
    def total(self) -> int:
        return self.cases.total


def team_page(ground: Ground, reader: Reader, unit_id: str, today: date) -> TeamPage:
    """Raises Unknown for a unit that is not there, Refused where its cases are not the reader's to see."""
    cases = own_cases_page(ground, reader, unit_id)
    month = newest_month(ground)
    status = statuses(ground, {unit_id: cycle.agreed(unit_id, month)}, month)[unit_id]
    held, before = meetings.find(unit_id, month), meetings.before(unit_id, month)
    said = [action for kept in (held, before) if kept for action in meetings.content(kept).actions]
    return TeamPage(
        unit=cases.unit,
        kind=cases.kind,
        above=cases.above,
        month=month,
        headline=status_words.headline(status),
        changes=tuple(status_words.message(status)),
        asked=len(status.demanded),
        overdue=cases.overdue,
        soon=cases.soon,
        promised=sum(action.overdue(reached(ground, today)) for action in said),
        met=held is not None,
        goals=tuple(_standing(goal) for goal in status.goals),
        rows=cases.rows[:SHOWN],
        cases=cases,
    )


def _standing(goal: GoalStatus) -> Standing:
    return Standing(
        status_words.name(goal),
        status_words.certain(goal),
        status_words.certain_of(goal),
        status_words.certainty(goal),
        status_words.target(goal) if goal.target else "",
        goal.variation,
        mark_words.changing(goal),
    )
