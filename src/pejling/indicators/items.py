"""What stands behind a cell, one row an item: a course, a stretch of a course, a step or a posting.

Every item has unit_id, day (its anchor), month, the groups asked for (group_0 …), person_id, numerator, denominator,
and for who asks why it counts: course_id, target_group, started_on, ended_on, exit_to, reason, on_day, what.
Everything is observed through a last day, T, included. See `course_items`, `day_items` and `record_items`.
"""

from dataclasses import dataclass
from datetime import date

from pejling.indicators.definition import Amount, Indicator, ScoreChange
from pejling.indicators.derived import Reimbursed
from pejling.indicators.relations import literal

COUNTED = ("began", "open", "ended", "exited", "lasted", "in_state", "activity_began", "held", "improved", "changed",
           "posted", "active")  # fmt: skip
UNDECIDED = ("still_open", "followed_until", "not_yet", "waiting")
NO_DAY = "CAST(NULL AS DATE)"
SCALE = 1_000_000  # scores are added up in whole millionths, so that sums do not depend on the order
ORE = 100


@dataclass(frozen=True)
class Observed:
    """An indicator's coverage, both days included: the narrowest over the tables it reads."""

    from_on: date
    through: date

    @property
    def covered(self) -> str:
        return f"BETWEEN {literal(self.from_on)} AND {literal(self.through)}"


def scale(indicator: Indicator) -> int:
    """What a component's numerator is counted in: whole courses, days or steps, øre, millionths of a point."""
    match indicator:
        case Amount() | Reimbursed():
            return ORE
        case ScoreChange(improved_by=None):
            return SCALE
    return 1


def month_of(day: str) -> str:
    """Its first day. DATE_TRUNC takes half as long again."""
    return f"({day} - CAST(DAY({day}) - 1 AS INTEGER))"
