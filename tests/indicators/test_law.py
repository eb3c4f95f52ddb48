"""The engine's statutory steps are those of the table of due days, and of the day-by-day reference."""

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from indicators.worlds import ABOUT, empty_store, measured
from meaning.law import Step
from pydantic import TypeAdapter
from spec.law_parser import Section, sections, written

from pejling.facts.store import Store
from pejling.indicators.law import Reimbursement, Rule
from pejling.indicators.measurement import facts_measured, measurement, with_relations

SAID = {"name": ABOUT["name"], "why": ABOUT["why"]}
RULES: TypeAdapter[Any] = TypeAdapter(Rule)


def law(rules: list[dict[str, Any]], paid: list[dict[str, Any]] = [], closed: tuple[str, ...] = ()) -> dict[str, Any]:  # noqa: B006
    """What of a model is the law: versions without a source say that they are a test's."""

    def whole(rule: dict[str, Any]) -> dict[str, Any]:
        return {**SAID, **rule, "versions": [{"source": "a test", **_exempt(version)} for version in rule["versions"]]}

    return {
        "law": tuple(RULES.validate_python(whole(rule)) for rule in rules),
        "reimbursements": tuple(Reimbursement.model_validate(whole(each)) for each in paid),
        "calendar": {"closed": list(closed)},
    }


def _exempt(version: dict[str, Any]) -> dict[str, Any]:
    exemptions = [{"reason": ABOUT["name"], **each} for each in version.get("exemptions", [])]
    return {**version, "exemptions": exemptions} if exemptions else version


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


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.title)
def test_the_engine_says_what_the_table_of_due_days_says(empty: Store, tmp_path: Path, section: Section) -> None:
    connection = measured(empty, tmp_path / "home", section.world, [], law(section.rules, closed=section.closed))
    found = steps(connection, section.through)
    connection.close()
    for (course, rule), expected in section.expected.items():
        said = [step for step in found if (step.course_id, step.rule) == (course, rule)]
        assert written(said, section.through) == expected, (course, rule)
