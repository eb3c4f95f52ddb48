"""How figures, days and periods are written in the language that is active: 1.234,5 and 31.12.2009, or 1,234.5."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from django.utils import dates, timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

from pejling.indicators.model import Model


class Text(Protocol):
    """A text of the model, in both languages."""

    @property
    def da(self) -> str: ...
    @property
    def en(self) -> str: ...


MISSING = "–"
STOPS = (".", "!", "?", "…", ":")


def danish() -> bool:
    return (get_language() or "da").startswith("da")


def text(model_text: Text) -> str:
    return model_text.da if danish() else model_text.en


def number(value: float, decimals: int = 0) -> str:
    """1.234,5 in Danish and 1,234.5 in English, with a true minus sign, and none before what rounds to 0."""
    plain = f"{value:,.{decimals}f}"
    return _written(plain if plain.strip("-0.,") else plain.lstrip("-"))


def _written(plain: str) -> str:
    written = plain.replace("-", "−")
    return written.translate(str.maketrans(",.", ".,")) if danish() else written


def value(amount: float | None, unit: str, decimals: int = 1, *, beside: float | None = None) -> str:
    """A value in the indicator's unit: a share as per cent, kroner with øre, a count whole, a time with its unit.

    `beside`: the other end of an interval, for both are written with as many decimals.
    """
    if amount is None:
        return MISSING
    written = _bare(amount, unit, decimals, beside=beside)
    one = 1 if amount == 1 else 2
    match unit:
        case "share":
            return f"{written}\u00a0%" if danish() else f"{written}%"
        case "kroner":
            return f"{written}\u00a0kr."
        case "days":
            return ngettext("%(number)s day", "%(number)s days", one) % {"number": written}
        case "weeks":
            return ngettext("%(number)s week", "%(number)s weeks", one) % {"number": written}
        case "points":
            return ngettext("%(number)s point", "%(number)s points", one) % {"number": written}
    return written


def _bare(amount: float, unit: str, decimals: int = 1, *, beside: float | None = None) -> str:
    if unit == "share":
        return number(100 * amount, decimals)
    if unit == "kroner":
        return number(amount, 2)
    whole = all(float(each).is_integer() for each in (amount, beside) if each is not None)
    return number(amount, 0 if whole else max(decimals, 1))


def ore(amount: Decimal | None, decimals: int = 2) -> str:
    """Kroner to the øre, for a column that says it is in kroner."""
    if amount is None:
        return MISSING
    rounded = amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return _written(f"{rounded + 0:,.{decimals}f}")


def money(amount: Decimal | None, decimals: int = 2) -> str:
    """1.234,50 kr."""
    return MISSING if amount is None else f"{ore(amount, decimals)}\u00a0kr."


def interval(low: float | None, high: float | None, unit: str) -> str:
    """46,1–60,0 %: the sign once, after the upper end, and as many decimals in both. A time may have no upper end."""
    if low is not None and high is None and unit in ("days", "weeks"):
        return gettext("%(low)s or more") % {"low": value(low, unit)}
    if low is None or high is None:
        return MISSING
    between = " – " if low < 0 or high < 0 else "–"  # a dash beside a minus sign
    return f"{_bare(low, unit, beside=high)}{between}{value(high, unit, beside=low)}"


def axis(amount: float, unit: str, step: float, *, last: bool = False) -> str:
    """A line of a scale; a unit that is no sign stands at the last line only."""
    if unit == "share":
        return value(amount, unit, 0 if float(round(100 * step, 6)).is_integer() else 1)
    if unit == "kroner" and abs(amount) >= 1_000_000:
        millions = {"number": number(amount / 1_000_000, 0 if float(amount / 1_000_000).is_integer() else 1)}
        return gettext("%(number)s m.") % millions + ("\u00a0kr." if last else "")
    written = number(amount, next(d for d in range(4) if d == 3 or float(round(step * 10**d, 6)).is_integer()))
    if not last or unit in ("courses", "persons"):
        return written
    return value(amount, unit).replace(_bare(amount, unit), written)


def days(count: float) -> str:
    return value(count, "days")


def weeks(count: int) -> str:
    """Days as weeks, and the days over: 9 weeks, or 9 weeks and 2 days."""
    whole, over = divmod(count, 7)
    if not over:
        return value(whole, "weeks")
    return gettext("%(weeks)s and %(days)s") % {"weeks": value(whole, "weeks"), "days": days(over)}


def points(amount: float | None, *, signed: bool = False) -> str:
    if amount is None:
        return MISSING
    return ("+" if signed and amount > 0 else "") + value(amount, "points")


def listed(parts: Sequence[str], joined: str) -> str:
    """Work, education or school."""
    if len(parts) < 2:
        return "".join(parts)
    last = {"first": ", ".join(parts[:-1]), "last": parts[-1]}
    return (gettext("%(first)s or %(last)s") if joined == "or" else gettext("%(first)s and %(last)s")) % last


def ended(said: str) -> str:
    """A sentence that ends with an amount has one full stop: the abbreviation's own."""
    return said.replace("kr..", "kr.")


def sentence(typed: str) -> str:
    """What somebody typed, so that another sentence can follow it."""
    typed = typed.strip()
    return typed if not typed or typed.endswith(STOPS) else f"{typed}."


def within(name: str) -> str:
    """As inside a sentence: work, not Work; an abbreviation stays, and a name: Education and Library Board."""
    later = [word for word in name.split()[1:] if len(word) > 3]
    is_name = len(later) > 1 and all(word[:1].isupper() for word in later)
    return name if is_name or name[1:2].isupper() or not name[1:] else name[:1].lower() + name[1:]


def known(model: Model, written: str) -> str:
    """The model's word for a value in the records: a state, an exit, a target group, a kind."""
    said = model.words.get(written) or model.target_groups.get(written)
    said = said or next((rule.name for rule in model.law if rule.key == written), None)
    return text(said) if said else written


def day(on: date | None) -> str:
    """A moment's is the day that it was where the reader is."""
    if on is None:
        return MISSING
    if isinstance(on, datetime):
        on = timezone.localdate(on)
    return f"{on:%d.%m.%Y}" if danish() else f"{on.day} {dates.MONTHS[on.month]} {on.year}"


def iso_day(written: str) -> str:
    """2009-12-31, as a day is written."""
    return day(date.fromisoformat(written))


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
        "undefined": gettext("There was nothing to measure on in the period. That is not the same as 0."),
        "not_reported": gettext(
            "The records do not reach this, or nothing was ever posted here. That is not the same as 0."
        ),
        "suppressed": gettext(
            "So few people are behind it, or behind a figure that could be worked out from it, that it could reveal "
            "who they are. That is not the same as 0."
        ),
    }[name]


def direction(name: str) -> str:
    """Which way is good; nothing where neither is."""
    return {"up": gettext("Higher is better"), "down": gettext("Lower is better")}.get(name, "")


def persons(count: int | None) -> str:
    if count is None:
        return MISSING
    return ngettext("%(number)s person", "%(number)s people", count) % {"number": number(count)}


def counted(amount: float, of: str) -> str:
    """So many of what an indicator counts: 1 course, 12 course-days, 3 steps, 1.200,00 kr."""
    if of in ("kroner", "points", "days"):
        return value(amount, of)
    one = 1 if amount == 1 else 2
    said = {
        "courses": ngettext("%(number)s course", "%(number)s courses", one),
        "course_days": ngettext("%(number)s course-day", "%(number)s course-days", one),
        "steps": ngettext("%(number)s step", "%(number)s steps", one),
    }.get(of, "%(number)s")
    return said % {"number": value(amount, "courses")}


def items(count: int, of: str) -> str:
    """So many rows of a list behind a figure."""
    if of == "kroner":
        return ngettext("%(number)s posting", "%(number)s postings", count) % {"number": number(count)}
    return counted(count, "steps" if of == "steps" else "courses")


def of(numerator: float | None, denominator: float | None) -> str:
    """103 of 194."""
    if numerator is None or denominator is None:
        return MISSING
    return gettext("%(part)s of %(whole)s") % {
        "part": value(numerator, "courses"),
        "whole": value(denominator, "courses"),
    }


def period_kind(kind: str) -> str:
    return {
        "year": pgettext("length of period", "Year"),
        "quarter": pgettext("length of period", "Quarter"),
        "month": pgettext("length of period", "Month"),
    }[kind]


def moment(at: datetime) -> str:
    """A day and the time of day, where the reader is."""
    return f"{day(at)}, {clock(at)}"


def clock(at: datetime) -> str:
    """The time of day, where the reader is: 14.32."""
    here = timezone.localtime(at)
    return f"{here:%H.%M}" if danish() else f"{here:%H:%M}"


def outcome(name: str, time: bool = False) -> str:
    """Of a `time` to exit every course counts: what is told of it is whether it had got there."""
    if time and name != "undecided":
        return gettext("got there") if name == "counted" else gettext("had not got there")
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
        "unit": gettext("No such unit is known here."),
        "indicator": gettext("This Pejling measures no such indicator."),
        "period": gettext("The records do not cover such a period."),
        "period_kind": gettext("There is no such kind of period."),
        "group": gettext("The figure is not broken down by such a group."),
        "page": gettext("The list has no such page."),
        "decision": gettext("There is no such decision, or it is not yours to read."),
        "forecast": gettext("It is not forecast: only what is counted or spent, and adds up from month to month, is."),
        "reason": gettext("No course behind the figure has such a reason."),
        "contract": gettext("There is no such contract, or it is not yours to read."),
        "agreement": gettext("There is no such implementation agreement, or it is not yours to read."),
        "year": gettext("That is no year."),
        "far_year": gettext("The records reach nowhere near that year."),
        "release": gettext("There is no such release."),
        "file": gettext("The release has no such file."),
        "funding": gettext("The model does not say how the units are funded."),
        "funding_year": gettext("The model does not say how the units are funded in that year."),
        "booking": gettext("There is no such booking of the year."),
        "course": gettext("There is no such course, or it is not yours to see."),
    }[what]


def missing(what: str) -> str:
    return {
        "model": gettext("The workspace has no model yet: nobody has said what is to be measured."),
        "delivery": gettext("The workspace has a model, but no records yet."),
        "measurements": gettext("There is a model, and there are records. All that is left is to measure."),
        "users": gettext("Everything is measured, but nobody can sign in yet."),
        "releases": gettext("Nothing has been released yet."),
    }[what]


def role(name: str) -> str:
    return {
        "politician": gettext("Politician"),
        "director": gettext("Director"),
        "controller": gettext("Controller"),
        "centre_leader": gettext("Centre leader"),
        "team_leader": gettext("Team leader"),
        "caseworker": gettext("Caseworker"),
        "supplier": gettext("Supplier"),
        "state": gettext("The state"),
        "party": gettext("Party to contracts"),
    }[name]


def refused(right: str) -> str:
    """What a role without the right cannot do."""
    return {
        "figures": gettext("Live figures are for those who work with the cases. You can read the signed contracts."),
        "cases": gettext("The courses behind a figure are for those who answer for them."),
        "draft": gettext("A contract is written by its two parties, and a status by the unit that it is of."),
        "sign": gettext("A contract is signed by its parties' leaders, and a status published by the unit above."),
        "signed": gettext("Contracts are read where one has a role."),
        "agreements": gettext("An implementation agreement is written by those who have a part in it."),
        "records": gettext("Deliveries are for those who answer for the records."),
        "released": gettext("This page shows what is released. You see the live figures."),
        "funding": gettext("What a unit is paid is for those who answer for its money."),
        "regulate": gettext("A regulation is booked by those who answer for all the units that are funded."),
        "check": gettext("The model check looks at every unit: it is for those who steer them all."),
    }[right]
