"""The economy of a unit in a year: budget, spending, commitments and forecast by account, and what a result costs.

All kroner are `Decimal`, whole øre, and every unit's are the sum of those of the units below it and of its own, the
forecast too: it is rounded to the øre where it is made, at the unit and account of the postings, and then added up.

**The sign.** Over-spending is signalled when all of the forecast's interval lies above the year's budget, and
under-spending when all of it lies below. The interval holds four years out of five, so of ten units that will keep to
their budget about one gets the one sign and one the other by chance. No per cent is built in: how far is far depends on
how much the unit's months vary. What is already spent and committed beyond the budget is told before any forecast.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from pejling.indicators.estimates import wilson
from pejling.indicators.figures import Figure, State
from pejling.indicators.hierarchy import Unit, children, descendants
from pejling.indicators.ledger import Cost, Ledger
from pejling.indicators.monthly import Monthly, added
from pejling.steering.forecast import INTERVAL, Ahead, Forecast, PastError, Told, expected, forecasts

# exceeded    spent and committed are already more than the year's budget
# over, under the whole interval of the year lies above, or below, the budget
# within      the budget lies in the interval: nothing can be said
# closed      the year is over: nothing is forecast
# no_budget   nothing is budgeted for the year, or the budget is not delivered
# too_short, nothing   there is no forecast: too few months, or nothing spent in any
# not_reported   the year begins before the records
Sign = Literal["exceeded", "over", "under", "within", "closed", "no_budget", "too_short", "nothing", "not_reported"]
SIGNS: tuple[Sign, ...] = ("exceeded", "over", "under")  # those that call for a look
ORE = Decimal("0.01")
TAIL = 0.025  # in each tail: a unit cost has a 95 % interval, as figures have


@dataclass(frozen=True)
class Line:
    """A unit's account, or all of its accounts ("")."""

    account: str
    sign: Sign
    budget: Decimal | None  # the whole year's
    budget_to_date: Decimal | None
    spent: Decimal | None  # from New Year through the month
    committed: Decimal | None  # ordered and not paid
    expected: Decimal | None  # at the year's end
    low: Decimal | None
    high: Decimal | None

    @property
    def empty(self) -> bool:
        """Was nothing ever spent, and is nothing budgeted or ordered? Its money, if any, stands at a unit above."""
        return self.sign == "nothing" and not (self.budget or self.spent or self.committed)

    @property
    def difference(self) -> Decimal | None:
        """What is expected beyond the budget; below 0: left of it."""
        return None if self.expected is None or self.budget is None else self.expected - self.budget


@dataclass(frozen=True)
class Step:
    """A month of the year, from New Year to its end. What is spent is None after the month in view, what is expected
    None before it; in that month all are the same."""

    month: str
    budget: Decimal | None
    spent: Decimal | None
    expected: Decimal | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class CostFigure:
    """In kroner; `low` and `high` are the 95 % interval where chance decides what it is over. `per` is how many."""

    period: str
    state: State
    matures_on: date | None
    amount: Decimal | None
    per: float | None
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class UnitCost:
    """What one of something costs, over twelve months: to the month in view, and the newest that are decided."""

    indicator: str
    divisor: str  # the measure it is over
    now: CostFigure
    decided: CostFigure | None


@dataclass(frozen=True)
class SaidOfYear:
    """What was expected of a past year after one of its months, and what it came to."""

    after: str
    expected: Decimal
    actual: Decimal


@dataclass(frozen=True)
class Economy:
    """Of a unit, in the year of `month`, as known at its end: the same figures on every page, file and status.

    `state` is that of what is spent: provisional where late postings are still to come. `interval` is how often the
    forecast's holds. `parts` are the units right below that anything was ever posted to, with their wholes; `own` what
    is posted to the unit itself, where there are such.
    """

    unit: str
    month: str
    state: State
    whole: Line
    accounts: tuple[Line, ...]
    parts: tuple[tuple[str, Line], ...]
    own: Line | None
    steps: tuple[Step, ...]
    unit_costs: tuple[UnitCost, ...]
    errors: tuple[PastError, ...]
    said_of_last_year: tuple[SaidOfYear, ...]
    history: int  # months
    snapshot: int
    interval: float = INTERVAL

    @property
    def year(self) -> str:
        return self.month[:4]

    @property
    def looked_at(self) -> int:
        """Lines that could have had a sign, so that it can be said how many would by chance."""
        lines = [self.whole, *self.accounts, *(line for _, line in self.parts)]
        return sum(line.sign in ("over", "under", "within") for line in lines)


def together(lines: Sequence[Line]) -> Line:
    """The sum of lines that are not told one by one, without an interval. Not known of one is not known of the sum."""

    def summed(name: str) -> Decimal | None:
        amounts = [getattr(line, name) for line in lines]
        return None if None in amounts else sum(amounts, Decimal(0))

    budget, to_date, spent, committed, expected = (
        summed(name) for name in ("budget", "budget_to_date", "spent", "committed", "expected")
    )
    return Line("", "nothing", budget, to_date, spent, committed, expected, None, None)


def economy(ledger: Ledger) -> Economy:
    """Pure: everything is in the ledger."""
    year, units, unit = ledger.month[:4], ledger.units, ledger.unit
    books = _Books(ledger, _rest(ledger))
    shown = [unit, *(each.unit_id for each in children(units, unit) if books.has_money(each.unit_id))]
    told: dict[tuple[str, str], Forecast] = {}
    if not books.over:
        told = forecasts(_only(ledger.spent, shown), f"{year}-12", past=True)
    wholes = {each: books.line(each, "", told.get((each, ""))) for each in shown}
    accounts = tuple(books.line(unit, group, told.get((unit, group))) for group in books.accounts)
    own = books.own_line(shown[1:]) if len(shown) > 1 else None
    past = told.get((unit, ""), Forecast())
    return Economy(
        unit, ledger.month, books.state, wholes[unit], accounts, tuple((each, wholes[each]) for each in shown[1:]),
        own, books.steps(told.get((unit, ""))), tuple(_unit_cost(cost) for cost in ledger.costs), past.errors,
        _said_of(ledger.spent, unit, str(int(year) - 1), past.past), past.history, ledger.snapshot,
    )  # fmt: skip


def _only(monthly: Monthly, units: Sequence[str]) -> Monthly:
    return replace(monthly, values={key: series for key, series in monthly.values.items() if key[0] in set(units)})


def _own(monthly: Monthly, units: Mapping[str, Unit]) -> Monthly:
    """The months of each unit less those of the units right below it: what is posted to it itself."""
    own = {}
    for (unit, group), series in monthly.values.items():
        beneath = [monthly.values[each.unit_id, group] for each in children(units, unit)]
        own[unit, group] = tuple(a - b for a, b in zip(series, added(beneath), strict=True)) if beneath else series
    return replace(monthly, values=own)


def _rest(ledger: Ledger) -> dict[tuple[str, str], tuple[int, ...]]:
    """In øre, by unit and account: what is expected of each month left of the year, of what is posted to it itself."""
    if ledger.month.endswith("-12"):
        return {}
    own = _own(ledger.spent, ledger.units)
    found = expected(own, f"{ledger.month[:4]}-12")
    return {key: tuple(round(each) for each in months) for key, months in found.items()}


@dataclass(frozen=True)
class _Books:
    """The ledger's sums for one month's view of the year. Øre inside, kroner out."""

    ledger: Ledger
    rest: Mapping[tuple[str, str], tuple[int, ...]]

    @property
    def year(self) -> str:
        return self.ledger.month[:4]

    @property
    def over(self) -> bool:
        """Is the year over?"""
        return self.ledger.month.endswith("-12")

    @property
    def accounts(self) -> list[str]:
        """Those that anything was ever posted to."""
        books = (self.ledger.spent, self.ledger.budget, self.ledger.committed)
        return [group for group in dict.fromkeys(group for each in books if each for group in each.groups) if group]

    def has_money(self, unit: str) -> bool:
        books = (self.ledger.spent, self.ledger.budget, self.ledger.committed)
        return any(any(each.values[unit, group]) for each in books if each for group in each.groups)

    @property
    def state(self) -> State:
        if f"{self.year}-01" not in self.ledger.spent.months:
            return "not_reported"
        return "final" if self.ledger.spent.settled == len(self.ledger.spent.months) else "provisional"

    def _series(self, monthly: Monthly, unit: str, account: str) -> Sequence[int]:
        return monthly.values[unit, account] if account in monthly.groups else monthly.of(unit)

    def _sum(self, monthly: Monthly | None, unit: str, account: str, first: str, last: str) -> int | None:
        """Of the months from first to last; None where the first is not covered."""
        if monthly is None or first not in monthly.months:
            return None
        if account and account not in monthly.groups:
            return 0
        series = self._series(monthly, unit, account)
        return sum(each for month, each in zip(monthly.months, series, strict=True) if first <= month <= last)

    def spent(self, unit: str, account: str, last: str = "") -> int | None:
        return self._sum(self.ledger.spent, unit, account, f"{self.year}-01", last or self.ledger.month)

    def budget(self, unit: str, account: str, last: str = "") -> int | None:
        return self._sum(self.ledger.budget, unit, account, f"{self.year}-01", last or f"{self.year}-12")

    def committed(self, unit: str, account: str) -> int | None:
        """All that was ever committed less what was taken back: an order may be paid in another year."""
        months = self.ledger.committed.months if self.ledger.committed else ("",)
        return self._sum(self.ledger.committed, unit, account, months[0], self.ledger.month)

    def left(self, units: Iterable[str], account: str) -> list[int]:
        """What is expected of each month left, of these units' own postings."""
        groups = (account,) if account else self.ledger.spent.groups
        months = [self.rest[unit, group] for unit in units for group in groups if (unit, group) in self.rest]
        return list(added(months)) if months else []

    @property
    def rest_known(self) -> bool:
        return any(self.rest.values())

    def line(self, unit: str, account: str, told: Forecast | None) -> Line:
        spent, committed = self.spent(unit, account), self.committed(unit, account)
        line = Line(
            account, "not_reported", _kroner(self.budget(unit, account)),
            _kroner(self.budget(unit, account, self.ledger.month)), _kroner(spent), _kroner(committed),
            None, None, None,
        )  # fmt: skip
        if spent is None:
            return line
        if self.over:
            sign: Sign = "closed" if line.budget else "no_budget" if spent else "nothing"
            return replace(line, sign=sign, expected=line.spent, low=line.spent, high=line.spent)
        middle = spent + sum(self.left(descendants(self.ledger.units, unit), account))
        if told is None or told.unknown:  # an account that nothing was spent on has no forecast either
            line = replace(line, expected=_kroner(middle) if self.rest_known else None)
            return replace(line, sign="exceeded" if _exceeded(line) else (told and told.unknown) or "nothing")
        low, high = (middle + side for side in _sides(told.sums[-1]))
        line = replace(line, expected=_kroner(middle), low=_kroner(low), high=_kroner(high))
        return replace(line, sign=_sign(line))

    def own_line(self, beneath: Sequence[str]) -> Line | None:
        """What is posted to the unit itself; None where nothing is. Its forecast is what makes the parts add up."""
        unit = self.ledger.unit
        spent, budget, committed = (
            _less(of(unit, ""), [of(each, "") for each in beneath]) for of in (self.spent, self.budget, self.committed)
        )
        to_date = _less(
            self.budget(unit, "", self.ledger.month), [self.budget(each, "", self.ledger.month) for each in beneath]
        )
        left = sum(self.left([unit], ""))
        if not any((spent, budget, committed, left)):
            return None
        middle = None if spent is None else _kroner(spent + left)
        kroner = [_kroner(each) for each in (budget, to_date, spent, committed)]
        return Line(
            "", "closed" if self.over else "nothing", kroner[0], kroner[1], kroner[2], kroner[3], middle, None, None
        )

    def steps(self, told: Forecast | None) -> tuple[Step, ...]:
        unit, month = self.ledger.unit, self.ledger.month
        spent = self.spent(unit, "")
        if spent is None:
            return ()
        left = self.left(descendants(self.ledger.units, unit), "") if told and not told.unknown else []
        found = []
        for number in range(1, 13):
            each = f"{self.year}-{number:02}"
            budget = _kroner(self.budget(unit, "", each))
            if each < month:
                found.append(Step(each, budget, _kroner(self.spent(unit, "", each)), None, None, None))
            elif each == month:
                found.append(Step(each, budget, *[_kroner(spent)] * 4))
            elif left and told:
                at = number - int(month[5:])
                middle = spent + sum(left[:at])
                low, high = (middle + side for side in _sides(told.sums[at - 1]))
                found.append(Step(each, budget, None, _kroner(middle), _kroner(low), _kroner(high)))
            else:
                found.append(Step(each, budget, None, None, None, None))
        return tuple(found)


def _sides(ahead: Ahead) -> tuple[int, int]:
    """How far the interval reaches below and above what is expected, in øre."""
    return round(100 * (ahead.low - ahead.expected)), round(100 * (ahead.high - ahead.expected))


def _sign(line: Line) -> Sign:
    """The rule; see the module."""
    if not line.budget or line.low is None or line.high is None:
        return "no_budget"
    if _exceeded(line):
        return "exceeded"
    if line.low > line.budget:
        return "over"
    return "under" if line.high < line.budget else "within"


def _exceeded(line: Line) -> bool:
    return bool(line.budget and line.spent is not None and line.spent + (line.committed or 0) > line.budget)


def _less(whole: int | None, parts: Sequence[int | None]) -> int | None:
    return None if whole is None else whole - sum(each or 0 for each in parts)


def _kroner(ore: int | None) -> Decimal | None:
    return None if ore is None else Decimal(ore).scaleb(-2)


def _said_of(spent: Monthly, unit: str, year: str, past: Sequence[Told]) -> tuple[SaidOfYear, ...]:
    """What was expected of a year after each of its months, where all of it is known."""
    months = [f"{year}-{number:02}" for number in range(1, 13)]
    if not set(months) <= set(spent.months[: spent.settled]):
        return ()
    came = dict(zip(spent.months, spent.of(unit), strict=True))
    actual = sum(came[month] for month in months)
    found = []
    for after in months[:-1]:
        ahead = [told for told in past if told.after == after and told.period <= months[-1]]
        if len(ahead) == 12 - int(after[5:]):
            known = sum(came[month] for month in months if month <= after)
            still = round(100 * sum(told.expected for told in ahead))
            found.append(SaidOfYear(after, Decimal(known + still).scaleb(-2), Decimal(actual).scaleb(-2)))
    return tuple(found)


def _unit_cost(cost: Cost) -> UnitCost:
    return UnitCost(
        cost.ratio.key, cost.divisor, _cost_figure(cost.divisor, *cost.now),
        _cost_figure(cost.divisor, *cost.decided) if cost.decided else None,
    )  # fmt: skip


def _cost_figure(divisor: str, ratio: Figure, over: Figure) -> CostFigure:
    """What was spent is no chance; how many it went to is: of a share, by Wilson's interval for so many that could;
    of a count, by the exact interval of a Poisson count (F. Garwood, Biometrika 28 (1936) 437-442)."""
    amount = None if ratio.numerator is None else Decimal(round(ratio.numerator * 100)).scaleb(-2)
    value = low = high = None
    if ratio.value is not None and amount is not None and over.numerator:
        least, most = _counts(divisor, over)
        value = (amount / Decimal(str(over.numerator))).quantize(ORE)
        low = (amount / Decimal(str(most))).quantize(ORE) if most else None
        high = (amount / Decimal(str(least))).quantize(ORE) if least else None
    return CostFigure(ratio.period, ratio.state, ratio.matures_on, amount, over.numerator, value, low, high)


def _counts(divisor: str, over: Figure) -> tuple[float | None, float | None]:
    """How few and how many there might as well have been. None for what is not counted by chance: days."""
    count = over.numerator or 0
    if over.denominator and divisor in ("lasting_share", "exit_within", "state_after", "activity_within", "timely"):
        return tuple(over.denominator * share for share in wilson(count, over.denominator))  # type: ignore[return-value]
    if divisor in ("exits", "intake"):
        from scipy.special import gammaincinv

        return float(gammaincinv(count, TAIL)), float(gammaincinv(count + 1, 1 - TAIL))
    return None, None
