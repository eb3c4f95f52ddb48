"""An implementation agreement as a document: who does what across units, kept out of the contracts so that they stay
short. Pure, without database or web.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from pejling.indicators.definition import Frozen, Key, as_tuple

Came = Literal["yes", "partly", "no", "too_early"]
CAME: tuple[Came, ...] = ("yes", "partly", "no", "too_early")
MOST = 2000  # signs
Text = Annotated[str, Field(max_length=MOST)]
Line = Annotated[str, Field(min_length=1, max_length=500)]


class Actor(Frozen):
    """A unit that has a part in it, and its task."""

    unit: str
    unit_name: str
    task: Line


class Milestone(Frozen):
    """What one unit owes by a day, with a process target where there is one, and when it was done."""

    text: Line
    due_on: Annotated[date, Field(strict=False)]
    unit: str
    unit_name: str
    target: Annotated[str, Field(max_length=300)] = ""
    done_on: Annotated[date | None, Field(strict=False)] = None

    def overdue(self, today: date) -> bool:
        """On the day itself it is not too late."""
        return self.done_on is None and self.due_on < today


class Agreement(Frozen):
    """`begun_by` is the unit that wants it, `responsible` the one unit that answers for it, by the named person.

    `effect` is the indicator that shall show it, measured at `effect_unit`, from `before`, a period.
    """

    title: Line
    purpose: Text = ""
    effect: Key
    effect_unit: str
    before: str = ""
    begun_by: str
    responsible: str
    responsible_name: str
    person: Annotated[str, Field(max_length=200)] = ""
    actors: Annotated[tuple[Actor, ...], BeforeValidator(as_tuple)] = ()
    milestones: Annotated[tuple[Milestone, ...], BeforeValidator(as_tuple)] = ()
    risks: Annotated[tuple[Line, ...], BeforeValidator(as_tuple)] = ()

    @model_validator(mode="after")
    def _who_owes_has_a_part(self) -> "Agreement":
        for milestone in self.milestones:
            if milestone.unit not in self.units:
                raise ValueError(f"{milestone.unit_name} owes a milestone, and has no task")
        return self

    @property
    def units(self) -> frozenset[str]:
        """All that have a part in it."""
        return frozenset({self.begun_by, self.responsible, *(actor.unit for actor in self.actors)})

    def owed(self, units: frozenset[str], today: date) -> tuple[int, ...]:
        """The numbers of the overdue milestones that these units owe."""
        return tuple(n for n, each in enumerate(self.milestones) if each.unit in units and each.overdue(today))


class Closing(Frozen):
    """Did the effect come? With the indicator before and after, as it was said the day it was closed."""

    came: Came
    said: Annotated[str, Field(min_length=1, max_length=MOST)]
    before: str
    after: str
    figures: dict[str, str] = Field(default_factory=dict)  # "before" and "after": value, interval, state, in words
    closed_on: Annotated[date, Field(strict=False)]
