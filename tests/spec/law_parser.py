"""Due days as a table: `law.md`, read as facts, rules and the steps expected, and rendered as documentation.

A section has a YAML block: `rules` (a rule alone needs no key), and where they are not the usual ones `through` (31
December 2009), `covered` (the first day that facts are known from, 1 January 2000), `closed`, `join_courses_within`.
Its table has a row a course and rule: the days on which contacts were held (or `begun`, activities), and the steps.
What stands in other tables is of the same courses. A person has the name of the course, where no other is given.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from meaning.facts import Activity, Contact, Course, Person, World
from meaning.law import Step

from spec.parser import _UNDATED, TABLES, UNITS, _row, _rows

PAGE = Path(__file__).parent / "law.md"


@dataclass(frozen=True)
class Section:
    title: str
    world: World
    rules: list[dict]
    through: date
    covered: date
    closed: tuple[str, ...]
    expected: dict[tuple[str, str], str]  # course and rule -> the steps as written
    whys: tuple[str, ...]


def sections() -> list[Section]:
    return [_section(text) for text in re.split(r"^### ", PAGE.read_text(), flags=re.MULTILINE)[1:]]


def _section(text: str) -> Section:
    said = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])
    tables = {name: _rows(rows) for name, rows in re.findall(r"^\*\*(\w+)\*\*\n\n((?:\|.*\n?)+)", text, re.MULTILINE)}
    [table] = re.findall(r"\n\n(\| course \|(?:.*\n?)+?)(?:\n\n|\Z)", text + "\n\n")
    rules = [{"key": "rule", **rule} for rule in said["rules"]]
    facts: dict[str, list] = {name: [_row(name, row, i) for i, row in enumerate(rows)] for name, rows in tables.items()}
    expected, whys, course = {}, [], ""
    for row in _rows(table):
        course = row["course"] or course
        if row["course"]:
            _add(facts, course, row)
        expected[course, row.get("rule") or "rule"] = row["steps"] or ""
        whys.append(row["why"])
    through, covered = said.get("through", date(2009, 12, 31)), said.get("covered", date(2000, 1, 1))
    coverage = {table: (covered, through) for table in TABLES if table not in _UNDATED}
    world = World(
        units=UNITS,
        coverage=coverage,
        join_courses_within=said.get("join_courses_within"),
        **{name: tuple(rows) for name, rows in facts.items()},
    )
    return Section(
        text.splitlines()[0], world, rules, through, covered, tuple(said.get("closed", ())), expected, tuple(whys)
    )


def _add(facts: dict[str, list], course: str, row: dict) -> None:
    person = row.get("person") or course
    dates = {name: date.fromisoformat(row[name]) if isinstance(row.get(name), str) else row.get(name)
             for name in ("started_on", "ended_on", "birth_date")}  # fmt: skip
    persons = facts.setdefault("persons", [])
    if person not in {each.person_id for each in persons}:
        persons.append(Person(person, dates["birth_date"]))
    facts.setdefault("courses", []).append(
        Course(course, person, "team", "cash", dates["started_on"], dates["ended_on"])
    )
    for number, day in enumerate((row.get("held") or "").split()):
        facts.setdefault("contacts", []).append(
            Contact(f"{course}-{number}", course, "interview", date.fromisoformat(day))
        )
    for number, day in enumerate((row.get("begun") or "").split()):
        facts.setdefault("activities", []).append(
            Activity(f"{course}-{number}", course, "training", None, date.fromisoformat(day), date.fromisoformat(day))
        )


def written(steps: list[Step], through: date) -> str:
    """As the table has them: the due day, and what came of it."""
    return "; ".join(
        _written(step, through) for step in sorted(steps, key=lambda step: (step.due_on, step.since, not step.held_on))
    )


def _written(step: Step, through: date) -> str:
    if step.exempt:
        return f"{step.due_on} exempt {step.exempt}"
    if step.held_on:
        return f"{step.due_on} {'held' if step.held_on <= step.due_on else 'late'} {step.held_on}"
    if step.due_on > through:
        return f"{step.due_on} next" + (f" {step.lacks}" if step.lacks > 1 else "")
    return f"{step.due_on} missed"
