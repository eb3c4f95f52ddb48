"""Made-up facts of any size: `python benchmarks/generate.py OUT --courses N --seed S --format csv|parquet`.

A state of 98 municipalities with 24 teams each, people who come, leave for work, school or another benefit, and come
back. Every value is a function of the seed and the row's number, so the same arguments give the same rows in the same
order, whatever the number of threads. Nothing here describes a real person.

The numbers come out of DuckDB's `hash`, which may change with its version; the requirements pin that.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

MUNICIPALITIES = 98
TEAMS = 24
FIRST_DAY = date(2022, 1, 1)
LAST_DAY = date(2024, 12, 31)  # 36 months of starts

# target group: (share of courses, median days of a course, share that leaves for employment, what it is lived on)
TARGET_GROUPS = {
    "unemployment_benefit": (0.30, 110, 0.62, "unemployment_benefit"),
    "cash_benefit_job_ready": (0.17, 190, 0.42, "cash_benefit"),
    "cash_benefit_activity_ready": (0.13, 420, 0.18, "cash_benefit"),
    "education_assistance": (0.11, 230, 0.28, "education_assistance"),
    "sickness_benefit": (0.17, 85, 0.55, "sickness_benefit"),
    "rehabilitation": (0.03, 380, 0.35, "rehabilitation_benefit"),
    "resource_course": (0.04, 600, 0.10, "resource_benefit"),
    "integration": (0.05, 330, 0.33, "integration_benefit"),
}
ACTIVITY_KINDS = ("guidance", "work_placement", "wage_subsidy", "useful_work")

# Of 20 courses in a row, 9 people have one, 4 have two and 1 has three: 14 people.
COURSES_OF = (1,) * 9 + (2,) * 4 + (3,)
COURSES_IN_BLOCK, PERSONS_IN_BLOCK = sum(COURSES_OF), len(COURSES_OF)


@dataclass(frozen=True)
class Facts:
    """What to make. `activities` and `contacts` are means per course and need not be whole numbers.

    `through` is the last day the records tell about; `late` the share of ends that are registered up to 60 days late.
    """

    courses: int
    seed: int = 1
    activities: float = 3
    contacts: float = 4
    moved: float = 0.05
    late: float = 0.15
    through: date = LAST_DAY


def write(
    facts: Facts,
    folder: Path,
    *,
    kind: str = "parquet",
    threads: int | None = None,
    on_table: Callable[[str, int], None] = lambda table, rows: None,
) -> dict[str, int]:
    """Write the tables and delivery.yaml into the folder; returns rows per table. `kind` is "csv" or "parquet"."""
    folder.mkdir(parents=True, exist_ok=True)
    options = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, ROW_GROUP_SIZE 122880"}[kind]
    counts = {}
    with duckdb.connect(config={"threads": threads} if threads else {}) as connection:
        _declare(connection, facts)
        for table, query in _tables(facts).items():
            connection.execute(f"COPY ({query}) TO '{folder / table}.{kind}' ({options})")
            counts[table] = connection.fetchall()[0][0]
            on_table(table, counts[table])
    (folder / "delivery.yaml").write_text(
        "# Made up by benchmarks/generate.py: no real persons.\n"
        f"source: generated, seed {facts.seed}\n"
        "full: true\n"
        'decimal: "."\n'
        "coverage:\n"
        f"  default: {{from: {FIRST_DAY}, through: {facts.through}}}\n"
    )
    return counts


def filled_up(facts: Facts, other_rows: int) -> Facts:
    """The same facts, with as many activities and contacts as bring the tables beside `courses` to `other_rows`."""
    with duckdb.connect() as connection:
        _declare(connection, facts)
        fixed = sum(
            connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]
            for table, query in _tables(facts).items()
            if table not in ("courses", "activities", "contacts")
        )
    rest = max(0, other_rows - fixed)
    return Facts(
        facts.courses, facts.seed, rest // 2 / facts.courses, (rest - rest // 2) / facts.courses,
        facts.moved, facts.late, facts.through,
    )  # fmt: skip


def _declare(connection: duckdb.DuckDBPyConnection, facts: Facts) -> None:
    """The draws, and the view `life`: one row a course, with everything that the tables are cut from."""
    persons = [(person, nth, total) for person, total in enumerate(COURSES_OF) for nth in range(total)]
    groups = list(TARGET_GROUPS.values())
    shares = [sum(share for share, *_ in groups[: number + 1]) for number in range(len(groups))]
    connection.execute(f"""
    -- A number in [0, 1) for a row and a purpose; hashed twice, for draws of one row must not know of each other.
    CREATE MACRO draw(number, purpose) AS
        (hash(xor(hash(number::BIGINT), hash(purpose || ' {facts.seed}'))) >> 11) / 9007199254740992.0;
    CREATE MACRO below(number, purpose, n) AS floor(n * draw(number, purpose))::BIGINT;
    CREATE MACRO weibull(u, median, shape) AS floor(median * pow(-ln(1 - u) / ln(2), 1 / shape))::INTEGER;
    CREATE MACRO place(unit) AS printf('M%02d-T%02d', 1 + unit // {TEAMS}, 1 + unit % {TEAMS});
    -- The first of a course's activities or contacts, numbered through all courses, which have `total` together.
    CREATE MACRO first_of(number, total) AS total * number // {facts.courses};
    CREATE MACRO nth_of(list, number) AS list[number + 1];
    CREATE MACRO target(number) AS nth_of({list(TARGET_GROUPS)}, number);
    CREATE MACRO lived_on(number) AS nth_of({[state for *_, state in groups]}, number);
    CREATE MACRO first_day() AS DATE '{FIRST_DAY}';
    CREATE MACRO next_day() AS DATE '{facts.through}' + 1;
    -- The day of a person's nth start: their starts share the window, more of them in winter, never two on one day.
    CREATE MACRO time_of(number, nth, total) AS
        (nth + CASE WHEN nth + 1 < total THEN 0.97 ELSE 1 END * draw(number, 'start')) / total;
    CREATE MACRO start_of(number, nth, total) AS first_day() + floor({(LAST_DAY - FIRST_DAY).days + 1} * (
        time_of(number, nth, total) - 0.2 * sin(6 * pi() * time_of(number, nth, total)) / (6 * pi())))::INTEGER;

    CREATE VIEW drawn AS
    WITH numbered AS (
        SELECT range AS number, range // {COURSES_IN_BLOCK} AS block,
            nth_of({[person for person, *_ in persons]}, range % {COURSES_IN_BLOCK}) AS person_in_block,
            nth_of({[nth for _, nth, _ in persons]}, range % {COURSES_IN_BLOCK}) AS nth,
            nth_of({[total for *_, total in persons]}, range % {COURSES_IN_BLOCK}) AS total
        FROM range({facts.courses})
    ), placed AS (
        SELECT *, block * {PERSONS_IN_BLOCK} + person_in_block AS person,
            start_of(number, nth, total) AS start,
            CASE WHEN nth + 1 < total AND number + 1 < {facts.courses} THEN start_of(number + 1, nth + 1, total) END
                AS next_start,
            len(list_filter({shares}, x -> x <= draw(number, 'target')))::INTEGER AS drawn_target
        FROM numbered
    ), lived AS (
        SELECT *, least(drawn_target, {len(groups) - 1}) AS target,
            -- Large municipalities have more; a person comes back to the same one.
            floor({MUNICIPALITIES} * pow(draw(person, 'municipality'), 2))::BIGINT * {TEAMS}
                + below(number, 'team', {TEAMS}) AS unit,
            CASE WHEN draw(number, 'zero') < 0.003 THEN 0 ELSE
                weibull(draw(number, 'length'), nth_of({[days for _, days, *_ in groups]}, target), 0.9) END AS length
        FROM placed
    )
    SELECT *,
        -- Most courses end before the next begins, some of them on that very day; one in twelve overlaps.
        CASE WHEN next_start IS NULL OR draw(number, 'overlap') < 0.08 THEN start + length
            ELSE greatest(start, least(start + length, next_start - below(number, 'gap', 90)::INTEGER)) END AS finish,
        CASE WHEN draw(number, 'exit') < nth_of({[work for _, _, work, _ in groups]}, target) THEN 'employment'
            ELSE nth_of(['education', 'other_benefit', 'other_benefit', 'pension', 'moved', 'other'],
                below(number, 'other exit', 6)) END AS drawn_exit,
        CASE WHEN draw(number, 'late') < {facts.late} THEN below(number, 'delay', 60)::INTEGER ELSE 0 END AS delay
    FROM lived WHERE start < next_day();

    CREATE VIEW life AS
    SELECT *, printf('C%08d', number) AS course_id, printf('P%08d', person) AS person_id,
        CASE WHEN finish + delay < next_day() THEN finish END AS ended_on,  -- empty: open, or not yet registered
        CASE WHEN finish + delay < next_day() THEN drawn_exit END AS exit_to,
        greatest(1, least(finish, next_day()) - start)::INTEGER AS seen  -- days of it that there are records of
    FROM drawn;
    """)


def _tables(facts: Facts) -> dict[str, str]:
    """The query of each table of the source contract."""
    kinds = list(ACTIVITY_KINDS)
    persons = -(-facts.courses // COURSES_IN_BLOCK) * PERSONS_IN_BLOCK
    activities, contacts = round(facts.activities * facts.courses), round(facts.contacts * facts.courses)

    return {
        "units": f"""
            SELECT 'DK' AS unit_id, DATE '2007-01-01' AS valid_from, 'The state' AS name, 'state' AS kind,
                NULL::VARCHAR AS parent_id, NULL::DATE AS valid_to, NULL::VARCHAR AS successor_id
            UNION ALL
            SELECT printf('M%02d', range + 1), DATE '2007-01-01', printf('Municipality %d', range + 1), 'municipality',
                'DK', NULL, NULL
            FROM range({MUNICIPALITIES})
            UNION ALL
            SELECT place(range), DATE '2007-01-01',
                printf('Team %d in municipality %d', 1 + range % {TEAMS}, 1 + range // {TEAMS}), 'team',
                printf('M%02d', 1 + range // {TEAMS}), NULL, NULL
            FROM range({MUNICIPALITIES * TEAMS})""",
        "persons": f"""
            SELECT printf('P%08d', range) AS person_id,
                DATE '1958-01-01' + below(range, 'born', 46 * 365)::INTEGER AS birth_date,
                CASE WHEN draw(range, 'sex') < 0.5 THEN 'female' ELSE 'male' END AS sex,
                CASE WHEN draw(range, 'origin') < 0.72 THEN 'danish' WHEN draw(range, 'origin') < 0.82 THEN 'western'
                    ELSE 'non_western' END AS origin
            FROM range({persons})""",
        "courses": """
            SELECT course_id, person_id, place(unit) AS unit_id, target(target) AS target_group, start AS started_on,
                ended_on, exit_to
            FROM life""",
        # One course in twenty moves once, to another team or target group; a fifth of those come back.
        "assignments": f"""
            WITH moving AS (
                SELECT *, start + floor(seen * draw(number, 'move'))::INTEGER AS from_on,
                    CASE WHEN draw(number, 'back') < 0.2 THEN 1 + below(number, 'away', 90)::INTEGER END AS away,
                    CASE WHEN draw(number, 'other target') < 0.4
                        THEN (target + 1 + below(number, 'new target', {len(TARGET_GROUPS) - 1})) % {len(TARGET_GROUPS)}
                        ELSE target END AS new_target
                FROM life WHERE finish > start AND draw(number, 'moved') < {facts.moved}
            )
            SELECT course_id, from_on,
                place(CASE WHEN new_target <> target THEN unit
                    WHEN draw(number, 'far') < 0.1 THEN below(number, 'new unit', {MUNICIPALITIES * TEAMS})
                    ELSE unit // {TEAMS} * {TEAMS} + (unit + 1 + below(number, 'new team', {TEAMS - 1})) % {TEAMS} END)
                    AS unit_id,
                target(new_target) AS target_group,
                CASE WHEN from_on + away < next_day() THEN from_on + away END AS to_on
            FROM moving""",
        "activities": f"""
            WITH numbered AS (
                SELECT *, unnest(range(first_of(number, {activities}), first_of(number + 1, {activities}))) AS activity
                FROM life
            ), dated AS (
                SELECT *, start + floor(seen * draw(activity, 'begins'))::INTEGER AS started_on,
                    7 * (1 + weibull(draw(activity, 'weeks'), 5, 1.2)) AS days
                FROM numbered
            )
            SELECT printf('A%08d', activity) AS activity_id, course_id,
                nth_of({kinds}, below(activity, 'kind', {len(kinds)})) AS kind, NULL::VARCHAR AS supplier_id,
                started_on,
                CASE WHEN started_on + days < next_day() THEN started_on + days END AS ended_on,
                CASE WHEN started_on + days < next_day()
                    THEN (days // 7 * (5 + below(activity, 'hours', 33)))::DOUBLE END AS hours,
                (days // 7 * (400 + below(activity, 'cost', 250000) / 100.0))::DECIMAL(18, 2) AS cost
            FROM dated""",
        "contacts": f"""
            WITH numbered AS (
                SELECT *, unnest(range(first_of(number, {contacts}), first_of(number + 1, {contacts}))) AS contact
                FROM life
            ), due AS (
                SELECT *, contact - first_of(number, {contacts}) AS nth_contact,
                    start + (30 * (1 + nth_contact) + below(contact, 'due', 25))::INTEGER AS due_on
                FROM numbered
            ), held AS (
                SELECT *, due_on - 14 + weibull(draw(contact, 'held'), 10, 1.5) AS held_on FROM due
            )
            SELECT printf('I%08d', contact) AS contact_id, course_id, 'interview' AS kind,
                CASE WHEN held_on < start + seen AND draw(contact, 'missed') > 0.06 THEN held_on END AS held_on, due_on,
                draw(contact, 'exempt') < 0.03 AS exempt
            FROM held""",
        # A benefit while on the course; then work, school or another benefit; after work, for some, a benefit again.
        "states": """
            WITH after AS (
                SELECT *, coalesce(least(next_start, next_day()), next_day()) AS free_until,
                    ended_on
                        + CASE WHEN draw(number, 'straight') < 0.7 THEN 0 ELSE below(number, 'pause', 20) END::INTEGER
                        AS new_start,
                    1 + weibull(draw(number, 'kept'), CASE exit_to WHEN 'employment' THEN 400 ELSE 500 END, 0.7) AS kept
                FROM life
            ), told AS (
                SELECT *, new_start + kept AS new_end, CASE exit_to WHEN 'employment' THEN 'employment'
                    WHEN 'education' THEN 'education' WHEN 'pension' THEN 'pension'
                    WHEN 'other_benefit' THEN lived_on((target + 4) % 8) END AS new_state
                FROM after
            ), spells AS (
                SELECT number, unnest([
                    {'person_id': person_id, 'from_on': start, 'state': lived_on(target),
                        'to_on': ended_on, 'told': finish > start},
                    {'person_id': person_id, 'from_on': new_start, 'state': new_state,
                        'to_on': CASE WHEN least(new_end, free_until) < next_day() THEN least(new_end, free_until) END,
                        'told': new_state IS NOT NULL AND new_start < free_until},
                    {'person_id': person_id, 'from_on': new_end, 'state': lived_on(target),
                        'to_on': CASE WHEN least(new_end + 60, free_until) < next_day()
                            THEN least(new_end + 60, free_until) END,
                        'told': new_state = 'employment' AND new_end < free_until AND draw(number, 'relapse') < 0.25}
                ]) AS spell
                FROM told
            )
            SELECT spell.person_id, spell.from_on, spell.state, spell.to_on FROM spells WHERE spell.told""",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="the folder to write into")
    parser.add_argument("--courses", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=("csv", "parquet"), default="parquet")
    parser.add_argument("--activities", type=float, default=3, help="a course, on average")
    parser.add_argument("--contacts", type=float, default=4, help="a course, on average")
    parser.add_argument("--other-rows", type=int, help="rows beside the courses in all, instead of the two before")
    parser.add_argument("--through", type=date.fromisoformat, default=LAST_DAY, help="the last day recorded")
    parser.add_argument("--threads", type=int)
    asked = parser.parse_args()
    facts = Facts(asked.courses, asked.seed, asked.activities, asked.contacts, through=asked.through)
    if asked.other_rows is not None:
        facts = filled_up(facts, asked.other_rows)
    counts = write(facts, asked.out, kind=asked.format, threads=asked.threads)
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
