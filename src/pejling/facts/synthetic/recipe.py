"""The recipe of made-up facts: who the people are, what happens to them, and what works. Read from YAML."""

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pejling.facts.mistakes import Mistake
from pejling.facts.validation_words import what_is_wrong

Share = Annotated[float, Field(ge=0, le=1)]
Ratio = Annotated[float, Field(gt=0, le=20)]
Days = Annotated[int, Field(ge=1, le=3650)]
WORK = "employment"  # the exit that activities hasten


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(_Part):
    """A unit of the place. Those with a `size` answer for courses, those that supply carry out activities."""

    unit_id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    parent: str = ""
    size: float = Field(0, ge=0, description="its part of the courses, in any measure; 0: it answers for none")
    exit: float | None = Field(None, gt=0, description="its true hazard ratio of exit to work; drawn where not given")
    mix: float = Field(0, ge=-3, le=3, description="above 0: more of its people are of the later levels; -3 to 3")
    serves: tuple[str, ...] = Field((), description="the target groups it answers for; all where none is named")
    spends: float = Field(1, ge=0, le=5, description="of its budget, in the last year; by chance alone in those before")
    supplies: bool = Field(False, description="it carries out activities for others")
    caseworkers: int = Field(0, ge=0, le=500, description="units of kind `caseworker` below it that share its courses")


class Level(_Part):
    """One level of the confounder, a column of persons that decides both who gets an activity and who leaves."""

    share: Share
    exit: Ratio = Field(1, description="hazard ratio of exit to work")
    back: Ratio = Field(1, description="hazard ratio of coming back after an exit")


class Confounder(_Part):
    """The column, and its levels from those nearest to work to those farthest from it."""

    column: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    levels: dict[str, Level] = Field(min_length=2)


class TargetGroup(_Part):
    """Whom the courses are for."""

    share: Share
    median_days: Days = Field(description="half have left within so long, where nobody is given an activity")
    exits: dict[str, Share] = Field(description=f"what they leave to; {WORK} is one of them, the shares are 1 together")
    back_within_26_weeks: Share = Field(description="of those who leave for work")
    lives_on: str = Field(min_length=1, description="the state while the course runs")
    ages: tuple[int, int] = Field((18, 64), description="from, and below, when the first course begins")
    first_contact: Days = Field(91, description="days from the start to the first interview due")
    contact_every: Days = Field(91, description="days between the interviews due")
    gain: float = Field(0, description="mean change of the well-being score over a course")


class Effect(_Part):
    """What an activity does from the day after it began."""

    exit: Ratio = Field(1, description="hazard ratio of exit to work")
    back: Ratio = Field(1, description="hazard ratio of coming back after an exit that came after it")


class Activity(_Part):
    """A kind of activity, who is given it, and its true effects."""

    likely: dict[str, Share] = Field(description="by level: the chance that it is the one planned; the rest get none")
    begins: Days = Field(60, description="half of those planned begin within so many days")
    weeks: Annotated[int, Field(ge=1, le=104)] = Field(8, description="half last so many weeks or less")
    week_costs: float = Field(0, ge=0, description="kroner a week")
    supplied: Share = Field(0, description="the share carried out by a supplier")
    effects: dict[str, Effect] = Field(default={}, description="by target group; none where not named")


class Late(_Part):
    """Registration behind the event."""

    share: Share = 0.2
    days: Days = 45


class Contacts(_Part):
    """How interviews go."""

    kind: str = "interview"
    late: Share = 0.12
    missed: Share = 0.05
    exempt: Share = 0.03


class Account(_Part):
    """How money of one account is budgeted and spent. A number alone is `course`."""

    course: float = Field(ge=0, description="kroner a course begun")
    months: tuple[float, ...] = Field(
        (1.0,) * 12, description="January to December, of a mean month; 1 together a mean"
    )
    varies: Share = Field(
        0.15, description="a month's spending is at most so much above or below its budget, by chance"
    )
    committed: Share = Field(0, description="of what a month will cost, so much is ordered the month before")

    @model_validator(mode="before")
    @classmethod
    def _number_alone(cls, said: Any) -> Any:
        return {"course": said} if isinstance(said, int | float) else said

    @model_validator(mode="after")
    def _a_year_of_months(self) -> "Account":
        if len(self.months) != 12 or min(self.months) < 0 or abs(sum(self.months) - 12) > 1e-6:
            raise ValueError(f"give twelve months that are 12 together; they are {sum(self.months):g}")
        return self


class Recipe(_Part):
    """All of it."""

    source: str = Field(min_length=1, description="what the deliveries call themselves")
    made_up: str = Field("synthetic", min_length=1, description="the word after it that says what they are")
    units: tuple[Unit, ...] = Field((), description="empty: as many teams as are asked for")
    target_groups: dict[str, TargetGroup] = Field(min_length=1)
    confounder: Confounder
    activities: dict[str, Activity] = Field(min_length=1)
    no_effect: dict[str, dict[str, Share]] = Field({}, description="columns of persons that mean nothing")
    states_after: dict[str, str] = Field({}, description="by exit: the state that follows; not known where not named")
    for_good: tuple[str, ...] = Field((), description="exits that nobody comes back from")
    elsewhere: Share = Field(0.15, description="of those who come back: to another benefit, without a course")
    elsewhere_state: str = Field("unemployment_benefit", min_length=1, description="that benefit")
    shape: Annotated[float, Field(ge=0.4, le=2)] = Field(0.9, description="Weibull shape of all exits; below 1: slower")
    back_shape: Annotated[float, Field(ge=0.4, le=2)] = Field(0.8, description="Weibull shape of coming back")
    winter_starts: Annotated[float, Field(ge=0, le=0.9)] = Field(0.2, description="0.2: a fifth more about New Year")
    winter_exits: Annotated[float, Field(ge=0, le=0.9)] = Field(0.1, description="0.1: work is a tenth harder to find")
    a_year_later: Ratio = Field(1, description="hazard ratio of exit to work of courses that begin a year later")
    unit_spread: Annotated[float, Field(ge=0, le=1)] = Field(0.08, description="spread of the units' log hazard ratios")
    transfers: Share = Field(0.06, description="of the courses, moved to another team or target group")
    birthdays: Share = Field(0.03, description="of courses with a birthday, begun anew on it by the source")
    moves: Share = Field(0.02, description="of the courses, begun anew in another unit on the day of a move")
    late: Late = Late()
    contacts: Contacts = Contacts()
    accounts: dict[str, Account] = Field({}, description="money, by account")
    observations: dict[str, Share] = Field({}, description="shares asked for every quarter, by indicator")
    rating: str = Field("who5", description="the instrument of the scores, 0 to 100")

    @model_validator(mode="after")
    def _adds_up(self) -> "Recipe":
        levels, groups = self.confounder.levels, self.target_groups
        shares = {"target_groups": [group.share for group in groups.values()]}
        shares["confounder.levels"] = [level.share for level in levels.values()]
        shares |= {f"target_groups.{key}.exits": list(group.exits.values()) for key, group in groups.items()}
        shares |= {f"no_effect.{column}": list(values.values()) for column, values in self.no_effect.items()}
        for where, parts in shares.items():
            if abs(sum(parts) - 1) > 1e-6:
                raise ValueError(f"{where}: the shares are {sum(parts):g} together. Make them 1")
        for key, group in groups.items():
            if not 0 < group.exits.get(WORK, 0) < 1:
                raise ValueError(f"target_groups.{key}.exits: give {WORK} a share between 0 and 1")
            if not 0 < group.back_within_26_weeks < 1:
                raise ValueError(f"target_groups.{key}.back_within_26_weeks: give a share between 0 and 1")
        for kind, activity in self.activities.items():
            if unknown := sorted(activity.effects.keys() - groups.keys()):
                raise ValueError(f"activities.{kind}.effects: {unknown[0]} is no target group")
            if activity.likely.keys() != levels.keys():
                raise ValueError(f"activities.{kind}.likely: give one chance for each of {', '.join(levels)}")
        for level in levels:
            if (planned := sum(activity.likely[level] for activity in self.activities.values())) > 1:
                raise ValueError(f"activities: together {planned:g} of {level} are planned one. Make it at most 1")
        return self

    @model_validator(mode="after")
    def _units_hang_together(self) -> "Recipe":
        known = {unit.unit_id for unit in self.units}
        if len(known) < len(self.units):
            raise ValueError("units: a unit_id stands twice")
        for unit in self.units:
            if unit.caseworkers and not unit.size:
                raise ValueError(f"units: {unit.unit_id} has caseworkers, and no courses. Give it a size")
            if unit.parent and unit.parent not in known:
                raise ValueError(f"units: the parent {unit.parent} of {unit.unit_id} is not among them")
        for unit in self.units:
            if unknown := sorted(set(unit.serves) - self.target_groups.keys()):
                raise ValueError(f"units: {unknown[0]}, which {unit.unit_id} serves, is no target group")
        for target in self.target_groups if self.units else ():
            if not any(unit.size and target in (unit.serves or (target,)) for unit in self.units):
                raise ValueError(f"units: none with a size serves {target}")
        return self


def read_recipe(path: Path) -> Recipe:
    """The recipe in a YAML file. Raises Mistake with the place, what was found and the cure."""
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Mistake(path.name, "it cannot be read", "Is the path right, and is it a text file?") from None
    except yaml.YAMLError as fault:
        line = mark.line + 1 if (mark := getattr(fault, "problem_mark", None)) else 1
        raise Mistake(f"{path.name}, line {line}", "it is not YAML", "Mind the indents and the colons") from None
    try:
        return Recipe.model_validate(tree)
    except ValidationError as invalid:
        first = invalid.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Mistake(
            f"{path.name}{', ' if where else ''}{where}",
            what_is_wrong(first),
            "docs/reference/synthetic.md says what can stand here",
        ) from None
