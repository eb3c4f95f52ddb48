"""The measures whose items are courses: those that began, or those that ended, and what became of each.

A course has one reason, found in this order. T is the last day observed.

exit_within  still_open  no exit by T, and T is before the last day an exit would count: undecided
             not_exited  no exit by that day · too_late: the exit came after it
             exited_elsewhere  to something not in `exit_to`
             relapsed  within `lasting` from the day of exit, another course of the person, not one of no length, was
                       open, or the person was in a support state; known as soon as it is seen
             followed_until  exited, not relapsed, and T is before the last day of `lasting`: undecided
             exited, lasted  counted
lasting_share  relapsed, followed_until, lasted: as above
state_after  not_yet (undecided), in_state (counted), state_unknown, in_other_state
activity_within  activity_began (counted), ended_before, no_activity, waiting (undecided)
time_to_exit  exited (counted), exited_elsewhere, beyond_horizon, still_open (undecided)
score_change  improved, not_improved, or changed where the change itself is measured

`event` and `until` say what a curve needs (`survival`): stage 1 runs from the start of the course, stage 2 from the
exit; entry is the day after which a course that began before the coverage is at risk.
"""

from pejling.indicators.definition import (
    AT_EXIT,
    ActivityWithin,
    Exits,
    ExitWithin,
    Indicator,
    LastingShare,
    ScoreChange,
    StateAfter,
    TimeToExit,
)  # fmt: skip
from pejling.indicators.groups import aged, asked, band, grouped, joined_person
from pejling.indicators.items import NO_DAY, SCALE, Observed
from pejling.indicators.relations import among, days_between, literal

FOR_GOOD = 100_000  # days: followed beyond anything asked for
NO_CURVE = "CAST(NULL AS VARCHAR) AS event, 0 AS until"
NO_STAY = "CAST(NULL AS VARCHAR) AS event_after, 0 AS until_after"


def course_items(indicator: Indicator, observed: Observed, by: tuple[str, ...], why: bool) -> str:
    """SELECT of the items; only with `why` those columns that tell why it counts."""
    behind = _behind(indicator, observed, by, why)
    through = literal(observed.through)
    match indicator:
        case ExitWithin():
            return _exit_within(indicator, through, behind)
        case LastingShare():
            return _lasting_share(indicator, through, behind)
        case StateAfter():
            return _state_after(indicator, through, behind)
        case ActivityWithin():
            return _activity_within(indicator, through, behind)
        case TimeToExit():
            return _time_to_exit(indicator, observed, behind)
        case ScoreChange():
            return _score_change(indicator, observed, behind)
    reason, day = ("ended", "ended_on") if isinstance(indicator, Exits) else ("began", "started_on")
    return f"""SELECT *, '{reason}' AS reason, {day} AS on_day, '' AS what, {NO_DAY} AS decided_by, {NO_CURVE},
            {NO_STAY}
        FROM ({behind}) AS b"""


def _behind(indicator: Indicator, observed: Observed, by: tuple[str, ...], why: bool) -> str:
    """The courses, with unit and target group as on the anchor day: the start, or the last day before the end."""
    if isinstance(indicator, AT_EXIT):
        anchor, unit, group, day = "ended_on", "end_unit", "c.end_group", "GREATEST(c.started_on, c.ended_on - 1)"
    else:
        anchor, unit, group, day = "started_on", "start_unit", "c.start_group", "c.started_on"
    conditions = [f"c.{anchor} {observed.covered}", *asked(indicator.where, group), *aged(indicator.where, day)]
    if isinstance(indicator, TimeToExit):  # who began before the coverage is let in late
        conditions[0] = f"""c.started_on <= {literal(observed.through)}
            AND (c.started_on >= {literal(observed.from_on)} OR c.ended_on IS NULL
                OR c.ended_on >= {literal(observed.from_on)})"""
    if isinstance(indicator, AT_EXIT):
        exits = () if isinstance(indicator, StateAfter | ScoreChange) else indicator.exit_to
        conditions += [among("c.exit_to", values) for values in (exits, indicator.where.exit_to) if values]
    groups = grouped(by, group, band(indicator.age_bands, day))
    told = f", {group} AS target_group" if why else ""
    return f"""
        SELECT c.course_id, c.person_id, c.{unit} AS unit_id, c.{anchor} AS anchor_on, c.started_on, c.ended_on,
            c.exit_to{groups}{told}
        FROM course AS c{joined_person(indicator, by, "c")}
        WHERE {" AND ".join(conditions)}"""


def _exit_within(indicator: ExitWithin, through: str, behind: str) -> str:
    latest = indicator.within.sql("started_on")
    wanted = among("exit_to", indicator.exit_to)
    took = days_between("started_on", "ended_on")
    event = f"""
        CASE WHEN ended_on <= latest AND {wanted} THEN 'exit' WHEN ended_on <= latest THEN 'other'
            WHEN ended_on IS NULL AND {through} < latest THEN 'censored' ELSE 'never' END AS event,
        CASE WHEN ended_on <= latest THEN {took}
            WHEN ended_on IS NULL AND {through} < latest THEN {days_between("started_on", through)}
            ELSE {FOR_GOOD} END AS until"""
    early = f"""
            CASE WHEN ended_on IS NULL AND {through} < latest THEN 'still_open'
                WHEN ended_on IS NULL THEN 'not_exited'
                WHEN ended_on > latest THEN 'too_late'"""
    if indicator.lasting is None:
        return f"""
        SELECT *, {early} WHEN {wanted} THEN 'exited' ELSE 'exited_elsewhere' END AS reason,
            COALESCE(ended_on, {through}) AS on_day, '' AS what,
            CASE WHEN ended_on IS NULL AND {through} < latest THEN latest END AS decided_by, {event}, {NO_STAY}
        FROM (SELECT *, {latest} AS latest FROM ({behind}) AS b) AS a"""
    stayed = _stayed(indicator, through, f"SELECT * FROM anchored WHERE ended_on <= latest AND {wanted}")
    return f"""
        WITH anchored AS (SELECT *, {latest} AS latest FROM ({behind}) AS b),
        {stayed}
        SELECT a.*, {early} ELSE COALESCE(e.stay, 'exited_elsewhere') END AS reason,
            COALESCE(e.stay_day, ended_on, {through}) AS on_day, COALESCE(e.what, '') AS what,
            CASE WHEN ended_on IS NULL AND {through} < latest THEN {indicator.lasting.sql("latest")} - 1
                ELSE e.stay_decided_by END AS decided_by,
            {event}, e.event_after, COALESCE(e.until_after, 0) AS until_after
        FROM anchored AS a LEFT JOIN stayed AS e ON a.course_id = e.course_id"""


def _lasting_share(indicator: LastingShare, through: str, behind: str) -> str:
    return f"""
        WITH anchored AS ({behind}), {_stayed(indicator, through, "SELECT * FROM anchored")}
        SELECT a.*, e.stay AS reason, e.stay_day AS on_day, e.what, e.stay_decided_by AS decided_by, {NO_CURVE},
            e.event_after, e.until_after
        FROM anchored AS a JOIN stayed AS e ON a.course_id = e.course_id"""


def _stayed(indicator: ExitWithin | LastingShare, through: str, candidates: str) -> str:
    """The relations `left`, `relapse` and `stayed` for a WITH: of the courses that ended, whether for good."""
    assert indicator.lasting is not None  # noqa: S101 - the caller's branch
    states = f"""
                UNION ALL SELECT e.course_id, GREATEST(s.from_on, e.ended_on), '0' || s.state
                FROM left_for AS e JOIN state AS s ON s.person_id = e.person_id
                WHERE {among("s.state", indicator.support_states)} AND s.from_on < s.to_on
                    AND s.from_on < e.lasts_to AND s.from_on <= {through} AND s.to_on > e.ended_on"""
    groups = among("s.target_group", indicator.relapse_target_groups)
    return f"""
        left_for AS (
            SELECT course_id, person_id, ended_on, {indicator.lasting.sql("ended_on")} AS lasts_to
            FROM ({candidates}) AS c),
        relapse AS (
            SELECT course_id, MIN(back_on) AS back_on,
                SUBSTRING(MIN(CAST(back_on AS VARCHAR) || what), 12) AS what  -- a state before a target group
            FROM (
                SELECT e.course_id, GREATEST(s.from_on, e.ended_on) AS back_on, '1' || s.target_group AS what
                FROM left_for AS e JOIN segment AS s ON s.person_id = e.person_id
                WHERE s.course_id <> e.course_id AND {groups}
                    AND s.from_on < e.lasts_to AND s.from_on <= {through} AND s.to_on > e.ended_on
                {states if indicator.support_states else ""}) AS seen
            GROUP BY course_id),
        stayed AS (
            SELECT e.course_id,
                CASE WHEN back_on IS NOT NULL THEN 'relapsed' WHEN {through} < lasts_to - 1 THEN 'followed_until'
                    ELSE 'lasted' END AS stay,
                CASE WHEN back_on IS NOT NULL THEN back_on WHEN {through} < lasts_to - 1 THEN {through}
                    ELSE ended_on END AS stay_day,
                COALESCE(what, '') AS what,
                CASE WHEN back_on IS NULL AND {through} < lasts_to - 1 THEN lasts_to - 1 END AS stay_decided_by,
                CASE WHEN back_on IS NOT NULL THEN 'relapse' WHEN {through} < lasts_to - 1 THEN 'censored'
                    ELSE 'never' END AS event_after,
                CASE WHEN back_on IS NOT NULL THEN {days_between("ended_on", "back_on")}
                    WHEN {through} < lasts_to - 1 THEN {days_between("ended_on", through)}
                    ELSE {FOR_GOOD} END AS until_after
            FROM left_for AS e LEFT JOIN relapse AS r ON e.course_id = r.course_id)"""


def _state_after(indicator: StateAfter, through: str, behind: str) -> str:
    return f"""
        WITH anchored AS (SELECT *, {indicator.after.sql("ended_on")} AS asked_on FROM ({behind}) AS b),
        lived AS (
            SELECT a.course_id, MAX(CASE WHEN {among("s.state", indicator.states)} THEN 1 ELSE 0 END) AS inside,
                COALESCE(MIN(CASE WHEN {among("s.state", indicator.states)} THEN s.state END), MIN(s.state)) AS what
            FROM anchored AS a JOIN state AS s ON s.person_id = a.person_id
            WHERE a.asked_on <= {through} AND s.from_on <= a.asked_on AND s.to_on > a.asked_on
            GROUP BY a.course_id)
        SELECT a.*, CASE WHEN asked_on > {through} THEN 'not_yet' WHEN inside IS NULL THEN 'state_unknown'
                WHEN inside = 1 THEN 'in_state' ELSE 'in_other_state' END AS reason,
            asked_on AS on_day, COALESCE(l.what, '') AS what,
            CASE WHEN asked_on > {through} THEN asked_on END AS decided_by,
            CASE WHEN asked_on > {through} THEN CAST(NULL AS VARCHAR) WHEN inside = 1 THEN 'exit'
                ELSE 'other' END AS event, 0 AS until, {NO_STAY}
        FROM anchored AS a LEFT JOIN lived AS l ON a.course_id = l.course_id"""


def _activity_within(indicator: ActivityWithin, through: str, behind: str) -> str:
    latest = indicator.within.sql("started_on")
    before_end = "<=" if indicator.may_end_course else "<"
    return f"""
        WITH anchored AS (SELECT *, {latest} AS latest FROM ({behind}) AS b),
        begun AS (
            SELECT b.course_id, MIN(a.started_on) AS begun_on, MIN_BY(a.kind, a.started_on) AS what
            FROM anchored AS b JOIN activity AS a ON a.course_id = b.course_id
            WHERE {among("a.kind", indicator.activity_kinds)} AND a.started_on >= b.started_on
                AND a.started_on <= b.latest AND a.started_on <= {through}
                AND (b.ended_on IS NULL OR a.started_on {before_end} b.ended_on)
            GROUP BY b.course_id)
        SELECT b.*, CASE WHEN begun_on IS NOT NULL THEN 'activity_began' WHEN ended_on <= latest THEN 'ended_before'
                WHEN latest <= {through} THEN 'no_activity' ELSE 'waiting' END AS reason,
            COALESCE(begun_on, CASE WHEN ended_on <= latest THEN ended_on ELSE LEAST(latest, {through}) END) AS on_day,
            COALESCE(g.what, '') AS what,
            CASE WHEN begun_on IS NULL AND (ended_on IS NULL OR ended_on > latest) AND latest > {through}
                THEN latest END AS decided_by,
            CASE WHEN begun_on IS NOT NULL THEN 'exit' WHEN ended_on <= latest THEN 'other'
                WHEN latest <= {through} THEN 'never' ELSE 'censored' END AS event,
            CASE WHEN begun_on IS NOT NULL THEN {days_between("started_on", "begun_on")}
                WHEN ended_on <= latest THEN {days_between("started_on", "ended_on")}
                WHEN latest <= {through} THEN {FOR_GOOD}
                ELSE {days_between("started_on", through)} END AS until, {NO_STAY}
        FROM anchored AS b LEFT JOIN begun AS g ON b.course_id = g.course_id"""


def _time_to_exit(indicator: TimeToExit, observed: Observed, behind: str) -> str:
    through, horizon = literal(observed.through), indicator.horizon.count if indicator.horizon else FOR_GOOD
    wanted = among("exit_to", indicator.exit_to)
    return f"""
        SELECT *, CASE WHEN length > {horizon} OR (ended_on IS NULL AND length = {horizon}) THEN 'beyond_horizon'
                WHEN ended_on IS NULL THEN 'still_open' WHEN {wanted} THEN 'exited'
                ELSE 'exited_elsewhere' END AS reason,
            COALESCE(ended_on, {through}) AS on_day, '' AS what, {NO_DAY} AS decided_by,
            CASE WHEN ended_on IS NULL OR length > {horizon} THEN 'censored' WHEN {wanted} THEN 'exit'
                ELSE 'other' END AS event,
            LEAST(length, {horizon}) AS until, {NO_STAY}
        FROM (SELECT *, {days_between("started_on", f"COALESCE(ended_on, {through})")} AS length,
                {days_between("started_on", literal(observed.from_on))} - 1 AS entry
            FROM ({behind}) AS b) AS a
        WHERE entry < {horizon}"""


def _score_change(indicator: ScoreChange, observed: Observed, behind: str) -> str:
    """The first and the last score of the course, by day and then by the course it was delivered with."""
    order = "s.measured_on, s.score, s.scored_in"
    backwards = "s.measured_on DESC, s.score DESC, s.scored_in DESC"
    change = "last_score - first_score"
    if indicator.improved_by is None:
        reason = "'changed'"
    else:
        better = f"({change})" if indicator.direction == "up" else f"-({change})"
        reason = f"CASE WHEN {better} >= {indicator.improved_by!r} THEN 'improved' ELSE 'not_improved' END"
    return f"""
        WITH anchored AS (
            SELECT * FROM ({behind}) AS b WHERE started_on >= {literal(observed.from_on)}),
        scored AS (
            SELECT a.course_id, s.measured_on, s.score,
                ROW_NUMBER() OVER (PARTITION BY a.course_id ORDER BY {order}) AS from_first,
                ROW_NUMBER() OVER (PARTITION BY a.course_id ORDER BY {backwards}) AS from_last
            FROM anchored AS a JOIN score AS s ON s.course_id = a.course_id
            WHERE s.instrument = {literal(indicator.instrument)} AND s.measured_on >= a.started_on
                AND s.measured_on <= a.ended_on),
        change AS (
            SELECT course_id, MIN(CASE WHEN from_first = 1 THEN score END) AS first_score,
                MIN(CASE WHEN from_last = 1 THEN score END) AS last_score
            FROM scored GROUP BY course_id HAVING MIN(measured_on) < MAX(measured_on))
        SELECT a.*, {reason} AS reason, a.ended_on AS on_day, '' AS what, {NO_DAY} AS decided_by,
            CAST(ROUND(({change}) * {SCALE}) AS BIGINT) AS change, {NO_CURVE}, {NO_STAY}
        FROM anchored AS a JOIN change AS c ON a.course_id = c.course_id"""
