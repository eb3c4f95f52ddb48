"""What if: other rates, another split, other clients, other results; and every unit's gain or loss by it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Literal

from pejling.indicators.funding import FundingYear, Rate, Split
from pejling.steering.funding.allocation import Allocation, allocate
from pejling.steering.funding.basis import Basis, Count, Outcome

EVERYWHERE = ""  # stands for all units
NOBODY = Decimal(-100)  # per cent: no client is left
TENTH = Decimal("0.1")


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
class Beyond:
    """A change that cannot be, of a target group's rate or of a unit (or all of them), and what could be written."""

    what: Literal["rate", "intake", "outcome"]
    of: str
    least: Decimal
    most: Decimal | None = None


class Impossible(ValueError):  # noqa: N818 - an answer, not a fault
    def __init__(self, places: Iterable[Beyond]) -> None:
        self.places = tuple(places)
        super().__init__(", ".join(f"{each.what} {each.of}" for each in self.places))


@dataclass(frozen=True)
class Scenario:
    """An allocation as it is and as it would be: of the same year, on the same records."""

    before: Allocation
    after: Allocation

    def gain(self, unit: str) -> Decimal:
        """What the unit would have more; below 0: less."""
        return self.after.of(unit).total - self.before.of(unit).total


def scenario(plan: FundingYear, rates: tuple[Rate, ...], basis: Basis, change: Change) -> Scenario:
    """Raises NoRate for clients without one, Impossible for changes that cannot be, and ValueError (pydantic's) for a
    split that its rules do not fit.
    """
    if beyond := tuple(_beyond(basis, change)):
        raise Impossible(beyond)
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


def _beyond(basis: Basis, change: Change) -> Iterator[Beyond]:
    for group, kroner in change.rates.items():
        if kroner < 0:
            yield Beyond("rate", group, Decimal(0))
    for unit, more in change.intake.items():
        if more < NOBODY:
            yield Beyond("intake", unit, NOBODY)
    for unit, points in change.outcome.items():
        mine = [each for each in basis.cohort if each.unit == unit or (not unit and each.unit not in change.outcome)]
        of = sum(each.of for each in mine)
        if not of:
            continue
        now = 100 * sum((each.counted for each in mine), Decimal(0)) / of
        if not -now <= points <= 100 - now:
            least, most = (end.quantize(TENTH, ROUND_DOWN) for end in (-now, 100 - now))
            yield Beyond("outcome", unit, least, most)


def _more(count: Count, per_cent: Mapping[str, Decimal]) -> Count:
    more = per_cent.get(count.unit, per_cent.get(EVERYWHERE, Decimal(0)))
    return count.model_copy(update={"count": max(count.count * (100 + more) / 100, Decimal(0))})


def _better(outcome: Outcome, points: Mapping[str, Decimal]) -> Outcome:
    """As many more courses as so many percentage points are: not whole ones, for a scenario is no count."""
    more = points.get(outcome.unit, points.get(EVERYWHERE, Decimal(0)))
    counted = Fraction(outcome.counted) + Fraction(more) * outcome.of / 100
    within = min(max(counted, Fraction(0)), Fraction(outcome.of))
    return outcome.model_copy(update={"counted": Decimal(within.numerator) / Decimal(within.denominator)})
