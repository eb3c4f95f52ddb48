"""What every command has: the workspace, the two ways to speak, and rows for a person, a program or a spreadsheet."""

import csv
import json
import os
import re
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from typer.exceptions import TyperException

from pejling.facts.store import Store


class Voice(Console):
    """A console that says a command, `in backquotes`, as whoever reads it can type it: the program by the name it was
    called by, and with the workspace where one was named.
    """

    called = shlex.quote(os.environ.get("PEJLING_CALLED", "pejling"))
    home = ""  # as it was named

    def print(self, *objects: Any, **how: Any) -> None:
        super().print(*(self.typed(each) if isinstance(each, str) else each for each in objects), **how)

    def typed(self, text: str) -> str:
        whole = f"{self.called} --home {shlex.quote(self.home)}" if self.home else self.called
        text = re.sub("`pejling (?!init |--home )", lambda _: f"`{whole} ", text)
        return re.sub("`pejling (?=init |--home )", lambda _: f"`{self.called} ", text)  # these say which workspace


say = Voice(stderr=True, highlight=False, soft_wrap=True)  # what happens; figures go to standard output


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Language(StrEnum):
    DA = "da"
    EN = "en"


@dataclass(frozen=True)
class Workspace:
    """The folder that a command works in, and the catalogue its records are in."""

    home: Path

    @property
    def store(self) -> Store:
        return Store(self.home, os.environ.get("PEJLING_CATALOGUE", ""))


def progress() -> Progress:
    """A bar on standard error for what takes longer than a second."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=say, transient=True, disable=not say.is_terminal,
    )  # fmt: skip


def how_it_is_written(misused: TyperException) -> str:
    """What a command was given that it does not take, and how it is written; "" where it has shown its help."""
    found = misused.format_message().replace("Value error, ", "")
    found = re.sub("Input should be a valid integer.*", "it is no whole number", found)
    found = found.replace("Input should be", "it should be").strip()
    context = getattr(misused, "ctx", None)
    if not found:
        return ""
    found = found[:1].lower() + found[1:].removesuffix(".") + ("" if found.endswith("?") else ".")
    if context is None:  # an option without its value
        return f"pejling: {found} Put `--help` in its place to see what it takes"
    usage = context.get_usage().removeprefix("Usage: ")
    return f"{context.command_path}: {found} It is written {usage}; `{context.command_path} --help` says more"


def say_overtaken(newer: Iterable[str]) -> None:
    """That "facts" or "model" are newer than what was measured."""
    for each in newer:
        say.print(f"! The {each} moved on since: run `pejling measure`", style="yellow", markup=False)


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
