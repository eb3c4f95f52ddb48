"""A status is published in two steps: the intent, with the store's snapshot; then, that snapshot pinned, the frozen
values with their digest. Stopped anywhere between, it is taken up where it stopped; done twice, it is done once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from pejling.agreements import statuses
from pejling.agreements.audit import record
from pejling.agreements.contracts import NotNow
from pejling.agreements.models import FrozenStatus, Publication, ResultStatus, StatusAdjustment
from pejling.steering.goal_status import Before
from pejling.steering.status import Begun, agreed_json, as_json, digest
from pejling.steering.status import Status as Frozen


def intend(who: str, unit: str, month: str, snapshot: int) -> Publication:
    """The first step: from now on nothing that it takes from people changes. An intent that stands is taken up.

    Raises NotNow where the unit has not handed it in.
    """
    with transaction.atomic():
        held = ResultStatus.objects.select_for_update().filter(unit=unit, month=month).first()
        if held is None or held.state not in ("written", "published"):
            raise NotNow("state")
        found = Publication.objects.filter(status=held).first()
        if found is None:
            before = statuses.state_of(held)
            said = agreed_json(statuses.agreed(unit, month))
            found = Publication.objects.create(status=held, snapshot=snapshot, agreed=said, intended_by=who)
            record(who, "status is to be published", f"status {held.pk}", before=before, after=statuses.state_of(held))
    return found


def renew(who: str, intent: Publication, snapshot: int) -> Publication:
    """The snapshot was forgotten before it could be pinned: another one, as long as nothing is published."""
    with transaction.atomic():
        held = Publication.objects.select_for_update().select_related("status").get(pk=intent.pk)
        if held.digest:
            return held
        before = statuses.state_of(held.status)
        held.snapshot = snapshot
        held.save()
        of = f"status {held.status.pk}"
        record(who, "status is to be published later", of, before=before, after=statuses.state_of(held.status))
    return held


def complete(
    who: str,
    intent: Publication,
    frozen: Frozen,
    *,
    definitions: Sequence[Mapping[str, Any]],
    begun: Sequence[Begun],
) -> Publication:
    """The second step. `begun`: the adjustments it announces, with their baselines. Done before, it changes nothing."""
    with transaction.atomic():
        held = Publication.objects.select_for_update().select_related("status").get(pk=intent.pk)
        if held.digest:
            return held
        before = statuses.state_of(held.status)
        content = as_json(frozen)
        held.digest, held.published_at, held.definitions = digest(content), timezone.now(), list(definitions)
        held.sequel = sequel(frozen)
        held.save()
        FrozenStatus.objects.create(publication=held, content=content)
        for each in begun:
            StatusAdjustment.objects.create(
                publication=held, unit=frozen.unit, month=frozen.month, indicator=each.said.indicator,
                by=each.said.by, content={**asdict(each), "said": each.said.model_dump(mode="json")},
            )  # fmt: skip
        held.status.state = "published"
        held.status.save()
        of = f"status {held.status.pk}"
        record(who, "status published", of, before=before, after=statuses.state_of(held.status))
    return held


def keep(found: Publication, content: str) -> None:
    """Put the frozen JSON back, where it was lost. Raises ValueError where it is not what was published."""
    if digest(content) != found.digest:
        raise ValueError("it is not what was published")
    FrozenStatus.objects.update_or_create(publication=found, defaults={"content": content})


def content(found: Publication) -> str:
    """The frozen JSON; "" where it was lost."""
    kept = FrozenStatus.objects.filter(publication=found).first()
    return kept.content if kept else ""


def sequel(frozen: Frozen) -> dict[str, Any]:
    """What the next status has to know: the newest decided period, and which signals a stand was taken on."""
    stood = {stand.indicator for stand in frozen.taken.stands if stand.reason.strip()} if frozen.taken else set()
    said = {}
    for goal in frozen.goals:
        decided = [p.period for p in goal.series.points if p.state in ("final", "provisional") and p.value is not None]
        signal, answered = goal.signal, []
        if signal and (signal.answered or goal.indicator in stood):
            answered = [(signal.answered or frozen.month, signal.rule, signal.since)]
        said[goal.indicator] = asdict(Before(decided[-1] if decided else "", tuple(answered)))
    return said
