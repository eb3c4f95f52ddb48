"""A model is read strictly, told where it is wrong, and kept in versions that never change."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from indicators.conftest import EXAMPLE
from pydantic import TypeAdapter, ValidationError

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, connect, create
from pejling.indicators.definition import MEASURES, Age, ExitWithin, Indicator
from pejling.indicators.durations import Duration
from pejling.indicators.measure import measure
from pejling.indicators.model import current_model, load_model, read_model
from pejling.indicators.model_check import Finding, check_model

TODAY = date(2026, 1, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLE / "model", tmp_path / "model")
    return tmp_path / "model"


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


FAST = "indicators/fast_exit.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "found", "cure"),
    [
        (FAST, "within:", "withn:", "line 5, withn", "'withn' is not known", "within"),
        (FAST, "within: 6 months\n", "", FAST, "within is missing", "Write it"),
        (FAST, "6 months", "half a year", "line 5, within", "'half a year'", "26 weeks"),
        (FAST, "6 months", "0 months", "line 5, within", "'0 months'", "whole number"),
        (FAST, "direction: up", "direction: upwards", "direction", "'upwards'", "up, down or none"),
        (FAST, "measure: exit_within", "measure: exit_wihtin", "line 4, measure", "no measure", "exit_within"),
        (FAST, "measure: exit_within", "", FAST, "measure is missing", "exit_within"),
        (FAST, "key: fast_exit", "key: Fast exit", "line 1, key", "'Fast exit'", "pattern"),
        (FAST, "key: fast_exit", "key: intake", "indicators/intake.yaml", "taken", "its own"),
        (FAST, "unit: share", "unit: share\nunit: days", "line", "said twice", "one of them"),
        (FAST, "unit: share", "unit: [share", "line", "no YAML", "quote"),
        (FAST, "by: [sex, gcse5, grammar]", "where: {exit_to: [HE]}", FAST, "", "anchored at the exit"),
        (FAST, "by: [sex, gcse5, grammar]", "support_states: [joblessness]", FAST, "", "give `lasting`"),
        (FAST, "by: [sex, gcse5, grammar]", "by: [age]", FAST, "", "age_bands"),
        (FAST, "by: [sex, gcse5, grammar]", "where: {age: {from: 30, below: 20}}", "where.age", "", "No age"),
        (FAST, "by: [sex, gcse5, grammar]", "where: {grammar: [yes]}", "where.grammar", "true and false", "quotes"),
        ("model.yaml", "threshold: 5", "treshold: 5", "model.yaml, line", "'treshold'", "threshold"),
        ("model.yaml", "threshold: 5", "threshold: five", "model.yaml, line", "'five'", "integer"),
        ("model.yaml", "settle_days: 0", "settle_days: {coures: 3}", "settle_days.coures", "no table", "courses"),
        ("model.yaml", "title:\n", "titel:\n", "model.yaml", "'titel'", "title"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_place_and_cure(
    folder: Path, file: str, old: str, new: str, where: str, found: str, cure: str
) -> None:
    change(folder, file, old, new)
    with pytest.raises(Mistake) as said:
        read_model(folder)
    assert where in said.value.where
    assert found in said.value.found
    assert cure in said.value.cure


def test_a_folder_without_a_model_says_what_a_model_is(tmp_path: Path) -> None:
    with pytest.raises(Mistake, match=r"model\.yaml"):
        read_model(tmp_path)


def test_a_version_never_changes_and_the_same_content_makes_none(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    create(store)
    assert load_model(store, read_model(folder))[0] == 1
    assert load_model(store, read_model(folder)) == (1, [])
    change(folder, FAST, "6 months", "3 months")
    (folder / "indicators" / "intake.yaml").unlink()
    assert load_model(store, read_model(folder)) == (
        2,
        ["fast_exit.within: 6 months is now 3 months", "intake is gone"],
    )
    shutil.copytree(EXAMPLE / "model", folder, dirs_exist_ok=True)
    assert load_model(store, read_model(folder))[0] == 3  # what was once in force is in force again: a new version
    connection = connect(store, read_only=True)
    rows = connection.execute("SELECT version, content FROM lake.measurements.models ORDER BY version").fetchall()
    assert [row[0] for row in rows] == [1, 2, 3]
    assert rows[0][1] == rows[2][1] != rows[1][1]
    assert current_model(connection) == read_model(folder)
    connection.close()


def test_without_model_or_facts_measuring_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    create(store)
    with pytest.raises(Mistake, match="pejling model load"):
        measure(store)
    load_model(store, read_model(folder))
    with pytest.raises(Mistake, match="pejling deliver"):
        measure(store)


def test_the_example_and_the_empty_workspace_have_no_error() -> None:
    import pejling

    workspace = Path(pejling.__file__).parent / "definitions" / "workspace" / "model"
    for each in (EXAMPLE / "model", workspace):
        assert [f for f in check_model(read_model(each), TODAY) if f.severity == "error"] == []


def found(folder: Path, store: Store | None = None) -> list[Finding]:
    connection = connect(store, read_only=True) if store else None
    try:
        return check_model(read_model(folder), TODAY, connection)
    finally:
        if connection:
            connection.close()


@pytest.mark.parametrize(
    ("old", "new", "severity", "said"),
    [
        ("owner: Pejlings eksempel · Pejling's example", "", "warning", "no one answers"),
        ("review_by: 2027-12-31", "", "warning", "no date of review"),
        ("review_by: 2027-12-31", "review_by: 2025-12-31", "warning", "review was due 2025-12-31"),
        ("by: [sex, gcse5, grammar]", "by: [sex, sex]", "error", "twice"),
        ("by: [sex, gcse5, grammar]", "by: [birth_date]", "error", "no group"),
        ("by: [sex, gcse5, grammar]", "where: {target_group: [leaver]}", "error", "no target group"),
        ("by: [sex, gcse5, grammar]", "by: [gcse]", "error", "column 'gcse'"),
        ("exit_to: [employment, FE, HE]", "exit_to: [employed]", "warning", "'employed' was never seen"),
        (
            "exit_to: [employment, FE, HE]",
            "lasting: 1 month\nsupport_states: [jobles]",
            "warning",
            "'jobles' was never",
        ),
        ("by: [sex, gcse5, grammar]", 'where: {grammar: ["perhaps"]}', "warning", "'perhaps' was never seen"),
    ],
)
def test_the_check_finds(folder: Path, northern_ireland: Store, old: str, new: str, severity: str, said: str) -> None:
    assert found(folder, northern_ireland) == []
    change(folder, FAST, old, new)
    (finding,) = found(folder, northern_ireland)
    assert (finding.severity, finding.where) == (severity, "indicator fast_exit")
    assert said in finding.found
    assert finding.cure


def test_a_unit_kind_the_model_does_not_name_is_a_warning(folder: Path, northern_ireland: Store) -> None:
    change(folder, "model.yaml", "  centre: ", "  center: ")
    (finding,) = found(folder, northern_ireland)
    assert "'centre'" in finding.found


def test_a_group_nobody_delivered_stops_the_measuring(folder: Path, northern_ireland: Store, tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    shutil.copytree(northern_ireland.home, store.home)
    change(folder, FAST, "by: [sex, gcse5, grammar]", "by: [gcse]")
    load_model(store, read_model(folder))
    with pytest.raises(Mistake, match="gcse5"):
        measure(store)


def test_the_schema_allows_what_the_types_allow(folder: Path) -> None:
    schema = TypeAdapter(Indicator).json_schema(by_alias=True)
    kinds = {
        name: part["properties"] for name, part in schema["$defs"].items() if "measure" in part.get("properties", {})
    }
    assert {part["measure"]["const"] for part in kinds.values()} == set(MEASURES)
    for path in (folder / "indicators").glob("*.yaml"):
        written: dict[str, Any] = yaml.safe_load(path.read_text())
        (properties,) = [part for part in kinds.values() if part["measure"]["const"] == written["measure"]]
        assert set(written) <= set(properties)
    assert json.dumps(schema)


def test_types_are_frozen() -> None:
    indicator = read_model(EXAMPLE / "model").indicator("fast_exit")
    assert isinstance(indicator, ExitWithin)
    with pytest.raises(ValidationError):
        indicator.key = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "day", "after"),
    [
        ("1 month", date(2009, 1, 31), date(2009, 2, 28)),
        ("1 month", date(2008, 1, 31), date(2008, 2, 29)),
        ("12 months", date(2008, 2, 29), date(2009, 2, 28)),
        ("2 weeks", date(2008, 2, 20), date(2008, 3, 5)),
        ("1 day", date(2009, 12, 31), date(2010, 1, 1)),
    ],
)
def test_a_length_after_a_day_in_python_and_in_sql(text: str, day: date, after: date) -> None:
    import duckdb

    length = Duration.parse(text)
    assert length.after(day) == after
    assert duckdb.sql(f"SELECT {length.sql(f'DATE {str(day)!r}')}").fetchone() == (after,)


def test_an_age_needs_a_limit() -> None:
    with pytest.raises(ValidationError, match="from"):
        Age.model_validate({})
