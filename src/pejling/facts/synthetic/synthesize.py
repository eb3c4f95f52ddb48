"""Make deliveries of made-up facts, the rows in them that must be refused, and the truth about them."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import yaml

from pejling.facts.arrivals import literal
from pejling.facts.mistakes import Mistake
from pejling.facts.synthetic import lives, rows, truth
from pejling.facts.synthetic.mistakes_in import LIST, with_mistakes
from pejling.facts.synthetic.plan import Plan, known

MEMORY = "2GB"  # DuckDB's own share; it spills to disk beyond that
TRUTH = "truth.json"

Files = Literal["parquet", "csv"]
Step = Callable[[str, int, int], None]  # what is being made, done so far, of how many


@dataclass(frozen=True)
class Made:
    """The deliveries, oldest first, and the rows of each table in all of them together, wrong ones too."""

    deliveries: tuple[Path, ...]
    rows: dict[str, int]
    wrong: int


def synthesize(
    plan: Plan,
    folder: Path,
    *,
    files: Files = "parquet",
    threads: int = 2,
    on_step: Step = lambda step, done, of: None,
) -> Made:
    """Write a folder per delivery, named by the day it reaches, with the truth and the list of errors beside them.

    The same plan gives the same rows, in any order, whatever the number of threads. Raises Mistake where the folder has
    something in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Mistake(str(folder), "there is something in it already", "Name a new folder, or an empty one")
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".scratch-", dir=folder))
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads, "memory_limit": MEMORY, "temp_directory": str(scratch / "spill"),
        "preserve_insertion_order": False, "autoinstall_known_extensions": False, "autoload_known_extensions": False,
    }  # fmt: skip
    try:
        with duckdb.connect(str(scratch / "lives.duckdb"), config=config) as connection:
            made = _made(connection, plan, folder, files, on_step)
    finally:
        shutil.rmtree(scratch)
    (folder / TRUTH).write_text(truth.truth(plan).model_dump_json(indent=1) + "\n", encoding="utf-8")
    return made


def _made(connection: duckdb.DuckDBPyConnection, plan: Plan, folder: Path, files: Files, on_step: Step) -> Made:
    lives.declare(connection, plan)
    lives.live(connection, plan, lambda drawn: on_step("courses drawn", drawn, plan.courses))
    rows.declare(connection, plan)
    connection.execute(
        "CREATE TABLE errors "
        "(delivery VARCHAR, table_name VARCHAR, row_key VARCHAR, column_name VARCHAR, problem VARCHAR)"
    )
    options = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}[files]
    counts: dict[str, int] = {}
    deliveries = []
    before = None
    for day in known(plan):
        deliveries.append(delivery := folder / day.isoformat())
        delivery.mkdir()
        queries = rows.tables(plan, rows.Day(day, before))
        for number, (table, query) in enumerate(queries.items()):
            on_step(f"{day}: {table}", number, len(queries))
            if plan.errors:
                query = with_mistakes(connection, table, query, plan.errors, day.isoformat())
            written = delivery / f"{table}.{files}"
            connection.execute(f"COPY ({query}) TO {literal(str(written))} ({options})")
            (count,) = connection.fetchall()[0]
            counts[table] = counts.get(table, 0) + count
            if not count:  # a table without rows is no table of a delivery
                written.unlink()
        (delivery / "delivery.yaml").write_text(_declaration(plan, day), encoding="utf-8")
        before = day
    (wrong,) = connection.execute("SELECT count(*) FROM errors").fetchall()[0]
    if plan.errors:
        connection.execute(f"""COPY (
            SELECT delivery, table_name AS "table", row_key AS key, column_name AS "column", problem FROM errors
            ORDER BY ALL) TO {literal(str(folder / LIST))} (FORMAT csv, HEADER)""")
    return Made(tuple(deliveries), counts, wrong)


def _declaration(plan: Plan, through: date) -> str:
    said = {
        "source": plan.source(through),
        "decimal": ".",
        "coverage": {"default": {"from": plan.from_on, "through": through}},
    }
    return "# Made up by `pejling synthesize`: synthetic data about no real persons.\n" + yaml.safe_dump(
        said, allow_unicode=True, sort_keys=False
    )
