"""What a unit is free to decide, and the signs on which narrowing is proposed. `steering.freedom` judges by them."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from pejling.indicators.definition import Frozen, Key, Some, Text, as_tuple

TestName = Literal["economy", "law", "contract"]
TESTS: tuple[TestName, ...] = ("economy", "law", "contract")
Part = Annotated[float, Field(strict=False, ge=0, le=1)]


class Degree(Frozen):
    """A degree of freedom: what a unit decides itself as long as it keeps its economy, the law and its contract."""

    key: Key
    name: Text


class Economy(Frozen):
    """A sign: even the low end of the forecast is above the budget by more than this share of it."""

    over: Part = 0.02
    narrows: Some
    restores: Text


class Lawful(Frozen):
    """A sign: a rule's timeliness over the year is surely below this share (or what the rule itself asks of the group,
    if that is less), and was below it in each of the last `months`.
    """

    timely: Part = 0.75
    months: int = Field(3, ge=1, le=12)
    narrows: Some
    restores: Text


class Kept(Frozen):
    """A sign: a result goal of a contract in force is surely missed, when its year is over and decided."""

    goals: int = Field(1, ge=1)  # so many missed goals make a sign
    narrows: Some
    restores: Text


class Freedom(Frozen):
    """`chance`: how often all the figures of one test may together look like a sign where there is none."""

    degrees: Annotated[tuple[Degree, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    economy: Economy | None = None
    law: Lawful | None = None
    contract: Kept | None = None
    chance: Annotated[float, Field(gt=0, le=0.2)] = 0.05
    longest: int = Field(12, ge=1, le=36)  # months that a narrowing may last before it must be decided again

    @model_validator(mode="after")
    def _narrows_what_there_is(self) -> "Freedom":
        known = [degree.key for degree in self.degrees]
        for test in TESTS:
            for key in getattr(self, test).narrows if getattr(self, test) else ():
                if key not in known:
                    raise ValueError(f"{test} narrows {key!r}, which is none of the degrees: {', '.join(known)}")
        return self

    def degree(self, key: str) -> Text:
        """Its name; raises LookupError where there is none."""
        return next(degree.name for degree in self.degrees if degree.key == key)
