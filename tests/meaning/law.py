"""The law, day by day: a step falls due on the first day on which the law of that day asks for it.

Rules are dicts as the YAML of a model holds them. Danish public holidays are worked out here from Easter, so that the
library that the product uses is held to something.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from meaning.courses import Joined, chosen, seen
from meaning.days import DAY, days, later
from meaning.facts import World

AHEAD = timedelta(days=1100)  # as far as the next due day of a course is looked for


@dataclass(frozen=True)
class Step:
    rule: str
    version: int  # its number, from 1
    course_id: str
    person_id: str
    since: date
    due_on: date
    held_on: date | None
    met_on: date | None  # when a step that was not held in time was made good
    until: date  # the first day that the rule is for the course no more, or that there is no such law any more
    lacks: int
    exempt: str | None = None


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian computus (J.-M. Oudin, 1940)."""
    century, golden = year // 100, year % 19
    moon = (century - century // 4 - (century - (century - 17) // 25) // 3 + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (moon // 28) * (29 // (moon + 1)) * ((21 - golden) // 11))
    sunday = moon - (year + year // 4 + moon + 2 - century + century // 4) % 7
    month = 3 + (sunday + 40) // 44
    return date(year, month, sunday + 28 - 31 * (month // 4))


def is_open(day: date, closed: tuple[str, ...] = ()) -> bool:
    """Whether Danish offices are: Great Prayer Day was a holiday through 2023."""
    fixed = {(1, 1), (12, 25), (12, 26)} | {(int(text[:2]), int(text[3:])) for text in closed}
    moving = {-3, -2, 0, 1, 39, 49, 50} | ({26} if day.year < 2024 else set())
    after_easter = (day - easter(day.year)).days
    return day.weekday() < 5 and (day.month, day.day) not in fixed and after_easter not in moving


@dataclass(frozen=True)
class Law:
    """A rule over a world, as seen on the day `through`; `covered` is the first day that its facts are known from."""

    rule: dict
    world: World
    through: date
    covered: date
    closed: tuple[str, ...] = ()

    @property
    def every(self) -> bool:
        return self.rule["kind"] == "contact_every"

    def version(self, day: date) -> dict | None:
        """The one in force."""
        return next((each for each in self.rule["versions"] if _begins(each) <= day < _ends(each)), None)

    def law_ends(self, version: dict) -> date:
        """The first day after this version, and those that follow it without a gap, on which there is no law."""
        while (end := _ends(version)) < date.max and (following := self.version(end)):
            version = following
        return end

    def deadline(self, since: date, version: dict, *, first: bool) -> date:
        span = version["first"] if first and "first" in version else version.get("every") or version["within"]
        count, unit = span.split(" ", 1)
        if not unit.startswith("working"):
            return later(since, span)
        day = since
        for _ in range(int(count)):
            day += DAY
            while not is_open(day, self.closed):
                day += DAY
        return day

    def asked_on(self, since: date, *, first: bool) -> tuple[date, dict] | None:
        """The first day after on which the law of that day asks for a step counted from `since`."""
        for day in days(since + DAY, self.through + AHEAD):
            version = self.version(day)
            if version is None:
                continue
            deadline = self.deadline(since, version, first=first)
            before = self.version(day - DAY)
            passed = deadline < day == _begins(version) and before is not None
            if deadline == day or (passed and self.deadline(since, before, first=first) >= day):
                return self.moved(day, version, since), version
        return None

    def moved(self, day: date, version: dict, since: date) -> date:
        """Where offices are closed that day, as the version says."""
        way = {"next_open_day": DAY, "last_open_day": -DAY}.get(version.get("if_closed", "stays"))
        while way and not is_open(day, self.closed):
            day += way
        return max(day, since + DAY)

    def is_for(self, course: Joined, day: date) -> bool:
        if not course.open_on(day):
            return False
        _, group = course.responsible(day)
        return chosen(self.world, self.rule.get("applies_to", {}), course.person_id, group, day)

    def spells(self, course: Joined) -> list[tuple[date, date]]:
        """The stretches of days that it is for the course; a contact_every's only while it is in force and covered."""
        found: list[tuple[date, date]] = []
        for day in days(course.started_on, self.through + AHEAD):
            asks = self.is_for(course, day) and (not self.every or (self.version(day) and day >= self.covered))
            if asks and found and found[-1][1] == day:
                found[-1] = (found[-1][0], day + DAY)
            elif asks:
                found.append((day, day + DAY))
        return found

    def happened(self, course: Joined) -> list[date]:
        """The days on which something happened that holds a step."""
        if self.rule["kind"] == "activation_within":
            kinds = self.rule["activity_kinds"]
            found = {a.started_on for a in self.world.activities if course.has(a) and a.kind in kinds}
        else:
            kinds = self.rule["contact_kinds"]
            found = {c.held_on for c in self.world.contacts if course.has(c) and c.kind in kinds and c.held_on}
        return sorted(day for day in found if day <= self.through)

    def steps(self, course: Joined) -> Iterator[Step]:
        for first, end in self.spells(course):
            since = first if self.every or self.rule.get("counted_from") == "group" else course.started_on
            if since >= self.covered and max(since, first) <= self.through:
                yield from self.chain(course, since, first, end)

    def chain(self, course: Joined, since: date, first: date, end: date) -> Iterator[Step]:
        happened, early = self.happened(course), self.every and "first" in self.rule["versions"][0]
        again = self.every or self.rule.get("repeated", False)
        opens = not self.every or early  # what happens on the day itself holds it, too
        is_first = True
        while asked := self.asked_on(since, first=is_first):
            due, version = asked
            ahead = [d for d in happened if d > since or (opens and is_first and d == since)]
            needed = version.get("count", 1)
            in_time = [d for d in ahead if d <= due]
            after = [d for d in ahead if due < d < end]
            held = met = None
            if not again:
                within = [d for d in ahead if d < end]
                held = within[needed - 1] if len(within) >= needed else None
                met = held if held and held > due else None
            elif not self.every:
                held = in_time[needed - 1] if len(in_time) >= needed else None
                met = after[0] if not held and after else None
            elif in_time:
                held = in_time[0] if early and is_first else in_time[-1]
            elif after:
                missed = self.asked_on(due, first=False) if due <= self.through else None
                held, met = (after[0] if missed is None or after[0] < missed[0] else None), after[0]
            lacks = 0 if held else needed - len(in_time)
            if (due > self.through or due >= end) and self.every and held:  # it moves with the contact
                since, is_first = held, False
                continue
            if due >= end:
                return
            if self.every and in_time and not (early and is_first):
                anew = self.asked_on(in_time[-1], first=False)
                if anew and anew[0] <= due:  # a stricter law asks for the next no later than this one
                    since = in_time[-1]
                    continue
            if first <= due:
                yield Step(
                    self.rule["key"], self.rule["versions"].index(version) + 1, course.courses[0].course_id,
                    course.person_id, since, due, held, met, min(end, max(self.law_ends(version), due + DAY)), lacks,
                )  # fmt: skip
            if not again or due > self.through:
                return
            since = (held or due) if self.every else due
            is_first = False


def steps(
    world: World, rules: list[dict], through: date, covered: Mapping[str, date], closed: tuple[str, ...] = ()
) -> list[Step]:
    """Every step of every rule, exempt ones with the exemption; of open courses also the next, not due yet."""
    found = []
    for rule in rules:
        law = Law(rule, world, through, covered[rule["key"]], closed)
        for course in seen(world, through):
            found += _exempted(law, course, list(law.steps(course)))
    return found


def _exempted(law: Law, course: Joined, made: list[Step]) -> list[Step]:
    by_record: set[Step] = set()
    for contact in law.world.contacts if law.rule["kind"] != "activation_within" and made else ():
        if course.has(contact) and contact.exempt and contact.due_on and contact.kind in law.rule["contact_kinds"]:
            due = contact.due_on
            near = {step: (abs((step.due_on - due).days), step.due_on) for step in made}
            by_record.add(min(made, key=lambda step: (*near[step], -step.since.toordinal(), step.held_on is not None)))
    result = []
    for step in made:
        exempt = "recorded" if step in by_record else _exempt_by(law, course, step)
        result.append(Step(**{**vars(step), "exempt": exempt}))
    return result


def _exempt_by(law: Law, course: Joined, step: Step) -> str | None:
    for each in law.rule["versions"][step.version - 1].get("exemptions", []):
        for a in law.world.activities:
            runs = a.started_on <= step.due_on and (a.ended_on is None or step.due_on < a.ended_on)
            if course.has(a) and a.kind in each.get("activity_kinds", []) and runs:
                return each["key"]
        for s in law.world.states:
            covers = s.from_on <= step.due_on and (s.to_on is None or step.due_on < s.to_on)
            if s.person_id == course.person_id and s.state in each.get("states", []) and covers:
                return each["key"]
    return None


def _begins(version: dict) -> date:
    return version.get("from") or date.min


def _ends(version: dict) -> date:
    return version.get("until") or date.max


@dataclass(frozen=True)
class Week:
    rule: str
    course_id: str
    unit_id: str
    week: date
    from_on: date
    to_on: date
    nth: int
    rate: Decimal
    expected: Decimal
    at_risk: Decimal


def weeks(world: World, paid: list[dict], rules: list[dict], through: date, made: list[Step]) -> list[Week]:
    """What the state pays back, by reimbursement, course, week and stretch of the week under one unit and group."""
    found = []
    for each in paid:
        on_it: dict[str, set[date]] = {}  # person -> weeks with a day on the benefit
        stretches = []
        for course in seen(world, through):
            for day in days(course.started_on, through):
                if not course.open_on(day):
                    continue
                unit, group = course.responsible(day)
                if not chosen(world, each.get("applies_to", {}), course.person_id, group, day):
                    continue
                week = day - timedelta(days=day.weekday())
                on_it.setdefault(course.person_id, set()).add(week)
                last = stretches[-1] if stretches else None
                if last and last[:4] == [course, unit, group, week] and last[5] == day:
                    last[5] = day + DAY
                else:
                    stretches.append([course, unit, group, week, day, day + DAY])
        for course, unit, group, week, from_on, to_on in stretches:
            version = next((v for v in each["versions"] if _begins(v) <= week < _ends(v)), None)
            if version is None:
                continue
            nth = _nth(on_it[course.person_id], week, each.get("remembers", 0))
            active = any(
                course.has(a) and a.kind in version.get("active_kinds", [])
                and a.started_on < week + timedelta(days=7) and a.started_on <= through
                and (a.ended_on is None or a.ended_on > max(week, a.started_on))
                for a in world.activities
            )  # fmt: skip
            ladder = next(s for s in version["ladder"] if nth <= s.get("through_week", 10**6))
            rate = Decimal(str(version["active"] if active else ladder["rate"]))
            weekly = Decimal(str(version.get("weekly_of", {}).get(group, version["weekly"])))
            late = sum(_overdue(course, day, rules, made) for day in days(from_on, to_on - DAY))
            paid_of = weekly * rate / 7
            found.append(
                Week(
                    each["key"], course.courses[0].course_id, unit, week, from_on, to_on, nth, rate,
                    _ore(paid_of * (to_on - from_on).days), _ore(paid_of * late),
                )
            )  # fmt: skip
    return found


def _nth(on_it: set[date], week: date, remembers: int) -> int:
    """Weeks of the spell so far, and those of so many weeks before it began."""
    first = week
    while first - timedelta(days=7) in on_it:
        first -= timedelta(days=7)
    before = sum(first - timedelta(weeks=remembers) <= each < first for each in on_it)
    return before + (week - first).days // 7 + 1


def _overdue(course: Joined, day: date, rules: list[dict], made: list[Step]) -> bool:
    """Whether a step that reimbursement depends on is overdue that day, and was not made good before."""
    for step in made:
        if step.course_id != course.courses[0].course_id or step.exempt:
            continue
        in_time = step.held_on and step.held_on <= step.due_on
        terms = next(rule for rule in rules if rule["key"] == step.rule)["versions"][step.version - 1]
        overdue = step.due_on < day < (step.met_on or date.max) and day < step.until
        if terms.get("reimbursed") and not in_time and overdue:
            return True
    return False


def _ore(kroner: Decimal) -> Decimal:
    return kroner.quantize(Decimal("0.01"), ROUND_HALF_UP)
