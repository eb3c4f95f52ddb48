"""The example's figures, held to an independent calculation and to the promise that every level adds up."""

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path

import duckdb
import pytest
from indicators.by_hand import BOARDS, BROKEN_DOWN, courses, expected
from indicators.conftest import EXAMPLE
from indicators.laid import log
from processes import PLACES

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, connect, writing
from pejling.indicators.cases import cases
from pejling.indicators.figures import figures, suppressed
from pejling.indicators.measure import measure
from pejling.indicators.measurement import measurement
from pejling.indicators.model import read_model

KEYS = (
    "intake", "jobless_stock", "fast_exit", "fast_lasting_exit", "lasting_share", "weeks_to_exit",
    "weeks_to_work_or_study", "in_work_or_study_after_12_months", "average_jobless", "training_started",
)  # fmt: skip


def test_of_194_courses_begun_in_1993_103_ended_fast_and_for_good(ni: duckdb.DuckDBPyConnection) -> None:
    (figure,) = figures(ni, "fast_lasting_exit", units=["NI"], periods=["1993"])
    assert (figure.numerator, figure.denominator, figure.state) == (103, 194, "final")
    assert figure.value == 103 / 194
    assert figure.estimate is None
    assert figure.matures_on is None


def test_1998_waits_for_one_course_and_1999_for_the_year_to_end(ni: duckdb.DuckDBPyConnection) -> None:
    last_year, this_year = figures(ni, "fast_lasting_exit", units=["NI"], periods=["1998", "1999"])
    waiting = [case for case in cases(ni, "fast_lasting_exit", "NI", "1998") if case.outcome == "undecided"]
    assert len(waiting) == 1
    assert last_year.matures_on == waiting[0].decided_by == date(1999, 7, 31)
    assert this_year.matures_on == date(2000, 12, 29)
    for figure in (last_year, this_year):
        assert figure.state == "immature"
        assert figure.value is None
        assert figure.low is None
    assert last_year.estimate_low < last_year.estimate < last_year.estimate_high  # type: ignore[operator]
    assert this_year.estimate is None  # of those who have left, nobody has been seen to stay out for six months


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("by", ["", *(pytest.param(by, marks=pytest.mark.slow) for by in BROKEN_DOWN)])
def test_every_figure_is_the_one_worked_out_by_hand(ni: duckdb.DuckDBPyConnection, key: str, by: str) -> None:
    found = figures(ni, key, by=by)
    assert len(found) == 6 * 7 * (len(BROKEN_DOWN[by]) if by else 1)
    assert {figure.unit for figure in found} == {"NI", *BOARDS}
    for figure in found:
        right = expected(key, figure.unit, int(figure.period), by, figure.group)
        for part in fields(right):
            said, value = getattr(figure, part.name), getattr(right, part.name)
            exact = value is None or isinstance(value, str | date)
            same = said == value if exact or said is None else said == pytest.approx(value, rel=1e-9, abs=1e-12)
            assert same, f"{figure}: {part.name} is {said}, by hand {value}"


def test_the_courses_by_hand_are_those_delivered() -> None:
    with (EXAMPLE / "facts" / "courses.csv").open() as file:
        delivered = {(c["person_id"], c["started_on"], c["ended_on"], c["exit_to"]) for c in csv.DictReader(file)}
    assert {(c.person, str(c.start), str(c.end or ""), c.after or "") for c in courses()} == delivered


def test_a_run_of_training_is_an_activity_of_the_course_that_it_ended() -> None:
    with (EXAMPLE / "facts" / "activities.csv").open() as file:
        delivered = {(row["course_id"], row["kind"], row["started_on"]) for row in csv.DictReader(file)}
    ended_so = {(f"{c.person}-{c.start:%Y-%m}", "training", str(c.end)) for c in courses() if c.after == "training"}
    assert delivered == ended_so
    assert len(delivered) == 64


def test_weeks_to_work_or_study_may_never_reach_a_half_and_says_so(ni: duckdb.DuckDBPyConnection) -> None:
    found = figures(ni, "weeks_to_work_or_study", by="gcse5", with_persons=False)
    never = [f for f in found if f.state == "final" and f.value is None]
    assert never
    for figure in never:
        assert figure.matures_on is None
        assert figure.numerator / figure.denominator <= 0.5  # type: ignore[operator]


@pytest.mark.slow
def test_the_courses_behind_a_cell_add_up_to_it(ni: duckdb.DuckDBPyConnection) -> None:
    for key in KEYS:
        for figure in figures(ni, key, units=["Western"], periods=["1994", "1999"], by="sex")[::2]:
            behind = cases(ni, key, "Western", figure.period, by="sex", group=figure.group)
            runs_over_days = key == "average_jobless"
            whole = figure.numerator if figure.denominator is None or runs_over_days else figure.denominator
            assert sum(case.weight for case in behind) == whole
            assert sum(case.counted for case in behind) == figure.numerator
            assert len({case.person_id for case in behind}) == figure.persons


def test_a_period_outside_the_coverage_is_not_reported(ni: duckdb.DuckDBPyConnection) -> None:
    for key in KEYS:
        for figure in figures(ni, key, units=["NI"], periods=["1992", "1993-06", "1999-Q3", "2000"]):
            assert (figure.state, figure.numerator, figure.persons) == ("not_reported", None, None)


@pytest.mark.parametrize(
    ("asked", "cure"),
    [
        ({"indicator": "fast_exits"}, "fast_exit"),
        ({"units": ["Westen"]}, "Western"),
        ({"by": "gcse"}, "gcse5"),
        ({"periods": ["1993-13"]}, "2009-Q1"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(ni: duckdb.DuckDBPyConnection, asked: dict, cure: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(Mistake, match=cure):
        figures(ni, **{"indicator": "fast_exit", **asked})


def test_few_persons_are_hidden_and_nothing_of_them_is_left(ni: duckdb.DuckDBPyConnection) -> None:
    found = figures(ni, "fast_exit", periods=["1993", "1993-08"], by="sex")
    hidden = suppressed(found, 5)
    states = {figure.state for figure in hidden}
    assert {"suppressed", "final"} <= states
    for before, after in zip(found, hidden, strict=True):
        few = min(before.persons or 0, before.numerator or 5, (before.denominator - before.numerator) or 5) < 5  # type: ignore[operator]
        assert (after.state == "suppressed") == few
        if few:
            assert (after.numerator, after.denominator, after.value, after.persons, after.low) == (None,) * 5


def test_the_facts_are_what_convert_makes_of_the_published_figures(tmp_path: Path) -> None:
    """Back from the states to a status a month, in the authors' form, and through convert.py again."""
    months = [date(1993 + (6 + n) // 12, (6 + n) % 12 + 1, 1) for n in range(72)]
    names = [f"{day:%b.%y}" for day in months]
    rows: dict[str, dict[str, str]] = {}
    with (EXAMPLE / "facts" / "states.csv").open() as file:
        for row in csv.DictReader(file):
            for day, name in zip(months, names, strict=True):
                if row["from_on"] <= str(day) and (not row["to_on"] or str(day) < row["to_on"]):
                    rows.setdefault(row["person_id"], {})[name] = row["state"]
    assert len(rows) == 712
    assert all(len(row) == 72 for row in rows.values())
    boards = {}
    with (EXAMPLE / "facts" / "courses.csv").open() as file:
        for row in csv.DictReader(file):
            boards[row["person_id"]] = row["unit_id"]
    with (EXAMPLE / "facts" / "persons.csv").open() as file:
        persons = list(csv.DictReader(file))
    groups = {"catholic": "catholic", "Grammar": "grammar", "funemp": "father_unemployed", "gcse5eq": "gcse5",
              "fmpr": "father_professional", "livboth": "lives_with_both"}  # fmt: skip
    units = ("Belfast", "N.Eastern", "Southern", "S.Eastern", "Western")
    with (tmp_path / "mvad.csv").open("w") as file:
        out = csv.writer(file)
        out.writerow(["id", "weight", "male", *groups, *units, *names])
        for person in persons:
            key = person["person_id"]
            board = boards.get(key, "Belfast")  # who never was jobless has no course, so no board is known here
            out.writerow(
                [key, "1", "yes" if person["sex"] == "male" else "no", *(person[g] for g in groups.values()),
                 *("yes" if unit == board else "no" for unit in units), *(rows[key][name] for name in names)]
            )  # fmt: skip
    shutil.copy(EXAMPLE / "convert.py", tmp_path)
    (tmp_path / "facts").mkdir()
    subprocess.run([sys.executable, tmp_path / "convert.py", tmp_path / "mvad.csv"], check=True, capture_output=True)
    for table in ("units", "persons", "courses", "activities", "states"):
        made = (tmp_path / "facts" / f"{table}.csv").read_text()
        assert made == (EXAMPLE / "facts" / f"{table}.csv").read_text(), table


@pytest.mark.slow
def test_measured_again_nothing_is_doubled_and_newer_facts_are_noticed(northern_ireland: Store, tmp_path: Path) -> None:
    store = Store(tmp_path / "copy")
    shutil.copytree(northern_ireland.home, store.home)
    connection = connect(store, read_only=True)
    before = figures(connection, "fast_lasting_exit")
    behind = cases(connection, "intake", "NI", "1999-Q2")
    connection.close()
    with writing(store) as connection:
        connection.execute(
            "INSERT INTO lake.facts.courses VALUES ('new', '1', 'Western', 'x', DATE '1999-05-03', NULL, NULL)"
        )
        log(connection, {}, new={"courses": 1})
    connection = connect(store, read_only=True)
    assert measurement(connection).overtaken == ("facts",)
    assert figures(connection, "fast_lasting_exit") == before  # what was measured stands until it is measured again
    assert cases(connection, "intake", "NI", "1999-Q2") == behind
    connection.close()
    measure(store)
    connection = connect(store, read_only=True)
    assert measurement(connection).overtaken == ()
    assert len(cases(connection, "intake", "NI", "1999-Q2")) == len(behind) + 1
    after = figures(connection, "fast_lasting_exit", units=["NI"], periods=["1993", "1999"])
    assert [figure.denominator for figure in after] == [194, 21]
    connection.close()


def test_the_example_is_a_model_in_both_languages() -> None:
    model = read_model(EXAMPLE / "model")
    assert {indicator.key for indicator in model.indicators} == set(KEYS)
    assert not model.data_synthetic


def test_show_prints_the_fields_of_the_contract_in_their_order(northern_ireland: Store) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "pejling", "--home", northern_ireland.home, "show", "fast_lasting_exit",
         "--unit", "NI", "--period", "1993", "--format", "json"],
        check=True, capture_output=True, text=True, env={"PYTHONPATH": PLACES},
    )  # fmt: skip
    (row,) = json.loads(said.stdout)
    assert list(row) == [
        "indicator", "unit", "period", "group_by", "group", "numerator", "denominator", "value", "low", "high",
        "persons", "state", "matures_on", "estimate", "estimate_low", "estimate_high", "snapshot",
    ]  # fmt: skip
    assert '"numerator": 103,' in said.stdout  # 103, not 103.0
    assert '"estimate": null,' in said.stdout
    assert (row["numerator"], row["denominator"], row["state"], row["persons"]) == (103, 194, "final", 190)
