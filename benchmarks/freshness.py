"""How long from `deliver` to the figure on the page: `python benchmarks/freshness.py [--courses N] [--deliveries N]`.

Small deliveries into a store that is measured: an exit, a relapse, a transfer, a late record of two years ago, a unit
that closes. Each is taken in and measured as `pejling deliver` does, in a process that has started, and then the page
of a unit it touches is asked for over HTTP, from the web that `pejling serve` runs. The target: 95 of 100 within two
seconds. The command's own start is measured apart.
"""

import argparse
import csv
import http.cookiejar
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from contenders import HERE
from generate import Facts, write

ROOT = HERE.parent
KINDS = ("exit", "relapse", "transfer", "late", "closing")
LONG_AGO = timedelta(days=730)


def small(number: int, facts: Path, through: date) -> tuple[str, dict[str, list[dict[str, Any]]], str]:
    """The kind, the rows by table, and the unit whose page will show them; another course for each number."""
    kind = KINDS[number % len(KINDS)]
    moved_once = f"SELECT course_id FROM '{facts}/assignments.parquet'"
    of_old = f"started_on < DATE '{through}' - 60 AND course_id NOT IN ({moved_once})"
    chosen = {"exit": f"ended_on IS NULL AND {of_old}", "relapse": f"exit_to = 'employment' AND {of_old}"}
    chosen["transfer"] = chosen["exit"]
    course = _row(facts, "courses", chosen.get(kind, of_old), number * 997)
    unit = str(course["unit_id"])
    match kind:
        case "exit":
            ended = {"ended_on": through - timedelta(days=20), "exit_to": "employment"}
            return kind, {"courses": [course | ended]}, unit
        case "transfer":
            other = _row(facts, "courses", of_old, number * 31)["unit_id"]
            moved = {"course_id": course["course_id"], "from_on": through - timedelta(days=9), "unit_id": other,
                     "target_group": course["target_group"]}  # fmt: skip
            return kind, {"assignments": [moved]}, str(other)
        case "relapse":
            again = {"course_id": f"again-{number}", "started_on": course["ended_on"] + timedelta(days=30)}
            again["started_on"] = min(again["started_on"], through)
            return kind, {"courses": [course | again | {"ended_on": None, "exit_to": None}]}, unit
        case "late":
            late = {"course_id": f"late-{number}", "started_on": through - LONG_AGO, "exit_to": "education"}
            return kind, {"courses": [course | late | {"ended_on": through - LONG_AGO + timedelta(days=60)}]}, unit
    last = f"(SELECT MAX(unit_id) FROM '{facts}/units.parquet' WHERE kind = 'team' GROUP BY parent_id)"
    where = f"kind = 'team' AND unit_id NOT IN {last}"
    closed = _row(facts, "units", where, number * 7)
    other = _row(facts, "units", f"parent_id = '{closed['parent_id']}' AND kind = 'team' AND NOT ({where})", 0)
    row = closed | {"valid_to": through - timedelta(days=1), "successor_id": other["unit_id"]}
    return kind, {"units": [row]}, str(other["unit_id"])


def _row(facts: Path, table: str, where: str, number: int) -> dict[str, Any]:
    source = f"FROM '{facts / table}.parquet' WHERE {where}"
    (count,) = duckdb.sql(f"SELECT count(*) {source}").fetchall()[0]
    found = duckdb.sql(f"{source} ORDER BY ALL LIMIT 1 OFFSET {number % count}")
    return dict(zip(found.columns, found.fetchall()[0], strict=True))


def lay(folder: Path, tables: dict[str, list[dict[str, Any]]], through: date) -> Path:
    folder.mkdir()
    for table, rows in tables.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, list(rows[0]))
            out.writeheader()
            out.writerows(rows)
    (folder / "delivery.yaml").write_text(f"coverage:\n  default: {{through: {through}}}\n")
    return folder


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The web of a store, by its address."""
    with running(home) as (_, address):
        yield address


@contextmanager
def running(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The web of a store: its process, that leads a group of its own, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "pejling", "--home", home, "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}/", timeout=60).read()
                break
            except OSError:
                time.sleep(0.2)
        yield process, address
    finally:
        process.terminate()
        process.wait()


def worked(group: int) -> float:
    """Milliseconds of processor time that the processes of the group have taken."""
    ticks = 0
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


PASSWORD = "read for the benchmark only"


def may_sign_in(home: Path) -> None:
    """Whoever reads the pages: a director of the whole."""
    command = [sys.executable, "-m", "pejling", "--home", home, "user", "add", "reader", "--role", "director"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([*command, "--unit", "DK"], env=environment, input=f"{PASSWORD}\n", text=True, check=True)


def signed_in(address: str) -> urllib.request.OpenerDirector:
    """A reader of the web, who has signed in."""
    reader = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = reader.open(f"{address}/sign-in").read().decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[0]
    said = {"csrfmiddlewaretoken": token, "username": "reader", "password": PASSWORD}
    reader.addheaders = [("Referer", f"{address}/sign-in")]
    reader.open(f"{address}/sign-in", urllib.parse.urlencode(said).encode())
    return reader


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--courses", type=int, default=1_000_000)
    parser.add_argument("--deliveries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT / "src"))
    from pejling.facts.delivery import deliver
    from pejling.facts.store import Store, create
    from pejling.indicators.measure import measure
    from pejling.indicators.model import load_model, read_model

    with tempfile.TemporaryDirectory() as folder:
        facts, home = Path(folder) / "facts", Path(folder) / "home"
        made = Facts(asked.courses, asked.seed)
        write(made, facts)
        store = Store(home)
        create(store)
        load_model(store, read_model(HERE / "model"))
        deliver(store, facts, today=made.through)
        measure(store)
        spent: dict[str, list[tuple[float, float, float]]] = {kind: [] for kind in KINDS}
        gone: dict[str, str] = {}
        may_sign_in(home)
        with served(home) as address:
            reader = signed_in(address)
            for number in range(asked.deliveries):
                kind, tables, unit = small(number, facts, made.through)
                gone |= {row["unit_id"]: row["successor_id"] for row in tables.get("units", ())}
                unit = gone.get(unit, unit)
                source = lay(Path(folder) / f"d{number}", tables, made.through)
                began = time.perf_counter()
                deliver(store, source, today=made.through)
                landed = time.perf_counter()
                measure(store)
                measured = time.perf_counter()
                page = reader.open(f"{address}/units/{unit}", timeout=60)
                told = page.read()
                shown = time.perf_counter()
                if "/sign-in" in page.url or unit.encode() not in told:
                    raise SystemExit(f"the page of {unit} was not shown")
                spent[kind].append((landed - began, measured - landed, shown - measured))
    print(f"load average {os.getloadavg()[0]:.1f}; {asked.courses:,} courses, {asked.deliveries} deliveries; seconds:")
    print(f"{'':12}{'median':>8}{'95 %':>8}   deliver, measure, page (medians)")
    every = [times for kind in KINDS for times in spent[kind]]
    for kind, found in (*spent.items(), ("all", every)):
        if found:
            whole = sorted(sum(times) for times in found)
            parts = " ".join(f"{statistics.median(part):.2f}" for part in zip(*found, strict=True))
            at_95 = whole[min(len(whole) - 1, int(0.95 * len(whole)))]
            print(f"{kind:12}{statistics.median(whole):8.2f}{at_95:8.2f}   {parts}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
