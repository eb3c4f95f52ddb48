"""Evaluation: the components of some indicators, from the facts, in DuckDB."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, groupby

import duckdb

from pejling.indicators.components import Sheet, later, sheet_rows
from pejling.indicators.course_items import found_name, outcome
from pejling.indicators.definition import NOT_MEASURED, OVER_DAYS, Amount, Indicator, Timely
from pejling.indicators.derived import Reimbursed
from pejling.indicators.items import Observed
from pejling.indicators.law_relations import LOOKED_AT_ONCE, law_relations
from pejling.indicators.model import Model
from pejling.indicators.relations import AS_DELIVERED, Facts, relations

Keep = Callable[[str, str], str]
Into = Callable[[bool], Keep]


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    observed: Mapping[str, Observed],
    facts: Facts,
    indicators: Sequence[Indicator],
    sheets: Mapping[int, Sheet],
    into: Into,
    on_step: Callable[[str], None] = lambda name: None,
) -> int:
    """Keep the rows of the sheets, and what else the indicators keep, and give how many there were.

    `into` gives who makes, of a name of TABLES and a SELECT of its rows, the statement that keeps them. It is asked
    when all that the rows are made of is there, with whether that is the last time. Where all are measured `name_code`
    is there (see `names`). `on_step` is called with the name of what is at hand.
    """
    written = 0
    together = sorted(seen_together(indicators, observed), key=lambda each: len(each[1]))
    for number, (through, asked) in enumerate(together, 1):
        on_step("relations")
        if not facts.persons:
            facts = replace(facts, number="rowid", names="name_code")  # to join and to group by numbers takes half
        texts = relations(model, through, facts)
        by_law = any(of_law(model, indicator) for indicator in asked)
        law = law_relations(model, through, observed) if by_law else {}
        found = {i: text for i in asked if (text := found_of(i, observed[i.key]))}
        rows = _rows(asked, observed, sheets, through)
        reading = [*law.values(), *found.values(), *chain.from_iterable(rows.values())]
        needed = _needed(texts, reading)
        found_once = ("delivered_course", "state") if facts.persons else ()  # to find a few takes as long as all
        views = [name for name in needed if name in AS_DELIVERED and name not in found_once]
        for name in needed:
            kind = "VIEW" if name in views else "TABLE"
            connection.execute(f"CREATE OR REPLACE TEMP {kind} {name} AS {texts[name]}")
        if by_law:
            on_step("law")
        for name, select in law.items():
            kind = "VIEW" if name in LOOKED_AT_ONCE else "TABLE"
            connection.execute(f"CREATE OR REPLACE TEMP {kind} {name} AS {select}")
        for indicator, text in found.items():
            on_step(indicator.key)
            counted = f"SELECT COLUMNS(name -> name <> 'what') FROM ({text})"  # whoever counts need not know it
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {found_name(indicator)} AS {counted}")
        kept = into(number == len(together))
        for name, selects in rows.items():
            on_step(name)  # all of a table at once: a file each would be many, and to gather them first takes long
            every = " UNION ALL BY NAME ".join(f"SELECT * FROM ({select}) AS each" for select in selects)
            (added,) = connection.execute(kept(name, every)).fetchone() or (0,)
            written += int(added)
        for name in views:  # of fewer persons there may be a table of that name next
            connection.execute(f"DROP VIEW {name}")
    return written


def _needed(texts: dict[str, str], by: Iterable[str]) -> list[str]:
    """The names of those texts that are read by others, or by one of these that is, in order: each reads those before
    it. To lay out one that nobody reads takes time all the same.
    """
    reading, found = list(by), list[str]()
    for name in reversed(texts):
        word = re.compile(rf"\b{name}\b")
        if any(map(word.search, reading)):
            found.append(name)
            reading.append(texts[name])
    return found[::-1]


def _rows(
    indicators: Sequence[Indicator], observed: Mapping[str, Observed], sheets: Mapping[int, Sheet], through: date
) -> dict[str, list[str]]:
    """By table the SELECTs of its rows."""
    found: dict[str, list[str]] = {}
    for number, sheet in sheets.items():
        if seen_on(sheet) == through:
            found.setdefault("sums", []).append(sheet_rows(number, sheet))
    for indicator in indicators:
        for table, select in later(indicator, observed[indicator.key]).items():
            found.setdefault(table, []).append(select)
    return found


def of_law(model: Model, indicator: Indicator) -> bool:
    """Whether it is made of statutory steps, or of what the state pays back."""
    return isinstance(indicator, Reimbursed) or bool(model.rules_of(indicator))


def seen_together(
    indicators: Sequence[Indicator], observed: Mapping[str, Observed]
) -> Iterator[tuple[date, list[Indicator]]]:
    """The indicators by the last day that they see, mostly the same: their relations are."""

    def through(indicator: Indicator) -> date:
        return observed[indicator.key].through

    for day, some in groupby(sorted(indicators, key=through), through):
        yield day, list(some)


def seen_on(sheet: Sheet) -> date:
    """The last day that a sheet's relations see."""
    return next(iter(sheet.values())).source.through


def found_of(indicator: Indicator, observed: Observed) -> str:
    """The SELECT of what was found of its courses; "" where it asks for nothing, or is not about courses."""
    if isinstance(indicator, (*OVER_DAYS, *NOT_MEASURED, Amount, Timely, Reimbursed)):
        return ""
    return outcome(indicator, observed).found
