# ruff: noqa: E501 - the table of kinds is read in rows
"""Over fifty kinds of bad delivery, by the real command line: said clearly, nothing changed, no CPR number out."""

import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from csv_deliveries import COURSES, GOOD, PERSONS, UNITS, write
from processes import PLACES, ROOT

from pejling.facts.cpr import is_cpr
from pejling.facts.store import Store, connect, create

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PLANTED = "131175-4321"
UNITS_HEADER = "unit_id;valid_from;name;kind;parent_id;valid_to;successor_id\n"
COURSES_HEADER = "course_id;person_id;unit_id;target_group;started_on;ended_on;exit_to\n"


def course(**cells: str) -> tuple[str, ...]:
    """The second course, with some cells otherwise."""
    names = COURSES_HEADER.strip().split(";")
    return tuple(cells.get(name, str(old)) for name, old in zip(names, COURSES[1], strict=True))


def unit(*cells: str) -> tuple[str, ...]:
    return (*cells, *("",) * (7 - len(cells)))


Build = Callable[[Path], Path]


def tables(**changed: object) -> Build:
    return lambda folder: write(folder, {**GOOD, **changed})  # type: ignore[dict-item]


def declared(text: str) -> Build:
    return lambda folder: write(folder, GOOD, declared=text)


def text(name: str, content: str | bytes) -> Build:
    def build(folder: Path) -> Path:
        write(folder, {"units": UNITS, "persons": PERSONS})
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return build


def zipped(members: Mapping[str, bytes]) -> Build:
    def build(folder: Path) -> Path:
        folder.mkdir()
        with zipfile.ZipFile(folder / "delivery.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return folder / "delivery.zip"

    return build


def two_gigabytes_in_a_line(folder: Path) -> Path:
    write(folder, GOOD)
    with (folder / "courses.csv").open("ab") as file:
        file.truncate(2 << 30)  # a hole: no disk is used
        file.seek(0, os.SEEK_END)
        file.write(b"\n")
    return folder


def assignments(*rows: tuple[str, ...]) -> Build:
    return tables(assignments=rows)


@dataclass(frozen=True)
class Bad:
    name: str
    build: Build
    says: tuple[str, ...]  # table, line, column, value found, cure


def observation(*cells: str) -> Build:
    return tables(observations=[("intake", "north", *cells)])


KINDS = [
    Bad("wrong delimiter", text("courses.csv", COURSES_HEADER.replace(";", "|") + "c9|ann|north|g|2008-01-01||\n"),
        ("courses.csv",)),
    Bad("missing key column", text("courses.csv", "person_id;unit_id;target_group;started_on\nann;north;g;2008-01-01\n"),
        ("courses.csv", "course_id", "a mapping can name it")),
    Bad("unknown column", text("courses.csv", COURSES_HEADER.replace("exit_to", "exitt_to") + "c9;ann;north;g;2008-01-01;;\n"),
        ("courses.csv", "exitt_to")),
    Bad("the same column twice", text("courses.csv", COURSES_HEADER.replace("exit_to", "unit_id") + "c9;ann;n;g;2008-01-01;;n\n"),
        ("courses.csv", "unit_id")),
    Bad("no rows", text("courses.csv", ""), ("courses.csv",)),
    Bad("a row too short", text("courses.csv", COURSES_HEADER + "c9;ann;north\n"), ("courses", "line 2")),
    Bad("a row too long", text("courses.csv", COURSES_HEADER + "c9;ann;north;g;2008-01-01;;;;surplus\n"),
        ("courses", "line 2")),
    Bad("an open quotation mark", text("courses.csv", COURSES_HEADER + 'c9;"ann;north;g;2008-01-01;;\n'),
        ("courses", "line 2")),
    Bad("a NUL byte", text("courses.csv", COURSES_HEADER.encode() + b"c9;an\x00n;north;g;2008-01-01;;\n"),
        ("courses", "line 2")),
    Bad("no such table", text("kurser.csv", COURSES_HEADER), ("kurser.csv", "courses")),
    Bad("two gigabytes in a line", two_gigabytes_in_a_line, ("courses", "line 4")),
    Bad("a zip bomb", zipped({"courses.csv": COURSES_HEADER.encode() + b"c;" * 30_000_000}), ("delivery.zip",)),
    Bad("a path that climbs", zipped({"../courses.csv": COURSES_HEADER.encode()}), ("delivery.zip",)),
    Bad("no zip at all", lambda folder: text("x.zip", b"PK\x03\x04 broken")(folder) / "x.zip", ("x.zip",)),
    Bad("a broken workbook", lambda folder: text("x.xlsx", b"PK\x03\x04 broken")(folder) / "x.xlsx", ("x.xlsx",)),
    Bad("broken Parquet", text("courses.parquet", b"PAR1 and no more"), ("courses.parquet",)),
    Bad("broken yaml", declared("coverage: {courses: [\n"), ("delivery.yaml",)),
    Bad("unknown word in yaml", declared("fulll: true\n"), ("delivery.yaml", "fulll", "full")),
    Bad("a formula", tables(courses=[course(exit_to='=HYPERLINK("x")')]), ("courses", "line 2", "exit_to", "=HYPERLINK")),
    Bad("a CPR number in a free text", tables(units=[*UNITS, unit("east", "1990-01-01", f"Talk to {PLANTED}", "team")]),
        ("units", "line 5", "name", "[CPR]", "Take the number out")),
    Bad("a CPR number as a unit", tables(courses=[course(unit_id=PLANTED)]), ("courses", "line 2", "unit_id", "[CPR]")),
    Bad("a CPR number as a column", text("persons.csv", f"person_id;{PLANTED}\nann;1\n"), ("persons.csv", "[CPR]")),
    Bad("a CPR number as a file", text(f"{PLANTED}.csv", "a;b\n"), ("CPR",)),
    Bad("a missing key", tables(courses=[course(course_id="")]), ("courses.csv", "line 2", "course_id", "missing", "needs a")),
    Bad("a missing date", tables(courses=[course(started_on="")]), ("courses.csv", "line 2", "started_on", "missing")),
    Bad("31 February", tables(courses=[course(started_on="31.02.2009")]),
        ("courses: courses.csv", "line 2", "started_on", "31.02.2009", "not a date", "the day must exist")),
    Bad("an American date", tables(courses=[course(started_on="12/31/2009")]),
        ("line 2", "started_on", "12/31/2009", "Write 2009-12-31 or 31.12.2009")),
    Bad("a year of two digits", tables(courses=[course(started_on="31.12.09")]), ("started_on", "31.12.09", "Write")),
    Bad("a date out of the question", tables(courses=[course(started_on="1066-10-14")]), ("1066-10-14", "from 1850")),
    Bad("the end of time", tables(courses=[course(ended_on="9999-12-31")]), ("ended_on", "9999-12-31", "Leave the end empty")),
    Bad("the end before the start", tables(courses=[course(ended_on="2008-02-29")]),
        ("line 2", "ended_on", "2008-02-29", "the end is before started_on", "Correct")),
    Bad("a state of no days", tables(states=[("ann", "2008-01-01", "work", "2008-01-01")]),
        ("states.csv", "line 2", "to_on", "no day is covered", "inclusive_end")),
    Bad("an unknown unit", tables(courses=[course(unit_id="east")]),
        ("courses.csv", "line 2", "unit_id", "east", "Deliver it in units")),
    Bad("an unknown course", tables(contacts=[("k", "c77", "talk", "2008-02-01", "", "")]), ("contacts.csv", "course_id", "c77")),
    Bad("an unknown supplier", tables(activities=[("a", "c1", "course", "firm", "2008-02-01", "", "", "")]),
        ("activities.csv", "line 2", "supplier_id", "firm")),
    Bad("an unknown parent", tables(units=[*UNITS, unit("east", "1990-01-01", "East", "team", "county")]),
        ("units.csv", "line 5", "parent_id", "county")),
    Bad("an unknown successor", tables(units=[*UNITS, ("x", "1990-01-01", "X", "team", "city", "1999-01-01", "y")]),
        ("units.csv", "line 5", "successor_id", "y")),
    Bad("a unit above itself",
        tables(units=[unit("city", "1990-01-01", "City", "m", "north"), unit("north", "1990-01-01", "N", "team", "city")],
               courses=[course(unit_id="north")]),
        ("units.csv", "line 2", "parent_id", "part of itself", "Break the circle of city, north")),
    Bad("a unit of two names at a time", tables(units=[*UNITS, unit("north", "1995-01-01", "Nord", "team", "city")]),
        ("units.csv", "line 5", "valid_from", "overlaps", "valid_to")),
    Bad("different rows of one key", tables(courses=[*COURSES, course(exit_to="job")]),
        ("courses.csv", "line 3", "line 4", "course_id", "c2", "Keep the right one")),
    Bad("overlapping assignments",
        assignments(("c1", "2008-02-01", "south", "g", "2008-04-01"), ("c1", "2008-03-01", "north", "g", "")),
        ("assignments.csv", "line 3", "from_on", "2008-03-01", "overlaps", "to_on")),
    Bad("an assignment outside its course", assignments(("c1", "2009-01-01", "south", "g", "")),
        ("assignments.csv", "line 2", "from_on", "2009-01-01", "outside its course")),
    Bad("an unknown nature", tables(postings=[("p", "north", "wages", "2008-01-01", "1,50", "plan")]),
        ("postings.csv", "line 2", "nature", "plan", "budget or actual or commitment")),
    Bad("money of three decimals", tables(postings=[("p", "north", "wages", "2008-01-01", "0,505", "actual")]),
        ("postings.csv", "amount", "0,505", "two decimals")),
    Bad("a number of two meanings", tables(postings=[("p", "north", "wages", "2008-01-01", "1.234", "actual")]),
        ("postings.csv", "amount", "1.234", "two ways", "Declare the decimal mark")),
    Bad("no number", tables(scores=[("c1", "ladder", "2008-02-01", "good")]), ("scores.csv", "line 2", "score", "good")),
    Bad("not a finite number", tables(scores=[("c1", "ladder", "2008-02-01", "NaN")]), ("scores.csv", "score", "NaN")),
    Bad("neither yes nor no", tables(contacts=[("k", "c1", "talk", "2008-02-01", "", "maybe")]),
        ("contacts.csv", "line 2", "exempt", "maybe", "ja or nej")),
    Bad("a control character", tables(courses=[course(target_group="cash\x07benefit")]),
        ("courses.csv", "line 2", "target_group", "Remove")),
    Bad("no period", observation("2009-13", "", "1", "2", ""), ("observations.csv", "line 2", "period", "2009-13", "2009-Q1")),
    Bad("a figure against nothing", observation("2009-03", "", "1", "0", ""), ("observations.csv", "denominator", "Correct")),
    Bad("no figure", observation("2009-03", "", "", "2", ""), ("observations.csv", "line 2", "value", "Give a value")),
    Bad("coverage in the future", declared("coverage: {courses: {through: 2199-01-01}}\n"), ("courses", "2199-01-01", "future")),
    Bad("coverage the wrong way round", declared("coverage: {courses: {from: 2009-01-01, through: 2008-01-01}}\n"),
        ("courses", "2009-01-01", "2008-01-01")),
    Bad("a full delivery that leaves rows behind",
        lambda folder: write(folder, {"courses": COURSES[1:]}, declared="full: true\n"),
        ("courses: courses.csv", "course_id c1", "contacts", "nothing was changed")),
    Bad("nothing there", lambda folder: folder / "nowhere", ("nowhere", "no such file")),
]  # fmt: skip


@dataclass(frozen=True)
class Workspace:
    store: Store
    folder: Path
    outputs: list[str]

    def deliver(self, path: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pejling", "--home", str(self.store.home), "deliver", str(path)]
        environment = {**os.environ, "PYTHONPATH": PLACES, "PEJLING_LOG": str(self.store.home / "log")}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=120)
        self.outputs.append(done.stdout + done.stderr)
        return done

    def state(self) -> list[object]:
        connection = connect(self.store, read_only=True)
        try:
            counts = [connection.execute(f"SELECT count(*) FROM lake.facts.{name}").fetchone() for name in GOOD]
            return [connection.execute("FROM ducklake_current_snapshot('lake')").fetchone(), *counts]
        finally:
            connection.close()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("bad")
    made = Workspace(Store(folder / "home"), folder, [])
    create(made.store)
    contacts = [("k1", "c1", "talk", "2008-02-01", "", "nej")]
    done = made.deliver(
        write(folder / "good", {**GOOD, "contacts": contacts}, declared="coverage: {default: {through: 2009-12-31}}\n")
    )
    assert done.returncode == 0, done.stderr
    # Enough rows that files are written, all about one person who is known by a CPR number.
    rows = [(f"l{n}", PLANTED, "north", "g", f"2008-01-{n % 28 + 1:02}", "", "") for n in range(300)]
    persons = [(PLANTED, "1975-11-13", "female"), *((f"l{n}", "1980-01-01", "male") for n in range(300))]
    done = made.deliver(write(folder / "many", {"courses": rows, "persons": persons}))
    assert done.returncode == 0, done.stderr
    yield made
    _assert_no_cpr_number_is_left(made)


def _assert_no_cpr_number_is_left(made: Workspace) -> None:
    """In no output, name, log or file, read as it is and, where it is packed, as what is in it."""
    assert is_cpr(PLANTED)
    assert len(list(made.store.data_path.rglob("*.parquet"))) > 1  # there is something packed to look into
    for where, said in [*(("output", output) for output in made.outputs), *_kept(made.store)]:
        assert PLANTED not in said, where
        assert PLANTED.replace("-", "") not in said, where


def _kept(store: Store) -> Iterator[tuple[str, str]]:
    for file in store.home.rglob("*"):
        yield str(file), file.name
        if file.is_file():
            yield str(file), file.read_bytes().decode("latin-1")
        if file.suffix == ".parquet":
            yield str(file), str(pq.read_table(file).to_pylist()) + str(pq.ParquetFile(file).metadata.to_dict())
    with closing(sqlite3.connect(store.catalogue_file)) as catalogue:
        tables = [name for (name,) in catalogue.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            yield table, str(catalogue.execute(f'SELECT * FROM "{table}"').fetchall())


@pytest.mark.parametrize("bad", KINDS, ids=lambda bad: bad.name)
def test_a_bad_delivery_is_said_clearly_and_changes_nothing(bad: Bad, workspace: Workspace) -> None:
    before = workspace.state()
    done = workspace.deliver(bad.build(workspace.folder / f"kind {KINDS.index(bad)}"))
    said = " ".join(done.stderr.split())
    assert done.returncode == 2, said
    assert "Traceback" not in said
    for part in bad.says:
        assert part in said
    assert workspace.state() == before


def test_a_cpr_number_as_a_person_becomes_a_pseudonym(workspace: Workspace) -> None:
    rows = [
        ("c5", PLANTED, "north", "g", "2008-01-01", "", ""),
        ("c6", PLANTED.replace("-", ""), "north", "g", "2009-01-01", "", ""),
    ]
    done = workspace.deliver(write(workspace.folder / "cpr", {"courses": rows}))
    assert done.returncode == 0, done.stderr
    connection = connect(workspace.store, read_only=True)
    query = "SELECT DISTINCT person_id FROM lake.facts.courses WHERE course_id IN ('c5', 'c6')"
    ((pseudonym,),) = connection.execute(query).fetchall()  # with and without hyphen: one person
    connection.close()
    assert pseudonym.startswith("p")
    assert len(pseudonym) == 32


def test_there_are_forty_kinds() -> None:
    assert len({bad.name for bad in KINDS}) == len(KINDS) >= 40
