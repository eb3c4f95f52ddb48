"""The model looked over before it is loaded: what cannot work is an error, what someone should look at a warning."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb

from pejling.facts.tables import TABLES
from pejling.indicators.definition import (
    NOT_MEASURED,
    ActivityShare,
    ActivityWithin,
    Amount,
    Exits,
    ExitWithin,
    Indicator,
    LastingShare,
    Observed,
    Ratio,
    ScoreChange,
    StateAfter,
    Timely,
    TimeToExit,
    tables_read,
)  # fmt: skip
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
        if isinstance(indicator, Ratio):
            yield from _made_of(indicator, model)


def _made_of(ratio: Ratio, model: Model) -> Iterator[Finding]:
    """The two parts of a ratio must be there, be no ratios, and be broken down as it is."""
    known = {i.key: i for i in model.indicators if not isinstance(i, Ratio)}
    ratios = {i.key for i in model.indicators} - set(known)
    for part, key in (("numerator", ratio.numerator), ("denominator", ratio.denominator)):
        where = f"indicator {ratio.key}"
        if key in ratios:
            yield Finding("error", where, f"its {part} {key} is a ratio", "Name an indicator that is measured itself")
        elif key not in known:
            yield Finding("error", where, f"its {part} {key!r} is not in the model", nearest(key, list(known)))
        else:
            for column in dict.fromkeys(ratio.by):
                if column not in (there := known[key].by):
                    cure = f"Break {key} down by it, or take it out of `by`. {nearest(column, there) if there else ''}"
                    yield Finding("error", where, f"its {part} {key} is not broken down by {column!r}", cure.strip())


def _against_facts(model: Model, connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    columns = [row[0] for row in connection.execute("DESCRIBE lake.facts.persons").fetchall()]
    groups = [column for column in columns if column not in _NOT_GROUPS] + ["target_group", "age"]
    for indicator in model.indicators:
        where = f"indicator {indicator.key}"
        # the groups of a ratio are its parts', those of an observed figure whatever was delivered
        for column in (*indicator.by, *indicator.where.columns) if not isinstance(indicator, NOT_MEASURED) else ():
            if column not in groups and column not in _NOT_GROUPS:
                cure = nearest(column, groups)
                yield Finding("error", where, f"no delivery has brought a column {column!r} of persons", cure)
        for column, values in indicator.where.columns.items():
            if column in groups:
                yield from _never_seen(where, f"{column} is", values, _seen(connection, "persons", column))
        missing = [table for table in tables_read(indicator) if table in _SAID_OF and not _any(connection, table)]
        for table in missing:
            yield Finding(
                "warning", where, f"no {table} are delivered: {_SAID_OF[table]}", f"Deliver the table {table}"
            )
        for what, values, table, column in _looked_for(indicator):
            if values and table not in missing:
                yield from _never_seen(where, what, values, _seen(connection, table, column))
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


_SAID_OF = {  # what it means that a table has no rows
    "states": "nobody's state is known",
    "activities": "nothing was begun",
    "contacts": "no step is due",
    "scores": "nothing was scored",
    "postings": "there is no money",
    "observations": "there is no figure",
}


def _looked_for(indicator: Indicator) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    """The words of the facts that the indicator asks for: what they are called, they, their table and column."""
    yield "where.exit_to", indicator.where.exit_to, "courses", "exit_to"
    if isinstance(indicator, Exits | ExitWithin | LastingShare | TimeToExit):
        yield "exit_to", indicator.exit_to, "courses", "exit_to"
    match indicator:
        case ExitWithin() | LastingShare():
            yield "support state", indicator.support_states, "states", "state"
        case StateAfter():
            yield "state", indicator.states, "states", "state"
        case ActivityShare() | ActivityWithin():
            yield "activity kind", indicator.activity_kinds, "activities", "kind"
        case Timely():
            yield "contact kind", indicator.contact_kinds, "contacts", "kind"
        case ScoreChange():
            yield "instrument", (indicator.instrument,), "scores", "instrument"
        case Amount():
            yield "account", indicator.accounts, "postings", "account"
        case Observed():
            yield "indicator", (indicator.key,), "observations", "indicator"


def _relapse_groups(indicator: Indicator) -> tuple[str, ...]:
    return indicator.relapse_target_groups if isinstance(indicator, ExitWithin | LastingShare) else ()


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
