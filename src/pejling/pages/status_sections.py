"""The parts of a status that lie beside the goals, for many units at once. What is not measured is not there."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from pejling.indicators.definition import Text
from pejling.indicators.figures import Figure
from pejling.indicators.hierarchy import descendants
from pejling.indicators.law_figures import money, timeliness
from pejling.indicators.ledger import Ledger, ledger
from pejling.indicators.monthly import Monthly
from pejling.indicators.periods import Period
from pejling.indicators.pinned import Mistake
from pejling.pages.ground import Ground
from pejling.steering.economy import Line, economy
from pejling.steering.law import Standing, standings
from pejling.steering.sections import EconomyLine, EconomySection, FreedomSection, LawSection, Requirement
from pejling.steering.status import Agreed


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
    books: Ledger | None = None

    def section(unit: str) -> EconomySection:
        nonlocal books
        if books is None or unit not in books.units:
            books = ledger(ground.connection, unit, month, ground=(measured, ground.hierarchy))
        return _section(ground, _part(books, unit))

    parents_first = sorted(units, key=list(ground.hierarchy).index)
    try:
        return {
            unit: ground.remembered(("status economy", unit, month), partial(section, unit)) for unit in parents_first
        }
    except Mistake:
        return {}


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


def laws(ground: Ground, units: Sequence[str], month: str) -> dict[str, LawSection]:
    """By unit: every rule in force in the twelve months to the month's end. Empty where the model has no law."""
    if not ground.model.law or not units:
        return {}
    kept: dict[str, LawSection] = ground.remembered(("law", month), dict)
    missing = [unit for unit in units if unit not in kept]
    if missing:
        year, base = f"{month}/12", (ground.measured, ground.every)
        measured = timeliness(ground.connection, base, missing, [year])
        at_risk = money(ground.connection, base, missing, [year])
        for unit in missing:
            standing = standings(ground.model, measured[unit, year], Period.parse(year))
            kept[unit] = LawSection(
                tuple(_requirement(one) for one in standing if one.verdict != "nothing"),
                _kroner(at_risk[unit, year].at_risk),
            )
    return {unit: kept[unit] for unit in units}


def freedom(ground: Ground, agreed: Agreed) -> FreedomSection | None:
    """None where the model names no degrees of freedom."""
    terms = ground.model.freedom
    if terms is None:
        return None
    keys = dict.fromkeys(key for each in agreed.narrowings for key in each.degrees)
    known = {degree.key: degree.name for degree in terms.degrees}
    names = tuple(known.get(key, Text(da=key, en=key)) for key in keys)
    if not agreed.narrowings:
        return FreedomSection()
    newest = agreed.narrowings[0]
    return FreedomSection(names, newest.until, newest.reason, newest.restores)


def _requirement(one: Standing) -> Requirement:
    timely = one.timely
    return Requirement(
        one.rule.key, one.rule.name, one.verdict, one.figure.state, timely.due, int(one.figure.numerator or 0),
        timely.late, timely.missed, sum(timely.exempt.values()),
    )  # fmt: skip


def _kroner(figure: Figure | None) -> Decimal | None:
    value = figure.value if figure else None
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))
