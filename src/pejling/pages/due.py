"""The steps that the unit's own open courses owe: overdue, and due within two weeks."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext, ngettext

from pejling.indicators.due import AHEAD, Due, due, due_of
from pejling.indicators.hierarchy import Unit, descendants
from pejling.pages import law_words, words
from pejling.pages.ground import Ground
from pejling.pages.own_cases import courses_open
from pejling.pages.unknown import Unknown

PAGE = 100


@dataclass(frozen=True)
class DueRow:
    """One step, in words. `when`: 12 days overdue, today, in 3 days."""

    course_id: str
    person_id: str
    unit: str
    target_group: str
    rule: str
    due_on: date
    when: str
    overdue: bool
    what: str  # what is lacking
    last: str  # the last contact, or that there was none
    at_stake: str  # kroner of reimbursement a week; "" where none depends on it


@dataclass(frozen=True)
class DuePage:
    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    through: date | None  # None: nothing of the law is measured
    until: date | None
    total: int
    overdue: int
    days: tuple[tuple[date, int], ...]  # how many fall due on each day to come
    rows: tuple[DueRow, ...]
    page: int
    pages: int
    snapshot: int
    several: bool  # units have steps on the list
    elsewhere: bool  # others are responsible: an activity runs here
    none: bool  # the model has no rules of the law
    period_kind: str = ""


def due_page(ground: Ground, unit_id: str, page: int = 1) -> DuePage:
    """Raises Unknown for a unit or a page that is not there."""
    unit = ground.unit(unit_id)
    through, found = due(ground.connection, (ground.measured, ground.every), unit_id)
    elsewhere = not found and through is not None and bool(supplied := _supplied(ground, unit_id))
    found = supplied if elsewhere else found
    pages = max(1, -(-len(found) // PAGE))
    if not 1 <= page <= pages:
        raise Unknown("page", str(page))
    days: dict[date, int] = {}
    if through:
        days = {through + timedelta(days=n): 0 for n in range(1, AHEAD + 1)}
        for each in found:
            if each.due_on in days:
                days[each.due_on] += 1
    return DuePage(
        unit=unit,
        kind=ground.kind_name(unit),
        above=ground.above(unit),
        through=through,
        until=through + timedelta(days=AHEAD) if through else None,
        total=len(found),
        overdue=sum(each.due_on <= through for each in found) if through else 0,
        days=tuple(days.items()),
        rows=tuple(due_row(ground, each, through) for each in found[(page - 1) * PAGE : page * PAGE] if through),
        page=page,
        pages=pages,
        snapshot=ground.measured.snapshot,
        several=len({each.unit_id for each in found}) > 1,
        elsewhere=elsewhere,
        none=not ground.model.law,
    )


def _supplied(ground: Ground, unit_id: str) -> list[Due]:
    """What is owed in others' courses with an activity running at the unit, and below it, as their supplier."""
    own = set(descendants(ground.every, unit_id))
    ids = [each.course_id for each in courses_open(ground, unit_id) if each.unit_id not in own]
    return due_of(ground.connection, ground.measured, ids)[1] if ids else []


def due_row(ground: Ground, each: Due, through: date) -> DueRow:
    unit = ground.every.get(each.unit_id)
    rule = ground.model.rule(each.rule)
    overdue = each.overdue(through)
    if overdue:
        when = ngettext("%(n)s day overdue", "%(n)s days overdue", overdue) % {"n": words.number(overdue)}
    elif each.due_on == through:
        when = gettext("on the last day of the records")
    else:
        ahead = (each.due_on - through).days
        when = ngettext("in %(n)s day", "in %(n)s days", ahead) % {"n": ahead}
    what = ngettext("%(n)s contact lacks", "%(n)s contacts lack", each.lacks) % {"n": each.lacks}
    if rule.kind == "activation_within":
        what = gettext("no activity yet")
    elif each.times > 1:
        what = ngettext("missed %(n)s time", "missed %(n)s times", each.times) % {"n": each.times}
    return DueRow(
        course_id=each.course_id,
        person_id=each.person_id,
        unit=unit.name if unit else each.unit_id,
        target_group=ground.word(each.target_group),
        rule=words.text(rule.name),
        due_on=each.due_on,
        when=when,
        overdue=each.due_on <= through,
        what=what,
        last=words.day(each.last_on) if each.last_on else gettext("none yet"),
        at_stake=law_words.kroner(each.at_stake / 100) if each.at_stake else "",
    )
