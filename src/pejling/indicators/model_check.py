"""The model looked over before it is loaded: what cannot work is an error, what someone should look at a warning."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb

from pejling.facts.tables import TABLES
from pejling.indicators.definition import Exits, ExitWithin, Indicator
from pejling.indicators.documents import nearest
from pejling.indicators.model import Model

_NOT_GROUPS = {"person_id", "birth_date"}


@dataclass(frozen=True)
class Finding:
    """`where` it stands, what was `found`, and the `cure`. An error stops `pejling model load`."""

    severity: Literal["error", "warning"]
    where: str
    found: str
    cure: str


def check_model(model: Model, today: date, connection: duckdb.DuckDBPyConnection | None = None) -> list[Finding]:
    """What is wrong with it, errors first. With a connection it is held against the facts delivered so far, too."""
    findings = list(_on_paper(model, today))
    if connection is not None and _any(connection, "courses"):
        findings += _against_facts(model, connection)
    return sorted(findings, key=lambda finding: finding.severity)


def _on_paper(model: Model, today: date) -> Iterator[Finding]:
    if not model.indicators:
        yield Finding("warning", "indicators/", "there is no indicator", "Write one: a file for each")
    for indicator in model.indicators:
        where = f"indicator {indicator.key}"
        if not indicator.owner:
            yield Finding("warning", where, "no one answers for it", "Name an owner")
        if indicator.review_by is None:
            yield Finding("warning", where, "it has no date of review", "Write review_by: a day to look at it again")
        elif indicator.review_by < today:
            yield Finding(
                "warning",
                where,
                f"its review was due {indicator.review_by.isoformat()}",
                "Look it over and set a new day",
            )
        for group in (*indicator.where.target_group, *_relapse_groups(indicator)):
            if model.target_groups and group not in model.target_groups:
                cure = nearest(group, list(model.target_groups))
                yield Finding("error", where, f"{group!r} is no target group of the model", cure)
        for column in (*indicator.by, *indicator.where.columns):
            if column in _NOT_GROUPS:
                yield Finding("error", where, f"{column} is no group", "Use target_group, or a column of persons")
        if len(set(indicator.by)) < len(indicator.by):
            yield Finding("error", where, "a group is named twice in `by`", "Keep one of them")


def _against_facts(model: Model, connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    columns = [row[0] for row in connection.execute("DESCRIBE lake.facts.persons").fetchall()]
    groups = [column for column in columns if column not in _NOT_GROUPS] + ["target_group", "age"]
    exits = _seen(connection, "courses", "exit_to")
    states = _seen(connection, "states", "state")
    for indicator in model.indicators:
        where = f"indicator {indicator.key}"
        for column in (*indicator.by, *indicator.where.columns):
            if column not in groups and column not in _NOT_GROUPS:
                cure = nearest(column, groups)
                yield Finding("error", where, f"no delivery has brought a column {column!r} of persons", cure)
        for column, values in indicator.where.columns.items():
            if column in groups:
                yield from _never_seen(where, f"{column} is", values, _seen(connection, "persons", column))
        yield from _never_seen(where, "exit_to", _exits(indicator), exits)
        if isinstance(indicator, ExitWithin):
            if indicator.support_states and not states:
                yield Finding(
                    "warning",
                    where,
                    "no states are delivered: a day on support breaks nothing",
                    "Deliver the table states",
                )
            else:
                yield from _never_seen(where, "support state", indicator.support_states, states)
    yield from unnamed(model, connection)


def unnamed(model: Model, connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Codes that stand in the facts and have no name in the model: new ones, or misspelt."""
    for place, known, table, column in (
        ("unit_kinds", model.unit_kinds, "units", "kind"),
        ("target_groups", model.target_groups, "courses", "target_group"),
    ):
        for code in _seen(connection, table, column):
            if known and code not in known:
                cure = f"Name it in {place}, or correct it in the source. {nearest(code, list(known))}"
                yield Finding("warning", f"{table}, {column}", f"{code!r} has no name in the model", cure)


def _never_seen(where: str, what: str, values: tuple[str, ...], seen: list[str]) -> Iterator[Finding]:
    for value in values:
        if value not in seen:
            yield Finding("warning", where, f"{what} {value!r} was never seen in the facts", nearest(value, seen))


def _exits(indicator: Indicator) -> tuple[str, ...]:
    return (*indicator.exit_to, *indicator.where.exit_to) if isinstance(indicator, Exits | ExitWithin) else ()


def _relapse_groups(indicator: Indicator) -> tuple[str, ...]:
    return indicator.relapse_target_groups if isinstance(indicator, ExitWithin) else ()


def _seen(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> list[str]:
    """A column's values, at most a thousand."""
    assert table in TABLES  # noqa: S101 - the name goes into the query
    name = column.replace('"', '""')
    rows = connection.execute(
        f'SELECT DISTINCT "{name}" FROM lake.facts.{table} WHERE "{name}" IS NOT NULL ORDER BY 1 LIMIT 1000'
    ).fetchall()
    return [str(row[0]) for row in rows]


def _any(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"SELECT 1 FROM lake.facts.{table} LIMIT 1").fetchone() is not None
