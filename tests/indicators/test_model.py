"""A model is read strictly, told where it is wrong, and kept in versions that never change."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
import yaml
from indicators.conftest import EXAMPLE
from pydantic import TypeAdapter, ValidationError

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, connect, create, writing
from pejling.indicators.definition import MEASURES, Age, ExitWithin, Indicator
from pejling.indicators.durations import Duration
from pejling.indicators.findings import Finding
from pejling.indicators.measure import measure
from pejling.indicators.model import Difference, current_model, differences, fingerprint, load_model, read_model
from pejling.indicators.model_check import check_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLE / "model", tmp_path / "model")
    return tmp_path / "model"


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


FAST = "indicators/fast_exit.yaml"
WAY = "goals/1_a_way_that_lasts.yaml"


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
        ("model.yaml", "threshold: 5", "threshold: five", "line", "'five'", "A whole number is to stand here"),
        ("model.yaml", "settle_days: 0", "settle_days: {coures: 3}", "settle_days.coures", "no table", "courses"),
        ("model.yaml", "title:\n", "titel:\n", "model.yaml", "'titel'", "title"),
        (WAY, "horizon: 2001", "horison: 2001", "line 17, goals.0.horison", "'horison' is not known", "horizon"),
        (WAY, "horizon: 2001", "horizon: soon", "goals.0.horizon", "'soon'", "A whole number is to stand here"),
        (WAY, ", fast_exit, weeks_to_work_or_study]", ", 3]", "goals.0.indicators", "3", "A text is to stand here"),
        (WAY, "key: still_there_a_year_after", "key: fast_and_lasting", "goals.1.key", "taken", "its own"),
        ("model.yaml", "settle_days: 0", "focus_areas: []", "focus_areas", "focus areas stand here", "goals/"),
        ("model.yaml", "settle_days: 0", "caps: {result_goals: 0}", "caps.result_goals", "0", "It must be at least 1"),
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
        [
            Difference(("indicators", "fast_exit", "within"), "6 months", "3 months"),
            Difference(("indicators", "intake"), ANY, None),
        ],
    )
    shutil.copytree(EXAMPLE / "model", folder, dirs_exist_ok=True)
    assert load_model(store, read_model(folder))[0] == 3  # what was once in force is in force again: a new version
    connection = connect(store, read_only=True)
    rows = connection.execute("SELECT version, content FROM lake.measurements.models ORDER BY version").fetchall()
    assert [row[0] for row in rows] == [1, 2, 3]
    assert rows[0][1] == rows[2][1] != rows[1][1]
    assert current_model(connection) == read_model(folder)
    connection.close()


def test_a_model_is_not_loaded_over_another_than_the_one_looked_at(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    create(store)
    load_model(store, read_model(folder), over=0)
    change(folder, FAST, "6 months", "3 months")
    with pytest.raises(Mistake, match="loaded meanwhile"):
        load_model(store, read_model(folder), over=0)
    assert load_model(store, read_model(folder), over=1)[0] == 2


def test_goals_alone_make_a_new_version_and_no_new_components(folder: Path) -> None:
    before = read_model(folder)
    change(folder, WAY, "horizon: 2001", "horizon: 2002")
    after = read_model(folder)
    (different,) = differences(before, after)
    way = ("focus_areas", "a_way_that_lasts", "goals", "fast_and_lasting", "horizon")
    assert different == Difference(way, 2001, 2002)
    assert [fingerprint(before, each) for each in before.indicators] == [
        fingerprint(after, each) for each in after.indicators
    ]


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
        assert [f for f in check_model(read_model(each)) if f.severity == "error"] == []


def found(folder: Path, store: Store | None = None) -> list[Finding]:
    connection = connect(store, read_only=True) if store else None
    try:
        return check_model(read_model(folder), connection)
    finally:
        if connection:
            connection.close()


@pytest.mark.parametrize(
    ("old", "new", "severity", "rule", "near"),
    [
        ("by: [sex, gcse5, grammar]", "by: [sex, sex]", "error", "group_twice", None),
        ("by: [sex, gcse5, grammar]", "by: [birth_date]", "error", "no_group", None),
        (
            "by: [sex, gcse5, grammar]",
            "where: {target_group: [leaver]}",
            "error", "unknown_target_group", "school_leaver",
        ),
        ("by: [sex, gcse5, grammar]", "by: [gcse]", "error", "unknown_column", "gcse5"),
        ("exit_to: [employment, FE, HE]", "exit_to: [employed]", "warning", "never_seen", "employment"),
        (
            "exit_to: [employment, FE, HE]",
            "lasting: 1 month\nsupport_states: [jobles]",
            "warning", "never_seen", "joblessness",
        ),
        ("by: [sex, gcse5, grammar]", 'where: {grammar: ["perhaps"]}', "warning", "never_seen", None),
    ],
)  # fmt: skip
def test_the_check_finds(
    folder: Path, northern_ireland: Store, old: str, new: str, severity: str, rule: str, near: str | None
) -> None:
    assert found(folder, northern_ireland) == []
    change(folder, FAST, old, new)
    (finding,) = found(folder, northern_ireland)
    assert (finding.severity, finding.where, finding.rule) == (severity, "indicator fast_exit", rule)
    assert finding.said.get("near") == near


def write(folder: Path, definition: str) -> None:
    """One more indicator, `more`, of the rest of its definition."""
    about = "name: {da: x, en: x}\nwhy: {da: x, en: x}\nkind: result\ndirection: up\nowner: x\nreview_by: 2027-12-31"
    (folder / "indicators" / "more.yaml").write_text(f"key: more\n{about}\n{definition}\n")


@pytest.mark.parametrize(
    ("definition", "severity", "rule", "said"),
    [pytest.param(*each, marks=pytest.mark.slow if n % 3 else ()) for n, each in enumerate([
        (
            "measure: ratio\nnumerator: intak\ndenominator: fast_exit",
            "error", "part_unknown", {"part": "numerator", "key": "intak", "near": "intake"},
        ),
        (
            "measure: ratio\nnumerator: intake\ndenominator: more",
            "error", "part_is_ratio", {"part": "denominator", "key": "more"},
        ),
        (
            "measure: ratio\nnumerator: intake\ndenominator: fast_exit\nby: [gcse]",
            "error", "part_not_broken_down", {"key": "fast_exit", "column": "gcse", "near": "gcse5"},
        ),
        (
            "measure: lasting_share\nlasting: 1 month\nexit_to: [employ]",
            "warning", "never_seen", {"what": "exit_to", "value": "employ", "near": "employment"},
        ),
        ("measure: exits\nwhere: {exit_to: [fe]}", "warning", "never_seen", {"what": "where.exit_to", "near": "FE"}),
        (
            "measure: lasting_share\nlasting: 1 month\nsupport_states: [jobles]",
            "warning", "never_seen", {"what": "support_states", "near": "joblessness"},
        ),
        (
            "measure: lasting_share\nlasting: 1 month\nrelapse_target_groups: [school_leavers]",
            "error", "unknown_target_group", {"group": "school_leavers", "near": "school_leaver"},
        ),
        (
            "measure: state_after\nafter: 1 month\nstates: [skool]",
            "warning", "never_seen", {"what": "states", "near": "school"},
        ),
        (
            "measure: time_to_exit\nstatistic: median\nexit_to: [trainin]",
            "warning", "never_seen", {"what": "exit_to", "near": "training"},
        ),
        (
            "measure: activity_share\nactivity_kinds: [traning]",
            "warning", "never_seen", {"what": "activity_kinds", "near": "training"},
        ),
        (
            "measure: activity_within\nwithin: 1 month\nactivity_kinds: [course]",
            "warning", "never_seen", {"what": "activity_kinds", "known": ("training",)},
        ),
        (
            "measure: timely\ncontact_kinds: [talk]",
            "warning", "never_seen", {"what": "contact_kinds", "known": ("interview",)},
        ),
        (
            "measure: score_change\ninstrument: SDQs",
            "warning", "never_seen", {"what": "instrument", "near": "SDQ"},
        ),
        (
            "measure: amount\nnature: actual\naccounts: [wage]",
            "warning", "never_seen", {"what": "accounts", "near": "wages"},
        ),
        ("measure: observed", "warning", "never_seen", {"what": "key", "value": "more"}),
    ])],
)  # fmt: skip
def test_the_check_finds_in_every_measure(
    folder: Path, of_everything: Store, definition: str, severity: str, rule: str, said: dict[str, Any]
) -> None:
    unit = {"time_to_exit": "days", "amount": "kroner"}.get(definition.split("\n")[0].split(": ")[1], "share")
    write(folder, f"{definition}\nunit: {unit}")
    findings = [finding for finding in found(folder, of_everything) if finding.where == "indicator more"]
    assert findings
    assert {finding.severity for finding in findings} == {severity}
    assert any(f.rule == rule and said.items() <= f.said.items() for f in findings), findings


@pytest.mark.parametrize(
    ("definition", "table"),
    [
        ("measure: timely\nunit: share", "contacts"),
        ("measure: score_change\ninstrument: SDQ\nunit: points", "scores"),
        ("measure: amount\nnature: actual\naccounts: [wages]\nunit: kroner", "postings"),
        ("measure: observed\nby: [cluster]\nunit: share", "observations"),
    ],
)
def test_a_table_that_nobody_delivered_is_a_warning(
    folder: Path, northern_ireland: Store, definition: str, table: str
) -> None:
    write(folder, definition)
    (finding,) = found(folder, northern_ireland)
    assert (finding.severity, finding.where, finding.rule) == ("warning", "indicator more", "empty_table")
    assert finding.said == {"table": table}


@pytest.fixture(scope="module")
def of_everything(northern_ireland: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The example, with an interview, a score, a posting and an observation."""
    store = Store(tmp_path_factory.mktemp("everything"))
    shutil.copytree(northern_ireland.home, store.home, dirs_exist_ok=True)
    with writing(store) as connection:
        for row in (
            "contacts (contact_id, course_id, kind) VALUES ('k', '2-1993-07', 'interview')",
            "scores (course_id, instrument, measured_on, score) VALUES ('2-1993-07', 'SDQ', DATE '1993-08-01', 3)",
            "postings (posting_id, unit_id, account, posted_on, amount, nature) "
            "VALUES ('m', 'Western', 'wages', DATE '1993-08-01', 3, 'actual')",
            "observations (indicator, unit_id, period, value) VALUES ('more_or_less', 'Western', '1993', 3)",
        ):
            connection.execute(f"INSERT INTO lake.facts.{row}")
    return store


def test_a_unit_kind_the_model_does_not_name_is_a_warning(folder: Path, northern_ireland: Store) -> None:
    change(folder, "model.yaml", "  centre: ", "  center: ")
    (finding,) = found(folder, northern_ireland)
    assert (finding.rule, finding.where, finding.said["code"]) == ("unnamed", "column units.kind", "centre")
    assert finding.said["near"] == "center"


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


def test_what_a_copy_measures_is_of_its_own_law() -> None:
    model = read_model(EXAMPLE.parent / "copenhagen_2009" / "model")
    assert len(model.measured) > len(model.indicators)
    assert len(model.model_copy(update={"law": ()}).measured) < len(model.measured)


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


@pytest.mark.parametrize("text", ["1 day", "26 weeks", "1 month", "6 months", "13 months"])
def test_before_a_day_is_the_last_whose_after_has_come(text: str) -> None:
    length = Duration.parse(text)
    for n in range(800):
        day = date(2007, 1, 1) + timedelta(days=n)
        last = length.before(day)
        assert length.after(last) <= day < length.after(last + timedelta(days=1))


def test_an_age_needs_a_limit() -> None:
    with pytest.raises(ValidationError, match="from"):
        Age.model_validate({})
