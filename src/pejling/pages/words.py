"""How figures, days and periods are written in the language that is active: 1.234,5 and 31.12.2009, or 1,234.5."""

from datetime import date, datetime
from typing import Protocol

from django.utils import dates, timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext


class Text(Protocol):
    """A text of the model, in both languages."""

    @property
    def da(self) -> str: ...
    @property
    def en(self) -> str: ...


MISSING = "–"


def danish() -> bool:
    return (get_language() or "da").startswith("da")


def text(model_text: Text) -> str:
    return model_text.da if danish() else model_text.en


def number(value: float, decimals: int = 0) -> str:
    """1.234,5 in Danish and 1,234.5 in English, with a true minus sign."""
    written = f"{value:,.{decimals}f}".replace("-", "−")
    return written.translate(str.maketrans(",.", ".,")) if danish() else written


def value(amount: float | None, unit: str, decimals: int = 1) -> str:
    """A value in the indicator's unit: a share as per cent, kroner with øre, a count whole."""
    if amount is None:
        return MISSING
    if unit == "share":
        percent = number(100 * amount, decimals)
        return f"{percent}\u00a0%" if danish() else f"{percent}%"
    if unit == "kroner":
        return f"{number(amount, 2)}\u00a0kr."
    return number(amount, 0 if float(amount).is_integer() else decimals)


def interval(low: float | None, high: float | None, unit: str) -> str:
    """46,1–60,0 %: the sign once, after the upper end."""
    if low is None or high is None:
        return MISSING
    first = value(low, unit).removesuffix("%").rstrip()
    return f"{first}–{value(high, unit)}"


def day(on: date | None) -> str:
    if on is None:
        return MISSING
    return f"{on:%d.%m.%Y}" if danish() else f"{on.day} {dates.MONTHS[on.month]} {on.year}"


def period(written: str) -> str:
    """The period as people say it: 1993, 3. kvartal 1993, juli 1993, året til og med juli 1993."""
    year, _, rest = written.partition("-")
    if not rest:
        return year
    if rest.startswith("Q"):
        return gettext("Q%(quarter)s %(year)s") % {"quarter": rest[1:], "year": year}
    month, _, rolling = rest.partition("/")
    name = f"{dates.MONTHS[int(month)]} {year}"
    return gettext("the year to %(month)s") % {"month": name} if rolling else str(name)


def when(written: str, only_from: date | None = None, on: date | None = None) -> str:
    """What a figure is of: its period, the covered part of it, or a stock's day."""
    if on:
        return day(on)
    if only_from:
        return gettext("%(period)s, only from %(day)s") % {"period": period(written), "day": day(only_from)}
    return period(written)


def tick(written: str, before: str = "") -> str:
    """The short text under a chart's axis: months and quarters show the year where it begins."""
    year, _, rest = written.partition("-")
    return year if not rest or not before.startswith(year) else ""


def state(name: str) -> str:
    """A value's state in a few words."""
    return {
        "final": gettext("Final"),
        "provisional": gettext("Provisional"),
        "immature": gettext("Not yet mature"),
        "undefined": gettext("Nothing to measure"),
        "not_reported": gettext("Not reported"),
        "suppressed": gettext("Hidden to protect people"),
    }[name]


def state_explained(name: str) -> str:
    """What the state means for the reader."""
    return {
        "final": gettext("Everything has been observed, and late records no longer change it."),
        "provisional": gettext("Everything has been observed, but late records usually still change it."),
        "immature": gettext(
            "Not everything has been observed: the period is not over, or courses can still turn out either way. "
            "It is compared with nothing yet."
        ),
        "undefined": gettext("There were no courses to measure in the period. That is not the same as 0."),
        "not_reported": gettext("The records do not reach this period. That is not the same as 0."),
        "suppressed": gettext("There are so few people behind it that it could reveal who they are."),
    }[name]


def direction(name: str) -> str:
    """Which way is good; nothing where neither is."""
    return {"up": gettext("Higher is better"), "down": gettext("Lower is better")}.get(name, "")


def persons(count: int | None) -> str:
    if count is None:
        return MISSING
    return ngettext("%(number)s person", "%(number)s people", count) % {"number": number(count)}


def courses(count: int) -> str:
    return ngettext("%(number)s course", "%(number)s courses", count) % {"number": number(count)}


def of(numerator: float | None, denominator: float | None) -> str:
    """103 of 194."""
    if numerator is None or denominator is None:
        return MISSING
    return gettext("%(part)s of %(whole)s") % {"part": number(numerator), "whole": number(denominator)}


def period_kind(kind: str) -> str:
    return {
        "year": pgettext("length of period", "Year"),
        "quarter": pgettext("length of period", "Quarter"),
        "month": pgettext("length of period", "Month"),
    }[kind]


def moment(at: datetime) -> str:
    """A day and the time of day, where the reader is."""
    here = timezone.localtime(at)
    return f"{day(here.date())}, {here:%H.%M}" if danish() else f"{day(here.date())}, {here:%H:%M}"


def outcome(name: str) -> str:
    return {
        "counted": gettext("counted"),
        "not_counted": gettext("not counted"),
        "undecided": gettext("undecided"),
    }.get(name, name)


def table(name: str) -> str:
    """A fact table, as people would call what stands in it."""
    return {
        "units": gettext("Units"),
        "persons": gettext("People"),
        "courses": gettext("Courses"),
        "assignments": gettext("Moves between units"),
        "activities": gettext("Activities"),
        "contacts": gettext("Interviews"),
        "states": gettext("What people lived by"),
        "scores": gettext("Scores"),
        "postings": gettext("Postings"),
        "observations": gettext("Figures measured elsewhere"),
    }.get(name, name)


def unknown(what: str) -> str:
    return {
        "unit": gettext("This Pejling knows no such unit."),
        "indicator": gettext("This Pejling measures no such indicator."),
        "period": gettext("The records do not cover such a period."),
        "group": gettext("The figure is not broken down by such a group."),
        "page": gettext("The list has no such page."),
    }[what]


def missing(what: str) -> str:
    return {
        "model": gettext("The workspace has no model yet: nobody has said what is to be measured."),
        "delivery": gettext("The workspace has a model, but no records yet."),
        "measurements": gettext("There is a model, and there are records. All that is left is to measure."),
    }[what]
