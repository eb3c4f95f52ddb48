"""The overall goals of a unit for a year: set, split into contributions by a rule, and held against the contracts."""

from dataclasses import dataclass

from django.utils.translation import gettext

from pejling.agreements.rights import Reader, Refused
from pejling.indicators.hierarchy import Unit
from pejling.pages import words
from pejling.pages.ground import Ground
from pejling.pages.prefill import goal_of
from pejling.pages.series import heading
from pejling.pages.unknown import Unknown
from pejling.pages.wholes import Whole, counted, offered, wholes
from pejling.steering.cascade import RULES
from pejling.steering.contracts import SHARINGS, OverallGoal


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
    """Raises Unknown for a unit that is not there, Refused for who does not write for it."""
    if unit_id not in ground.hierarchy:
        raise Unknown("unit", unit_id)
    if unit_id not in reader.at("draft"):
        raise Refused("draft")
    found = wholes(ground, unit_id, year)
    taken = {whole.goal.indicator for whole in found}
    return OverallPage(
        unit=ground.hierarchy[unit_id],
        year=year,
        below=tuple(unit for unit in ground.hierarchy.values() if unit.parent_id == unit_id),
        wholes=found,
        candidates=tuple(
            (indicator.key, words.text(indicator.name), counted(heading(ground, indicator)))
            for indicator in ground.indicators
            if indicator.key not in taken
        ),
        synthetic=ground.model.data_synthetic,
    )


def set_goal(ground: Ground, page: OverallPage, said: OverallGoal) -> OverallGoal:
    """With its parts by the rule. An indicator that cannot be counted is shared, or a minimum: it is never added up."""
    if not counted(heading(ground, ground.indicator(said.indicator))) and said.sharing == "own":
        said = said.model_copy(update={"sharing": "minimum"})
    said = said.model_copy(update={"goal": goal_of(ground, said.indicator)})
    return offered(ground, said, [unit.unit_id for unit in page.below]) if page.below else said


def rule(name: str) -> str:
    return {
        "equal": gettext("Equal parts"),
        "intake": gettext("By intake"),
        "history": gettext("By own history, adjusted for target groups"),
        "by_hand": gettext("By hand"),
    }[name]
