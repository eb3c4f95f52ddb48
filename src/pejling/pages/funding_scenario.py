"""What if: a form's changes on a year's funding, and every unit's gain or loss by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pejling.agreements.rights import Reader
from pejling.indicators.funding import FundingYear, Rate
from pejling.pages.funding import funding_page
from pejling.pages.ground import Ground
from pejling.pages.unknown import Unknown
from pejling.steering.funding.allocation import Allocation, UnitAllocation
from pejling.steering.funding.bookings import Booking
from pejling.steering.funding.scenarios import Change, scenario


@dataclass(frozen=True)
class GainRow:
    unit: str
    name: str
    before: UnitAllocation
    after: UnitAllocation

    @property
    def gain(self) -> Decimal:
        return self.after.total - self.before.total


@dataclass(frozen=True)
class RateRow:
    group: str
    name: str
    now: Decimal


@dataclass(frozen=True)
class ScenarioPage:
    """`after` is None while nothing is changed. It stands on the booking in view, as made or as it would be."""

    plan: FundingYear
    title: str
    before: Allocation
    after: Allocation | None
    rows: tuple[GainRow, ...]
    units: tuple[tuple[str, str], ...]
    rates: tuple[RateRow, ...]
    split: Mapping[str, Decimal]
    matured: bool
    change: Change
    synthetic: bool

    @property
    def reserve_gain(self) -> Decimal:
        return self.after.reserve.total - self.before.reserve.total if self.after else Decimal(0)


def scenario_page(ground: Ground, reader: Reader | None, year: int, change: Change) -> ScenarioPage:
    """Raises Unknown where there is nothing to change yet, Refused where the reader may not see every unit, and
    ValueError for changes that the year's rules do not fit.
    """
    page = funding_page(ground, reader, year)
    booking = _whole(page.booking, page.whole, year)
    found = scenario(booking.plan, booking.rates, booking.basis, change)
    names = {row.unit: row.name for row in page.rows}
    changed = change != Change()
    split = change.split or booking.plan.split
    return ScenarioPage(
        plan=booking.plan,
        title=page.title,
        before=found.before,
        after=found.after if changed else None,
        rows=tuple(
            GainRow(each.unit, names[each.unit], each, found.after.of(each.unit)) for each in found.before.units
        ),
        units=tuple(names.items()),
        rates=tuple(_rate_rows(ground, booking.rates)),
        split={part: getattr(split, part) for part in ("base", "taximeter", "agreed", "result")},
        matured=booking.basis.cohort_state == "mature",
        change=change,
        synthetic=page.synthetic,
    )


def _whole(booking: Booking | None, whole: bool, year: int) -> Booking:
    if booking is None or not whole:
        raise Unknown("funding_year", str(year))
    return booking


def _rate_rows(ground: Ground, rates: tuple[Rate, ...]) -> list[RateRow]:
    """One a target group: the newest of the year."""
    newest = {rate.target_group: rate.kroner for rate in sorted(rates, key=lambda rate: rate.from_)}
    return [RateRow(group, ground.word(group), kroner) for group, kroner in newest.items()]
