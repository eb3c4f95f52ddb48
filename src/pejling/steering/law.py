"""How a unit stands with the law: each rule's timeliness held against what it asks, and the room that is left for the
rest. Pure: it reads what was measured, and works nothing out of cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pejling.indicators.figures import Figure
from pejling.indicators.law import Rule, Terms
from pejling.indicators.law_figures import Money, Timeliness
from pejling.indicators.model import Model
from pejling.indicators.periods import Period

Verdict = Literal["kept", "broken", "unsure", "open", "nothing", "not_reported"]
_ORE = Decimal("0.01")


@dataclass(frozen=True)
class Standing:
    """A rule at a unit in a period. `terms` are those in force on its last day, or on the last day they were.

    `verdict`: kept, where what the law asks is met; broken, where it surely is not; unsure, where so few steps were due
    that chance could explain it; open, while the period is not over; nothing, where no step fell due.
    """

    rule: Rule
    terms: Terms
    timely: Timeliness
    verdict: Verdict

    @property
    def figure(self) -> Figure:
        return self.timely.figure

    @property
    def of_each(self) -> bool:
        """Whether the law asks for the step of every course, not of a share of the group."""
        return self.terms.at_least == 1


@dataclass(frozen=True)
class Room:
    """What the law's steps bind of the frame, by their standard; `free` is the rest, below 0 where they ask for more.

    `hours` are those of the steps due, `frame_hours` and `free_hours` what the frame and its free part would pay. None:
    no frame is known, or nothing is posted there.
    """

    hours: Decimal
    bound: Decimal
    frame: Decimal | None
    free: Decimal | None
    frame_hours: Decimal | None
    free_hours: Decimal | None
    state: str

    @property
    def share(self) -> float | None:
        """Bound, of the frame."""
        return float(self.bound / self.frame) if self.frame else None


def in_force(rule: Rule, period: Period) -> Terms | None:
    """The version of the period's last day, else the last that held on any day of it; None where none did."""
    held = [each for each in rule.versions if each.begins < period.end_on and each.end > period.first_on]
    return held[-1] if held else None


def standings(model: Model, measured: Iterable[Timeliness], period: Period) -> list[Standing]:
    """Of the rules with a version in force in the period, in the model's order."""
    rules = {rule.key: rule for rule in model.law}
    found = []
    for each in measured:
        rule = rules[each.rule]
        terms = in_force(rule, period)
        if terms is not None:
            found.append(Standing(rule, terms, each, verdict(each.figure, terms.at_least)))
    return found


def verdict(figure: Figure, at_least: float) -> Verdict:
    """What the figure says of what is asked. Of a share the interval decides; of every step a single miss does."""
    if figure.state == "not_reported":
        return "not_reported"
    if figure.state == "immature":
        return "open"
    if not figure.denominator or figure.value is None or figure.high is None:
        return "nothing"
    if figure.value >= at_least:
        return "kept"
    if at_least == 1 or figure.high < at_least:
        return "broken"
    return "unsure"


def room(model: Model, measured: Iterable[Timeliness], money: Money) -> Room | None:
    """None where the model does not say what an hour costs."""
    if model.room is None:
        return None
    steps = list(measured)
    hours = Decimal(sum(each.minutes for each in steps)) / 60
    bound = (hours * model.room.hour + sum((each.kroner for each in steps), Decimal(0))).quantize(_ORE, ROUND_HALF_UP)
    frame = None
    if money.frame is not None and money.frame.numerator and money.frame.state != "not_reported":
        frame = Decimal(str(money.frame.numerator)).quantize(_ORE, ROUND_HALF_UP)
    states = {each.figure.state for each in steps} | ({money.frame.state} if money.frame else set())
    state = next((each for each in ("not_reported", "immature", "provisional") if each in states), "final")
    free = None if frame is None else frame - bound
    return Room(
        hours.quantize(_ORE, ROUND_HALF_UP),
        bound,
        frame,
        free,
        _hours_of(frame, model.room.hour),
        _hours_of(free, model.room.hour),
        state,
    )


def _hours_of(kroner: Decimal | None, hour: Decimal) -> Decimal | None:
    return None if kroner is None or not hour else (kroner / hour).quantize(_ORE, ROUND_HALF_UP)
