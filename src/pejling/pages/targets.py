"""Overall goals: those that somebody has set, and the model's targets of the year until somebody has."""

from collections.abc import Iterable
from dataclasses import dataclass

from pejling.agreements import contracts
from pejling.agreements.models import OverallGoal as Kept
from pejling.pages.ground import Ground
from pejling.pages.pasts import pasts
from pejling.pages.series import heading
from pejling.pages.unknown import Unknown
from pejling.steering.cascade import split, split_within, stated, weights
from pejling.steering.contracts import OverallGoal
from pejling.steering.contributions import Direction, counted
from pejling.steering.targets import Ask, asks

BEFORE = 10  # years before the first day covered that nobody agrees on any more
LAST = 2200  # and the last year that a document can be of


def is_near(ground: Ground, year: int) -> bool:
    return ground.first.year - BEFORE <= year <= LAST


def near(ground: Ground, year: int) -> None:
    """Raises Unknown for a year that is nowhere near the records: nothing was agreed then, and nothing will be."""
    if not is_near(ground, year):
        raise Unknown("far_year", str(year))


@dataclass(frozen=True)
class Set:
    """An overall goal in force. `revision` 0: it is the model's target as it stands, and nobody has set it yet.

    `model` is what the model asks for by now, where it asks, and `level` the level that it gives.
    """

    goal: OverallGoal
    revision: int
    model: OverallGoal | None
    level: float | None


def goals_set(ground: Ground, upper: str, year: int) -> tuple[Set, ...]:
    """Every overall goal of the upper unit for the year, in the model's order, and then as they were set."""
    from_model = {goal.indicator: (goal, level) for goal, level in model_goals(ground, upper, year)}
    known = {indicator.key for indicator in ground.model.indicators}
    kept = {row.indicator: row for row in Kept.objects.filter(upper=upper, year=year) if row.indicator in known}
    found = []
    for key in dict.fromkeys((*from_model, *kept)):
        row, (asked, level) = kept.get(key), from_model.get(key, (None, None))
        goal = contracts.overall(row) if row else asked
        if goal is not None and not goal.left_out:
            found.append(Set(goal, row.revision if row else 0, asked, level))
    return tuple(found)


def asked_below(ground: Ground, upper: str, year: int) -> tuple[str, ...]:
    """The units right below that any overall goal of the year is asked of; all of them, while there is no goal."""
    below = [unit.unit_id for unit in ground.hierarchy.values() if unit.parent_id == upper]
    goals = [each.goal for each in goals_set(ground, upper, year)]
    return tuple(unit for unit in below if any(goal.asks(unit) for goal in goals)) or tuple(below)


def unset(ground: Ground, upper: str, year: int) -> tuple[OverallGoal, ...]:
    """The model's targets of the year that nobody has set yet: they are set as they stand when a contract begins."""
    return tuple(each.goal for each in goals_set(ground, upper, year) if not each.revision)


def model_goals(ground: Ground, upper: str, year: int) -> tuple[tuple[OverallGoal, float], ...]:
    """The model's targets of the year as overall goals of the units right below, and each one's level."""
    found: dict[str, tuple[OverallGoal, float]] = {}
    if upper in ground.hierarchy:
        known = {indicator.key for indicator in ground.model.indicators}
        for ask in asks(ground.model, ground.hierarchy, upper, year):
            if ask.indicator in known and ask.indicator not in found and (goal := _goal(ground, ask)):
                found[ask.indicator] = goal, ask.level
    return tuple(found.values())


def _goal(ground: Ground, ask: Ask) -> OverallGoal | None:
    """None where the target can be neither counted out nor held by each: the average of a stock, or a sum of money."""
    indicator = ground.indicator(ask.indicator)
    head = heading(ground, indicator)
    if head.direction == "none":
        return None
    bare = OverallGoal(indicator=ask.indicator, goal=ask.goal, year=ask.year, sharing=ask.sharing, asked=ask.units)
    if ask.sharing != "own":
        return bare.model_copy(update={"level": ask.level})
    if not head.counted:
        return None if head.form == "count" else bare.model_copy(update={"sharing": "minimum", "level": ask.level})
    direction: Direction = "down" if head.direction == "down" else "up"
    if not head.whole:
        parts = {unit: int(level) for unit, level in ask.stated.items()}
        rule = {"rule": "by_hand", "offered": parts} if parts else {"rule": "history"}
        return offered(ground, bare.model_copy(update={"count": int(ask.level), **rule}), ask.units)
    past = pasts(ground, indicator, list(ask.units), ask.year)
    expected = [each.intake for each in past]
    if not sum(expected):
        return None  # no records from before the year: nobody knows how many a share would be
    update: dict[str, object] = {"count": int(counted(ask.level, sum(expected), direction)), "of": sum(expected)}
    if len(ask.stated) < len(ask.units):
        return offered(ground, bare.model_copy(update={**update, "rule": "history"}), ask.units)
    parts = dict(
        zip(ask.units, stated(ask.level, [ask.stated[u] for u in ask.units], expected, direction), strict=True)
    )
    return bare.model_copy(
        update={**update, "rule": "by_hand", "offered": parts, "expected": {p.unit: p.intake for p in past}}
    )


def offered(ground: Ground, said: OverallGoal, units: Iterable[str]) -> OverallGoal:
    """With each unit's part worked out by the rule, and the courses expected there.

    Parts given by hand stay as they are. Raises ValueError where there is no unit, or more is asked than there is.
    """
    indicator = ground.indicator(said.indicator)
    past = pasts(ground, indicator, list(units), said.year)
    expected = {each.unit: each.intake for each in past}
    of = said.of
    if of is None and heading(ground, indicator).whole:
        of = sum(expected.values()) or None  # no records before the year: nothing is known of how many to expect
    elif of is not None:  # the courses expected in all, shared out as they came
        shares = split(of, weights("intake", past))
        expected = {each.unit: share for each, share in zip(past, shares, strict=True)}
    update: dict[str, object] = {"expected": expected if of else {}, "of": of}
    if said.count is not None and said.rule != "by_hand" and said.sharing == "own":
        weighed = weights(said.rule, past)
        if of is None:
            parts = split(said.count, weighed)
        else:
            parts = split_within(said.count, weighed, [expected[each.unit] for each in past])
        update["offered"] = {each.unit: part for each, part in zip(past, parts, strict=True)}
    return OverallGoal.model_validate({**said.model_dump(), **update})
