"""Which goals a unit has in a year, and what each asks of it: the contract first, then the model's goals."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pejling.indicators.definition import Text
from pejling.indicators.goals import Goal as ModelGoal
from pejling.indicators.hierarchy import Unit
from pejling.indicators.history import Past
from pejling.indicators.model import Model
from pejling.steering import contracts
from pejling.steering.goal_status import Target
from pejling.steering.prospects import levels


@dataclass(frozen=True)
class Asked:
    """A goal of a unit. `way`: what a contract asks at the end of each quarter."""

    indicator: str
    goal: str
    name: Text | None
    target: Target | None
    way: tuple[float, ...] = ()


def asked_of(
    model: Model,
    units: Mapping[str, Unit],
    unit: str,
    year: int,
    agreed: Sequence[contracts.Goal],
    signed: Collection[str] = (),
) -> Iterator[Asked]:
    """The contract's goals in its own order, then the model's others, one an indicator. `units`: all there are.

    `signed`: indicators whose definition the contract keeps, so that the model need not have them any more.
    """
    names = {goal.key: goal.name for goal in model.goals}
    known = {indicator.key for indicator in model.indicators}
    seen: set[str] = set()
    for goal in agreed:
        if (goal.indicator in known or goal.indicator in signed) and goal.indicator not in seen:
            seen.add(goal.indicator)
            target = None
            if goal.target is not None:
                target = Target(
                    year, goal.target, "contract", unit, units[unit].name, own=True,
                    standard=goal.sharing == "minimum", count=goal.count, of=goal.of,
                )  # fmt: skip
            yield Asked(goal.indicator, goal.goal, names.get(goal.goal), target, goal.trajectory)
    for each in model.goals:
        judged = each.indicators[0]
        if judged in known and judged not in seen:
            seen.add(judged)
            yield Asked(judged, each.key, each.name, _by_model(model, units, unit, year, each))


def _comparable(model: Model, goal: ModelGoal) -> bool:
    """Does the level say the same at a part as at the whole? A share does, and a time; a count of people does not."""
    indicator = model.indicator(goal.indicators[0])
    return indicator.unit in ("share", "days", "weeks", "points") or indicator.measure == "ratio"


def _by_model(model: Model, units: Mapping[str, Unit], unit: str, year: int, goal: ModelGoal) -> Target | None:
    """Its own level, or for the eye only that of the nearest unit above that has one."""
    for target in goal.targets:
        if target.year == year:
            asked = dict(levels(model, goal, target, Past(dict(units), {})))
            above: str | None = unit
            while above is not None and above not in asked:
                above = units[above].parent_id if above in units else None
            if above is not None and (above == unit or _comparable(model, goal)):
                own = above == unit
                return Target(
                    year, asked[above], "model", above, units[above].name, own, standard=goal.minimum_standard
                )  # fmt: skip
    return None
