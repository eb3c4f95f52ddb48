"""What the state pays back, by course and week, and the part of it that a missed step puts at risk: SELECTs.

A week runs from Monday to Sunday, and is paid by the version that holds on its Monday. Its place on the ladder is
counted in weeks with a day on the benefit: those of the spell (weeks on end, whichever course), and those of the
`remembers` weeks before the spell began. Money is in whole øre, rounded half up for each row.
"""

from datetime import date

from pejling.indicators.law import PaidTerms, Reimbursement, Rule
from pejling.indicators.model import Model
from pejling.indicators.relations import FAR, among, days_between, literal

VIEWS = ("paid_part", "benefit_week", "risk_week", "reimbursement_week")
_WEEK = 7
_WHOLE = 7 * 10_000  # days of a week, and the ten-thousandths that rates are written in
WEEK_OF = "CAST(DATE_TRUNC('week', {}) AS DATE)"  # its Monday


def reimbursement_relations(model: Model, through: date, rules: tuple[Rule, ...]) -> dict[str, str]:
    """Name to SELECT, each using those before it, those of `relations` and `statutory_step`, if it is there.

    reimbursement_week: rule, course_id, person_id, unit_id, target_group, week (its Monday), from_on and to_on (days
      of the course in it, under that unit and group), nth (week on the benefit), active, weekly (øre a week), rate (in
      ten-thousandths), expected (øre), overdue (days with an overdue step), at_risk (øre). `rules` are those that have
      steps; only those whose version says `reimbursed` put anything at risk.
    """
    if not model.reimbursements:
        return {}
    monday = WEEK_OF.format("t.from_on")
    weeks = f"{days_between(monday, 't.to_on - 1')} // {_WEEK} + 1"
    return {
        "paid_stretch": " UNION ALL ".join(f"({_stretch(each, through)})" for each in model.reimbursements),
        "paid_week": _SPELLS,
        "paid_spell": _spell(model.reimbursements),
        "active_week": _active(model.reimbursements, through),
        "paid_part": f"""
            SELECT rule, course_id, person_id, unit_id, target_group, week, GREATEST(from_on, week) AS from_on,
                LEAST(to_on, week + {_WEEK}) AS to_on, counted_from
            FROM (
                SELECT t.*, p.first_week - {_WEEK} * p.before AS counted_from,
                    {monday} + CAST({_WEEK} * UNNEST(RANGE({weeks})) AS INTEGER) AS week
                FROM paid_stretch AS t JOIN paid_spell AS p
                    ON t.rule = p.rule AND t.person_id = p.person_id AND t.from_on BETWEEN p.first_week AND p.last_on)
                AS s""",
        "benefit_week": _benefit(model.reimbursements),
        "overdue": _overdue(rules, through),
        "risk_week": f"""
            SELECT b.*, SUM({days_between("GREATEST(b.from_on, o.from_on)", "LEAST(b.to_on, o.to_on)")}) AS overdue
            FROM benefit_week AS b JOIN overdue AS o
                ON b.course_id = o.course_id AND o.from_on < b.to_on AND o.to_on > b.from_on
            GROUP BY ALL""",
        "reimbursement_week": f"""
            SELECT b.*, {_ore("b.weekly", days_between("b.from_on", "b.to_on"), "b.rate")} AS expected,
                COALESCE(r.overdue, 0) AS overdue, COALESCE({_ore("b.weekly", "r.overdue", "b.rate")}, 0) AS at_risk
            FROM benefit_week AS b LEFT JOIN risk_week AS r
                ON b.rule = r.rule AND b.course_id = r.course_id AND b.from_on = r.from_on""",
    }


def expected(alias: str) -> str:
    """Øre that the state pays of a row of `benefit_week`."""
    return _ore(f"{alias}.weekly", days_between(f"{alias}.from_on", f"{alias}.to_on"), f"{alias}.rate")


def at_risk(alias: str) -> str:
    """Øre at risk of a row of `risk_week`."""
    return _ore(f"{alias}.weekly", f"{alias}.overdue", f"{alias}.rate")


def _ore(weekly: str, days: str, rate: str) -> str:
    return f"CAST(({weekly} * {days} * {rate} + {_WHOLE // 2}) // {_WHOLE} AS BIGINT)"


def _stretch(each: Reimbursement, through: date) -> str:
    """SELECT of `paid_stretch`: the days on the benefit, as far as they are seen, on end under one unit and group."""
    of_whom = among("target_group", each.applies_to.target_group)
    by_day = "OVER (PARTITION BY course_id ORDER BY from_on"
    same = f"LAG(to_on) {by_day}) = from_on AND LAG(unit_id) {by_day}) = unit_id"
    return f"""SELECT {literal(each.key)} AS rule, course_id, person_id, unit_id, target_group, MIN(from_on) AS from_on,
            LEAST(MAX(to_on), {literal(through)} + 1) AS to_on
        FROM (
            SELECT *, SUM(is_new) {by_day} ROWS UNBOUNDED PRECEDING) AS nth
            FROM (
                SELECT *, CASE WHEN {same} AND LAG(target_group) {by_day}) = target_group THEN 0 ELSE 1 END AS is_new
                FROM segment WHERE from_on <= {literal(through)}) AS s) AS t
        WHERE {of_whom} GROUP BY course_id, person_id, unit_id, target_group, nth"""


# Weeks on end with a day on the benefit, whichever course it is.
_SPELLS = f"""
    SELECT rule, person_id, MIN(first_week) AS first_week, MAX(last_week) AS last_week
    FROM (
        SELECT *, SUM(is_new) OVER (PARTITION BY rule, person_id
            ORDER BY first_week, last_week ROWS UNBOUNDED PRECEDING) AS nth
        FROM (
            SELECT *, CASE WHEN first_week <= MAX(last_week) OVER (PARTITION BY rule, person_id
                ORDER BY first_week, last_week ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + {_WEEK}
                THEN 0 ELSE 1 END AS is_new
            FROM (
                SELECT rule, person_id, {WEEK_OF.format("from_on")} AS first_week,
                    {WEEK_OF.format("to_on - 1")} AS last_week
                FROM paid_stretch) AS s) AS t) AS u
    GROUP BY rule, person_id, nth"""


def _spell(reimbursements: tuple[Reimbursement, ...]) -> str:
    """SELECT of `paid_spell`: rule, person_id, first_week, last_on (the last Sunday), and the weeks `before` it."""
    remembers = " ".join(f"WHEN {literal(each.key)} THEN {each.remembers * _WEEK}" for each in reimbursements)
    reach = f"s.first_week - CASE s.rule {remembers} END"
    return f"""
        SELECT s.rule, s.person_id, s.first_week, s.last_week + {_WEEK - 1} AS last_on,
            CAST(COALESCE(SUM({days_between(f"GREATEST(b.first_week, {reach})", "b.last_week")} // {_WEEK} + 1), 0)
                AS INTEGER) AS before
        FROM paid_week AS s LEFT JOIN paid_week AS b
            ON s.rule = b.rule AND s.person_id = b.person_id AND b.first_week < s.first_week AND b.last_week >= {reach}
        GROUP BY ALL"""


def _active(reimbursements: tuple[Reimbursement, ...], through: date) -> str:
    """SELECT of `active_week`: rule, version, course_id, week, each with a day in an activity of `active_kinds`."""
    found = [
        f"""SELECT {literal(each.key)} AS rule, {number} AS version, course_id,
            CAST(UNNEST(RANGE({WEEK_OF.format("started_on")},
                LEAST(COALESCE(ended_on, {FAR}), {literal(through)} + 1), INTERVAL {_WEEK} DAY)) AS DATE) AS week
        FROM activity WHERE {among("kind", version.active_kinds)} AND started_on <= {literal(through)}
            AND (ended_on IS NULL OR ended_on > started_on)"""
        for each in reimbursements
        for number, version in enumerate(each.versions, 1)
        if version.active_kinds
    ]
    if not found:
        return "SELECT '' AS rule, 0 AS version, '' AS course_id, CAST(NULL AS DATE) AS week WHERE FALSE"
    return f"SELECT DISTINCT * FROM ({' UNION ALL '.join(found)}) AS found"


def _benefit(reimbursements: tuple[Reimbursement, ...]) -> str:
    """SELECT of `benefit_week`: `paid_part` with what is paid for it. Weeks that no version holds in are left out."""
    nth = f"{days_between('p.counted_from', 'p.week')} // {_WEEK} + 1"
    by_version, weekly, rate = [], [], []
    for each in reimbursements:
        for number, version in enumerate(each.versions, 1):
            holds = f"p.week >= {literal(version.begins)} AND p.week < {literal(version.end)}"
            by_version.append(f"WHEN p.rule = {literal(each.key)} AND {holds} THEN {number}")
            that = f"v.rule = {literal(each.key)} AND v.version = {number}"
            weekly.append(f"WHEN {that} THEN {_weekly(version)}")
            rate.append(f"WHEN {that} THEN {_rate(version)}")
    with_active = any(version.active_kinds for each in reimbursements for version in each.versions)
    active = "a.week IS NOT NULL" if with_active else "FALSE"
    join = (
        " LEFT JOIN active_week AS a ON v.rule = a.rule AND v.version = a.version AND v.course_id = a.course_id"
        " AND v.week = a.week"
    )
    return f"""
        SELECT v.rule, v.version, v.course_id, v.person_id, v.unit_id, v.target_group, v.week, v.from_on, v.to_on,
            v.nth, {active} AS active, CASE {" ".join(weekly)} END AS weekly, CASE {" ".join(rate)} END AS rate
        FROM (
            SELECT p.*, {nth} AS nth, CASE {" ".join(by_version)} END AS version FROM paid_part AS p) AS v{
        join if with_active else ""
    } WHERE v.version IS NOT NULL"""


def _weekly(version: PaidTerms) -> str:
    others = " ".join(f"WHEN {literal(group)} THEN {int(amount * 100)}" for group, amount in version.weekly_of.items())
    of_all = f"{int(version.weekly * 100)}"
    return f"(CASE v.target_group {others} ELSE {of_all} END)" if others else of_all


def _rate(version: PaidTerms) -> str:
    steps = [
        f"WHEN v.nth <= {step.through_week} THEN {step.points}" if step.through_week else f"ELSE {step.points}"
        for step in version.ladder
    ]
    active = ["WHEN a.week IS NOT NULL THEN " + str(version.active_points)] if version.active_kinds else []
    cases = [*active, *steps]
    return f"(CASE {' '.join(cases)} END)" if len(cases) > 1 else str(version.ladder[0].points)


def _overdue(rules: tuple[Rule, ...], through: date) -> str:
    """SELECT of `overdue`: course_id, from_on, to_on: days on which a step that reimbursement depends on is overdue.

    From the day after the due day until the day it was made good; each day once, whichever steps it is.
    """
    depends = [
        f"(rule = {literal(rule.key)} AND version = {number})"
        for rule in rules
        for number, version in enumerate(rule.versions, 1)
        if version.reimbursed
    ]
    if not depends:
        return "SELECT '' AS course_id, CAST(NULL AS DATE) AS from_on, CAST(NULL AS DATE) AS to_on WHERE FALSE"
    return f"""
        SELECT course_id, MIN(from_on) AS from_on, MAX(to_on) AS to_on
        FROM (
            SELECT *, SUM(is_new) OVER (PARTITION BY course_id ORDER BY from_on, to_on ROWS UNBOUNDED PRECEDING) AS nth
            FROM (
                SELECT *, CASE WHEN from_on <= MAX(to_on) OVER (PARTITION BY course_id ORDER BY from_on, to_on
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS is_new
                FROM (
                    SELECT course_id, due_on + 1 AS from_on,
                        LEAST(COALESCE(met_on, until), until, {literal(through)} + 1) AS to_on
                    FROM statutory_step
                    WHERE exempt IS NULL AND due_on < {literal(through)} AND (held_on IS NULL OR held_on > due_on)
                        AND ({" OR ".join(depends)})) AS late
                WHERE from_on < to_on) AS s) AS t
        GROUP BY course_id, nth"""
