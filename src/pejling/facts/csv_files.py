"""CSV as Danish systems write it: `;` or `,`, UTF-8 or Windows-1252, quoted fields that may run over lines."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as arrow_csv

from pejling.facts.archives import File, reading
from pejling.facts.contract import Found, known_names
from pejling.facts.mapping import TableMapping
from pejling.facts.mistakes import Mistake
from pejling.facts.sources import Batch
from pejling.facts.tables import Table

LINE_LIMIT = 1 << 20  # bytes: a longer line is no record
BLOCK = 1 << 19  # characters: what stays in the processor's cache
FIELD_LIMIT = 1 << 17  # characters
BROKEN_LIMIT = 1_000  # records of a block
_DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "bars (|)"}
_MAGIC = {
    b"PK\x03\x04": ("an Excel workbook or a zip", "Deliver it under its own name (.xlsx or .zip)"),
    b"\xd0\xcf\x11\xe0": ("an old or a locked Excel workbook", "Save it as .xlsx, without a password"),
    b"\x1f\x8b": ("a gzip file", "Unpack it, or pack it as a zip"),
    b"PAR1": ("a Parquet file", "Give it the ending .parquet"),
    b"%PDF": ("a PDF", "Export the records as CSV"),
    codecs.BOM_UTF16_LE: ("UTF-16", "Save it as CSV UTF-8"),
    codecs.BOM_UTF16_BE: ("UTF-16", "Save it as CSV UTF-8"),
}


def csv_table(file: File, table: Table, mapping: TableMapping) -> Found:
    """The table in a CSV file; its records are read as the batches are asked for. Raises Mistake."""
    with reading(file.where):
        encoding = _encoding(file, mapping.encoding)
        with io.TextIOWrapper(file.open(), encoding, newline="") as text:
            header, delimiter, lines = _header(file.where, text, mapping.delimiter, known_names(table, mapping))
    return Found(file.where, tuple(header), _batches(file, encoding, delimiter, lines, len(header)), size=file.size)


def _encoding(file: File, declared: str) -> str:
    """UTF-8 where the whole file is, else Windows-1252: its last line may hold the only Danish letter."""
    for encoding in (declared,) if declared else ("utf-8", "windows-1252"):
        line, mixed = _undecodable(file, encoding)
        if not line:
            return "utf-8-sig" if encoding == "utf-8" else encoding
        if mixed:
            break  # letters in UTF-8 before it: read as anything else, those would be spoilt
    raise Mistake(f"{file.where}, line {line}", f"bytes that are not {encoding}", "Save the whole file as CSV UTF-8")


def _undecodable(file: File, encoding: str) -> tuple[int, bool]:
    """The first line not in that encoding, or 0, and whether letters beyond ASCII stand before it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    begins, mixed = 1, False
    try:
        for begins, chunk in _chunks(file):  # noqa: B007 - the last one tells where it went wrong
            decoder.decode(chunk)
            mixed = mixed or not chunk.isascii()
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        before: bytes = error.object[: error.start]
        return begins + before.count(b"\n"), mixed or not before.isascii()
    return 0, mixed


def _chunks(file: File) -> Iterator[tuple[int, bytes]]:
    """The file's bytes, each piece with the line it begins in. Raises Mistake where they are no lines of text."""
    line, width, read = 1, 0, 0
    with file.open() as content:
        while chunk := content.read(LINE_LIMIT):
            if not read:
                for magic, (found, cure) in _MAGIC.items():
                    if chunk.startswith(magic):
                        raise Mistake(file.where, f"it is {found}, not CSV in UTF-8 or Windows-1252", cure)
            if b"\0" in chunk:
                at = line + chunk.count(b"\n", 0, chunk.index(b"\0"))
                raise Mistake(
                    f"{file.where}, line {at}", "a NUL byte: this is no text", "Export the table as CSV UTF-8"
                )
            yield line, chunk
            read += len(chunk)
            line += chunk.count(b"\n")
            end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            width = width + len(chunk) if end < 0 else len(chunk) - 1 - end
            if width > LINE_LIMIT:
                raise _too_long(file.where, line)
    if not read:
        raise Mistake(file.where, "the file is empty", "Leave it out where there is nothing to deliver")


def _too_long(where: str, line: int) -> Mistake:
    return Mistake(
        f"{where}, line {line}",
        "a line of more than a million characters",
        "Write one record a line, and end each line",
    )


def _header(where: str, text: IO[str], declared: str, known: set[str]) -> tuple[list[str], str, int]:
    """The column names, the delimiter, and how many lines they take: the delimiter is the one that finds most names."""
    lines = 0
    line = "\n"
    while line and not line.strip():
        lines, line = lines + 1, text.readline(LINE_LIMIT)
    if line.lower().startswith("sep=") and len(line.strip()) == 5:  # how Excel is told
        declared, lines, line = line.strip()[-1], lines + 1, text.readline(LINE_LIMIT)
    if not line:
        raise Mistake(where, "there is nothing but empty lines", "Begin with a line of column names")

    def names(delimiter: str) -> list[str]:
        try:
            return [name.strip() for name in next(csv.reader([line], delimiter=delimiter, strict=True))]
        except csv.Error:
            return []

    candidates = {"tab": "\t"}.get(declared, declared) or _DELIMITERS
    delimiter = max(
        candidates, key=lambda each: (sum(name.casefold() in known for name in names(each)), len(names(each)))
    )
    if not names(delimiter):
        raise Mistake(f"{where}, line {lines}", "the line of column names cannot be read", "Do its quotes match?")
    if delimiter not in ";," and not declared:
        raise Mistake(
            f"{where}, line {lines}",
            f"the columns are parted by {_DELIMITERS[delimiter]}",
            "Save the file with semicolons, or write the delimiter in its mapping",
        )
    return names(delimiter), delimiter, lines


def _batches(file: File, encoding: str, delimiter: str, header_lines: int, width: int) -> Iterator[Batch]:
    """The records after the header, a block of lines at a time."""
    done = header_lines  # lines read
    with reading(file.where), io.TextIOWrapper(file.open(), encoding, newline="") as text:
        for _ in range(header_lines):
            text.readline(LINE_LIMIT)
        while block := text.read(BLOCK):
            block += text.readline(LINE_LIMIT)
            columns = _plain(block, delimiter, width)
            if columns is None:
                batch, lines = _careful(file.where, block, text, delimiter, width, done)
            else:
                lines = len(columns[0])
                batch = Batch(range(done + 1, done + lines + 1), columns)
            done += lines
            yield replace(batch, read=text.buffer.tell())


def _plain(block: str, delimiter: str, width: int) -> list[Any] | None:
    """The columns of a block with nothing unusual in it, six times as fast as with care; None where there is any.

    Unusual is a quote, an empty or an overlong line, a line that ends as no other, and a number of fields that does
    not fit: these are read with care, and every line here is one record.
    """
    empty = delimiter * (width - 1)
    if (
        width < 2
        or '"' in block
        or block.count("\r") != block.count("\r\n")
        or any(block.startswith(empty + end) or f"\n{empty}{end}" in block for end in "\r\n")
        or any(
            block.find("\n", at, at + FIELD_LIMIT // 2) < 0
            for at in range(0, len(block) - FIELD_LIMIT, FIELD_LIMIT // 2)
        )
    ):
        return None
    content = block.encode()
    names = [str(place) for place in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(content),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(content) + 1, column_names=names),
            arrow_csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:
        return None
    return [column.combine_chunks() for column in table.columns]


def _careful(where: str, block: str, text: IO[str], delimiter: str, width: int, before: int) -> tuple[Batch, int]:
    """The records that start in the block, which `before` lines precede, and how many lines they take.

    The last may run on in the text that follows. One that cannot be read is told with the line it starts in, and
    reading goes on with the next line: an open quote may have swallowed whole records.
    """
    ahead = list(io.StringIO(block, newline=""))[::-1]  # lines to read, the last first
    held: list[str] = []  # the lines of the record being read
    records: list[list[str]] = []
    starts: list[int] = []
    broken: list[tuple[int, str, str, str]] = []
    done = before
    failures = 0

    def lines() -> Iterator[str]:
        while line := ahead.pop() if ahead else held and text.readline(LINE_LIMIT):
            held.append(line)
            yield line

    while ahead:
        try:
            for record in csv.reader(lines(), delimiter=delimiter, strict=True):
                if len(record) == width and any(record):
                    records.append(record)
                    starts.append(done + 1)
                elif any(record):
                    broken.append((done + 1, "", *_misfit(len(record), width)))
                done += len(held)
                held.clear()
        except csv.Error:
            failures += 1
            if failures > BROKEN_LIMIT:
                raise Mistake(f"{where}, line {done + 1}", *_unreadable(held)) from None
            broken.append((done + 1, "", *_unreadable(held)))
            done += 1
            ahead.extend(reversed(held[1:]))
            held.clear()
    columns = [pa.array(column, pa.string()) for column in zip(*records, strict=True)]
    return Batch(starts, columns or [pa.array([], pa.string())] * width, broken), done - before


def _misfit(fields: int, width: int) -> tuple[str, str]:
    cure = (
        "Put fields that hold a delimiter or a line break in quotes"
        if fields != 1
        else "Is the delimiter the header's?"
    )
    return f"{fields} fields where the header has {width}", cure


def _unreadable(lines: list[str]) -> tuple[str, str]:
    if len(lines) > 1 or lines[0].count('"') % 2:
        return (
            "a quote is opened here and not closed",
            'End the field with a quote; a quote within it is written twice: ""',
        )
    if '"' in lines[0]:
        return "a quote ends in the middle of a field", 'Write a quote within a field twice: ""'
    return f"a field of more than {FIELD_LIMIT:,} characters", "Is it one record? Shorten the text"
