"""The registered fields as people call them, and which pages show them to someone."""

from django.utils.translation import gettext

from pejling.indicators.fields import Field
from pejling.pages import words


def name(field: Field) -> str:
    """What the column holds; a further column of persons by its own name."""
    table, column = field
    said = {
        "unit_id": gettext("Unit"),
        "valid_from": gettext("Valid from"),
        "valid_to": gettext("Valid until"),
        "name": gettext("Name"),
        "parent_id": gettext("Part of the unit"),
        "successor_id": gettext("Taken over by"),
        "person_id": gettext("The person (pseudonym)"),
        "birth_date": gettext("Date of birth"),
        "sex": gettext("Sex"),
        "course_id": gettext("The course's number"),
        "target_group": gettext("Target group"),
        "started_on": gettext("Began"),
        "ended_on": gettext("Ended"),
        "exit_to": gettext("Ended in"),
        "from_on": gettext("From"),
        "to_on": gettext("Until"),
        "activity_id": gettext("The activity's number"),
        "supplier_id": gettext("Supplier"),
        "hours": gettext("Hours"),
        "cost": gettext("Price"),
        "contact_id": gettext("The interview's number"),
        "held_on": gettext("Held"),
        "due_on": gettext("Due"),
        "exempt": gettext("Exempt"),
        "state": gettext("What the person lived by"),
        "instrument": gettext("Instrument"),
        "measured_on": gettext("Measured"),
        "score": gettext("Score"),
        "posting_id": gettext("The posting's number"),
        "account": gettext("Account"),
        "posted_on": gettext("Posted"),
        "amount": gettext("Amount"),
        "nature": gettext("Budget or spent"),
        "indicator": gettext("Indicator"),
        "period": gettext("Period"),
        "group": gettext("Group"),
        "numerator": gettext("Counted"),
        "denominator": gettext("Out of"),
        "value": gettext("Value"),
    }
    if column == "kind":
        return gettext("Kind of unit") if table == "units" else gettext("Kind")
    return said.get(column, column)


def shown_on() -> dict[str, frozenset[Field]]:
    """By page, in words: what it shows of a row, whatever the indicators are."""
    courses = {("courses", c) for c in ("course_id", "person_id", "target_group", "started_on", "ended_on", "exit_to")}
    own = {("courses", c) for c in ("course_id", "target_group", "started_on")}
    own |= {("contacts", c) for c in ("course_id", "kind", "held_on", "due_on", "exempt")}
    own |= {("activities", c) for c in ("course_id", "kind", "supplier_id", "started_on", "ended_on")}
    return {
        gettext("the list of courses"): frozenset(courses),
        gettext("a caseworker's own courses"): frozenset(own),
    }


def rule(name: str) -> str:
    """A rule of the model that reads fields, in words."""
    return {
        "hierarchy": gettext("who is part of whom"),
        "joining": gettext("courses that are joined"),
        "similar": gettext("which courses are similar"),
        "taximeter": gettext("the taximeter grant"),
        "agreed": gettext("the agreed grant"),
        "result": gettext("the result grant"),
    }[name]


def table(name: str) -> str:
    return words.table(name)
