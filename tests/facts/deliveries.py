"""What the tests of reading share: files written in a line, and a delivery read to its end."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import duckdb

from pejling.facts.cpr import Pseudonyms
from pejling.facts.door import Staged, stage
from pejling.facts.reading import open_source

PSEUDONYMS = Pseudonyms(b"k" * 32)
CPR = "010170-1234"
COURSES = "course_id;person_id;unit_id;target_group;started_on;ended_on\nC1;P1;U1;young;2009-01-31;\n"


def folder(home: Path, files: Mapping[str, str | bytes]) -> Path:
    path = home / "delivery"
    path.mkdir()
    for name, content in files.items():
        (path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(home: Path, files: Mapping[str, str | bytes], name: str = "delivery.zip") -> Path:
    path = home / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in files.items():
            archive.writestr(each, content)
    return path


class Read:
    """A delivery staged to its end: the rows of its tables, and what was refused."""

    def __init__(self, path: Path, mapping: Path | None = None) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self.staged: dict[str, Staged] = {}
        self.progress: list[int] = []
        with open_source(path, mapping=mapping, pseudonyms=PSEUDONYMS) as source:
            self.source = source
            for table in source.tables:
                self.staged[table.table] = stage(self.connection, table, PSEUDONYMS, self.progress.append)

    def rows(self, table: str = "courses", columns: str = "*") -> list[tuple]:
        return self.connection.execute(f"SELECT {columns} FROM staged_{table} ORDER BY _line").fetchall()

    def refused(self) -> list[tuple]:
        columns = "table_name, line, column_, found, problem, cure"
        return self.connection.execute(f"SELECT {columns} FROM refused ORDER BY line").fetchall()
