"""The contract's tables cut from `life`, as they were known on a day.

A row is first told of on some day, and again when its end becomes known. A delivery brings what is news since the one
before it; all deliveries together leave what a single one on the last day would have brought.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from pejling.facts.arrivals import literal, quoted
from pejling.facts.synthetic.lives import COURSES_OF_A_PERSON, TARGET, fill
from pejling.facts.synthetic.plan import Plan, units
from pejling.facts.synthetic.recipe import Unit

_STEPS = 4096  # more interviews than any course has
_SCORED = 0.6  # of the courses


@dataclass(frozen=True)
class Day:
    """A delivery: what is known on `known`, without what was known on `before`, the day of the last one."""

    known: date
    before: date | None = None

    def news(self, told: str, again: str = "NULL") -> str:
        """The condition that a row is told of: first on the day `told`, `again` when its end is known."""
        if self.before is None:
            return f"{told} <= {self.now}"
        then = f"DATE '{self.before}'"
        return f"{told} <= {self.now} AND ({told} > {then} OR ({again} > {then} AND {again} <= {self.now}))"

    def shown(self, value: str, told: str) -> str:
        """The value where it is known by now."""
        return f"CASE WHEN {told} <= {self.now} THEN {value} END"

    @property
    def now(self) -> str:
        return f"DATE '{self.known}'"


def declare(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """The views on `life`, and `under`: the teams at or below each unit."""
    connection.execute(f"""
    CREATE MACRO target_of(number) AS nth_of({list(plan.recipe.target_groups)}, number);
    CREATE MACRO person_of(number) AS printf('P%08d', number);
    CREATE MACRO course_of(number, piece) AS printf('C%08d-%d', number // {COURSES_OF_A_PERSON},
        number % {COURSES_OF_A_PERSON} + 1) || CASE piece WHEN 2 THEN '-2' ELSE '' END;
    -- The rows of courses: one, or two where the source begins anew on a birthday or a move.
    CREATE VIEW part AS SELECT life.*, piece,
        greatest(told_on, split_on + delay(number, 'split')) AS split_told,
        CASE piece WHEN 2 THEN split_on ELSE start END AS part_start,
        CASE WHEN piece = 1 AND split_on IS NOT NULL THEN split_on ELSE finish END AS part_finish,
        CASE WHEN piece = 1 AND split_on IS NOT NULL THEN split_by ELSE exit_to END AS part_exit,
        CASE piece WHEN 2 THEN split_told ELSE told_on END AS part_told,
        CASE WHEN piece = 1 AND split_on IS NOT NULL THEN split_told ELSE greatest(part_told, finish_told) END
            AS part_finish_told,
        CASE WHEN piece = 2 AND split_by = 'move' THEN place.team ELSE life.team END AS part_team
        FROM life CROSS JOIN (VALUES (1), (2)) AS pieces(piece)
        JOIN place ON place.bucket = bucket_of(number, 'new team', target)
        WHERE piece = 1 OR split_on IS NOT NULL;
    -- The part of its course that a day falls in, and when that was told of.
    CREATE MACRO piece_on(day, split_on) AS CASE WHEN day >= split_on THEN 2 ELSE 1 END;
    CREATE MACRO told_of(number, day, split_on, told_on) AS CASE WHEN day >= split_on
        THEN greatest(told_on, split_on + delay(number, 'split')) ELSE told_on END;
    """)
    every = {unit.unit_id: unit for unit in units(plan)}
    shared = [unit.caseworkers for unit in every.values() if unit.size]
    # Who answers for a course in a team: one of its caseworkers, or the team where it has none.
    connection.execute(f"""CREATE MACRO at_unit(unit_id, team, number, purpose) AS
        CASE WHEN nth_of({shared}, team) = 0 THEN unit_id
        ELSE unit_id || '-' || (1 + below(number, purpose, nth_of({shared}, team))) END""")
    numbers = {unit_id: number for number, unit_id in enumerate(each for each, unit in every.items() if unit.size)}
    pairs = [(unit_id, number) for lowest, number in numbers.items() for unit_id in _way_up(every, lowest)]
    fill(connection, "under", ("unit_id", "team"), pairs)


def _way_up(every: dict[str, Unit], unit_id: str) -> list[str]:
    way = [unit_id]
    while (above := every[way[-1]].parent) and above not in way:
        way.append(above)
    return way


def tables(plan: Plan, day: Day) -> dict[str, str]:
    """The query of each table of the contract. Units come with every delivery."""
    queries = {
        "units": _units(plan),
        "persons": _persons(plan, day),
        "courses": f"""
            SELECT course_of(number, piece) AS course_id, person_of(person) AS person_id,
                at_unit(unit_id, team.team, number, 'caseworker ' || piece) AS unit_id,
                target_of(target) AS target_group, part_start AS started_on,
                {day.shown("part_finish", "part_finish_told")} AS ended_on,
                {day.shown("part_exit", "part_finish_told")} AS exit_to
            FROM part JOIN team ON team.team = part_team WHERE {day.news("part_told", "part_finish_told")}""",
        "assignments": _assignments(plan, day),
        "activities": _activities(plan, day),
        "contacts": _contacts(plan, day),
        "states": _states(plan, day),
        "scores": _scores(plan, day),
    }
    if plan.recipe.accounts:
        queries["postings"] = _postings(plan, day)
    if plan.recipe.observations:
        queries["observations"] = _observations(plan, day)
    return queries


def _units(plan: Plan) -> str:
    rows = ", ".join(
        f"({', '.join(literal(text) for text in (unit.unit_id, unit.name, unit.kind))}, "
        f"{literal(unit.parent) if unit.parent else 'NULL'})"
        for unit in units(plan)
    )
    return f"""SELECT unit_id, DATE '{plan.begins}' AS valid_from, name, kind, parent_id, NULL::DATE AS valid_to,
        NULL::VARCHAR AS successor_id FROM (VALUES {rows}) AS told(unit_id, name, kind, parent_id)"""


def _persons(plan: Plan, day: Day) -> str:
    confounder = plan.recipe.confounder
    columns = f"nth_of({list(confounder.levels)}, level) AS {quoted(confounder.column)}"
    for column, values in plan.recipe.no_effect.items():
        limits = [sum(list(values.values())[: number + 1]) for number in range(len(values) - 1)]
        steps = " ".join(
            f"WHEN draw(person, {literal(column)}) < {limit} THEN {literal(value)}"
            for value, limit in zip(values, limits, strict=False)
        )
        last = literal(list(values)[-1])
        columns += f", {f'CASE {steps} ELSE {last} END' if steps else last} AS {quoted(column)}"
    return f"""SELECT person_of(person) AS person_id, born AS birth_date,
        CASE WHEN draw(person, 'sex') < 0.5 THEN 'female' ELSE 'male' END AS sex, {columns}
        FROM life WHERE first AND {day.news("person_told")}"""


def _assignments(plan: Plan, day: Day) -> str:
    """One move in a course: to another target group, to the team next door, or to any; some come back."""
    targets = len(plan.recipe.target_groups)
    return f"""
        WITH moving AS (
            SELECT *, start + 1 + below(number, 'transfer', days - 1)::INTEGER AS from_on,
                CASE WHEN draw(number, 'back from transfer') < 0.2 THEN 1 + below(number, 'away', 90)::INTEGER END
                    AS away,
                (CASE WHEN draw(number, 'other target group') < 0.35
                    THEN target + 1 + below(number, 'new target group', {targets - 1}) ELSE target END) % {targets}
                    AS new_target,
                draw(number, 'far') < 0.2 AS far, bucket_of(number, 'far team', new_target) AS bucket
            FROM life WHERE days >= 2 AND split_on IS NULL AND draw(number, 'transferred') < {plan.recipe.transfers}
        ), told AS (
            SELECT *, greatest(told_on, from_on + delay(number, 'transfer')) AS told,
                CASE WHEN from_on + away < finish THEN from_on + away END AS away_until,
                greatest(told, away_until + delay(number, 'end of transfer')) AS until_told
            FROM moving
        ), moved AS (
            SELECT told.*, CASE WHEN far THEN place.team ELSE next_team END AS new_team
            FROM told JOIN place USING (bucket) JOIN beside ON team_for = new_target::BIGINT * {TARGET} + told.team
        )
        SELECT course_of(number, 1) AS course_id, from_on,
            at_unit(team.unit_id, new_team, number, 'caseworker after transfer') AS unit_id,
            target_of(new_target) AS target_group,
            {day.shown("away_until", "until_told")} AS to_on
        FROM moved JOIN team ON team.team = new_team
        WHERE (new_target <> target OR new_team <> moved.team) AND {day.news("told", "until_told")}"""


def _activities(plan: Plan, day: Day) -> str:
    kinds = plan.recipe.activities
    weeks, costs = [kind.weeks for kind in kinds.values()], [kind.week_costs for kind in kinds.values()]
    suppliers = [unit.unit_id for unit in units(plan) if unit.supplies]
    supplier = (
        f"""CASE WHEN draw(activity, 'supplied') < nth_of({[kind.supplied for kind in kinds.values()]}, kind)
            THEN nth_of({suppliers}, below(activity, 'supplier', {len(suppliers)})) END"""
        if suppliers
        else "NULL::VARCHAR"
    )
    return f"""
        WITH slots AS (
            SELECT *, number * 2 + slot - 1 AS activity, CASE slot WHEN 1 THEN kind1 ELSE kind2 END AS kind,
                start + CASE slot WHEN 1 THEN begin1 ELSE begin2 END AS begun
            FROM life CROSS JOIN (VALUES (1), (2)) AS slots(slot)
        ), dated AS (
            SELECT *, greatest(1, weibull(activity, 'weeks', nth_of({weeks}, kind), 2)) AS weeks,
                least(begun + 7 * weeks, finish) AS ended,
                greatest(told_of(number, begun, split_on, told_on), begun + delay(activity, 'activity')) AS told,
                greatest(told, ended + delay(activity, 'end of activity')) AS end_told
            FROM slots WHERE kind IS NOT NULL
        )
        SELECT printf('A%08d-%d', number // {COURSES_OF_A_PERSON}, number % {COURSES_OF_A_PERSON} * 2 + slot)
                AS activity_id,
            course_of(number, piece_on(begun, split_on)) AS course_id, nth_of({list(kinds)}, kind) AS kind,
            {supplier} AS supplier_id, begun AS started_on, {day.shown("ended", "end_told")} AS ended_on,
            {day.shown("(weeks * (8 + below(activity, 'hours', 25)))::DOUBLE", "end_told")} AS hours,
            (weeks * nth_of({costs}, kind) * (0.8 + 0.4 * draw(activity, 'cost')))::DECIMAL(18, 2) AS cost
        FROM dated WHERE {day.news("told", "end_told")}"""


def _contacts(plan: Plan, day: Day) -> str:
    groups = plan.recipe.target_groups.values()
    contacts = plan.recipe.contacts
    first, every = [group.first_contact for group in groups], [group.contact_every for group in groups]
    return f"""
        WITH numbered AS (
            SELECT *, nth_of({every}, target) AS every, start + nth_of({first}, target)::INTEGER AS first_due,
                -- teams are late unlike often: from half to one and a half of what is usual
                {contacts.late} * (0.5 + draw(team, 'lateness')) AS late_here,
                unnest(range(greatest(0, (least(finish, {day.now} + 30) - first_due + every - 1) // every))) AS step
            FROM life WHERE finish > start + nth_of({first}, target)::INTEGER
        ), due AS (
            SELECT *, number * {_STEPS} + step AS contact, first_due + (step * every)::INTEGER AS due_on,
                draw(contact, 'interview') AS luck
            FROM numbered
        ), met AS (
            SELECT *, greatest(start, CASE WHEN luck < {contacts.missed} THEN NULL
                WHEN luck < {contacts.missed} + late_here THEN due_on + 1 + weibull(contact, 'late by', 12, 1)
                ELSE due_on - below(contact, 'early by', 15)::INTEGER END) AS meant,
                CASE WHEN luck >= {contacts.missed} AND meant < finish THEN meant END AS held,
                held + delay(contact, 'interview') AS held_known,
                greatest(told_of(number, due_on, split_on, told_on), least(due_on, held_known)) AS told,
                greatest(told, held_known) AS held_told
            FROM due
        )
        SELECT printf('I%08d-%d-%d', number // {COURSES_OF_A_PERSON}, number % {COURSES_OF_A_PERSON} + 1, step + 1)
                AS contact_id,
            course_of(number, piece_on(due_on, split_on)) AS course_id, {literal(contacts.kind)} AS kind,
            {day.shown("held", "held_told")} AS held_on, due_on,
            draw(contact, 'exempt') < {contacts.exempt} AS exempt
        FROM met WHERE {day.news("told", "held_told")}"""


def _states(plan: Plan, day: Day) -> str:
    """What the course is lived on; what its exit led to; for some the other benefit, and then work again."""
    recipe = plan.recipe
    after = " ".join(f"WHEN {literal(word)} THEN {literal(state)}" for word, state in recipe.states_after.items())
    lived_on = [group.lives_on for group in recipe.target_groups.values()]
    again = literal(recipe.states_after.get("employment", ""))
    return f"""
        WITH after AS (
            SELECT *, {f"CASE exit_to {after} END" if after else "NULL::VARCHAR"} AS state_after,
                finish + CASE WHEN draw(number, 'pause') < 0.3 THEN below(number, 'pause of', 20) ELSE 0 END::INTEGER
                    AS after_from,
                CASE WHEN elsewhere THEN back_on END AS elsewhere_from,
                elsewhere_from + 30 + weibull(number, 'elsewhere for', 90, 1) AS elsewhere_until,
                elsewhere_from + delay(number, 'elsewhere') AS elsewhere_told,
                greatest(elsewhere_told, elsewhere_until + delay(number, 'end of elsewhere')) AS elsewhere_until_told
            FROM life
        ), spells AS (
            SELECT person, unnest([
                {{'from_on': start, 'state': nth_of({lived_on}, target), 'to_on': finish, 'told': told_on,
                    'to_told': greatest(told_on, finish_told), 'is': days > 0}},
                {{'from_on': after_from, 'state': state_after, 'to_on': back_on,
                    'told': greatest(finish_told, after_from), 'to_told':
                        greatest(finish_told, after_from, back_on + delay(number, 'back')),
                    'is': state_after IS NOT NULL AND after_from < coalesce(back_on, DATE '9999-12-31')}},
                {{'from_on': elsewhere_from, 'state': {literal(recipe.elsewhere_state)}, 'to_on': elsewhere_until,
                    'told': elsewhere_told, 'to_told': elsewhere_until_told, 'is': elsewhere_from IS NOT NULL}},
                {{'from_on': elsewhere_until, 'state': {again}, 'to_on': NULL::DATE,
                    'told': elsewhere_until_told, 'to_told': NULL::DATE,
                    'is': elsewhere_from IS NOT NULL AND {again} <> ''}}]) AS spell
            FROM after
        )
        SELECT person_of(person) AS person_id, spell.from_on, spell.state,
            {day.shown("spell.to_on", "spell.to_told")} AS to_on
        FROM spells WHERE spell.is AND {day.news("spell.told", "spell.to_told")}"""


def _scores(plan: Plan, day: Day) -> str:
    """One a week after the start, and one three days before the end, of courses that last long enough for both."""
    gains = [group.gain for group in plan.recipe.target_groups.values()]
    return f"""
        WITH scored AS (
            SELECT *, 25 + below(number, 'first score', 41) AS score1, score1 + nth_of({gains}, target)
                    + 20 * (draw(number, 'change') + draw(number, 'change, too') - 1) AS score2
            FROM life WHERE days > 40 AND draw(number, 'scored') < {_SCORED}
        ), measured AS (
            SELECT *, unnest([
                {{'measured': start + 7, 'score': score1::DOUBLE, 'told': greatest(
                    told_of(number, start + 7, split_on, told_on), start + 7 + delay(number, 'score'))}},
                {{'measured': finish - 3, 'score': score2::DOUBLE, 'told': greatest(
                    told_of(number, finish - 3, split_on, told_on), finish_told)}}]) AS one
            FROM scored
        )
        SELECT course_of(number, piece_on(one.measured, split_on)) AS course_id,
            {literal(plan.recipe.rating)} AS instrument, one.measured AS measured_on, round(one.score, 3) AS score
        FROM measured WHERE {day.news("one.told")}"""


def _postings(plan: Plan, day: Day) -> str:
    """The year's budget by month, known when the year begins; what was spent, on each month's last day; of some of it
    an order in the middle of the month before, taken back when it is spent."""
    months = f"range(DATE '{plan.from_on.replace(day=1)}', DATE '{day.known.year}-12-31', INTERVAL 1 MONTH)"
    accounts = ", ".join(
        f"({number}, {literal(name)}, {account.course}, {list(account.months)}, {account.varies}, {account.committed})"
        for number, (name, account) in enumerate(plan.recipe.accounts.items())
    )
    spends = [unit.spends for unit in units(plan) if unit.size]
    a_month = plan.courses * 30.44 / ((plan.through - plan.from_on).days + 1)
    return f"""
        WITH due AS (
            SELECT unit_id, account, month::DATE AS month, committed,
                {a_month} * weight * kroner * months[month(month)] AS budgeted,
                budgeted * CASE year(month) WHEN {plan.through.year} THEN nth_of({spends}, team) ELSE 1 END
                    * (1 - varies + 2 * varies * draw(
                        (team * 64 + account_number) * 65536 + year(month) * 12 + month(month), 'spent')) AS spent
            FROM team
            CROSS JOIN (VALUES {accounts}) AS said(account_number, account, kroner, months, varies, committed)
            CROSS JOIN (SELECT unnest({months}) AS month)
        ), posted AS (
            SELECT unit_id, account, month, unnest([
                {{'id': 'b', 'nature': 'budget', 'on': month, 'amount': budgeted,
                    'told': greatest(date_trunc('year', month)::DATE, DATE '{plan.from_on}'), 'is': true}},
                {{'id': 'a', 'nature': 'actual', 'on': last_day(month), 'amount': spent,
                    'told': last_day(month), 'is': true}},
                {{'id': 'o', 'nature': 'commitment', 'on': (month - INTERVAL 1 MONTH)::DATE + 14,
                    'amount': spent * committed, 'told': (month - INTERVAL 1 MONTH)::DATE + 14, 'is': committed > 0}},
                {{'id': 'd', 'nature': 'commitment', 'on': last_day(month), 'amount': -spent * committed,
                    'told': last_day(month),
                    'is': committed > 0 AND (month - INTERVAL 1 MONTH)::DATE + 14 >= DATE '{plan.from_on}'}}]) AS one
            FROM due
        )
        SELECT printf('%s-%s-%s-%s', one.id, unit_id, account, strftime(month, '%Y-%m')) AS posting_id,
            unit_id, account, one."on" AS posted_on, one.amount::DECIMAL(18, 2) AS amount, one.nature AS nature
        FROM posted WHERE one."is" AND one."on" >= DATE '{plan.from_on}' AND {day.news("one.told")}"""


def _observations(plan: Plan, day: Day) -> str:
    """Every quarter and year, for each team and all above it: of so many who answered, so many said yes."""
    quarters = f"range(date_trunc('quarter', DATE '{plan.from_on}'), {day.now} + 1, INTERVAL 3 MONTH)"
    rows = ", ".join(f"({number}, {literal(name)}, {share})" for number, (name, share) in
                     enumerate(plan.recipe.observations.items()))  # fmt: skip
    return f"""
        WITH asked AS (
            SELECT team, name, quarter::DATE AS quarter, kind,
                CASE kind WHEN 'year' THEN quarter + to_months(12 - 3 * (quarter(quarter) - 1)) ELSE
                    quarter + to_months(3) END::DATE - 1 AS last,
                CASE kind WHEN 'year' THEN date_trunc('year', quarter) ELSE quarter END::DATE AS first,
                (team * 64 + asked_number) * 65536 + year(quarter) * 4 + quarter(quarter) AS one,
                10 + below(one, 'answered', 31) AS answered,
                -- teams are unlike, and each goes up and down
                least(0.99, greatest(0.01, share + 0.16 * (draw(team * 64 + asked_number, 'liked') - 0.5)
                    + 0.16 * (draw(one, 'liked now') - 0.5))) AS likes
            FROM team CROSS JOIN (VALUES {rows}) AS asking(asked_number, name, share)
            CROSS JOIN (SELECT unnest({quarters}) AS quarter) CROSS JOIN (VALUES ('quarter'), ('year')) AS kinds(kind)
        )
        SELECT name AS indicator, unit_id,
            year(quarter) || CASE kind WHEN 'quarter' THEN '-Q' || quarter(quarter) ELSE '' END AS period,
            '' AS "group", sum(round(answered * likes))::DOUBLE AS numerator, sum(answered)::DOUBLE AS denominator,
            NULL::DOUBLE AS value
        FROM asked JOIN under USING (team)
        WHERE first >= DATE '{plan.from_on}' AND {day.news("last")} GROUP BY ALL"""
