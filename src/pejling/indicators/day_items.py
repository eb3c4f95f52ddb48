"""The measures that run over days: their items are stretches of courses, `[from_on, to_on)`, under one unit and group.

Clipped to the days since the first covered and on which the person has the age asked for, and cut where the age passes
from band to band. Of an activity_share a stretch is of the denominator, and what activities cover of it another, with
reason `active`.
"""

from pejling.indicators.definition import ActivityShare, AverageStock, Stock
from pejling.indicators.groups import UNKNOWN, asked, bands, birthday, grouped, joined_person
from pejling.indicators.items import Observed
from pejling.indicators.relations import FAR, among, literal, within


def day_items(
    indicator: Stock | AverageStock | ActivityShare, observed: Observed, by: tuple[str, ...], why: bool
) -> str:
    """SELECT of the stretches begun by T; only with `why` whose they are."""
    stretches = open_stretches(indicator, observed, by, why)
    if not isinstance(indicator, ActivityShare):
        return stretches
    return f"{stretches} UNION ALL SELECT * FROM ({active_stretches(indicator, observed, by, why)}) AS active"


def open_stretches(
    indicator: Stock | AverageStock | ActivityShare, observed: Observed, by: tuple[str, ...], why: bool
) -> str:
    """SELECT of those of courses: unit_id, the groups, from_on, to_on, reason, and with `why` whose they are."""
    first, piece = _piece(indicator, observed, by, why)
    return (
        f"{first and f'WITH {first} '}SELECT {_columns(by, why)}, from_on, to_on, 'open' AS reason FROM ({piece}) AS p"
    )


def active_stretches(indicator: ActivityShare, observed: Observed, by: tuple[str, ...], why: bool) -> str:
    """SELECT, with the same columns, of what activities cover of them; each day once."""
    through, columns = literal(observed.through), _columns(by, why)
    first, piece = _piece(indicator, observed, by, why)
    return f"""
        WITH {first and f"{first}, "}piece AS ({piece}),
        clipped AS (
            SELECT p.*, GREATEST(a.started_on, p.from_on) AS active_from,
                LEAST(COALESCE(a.ended_on, {FAR}), p.to_on) AS active_to
            FROM piece AS p JOIN activity AS a ON a.course_id = p.course_id AND a.started_on < p.to_on
                AND COALESCE(a.ended_on, {FAR}) > p.from_on
            WHERE {within("a.kind", indicator.activity_kinds)} AND a.started_on <= {through}
                AND a.started_on < COALESCE(a.ended_on, {FAR})
                {"AND a.supplier_id IS NOT NULL" if indicator.credit == "supplier" else ""}),
        added AS (  -- a course's pieces follow each other, so that what covers one never reaches into the next;
                    -- of those that begin on the same day any may come first, for together they cover the same days
            SELECT {columns}, GREATEST(active_from, COALESCE(MAX(active_to) OVER (PARTITION BY number
                    ORDER BY active_from ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), active_from))
                    AS from_on,
                active_to AS to_on
            FROM clipped)
        SELECT {columns}, from_on, to_on, 'active' AS reason FROM added
        WHERE from_on < to_on AND from_on <= {through}"""


def _columns(by: tuple[str, ...], why: bool) -> str:
    whose = ["course_id", "person_id", "target_group"] if why else []
    return ", ".join(["unit_id", *(f"group_{n}" for n in range(len(by))), *whose])


def _piece(
    indicator: Stock | AverageStock | ActivityShare, observed: Observed, by: tuple[str, ...], why: bool
) -> tuple[str, str]:
    """What comes first in a WITH, and the SELECT of the stretches."""
    if isinstance(indicator, ActivityShare) and indicator.credit == "supplier":
        return _suppliers(indicator, literal(observed.through)), _pieces(indicator, "supplied", observed, by, why)
    return "", _pieces(indicator, "segment", observed, by, why)


def _pieces(
    indicator: Stock | AverageStock | ActivityShare, source: str, observed: Observed, by: tuple[str, ...], why: bool
) -> str:
    through, covered_from = literal(observed.through), literal(observed.from_on)
    age = indicator.where.age
    lower = age.from_ or 0 if age else 0
    conditions = [f"s.from_on <= {through}", *asked(indicator.where, "s.target_group")]
    whose = ", s.person_id, s.target_group" if why else ""
    parts = []
    for low, below, band in bands(indicator.age_bands if "age" in by else ()):
        lows = [limit for limit in (low, lower) if limit]
        highs = [limit for limit in (below, age.below if age else None) if limit is not None]
        from_on = ["s.from_on", covered_from, *map(birthday, lows)]
        to_on = ["s.to_on", *map(birthday, highs)]
        known = ["p.birth_date IS NOT NULL"] if age or (band and band != UNKNOWN) else []
        known += ["p.birth_date IS NULL"] if band == UNKNOWN else []
        parts.append(
            f"""SELECT s.number, s.course_id, s.unit_id, {_greatest(from_on)} AS from_on,
            {_greatest(to_on, "LEAST")} AS to_on{grouped(by, "s.target_group", literal(band))}{whose}
        FROM {source} AS s{joined_person(indicator, by, "s")}
        WHERE {" AND ".join([*conditions, *known])}"""
        )
    return f"""SELECT * FROM (
        {" UNION ALL ".join(parts)}) AS behind
    WHERE from_on < to_on AND from_on <= {through}"""


def _greatest(days: list[str], of: str = "GREATEST") -> str:
    return f"{of}({', '.join(days)})" if len(days) > 1 else days[0]


def _suppliers(indicator: ActivityShare, through: str) -> str:
    """`supplied`: segments cut by the supplier that each day of the course is with, as its unit.

    Of the running activities with a supplier the last begun, else the one that ended last; days before the first are
    with nobody.
    """
    return f"""
        supplying AS (
            SELECT course_id, supplier_id, activity_id, started_on, COALESCE(ended_on, {FAR}) AS ended_on
            FROM activity WHERE {among("kind", indicator.activity_kinds)} AND supplier_id IS NOT NULL
                AND started_on <= {through}),
        turn AS (
            SELECT course_id, started_on AS day FROM supplying UNION SELECT course_id, ended_on FROM supplying),
        claim AS (
            SELECT t.course_id, t.day, a.supplier_id, ROW_NUMBER() OVER (PARTITION BY t.course_id, t.day
                ORDER BY CASE WHEN a.ended_on > t.day THEN 1 ELSE 0 END DESC,
                    CASE WHEN a.ended_on > t.day THEN a.started_on ELSE a.ended_on END DESC,
                    a.started_on DESC, a.activity_id DESC) AS place
            FROM turn AS t JOIN supplying AS a ON a.course_id = t.course_id AND a.started_on <= t.day),
        with_supplier AS (
            SELECT course_id, supplier_id, day AS from_on,
                LEAD(day, 1, {FAR}) OVER (PARTITION BY course_id ORDER BY day) AS to_on
            FROM claim WHERE place = 1),
        supplied AS (
            SELECT s.number, s.course_id, s.person_id, w.supplier_id AS unit_id, s.target_group,
                GREATEST(s.from_on, w.from_on) AS from_on, LEAST(s.to_on, w.to_on) AS to_on
            FROM segment AS s JOIN with_supplier AS w
                ON w.course_id = s.course_id AND w.from_on < s.to_on AND w.to_on > s.from_on)"""
