"""What the money asks for: what one more client, one more fast exit and one parked client earn or cost a unit.

Each is found by allocating with one more and taking the difference, so that floor, cap, factor and formula are all in
it. A taximeter that does not depend on how long anyone stays pays the same for a client who is helped and for one who
is parked: only what is paid for results, and what is looked at beside, weighs against that. Parking and creaming under
such pay are described by P. Koning and C. Heinrich, Cream-skimming, parking and other intended and unintended effects
of high-powered, performance-based contracts, Journal of Policy Analysis and Management 32 (2013).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pejling.indicators.funding import FundingYear, Rate
from pejling.steering.funding import taximeter
from pejling.steering.funding.allocation import Allocation, allocate, results
from pejling.steering.funding.basis import Basis, Count, counts, first_day, months
from pejling.steering.funding.ore import CENT, kroner, ore
from pejling.steering.funding.taximeter import rate_of


@dataclass(frozen=True)
class OneMore:
    """What a unit itself gains, and what all the others together gain (below 0: lose), in kroner."""

    own: Decimal
    others: Decimal


@dataclass(frozen=True)
class Incentive:
    """Of a unit: what one more `client` of each target group is worth, and one more of the paying cohort that turns out
    as asked (`exit`; None while none is decided).

    `chance` is the share of the unit's cohort that did, so that `at_risk` = chance × exit is what parking one client
    costs it, on average, in result money. `month` is what a month with a client costs the unit, and `after` the months
    of effort saved from which parking pays; None where one of them is not known.
    """

    unit: str
    client: dict[str, OneMore]
    exit: OneMore | None
    chance: Decimal | None
    month: Decimal | None

    @property
    def at_risk(self) -> Decimal | None:
        if self.exit is None or self.chance is None:
            return None
        return (self.exit.own * self.chance).quantize(CENT)

    @property
    def after(self) -> Decimal | None:
        if self.at_risk is None or not self.month:
            return None
        return self.at_risk / self.month


def incentives(
    plan: FundingYear, rates: tuple[Rate, ...], basis: Basis, effort: dict[str, Decimal] | None = None
) -> tuple[Incentive, ...]:
    """Of every unit. `effort`: by unit, what a month with a client costs in kroner. Raises NoRate.

    One more client changes nothing but the taximeter, and one more exit nothing but the results: only that is computed
    again, as `allocate` does it.
    """
    basis = _summed(rates, basis) if plan.taximeter else basis
    now = allocate(plan, rates, basis)
    found = []
    for unit in sorted(plan.base):
        client = _clients(plan, rates, basis, now, unit) if plan.taximeter else {}
        outcome = next((each for each in basis.cohort if each.unit == unit), None)
        exit_, chance = None, None
        if plan.result and outcome and outcome.of:
            chance = Decimal(outcome.counted) / outcome.of
            exit_ = _exit(plan, basis, now, unit)
        found.append(Incentive(unit, client, exit_, chance, (effort or {}).get(unit)))
    return tuple(found)


def _summed(rates: tuple[Rate, ...], basis: Basis) -> Basis:
    """The same clients, those of a unit and rate together: all that an allocation makes of them. Raises NoRate."""
    sums: dict[tuple[str, str, date], Decimal] = {}
    for each in (*basis.actual, *basis.forecast):
        rate = rate_of(rates, each.target_group, each.month)
        key = each.unit, each.target_group, max(rate.from_, first_day(f"{each.month[:4]}-01"))
        sums[key] = sums.get(key, Decimal(0)) + each.count
    summed = {(unit, group, f"{day:%Y-%m}"): count for (unit, group, day), count in sums.items()}
    return basis.model_copy(update={"actual": counts(summed), "forecast": ()})


def _clients(
    plan: FundingYear, rates: tuple[Rate, ...], basis: Basis, now: Allocation, unit: str
) -> dict[str, OneMore]:
    """One more of each target group, in the last month of the year."""
    assert plan.taximeter is not None  # noqa: S101 - the caller asks only where there is one
    part, within = ore(now.frame.taximeter), taximeter.limits_of(plan.base, plan.taximeter, basis.opening)
    before = {each.unit: ore(each.taximeter) for each in now.units}
    triggered = {each.unit: ore(each.triggered) for each in now.units}
    own = tuple(each for each in basis.actual if each.unit == unit)
    found = {}
    for group in sorted({rate.target_group for rate in rates}):
        one = Count(unit=unit, target_group=group, month=months(plan.year)[-1], count=Decimal(1))
        lines = taximeter.lines([unit], rates, Basis(actual=(*own, one)))
        with_one = {**triggered, unit: sum(ore(line.amount) for line in lines)}
        found[group] = _difference(before, taximeter.metered(part, with_one, plan.taximeter, within).amounts, unit)
    return found


def _exit(plan: FundingYear, basis: Basis, now: Allocation, unit: str) -> OneMore:
    """One more that turned out as asked, of the same courses; where all have, nothing can be added."""
    cohort = tuple(
        each.model_copy(update={"counted": min(each.counted + 1, Decimal(each.of))}) if each.unit == unit else each
        for each in basis.cohort
    )
    earned, unused, _ = results(plan, ore(now.frame.result), basis.model_copy(update={"cohort": cohort}))
    then = {each: (earned.paid.get(each, 0) if earned else 0) + unused[each] for each in plan.base}
    return _difference({each.unit: ore(each.result + each.unused) for each in now.units}, then, unit)


def _difference(before: Mapping[str, int], after: Mapping[str, int], unit: str) -> OneMore:
    own = after[unit] - before[unit]
    return OneMore(kroner(own), kroner(sum(after.values()) - sum(before.values()) - own))
