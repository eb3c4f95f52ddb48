"""What a place steers by: focus areas, the goals under them, why one thing is held to lead to the next, and the money.

Declarations only, in the same document and version as the indicators they speak of. The rules on them are steering's.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pejling.indicators.definition import Frozen, Key, Length, Some, Text, Words, as_tuple

Year = Annotated[int, Field(ge=1900, le=2200)]
Level = Annotated[float, Field(strict=False)]  # 1 is written for 1.0


class Target(Frozen):
    """What a goal's first indicator shall reach in a year: at the whole, and at units whose contributions are stated.

    Of a minimum standard it is the level that every unit asked must hold.
    """

    year: Year
    level: Level
    contributions: dict[str, Level] = Field(default_factory=dict)  # a unit's id: the level it shall reach itself


class Goal(Frozen):
    key: Key
    name: Text
    indicators: Some  # keys; the first is the one that the goal is judged by, the others explain it
    owner: str = ""
    horizon: Year  # the last year it runs: an effect may take longer than a contract
    minimum_standard: bool = False  # a level that every unit must hold, and nobody gains by passing
    shared: bool = False  # several units carry it together: they serve the same citizen
    asked_of: Words = ()  # kinds of units whose contracts have it; all where none is named
    targets: Annotated[tuple[Target, ...], BeforeValidator(as_tuple)] = ()


class Step(Frozen):
    """One step of the theory of change: why more of one thing is held to lead to more of the next."""

    from_: Key = Field(alias="from")
    to: Key
    because: Text
    source: str = ""  # where it is shown; without one it is an assumption, and is called so


class FocusArea(Frozen):
    """A strategic focus area of a year, from the political agreement: a file of its own in goals/."""

    key: Key
    name: Text
    why: Text
    year: Year
    agreement: Text  # where it was decided
    owner: str = ""
    goals: Annotated[tuple[Goal, ...], BeforeValidator(as_tuple)] = ()
    theory: Annotated[tuple[Step, ...], BeforeValidator(as_tuple)] = ()


class Grant(Frozen):
    """Money that depends on an indicator."""

    kind: Literal["taximeter", "agreed", "result"]
    indicator: Key
    pays_for: Literal["more", "less"] = "more"
    settled_after: Length | None = None  # so long after the year's end; None: at its end
    counterweights: Words = ()  # indicators that show if it is earned in a way nobody wanted


class EconomyIndicators(Frozen):
    """Which indicators are the economy: amounts of the same accounts, of each nature; and what a result costs."""

    budget: Key
    actual: Key
    commitment: Key | None = None
    unit_costs: Words = ()  # ratios of what was spent: per person, per exit, per lasting effect

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.budget, self.actual, *([self.commitment] if self.commitment else []), *self.unit_costs)


class Caps(Frozen):
    """How much is too much, and how sure is sure enough. The two chances are conventions, and are said with the result.

    J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. (1988), names 0.05 and 0.2.
    """

    result_goals: int = Field(5, ge=1)  # in one contract
    false_success: float = Field(0.05, gt=0, lt=1)  # a unit that works as before is called a success so often
    missed_success: float = Field(0.2, gt=0, lt=1)  # one that truly reaches its target is not told from chance so often
