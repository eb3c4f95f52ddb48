"""The overall goals of a unit for a year: set, split into contributions by a rule, and held against the contracts."""

from dataclasses import dataclass

from django.utils.translation import gettext

from pejling.agreements.rights import Reader, Refused
from pejling.indicators.hierarchy import Unit
from pejling.pages import words
from pejling.pages.ground import Ground
from pejling.pages.pasts import having
from pejling.pages.prefill import goal_of
from pejling.pages.series import heading
from pejling.pages.targets import near, offered
from pejling.pages.unknown import Unknown
from pejling.pages.wholes import Whole, wholes
from pejling.steering.cascade import RULES
from pejling.steering.contracts import SHARINGS, OverallGoal
from pejling.steering.contributions import Direction, counted


@dataclass(frozen=True)
class OverallPage:
    unit: Unit
    year: int
    below: tuple[Unit, ...]
    wholes: tuple[Whole, ...]
    candidates: tuple[tuple[str, str, bool], ...]  # key, name, whether contributions to it can be counted
    synthetic: bool
    rules: tuple[str, ...] = RULES
    sharings: tuple[str, ...] = SHARINGS


def overall_page(ground: Ground, reader: Reader, unit_id: str, year: int) -> OverallPage:
    """Raises Unknown for a unit that is not there or a year far from the records, Refused for who does not write
    for it.
    """
    if unit_id not in ground.hierarchy:
        raise Unknown("unit", unit_id)
    if unit_id not in reader.at("draft"):
        raise Refused("draft")
    near(ground, year)
    found = wholes(ground, unit_id, year)
    taken = {whole.goal.indicator for whole in found}
    return OverallPage(
        unit=ground.hierarchy[unit_id],
        year=year,
        below=tuple(unit for unit in ground.hierarchy.values() if unit.parent_id == unit_id),
        wholes=found,
        candidates=tuple(
            (indicator.key, words.text(indicator.name), heading(ground, indicator).counted)
            for indicator in ground.indicators
            if indicator.key not in taken
        ),
        synthetic=ground.model.data_synthetic,
    )


def set_goal(ground: Ground, page: OverallPage, said: OverallGoal) -> OverallGoal:
    """With its parts by the rule. An indicator that cannot be counted is shared, or a minimum: it is never added up; of
    one that can, a share is given as people or as a level. Raises ValueError where more is asked than there is.
    """
    indicator = ground.indicator(said.indicator)
    head = heading(ground, indicator)
    below = [unit.unit_id for unit in page.below]
    asked = said.asked or having(ground, indicator, below, page.year)
    said = said.model_copy(update={"goal": goal_of(ground, said.indicator), "asked": tuple(asked)})
    if not head.counted and said.sharing == "own":
        said = said.model_copy(update={"sharing": "minimum"})
    if said.sharing != "own" or not asked:
        return said
    if said.count is None and said.level is not None and head.whole:
        direction: Direction = "down" if head.direction == "down" else "up"
        of = said.of or offered(ground, said, asked).of
        said = said.model_copy(update={"count": int(counted(said.level, of, direction)) if of else None, "of": of})
    return offered(ground, said.model_copy(update={"level": None}), asked)


def rule(name: str) -> str:
    return {
        "equal": gettext("Equal parts"),
        "intake": gettext("By intake"),
        "history": gettext("By own history, adjusted for target groups"),
        "by_hand": gettext("By hand"),
    }[name]
