"""What an indicator is: the frozen types that a reviewed YAML file becomes.

One type a measure; `Indicator` is any of them, told apart by `measure`. A parameter a measure does not have is refused.
"""

from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from pejling.indicators.durations import Duration


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Text(Frozen):
    """The same words in Danish and English."""

    da: str = Field(min_length=1)
    en: str = Field(min_length=1)


ACCOUNT = "account"  # the one column that postings are broken down by


def as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _duration(value: Any) -> Any:
    return value if isinstance(value, Duration) else Duration.parse(value)


Words = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]
Some = Annotated[tuple[str, ...], BeforeValidator(as_tuple), Field(min_length=1)]
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
    unit: Literal["share", "courses", "persons", "days", "weeks", "kroner", "points"]
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
        if self.where.exit_to and not isinstance(self, AT_EXIT):
            raise ValueError("where.exit_to fits measures anchored at the exit only; use the measure's own exit_to")
        return self

    @model_validator(mode="after")
    def _weeks_are_of_time(self) -> "Common":
        if self.unit == "weeks" and not isinstance(self, TimeToExit):
            raise ValueError("only a time_to_exit is told in weeks")
        return self


class Intake(Common):
    """Courses that began in the period, at the unit responsible on that day.

    With `reentry_within` one does not count that began while another of the person's was open, or so soon after its
    end: whoever comes back that soon is no new client. `reentry_target_groups` names which others matter, by where they
    began (default: any). Of courses that begin on one day, the first id counts.
    """

    measure: Literal["intake"]
    reentry_within: Length | None = None
    reentry_target_groups: Words = ()

    @model_validator(mode="after")
    def _some_time_to_come_back_in(self) -> "Intake":
        if self.reentry_within is None and self.reentry_target_groups:
            raise ValueError("reentry_target_groups says which courses one re-enters from: give reentry_within too")
        return self


class Stock(Common):
    """Courses open on the last day of the period, at the unit responsible that day."""

    measure: Literal["stock"]


class AverageStock(Common):
    """Course-days of the period per day of it, at the unit responsible each day."""

    measure: Literal["average_stock"]


class Exits(Common):
    """Courses that ended in the period, at the unit responsible on their last day."""

    measure: Literal["exits"]
    exit_to: Words = ()


class Lasting(Common):
    """What breaks an exit: another course of the person, or a day in a support state, within `lasting`."""

    lasting: Length | None
    support_states: Words = ()
    relapse_target_groups: Words = ()


class ExitWithin(Lasting):
    """Of the courses that began in the period: the share that ended soon enough and, with `lasting`, for good."""

    measure: Literal["exit_within"]
    within: Length
    exit_to: Words = ()
    lasting: Length | None = None

    @model_validator(mode="after")
    def _only_what_lasts_can_relapse(self) -> "ExitWithin":
        if self.lasting is None and (self.support_states or self.relapse_target_groups):
            raise ValueError("support_states and relapse_target_groups say what breaks `lasting`: give `lasting` too")
        return self


class LastingShare(Lasting):
    """Of the courses that ended in the period: the share that ended for good."""

    measure: Literal["lasting_share"]
    exit_to: Words = ()
    lasting: Length


class StateAfter(Common):
    """Of the courses that ended in the period: the share whose person is in one of `states` so long after."""

    measure: Literal["state_after"]
    after: Length
    states: Some


class TimeToExit(Common):
    """Of the courses that began in the period: how long until they end, by a survival curve.

    In days, or in weeks of seven days where `unit` says so. Exits after `horizon` do not count.
    """

    measure: Literal["time_to_exit"]
    statistic: Literal["median", "restricted_mean"]
    horizon: Length | None = None
    exit_to: Words = ()

    @model_validator(mode="after")
    def _a_mean_has_a_horizon(self) -> "TimeToExit":
        if self.unit not in ("days", "weeks"):
            raise ValueError("a time_to_exit is told in days or in weeks: write unit: days")
        if self.statistic == "restricted_mean" and self.horizon is None:
            raise ValueError("a restricted mean needs a `horizon`: 365 days, say")
        if self.horizon is not None and self.horizon.unit == "month":
            raise ValueError("a curve runs in days: write the horizon in days or weeks")
        return self


class ActivityShare(Common):
    """Of the course-days of the period: the share within an activity, at the unit responsible or at the supplier."""

    measure: Literal["activity_share"]
    activity_kinds: Some
    credit: Literal["unit", "supplier"] = "unit"


class ActivityWithin(Common):
    """Of the courses that began in the period: the share where an activity began soon enough, while the course ran.

    With `may_end_course` one begun on the very day the course ended counts, too: it is what ended it.
    """

    measure: Literal["activity_within"]
    activity_kinds: Some
    within: Length
    may_end_course: bool = False


class Timely(Common):
    """Of the steps due in the period: the share held by the due day.

    Those that the records say are due; or, with `rules`, those of the law's rules of these keys.
    """

    measure: Literal["timely"]
    contact_kinds: Words = ()
    rules: Words = ()

    @model_validator(mode="after")
    def _of_records_or_rules(self) -> "Timely":
        if self.rules and self.contact_kinds:
            raise ValueError("a rule says itself which contacts hold its steps: take `contact_kinds` out")
        return self


class ScoreChange(Common):
    """Of the courses that ended in the period with two scores: the mean change, or the share improved by so much."""

    measure: Literal["score_change"]
    instrument: str = Field(min_length=1)
    improved_by: Annotated[float | None, Field(strict=False, gt=0)] = None

    @model_validator(mode="after")
    def _better_is_up_or_down(self) -> "ScoreChange":
        if self.improved_by is not None and self.direction == "none":
            raise ValueError("improved_by needs a direction: up or down")
        return self


class Impersonal(Common):
    """Nobody is behind it: it has no `where`, and cannot be broken down by columns of persons."""

    @model_validator(mode="after")
    def _nobody_is_behind(self) -> "Impersonal":
        if self.where != Where():
            raise ValueError(f"{type(self).__name__} has no persons to choose among: take `where` out")
        return self


class Amount(Impersonal):
    """The sum of postings of the accounts in the period, at the unit posted to. In kroner, and by account if wanted.

    A budget is known ahead: of it, postings after the last day covered count too.
    """

    measure: Literal["amount"]
    accounts: Some
    nature: Literal["budget", "actual", "commitment"]

    @model_validator(mode="after")
    def _a_posting_is_nobodys(self) -> "Amount":
        if self.by not in ((), (ACCOUNT,)):
            raise ValueError("a posting has an account and no other group: write by: [account], or take `by` out")
        return self


class Ratio(Impersonal):
    """One indicator's numerator over another's. `by` needs both to be broken down so."""

    measure: Literal["ratio"]
    numerator: Key
    denominator: Key


class Observed(Impersonal):
    """A figure measured elsewhere, as it was delivered under this key. `by` names what its groups are."""

    measure: Literal["observed"]

    @model_validator(mode="after")
    def _one_kind_of_group(self) -> "Observed":
        if len(self.by) > 1 or "age" in self.by:
            raise ValueError("an observation has one column of groups: name one in `by`")
        return self


Indicator = Annotated[
    Intake | Stock | AverageStock | Exits | ExitWithin | LastingShare | StateAfter | TimeToExit | ActivityShare
    | ActivityWithin | Timely | ScoreChange | Amount | Ratio | Observed,
    Field(discriminator="measure"),
]  # fmt: skip
MEASURES: dict[str, type[Common]] = {
    kind.model_fields["measure"].annotation.__args__[0]: kind for kind in get_args(get_args(Indicator)[0])
}
COUNTS = (Intake, Stock, Exits, Amount)  # a number, not a share or a mean: they have no denominator
AT_EXIT = (Exits, LastingShare, StateAfter, ScoreChange)  # anchored at the exit
OVER_DAYS = (Stock, AverageStock, ActivityShare)  # they run over days, not over events
NOT_MEASURED = (Ratio, Observed)  # made of other figures, or delivered


def tables_read(indicator: Indicator) -> tuple[str, ...]:
    """The dated fact tables behind an indicator. Its coverage is the narrowest of theirs."""
    match indicator:
        case Amount():
            return ("postings",)
        case Observed():
            return ("observations",)
        case StateAfter():
            return ("courses", "assignments", "states")
        case ExitWithin() | LastingShare() if indicator.support_states:
            return ("courses", "assignments", "states")
        case ActivityShare() | ActivityWithin():
            return ("courses", "assignments", "activities")
        case Timely():
            return ("courses", "assignments", "contacts")
        case ScoreChange():
            return ("courses", "assignments", "scores")
    return ("courses", "assignments")
