"""The monthly status as people write it: a draft, handed in with a stand on every signal, commented on by the unit
above. Each change is one transaction, with its entry in the audit log. How it is published: `publishing`.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from pejling.agreements import contracts, freedom
from pejling.agreements.audit import digest, record
from pejling.agreements.contracts import NotNow, Overtaken
from pejling.agreements.models import (
    Contract,
    FreedomDecision,
    Publication,
    ResultStatus,
    StatusAdjustment,
    StatusComment,
    Version,
)
from pejling.agreements.rights import Reader, lineage
from pejling.indicators.hierarchy import Unit
from pejling.indicators.periods import Period
from pejling.steering.goal_status import Before
from pejling.steering.possible import Range
from pejling.steering.stands import Written, lacks
from pejling.steering.status import Agreed, Begun, Contracted, Taken

Side = Literal["unit", "upper"]
Action = Literal["write", "hand_in", "take_back", "comment", "publish"]
FOLLOWED = 12  # months after its deadline that an adjustment is still shown


def side(
    reader: Reader, unit: str, units: Mapping[str, Unit], right: Literal["draft", "sign"] = "draft"
) -> Side | None:
    """Whom the reader writes (or publishes) for: the unit itself, or one above it."""
    held = reader.at(right)
    if unit in held:
        return "unit"
    return "upper" if held & lineage(units, [unit]) else None


def actions(reader: Reader, unit: str, units: Mapping[str, Unit], state: str) -> frozenset[Action]:
    """What the reader may do now. A unit with none above publishes for itself."""
    writes, signs = side(reader, unit, units), side(reader, unit, units, "sign")
    top = units[unit].parent_id not in units
    able: set[Action] = set()
    if state == "draft" and writes == "unit":
        able |= {"write", "hand_in"}
    if state == "written":
        able |= {"comment"} if writes else set()
        able |= {"take_back"} if writes == "unit" else set()
        able |= {"publish"} if signs == "upper" or (signs == "unit" and top) else set()
    return frozenset(able)


def find(unit: str, month: str) -> ResultStatus | None:
    return ResultStatus.objects.filter(unit=unit, month=month).select_related("publication__frozen").first()


def states(month: str) -> dict[str, str]:
    """How far the month's status has come, of each unit that has begun one."""
    return dict(ResultStatus.objects.filter(month=month).values_list("unit", "state"))


def written(kept: ResultStatus | None) -> Written:
    return Written.model_validate_json(json.dumps(kept.content)) if kept and kept.content else Written()


def publication(kept: ResultStatus | None) -> Publication | None:
    """Where it has been published."""
    found = getattr(kept, "publication", None)
    return found if found and found.digest else None


def save(who: str, unit: str, month: str, revision: int, said: Written) -> ResultStatus:
    """Raises Overtaken where another revision was saved meanwhile, and NotNow where it is handed in."""
    with _changing(who, "status saved", unit, month) as held:
        _same(held, revision, said)
        held.content, held.saved_by = said.model_dump(mode="json"), who
        held.revision += 1
    return held


def hand_in(
    who: str, unit: str, month: str, revision: int, said: Written, demanded: Sequence[str], known: Mapping[str, Range]
) -> ResultStatus:
    """`demanded`: the goals that a stand is asked for on. Raises NotNow where something lacks; see `stands.lacks`."""
    with _changing(who, "status handed in", unit, month) as held:
        _same(held, revision, said)
        if any(lacks(said, demanded, known, month)):
            raise NotNow("stand_lacks")
        held.content, held.saved_by, held.state = said.model_dump(mode="json"), who, "written"
        held.written_at = timezone.now()
        held.revision += 1
    return held


def take_back(who: str, unit: str, month: str) -> None:
    with _changing(who, "status taken back", unit, month, "written") as held:
        held.state = "draft"
        held.revision += 1


def comment(who: str, unit: str, month: str, text: str) -> None:
    with _changing(who, "status commented on", unit, month, "written") as held:
        if not text.strip():
            raise NotNow("reason")
        StatusComment.objects.create(status=held, who=who, text=text.strip())


def agreed(unit: str, month: str) -> Agreed:
    """What the unit's status takes from people, as it stands now."""
    kept, year = find(unit, month), int(month[:4])
    version = next((v for c in Contract.objects.filter(unit=unit, year=year) if (v := contracts.in_force(c))), None)
    last = (
        Publication.objects.filter(status__unit=unit, status__month__lt=month).exclude(digest="")
        .order_by("-status__month").first()
    )  # fmt: skip
    return Agreed(
        contract=f"{version.contract_id}.{version.number}" if version else "",
        goals=contracts.content(version).goals if version else (),
        before={
            key: Before(said["newest"], tuple((m, rule, since) for m, rule, since in said["answered"]))
            for key, said in (last.sequel if last else {}).items()
        },
        adjustments=tuple(_begun(unit, month)),
        taken=_taken(kept) if kept and kept.state != "draft" else None,
        signed=_signed(version) if version else {},
        below={
            each.unit: Contracted(contracts.content(found).goals, _signed(found))
            for each in Contract.objects.filter(upper=unit, year=year).order_by("pk")
            if (found := contracts.in_force(each))
        },
        narrowings=tuple(freedom.content(each) for each in freedom.in_force(unit, Period.parse(month).last_on)),
    )


def _signed(version: Version) -> dict[str, Any]:
    return {each["indicator"]: each["pin"] for each in version.definitions}


def agreed_of(units: Collection[str], month: str) -> dict[str, Agreed]:
    """As `agreed`, of many units: most have agreed on nothing, and are not asked one by one."""
    some: set[str] = set()
    for found in (
        ResultStatus.objects.filter(month__lte=month),
        Contract.objects.filter(year=int(month[:4])),
        StatusAdjustment.objects.filter(month__lt=month),
        FreedomDecision.objects.all(),
    ):
        some.update(found.values_list("unit", flat=True))
    some.update(Contract.objects.filter(year=int(month[:4])).values_list("upper", flat=True))
    return {unit: agreed(unit, month) if unit in some else Agreed() for unit in units}


def state_of(kept: ResultStatus) -> str:
    """The digest of a month as it stands, with its comments and what was published of it."""
    comments = list(map(list, kept.comments.order_by("pk").values_list("who", "text")))
    found = Publication.objects.filter(status=kept).first()
    published = [found.snapshot, found.agreed, found.digest] if found else []
    return digest([kept.unit, kept.month, kept.state, kept.content, kept.revision, comments, published])


def _taken(kept: ResultStatus) -> Taken:
    said = written(kept)
    comments = tuple(kept.comments.order_by("pk").values_list("who", "text"))
    return Taken(said.stands, said.note, kept.saved_by, timezone.localdate(kept.written_at), comments)


def _begun(unit: str, month: str) -> Iterator[Begun]:
    """The adjustments that earlier months published, the newest last."""
    year = int(month[:4])
    since = f"{year - FOLLOWED // 12}{month[4:]}"
    known = StatusAdjustment.objects.exclude(publication__digest="").filter(month__lt=month)
    for kept in known.filter(unit=unit, by__gte=since):
        adjusting = known.filter(indicator=kept.indicator, by__gte=kept.month).exclude(unit=unit)
        said = {**kept.content, "adjusting": sorted(set(adjusting.values_list("unit", flat=True)))}
        yield begun_from(said)


def begun_from(said: object) -> Begun:
    from pydantic import TypeAdapter

    return TypeAdapter(Begun).validate_json(json.dumps(said))


def _same(held: ResultStatus, revision: int, said: Written) -> None:
    if revision != held.revision:
        raise Overtaken(held.saved_by, held.revision, written(held), said)


@contextmanager
def _changing(who: str, what: str, unit: str, month: str, state: str = "draft") -> Iterator[ResultStatus]:
    """The month, held so that nobody else changes it meanwhile. Saved, with its entry in the log, where nothing is
    raised. Raises NotNow where it does not stand so.
    """
    with transaction.atomic():
        ResultStatus.objects.get_or_create(unit=unit, month=month, defaults={"saved_by": who})
        held = ResultStatus.objects.select_for_update().get(unit=unit, month=month)
        first = held.revision == 0 and not held.content
        before = "" if first else state_of(held)
        if held.state != state or Publication.objects.filter(status=held).exists():
            raise NotNow("state")
        yield held
        held.save()
        record(who, what, f"status {held.pk}", before=before, after=state_of(held))
