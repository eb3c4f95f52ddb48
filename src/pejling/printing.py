"""Rows on standard output: for a person, a program or a spreadsheet."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def print_rows(rows: Sequence[Mapping[str, object]], form: Format) -> None:
    """Rows of one shape on standard output, as a table, JSON or CSV."""
    if form is Format.JSON:
        typer.echo(json.dumps(list(rows), default=str, ensure_ascii=False, indent=1))
    elif form is Format.CSV:
        out = csv.DictWriter(sys.stdout, list(rows[0]) if rows else [])
        out.writeheader()
        out.writerows(rows)
    elif rows:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in rows[0]:
            justify: Literal["left", "right"] = "right" if isinstance(rows[0][name], int | float) else "left"
            table.add_column(name, justify=justify, no_wrap=True)
        for row in rows:
            table.add_row(*(Text("" if value is None else str(value)) for value in row.values()))
        width = None if sys.stdout.isatty() else 10_000  # what is piped on is never cut
        Console(highlight=False, width=width).print(table)
