"""Ydelsesrefusion: the joint municipal system's weekly benefit payments -> benefit spells, courses and money.

A delivery is the archive of its files, `yr-ydelsesrefusion-beregning-<municipality code>-…-YYYY-MM-DD.csv`. A row is a
calculation for one person, week and benefit; a correction is a further row, in the same file or in any later one. So
the truth about a week is the sum over all files, whatever their order; exact duplicates count once.
"""

import difflib
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import repeat
from typing import Any, Literal

import duckdb
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pejling.facts.archives import File
from pejling.facts.benefit_spells import Terms, lay_out
from pejling.facts.contract import Found
from pejling.facts.coverage import Coverage
from pejling.facts.cpr import Pseudonyms, birth_date, sex, shown, with_lost_zero
from pejling.facts.csv_files import csv_table
from pejling.facts.mapping import Days, Mapping, TableMapping
from pejling.facts.mistakes import Mistake
from pejling.facts.sources import BATCH_ROWS, Batch, Source, SourceTable
from pejling.facts.tables import TABLES, Column, Table
from pejling.facts.validation_words import what_is_wrong

NAME = re.compile(r"yr-ydelsesrefusion-beregning-0?(\d{3})-(?:.*-)?(\d{4}-\d{2}-\d{2})\.csv", re.IGNORECASE)

# ours -> theirs; a file's further columns only tell two rows apart
COLUMNS = {
    "week": "Uge",
    "person": "CPR nummer",
    "benefit": "Ydelse",
    "payment": "Beregnet udbetalingsbeløb",
    "reimbursement": "Refusionsbeløb",
    "cofinancing": "Medfinansieringsbeløb",
}
BESIDE = (".yaml", ".yml", ".md", ".txt")
LAYOUT = Table(
    "Ydelsesrefusion",
    "A calculation for a person, a week and a benefit.",
    (),
    tuple(Column(name, "text") for name in COLUMNS.values()),
)
PAID_AHEAD = timedelta(days=62)  # some benefits are paid in advance; a week further ahead is a slip of the pen

REFORM = "2007-01-01"  # the day that today's municipalities began

Row = tuple[str | None, ...]
Birth = tuple[date | None, str | None]  # day, sex

# The stored rows that an archive speaks for, as SQL: only those of them that are gone from it have ended.
OWNS = {
    "courses": "course_id LIKE 'yr-%'",
    "assignments": "course_id LIKE 'yr-%'",
    "states": "state IN ({benefits})",
    "postings": "posting_id LIKE 'yr/%'",
}


class Options(BaseModel):
    """What delivery.yaml may say under `options`. The guide to Ydelsesrefusion explains each."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    units: dict[str, str] = {}
    benefits: dict[str, str] = {}
    money_only: tuple[str, ...] = ("Fleksbidrag fra staten",)
    gap_weeks: int = Field(0, ge=0, le=52)
    other_benefit_within: int = Field(28, ge=0, le=366)
    post_by: Literal["week", "month"] = "week"
    empty_weeks: bool = False
    birth_date_and_sex: bool = False


@contextmanager
def read(name: str, files: Sequence[File], declared: Mapping, pseudonyms: Pseudonyms) -> Iterator[Source]:
    """The archive as a full delivery of courses, assignments, states and postings. Raises Mistake.

    `declared` is its delivery.yaml: `options`, and in `coverage` the first day from which every payment is there. All
    is worked out in memory that never spills to disk, and CPR numbers are pseudonyms from the first record on.
    """
    chosen = _options(declared.options)
    connection = duckdb.connect(":memory:", config={"temp_directory": "", "autoload_known_extensions": False})
    try:
        persons: dict[str, Birth] = {}
        places = _load(connection, files, pseudonyms, persons if chosen.birth_date_and_sex else None)
        if not places:
            raise Mistake(
                name, "there is no file of Ydelsesrefusion in it", "Their names begin yr-ydelsesrefusion-beregning-"
            )
        newest = max(NAME.fullmatch(file.name)[2] for file in places)  # type: ignore[index]
        _sum_up(connection, [file.where for file in places], date.fromisoformat(newest), chosen.units)
        terms = _terms(connection, chosen, declared.coverage.get("default", Days()), date.fromisoformat(newest))
        lay_out(connection, terms)
        tables = _tables(connection, terms, chosen, persons)
        yield Source(name, tables, full=True, coverage=_coverage(terms))
    finally:
        connection.close()


def _load(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[File],
    pseudonyms: Pseudonyms,
    persons: dict[str, Birth] | None,
) -> list[File]:
    """Every record as text in the table `raw`, its CPR number replaced; the files by their number there."""
    connection.execute(
        "CREATE TABLE raw (file INT, line INT, code VARCHAR, week VARCHAR, person VARCHAR, benefit VARCHAR, "
        "payment VARCHAR, reimbursement VARCHAR, cofinancing VARCHAR, rest VARCHAR)"
    )
    known: dict[str, str] = {}
    numbered: list[File] = []
    for file in files:
        named = NAME.fullmatch(file.name)
        if not named:
            if file.name.lower().endswith(BESIDE):
                continue
            raise Mistake(file.where, "it is not named as a file of Ydelsesrefusion is", "Leave it out of the delivery")
        found = csv_table(file, LAYOUT, TableMapping(delimiter=";"))
        places, others = _places(found)
        numbered.append(file)
        for batch in found.batches:
            for line, _, problem, cure in batch.broken:
                raise Mistake(f"{file.where}, line {line}", problem, cure)
            cells = [[(cell or "").strip() for cell in pa.array(column).to_pylist()] for column in batch.columns]
            person = [known.get(text, "") for text in cells[places["person"]]]
            for row, pseudonym in enumerate(person):
                if not pseudonym:
                    text = cells[places["person"]][row]
                    person[row] = known[text] = _pseudonym(file.where, batch.lines[row], text, pseudonyms)
                    if persons is not None:
                        persons[known[text]] = (birth_date(_plain(text)), sex(_plain(text)))
            rest = zip(*(cells[place] for place in others), strict=True) if others else repeat((), len(person))
            columns = {name: cells[place] for name, place in places.items()} | {
                "file": [len(numbered) - 1] * len(person),
                "line": batch.lines,
                "code": [named[1]] * len(person),
                "person": person,
                "rest": [_digest(cells_, pseudonyms.key) for cells_ in rest],
            }
            records = pa.table(columns)  # noqa: F841 - DuckDB reads it by its name
            connection.execute("INSERT INTO raw BY NAME SELECT * FROM records")
    return numbered


def _places(found: Found) -> tuple[dict[str, int], list[int]]:
    """Where the columns we read stand, and all others. Raises Mistake for one that is missing or doubled."""
    plain = [re.sub(r"\W", "", name.casefold()) for name in found.columns]
    places = {}
    for ours, theirs in COLUMNS.items():
        sought = re.sub(r"\W", "", theirs.casefold())
        if plain.count(sought) != 1:
            near = difflib.get_close_matches(sought, plain, 1)
            like = f"; it has {shown(found.columns[plain.index(near[0])])!r}" if near and sought not in plain else ""
            fault = "twice" if sought in plain else "missing"
            raise Mistake(
                f"{found.where}, line 1", f"the column {theirs!r} is {fault}{like}",
                f"The columns {', '.join(COLUMNS.values())} must stand there once each, with `;` between them",
            )  # fmt: skip
        places[ours] = plain.index(sought)
    return places, [place for place in range(len(plain)) if place not in places.values()]


def _plain(text: str) -> str:
    return with_lost_zero(text) or re.sub(r"[- ]", "", text)


def _pseudonym(where: str, line: int, text: str, pseudonyms: Pseudonyms) -> str:
    if not text.strip("0- "):
        raise Mistake(f"{where}, line {line}, column CPR nummer", f"{text!r} is no person", "Correct it at the source")
    return pseudonyms.of(_plain(text))  # always: what is no CPR number by its date may be a person's all the same


def _digest(cells: Sequence[str], key: bytes) -> str:
    """The further columns, only to be compared: some hold the spouse's CPR number."""
    if not cells:
        return ""
    return hashlib.blake2b("\x1f".join(cells).encode(), key=key, digest_size=16).hexdigest()


def _sum_up(connection: duckdb.DuckDBPyConnection, files: list[str], newest: date, units: dict[str, str]) -> None:
    """`raw` -> `payments`, exact duplicates gone. Raises Mistake at the first record that cannot be read.

    A sum with a part missing is wrong, so no record is left out, whatever the model's tolerance.
    """
    connection.execute(
        f"""
        CREATE TABLE read AS SELECT file, line, code, person, benefit, week, rest,
            coalesce(try_strptime(week, ['%Y-%m-%d', '%d.%m.%Y']))::DATE AS week_on,
            {", ".join(f"{_amount(name)} AS {name}" for name in AMOUNTS)}
        FROM raw
        """
    )
    bad = connection.execute(
        "SELECT file, line, week_on NOT BETWEEN DATE '1990-01-01' AND $1 IS NOT FALSE, benefit = '', payment IS NULL, "
        "reimbursement IS NULL, cofinancing IS NULL, count(*) OVER () FROM read "
        "WHERE week_on NOT BETWEEN DATE '1990-01-01' AND $1 IS NOT FALSE OR benefit = '' OR payment IS NULL "
        "OR reimbursement IS NULL OR cofinancing IS NULL ORDER BY file, line LIMIT 1",
        [newest + PAID_AHEAD],
    ).fetchone()
    if bad:
        file, line, *wrong, count = bad
        column = ("week", "benefit", *AMOUNTS)[wrong.index(True)]
        (value,) = connection.execute(
            f"SELECT {column} FROM raw WHERE file = ? AND line = ?", [file, line]
        ).fetchone() or ("",)
        more = f" ({count} records of the delivery cannot be read)" if count > 1 else ""
        raise Mistake(
            f"{files[file]}, line {line}, column {COLUMNS[column]}", f"{shown(value)!r} {_WANTED[column]}{more}",
            "Correct it at the source and deliver the whole archive again",
        )  # fmt: skip
    connection.execute("CREATE TABLE units_of (code VARCHAR, unit VARCHAR)")
    for (code,) in connection.execute("SELECT DISTINCT code FROM read").fetchall():
        connection.execute("INSERT INTO units_of VALUES (?, ?)", [code, units.get(code) or units.get("0" + code, code)])
    connection.execute(
        """
        CREATE TABLE payments AS
        SELECT code, unit, person, date_trunc('week', week_on)::DATE AS monday, benefit, payment, reimbursement,
               cofinancing
        FROM (
            SELECT DISTINCT code, week_on, person, benefit, payment, reimbursement, cofinancing, rest FROM read
        )
        JOIN units_of USING (code)
        """
    )
    connection.execute("DROP TABLE raw")
    connection.execute("DROP TABLE read")


AMOUNTS = ("payment", "reimbursement", "cofinancing")
_WANTED = {
    "week": "is no date of a week: 2024-01-29 is one, and it may lie at most two months after the newest file",
    "benefit": "names no benefit",
    **dict.fromkeys(AMOUNTS, "is no amount: 1234,50 and 1.234,50 are"),
}


def _amount(name: str) -> str:
    """SQL for kroner with decimal comma, to the øre; only a payment must be there."""
    digits = "([0-9]{1,8}|[0-9]{1,3}([.][0-9]{3}){1,2})(,[0-9]{1,2}0*)?"  # as short as no CPR number is
    none = "" if name == "payment" else f"WHEN {name} IN ('', '-', '.', '..') THEN 0"
    return f"""CASE {none} WHEN regexp_full_match({name}, '-?{digits}|{digits}-')
        THEN replace(replace(replace({name}, '-', ''), '.', ''), ',', '.')::DECIMAL(18, 2)
             * CASE WHEN contains({name}, '-') THEN -1 ELSE 1 END END"""


def _options(options: dict[str, Any]) -> Options:
    try:
        return Options.model_validate(options)
    except ValidationError as refused:
        first = refused.errors()[0]
        name = shown(".".join(str(part) for part in first["loc"]))
        raise Mistake(
            "delivery.yaml, options", f"{name}: {what_is_wrong(first)}", "See the guide to Ydelsesrefusion"
        ) from None


def _terms(connection: duckdb.DuckDBPyConnection, chosen: Options, covered: Days, newest: date) -> Terms:
    if not covered.from_on:
        raise Mistake(
            "delivery.yaml", "it does not say from which day the archive holds every payment",
            "Write it, e.g. `coverage: {default: {from: 2022-01-03}}`: earlier weeks are then corrections, "
            "and nobody's week on benefit",
        )  # fmt: skip
    first = covered.from_on + timedelta(days=-covered.from_on.weekday() % 7)
    (last_week,) = connection.execute("SELECT max(monday) FROM payments").fetchone() or (None,)
    # Weeks paid ahead of the newest file say nothing about who has left: only whole weeks before its date count.
    through = covered.through or min((last_week or newest) + timedelta(days=6), newest)
    until = through + timedelta(days=1)
    until -= timedelta(days=until.weekday())
    if until <= first:
        raise Mistake(
            "delivery.yaml",
            f"the coverage is from {covered.from_on}, but the files reach to {through}",
            "Is it the year?",
        )
    missing = None if chosen.empty_weeks else connection.execute(_EMPTY_WEEK, [first, until]).fetchone()
    if missing:
        raise Mistake(
            f"municipality {missing[0]}", f"no file holds a payment for the week of {missing[1]}",
            "Deliver the whole archive each time, from the day the coverage says: is a file missing? Every spell would "
            "be cut in two. Where the week is right as it is, write `empty_weeks: true` under `options`",
        )  # fmt: skip
    return Terms(
        first,
        until,
        chosen.benefits,
        chosen.money_only,
        chosen.gap_weeks,
        chosen.other_benefit_within,
        chosen.post_by,
    )


_EMPTY_WEEK = """
SELECT code, week::DATE
FROM range($1::TIMESTAMP, $2::TIMESTAMP, INTERVAL 7 DAYS) w(week), (SELECT DISTINCT code FROM payments)
WHERE (code, week::DATE) NOT IN (SELECT code, monday FROM payments) ORDER BY ALL LIMIT 1
"""


def _coverage(terms: Terms) -> dict[str, Coverage]:
    through = terms.until - timedelta(days=1)
    spells = Coverage(terms.joined_from, through)
    return {
        "courses": spells,
        "assignments": spells,
        "states": Coverage(terms.first, through),
        "postings": Coverage(terms.first, through),
    }


def _tables(
    connection: duckdb.DuckDBPyConnection, terms: Terms, chosen: Options, persons: dict[str, Birth]
) -> list[SourceTable]:
    codes = connection.execute("SELECT DISTINCT code FROM payments ORDER BY code").fetchall()
    units: list[Row] = [
        (code, REFORM, f"Kommune {code}", "municipality") for (code,) in codes if code not in chosen.units
    ]
    born: list[Row] = [
        (person, day.isoformat() if day else None, sex) for person, (day, sex) in sorted(persons.items())
    ]
    given = [
        _given("units", ("unit_id", "valid_from", "name", "kind"), units),
        _given("persons", ("person_id", "birth_date", "sex"), born),
    ]
    named = connection.execute("SELECT DISTINCT unnest([benefit, group_]) FROM named ORDER BY ALL").fetchall()
    benefits = ", ".join("'" + name.replace("'", "''") + "'" for (name,) in named)
    laid_out = [_laid_out(connection, name, owns.format(benefits=benefits)) for name, owns in OWNS.items()]
    return [table for table in given if table.size] + laid_out


def _given(table: str, columns: tuple[str, ...], rows: Sequence[Row]) -> SourceTable:
    """A table of which other sources hold more: nothing in the store ends because it is not here."""
    batch = Batch(range(1, len(rows) + 1), list(zip(*rows, strict=True)), read=len(rows))
    where = f"Ydelsesrefusion, {table}"
    return SourceTable(table, where, columns, iter([batch]), ".", size=len(rows), owns="false")


def _laid_out(connection: duckdb.DuckDBPyConnection, table: str, owns: str) -> SourceTable:
    columns = tuple(column.name for column in TABLES[table].columns)
    (size,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    batches = _batches(connection.cursor(), f"SELECT {', '.join(columns)} FROM {table}")
    return SourceTable(table, f"Ydelsesrefusion, {table}", columns, batches, ".", size=size, owns=owns)


def _batches(cursor: duckdb.DuckDBPyConnection, query: str) -> Iterator[Batch]:
    cursor.execute(query)
    read = 0
    while rows := cursor.fetchmany(BATCH_ROWS):
        lines = range(read + 1, read + len(rows) + 1)
        read += len(rows)
        yield Batch(lines, list(zip(*rows, strict=True)), read=read)
