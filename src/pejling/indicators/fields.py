"""The registered fields: which of them an indicator is measured from, and which a rule of the model reads.

A field is a table of the source contract and one of its columns. What is said here is held against the plain-Python
reference, which tells what it looked at (tests/indicators/test_fields.py).
"""

from pejling.facts.tables import TABLES
from pejling.indicators.definition import (
    AT_EXIT,
    ActivityShare,
    ActivityWithin,
    Amount,
    Exits,
    ExitWithin,
    Indicator,
    LastingShare,
    Observed,
    Ratio,
    ScoreChange,
    StateAfter,
    Timely,
    TimeToExit,
)  # fmt: skip
from pejling.indicators.model import Model
from pejling.indicators.relations import persons_columns

Field = tuple[str, str]  # table, column


def _of(table: str, columns: str) -> frozenset[Field]:
    return frozenset((table, column) for column in columns.split())


_COURSE = _of("courses", "course_id person_id unit_id target_group started_on ended_on")
_MOVES = _of("assignments", "course_id from_on unit_id target_group to_on")
_EXIT = _of("courses", "exit_to")
_STATE = _of("states", "person_id from_on state to_on")


def measured_from(model: Model, indicator: Indicator) -> frozenset[Field]:
    """Of a ratio, all that its two parts are measured from. Raises Mistake where the model lacks one of them."""
    match indicator:
        case Ratio():
            parts = (model.indicator(key) for key in (indicator.numerator, indicator.denominator))
            return frozenset().union(*(measured_from(model, part) for part in parts))
        case Observed():
            group = _of("observations", "group") if indicator.by else frozenset()
            return group | _of("observations", "indicator unit_id period numerator denominator value")
        case Amount():
            return _of("postings", "unit_id account posted_on amount nature")
    return _COURSE | _MOVES | _of_the_person(indicator) | _of_the_exit(indicator) | _of_the_measure(indicator)


def read_by_rules(model: Model) -> dict[str, frozenset[Field]]:
    """By rule, what it reads whatever the indicators are: "hierarchy"; "similar", which courses are held beside each
    other; and "joining" where the model joins courses."""
    alike = " ".join(("person_id birth_date", *model.similar.columns))
    rules = {
        "hierarchy": _of("units", "unit_id valid_from name kind parent_id valid_to successor_id"),
        "similar": _COURSE | _MOVES | _EXIT | _of("persons", alike),
    }
    if model.join_courses_within is not None:
        rules["joining"] = _COURSE | _EXIT
    return rules


def told_apart_by(table: str) -> frozenset[Field]:
    """The key: without it a correction could not find the row it corrects."""
    return frozenset((table, column) for column in TABLES[table].key)


def _of_the_person(indicator: Indicator) -> frozenset[Field]:
    columns = persons_columns([indicator])
    if "age" in indicator.by or indicator.where.age is not None:
        columns.append("birth_date")
    return _of("persons", " ".join(["person_id", *columns])) if columns else frozenset()


def _of_the_exit(indicator: Indicator) -> frozenset[Field]:
    asked = isinstance(indicator, Exits | ExitWithin | LastingShare | TimeToExit) and indicator.exit_to
    return _EXIT if asked or (isinstance(indicator, AT_EXIT) and indicator.where.exit_to) else frozenset()


def _of_the_measure(indicator: Indicator) -> frozenset[Field]:
    match indicator:
        case StateAfter():
            return _STATE
        case ExitWithin() | LastingShare() if indicator.lasting is not None and indicator.support_states:
            return _STATE
        case ActivityShare():
            supplier = " supplier_id" if indicator.credit == "supplier" else ""
            return _of("activities", f"course_id kind started_on ended_on{supplier}")
        case ActivityWithin():
            return _of("activities", "course_id kind started_on")
        case Timely():
            kind = " kind" if indicator.contact_kinds else ""
            return _of("contacts", f"course_id held_on due_on exempt{kind}")
        case ScoreChange():
            return _of("scores", "course_id instrument measured_on score")
    return frozenset()
