"""Who is measured: each reads one folder of generated facts, makes the cells, and says what it cost.

`python benchmarks/contenders.py NAME FOLDER RESULT` runs one in a process of its own, so that its peak memory is its
own. It writes the cells to the Parquet file RESULT and prints what it cost as JSON. Preparing (loading a database,
delivering into a store) is not counted: what is counted begins with records in place and ends with cells.
"""

import gc
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

HERE = Path(__file__).resolve().parent
Columns = tuple[Mapping[str, Sequence[str]], Mapping[str, Any]]  # the names, and the columns, as the pages have them
TABLES = ("units", "persons", "courses", "assignments", "activities", "contacts", "states")


def cost(work: Callable[[], object]) -> dict[str, float]:
    """Wall-clock and processor seconds of the work, and the process's peak of resident memory in MiB."""
    gc.collect()
    gc.freeze()  # importing is not counted, nor looking through what it left
    began, used = time.perf_counter(), time.process_time()
    work()
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    return {"seconds": seconds, "processor": processor, "peak": _peak()}


def coverage(folder: Path) -> tuple[date, date]:
    declared = yaml.safe_load((folder / "delivery.yaml").read_text())["coverage"]["default"]
    return declared["from"], declared["through"]


def baseline(name: str, folder: Path) -> str:
    start, through = coverage(folder)
    text = (HERE / name).read_text()
    return text.replace(":from", f"DATE '{start}'").replace(":through", f"DATE '{through}'")


def run_duckdb(folder: Path, result: Path) -> dict[str, float]:
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.execute(f"CREATE VIEW {table} AS FROM '{folder / table}.parquet'")
        spent = cost(lambda: connection.execute(baseline("baseline_duckdb.sql", folder)))
        connection.execute(f"COPY cells TO '{result}'")
    return spent


def run_pandas(folder: Path, result: Path) -> dict[str, float]:
    import baseline_pandas

    found = []
    spent = cost(lambda: found.append(baseline_pandas.cells(folder, *coverage(folder))))
    found[0].to_parquet(result, index=False)
    return spent


def run_postgres(folder: Path, result: Path) -> dict[str, float]:
    """Peak and processor time are sums over the server's processes, shared memory counted once."""
    import psycopg

    load, measure = baseline("baseline_postgres.sql", folder).split("-- measure\n")
    with server() as (address, process), psycopg.connect(address, autocommit=True) as connection:
        began = time.perf_counter()
        for table in TABLES:
            _load(connection, folder, table)
        connection.execute(load)
        connection.execute("VACUUM ANALYZE")
        loaded = time.perf_counter() - began
        used = _processor(process)
        with watched(process) as peak:
            spent = cost(lambda: connection.execute(measure))
        used = _processor(process) - used
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            with connection.cursor().copy("COPY cells TO STDOUT (FORMAT csv, HEADER)") as rows:
                for part in rows:
                    file.write(part)
            file.flush()
            duckdb.sql(f"COPY (FROM read_csv('{file.name}')) TO '{result}'")
    return {"seconds": spent["seconds"], "processor": used, "peak": peak[0], "loaded": loaded}


def run_engine(folder: Path, result: Path) -> dict[str, float]:
    """Pejling itself: measure, and then every cell of every level read as the pages and `pejling show` read theirs."""
    import pandas as pd  # noqa: F401 - where it is installed DuckDB loads it to bind a list

    from pejling.facts.delivery import deliver
    from pejling.facts.store import Store, connect, create
    from pejling.indicators import grid, times  # noqa: F401 - importing is not counted
    from pejling.indicators.measure import measure
    from pejling.indicators.model import load_model, read_model

    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home) / "workspace")
        create(store)
        began = time.perf_counter()
        deliver(store, folder, today=date.today())  # noqa: DTZ011 - the benchmark's clock is nobody's record
        loaded = time.perf_counter() - began
        known = read_model(HERE / "model")
        load_model(store, known)
        spent = cost(lambda: measure(store))
        with connect(store, read_only=True) as connection:
            found: list[Columns] = []
            shown = cost(lambda: found.extend(_every_cell(connection)))
            for name, columns in zip(("cells", "medians"), found, strict=True):
                connection.register(name, _table(*columns))
            connection.execute(f"COPY ({_beside()}) TO '{result}'")
    both = {name: spent[name] + shown[name] for name in ("seconds", "processor")}
    return {**both, "peak": shown["peak"], "loaded": loaded, "measured": spent["seconds"]}


COLUMNS = {  # of ours, and what the baselines call them
    "intake_numerator": "intake", "stock_numerator": "stock", "average_stock_numerator": "course_days",
    "average_stock_denominator": "days", "exits_numerator": "exits", "fast_lasting_exit_numerator": "lasting",
    "fast_lasting_exit_undecided": "lasting_undecided", "time_to_exit_numerator": "exits_of_intake",
    "activity_share_numerator": "active_days", "in_work_after_numerator": "in_work",
    "in_work_after_undecided": "in_work_undecided",
}  # fmt: skip


def _every_cell(connection: duckdb.DuckDBPyConnection) -> tuple[Columns, Columns]:
    """Of all cells of all units and months by target group what is counted, and of their medians."""
    from pejling.indicators.cells import Scope
    from pejling.indicators.grid import cell_columns
    from pejling.indicators.hierarchy import units
    from pejling.indicators.measurement import measurement, reading
    from pejling.indicators.periods import covered
    from pejling.indicators.times import time_columns

    with connection.cursor() as second, reading(connection), reading(second):
        measured, hierarchy = measurement(connection), units(connection)
        scopes = {}
        for indicator in measured.model.indicators:
            observed = measured.coverage[indicator.key]
            spans = tuple(covered("month", observed.from_on, observed.through))
            scopes[indicator.key] = Scope(indicator, observed, "target_group", tuple(hierarchy), spans, measured)
        with ThreadPoolExecutor(1) as beside:  # two readers, as a server has many
            medians = beside.submit(time_columns, second, scopes["time_to_exit"])
            return cell_columns(connection, *scopes.values()), medians.result()


def _table(names: Mapping[str, Sequence[str]], columns: Mapping[str, Any]) -> pa.Table:
    named = {key: pa.DictionaryArray.from_arrays(columns[key], list(known)) for key, known in names.items()}
    return pa.table({**columns, **named})


def _beside() -> str:
    """All cells in the baselines' columns, to be held against theirs."""
    named = ", ".join(f"{ours} AS {theirs}" for ours, theirs in COLUMNS.items())
    return f"""
        SELECT unit AS unit_id, (period || '-01')::DATE AS month, "group" AS target_group, {named}, value AS median
        FROM cells LEFT JOIN medians USING (unit, period, "group")
        WHERE intake > 0 OR exits > 0 OR stock > 0 OR course_days > 0"""


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """A PostgreSQL of our own for as long as this lasts: its address and process number."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    home = Path(tempfile.mkdtemp(prefix="pejling-postgres-"))
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user:
        shutil.chown(home, user)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    settings = {
        "listen_addresses": "", "unix_socket_directories": home, "fsync": "off", "synchronous_commit": "off",
        "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": 0, "max_wal_size": "8GB",
        "shared_buffers": f"{min(4096, memory // 8)}MB", "effective_cache_size": f"{memory // 2}MB",
        "work_mem": "256MB", "maintenance_work_mem": "512MB", "random_page_cost": 1.1,
        "max_parallel_workers_per_gather": os.cpu_count(), "max_parallel_maintenance_workers": os.cpu_count(),
        "min_parallel_table_scan_size": "1MB", "jit": "off",
    }  # fmt: skip
    data = home / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, user=user, cwd=home,
    )  # fmt: skip
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    running = subprocess.Popen(
        [programs / "postgres", "-D", data, *options], stderr=subprocess.DEVNULL, user=user, cwd=home
    )
    try:
        for _ in range(100):
            if subprocess.run([programs / "pg_isready", "-q", "-h", home], check=False).returncode == 0:
                break
            time.sleep(0.1)
        yield f"host={home} user=bench dbname=postgres", running.pid
    finally:
        running.terminate()
        running.wait()
        shutil.rmtree(home)


def _load(connection: object, folder: Path, table: str) -> None:
    source = duckdb.sql(f"FROM '{folder / table}.parquet'")
    types = {"VARCHAR": "text", "DOUBLE": "double precision"}
    columns = ", ".join(f"{c} {types.get(str(t), str(t))}" for c, t in zip(source.columns, source.types, strict=True))
    connection.execute(f"CREATE UNLOGGED TABLE {table} ({columns})")
    with tempfile.TemporaryDirectory() as passing:
        text = Path(passing) / "rows.csv"
        duckdb.sql(f"COPY (FROM '{folder / table}.parquet') TO '{text}' (HEADER false)")
        with text.open("rb") as rows, connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
            while part := rows.read(1 << 20):
                copy.write(part)


@contextmanager
def watched(process: int) -> Iterator[list[float]]:
    """The most memory that the process and its children hold together in MiB; shared pages are shared out (PSS)."""
    peak, stop = [0.0], threading.Event()

    def look() -> None:
        while not stop.wait(0.1):
            peak[0] = max(peak[0], sum(_pss(number) for number in _family(process)))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        stop.set()
        watcher.join()


def _family(process: int) -> list[int]:
    return [process, *map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())]


def _processor(process: int) -> float:
    """Processor seconds of the process, its children, and those of its children that have ended."""
    ticks = 0
    for number in _family(process):
        numbers = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, numbers[11 : 15 if number == process else 13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _pss(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended meanwhile
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


CONTENDERS = {"duckdb": run_duckdb, "pandas": run_pandas, "postgres": run_postgres, "engine": run_engine}

if __name__ == "__main__":
    name, folder, result = sys.argv[1:]
    print(json.dumps(CONTENDERS[name](Path(folder), Path(result))))
