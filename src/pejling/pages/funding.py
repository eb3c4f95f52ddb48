"""A year's funding: the frame, what each unit gets of it, the bookings made and the next one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pejling.agreements import regulations
from pejling.agreements.models import Agreement
from pejling.agreements.regulations import Kept
from pejling.agreements.rights import Reader, Refused
from pejling.indicators.estimates import wilson
from pejling.indicators.funding import FundingYear
from pejling.indicators.hierarchy import Unit
from pejling.pages import funding_words, words
from pejling.pages.ground import Ground
from pejling.pages.regulating import Standing, funding_of, may_regulate, standing
from pejling.pages.unknown import Unknown
from pejling.steering.funding.allocation import PARTS, ZERO, Part, Reserve, UnitAllocation
from pejling.steering.funding.basis import months
from pejling.steering.funding.bookings import RESERVE, Booking, LateRecord, Step, steps
from pejling.steering.funding.taximeter import rate_of

NOW = "now"  # stands for the next booking, as it would be


@dataclass(frozen=True)
class StepRow:
    """A booking of the year: made, the next one, or to come. `key` opens it; "" where there is nothing to open."""

    name: str
    when: str
    state: Literal["booked", "next", "coming"]
    on: date
    key: str
    kept: Kept | None
    shown: bool


@dataclass(frozen=True)
class UnitRow:
    """A funded unit. `moved`: what the booking moves to it, over the one before."""

    unit: str
    name: str
    got: UnitAllocation
    moved: Decimal
    limit: str


@dataclass(frozen=True)
class LateRow:
    unit: str
    name: str
    group: str
    month: str
    before: Decimal
    now: Decimal
    amount: Decimal


@dataclass(frozen=True)
class FundingPage:
    """`booking` is the one in view; `trial`: it is not made, only what it would be now. `whole`: the reader may see
    every unit, and so the reserve. `late` are the records that the booking in view took in, `pending` those that came
    after the last one made.
    """

    plan: FundingYear
    years: tuple[int, ...]
    steps: tuple[StepRow, ...]
    booking: Booking | None
    title: str
    trial: bool
    kept: Kept | None
    whole: bool
    rows: tuple[UnitRow, ...]
    reserve: Reserve
    reserve_moved: Decimal
    late: tuple[LateRow, ...]
    pending: tuple[LateRow, ...]
    next_name: str
    obstacle: str
    cure: str
    regulates: bool
    gap: str
    formula: str
    cohort: str
    forecast_by: str
    seen: str  # stands for the booking that would be made
    through: date
    synthetic: bool

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those that the year has."""
        if self.booking is None:
            return ()
        frame = self.booking.allocation.frame
        has = {part: getattr(frame, part) for part in PARTS if part != "unused"}
        unused = any(row.got.unused for row in self.rows)
        return tuple(part for part in PARTS if (unused if part == "unused" else has[part]))

    @property
    def late_sum(self) -> Decimal:
        return sum((row.amount for row in self.late), ZERO)

    @property
    def pending_sum(self) -> Decimal:
        return sum((row.amount for row in self.pending), ZERO)


@dataclass(frozen=True)
class MonthCount:
    """Clients in a month: counted, or forecast; None where another rate holds."""

    month: str
    count: Decimal | None
    forecast: bool


@dataclass(frozen=True)
class TaximeterRow:
    """Rate × clients of a target group, and the months it is the sum of."""

    group: str
    name: str
    rate: Decimal
    first: str
    last: str
    actual: Decimal
    forecast: Decimal
    amount: Decimal
    months: tuple[MonthCount, ...]


@dataclass(frozen=True)
class AgreedRow:
    """`number` of the implementation agreement it stands on; None where there is none of the title."""

    title: str
    amount: Decimal
    number: int | None
    paid: bool


@dataclass(frozen=True)
class FundingUnitPage:
    """One unit's amounts, each opened to what it is made of."""

    page: FundingPage
    unit: Unit
    above: tuple[Unit, ...]
    row: UnitRow
    key: Decimal
    keys: Decimal
    taximeter: tuple[TaximeterRow, ...]
    months: tuple[str, ...]
    trigger: str
    trigger_name: str
    agreed: tuple[AgreedRow, ...]
    result_indicator: str
    result_name: str
    counted: int
    of: int
    share: float | None
    cases: bool  # the reader may see the courses behind
    opening: Decimal | None

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """Of the share that is paid for: what chance may have done to it."""
        return wilson(self.counted, self.of) if self.of else (None, None)


def funding_page(ground: Ground, reader: Reader | None, year: int, booking: str = "") -> FundingPage:
    """`booking`: a number, or `now`; the last one made where none is named. Without a reader all is seen.

    Raises Unknown for a year or booking that is not there, Refused where the reader has the right at no funded unit.
    """
    found = standing(ground, year)
    allowed = _allowed(ground, reader, found.plan)
    return _page(ground, reader, found, booking, allowed)


def funding_unit_page(
    ground: Ground, reader: Reader | None, year: int, unit_id: str, booking: str = ""
) -> FundingUnitPage:
    """Raises Unknown for a unit that is not funded, or not the reader's to see."""
    page = funding_page(ground, reader, year, booking)
    row = next((each for each in page.rows if each.unit == unit_id), None)
    if row is None or page.booking is None:
        raise Unknown("unit", unit_id, [each.unit for each in page.rows])
    made, plan = page.booking, page.booking.plan
    unit = ground.hierarchy[unit_id]
    outcome = next((each for each in made.basis.cohort if each.unit == unit_id), None)
    counted, of = (int(outcome.counted), outcome.of) if outcome else (0, 0)
    by_title = {str(title): number for number, title in Agreement.objects.values_list("pk", "content__title")}
    trigger = plan.taximeter.triggered_by if plan.taximeter else ""
    return FundingUnitPage(
        page=page,
        unit=unit,
        above=ground.above(unit) if unit_id in ground.units else (),
        row=row,
        key=plan.base[unit_id],
        keys=sum(plan.base.values(), Decimal(0)),
        taximeter=tuple(_taximeter(ground, made, unit_id)),
        months=months(plan.year),
        trigger=trigger,
        trigger_name=words.text(ground.indicator(trigger).name) if trigger else "",
        agreed=tuple(
            AgreedRow(each.agreement, each.kroner, by_title.get(each.agreement), each.agreement in made.basis.standing)
            for each in plan.agreed
            if each.unit == unit_id
        ),
        result_indicator=plan.result.indicator if plan.result else "",
        result_name=words.text(ground.indicator(plan.result.indicator).name) if plan.result else "",
        counted=counted,
        of=of,
        share=counted / of if of else None,
        cases=reader is None or unit_id in reader.within("cases", ground.hierarchy),
        opening=made.basis.opening.get(unit_id),
    )


def current_year(ground: Ground) -> int | None:
    """The year that the records are in; else the newest before it, or the first of all. None where there is none."""
    years = sorted(each.year for each in ground.model.funding.years) if ground.model.funding else []
    past = [year for year in years if year <= ground.through.year]
    return past[-1] if past else next(iter(years), None)


def _allowed(ground: Ground, reader: Reader | None, plan: FundingYear) -> frozenset[str]:
    if reader is None:
        return frozenset(plan.base)
    found = frozenset(plan.base) & reader.within("funding", ground.hierarchy)
    if not found:
        raise Refused("funding")
    return found


def _page(ground: Ground, reader: Reader | None, found: Standing, booking: str, allowed: frozenset[str]) -> FundingPage:
    shown, kept = _chosen(found, booking)
    trial = shown is not None and kept is None
    plan = shown.plan if shown else found.plan
    return FundingPage(
        plan=plan,
        years=tuple(sorted(each.year for each in funding_of(ground).years)),
        steps=tuple(_steps(found, shown)),
        booking=shown,
        title=funding_words.booking(shown.step) if shown else "",
        trial=trial,
        kept=kept,
        whole=allowed == frozenset(plan.base),
        rows=tuple(_row(ground, shown, each) for each in shown.allocation.units if each.unit in allowed)
        if shown
        else (),
        reserve=shown.allocation.reserve if shown else Reserve(),
        reserve_moved=_moved(shown, RESERVE) if shown else ZERO,
        late=tuple(_late(ground, each) for each in shown.late if each.unit in allowed) if shown else (),
        pending=tuple(_late(ground, each) for each in found.late if each.unit in allowed),
        next_name=funding_words.booking(found.step) if found.step else "",
        obstacle=funding_words.found(found.obstacle, ground.model) if found.obstacle else "",
        cure=funding_words.cure(found.obstacle, ground.model) if found.obstacle else "",
        regulates=reader is None or may_regulate(ground, reader, found.plan),
        gap=funding_words.gap(plan.taximeter) if plan.taximeter else "",
        formula=funding_words.formula(plan.result) if plan.result else "",
        cohort=plan.result.cohort if plan.result else "",
        seen=regulations.seen(shown) if shown and trial else "",
        forecast_by=funding_words.method(shown.basis.forecast_by) if shown else "",
        through=ground.through,
        synthetic=ground.model.data_synthetic,
    )


def _chosen(found: Standing, booking: str) -> tuple[Booking | None, Kept | None]:
    """The booking in view, and how it was kept, where it is made."""
    made = found.kept
    if booking == NOW or (not booking and not made):
        return found.trial, None
    number = int(booking) if booking.isdecimal() else len(made) - 1 if not booking else -1
    if not 0 <= number < len(made):
        raise Unknown("booking", booking, [str(n) for n in range(len(made))])
    return made[number].booking, made[number]


def _steps(found: Standing, shown: Booking | None) -> list[StepRow]:
    rows = []
    for kept in found.kept:
        step = kept.booking.step
        rows.append(_step(step, "booked", str(step.number), kept, shown is kept.booking))
    if found.step is None:
        return rows
    rows.append(_step(found.step, "next", NOW if found.trial else "", None, shown is found.trial and shown is not None))
    last = found.step.through
    later = [step for step in steps(found.plan)[1:] if step.through > last or step.kind == "settlement"]
    rows += [
        _step(step.model_copy(update={"number": found.step.number + n}), "coming", "", None, False)
        for n, step in enumerate((s for s in later if found.step.kind != "settlement"), 1)
    ]
    return rows


def _step(step: Step, state: Literal["booked", "next", "coming"], key: str, kept: Kept | None, shown: bool) -> StepRow:
    return StepRow(
        funding_words.booking(step), funding_words.counted_through(step), state, step.on, key, kept, shown
    )  # fmt: skip


def _row(ground: Ground, booking: Booking, got: UnitAllocation) -> UnitRow:
    unit = ground.hierarchy.get(got.unit)
    limit = funding_words.limit(got.limit, booking.plan.taximeter)
    return UnitRow(got.unit, unit.name if unit else got.unit, got, _moved(booking, got.unit), limit)


def _moved(booking: Booking, unit: str) -> Decimal:
    return sum((entry.amount for entry in booking.entries if entry.unit == unit), ZERO)


def _late(ground: Ground, late: LateRecord) -> LateRow:
    unit = ground.hierarchy.get(late.unit)
    name = unit.name if unit else late.unit
    return LateRow(late.unit, name, ground.word(late.target_group), late.month, late.before, late.now, late.amount)


def _taximeter(ground: Ground, booking: Booking, unit: str) -> list[TaximeterRow]:
    counted = {
        (each.target_group, each.month): MonthCount(each.month, each.count, forecast)
        for forecast, counts in ((False, booking.basis.actual), (True, booking.basis.forecast))
        for each in counts
        if each.unit == unit
    }
    return [
        TaximeterRow(
            line.target_group, ground.word(line.target_group), line.rate, line.first, line.last, line.actual,
            line.forecast, line.amount,
            tuple(
                counted.get((line.target_group, month)) or MonthCount(month, ZERO, month > booking.basis.through)
                if rate_of(booking.rates, line.target_group, month).kroner == line.rate
                else MonthCount(month, None, False)
                for month in months(booking.plan.year)
            ),
        )
        for line in booking.allocation.of(unit).lines
    ]  # fmt: skip
