"""A status published: computed from the pinned snapshot, and frozen; and made again from it, to the byte."""

from collections.abc import Mapping

from django.utils import translation

from pejling.agreements import publishing, statuses
from pejling.agreements.contracts import NotNow
from pejling.agreements.models import Publication
from pejling.indicators.pinned import Mistake, Store, as_of, pin
from pejling.pages.definition import definition
from pejling.pages.ground import Ground, ground
from pejling.pages.status import begun
from pejling.pages.status import statuses as made
from pejling.steering.status import Begun, Status, agreed_from, as_json, from_json


def publish(store: Store, now: Ground, who: str, unit: str, month: str) -> Publication:
    """What is stopped halfway is taken up where it stopped; what is published stays as it is.

    Raises NotNow where it is not handed in, or the records have moved on since they were measured.
    """
    kept = statuses.find(unit, month)
    if found := statuses.publication(kept):
        return found
    if "facts" in now.measured.overtaken:
        raise NotNow("behind")
    intent = publishing.intend(who, unit, month, now.snapshot)
    reason = f"status {unit} {month}"
    try:
        pin(store, intent.snapshot, reason)
    except Mistake:  # it was forgotten between the two steps: nothing was published of it
        intent = publishing.renew(who, intent, now.snapshot)
        pin(store, intent.snapshot, reason)
    with as_of(store, intent.snapshot) as connection:
        then = ground(connection, {})
        frozen = _made(then, intent)
        return publishing.complete(
            who, intent, frozen, definitions=_definitions(then, frozen), begun=_begun(then, intent, frozen)
        )  # fmt: skip


def made_again(store: Store, found: Publication) -> str:
    """The canonical JSON, from the snapshot and what was agreed. Raises Mistake where the snapshot is gone."""
    with as_of(store, found.snapshot) as connection:
        return as_json(_made(ground(connection, {}), found))


def frozen_status(store: Store, found: Publication) -> Status:
    """As published; made again where the frozen JSON was lost."""
    return from_json(publishing.content(found) or made_again(store, found))


def _made(then: Ground, intent: Publication) -> Status:
    unit, month = intent.status.unit, intent.status.month
    return made(then, {unit: agreed_from(intent.agreed)}, month)[unit]


def _definitions(then: Ground, frozen: Status) -> list[Mapping[str, object]]:
    """In full, and as sentences in both languages: what the figures meant."""
    found: list[Mapping[str, object]] = []
    known = then.model.model_copy(update={"indicators": (*then.model.indicators, *then.measured.pinned.values())})
    for line in (*frozen.goals, *frozen.resources, *frozen.duties):
        indicator = then.measured.pinned.get(line.signed) or then.indicator(line.indicator)
        sentences = {}
        for language in ("da", "en"):
            with translation.override(language):
                sentences[language] = list(definition(known, indicator).sentences)
        found.append({
            "indicator": line.indicator, "fingerprint": line.definition, "sentences": sentences,
            "definition": indicator.model_dump(mode="json", by_alias=True), "model_version": frozen.data.model_version,
        })  # fmt: skip
    return found


def _begun(then: Ground, intent: Publication, frozen: Status) -> list[Begun]:
    """Each adjustment with its baseline, frozen now: whatever comes later cannot choose what it is held against."""
    found = []
    for stand in frozen.taken.stands if frozen.taken else ():
        if stand.choice == "adjust" and stand.adjustment:
            said = stand.adjustment
            found.append(begun(then, agreed_from(intent.agreed), frozen.unit, frozen.month, stand.indicator, said))
    return found
