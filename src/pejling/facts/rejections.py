"""The rejection list: every refused row as it came, with what is wrong; mended, it can be delivered as it is."""

import csv
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from pejling.facts.arrivals import Arrival
from pejling.facts.cpr import masked, shown
from pejling.facts.mistakes import Mistake
from pejling.facts.tables import TABLES

SHOWN = 20  # problems in a message; the rest stand in the list
NOTES = (
    "_line",
    "_column",
    "_found",
    "_problem",
    "_cure",
)  # columns beginning with _ are not read when delivered again


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one row. All of it is safe to show."""

    table: str
    where: str
    line: int | None
    column: str
    found: str
    problem: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.table}: {self.where}, line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.said}. {self.cure}"

    @property
    def said(self) -> str:
        if not self.found:
            return self.problem
        # A person's identifier must be told from others by whoever has the file, and by no one else.
        found = f"{self.found[:4]}…" if self.column == "person_id" and len(self.found) > 4 else self.found
        return f"found “{found}”; {self.problem}" if self.problem else f"found “{found}”"


class Refused(Mistake):
    """A whole delivery refused for its rows. `problems` are the first of them, `rejections` the folder of the list."""

    def __init__(self, problems: list[Problem], rows: int, rejections: Path) -> None:
        first = problems[0]
        more = [f"\n{problem}" for problem in problems[1:]]
        shown = f"\nThe first {len(problems)} problems are shown. " if len(problems) == SHOWN else "\n"
        refused = f"{rows} {'row' if rows == 1 else 'rows'} refused, nothing was changed"
        end = f"{shown}{refused}. Mend them where they stand, and deliver all of it again. The whole list: {rejections}"
        place = f"{first.table}: {first.where}, line {first.line}" + (
            f", column {first.column}" if first.column else ""
        )
        super().__init__(place, first.said, first.cure + "".join(more) + end)
        self.problems, self.rows, self.rejections = problems, rows, rejections


def problems(connection: duckdb.DuckDBPyConnection, limit: int = SHOWN) -> list[Problem]:
    """The first problems of the delivery, in the order of its tables and lines."""
    rows = connection.execute(
        """SELECT table_name, where_, line, coalesce(column_, ''), coalesce(found, ''), coalesce(problem, ''),
                  coalesce(cure, '') FROM refused ORDER BY list_position(?, table_name), line, rowid LIMIT ?""",
        [list(TABLES), limit],
    ).fetchall()
    return [
        Problem(table, where, line, column, shown(found), masked(problem), masked(cure))
        for table, where, line, column, found, problem, cure in rows
    ]


def refused_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Per table the number of rows refused; a row with two problems is one."""
    return dict(connection.execute("SELECT table_name, count(DISTINCT line) FROM refused GROUP BY ALL").fetchall())


def write(connection: duckdb.DuckDBPyConnection, arrivals: Iterable[Arrival], folder: Path) -> None:
    """`<folder>/<table>.csv`, `;`-separated with a byte order mark, as Excel opens it; readable by its owner only."""
    folder.mkdir(parents=True, mode=0o700)
    for arrival in arrivals:
        result = connection.execute(
            """SELECT line, coalesce(row::VARCHAR, ''), coalesce(column_, ''), coalesce(found, ''),
                      coalesce(problem, ''), coalesce(cure, '')
               FROM refused WHERE table_name = ? ORDER BY line, rowid""",
            [arrival.name],
        )
        lines = groupby(_each(result), key=lambda row: row[0])
        first = next(lines, None)
        if first is None:
            continue
        with (folder / f"{arrival.name}.csv").open("w", encoding="utf-8-sig", newline="") as out:
            out_csv = csv.writer(out, delimiter=";")
            out_csv.writerow((*(masked(name) for name in arrival.columns), *NOTES))
            while first is not None:
                line, found = first[0], list(first[1])
                row = json.loads(found[0][1]) if found[0][1] else {}
                values = [masked(str(row.get(name) or "")) for name in arrival.columns]
                notes = [masked(" | ".join(dict.fromkeys(texts))) for texts in list(zip(*found, strict=True))[2:]]
                out_csv.writerow((*values, line, *notes))
                first = next(lines, None)


def forget(folder: Path, identifiers: set[str]) -> int:
    """Remove every row that holds one of the identifiers from all rejection lists under the folder; says how many."""
    removed = 0
    for file in sorted(folder.glob("*/*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines, delimiter=";"))
        kept = [row for row in rows if not any(identifiers.intersection(cell.split(" | ")) for cell in row)]
        if len(kept) < len(rows):
            removed += len(rows) - len(kept)
            with file.open("w", encoding="utf-8-sig", newline="") as out:
                csv.writer(out, delimiter=";").writerows(kept)
    return removed


def discard_before(folder: Path, oldest: str) -> None:
    """Remove the lists of deliveries older than the identifier `oldest`."""
    for delivery in folder.glob("*"):
        if delivery.name < oldest:
            shutil.rmtree(delivery)


def _each(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := result.fetchmany(10_000):
        yield from rows
