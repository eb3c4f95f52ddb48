"""The figure of a cell: what `pejling show` must say for an indicator, a unit, a period and a group."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from meaning.courses import group_value
from meaning.days import DAY, later, length_in_days, period
from meaning.facts import World
from meaning.measures import COUNTS, MEASURES, Asked, Item, surely
from meaning.survival import FOR_GOOD, Follow, incidence, mean_interval, median, restricted_mean, two_stages, wilson
from meaning.units import Units

STATES = ("not_reported", "immature", "undefined", "provisional", "final")  # the worst first
TWO_STAGES = ("exit_within", "lasting_share", "state_after", "activity_within")
# How long each is followed. A median is read where half have left, however long the others are.
WINDOW = {
    "exit_within": "within", "activity_within": "within", "lasting_share": "lasting", "restricted_mean": "horizon",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    state: str
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    persons: int | None = None
    matures_on: date | None = None
    estimate: float | None = None
    estimate_low: float | None = None
    estimate_high: float | None = None
    undecided: int = 0
    unknown: int = 0  # of a state_after: courses on whose day no state is recorded


def figure(
    world: World, definition: dict, unit: str, span: str, by: str = "", group: str = "", others: dict | None = None
) -> Figure:
    """`others` holds, by key, the two indicators that a ratio is made of."""
    if definition["measure"] == "ratio":
        return _ratio(world, definition, unit, span, by, group, others or {})
    if definition["measure"] == "observed":
        return _observed(world, definition, unit, span, by, group)
    covered, through = coverage(world, definition)
    first, last = period(span)
    if last < covered or first > through:
        return Figure("not_reported")
    items = items_of(world, definition, unit, span, by, group)
    found = _counted(definition, items, (min(last, through) - max(first, covered)).days + 1)
    found = replace(found, undecided=len(_undecided(definition, items)), unknown=sum(item.unknown for item in items))
    result = _told(definition, _result(definition, items))
    if last > through or found.undecided:
        found = replace(found, state="immature", matures_on=_matures_on(world, definition, items, last, through))
        window = WINDOW.get(definition.get("statistic", definition["measure"]))
        first_month = min((item.day for item in items), default=first).replace(day=1)
        if window and later(max(first_month, covered), definition[window]) > through + DAY:
            return found  # nobody was followed for so long: there is nothing to estimate from
        after = [item.after_exit for item in items if item.after_exit]
        still = [follow for follow in after if follow.kind == "followed" and follow.until < FOR_GOOD]
        if still and all(follow.until < FOR_GOOD for follow in after):
            return found  # nobody who left has been seen to stay out so long
        return replace(found, estimate=result[0], estimate_low=result[1], estimate_high=result[2])
    state = "final" if through >= last + timedelta(days=world.settle_days) else "provisional"
    if found.denominator == 0:
        return replace(found, state="undefined")
    value, low, high = _value(definition, items, found)
    return replace(found, state=state, value=value, low=low, high=high)


def coverage(world: World, definition: dict) -> tuple[date, date]:
    """The narrowest of the tables that the measure reads, of those whose coverage is known."""
    read = [world.coverage[table] for table in tables_read(definition) if table in world.coverage]
    covered, through = max(first or date.min for first, _ in read), min(through for _, through in read)
    if "reentry_within" in definition and covered != date.min:  # only from then on is it known who had been there
        covered = min(later(covered, definition["reentry_within"]), through)
    if definition["measure"] == "amount" and definition["nature"] == "budget":  # known ahead
        planned = [p.posted_on for p in world.postings if p.nature == "budget" and p.account in definition["accounts"]]
        months = [period(f"{day.year:04}-{day.month:02}")[1] for day in planned if day.year <= through.year + 1]
        through = max([through, *months])
    return covered, through


def tables_read(definition: dict) -> tuple[str, ...]:
    match definition["measure"]:
        case "amount":
            return ("postings",)
        case "state_after":
            return ("courses", "assignments", "states")
        case "exit_within" | "lasting_share" if definition.get("support_states"):
            return ("courses", "assignments", "states")
        case "activity_share" | "activity_within":
            return ("courses", "assignments", "activities")
        case "timely":
            return ("courses", "assignments", "contacts")
        case "score_change":
            return ("courses", "assignments", "scores")
    return ("courses", "assignments")


def items_of(world: World, definition: dict, unit: str, span: str, by: str = "", group: str = "") -> list[Item]:
    """What is counted in the cell."""
    covered, through = coverage(world, definition)
    first, last = period(span)
    asked = Asked(world, definition, max(first, covered), min(last, through), covered, through, first)
    units, bands = Units(world), definition.get("age_bands", [])
    return [
        item
        for item in MEASURES[definition["measure"]](asked)
        if units.at_or_below(item.unit_id, unit)
        if by == "" or group_value(world, by, bands, item.person_id or "", item.target_group, item.day) == group
    ]


def groups_of(world: World, definition: dict, span: str, by: str) -> set[str]:
    """The groups that have something in a period, anywhere."""
    units, bands = Units(world), definition.get("age_bands", [])
    return {
        group_value(world, by, bands, item.person_id or "", item.target_group, item.day)
        for unit in units.all()
        for item in items_of(world, definition, unit, span)
    }


def histogram(items: list[Item]) -> Counter[tuple[str, float, str, float]]:
    """What an estimate needs, and what adds up over units and periods: (stage, days, kind, entry) -> courses."""
    first = [("to exit", f.until, f.kind, f.entry) for f in (item.to_exit for item in items) if f]
    second = [("after exit", f.until, f.kind, f.entry) for f in (item.after_exit for item in items) if f]
    return Counter(first + second)


def _follows(items: list[Item], stage: str) -> list[Follow]:
    pooled = histogram(items)
    return [Follow(d, kind, entry) for (at, d, kind, entry) in pooled.elements() if at == stage]


def _counted(definition: dict, items: list[Item], elapsed: int) -> Figure:
    numerator = sum(item.numerator for item in items)
    denominator: float | None = sum(item.denominator for item in items)
    if definition["measure"] in COUNTS:
        denominator = None
    if definition["measure"] == "average_stock":
        denominator = elapsed
    behind = [item for item in items if item.numerator or definition["measure"] != "intake"]  # not who re-entered
    persons = None if definition["measure"] == "amount" else len({item.person_id for item in behind})
    return Figure("final", numerator, denominator, persons=persons)


def _value(definition: dict, items: list[Item], found: Figure) -> tuple[float | None, float | None, float | None]:
    numerator, denominator = found.numerator, found.denominator
    assert numerator is not None
    match definition["measure"]:
        case "intake" | "stock" | "exits" | "amount":
            return numerator, None, None
        case "time_to_exit":
            return _told(definition, _result(definition, items))
        case "average_stock" | "activity_share":
            return numerator / denominator, None, None  # type: ignore[operator]
        case "score_change" if "improved_by" not in definition:
            return (numerator / denominator, *mean_interval([item.numerator for item in items]))  # type: ignore[operator]
    return (numerator / denominator, *wilson(numerator, denominator))  # type: ignore[arg-type, operator]


def _told(
    definition: dict, result: tuple[float | None, float | None, float | None]
) -> tuple[float | None, float | None, float | None]:
    """A time in the unit it is told in: curves run in days, and a week is seven."""
    if definition.get("unit") != "weeks":
        return result
    value, low, high = (None if days is None else days / 7 for days in result)
    return value, low, high


def _result(definition: dict, items: list[Item]) -> tuple[float | None, float | None, float | None]:
    """What the courses' histories say: an estimate while a cell is immature, the value of a time_to_exit always.

    A time is in days.
    """
    nothing = (None, None, None)
    if definition["measure"] == "time_to_exit":
        follows = _follows(items, "to exit")
        if not follows:
            return nothing
        if definition["statistic"] == "median":
            return median(incidence(follows))
        return restricted_mean(follows, length_in_days(definition["horizon"]))
    if definition["measure"] in TWO_STAGES:
        return two_stages(_follows(items, "to exit"), _follows(items, "after exit")) or nothing
    return nothing


def _undecided(definition: dict, items: list[Item]) -> list[Item]:
    """For a median: the open courses that were not followed up to it. What happens to the others cannot move it."""
    if definition["measure"] == "time_to_exit" and definition["statistic"] == "median":
        reached = _result(definition, items)[0]
        if reached is not None:
            return [item for item in items if item.undecided and item.to_exit and item.to_exit.until < reached]
    return [item for item in items if item.undecided]


def _matures_on(world: World, definition: dict, items: list[Item], last: date, through: date) -> date | None:
    """Empty where no day is certain: a median without a horizon may wait for ever."""
    waiting = _undecided(definition, items)
    endless = definition["measure"] == "time_to_exit" and "horizon" not in definition
    if endless:
        return None if waiting or definition["measure"] == "time_to_exit" else last
    known = [item.matures_on for item in waiting if item.matures_on]
    if last > through:
        known.append(surely(Asked(world, definition, last, last, last, through, last), last))
    return max(known)


def _ratio(world: World, definition: dict, unit: str, span: str, by: str, group: str, others: dict) -> Figure:
    above = figure(world, others[definition["numerator"]], unit, span, by, group)
    below = figure(world, others[definition["denominator"]], unit, span, by, group)
    state = min(above.state, below.state, key=STATES.index)
    if state == "not_reported":
        return Figure(state)
    if STATES.index(state) > STATES.index("undefined") and below.numerator == 0:
        state = "undefined"
    known = [n for n in (above.persons, below.persons) if n is not None]
    days = [part.matures_on for part in (above, below) if part.state == "immature"]
    sure = state == "immature" and None not in days
    return Figure(
        state,
        above.numerator,
        below.numerator,
        above.numerator / below.numerator if state in ("provisional", "final") else None,  # type: ignore[operator]
        persons=min(known) if known else None,
        matures_on=max(days) if sure else None,  # type: ignore[type-var]
        undecided=above.undecided + below.undecided,
    )


def _observed(world: World, definition: dict, unit: str, span: str, by: str, group: str) -> Figure:
    """As it was delivered for that very unit, period and group: nothing is added up."""
    key = (definition["key"], unit, span, group if by else None)
    row = next((r for r in world.observations if (r.indicator, r.unit_id, r.period, r.group or None) == key), None)
    if row is None:
        return Figure("not_reported")
    if row.denominator == 0:
        return Figure("undefined", row.numerator, row.denominator)
    value = row.value
    if value is None:
        value = row.numerator / row.denominator if row.denominator else row.numerator  # type: ignore[operator]
    _, through = world.coverage.get("observations", (None, date.max))
    settled = through == date.max or through >= period(span)[1] + timedelta(days=world.settle_days)
    return Figure("final" if settled else "provisional", row.numerator, row.denominator, value)
