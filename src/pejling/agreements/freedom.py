"""Degrees of freedom as people decide them: by the unit above, with a reason and an end; the unit answers; nothing is
decided by the system. Each change is one transaction, with its entry in the audit log.
"""

import json
from datetime import date
from typing import Any

from django.db import transaction

from pejling.agreements.audit import digest, record
from pejling.agreements.contracts import NotNow
from pejling.agreements.models import FreedomAnswer, FreedomDecision
from pejling.agreements.rights import Reader, Refused
from pejling.steering.freedom import Narrowing


def content(kept: FreedomDecision) -> Narrowing:
    return Narrowing.model_validate_json(json.dumps(kept.content))


def decides(who: Reader, upper: str | None) -> bool:
    """Whether the reader decides for the unit above: they bind it."""
    return upper is not None and upper in who.at("sign")


def answers(who: Reader, unit: str) -> bool:
    """Whether the reader answers for the unit itself."""
    return unit in who.at("draft")


def in_force(unit: str, day: date) -> list[FreedomDecision]:
    """Decisions that narrow the unit on the day, the newest first."""
    found = FreedomDecision.objects.filter(unit=unit)
    return [each for each in found if content(each).degrees and stands(each, day)]


def stands(kept: FreedomDecision, day: date) -> bool:
    return content(kept).holds(day) and (kept.lifted_on is None or day < kept.lifted_on)


def decide(who: Reader, said: Narrowing) -> FreedomDecision:
    """Narrow, or leave free: both with a reason. Raises Refused where the reader does not decide for the unit above."""
    if not decides(who, said.upper):
        raise Refused("sign")
    with transaction.atomic():
        made = FreedomDecision.objects.create(
            unit=said.unit, upper=said.upper, content=said.model_dump(mode="json"), decided_by=who.name
        )
        what = "freedom narrowed" if said.degrees else "freedom left as it is"
        record(who.name, what, f"freedom {made.pk}", after=state_of(made), reason=said.reason)
    return made


def answer(who: Reader, kept: FreedomDecision, text: str) -> None:
    """By the unit itself. Raises Refused for others, and NotNow where nothing is said."""
    if not answers(who, kept.unit):
        raise Refused("draft")
    if not text.strip():
        raise NotNow("reason")
    with transaction.atomic():
        held = FreedomDecision.objects.select_for_update().get(pk=kept.pk)
        before = state_of(held)
        FreedomAnswer.objects.create(decision=held, who=who.name, text=text.strip())
        record(who.name, "freedom answered", f"freedom {held.pk}", before=before, after=state_of(held))


def lift(who: Reader, kept: FreedomDecision, reason: str, today: date) -> None:
    """Give the freedom back before the end. Raises Refused, and NotNow without a reason or where it holds no more."""
    if not decides(who, kept.upper):
        raise Refused("sign")
    if not reason.strip():
        raise NotNow("reason")
    with transaction.atomic():
        held = FreedomDecision.objects.select_for_update().get(pk=kept.pk)
        if not stands(held, today) or not content(held).degrees:
            raise NotNow("state")
        before = state_of(held)
        held.lifted_on, held.lifted_by, held.lifted_reason = today, who.name, reason.strip()
        held.save()
        record(who.name, "freedom given back", f"freedom {held.pk}", before=before, after=state_of(held), reason=reason)


def state_of(kept: FreedomDecision) -> str:
    told: list[Any] = [
        kept.content,
        kept.unit,
        kept.upper,
        str(kept.lifted_on or ""),
        kept.lifted_by,
        kept.lifted_reason,
    ]
    return digest([*told, [list(each) for each in kept.answers.order_by("pk").values_list("who", "text")]])
