"""`pejling economy` and `pejling forecast`: where the year is heading, in kroner and in courses."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from pejling.facts.mistakes import Mistake
from pejling.facts.store import connect
from pejling.printing import Format, Workspace, print_rows, say, say_overtaken

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from pejling.indicators.hierarchy import Unit
    from pejling.indicators.measurement import Measurement
    from pejling.indicators.monthly import Key, Monthly
    from pejling.steering.economy import Economy
    from pejling.steering.forecast import Forecast

UnitId = Annotated[str, typer.Argument(help="A unit's id.")]


def economy(
    context: typer.Context,
    unit: UnitId,
    month: Annotated[str, typer.Argument(help="The month it is looked at from: 2009-03.")],
    form: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    """Budget, spending, commitments and forecast of a unit by account, and what a result costs. JSON has all of it."""
    from pejling.indicators.ledger import ledger
    from pejling.steering.economy import economy as made

    with closing(connect(context.obj.store, read_only=True)) as connection:
        measured, _ = _ground(context.obj, connection)
        found = made(ledger(connection, unit, month))
    if measured.model.data_synthetic:
        say.print("! These data are made up", style="yellow")
    if form is Format.JSON:
        typer.echo(json.dumps(asdict(found), default=_written, ensure_ascii=False, indent=1))
        return
    if form is Format.TABLE and found.whole.empty:
        say.print(f"Nothing is budgeted or posted at {unit}: its money stands at a unit above.")
        return
    print_rows(list(_lines(found)), form)
    if form is Format.TABLE:
        _say_costs(found)
        _say_errors(found)


def _written(value: object) -> str:
    if isinstance(value, Decimal | date):
        return str(value)
    raise TypeError(type(value))


def _lines(found: "Economy") -> Iterator[dict[str, object]]:
    named = [(found.unit, found.whole), *((found.unit, line) for line in found.accounts), *found.parts]
    named += [(f"{found.unit} (own)", found.own)] if found.own else []
    for unit, line in named:
        row = asdict(line)
        sign = row.pop("sign")
        yield {
            "unit": unit, "month": found.month, "account": row.pop("account") or "all", **row,
            "difference": line.difference, "sign": sign, "state": found.state,
        }  # fmt: skip


def _say_costs(found: "Economy") -> None:
    for each in found.unit_costs:
        now = each.now
        said = f"{each.indicator}, {now.period}: {now.state}"
        if now.matures_on:
            said += f" until the records reach {now.matures_on}"
        if now.value is not None:
            said += f", {now.value:,} kr." + (f" (95 %: {now.low:,} to {now.high:,})" if now.low and now.high else "")
        if each.decided and each.decided.period != now.period and each.decided.value is not None:
            low, high = each.decided.low, each.decided.high
            said += f"; the newest decided, {each.decided.period}: {each.decided.value:,} kr."
            said += f" (95 %: {low:,} to {high:,})" if low and high else ""
        say.print(said, markup=False)


def _say_errors(found: "Economy") -> None:
    within, told = sum(each.within for each in found.errors), sum(each.told for each in found.errors)
    if told:
        share = f"{within / told:.0%}"
        say.print(f"Of {told} earlier forecasts with an interval, {share} held what came (meant: {found.interval:.0%})")
    if found.looked_at:
        chance = found.looked_at * (1 - found.interval)
        say.print(f"Of the {found.looked_at} lines looked at, about {chance:.1f} would have a sign by chance alone")


def forecast(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(help="A key: of an intake, of exits or of an amount.")],
    unit: Annotated[
        list[str] | None, typer.Option(help="A unit's id; may be repeated. The whole where none is.")
    ] = None,
    to: Annotated[str, typer.Option(help="The last month ahead: 2009-12. The year's end where none is.")] = "",
    last: Annotated[str, typer.Option(help="The last month known: 2009-03. The newest where none is.")] = "",
    past: Annotated[bool, typer.Option("--past", help="Every forecast of the past, and what came, instead.")] = False,
    form: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    """What is expected of the months ahead, with an interval of 80 %, by target group or account."""
    from pejling.indicators.monthly import monthly, to_forecast
    from pejling.steering.forecast import forecasts

    with closing(connect(context.obj.store, read_only=True)) as connection:
        measured, hierarchy = _ground(context.obj, connection)
        to_forecast(measured, indicator)
        asked = unit or [each.unit_id for each in hierarchy.values() if each.parent_id not in hierarchy]
        found = monthly(connection, indicator, asked, last=last)
    if measured.model.data_synthetic:
        say.print("! These data are made up", style="yellow")
    until = _until(found.months, to)
    try:
        told = forecasts(found, until, past=past)
    except ValueError as said:
        raise Mistake("--to", str(said), "Name a month ahead, at most two years") from None
    print_rows(list(_past(found, told) if past else _ahead(found, told)), form)
    if form is Format.TABLE and not past:
        _say_how_wrong(told)


def _until(months: tuple[str, ...], to: str) -> str:
    from pejling.indicators.periods import Period

    if to:
        if Period.parse(to).kind != "month":
            raise Mistake("--to", f"{to!r} is no month", "Write 2009-12")
        return to
    year, month = int(months[-1][:4]), int(months[-1][5:])
    return f"{year + month // 12:04}-12"


def _ahead(found: "Monthly", told: "dict[Key, Forecast]") -> Iterator[dict[str, object]]:
    for (unit, group), each in told.items():
        common = {"indicator": found.indicator, "unit": unit, "group_by": found.by if group else "", "group": group}
        if each.unknown:
            nothing = {"period": "", "expected": None, "low": None, "high": None, "unknown": each.unknown}
            yield {**common, **nothing, "history": each.history}
        for ahead in (*each.months, *each.years):
            said = {"expected": round(ahead.expected, 2), "low": round(ahead.low, 2), "high": round(ahead.high, 2)}
            yield {**common, "period": ahead.period, **said, "unknown": "", "history": each.history}


def _past(found: "Monthly", told: "dict[Key, Forecast]") -> Iterator[dict[str, object]]:
    for (unit, group), each in told.items():
        for one in each.past:
            low, high = (None if side is None else round(side, 2) for side in (one.low, one.high))
            yield {
                "indicator": found.indicator, "unit": unit, "group_by": found.by if group else "", "group": group,
                "after": one.after, "period": one.period, "ahead": one.ahead, "expected": round(one.expected, 2),
                "low": low, "high": high, "actual": one.actual, "within": one.within,
            }  # fmt: skip


def _say_how_wrong(told: "dict[Key, Forecast]") -> None:
    for (unit, group), each in told.items():
        for error in each.errors if not group else ():
            first, last = error.ahead
            share = f"{error.mean_absolute / abs(error.mean_actual):.1%}" if error.mean_actual else "-"
            held = f", {error.within} of {error.told} within their interval" if error.told else ""
            say.print(f"{unit}, {first} to {last} months ahead: wrong by {share} on average{held}", markup=False)
        if each.left_out and not group:
            say.print(f"{unit}: left out, being unlike all others: {', '.join(each.left_out)}", markup=False)


def _ground(place: Workspace, connection: "DuckDBPyConnection") -> "tuple[Measurement, dict[str, Unit]]":
    from pejling.indicators.hierarchy import units
    from pejling.indicators.measurement import measurement

    measured = measurement(connection)
    say_overtaken(measured.overtaken)
    return measured, units(connection)
