"""A unit's economy: where the year is heading against its budget, by account and unit, and what a result costs."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext, ngettext

from pejling.indicators.hierarchy import Unit
from pejling.indicators.ledger import ledger
from pejling.indicators.periods import covered
from pejling.pages import words
from pejling.pages.ground import Ground
from pejling.pages.unknown import Unknown
from pejling.steering.economy import CostFigure, Economy, Line, SaidOfYear, Sign, Step, UnitCost, economy, together
from pejling.steering.forecast import PastError

DAYS_OF_YEAR = 365


@dataclass(frozen=True)
class Row:
    """A line of the economy with its name. `unit` is "" for an account."""

    name: str
    unit: str
    line: Line


@dataclass(frozen=True)
class CostRow:
    key: str
    name: str
    why: str
    cost: UnitCost


@dataclass(frozen=True)
class EconomyPage:
    """`economy` is None where there is none, and `missing` says why: the model names none, no month is covered,
    or nothing was ever budgeted or posted here.
    """

    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    period_kind: str
    month: str
    months: tuple[str, ...]
    missing: Literal["", "model", "postings", "here"]
    indicator: str  # of what is spent
    economy: Economy | None = None
    accounts: tuple[Row, ...] = ()
    parts: tuple[Row, ...] = ()
    costs: tuple[CostRow, ...] = ()
    by_chance: float = 0  # lines of so many looked at that would have a sign by chance alone

    @property
    def ended(self) -> bool:
        return self.month.endswith("-12")

    @property
    def ahead(self) -> bool:
        """Is there a forecast of the year?"""
        return bool(self.economy and self.economy.whole.low is not None and not self.ended)

    @property
    def months_said(self) -> bool:
        """Is the budget spread over the months, so that it can be said how far it is from it by now?"""
        if self.economy is None or not self.economy.steps:
            return False
        steps: tuple[Step, ...] = self.economy.steps
        budgets = [step.budget for step in steps]
        return budgets[-1] is not None and budgets[0] != budgets[-1]


def economy_page(ground: Ground, unit_id: str, month: str = "") -> EconomyPage:
    """Raises Unknown for a unit or a month that is not there."""
    unit = ground.unit(unit_id)
    bare = EconomyPage(unit, ground.kind_name(unit), ground.above(unit), "month", "", (), "", "")
    named = ground.model.economy
    if named is None:
        return replace(bare, missing="model")
    months = months_covered(ground, named.actual)
    if not months:
        return replace(bare, missing="postings")
    chosen = month or months[-1]
    if chosen not in months:
        raise Unknown("period", chosen, months)
    found = economy_of(ground, unit_id, chosen)
    if found.whole.empty:
        return replace(bare, missing="here", month=chosen, months=months)
    accounts = tuple(Row(ground.word(line.account), "", line) for line in found.accounts)
    parts = [Row(ground.units[each].name, each, line) for each, line in found.parts if each in ground.units]
    others = [line for each, line in found.parts if each not in ground.units] + ([found.own] if found.own else [])
    if others:  # what is posted to a single person's courses is not told apart
        parts.append(Row(gettext("Posted to %(unit)s itself") % {"unit": unit.name}, "", together(others)))
    costs = []
    for cost in found.unit_costs:
        ratio = ground.indicator(cost.indicator)
        costs.append(CostRow(ratio.key, words.text(ratio.name), words.text(ratio.why), cost))
    return replace(
        bare, month=chosen, months=months, indicator=named.actual, economy=found, accounts=accounts,
        parts=tuple(parts), costs=tuple(costs), by_chance=found.looked_at * (1 - found.interval),
    )  # fmt: skip


def economy_of(ground: Ground, unit_id: str, month: str) -> Economy:
    """The same for every page and file, worked out once a snapshot."""
    return ground.remembered(
        ("economy", unit_id, month),
        lambda: economy(ledger(ground.connection, unit_id, month, ground=(ground.measured, ground.every))),
    )


def months_covered(ground: Ground, key: str) -> tuple[str, ...]:
    """The months that the indicator covers whole, the oldest first."""
    observed = ground.measured.coverage.get(key)
    if observed is None:
        return ()
    spans = covered("month", observed.from_on, min(observed.through, ground.through))
    return tuple(s.text for s in spans if s.first_on >= observed.from_on and s.last_on <= observed.through)


# In words -----------------------------------------------------------------------------------------------------------


def sign(name: Sign) -> str:
    """A line's sign in a few words."""
    return {
        "exceeded": gettext("Budget used up"),
        "over": gettext("Sign of over-spending"),
        "under": gettext("Sign of under-spending"),
        "within": gettext("No sign"),
        "closed": gettext("The year is over"),
        "no_budget": gettext("No budget"),
        "too_short": gettext("Too short a history"),
        "nothing": gettext("Nothing to forecast"),
        "not_reported": gettext("Not reported"),
    }[name]


def sign_explained(found: Economy) -> str:
    """What the sign of the whole means for the reader, with its figures."""
    line, facts = found.whole, _facts(found)
    match line.sign:
        case "exceeded":
            return gettext("What is spent and committed, %(used)s, is already more than the year's budget.") % facts
        case "over":
            return gettext(
                "If the year goes on as earlier ones did, it ends %(distance)s above the budget. Even the low end of "
                "the forecast's interval, %(low)s, is more than the budget."
            ) % facts  # fmt: skip
        case "under":
            return gettext(
                "If the year goes on as earlier ones did, it ends %(distance)s below the budget. Even the high end of "
                "the forecast's interval, %(high)s, is less than the budget."
            ) % facts  # fmt: skip
        case "within":
            return gettext(
                "The budget lies within the forecast's interval: as the months vary, nothing can be said yet."
            )
        case "closed":
            if line.difference and line.difference > 0:
                return gettext("The year ended %(distance)s above the budget.") % facts
            return gettext("The year ended %(distance)s below the budget.") % facts
        case "no_budget":
            return gettext("No budget is delivered for the year, so there is nothing to hold the spending against.")
        case "too_short":
            return gettext(
                "A forecast takes three years of months: two to see a season, and one to see how wrong it is."
            )
        case "nothing":
            return gettext("Nothing was ever spent here.")
    return gettext("The year begins before the records do.")


def _facts(found: Economy) -> dict[str, str]:
    line = found.whole
    used = (line.spent or Decimal(0)) + (line.committed or Decimal(0))
    return {
        "used": words.money(used, 0), "low": words.money(line.low, 0), "high": words.money(line.high, 0),
        "distance": words.money(abs(line.difference) if line.difference is not None else None, 0),
    }  # fmt: skip


def calls(line: Line) -> bool:
    """Does the sign call for a look?"""
    return line.sign in ("exceeded", "over", "under")


def consumption(line: Line) -> str:
    """The consumption rate: what is spent in per cent of the year's budget."""
    if not line.budget or line.spent is None:
        return words.MISSING
    return words.value(float(line.spent / line.budget), "share")


def ahead(error: PastError) -> str:
    first, last = error.ahead
    return gettext("%(first)s to %(last)s months ahead") % {"first": first, "last": last}


def typical(error: PastError) -> str:
    """The mean error in per cent of what came."""
    if not error.mean_actual:
        return words.MISSING
    return words.value(error.mean_absolute / abs(error.mean_actual), "share")


def leaning(error: PastError) -> str:
    """Which way the forecasts were wrong on the whole."""
    if not error.mean_actual:
        return words.MISSING
    part = error.mean_error / abs(error.mean_actual)
    written = words.value(abs(part), "share")
    if abs(part) < 0.0005:
        return gettext("neither way")
    return (gettext("%(share)s too high") if part > 0 else gettext("%(share)s too low")) % {"share": written}


def held(error: PastError) -> str:
    """How many of those with an interval held what came."""
    return words.of(error.within, error.told) if error.told else words.MISSING


def held_in_all(errors: tuple[PastError, ...], interval: float) -> str:
    within, told = sum(each.within for each in errors), sum(each.told for each in errors)
    if not told:
        return gettext("No earlier forecast had an interval yet.")
    return ngettext(
        "Of %(told)s earlier forecast with an interval, %(share)s held what came. The interval is meant to hold "
        "%(meant)s.",
        "Of %(told)s earlier forecasts with an interval, %(share)s held what came. The interval is meant to hold "
        "%(meant)s.",
        told,
    ) % {"told": words.number(told), "share": words.value(within / told, "share", 0),
         "meant": words.value(interval, "share", 0)}  # fmt: skip


def miss(said: SaidOfYear) -> str:
    """How far off a forecast of a year was, in per cent."""
    if not said.actual:
        return words.MISSING
    part = float((said.expected - said.actual) / abs(said.actual))
    part = 0.0 if abs(part) < 0.0005 else part
    return ("+" if part > 0 else "") + words.value(part, "share")


def cost(figure: CostFigure) -> str:
    """A unit cost with its interval, or what there is of it."""
    if figure.value is None:
        return words.MISSING
    return words.money(figure.value)


def cost_interval(figure: CostFigure) -> str:
    if figure.low is None or figure.high is None:
        return words.MISSING
    return f"{words.ore(figure.low)}–{words.money(figure.high)}"


def cost_made_of(row: CostRow, figure: CostFigure) -> str:
    """What it is made of: kroner over exits, lasting exits or days."""
    if figure.amount is None or figure.per is None:
        return words.MISSING
    many = {
        "average_stock": ngettext("%(number)s course-day", "%(number)s course-days", round(figure.per)),
        "lasting_share": ngettext("%(number)s lasting exit", "%(number)s lasting exits", round(figure.per)),
        "exits": ngettext("%(number)s exit", "%(number)s exits", round(figure.per)),
    }.get(row.cost.divisor, ngettext("%(number)s course", "%(number)s courses", round(figure.per)))
    over = many % {"number": words.number(figure.per)}
    return gettext("%(part)s over %(whole)s") % {"part": words.money(figure.amount, 0), "whole": over}


def per_year(row: CostRow) -> str:
    """A cost a day as that of a person-year; "" for other costs."""
    figure = row.cost.decided or row.cost.now
    if row.cost.divisor != "average_stock" or figure.value is None:
        return ""
    return gettext("%(amount)s a person-year") % {"amount": words.money(figure.value * DAYS_OF_YEAR, 0)}
