"""The spike: `python benchmarks/spike/run.py DATA` with DATA from benchmarks/generate.py (--format parquet).

Each writing on each engine runs in a process of its own and writes its cells; the cells are then compared, row by row.
Needs duckdb, sqlglot, pyspark (and a Java), ibis-framework[duckdb]: nothing of this is a requirement of the product.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from asked import CELL, TABLES

RUNS = ("sql-duckdb", "ibis-duckdb", "sql-spark", "ibis-spark")
THREADS = 2


def one(name: str, data: Path, out: Path) -> dict[str, float]:
    """Run one, write its cells to `out`; seconds by phase, and MiB at the peak."""
    writing, engine = name.split("-")
    start = time.perf_counter()
    laps: dict[str, float] = {}

    def lap(phase: str) -> None:
        nonlocal start
        laps[phase] = laps.get(phase, 0) + time.perf_counter() - start
        start = time.perf_counter()

    if writing == "ibis":
        import ibis
        import in_ibis
    else:
        import in_sql
    lap("import")
    if engine == "duckdb":
        connection = ibis.duckdb.connect(threads=THREADS) if writing == "ibis" else duckdb.connect()
        if writing == "sql":
            connection.execute(f"SET threads = {THREADS}")
    else:
        connection = spark_session()
        if writing == "ibis":
            connection = ibis.pyspark.connect(connection)
    lap("start")

    if writing == "ibis":
        tables = {table: connection.read_parquet(str(data / f"{table}.parquet"), table_name=table) for table in TABLES}
        course = in_ibis.joined_courses(tables["courses"], tables["assignments"])
        connection.compile(course)
        lap("build")
        course = course.cache()
        lap("run")
        cells = in_ibis.cells(course, tables["states"], tables["units"])
        connection.compile(cells)
        lap("build")
        cells.to_parquet(out) if engine == "duckdb" else cells.to_parquet_dir(out)
    elif engine == "duckdb":
        texts = in_sql.in_dialect("duckdb")
        lap("build")
        for table in TABLES:
            connection.execute(f"CREATE VIEW {table} AS FROM '{data / table}.parquet'")
        for relation, text in texts.items():
            kind = "TABLE" if relation in in_sql.MATERIALISED else "VIEW"
            connection.execute(f"CREATE TEMP {kind} {relation} AS {text}")
        connection.execute(f"COPY cells TO '{out}' (FORMAT parquet)")
    else:
        texts = in_sql.in_dialect("spark")
        lap("build")
        for table in TABLES:
            connection.read.parquet(str(data / f"{table}.parquet")).createOrReplaceTempView(table)
        for relation, text in texts.items():
            frame = connection.sql(text)
            (frame.cache() if relation in in_sql.MATERIALISED else frame).createOrReplaceTempView(relation)
        connection.table("cells").write.parquet(str(out))
    lap("run")
    return {phase: round(seconds, 2) for phase, seconds in laps.items()} | {"CPU": cpu(), "MiB": peak()}


def spark_session():
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": str(2 * THREADS),
                "spark.driver.memory": "4g", "spark.sql.session.timeZone": "UTC"}  # fmt: skip
    return SparkSession.builder.master(f"local[{THREADS}]").config(map=settings).getOrCreate()


def processes() -> list[str]:
    """This one and its children: Spark's Java."""
    return ["self", *Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def cpu() -> float:
    """Seconds of processor time in all: steadier than the clock where others work on the same machine."""
    stats = [Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split() for process in processes()]
    return round(sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK"), 1)


def peak() -> int:
    """MiB, each process at its own peak."""
    return sum(
        int(line.split()[1]) // 1024
        for process in processes()
        for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )


def differences(one: Path, other: Path) -> int:
    """Cells in which two results are not the same."""
    files = [f"{path}/*.parquet" if path.is_dir() else str(path) for path in (one, other)]
    # Ibis on Spark gives the month as a timestamp.
    left, right = (f"(SELECT * REPLACE (CAST(month AS DATE) AS month) FROM read_parquet('{file}'))" for file in files)
    either = f"(FROM {left} EXCEPT ALL FROM {right}) UNION ALL (FROM {right} EXCEPT ALL FROM {left})"
    with duckdb.connect() as connection:
        (found,) = connection.execute(f"SELECT count(*) FROM ({either})").fetchall()
        return int(found[0])


def lines(name: str) -> int:
    """Lines of code of a writing, without blank lines, comments and the module's docstring."""
    text = (Path(__file__).parent / f"in_{name}.py").read_text().split('"""', 2)[2]
    return sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--runs", nargs="*", default=RUNS, choices=RUNS)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one(asked.one[0], asked.data, Path(asked.one[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        first: Path | None = None
        for name in asked.runs:
            out = Path(folder) / name
            command = [sys.executable, __file__, str(asked.data), "--one", name, str(out)]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stderr[-4000:])
            first = first or out
            print(name, done.stdout.strip(), f"differing cells: {differences(first, out)}", flush=True)
        cells = f"read_parquet('{first}{'/*.parquet' if first.is_dir() else ''}')"
        print(duckdb.sql(f"SELECT count(*) cells, count(DISTINCT ({', '.join(CELL)})) keys, sum(started) started, "
                         f"sum(lasted) lasted, sum(undecided) undecided, count(median) medians, "
                         f"count(median_to_work) to_work FROM {cells}"))  # fmt: skip
    print("lines of code:", {name: lines(name) for name in ("sql", "ibis")})


if __name__ == "__main__":
    main()
