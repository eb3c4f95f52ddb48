"""The parts of a monthly status that lie beside the goals: economy, law, freedom, data. Each may be not measured."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pejling.indicators.definition import Text
from pejling.indicators.figures import State
from pejling.steering.economy import Sign
from pejling.steering.law import Verdict


@dataclass(frozen=True)
class EconomyLine:
    """One account, or the whole (""), in kroner: as `economy.Line`, from which it is taken."""

    account: str
    name: Text | None
    sign: Sign
    budget: Decimal | None  # the whole year's
    budget_to_date: Decimal | None
    spent: Decimal | None  # from New Year through the month
    committed: Decimal | None
    expected: Decimal | None  # at the year's end, four years in five from low to high
    low: Decimal | None
    high: Decimal | None

    @property
    def empty(self) -> bool:
        """Was nothing ever spent, and is nothing budgeted or ordered? Its money, if any, stands at a unit above."""
        return self.sign == "nothing" and not (self.budget or self.spent or self.committed)


@dataclass(frozen=True)
class EconomySection:
    """`state` is that of what is spent. `accounts` are those that anything was ever posted to."""

    state: State
    whole: EconomyLine
    accounts: tuple[EconomyLine, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """What a rule of the law asked over the twelve months to the month's end: steps due and not exempt, how they went,
    and what the figure says of it (see `law.Standing`).
    """

    key: str
    name: Text
    verdict: Verdict
    state: State
    due: int
    timely: int
    late: int
    missed: int
    exempt: int


@dataclass(frozen=True)
class LawSection:
    """`at_risk`: kroner of reimbursement that late and missed steps may cost in the twelve months; None where it is not
    known.
    """

    requirements: tuple[Requirement, ...]
    at_risk: Decimal | None


@dataclass(frozen=True)
class FreedomSection:
    """The degrees of freedom that people have narrowed, on the month's last day; none where `degrees` is empty.

    `until`, `reason` and `restores` are those of the newest decision.
    """

    degrees: tuple[Text, ...] = ()
    until: date | None = None
    reason: str = ""
    restores: str = ""


@dataclass(frozen=True)
class DataSection:
    """What the figures rest on. `refused`: rows of the newest delivery of each table that were refused.

    `figures` were looked at for signals; `provisional` and `immature`: how many of the goals' newest figures are so.
    `counted`: the units whose records count here, also those that were closed and left theirs to one of them.
    """

    through: date
    snapshot: int
    model_version: int
    refused: int
    figures: int
    provisional: int
    immature: int
    counted: tuple[str, ...]
