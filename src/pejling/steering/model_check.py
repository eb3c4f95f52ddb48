"""The model check (styringstjek): is this a model to steer by? On what is declared, and on what was measured.

A rule names itself and the facts of the case; the words, why it matters and the source stand in `pages.findings`.
"""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

from pejling.indicators.definition import Indicator, Ratio
from pejling.indicators.findings import Finding, near, worst_first
from pejling.indicators.goals import Goal
from pejling.indicators.history import NOTHING, Past
from pejling.indicators.model import Model
from pejling.steering.chance import Outlook
from pejling.steering.contributions import Contribution, total
from pejling.steering.money import economy_findings, grant_findings
from pejling.steering.prospects import Prospect, is_share, prospects, whole, year_of_courses
from pejling.steering.pulling import Values, pull
from pejling.steering.theory import steps, theory_findings, without_effect

EPOCH = 1850  # no period begins before it
_DESCRIPTIVE = {"key", "name", "why", "kind", "unit", "owner", "review_by", "direction", "by", "age_bands"}


def check_steering(model: Model, today: date, past: Past = NOTHING) -> list[Finding]:
    """Errors first, then warnings, what is political, and what could not be looked at."""
    found = [
        *_owners_and_reviews(model, today, past),
        *_goals(model, past),
        *_caps(model),
        *_unused(model),
        *theory_findings(model),
        *without_effect(model),
        *grant_findings(model),
        *economy_findings(model),
        *_contributions(model, past),
        *_targets(model, prospects(model, past)),
        *_opposed_on_paper(model),
        *_pulling(model, past),
    ]
    return worst_first(found)


def _owners_and_reviews(model: Model, today: date, past: Past) -> Iterator[Finding]:
    for kind, key, owner in (
        *(("focus_area", area.key, area.owner) for area in model.focus_areas),
        *(("goal", goal.key, goal.owner) for goal in model.goals),
        *(("indicator", indicator.key, indicator.owner) for indicator in model.indicators),
    ):
        if not owner:
            yield Finding("no_owner", "warning", kind, key)
    for indicator in model.indicators:
        if indicator.review_by is None:
            yield Finding("no_review", "warning", "indicator", indicator.key)
        elif indicator.review_by < today:
            said: dict[str, Any] = {"day": indicator.review_by.isoformat()}
            yield Finding("review_overdue", "warning", "indicator", indicator.key, said)
    year = past.through or today.year
    for goal in model.goals:
        if goal.horizon < year:
            yield Finding("goal_run_out", "warning", "goal", goal.key, {"horizon": goal.horizon})


def _goals(model: Model, past: Past) -> Iterator[Finding]:
    """What a goal points to must be there, and say which way is good; and be an effect, or a result on the way."""
    if model.indicators and not model.goals:
        yield Finding("no_goals", "note", "model", "")
    known = {indicator.key: indicator for indicator in model.indicators}
    for goal in model.goals:
        about = ("goal", goal.key)
        for key in goal.indicators:
            if key not in known:
                yield Finding("goal_unknown_indicator", "error", *about, {"key": key, **near(key, list(known))})
        for kind in goal.asked_of:
            if kind not in model.unit_kinds:
                said: dict[str, Any] = {"unit_kind": kind, **near(kind, list(model.unit_kinds))}
                yield Finding("goal_unknown_unit_kind", "error", *about, said)
        for target in goal.targets:
            for unit in target.contributions:
                if past.units and unit not in past.units:
                    yield Finding("goal_unknown_unit", "error", *about, {"unit": unit, **near(unit, list(past.units))})
        if (judged := known.get(goal.indicators[0])) is None:
            continue
        if judged.direction == "none":
            yield Finding("goal_without_direction", "error", *about, {"indicator": judged.key})
        lawful = goal.minimum_standard and judged.kind == "legal"  # what the law asks of everyone is such a standard
        if judged.kind not in ("effect", "result") and not lawful:
            said = {"indicator": judged.key, "indicator_kind": judged.kind}
            yield Finding("goal_is_no_effect", "warning", *about, said)
        if judged.unit == "share" and (wrong := [t.level for t in goal.targets if not 0 <= t.level <= 1]):
            yield Finding("target_no_share", "error", *about, {"level": wrong[0]})


def _caps(model: Model) -> Iterator[Finding]:
    """Of each year and each kind of unit that has contracts."""
    for year in sorted({area.year for area in model.focus_areas}):
        goals = [goal for area in model.focus_areas if area.year == year for goal in area.goals]
        for kind in dict.fromkeys(kind for goal in goals for kind in (goal.asked_of or model.kinds_asked or ("",))):
            asked = [goal for goal in goals if not goal.asked_of or kind in goal.asked_of]
            if len(asked) > model.caps.result_goals:
                said: dict[str, Any] = {
                    "year": year,
                    "unit_kind": kind,
                    "goals": len(asked),
                    "cap": model.caps.result_goals,
                }
                yield Finding("too_many_goals", "warning", "model", "", said)


def _unused(model: Model) -> Iterator[Finding]:
    """What no goal, no law and no money uses; what a used ratio is made of is used, and so is a step of the theory."""
    if not model.goals:
        return
    used = {key for goal in model.goals for key in goal.indicators}
    used |= {key for step in steps(model) for key in (step.from_, step.to)}
    used |= {key for grant in model.money for key in (grant.indicator, *grant.counterweights)}
    used |= {indicator.key for indicator in model.indicators if indicator.kind == "legal"}
    used |= set(model.economy.keys) if model.economy else set()
    for indicator in model.indicators:
        if isinstance(indicator, Ratio) and indicator.key in used:
            used |= {indicator.numerator, indicator.denominator}
    for indicator in model.indicators:
        if indicator.key not in used:
            yield Finding("unused", "warning", "indicator", indicator.key)


def _contributions(model: Model, past: Past) -> Iterator[Finding]:
    """Do the units' stated levels reach the whole's? In the courses of each unit's last twelve decided months."""
    known = {indicator.key: indicator for indicator in model.indicators}
    for goal in model.goals:
        judged = known.get(goal.indicators[0])
        if judged is None or judged.direction == "none" or goal.minimum_standard:
            continue
        for target in goal.targets:
            if not target.contributions:
                continue
            about, said = ("goal", goal.key), {"year": target.year, "level": target.level}
            sizes: dict[str, int | None] = {}
            for unit in target.contributions:
                history = past.histories.get((judged.key, unit))
                sizes[unit] = year_of_courses(history) if history else None
            if is_share(judged) and None in sizes.values():
                lacking = [unit for unit, size in sizes.items() if size is None]
                yield Finding("contributions_unknown", "note", *about, {**said, "units": tuple(lacking)})
                continue
            if not is_share(judged) and judged.unit not in ("courses", "persons", "kroner"):
                yield Finding("contributions_not_addable", "note", *about, said)
                continue
            parts = [
                Contribution(unit, asked, sizes[unit] if is_share(judged) else None)
                for unit, asked in target.contributions.items()
            ]
            added = total(target.level, "up" if judged.direction == "up" else "down", parts)
            if not added.reached:
                yield Finding(
                    "contributions_short", "warning", *about,
                    {
                        **said, "indicator": judged.key, "asked": added.asked, "promised": added.promised,
                        "gap": added.gap, "courses": added.courses, "reached": added.level,
                    },
                )  # fmt: skip


def _targets(model: Model, found: list[Prospect]) -> Iterator[Finding]:
    """Each target at each unit: within reach, asking for something, and large enough to be told from chance."""
    missed = model.caps.missed_success
    for goal in model.goals:
        mine = [each for each in found if each.goal == goal.key]
        for unknown in ("no_history", "no_share"):
            if lacking := [each.unit for each in mine if each.unknown == unknown]:
                few = {"indicator": goal.indicators[0], "units": tuple(dict.fromkeys(lacking))}
                yield Finding(f"chance_{unknown}", "note", "goal", goal.key, few)
        if goal.targets and not mine:
            yield Finding("chance_nobody_asked", "note", "goal", goal.key)
        for target in goal.targets:
            cases: dict[str, list[dict[str, Any]]] = {}
            for each in mine:
                if each.target == target and each.outlook is not None:
                    for rule in _wrong(each, each.outlook, missed):
                        cases.setdefault(rule, []).append(_case(each, each.outlook))
            for rule, found_at in cases.items():
                said = {"indicator": goal.indicators[0], "year": target.year, "cases": tuple(found_at)}
                yield Finding(rule, "warning", "goal", goal.key, said)


def _wrong(each: Prospect, ahead: Outlook, missed: float) -> Iterator[str]:
    """The rules that the target breaks at the unit."""
    if each.met_at_best is not None and each.met_at_best < ahead.false_success:
        yield "target_out_of_reach"
    if each.standard:
        if ahead.told is None and ahead.missed_as_before > ahead.false_success:
            yield "standard_missed_by_chance"
    elif ahead.told is None:
        yield "target_asks_nothing"
    elif ahead.told < 1 - missed:
        yield "too_small_to_tell"


def _case(each: Prospect, ahead: Outlook) -> dict[str, Any]:
    return {
        "unit": each.unit, "level": each.asked, "courses": ahead.courses, "share": ahead.level.share,
        "met_as_before": ahead.met_as_before, "missed_as_before": ahead.missed_as_before, "told": ahead.told,
        "best": each.best, "met_at_best": each.met_at_best, "years": each.years,
    }  # fmt: skip


def _opposed_on_paper(model: Model) -> Iterator[Finding]:
    """Two goals that cannot both win: the same measured in two ways, or a cost goal against what it divides."""
    known = {indicator.key: indicator for indicator in model.indicators}
    for one, other in combinations(model.goals, 2):
        for a in (known[key] for key in one.indicators if key in known):
            for b in (known[key] for key in other.indicators if key in known):
                if _cannot_both_win(a, b) or _cannot_both_win(b, a):
                    said: dict[str, Any] = {"other": other.key, "indicator": a.key, "other_indicator": b.key}
                    yield Finding("goals_opposed", "warning", "goal", one.key, said)


def _cannot_both_win(a: Indicator, b: Indicator) -> bool:
    ways = {a.direction, b.direction}
    if "none" in ways:
        return False
    if isinstance(a, Ratio) and b.key == a.numerator:
        return len(ways) == 2
    if isinstance(a, Ratio) and b.key == a.denominator:
        return len(ways) == 1
    same = a.model_dump(exclude=_DESCRIPTIVE) == b.model_dump(exclude=_DESCRIPTIVE)
    return same and len(ways) == 2


def _pulling(model: Model, past: Past) -> Iterator[Finding]:
    """Goals whose first indicators moved oppositely at the whole that both are of, month by month; see `pulling`."""
    known = {indicator.key: indicator for indicator in model.indicators}
    series: dict[tuple[str, str], tuple[Goal, Values]] = {}
    for goal in model.goals:
        judged, top = known.get(goal.indicators[0]), whole(goal, past)
        if judged is None or judged.direction == "none" or top is None:
            continue
        if history := past.histories.get((judged.key, top)):
            sign = 1 if judged.direction == "up" else -1
            series.setdefault((judged.key, top), (goal, _from_january(history.first, history.values, sign)))
    pairs = [(one, other) for one, other in combinations(series.items(), 2) if one[0][1] == other[0][1]]
    unknown = []
    for ((_, top), (one, values)), (_, (other, others)) in pairs:
        found = pull(values, others, pairs=len(pairs), level=model.caps.false_success)
        if found is None:
            unknown.append((one.key, other.key))
        elif found.opposite:
            said = {
                "other": other.key, "unit": top, "indicator": one.indicators[0], "other_indicator": other.indicators[0],
                "together": found.together, "high": found.high, "changes": found.changes, "pairs": found.pairs,
            }  # fmt: skip
            yield Finding("goals_pull_apart", "warning", "goal", one.key, said)
    if unknown:
        yield Finding("pulling_unknown", "note", "model", "", {"goals": tuple(unknown)})


def _from_january(first: str, values: Values, sign: int) -> list[float | None]:
    """With empty months before the first, from the January of a year before all, so that two stand month by month."""
    year, month = map(int, first.split("-"))
    before = [None] * ((year - EPOCH) * 12 + month - 1)
    return [*before, *(None if value is None else sign * value for value in values)]
