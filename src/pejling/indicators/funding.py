"""What a place is paid by: a frame for each year, how it is split, rates, dates. Declarations only, in the model's own
version; the rules on them are steering's (`steering.funding`).
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pejling.facts.mistakes import Mistake
from pejling.indicators.definition import Frozen, Key, Words, as_tuple
from pejling.indicators.durations import Duration
from pejling.indicators.goals import Grant, Year
from pejling.indicators.periods import Period

HUNDRED = Decimal(100)


def _not_negative(amount: Decimal) -> Decimal:
    if amount < 0:
        raise ValueError("Write 0 kroner or more: what is taken back is booked as a difference, never written here")
    return amount


def _first_of_month(day: date) -> date:
    if day.day != 1:
        raise ValueError("Rates follow whole months: write the first day of one")
    return day


def _as_written(cohort: object) -> object:
    return str(cohort) if isinstance(cohort, int) else cohort  # a year is a number to YAML


def _cohort(text: str) -> str:
    try:
        return Period.parse(text).text
    except Mistake as mistake:
        raise ValueError(f"{mistake.found}. {mistake.cure}") from None


Kroner = Annotated[Decimal, Field(strict=False, max_digits=15, decimal_places=2)]
Amount = Annotated[Kroner, AfterValidator(_not_negative)]
PerCent = Annotated[Decimal, Field(strict=False, ge=0, le=100, max_digits=9, decimal_places=6)]
Number = Annotated[Decimal, Field(strict=False, ge=0)]
Level = Annotated[Decimal, Field(strict=False, ge=0, le=1)]
Day = Annotated[date, Field(strict=False)]
Month = Annotated[Day, AfterValidator(_first_of_month)]


class Rate(Frozen):
    """Kroner for each client of a target group, in months from `from` until, and not including, `to`."""

    target_group: str = Field(min_length=1)
    kroner: Amount
    from_: Month = Field(alias="from")
    to: Month | None = None

    def holds(self, month: date) -> bool:
        return self.from_ <= month and (self.to is None or month < self.to)

    def overlaps(self, other: "Rate") -> bool:
        return (
            self.target_group == other.target_group
            and (other.to is None or self.from_ < other.to)
            and (self.to is None or other.from_ < self.to)
        )


class Split(Frozen):
    """The frame's parts in per cent: together 100."""

    base: PerCent = Decimal(0)
    taximeter: PerCent = Decimal(0)
    agreed: PerCent = Decimal(0)
    result: PerCent = Decimal(0)

    @model_validator(mode="after")
    def _is_all_of_it(self) -> "Split":
        if (whole := self.base + self.taximeter + self.agreed + self.result) != HUNDRED:
            raise ValueError(f"The parts are {whole} per cent together: make them 100")
        return self


class TaximeterRule(Frozen):
    """What triggers money, and what happens where rates × counts do not meet the part.

    With `gap: reserve` every unit gets its rates × counts, and a reserve line takes what is left over or lacks; with
    `gap: proration` all are scaled by one factor to meet the part. `floor` and `cap` are per cent of what the unit had
    in the opening allocation: so far only may demand swing it.
    """

    triggered_by: Key  # an intake or exits, broken down by target_group
    gap: Literal["reserve", "proration"] = "reserve"
    floor: PerCent | None = None
    cap: Annotated[Decimal, Field(strict=False, ge=100)] | None = None
    counterweights: Words = ()


class ResultRule(Frozen):
    """What is paid for results, on a share of courses and on a cohort that is decided.

    `share_of_pool`: the pool is shared in proportion to courses × attainment of `target` (or the unit's own in
    `targets`), at most all of it; nothing is left. `linear`: a unit can earn its courses' part of the pool; it gets
    none of it at `floor`, all at `benchmark`, and evenly in between; what nobody earned goes where `unused` says.
    """

    indicator: Key
    cohort: Annotated[
        str, BeforeValidator(_as_written), AfterValidator(_cohort)
    ]  # the courses that pay: those counted in this period
    formula: Literal["share_of_pool", "linear"]
    target: Level | None = None
    targets: dict[str, Level] = Field(default_factory=dict)
    floor: Level | None = None
    benchmark: Level | None = None
    unused: Literal["reserve", "base"] = "reserve"
    counterweights: Words = ()

    @model_validator(mode="after")
    def _has_what_its_formula_asks(self) -> "ResultRule":
        if self.formula == "share_of_pool":
            if self.target is None or self.floor is not None or self.benchmark is not None:
                raise ValueError("share_of_pool has a `target`, and no `floor` or `benchmark`")
            if not self.target or not all(self.targets.values()):
                raise ValueError("a `target` of 0 is attained by doing nothing: write one above 0")
        elif self.floor is None or self.benchmark is None or self.target is not None or self.targets:
            raise ValueError("linear has a `floor` and a `benchmark`, and no `target`")
        elif self.floor == self.benchmark:
            raise ValueError("between a `floor` and a `benchmark` that are the same there is nothing to earn")
        return self


class AgreedAmount(Frozen):
    """Money that stands on an implementation agreement, named by its title: it is paid once there is such a one."""

    unit: str
    kroner: Amount
    agreement: str = Field(min_length=1)


class FundingYear(Frozen):
    """A year: `base` names every unit that is funded, with its weight in the base part.

    `regulations` are last days of months: by then counted, the rest forecast. `settlement` is the day that the records
    must reach before the year is settled.
    """

    year: Year
    frame: Amount
    split: Split
    base: Annotated[dict[str, Number], Field(min_length=1)]
    taximeter: TaximeterRule | None = None
    result: ResultRule | None = None
    agreed: Annotated[tuple[AgreedAmount, ...], BeforeValidator(as_tuple)] = ()
    regulations: Annotated[tuple[Day, ...], BeforeValidator(as_tuple)] = ()
    settlement: Day

    @model_validator(mode="after")
    def _days_in_order(self) -> "FundingYear":
        for day in self.regulations:
            if day.year != self.year or (day + timedelta(days=1)).day != 1:
                raise ValueError(f"A regulation is on the last day of a month of {self.year}: {day} is none")
        if list(self.regulations) != sorted(set(self.regulations)):
            raise ValueError("Write the regulations in the order of their days, each once")
        if self.settlement < date(self.year, 12, 31):
            raise ValueError(f"{self.year} is settled when it is over: write a settlement from {self.year}-12-31 on")
        return self

    @model_validator(mode="after")
    def _every_part_has_its_rule(self) -> "FundingYear":
        if self.split.base and not any(self.base.values()):
            raise ValueError("The base part is split by weights, and all in `base` are 0: give one of them more")
        if bool(self.split.taximeter) != (self.taximeter is not None):
            raise ValueError("A taximeter part and a `taximeter` rule go together: write both, or neither")
        if bool(self.split.result) != (self.result is not None):
            raise ValueError("A result part and a `result` rule go together: write both, or neither")
        unknown = [
            *(each.unit for each in self.agreed if each.unit not in self.base),
            *(unit for unit in (self.result.targets if self.result else ()) if unit not in self.base),
        ]
        if unknown:
            raise ValueError(f"{unknown[0]} is not funded: name it in `base`, with weight 0 if it has no part of it")
        agreed = sum((each.kroner for each in self.agreed), Decimal(0))
        part = self.frame * self.split.agreed / HUNDRED
        if agreed > part:
            raise ValueError(f"{agreed} kroner are agreed, and the agreed part is {part:.2f}: raise it, or agree less")
        return self


class Effort(Frozen):
    """Two indicators that say what a month with a client costs: an amount, and the courses open on average."""

    cost: Key
    stock: Key


class Funding(Frozen):
    rates: Annotated[tuple[Rate, ...], BeforeValidator(as_tuple)] = ()
    years: Annotated[tuple[FundingYear, ...], BeforeValidator(as_tuple)] = ()
    effort: Effort | None = None

    @model_validator(mode="after")
    def _a_year_once(self) -> "Funding":
        years = [each.year for each in self.years]
        if len(set(years)) < len(years):
            raise ValueError("A year stands once: put its two entries together")
        return self

    def year(self, year: int) -> FundingYear | None:
        return next((each for each in self.years if each.year == year), None)

    def grants(self) -> tuple[Grant, ...]:
        """The newest year's money that depends on an indicator, for the model check."""
        newest = max(self.years, key=lambda each: each.year, default=None)
        found: list[Grant] = []
        if newest and (rule := newest.taximeter):
            found.append(Grant(kind="taximeter", indicator=rule.triggered_by, counterweights=rule.counterweights))
        if newest and newest.result:
            waits = max((newest.settlement - Period.parse(newest.result.cohort).last_on).days, 1)
            found.append(
                Grant(
                    kind="result", indicator=newest.result.indicator, counterweights=newest.result.counterweights,
                    settled_after=Duration.parse(f"{min(waits, 99_999)} days"),
                )
            )  # fmt: skip
        return tuple(found)
