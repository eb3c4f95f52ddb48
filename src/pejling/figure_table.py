"""Figures for a terminal: a table that says in words what a number is, and what it is not."""

from collections.abc import Collection, Sequence
from datetime import date

from rich.table import Table
from rich.text import Text

from pejling.facts.mistakes import Mistake
from pejling.indicators.definition import COUNTS, Indicator, Stock, TimeToExit
from pejling.indicators.figures import Figure
from pejling.indicators.items import Observed as Coverage
from pejling.indicators.periods import Period, covered

_IN_WORDS = {
    "suppressed": "hidden: too few persons",
    "not_reported": "not reported: outside what the records cover",
    "undefined": "undefined: nothing to measure on",
    "provisional": "provisional: late records may change it",
    "final": "final",
}
NBSP = "\N{NO-BREAK SPACE}"
NO_MONEY = "not reported: nothing was ever posted here"


def not_covered(indicator: Indicator, periods: Sequence[str], coverage: Coverage | None) -> str:
    """Which of the periods have no day that the indicator's records cover, in a sentence; "" where all have one.

    Raises Mistake where none has one: every figure of it would be one that is not reported.
    """
    if coverage is None or coverage.from_on == date.min or coverage.through == date.max:
        return ""  # nothing is said of how far they go
    spans = [Period.parse(period) for period in periods]
    outside = [each for each in spans if each.end_on <= coverage.from_on or each.first_on > coverage.through]
    if not outside:
        return ""
    lacking = f"records behind {indicator.key} do not cover {', '.join(each.text for each in outside)}"
    reach = f"go from {coverage.from_on} to {coverage.through}"
    if len(outside) < len(spans):
        return f"The {lacking}: they {reach}"
    *_, newest = covered(outside[0].kind, coverage.from_on, coverage.through)
    cure = f"They {reach}: ask for a period within, as --period {newest.text}"
    raise Mistake("--period", f"the {lacking}", cure)


def figure_table(
    indicator: Indicator,
    figures: Sequence[Figure],
    names: dict[str, str],
    covered_from: date | None,
    moneyless: Collection[str] = (),
) -> Table:
    """One row a figure. `names` are the units'; a period that began before `covered_from` says so.

    `moneyless` are the units where no money stands.

    Shares and their 95 % intervals in per cent, other values in the indicator's unit.
    """
    since = None if isinstance(indicator, Stock) else covered_from  # a stock asks of one day only
    count = isinstance(indicator, COUNTS)
    table = Table(title=indicator.name.en, box=None, pad_edge=False, title_justify="left")
    estimated = any(figure.estimate is not None for figure in figures)
    surely = any(figure.low is not None for figure in figures)
    unknown = any(figure.unknown is not None for figure in figures)
    table.add_column("unit", min_width=26, overflow="fold")  # a long name wraps before anything is cut
    table.add_column("period", min_width=7)
    if any(figure.group_by for figure in figures):
        table.add_column(figures[0].group_by)
    columns = ["value"] if count else ["counted", "of", *(["unrecorded"] if unknown else []), "value"]
    for column in [*columns, *(["95 % interval"] if surely else [])]:
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("persons", justify="right", no_wrap=True)
    table.add_column("state", min_width=12)
    if estimated:
        table.add_column("estimate", min_width=9)
    for figure in figures:
        cells = [_unit(figure, names), _period(figure, since)]
        cells += [figure.group] if figure.group_by else []
        cells += [] if count else [_number(figure.numerator), _number(figure.denominator)]
        cells += [_number(figure.unknown)] if unknown and not count else []
        value = figure.numerator if count and figure.state == "immature" else figure.value
        not_reached = isinstance(indicator, TimeToExit) and figure.state in ("final", "provisional") and value is None
        cells.append("not reached" if not_reached else _value(value, indicator.unit))
        cells += [_interval(figure.low, figure.high, indicator.unit)] if surely else []
        cells += [_number(figure.persons), NO_MONEY if figure.unit in moneyless else _state(figure)]
        cells += [_estimate(figure, indicator.unit)] if estimated else []
        table.add_row(*map(Text, cells))
    return table


def _unit(figure: Figure, names: dict[str, str]) -> str:
    """Its name, and the id that `--unit` asks for."""
    name = names.get(figure.unit, figure.unit)
    return name if name == figure.unit else f"{name} ({figure.unit})"


def _period(figure: Figure, covered_from: date | None) -> str:
    half = covered_from and Period.parse(figure.period).first_on < covered_from and figure.state != "not_reported"
    return f"{figure.period}, only from {covered_from}" if half else figure.period


def _state(figure: Figure) -> str:
    return _IN_WORDS.get(figure.state) or f"immature: to date; known {figure.matures_on or 'on no certain day'}"


def _estimate(figure: Figure, unit: str) -> str:
    if figure.estimate is None:
        return ""
    surely = _interval(figure.estimate_low, figure.estimate_high, unit)
    return f"{_value(figure.estimate, unit)} ({surely})" if surely else _value(figure.estimate, unit)


def _interval(low: float | None, high: float | None, unit: str) -> str:
    if low is None:
        return ""
    if high is None:
        return f"{_value(low, unit)} or more"
    first = _value(low, unit, high)
    return f"{first if unit == 'share' else first.split(NBSP)[0]}–{_value(high, unit, low)}"


def _value(number: float | None, unit: str, beside: float | None = None) -> str:
    """`beside`: the other end of an interval, for both are written with as many decimals."""
    if number is None:
        return ""
    if unit == "share":
        return f"{100 * number:.1f}{NBSP}%"
    if unit == "kroner":
        return f"{number:,.2f}{NBSP}kr."
    whole = all(float(each).is_integer() for each in (number, beside) if each is not None)
    written = f"{number:,.0f}" if whole else f"{number:,.1f}"
    return f"{written}{NBSP}{unit}" if unit in ("days", "weeks", "points") else written


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:,.10g}"
