"""Implementation agreements as they are written, followed and closed, each change with its entry in the audit log."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction

from pejling.agreements.audit import digest, record
from pejling.agreements.contracts import NotNow, Overtaken
from pejling.agreements.models import Agreement, Note
from pejling.agreements.rights import Reader, Refused
from pejling.steering import implementation as rules


def content(kept: Agreement) -> rules.Agreement:
    return rules.Agreement.model_validate_json(json.dumps(kept.content))


def closing(kept: Agreement) -> rules.Closing | None:
    return rules.Closing.model_validate_json(json.dumps(kept.closing)) if kept.closing else None


def begin(who: Reader, said: rules.Agreement) -> Agreement:
    """Raises Refused where the reader does not write for the unit that begins it."""
    if said.begun_by not in who.at("agreements"):
        raise Refused("agreements")
    with transaction.atomic():
        made = Agreement.objects.create(content=said.model_dump(mode="json"), saved_by=who.name)
        record(who.name, "implementation agreement begun", f"agreement {made.pk}", after=state_of(made))
    return made


def save(who: Reader, kept: Agreement, revision: int, said: rules.Agreement) -> None:
    """By who began it or answers for it. Raises Overtaken where another revision was saved meanwhile, and NotNow where
    it is closed.
    """
    with _changing(who, "implementation agreement saved", kept.pk) as held:
        if revision != held.revision:
            raise Overtaken(held.saved_by, held.revision, content(held), said)
        held.content = said.model_dump(mode="json")
        held.revision += 1
        held.saved_by = who.name


def note(who: Reader, kept: Agreement, text: str) -> None:
    """How it stands, by anyone who has a part in it."""
    with _changing(who, "implementation agreement noted on", kept.pk, may=has_a_part) as held:
        if not text.strip():
            raise NotNow("reason")
        Note.objects.create(agreement=held, who=who.name, text=text.strip())


def done(who: Reader, kept: Agreement, number: int, on: date) -> None:
    """A milestone is reached: said by the unit that owes it, or by who answers for the whole. Raises NotNow where there
    is no such milestone, or it was reached before.
    """

    def owes(who: Reader, said: rules.Agreement) -> bool:
        theirs = {each.unit for each in said.milestones[number : number + 1]}
        return bool(theirs & who.at("agreements")) or leads(who, said)

    with _changing(who, f"milestone {number + 1} reached", kept.pk, may=owes) as held:
        said = content(held)
        if not 0 <= number < len(said.milestones) or said.milestones[number].done_on:
            raise NotNow("state")
        reached = said.milestones[number].model_copy(update={"done_on": on})
        milestones = (*said.milestones[:number], reached, *said.milestones[number + 1 :])
        held.content = said.model_copy(update={"milestones": milestones}).model_dump(mode="json")
        held.revision += 1
        held.saved_by = who.name


def close(who: Reader, kept: Agreement, said: rules.Closing) -> None:
    with _changing(who, "implementation agreement closed", kept.pk, said.said) as held:
        held.closing, held.state = said.model_dump(mode="json"), "closed"


def leads(who: Reader, said: rules.Agreement) -> bool:
    return bool(who.at("agreements") & {said.begun_by, said.responsible})


def has_a_part(who: Reader, said: rules.Agreement) -> bool:
    return bool(who.at("agreements") & said.units)


def state_of(kept: Agreement) -> str:
    notes = kept.notes.order_by("pk").values_list("who", "text")
    return digest([kept.content, kept.state, kept.revision, kept.closing, list(map(list, notes))])


@contextmanager
def _changing(
    who: Reader, what: str, pk: int, reason: str = "", may: Callable[[Reader, rules.Agreement], bool] = leads
) -> Iterator[Agreement]:
    """Raises Refused before all else: how far it has come is told only to who may do it."""
    with transaction.atomic():
        held = Agreement.objects.select_for_update().get(pk=pk)
        if not may(who, content(held)):
            raise Refused("agreements")
        if held.state == "closed":
            raise NotNow("state")
        before = state_of(held)
        yield held
        held.save()
        record(who.name, what, f"agreement {held.pk}", before=before, after=state_of(held), reason=reason)
