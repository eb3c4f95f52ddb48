"""Reflection meetings as they are written down, each change with its entry in the audit log."""

import json
from datetime import date

from django.db import IntegrityError, transaction

from pejling.agreements.audit import digest, record
from pejling.agreements.contracts import NotNow, Overtaken
from pejling.agreements.models import TeamMeeting
from pejling.agreements.rights import Reader, Refused
from pejling.steering.meeting import Meeting


def content(kept: TeamMeeting) -> Meeting:
    return Meeting.model_validate_json(json.dumps(kept.content))


def find(unit: str, month: str) -> TeamMeeting | None:
    return TeamMeeting.objects.filter(unit=unit, month=month).first()


def before(unit: str, month: str) -> TeamMeeting | None:
    """The one held last before that month."""
    return TeamMeeting.objects.filter(unit=unit, month__lt=month).order_by("-month").first()


def writes(who: Reader, unit: str) -> bool:
    """Those who write for the unit itself."""
    return unit in who.at("agreements")


def save(who: Reader, said: Meeting, revision: int) -> TeamMeeting:
    """`revision` 0 for a first one. Raises Refused where the reader does not write for the unit, Overtaken where
    another revision was saved meanwhile.
    """
    _may(who, said.unit)
    try:
        with transaction.atomic():
            held = TeamMeeting.objects.select_for_update().filter(unit=said.unit, month=said.month).first()
            if (held.revision if held else 0) != revision:
                raise Overtaken(
                    held.saved_by if held else "", held.revision if held else 0, content(held) if held else None, said
                )
            earlier = state_of(held) if held else ""
            if held is None:
                held = TeamMeeting(unit=said.unit, month=said.month, revision=0)
            held.content, held.saved_by = said.model_dump(mode="json"), who.name
            held.revision += 1
            held.save()
            what = "reflection meeting held" if revision == 0 else "reflection meeting saved"
            record(who.name, what, f"meeting {held.pk}", before=earlier, after=state_of(held))
    except IntegrityError:
        raise Overtaken("", 1, None, said) from None
    return held


def done(who: Reader, unit: str, month: str, number: int, on: date) -> None:
    """An action is done. Raises NotNow where there is none such that is not."""
    _may(who, unit)
    with transaction.atomic():
        held = TeamMeeting.objects.select_for_update().filter(unit=unit, month=month).first()
        if held is None:
            raise NotNow("state")
        earlier = state_of(held)
        try:
            held.content = content(held).done(number, on).model_dump(mode="json")
        except (IndexError, ValueError):
            raise NotNow("state") from None
        held.revision += 1
        held.saved_by = who.name
        held.save()
        what = f"action {number + 1} of a reflection meeting done"
        record(who.name, what, f"meeting {held.pk}", before=earlier, after=state_of(held))


def state_of(kept: TeamMeeting) -> str:
    return digest([kept.unit, kept.month, kept.content, kept.revision])


def _may(who: Reader, unit: str) -> None:
    if not writes(who, unit):
        raise Refused("agreements")
