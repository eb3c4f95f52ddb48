"""`pejling funding`: a year's allocations, regulations, scenarios and rates; its bookings against their snapshots."""

import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from pejling.facts.mistakes import Mistake
from pejling.grounded import grounded
from pejling.printing import Format, Language, print_rows, say

if TYPE_CHECKING:
    from pejling.pages.funding import FundingPage
    from pejling.pages.regulating import Standing
    from pejling.steering.funding.bookings import Booking
    from pejling.steering.funding.scenarios import Beyond, Change

funding_app = typer.Typer(
    help="The funding of a year: base, taximeter, agreed and results, kept to the frame to the øre.",
    no_args_is_help=True,
)
Year = Annotated[int, typer.Argument(help="The year.")]
Spoken = Annotated[Language, typer.Option("--language", envvar="PEJLING_LANGUAGE", help="Danish or English.")]
Form = Annotated[Format, typer.Option("--format")]


@funding_app.command("show")
def show(
    context: typer.Context,
    year: Year,
    unit: Annotated[str, typer.Option(help="A unit's id: its amounts opened to rate × clients.")] = "",
    booking: Annotated[
        str, typer.Option(help="A booking's number, or `now`: as the next would be. The last one made where none is.")
    ] = "",
    language: Spoken = Language.EN,
    form: Form = Format.TABLE,
) -> None:
    """Print who gets what of the year's frame, and what each amount is made of."""
    with grounded(context.obj.store, language) as now:
        from pejling.pages.funding import funding_page, funding_unit_page

        if unit:
            opened = funding_unit_page(now, None, year, unit, booking)
            print_rows(list(_lines(opened.page, unit)), form)
            return
        page = funding_page(now, None, year, booking)
        _say_standing(page)
        if page.booking and form is Format.JSON:
            typer.echo(page.booking.model_dump_json(by_alias=True, indent=1))
        elif page.booking:
            print_rows(list(_rows(page)), form)


@funding_app.command("regulate")
def regulate(
    context: typer.Context,
    year: Year,
    yes: Annotated[bool, typer.Option("--yes", help="Book it without asking.")] = False,
    language: Spoken = Language.EN,
    form: Form = Format.TABLE,
) -> None:
    """Make the year's next booking: the opening, a regulation or the settlement. It is immutable, with its snapshot."""
    store = context.obj.store
    with grounded(store, language) as now:
        from pejling.agreements.contracts import NotNow
        from pejling.agreements.people import owner
        from pejling.agreements.regulations import seen
        from pejling.pages.funding import NOW, funding_page
        from pejling.pages.regulating import regulate as make
        from pejling.pages.regulating import standing

        found = standing(now, year)
        _refuse(found, year, now.model)
        assert found.trial is not None and found.step is not None  # noqa: S101 - nothing was in the way
        page = funding_page(now, None, year, NOW)
        _say_standing(page)
        print_rows(list(_rows(page)), form)
        for late in page.late:
            say.print(
                f"! Late: {late.name}, {late.group}, {late.month}: {late.before} is now {late.now}, {late.amount} kr.",
                style="yellow", markup=False,
            )  # fmt: skip
        if not yes:
            _ask(page.title)
        try:
            kept = make(store, now, owner(), year, seen(found.trial))
        except NotNow:
            raise Mistake(f"funding {year}", "another booking was made meanwhile", "Look at it again") from None
    say.print(f"Booked: {page.title} {year}, on snapshot {kept.snapshot}, digest {kept.digest[:12]}", markup=False)


@funding_app.command("scenario")
def scenario(
    context: typer.Context,
    year: Year,
    rate: Annotated[
        list[str] | None, typer.Option(help="A target group's rate: GROUP=KRONER. May be repeated.")
    ] = None,
    split: Annotated[str, typer.Option(help="Base, taximeter, agreed and result in per cent: 25/60/10/5.")] = "",
    frame: Annotated[str, typer.Option(help="Another frame, in kroner.")] = "",
    intake: Annotated[
        list[str] | None, typer.Option(help="Per cent more clients at a unit: UNIT=10, or 10 for all. May be repeated.")
    ] = None,
    outcome: Annotated[
        list[str] | None, typer.Option(help="Percentage points better results: UNIT=2, or 2 for all. May be repeated.")
    ] = None,
    language: Spoken = Language.EN,
    form: Form = Format.TABLE,
) -> None:
    """Print every unit's gain or loss if the rates, the split, the clients or the results were others."""
    change = _change(rate or (), split, frame, intake or (), outcome or ())
    with grounded(context.obj.store, language) as now:
        from pejling.pages.funding_scenario import scenario_page
        from pejling.steering.funding.scenarios import Impossible

        try:
            page = scenario_page(now, None, year, change)
        except Impossible as beyond:
            raise _beyond(beyond.places[0]) from None
        except ValueError as fault:
            raise Mistake(f"funding {year}", "the year's rules do not fit", _first_line(fault)) from None
        for what, known, named in (
            ("target group", {r.group for r in page.rates}, change.rates),
            ("unit", {u for u, _ in page.units} | {""}, {**change.intake, **change.outcome}),
        ):
            if unknown := sorted(set(named) - known):
                raise Mistake(what, f"{unknown[0]!r} is not funded", f"Known are: {', '.join(sorted(known - {''}))}")
        say.print(f"{page.title} {year}, and what would be", markup=False)
        after = page.after or page.before
        rows = [
            {"unit": r.unit, "name": r.name, "before": r.before.total, "after": r.after.total, "gain": r.gain}
            for r in page.rows
        ]
        rows.append({
            "unit": "", "name": "reserve", "before": page.before.reserve.total, "after": after.reserve.total,
            "gain": after.reserve.total - page.before.reserve.total,
        })  # fmt: skip
        print_rows(rows, form)


@funding_app.command("rates")
def rates(
    context: typer.Context,
    year: Year,
    weight: Annotated[
        list[str] | None, typer.Option(help="What a client weighs: GROUP=2. The rates' own proportion where none is.")
    ] = None,
    language: Spoken = Language.EN,
    form: Form = Format.TABLE,
) -> None:
    """Calibrate rates: the taximeter's part, spent on the clients that are expected by now. Nothing is changed."""
    with grounded(context.obj.store, language) as now:
        from pejling.pages.regulating import standing
        from pejling.steering.funding.calibration import calibrated

        found = standing(now, year)
        if found.trial is None:
            _refuse(found, year, now.model)
        booking = found.trial or found.last
        if booking is None or booking.plan.taximeter is None:
            raise Mistake(f"funding {year}", "it has no taximeter", "Ask of a year that has")
        expected: dict[str, Decimal] = {}
        for count in (*booking.basis.actual, *booking.basis.forecast):
            if count.unit in booking.plan.base:
                expected[count.target_group] = expected.get(count.target_group, Decimal(0)) + count.count
        now_ = {each.target_group: each.kroner for each in booking.rates}
        weights = dict(_pairs("--weight", weight)) if weight else now_
        part = booking.allocation.frame.taximeter
        try:
            made = calibrated(part, weights, expected)
        except ValueError as fault:
            raise Mistake("--weight", str(fault), f"Clients came in: {', '.join(sorted(expected))}") from None
        say.print(f"The taximeter's part is {part} kr.; forecast: {booking.basis.forecast_by or 'none'}", markup=False)
        print_rows([
            {"target_group": group, "clients": clients, "rate_now": now_.get(group), "rate": made.get(group),
             "amount": (made.get(group, Decimal(0)) * clients).quantize(Decimal("0.01"))}
            for group, clients in sorted({**dict.fromkeys(made, Decimal(0)), **expected}.items())
        ], form)  # fmt: skip


@funding_app.command("verify")
def verify(context: typer.Context, year: Year, language: Spoken = Language.EN) -> None:
    """Compute the year's bookings again: from what they hold, and from the snapshots that they rest on."""
    store = context.obj.store
    with grounded(store, language):
        from pejling.agreements import regulations
        from pejling.pages.regulating import made_again
        from pejling.steering.funding.bookings import again

        kept = regulations.kept(year)
        if not kept:
            raise Mistake(f"funding {year}", "nothing is booked", "Open the year with `pejling funding regulate`")
        wrong = False
        for number, each in enumerate(kept):
            same = again(each.booking, kept[number - 1].booking if number else None) == each.booking
            try:
                from_facts = "the same" if made_again(store, kept, number) == each.booking else "ANOTHER"
            except Mistake as gone:
                from_facts = f"not possible: {gone.found}"
            wrong |= not same or from_facts == "ANOTHER"
            held = "the same" if same else "ANOTHER"
            say.print(f"{year}.{number}: from what it holds {held}; from snapshot {each.snapshot} {from_facts}")
        if wrong:
            raise typer.Exit(1)


def _refuse(found: "Standing", year: int, model: object) -> None:
    from pejling.pages import funding_words

    if found.obstacle:
        said = funding_words.found(found.obstacle, model).removesuffix(".")  # type: ignore[arg-type]
        raise Mistake(f"funding {year}", said, funding_words.cure(found.obstacle, model))  # type: ignore[arg-type]


def _say_standing(page: "FundingPage") -> None:
    if page.synthetic:
        say.print("! These data are made up", style="yellow")
    if page.booking is None:
        say.print(f"! {page.obstacle} {page.cure}", style="yellow", markup=False)
        return
    made = f"booked by {page.kept.by} on snapshot {page.kept.snapshot}" if page.kept else "as it would be booked now"
    say.print(f"{page.title} {page.plan.year}, {made}; forecast: {page.forecast_by}", markup=False)
    if page.booking.allocation.factor is not None:
        say.print(f"The taximeter is scaled by {page.booking.allocation.factor}")


def _rows(page: "FundingPage") -> Iterator[dict[str, object]]:
    from pejling.steering.funding.allocation import PARTS

    for row in page.rows:
        parts: dict[str, object] = {part: getattr(row.got, part) for part in PARTS}
        yield {"unit": row.unit, "name": row.name, **parts, "total": row.got.total, "moved": row.moved}
    reserve: dict[str, object] = {part: getattr(page.reserve, part, None) for part in PARTS}
    yield {"unit": "", "name": "reserve", **reserve, "total": page.reserve.total, "moved": page.reserve_moved}
    frame = page.booking.allocation.frame if page.booking else None
    whole: dict[str, object] = {part: getattr(frame, part, None) for part in PARTS}
    yield {"unit": "", "name": "frame", **whole, "total": page.plan.frame, "moved": None}


def _lines(page: "FundingPage", unit: str) -> Iterator[dict[str, object]]:
    assert page.booking is not None  # noqa: S101 - the unit's page was made of it
    booking: Booking = page.booking
    row = next(each for each in page.rows if each.unit == unit)
    got, plan = row.got, booking.plan
    key = f"{plan.base[unit]} of {sum(plan.base.values())} of {booking.allocation.frame.base}"
    yield {"part": "base", "what": key, "rate": None, "counted": None, "forecast": None, "amount": got.base}
    for line in got.lines:
        yield {"part": "taximeter", "what": line.target_group, "rate": line.rate, "counted": line.actual,
               "forecast": line.forecast, "amount": line.amount}  # fmt: skip
    closed = row.limit or (f"× {booking.allocation.factor}" if booking.allocation.factor is not None else "")
    nothing: dict[str, object] = {"rate": None, "counted": None, "forecast": None}
    yield {"part": "taximeter", "what": closed or "together", **nothing, "amount": got.taximeter}
    for agreed in plan.agreed:
        if agreed.unit == unit:
            paid = agreed.agreement in booking.basis.standing
            yield {
                "part": "agreed",
                "what": agreed.agreement,
                **nothing,
                "amount": agreed.kroner if paid else Decimal(0),
            }
    if plan.result:
        outcome = next((each for each in booking.basis.cohort if each.unit == unit), None)
        said = f"{outcome.counted} of {outcome.of}, {plan.result.cohort}" if outcome else "not decided"
        yield {"part": "result", "what": said, **nothing, "amount": got.result}
    if got.unused:
        yield {"part": "unused", "what": key, **nothing, "amount": got.unused}
    yield {"part": "total", "what": "", **nothing, "amount": got.total}


def _change(rate: Sequence[str], split: str, frame: str, intake: Sequence[str], outcome: Sequence[str]) -> "Change":
    from pejling.indicators.funding import Split
    from pejling.steering.funding.scenarios import Change

    parts = None
    if split:
        said = split.split("/")
        if len(said) != 4:
            raise Mistake("--split", f"{split!r} has {len(said)} parts", "Write four: base/taximeter/agreed/result")
        numbers = [_number("--split", each) for each in said]
        if min(numbers) < 0:
            raise Mistake("--split", f"{split} has a part below 0", "Write four from 0 to 100, together 100")
        if sum(numbers) != 100:
            raise Mistake("--split", f"{split} is {sum(numbers)} per cent together", "Make the four 100 together")
        parts = Split(**dict(zip(("base", "taximeter", "agreed", "result"), numbers, strict=True)))
    return Change(
        frame=_number("--frame", frame) if frame else None,
        split=parts,
        rates=dict(_pairs("--rate", rate)),
        intake=dict(_pairs("--intake", intake, everywhere=True)),
        outcome=dict(_pairs("--outcome", outcome, everywhere=True)),
    )


def _beyond(found: "Beyond") -> Mistake:
    of = found.of or "all units"
    match found.what:
        case "rate":
            return Mistake("--rate", f"{of} has a rate below 0", "Write 0 kroner or more")
        case "intake":
            return Mistake("--intake", f"{of} would have fewer clients than none", "Write -100 per cent or more")
    cure = f"Write from {found.least} to {found.most} percentage points"
    return Mistake("--outcome", f"{of} would leave 0-100 per cent", cure)


def _pairs(option: str, said: Sequence[str] | None, *, everywhere: bool = False) -> Iterator[tuple[str, Decimal]]:
    for each in said or ():
        name, equals, number = each.rpartition("=")
        if not equals and not everywhere:
            raise Mistake(option, f"{each!r} names nobody", "Write NAME=NUMBER")
        yield name, _number(option, number.removesuffix("%"))


def _number(option: str, said: str) -> Decimal:
    try:
        found = Decimal(said.strip())
    except InvalidOperation:
        raise Mistake(option, f"{said!r} is no number", "Write it with a point: 12500.50") from None
    if not found.is_finite():
        raise Mistake(option, f"{said!r} is no number", "Write it with a point: 12500.50")
    return found


def _first_line(fault: ValueError) -> str:
    errors = getattr(fault, "errors", None)
    return str(errors()[0]["msg"]).removeprefix("Value error, ") if errors else str(fault)


def _ask(title: str) -> None:
    if not sys.stdin.isatty():
        raise Mistake(
            "funding regulate",
            "it is only at a terminal that this can be answered",
            "Look it over, and run it again with --yes",
        )
    if not typer.confirm(f"Book {title}? It cannot be changed; the next one books what is other.", err=True):
        say.print("Nothing is booked.")
        raise typer.Exit(0)
