"""What a unit writes in its monthly status: a stand on each strategy, and what an adjustment is expected to change."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pejling.indicators.definition import Frozen, Key, as_tuple
from pejling.steering.possible import Range

Choice = Literal["keep", "adjust", "stop"]
CHOICES: tuple[Choice, ...] = ("keep", "adjust", "stop")
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
State = Literal["draft", "written", "published"]


class Adjustment(Frozen):
    """A hypothesis that later figures answer: what is done otherwise, and by how much it moves which indicator when.

    `change` is in the indicator's unit (of a share: 0.02 is two percentage points), from the mean before it.
    """

    what: str = Field(min_length=1, max_length=300)
    indicator: Key
    change: float = Field(allow_inf_nan=False)
    by: Month


class Stand(Frozen):
    """On one goal, by the indicator that it is judged by."""

    indicator: Key
    choice: Choice
    reason: str = Field("", max_length=500)
    adjustment: Adjustment | None = None


class Written(Frozen):
    """All that the unit writes in a month."""

    stands: Annotated[tuple[Stand, ...], BeforeValidator(as_tuple)] = ()
    note: str = Field("", max_length=600)

    def on(self, indicator: str) -> Stand | None:
        return next((stand for stand in self.stands if stand.indicator == indicator), None)


class Lack(Frozen):
    """Why it cannot be handed in yet, and about which goal."""

    what: Literal["no_stand", "no_reason", "no_adjustment", "no_change", "past", "unknown_indicator", "too_much"]
    indicator: str


def lacks(written: Written, demanded: Sequence[str], known: Mapping[str, Range], month: str) -> Iterator[Lack]:
    """`demanded`: the goals with a signal nobody has answered. Of the others nothing is demanded. `known`: what is
    measured, and what it can be.
    """
    for indicator in demanded:
        stand = written.on(indicator)
        if stand is None:
            yield Lack(what="no_stand", indicator=indicator)
        elif not stand.reason.strip():
            yield Lack(what="no_reason", indicator=indicator)
    for stand in written.stands:
        adjustment = stand.adjustment
        if stand.choice != "adjust":
            continue
        if adjustment is None:
            yield Lack(what="no_adjustment", indicator=stand.indicator)
        elif adjustment.change == 0:
            yield Lack(what="no_change", indicator=stand.indicator)
        elif adjustment.by <= month:
            yield Lack(what="past", indicator=stand.indicator)
        elif adjustment.indicator not in known:
            yield Lack(what="unknown_indicator", indicator=stand.indicator)
        elif not known[adjustment.indicator].change().holds(adjustment.change):
            yield Lack(what="too_much", indicator=stand.indicator)
