"""Excel workbooks (.xlsx, .xlsm): a sheet per table. Dates are dates, formulas count by the value last saved."""

import itertools
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import python_calamine

from pejling.facts.archives import checked_entries, reading
from pejling.facts.contract import Found, number_names
from pejling.facts.cpr import holds_cpr, shown
from pejling.facts.mapping import TableMapping
from pejling.facts.mistakes import Mistake
from pejling.facts.sources import Batch
from pejling.facts.tables import Table
from pejling.facts.typed import BATCH_RECORDS, batch, text

SIZE_LIMIT = 1 << 30  # bytes, unpacked: a workbook is read into memory
SHOWN_DIGITS = 15  # as Excel: 1234.56, though the nearest number in the file may end in …0001
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NO_VALUE = "a formula whose value was not saved"


@dataclass(frozen=True)
class Sheet:
    """A sheet with anything in it."""

    name: str
    where: str
    cells: Any  # calamine's
    unreadable: dict[tuple[int, int], str]  # row and column from 1 -> what stands there in place of a value


def sheets(path: Path) -> Iterator[Sheet]:
    """The sheets that hold anything, in the workbook's order. Raises Mistake."""
    where = shown(path.name)
    try:
        with reading(where), zipfile.ZipFile(path) as archive:
            entries = checked_entries(where, archive, path.stat().st_size)
            if sum(entry.file_size for entry in entries) > SIZE_LIMIT:
                raise Mistake(where, "the workbook is larger than a gigabyte", "Deliver such tables as CSV")
            parts = _parts(archive)
            workbook = python_calamine.CalamineWorkbook.from_path(path)
            for name in workbook.sheet_names:
                if holds_cpr(name):
                    raise Mistake(
                        f"{where}, sheet {shown(name)}", "the name of a sheet holds a CPR number", "Rename the sheet"
                    )
                cells = workbook.get_sheet_by_name(name)
                if cells.start is not None:
                    unreadable = _unreadable(archive, parts[name]) if name in parts else {}
                    yield Sheet(name, f"{where}, sheet {shown(name)}", cells, unreadable)
    except (python_calamine.CalamineError, python_calamine.PasswordError, ElementTree.ParseError, KeyError):
        raise Mistake(where, "it is not a workbook that can be read", "Save it as .xlsx, without a password") from None


def sheet_table(sheet: Sheet, table: Table, mapping: TableMapping, decimal: str) -> Found:
    """The table in a sheet: column names in the first row that holds anything. Raises Mistake."""
    rows = sheet.cells.iter_rows()
    top, header = next(
        ((number, row) for number, row in enumerate(rows, 1) if any(cell != "" for cell in row)), (0, [])
    )
    names = tuple((text(cell) or "").strip() for cell in header)
    while names and not names[-1]:
        names = names[:-1]
    numbers = number_names(table, mapping)
    return Found(
        where=sheet.where,
        columns=names,
        batches=_batches(sheet, rows, top, names, numbers, mapping.decimal or decimal),
        decimal=".",
        size=sheet.cells.total_height,
    )


def _batches(
    sheet: Sheet, rows: Iterator[list[Any]], top: int, names: tuple[str, ...], numbers: set[str], decimal: str
) -> Iterator[Batch]:
    left = sheet.cells.start[1] + 1
    bad_rows = {row for row, _ in sheet.unreadable}
    numbered = enumerate(rows, top + 1)
    while taken := list(itertools.islice(numbered, BATCH_RECORDS)):
        records, lines, broken = [], [], []
        for line, row in taken:
            if line in bad_rows:
                column = min(column for at, column in sheet.unreadable if at == line)
                name = names[column - left] if column - left < len(names) else ""
                found = f"{sheet.unreadable[line, column]} in {_letters(column)}{line}"
                broken.append((line, name, found, "Put the value itself in the cell"))
            elif any(cell != "" for cell in row[len(names) :]):
                broken.append((line, "", "a value outside the named columns", "Name the column, or clear the cell"))
            elif any(cell != "" for cell in row):
                records.append(row[: len(names)])
                lines.append(line)
        part = batch(records, lines, names, numbers, decimal, digits=SHOWN_DIGITS, broken=broken)
        yield Batch(part.lines, part.columns, part.broken, taken[-1][0])


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Each sheet's part of the archive, by its name."""
    links = {
        link.get("Id"): link.get("Target", "")
        for link in _parsed(archive, "xl/_rels/workbook.xml.rels").iter()
        if link.get("Id")
    }
    parts = {}
    for sheet in _parsed(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        target = links.get(sheet.get(f"{_LINKS}id", ""), "")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist():
            parts[sheet.get("name", "")] = part
    return parts


def _parsed(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    content = archive.read(part)
    if b"<!" in content.replace(b"<!--", b""):
        raise KeyError(part)  # a workbook declares no entities
    return ElementTree.fromstring(content)  # noqa: S314


def _unreadable(archive: zipfile.ZipFile, part: str) -> dict[tuple[int, int], str]:
    """The cells that show an error, or whose formula has no saved value: calamine gives both as empty."""
    if not _has_formulas(archive, part):
        return {}
    found: dict[tuple[int, int], str] = {}
    row = column = 0
    with archive.open(part) as content:
        for event, element in ElementTree.iterparse(content, ("start", "end")):  # noqa: S314 - no entities: see above
            if element.tag == f"{_MAIN}row":
                if event == "start":
                    row, column = int(element.get("r") or row + 1), 0
                else:
                    element.clear()
            elif element.tag == f"{_MAIN}c" and event == "end":
                address = re.match(r"[A-Z]+", element.get("r", ""))
                column = _number(address[0]) if address else column + 1
                value = element.findtext(f"{_MAIN}v") or "".join(t.text or "" for t in element.iter(f"{_MAIN}t"))
                if element.get("t") == "e":
                    found[row, column] = shown(value or "an error")
                elif element.find(f"{_MAIN}f") is not None and not value and element.get("t") != "str":
                    found[row, column] = _NO_VALUE
    return found


def _has_formulas(archive: zipfile.ZipFile, part: str) -> bool:
    before = b""
    with archive.open(part) as content:
        while chunk := content.read(1 << 20):
            piece = before + chunk
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                raise KeyError(part)
            if b"<f>" in piece or b"<f " in piece or b"<f/" in piece or b't="e"' in piece:
                return True
            before = piece[-16:]
    return False


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
