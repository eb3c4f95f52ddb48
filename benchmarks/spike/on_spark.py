"""The same SQL on Spark, over a snapshot of the store: `python benchmarks/spike/on_spark.py` shows it on a small store.

What makes it hard is in it: rows changed, deleted or still in the catalogue, a column added later, an old snapshot."""

import sys
import tempfile
from pathlib import Path

import duckdb
import sqlglot


def export(connection: duckdb.DuckDBPyConnection, snapshot: int, tables: tuple[str, ...], folder: Path) -> None:
    """Write tables of a snapshot as plain Parquet: DuckDB applies deletes, inlined rows and added columns."""
    for table in tables:
        source = f"lake.facts.{table} AT (VERSION => {int(snapshot)})"
        connection.execute(f"COPY (FROM {source}) TO '{folder / table}' (FORMAT parquet, FILE_SIZE_BYTES '256MB')")


def measure_on_spark(
    spark, folder: Path, tables: tuple[str, ...], relations: dict[str, str], kept: set[str], out: Path
):
    """Run the named SELECTs over the exported tables, each seeing those before it; the last one is written to `out`."""
    for table in tables:
        spark.read.parquet(str(folder / table)).createOrReplaceTempView(table)
    for name, text in relations.items():
        (carried,) = sqlglot.transpile(text, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
        frame = spark.sql(carried)
        (frame.cache() if name in kept else frame).createOrReplaceTempView(name)
    spark.table(name).write.mode("overwrite").parquet(str(out))


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[2] / "src"))
    import importlib

    from run import spark_session

    with tempfile.TemporaryDirectory() as home:
        connection = duckdb.connect()
        for name in ("ducklake", "sqlite_scanner"):
            package = Path(importlib.import_module(f"duckdb_extension_{name}").__path__[0])
            connection.execute(f"LOAD '{next(package.glob('extensions/*/*.duckdb_extension'))}'")
        connection.execute(
            f"ATTACH 'ducklake:sqlite:{home}/c.sqlite' AS lake (DATA_PATH '{home}/lake/', DATA_INLINING_ROW_LIMIT 200)"
        )
        connection.execute(
            "CREATE SCHEMA lake.facts; CREATE TABLE lake.facts.t (id BIGINT, on_ DATE, amount DECIMAL(18, 2))"
        )
        connection.execute(
            "INSERT INTO lake.facts.t SELECT range, DATE '2024-01-31' + range::INT, range / 4 FROM range(1000)"
        )
        old = connection.execute("SELECT max(snapshot_id) FROM lake.snapshots()").fetchone()[0]
        connection.execute("DELETE FROM lake.facts.t WHERE id % 3 = 0")
        connection.execute("INSERT INTO lake.facts.t VALUES (5000, NULL, NULL), (5001, DATE '2024-02-29', 1.25)")
        connection.execute("DELETE FROM lake.facts.t WHERE id = 5000")
        connection.execute("ALTER TABLE lake.facts.t ADD COLUMN note VARCHAR")
        connection.execute("INSERT INTO lake.facts.t VALUES (6000, DATE '2024-12-31', 2, 'æøå')")
        connection.execute("UPDATE lake.facts.t SET amount = 99.99 WHERE id IN (8, 6000)")
        new = connection.execute("SELECT max(snapshot_id) FROM lake.snapshots()").fetchone()[0]
        spark = spark_session()
        for snapshot in (old, new):
            folder, out = Path(home) / f"out-{snapshot}", Path(home) / f"cells-{snapshot}"
            folder.mkdir()
            export(connection, snapshot, ("t",), folder)
            measure_on_spark(spark, folder, ("t",), {"cells": "SELECT * FROM t"}, set(), out)
            found = f"read_parquet('{out}/*.parquet')"
            asked = f"lake.facts.t AT (VERSION => {snapshot})"
            either = f"(FROM {found} EXCEPT ALL FROM {asked}) UNION ALL (FROM {asked} EXCEPT ALL FROM {found})"
            differing = connection.execute(f"SELECT count(*) FROM ({either})").fetchone()[0]
            rows = connection.execute(f"SELECT count(*) FROM {asked}").fetchone()[0]
            files = connection.execute(
                "SELECT count(*), count(delete_file) FROM ducklake_list_files('lake', 't', schema => 'facts', "
                f"snapshot_version => {snapshot})"
            ).fetchone()
            print(f"snapshot {snapshot}: {rows} rows, differing {differing}; data files, with deletes: {files}")


if __name__ == "__main__":
    main()
