"""Reminders by e-mail: whose status of the month waits for whom. No figure travels in a letter, only where to look."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.utils.translation import gettext, ngettext

from pejling.agreements import statuses as cycle
from pejling.agreements.models import Reminder
from pejling.agreements.people import reader
from pejling.indicators.pinned import Store
from pejling.pages import words
from pejling.pages.ground import Ground
from pejling.pages.status import covered_to, known_month, newest_month
from pejling.pages.status_page import status_pages


@dataclass(frozen=True)
class Waiting:
    """`about`: "stand" where the unit has not handed in, "publish" where the unit above has not published."""

    user: User
    unit: str
    about: str
    demanded: int
    goals: int


def remind(ground: Ground, store: Store, month: str = "", *, again: bool = False) -> list[str]:
    """Write to everyone whom a status waits for, once a month and matter unless `again`; says whom.

    Who has no address is named with that. Raises Unknown for a month that is not there.
    """
    month = month or newest_month(ground)
    known_month(ground, month)
    if not covered_to(month, ground.through):
        return []
    told = []
    for waiting in _waiting(ground, store, month):
        name = f"{waiting.user.username}: {ground.hierarchy[waiting.unit].name}"
        told_of = Reminder.objects.filter(
            who=waiting.user.username, unit=waiting.unit, month=month, about=waiting.about
        )  # fmt: skip
        if not again and told_of.exists():
            continue
        if not waiting.user.email:
            told.append(gettext("%(name)s: no e-mail address is known") % {"name": name})
            continue
        subject, text = _letter(ground, waiting, month)
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [waiting.user.email])
        if not told_of.exists():
            Reminder.objects.create(
                who=waiting.user.username, unit=waiting.unit, month=month, about=waiting.about
            )  # fmt: skip
        told.append(f"{name}, {waiting.user.email}")
    return told


def summed(told: list[str]) -> str:
    return gettext("Waiting: %(number)s. Whoever has an address was told.") % {"number": len(told)}


def _waiting(ground: Ground, store: Store, month: str) -> Iterator[Waiting]:
    people = [(user, reader(user)) for user in User.objects.filter(is_active=True).order_by("username")]
    at = {unit for _, who in people for unit in who.at("draft") if unit in ground.units}
    pages = status_pages(ground, None, store, [unit for unit in ground.units if unit in at], month)
    for user, who in people:
        for unit, page in pages.items():
            demanded, goals = len(page.status.demanded), len(page.status.goals)
            if not goals:
                continue
            if page.state == "draft" and cycle.side(who, unit, ground.hierarchy) == "unit":
                yield Waiting(user, unit, "stand", demanded, goals)
            above = cycle.side(who, unit, ground.hierarchy, "sign")
            if page.state == "written" and above and "publish" in cycle.actions(who, unit, ground.hierarchy, "written"):
                yield Waiting(user, unit, "publish", demanded, goals)


def _letter(ground: Ground, waiting: Waiting, month: str) -> tuple[str, str]:
    said = {"unit": ground.hierarchy[waiting.unit].name, "month": words.period(month)}
    address = f"{settings.ADDRESS.rstrip('/')}/status/{waiting.unit}/{month}"
    if waiting.about == "publish":
        subject = gettext("To be published: result status of %(unit)s, %(month)s") % said
        text = gettext("%(unit)s has handed in its result status for %(month)s. You can comment on it and publish it.")
        return subject, f"{text % said}\n\n{address}\n"
    subject = gettext("Result status of %(unit)s, %(month)s") % said
    lines = [gettext("The figures for %(month)s are in for %(unit)s.") % said]
    counts = {"number": words.number(waiting.demanded), "of": words.number(waiting.goals)}
    if waiting.demanded:
        lines.append(ngettext(
            "%(of)s goals were looked at. On %(number)s of them a stand is asked for.",
            "%(of)s goals were looked at. On %(number)s of them a stand is asked for.",
            waiting.demanded,
        ) % counts)  # fmt: skip
    else:
        lines.append(
            gettext("%(of)s goals were looked at. Nothing has changed, so nothing needs to be explained.") % counts
        )
    return subject, "\n".join([*lines, "", address, ""])
