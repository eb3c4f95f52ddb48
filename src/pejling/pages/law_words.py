"""The law in plain words, made from its own rules so that the two cannot drift apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from pejling.indicators.definition import Where
from pejling.indicators.durations import Duration
from pejling.indicators.law import (
    RECORDED,
    ActivationWithin,
    ContactEvery,
    ContactsWithin,
    CountTerms,
    Dated,
    EveryTerms,
    FirstContact,
    PaidTerms,
    Reimbursement,
    Rule,
    Span,
    Terms,
    WithinTerms,
)
from pejling.indicators.model import Model
from pejling.pages import words
from pejling.pages.definition import named, span


@dataclass(frozen=True)
class VersionView:
    """A version of a rule: from when to when, what it asks in sentences, its source, and how sure we are of it."""

    holds: str
    sentences: tuple[str, ...]
    source: str
    certainty: str  # read, seen or check
    certain: str


@dataclass(frozen=True)
class RuleView:
    key: str
    name: str
    why: str
    whom: str
    owner: str
    versions: tuple[VersionView, ...]  # the newest first

    @property
    def to_check(self) -> bool:
        return any(version.certainty == "check" for version in self.versions)


def rule_view(model: Model, rule: Rule | Reimbursement) -> RuleView:
    if isinstance(rule, Reimbursement):
        told = [_version(version, _paid(model, rule, version)) for version in rule.versions]
        owner = ""
    else:
        told = [_version(version, _asks(model, rule, version)) for version in rule.versions]
        owner = rule.owner
    versions = tuple(reversed(told))
    return RuleView(
        rule.key, words.text(rule.name), words.text(rule.why), whom(model, rule.applies_to), owner, versions
    )


def _version(version: Dated, sentences: Iterator[str]) -> VersionView:
    return VersionView(holds(version), tuple(sentences), version.source, version.certainty, certainty(version))


def holds(version: Dated) -> str:
    """From 1 July 2026; until a day that is included."""
    first = words.day(version.from_)
    last = words.day(version.until - timedelta(days=1)) if version.until else ""
    if version.from_ and version.until:
        return gettext("From %(first)s through %(last)s") % {"first": first, "last": last}
    if version.from_:
        return gettext("From %(first)s") % {"first": first}
    return gettext("Through %(last)s") % {"last": last} if last else gettext("Always")


def certainty(version: Dated) -> str:
    return {
        "read": gettext("read in the law itself"),
        "seen": gettext("seen on an authority's page: check the wording"),
        "check": gettext("from memory: check"),
    }[version.certainty]


def whom(model: Model, where: Where) -> str:
    """Cash benefit; aged 30 and over. A group's name may have a comma of its own."""
    parts = [named(model, where.target_group)] if where.target_group else [gettext("everyone")]
    if where.age and where.age.from_ is not None and where.age.below is not None:
        said = {"first": where.age.from_, "last": where.age.below - 1}
        parts.append(gettext("aged %(first)s to %(last)s") % said)
    elif where.age and where.age.from_ is not None:
        parts.append(gettext("aged %(first)s and over") % {"first": where.age.from_})
    elif where.age and where.age.below is not None:
        parts.append(gettext("under %(age)s years") % {"age": where.age.below})
    for column, values in where.columns.items():
        group = model.groups.get(column)
        name = words.within(words.text(group.name)) if group else column
        known = [
            words.within(words.text(group.values[each])) if group and each in group.values else each for each in values
        ]
        parts.append(f"{name}: {words.listed(known, 'or')}")
    said_of = "; ".join(parts)
    return said_of[:1].upper() + said_of[1:]


def length(said: Span) -> str:
    if isinstance(said, Duration):
        return span(said)
    return ngettext("%(n)s working day", "%(n)s working days", said.count) % {"n": said.count}


def asked(model: Model, rule: Rule, version: Terms) -> str:
    """What is asked, in one sentence."""
    match rule, version:
        case ContactEvery(), EveryTerms(first=None):
            return gettext("%(what)s at least every %(every)s, counted from the last one.") % {
                "what": _what(model, rule.contact_kinds),
                "every": length(version.every),
            }
        case ContactEvery(), EveryTerms(first=first) if first is not None:
            return gettext("%(what)s within %(first)s, and then at least every %(every)s.") % {
                "what": _what(model, rule.contact_kinds),
                "first": length(first),
                "every": length(version.every),
            }
        case FirstContact(), WithinTerms():
            return gettext("A first contact (%(what)s) within %(within)s of %(start)s.") % {
                "what": named(model, rule.contact_kinds),
                "within": length(version.within),
                "start": _start(rule.counted_from),
            }
        case ContactsWithin(), CountTerms():
            said = {
                "count": version.count,
                "what": named(model, rule.contact_kinds),
                "within": length(version.within),
                "start": _start(rule.counted_from),
            }
            if rule.repeated:
                return gettext("At least %(count)s contacts (%(what)s) in every %(within)s, from %(start)s.") % said
            return gettext("At least %(count)s contacts (%(what)s) within %(within)s of %(start)s.") % said
        case ActivationWithin(), WithinTerms():
            return gettext("An activity begun (%(what)s) within %(within)s of %(start)s.") % {
                "what": named(model, rule.activity_kinds),
                "within": length(version.within),
                "start": _start(rule.counted_from),
            }
    raise LookupError(rule.key)


def exemption(model: Model, key: str) -> str:
    """Why a step is not asked for."""
    if key == RECORDED:
        return gettext("The records call it exempt")
    every = (each for rule in model.law for version in rule.versions for each in version.exemptions)
    return next((words.text(each.reason) for each in every if each.key == key), key)


def kroner(amount: Decimal | float | None, decimals: int = 0) -> str:
    """Whole kroner unless øre are asked for."""
    return words.MISSING if amount is None else f"{words.number(float(amount), decimals)}\u00a0kr."


def hours(count: Decimal) -> str:
    """With one decimal where it says anything: a step takes half an hour, a year's frame thousands."""
    decimals = 0 if count >= 100 or round(count, 1) == round(count) else 1
    return ngettext("%(number)s hour", "%(number)s hours", 1 if count == 1 else 2) % {
        "number": words.number(float(count), decimals)
    }


def _asks(model: Model, rule: Rule, version: Terms) -> Iterator[str]:
    yield asked(model, rule, version)
    if version.at_least < 1:
        yield gettext("Asked of the group as a whole: with at least %(share)s of it.") % {
            "share": words.value(version.at_least, "share", 0)
        }
    if version.if_closed == "next_open_day":
        yield gettext("A due day on which offices are closed moves to the next day that they are open.")
    elif version.if_closed == "last_open_day":
        yield gettext("A due day on which offices are closed moves to the last day before that they are open.")
    for each in version.exemptions:
        yield gettext("Not asked for: %(reason)s.") % {"reason": words.within(words.text(each.reason))}
    if version.reimbursed:
        yield gettext("While it is overdue, the state's reimbursement for those days is at risk.")
    if version.hours or version.kroner:
        takes = [hours(version.hours)] if version.hours else []
        takes += [kroner(version.kroner)] if version.kroner else []
        yield gettext("Takes, by the area's own standard: %(what)s.") % {"what": words.listed(takes, "and")}


def _paid(model: Model, rule: Reimbursement, version: PaidTerms) -> Iterator[str]:
    if version.active is not None:
        yield gettext("In a week with %(kinds)s the state pays %(rate)s.") % {
            "kinds": named(model, version.active_kinds),
            "rate": words.value(float(version.active), "share", 0),
        }
    before = 0
    for step in version.ladder:
        said = {
            "rate": words.value(float(step.rate), "share", 0),
            "first": before + 1,
            "last": step.through_week,
        }
        if len(version.ladder) == 1:
            other = gettext("In other weeks it pays %(rate)s.") % said
            yield other if version.active is not None else gettext("The state pays %(rate)s.") % said
        elif step.through_week:
            yield gettext("Weeks %(first)s to %(last)s: the state pays %(rate)s.") % said
        else:
            yield gettext("From week %(first)s on: the state pays %(rate)s.") % said
        before = step.through_week or before
    if len(version.ladder) > 1 and rule.remembers:
        yield gettext("Weeks on the benefit in the %(weeks)s weeks before count, too.") % {"weeks": rule.remembers}
    yield gettext("A whole week's benefit is put at %(amount)s, by the area's own standard.") % {
        "amount": kroner(version.weekly)
    }


def _what(model: Model, kinds: tuple[str, ...]) -> str:
    said = named(model, kinds)
    return said[:1].upper() + said[1:]


def _start(counted_from: str) -> str:
    if counted_from == "group":
        return gettext("the day the course came under the rule")
    return gettext("the start of the course")
