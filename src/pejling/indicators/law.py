"""The law as dated data: what shall be done, for whom, by when and by which source, and what the state then pays.

Declarations only, in the same versioned document as the indicators. A rule's versions say what holds from which day;
a step is judged by the version in force on the day it falls due. `statutory` makes the steps of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from pejling.indicators.definition import Frozen, Key, Some, Text, Where, Words, as_tuple
from pejling.indicators.durations import Duration

_WORKING = re.compile(r"(\d{1,3}) working days?")
MOST_WORKING_DAYS = 250


@dataclass(frozen=True)
class WorkingDays:
    """So many days on which offices are open, the first of them being the next such day."""

    count: int
    text: str


Span = Duration | WorkingDays


def _span(value: Any) -> Any:
    """Raises ValueError with the cure."""
    if isinstance(value, Duration | WorkingDays):
        return value
    match = _WORKING.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return Duration.parse(value)
    if not 1 <= int(match[1]) <= MOST_WORKING_DAYS:
        raise ValueError(f"Write from 1 to {MOST_WORKING_DAYS} working days, or weeks or months")
    return WorkingDays(int(match[1]), value.strip())


Term = Annotated[
    Span,
    BeforeValidator(_span),
    PlainSerializer(lambda span: span.text, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[1-9][0-9]{0,4} (working day|day|week|month)s?$",
            "examples": ["3 months", "10 working days"],
        }
    ),
]
Day = Annotated[date | None, Field(strict=False)]
Share = Annotated[float, Field(strict=False, gt=0, le=1)]
Kroner = Annotated[
    Decimal,
    Field(strict=False, ge=0, max_digits=12, decimal_places=2),
    BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value),
]
Hours = Annotated[
    Decimal,
    Field(strict=False, ge=0, le=1000, decimal_places=2),
    BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value),
]


class Dated(Frozen):
    """What holds from a day, and until another that is not included; by which source, and how sure we are of it.

    `certainty`: `read` in the law itself; `seen` on a page of an authority's; `check`: from memory, and to be checked.
    """

    from_: Day = Field(None, alias="from")
    until: Day = None
    source: str = Field(min_length=1)
    certainty: Literal["read", "seen", "check"] = "check"

    @model_validator(mode="after")
    def _lasts(self) -> "Dated":
        if self.from_ and self.until and self.from_ >= self.until:
            raise ValueError(f"`until`, {self.until}, is the first day not included: put it after {self.from_}")

        return self

    @property
    def begins(self) -> date:
        return self.from_ or date.min

    @property
    def end(self) -> date:
        return self.until or date.max


def in_turn(versions: Sequence[Dated]) -> None:
    """Raises ValueError where two hold on one day, or a later one stands before an earlier."""
    for one, other in pairwise(versions):
        if other.begins < one.end:
            day = max(one.begins, other.begins)
            raise ValueError(
                f"two versions hold on {day if day > date.min else min(one.end, other.end)}. "
                f"Write the oldest first, and let each end (`until`) on the day the next begins (`from`)"
            )


class Exemption(Frozen):
    """A step is not asked for while such an activity runs, or while the person is in such a state, on the due day."""

    key: Key
    reason: Text
    activity_kinds: Words = ()
    states: Words = ()

    @model_validator(mode="after")
    def _by_something(self) -> "Exemption":
        if not self.activity_kinds and not self.states:
            raise ValueError("say by which `activity_kinds` or `states` one is exempt")
        if self.key == RECORDED:
            raise ValueError(f"{RECORDED} is what the records call exempt themselves: choose another key")
        return self


RECORDED = "recorded"  # the exemption that a contact delivered with exempt: yes is


class Terms(Dated):
    """What a rule asks for while this version holds.

    `at_least`: of the group as a whole, the share with whom the step must be held; 1: with each. `if_closed`: a due day
    on which offices are closed stays, or moves to the next or the last open day. `hours` and `kroner`: what a step
    takes, by the area's own standard. `reimbursed`: while a step is overdue the state pays nothing for those days.
    """

    at_least: Share = 1.0
    if_closed: Literal["stays", "next_open_day", "last_open_day"] = "stays"
    exemptions: Annotated[tuple[Exemption, ...], BeforeValidator(as_tuple)] = ()
    hours: Hours = Decimal(0)
    kroner: Kroner = Decimal(0)
    reimbursed: bool = False

    @model_validator(mode="after")
    def _keys_once(self) -> "Terms":
        keys = [each.key for each in self.exemptions]
        if len(set(keys)) < len(keys):
            raise ValueError("two exemptions have the same key")
        return self


class EveryTerms(Terms):
    """At least every so often. `first`: the first one within another time, and the next counted from it."""

    every: Term
    first: Term | None = None


class WithinTerms(Terms):
    within: Term


class CountTerms(WithinTerms):
    """So many within the period; days with two contacts count once."""

    count: Annotated[int, Field(ge=1, le=100)]


Counted = Literal["course", "group"]


class Requirement(Frozen):
    """What every rule says. It asks for courses while all of `applies_to` holds, on each day."""

    key: Key
    name: Text
    why: Text
    applies_to: Where = Where()
    owner: str = ""

    @model_validator(mode="after")
    def _open_courses_have_no_exit(self) -> "Requirement":
        if self.applies_to.exit_to:
            raise ValueError("a rule is for courses that are open: take applies_to.exit_to out")
        return self


class ContactEvery(Requirement):
    """A contact at least every so often, counted from the last one, or from the day the course came under the rule.

    Where none is held in time, another falls due as long after.
    """

    kind: Literal["contact_every"]
    contact_kinds: Some
    versions: Annotated[tuple[EveryTerms, ...], BeforeValidator(as_tuple), Field(min_length=1)]

    @model_validator(mode="after")
    def _versions(self) -> "ContactEvery":
        in_turn(self.versions)
        if len({version.first is None for version in self.versions}) > 1:
            raise ValueError("give every version `first`, or none")
        return self


class FirstContact(Requirement):
    """A first contact within so long of the course's start, or of the day it came under the rule (`group`)."""

    kind: Literal["first_contact"]
    contact_kinds: Some
    counted_from: Counted = "course"
    versions: Annotated[tuple[WithinTerms, ...], BeforeValidator(as_tuple), Field(min_length=1)]

    @model_validator(mode="after")
    def _versions(self) -> "FirstContact":
        in_turn(self.versions)
        return self


class ContactsWithin(Requirement):
    """So many contacts within a period from the start; `repeated`: and within each such period after it."""

    kind: Literal["contacts_within"]
    contact_kinds: Some
    counted_from: Counted = "course"
    repeated: bool = False
    versions: Annotated[tuple[CountTerms, ...], BeforeValidator(as_tuple), Field(min_length=1)]

    @model_validator(mode="after")
    def _versions(self) -> "ContactsWithin":
        in_turn(self.versions)
        return self


class ActivationWithin(Requirement):
    """An activity begun within so long of the start."""

    kind: Literal["activation_within"]
    activity_kinds: Some
    counted_from: Counted = "course"
    versions: Annotated[tuple[WithinTerms, ...], BeforeValidator(as_tuple), Field(min_length=1)]

    @model_validator(mode="after")
    def _versions(self) -> "ActivationWithin":
        in_turn(self.versions)
        return self


Rule = Annotated[ContactEvery | FirstContact | ContactsWithin | ActivationWithin, Field(discriminator="kind")]
KINDS: dict[str, type[Requirement]] = {
    "contact_every": ContactEvery,
    "first_contact": FirstContact,
    "contacts_within": ContactsWithin,
    "activation_within": ActivationWithin,
}


class Step(Frozen):
    """Up to and with this week on the benefit, the state pays this share; the last step has no end."""

    through_week: Annotated[int | None, Field(ge=1, le=5000)] = None
    rate: Annotated[Decimal, Field(strict=False, ge=0, le=1, decimal_places=4)]

    @property
    def points(self) -> int:
        """The rate in ten-thousandths."""
        return int(self.rate * 10_000)


class PaidTerms(Dated):
    """What the state pays of a week's benefit: by how many weeks it is, by whether it is an active week, or one rate.

    A week with a day in an activity of `active_kinds` is active, and paid by `active`; other weeks by `ladder`.
    `weekly` is the benefit of a whole week, by the area's own standard; of some target groups it is another.
    """

    ladder: Annotated[tuple[Step, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    active: Annotated[Decimal | None, Field(strict=False, ge=0, le=1, decimal_places=4)] = None
    active_kinds: Words = ()
    weekly: Kroner
    weekly_of: dict[str, Kroner] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _a_ladder(self) -> "PaidTerms":
        if (self.active is None) != (not self.active_kinds):
            raise ValueError("`active` and `active_kinds` go together")
        weeks = [step.through_week for step in self.ladder]
        known = [week for week in weeks[:-1] if week is not None]
        if weeks[-1] is not None or len(known) < len(weeks) - 1 or known != sorted(set(known)):
            raise ValueError("Write the ladder from the first week on, each step but the last with its `through_week`")
        return self

    @property
    def active_points(self) -> int:
        return int((self.active or Decimal(0)) * 10_000)


class Reimbursement(Frozen):
    """What the state pays back of a benefit, by course and week, by the version that holds on its Monday.

    Weeks are counted from the first on the benefit, or on one of `applies_to`'s; those of the `remembers` before it
    count too, so that who comes back soon begins higher up the ladder.
    """

    key: Key
    name: Text
    why: Text
    kind: Literal["reimbursement"]
    applies_to: Where = Where()
    remembers: Annotated[int, Field(ge=0, le=1000)] = 0  # weeks
    versions: Annotated[tuple[PaidTerms, ...], BeforeValidator(as_tuple), Field(min_length=1)]

    @model_validator(mode="after")
    def _versions(self) -> "Reimbursement":
        in_turn(self.versions)
        if self.applies_to.exit_to or self.applies_to.age or self.applies_to.columns:
            raise ValueError("a benefit is told by target groups only: write applies_to: {target_group: [...]}")
        return self


class Calendar(Frozen):
    """When offices are open: not on Saturdays, Sundays, the country's holidays and the days of `closed` (MM-DD)."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "DK"
    subdivision: str = ""
    closed: Annotated[
        tuple[Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")], ...],
        BeforeValidator(as_tuple),
    ] = ()

    @model_validator(mode="after")
    def _are_days(self) -> "Calendar":
        for said in self.closed:
            date.fromisoformat(f"2000-{said}")
        return self


class Room(Frozen):
    """What the law's steps are held against: the money of these accounts, and what an hour of it costs."""

    accounts: Some
    nature: Literal["budget", "actual"] = "budget"
    hour: Kroner  # kroner
    source: str = Field(min_length=1)


def runs(versions: Sequence[Dated]) -> Iterator[tuple[date, date]]:
    """The stretches in which one version follows another without a gap."""
    first = versions[0].begins
    for one, other in pairwise(versions):
        if one.end < other.begins:
            yield first, one.end
            first = other.begins
    yield first, versions[-1].end


def events(rule: Rule) -> tuple[str, tuple[str, ...]]:
    """The facts that hold a step, and their kinds."""
    return ("activity", rule.activity_kinds) if isinstance(rule, ActivationWithin) else ("contact", rule.contact_kinds)


def opened_by_calendar(rule: Rule) -> bool:
    """Whether a due day of its depends on when offices are open."""
    spans = [getattr(version, name, None) for version in rule.versions for name in ("every", "first", "within")]
    return any(isinstance(span, WorkingDays) for span in spans) or any(
        version.if_closed != "stays" for version in rule.versions
    )


def tables_of(rule: Rule) -> tuple[str, ...]:
    """The fact tables its steps are made of."""
    of, _ = events(rule)
    exemptions = [each for version in rule.versions for each in version.exemptions]
    found = ["courses", "assignments", "activities" if of == "activity" else "contacts"]
    found += ["activities"] if any(each.activity_kinds for each in exemptions) else []
    found += ["states"] if any(each.states for each in exemptions) else []
    return tuple(dict.fromkeys(found))
