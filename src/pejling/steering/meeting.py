"""What a team leaves its reflection meeting with: a question, a stand, and who does what. Pure: no database, no web."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pejling.indicators.definition import Frozen, as_tuple
from pejling.steering.stands import Choice, Month

MOST = 5  # things that are done: what is more is not done


class Action(Frozen):
    """Who does what, by when; and when it was done."""

    what: str = Field(min_length=1, max_length=200)
    who: str = Field(min_length=1, max_length=100)
    due_on: Annotated[date | None, Field(strict=False)] = None
    done_on: Annotated[date | None, Field(strict=False)] = None

    def overdue(self, today: date) -> bool:
        """On the day itself it is not too late."""
        return self.done_on is None and self.due_on is not None and self.due_on < today


class Meeting(Frozen):
    """A team's meeting on a month. `choice`: the stand on how they work, and `reason` why; "" where none was taken."""

    unit: str
    unit_name: str
    month: Month
    question: str = Field("", max_length=300)
    choice: Choice | Literal[""] = ""
    reason: str = Field("", max_length=500)
    actions: Annotated[tuple[Action, ...], BeforeValidator(as_tuple), Field(max_length=MOST)] = ()

    def done(self, number: int, on: date) -> "Meeting":
        """With that action done. Raises IndexError where there is none by that number, ValueError where it is done."""
        if number < 0 or self.actions[number].done_on:
            raise ValueError("it is done")
        action = self.actions[number].model_copy(update={"done_on": on})
        return self.model_copy(update={"actions": (*self.actions[:number], action, *self.actions[number + 1 :])})


class Turn(Frozen):
    """A course that was decided on a day: did it count, and the share of similar ones that came to what is wished."""

    course_id: str
    counted: bool
    expected: float
    on: date


def turns(decided: Iterable[Turn], most: int) -> tuple[tuple[Turn, ...], tuple[Turn, ...]]:
    """Those that went well though few like them do, and those that did not though many like them do.

    Of the counted the ones with the lowest expectation, of the others those with the highest; where they are equal the
    one decided last, and then by the course's id.
    """
    in_order = sorted(decided, key=lambda each: each.course_id)
    in_order.sort(key=lambda each: each.on, reverse=True)
    well = sorted((each for each in in_order if each.counted), key=lambda each: each.expected)
    badly = sorted((each for each in in_order if not each.counted), key=lambda each: -each.expected)
    return tuple(well[:most]), tuple(badly[:most])
