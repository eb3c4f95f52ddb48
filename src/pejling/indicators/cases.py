"""The courses behind a cell: each with how it counts, and the one reason why."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators.cells import Scope, groups
from pejling.indicators.definition import ExitWithin, Stock
from pejling.indicators.documents import nearest
from pejling.indicators.figures import known_unit
from pejling.indicators.hierarchy import units
from pejling.indicators.measurement import measurement, reading, with_relations
from pejling.indicators.periods import Period
from pejling.indicators.queries import COUNTED, UNDECIDED, outcomes
from pejling.indicators.relations import literal

Outcome = Literal["counted", "not_counted", "undecided"]


@dataclass(frozen=True)
class Case:
    """One course of a cell, with the unit and target group it is credited to; a closed unit's are its successor's.

    `reason` is one of `queries`' words: began, open, ended, exited, lasted (counted); not_exited, too_late,
    exited_elsewhere, relapsed (not counted); still_open, followed_until (undecided). `days` and `on` go with it: the
    days from start to exit and the day of it; relapsed: from the exit until back; open, not exited and undecided:
    followed so far, and the last day followed. `decided_by` is the day an undecided one is sure to be decided.
    """

    course_id: str
    person_id: str
    unit_id: str
    target_group: str
    started_on: date
    ended_on: date | None
    exit_to: str | None
    outcome: Outcome
    reason: str
    days: int
    on: date
    decided_by: date | None


def cases(
    connection: duckdb.DuckDBPyConnection, indicator: str, unit: str, period: str, by: str = "", group: str = ""
) -> list[Case]:
    """Every course of the cell, by its first day. Their number is the cell's denominator, or a count's numerator.

    Raises Mistake for a name nobody knows, and where nothing is measured.
    """
    with reading(connection):
        measured = measurement(connection)
        definition = measured.model.indicator(indicator)
        observed = measured.observed(definition)
        hierarchy = units(connection)
        span = Period.parse(period)
        if by and by not in definition.by:
            raise Mistake(f"indicator {indicator}", f"it is not broken down by {by!r}", nearest(by, definition.by))
        scope = Scope(connection, definition, by, hierarchy, (known_unit(hierarchy, unit),), (span,))
        if by and group not in (known := groups(scope, measured.model)):
            raise Mistake(f"group {by}", f"{group!r} was not found in what was measured", nearest(group, known))
        only = ["unit_id IN (SELECT c.unit_id FROM credited AS c JOIN below AS l ON c.credited_to = l.leaf)"]
        if by:
            only.append(f"group_0 = {literal(group)}")
        if isinstance(definition, Stock):
            if span.last_on < observed.from_on or span.first_on > observed.through:
                return []
            day = literal(min(span.last_on, observed.through))
            only.append(f"from_on <= {day} AND to_on > {day}")
        else:
            only.append(f"anchor_on BETWEEN {literal(span.first_on)} AND {literal(span.last_on)}")
        select = outcomes(definition, observed, (by,) if by else (), " AND ".join(only))
        decided_by = "decided_by" if isinstance(definition, ExitWithin) else "NULL"
        relapsed_on = "relapsed_on" if isinstance(definition, ExitWithin) else "NULL"
        rows = connection.execute(
            f"""{with_relations(connection, measured, observed.through)}, below AS (SELECT unnest($leaves) AS leaf)
            SELECT course_id, person_id, c.credited_to, target_group, started_on, ended_on, exit_to, reason,
                {decided_by}, {relapsed_on}
            FROM ({select}) AS o JOIN credited AS c ON o.unit_id = c.unit_id ORDER BY started_on, course_id""",
            {"leaves": [leaf for _, leaf in scope.descent]},
        ).fetchall()
    through = min(observed.through, span.last_on) if isinstance(definition, Stock) else observed.through
    return [_case(through, *row) for row in rows]


def _case(
    through: date,
    course_id: str,
    person_id: str,
    unit_id: str,
    target_group: str,
    started_on: date,
    ended_on: date | None,
    exit_to: str | None,
    reason: str,
    decided_by: date | None,
    relapsed_on: date | None,
) -> Case:
    outcome: Outcome = "counted" if reason in COUNTED else "undecided" if reason in UNDECIDED else "not_counted"
    if reason == "began":
        since, on = started_on, started_on
    elif reason in ("open", "still_open", "not_exited"):
        since, on = started_on, through
    elif reason == "followed_until":
        since, on = ended_on or started_on, through
    elif reason == "relapsed":
        since, on = ended_on or started_on, relapsed_on or through
    else:
        since, on = started_on, ended_on or through
    days = (on - since).days
    return Case(
        course_id,
        person_id,
        unit_id,
        target_group,
        started_on,
        ended_on,
        exit_to,
        outcome,
        reason,
        days,
        on,
        decided_by,
    )
