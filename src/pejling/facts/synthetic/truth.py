"""What is true of made-up facts: `truth.json`. Worked out from the recipe alone, never from the rows.

Its fields are the reference, docs/reference/synthetic.md.
"""

import math
from datetime import date

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from pejling.facts.synthetic.plan import Plan, known, mix, units
from pejling.facts.synthetic.recipe import WORK, Effect, TargetGroup

FAST_DAYS = 91  # 13 weeks
RULE = """\
The level of the confounder decides both who is given an activity (`activity_chances`) and who leaves for work, and who
comes back (`exit_hazard_ratio`, `back_hazard_ratio`). So courses with an activity and without differ before it begins,
and to compare them as they are is wrong, in either direction, by activity. To compare those who ever had one with those
who had none is wrong for a second reason: whoever leaves early never gets to the day it would have begun. Given the
level, the target group at the start and the unit, planning and beginning are random."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shares(_Part):
    """What an effect comes to for people of one level, at a unit without one of its own, apart from season and year."""

    exit_within_13_weeks: float = Field(description="left for work within 91 days of the start, with no activity")
    exit_within_13_weeks_with: float = Field(description="the same, had the activity worked from the first day on")
    lasting_26_weeks: float = Field(description="of exits to work: not back within 182 days, with no activity before")
    lasting_26_weeks_with: float = Field(description="the same, with the activity before the exit")


class ActivityEffect(_Part):
    """The true effect of one kind of activity in one target group: the one the course began in."""

    activity: str
    target_group: str
    exit_hazard_ratio: float = Field(description="of exit to work, from the day after the activity began")
    back_hazard_ratio: float = Field(description="of coming back after an exit to work that came after it began")
    shares: dict[str, Shares] = Field(description="by level of the confounder")


class LevelTruth(_Part):
    share: float = Field(description="of the persons, at a unit with mix 0")
    exit_hazard_ratio: float
    back_hazard_ratio: float
    activity_chances: dict[str, float] = Field(description="by kind: that it is the one planned first")


class Confounding(_Part):
    column: str = Field(description="of persons")
    rule: str
    levels: dict[str, LevelTruth] = Field(description="from those nearest to work to those farthest from it")


class GroupTruth(_Part):
    share: float
    median_days: int = Field(description="to any exit, with every hazard ratio 1")
    exits: dict[str, float] = Field(description="with every hazard ratio 1")
    back_within_26_weeks: float = Field(description="of exits to work, with every hazard ratio 1")
    mean_gain: float = Field(description="mean change from the first score to the last")


class UnitTruth(_Part):
    exit_hazard_ratio: float = Field(description="of exit to work, for everyone who comes to it")
    levels: dict[str, float] = Field(description="the mix of levels among those who come to it")


class Clock(_Part):
    """How hazards move in time. Cumulative hazards are linear in days ^ shape."""

    exit_shape: float
    back_shape: float
    winter_starts: float = Field(description="density of first starts, over the year: 1 / (1 - this × cos(2πu)) about")
    winter_exits: float = Field(description="hazard of work × (1 - this × cos(2π × day of year of the start / 365.25))")
    a_year_later: float = Field(description="hazard of work × this ^ (years from `from_on` to the start)")


class Truth(_Part):
    format: int = Field(1, description="of this file")
    synthetic: bool = Field(True, description="no row is about a real person")
    source: str
    seed: int
    courses: int = Field(description="true courses; one that a birthday or a move split has two rows")
    from_on: date
    through: date
    deliveries: tuple[date, ...]
    made_with: dict[str, str] = Field(description="another version of DuckDB may give other rows from the same seed")
    effects: tuple[ActivityEffect, ...]
    confounding: Confounding
    target_groups: dict[str, GroupTruth]
    units: dict[str, UnitTruth]
    clock: Clock
    no_effect: tuple[str, ...] = Field(description="columns of persons that change nothing")
    split_courses: dict[str, float] = Field(description="the share begun anew, at exit_to `birthday` and `move`")
    late: dict[str, float] = Field(description="share of starts, ends and the like told late, by 1 to `days` days")
    error_share: float = Field(description="wrong rows for each right one; each is listed in errors.csv")


def truth(plan: Plan) -> Truth:
    recipe = plan.recipe
    levels = recipe.confounder.levels
    return Truth(
        source=recipe.source,
        seed=plan.seed,
        courses=plan.courses,
        from_on=plan.from_on,
        through=plan.through,
        deliveries=tuple(known(plan)),
        made_with={"duckdb": duckdb.__version__},
        effects=tuple(
            _effect(plan, kind, target, activity.effects.get(target, Effect()))
            for kind, activity in recipe.activities.items()
            for target in recipe.target_groups
        ),
        confounding=Confounding(
            column=recipe.confounder.column,
            rule=" ".join(RULE.split()),
            levels={
                name: LevelTruth(
                    share=level.share, exit_hazard_ratio=level.exit, back_hazard_ratio=level.back,
                    activity_chances={kind: activity.likely[name] for kind, activity in recipe.activities.items()},
                )
                for name, level in levels.items()
            },
        ),
        target_groups={
            key: GroupTruth(
                share=group.share, median_days=group.median_days, exits=group.exits,
                back_within_26_weeks=group.back_within_26_weeks, mean_gain=group.gain,
            )
            for key, group in recipe.target_groups.items()
        },
        units={
            unit.unit_id: UnitTruth(
                exit_hazard_ratio=unit.exit or 1, levels=dict(zip(levels, mix(recipe, unit), strict=True))
            )
            for unit in units(plan)
            if unit.size
        },
        clock=Clock(
            exit_shape=recipe.shape, back_shape=recipe.back_shape, winter_starts=recipe.winter_starts,
            winter_exits=recipe.winter_exits, a_year_later=recipe.a_year_later,
        ),
        no_effect=("sex", "birth_date", *recipe.no_effect),
        split_courses={"birthday": recipe.birthdays, "move": recipe.moves},
        late={"share": recipe.late.share, "days": recipe.late.days},
        error_share=plan.errors,
    )  # fmt: skip


def _effect(plan: Plan, kind: str, target: str, effect: Effect) -> ActivityEffect:
    group = plan.recipe.target_groups[target]
    return ActivityEffect(
        activity=kind,
        target_group=target,
        exit_hazard_ratio=effect.exit,
        back_hazard_ratio=effect.back,
        shares={
            name: Shares(
                exit_within_13_weeks=round(_fast(plan, group, level.exit), 6),
                exit_within_13_weeks_with=round(_fast(plan, group, level.exit * effect.exit), 6),
                lasting_26_weeks=round(_lasting(group, level.back), 6),
                lasting_26_weeks_with=round(_lasting(group, level.back * effect.back), 6),
            )
            for name, level in plan.recipe.confounder.levels.items()
        },
    )


def _fast(plan: Plan, group: TargetGroup, ratio: float) -> float:
    """Cumulative incidence of work by the end of day FAST_DAYS, where other exits compete on the same clock."""
    shape = plan.recipe.shape
    pace = math.log(2) / math.pow(group.median_days, shape)
    work, other = pace * group.exits[WORK] * ratio, pace * (1 - group.exits[WORK])
    return work / (work + other) * (1 - math.exp(-(work + other) * math.pow(FAST_DAYS + 1, shape)))


def _lasting(group: TargetGroup, ratio: float) -> float:
    """The chance of not being back within 26 weeks."""
    return math.exp(ratio * math.log(1 - group.back_within_26_weeks))
