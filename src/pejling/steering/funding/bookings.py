"""Bookings of a year, each immutable and numbered: the opening (0), the regulations, and the settlement that ends it.

A booking holds all that it rests on, so that it can be computed again; and the difference from the one before, so that
the differences of a year are its last allocation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pejling.indicators.definition import Frozen, as_tuple
from pejling.indicators.funding import FundingYear, Kroner, Rate
from pejling.steering.funding.allocation import PARTS, ZERO, Allocation, Part, allocate
from pejling.steering.funding.basis import Basis, Counts, Plain, first_day, months
from pejling.steering.funding.taximeter import NoRate, rate_of

Kind = Literal["opening", "regulation", "settlement"]
RESERVE = ""  # stands where a unit's id would


class Step(Frozen):
    """A booking of a year, made or to be made: counted through the end of the month `through` ("": nothing is).

    `on` is the day that the records must reach.
    """

    year: int
    number: int
    kind: Kind
    through: str
    on: Annotated[date, Field(strict=False)]


class Entry(Frozen):
    """What is moved to a unit (or the reserve, whose unit is "") by a booking: less where it is below 0."""

    unit: str
    part: Part
    amount: Kroner


class LateRecord(Frozen):
    """Clients of a month that an earlier booking had counted otherwise, and what they are worth by the rate.

    Before floor, cap and factor, which the allocation itself takes care of.
    """

    unit: str
    target_group: str
    month: str
    before: Plain
    now: Plain
    rate: Kroner

    @property
    def amount(self) -> Decimal:
        return self.rate * (self.now - self.before)


class Booking(Frozen):
    step: Step
    plan: FundingYear
    rates: Annotated[tuple[Rate, ...], BeforeValidator(as_tuple)]
    basis: Basis
    allocation: Allocation
    entries: Annotated[tuple[Entry, ...], BeforeValidator(as_tuple)]
    late: Annotated[tuple[LateRecord, ...], BeforeValidator(as_tuple)]


def steps(plan: FundingYear) -> tuple[Step, ...]:
    """Every booking of the year, in order."""
    year = plan.year
    regulations = (
        Step(year=year, number=number, kind="regulation", through=f"{day:%Y-%m}", on=day)
        for number, day in enumerate(plan.regulations, 1)
    )
    last = Step(
        year=year, number=len(plan.regulations) + 1, kind="settlement", through=f"{year:04}-12", on=plan.settlement
    )
    return (Step(year=year, number=0, kind="opening", through="", on=date(year, 1, 1)), *regulations, last)


def next_step(plan: FundingYear, booked: Sequence[Booking]) -> Step | None:
    """The first one later than all that is booked; None where the year is settled.

    Dates of regulations may be changed in the model until they are used: what counts is how far the last one reached.
    """
    if not booked:
        return steps(plan)[0]
    last = booked[-1].step
    if last.kind == "settlement":
        return None
    later = next(step for step in steps(plan)[1:] if step.kind == "settlement" or step.through > last.through)
    return later.model_copy(update={"number": last.number + 1})


def book(
    step: Step, plan: FundingYear, rates: tuple[Rate, ...], basis: Basis, before: Booking | None = None
) -> Booking:
    """Raises NoRate for clients of a target group without a rate."""
    used = tuple(
        sorted(
            (rate for rate in rates if any(rate.holds(first_day(month)) for month in months(plan.year))),
            key=lambda rate: (rate.target_group, rate.from_),
        )
    )
    if plan.taximeter is None:
        used = ()
    allocation = allocate(plan, used, basis)
    return Booking(
        step=step,
        plan=plan,
        rates=used,
        basis=basis,
        allocation=allocation,
        entries=tuple(_entries(allocation, before.allocation if before else None)),
        late=late_records(before, basis.counted, used) if before else (),
    )


def again(booking: Booking, before: Booking | None) -> Booking:
    """The booking computed anew from what it rests on. It is the same, or something was changed."""
    return book(booking.step, booking.plan, booking.rates, booking.basis, before)


def late_records(before: Booking, now: Counts, rates: Sequence[Rate]) -> tuple[LateRecord, ...]:
    """What has changed in the months that the earlier booking had counted: at the units funded then."""
    then, found = before.basis.counted, []
    for unit, group, month in sorted({*then, *now}):
        was, is_ = then.get((unit, group, month), Decimal(0)), now.get((unit, group, month), Decimal(0))
        if was == is_ or month > before.basis.through or unit not in before.plan.base:
            continue
        try:
            rate = rate_of(rates, group, month).kroner
        except NoRate:  # the allocation says so where it matters
            rate = ZERO
        found.append(LateRecord(unit=unit, target_group=group, month=month, before=was, now=is_, rate=rate))
    return tuple(found)


@dataclass(frozen=True)
class ChangedRate:
    """A rate that bookings rest on, and what it is now; None where there is none any more."""

    target_group: str
    month: str
    used: Decimal
    now: Decimal | None


def changed_rates(booked: Sequence[Booking], rates: Sequence[Rate]) -> tuple[ChangedRate, ...]:
    """Rates are immutable once used, and the opening uses the whole year's. The first month of each that is other.

    A target group that had no rate may be given one.
    """
    found: dict[str, ChangedRate] = {}
    for booking in booked[-1:]:  # those before it were held against each other when they were booked
        for month in months(booking.step.year):
            for group in sorted({rate.target_group for rate in booking.rates}):
                used, now = _rate(booking.rates, group, month), _rate(rates, group, month)
                if used is not None and used != now:
                    found.setdefault(group, ChangedRate(group, month, used, now))
    return tuple(found.values())


def totals(booked: Sequence[Booking]) -> Mapping[str, Decimal]:
    """What the differences of the year have come to, by unit, and "" for the reserve."""
    found: dict[str, Decimal] = {}
    for booking in booked:
        for entry in booking.entries:
            found[entry.unit] = found.get(entry.unit, ZERO) + entry.amount
    return found


def _rate(rates: Sequence[Rate], group: str, month: str) -> Decimal | None:
    try:
        return rate_of(rates, group, month).kroner
    except NoRate:
        return None


def _entries(now: Allocation, before: Allocation | None) -> Iterator[Entry]:
    """Also of a unit that is no longer funded: what it had is taken back."""
    was, is_ = _amounts(before) if before else {}, _amounts(now)
    order = {name: number for number, name in enumerate(PARTS)}
    for unit, part in sorted({*was, *is_}, key=lambda each: (each[0] == RESERVE, each[0], order[each[1]])):
        moved = is_.get((unit, part), ZERO) - was.get((unit, part), ZERO)
        if moved:
            yield Entry(unit=unit, part=part, amount=moved)


def _amounts(allocation: Allocation) -> dict[tuple[str, Part], Decimal]:
    found: dict[tuple[str, Part], Decimal] = {
        (each.unit, part): getattr(each, part) for each in allocation.units for part in PARTS
    }
    for part in PARTS[:-1]:
        found[RESERVE, part] = getattr(allocation.reserve, part)
    return found
