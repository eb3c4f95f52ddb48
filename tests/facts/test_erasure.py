"""Erasure of one person leaves nothing of them on disk; expiry keeps what is pinned."""

import os
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
import pytest
from csv_deliveries import GOOD, UNITS, write

from pejling.facts.delivery import deliver
from pejling.facts.erasure import erase
from pejling.facts.mistakes import Mistake
from pejling.facts.rejections import Refused
from pejling.facts.snapshots import expire
from pejling.facts.store import Store, connect, pseudonyms, writing

NUMBER = "131175-4321"
TODAY = date(2010, 1, 15)
NOW = timedelta(0)


def test_what_a_killed_process_left_is_removed_by_whoever_writes_next(sqlite_store: Store) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    spill, host = sqlite_store.home / "spill", socket.gethostname()
    for process in (gone.pid, os.getpid()):
        (spill / f"{host}-{process}-spark").mkdir(parents=True)
    with writing(sqlite_store):
        assert [folder.name for folder in spill.iterdir() if "spark" in folder.name] == [f"{host}-{os.getpid()}-spark"]


def land(store: Store, folder: Path, **tables: object) -> None:
    deliver(store, write(folder, tables), through=date(2009, 12, 31), today=TODAY)  # type: ignore[arg-type]


def many(person: str, marks: str) -> dict[str, object]:
    """300 persons, so that files are written, and in each table one person's rows that are the first by every order."""
    others = range(300)
    return {
        "units": UNITS,
        "persons": [(person, "1975-11-13", "female"), *((f"person{i}", "1980-01-01", "male") for i in others)],
        "courses": [
            (f"{marks}course", person, "north", "g", "2008-01-01", "", ""),
            *((f"course{i}", f"person{i}", "north", "g", "2008-01-01", "", "") for i in others),
        ],
        "activities": [
            (f"{marks}activity", f"{marks}course", "talk", "", "2008-01-01", "", "", ""),
            *((f"activity{i}", f"course{i}", "talk", "", "2008-01-01", "", "", "") for i in others),
        ],
        "states": [
            (person, "2008-01-01", "benefit", ""),
            *((f"person{i}", "2008-01-01", "benefit", "") for i in others),
        ],
    }


def left_on_disk(store: Store) -> Iterator[str]:
    """Everything kept, as text: names and bytes of files, the values of each Parquet file, the catalogue's rows."""
    for file in store.home.rglob("*"):
        yield file.name
        if file.suffix == ".parquet":
            yield str(pq.read_table(file).to_pylist())
            yield str(pq.ParquetFile(file).metadata.to_dict())
        if file.is_file():
            yield file.read_bytes().decode("latin-1")
    if store.catalogue:
        with psycopg.connect(store.catalogue) as catalogue:
            for (table,) in catalogue.execute(
                "SELECT tablename FROM pg_tables WHERE tablename LIKE 'ducklake%'"
            ).fetchall():
                yield str(catalogue.execute(f'SELECT * FROM "{table}"').fetchall())


def test_nothing_of_an_erased_person_is_left_on_disk(store: Store, tmp_path: Path) -> None:
    pseudonym = pseudonyms(store).of(NUMBER)
    land(store, tmp_path / "a", **many(NUMBER, "!mark-"))
    land(
        store, tmp_path / "b", courses=[("!mark-course", NUMBER, "south", "g", "2008-01-01", "", "")]
    )  # into the catalogue
    land(store, tmp_path / "c", contacts=[("!mark-contact", "!mark-course", "talk", "2008-02-01", "", "")])
    with pytest.raises(Refused):
        land(store, tmp_path / "d", courses=[("!mark-new", NUMBER, "nowhere", "g", "2009-01-01", "", "")])
    assert any(pseudonym in text for text in left_on_disk(store))

    erased = erase(store, NUMBER, grace=NOW)
    assert (erased.rows, erased.rejected) == (5, 1)  # person, course, activity, contact, state
    for text in left_on_disk(store):
        assert pseudonym not in text
        assert "!mark-" not in text
    connection = connect(store, read_only=True)
    for table, count in {"persons": 300, "courses": 300, "activities": 300, "states": 300, "contacts": 0}.items():
        assert connection.execute(f"SELECT count(*) FROM lake.facts.{table}").fetchone() == (count,)
    assert connection.execute("SELECT rows_erased, snapshots_lost FROM lake.facts.erasures").fetchone() == (
        5, erased.snapshots_lost,
    )  # fmt: skip
    assert connection.execute("SELECT count(*) FROM lake.snapshots()").fetchone() == (1,)
    connection.close()
    land(store, tmp_path / "e", courses=[("course1", "person1", "south", "g", "2008-01-01", "2009-01-01", "job")])


def test_a_person_is_erased_by_identifier_too_and_an_unknown_one_is_said(sqlite_store: Store, tmp_path: Path) -> None:
    land(sqlite_store, tmp_path / "a", **GOOD)
    assert erase(sqlite_store, "ann", grace=NOW).rows == 2
    with pytest.raises(Mistake, match="no record of any such person"):
        erase(sqlite_store, "ann", grace=NOW)


def test_a_person_long_ended_is_erased_from_history(sqlite_store: Store, tmp_path: Path) -> None:
    land(sqlite_store, tmp_path / "a", **GOOD)
    write(tmp_path / "b", {"persons": GOOD["persons"][1:], "courses": GOOD["courses"][1:]})
    deliver(sqlite_store, tmp_path / "b", full=True, through=date(2009, 12, 31), today=TODAY)
    assert erase(sqlite_store, "ann", grace=NOW).rows == 0
    with closing(sqlite3.connect(sqlite_store.catalogue_file)) as catalogue:
        tables = [name for (name,) in catalogue.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            assert not any("ann" in row for row in catalogue.execute(f"SELECT * FROM {table}"))


@pytest.mark.slow
def test_expiry_keeps_the_newest_and_the_pinned_and_their_files(store: Store, tmp_path: Path) -> None:
    land(store, tmp_path / "a", **many("anna", "a-"))
    with writing(store) as connection:
        (pinned,) = connection.execute("FROM ducklake_current_snapshot('lake')").fetchone() or (0,)
        connection.execute(f"INSERT INTO lake.facts.pins VALUES ({pinned}, now(), 'published')")
    for day in range(1, 6):
        land(
            store,
            tmp_path / "b",
            courses=[("course1", "person1", "south", "g", "2008-01-01", f"2009-01-0{day}", "job")],
        )
    assert expire(store, before=datetime.now(UTC) + timedelta(minutes=1), grace=NOW) >= 4
    connection = connect(store, read_only=True)
    kept = [snapshot for (snapshot,) in connection.execute("SELECT snapshot_id FROM lake.snapshots()").fetchall()]
    assert pinned in kept
    then = "SELECT count(*) FROM lake.facts.courses AT (VERSION => {}) WHERE ended_on IS NULL"
    assert connection.execute(then.format(pinned)).fetchone() == (301,)
    query = "SELECT unit_id, ended_on FROM lake.facts.courses WHERE course_id = 'course1'"
    assert connection.execute(query).fetchall() == [("south", date(2009, 1, 5))]
    connection.close()


def test_a_file_that_a_reader_may_be_at_is_left_for_the_grace_time(sqlite_store: Store, tmp_path: Path) -> None:
    land(sqlite_store, tmp_path / "a", **many("anna", "a-"))
    reader = connect(sqlite_store, read_only=True)
    reader.execute("BEGIN")
    reader.execute(
        "SELECT count(*) FROM lake.facts.units"
    ).fetchall()  # the view is fixed now, its files are not yet open
    courses = [(f"course{i}", f"person{i}", "south", "g", "2008-01-01", "2009-01-01", "job") for i in range(300)]
    land(sqlite_store, tmp_path / "b", courses=courses)
    expire(sqlite_store, before=datetime.now(UTC) + timedelta(minutes=1))
    assert reader.execute("SELECT count(*) FROM lake.facts.courses WHERE ended_on IS NULL").fetchone() == (301,)
    reader.close()
