"""Made-up facts: the same from the same seed, whole, refused where they must be, and with effects that can be found."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from facts.recovering import effect, facts

from pejling.facts.delivery import deliver
from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, connect, create
from pejling.facts.synthetic.plan import Plan
from pejling.facts.synthetic.recipe import read_recipe
from pejling.facts.synthetic.synthesize import synthesize
from pejling.facts.tables import TABLES

DEFINITIONS = Path(synthesize.__code__.co_filename).parents[2] / "definitions"
RECIPE = read_recipe(DEFINITIONS / "synthetic.yaml")
TODAY = date(2026, 11, 25)
EXPECTED = {
    "activities": 299, "assignments": 28, "contacts": 1357, "courses": 524, "observations": 420, "persons": 402,
    "postings": 8544, "scores": 452, "states": 877, "units": 30,
}  # fmt: skip


def content(folder: Path) -> dict[str, tuple[int, int]]:
    """Per table the rows and a sum over them that does not depend on their order."""
    with duckdb.connect() as connection:
        return {
            str(file.relative_to(folder)): connection.execute(
                f"SELECT count(*), sum(hash(row)::HUGEINT) FROM (SELECT row FROM '{file}' AS row)"
            ).fetchall()[0]
            for file in sorted(folder.glob("*/*.parquet"))
        }


def delivered(home: Path, folder: Path, tolerance: float = 0) -> Store:
    store = Store(home)
    create(store)
    for delivery in sorted(path for path in folder.iterdir() if path.is_dir()):
        deliver(store, delivery, tolerance=tolerance, today=TODAY)
    return store


def stored(store: Store) -> dict[str, list[tuple[object, ...]]]:
    connection = connect(store, read_only=True)
    try:
        return {
            table: connection.execute(f"SELECT * FROM lake.facts.{table} ORDER BY ALL").fetchall() for table in TABLES
        }
    finally:
        connection.close()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_rows_whatever_the_number_of_threads(tmp_path):
    for threads in (1, 2, 4):
        synthesize(Plan(RECIPE, 6_000, 7, errors=0.01), tmp_path / str(threads), threads=threads)
    first = content(tmp_path / "1")
    assert len(first) == 10
    assert content(tmp_path / "2") == content(tmp_path / "4") == first
    texts = [[(tmp_path / threads / name).read_text() for name in ("truth.json", "errors.csv")] for threads in "124"]
    assert texts[0] == texts[1] == texts[2]


def test_the_seed_of_today_gives_the_rows_of_tomorrow(tmp_path):
    """A new DuckDB may draw otherwise, as the reference says: then this notices, and the new numbers go above."""
    synthesize(Plan(RECIPE, 500, 7), tmp_path / "made")
    assert {Path(name).stem: rows for name, (rows, _) in content(tmp_path / "made").items()} == EXPECTED


def test_another_seed_gives_other_people(tmp_path):
    for seed in (1, 2):
        synthesize(Plan(RECIPE, 500, seed), tmp_path / str(seed))
    one, other = content(tmp_path / "1"), content(tmp_path / "2")
    assert [name for name in one if one[name] == other[name]] == ["2024-12-31/units.parquet"]


@pytest.mark.slow
def test_several_deliveries_leave_what_one_would_have(tmp_path):
    """Nothing is refused, so every reference leads somewhere, delivery by delivery; late rows come with a later one."""
    plan = Plan(RECIPE, 3_000, 5)
    synthesize(plan, tmp_path / "one", files="csv")
    made = synthesize(Plan(RECIPE, 3_000, 5, deliveries=3), tmp_path / "three")
    assert [path.name for path in made.deliveries] == ["2024-10-31", "2024-11-30", "2024-12-31"]
    whole = stored(delivered(tmp_path / "a", tmp_path / "one"))
    assert stored(delivered(tmp_path / "b", tmp_path / "three")) == whole
    assert all(whole.values())
    with duckdb.connect() as connection:
        (late,) = connection.execute(
            f"SELECT count(*) FROM '{made.deliveries[2]}/courses.parquet' WHERE started_on <= DATE '2024-11-30'"
        ).fetchall()[0]
    assert late > 50


@pytest.mark.slow
def test_the_wrong_rows_are_those_refused_and_no_other(tmp_path):
    made = synthesize(Plan(RECIPE, 4_000, 5, units=60, deliveries=2, errors=0.08), tmp_path / "made")
    wrong = {
        (row["delivery"], row["table"], row["key"])
        for row in csv.DictReader((tmp_path / "made" / "errors.csv").open(encoding="utf-8"))
    }
    assert len(wrong) == made.wrong > 1_000
    assert {table for _, table, _ in wrong} == set(TABLES)
    store = delivered(tmp_path / "store", tmp_path / "made", tolerance=0.3)
    refused = set()
    for delivery, folder in zip(
        made.deliveries, sorted(store.rejections.iterdir(), key=lambda path: path.stat().st_mtime_ns), strict=True
    ):
        for file in folder.glob("*.csv"):
            for row in csv.DictReader(file.open(encoding="utf-8-sig"), delimiter=";"):
                key = "|".join(row[column] for column in TABLES[file.stem].key)
                refused.add((delivery.name, file.stem, key))
    assert refused == wrong
    right = delivered(tmp_path / "right", synthesize_without_errors(tmp_path))
    assert stored(store) == stored(right)


def synthesize_without_errors(tmp_path: Path) -> Path:
    synthesize(Plan(RECIPE, 4_000, 5, units=60, deliveries=2), tmp_path / "without")
    return tmp_path / "without"


@pytest.mark.slow
def test_every_planted_effect_is_found_by_who_knows_the_confounder_and_missed_by_who_does_not(tmp_path):
    plan = Plan(RECIPE, 250_000, 11, from_on=date(2020, 1, 1))
    synthesize(plan, tmp_path / "made")
    truth = json.loads((tmp_path / "made" / "truth.json").read_text())
    last = plan.through - timedelta(days=RECIPE.late.days + 1)  # what is later may be registered yet
    seen = facts(tmp_path / "made" / plan.through.isoformat(), truth["confounding"]["column"], last)
    lost, fooled, asked = [], 0, 0
    for planted in truth["effects"]:
        for of in ("exit", "back"):
            where = of, planted["activity"], planted["target_group"]
            ratio = planted[f"{of}_hazard_ratio"]
            known = effect(seen, *where, knows=True, sure=3.5)  # 32 intervals: one in 70 sets would miss any
            if not known.holds(ratio):
                lost.append((where, ratio, known))
            asked += 1
            fooled += not effect(seen, *where, knows=False, sure=1.96).holds(ratio)
    assert lost == []
    assert fooled > asked / 2


def test_what_cannot_be_made_is_said_with_a_cure(tmp_path):
    with pytest.raises(Mistake, match="--deliveries"):
        Plan(RECIPE, 10, deliveries=50)
    with pytest.raises(Mistake, match="--courses"):
        Plan(RECIPE, 0)
    (tmp_path / "here").write_text("")
    with pytest.raises(Mistake, match="something in it"):
        synthesize(Plan(RECIPE, 10), tmp_path)
    recipe = (DEFINITIONS / "synthetic.yaml").read_text()
    (tmp_path / "recipe.yaml").write_text(recipe.replace("employment: 0.58", "employment: 0.68"))
    with pytest.raises(Mistake, match=r"job_ready.exits: the shares are 1.1 together. Make them 1"):
        read_recipe(tmp_path / "recipe.yaml")
    (tmp_path / "recipe.yaml").write_text(recipe.replace("winter_starts", "wintr_starts") + "wintr_exits: 1\n")
    with pytest.raises(Mistake, match=r"recipe.yaml, wintr_exits"):
        read_recipe(tmp_path / "recipe.yaml")
