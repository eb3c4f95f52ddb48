"""Every kind of broken file is refused with where, what was found and the cure; nothing shows a CPR number."""
# ruff: noqa: E501 - a kind of mistake a line reads best

import stat
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from facts.deliveries import COURSES, CPR, Read, folder, zipped

from pejling.facts.mistakes import Mistake

HEADER = COURSES.splitlines()[0]
ROW = COURSES.splitlines()[1]
BOMB = b"0" * (50 << 20)


def courses(text: str | bytes) -> dict[str, str | bytes]:
    return {"courses.csv": text}


def declared(text: str) -> dict[str, str | bytes]:
    return {"courses.csv": COURSES, "delivery.yaml": text}


# kind: (files, parts of the message: where, what is found, the cure)
BAD_FOLDERS: dict[str, tuple[dict[str, str | bytes], tuple[str, ...]]] = {
    "nothing at all": ({}, ("delivery", "no table is in it", "units, persons, courses")),
    "an empty file": (courses(""), ("courses.csv", "the file is empty", "Leave it out")),
    "empty lines only": (courses("\n\n\n"), ("courses.csv", "empty lines", "column names")),
    "a header only": (courses(HEADER + "\n"), ("courses.csv", "no row is in it", "Leave the table out")),
    "no header": (courses(ROW + "\n" + ROW), ("courses.csv, line 1", "no column of courses", "C1", "course_id, person_id")),
    "no header, a CPR number in the first line": (
        courses(f"C1;{CPR};U1;young;2009-01-31;\n"), ("courses.csv", "[CPR]", "column names"),
    ),
    "tabs between columns": (courses(COURSES.replace(";", "\t")), ("courses.csv, line 1", "tabs", "semicolons")),
    "bars between columns": (courses(COURSES.replace(";", "|")), ("courses.csv, line 1", "bars", "semicolons")),
    "a missing key column": (
        courses(COURSES.replace("course_id;", "").replace("C1;", "")), ("courses.csv", "course_id is missing", "mapping"),
    ),
    "a misspelt column": (courses(COURSES.replace("ended_on", "ended")), ("courses.csv", "no column ended", "mean ended_on?")),
    "a column twice": (courses(COURSES.replace("ended_on", "Started_On")), ("courses.csv", "two columns", "Rename")),
    "a column whose name is a CPR number": (courses(COURSES.replace("ended_on", CPR)), ("[CPR]", "column's name", "names")),
    "a value in a column with no name": (
        courses(COURSES.replace("ended_on", "ended_on;").replace("31;", "31;;x")), ("line 2", "column 7", "Name the column"),
    ),
    "UTF-16": (courses(COURSES.encode("utf-16")), ("courses.csv", "UTF-16", "CSV UTF-8")),
    "a workbook called .csv": (courses(b"PK\x03\x04rest"), ("courses.csv", "Excel workbook", ".xlsx")),
    "a binary file": (courses(COURSES.encode() + b"C2;\0\0"), ("courses.csv, line 3", "NUL", "CSV UTF-8")),
    "bytes of no encoding": (courses(COURSES.encode() + b"C2;P\x81;U;y;;\n"), ("courses.csv, line 3", "bytes", "UTF-8")),
    "two encodings in one file": (
        courses((COURSES + "Cæ;P;U;y;;\n").encode() + b"C\xe6;P;U;y;;\n"), ("courses.csv, line 4", "not utf-8", "whole file"),
    ),
    "a line of millions": (courses(COURSES + "x" * 3_000_000), ("courses.csv, line 3", "million", "one record a line")),
    "a table twice": ({"courses.csv": COURSES, "Courses.CSV": COURSES}, ("courses.csv", "twice", "Keep one")),
    "an unknown table": ({"course.csv": COURSES}, ("file course.csv", "no table", "mean courses?", "ignore")),
    "a table with another ending": ({"courses.txt": COURSES}, ("courses.txt", "ending", ".csv")),
    "a CPR number in a file's name": ({f"{CPR}.csv": COURSES}, ("[CPR]", "name of a file", "Rename")),
    "a broken Parquet file": ({"courses.parquet": b"PAR1 no PAR1"}, ("courses.parquet", "not a Parquet", "again")),
    "delivery.yaml that is no YAML": (declared("full: [true\n"), ("delivery.yaml, line 2", "expected", "mapping.md")),
    "delivery.yaml with an unknown key": (declared("ful: true"), ("delivery.yaml, ful", "not known", "mean full?")),
    "delivery.yaml with a key twice": (declared("full: true\nfull: false"), ("delivery.yaml, line 2", "twice", "Mend")),
    "delivery.yaml with aliases that swell": (
        declared("source: &a [x, x]\nignore: [*a, *a]"), ("delivery.yaml, line 2, column 10", "alias", "Mend"),
    ),
    "delivery.yaml nested without end": (declared("ignore: " + "[" * 5_000), ("delivery.yaml", "YAML", "mapping.md")),
    "delivery.yaml that runs code": (
        declared("source: !!python/object/apply:os.system [ls]"), ("delivery.yaml, source", "a text is to stand here", "mapping.md"),
    ),
    "delivery.yaml of a megabyte": (declared("source: " + "x" * (1 << 20)), ("delivery.yaml", "bytes", "right one")),
    "delivery.yaml with a wrong day": (
        declared("coverage: {default: {through: 2009-02-31}}"), ("coverage → default → through", "a day is to stand here: 2026-10-31", "mapping.md"),
    ),
    "delivery.yaml with days swapped": (
        declared("coverage: {courses: {from: 2010-01-01, through: 2009-01-01}}"), ("coverage → courses", "after", "Swap"),
    ),
    "delivery.yaml that names a database": (declared("url: sqlite:///x\ntables: {courses: {query: SELECT 1}}"), ("url",)),
    "delivery.yaml that names a lost mapping": (declared("mapping: m.yaml"), ("m.yaml is not in", "beside the tables")),
    "delivery.yaml with a CPR number": (declared(f"source: {CPR}"), ("delivery.yaml", "CPR number", "Take the number out")),
    "a mapping with an unknown table": (declared("tables: {course: {}}"), ("tables", "no table", "mean courses?")),
    "a mapping with an unknown column": (
        declared("tables: {courses: {columns: {cours_id: Id}}}"), ("columns", "no column cours_id", "mean course_id?"),
    ),
    "a mapping to a column that is not there": (
        declared("tables: {courses: {columns: {course_id: courseid}}}"), ("courses.csv", "courseid", "mean course_id?"),
    ),
    "a mapping with a senseless date format": (
        declared("tables: {courses: {date_format: dd-mm-yyyy}}"), ("date_format", "dd-mm-yyyy", "%d"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_FOLDERS)
def test_a_bad_folder_is_refused_with_where_what_and_cure(kind, tmp_path):
    files, parts = BAD_FOLDERS[kind]
    with pytest.raises(Mistake) as mistake:
        Read(folder(tmp_path, files))
    assert_says(mistake.value, parts)


def assert_says(mistake: Mistake, parts: tuple[str, ...]) -> None:
    for part in parts:
        assert part in str(mistake)
    assert CPR not in str(mistake)
    assert CPR.replace("-", "") not in str(mistake)
    assert mistake.where
    assert mistake.found
    assert mistake.cure


# kind: (a line after the good one, line, part of what is found, part of the cure)
BAD_RECORDS = {
    "too few fields": ("C2;P2;U1", 3, "3 fields where the header has 6", "quotes"),
    "too many fields": ("C2;P2;U1;young;2009-01-31;;;", 3, "8 fields", "quotes"),
    "another delimiter than the header's": ("C2,P2,U1,young,2009-01-31,", 3, "1 fields", "delimiter"),
    "a quote that is not closed": ('C2;"P2;U1;young;2009-01-31;\nC3;P3;U1;young;2009-01-31;', 3, "quote", "twice"),
    "a quote within a field": ('C2;"P"2";U1;young;2009-01-31;', 3, "quote", "twice"),
    "a field of hundreds of thousands": ("C2;" + "x" * 200_000 + ";U1;young;2009-01-31;", 3, "131,072", "Shorten"),
    "a CPR number in a code": (f"C2;P2;U1;{CPR};2009-01-31;", 3, "[CPR]", "P-1003-285000"),
    "a CPR number in a unit": (f"C2;P2;{CPR.replace('-', '')};young;2009-01-31;", 3, "[CPR]", "P-1003-285000"),
    "a CPR number in a date": (f"C2;P2;U1;young;{CPR};", 3, "[CPR]", "Take the number out"),
    "a formula in a text": ("C2;P2;U1;=1+1;2009-01-31;", 3, "=1+1", "without '='"),
    "a formula in an id": ("@C2;P2;U1;young;2009-01-31;", 3, "@C2", "without '@'"),
}


@pytest.mark.parametrize("kind", BAD_RECORDS)
def test_a_bad_record_is_refused_with_its_line_and_the_others_are_read(kind, tmp_path):
    text, line, found, cure = BAD_RECORDS[kind]
    read = Read(folder(tmp_path, courses(COURSES + text + "\nC9;P9;U1;young;2009-01-31;\n")))
    ((table, at, _, said, problem, advice),) = read.refused()
    assert (table, at) == ("courses", line)
    assert found in said
    assert problem
    assert cure in advice
    assert CPR not in str(read.refused())
    ids = [row[0] for row in read.rows()]
    assert ids == (["C1", "C3", "C9"] if "closed" in kind else ["C1", "C9"])


def test_a_file_whose_quotes_never_match_is_given_up(tmp_path):
    with pytest.raises(Mistake, match=r"courses.csv, line 10\d\d.*quote"):
        Read(folder(tmp_path, courses(COURSES + 'C2;"P"2";U1;young;2009-01-31;\n' * 1_500)))


def entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


BAD_ZIPS = {
    "a path that climbs out": ([(entry("../courses.csv"), COURSES)], ("courses.csv", "out of the archive", "folders")),
    "a path from the root": ([(entry("/etc/courses.csv"), COURSES)], ("courses.csv", "out of the archive", "folders")),
    "a path with a drive": ([(entry("C:\\courses.csv"), COURSES)], ("courses.csv", "out of the archive", "folders")),
    "a link": ([(entry("courses.csv", stat.S_IFLNK | 0o777), "/etc/passwd")], ("courses.csv", "link", "file itself")),
    "an archive in the archive": ([(entry("courses.zip"), "")], ("courses.zip", "archive within", "Pack the tables")),
    "a name twice": (
        [(entry("a/courses.csv"), COURSES), (entry("a/Courses.csv"), COURSES)],
        ("Courses.csv", "twice", "Keep"),
    ),
    "a table twice": (
        [(entry("a/courses.csv"), COURSES), (entry("b/courses.csv"), COURSES)],
        ("courses.csv", "twice", "Keep"),
    ),
    "a bomb": ([(entry("courses.csv"), BOMB)], ("delivery.zip", "would unpack to 52,428,800", "unpacked")),
    "too many files": ([(entry(f"{n}.csv"), "") for n in range(1_001)], ("delivery.zip", "1,000 files", "right one?")),
}


@pytest.mark.parametrize("kind", BAD_ZIPS)
def test_a_bad_zip_is_refused(kind, tmp_path):
    entries, parts = BAD_ZIPS[kind]
    path = tmp_path / "delivery.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in entries:
            archive.writestr(info, content)
    with pytest.raises(Mistake) as mistake:
        Read(path)
    assert_says(mistake.value, parts)


def test_a_locked_zip_is_refused(tmp_path):
    path = zipped(tmp_path, courses(COURSES))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the directory's flag that the entry is encrypted
    path.write_bytes(content)
    with pytest.raises(Mistake, match="password"):
        Read(path)


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_zip_cut_short_is_refused(keep, tmp_path):
    path = zipped(tmp_path, courses(COURSES))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(Mistake, match="damaged"):
        Read(path)


def test_a_zip_with_a_changed_byte_is_refused(tmp_path):
    path = zipped(tmp_path, courses(COURSES + "C2;P2;U1;young;2009-01-31;\n" * 50))
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(Mistake, match="damaged"):
        Read(path)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "secret.csv").write_text(COURSES)
    path = folder(tmp_path, {})
    (path / "courses.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(Mistake, match=r"courses.csv: it is a link out of the folder"):
        Read(path)


def test_a_folder_in_the_folder_is_refused(tmp_path):
    path = folder(tmp_path, courses(COURSES))
    (path / "more").mkdir()
    with pytest.raises(Mistake, match="more: it is a folder"):
        Read(path)


@pytest.mark.parametrize("name", ["nothing-here", "delivery.doc"])
def test_what_is_no_delivery_is_refused(name, tmp_path):
    (tmp_path / "delivery.doc").write_text("")
    with pytest.raises(Mistake, match=name):
        Read(tmp_path / name)


def workbook(path: Path, write) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("courses")
    sheet.write_row("A1", HEADER.split(";"))
    sheet.write_row("A2", ["C1", "P1", "U1", "young", "2009-01-31"])
    sheet.write_row("A3", ["C2", "P2", "U1", "young", "2009-01-31"])
    write(book, sheet)
    book.close()
    return path


@pytest.mark.parametrize(
    ("cell", "column", "found", "write"),
    [
        ("D3", "target_group", "a formula whose value", lambda sheet: sheet.write_formula("D3", "=A1", None, "")),
        ("D3", "target_group", "#REF!", lambda sheet: sheet.write_formula("D3", "=A1", None, "#REF!")),
        ("F3", "ended_on", "#DIV/0!", lambda sheet: sheet.write_formula("F3", "=1/0", None, "#DIV/0!")),
        ("H3", "", "outside the named columns", lambda sheet: sheet.write("H3", "x")),
    ],
)
def test_a_cell_without_a_value_breaks_its_record(cell, column, found, write, tmp_path):
    read = Read(workbook(tmp_path / "d.xlsx", lambda book, sheet: write(sheet)))
    ((_, line, at, said, _, cure),) = read.refused()
    assert (line, at) == (3, column)
    assert found in said
    assert cell in said or not column
    assert "cell" in cure
    assert [row[0] for row in read.rows()] == ["C1"]


BAD_WORKBOOKS = {
    "an unknown sheet": (lambda b, s: b.add_worksheet("kurs").write("A1", "x"), ("sheet kurs", "no table", "ignore")),
    "a CPR number in a sheet's name": (lambda b, s: b.add_worksheet(CPR).write("A1", "x"), ("[CPR]", "sheet", "Rename")),
    "a header only": (lambda b, s: b.add_worksheet("units").write_row("A1", ["unit_id", "valid_from", "name", "kind"]),
                      ("sheet units", "no row", "Leave")),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_WORKBOOKS)
def test_a_bad_workbook_is_refused(kind, tmp_path):
    write, parts = BAD_WORKBOOKS[kind]
    with pytest.raises(Mistake) as mistake:
        Read(workbook(tmp_path / "d.xlsx", write))
    assert_says(mistake.value, parts)


@pytest.mark.parametrize("content", [b"", b"no zip", b"\xd0\xcf\x11\xe0 locked"])
def test_a_workbook_that_is_none_is_refused(content, tmp_path):
    (tmp_path / "d.xlsx").write_bytes(content)
    with pytest.raises(Mistake, match=r"d.xlsx"):
        Read(tmp_path / "d.xlsx")


def test_a_zip_called_a_workbook_is_refused(tmp_path):
    with pytest.raises(Mistake, match="not a workbook"):
        Read(zipped(tmp_path, courses(COURSES), "d.xlsx"))


def test_a_workbook_that_declares_entities_is_refused(tmp_path):
    good = workbook(tmp_path / "good.xlsx", lambda book, sheet: None)
    swollen = BytesIO()
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("workbook.xml"):
                content = content.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>', 1)
            new.writestr(name, content)
    (tmp_path / "d.xlsx").write_bytes(swollen.getvalue())
    with pytest.raises(Mistake, match="not a workbook"):
        Read(tmp_path / "d.xlsx")
