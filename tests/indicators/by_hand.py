"""The example's ten indicators worked out by hand: from its CSV files, in months and plain Python, and with textbook
formulas for the intervals. Nothing of the engine's is used here, nor of the reference it is held to elsewhere.

A person has one status a month, so everything is read from the row of 72: a course is a run of joblessness, what comes
after it is the next status, and it lasts where the next six are others.
"""

import calendar
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from statistics import NormalDist

import numpy as np

FACTS = Path(__file__).resolve().parents[2] / "examples" / "northern_ireland" / "facts"
BOARDS = ("Belfast", "N.Eastern", "Southern", "S.Eastern", "Western")
BROKEN_DOWN = {"sex": ("female", "male"), "gcse5": ("no", "yes"), "grammar": ("no", "yes")}
YEARS = range(1993, 2000)
FIRST_MONTH = 1993 * 12 + 6  # July 1993; a month is its number
THROUGH = date(1999, 6, 30)
WORK_OR_STUDY = ("employment", "FE", "HE")
Z = NormalDist().inv_cdf(0.975)
NEVER = 10**6  # days; followed for good


@dataclass(frozen=True)
class Course:
    """A run of joblessness: `began` and `ended` are months; `statuses` are the person's 72."""

    person: str
    unit: str
    groups: dict[str, str]
    statuses: tuple[str, ...]
    began: int
    ended: int | None

    @property
    def start(self) -> date:
        return first_day(self.began)

    @property
    def end(self) -> date | None:
        return None if self.ended is None else first_day(self.ended)

    @property
    def days(self) -> int:
        """To its end, or to the last day followed."""
        return ((self.end or THROUGH) - self.start).days

    def status(self, month: int) -> str | None:
        place = month - FIRST_MONTH
        return self.statuses[place] if place < len(self.statuses) else None

    @property
    def after(self) -> str | None:
        return None if self.ended is None else self.status(self.ended)


@dataclass(frozen=True)
class Expected:
    state: str
    numerator: float
    denominator: float | None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    persons: int = 0
    matures_on: date | None = None
    estimate: float | None = None
    estimate_low: float | None = None
    estimate_high: float | None = None


@dataclass(frozen=True)
class Fate:
    """What a share says of one course; `decided_by` of an undecided one. For the estimate: (days, what) of each stage.

    What is `event`, `other` or `followed`.
    """

    counted: bool
    decided_by: date | None = None
    first: tuple[int, str] | None = None
    second: tuple[int, str] | None = None


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def months_after(day: date, months: int) -> date:
    """The same day of the month so much later, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@cache
def courses() -> list[Course]:
    with (FACTS / "persons.csv").open() as file:
        persons = {row["person_id"]: row for row in csv.DictReader(file)}
    with (FACTS / "courses.csv").open() as file:
        boards = {row["person_id"]: row["unit_id"] for row in csv.DictReader(file)}
    statuses: dict[str, list[str]] = {person: [""] * 72 for person in persons}
    with (FACTS / "states.csv").open() as file:
        for row in csv.DictReader(file):
            begins, ends = (
                (int(day[:4]) * 12 + int(day[5:7]) - 1 - FIRST_MONTH if day else 72)
                for day in (row["from_on"], row["to_on"])
            )
            statuses[row["person_id"]][begins:ends] = [row["state"]] * (ends - begins)
    found = []
    for person, months in statuses.items():
        assert all(months)
        place = 0
        for status, run in groupby(months):
            began, place = place, place + len(list(run))
            if status == "joblessness":
                ended = FIRST_MONTH + place if place < 72 else None
                groups = {by: persons[person][by] for by in BROKEN_DOWN}
                found.append(Course(person, boards[person], groups, tuple(months), FIRST_MONTH + began, ended))
    return found


def behind(unit: str, by: str, group: str) -> list[Course]:
    return [c for c in courses() if unit in ("NI", c.unit) and (not by or c.groups[by] == group)]


def expected(key: str, unit: str, year: int, by: str = "", group: str = "") -> Expected:
    everyone = behind(unit, by, group)
    first, last = date(year, 1, 1), date(year, 12, 31)
    began = [c for c in everyone if first <= c.start <= last]
    ended = [c for c in everyone if c.end and first <= c.end <= last]
    to_work = [c for c in ended if c.after in WORK_OR_STUDY]
    match key:
        case "intake":
            return _count(began, last)
        case "jobless_stock":
            day = min(last, THROUGH)
            return _count([c for c in everyone if c.start <= day and (c.end is None or c.end > day)], last)
        case "average_jobless":
            return _average(everyone, max(first, first_day(FIRST_MONTH)), last)
        case "fast_exit" | "fast_lasting_exit":
            lasting = key == "fast_lasting_exit"
            latest = months_after(months_after(last, 6), 6) - timedelta(1) if lasting else months_after(last, 6)
            whole = [months_after(c.start, 6) for c in began]
            return _share(began, [_fast(c, lasting) for c in began], last, latest, whole)
        case "lasting_share":
            whole = [months_after(c.end, 6) for c in to_work if c.end]
            return _share(to_work, [_lasted(c) for c in to_work], last, months_after(last, 6) - timedelta(1), whole)
        case "in_work_or_study_after_12_months":
            return _share(ended, [_a_year_after(c) for c in ended], last, months_after(last, 12))
        case "training_started":
            whole = [c.start + timedelta(56) for c in began]
            return _share(began, [_trained(c) for c in began], last, last + timedelta(56), whole)
        case "weeks_to_exit":
            return _median(began, last, None)
        case "weeks_to_work_or_study":
            return _median(began, last, WORK_OR_STUDY)
    raise AssertionError(key)


def _persons(found: list[Course]) -> int:
    return len({course.person for course in found})


def _count(found: list[Course], last: date) -> Expected:
    if last > THROUGH:
        return Expected("immature", len(found), None, persons=_persons(found), matures_on=last)
    return Expected("final", len(found), None, len(found), persons=_persons(found))


def _average(everyone: list[Course], first: date, last: date) -> Expected:
    end = min(last, THROUGH) + timedelta(1)
    days = [(c, (min(c.end or end, end) - max(c.start, first)).days) for c in everyone]
    there = [c for c, n in days if n > 0]
    course_days, elapsed = sum(n for _, n in days if n > 0), (end - first).days
    if last > THROUGH:
        return Expected("immature", course_days, elapsed, persons=_persons(there), matures_on=last)
    return Expected("final", course_days, elapsed, course_days / elapsed, persons=_persons(there))


def _fast(course: Course, lasting: bool) -> Fate:
    limit = course.began + 6
    if course.ended is None and first_day(limit) > THROUGH:
        sure = months_after(first_day(limit), 6) - timedelta(1) if lasting else first_day(limit)
        return Fate(False, sure, (course.days, "followed"))
    if course.ended is None or course.ended > limit:
        return Fate(False, first=(NEVER, "followed"))
    if course.after not in WORK_OR_STUDY:
        return Fate(False, first=(course.days, "other"))
    if not lasting:
        return Fate(True, first=(course.days, "event"))
    later = _lasted(course)
    return Fate(later.counted, later.decided_by, (course.days, "event"), later.second)


def _lasted(course: Course) -> Fate:
    assert course.ended is not None
    assert course.end is not None
    for month in range(course.ended, course.ended + 6):
        if course.status(month) == "joblessness":
            return Fate(False, second=((first_day(month) - course.end).days, "event"))
        if course.status(month) is None:
            sure = first_day(course.ended + 6) - timedelta(1)
            return Fate(False, sure, second=((THROUGH - course.end).days, "followed"))
    return Fate(True, second=(NEVER, "followed"))


def _a_year_after(course: Course) -> Fate:
    assert course.ended is not None
    status = course.status(course.ended + 12)
    if status is None:
        return Fate(False, first_day(course.ended + 12))
    there = status in (*WORK_OR_STUDY, "school")
    return Fate(there, first=(0, "event" if there else "other"))


def _trained(course: Course) -> Fate:
    """Eight weeks are 56 days: longer than a month, shorter than two."""
    if course.days <= 56 and course.end:
        there = course.after == "training"
        return Fate(there, first=(course.days, "event" if there else "other"))
    if course.days >= 56:
        return Fate(False, first=(NEVER, "followed"))
    return Fate(False, course.start + timedelta(56), (course.days, "followed"))


def _share(found: list[Course], fates: list[Fate], last: date, latest: date, whole: Sequence[date] = ()) -> Expected:
    """`latest` is the day that the last course which could still come would be decided; `whole` those on which each
    has been followed for as long as is asked. Every course begins and ends on the first of a month.
    """
    counted, number = sum(fate.counted for fate in fates), len(fates)
    waiting = [fate.decided_by for fate in fates if fate.decided_by]
    if waiting or last > THROUGH:
        day = max([*waiting, latest] if last > THROUGH else waiting)
        after = [fate.second for fate in fates if fate.second]
        still = [days for days, what in after if what == "followed" and days != NEVER]
        seen = (not whole or min(whole) <= THROUGH + timedelta(1)) and not (
            still and all(days != NEVER for days, _ in after)
        )
        to_come = _to_come(fates) if seen else (None, None, None)
        return Expected("immature", counted, number, None, None, None, _persons(found), day, *to_come)
    if not number:
        return Expected("undefined", 0, 0)
    return Expected("final", counted, number, counted / number, *wilson(counted, number), _persons(found))


def _to_come(fates: list[Fate]) -> tuple[float | None, float | None, float | None]:
    first = [(-1, *fate.first) for fate in fates if fate.first]
    second = [(-1, *fate.second) for fate in fates if fate.second]
    if not first and not second:
        return None, None, None
    reached, spread = _in_the_end(first) if first else (1.0, 0.0)
    fallen, spread_after = _in_the_end(second)
    share = reached * (1 - fallen)
    if min(share, 1 - share) < 1e-9:
        number = len(first or second)
        return (share, *wilson(round(share) * number, number))
    return (share, *band(share, (1 - fallen) ** 2 * spread + reached**2 * spread_after))


def _in_the_end(follows: list[tuple[int, int, str]]) -> tuple[float, float]:
    steps = aalen_johansen(follows)
    return (steps[-1].incidence, steps[-1].variance) if steps else (0.0, 0.0)


def _median(found: list[Course], last: date, exits: tuple[str, ...] | None) -> Expected:
    def what(course: Course) -> str:
        if course.end is None:
            return "followed"
        return "event" if exits is None or course.after in exits else "other"

    left = sum(what(c) == "event" for c in found)
    steps = aalen_johansen([(-1, c.days, what(c)) for c in found])
    days = median(steps)
    waiting = [c for c in found if c.end is None and (days[0] is None or c.days < days[0])]
    weeks = tuple(None if day is None else day / 7 for day in days)
    if last > THROUGH or waiting:
        return Expected("immature", left, len(found), None, None, None, _persons(found), None, *weeks)
    if not found:
        return Expected("undefined", 0, 0)
    return Expected("final", left, len(found), *weeks, _persons(found))


def wilson(counted: int, number: int) -> tuple[float, float]:
    """The shares p for which the observed one lies 1.96 standard errors away: roots of a quadratic."""
    share = counted / number
    roots = np.roots([1 + Z**2 / number, -2 * share - Z**2 / number, share**2]).real
    return max(min(roots), 0.0), min(max(roots), 1.0)


def band(share: float, variance: float) -> tuple[float, float]:
    """On the complementary log-log scale: g = log(-log(share)), a standard error of it either way, and back."""
    middle, error = np.log(-np.log(share)), np.sqrt(variance) / abs(share * np.log(share))
    low, high = (float(np.exp(-np.exp(middle + sign * Z * error))) for sign in (1, -1))
    return low, high


@dataclass(frozen=True)
class Step:
    day: int
    at_risk: int
    events: int
    incidence: float
    variance: float


def aalen_johansen(follows: list[tuple[int, int, str]]) -> list[Step]:
    """The incidence of `event` by day, of (entry, days, what); at risk from the day after the entry.

    The variance is the delta method's, with derivatives by the machine: each hazard is moved by an imaginary trifle,
    and what happens to the incidence is its derivative (W. Squire and G. Trapp, SIAM Review 40 (1998) 110-112).
    """
    days, risk, q, r = hazards(follows)

    def incidence(q, r):
        ones = np.ones((*q.shape[:-1], 1))
        surviving = np.cumprod(np.concatenate([ones, 1 - q - r], axis=-1), axis=-1)[..., :-1]
        return np.cumsum(surviving * q, axis=-1)

    variance = by_delta(incidence, risk, q, r)
    events = np.round(q * risk).astype(int)
    rows = zip(days, risk, events, incidence(q, r), variance, strict=True)
    return [Step(int(d), int(n), int(e), float(i), float(v)) for d, n, e, i, v in rows]


def hazards(follows: list[tuple[int, int, str]]) -> tuple[list[int], np.ndarray, np.ndarray, np.ndarray]:
    """The days with something happening, and on each: how many are at risk, the share with an event, with another."""
    days = sorted({day for _, day, what in follows if what != "followed"})
    risk = np.array([sum(entry < day <= until for entry, until, _ in follows) for day in days], dtype=float)
    q, r = (
        np.array([sum(until == day and what == kind for _, until, what in follows) for day in days]) / risk
        for kind in ("event", "other")
    )
    return days, risk, q, r


def by_delta(function, risk, q, r):
    """The variance of a function of the hazards; those of a day are shares of a multinomial draw of those at risk."""
    tiny = 1e-30
    moves = np.eye(len(q)) * tiny * 1j
    by_q = np.imag(function(q + moves, np.broadcast_to(r, moves.shape))) / tiny
    by_r = np.imag(function(np.broadcast_to(q, moves.shape), r + moves)) / tiny
    q, r, risk = (each.reshape(-1, *[1] * (by_q.ndim - 1)) for each in (q, r, risk))
    return np.sum((by_q**2 * q * (1 - q) + by_r**2 * r * (1 - r) - 2 * by_q * by_r * q * r) / risk, axis=0)


def median(steps: list[Step]) -> tuple[int | None, int | None, int | None]:
    """The first day that half have left, and the first on which each limit of the band says so."""
    value = low = high = None
    for step in steps:
        left = 1 - step.incidence
        if left < 1e-9:
            lower = upper = 0.0
        else:
            lower, upper = band(left, step.variance) if step.incidence > 1e-9 else (1.0, 1.0)
        value = step.day if value is None and left <= 0.5 + 1e-9 else value
        low = step.day if low is None and lower <= 0.5 else low
        high = step.day if high is None and upper <= 0.5 else high
    return value, low, high
