"""The engine's statutory steps are those of the table of due days, and of the day-by-day reference."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from indicators.laws import law
from indicators.worlds import empty_store, known_from_the_start, measured
from meaning import law as reference
from meaning.courses import seen
from meaning.days import DAY
from meaning.days import period as days_of
from meaning.facts import TABLES, World
from meaning.generated import worlds
from meaning.generated_law import reimbursements, rules
from meaning.law import Step
from meaning.units import Units
from spec.law_parser import Section, sections, written

from pejling.facts.store import Store
from pejling.indicators.derived import AT_RISK, EXPECTED
from pejling.indicators.figures import figures
from pejling.indicators.hierarchy import units
from pejling.indicators.measurement import facts_measured, measurement, with_relations

DATED = [table for table in TABLES if table not in ("units", "persons")]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return empty_store(tmp_path_factory.mktemp("empty"))


def steps(connection: Any, through: date) -> list[Step]:
    """All that the relation holds."""
    known = measurement(connection)
    columns = ", ".join(field.name for field in fields(Step))
    rows = connection.execute(
        f"{with_relations(known, through, facts_measured(connection, known), with_law=True)} "
        f"SELECT {columns} FROM statutory_step"
    ).fetchall()
    return [Step(*row) for row in rows]


@pytest.mark.parametrize(
    "section",
    [pytest.param(each, marks=pytest.mark.slow if n % 5 else ()) for n, each in enumerate(sections())],
    ids=lambda section: section.title,
)
def test_the_engine_says_what_the_table_of_due_days_says(empty: Store, tmp_path: Path, section: Section) -> None:
    connection = measured(empty, tmp_path / "home", section.world, [], law(section.rules, closed=section.closed))
    found = steps(connection, section.through)
    connection.close()
    for (course, rule), expected in section.expected.items():
        said = [step for step in found if (step.course_id, step.rule) == (course, rule)]
        assert written(said, section.through) == expected, (course, rule)


def weeks(connection: Any, through: date) -> list[tuple[Any, ...]]:
    """All that the state pays back, as the relation has it; money in kroner."""
    known = measurement(connection)
    rows = connection.execute(
        f"""{with_relations(known, through, facts_measured(connection, known), with_law=True)}
            SELECT rule, course_id, unit_id, week, from_on, to_on, nth, rate, expected, at_risk
            FROM reimbursement_week"""
    ).fetchall()
    return [
        (*place, Decimal(rate) / 10_000, Decimal(expected) / 100, Decimal(at_risk) / 100)
        for *place, rate, expected, at_risk in rows
    ]


def agree(empty: Store, home: Path, world: World, rules: list[dict[str, Any]], paid: list[dict[str, Any]]) -> None:
    """Steps, weeks, and what is added up of them, at every unit and in every period asked for."""
    world = replace(known_from_the_start(world), coverage=dict.fromkeys(DATED, world.coverage["courses"]))
    world = known_from_the_start(world)
    first, through = world.coverage["courses"]
    connection = measured(empty, home, world, [], law(rules, paid))
    right = reference.steps(world, rules, through, dict.fromkeys((rule["key"] for rule in rules), first))
    assert as_seen(steps(connection, through), through) == as_seen(right, through)
    paid_right = reference.weeks(world, paid, rules, through, right)
    assert sorted(weeks(connection, through), key=repr) == sorted(
        (tuple(vars(week).values()) for week in paid_right), key=repr
    )
    kept, periods = Units(world), ("2007-12", "2008-02", "2008-Q1", "2008")
    ground = measurement(connection), units(connection)
    for rule in rules:
        due = [s for s in right if s.rule == rule["key"] and first <= s.due_on <= through]
        for figure in figures(connection, rule["key"], periods=periods, with_persons=False, ground=ground):
            start, end = days_of(figure.period)
            here = [
                s for s in due if start <= s.due_on <= end and kept.at_or_below(unit_on(world, s, through), figure.unit)
            ]
            asked = [s for s in here if not s.exempt]
            if figure.state != "not_reported":
                in_time = sum(bool(s.held_on and s.held_on <= s.due_on) for s in asked)
                assert (figure.numerator, figure.denominator) == (in_time, len(asked)), (figure, here)
    for name, part in ((EXPECTED, "expected"), (AT_RISK, "at_risk")):
        for figure in figures(connection, name, periods=periods, with_persons=False, ground=ground):
            start, end = days_of(figure.period)
            there = [
                w
                for w in paid_right
                if max(start, first) <= w.from_on <= end and kept.at_or_below(w.unit_id, figure.unit)
            ]
            if figure.state != "not_reported":
                assert figure.numerator == pytest.approx(float(sum(getattr(w, part) for w in there)), abs=1e-9)
    connection.close()


def as_seen(made: list[Step], through: date) -> list[Step]:
    """In order, and without how far ahead the end of a course was looked for."""
    return sorted((replace(step, until=min(step.until, through + DAY)) for step in made), key=repr)


def unit_on(world: World, step: Step, through: date) -> str:
    [course] = [each for each in seen(world, through) if each.courses[0].course_id == step.course_id]
    return course.responsible(step.due_on)[0]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(max_examples=27, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(worlds(), rules(), reimbursements())
def test_every_step_and_week_of_many_worlds_is_what_the_reference_says(
    empty: Store, world: World, rules: list[dict[str, Any]], paid: list[dict[str, Any]]
) -> None:
    agree(empty, empty.home.parent / "many", world, rules, paid)


def test_what_is_owed_ends_with_the_law(empty: Store, tmp_path: Path) -> None:
    """A step missed under a law that was not followed by another is overdue no longer than there was that law."""
    rules = [{"key": "offer", "kind": "activation_within", "activity_kinds": ["training"],
              "versions": [{"until": "2009-02-01", "within": "1 week", "reimbursed": True},
                           {"from": "2009-02-01", "until": "2009-03-01", "within": "2 weeks", "reimbursed": True}]},
             {"key": "talk", "kind": "first_contact", "contact_kinds": ["talk"],
              "versions": [{"within": "1 week"}]}]  # fmt: skip
    paid = [{"key": "paid", "kind": "reimbursement", "versions": [{"ladder": [{"rate": 0.5}], "weekly": 1400}]}]
    section = next(each for each in sections() if each.rules[0]["kind"] == "first_contact")
    [course, *_] = section.world.courses
    world = replace(section.world, courses=[replace(course, started_on=date(2009, 1, 5), ended_on=None)], contacts=[])
    connection = measured(empty, tmp_path / "home", world, [], law(rules, paid))
    due = {step.rule: (step.due_on, step.until) for step in steps(connection, date(2009, 12, 31))}
    at_risk = sum(week[-1] for week in weeks(connection, date(2009, 12, 31)))
    connection.close()
    assert due["offer"] == (date(2009, 1, 12), date(2009, 3, 1))
    assert due["talk"][0] == date(2009, 1, 12) and due["talk"][1] > date(2009, 12, 31)
    assert at_risk == 47 * 100  # 13 January to 28 February, 200 kr. a day at 50 %
