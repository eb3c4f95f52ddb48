"""Figures for a terminal: a table that says in words what a number is, and what it is not."""

from collections.abc import Sequence
from datetime import date

from rich.table import Table
from rich.text import Text

from pejling.indicators.definition import Indicator, Stock
from pejling.indicators.figures import Figure
from pejling.indicators.periods import Period

_IN_WORDS = {
    "suppressed": "hidden: too few persons",
    "not_reported": "not reported: outside what the records cover",
    "undefined": "undefined: no course to take a share of",
    "provisional": "provisional: late records may change it",
    "final": "final",
}


def figure_table(
    indicator: Indicator, figures: Sequence[Figure], names: dict[str, str], covered_from: date | None
) -> Table:
    """One row a figure. `names` are the units'; a period that began before `covered_from` says so.

    A share and its 95 % interval in per cent.
    """
    since = None if isinstance(indicator, Stock) else covered_from  # a stock asks of one day only
    share = indicator.unit == "share"
    table = Table(title=indicator.name.en, box=None, pad_edge=False, title_justify="left")
    estimated = any(figure.estimate is not None for figure in figures)
    table.add_column("unit", no_wrap=True)
    table.add_column("period")
    if any(figure.group_by for figure in figures):
        table.add_column(figures[0].group_by)
    for column in ("counted", "of", "value", "95 % interval") if share else ("value",):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("persons", justify="right")
    table.add_column("state")
    if estimated:
        table.add_column("estimate")
    for figure in figures:
        cells = [_unit(figure, names), _period(figure, since)]
        cells += [figure.group] if figure.group_by else []
        if share:
            cells += [_number(figure.numerator), _number(figure.denominator), _percent(figure.value)]
            cells.append(f"{_percent(figure.low)}–{_percent(figure.high)}" if figure.low is not None else "")
        else:
            cells.append(_number(figure.value if figure.state != "immature" else figure.numerator))
        cells += [_number(figure.persons), _state(figure), *([_estimate(figure)] if estimated else [])]
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
    return _IN_WORDS.get(figure.state) or f"immature: to date; known {figure.matures_on}"


def _estimate(figure: Figure) -> str:
    if figure.estimate is None:
        return ""
    return f"{_percent(figure.estimate)} ({_percent(figure.estimate_low)}–{_percent(figure.estimate_high)})"


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:,.10g}"


def _percent(number: float | None) -> str:
    return "" if number is None else f"{100 * number:.1f}\N{NO-BREAK SPACE}%"
