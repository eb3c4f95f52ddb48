"""What an indicator is: the frozen types that a reviewed YAML file becomes.

One type a measure; `Indicator` is any of them, told apart by `measure`. A parameter a measure does not have is refused.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from pejling.indicators.durations import Duration


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Text(Frozen):
    """The same words in Danish and English."""

    da: str = Field(min_length=1)
    en: str = Field(min_length=1)


def as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _duration(value: Any) -> Any:
    return value if isinstance(value, Duration) else Duration.parse(value)


Words = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]
Length = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(lambda duration: duration.text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[1-9][0-9]{0,4} (day|week|month)s?$", "examples": ["26 weeks"]}),
]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class Age(Frozen):
    """`from` years old or more, and `below`."""

    from_: int | None = Field(None, alias="from", ge=0, le=150)
    below: int | None = Field(None, ge=1, le=151)

    @model_validator(mode="after")
    def _some_age(self) -> "Age":
        if self.from_ is None and self.below is None:
            raise ValueError("Give `from`, `below` or both")
        if self.from_ is not None and self.below is not None and self.from_ >= self.below:
            raise ValueError(f"No age is {self.from_} or more and below {self.below}")
        return self


class Where(BaseModel):
    """Only courses for which all of this holds: `target_group`, `age`, `exit_to`, and any column of persons."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")
    __pydantic_extra__: dict[str, Words] = Field(init=False)

    target_group: Words = ()
    exit_to: Words = ()
    age: Age | None = None

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The conditions on columns of persons."""
        return dict(self.__pydantic_extra__ or {})


class Common(Frozen):
    """What every indicator says about itself."""

    key: Key
    name: Text
    why: Text
    kind: Literal["effect", "result", "activity", "development", "legal", "resource"]
    direction: Literal["up", "down", "none"]
    unit: Literal["share", "courses", "persons", "days", "kroner", "points"]
    owner: str = ""
    review_by: Annotated[date | None, Field(strict=False)] = None
    by: Words = ()  # target_group, age, or a column of persons
    age_bands: Annotated[tuple[Annotated[int, Field(ge=1, le=150)], ...], BeforeValidator(as_tuple)] = ()
    where: Where = Where()

    @model_validator(mode="after")
    def _bands_of_age(self) -> "Common":
        if ("age" in self.by) != bool(self.age_bands):
            raise ValueError("`by: [age]` and `age_bands` go together; [25, 30] gives 0-24, 25-29 and 30+")
        if list(self.age_bands) != sorted(set(self.age_bands)):
            raise ValueError("Write the lower limits of age_bands from the lowest up, each once")
        return self

    @model_validator(mode="after")
    def _exit_only_where_there_is_one(self) -> "Common":
        if self.where.exit_to and not isinstance(self, Exits):
            raise ValueError("where.exit_to fits measures anchored at the exit only; use the measure's own exit_to")
        return self


class Intake(Common):
    """Courses that began in the period, at the unit responsible on that day."""

    measure: Literal["intake"]


class Stock(Common):
    """Courses open on the last day of the period, at the unit responsible that day."""

    measure: Literal["stock"]


class Exits(Common):
    """Courses that ended in the period, at the unit responsible on their last day."""

    measure: Literal["exits"]
    exit_to: Words = ()


class ExitWithin(Common):
    """Of the courses that began in the period: the share that ended soon enough and, with `lasting`, for good."""

    measure: Literal["exit_within"]
    within: Length
    exit_to: Words = ()
    lasting: Length | None = None
    support_states: Words = ()
    relapse_target_groups: Words = ()

    @model_validator(mode="after")
    def _only_what_lasts_can_relapse(self) -> "ExitWithin":
        if self.lasting is None and (self.support_states or self.relapse_target_groups):
            raise ValueError("support_states and relapse_target_groups say what breaks `lasting`: give `lasting` too")
        return self


Indicator = Annotated[Intake | Stock | Exits | ExitWithin, Field(discriminator="measure")]
COUNTS = (Intake, Stock, Exits)  # figures that are numbers of courses, not shares


def tables_read(indicator: Indicator) -> tuple[str, ...]:
    """The dated fact tables behind an indicator. Its coverage is the narrowest of theirs."""
    tables = ["courses", "assignments"]
    if isinstance(indicator, ExitWithin) and indicator.support_states:
        tables.append("states")
    return tuple(tables)
