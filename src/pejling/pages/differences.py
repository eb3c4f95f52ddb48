"""What is different in a newer version of the model, in plain words: definitions as the sentences they are read as."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, pgettext

from pejling.indicators.definition import Indicator
from pejling.indicators.model import Difference, Model
from pejling.pages import words
from pejling.pages.definition import definition

_IN_THE_SENTENCES = {
    "measure", "within", "exit_to", "lasting", "support_states", "relapse_target_groups", "after", "states",
    "statistic", "horizon", "activity_kinds", "credit", "may_end_course", "contact_kinds", "instrument", "improved_by",
    "rules", "accounts", "nature", "numerator", "denominator", "where", "reentry_within", "reentry_target_groups",
}  # fmt: skip


def told(before: Model, after: Model, different: Sequence[Difference]) -> list[str]:
    """A line, or a few, for each thing that is other; in the order of the differences."""
    lines: list[str] = []
    defined: set[str] = set()
    for each in different:
        match each.path:
            case ("indicators", key):
                lines += _whole_indicator(before, after, key)
            case ("indicators", key, field, *_) if field in _IN_THE_SENTENCES:
                if key not in defined:
                    defined.add(key)
                    lines += _measured_otherwise(before.indicator(key), after.indicator(key), before, after)
            case _:
                lines.append(_line(before, after, each))
    return lines


def _whole_indicator(before: Model, after: Model, key: str) -> Iterator[str]:
    there = {each.key: each for each in after.indicators}
    if key not in there:
        yield gettext("The indicator “%(name)s” is gone.") % {"name": words.text(before.indicator(key).name)}
        return
    sentences = " ".join(definition(after, there[key]).sentences)
    yield gettext("The indicator “%(name)s” is new. %(sentences)s") % {
        "name": words.text(there[key].name),
        "sentences": sentences,
    }


def _measured_otherwise(old: Indicator, new: Indicator, before: Model, after: Model) -> Iterator[str]:
    """The sentences that are other; where none is, the definition says the same in other words."""
    was, now = (definition(model, each).sentences for model, each in ((before, old), (after, new)))
    yield gettext("The indicator “%(name)s” is measured otherwise:") % {"name": words.text(new.name)}
    for sentence in was:
        if sentence not in now:
            yield "  − " + sentence
    for sentence in now:
        if sentence not in was:
            yield "  + " + sentence


def _line(before: Model, after: Model, each: Difference) -> str:
    facts = {
        "what": _what(before, after, each.path),
        "before": _value(each.before, each.path),
        "after": _value(each.after, each.path),
    }
    if each.before is None:
        whole = isinstance(each.after, dict) and not _is_text(each.after)
        return (gettext("%(what)s is new.") if whole else gettext("%(what)s is new: %(after)s.")) % facts
    if each.after is None:
        return gettext("%(what)s is gone.") % facts
    return gettext("%(what)s: %(before)s is now %(after)s.") % facts


def _what(before: Model, after: Model, path: tuple[str, ...]) -> str:
    """The thing, and its field: The goal “Lasting way on”, target, 1999, level."""
    match path:
        case ("indicators", key, *rest):
            thing = gettext("The indicator “%(name)s”") % {"name": _name(before.indicators, after.indicators, key)}
        case ("focus_areas", _, "goals", key, *rest):
            thing = gettext("The goal “%(name)s”") % {"name": _name(before.goals, after.goals, key)}
        case ("focus_areas", _, "theory", step, *rest):
            one, _, other = step.partition(" → ")
            names = [_name(before.indicators, after.indicators, key) for key in (one, other)]
            thing = gettext("The step from “%(from)s” to “%(to)s”") % {"from": names[0], "to": names[1]}
        case ("focus_areas", key, *rest):
            thing = gettext("The focus area “%(name)s”") % {"name": _name(before.focus_areas, after.focus_areas, key)}
        case ("law" | "reimbursements", key, "versions", since, *rest):
            rules = (*before.law, *after.law, *before.reimbursements, *after.reimbursements)
            thing = gettext("The law's rule “%(name)s” from %(since)s") % {
                "name": _name((), rules, key),
                "since": words.iso_day(since) if since else gettext("the first day"),
            }
        case ("law" | "reimbursements", key, *rest):
            rules = (*before.law, *after.law, *before.reimbursements, *after.reimbursements)
            thing = gettext("The law's rule “%(name)s”") % {"name": _name((), rules, key)}
        case (first, *rest):
            thing = _field(first)
        case _:
            raise LookupError("a difference without a path")
    return ", ".join([thing, *(words.within(_field(part)) for part in rest if part not in ("da", "en"))])


def _name(before: Sequence[Any], after: Sequence[Any], key: str) -> str:
    return next((words.text(each.name) for each in (*after, *before) if each.key == key), key)


def _is_text(value: Mapping[str, Any]) -> bool:
    return set(value) == {"da", "en"}


def _value(value: Any, path: tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict) and _is_text(value):
        return f"“{value['da' if words.danish() else 'en']}”"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, str) and path[-1] == "review_by":
        return words.iso_day(value)
    if isinstance(value, int | float) and path[-1] not in ("year", "horizon"):
        return words.number(value, 0 if float(value).is_integer() else 3)
    return f"“{value}”" if path[-1] in ("da", "en", "owner", "source") else str(value)


def _field(name: str) -> str:
    """A field of the model as it is called; a key or a code as it is written."""
    return {
        "title": gettext("The title"),
        "note": gettext("The note"),
        "unit_kinds": gettext("The kinds of units"),
        "target_groups": gettext("The target groups"),
        "groups": gettext("The groups"),
        "words": gettext("The words"),
        "settle_days": gettext("The days until figures are settled"),
        "join_courses_within": gettext("The days within which courses are joined"),
        "tolerance": gettext("The share of rows that may be refused"),
        "threshold": gettext("The fewest people that are shown"),
        "data_synthetic": gettext("Made-up data"),
        "caps": gettext("The caps"),
        "result_goals": gettext("Goals in a contract at most"),
        "false_success": gettext("How often chance may be called a success"),
        "missed_success": gettext("How often a success may be missed"),
        "grants": gettext("The money"),
        "economy": gettext("The economy"),
        "name": gettext("Name"),
        "values": gettext("Values"),
        "why": gettext("Why"),
        "kind": gettext("Kind"),
        "unit": gettext("Unit of measurement"),
        "direction": gettext("Direction"),
        "owner": gettext("Owner"),
        "review_by": gettext("Day of review"),
        "by": gettext("Broken down by"),
        "age_bands": gettext("Age bands"),
        "year": pgettext("length of period", "Year"),
        "agreement": gettext("Agreement"),
        "goals": gettext("Goals"),
        "theory": gettext("Theory of change"),
        "indicators": gettext("Indicators"),
        "horizon": gettext("Horizon"),
        "minimum_standard": gettext("Minimum standard"),
        "shared": gettext("Shared"),
        "asked_of": gettext("Asked of"),
        "targets": gettext("Target"),
        "level": gettext("Level"),
        "contributions": gettext("Contribution"),
        "because": gettext("Because"),
        "source": gettext("Source"),
        "pays_for": gettext("Pays for"),
        "settled_after": gettext("Settled after"),
        "counterweights": gettext("Counterweights"),
        "take_in": gettext("The law taken in"),
        "calendar": gettext("The calendar of working days"),
        "room": gettext("Room for manoeuvre"),
        "freedom": gettext("Degrees of freedom"),
        "every": gettext("At least every"),
        "first": gettext("The first within"),
        "within": gettext("Within"),
        "count": gettext("How many"),
        "at_least": gettext("With at least so many of the group"),
        "applies_to": gettext("For"),
        "exemptions": gettext("Exemptions"),
        "hours": gettext("Hours a step takes"),
        "kroner": gettext("Kroner a step takes"),
        "reimbursed": gettext("Reimbursement depends on it"),
        "ladder": gettext("The ladder"),
        "weekly": gettext("A week's benefit"),
        "certainty": gettext("How sure we are of it"),
        "until": gettext("Until"),
    }.get(name, name)
