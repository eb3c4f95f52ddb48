"""About the data: whose they are, how far they reach, and what Pejling was told and what it had to guess."""

from dataclasses import dataclass
from datetime import date

import duckdb

from pejling.indicators.model import is_synthetic
from pejling.indicators.records import counts
from pejling.pages import words
from pejling.pages.ground import Ground


@dataclass(frozen=True)
class TableCoverage:
    table: str
    rows: int
    from_on: date | None
    through: date | None
    declared: bool


def made_up(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether no real person is behind what is shown: every page says so."""
    return is_synthetic(connection)


@dataclass(frozen=True)
class AboutPage:
    title: str
    note: str
    synthetic: bool
    through: date
    tables: tuple[TableCoverage, ...]
    guessed: bool
    states: tuple[str, ...] = ("final", "provisional", "immature", "undefined", "not_reported", "suppressed")


def about_page(ground: Ground) -> AboutPage:
    rows = counts(ground.connection, sorted(ground.coverage))
    tables = tuple(
        TableCoverage(table, rows[table], said.from_on, said.through, said.declared)
        for table, said in sorted(ground.coverage.items())
    )
    return AboutPage(
        title=words.text(ground.model.title),
        note=words.text(ground.model.note) if ground.model.note else "",
        synthetic=ground.model.data_synthetic,
        through=ground.through,
        tables=tables,
        guessed=any(not table.declared for table in tables),
    )
