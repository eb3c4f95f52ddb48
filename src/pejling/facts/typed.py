"""Records of typed sources (workbooks, Parquet files, queries) as the plain text that the checks read."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pejling.facts.cpr import shown
from pejling.facts.sources import Batch

BATCH_RECORDS = 8_000
_COMMA = re.compile(r"([+-]?(?:\d+|\d{1,3}(?:\.\d{3})+))((?:,\d+)?)")
_POINT = re.compile(r"([+-]?(?:\d+|\d{1,3}(?:,\d{3})+))((?:\.\d+)?)")


def text(value: Any, digits: int = 0) -> str | None:
    """A value as plain text: ISO dates, numbers with a point and no exponent, true and false; None for no value.

    `digits` is the significant digits kept of a float (a spreadsheet shows 15), 0 for all that tell it from others.
    """
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            if value != value:  # the not-a-number that stands for missing in many data frames
                return None
            return (
                str(int(value))
                if value.is_integer()
                else _plain(Decimal(format(value, f".{digits}g") if digits else repr(value)), value)
            )
        case Decimal():
            return _plain(value, value)
        case datetime():
            midnight = value.hour == value.minute == value.second == value.microsecond == 0
            return value.date().isoformat() if midnight else value.isoformat(" ")
        case date():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
    return str(value)


def batch(
    records: Sequence[Sequence[Any]],
    lines: Sequence[int],
    names: Sequence[str],
    numbers: set[str],
    decimal: str,
    *,
    digits: int = 0,
    broken: Sequence[tuple[int, str, str, str]] = (),
) -> Batch:
    """The records as text.

    A number that stands as text is read by the declared `decimal`; else its record is broken.
    """
    refused = list(broken)
    bad: set[int] = set()
    columns: list[list[str | None]] = []
    for name, values in zip(names, zip(*records, strict=True), strict=False):
        column = [text(value, digits) for value in values]
        if name.casefold() in numbers:
            for row, value in enumerate(values):
                if isinstance(value, str) and (plain := _number(value.strip(), decimal)) is not None:
                    column[row] = plain
                elif isinstance(value, str) and row not in bad:
                    bad.add(row)
                    refused.append(
                        (
                            lines[row],
                            name,
                            shown(value),
                            "It is text: make it a number, or write decimal in the mapping",
                        )
                    )
        columns.append(column)
    if bad:
        kept = [row for row in range(len(lines)) if row not in bad]
        columns = [[column[row] for row in kept] for column in columns]
        lines = [lines[row] for row in kept]
    arrays = [pa.array(column, pa.string()) for column in columns] or [pa.array([], pa.string())] * len(names)
    return Batch(lines, arrays, refused, 0)


def _number(value: str, decimal: str) -> str | None:
    """A number's text with a point; None where its marks could be read in two ways."""
    if decimal:
        shape = _COMMA if decimal == "," else _POINT
        match = shape.fullmatch(value)
        return re.sub(r"[.,]", "", match[1]) + match[2].replace(",", ".") if match else value
    return None if "," in value or "." in value.strip(".-") else value


def _plain(value: Decimal, given: float | Decimal) -> str:
    return format(value, "f") if value.is_finite() else str(given)
