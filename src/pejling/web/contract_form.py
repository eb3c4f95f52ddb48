"""What was typed into a contract's form, as the contract it says; a field that cannot be read is named with why."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext

from pejling.agreements.documents import Contract, Goal, Later, Other, Payment, ValidationError
from pejling.pages import words
from pejling.pages.contract import texts

MORE_LINES = 2  # empty lines offered for effort and development goals, and for payment
YEARS_AFTER = 3
ORE = Decimal("0.01")


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
        read = self._read(name, lambda text: float(_plain(text.rstrip("%").strip())), gettext("Write a number."))
        return read / 100 if read is not None and unit == "share" else read

    def decimal(self, name: str) -> Decimal | None:
        return self._read(name, lambda text: _finite(_plain(text.rstrip("%").strip())), gettext("Write a number."))

    def amount(self, name: str) -> Decimal | None:
        return self._read(name, lambda text: Decimal(_plain(text)).quantize(ORE), gettext("Write a number."))

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
    others = tuple(
        Other(kind=form.posted.get(f"others-{n}-kind", "effort"), text=text[:500], due_on=form.day(f"others-{n}-due"))  # type: ignore[arg-type]
        for n in range(len(before.others) + MORE_LINES)
        if (text := form.text(f"others-{n}-text"))
    )
    payment = tuple(
        Payment(text=text[:300], amount=form.amount(f"payment-{n}-amount") or Decimal(0))
        for n in range(len(before.payment) + MORE_LINES)
        if (text := form.text(f"payment-{n}-text"))
    )
    return before.model_copy(update={**said, "goals": tuple(goals), "others": others, "payment": payment})


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
        name = str(errors.errors()[0]["loc"][0]) if errors.errors()[0]["loc"] else "count"
        form.wrong[f"{place}-{name}"] = gettext("That is not possible: a part is no more than its whole.")
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


def _finite(text: str) -> Decimal:
    found = Decimal(text)
    if not found.is_finite() or abs(found) >= 10**15:
        raise ValueError(text)
    return found


def _day(text: str) -> date:
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d %B %Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(text)
