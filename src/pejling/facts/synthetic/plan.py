"""What is asked for: a recipe, how many, of which days, from which seed; and the units that follow."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist

import yaml

from pejling.facts.mistakes import Mistake
from pejling.facts.synthetic.recipe import Recipe, Unit, read_recipe

FIRST, LAST = date(2022, 1, 1), date(2024, 12, 31)  # fixed, so that the same words give the same facts on any day
MOST_COURSES = 50_000_000
MOST_UNITS = 20_000
_TEAMS_OF_A_CENTRE = _CENTRES_OF_A_MUNICIPALITY = 8


@dataclass(frozen=True)
class Plan:
    """`units`: how many teams, where the recipe names none. `deliveries`: a month apart, the last reaches `through`.

    `errors`: so many rows that a delivery must refuse, for each right one. Raises Mistake for what cannot be made.
    """

    recipe: Recipe
    courses: int
    seed: int = 1
    from_on: date = FIRST
    through: date = LAST
    units: int = 24
    deliveries: int = 1
    errors: float = 0.0

    def __post_init__(self) -> None:
        for name, found, least, most in (
            ("courses", self.courses, 1, MOST_COURSES),
            ("units", self.units, 1, MOST_UNITS),
            ("deliveries", self.deliveries, 1, 60),
            ("errors", self.errors, 0, 0.5),
            ("seed", self.seed, 0, 2**63 - 1),
        ):
            if not least <= found <= most:
                raise Mistake(f"--{name}", f"{found} was asked for", f"Give {least} to {most:,}")
        if not date(1901, 1, 1) <= self.from_on < self.through < date(2200, 1, 1):
            raise Mistake(
                "--from, --through", f"{self.from_on} to {self.through}", "Give an earlier from, 1901 or later"
            )
        if known(self)[0] <= self.from_on:
            raise Mistake(
                "--deliveries", f"the first of {self.deliveries} would reach {known(self)[0]}, before {self.from_on}",
                "Ask for fewer, or for a longer time",
            )  # fmt: skip

    def source(self, through: date) -> str:
        """What the delivery that reaches this day calls itself."""
        return f"{self.recipe.source} ({self.recipe.made_up}, seed {self.seed}, {through})"

    @property
    def begins(self) -> date:
        """When the first courses begin: two years or more before `from_on`, so that there is a stock on that day."""
        return date(self.from_on.year - 2, 1, 1)


def read_plan(folder: Path) -> Plan:
    """The plan of an example: its `synthetic.yaml`, in the quantities of its `plan.yaml`. Raises Mistake."""
    said = yaml.safe_load((folder / "plan.yaml").read_text(encoding="utf-8"))
    try:
        return Plan(read_recipe(folder / "synthetic.yaml"), from_on=said.pop("from"), **said)
    except (KeyError, TypeError) as fault:
        raise Mistake(f"{folder.name}/plan.yaml", f"{fault}", "Give courses, seed, from, through, deliveries") from None


def known(plan: Plan) -> list[date]:
    """The day each delivery reaches: the last is `through`, the others the last days of the months before."""
    days = [plan.through]
    while len(days) < plan.deliveries:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


def units(plan: Plan) -> list[Unit]:
    """The recipe's, or made-up teams; each that answers for courses with its true hazard ratio of exit to work.

    After a team its caseworkers, who share its courses, and its ratio.
    """
    found = []
    for unit in plan.recipe.units or _made_up(plan):
        drawn = unit.size and unit.exit is None
        found.append(unit.model_copy(update={"exit": _drawn(plan, unit.unit_id)}) if drawn else unit)
        found += [
            Unit(unit_id=f"{unit.unit_id}-{n}", name=f"Sagsbehandler {n}, {unit.name}", kind="caseworker",
                 parent=unit.unit_id)
            for n in range(1, unit.caseworkers + 1)
        ]  # fmt: skip
    return found


def mix(recipe: Recipe, unit: Unit) -> list[float]:
    """The shares of the confounder's levels among those who come to the unit, from the nearest to the farthest."""
    levels = list(recipe.confounder.levels.values())
    places = [2 * number / (len(levels) - 1) - 1 for number in range(len(levels))]
    weights = [level.share * math.exp(unit.mix * place) for level, place in zip(levels, places, strict=True)]
    return [weight / sum(weights) for weight in weights]


def _made_up(plan: Plan) -> Iterator[Unit]:
    centres = -(-plan.units // _TEAMS_OF_A_CENTRE)
    municipalities = -(-centres // _CENTRES_OF_A_MUNICIPALITY)
    top = "DK" if municipalities > 1 else "K1"
    if municipalities > 1:
        yield Unit(unit_id=top, name="Staten", kind="state")
    for number in range(1, municipalities + 1):
        above = top if municipalities > 1 else ""
        yield Unit(unit_id=f"K{number}", name=f"Kommune {number}", kind="municipality", parent=above)
    for number in range(1, centres + 1):
        above = f"K{-(-number // _CENTRES_OF_A_MUNICIPALITY)}"
        yield Unit(unit_id=f"C{number}", name=f"Center {number}", kind="centre", parent=above)
    for number in range(1, plan.units + 1):
        yield Unit(
            unit_id=f"T{number}", name=f"Team {number}", kind="team", parent=f"C{-(-number // _TEAMS_OF_A_CENTRE)}",
            size=round(0.5 + 2 * _uniform(plan, f"size T{number}") ** 2, 4),
            mix=round(1.2 * _uniform(plan, f"mix T{number}") - 0.6, 4),
        )  # fmt: skip
    for number in range(1, 3 + plan.units // 50):
        yield Unit(unit_id=f"L{number}", name=f"Leverandør {number}", kind="supplier", parent=top, supplies=True)


def _drawn(plan: Plan, unit_id: str) -> float:
    return round(math.exp(plan.recipe.unit_spread * NormalDist().inv_cdf(_uniform(plan, f"exit {unit_id}"))), 6)


def _uniform(plan: Plan, purpose: str) -> float:
    """In (0, 1), by seed and purpose."""
    number = int.from_bytes(hashlib.sha256(f"{plan.seed} {purpose}".encode()).digest()[:6])
    return (number + 0.5) / 2**48
