"""What each measure asks of the relations: which courses stand behind a cell, and what became of each.

`courses_behind` gives one row a course (for a stock: a segment), `outcomes` adds how it counts. Everything is observed
through a last day, T, included: a course that ends after T is open, one that starts after T is not there yet.

`exit_within`, course by course, in this order; the word is the reason that `cases` shows:
  still_open      no exit by T, and T is before the last day an exit would count: undecided
  not_exited      no exit by that day · too_late: the exit came after it
  exited_elsewhere  to something not in `exit_to`
  relapsed        within `lasting` from the day of exit, another course of the person, not one of no length, was open,
                  or the person was in a support state; known as soon as it is seen
  followed_until  exited, not relapsed, and T is before the last day of `lasting`: undecided
  exited, lasted  counted
"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pejling.indicators.definition import Exits, ExitWithin, Indicator, Intake, Stock, Where
from pejling.indicators.relations import among, literal, quoted

COUNTED = ("began", "open", "ended", "exited", "lasted")
UNDECIDED = ("still_open", "followed_until")
UNKNOWN = "unknown"  # the group of a person of whom the column is not known


@dataclass(frozen=True)
class Observed:
    """An indicator's coverage, both days included: the narrowest over the tables it reads."""

    from_on: date
    through: date


def courses_behind(indicator: Indicator, observed: Observed, by: tuple[str, ...], only: str = "TRUE") -> str:
    """SELECT course_id, person_id, unit_id, target_group, a column per `by`, anchor_on, started_on, ended_on, exit_to.

    For a stock: a row per segment, with from_on and to_on instead of the days. `only` is a further condition, over
    these columns.
    """
    through = literal(observed.through)
    if isinstance(indicator, Stock):
        return _segments(indicator, through, by, only)
    at_exit = isinstance(indicator, Exits)
    anchor, unit, group, day = "started_on", "start_unit", "c.start_group", "c.started_on"
    if at_exit:  # unit, target group and age are those of the last day
        anchor, unit, group, day = "ended_on", "end_unit", "c.end_group", "GREATEST(c.started_on, c.ended_on - 1)"
    asked = [f"c.{anchor} BETWEEN {literal(observed.from_on)} AND {through}", *_asked(indicator.where, group)]
    asked += _aged(indicator.where, day)
    if isinstance(indicator, Exits):
        asked += [among("c.exit_to", indicator.exit_to), among("c.exit_to", indicator.where.exit_to)]
    groups = _groups(by, group, _band(indicator.age_bands, day))
    return f"""SELECT * FROM (
        SELECT c.course_id, c.person_id, c.{unit} AS unit_id, {group} AS target_group, c.{anchor} AS anchor_on,
            c.started_on, c.ended_on, c.exit_to{groups}
        FROM course AS c{_person(indicator.where, by, "c")}
        WHERE {" AND ".join(asked)}) AS behind
    WHERE {only}"""


def outcomes(indicator: Indicator, observed: Observed, by: tuple[str, ...], only: str = "TRUE") -> str:
    """`courses_behind` with `reason`; of exit_within also `relapsed_on`, and `decided_by`, the T at which an undecided
    course is sure to be decided."""
    behind = courses_behind(indicator, observed, by, only)
    match indicator:
        case Intake():
            return f"SELECT *, 'began' AS reason FROM ({behind}) AS anchored"
        case Exits():
            return f"SELECT *, 'ended' AS reason FROM ({behind}) AS anchored"
        case Stock():
            return f"""SELECT b.*, c.started_on, c.ended_on, c.exit_to, 'open' AS reason
                FROM ({behind}) AS b JOIN course AS c ON b.course_id = c.course_id"""
        case ExitWithin():
            return _exit_within(indicator, literal(observed.through), behind)


def _exit_within(indicator: ExitWithin, through: str, behind: str) -> str:
    in_time = f"ended_on <= latest AND {among('exit_to', indicator.exit_to)}"
    anchored = f"SELECT *, {indicator.within.sql('started_on')} AS latest FROM ({behind}) AS b"
    if indicator.lasting is None:
        return f"""
        SELECT *, CAST(NULL AS DATE) AS relapsed_on,
            CASE WHEN ended_on IS NULL AND {through} < latest THEN latest END AS decided_by,
            CASE WHEN ended_on IS NULL AND {through} < latest THEN 'still_open'
                WHEN ended_on IS NULL THEN 'not_exited'
                WHEN ended_on > latest THEN 'too_late'
                WHEN {in_time} THEN 'exited'
                ELSE 'exited_elsewhere' END AS reason
        FROM ({anchored}) AS a"""
    states = f"""
            UNION ALL SELECT e.course_id, GREATEST(s.from_on, e.ended_on)
            FROM exited AS e JOIN state AS s ON s.person_id = e.person_id
            WHERE {among("s.state", indicator.support_states)} AND s.from_on < s.to_on
                AND s.from_on < e.until AND s.from_on <= {through} AND s.to_on > e.ended_on"""
    return f"""
        WITH anchored AS ({anchored}),
        exited AS (
            SELECT course_id, person_id, ended_on, {indicator.lasting.sql("ended_on")} AS until
            FROM anchored WHERE {in_time}),
        relapse AS (
            SELECT course_id, MIN(relapsed_on) AS relapsed_on FROM (
                SELECT e.course_id, GREATEST(s.from_on, e.ended_on) AS relapsed_on
                FROM exited AS e JOIN segment AS s ON s.person_id = e.person_id
                WHERE s.course_id <> e.course_id AND {among("s.target_group", indicator.relapse_target_groups)}
                    AND s.from_on < e.until AND s.from_on <= {through} AND s.to_on > e.ended_on
                {states if indicator.support_states else ""}) AS seen
            GROUP BY course_id),
        followed AS (
            SELECT a.*, r.relapsed_on, e.until - 1 AS lasts_through, e.course_id IS NOT NULL AS exited_in_time
            FROM anchored AS a LEFT JOIN exited AS e ON a.course_id = e.course_id
            LEFT JOIN relapse AS r ON a.course_id = r.course_id)
        SELECT *, CASE WHEN ended_on IS NULL AND {through} < latest THEN {indicator.lasting.sql("latest")} - 1
                WHEN exited_in_time AND relapsed_on IS NULL AND {through} < lasts_through THEN lasts_through
                END AS decided_by,
            CASE WHEN ended_on IS NULL AND {through} < latest THEN 'still_open'
                WHEN ended_on IS NULL THEN 'not_exited'
                WHEN ended_on > latest THEN 'too_late'
                WHEN NOT exited_in_time THEN 'exited_elsewhere'
                WHEN relapsed_on IS NOT NULL THEN 'relapsed'
                WHEN {through} < lasts_through THEN 'followed_until'
                ELSE 'lasted' END AS reason
        FROM followed"""


def _segments(indicator: Stock, through: str, by: tuple[str, ...], only: str) -> str:
    """Clipped to the days on which the person has the age asked for, and cut where the age passes from band to band."""
    age = indicator.where.age
    lower = age.from_ or 0 if age else 0
    asked = [f"s.from_on <= {through}", *_asked(indicator.where, "s.target_group")]
    parts = []
    for low, below, band in _bands(indicator.age_bands if "age" in by else ()):
        lows = [limit for limit in (low, lower) if limit]
        highs = [limit for limit in (below, age.below if age else None) if limit is not None]
        from_on = ", ".join(["s.from_on", *map(_birthday, lows)])
        to_on = ", ".join(["s.to_on", *map(_birthday, highs)])
        known = ["p.birth_date IS NOT NULL"] if age or (band and band != UNKNOWN) else []
        known += ["p.birth_date IS NULL"] if band == UNKNOWN else []
        parts.append(
            f"""SELECT s.course_id, s.person_id, s.unit_id, s.target_group, GREATEST({from_on}) AS from_on,
            LEAST({to_on}) AS to_on{_groups(by, "s.target_group", literal(band))}
        FROM segment AS s{_person(indicator.where, by, "s")}
        WHERE {" AND ".join([*asked, *known])}"""
        )
    return f"""SELECT * FROM (
        {" UNION ALL ".join(parts)}) AS behind
    WHERE from_on < to_on AND from_on <= {through} AND {only}"""


def _asked(where: Where, group: str) -> list[str]:
    """The conditions of `where`, but for those on age and exit."""
    conditions = [among(group, where.target_group)]
    return conditions + [among(f"p.{quoted(column)}", values) for column, values in where.columns.items()]


def _aged(where: Where, day: str) -> list[str]:
    """The condition on age on an anchor day."""
    if where.age is None:
        return []
    conditions = [f"{day} >= {_birthday(where.age.from_ or 0)}"]
    return conditions + ([f"{day} < {_birthday(where.age.below)}"] if where.age.below is not None else [])


def _birthday(age: int) -> str:
    """The day a person turns that age; born on 29 February: 1 March in a year without."""
    turned = f"CAST(p.birth_date + INTERVAL '{age}' YEAR AS DATE)"
    return f"({turned} + CASE WHEN DAY(p.birth_date) = 29 AND DAY({turned}) = 28 THEN 1 ELSE 0 END)"


def _bands(limits: tuple[int, ...]) -> list[tuple[int, int | None, str]]:
    """With 25 and 30: 0-24, 25-29, 30+ and unknown, as (from, below, name). Without limits: one of no name."""
    if not limits:
        return [(0, None, "")]
    lows = (0, *limits)
    named = [(low, below, f"{low}-{below - 1}") for low, below in pairwise(lows)]
    return [*named, (lows[-1], None, f"{lows[-1]}+"), (0, None, UNKNOWN)]


def _band(limits: tuple[int, ...], day: str) -> str:
    """The age band on an anchor day; empty where the birth date is not known."""
    cases = " ".join(
        f"WHEN {day} < {_birthday(below)} THEN {literal(band)}"
        for _, below, band in _bands(limits)
        if below is not None
    )
    last = f"{limits[-1]}+" if limits else ""
    return f"CASE {cases} WHEN p.birth_date IS NOT NULL THEN {literal(last)} END"


def _groups(by: tuple[str, ...], group: str, band: str) -> str:
    named = {"target_group": group, "age": band}
    columns = (named.get(column) or f"p.{quoted(column)}" for column in by)
    return "".join(f", COALESCE({column}, '{UNKNOWN}') AS group_{n}" for n, column in enumerate(columns))


def _person(where: Where, by: tuple[str, ...], alias: str) -> str:
    if not where.age and not where.columns and not set(by) - {"target_group"}:
        return ""
    return f" LEFT JOIN person AS p ON {alias}.person_id = p.person_id"
