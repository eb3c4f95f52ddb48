"""Parquet files: a file per table, typed."""

import io
from collections.abc import Iterator
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pejling.facts.archives import File, reading
from pejling.facts.contract import Found, number_names
from pejling.facts.mapping import TableMapping
from pejling.facts.mistakes import Mistake
from pejling.facts.sources import Batch
from pejling.facts.tables import Table
from pejling.facts.typed import BATCH_RECORDS, batch

MEMORY_LIMIT = 256 << 20  # bytes of a file in a zip: Parquet is read from its end, hence whole
_PLAIN = (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_date, pa.types.is_boolean)


def parquet_table(file: File, table: Table, mapping: TableMapping, decimal: str, *, packed: bool) -> Found:
    """The table in a Parquet file. Raises Mistake."""
    if packed and file.size > MEMORY_LIMIT:
        raise Mistake(file.where, "the file is too large to be read within a zip", "Deliver the folder unpacked")
    try:
        with reading(file.where):
            content: IO[bytes] = io.BytesIO(file.open().read()) if packed else file.open()
            parquet = pq.ParquetFile(content)
        for column in parquet.schema_arrow:
            if pa.types.is_nested(column.type):
                raise Mistake(
                    file.where, f"the column {column.name} holds lists or records", "Give a plain value a column"
                )
    except pa.ArrowException:
        raise _damaged(file) from None
    names = tuple(name.strip() for name in parquet.schema_arrow.names)
    batches = _batches(file, parquet, names, number_names(table, mapping), mapping.decimal or decimal)
    return Found(file.where, names, batches, decimal=".", size=parquet.metadata.num_rows)


def _batches(
    file: File, parquet: pq.ParquetFile, names: tuple[str, ...], numbers: set[str], decimal: str
) -> Iterator[Batch]:
    done = 0
    try:
        with reading(file.where):
            for part in parquet.iter_batches(BATCH_RECORDS, use_threads=False):
                lines = range(done + 1, done + part.num_rows + 1)
                done += part.num_rows
                if all(_is_plain(field, numbers) for field in part.schema):
                    yield Batch(lines, [pc.cast(column, pa.string()) for column in part.columns], (), done)
                else:
                    records = list(zip(*(column.to_pylist() for column in part.columns), strict=True))
                    as_text = batch(records, lines, names, numbers, decimal)
                    yield Batch(as_text.lines, as_text.columns, as_text.broken, done)
    except pa.ArrowException:
        raise _damaged(file) from None


def _is_plain(field: pa.Field, numbers: set[str]) -> bool:
    """Can Arrow write it as text just as we do? A number that is text cannot be taken as it stands."""
    text_number = pa.types.is_string(field.type) and field.name.strip().casefold() in numbers
    return not text_number and any(is_type(field.type) for is_type in _PLAIN)


def _damaged(file: File) -> Mistake:
    return Mistake(file.where, "it is not a Parquet file that can be read", "Write or send it again")
