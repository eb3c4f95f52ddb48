"""The definitions looked over before they are loaded: can they be measured, and do the facts know their words?

What the model is to be steered by is looked over in `steering.model_check`.
"""

from collections.abc import Iterator

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
)  # fmt: skip
from pejling.indicators.findings import Finding, near, worst_first
from pejling.indicators.law_check import law_findings, words_of_rules
from pejling.indicators.model import Model

_NOT_GROUPS = {"person_id", "birth_date"}


def check_model(model: Model, connection: duckdb.DuckDBPyConnection | None = None) -> list[Finding]:
    """What is wrong with it, errors first. With a connection it is held against the facts delivered so far, too."""
    findings = list(_on_paper(model))
    if connection is not None and _any(connection, "courses"):
        findings += _against_facts(model, connection)
    return worst_first(findings)


def _on_paper(model: Model) -> Iterator[Finding]:
    if not model.indicators:
        yield Finding("no_indicator", "warning", "model", "")
    for indicator in model.indicators:
        about = ("indicator", indicator.key)
        for group in (*indicator.where.target_group, *_relapse_groups(indicator)):
            if model.target_groups and group not in model.target_groups:
                said = {"group": group, **near(group, list(model.target_groups))}
                yield Finding("unknown_target_group", "error", *about, said)
        for column in (*indicator.by, *indicator.where.columns):
            if column in _NOT_GROUPS:
                yield Finding("no_group", "error", *about, {"column": column})
        if len(set(indicator.by)) < len(indicator.by):
            yield Finding("group_twice", "error", *about)
        if isinstance(indicator, Ratio):
            yield from _made_of(indicator, model)
    yield from law_findings(model)


def _made_of(ratio: Ratio, model: Model) -> Iterator[Finding]:
    """The two parts of a ratio must be there, be no ratios, and be broken down as it is."""
    known = {i.key: i for i in model.indicators if not isinstance(i, Ratio)}
    ratios = {i.key for i in model.indicators} - set(known)
    for part, key in (("numerator", ratio.numerator), ("denominator", ratio.denominator)):
        about = ("indicator", ratio.key)
        if key in ratios:
            yield Finding("part_is_ratio", "error", *about, {"part": part, "key": key})
        elif key not in known:
            yield Finding("part_unknown", "error", *about, {"part": part, "key": key, **near(key, list(known))})
        else:
            for column in dict.fromkeys(ratio.by):
                if column not in (there := known[key].by):
                    said = {"part": part, "key": key, "column": column, **near(column, there)}
                    yield Finding("part_not_broken_down", "error", *about, said)


def _against_facts(model: Model, connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    columns = [row[0] for row in connection.execute("DESCRIBE lake.facts.persons").fetchall()]
    groups = [column for column in columns if column not in _NOT_GROUPS] + ["target_group", "age"]
    for indicator in model.indicators:
        # a ratio's groups are its parts', those of an observed figure whatever was delivered, an amount's its accounts
        of_persons = not isinstance(indicator, (*NOT_MEASURED, Amount))
        for column in (*indicator.by, *indicator.where.columns) if of_persons else ():
            if column not in groups and column not in _NOT_GROUPS:
                said = {"column": column, **near(column, groups)}
                yield Finding("unknown_column", "error", "indicator", indicator.key, said)
        for column, values in indicator.where.columns.items():
            if column in groups:
                yield from _never_seen(indicator.key, column, values, _seen(connection, "persons", column))
        missing = [table for table in model.reads(indicator) if table in MAY_BE_EMPTY and not _any(connection, table)]
        for table in missing:
            yield Finding("empty_table", "warning", "indicator", indicator.key, {"table": table})
        for what, values, table, column in _looked_for(indicator):
            if values and table not in missing:
                yield from _never_seen(indicator.key, what, values, _seen(connection, table, column))
    yield from _law_against_facts(model, connection, groups)
    yield from unnamed(model, connection)


def _law_against_facts(model: Model, connection: duckdb.DuckDBPyConnection, groups: list[str]) -> Iterator[Finding]:
    for rule in model.law:
        for column in rule.applies_to.columns:
            if column not in groups:
                yield Finding("unknown_column", "error", "rule", rule.key, {"column": column, **near(column, groups)})
    empty = {table for table in MAY_BE_EMPTY if not _any(connection, table)}
    for table, key in dict.fromkeys((table, key) for key, _, kinds, table, _ in words_of_rules(model) if kinds):
        if table in empty:
            yield Finding("empty_table", "warning", "rule", key, {"table": table})
    for key, what, values, table, column in words_of_rules(model):
        if values and table not in empty:
            yield from _never_seen(key, what, values, _seen(connection, table, column), "rule")


def unnamed(model: Model, connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Codes that stand in the facts and have no name in the model: new ones, or misspelt."""
    for place, known, table, column in (
        ("unit_kinds", model.unit_kinds, "units", "kind"),
        ("target_groups", model.target_groups, "courses", "target_group"),
        ("words", model.words, "courses", "exit_to"),
        ("words", model.words, "states", "state"),
    ):
        for code in _seen(connection, table, column):
            if known and code not in known and code not in (model.target_groups if place == "words" else ()):
                said = {"code": code, "place": place, **near(code, list(known))}
                yield Finding("unnamed", "warning", "column", f"{table}.{column}", said)


def _never_seen(
    key: str, what: str, values: tuple[str, ...], seen: list[str], kind: str = "indicator"
) -> Iterator[Finding]:
    for value in values:
        if value not in seen:
            said = {"what": what, "value": value, **near(value, seen)}
            yield Finding("never_seen", "warning", kind, key, said)


MAY_BE_EMPTY = ("states", "activities", "contacts", "scores", "postings", "observations")


def _looked_for(indicator: Indicator) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    """The words of the facts that the indicator asks for: what they are called, they, their table and column."""
    yield "where.exit_to", indicator.where.exit_to, "courses", "exit_to"
    if isinstance(indicator, Exits | ExitWithin | LastingShare | TimeToExit):
        yield "exit_to", indicator.exit_to, "courses", "exit_to"
    match indicator:
        case ExitWithin() | LastingShare():
            yield "support_states", indicator.support_states, "states", "state"
        case StateAfter():
            yield "states", indicator.states, "states", "state"
        case ActivityShare() | ActivityWithin():
            yield "activity_kinds", indicator.activity_kinds, "activities", "kind"
        case Timely():
            yield "contact_kinds", indicator.contact_kinds, "contacts", "kind"
        case ScoreChange():
            yield "instrument", (indicator.instrument,), "scores", "instrument"
        case Amount():
            yield "accounts", indicator.accounts, "postings", "account"
        case Observed():
            yield "key", (indicator.key,), "observations", "indicator"


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
