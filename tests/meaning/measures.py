"""The measures: for the days `first` to `last` of a period, what is counted. One function a measure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from meaning.courses import Joined, chosen, seen
from meaning.days import DAY, days, later, length_in_days
from meaning.facts import State, World
from meaning.survival import FOR_GOOD, Follow


@dataclass(frozen=True)
class Item:
    """One thing that counts in a cell: a course, a day of a course, a step, or a posting.

    `undecided`: whether later records may still move it; `matures_on`: the last day covered that is sure to settle it,
    None where no day is. `to_exit` and `after_exit` are what it tells an estimate (`survival.two_stages`).
    """

    unit_id: str
    target_group: str
    day: date  # the anchor day: of the group, the age and the unit
    person_id: str | None
    numerator: float
    denominator: float = 1
    undecided: bool = False
    matures_on: date | None = None
    to_exit: Follow | None = None
    after_exit: Follow | None = None
    unknown: bool = False  # no state is recorded on the day asked for


@dataclass(frozen=True)
class Asked:
    """A definition, the facts, and the days of the period that are covered; `covered` is the first day covered."""

    world: World
    definition: dict
    first: date
    last: date
    covered: date
    through: date
    period_first: date

    def courses(self) -> list[Joined]:
        return seen(self.world, self.through)

    def began(self) -> list[tuple[Joined, str, str]]:
        """Courses that began in the period and since the first day covered, with unit and target group that day."""
        found = [(c, c.started_on, None) for c in self.courses() if self.first <= c.started_on <= self.last]
        return [(c, unit, group) for c, _, unit, group in self._chosen(found)]

    def ended(self) -> list[tuple[Joined, date, str, str]]:
        """Courses that ended in the period, to `exit_to` where it is asked for, with their last day."""
        exit_to = self.definition.get("exit_to")
        return self._chosen(
            [
                (course, course.last_day, course.exit_to)
                for course in self.courses()
                if course.ended_on and self.first <= course.ended_on <= self.last
                if not exit_to or course.exit_to in exit_to
            ]
        )

    def on(self, day: date) -> list[tuple[Joined, date, str, str]]:
        """Courses open on a day."""
        return self._chosen([(course, day, None) for course in self.courses() if course.open_on(day)])

    def _chosen(self, found: Iterable[tuple[Joined, date, str | None]]) -> list[tuple[Joined, date, str, str]]:
        where, result = self.definition.get("where", {}), []
        for course, day, exit_to in found:
            unit, target_group = course.responsible(day)
            if chosen(self.world, where, course.person_id, target_group, day, exit_to):
                result.append((course, day, unit, target_group))
        return result


def intake(asked: Asked) -> list[Item]:
    return [Item(unit, group, c.started_on, c.person_id, not reentered(asked, c)) for c, unit, group in asked.began()]


def reentered(asked: Asked, course: Joined) -> bool:
    """Whether another course of the person, begun before this one, was open when it began, or had ended shortly."""
    within = asked.definition.get("reentry_within")
    groups = asked.definition.get("reentry_target_groups", [])
    first = (course.started_on, course.courses[0].course_id)
    for other in asked.courses() if within else []:
        earlier = (other.started_on, other.courses[0].course_id) < first
        if other.person_id != course.person_id or not earlier:
            continue
        if groups and other.responsible(other.started_on)[1] not in groups:
            continue
        if other.ended_on is None or course.started_on < later(other.ended_on, within):
            return True
    return False


def stock(asked: Asked) -> list[Item]:
    return [Item(unit, group, day, c.person_id, 1) for c, day, unit, group in asked.on(asked.last)]


def average_stock(asked: Asked) -> list[Item]:
    """The denominator, the days of the period, is the cell's and not the courses'."""
    return [
        Item(unit, group, day, c.person_id, 1, 0)
        for a_day in days(asked.first, asked.last)
        for c, day, unit, group in asked.on(a_day)
    ]


def exits(asked: Asked) -> list[Item]:
    return [Item(unit, group, day, c.person_id, 1) for c, day, unit, group in asked.ended()]


def exit_within(asked: Asked) -> list[Item]:
    definition = asked.definition
    items = []
    for course, unit, group in asked.began():
        limit = later(course.started_on, definition["within"])
        wanted = not definition.get("exit_to") or course.exit_to in definition["exit_to"]
        counted, undecided, matures_on, after_exit = False, False, None, None
        if course.ended_on and course.ended_on <= limit:
            to_exit = Follow((course.ended_on - course.started_on).days, "event" if wanted else "other")
            if wanted:
                counted, undecided, matures_on, after_exit = lasted(asked, course)
        elif course.ended_on or limit <= asked.through:
            to_exit = Follow(FOR_GOOD, "followed")
        else:
            undecided, matures_on = True, surely(asked, course.started_on)
            to_exit = Follow((asked.through - course.started_on).days, "followed")
        items.append(
            Item(
                unit, group, course.started_on, course.person_id, counted, 1, undecided, matures_on, to_exit, after_exit
            )
        )
    return items


def lasting_share(asked: Asked) -> list[Item]:
    items = []
    for course, day, unit, group in asked.ended():
        counted, undecided, matures_on, after_exit = lasted(asked, course)
        items.append(Item(unit, group, day, course.person_id, counted, 1, undecided, matures_on, after_exit=after_exit))
    return items


def lasted(asked: Asked, course: Joined) -> tuple[bool, bool, date | None, Follow | None]:
    """Whether the exit lasted, whether that is undecided, when it will be, and how long it was followed."""
    if "lasting" not in asked.definition:
        return True, False, None, None
    assert course.ended_on
    last = later(course.ended_on, asked.definition["lasting"]) - DAY
    for day in days(course.ended_on, min(last, asked.through)):
        if relapsed(asked, course, day):
            return False, False, None, Follow((day - course.ended_on).days, "event")
    if last <= asked.through:
        return True, False, None, Follow(FOR_GOOD, "followed")
    return False, True, last, Follow((asked.through - course.ended_on).days, "followed")


def relapsed(asked: Asked, course: Joined, day: date) -> bool:
    """Whether the person is on another course that day, or lives by a support state."""
    groups = asked.definition.get("relapse_target_groups", [])
    for other in asked.courses():
        is_another = other.person_id == course.person_id and other.courses[0] not in course.courses
        if is_another and other.open_on(day) and (not groups or other.responsible(day)[1] in groups):
            return True
    return bool(states_on(asked.world, course.person_id, day) & set(asked.definition.get("support_states", [])))


def states_on(world: World, person_id: str, day: date) -> set[str]:
    def covers(spell: State) -> bool:
        return spell.person_id == person_id and spell.from_on <= day and (spell.to_on is None or day < spell.to_on)

    return {spell.state for spell in world.states if covers(spell)}


def state_after(asked: Asked) -> list[Item]:
    items = []
    for course, last_day, unit, group in asked.ended():
        assert course.ended_on
        day = later(course.ended_on, asked.definition["after"])
        if day > asked.through:
            items.append(Item(unit, group, last_day, course.person_id, 0, 1, True, day))
            continue
        found = states_on(asked.world, course.person_id, day)
        counted = bool(found & set(asked.definition["states"]))
        # decided at once by the day alone: those decided tell about those who are not
        follow = Follow(0, "event" if counted else "other")
        items.append(Item(unit, group, last_day, course.person_id, counted, to_exit=follow, unknown=not found))
    return items


def time_to_exit(asked: Asked) -> list[Item]:
    """Whether a course is undecided for a median depends on the cell: see `figures`. Here: open, within the horizon."""
    definition = asked.definition
    horizon = length_in_days(definition["horizon"]) if "horizon" in definition else FOR_GOOD
    items = []
    for course in asked.courses():
        begun = asked.period_first <= course.started_on <= asked.last
        if not begun or (course.ended_on and course.ended_on < asked.covered and course.started_on < asked.covered):
            continue
        unit, group = course.responsible(course.started_on)
        if not chosen(asked.world, definition.get("where", {}), course.person_id, group, course.started_on):
            continue
        entry = max((asked.covered - course.started_on).days - 1, -1)
        if entry >= horizon:
            continue
        length = ((course.ended_on or asked.through) - course.started_on).days
        wanted = not definition.get("exit_to") or course.exit_to in definition["exit_to"]
        kind = "followed" if course.ended_on is None else "event" if wanted else "other"
        follow = Follow(length, kind, entry) if length <= horizon else Follow(horizon, "followed", entry)
        undecided = course.ended_on is None and length < horizon
        matures_on = course.started_on + timedelta(days=horizon) if horizon != FOR_GOOD else None
        items.append(
            Item(
                unit, group, course.started_on, course.person_id, follow.kind == "event", 1,
                undecided, matures_on if undecided else None, follow,
            )
        )  # fmt: skip
    return items


def activity_share(asked: Asked) -> list[Item]:
    if asked.definition.get("credit") == "supplier":
        return _activity_share_of_suppliers(asked)
    return [
        Item(unit, group, day, course.person_id, active_on(asked, course, day))
        for a_day in days(asked.first, asked.last)
        for course, day, unit, group in asked.on(a_day)
    ]


def active_on(asked: Asked, course: Joined, day: date) -> bool:
    return any(
        course.has(activity) and activity.kind in asked.definition["activity_kinds"]
        and activity.started_on <= day and (activity.ended_on is None or day < activity.ended_on)
        for activity in asked.world.activities
    )  # fmt: skip


def _activity_share_of_suppliers(asked: Asked) -> list[Item]:
    """A day of a course is with one supplier: see `_supplier`. Days before the first activity are with nobody."""
    items = []
    for a_day in days(asked.first, asked.last):
        for course, day, _, group in asked.on(a_day):
            supplier, active = _supplier(asked, course, day)
            if supplier:
                items.append(Item(supplier, group, day, course.person_id, active))
    return items


def _supplier(asked: Asked, course: Joined, day: date) -> tuple[str | None, bool]:
    """Of the activities that run, the last to begin; where none runs, the one that ended last. And whether one runs."""
    kinds = asked.definition["activity_kinds"]
    rows = [a for a in asked.world.activities if course.has(a) and a.kind in kinds and a.supplier_id]
    begun = [a for a in rows if a.started_on <= day]
    running = [a for a in begun if a.ended_on is None or day < a.ended_on]
    if running:
        return max(running, key=lambda a: (a.started_on, a.activity_id)).supplier_id, True
    ended = max(begun, key=lambda a: (a.ended_on, a.started_on, a.activity_id), default=None)
    return (ended.supplier_id, False) if ended else (None, False)


def activity_within(asked: Asked) -> list[Item]:
    items = []
    for course, unit, group in asked.began():
        limit = later(course.started_on, asked.definition["within"])
        last = asked.through if course.ended_on is None else course.last_day
        if course.ended_on and asked.definition.get("may_end_course"):
            last = course.ended_on
        elif course.ended_on == course.started_on:
            last = course.started_on - DAY  # no day at all
        begun = [
            activity.started_on
            for activity in asked.world.activities
            if course.has(activity) and activity.kind in asked.definition["activity_kinds"]
            if course.started_on <= activity.started_on <= min(limit, asked.through, last)
        ]
        undecided, matures_on = False, None
        if begun:
            follow = Follow((min(begun) - course.started_on).days, "event")
        elif course.ended_on and course.ended_on <= limit:
            follow = Follow((course.ended_on - course.started_on).days, "other")
        elif limit <= asked.through:
            follow = Follow(FOR_GOOD, "followed")
        else:
            follow = Follow((asked.through - course.started_on).days, "followed")
            undecided, matures_on = True, limit
        items.append(
            Item(unit, group, course.started_on, course.person_id, bool(begun), 1, undecided, matures_on, follow)
        )
    return items


def timely(asked: Asked) -> list[Item]:
    kinds = asked.definition.get("contact_kinds", [])
    items = []
    for step in asked.world.contacts:
        if step.due_on is None or step.exempt or not asked.first <= step.due_on <= asked.last:
            continue
        if kinds and step.kind not in kinds:
            continue
        for course, day, unit, group in asked.on(step.due_on):
            if course.has(step):
                held = step.held_on is not None and step.held_on <= step.due_on
                items.append(Item(unit, group, day, course.person_id, held))
    return items


def score_change(asked: Asked) -> list[Item]:
    items = []
    for course, day, unit, group in asked.ended():
        if course.started_on < asked.covered:
            continue  # its first score may lie before the coverage
        scores = sorted(
            (score.measured_on, score.score, score.course_id)
            for score in asked.world.scores
            if course.has(score) and score.instrument == asked.definition["instrument"]
            if course.started_on <= score.measured_on <= course.ended_on  # type: ignore[operator]
        )
        if len({measured_on for measured_on, *_ in scores}) < 2:
            continue
        change = scores[-1][1] - scores[0][1]
        if "improved_by" in asked.definition:
            better = -change if asked.definition.get("direction") == "down" else change
            change = better >= asked.definition["improved_by"]
        items.append(Item(unit, group, day, course.person_id, change))
    return items


def amount(asked: Asked) -> list[Item]:
    return [
        Item(posting.unit_id, posting.account, posting.posted_on, None, posting.amount)
        for posting in asked.world.postings
        if asked.first <= posting.posted_on <= asked.last
        if posting.account in asked.definition["accounts"] and posting.nature == asked.definition["nature"]
    ]


def surely(asked: Asked, started_on: date) -> date:
    """The last day covered on which a course begun that day is certain to be decided."""
    definition = asked.definition
    match definition["measure"]:
        case "exit_within":
            day = later(started_on, definition["within"])
            return later(day, definition["lasting"]) - DAY if "lasting" in definition else day
        case "activity_within":
            return later(started_on, definition["within"])
        case "lasting_share":
            return later(started_on, definition["lasting"]) - DAY
        case "state_after":
            return later(started_on, definition["after"])
        case "time_to_exit" if "horizon" in definition:
            return later(started_on, definition["horizon"])
    return started_on


MEASURES = {
    function.__name__: function
    for function in (
        intake, stock, average_stock, exits, exit_within, lasting_share, state_after, time_to_exit,
        activity_share, activity_within, timely, score_change, amount,
    )
}  # fmt: skip
COUNTS = ("intake", "stock", "exits", "amount")  # a number, not a share or a mean: no denominator
