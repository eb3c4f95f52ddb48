"""The steps that the law asks for, as SELECTs over the relations: `statutory_step`, and what it is made of.

A step falls due on the first day on which the law of that day asks for it. `law_due` says of every rule and every day
when a step counted from that day falls due, with versions, months' ends and closed days; the chain of a course only
looks it up. Of a contact_every the clock begins again at the last contact held before the due day: weekly contacts
make no more steps than the law asks for; at the first one after it where it was missed; else at the due day itself.

The chain is a recursive query, and is run in DuckDB also where the other measures run on Spark.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from pejling.indicators.groups import asked, birthday
from pejling.indicators.items import Observed
from pejling.indicators.law import (
    MOST_WORKING_DAYS,
    RECORDED,
    ActivationWithin,
    ContactEvery,
    ContactsWithin,
    CountTerms,
    EveryTerms,
    Rule,
    Span,
    Terms,
    WithinTerms,
    WorkingDays,
    events,
    opened_by_calendar,
    runs,
)
from pejling.indicators.model import Model
from pejling.indicators.relations import FAR, among, days_between, literal
from pejling.indicators.working_days import closed_days

VIEWS = ("law_day", "law_rule", "law_stretch")  # small, or looked at once


def statutory_relations(model: Model, through: date, observed: Mapping[str, Observed]) -> dict[str, str]:
    """Name to SELECT, each using those before it and those of `relations`. Of the rules whose tables are covered.

    statutory_step: rule, version (its number, from 1), course_id, person_id, since (the day it is counted from),
      due_on, held_on (null: not yet), met_on (when a missed step was made good), until (the first day that the rule is
      for the course no more, or that there is no such law any more), lacks (contacts still to be held), exempt (the
      exemption's key, or null). Of every open course it has the next step of each rule, too.

    A course that began before a rule's tables are covered has its contact_every counted from the first day covered;
    its steps that are asked for once are left out, for they may have been held before.
    """
    rules = [rule for rule in model.law if rule.key in observed]
    if not rules:
        return {}
    first = min(observed[rule.key].from_on for rule in rules)
    found = {
        "law_day": f"""
            SELECT CAST(day AS DATE) AS day
            FROM generate_series({literal(first)}, {literal(max(first, through))}, INTERVAL 1 DAY) AS days(day)"""
    }
    if any(map(opened_by_calendar, rules)):
        found |= _calendar(model, first, through)
    found["law_due"] = " UNION ALL ".join(f"({_due(rule)})" for rule in rules)
    found["law_stretch"] = " UNION ALL ".join(f"({_stretch(rule)})" for rule in rules)
    found["law_spell"] = _SPELL
    found["law_clock"] = " UNION ALL ".join(f"({_clock(rule, observed[rule.key].from_on, through)})" for rule in rules)
    held_by = list(dict.fromkeys(map(events, rules)))
    found["law_event"] = " UNION ALL ".join(
        f"({_event(n, of, kinds, through)})" for n, (of, kinds) in enumerate(held_by)
    )
    found["law_rule"] = _rules(rules, held_by)
    found["law_chain"] = _chain(through, rules)
    found["law_exempt"] = _exempt(rules)
    found["statutory_step"] = """
        SELECT c.rule, c.version, c.course_id, c.person_id, c.since, c.due_on, c.held_on, c.met_on, c.until, c.lacks,
            e.exempt
        FROM law_chain AS c LEFT JOIN law_exempt AS e
            ON c.rule = e.rule AND c.course_id = e.course_id AND c.since = e.since AND c.due_on = e.due_on
                AND c.held_on IS NOT DISTINCT FROM e.held_on"""
    return found


def _calendar(model: Model, first: date, through: date) -> dict[str, str]:
    """Every day and the open days up to it, the next open day and the last one (itself where it is open)."""
    last = through + timedelta(days=2 * MOST_WORKING_DAYS)
    begins = first - timedelta(days=31)
    days = ", ".join(map(literal, closed_days(model.calendar, begins.year, last.year)))
    closed = f" AND day NOT IN ({days})" if days else ""
    return {
        "law_calendar": f"""
            SELECT day, open, SUM(open) OVER (ORDER BY day) AS nth,
                MIN(CASE WHEN open = 1 THEN day END) OVER (ORDER BY day ROWS BETWEEN CURRENT ROW AND 31 FOLLOWING)
                    AS next_open_day,
                MAX(CASE WHEN open = 1 THEN day END) OVER (ORDER BY day ROWS BETWEEN 31 PRECEDING AND CURRENT ROW)
                    AS last_open_day
            FROM (
                SELECT day, CASE WHEN ISODOW(day) < 6{closed} THEN 1 ELSE 0 END AS open
                FROM (
                    SELECT CAST(day AS DATE) AS day
                    FROM generate_series({literal(begins)}, {literal(last)}, INTERVAL 1 DAY) AS days(day)))"""
    }


def _due(rule: Rule) -> str:
    """SELECT of `law_due`: rule, since, due_on, version, needed; of a first step first_due_on and first_version."""
    raw, version, joins = _asked_on(rule, [_span(each) for each in rule.versions], "w")
    first_raw, first_version, first_joins = raw, version, ""
    if firsts := [each.first for each in rule.versions if isinstance(each, EveryTerms) and each.first]:
        first_raw, first_version, first_joins = _asked_on(rule, firsts, "f")
    due, first_due, moves = "raw", "first_raw", ""
    if any(each.if_closed != "stays" for each in rule.versions):
        moves = " LEFT JOIN law_calendar AS c ON c.day = raw LEFT JOIN law_calendar AS f ON f.day = first_raw"
        due, first_due = _moved(rule, "c", "version", "raw"), _moved(rule, "f", "first_version", "first_raw")
    return f"""SELECT {literal(rule.key)} AS rule, since, {due} AS due_on, version, {first_due} AS first_due_on,
                first_version, {_needed(rule)} AS needed
            FROM (
                SELECT d.day AS since, {raw} AS raw, {version} AS version, {first_raw} AS first_raw,
                    {first_version} AS first_version
                FROM law_day AS d{joins}{first_joins}) AS counted{moves}"""


def _span(version: Terms) -> Span:
    assert isinstance(version, EveryTerms | WithinTerms)  # noqa: S101 - every kind of rule has one or the other
    return version.every if isinstance(version, EveryTerms) else version.within


def _asked_on(rule: Rule, spans: list[Span], alias: str) -> tuple[str, str, str]:
    """The day on which a step counted from `d.day` is asked for, by which version, and the joins that they need.

    The deadline of a version counts if it lies within its validity. Where one version follows another without a gap,
    and the step was still to come by the old one, a deadline that the new one has passed already is its first day.
    """
    joins, deadlines = "", []
    for number, span in enumerate(spans):
        if isinstance(span, WorkingDays):
            name = f"{alias}{number}"
            joins += "" if joins else f" JOIN law_calendar AS {alias} ON {alias}.day = d.day"
            joins += f" LEFT JOIN law_calendar AS {name} ON {name}.open = 1 AND {name}.nth = {alias}.nth + {span.count}"
            deadlines.append(f"{name}.day")
        else:
            deadlines.append(span.sql("d.day"))
    day, which = [], []
    for number, (version, deadline) in enumerate(zip(rule.versions, deadlines, strict=True)):
        within = f"{deadline} >= {literal(version.begins)}"
        if number and rule.versions[number - 1].end == version.begins:
            within = f"({within} OR {deadlines[number - 1]} >= {literal(version.begins)})"
        condition = f"{deadline} < {literal(version.end)} AND {within}"
        day.append(f"WHEN {condition} THEN GREATEST({deadline}, {literal(version.begins)})")
        which.append(f"WHEN {condition} THEN {number + 1}")
    return f"CASE {' '.join(day)} END", f"CASE {' '.join(which)} END", joins


def _moved(rule: Rule, calendar: str, version: str, raw: str) -> str:
    """Never to the day that it is counted from: a chain must come on."""
    cases = " ".join(
        f"WHEN {number} THEN GREATEST({calendar}.{each.if_closed}, since + 1)"
        for number, each in enumerate(rule.versions, 1)
        if each.if_closed != "stays"
    )
    return f"CASE {version} {cases} ELSE {raw} END"


def _needed(rule: Rule) -> str:
    cases = [f"WHEN {n} THEN {v.count}" for n, v in enumerate(rule.versions, 1) if isinstance(v, CountTerms)]
    return f"CASE version {' '.join(cases)} ELSE 1 END" if cases else "1"


def _stretch(rule: Rule) -> str:
    """SELECT of `law_stretch`: rule, course_id, person_id, from_on, to_on, while it is for the course."""
    age, person = rule.applies_to.age, ""
    starts, ends = ["s.from_on"], ["s.to_on"]
    conditions = asked(rule.applies_to, "s.target_group")
    if age or rule.applies_to.columns:
        person = " JOIN person AS p ON s.person_id = p.person_id"
    if age:
        conditions.append("p.birth_date IS NOT NULL")
        starts += [birthday(age.from_)] if age.from_ else []
        ends += [birthday(age.below)] if age.below is not None else []
    from_on = f"GREATEST({', '.join(starts)})" if len(starts) > 1 else starts[0]
    to_on = f"LEAST({', '.join(ends)})" if len(ends) > 1 else ends[0]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"""SELECT * FROM (
            SELECT {literal(rule.key)} AS rule, s.course_id, s.person_id, {from_on} AS from_on, {to_on} AS to_on
            FROM segment AS s{person}{where}) AS stretch WHERE from_on < to_on"""


# Stretches that follow each other are one: a move to another unit, or to a group of the same rule, starts no clock.
_SPELL = """
    SELECT rule, course_id, ANY_VALUE(person_id) AS person_id, MIN(from_on) AS from_on, MAX(to_on) AS to_on
    FROM (
        SELECT *, SUM(is_new) OVER (PARTITION BY rule, course_id ORDER BY from_on ROWS UNBOUNDED PRECEDING) AS nth
        FROM (
            SELECT *, CASE WHEN LAG(to_on) OVER (PARTITION BY rule, course_id ORDER BY from_on) = from_on THEN 0 ELSE 1
                END AS is_new
            FROM law_stretch) AS s) AS t
    GROUP BY rule, course_id, nth"""


def _clock(rule: Rule, covered_from: date, through: date) -> str:
    """SELECT of `law_clock`: rule, course_id, person_id, since, from_on, to_on; its steps are those due in between.

    Of stretches begun: a move that is only planned makes no step of the group moved to.
    """
    of = f"FROM law_spell AS s WHERE rule = {literal(rule.key)}"
    if isinstance(rule, ContactEvery):
        return " UNION ALL ".join(
            f"""SELECT rule, course_id, person_id, since, since AS from_on, to_on
            FROM (
                SELECT rule, course_id, person_id, LEAST(to_on, {literal(end)}) AS to_on,
                    GREATEST(from_on, {literal(max(first, covered_from))}) AS since
                {of}) AS run WHERE since < to_on"""
            for first, end in runs(rule.versions)
        )
    if rule.counted_from == "group":
        return f"""SELECT rule, course_id, person_id, from_on AS since, from_on, to_on
            {of} AND from_on >= {literal(covered_from)}"""
    return f"""SELECT s.rule, s.course_id, s.person_id, c.started_on AS since, s.from_on, s.to_on
            FROM law_spell AS s JOIN course AS c ON s.course_id = c.course_id
            WHERE rule = {literal(rule.key)} AND c.started_on >= {literal(covered_from)}
                AND s.from_on <= {literal(through)}"""


def _event(number: int, of: str, kinds: tuple[str, ...], through: date) -> str:
    """SELECT of `law_event`: events, course_id and days, each day with a contact (or an activity begun), in order."""
    table, day = ("activity", "started_on") if of == "activity" else ("step", "held_on")
    return f"""SELECT {number} AS events, course_id, LIST_SORT(LIST_DISTINCT(LIST({day}))) AS days
            FROM {table} WHERE {among("kind", kinds)} AND {day} <= {literal(through)} GROUP BY course_id"""


def _rules(rules: list[Rule], held_by: list[tuple[str, tuple[str, ...]]]) -> str:
    """How the chain treats each rule: `once`, or again and again; `anew` from a contact, or from due day to due day.

    `early`: the first step is held by its first contact, and the clock begins anew there. `opens`: a contact on the day
    that a step is counted from holds it.
    """
    rows = []
    for rule in rules:
        anew = isinstance(rule, ContactEvery)
        early = isinstance(rule, ContactEvery) and rule.versions[0].first is not None
        once = not anew and not (isinstance(rule, ContactsWithin) and rule.repeated)
        opens = 1 if early or not anew else 0
        rows.append(f"({literal(rule.key)}, {held_by.index(events(rule))}, {once}, {anew}, {early}, {opens})")
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS rules(rule, events, once, anew, early, opens)"


def _chain(through: date, rules: list[Rule]) -> str:
    """SELECT of `law_chain`: the steps, each counted from how the one before it went."""
    kept = "rule, course_id, person_id, from_on, to_on, days, once, anew"
    began = """
        SELECT k.rule, k.course_id, k.person_id, k.from_on, k.to_on, e.days, r.once, r.anew, r.early, k.since,
            k.since - r.opens AS after_on, d.first_due_on AS due_on, d.first_version AS version, d.needed,
            n.due_on AS missed_on
        FROM law_clock AS k JOIN law_rule AS r ON k.rule = r.rule
        JOIN law_due AS d ON k.rule = d.rule AND k.since = d.since
        LEFT JOIN law_due AS n ON k.rule = n.rule AND d.first_due_on = n.since
        LEFT JOIN law_event AS e ON r.events = e.events AND k.course_id = e.course_id
        WHERE d.first_due_on IS NOT NULL"""
    went_on = f"""
        SELECT c.rule, c.course_id, c.person_id, c.from_on, c.to_on, c.days, c.once, c.anew, FALSE AS early,
            c.next_since AS since, c.next_since AS after_on, d.due_on, d.version, d.needed, n.due_on AS missed_on
        FROM (
            SELECT {kept}, CASE WHEN anew THEN COALESCE(held_on, due_on) ELSE due_on END AS next_since
            FROM chain WHERE NOT once
                AND ((due_on < to_on AND due_on <= {literal(through)}) OR (anew AND held_on IS NOT NULL))) AS c
        JOIN law_due AS d ON c.rule = d.rule AND c.next_since = d.since
        LEFT JOIN law_due AS n ON c.rule = n.rule AND d.due_on = n.since
        WHERE d.due_on IS NOT NULL"""
    in_time = "LIST_FILTER(days, lambda x: x > after_on AND x <= due_on)"
    after = "LIST_FILTER(days, lambda x: x > due_on AND x < to_on)[1]"

    def looked_up(rows: str) -> str:
        return f"""
        SELECT {kept}, early, since, after_on, due_on, version, needed,
            CASE WHEN once THEN LIST_FILTER(days, lambda x: x > after_on AND x < to_on)[needed]
                WHEN NOT anew THEN {in_time}[needed]
                ELSE COALESCE({in_time}[CASE WHEN early THEN 1 ELSE -1 END],
                    CASE WHEN {after} < COALESCE(missed_on, {FAR}) THEN {after} END) END AS held_on
        FROM ({rows}) AS counted"""

    so_far = f"LIST_FILTER(days, lambda x: x > after_on AND x <= LEAST(c.due_on, {literal(through)}))"
    met = after.replace("due_on", "c.due_on")
    return f"""
        WITH RECURSIVE chain AS ({looked_up(began)} UNION ALL {looked_up(went_on)})
        SELECT c.rule, c.version, course_id, person_id, c.since, c.due_on, held_on, {_until(rules)} AS until,
            CASE WHEN held_on <= c.due_on THEN NULL WHEN once THEN held_on ELSE {met} END AS met_on,
            CASE WHEN held_on IS NOT NULL THEN 0 WHEN c.needed > 1 THEN c.needed - COALESCE(LEN({so_far}), 0) ELSE 1 END
                AS lacks
        FROM chain AS c LEFT JOIN law_due AS n ON c.rule = n.rule AND c.held_on = n.since
        WHERE from_on <= c.due_on AND c.due_on < to_on
            AND NOT (anew AND c.due_on > {literal(through)} AND held_on IS NOT NULL)
            AND NOT (anew AND NOT early AND COALESCE(held_on <= c.due_on AND n.due_on <= c.due_on, FALSE))"""


def _until(rules: list[Rule]) -> str:
    """When a step of the chain is asked for no more: a law that ended, with none after it, asks for nothing."""
    ends = [
        f"WHEN c.rule = {literal(rule.key)} AND c.version = {number} THEN {literal(end)}"
        for rule in rules
        if not isinstance(rule, ContactEvery)  # whose clock runs no longer than its law
        for begin, end in runs(rule.versions)
        if end < date.max
        for number, version in enumerate(rule.versions, 1)
        if begin <= version.begins and version.end <= end
    ]
    return f"LEAST(to_on, GREATEST(CASE {' '.join(ends)} ELSE {FAR} END, c.due_on + 1))" if ends else "to_on"


def _exempt(rules: list[Rule]) -> str:
    """SELECT of `law_exempt`: of the steps that are exempt the exemption, the first where several are.

    A contact that the records call exempt is of the step that is due nearest to its own due day; of two due on that
    day it is the one counted from last, or else the one not held, for a contact has held the other.
    """
    found = [
        f"""SELECT rule, course_id, since, due_on, held_on, {literal(RECORDED)} AS key, 0 AS place
            FROM (
                SELECT c.*, ROW_NUMBER() OVER (PARTITION BY c.rule, s.contact_id
                    ORDER BY ABS({days_between("c.due_on", "s.due_on")}), c.due_on, c.since DESC,
                        CASE WHEN c.held_on IS NULL THEN 0 ELSE 1 END) AS nth
                FROM law_chain AS c JOIN step AS s ON c.course_id = s.course_id
                WHERE c.rule = {literal(rule.key)} AND s.exempt AND s.due_on IS NOT NULL
                    AND {among("s.kind", rule.contact_kinds)}) AS near WHERE nth = 1"""
        for rule in rules
        if not isinstance(rule, ActivationWithin)
    ]
    for rule in rules:
        for number, version in enumerate(rule.versions, 1):
            for place, each in enumerate(version.exemptions, 1):
                of = f"""SELECT c.rule, c.course_id, c.since, c.due_on, c.held_on, {literal(each.key)} AS key,
                    {place} AS place FROM law_chain AS c"""
                that = f"WHERE c.rule = {literal(rule.key)} AND c.version = {number}"
                if each.activity_kinds:
                    found.append(
                        f"""{of} JOIN activity AS a ON c.course_id = a.course_id AND a.started_on <= c.due_on
                        AND COALESCE(a.ended_on, {FAR}) > c.due_on {that} AND {among("a.kind", each.activity_kinds)}"""
                    )
                if each.states:
                    found.append(
                        f"""{of} JOIN state AS t ON c.person_id = t.person_id AND t.from_on <= c.due_on
                        AND t.to_on > c.due_on {that} AND {among("t.state", each.states)}"""
                    )
    if not found:
        return f"SELECT *, {literal(RECORDED)} AS exempt FROM law_chain WHERE FALSE"
    return f"""SELECT rule, course_id, since, due_on, held_on, ARG_MIN(key, place) AS exempt
        FROM ({" UNION ALL ".join(found)}) AS found GROUP BY rule, course_id, since, due_on, held_on"""
