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
intake       began · reentered: another course of the person was open, or ended within `reentry_within` before

`event` and `until` say what a curve needs (`survival`): stage 1 runs from the start of the course, stage 2 from the
exit; entry is the day after which a course that began before the coverage is at risk.
"""

from dataclasses import dataclass

from pejling.indicators.definition import (
    AT_EXIT,
    ActivityWithin,
    Exits,
    ExitWithin,
    Indicator,
    Intake,
    LastingShare,
    ScoreChange,
    StateAfter,
    TimeToExit,
)  # fmt: skip
from pejling.indicators.groups import aged, asked, band, grouped, joined_person
from pejling.indicators.items import NO_DAY, SCALE, Observed
from pejling.indicators.relations import among, days_between, literal

FOR_GOOD = 100_000  # days: followed beyond anything asked for
NO_EVENT = "CAST(NULL AS VARCHAR)"


@dataclass(frozen=True)
class Anchor:
    """The day a course is counted on, with unit and target group as on `lived`, which for an exit is the day before."""

    day: str
    unit_id: str
    target_group: str
    lived: str


START = Anchor("c.started_on", "c.start_unit", "c.start_group", "c.started_on")
EXIT = Anchor("c.ended_on", "c.end_unit", "c.end_group", "GREATEST(c.started_on, c.ended_on - 1)")


@dataclass(frozen=True)
class Outcome:
    """What a measure makes of a course `c`, as expressions.

    Some ask what became of the course later: `found` is then a SELECT by `number` of those on which there is something
    to know, joined under the name that `found_name` gives.
    """

    reason: str
    on_day: str
    what: str = "''"
    decided_by: str = NO_DAY
    event: str = NO_EVENT
    until: str = "0"
    event_after: str = NO_EVENT
    until_after: str = "0"
    entry: str = ""
    change: str = ""
    found: str = ""


def anchor(indicator: Indicator) -> Anchor:
    return EXIT if isinstance(indicator, AT_EXIT) else START


def found_name(indicator: Indicator) -> str:
    """The relation of an outcome's `found`."""
    return f"found_{indicator.key}"


def course_items(indicator: Indicator, observed: Observed, by: tuple[str, ...], why: bool) -> str:
    """SELECT of the items; only with `why` the reason, its day, what it was, and the target group."""
    found = outcome(indicator, observed).found
    first = f"WITH {found_name(indicator)} AS ({found}) " if found else ""
    return first + course_rows(indicator, observed, by, why=why)


def course_rows(indicator: Indicator, observed: Observed, by: tuple[str, ...], *, why: bool) -> str:
    """`course_items` where the relation of `found` is there already."""
    at, made = anchor(indicator), outcome(indicator, observed)
    columns = {"unit_id": at.unit_id, "anchor_on": at.day}
    told = ("reason", "on_day", "what") if why else ()
    kept = (*told, "decided_by", "event", "until", "event_after", "until_after")
    columns |= {name: getattr(made, name) for name in kept}
    columns |= {name: each for name in ("entry", "change") if (each := getattr(made, name))}
    columns |= {"target_group": at.target_group} if why else {}
    named = ", ".join(f"{each} AS {name}" for name, each in columns.items())
    return f"""
        SELECT c.course_id, c.person_id, c.started_on, c.ended_on, c.exit_to, {named}
            {grouped(by, at.target_group, band(indicator.age_bands, at.lived))}
        FROM course AS c{"".join(joins(indicator, observed, by))} WHERE {chosen(indicator, observed)}"""


def joins(indicator: Indicator, observed: Observed, by: tuple[str, ...]) -> list[str]:
    """What stands after `course AS c`: its person, and what was found of it."""
    name = found_name(indicator)
    found = f" LEFT JOIN {name} ON c.number = {name}.number" if outcome(indicator, observed).found else ""
    return [join for join in (joined_person(indicator, by, "c"), found) if join]


def chosen(indicator: Indicator, observed: Observed) -> str:
    """The condition on a course, and on what was found of it: those that the indicator is about."""
    conditions = [_before(indicator, observed)]
    if isinstance(indicator, ScoreChange):  # two scores
        conditions.append(f"{found_name(indicator)}.number IS NOT NULL")
    return " AND ".join(conditions)


def _before(indicator: Indicator, observed: Observed) -> str:
    """The condition on the course itself."""
    at = anchor(indicator)
    conditions = [f"{at.day} {observed.covered}", *asked(indicator.where, at.target_group)]
    conditions += aged(indicator.where, at.lived)
    if isinstance(indicator, TimeToExit):  # who began before the coverage is let in late, if before the horizon
        conditions[0] = f"""c.started_on <= {literal(observed.through)}
            AND (c.started_on >= {literal(observed.from_on)} OR c.ended_on IS NULL
                OR c.ended_on >= {literal(observed.from_on)})"""
        if indicator.horizon:
            conditions.append(f"{_entry(observed)} < {indicator.horizon.count}")
    if isinstance(indicator, ScoreChange):
        conditions.append(f"c.started_on >= {literal(observed.from_on)}")
    if isinstance(indicator, AT_EXIT):
        exits = () if isinstance(indicator, StateAfter | ScoreChange) else indicator.exit_to
        conditions += [among("c.exit_to", values) for values in (exits, indicator.where.exit_to) if values]
    return " AND ".join(conditions)


def outcome(indicator: Indicator, observed: Observed) -> Outcome:
    through = literal(observed.through)
    person = joined_person(indicator, (), "c")
    courses = f"FROM course AS c{person} WHERE {_before(indicator, observed)}"
    match indicator:
        case ExitWithin():
            return _exit_within(indicator, through, courses)
        case LastingShare():
            name = found_name(indicator)
            return Outcome(
                f"{name}.stay", f"{name}.stay_day", f"{name}.what", f"{name}.stay_decided_by",
                event_after=f"{name}.event_after", until_after=f"{name}.until_after",
                found=_stayed(indicator, through, courses),
            )  # fmt: skip
        case StateAfter():
            return _state_after(indicator, observed, courses)
        case ActivityWithin():
            return _activity_within(indicator, through, courses)
        case TimeToExit():
            return _time_to_exit(indicator, observed)
        case ScoreChange():
            return _score_change(indicator, courses)
        case Exits():
            return Outcome("'ended'", "c.ended_on")
        case Intake() if indicator.reentry_within:
            return _intake(indicator, courses)
    return Outcome("'began'", "c.started_on")


def _intake(indicator: Intake, courses: str) -> Outcome:
    """`on_day` is the day the other course ended, or the start where it was open."""
    assert indicator.reentry_within is not None  # noqa: S101 - the caller's branch
    name = found_name(indicator)
    until = indicator.reentry_within.sql("o.ended_on")
    return Outcome(
        f"CASE WHEN {name}.number IS NULL THEN 'began' ELSE 'reentered' END",
        f"COALESCE({name}.left_on, c.started_on)",
        f"COALESCE({name}.what, '')",
        found=f"""
        WITH asked AS (SELECT c.number, c.course_id, c.person_id, c.started_on {courses}),
        former AS (
            SELECT a.number, LEAST(COALESCE(o.ended_on, a.started_on), a.started_on) AS left_on, o.start_group
            FROM asked AS a JOIN course AS o ON o.person_id = a.person_id
            WHERE (o.started_on < a.started_on OR (o.started_on = a.started_on AND o.course_id < a.course_id))
                AND (o.ended_on IS NULL OR {until} > a.started_on)
                AND {among("o.start_group", indicator.reentry_target_groups)})
        SELECT number, MAX(left_on) AS left_on,
            SUBSTRING(MAX(CAST(left_on AS VARCHAR) || start_group), 11) AS what
        FROM former GROUP BY number""",
    )


def _exit_within(indicator: ExitWithin, through: str, courses: str) -> Outcome:
    latest = indicator.within.sql("c.started_on")
    wanted = among("c.exit_to", indicator.exit_to)
    waiting = f"c.ended_on IS NULL AND {through} < {latest}"
    event = f"""CASE WHEN c.ended_on <= {latest} AND {wanted} THEN 'exit' WHEN c.ended_on <= {latest} THEN 'other'
            WHEN {waiting} THEN 'censored' ELSE 'never' END"""
    until = f"""CASE WHEN c.ended_on <= {latest} THEN {days_between("c.started_on", "c.ended_on")}
            WHEN {waiting} THEN {days_between("c.started_on", through)} ELSE {FOR_GOOD} END"""
    early = f"""CASE WHEN {waiting} THEN 'still_open' WHEN c.ended_on IS NULL THEN 'not_exited'
            WHEN c.ended_on > {latest} THEN 'too_late'"""
    if indicator.lasting is None:
        return Outcome(
            f"{early} WHEN {wanted} THEN 'exited' ELSE 'exited_elsewhere' END",
            f"COALESCE(c.ended_on, {through})",
            decided_by=f"CASE WHEN {waiting} THEN {latest} END", event=event, until=until,
        )  # fmt: skip
    name = found_name(indicator)
    return Outcome(
        f"{early} ELSE COALESCE({name}.stay, 'exited_elsewhere') END",
        f"COALESCE({name}.stay_day, c.ended_on, {through})",
        f"COALESCE({name}.what, '')",
        f"CASE WHEN {waiting} THEN {indicator.lasting.sql(latest)} - 1 ELSE {name}.stay_decided_by END",
        event,
        until,
        f"{name}.event_after",
        f"COALESCE({name}.until_after, 0)",
        found=_stayed(indicator, through, f"{courses} AND c.ended_on <= {latest} AND {wanted}"),
    )


def _stayed(indicator: ExitWithin | LastingShare, through: str, courses: str) -> str:
    """SELECT of the courses that ended as asked: whether for good."""
    assert indicator.lasting is not None  # noqa: S101 - the caller's branch
    lasts_to = indicator.lasting.sql("e.ended_on")
    states = f"""
                UNION ALL SELECT e.number, GREATEST(s.from_on, e.ended_on), '0' || s.state
                FROM left_for AS e JOIN state AS s ON s.person_id = e.person_id
                WHERE {among("s.state", indicator.support_states)} AND s.from_on < s.to_on
                    AND s.from_on < {lasts_to} AND s.from_on <= {through} AND s.to_on > e.ended_on"""
    groups = among("s.target_group", indicator.relapse_target_groups)
    return f"""
        WITH left_for AS (
            SELECT c.number, c.person_id, c.ended_on {courses}),
        relapse AS (
            SELECT number, MIN(back_on) AS back_on,
                SUBSTRING(MIN(CAST(back_on AS VARCHAR) || what), 12) AS what  -- a state before a target group
            FROM (
                SELECT e.number, GREATEST(s.from_on, e.ended_on) AS back_on, '1' || s.target_group AS what
                FROM left_for AS e JOIN segment AS s ON s.person_id = e.person_id
                WHERE s.number <> e.number AND {groups}
                    AND s.from_on < {lasts_to} AND s.from_on <= {through} AND s.to_on > e.ended_on
                {states if indicator.support_states else ""}) AS seen
            GROUP BY number)
        SELECT e.number,
            CASE WHEN back_on IS NOT NULL THEN 'relapsed' WHEN {through} < {lasts_to} - 1 THEN 'followed_until'
                ELSE 'lasted' END AS stay,
            CASE WHEN back_on IS NOT NULL THEN back_on WHEN {through} < {lasts_to} - 1 THEN {through}
                ELSE ended_on END AS stay_day,
            COALESCE(what, '') AS what,
            CASE WHEN back_on IS NULL AND {through} < {lasts_to} - 1 THEN {lasts_to} - 1 END AS stay_decided_by,
            CASE WHEN back_on IS NOT NULL THEN 'relapse' WHEN {through} < {lasts_to} - 1 THEN 'censored'
                ELSE 'never' END AS event_after,
            CASE WHEN back_on IS NOT NULL THEN {days_between("ended_on", "back_on")}
                WHEN {through} < {lasts_to} - 1 THEN {days_between("ended_on", through)}
                ELSE {FOR_GOOD} END AS until_after
        FROM left_for AS e LEFT JOIN relapse AS r ON e.number = r.number"""


def _state_after(indicator: StateAfter, observed: Observed, courses: str) -> Outcome:
    name, asked_on = found_name(indicator), indicator.after.sql("c.ended_on")
    inside = among("s.state", indicator.states)
    asked = f"c.ended_on <= {literal(indicator.after.before(observed.through))}"  # cheaper than to count on each course
    return Outcome(
        f"""CASE WHEN NOT {asked} THEN 'not_yet' WHEN {name}.inside IS NULL THEN 'state_unknown'
            WHEN {name}.inside = 1 THEN 'in_state' ELSE 'in_other_state' END""",
        asked_on,
        f"COALESCE({name}.what, '')",
        f"CASE WHEN NOT {asked} THEN {asked_on} END",
        f"CASE WHEN NOT {asked} THEN {NO_EVENT} WHEN {name}.inside = 1 THEN 'exit' ELSE 'other' END",
        found=f"""
        WITH asked AS (
            SELECT c.number, c.person_id, {asked_on} AS asked_on {courses} AND {asked})
        SELECT a.number, MAX(CASE WHEN {inside} THEN 1 ELSE 0 END) AS inside,
            COALESCE(MIN(CASE WHEN {inside} THEN s.state END), MIN(s.state)) AS what
        FROM asked AS a JOIN state AS s ON s.person_id = a.person_id
        WHERE s.from_on <= a.asked_on AND s.to_on > a.asked_on
        GROUP BY a.number""",
    )


def _activity_within(indicator: ActivityWithin, through: str, courses: str) -> Outcome:
    name, latest = found_name(indicator), indicator.within.sql("c.started_on")
    before_end = "<=" if indicator.may_end_course else "<"
    ended = f"c.ended_on <= {latest}"
    return Outcome(
        f"""CASE WHEN {name}.begun_on IS NOT NULL THEN 'activity_began' WHEN {ended} THEN 'ended_before'
            WHEN {latest} <= {through} THEN 'no_activity' ELSE 'waiting' END""",
        f"COALESCE({name}.begun_on, CASE WHEN {ended} THEN c.ended_on ELSE LEAST({latest}, {through}) END)",
        f"COALESCE({name}.what, '')",
        f"""CASE WHEN {name}.begun_on IS NULL AND (c.ended_on IS NULL OR c.ended_on > {latest})
            AND {latest} > {through} THEN {latest} END""",
        f"""CASE WHEN {name}.begun_on IS NOT NULL THEN 'exit' WHEN {ended} THEN 'other'
            WHEN {latest} <= {through} THEN 'never' ELSE 'censored' END""",
        f"""CASE WHEN {name}.begun_on IS NOT NULL THEN {days_between("c.started_on", f"{name}.begun_on")}
            WHEN {ended} THEN {days_between("c.started_on", "c.ended_on")}
            WHEN {latest} <= {through} THEN {FOR_GOOD} ELSE {days_between("c.started_on", through)} END""",
        found=f"""
        WITH asked AS (SELECT c.number, c.course_id, c.started_on, c.ended_on, {latest} AS latest {courses})
        SELECT b.number, MIN(a.started_on) AS begun_on, MIN_BY(a.kind, a.started_on) AS what
        FROM asked AS b JOIN activity AS a ON a.course_id = b.course_id
        WHERE {among("a.kind", indicator.activity_kinds)} AND a.started_on >= b.started_on
            AND a.started_on <= b.latest AND a.started_on <= {through}
            AND (b.ended_on IS NULL OR a.started_on {before_end} b.ended_on)
        GROUP BY b.number""",
    )


def _time_to_exit(indicator: TimeToExit, observed: Observed) -> Outcome:
    through = literal(observed.through)
    wanted = among("c.exit_to", indicator.exit_to)
    length = days_between("c.started_on", f"COALESCE(c.ended_on, {through})")
    beyond, censored, until = "", "c.ended_on IS NULL", length
    if indicator.horizon:
        horizon = indicator.horizon.count
        beyond = f"""WHEN {length} > {horizon} OR (c.ended_on IS NULL AND {length} = {horizon}) THEN 'beyond_horizon'"""
        censored, until = f"{censored} OR {length} > {horizon}", f"LEAST({length}, {horizon})"
    return Outcome(
        f"""CASE {beyond} WHEN c.ended_on IS NULL THEN 'still_open' WHEN {wanted} THEN 'exited'
            ELSE 'exited_elsewhere' END""",
        f"COALESCE(c.ended_on, {through})",
        event=f"CASE WHEN {censored} THEN 'censored' WHEN {wanted} THEN 'exit' ELSE 'other' END",
        until=until,
        entry=_entry(observed),
    )


def _entry(observed: Observed) -> str:
    """The day of the course before the first one covered."""
    return f"({days_between('c.started_on', literal(observed.from_on))} - 1)"


def _score_change(indicator: ScoreChange, courses: str) -> Outcome:
    """The first and the last score of the course, by day and then by the course it was delivered with."""
    order = "s.measured_on, s.score, s.scored_in"
    backwards = "s.measured_on DESC, s.score DESC, s.scored_in DESC"
    name = found_name(indicator)
    change = f"({name}.last_score - {name}.first_score)"
    if indicator.improved_by is None:
        reason = "'changed'"
    else:
        better = change if indicator.direction == "up" else f"-{change}"
        reason = f"CASE WHEN {better} >= {indicator.improved_by!r} THEN 'improved' ELSE 'not_improved' END"
    return Outcome(
        reason,
        "c.ended_on",
        change=f"CAST(ROUND({change} * {SCALE}) AS BIGINT)",
        found=f"""
        WITH asked AS (SELECT c.number, c.course_id, c.started_on, c.ended_on {courses}),
        scored AS (
            SELECT a.number, s.measured_on, s.score,
                ROW_NUMBER() OVER (PARTITION BY a.number ORDER BY {order}) AS from_first,
                ROW_NUMBER() OVER (PARTITION BY a.number ORDER BY {backwards}) AS from_last
            FROM asked AS a JOIN score AS s ON s.course_id = a.course_id
            WHERE s.instrument = {literal(indicator.instrument)} AND s.measured_on >= a.started_on
                AND s.measured_on <= a.ended_on)
        SELECT number, MIN(CASE WHEN from_first = 1 THEN score END) AS first_score,
            MIN(CASE WHEN from_last = 1 THEN score END) AS last_score
        FROM scored GROUP BY number HAVING MIN(measured_on) < MAX(measured_on)""",
    )
