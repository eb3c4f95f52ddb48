"""Who gets what of a year's frame. The units' amounts and the reserve are the frame, to the øre, whatever comes in."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator

from pejling.indicators.definition import Frozen, as_tuple
from pejling.indicators.funding import FundingYear, Kroner, Rate
from pejling.steering.funding import taximeter
from pejling.steering.funding.basis import Basis, Plain
from pejling.steering.funding.ore import kroner, ore, shared
from pejling.steering.funding.results import Earned, earned

Part = Literal["base", "taximeter", "agreed", "result", "unused"]
PARTS: tuple[Part, ...] = ("base", "taximeter", "agreed", "result", "unused")
SHOWN = Decimal("0.000001")  # factors are shown so; what is paid was computed exactly
ZERO = Decimal("0.00")


class Frame(Frozen):
    """The frame and its parts."""

    whole: Kroner
    base: Kroner
    taximeter: Kroner
    agreed: Kroner
    result: Kroner


class UnitAllocation(Frozen):
    """What a unit gets. `triggered` is the sum of its lines, before floor, cap and factor. `possible` is what it could
    have had of the result part, `attained` the part of that it earned (0 to 1). `unused` is its part of result money
    that nobody earned, where the model gives that back by the base key.
    """

    unit: str
    base: Kroner
    lines: Annotated[tuple[taximeter.Line, ...], BeforeValidator(as_tuple)]
    triggered: Kroner
    limit: taximeter.Limit
    taximeter: Kroner
    agreed: Kroner
    possible: Kroner
    attained: Plain
    result: Kroner
    unused: Kroner

    @property
    def total(self) -> Decimal:
        return self.base + self.taximeter + self.agreed + self.result + self.unused


class Reserve(Frozen):
    """What is not given to any unit, by the part it is left of. The taximeter's is below 0 where more was triggered
    than its part holds.
    """

    base: Kroner = ZERO
    taximeter: Kroner = ZERO
    agreed: Kroner = ZERO
    result: Kroner = ZERO

    @property
    def total(self) -> Decimal:
        return self.base + self.taximeter + self.agreed + self.result


class Allocation(Frozen):
    """`factor`: by which the taximeter was scaled to meet its part; None where the reserve closes the gap."""

    frame: Frame
    units: Annotated[tuple[UnitAllocation, ...], BeforeValidator(as_tuple)]
    reserve: Reserve
    factor: Plain | None

    def of(self, unit: str) -> UnitAllocation:
        return next(each for each in self.units if each.unit == unit)

    @property
    def given(self) -> Decimal:
        return sum((each.total for each in self.units), ZERO)


def allocate(plan: FundingYear, rates: tuple[Rate, ...], basis: Basis) -> Allocation:
    """Raises NoRate for clients of a target group without one."""
    units = sorted(plan.base)
    parts = shared(
        ore(plan.frame),
        {name: Fraction(getattr(plan.split, name)) for name in ("base", "taximeter", "agreed", "result")},
    )
    key = {unit: Fraction(weight) for unit, weight in plan.base.items()}
    base = shared(parts["base"], key)
    lines = taximeter.lines(units, rates, basis) if plan.taximeter else ()
    triggered = {unit: sum(ore(line.amount) for line in lines if line.unit == unit) for unit in units}
    metered = taximeter.Metered(dict.fromkeys(units, 0), dict.fromkeys(units, ""), None, 0)
    if plan.taximeter:
        within = taximeter.limits_of(units, plan.taximeter, basis.opening)
        metered = taximeter.metered(parts["taximeter"], triggered, plan.taximeter, within)
    agreed = {
        unit: sum(ore(a.kroner) for a in plan.agreed if a.unit == unit and a.agreement in basis.standing)
        for unit in units
    }
    result, unused, left = results(plan, parts["result"], basis)
    return Allocation(
        frame=Frame(whole=plan.frame, **{name: kroner(amount) for name, amount in parts.items()}),
        units=tuple(
            UnitAllocation(
                unit=unit,
                base=kroner(base[unit]),
                lines=tuple(line for line in lines if line.unit == unit),
                triggered=kroner(triggered[unit]),
                limit=metered.limits[unit],
                taximeter=kroner(metered.amounts[unit]),
                agreed=kroner(agreed[unit]),
                possible=kroner(result.possible.get(unit, 0) if result else 0),
                attained=_shown(result.attained.get(unit, Fraction(0)) if result else Fraction(0)),
                result=kroner(result.paid.get(unit, 0) if result else 0),
                unused=kroner(unused[unit]),
            )
            for unit in units
        ),
        reserve=Reserve(
            base=kroner(parts["base"] - sum(base.values())),
            taximeter=kroner(metered.left),
            agreed=kroner(parts["agreed"] - sum(agreed.values())),
            result=kroner(left),
        ),
        factor=None if metered.factor is None else _shown(metered.factor),
    )


def results(plan: FundingYear, pool: int, basis: Basis) -> tuple[Earned | None, dict[str, int], int]:
    """In øre: what was earned of the pool (None: nothing is decided), what goes back by the base key, and the rest."""
    nothing = dict.fromkeys(plan.base, 0)
    if plan.result is None or basis.cohort_state != "mature":
        return None, nothing, pool
    found = earned(pool, plan.result, tuple(each for each in basis.cohort if each.unit in plan.base))
    if plan.result.unused == "reserve":
        return found, nothing, found.unused
    unused = shared(found.unused, {unit: Fraction(weight) for unit, weight in plan.base.items()})
    return found, unused, found.unused - sum(unused.values())


def _shown(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(SHOWN)
