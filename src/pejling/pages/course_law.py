"""One course and the law: every step that it owed, how it went, and what is next."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext

from pejling.indicators.course_law import CourseLaw, CourseStep, course_law
from pejling.indicators.hierarchy import Unit
from pejling.pages import law_words, words
from pejling.pages.ground import Ground
from pejling.pages.unknown import Unknown

Went = Literal["in_time", "late", "missed", "exempt", "next"]


@dataclass(frozen=True)
class StepRow:
    rule: str  # its key
    name: str
    due_on: date
    went: Went
    said: str
    unit: str


@dataclass(frozen=True)
class CourseLawPage:
    """`unit`: responsible on the course's last day, or the next one above it that has a page; `rows` by the due day."""

    course: CourseLaw
    unit: Unit
    above: tuple[Unit, ...]
    group: str
    rows: tuple[StepRow, ...]
    counts: tuple[tuple[Went, int], ...]
    at_risk: str  # kroner; "" where no reimbursement is worked out
    none: bool  # the model has no rules of the law
    snapshot: int
    period_kind: str = ""


def course_law_page(ground: Ground, course_id: str) -> CourseLawPage:
    """Raises Unknown for a course that is not there."""
    found = course_law(ground.connection, ground.measured, course_id)
    if found is None:
        raise Unknown("course", course_id)
    unit = ground.every[found.unit_id]
    while unit.unit_id not in ground.units and unit.parent_id in ground.every:  # one person's is no page
        unit = ground.every[unit.parent_id]
    rows = tuple(_row(ground, found, step) for step in found.steps)
    kinds: tuple[Went, ...] = ("in_time", "late", "missed", "exempt", "next")
    return CourseLawPage(
        course=found,
        unit=unit,
        above=ground.above(unit),
        group=ground.word(found.target_group),
        rows=rows,
        counts=tuple((kind, sum(row.went == kind for row in rows)) for kind in kinds),
        at_risk=law_words.kroner(found.at_risk / 100) if ground.model.reimbursements else "",
        none=not ground.model.law,
        snapshot=ground.measured.snapshot,
    )


def went_words(kind: str) -> str:
    return {
        "in_time": gettext("held in time"),
        "late": gettext("held late"),
        "missed": gettext("not held"),
        "exempt": gettext("exempt"),
        "next": gettext("not due yet"),
    }[kind]


def _row(ground: Ground, course: CourseLaw, step: CourseStep) -> StepRow:
    went, said = _went(ground, course, step)
    unit = ground.every.get(step.unit_id)
    name = words.text(ground.model.rule(step.rule).name)
    return StepRow(step.rule, name, step.due_on, went, said, unit.name if unit else step.unit_id)


def _went(ground: Ground, course: CourseLaw, step: CourseStep) -> tuple[Went, str]:
    held = words.day(step.held_on) if step.held_on else ""
    if step.exempt:
        return "exempt", law_words.exemption(ground.model, step.exempt)
    if step.held_on and step.held_on <= step.due_on:
        return "in_time", held
    if step.held_on:
        return "late", held
    if course.through and step.due_on > course.through:
        return "next", ""
    return "missed", gettext("made good on %(day)s") % {"day": words.day(step.met_on)} if step.met_on else ""
