"""What was typed into a contract's form, as the contract it says; a field that cannot be read, or asks for what cannot
be, is named with why.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext

from pejling.agreements.documents import (
    FROM_NOTHING,
    Contract,
    Goal,
    Later,
    Other,
    Payment,
    Range,
    ValidationError,
    impossible,
)
from pejling.pages import words
from pejling.pages.contract import texts

MORE_LINES = 2  # empty lines offered for effort and development goals, and for payment
YEARS_AFTER = 3
ORE = Decimal("0.01")
MOST_KRONER = 10**12


@dataclass
class Form:
    """The typed fields, read one by one; `wrong` gathers what could not be read, by field."""

    posted: QueryDict
    wrong: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return str(self.posted.get(name, "")).replace("\r\n", "\n").strip()

    def whole(self, name: str) -> int | None:
        return self._read(name, lambda text: int(_plain(text)), gettext("Write a whole number."))

    def number(self, name: str, unit: str = "") -> float | None:
        """A value in the indicator's unit: a share is typed in per cent."""
        read = self._read(name, lambda text: _float(text.rstrip("%").strip()), gettext("Write a number."))
        return read / 100 if read is not None and unit == "share" else read

    def decimal(self, name: str) -> Decimal | None:
        return self._read(name, lambda text: _finite(_plain(text.rstrip("%").strip())), gettext("Write a number."))

    def amount(self, name: str) -> Decimal | None:
        return self._read(name, lambda text: _kroner(_plain(text)), gettext("Write a number."))

    def day(self, name: str) -> date | None:
        return self._read(name, _day, gettext("Write a day as 31.12.2010."))

    def _read(self, name: str, read: Callable[[str], Any], cure: str) -> Any:
        text = self.text(name)
        if not text:
            return None
        try:
            return read(text)
        except (ValueError, InvalidOperation):
            self.wrong[name] = cure
            return None


def contract(form: Form, before: Contract, unit_of: Callable[[str], str], new: Callable[[str], Goal]) -> Contract:
    """`before` as it is kept now, with what was typed. `unit_of` gives an indicator's unit, `new` a goal to begin with.

    A goal that is kept and was not on the form stays: somebody else has added it meanwhile. Where something cannot be
    read, `form.wrong` says so and that field is left empty.
    """
    shown = form.posted.getlist("goals")
    goals = [
        _goal(form, f"goals-{key}", before.goal(key) or new(key), unit_of(key), before.year)
        for key in shown
        if not form.posted.get(f"goals-{key}-remove")
    ]
    goals += [goal for goal in before.goals if goal.indicator not in shown]
    said = {name: form.text(name) for name in texts()}
    others = [_other(form, n, before) for n in range(len(before.others) + MORE_LINES)]
    payment = [_payment(form, n, before) for n in range(len(before.payment) + MORE_LINES)]
    lines = {"others": tuple(filter(None, others)), "payment": tuple(filter(None, payment))}
    return before.model_copy(update={**said, "goals": tuple(goals), **lines})


def hold(form: Form, said: Contract, within: Callable[[str], Range]) -> None:
    """Name the fields of the goals that ask for what cannot be. `within`: by indicator, what it can be."""
    names = {"level": "level", "later": "later-", "trajectory": "q"}
    for goal in said.goals:
        for found in impossible(goal, within(goal.indicator)):
            nth = goal.later[found.nth - 1].year - said.year if found.field == "later" else found.nth
            form.wrong.setdefault(f"goals-{goal.indicator}-{names[found.field]}{nth or ''}", allowed(found.within))


def refuse(form: Form, place: str, errors: ValidationError) -> None:
    """Name the fields that no goal can have so, each with what is allowed there."""
    part = gettext("That is not possible: a part is no more than its whole.")
    for error in errors.errors():
        name = "-".join(map(str, error["loc"])) or "count"
        if name == "weight":
            why = gettext("Write a weight from 1 to 100 per cent, or leave it empty.")
        elif error["type"] == "less_than_equal":
            why = gettext("Write %(most)s at most.") % {"most": words.number(error["ctx"]["le"])}
        else:
            why = allowed(FROM_NOTHING) if error["loc"] else part
        form.wrong.setdefault(f"{place}{name}", why)


def allowed(within: Range | None) -> str:
    if within is None:
        return gettext("It is counted since 1 January and cannot fall: write no more than at the next quarter's end.")
    return gettext("Write a share from 0 to 100 per cent.") if within.most is not None else gettext("Write 0 or more.")


def _other(form: Form, n: int, before: Contract) -> Other | None:
    text, due_on = form.text(f"others-{n}-text"), form.day(f"others-{n}-due")
    if text:
        return Other(kind=form.posted.get(f"others-{n}-kind", "effort"), text=text[:500], due_on=due_on)  # type: ignore[arg-type]
    if not form.text(f"others-{n}-due"):
        return None
    form.wrong.setdefault(f"others-{n}-text", gettext("Write what shall be done or developed by then."))
    return before.others[n] if n < len(before.others) else None  # its line stays on the page, with what was typed


def _payment(form: Form, n: int, before: Contract) -> Payment | None:
    text, amount = form.text(f"payment-{n}-text"), form.amount(f"payment-{n}-amount")
    if text and amount is not None:
        return Payment(text=text[:300], amount=amount)
    if text:
        form.wrong.setdefault(f"payment-{n}-amount", gettext("Write how many kroner; 0 where it costs nothing."))
        return Payment(text=text[:300], amount=Decimal(0))
    if not form.text(f"payment-{n}-amount"):
        return None
    form.wrong.setdefault(f"payment-{n}-text", gettext("Write what the amount is for."))
    return before.payment[n] if n < len(before.payment) else None


def _goal(form: Form, place: str, old: Goal, unit: str, year: int) -> Goal:
    later = tuple(
        Later(year=year + n, level=level)
        for n in range(1, YEARS_AFTER + 1)
        if (level := form.number(f"{place}-later-{n}", unit)) is not None
    )
    update: dict[str, Any] = {"later": later, "weight": form.whole(f"{place}-weight")}
    if f"{place}-level" in form.posted:
        end = update["level"] = form.number(f"{place}-level", unit)
        quarters = [form.number(f"{place}-q{n}", unit) for n in (1, 2, 3)]
    else:
        end = update["count"] = form.whole(f"{place}-count")
        quarters = [form.whole(f"{place}-q{n}") for n in (1, 2, 3)]
        if f"{place}-of" in form.posted:
            update["of"] = form.whole(f"{place}-of")
    way = [float(each) for each in (*quarters, end) if each is not None]
    update["trajectory"] = tuple(way) if len(way) == len(quarters) + 1 else ()
    try:
        return Goal.model_validate({**old.model_dump(), **update})
    except ValidationError as errors:
        refuse(form, f"{place}-", errors)
        return old


def typed(value: float | Literal[""] | None, unit: str = "") -> str:
    """A number as it is typed: a share in per cent, without its sign."""
    if value is None or value == "":
        return ""
    value = 100 * value if unit == "share" else value
    return words.number(value, 0 if float(round(value, 6)).is_integer() else 1).replace("−", "-")


def _plain(text: str) -> str:
    """1.234,5 in Danish and 1,234.5 in English, as a program writes it."""
    bare = text.replace(" ", "").replace("\u00a0", "").replace("−", "-")
    return bare.replace(".", "").replace(",", ".") if words.danish() else bare.replace(",", "")


def _kroner(text: str) -> Decimal:
    return _finite(text, MOST_KRONER).quantize(ORE)


def _float(text: str) -> float:
    found = float(_plain(text))
    if not math.isfinite(found):
        raise ValueError(text)
    return found


def _finite(text: str, most: int = 10**15) -> Decimal:
    found = Decimal(text)
    if not found.is_finite() or abs(found) >= most:
        raise ValueError(text)
    return found


def _day(text: str) -> date:
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d %B %Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(text)
