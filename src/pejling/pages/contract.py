"""A result contract: what it says, what its goals are measured by, whether it adds up, and what can be done now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from pejling.agreements import contracts
from pejling.agreements.models import Comment, Contract, Signature, Version
from pejling.agreements.rights import Reader
from pejling.pages import words
from pejling.pages.contract_goals import GoalView, definitions, goal_view, known
from pejling.pages.contracts import able, readable
from pejling.pages.ground import Ground
from pejling.pages.unknown import Unknown
from pejling.pages.wholes import Whole, wholes
from pejling.steering import contracts as rules


@dataclass(frozen=True)
class ContractPage:
    contract: int
    number: int
    revision: int
    said: rules.Contract
    state: rules.Shown
    reason: str
    closing: str
    goals: tuple[GoalView, ...]
    lacks: tuple[rules.Lack, ...]
    signatures: tuple[Signature, ...]
    comments: tuple[Comment, ...]
    versions: tuple[tuple[int, str, str], ...]  # number, state, reason
    party: rules.Party | None
    signing: rules.Party | None
    actions: frozenset[rules.Action]
    synthetic: bool

    @property
    def adds_up(self) -> bool:
        return all(view.whole is None or view.whole.reached for view in self.goals)

    @property
    def parties(self) -> tuple[tuple[str, str, Signature | None], ...]:
        """Each party, its name, and its signature where it has signed."""
        names = {"upper": self.said.upper_name, "unit": self.said.unit_name}
        by = {signature.party: signature for signature in self.signatures}
        return tuple((party, name, by.get(party)) for party, name in names.items())

    @property
    def of_last_year(self) -> tuple[str, ...]:
        """What should be looked over before it is proposed; nothing is refused for it."""
        names, years = texts(), {"last": self.said.year - 1, "year": self.said.year}
        look = gettext("%(text)s names %(last)s and not %(year)s: look it over.")
        return tuple(look % {"text": names[each], **years} for each in rules.of_last_year(self.said))

    @property
    def synthetic_words(self) -> str:
        return gettext("These data are made up. They are about no real people.") if self.synthetic else ""


def find(reader: Reader, ground: Ground, contract_id: int, number: int | None = None) -> Version:
    """The version that the reader may see: any, for its parties; the one in force, for who has a role there.

    Raises Unknown where there is none: what is not theirs to see is not there.
    """
    contract = Contract.objects.filter(pk=contract_id).first()
    if contract is not None:
        if contracts.party(reader, contract):
            found = contract.versions.filter(number=number).first() if number else contracts.newest(contract)
        else:
            found = contracts.in_force(contract) if readable(ground, reader, contract) else None
            found = None if found and number and number != found.number else found
        if found is not None:
            return found
    raise Unknown("contract", str(contract_id))


def contract_page(
    ground: Ground,
    reader: Reader,
    version: Version,
    today: date,
    *,
    said: rules.Contract | None = None,
) -> ContractPage:
    """`said`: as it is being written, where that is not what was saved."""
    contract = version.contract
    said = said or contracts.content(version)
    side, signing = contracts.party(reader, contract), contracts.party(reader, contract, "sign")
    found: tuple[Whole, ...] = ()
    if side == "upper":
        found = wholes(ground, contract.upper, contract.year, unit=contract.unit, goals=said.goals)
    elif side == "unit":
        found = wholes(ground, contract.upper, contract.year, unit=contract.unit, goals=said.goals, only=True)
    by_indicator = {whole.goal.indicator: whole for whole in found}
    kept = definitions(ground, version, said)
    return ContractPage(
        contract=contract.pk,
        number=version.number,
        revision=version.revision,
        said=said,
        state=rules.shown(version.state, contract.year, today),  # type: ignore[arg-type]
        reason=version.reason,
        closing=version.closing,
        goals=tuple(
            goal_view(ground, said, goal, kept, by_indicator.get(goal.indicator), party=side is not None)
            for goal in said.goals
        ),
        lacks=tuple(rules.lacks(said, cap(ground), contracts.within(kept))),
        signatures=tuple(version.signatures.order_by("pk")),
        comments=tuple(version.comments.all()),
        versions=tuple(_versions(contract, side, version)),
        party=side,
        signing=signing,
        actions=able(reader, version),
        synthetic=ground.model.data_synthetic,
    )


def cap(ground: Ground) -> int:
    """The most result goals that a contract may have, by the model."""
    return ground.model.caps.result_goals


def _versions(contract: Contract, side: rules.Party | None, version: Version) -> Iterator[tuple[int, str, str]]:
    shown = contract.versions.all() if side else [version]
    return ((each.number, each.state, each.reason) for each in shown)


def state(name: str) -> str:
    return {
        "draft": gettext("Draft"),
        "proposed": gettext("Proposed"),
        "negotiated": gettext("Being negotiated"),
        "signed": gettext("Signed by both"),
        "running": gettext("Running"),
        "closed": gettext("Closed"),
        "replaced": gettext("Replaced by an amendment"),
        "dropped": gettext("Dropped"),
    }[name]


def lack(what: str) -> str:
    return {
        "no_purpose": gettext("It has no purpose yet: say what it is for."),
        "no_goal": gettext("It has no result goal yet."),
        "too_many_goals": gettext("It has too many result goals: choose the most central ones."),
        "no_target": gettext("A goal has no target."),
        "twice": gettext("The same indicator stands twice."),
        "trajectory": gettext("The way over the year does not end at the target."),
        "falls": gettext("The way over the year falls, though it is counted since 1 January."),
        "impossible": gettext("A target is more than all, or below 0."),
        "weights": gettext("The weights must add up to 100, with one for every goal."),
    }[what]


@dataclass(frozen=True)
class Difference:
    """A line that two have written otherwise."""

    where: str
    theirs: str
    mine: str


def differences(ground: Ground, theirs: rules.Contract, mine: rules.Contract) -> tuple[Difference, ...]:
    """What one saved and the other would have: line by line, in words."""
    found = []
    for field, name in texts().items():
        one, other = getattr(theirs, field), getattr(mine, field)
        if one != other:
            found.append(Difference(name, one, other))
    keys = list(dict.fromkeys(goal.indicator for goal in (*theirs.goals, *mine.goals)))
    for key in keys:
        one, other = (_whole_goal(ground, said, key) for said in (theirs, mine))
        if one != other:
            name = words.text(ground.indicator(key).name) if known(ground, key) else key
            found.append(Difference(name, one, other))
    for name, lines in (
        (gettext("Effort and development goals"), lambda said: [_other(line) for line in said.others]),
        (
            gettext("Payment"),
            lambda said: [f"{p.text}: {words.value(float(p.amount), 'kroner')}" for p in said.payment],
        ),
    ):
        if lines(theirs) != lines(mine):
            found.append(Difference(name, "; ".join(lines(theirs)), "; ".join(lines(mine))))
    return tuple(found)


def texts() -> dict[str, str]:
    """The contract's own words, and what each is called."""
    return {
        "purpose": gettext("Purpose"),
        "economy": gettext("Economy"),
        "law": gettext("The law's requirements"),
        "focus": gettext("Focus areas"),
        "follow_up": gettext("Follow-up"),
    }


def _whole_goal(ground: Ground, said: rules.Contract, key: str) -> str:
    goal = said.goal(key)
    if goal is None:
        return words.MISSING
    view = goal_view(ground, said, goal, (), None)
    way = ", ".join(value for _, value in view.trajectory)
    later = ", ".join(f"{year}: {value}" for year, value in view.later)
    weight = f"{goal.weight} %" if goal.weight else ""
    return "; ".join(part for part in (view.target, way, later, weight, view.sharing) if part)


def _other(line: rules.Other) -> str:
    return f"{line.text} ({words.day(line.due_on)})" if line.due_on else line.text


def other_kind(kind: str) -> str:
    return {"effort": gettext("Effort goal"), "development": gettext("Development goal")}[kind]


def not_now(why: str) -> str:
    """Why something cannot be done to a contract or an agreement as it stands."""
    return {
        "state": gettext("It stands so that this cannot be done now. Somebody may have been there before you."),
        "reason": gettext("A few words are needed: they are kept with it."),
        "lacks": gettext("Something is lacking before it can be proposed. The page of the contract says what."),
        "impossible": gettext("A goal asks for what cannot be: more than all, less than 0, or a count that falls."),
        "taken": gettext("There is one already."),
        "stand_lacks": gettext("A stand on each signal is needed first. The page of the status says what lacks."),
        "regulation": gettext("Something is in the way of the booking. The page of the funding says what."),
        "behind": gettext("Records have come in since the figures were measured. Measure them first: pejling measure"),
        "objection": gettext("Say of every definition whether you agree to it, or what you object to."),
        "overtaken": gettext(
            "Somebody has changed it since you opened the page. Nothing was overwritten: read it again."
        ),
    }[why]
