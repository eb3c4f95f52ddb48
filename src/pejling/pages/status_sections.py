"""The parts of a status that lie beside the goals, for many units at once. What is not measured is not there."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pejling.indicators.definition import Text
from pejling.indicators.hierarchy import descendants
from pejling.indicators.law_figures import money, timeliness
from pejling.indicators.ledger import Ledger, ledger
from pejling.indicators.monthly import Monthly
from pejling.indicators.periods import Period
from pejling.indicators.pinned import Mistake
from pejling.pages.ground import Ground
from pejling.steering.economy import ORE, Line, economy
from pejling.steering.law import Standing, standings
from pejling.steering.sections import EconomyLine, EconomySection, LawSection, Requirement


def economies(ground: Ground, units: Sequence[str], month: str) -> dict[str, EconomySection]:
    """By unit. One ledger serves all units below the one it is of: theirs are parts of it.

    Empty where the model names no economy, or the postings do not cover the month whole.
    """
    named = ground.model.economy
    if named is None:
        return {}
    # what something costs stands among the indicators of money, and would take as long as all the rest
    without = ground.model.model_copy(update={"economy": named.model_copy(update={"unit_costs": ()})})
    measured = replace(ground.measured, model=without)
    kept: dict[Any, Any] = ground.memory  # asked once a snapshot, as figures are
    found: dict[str, EconomySection] = {}
    books: Ledger | None = None
    for unit in sorted(units, key=list(ground.hierarchy).index):  # parents before children
        key = (ground.snapshot, "economy", unit, month)
        if key not in kept:
            if books is None or unit not in books.units:
                try:
                    books = ledger(ground.connection, unit, month, ground=(measured, ground.hierarchy))
                except Mistake:
                    return {}
            kept[key] = _section(ground, _part(books, unit))
        found[unit] = kept[key]
    return found


def laws(ground: Ground, units: Sequence[str], month: str) -> dict[str, LawSection]:
    """By unit: what each rule in force asked in the month, and the kroner at risk. Empty where the model has no law, or
    no rule's records reach the month.
    """
    if not ground.model.law:
        return {}
    base = ground.measured, ground.every
    steps = timeliness(ground.connection, base, units, [month])
    kroner = money(ground.connection, base, units, [month])
    found = {}
    for unit in units:
        held = [
            each
            for each in standings(ground.model, steps[unit, month], Period.parse(month))
            if each.figure.state != "not_reported"
        ]
        at_risk = kroner[unit, month].at_risk
        if held:
            known = at_risk is not None and at_risk.numerator is not None
            risk = Decimal(str(at_risk.numerator)).quantize(ORE) if at_risk and known else None
            found[unit] = LawSection(tuple(map(_requirement, held)), risk)
    return found


def _requirement(each: Standing) -> Requirement:
    timely = each.timely
    in_time = int(timely.figure.numerator or 0)
    return Requirement(
        each.rule.key, each.rule.name, timely.due, in_time, timely.due - in_time, sum(timely.exempt.values())
    )


def _part(books: Ledger, unit: str) -> Ledger:
    """Of a unit below, or of the ledger's own."""
    units = {each: books.units[each] for each in descendants(books.units, unit)}

    def only(monthly: Monthly | None) -> Monthly | None:
        if monthly is None:
            return None
        return replace(monthly, values={key: series for key, series in monthly.values.items() if key[0] in units})

    spent = only(books.spent)
    assert spent is not None  # noqa: S101 - a ledger has it
    return replace(
        books, unit=unit, units=units, spent=spent, budget=only(books.budget), committed=only(books.committed)
    )


def _section(ground: Ground, books: Ledger) -> EconomySection:
    found = economy(books)
    return EconomySection(
        found.state, _line(ground, found.whole), tuple(_line(ground, line) for line in found.accounts)
    )


def _line(ground: Ground, line: Line) -> EconomyLine:
    known = ground.model.words.get(line.account)
    name = known or Text(da=line.account, en=line.account) if line.account else None
    return EconomyLine(
        line.account, name, line.sign, line.budget, line.budget_to_date, line.spent, line.committed, line.expected,
        line.low, line.high,
    )  # fmt: skip
