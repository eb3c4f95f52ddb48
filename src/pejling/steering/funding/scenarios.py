"""What if: other rates, another split, other clients, other results; and every unit's gain or loss by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from pejling.indicators.funding import FundingYear, Rate, Split
from pejling.steering.funding.allocation import Allocation, allocate
from pejling.steering.funding.basis import Basis, Count, Outcome

EVERYWHERE = ""  # stands for all units


@dataclass(frozen=True)
class Change:
    """Nothing, where nothing is said. `rates`: kroner by target group, for the whole year. `intake`: by unit, or "" for
    all of them, per cent more (or less) clients; `outcome`: by unit, or "", percentage points more of the paying
    cohort that count.
    """

    frame: Decimal | None = None
    split: Split | None = None
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    intake: Mapping[str, Decimal] = field(default_factory=dict)
    outcome: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """An allocation as it is and as it would be: of the same year, on the same records."""

    before: Allocation
    after: Allocation

    def gain(self, unit: str) -> Decimal:
        """What the unit would have more; below 0: less."""
        return self.after.of(unit).total - self.before.of(unit).total


def scenario(plan: FundingYear, rates: tuple[Rate, ...], basis: Basis, change: Change) -> Scenario:
    """Raises NoRate for clients without one, and ValueError (pydantic's) for a split that its rules do not fit."""
    return Scenario(allocate(plan, rates, basis), allocate(*changed(plan, rates, basis, change)))


def changed(
    plan: FundingYear, rates: tuple[Rate, ...], basis: Basis, change: Change
) -> tuple[FundingYear, tuple[Rate, ...], Basis]:
    said = {"frame": change.frame, "split": change.split}
    as_now = {name: getattr(plan, name) for name in FundingYear.model_fields}
    plan = FundingYear.model_validate({**as_now, **{name: each for name, each in said.items() if each is not None}})
    rates = tuple(
        rate.model_copy(update={"kroner": change.rates[rate.target_group]})
        if rate.target_group in change.rates
        else rate
        for rate in rates
    )
    return (
        plan,
        rates,
        basis.model_copy(
            update={
                "actual": tuple(_more(each, change.intake) for each in basis.actual),
                "forecast": tuple(_more(each, change.intake) for each in basis.forecast),
                "cohort": tuple(_better(each, change.outcome) for each in basis.cohort),
            }
        ),
    )


def _more(count: Count, per_cent: Mapping[str, Decimal]) -> Count:
    more = per_cent.get(count.unit, per_cent.get(EVERYWHERE, Decimal(0)))
    return count.model_copy(update={"count": max(count.count * (100 + more) / 100, Decimal(0))})


def _better(outcome: Outcome, points: Mapping[str, Decimal]) -> Outcome:
    """As many more courses as so many percentage points are: not whole ones, for a scenario is no count."""
    more = points.get(outcome.unit, points.get(EVERYWHERE, Decimal(0)))
    counted = Fraction(outcome.counted) + Fraction(more) * outcome.of / 100
    within = min(max(counted, Fraction(0)), Fraction(outcome.of))
    return outcome.model_copy(update={"counted": Decimal(within.numerator) / Decimal(within.denominator)})
