"""The monthly result status: for one unit and month goals, economy, law, data, the stand taken and freedom.

One frozen dataclass, made of measured figures and of what people decided, that every page and file renders. As JSON it
is canonical: the same status gives the same bytes, so that what was published can be held to its digest for good.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from pejling.indicators.definition import Text
from pejling.indicators.figures import Figure
from pejling.steering.adjustments import Answer, Baseline
from pejling.steering.contracts import Goal
from pejling.steering.freedom import Narrowing
from pejling.steering.goal_status import Before, Cadence, GoalStatus, Signal
from pejling.steering.sections import DataSection, EconomySection, FreedomSection, LawSection
from pejling.steering.stands import Adjustment, Stand
from pejling.steering.xmr import Assurance, Variation

DIGITS = 12  # significant: as far as figures are kept
FORM = 4  # raise it when the same snapshot comes to give another status: what is of a form is made in that form


@dataclass(frozen=True)
class Mark:
    """One goal at a unit below, in short."""

    indicator: str
    certain: Figure | None
    variation: Variation
    assurance: Assurance
    signal: Signal | None


@dataclass(frozen=True)
class Below:
    unit: str
    name: str
    kind: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Taken:
    """The stand that the unit took, by whom, and what the unit above said."""

    stands: tuple[Stand, ...]
    note: str
    by: str
    on: date
    comments: tuple[tuple[str, str], ...]  # (who, text)


@dataclass(frozen=True)
class Followed:
    """An earlier adjustment, and what the data answered. `begun`: the month of the status that it stands in.

    `matures_on`: when the first period after it is decided, where none is yet. `provisional`: late records may still
    change the newest period that it rests on.
    """

    begun: str
    goal: str  # the indicator of the goal it was taken for
    indicator: str
    name: Text
    unit: str
    direction: str
    what: str
    change: float
    by: str
    cadence: Cadence
    answer: Answer
    matures_on: date | None
    provisional: bool = False


@dataclass(frozen=True)
class Status:
    unit: str
    unit_name: str
    unit_kind: str
    upper: str
    upper_name: str
    month: str
    contract: str  # "12.2": number and version of the contract in force; "" where there is none
    synthetic: bool
    goals: tuple[GoalStatus, ...]
    resources: tuple[GoalStatus, ...]
    duties: tuple[GoalStatus, ...]
    data: DataSection
    taken: Taken | None
    adjustments: tuple[Followed, ...]
    below: tuple[Below, ...]
    form: int
    economy: EconomySection | None = None
    law: LawSection | None = None
    freedom: FreedomSection | None = None

    @property
    def signals(self) -> tuple[GoalStatus, ...]:
        return tuple(goal for goal in self.goals if goal.signal)

    @property
    def demanded(self) -> tuple[str, ...]:
        """The indicators of the goals that a stand with a reason is asked for on."""
        return tuple(goal.indicator for goal in self.goals if goal.signal and goal.signal.demands)


@dataclass(frozen=True)
class Begun:
    """An adjustment that an earlier status published: for which goal, with the baseline frozen then.

    `pin`: the definition that it is answered by, though the model moves on; None where it was published before there
    was one, and goes by the model's.
    """

    month: str
    goal: str
    said: Adjustment
    cadence: Cadence
    baseline: Baseline
    adjusting: tuple[str, ...]  # units that adjusted for the same indicator, and so are no comparison
    pin: dict[str, Any] | None = None


@dataclass(frozen=True)
class Contracted:
    """A contract's goals, and by indicator the definition (a Pin) that they go by."""

    goals: tuple[Goal, ...] = ()
    signed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Agreed:
    """All that a status takes from people. With the store's snapshot it makes the status, today and in ten years.

    `form`: the status's own, when it was published. A section that came later is not in it.
    """

    form: int = FORM
    contract: str = ""
    goals: tuple[Goal, ...] = ()
    before: dict[str, Before] = field(default_factory=dict)  # by indicator
    adjustments: tuple[Begun, ...] = ()
    taken: Taken | None = None
    narrowings: tuple[Narrowing, ...] = ()  # in force on the month's last day, the newest first
    signed: dict[str, Any] = field(default_factory=dict)  # by indicator, the definition (a Pin) its contract goes by
    below: dict[str, Contracted] = field(default_factory=dict)  # by unit, the contracts with those below


def as_json(status: Status) -> str:
    """Canonical: sorted keys, no spaces, figures to twelve significant digits.

    What is as by default is left out, so that a field that comes later changes no byte of what was published before.
    """
    return _canonical(_statuses().dump_python(status, mode="json", exclude_defaults=True))


def from_json(text: str) -> Status:
    return _statuses().validate_json(text)


def agreed_json(agreed: Agreed) -> str:
    return _canonical(_agreements().dump_python(agreed, mode="json"))


def agreed_from(text: str) -> Agreed:
    return _agreements().validate_json(text)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _statuses() -> TypeAdapter[Status]:
    return TypeAdapter(Status)


@cache
def _agreements() -> TypeAdapter[Agreed]:
    return TypeAdapter(Agreed)


def _canonical(said: Any) -> str:
    return json.dumps(_rounded(said), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _rounded(said: Any) -> Any:
    """The last bits of a float may depend on the machine: they are not what was published."""
    if isinstance(said, float):
        return float(f"{said:.{DIGITS}g}")
    if isinstance(said, dict):
        return {key: _rounded(value) for key, value in said.items()}
    return [_rounded(each) for each in said] if isinstance(said, list) else said
