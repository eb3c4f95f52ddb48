"""What the model's targets of a year ask of the units right below one: the political agreement, before any contract."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pejling.indicators.goals import Goal, Target
from pejling.indicators.hierarchy import Unit
from pejling.indicators.model import Model
from pejling.steering.contracts import Sharing


@dataclass(frozen=True)
class Ask:
    """A target as it concerns one unit and those right below it that are asked.

    `level` is asked of them together; of a minimum standard or a shared goal, of each. `stated` has the levels that the
    model gives single units.
    """

    goal: str
    indicator: str
    year: int
    level: float
    sharing: Sharing
    units: tuple[str, ...]
    stated: Mapping[str, float]


def asks(model: Model, units: Mapping[str, Unit], upper: str, year: int) -> Iterator[Ask]:
    """The targets of the year that `upper` splits among the units right below, in the model's order.

    One that they reach together is theirs only where all who are asked stand right below: else another is the whole.
    """
    for goal in model.goals:
        for target in (each for each in goal.targets if each.year == year):
            sharing: Sharing = "minimum" if goal.minimum_standard else "shared" if goal.shared else "own"
            below = _asked(goal, target, units, upper)
            if below and (sharing != "own" or _all_below(goal, target, units, upper)):
                stated = {unit: target.contributions[unit] for unit in below if unit in target.contributions}
                yield Ask(goal.key, goal.indicators[0], year, target.level, sharing, below, stated)


def _asked(goal: Goal, target: Target, units: Mapping[str, Unit], upper: str) -> tuple[str, ...]:
    below = [unit for unit in units.values() if unit.parent_id == upper]
    named = tuple(unit.unit_id for unit in below if unit.unit_id in target.contributions)
    return named or tuple(unit.unit_id for unit in below if not goal.asked_of or unit.kind in goal.asked_of)


def _all_below(goal: Goal, target: Target, units: Mapping[str, Unit], upper: str) -> bool:
    named = [units[unit] for unit in target.contributions if unit in units]
    if not named and not goal.asked_of:
        return units[upper].parent_id is None
    asked = named or [unit for unit in units.values() if unit.kind in goal.asked_of and unit.unit_id != upper]
    return all(unit.parent_id == upper for unit in asked)
