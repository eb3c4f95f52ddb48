"""Where a year's funding stands: what is booked, what the next booking would be by now, and what is in its way.

Allocations are of all units at once, so they are computed over the whole organisation, whoever asks; what a reader sees
of them is for the page to choose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from pejling.agreements import regulations
from pejling.agreements.contracts import NotNow
from pejling.agreements.regulations import Kept
from pejling.agreements.rights import Reader, lineage
from pejling.indicators.funding import Funding, FundingYear, Rate
from pejling.indicators.monthly import Monthly, monthly
from pejling.indicators.pinned import Mistake, Store, as_of, pin
from pejling.pages.ground import Ground, ground
from pejling.pages.pasts import figures_of
from pejling.pages.unknown import Unknown
from pejling.steering import forecast
from pejling.steering.funding.basis import Basis, Count, counts, months, outcomes
from pejling.steering.funding.bookings import Booking, LateRecord, Step, book, changed_rates, late_records, next_step
from pejling.steering.funding.forecasts import same_months_last_year
from pejling.steering.funding.taximeter import NoRate

STRUCTURAL = "structural"  # the name that bookings keep of `steering.forecast`
PLACES = 4  # decimals of a forecast that are kept

What = Literal[
    "behind", "unit", "nested", "records", "months", "history", "rate", "rates", "immature", "provisional", "settled"
]


@dataclass(frozen=True)
class Obstacle:
    """Why the next booking cannot be made; `said` holds the facts of the case, for `funding_words`."""

    what: What
    said: Mapping[str, object]


class InTheWay(Exception):  # noqa: N818 - an answer, not a fault
    def __init__(self, what: What, **said: object) -> None:
        super().__init__(what)
        self.obstacle = Obstacle(what, said)


@dataclass(frozen=True)
class Standing:
    """`step` is the next booking and `trial` what it would be by what is known now; None where the year is settled, or
    nothing can be computed. `obstacle`: why it cannot be booked yet. `late`: what was counted otherwise in the last
    booking, and is not booked yet.
    """

    plan: FundingYear
    rates: tuple[Rate, ...]
    kept: tuple[Kept, ...]
    step: Step | None
    trial: Booking | None
    obstacle: Obstacle | None
    late: tuple[LateRecord, ...]

    @property
    def bookings(self) -> tuple[Booking, ...]:
        return tuple(each.booking for each in self.kept)

    @property
    def last(self) -> Booking | None:
        return self.kept[-1].booking if self.kept else None

    @property
    def current(self) -> Booking | None:
        """What the year looks like: as last booked, and before anything is, as it would be."""
        return self.last or self.trial


@dataclass(frozen=True)
class Known:
    """`final`: no late record is expected any more, of the clients or of the cohort."""

    basis: Basis
    final: bool


def funding_of(ground: Ground) -> Funding:
    """Raises Unknown where the model pays for nothing."""
    if ground.model.funding is None or not ground.model.funding.years:
        raise Unknown("funding", "")
    return ground.model.funding


def plan_of(ground: Ground, year: int) -> FundingYear:
    """Raises Unknown."""
    funding = funding_of(ground)
    found = funding.year(year)
    if found is None:
        raise Unknown("funding_year", str(year), [str(each.year) for each in funding.years])
    return found


def standing(ground: Ground, year: int) -> Standing:
    """Raises Unknown for a year that the model does not pay for."""
    plan, rates = plan_of(ground, year), funding_of(ground).rates
    kept = regulations.kept(year)
    booked = [each.booking for each in kept]
    last = booked[-1] if booked else None
    step, trial, obstacle = next_step(plan, booked), None, None
    late: tuple[LateRecord, ...] = ()
    try:
        _units(ground, plan)
        opening = {each.unit: each.taximeter for each in booked[0].allocation.units} if booked else {}
        known = known_of(ground, plan, step.through if step else months(year)[-1], opening, regulations.titles())
        late = late_records(last, known.basis.counted, rates) if last else ()
        if step:
            trial = book(step, plan, rates, known.basis, last)
            obstacle = _obstacle(ground, plan, step, known, booked, rates)
    except InTheWay as fault:
        obstacle = fault.obstacle
    except NoRate as lacking:
        obstacle = Obstacle("rate", {"group": lacking.target_group, "month": lacking.month})
    if step is None:
        obstacle = Obstacle("settled", {})
    return Standing(plan, rates, kept, step, trial, obstacle, late)


def known_of(
    ground: Ground, plan: FundingYear, through: str, opening: Mapping[str, Decimal], titles: Sequence[str]
) -> Known:
    """What an allocation of the year rests on, counted through that month, or as far as the records reach.

    Raises InTheWay.
    """
    actual: tuple[Count, ...] = ()
    ahead: tuple[Count, ...] = ()
    by, settled, last = "", True, through
    if plan.taximeter:
        clients = _clients(ground, plan, plan.taximeter.triggered_by)
        last = min(through, clients.months[-1])
        last = last if last in months(plan.year) else ""
        actual, settled = _counted(plan, clients, last)
        ahead, by = _ahead(plan, clients, last)
    cohort, state, matures_on, final = _cohort(ground, plan)
    basis = Basis(
        through=last, actual=actual, forecast=ahead, forecast_by=by if ahead else "",
        cohort=outcomes(cohort), cohort_state=state, matures_on=matures_on,
        standing=tuple(title for title in sorted(titles) if any(title == each.agreement for each in plan.agreed)),
        opening=dict(sorted(opening.items())),
    )  # fmt: skip
    return Known(basis, settled and final)


def may_regulate(ground: Ground, reader: Reader, plan: FundingYear) -> bool:
    """Has the reader the right at a unit above all that are funded?"""
    above = [lineage(ground.every, [unit]) for unit in plan.base]
    return bool(reader.at("regulate") & frozenset.intersection(*above))


def regulate(store: Store, ground: Ground, who: str, year: int, seen: str | None = None) -> Kept:
    """Make the next booking, its snapshot pinned first: stopped in between, nothing is booked.

    `seen` stands for the booking that was looked at. Raises NotNow where something is in the way, or it is no longer
    what was seen.
    """
    found = standing(ground, year)
    if found.obstacle or found.trial is None:
        raise NotNow("regulation")
    if seen is not None and seen != regulations.seen(found.trial):
        raise NotNow("overtaken")
    pin(store, ground.snapshot, f"regulation {year}.{found.trial.step.number}")
    return regulations.book(
        who, found.trial, snapshot=ground.snapshot, model_version=ground.measured.model_version
    )  # fmt: skip


def made_again(store: Store, kept: Sequence[Kept], number: int) -> Booking:
    """A booking computed again from the snapshot it rests on; agreements are as they were then.

    Raises Mistake where the snapshot is no longer kept.
    """
    this = kept[number]
    with as_of(store, this.snapshot) as connection:
        then = ground(connection, {})
        step, plan = this.booking.step, plan_of(then, this.booking.step.year)
        known = known_of(then, plan, step.through, this.booking.basis.opening, this.booking.basis.standing)
        return book(step, plan, funding_of(then).rates, known.basis, kept[number - 1].booking if number else None)


def _units(ground: Ground, plan: FundingYear) -> None:
    for unit in sorted(plan.base):
        if unit not in ground.hierarchy:
            raise InTheWay("unit", unit=unit, known=tuple(ground.hierarchy))
        if above := sorted((lineage(ground.every, [unit]) - {unit}) & set(plan.base)):
            raise InTheWay("nested", unit=unit, above=above[0])


def _obstacle(
    ground: Ground, plan: FundingYear, step: Step, known: Known, booked: Sequence[Booking], rates: Sequence[Rate]
) -> Obstacle | None:
    """Of what can be computed: why it cannot be booked."""
    through = _reach(ground, plan)
    if step.kind != "opening" and through < step.on:
        return Obstacle("records", {"on": step.on, "through": through})
    if ground.measured.overtaken:
        return Obstacle("behind", {})
    if changed := changed_rates(booked, rates):
        first = changed[0]
        said = {"group": first.target_group, "month": first.month, "used": first.used, "now": first.now}
        return Obstacle("rates", said)
    if step.kind == "settlement" and known.basis.cohort_state == "immature":
        return Obstacle("immature", {"matures_on": known.basis.matures_on})
    if step.kind == "settlement" and not known.final:
        return Obstacle("provisional", {"through": through})
    return None


def _reach(ground: Ground, plan: FundingYear) -> date:
    """The last day that the clients are counted for."""
    observed = ground.measured.coverage.get(plan.taximeter.triggered_by) if plan.taximeter else None
    return observed.through if observed else ground.through


def _clients(ground: Ground, plan: FundingYear, key: str) -> Monthly:
    try:
        return ground.remembered(
            ("months", key, *sorted(plan.base)),
            lambda: monthly(ground.connection, key, sorted(plan.base), ground=(ground.measured, ground.every)),
        )
    except Mistake as mistake:
        raise InTheWay("months", found=mistake.found, cure=mistake.cure) from None


def _counted(plan: FundingYear, clients: Monthly, last: str) -> tuple[tuple[Count, ...], bool]:
    """Of the year's months through `last`; and whether all of them are settled."""
    of_year = {
        month: number for number, month in enumerate(clients.months) if month in months(plan.year) and month <= last
    }
    found = {
        (unit, group, month): Decimal(series[number])
        for (unit, group), series in clients.values.items()
        for month, number in of_year.items()
    }
    return counts(found), all(number < clients.settled for number in of_year.values())


def _ahead(plan: FundingYear, clients: Monthly, last: str) -> tuple[tuple[Count, ...], str]:
    """The year's months after `last`, from what was counted by then; and by which method.

    Where there are too few months for a season to be known, as the same months last year.
    """
    asked = [month for month in months(plan.year) if month > last]
    if not asked:
        return (), ""
    then = _as_of(clients, last or f"{plan.year - 1:04}-12")
    after = _after(then.months[-1], asked[-1])
    try:
        found = forecast.expected(then, asked[-1])
    except ValueError:  # too far ahead
        found = {}
    if all(found.values()) and found:
        expected = {
            (unit, group, month): Decimal(repr(round(max(value, 0.0), PLACES)))
            for (unit, group), values in found.items()
            for month, value in zip(after, values, strict=True)
            if month in asked
        }
        return counts(expected), STRUCTURAL
    known = {
        (unit, group, month): Decimal(value)
        for (unit, group), series in then.values.items()
        for month, value in zip(then.months, series, strict=True)
    }
    plain = same_months_last_year(known, then.months, asked)
    if plain.lacking:
        raise InTheWay("history", month=plain.lacking)
    return counts(plain.counts), plain.by


def _as_of(clients: Monthly, last: str) -> Monthly:
    """As it was at the end of a month: what came later is not known."""
    kept = sum(month <= last for month in clients.months)
    if not kept:
        raise InTheWay("history", month=last)
    return replace(
        clients,
        months=clients.months[:kept],
        settled=min(clients.settled, kept),
        values={key: series[:kept] for key, series in clients.values.items()},
        wholes={key: series[:kept] for key, series in clients.wholes.items()},
    )


def _after(month: str, last: str) -> list[str]:
    """The months after one, through another."""
    years = range(int(month[:4]), int(last[:4]) + 1)
    return [each for year in years for each in months(year) if month < each <= last]


def _cohort(
    ground: Ground, plan: FundingYear
) -> tuple[list[tuple[str, int, int]], Literal["mature", "immature", "none"], date | None, bool]:
    """Of each unit how many counted of how many, whether all is decided, when it will be, and whether it is final."""
    if plan.result is None:
        return [], "none", None, True
    found = figures_of(ground, plan.result.indicator, sorted(plan.base), [plan.result.cohort])
    if any(figure.state in ("immature", "not_reported") for figure in found):
        days = [figure.matures_on for figure in found]
        return [], "immature", max((day for day in days if day), default=None), False
    rows = [(f.unit, int(f.numerator or 0), int(f.denominator or 0)) for f in found]
    return rows, "mature", None, all(figure.state in ("final", "undefined") for figure in found)
