"""Opens a delivery, whatever it came as, and gives its tables in the contract's names."""

import fnmatch
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from pejling.facts.archives import File, folder_files, one_file, reading, zip_files
from pejling.facts.contract import Found, in_contract
from pejling.facts.coverage import Coverage
from pejling.facts.cpr import Pseudonyms, holds_cpr, shown
from pejling.facts.csv_files import csv_table
from pejling.facts.jobindsats import Settings
from pejling.facts.jobindsats import read as read_jobindsats
from pejling.facts.mapping import Mapping as Declared
from pejling.facts.mapping import TableMapping, nearest, read_mapping, read_mapping_file
from pejling.facts.mistakes import Mistake
from pejling.facts.parquet_files import parquet_table
from pejling.facts.sources import Batch, Source, SourceTable
from pejling.facts.tables import TABLES, Table
from pejling.facts.workbooks import sheet_table, sheets
from pejling.facts.ydelsesrefusion import read as read_ydelsesrefusion

__all__ = ["Batch", "Coverage", "Source", "SourceTable", "open_source"]

DECLARATION = "delivery.yaml"
_TABLE_ENDINGS = (".csv", ".parquet")
_WORKBOOK_ENDINGS = (".xlsx", ".xlsm")
_HARMLESS = ("readme*", "license*", "licence*", "*.md", "*.txt", "*.pdf", "*.yaml", "*.yml")


@contextmanager
def open_source(
    path: str | Path, *, mapping: Path | None = None, pseudonyms: Pseudonyms, jobindsats: Settings | None = None
) -> Iterator[Source]:
    """The delivery at `path`: a folder, a zip, a workbook, a CSV or Parquet file, or a mapping with a database's url.

    Its tables are read lazily, only while the context is open; nothing is written to disk. `pseudonyms` are for
    sources whose ids are made of several columns, one of them a CPR number, and for the ready-made sources that
    `source:` may name (ydelsesrefusion, jobindsats); `jobindsats` is how its API is reached. Raises Mistake.
    """
    path = Path(path)
    where = shown(path.name)
    if holds_cpr(path.name):
        raise Mistake(where, "the name of the delivery holds a CPR number", "Rename it")
    if not path.exists():
        raise Mistake(shown(str(path), 200), "there is no such file or folder", "Is the path right?")
    declared = read_mapping_file(mapping) if mapping else Declared()
    with ExitStack() as stack:
        if path.suffix.lower() in (".yaml", ".yml"):
            declared = read_mapping_file(path)
            if not declared.url:
                raise Mistake(where, "it names no database", "Deliver the folder of the tables, or write url: in it")
            from pejling.facts.queries import query_tables  # only here: psycopg takes long to load

            found = list(query_tables(declared, path.parent, stack))
        elif path.suffix.lower() in _WORKBOOK_ENDINGS and path.is_file():
            found = list(_from_workbook(path, declared))
        else:
            files, packed = _files(path, stack)
            declared = _declared(files, declared, given=mapping is not None)
            if ready := _ready_made(declared, files, pseudonyms, jobindsats):
                yield stack.enter_context(ready)
                return
            found = list(_from_files(files, declared, packed=packed))
        if not found:
            raise Mistake(where, "no table is in it", f"Name a file or a sheet as its table: {', '.join(TABLES)}")
        order = list(TABLES)
        found.sort(key=lambda pair: order.index(pair[0].name))
        tables = [in_contract(each, table, _mapping_of(declared, table)) for table, each in found]
        yield Source(declared.source or where, tables, declared.full, _coverage(declared, tables))


def _ready_made(
    declared: Declared, files: Sequence[File], pseudonyms: Pseudonyms, jobindsats: Settings | None
) -> AbstractContextManager[Source] | None:
    """The source that knows these files, where the delivery names one that comes with Pejling."""
    if declared.source.lower() == "ydelsesrefusion":
        return read_ydelsesrefusion(declared.source, files, declared, pseudonyms)
    if declared.source.lower() == "jobindsats":
        return read_jobindsats(declared.source, files, declared, jobindsats or Settings(token=""))
    if declared.options:
        cure = "Is it source: ydelsesrefusion, or source: jobindsats?"
        raise Mistake(DECLARATION, "options are for the sources that come with Pejling", cure)
    return None


def _files(path: Path, stack: ExitStack) -> tuple[list[File], bool]:
    """The files of the delivery, and whether they are packed."""
    where = shown(path.name)
    if path.is_dir():
        return folder_files(path), False
    if path.suffix.lower() in _TABLE_ENDINGS:
        return [one_file(path)], False
    if path.suffix.lower() != ".zip":
        kinds = "a folder, a .zip, .xlsx, .csv or .parquet file, or a .yaml with a database's url"
        raise Mistake(where, "it is not a kind of delivery", f"Deliver {kinds}")
    with reading(where):
        archive = stack.enter_context(zipfile.ZipFile(path))
        return zip_files(where, archive, path.stat().st_size), True


def _declared(files: Sequence[File], mapping: Declared, *, given: bool) -> Declared:
    """What the delivery says of itself, over the mapping that was given, or that it names."""
    by_name = {file.name.lower(): file for file in files}
    file = by_name.get(DECLARATION)
    if file is None:
        return mapping
    declared = _read(file)
    if declared.url:
        raise Mistake(
            file.where, "a delivery of files names a database too", "Take out url, or deliver the .yaml by itself"
        )
    if given:
        return mapping.under(declared)
    if not declared.mapping:
        return declared
    if declared.mapping.lower() not in by_name:
        raise Mistake(
            f"{file.where}, mapping", f"{shown(declared.mapping)} is not in the delivery", "Put it beside the tables"
        )
    return _read(by_name[declared.mapping.lower()]).under(declared)


def _read(file: File) -> Declared:
    with reading(file.where), file.open() as content:
        return read_mapping(file.where, content.read((1 << 20) + 1))


def _from_files(files: Sequence[File], declared: Declared, *, packed: bool) -> Iterator[tuple[Table, Found]]:
    patterns = {name: table.file for name, table in declared.tables.items() if table.file}
    tables = _tables_of([file.name for file in files], patterns, declared.ignore, "file")
    for file, table in zip(files, tables, strict=True):
        if table is None:
            continue
        mapping = _mapping_of(declared, table)
        if file.name.lower().endswith(".parquet"):
            yield table, parquet_table(file, table, mapping, declared.decimal, packed=packed)
        else:
            yield table, csv_table(file, table, mapping)


def _from_workbook(path: Path, declared: Declared) -> Iterator[tuple[Table, Found]]:
    patterns = {name: table.sheet for name, table in declared.tables.items() if table.sheet}
    filled = list(sheets(path))
    tables = _tables_of([sheet.name for sheet in filled], patterns, declared.ignore, "sheet")
    for sheet, table in zip(filled, tables, strict=True):
        if table is not None:
            yield table, sheet_table(sheet, table, _mapping_of(declared, table), declared.decimal)


def _tables_of(
    names: Sequence[str], patterns: Mapping[str, str], ignored: Sequence[str], kind: str
) -> list[Table | None]:
    """Which table each file or sheet holds, as the mapping says, else by its own name; None for what is no table."""
    tables: list[Table | None] = []
    for name in names:
        low = name.casefold()
        stem, _, ending = low.partition(".") if kind == "file" else (low, "", "csv")
        table = next((each for each, pattern in patterns.items() if fnmatch.fnmatchcase(low, pattern.casefold())), "")
        if not table and stem in TABLES and stem not in patterns:
            table = stem
            if f".{ending}" not in _TABLE_ENDINGS:
                raise Mistake(f"{kind} {shown(name)}", "its ending is no table's", "Give it as .csv or .parquet")
        if table and any(each and each.name == table for each in tables):
            raise Mistake(f"{kind} {shown(name)}", f"the table {table} is in the delivery twice", "Keep one of the two")
        if not table and not any(fnmatch.fnmatchcase(low, each.casefold()) for each in (*ignored, *_HARMLESS)):
            cure = nearest(stem, TABLES) + f" What is no table can be listed under ignore in {DECLARATION}"
            raise Mistake(f"{kind} {shown(name)}", "it is no table of the contract", cure)
        tables.append(TABLES[table] if table else None)
    return tables


def _mapping_of(declared: Declared, table: Table) -> TableMapping:
    mapping = declared.tables.get(table.name, TableMapping())
    return mapping if mapping.decimal else mapping.model_copy(update={"decimal": declared.decimal})


def _coverage(declared: Declared, tables: Sequence[SourceTable]) -> dict[str, Coverage]:
    """What is declared for each table of the delivery; a table with nothing declared is not in it."""
    days = {table.table: declared.coverage.get(table.table, declared.coverage.get("default")) for table in tables}
    return {table: Coverage(said.from_on, said.through) for table, said in days.items() if said}
