"""The courses of made-up people, drawn in SQL: one row each in `life`, with all that the tables are cut from.

Every value is a function of the seed, a purpose and the number of a person, a course or a contact, and of nothing else:
so neither threads nor the size of a portion can change a row. Exits are competing risks on a common Weibull clock,
u = days ^ shape, on which every hazard is constant; an activity multiplies the hazard of work from the day after it
began, and that of coming back after an exit that followed it. Both can therefore be drawn, and recovered, exactly.
"""

import math
from collections.abc import Callable, Iterable, Sequence

import duckdb
import pyarrow as pa

from pejling.facts.arrivals import literal
from pejling.facts.synthetic.plan import Plan, mix, units
from pejling.facts.synthetic.recipe import WORK, Recipe, TargetGroup

COURSES_OF_A_PERSON = 8  # at most; who comes back after that does so without a course
LASTING_DAYS = 182  # 26 weeks
_BUCKETS = 64  # a team's chance is a whole number of these parts of the mean team's
TARGET = 1_000_000_000  # times the number of a target group, before that of a bucket or a team
_PORTION = 500_000  # persons drawn at a time: what bounds the memory


def declare(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """The draws as macros; the units that answer for courses as `team`; by target group, `place` and `beside`.

    Each bucket of a target group in `place` has the same chance, and a team that many. `beside` is where a course goes
    that moves within its centre: the next team there that serves the target group. Both have one key, made of the
    target group and a number: with two of them apart, the engine may join place to beside by the target group alone.
    """
    connection.execute(f"""
    -- A number in [0, 1) for a row and a purpose; hashed twice, for draws of one row must not know of each other.
    CREATE MACRO draw(number, purpose) AS
        (hash(xor(hash(number::BIGINT), hash(purpose || ' {plan.seed}'))) >> 11) / 9007199254740992.0;
    CREATE MACRO below(number, purpose, n) AS floor(n * draw(number, purpose))::BIGINT;
    CREATE MACRO spent(number, purpose) AS -ln(1 - draw(number, purpose));
    CREATE MACRO weibull(number, purpose, median, shape) AS
        floor(median * pow(spent(number, purpose) / ln(2), 1 / shape::DOUBLE))::INTEGER;
    CREATE MACRO nth_of(list, number) AS list[number + 1];
    CREATE MACRO delay(number, purpose) AS (CASE WHEN draw(number, purpose || ' late') < {plan.recipe.late.share}
        THEN 1 + below(number, purpose || ' delay', {plan.recipe.late.days}) ELSE 0 END)::INTEGER;
    """)
    teams = [unit for unit in units(plan) if unit.size]
    mean = sum(unit.size for unit in teams) / len(teams)
    of_centre: dict[str, list[int]] = {}
    for number, unit in enumerate(teams):
        of_centre.setdefault(unit.parent, []).append(number)
    team, place, beside = [], [], []
    buckets = [0] * len(plan.recipe.target_groups)
    for number, unit in enumerate(teams):
        sums = _sums(mix(plan.recipe, unit))[:-1]
        team.append((number, unit.unit_id, unit.size / mean / len(teams), unit.exit, *sums))
        chance = max(1, round(_BUCKETS * unit.size / mean))
        centre = of_centre[unit.parent]
        after = centre.index(number) + 1
        for target, key in enumerate(plan.recipe.target_groups):
            near = [n for n in (*centre[after:], *centre[: after - 1]) if key in (teams[n].serves or (key,))]
            beside.append((target * TARGET + number, near[0] if near else number))
            if key in (unit.serves or (key,)):
                place += [(target * TARGET + buckets[target] + n, number) for n in range(chance)]
                buckets[target] += chance
    fill(
        connection,
        "team",
        ("team", "unit_id", "weight", "exit", *(f"below{level}" for level in range(len(sums)))),
        team,
    )
    fill(connection, "place", ("bucket", "team"), place)
    fill(connection, "beside", ("team_for", "next_team"), beside)
    # The team that someone of the target group comes to, by chance.
    connection.execute(
        f"CREATE MACRO bucket_of(number, purpose, target) AS "
        f"target::BIGINT * {TARGET} + below(number, purpose, nth_of({buckets}, target))"
    )


def fill(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Make the table of these rows, of which there is at least one."""
    connection.register("rows", pa.table([pa.array(column) for column in zip(*rows, strict=True)], names=columns))
    connection.execute(f"CREATE TABLE {table} AS FROM rows")
    connection.unregister("rows")


def live(connection: duckdb.DuckDBPyConnection, plan: Plan, on_drawn: Callable[[int], None]) -> int:
    """Make `life`: the first courses of the plan, by person. Says how many, which is what was asked for."""
    nobody = _course(plan, _first(plan, 0, 0))
    connection.execute(f"CREATE TABLE life AS SELECT *, false AS first, NULL::DATE AS person_told FROM ({nobody})")
    portion = min(_PORTION, max(1_000, plan.courses))
    lowest = drawn = 0
    while drawn < plan.courses:
        begun = _first(plan, lowest, portion)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE step AS {_course(plan, begun)}")
        connection.execute("CREATE OR REPLACE TEMP TABLE portion AS FROM step")
        for _ in range(1, COURSES_OF_A_PERSON):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE step AS {_course(plan, _again(plan))}")
            connection.execute("INSERT INTO portion FROM step")
        # Courses that ended before the time asked about are not told of, nor those that nobody has registered yet.
        connection.execute(f"""INSERT INTO life
            SELECT * EXCLUDE (first, person_told), row_number() OVER told = 1, min(told_on) OVER told FROM (
                SELECT *, false AS first, NULL AS person_told FROM portion
                WHERE (finish > {_day(plan.from_on)} OR start >= {_day(plan.from_on)})
                    AND told_on <= {_day(plan.through)}
                ORDER BY person, nth LIMIT {plan.courses - drawn})
            WINDOW told AS (PARTITION BY person ORDER BY nth ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
            """)
        (drawn,) = connection.execute("SELECT count(*) FROM life").fetchall()[0]
        lowest += portion
        on_drawn(drawn)
    connection.execute("DROP TABLE step; DROP TABLE portion")
    return int(drawn)


def _first(plan: Plan, lowest: int, persons: int) -> str:
    """The first courses of so many persons: who they are, where they come to, and when."""
    recipe = plan.recipe
    groups = recipe.target_groups.values()
    years = ((plan.through - plan.begins).days + 1) / 365.25
    phase = f"2 * pi() * {years} * draw(person, 'start')"
    level = _chosen("draw(person, 'level')", [f"below{n}" for n in range(len(recipe.confounder.levels) - 1)])
    target = _chosen("draw(person, 'target group')", _sums([group.share for group in groups])[:-1])
    youngest, oldest = [group.ages[0] for group in groups], [group.ages[1] for group in groups]
    return f"""
        SELECT *, start - floor(365.25 * (nth_of({youngest}, target) + (nth_of({oldest}, target)
            - nth_of({youngest}, target)) * draw(person, 'age')))::INTEGER AS born
        FROM (SELECT person, 0 AS nth, team, {level} AS level, target,
                -- time runs slower about New Year, so that more begin then
                {_day(plan.begins)} + floor(365.25 * ({years} * draw(person, 'start')
                    - {recipe.winter_starts} * sin({phase}) / (2 * pi())))::INTEGER AS start
            FROM (SELECT range AS person, {target} AS target, bucket_of(person, 'unit', target) AS bucket
                FROM range({lowest}, {lowest + persons}))
            JOIN place USING (bucket) JOIN team USING (team))"""


def _again(plan: Plan) -> str:
    """The next courses of those in `step` who come back."""
    return f"""SELECT person, nth + 1 AS nth, team, level, target, back_on AS start, born FROM step
        WHERE back_on <= {_day(plan.through)} AND NOT elsewhere"""


def _course(plan: Plan, begun: str) -> str:
    """All that happens in and after the courses of the query `begun`: person, nth, team, level, target, start, born."""
    recipe = plan.recipe
    groups, kinds = list(recipe.target_groups.values()), list(recipe.activities.values())
    levels = list(recipe.confounder.levels.values())
    pace = [math.log(2) / group.median_days**recipe.shape for group in groups]
    to_work = [group.exits[WORK] for group in groups]
    back = [-math.log(1 - group.back_within_26_weeks) for group in groups]
    likely = [_sums([kind.likely[level] for kind in kinds]) for level in recipe.confounder.levels]
    kind1, kind2 = (
        _by("level", [_chosen(f"draw(number, 'kind {slot}')", limits, beyond="NULL") for limits in likely])
        for slot in (1, 2)
    )
    begins = [kind.begins for kind in kinds]
    rest = _by("target", [_rest(group) for group in groups])
    return f"""
    WITH planned AS (
        SELECT begun.*, team.exit AS unit_exit, person * {COURSES_OF_A_PERSON} + nth AS number,
            {kind1} AS kind1, {kind2} AS drawn2
        FROM ({begun}) begun JOIN team USING (team)
    ), timed AS (
        SELECT *, weibull(number, 'begins 1', nth_of({begins}, kind1), 1.2) AS begin1,
            CASE WHEN drawn2 <> kind1 THEN drawn2 END AS kind2,
            begin1 + 14 + weibull(number, 'begins 2', nth_of({begins}, kind2), 1.2) AS begin2,
            nth_of({pace}, target) * nth_of({to_work}, target) * nth_of({[level.exit for level in levels]}, level)
                * unit_exit * pow({recipe.a_year_later}::DOUBLE, (start - {_day(plan.from_on)}) / 365.25)
                * (1 - {recipe.winter_exits} * cos(2 * pi() * dayofyear(start) / 365.25)) AS work,
            nth_of({pace}, target) * (1 - nth_of({to_work}, target)) AS other
        FROM planned
    ), hastened AS (
        SELECT *, spent(number, 'work') AS spent_work, spent(number, 'other') / other AS u_other,
            {_effect(recipe, "exit", "kind1")} AS exit1, {_effect(recipe, "exit", "kind2")} AS exit2,
            pow(coalesce(begin1 + 1, 0)::DOUBLE, {recipe.shape}) AS u1,
            CASE WHEN kind2 IS NOT NULL THEN pow((begin2 + 1)::DOUBLE, {recipe.shape}) ELSE 1e300 END AS u2
        FROM timed
    ), ended AS (  -- the hazard of work is work, work * exit1 and work * exit1 * exit2, from 0, u1 and u2 on
        SELECT *, CASE WHEN spent_work <= work * u1 THEN spent_work / work
            WHEN spent_work <= work * u1 + work * exit1 * (u2 - u1) THEN u1 + (spent_work - work * u1) / (work * exit1)
            ELSE u2 + (spent_work - work * u1 - work * exit1 * (u2 - u1)) / (work * exit1 * exit2) END AS u_work,
            least(30000, floor(pow(least(u_work, u_other), 1 / {recipe.shape}::DOUBLE)))::INTEGER AS days,
            start + days AS finish,
            CASE WHEN u_work <= u_other THEN '{WORK}' ELSE {rest} END AS exit_to
        FROM hastened
    ), left_for AS (
        SELECT *, CASE WHEN exit_to NOT IN ({_words(recipe.for_good)}) THEN spent(number, 'back') / (
            nth_of({back}, target) * CASE WHEN exit_to <> '{WORK}' THEN 0.5
                ELSE nth_of({[level.back for level in levels]}, level)
                    * CASE WHEN begin1 < days THEN {_effect(recipe, "back", "kind1")} ELSE 1 END
                    * CASE WHEN begin2 < days THEN {_effect(recipe, "back", "kind2")} ELSE 1 END END) END AS spent_back,
            finish + greatest(1, least(30000, floor({LASTING_DAYS} * pow(spent_back, 1 / {recipe.back_shape}::DOUBLE)))
                )::INTEGER AS back_on,
            nth = {COURSES_OF_A_PERSON - 1} OR draw(number, 'elsewhere') < {recipe.elsewhere} AS elsewhere,
            CASE WHEN days >= 2 AND draw(number, 'moves') < {recipe.moves}
                THEN start + 1 + below(number, 'move', days - 1)::INTEGER END AS moved_on,
            (born + to_years(year(start) - year(born)))::DATE AS birthday_that_year,
            CASE WHEN birthday_that_year > start THEN birthday_that_year
                ELSE (born + to_years(year(start) - year(born) + 1))::DATE END AS birthday
        FROM ended
    )
    SELECT person, nth, number, team, level, target, born, start, days, finish, exit_to,
        CASE WHEN begin1 < days THEN kind1 END AS kind1, CASE WHEN begin1 < days THEN begin1 END AS begin1,
        CASE WHEN begin2 < days THEN kind2 END AS kind2, CASE WHEN begin2 < days THEN begin2 END AS begin2,
        back_on, elsewhere, start + delay(number, 'start') AS told_on, finish + delay(number, 'finish') AS finish_told,
        coalesce(moved_on, CASE WHEN birthday < finish AND draw(number, 'birthday') < {recipe.birthdays}
            THEN birthday END) AS split_on,
        CASE WHEN moved_on IS NOT NULL THEN 'move' ELSE 'birthday' END AS split_by
    FROM left_for"""


def _rest(group: TargetGroup) -> str:
    """The exits of a target group that are none to work, drawn by their shares."""
    exits = {word: share for word, share in group.exits.items() if word != WORK}
    number = _chosen("draw(number, 'exit')", _sums([share / sum(exits.values()) for share in exits.values()])[:-1])
    return f"nth_of([{_words(exits)}], {number})"


def _effect(recipe: Recipe, on: str, kind: str) -> str:
    """The effect of the activity whose number is in the column `kind`; 1 where there is none."""
    effects = [
        getattr(activity.effects[target], on) if target in activity.effects else 1.0
        for activity in recipe.activities.values()
        for target in recipe.target_groups
    ]
    return f"coalesce(nth_of({effects}, {kind} * {len(recipe.target_groups)} + target), 1)"


def _chosen(drawn: str, limits: Sequence[object], beyond: str = "") -> str:
    """The number of the first limit above what was drawn; beyond the last limit one more, or what is said."""
    steps = " ".join(f"WHEN {drawn} < {limit} THEN {number}" for number, limit in enumerate(limits))
    return f"CASE {steps} ELSE {beyond or len(limits)} END" if limits else "0"


def _by(column: str, expressions: Sequence[str]) -> str:
    """The expression of the place that the column's number names."""
    return f"CASE {column} {' '.join(f'WHEN {n} THEN {each}' for n, each in enumerate(expressions))} END"


def _sums(shares: Sequence[float]) -> list[float]:
    return [sum(shares[: number + 1]) for number in range(len(shares))]


def _words(words: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in words) or "''"


def _day(day: object) -> str:
    return f"DATE '{day}'"
