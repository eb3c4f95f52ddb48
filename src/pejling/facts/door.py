"""The door: every value passes here before it is kept, and no CPR number comes through.

In an id of a person, a course or what belongs to one, a CPR number becomes a pseudonym. Anywhere else it has no
business, and its row is refused. Text that a spreadsheet would run as a formula is refused as well.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pejling.facts.cpr import SUSPECT, Pseudonyms, holds_cpr, masked, shown, with_lost_zero
from pejling.facts.mistakes import Mistake
from pejling.facts.sources import Batch, SourceTable
from pejling.facts.tables import TABLES

REFUSED = """CREATE TEMP TABLE IF NOT EXISTS refused (table_name VARCHAR, where_ VARCHAR, line BIGINT, column_ VARCHAR,
    found VARCHAR, problem VARCHAR, cure VARCHAR, row JSON)"""

_PERSONAL = frozenset(("person_id", "course_id", "activity_id", "contact_id", "posting_id"))
_KNOWN_LIMIT = 200_000  # pseudonyms remembered: persons come many times
_FORMULA = re.compile(r"[=@\t]|[+-](?![\d.,]+$)")
_RUNS = "a spreadsheet would run it as a formula"
_CPR_CURE = "Take the number out. Where it is no CPR number, write it otherwise: a P number as P-1003-285000"


@dataclass(frozen=True)
class Staged:
    """What came of one table: its rows stand in the temporary table `staged_<table>`, the others in `refused`."""

    table: str
    where: str
    columns: tuple[str, ...]
    rows: int  # staged
    refused: int  # broken records and refused rows
    pseudonymised: int  # values replaced


@dataclass(frozen=True)
class _Refusal:
    line: int
    column: str
    found: str  # masked
    problem: str
    cure: str
    row: dict[str, str]  # masked, what was written only


def stage(
    connection: duckdb.DuckDBPyConnection,
    source_table: SourceTable,
    pseudonyms: Pseudonyms,
    on_progress: Callable[[int], None],
) -> Staged:
    """Load one table into `staged_<table>`: its columns as VARCHAR, and `_line` BIGINT.

    `on_progress` is told the bytes or rows read so far. Raises Mistake where the table cannot be read on, or is empty.
    """
    name, columns = source_table.table, source_table.columns
    fields = ", ".join(f'"{column}" VARCHAR' for column in columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE staged_{name} ({fields}, _line BIGINT)")
    connection.execute(REFUSED)
    guard = _Guard(name, columns, pseudonyms)
    rows = refused = 0
    for batch in source_table.batches:
        arriving, refusals = guard.passed(batch)
        if arriving.num_rows:
            connection.register("arriving", arriving)
            connection.execute(f"INSERT INTO staged_{name} FROM arriving")
            connection.unregister("arriving")
        if refusals:
            _refuse(connection, source_table, refusals)
        rows, refused = rows + arriving.num_rows, refused + len(refusals)
        on_progress(batch.read)
    if not rows and not refused and source_table.owns == "true":  # of some tables, a source with its own rows has none
        raise Mistake(source_table.where, "no row is in it", "Leave the table out where there is nothing to deliver")
    return Staged(name, source_table.where, columns, rows, refused, guard.pseudonymised)


class _Guard:
    """Looks at each value of one table once, and remembers the pseudonyms it gave."""

    def __init__(self, table: str, columns: Sequence[str], pseudonyms: Pseudonyms) -> None:
        kinds = {column.name: column.kind for column in TABLES[table].columns}
        self.columns = columns
        self.pseudonyms = pseudonyms
        self.pseudonymised = 0
        self._known: dict[str, str] = {}
        self._patterns = {}
        for column in columns:
            words = kinds.get(column, "text") in ("id", "text")
            nine = r"|^\s*\d{9}\s*$" if column == "person_id" else ""
            self._patterns[column] = SUSPECT + (r"|^[=@+\t-]" if words else "") + nine

    def passed(self, batch: Batch) -> tuple[pa.Table, list[_Refusal]]:
        """The rows that may come in, and those that may not."""
        arrays = [pa.array(column, pa.string()) for column in batch.columns]
        bad: dict[int, tuple[str, str, str, str]] = {}
        for place, column in enumerate(self.columns):
            mask = pc.match_substring_regex(arrays[place], self._patterns[column]).fill_null(False)
            if not mask.true_count:
                continue
            values = arrays[place].filter(mask).to_pylist()
            if column in _PERSONAL:
                given = [self._given(column, value) for value in values]
                self.pseudonymised += sum(new != old for new, old in zip(given, values, strict=True))
                arrays[place] = pc.replace_with_mask(arrays[place], mask, pa.array(given, pa.string()))
            for row, value in zip(pc.indices_nonzero(mask).to_pylist(), values, strict=True):
                if row not in bad and (why := self._why_not(column, value)):
                    bad[row] = (column, *why)
        arriving = pa.table([*arrays, pa.array(batch.lines, pa.int64())], names=[*self.columns, "_line"])
        refusals = [
            _Refusal(line, column, found, "the record could not be read", cure, {})
            for line, column, found, cure in batch.broken
        ]
        if bad:
            for row, reason in sorted(bad.items()):
                (record,) = arriving.slice(row, 1).to_pylist()
                line = record.pop("_line")
                refusals.append(_Refusal(line, *reason, {k: masked(v) for k, v in record.items() if v is not None}))
            keep = pa.array([row not in bad for row in range(arriving.num_rows)])
            arriving = arriving.filter(keep)
        return arriving, refusals

    def _given(self, column: str, value: str) -> str:
        """What an id becomes."""
        known = self._known.get(value)
        if known is None:
            number = with_lost_zero(value) if column == "person_id" else ""
            known = self.pseudonyms.of(number or value) if number or holds_cpr(value) else value
            if len(self._known) >= _KNOWN_LIMIT:
                self._known.clear()
            self._known[value] = known
        return known

    def _why_not(self, column: str, value: str) -> tuple[str, str, str] | None:
        """What is found, the problem and the cure, where the value must not come in."""
        if column not in _PERSONAL and holds_cpr(value):
            return shown(value), "a CPR number where none may stand", _CPR_CURE
        if _FORMULA.match(value) and "^[" in self._patterns[column]:
            return shown(value), _RUNS, f"Write it without {value[0]!r} in front"
        return None


def _refuse(connection: duckdb.DuckDBPyConnection, table: SourceTable, refusals: Sequence[_Refusal]) -> None:
    rows: list[tuple[Any, ...]] = [
        (table.table, table.where, each.line, each.column, each.found, each.problem, each.cure,
         json.dumps(each.row, ensure_ascii=False))
        for each in refusals
    ]  # fmt: skip
    names = ("table_name", "where_", "line", "column_", "found", "problem", "cure", "row")
    refusing = pa.table([pa.array(column) for column in zip(*rows, strict=True)], names=names)
    connection.register("refusing", refusing)
    connection.execute("INSERT INTO refused FROM refusing")
    connection.unregister("refusing")
