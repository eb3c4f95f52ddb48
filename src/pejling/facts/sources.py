"""A delivery as it came: its tables in the contract's column names, lazily, in batches of text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pejling.facts.coverage import Coverage

BATCH_ROWS = 50_000
MISSING = frozenset(("", "-", ".", ".."))  # what Danish systems write where there is nothing


@dataclass(frozen=True)
class Batch:
    """Up to BATCH_ROWS records, column-wise, and those among them that could not be read as rows."""

    lines: Sequence[int]  # CSV: the physical line where the record starts; sheets: the row; else row numbers from 1
    columns: Sequence[Sequence[str | None]]  # aligned with the table's columns; None where nothing was written
    broken: Sequence[tuple[int, str, str, str]] = ()  # line, column or "", found (masked), cure
    read: int = 0  # bytes or rows consumed so far, in the unit of the table's size


@dataclass(frozen=True)
class SourceTable:
    """One table in the contract's column names, all text: typed sources give ISO dates and plain numbers."""

    table: str  # a name in tables.TABLES
    where: str  # "courses.csv", "delivery.xlsx, sheet courses", "query courses": safe to show
    columns: tuple[str, ...]
    batches: Iterator[Batch]  # a broken record raises nothing; a file that cannot be read on raises Mistake
    decimal: str = ""  # "," or "." where declared or certain, "" where not known
    inclusive: frozenset[str] = frozenset()  # end-date columns that name the last day included
    size: int = 0  # bytes or rows for a progress bar; 0 where not known
    owns: str = "true"  # SQL: the stored rows that a full delivery speaks for, where it is not all of the table


@dataclass(frozen=True)
class Source:
    """A delivery as found."""

    name: str  # of the file or folder, masked
    tables: list[SourceTable]
    full: bool = False  # rows that are gone from it have ended
    coverage: Mapping[str, Coverage] = field(default_factory=dict)  # by table, as declared
