"""Result contracts as they are written, negotiated, signed, amended and closed. Each change is one transaction,
with its entry in the audit log; what may be done when is decided by `steering.contracts.actions`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.db import IntegrityError, transaction

from pejling.agreements.audit import digest, record
from pejling.agreements.models import Comment, Contract, OverallGoal, Signature, StatusAdjustment, Version
from pejling.agreements.rights import Reader
from pejling.indicators.pins import Pin, key_beside
from pejling.steering import contracts as rules
from pejling.steering.possible import ANY, Range, possible

Definitions = Sequence[Mapping[str, Any]]


class Overtaken(Exception):  # noqa: N818 - an answer, not a fault
    """Somebody saved meanwhile: what was saved, by whom, and what would have been. Nothing was overwritten."""

    def __init__(self, by: str, revision: int, theirs: Any, mine: Any) -> None:
        super().__init__(f"saved by {by}")
        self.by, self.revision, self.theirs, self.mine = by, revision, theirs, mine


class NotNow(Exception):  # noqa: N818 - an answer, not a fault
    """The contract does not stand so that this can be done, and `why`: "state", "reason", "lacks", "impossible",
    "taken" or "objection".
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def content(version: Version) -> rules.Contract:
    return rules.Contract.model_validate_json(_json(version.content))


def overall(goal: OverallGoal) -> rules.OverallGoal:
    return rules.OverallGoal.model_validate_json(_json(goal.content))


def party(reader: Reader, contract: Contract, right: str = "draft") -> rules.Party | None:
    """Whom the reader writes (or signs) for: they must hold the right at the very unit. The upper one goes first."""
    units = reader.at(right)  # type: ignore[arg-type]
    if contract.upper in units:
        return "upper"
    return "unit" if contract.unit in units else None


def newest(contract: Contract) -> Version:
    """As it stands: the newest version that was not dropped, or where all were, the last of them."""
    return standing(contract) or contract.versions.order_by("-number")[0]


def standing(contract: Contract) -> Version | None:
    """None where all versions were dropped."""
    return contract.versions.exclude(state="dropped").order_by("-number").first()


def in_force(contract: Contract) -> Version | None:
    """The newest version that both have signed."""
    return contract.versions.filter(state__in=rules.BINDING).order_by("-number").first()


def signed_by(version: Version) -> list[rules.Party]:
    return list(version.signatures.values_list("party", flat=True))  # type: ignore[arg-type]


def begin(who: str, said: rules.Contract, asked: Iterable[rules.OverallGoal] = (), source: str = "") -> Version:
    """A new draft. `asked` are overall goals of the year that nobody has set before, and are set with it; `source` says
    where they come from. Raises NotNow where the two have a contract for that year that was not dropped.
    """
    try:
        with transaction.atomic():
            for goal in asked:
                with suppress(Overtaken):  # somebody has set it meanwhile
                    put_overall(who, said.upper, goal, 0, ANY, source)  # what a model asks for, its check judges
            contract, _ = Contract.objects.get_or_create(unit=said.unit, upper=said.upper, year=said.year)
            if standing(contract):
                raise NotNow("taken")
            version = Version.objects.create(
                contract=contract, number=contract.versions.count() + 1, content=_plain(said), saved_by=who
            )
            record(who, "contract begun", _name(version), after=state_of(version))
    except IntegrityError:
        raise NotNow("taken") from None
    return version


def save(who: str, version: Version, revision: int, said: rules.Contract, definitions: Definitions) -> Version:
    """Raises Overtaken where another revision was saved meanwhile, and NotNow where it can no longer be edited, or a
    goal asks for what its indicator cannot be.
    """
    with _changing(who, "contract saved", version.pk) as (held, may):
        if revision != held.revision:
            raise Overtaken(held.saved_by, held.revision, content(held), said)
        may("edit", "upper")
        _can_be(said, definitions)
        held.content, held.definitions = _plain(said), list(definitions)
        held.revision += 1
        held.saved_by = who
    return held


def propose(who: str, version: Version, revision: int, definitions: Definitions, *, cap: int) -> None:
    """Raises NotNow where something is lacking, Overtaken where it is not the revision that was seen."""
    with _changing(who, "contract proposed", version.pk) as (held, may):
        may("propose", "upper")
        _same(held, revision)
        if any(rules.lacks(content(held), cap, within(definitions))):
            raise NotNow("lacks")
        held.state, held.definitions = "proposed", list(definitions)


def comment(who: str, version: Version, side: rules.Party, text: str) -> None:
    """The first comment opens the negotiation: from then on both may edit."""
    with _changing(who, "contract commented on", version.pk) as (held, may):
        may("comment", side)
        if not text.strip():
            raise NotNow("reason")
        Comment.objects.create(version=held, party=side, who=who, text=text.strip())
        held.state = "negotiated"


def sign(
    who: str,
    version: Version,
    side: rules.Party,
    revision: int,
    *,
    agreed: Mapping[str, str],
    adds_up: bool,
    reason: str = "",
) -> None:
    """Sign for a party. `agreed` has every goal's indicator: "" where its definition is agreed to, else the objection.

    Raises NotNow where a definition is neither agreed nor objected to, or the contributions do not add up and no
    reason is given; Overtaken where the words are not those that were seen.
    """
    with _changing(who, f"contract signed for {side}", version.pk, reason) as (held, may):
        may("sign", side)
        _same(held, revision)
        said = content(held)
        _can_be(said, held.definitions)
        if {goal.indicator for goal in said.goals} != set(agreed):
            raise NotNow("objection")
        if not adds_up and not reason.strip():
            raise NotNow("reason")
        objections = {indicator: text.strip() for indicator, text in agreed.items() if text.strip()}
        Signature.objects.create(
            version=held, party=side, who=who, digest=words(held), objections=objections, reason=reason.strip()
        )
        if set(signed_by(held)) == set(rules.PARTIES):
            before = held.contract.versions.filter(state="signed").exclude(pk=held.pk)
            for former in before:
                _put(who, "contract replaced by an amendment", former, state="replaced")
            held.state = "signed"


def withdraw(who: str, version: Version, side: rules.Party) -> None:
    """Take back a signature, as long as the other has not signed."""
    with _changing(who, f"signature withdrawn for {side}", version.pk) as (held, may):
        may("withdraw", side)
        held.signatures.filter(party=side).delete()


def amend(who: str, version: Version, side: rules.Party, reason: str) -> Version:
    """A new version to negotiate. The signed one stays in force until both have signed the new one."""
    with _changing(who, "amendment begun", version.pk, reason) as (held, may):
        may("amend", side)
        if not reason.strip():
            raise NotNow("reason")
        if _under_way(held):
            raise NotNow("taken")
        made = Version.objects.create(
            contract=held.contract,
            number=held.contract.versions.count() + 1,
            content=held.content,
            reason=reason.strip(),
            saved_by=who,
        )
        record(who, "contract begun as an amendment", _name(made), after=state_of(made), reason=reason.strip())
    return made


def close(who: str, version: Version, side: rules.Party, closing: str) -> None:
    """The contract has run. Raises NotNow where nothing is said of how it went, or an amendment is under way."""
    with _changing(who, "contract closed", version.pk) as (held, may):
        may("close", side)
        if not closing.strip():
            raise NotNow("reason")
        if _under_way(held):
            raise NotNow("taken")
        held.state, held.closing = "closed", closing.strip()


def drop(who: str, version: Version, side: rules.Party) -> None:
    """It comes to nothing: kept, and never written in again. A contract that it would have amended stays in force."""
    with _changing(who, "contract dropped", version.pk) as (held, may):
        may("drop", side)
        held.state = "dropped"


def put_overall(who: str, upper: str, said: rules.OverallGoal, revision: int, within: Range, source: str = "") -> None:
    """Set an overall goal; `revision` 0 for a new one, `within` what its indicator can be. Raises Overtaken where
    another was saved meanwhile, and NotNow where it asks for what cannot be; what is left out, nobody is asked for.
    """
    if said.level is not None and not within.holds(said.level) and not said.left_out:
        raise NotNow("impossible")
    with transaction.atomic():
        held = (
            OverallGoal.objects.select_for_update()
            .filter(upper=upper, year=said.year, indicator=said.indicator)
            .first()
        )
        before = digest(held.content) if held else ""
        seen = 0 if held is None or (not revision and overall(held).left_out) else held.revision
        if seen != revision:
            raise Overtaken("", seen, overall(held) if held else None, said)
        if held is None:
            held = OverallGoal(upper=upper, year=said.year, indicator=said.indicator, revision=0)
        held.content = _plain(said)
        held.revision += 1
        held.save()
        what = "overall goal left out" if said.left_out else "overall goal set"
        record(who, what, f"overall {held.pk}", before=before, after=digest(held.content), reason=source)


def pins() -> tuple[Pin, ...]:
    """Every definition that a contract was proposed or signed by, or that answers an adjustment, once."""
    kept = Version.objects.exclude(state__in=("draft", "dropped")).values_list("definitions", flat=True)
    found = [pin_of(each) for definitions in kept for each in definitions]
    begun = StatusAdjustment.objects.values_list("content", flat=True)
    found += [pin_of(said) for said in begun if said.get("pin")]
    return tuple({key_beside(pinned): pinned for pinned in found}.values())


def pin_of(definition: Mapping[str, Any]) -> Pin:
    """Of one of a version's definitions, or of an adjustment."""
    return Pin.model_validate_json(_json(definition["pin"]))


def within(definitions: Definitions) -> dict[str, Range]:
    """By indicator, what a target of it can be."""
    return {each["indicator"]: possible(pin_of(each).indicator) for each in definitions}


def _can_be(said: rules.Contract, definitions: Definitions) -> None:
    may = within(definitions)
    if any(any(rules.impossible(goal, may.get(goal.indicator, ANY))) for goal in said.goals):
        raise NotNow("impossible")


def words(version: Version) -> str:
    """The digest of what is signed: the words, and the definitions that the goals are measured by."""
    return digest([version.content, version.definitions, version.number])


def state_of(version: Version) -> str:
    """The digest of a version as it stands, with its signatures and comments."""
    signatures = version.signatures.order_by("party").values_list("party", "who", "digest", "objections", "reason")
    comments = version.comments.values_list("party", "who", "text")
    said = [words(version), version.state, version.revision, version.reason, version.closing]
    return digest([*said, list(map(list, signatures)), list(map(list, comments))])


@contextmanager
def _changing(who: str, what: str, pk: int, reason: str = "") -> Iterator[tuple[Version, Any]]:
    """The version, held so that nobody else changes it meanwhile, and a question that must be asked: may this be done?

    Saved, with its entry in the log, where nothing is raised.
    """
    with transaction.atomic():
        held = Version.objects.select_for_update().select_related("contract").get(pk=pk)
        before = state_of(held)

        def may(action: rules.Action, side: rules.Party) -> None:
            if action not in rules.actions(held.state, signed_by(held), side):  # type: ignore[arg-type]
                raise NotNow("state")

        yield held, may
        held.save()
        if state_of(held) != before:
            record(who, what, _name(held), before=before, after=state_of(held), reason=reason)


def _put(who: str, what: str, version: Version, **fields: str) -> None:
    before = state_of(version)
    for name, value in fields.items():
        setattr(version, name, value)
    version.save()
    record(who, what, _name(version), before=before, after=state_of(version))


def _under_way(held: Version) -> bool:
    """Is an amendment being negotiated?"""
    return held.contract.versions.filter(number__gt=held.number).exclude(state="dropped").exists()


def _same(held: Version, revision: int) -> None:
    if revision != held.revision:
        raise Overtaken(held.saved_by, held.revision, content(held), None)


def _name(version: Version) -> str:
    return f"contract {version.contract_id}.{version.number}"


def _plain(said: Any) -> Any:
    return said.model_dump(mode="json")


def _json(kept: Any) -> str:
    return json.dumps(kept)
