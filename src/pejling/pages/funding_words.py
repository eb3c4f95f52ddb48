"""Funding in the reader's words: parts, bookings, methods, and what is in the way of a regulation."""

from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext, ngettext

from pejling.indicators.funding import ResultRule, TaximeterRule
from pejling.indicators.model import Model
from pejling.pages import words
from pejling.pages.regulating import Obstacle
from pejling.steering.funding.allocation import Part
from pejling.steering.funding.bookings import Kind, Step


def part(name: Part | str) -> str:
    return {
        "base": gettext("Base grant"),
        "taximeter": gettext("Taximeter grant"),
        "agreed": gettext("Agreement-based grant"),
        "result": gettext("Results grant"),
        "unused": gettext("Unused results grant"),
        "reserve": gettext("Reserve"),
    }[name]


def kind(name: Kind | str) -> str:
    return {
        "opening": gettext("Opening"),
        "regulation": gettext("Regulation"),
        "settlement": gettext("Settlement"),
    }[name]


def booking(step: Step) -> str:
    """Opening, Regulation 2, Settlement."""
    if step.kind == "regulation":
        return gettext("Regulation %(number)s") % {"number": step.number}
    return kind(step.kind)


def counted_through(step: Step) -> str:
    if not step.through:
        return gettext("on forecast alone")
    if step.kind == "settlement":
        return gettext("on final figures")
    return gettext("counted through %(month)s") % {"month": words.period(step.through)}


def method(name: str) -> str:
    """How months to come were forecast."""
    return {
        "": gettext("nothing is forecast"),
        "structural": gettext("each unit's level, and the season of the whole"),
        "same_months_last_year": gettext("as the same months last year, for too few months are known to find a season"),
    }.get(name, name)


def kroner(amount: Decimal | None, *, signed: bool = False) -> str:
    """1.234.567,89 kr.; with its sign where it is a difference."""
    return ("+" if signed and amount and amount > 0 else "") + words.money(amount)


def short(amount: Decimal | None, *, signed: bool = False) -> str:
    """Whole kroner, for what is looked at rather than counted."""
    return ("+" if signed and amount and amount >= Decimal("0.5") else "") + words.money(amount, 0)


def count(amount: Decimal | int) -> str:
    """Clients: whole where they were counted, one decimal where they are forecast."""
    return words.number(float(amount), 0 if amount == int(amount) else 1)


def count_exactly(amount: Decimal) -> str:
    """All the decimals that a forecast is kept with: times the rate it is the amount, to the øre."""
    exponent = amount.normalize().as_tuple().exponent
    return words.number(float(amount), max(0, -exponent) if isinstance(exponent, int) else 0)


def changes(number: int) -> str:
    return ngettext("%(number)s change", "%(number)s changes", number) % {"number": words.number(number)}


def limit(name: str, rule: TaximeterRule | None) -> str:
    """What holds a unit's taximeter."""
    if not name or rule is None:
        return ""
    per_cent = rule.floor if name == "floor" else rule.cap
    said = {"share": words.value(float(per_cent or 0) / 100, "share", 0)}
    if name == "floor":
        return gettext("held up by the floor: %(share)s of the opening") % said
    return gettext("held down by the cap: %(share)s of the opening") % said


def gap(rule: TaximeterRule) -> str:
    """What closes the gap between rates × clients and the part."""
    if rule.gap == "reserve":
        return gettext("Every unit gets its rates × clients. What is left over, or lacks, is in the reserve.")
    return gettext("All are scaled by one factor, so that the rates × clients meet the part.")


def formula(rule: ResultRule) -> str:
    """How the result part is earned, in a sentence or two."""
    if rule.formula == "share_of_pool":
        target = {"target": words.value(float(rule.target or 0), "share", 0)}
        return (
            gettext(
                "The pool is shared by courses × attainment: a unit that reaches %(target)s has attained all that is "
                "asked."
            )
            % target
        )
    said = {
        "floor": words.value(float(rule.floor or 0), "share", 0),
        "benchmark": words.value(float(rule.benchmark or 0), "share", 0),
    }
    earned = (
        gettext(
            "A unit can earn its courses’ part of the pool: none of it at %(floor)s, all of it at %(benchmark)s, and "
            "evenly in between."
        )
        % said
    )
    left = {
        "reserve": gettext("What nobody earned stays in the reserve."),
        "base": gettext("What nobody earned is given back by the key of the base grant."),
    }[rule.unused]
    return f"{earned} {left}"


def found(obstacle: Obstacle, model: Model) -> str:
    """What is in the way of the next booking."""
    said: dict[str, Any] = dict(obstacle.said)
    match obstacle.what:
        case "behind":
            return gettext("The records or the model have moved on since they were measured.")
        case "unit":
            return gettext("%(unit)s is funded, and is not among the units.") % said
        case "nested":
            return gettext("%(unit)s is part of %(above)s, and both are funded.") % said
        case "records":
            return gettext("It counts through %(on)s, and the records reach %(through)s.") % _days(said)
        case "months":
            return gettext("The clients cannot be counted: %(found)s.") % said
        case "history":
            return gettext("The year cannot be forecast: nothing is counted for %(month)s.") % {
                "month": words.period(said["month"])
            }
        case "rate":
            return gettext("Clients in the target group %(group)s came in %(month)s, and there is no rate for it.") % (
                _group(said, model)
            )
        case "rates":
            now = said["now"]
            named = {**_group(said, model), "used": kroner(said["used"]), "now": kroner(now) if now is not None else ""}
            if now is None:
                return gettext("The rate of %(group)s in %(month)s was used (%(used)s), and is gone.") % named
            return words.ended(
                gettext("The rate of %(group)s in %(month)s was used as %(used)s, and is now %(now)s.") % named
            )
        case "immature":
            return gettext("The courses that the results grant is paid for are not all decided.")
        case "provisional":
            return gettext("Late records may still change the figures: the year is settled on final ones.")
        case "settled":
            return gettext("The year is settled.")


def cure(obstacle: Obstacle, model: Model) -> str:
    said: dict[str, Any] = dict(obstacle.said)
    match obstacle.what:
        case "behind":
            return gettext("Measure them first, with pejling measure.")
        case "unit":
            near = get_close_matches(said["unit"], list(said["known"]), n=1)
            return gettext("Did you mean %(unit)s? Correct it in funding.yaml.") % {
                "unit": near[0] if near else "/".join(list(said["known"])[:6])
            }
        case "nested":
            return gettext("Fund one of them, in funding.yaml.")
        case "records":
            return gettext("Take in the records through that day, and measure them.")
        case "months":
            return str(said["cure"])
        case "history":
            return gettext("Take in records that reach further back, or wait until the year before is known.")
        case "rate":
            return gettext("Write a rate in funding.yaml; 0 kroner if the group triggers nothing.")
        case "rates":
            return gettext("A rate is immutable once used. Write it as it was; next year’s may be another.")
        case "immature":
            day = said["matures_on"]
            if day is None:
                return gettext("Settle the year when they are, or name an earlier cohort in funding.yaml.")
            return gettext(
                "They are when the records reach %(day)s. An earlier cohort may be named in funding.yaml."
            ) % {"day": words.day(day)}
        case "provisional":
            return gettext("Wait until the records have settled, take them in and measure them.")
        case "settled":
            return gettext("What comes later is shown, and is not booked.")


def _days(said: dict[str, Any]) -> dict[str, str]:
    return {name: words.day(said[name]) for name in ("on", "through")}


def _group(said: dict[str, Any], model: Model) -> dict[str, str]:
    return {"group": words.within(words.known(model, said["group"])), "month": words.period(said["month"])}
