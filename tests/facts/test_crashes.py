"""Killed at any moment, or two at once: the store holds whole deliveries only, and no reader sees an error."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from csv_deliveries import UNITS, write
from processes import PLACES

from pejling.facts.delivery import deliver
from pejling.facts.store import Store, connect

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

TODAY = date(2010, 1, 1)
KILLS = 50
# Delivers the folders named, one after the other.
DELIVERER = """
import sys
from datetime import date
from pathlib import Path
from pejling.facts.delivery import deliver
from pejling.facts.store import Store
home, catalogue, *folders = sys.argv[1:]
def deliver_each(folders):
    for folder in folders:
        deliver(Store(Path(home), catalogue), folder, through=date(2009, 12, 31), today=date(2010, 1, 1))
"""
ONCE = DELIVERER + "deliver_each(folders)"
# At each word a process that delivers them for ever; how it ended, when it has. It is forked with the program loaded
# and no more: to load it takes as long again as what is to be killed.
FOR_EVER = (
    DELIVERER
    + """
import itertools, os
for _ in sys.stdin:
    process = os.fork()
    if process == 0:
        print(os.getpid(), flush=True)
        deliver_each(itertools.cycle(folders))
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""
)
READER = """
import sys, time
from pathlib import Path
from pejling.facts.store import Store, connect
home, catalogue, stop = sys.argv[1:]
connection = connect(Store(Path(home), catalogue), read_only=True)
reads = 0
while not Path(stop).exists():
    courses, contacts = connection.execute(
        "SELECT (SELECT count(*) FROM lake.facts.courses), (SELECT count(*) FROM lake.facts.contacts)").fetchone()
    assert courses == contacts, (courses, contacts)
    reads += 1
print(reads)
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": PLACES},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def batch(folder: Path, mark: str, size: int, prefix: str = "") -> Path:
    """So many courses, each with a contact; the mark stands in every row."""
    keys = [f"{prefix}{i}" for i in range(size)]
    courses = [(key, f"p{key}", "north", mark, "2008-01-01", "", "") for key in keys]
    return write(
        folder, {"courses": courses, "contacts": [(f"k{key}", key, mark, "2008-02-01", "", "") for key in keys]}
    )


def test_killed_at_random_moments_the_store_holds_whole_deliveries_only(store: Store, tmp_path: Path) -> None:
    deliver(store, write(tmp_path / "units", {"units": UNITS}), today=TODAY)
    # Rows into the catalogue itself, and rows into files; each corrects every row of the one before, or adds to it.
    folders = [batch(tmp_path / mark, mark, size) for mark, size in (("a", 60), ("b", 60), ("c", 400), ("d", 400))]
    began = time.monotonic()
    deliver(store, folders[0], through=date(2009, 12, 31), today=TODAY)
    longest = max(1.2, 3 * (time.monotonic() - began))  # seconds: on a slow machine too some deliveries must land
    chance = random.Random(1)  # the same moments each time
    seen = set()
    starter = start(FOR_EVER, store.home, store.catalogue, *folders)
    assert starter.stdin and starter.stdout
    for _ in range(KILLS):
        print("another", file=starter.stdin, flush=True)
        process = int(starter.stdout.readline())
        time.sleep(chance.uniform(0.05, longest))
        os.kill(process, signal.SIGKILL)
        assert int(starter.stdout.readline()) == -signal.SIGKILL
        connection = connect(store, read_only=True)
        marks = connection.execute(
            """SELECT list(DISTINCT target_group), list(DISTINCT kind), count(*), count(DISTINCT course_id),
                      (SELECT count(*) FROM lake.facts.courses), (SELECT count(*) FROM lake.facts.contacts)
               FROM lake.facts.courses JOIN lake.facts.contacts USING (course_id) WHERE course_id::INT < 60"""
        ).fetchone()
        (logged,) = connection.execute(
            "SELECT count(*) - count(DISTINCT snapshot) FROM lake.facts.deliveries"
        ).fetchone() or (None,)
        connection.close()
        assert marks
        assert marks[0] == marks[1]  # the same delivery in both tables
        assert len(marks[0]) == 1
        assert marks[2] == marks[3] == 60
        assert marks[4] == marks[5]
        assert marks[4] in (60, 400)
        assert logged == 0
        seen.add(marks[0][0])
    starter.communicate()
    assert len(seen) > 1  # deliveries did land between the kills
    deliver(store, folders[3], through=date(2009, 12, 31), today=TODAY)
    assert deliver(store, folders[3], through=date(2009, 12, 31), today=TODAY).snapshot is None
    connection = connect(store, read_only=True)
    files = {Path(name).name for (name,) in connection.execute(
        "SELECT unnest([data_file, delete_file]) FROM ducklake_list_files('lake', 'courses', schema => 'facts')"
    ).fetchall() if name}  # fmt: skip
    assert files <= {file.name for file in store.data_path.rglob("*.parquet")}
    connection.close()


def test_two_deliver_at_once_while_a_third_reads(store: Store, tmp_path: Path) -> None:
    deliver(store, write(tmp_path / "units", {"units": UNITS}), today=TODAY)
    folders = {
        who: [batch(tmp_path / f"{who}{n}", who, 300 if n % 2 else 40, f"{who}{n}-") for n in range(8)] for who in "xy"
    }
    reader = start(READER, store.home, store.catalogue, tmp_path / "stop")
    deliverers = [start(ONCE, store.home, store.catalogue, *folders[who]) for who in "xy"]
    for process in deliverers:
        _, problems = process.communicate(timeout=200)
        assert process.returncode == 0, problems
    (tmp_path / "stop").touch()
    reads, problems = reader.communicate(timeout=60)
    assert reader.returncode == 0, problems
    assert int(reads) > 10
    connection = connect(store, read_only=True)
    counts = connection.execute(
        "SELECT count(*), count(DISTINCT course_id), (SELECT count(*) FROM lake.facts.contacts) FROM lake.facts.courses"
    ).fetchone()
    deliveries = connection.execute("SELECT count(*), count(DISTINCT snapshot) FROM lake.facts.deliveries").fetchone()
    connection.close()
    assert counts == (2720, 2720, 2720)  # nothing lost, nothing doubled
    assert deliveries == (17, 17)
