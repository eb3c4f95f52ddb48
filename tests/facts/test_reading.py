"""What the sources look like, and that each reads as the same records."""
# ruff: noqa: E501 - a case a line reads best

import csv
import io
import sqlite3
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from drawn import draws
from facts.deliveries import COURSES, Read, folder, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from pejling.facts import csv_files
from pejling.facts.archives import File
from pejling.facts.csv_files import csv_table
from pejling.facts.mapping import TableMapping
from pejling.facts.mistakes import Mistake
from pejling.facts.sources import MISSING
from pejling.facts.tables import TABLES
from pejling.facts.typed import text

ROWS = [("C1", "P1", "U1", "young", "2009-01-31", None, 2)]


@pytest.mark.parametrize(
    "content",
    [
        COURSES,
        COURSES.replace(";", ","),
        "\ufeff" + COURSES,
        COURSES.replace("\n", "\r\n"),
        COURSES.replace("\n", "\r"),
        COURSES.upper().replace("YOUNG", "young"),
        COURSES.replace(";", " ; "),
        COURSES.replace("31;", '31;"-"'),
        COURSES.replace("31;", "31;."),
        COURSES.replace("31;", "31;.."),
        COURSES.replace("young", '"young"'),
        COURSES + ";;;;;\n\n",
        COURSES.rstrip("\n"),
        COURSES.replace("ended_on", "ended_on;_found;_line").replace("31;", "31;;x;7"),
        COURSES.replace("ended_on", "ended_on;").replace("31;", "31;;"),
    ],
)
def test_csv_as_danish_systems_write_it_reads_the_same(content, tmp_path):
    read = Read(folder(tmp_path, {"courses.csv": content}))
    assert read.rows() == ROWS
    assert read.refused() == []


def test_excels_own_line_about_the_delimiter_is_understood(tmp_path):
    assert Read(folder(tmp_path, {"courses.csv": "sep=;\n" + COURSES})).rows() == [(*ROWS[0][:-1], 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_danish_letters_are_read_in_either_encoding(encoding, tmp_path):
    content = (COURSES + "C2;P2;U1;tillæg – Ærø;2009-02-01;\n").encode(encoding)
    assert Read(folder(tmp_path, {"courses.csv": content})).rows(columns="target_group") == [
        ("young",),
        ("tillæg – Ærø",),
    ]


def test_a_letter_split_between_two_pieces_is_read(tmp_path):
    content = COURSES + "".join(f"C{n};P;U;æøå;2009-01-01;\n" for n in range(60_000))
    read = Read(folder(tmp_path, {"courses.csv": content}))
    assert read.connection.execute("SELECT DISTINCT target_group FROM staged_courses ORDER BY 1").fetchall() == [
        ("young",),
        ("æøå",),
    ]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    content = COURSES + '"C\n2";P2;U1;"a; b ""c""";2009-01-01;\n\nC3;P3\nC4;P4;U1;g;2009-01-01;\n'
    read = Read(folder(tmp_path, {"courses.csv": content}))
    assert read.rows(columns="course_id, target_group, _line") == [
        ("C1", "young", 2), ("C\n2", 'a; b "c"', 3), ("C4", "g", 7),
    ]  # fmt: skip
    assert [(table, line) for table, line, *_ in read.refused()] == [("courses", 6)]


def test_after_a_quote_left_open_the_records_it_swallowed_are_read(tmp_path):
    lines = [f"C{n};P{n};U1;g;2009-01-01;\n" for n in range(2, 40_002)]
    lines[19_999] = 'C20001;"P20001;U1;g;2009-01-01;\n'
    read = Read(folder(tmp_path, {"courses.csv": COURSES + "".join(lines)}))
    ((_, line, _, found, *_),) = read.refused()
    assert (line, found) == (20_002, "a quote is opened here and not closed")
    assert read.staged["courses"].rows == 40_000
    assert read.connection.execute("SELECT min(_line), max(_line), count(DISTINCT _line) FROM staged_courses").fetchone() == (
        2, 40_002, 40_000,
    )  # fmt: skip


fields = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n", exclude_categories=["Cs"]), max_size=6)
odd = st.sampled_from(['"', ';"', '""', "\n", "\r\n", ";;", "æ", "-", " "])
records = st.lists(st.lists(st.one_of(fields, odd), min_size=3, max_size=3), max_size=20)


def found_in(content: bytes) -> list[tuple[int, tuple[str | None, ...]]]:
    file = File("scores.csv", len(content), lambda: io.BytesIO(content))
    found = csv_table(file, TABLES["scores"], TableMapping())
    rows = []
    for batch in found.batches:
        assert not batch.broken
        columns = [pa.array(column, pa.string()).to_pylist() for column in batch.columns]
        rows += zip(batch.lines, zip(*columns, strict=True), strict=True)
    return rows


@settings(max_examples=draws(200), deadline=None)
@given(
    records, st.integers(1, 64), st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
)
def test_blocks_of_any_size_give_what_the_csv_module_wrote(written, block, end, quoting):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator=end, quoting=quoting)
    writer.writerow(["course_id", "instrument", "score"])
    lines = []
    for record in written:
        lines.append(out.getvalue().replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1)
        writer.writerow(record)
    usual = csv_files.BLOCK
    csv_files.BLOCK = block
    try:
        rows = found_in(out.getvalue().encode())
    finally:
        csv_files.BLOCK = usual
    kept = [(line, tuple(record)) for line, record in zip(lines, written, strict=True) if any(record)]
    assert rows == kept


def test_a_zip_reads_as_its_folder_does_also_from_a_folder_in_it(tmp_path):
    files = {"delivery/courses.csv": COURSES, "__MACOSX/delivery/._courses.csv": b"\0", "delivery/README.md": "hello"}
    read = Read(zipped(tmp_path, files))
    assert read.rows() == ROWS
    assert read.source.name == "delivery.zip"


def test_a_single_file_is_a_delivery(tmp_path):
    (tmp_path / "courses.csv").write_text(COURSES)
    assert Read(tmp_path / "courses.csv").rows() == ROWS


def test_what_is_plainly_no_table_is_passed_over(tmp_path):
    files = {
        "courses.csv": COURSES,
        "README.txt": "",
        "SOURCE.md": "",
        ".DS_Store": b"\0",
        "Thumbs.db": b"\0",
        "a.log": "",
    }
    files["delivery.yaml"] = "ignore: ['*.log']"
    assert Read(folder(tmp_path, files)).rows() == ROWS


def test_persons_keep_their_further_columns_as_groups(tmp_path):
    read = Read(folder(tmp_path, {"persons.csv": "person_id;sex;Bydel;gcse5\nP1;f;Nord;yes\n"}))
    assert read.staged["persons"].columns == ("person_id", "sex", "Bydel", "gcse5")


@pytest.mark.parametrize("name", ['a"b', "5; DROP", "x" * 61, "(a)"])
def test_a_group_must_have_a_name_that_can_be_said(name, tmp_path):
    quoted = name.replace('"', '""')
    with pytest.raises(Mistake, match="cannot name a group"):
        Read(folder(tmp_path, {"persons.csv": f'person_id;"{quoted}"\nP1;x\n'}))


def test_progress_reaches_the_size_that_was_told(tmp_path):
    content = COURSES + "C2;P;U;g;2009-01-01;\n" * 100_000
    read = Read(folder(tmp_path, {"courses.csv": content}))
    assert read.progress == sorted(read.progress)
    assert len(read.progress) > 1
    assert read.progress[-1] == read.source.tables[0].size == len(content)


def test_a_workbook_is_read_with_its_types(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "d.xlsx"), {"default_date_format": "dd-mm-yyyy"})
    sheet = book.add_worksheet("Activities")
    sheet.write_row("B3", ["activity_id", "course_id", "kind", "started_on", "hours", "cost"])
    sheet.write_row("B4", [1, 20_000_001, "mentor"])
    sheet.write_datetime("E4", datetime(2009, 1, 31))  # noqa: DTZ001 - a cell's day
    sheet.write_number("F4", 2.5)
    sheet.write_formula("G4", "=1000+234.56", None, 1234.5600000000001)
    sheet.write_row("B6", ["007", "C2", "-", "31.01.2009", "", 3])
    book.add_worksheet("Notes")
    book.close()
    read = Read(tmp_path / "d.xlsx")
    assert read.rows("activities") == [
        ("1", "20000001", "mentor", "2009-01-31", "2.5", "1234.56", 4),
        ("007", "C2", None, "31.01.2009", None, "3", 6),
    ]
    assert read.source.tables[0].where == "d.xlsx, sheet Activities"
    assert read.source.tables[0].decimal == "."


def test_a_number_written_as_text_in_a_workbook_needs_its_decimal_mark_declared(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "d.xlsx"))
    sheet = book.add_worksheet("scores")
    sheet.write_row("A1", ["course_id", "instrument", "measured_on", "score"])
    sheet.write_row("A2", ["C1", "WAI", "2009-01-01", "1.234"])
    sheet.write_row("A3", ["C2", "WAI", "2009-01-01", "12"])
    book.close()
    read = Read(tmp_path / "d.xlsx")
    assert read.rows("scores", "score") == [("12",)]
    assert read.refused()[0][:4] == ("scores", 2, "score", "1.234")
    mapping = tmp_path / "m.yaml"
    mapping.write_text("decimal: ','")
    assert Read(tmp_path / "d.xlsx", mapping).rows("scores", "score") == [("1234",), ("12",)]


def parquet(path: Path, **columns: pa.Array) -> None:
    pq.write_table(pa.table(columns), path)


@pytest.mark.parametrize("packed", [False, True])
def test_parquet_files_are_read_with_their_types(packed, tmp_path):
    parquet(
        tmp_path / "postings.parquet",
        posting_id=pa.array([1, 2]),
        unit_id=pa.array(["U1", None]).dictionary_encode(),
        posted_on=pa.array([date(2009, 1, 31), None]),
        account=pa.array(["a", "b"]),
        nature=pa.array(["actual", ".."]),
        amount=pa.array([Decimal("1234.50"), Decimal("-0.01")]),
    )
    content = (tmp_path / "postings.parquet").read_bytes()
    files = {"postings.parquet": content, "courses.csv": COURSES}
    home = tmp_path / "in"
    home.mkdir()
    read = Read(zipped(home, files) if packed else folder(home, files))
    assert read.rows("postings", "posting_id, unit_id, posted_on, nature, amount, _line") == [
        ("1", "U1", "2009-01-31", "actual", "1234.50", 1), ("2", None, None, None, "-0.01", 2),
    ]  # fmt: skip
    assert read.rows() == ROWS


def test_parquet_with_lists_is_refused(tmp_path):
    parquet(tmp_path / "courses.parquet", course_id=pa.array([["C1"]]))
    with pytest.raises(Mistake, match=r"courses.parquet: the column course_id holds lists"):
        Read(tmp_path / "courses.parquet")


QUERY = """tables:
  courses:
    query: SELECT id AS course_id, person AS person_id, 'U1' AS unit_id, 'young' AS target_group, began AS started_on,
           NULL AS ended_on FROM cases WHERE id LIKE 'C%' ORDER BY id
"""


def test_a_query_to_sqlite_is_a_delivery(tmp_path):
    with sqlite3.connect(tmp_path / "cases.db") as database:
        database.execute("CREATE TABLE cases (id, person, began)")
        database.executemany("INSERT INTO cases VALUES (?, ?, ?)", [("C1", "P1", "2009-01-31"), ("D2", "P2", "")])
    database.close()
    (tmp_path / "source.yaml").write_text("url: sqlite:///cases.db\nsource: cases\n" + QUERY)
    read = Read(tmp_path / "source.yaml")
    assert read.rows() == [(*ROWS[0][:-1], 1)]
    assert (read.source.name, read.source.tables[0].where) == ("cases", "query courses")


@pytest.mark.parametrize(
    ("query", "says"),
    [("SELECT lost FROM cases", "no such column"), ("DELETE FROM cases", "readonly"), ("SELEC", "syntax"),
     ("SELECT 1; SELECT 2", "one statement")],
)  # fmt: skip
def test_a_query_that_fails_or_writes_is_refused_and_changes_nothing(query, says, tmp_path):
    with sqlite3.connect(tmp_path / "cases.db") as database:
        database.execute("CREATE TABLE cases (id)")
        database.execute("INSERT INTO cases VALUES ('C1')")
    (tmp_path / "source.yaml").write_text(f"url: sqlite:///cases.db\ntables: {{courses: {{query: '{query}'}}}}")
    with pytest.raises(Mistake, match=f"query courses: the database says.*{says}"):
        Read(tmp_path / "source.yaml")
    assert database.execute("SELECT count(*) FROM cases").fetchone() == (1,)
    database.close()


@pytest.mark.parametrize("content", [None, b"no database at all, but long enough to look at" * 30])
def test_a_database_that_is_none_is_refused(content, tmp_path):
    if content:
        (tmp_path / "cases.db").write_bytes(content)
    (tmp_path / "source.yaml").write_text("url: sqlite:///cases.db\n" + QUERY)
    with pytest.raises(Mistake, match=r"url: .*database"):
        Read(tmp_path / "source.yaml")


@pytest.mark.postgres
def test_a_query_to_postgresql_is_a_delivery(postgres, tmp_path):
    url = postgres()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE cases (id text, person text, began timestamp)")
        connection.execute(
            "INSERT INTO cases SELECT 'C' || n, 'P' || n, '2009-01-31' FROM generate_series(1, 20000) AS n"
        )
    (tmp_path / "source.yaml").write_text(f"url: {url}\n{QUERY}")
    read = Read(tmp_path / "source.yaml")
    assert read.staged["courses"].rows == 20_000
    assert read.rows()[0] == (*ROWS[0][:-1], 1)
    assert len(read.progress) > 1


@pytest.mark.postgres
@pytest.mark.parametrize(
    "query", ["SELECT nothing", "DELETE FROM cases RETURNING id", "SELECT 1/0 AS course_id", "DROP TABLE cases"]
)
def test_a_query_to_postgresql_that_fails_or_writes_is_refused(query, postgres, tmp_path):
    url = postgres()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE cases (id text)")
        connection.execute("INSERT INTO cases VALUES ('C1')")
    (tmp_path / "source.yaml").write_text(f"url: {url}\ntables: {{courses: {{query: {query}}}}}")
    with pytest.raises(Mistake, match="query courses"):
        Read(tmp_path / "source.yaml")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM cases").fetchone() == (1,)


def test_a_password_is_in_no_message(tmp_path):
    (tmp_path / "source.yaml").write_text("url: postgresql://me:hemmeligt@127.0.0.1:1/x\n" + QUERY)
    with pytest.raises(Mistake, match="does not answer") as mistake:
        Read(tmp_path / "source.yaml")
    assert "hemmeligt" not in str(mistake.value)
    assert mistake.value.__cause__ is None
    assert mistake.value.__suppress_context__


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None), (1.0, "1"), (0.1, "0.1"), (1e20, "100000000000000000000"), (1e-7, "0.0000001"), (float("nan"), None),
        (float("inf"), "inf"), (True, "true"), (False, "false"), (Decimal("1E+3"), "1000"), (date(2009, 1, 2), "2009-01-02"),
        (datetime(2009, 1, 2, tzinfo=UTC), "2009-01-02"), (datetime(2009, 1, 2, 3, tzinfo=UTC), "2009-01-02 03:00:00+00:00"),
        (b"x", "x"), ("1,5", "1,5"), (sys.maxsize, str(sys.maxsize)),
    ],
)  # fmt: skip
def test_typed_values_are_written_plainly(value, written):
    assert text(value) == written


@pytest.mark.parametrize("mark", sorted(MISSING))
def test_each_missing_mark_is_nothing(mark, tmp_path):
    read = Read(folder(tmp_path, {"courses.csv": COURSES.replace("31;", f"31;{mark}")}))
    assert read.rows(columns="ended_on") == [(None,)]
