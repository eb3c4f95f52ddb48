"""The parts of a monthly status that lie beside the goals: economy, law, freedom, data. Each may be not measured."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pejling.indicators.definition import Text
from pejling.indicators.figures import State
from pejling.steering.economy import Sign


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


@dataclass(frozen=True)
class EconomySection:
    """`state` is that of what is spent. `accounts` are those that anything was ever posted to."""

    state: State
    whole: EconomyLine
    accounts: tuple[EconomyLine, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """What the law asks, in the month: steps due, held in time, late or not held, exempt."""

    key: str
    name: Text
    due: int
    timely: int
    late: int
    exempt: int


@dataclass(frozen=True)
class LawSection:
    """`at_risk`: kroner of reimbursement that late steps may cost; None where it is not worked out."""

    requirements: tuple[Requirement, ...]
    at_risk: Decimal | None


@dataclass(frozen=True)
class FreedomSection:
    """Degrees of freedom as decided: never by the system. `proposed`: what signs of failing have it propose."""

    state: Literal["free", "proposed", "narrowed"]
    since: date | None = None
    until: date | None = None
    what: str = ""
    reason: str = ""
    way_back: str = ""


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
