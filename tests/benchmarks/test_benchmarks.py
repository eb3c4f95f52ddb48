"""The benchmark's own ground: the generator repeats itself, keeps the contract, and its contenders agree."""

import filecmp
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from comparison import COLUMNS, differences  # noqa: E402
from contenders import CONTENDERS  # noqa: E402
from generate import Facts, filled_up, write  # noqa: E402

from pejling.facts.delivery import deliver  # noqa: E402
from pejling.facts.store import Store, create  # noqa: E402


@pytest.mark.slow
def test_the_same_seed_gives_the_same_files_whatever_the_number_of_threads(tmp_path: Path) -> None:
    for threads in (1, 2, 4):
        write(Facts(20_000, seed=7), tmp_path / str(threads), kind="csv", threads=threads)
    names = [path.name for path in (tmp_path / "1").iterdir()]
    assert len(names) == 8
    for threads in ("2", "4"):
        assert filecmp.cmpfiles(tmp_path / "1", tmp_path / threads, names, shallow=False)[0] == names


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    for seed in (1, 2):
        write(Facts(1_000, seed), tmp_path / str(seed), kind="csv")
    same = filecmp.cmpfiles(tmp_path / "1", tmp_path / "2", ["courses.csv", "states.csv"], shallow=False)[0]
    assert same == []


def test_rows_come_to_what_was_asked(tmp_path: Path) -> None:
    counts = write(filled_up(Facts(5_000), 25_000), tmp_path)
    assert counts.pop("courses") == 5_000
    assert sum(counts.values()) == 25_000


@pytest.mark.parametrize("kind", [pytest.param("csv", marks=pytest.mark.slow), "parquet"])
def test_a_generated_delivery_keeps_the_contract(tmp_path: Path, kind: str) -> None:
    counts = write(Facts(2_000), tmp_path / "facts", kind=kind)
    store = Store(tmp_path / "workspace")
    create(store)
    summary = deliver(store, tmp_path / "facts", today=date(2026, 1, 1))  # raises where a row breaks it
    assert {table: found.new for table, found in summary.tables.items()} == counts
    assert summary.coverage["courses"].through == date(2024, 12, 31)


@pytest.mark.slow
@pytest.mark.postgres
def test_every_baseline_gives_the_same_cells(tmp_path: Path) -> None:
    write(Facts(20_000, seed=3), tmp_path / "facts")
    others = ("postgres", "pandas") if find_spec("pandas") else ("postgres",)  # pandas: requirements/bench.txt only
    files = {name: tmp_path / f"{name}.parquet" for name in ("duckdb", *others)}
    for name, file in files.items():
        CONTENDERS[name](tmp_path / "facts", file)
    for name in others:
        unlike = differences(files["duckdb"], files[name])
        assert tuple(unlike) == COLUMNS and not any(unlike.values()), (name, unlike)


def test_one_cell_that_differs_or_is_missing_is_found(tmp_path: Path) -> None:
    ours, changed, lacking = (tmp_path / f"{name}.parquet" for name in ("ours", "changed", "lacking"))
    write(Facts(300), tmp_path / "facts")
    CONTENDERS["duckdb"](tmp_path / "facts", ours)
    one = "unit_id = 'DK' AND month = '2023-01-01' AND target_group = 'sickness_benefit'"
    duckdb.sql(f"COPY (SELECT * REPLACE (CASE WHEN {one} THEN stock + 1 ELSE stock END AS stock) FROM '{ours}') "
               f"TO '{changed}'")  # fmt: skip
    duckdb.sql(f"COPY (FROM '{ours}' WHERE NOT ({one})) TO '{lacking}'")
    assert not any(differences(ours, ours).values())
    assert {column for column, count in differences(ours, changed).items() if count} == {"stock"}
    assert differences(ours, changed)["stock"] == 1
    assert differences(ours, lacking)["course_days"] == 1 == differences(lacking, ours)["course_days"]
