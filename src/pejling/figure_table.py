"""Figures for a terminal: a table that says in words what a number is, and what it is not."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Literal

from rich.table import Table
from rich.text import Text

from pejling.facts.mistakes import Mistake
from pejling.indicators.definition import COUNTS, Indicator, Observed, Ratio, Stock, TimeToExit
from pejling.indicators.figures import Figure
from pejling.indicators.items import Observed as Coverage
from pejling.indicators.model import Model
from pejling.indicators.periods import Period, covered

_IN_WORDS = {
    "suppressed": "hidden: too few persons",
    "not_reported": "not reported: outside what the records cover",
    "undefined": "undefined: nothing to measure on",
    "provisional": "provisional: late records may change it",
    "final": "final",
}
_BETWEEN = 2  # columns
_WRAPPED = ("unit", "period", "group", "state")
_NUMBERS = ("counted", "of", "unrecorded", "value", "95 % interval", "persons")
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


def group_names(model: Model, column: str) -> dict[str, str]:
    """By key the English names of the groups of a column that figures are broken down by."""
    values = model.groups[column].values if column in model.groups else {}
    return {key: name.en for key, name in {**model.target_groups, **model.words, **values}.items()}


def figure_table(
    indicator: Indicator,
    figures: Sequence[Figure],
    names: Mapping[str, str],
    covered_from: date | None,
    moneyless: Collection[str] = (),
    width: int | None = None,
    groups: Mapping[str, str] | None = None,
) -> Table:
    """One row a figure. `names` are the units', and `groups` those of the groups broken down by; a period that began
    before `covered_from` says so.

    `moneyless` are the units where no money stands; `width` is the terminal's, or None where it is piped on: a line a
    figure. It is wider than the terminal where something would be cut otherwise.

    Shares and their 95 % intervals in per cent, other values in the indicator's unit.
    """
    since = None if isinstance(indicator, Stock) else covered_from  # a stock asks of one day only
    count, unit = isinstance(indicator, COUNTS), indicator.unit
    over_money = isinstance(indicator, Ratio) and unit == "kroner"
    columns: dict[str, list[str]] = {
        "unit": [_named(figure.unit, names) for figure in figures],
        "period": [_period(figure, since) for figure in figures],
    }
    if any(figure.group_by for figure in figures):
        columns["group"] = [_named(figure.group, groups or {}) for figure in figures]
    if not count:
        columns["counted"] = [
            _value(figure.numerator, unit) if over_money else _number(figure.numerator) for figure in figures
        ]
        columns["of"] = [_number(figure.denominator) for figure in figures]
        if any(figure.unknown is not None for figure in figures):
            columns["unrecorded"] = [_number(figure.unknown) for figure in figures]
    columns["value"] = [_shown(figure, indicator) for figure in figures]
    if any(figure.low is not None for figure in figures):
        columns["95 % interval"] = [_interval(figure.low, figure.high, unit) for figure in figures]
    if any(figure.persons is not None for figure in figures):
        columns["persons"] = [_number(figure.persons) for figure in figures]
    columns["state"] = [NO_MONEY if figure.unit in moneyless else _state(figure, indicator) for figure in figures]
    if any(figure.estimate is not None or figure.estimate_low is not None for figure in figures):
        columns["estimate"] = [_estimate(figure, unit) for figure in figures]
    table = Table(title=indicator.name.en, box=None, pad_edge=False, padding=(0, _BETWEEN, 0, 0), title_justify="left")
    for name, room in _rooms(columns, width).items():
        justify: Literal["left", "right"] = "right" if name in _NUMBERS else "left"
        head = figures[0].group_by if name == "group" else name
        table.add_column(head, justify=justify, width=room, no_wrap=name not in _WRAPPED)
    for row in zip(*columns.values(), strict=True):
        table.add_row(*map(Text, row))
    return table


def _rooms(columns: Mapping[str, Sequence[str]], width: int | None) -> dict[str, int]:
    """How broad each column is. Names that are too long wrap between words; nothing else does, and nothing is cut."""
    broad = {name: max(map(len, [name, *cells])) for name, cells in columns.items()}
    if width is None:
        return broad
    rooms = {
        name: max(len(word) for cell in [name, *columns[name]] for word in cell.split()) if name in _WRAPPED else room
        for name, room in broad.items()
    }
    left = max(0, width - sum(rooms.values()) - _BETWEEN * (len(rooms) - 1))
    for name in (name for name in _WRAPPED if name in columns):
        more = min(left, broad[name] - rooms[name])
        rooms[name], left = rooms[name] + more, left - more
    return rooms


def _shown(figure: Figure, indicator: Indicator) -> str:
    value = figure.value
    if figure.state == "immature" and isinstance(indicator, COUNTS):
        return f"so far {_value(figure.numerator, indicator.unit)}"
    if isinstance(indicator, TimeToExit) and figure.state in ("final", "provisional") and value is None:
        return "not reached"
    return _value(value, indicator.unit, figure.low)


def _named(key: str, names: Mapping[str, str]) -> str:
    """Its name, and the key that `--unit` or `--group` asks for."""
    name = names.get(key, key)
    return name if name == key else f"{name} ({key})"


def _period(figure: Figure, covered_from: date | None) -> str:
    half = covered_from and Period.parse(figure.period).first_on < covered_from and figure.state != "not_reported"
    return f"{figure.period}, only from {covered_from}" if half else figure.period


def _state(figure: Figure, indicator: Indicator) -> str:
    if figure.state == "not_reported" and isinstance(indicator, Observed):
        return "not reported: no figure was delivered"
    return _IN_WORDS.get(figure.state) or f"immature: to date; known {figure.matures_on or 'on no certain day'}"


def _estimate(figure: Figure, unit: str) -> str:
    surely = _interval(figure.estimate_low, figure.estimate_high, unit)
    if figure.estimate is None:
        return f"not reached ({surely})" if surely else ""
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
