"""What the people of an example have decided: its contracts and agreements, by the functions that the web uses.

They stand in the example's agreements.yaml, each step done by one of its users: proposed, commented on, signed.
"""

import json
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from pejling.config.connection import reading
from pejling.demo import FIRST, examples_folder
from pejling.facts.store import Store, connect

Said = Mapping[str, Any]


def lay_out(store: Store, name: str, today: date) -> tuple[int, int]:
    """After its users; all of it or nothing. Gives how many contracts and agreements there are; where there are any,
    nothing is changed.
    """
    from pejling.config.serving import prepare

    prepare(store)
    from django.db import transaction
    from django.utils import translation

    from pejling.agreements.models import Agreement, Contract

    file = examples_folder() / name / "agreements.yaml"
    if file.exists() and not (Contract.objects.exists() or Agreement.objects.exists()):
        with ExitStack() as stack:
            stack.enter_context(transaction.atomic())
            stack.enter_context(translation.override("da"))
            people = _People(stack.enter_context(reading(store)), today, {})
            for said in yaml.safe_load(file.read_text(encoding="utf-8")):
                ((what, about),) = said.items()
                {"overall": people.overall, "contract": people.contract, "agreement": people.agreement}[what](about)
    return Contract.objects.count(), Agreement.objects.count()


def book_funding(store: Store, name: str) -> int:
    """After its agreements: every booking that the example's first measurement allows. Gives how many there are; where
    there are any, nothing is changed.
    """
    from pejling.config.serving import prepare

    prepare(store)
    from pejling.agreements.models import Regulation
    from pejling.pages.ground import ground
    from pejling.pages.regulating import regulate, standing

    with closing(connect(store, read_only=True)) as connection:
        kept = connection.execute("SELECT snapshot FROM lake.facts.pins WHERE reason = ?", [FIRST]).fetchone()
    if kept and not Regulation.objects.exists():
        users = yaml.safe_load((examples_folder() / name / "users.yaml").read_text(encoding="utf-8"))
        who = next(each["name"] for each in users if each["role"] == "director")
        with closing(connect(store, snapshot=kept[0])) as connection:
            then = ground(connection, {})
            for plan in then.model.funding.years if then.model.funding else ():
                while not standing(then, plan.year).obstacle:
                    regulate(store, then, who, plan.year)
    return int(Regulation.objects.count())


@dataclass(frozen=True)
class _People:
    """The users, over the figures that each may see."""

    connection: Any
    today: date
    memory: dict[Any, Any]

    def _who(self, name: str) -> Any:
        from django.contrib.auth.models import User

        from pejling.agreements.people import reader

        return reader(User.objects.get(username=name))

    def _ground(self, name: str) -> Any:
        from pejling.pages.ground import ground

        return ground(self.connection, self.memory, self._who(name))

    def overall(self, said: Said) -> None:
        from pejling.agreements.contracts import put_overall
        from pejling.pages.overall import overall_page, set_goal
        from pejling.steering.contracts import OverallGoal
        from pejling.steering.possible import possible

        who, now = self._who(said["by"]), self._ground(said["by"])
        page = overall_page(now, who, said["upper"], said["year"])
        goal = OverallGoal.model_validate({"year": said["year"], **said["goal"]})
        put_overall(who.name, said["upper"], set_goal(now, page, goal), 0, possible(now.indicator(goal.indicator)))

    def contract(self, said: Said) -> None:
        from pejling.agreements import contracts
        from pejling.pages.prefill import new_contract
        from pejling.pages.targets import unset

        who, now = self._who(said["by"]), self._ground(said["by"])
        draft = new_contract(now, who, said["unit"], said["upper"], said["year"])
        asked = unset(now, said["upper"], said["year"])
        made = contracts.begin(who.name, draft, asked, f"model version {now.measured.model_version}")
        for step in said["steps"]:
            ((action, about),) = step.items()
            self._step(made.contract_id, action, about)

    def _step(self, contract_id: int, action: str, said: Said) -> None:
        from pejling.agreements import contracts
        from pejling.pages.contract import cap, contract_page, find
        from pejling.pages.contract_goals import pinned

        who, now = self._who(said["by"]), self._ground(said["by"])
        version = find(who, now, contract_id)
        side = contracts.party(who, version.contract, "sign" if action == "sign" else "draft")
        assert side is not None, f"{who.name} is no party to contract {contract_id}"  # noqa: S101 - the example is ours
        words = contracts.content(version)
        match action:
            case "save":
                words = _with(now, words, said)
                contracts.save(who.name, version, version.revision, words, pinned(now, words))
            case "propose":
                contracts.propose(who.name, version, version.revision, pinned(now, words), cap=cap(now))
            case "comment":
                contracts.comment(who.name, version, side, said["text"])
            case "sign":
                agreed = {goal.indicator: said.get("objects_to", {}).get(goal.indicator, "") for goal in words.goals}
                page = contract_page(now, who, version, self.today)
                contracts.sign(
                    who.name, version, side, version.revision, agreed=agreed, adds_up=page.adds_up,
                    reason=said.get("reason", ""),
                )  # fmt: skip
            case "amend":
                contracts.amend(who.name, version, side, said["reason"])

    def agreement(self, said: Said) -> None:
        from pejling.agreements import implementation
        from pejling.pages.agreements import closing_of
        from pejling.steering.implementation import Agreement

        who, now = self._who(said["by"]), self._ground(said["by"])
        names = {unit.unit_id: unit.name for unit in now.hierarchy.values()}
        named = [{**each, "unit_name": names[each["unit"]]} for each in (*said["words"]["actors"], *said["milestones"])]
        actors, milestones = named[: len(said["words"]["actors"])], named[len(said["words"]["actors"]) :]
        reached = [each.pop("reached", None) for each in milestones]
        words = Agreement.model_validate({
            **said["words"], "responsible_name": names[said["words"]["responsible"]], "actors": actors,
            "milestones": milestones,
        })  # fmt: skip
        made = implementation.begin(who, words)
        for number, done in enumerate(reached):
            if done:
                implementation.done(self._who(done["by"]), made, number, done["day"])
        for note in said.get("notes", ()):
            implementation.note(self._who(note["by"]), made, note["text"])
        if closing := said.get("closed"):
            by = self._who(closing["by"])
            made.refresh_from_db()
            content = implementation.content(made)
            how = closing_of(self._ground(closing["by"]), content, closing["came"], closing["said"], self.today)
            implementation.close(by, made, how)


def _with(now: Any, words: Any, said: Said) -> Any:
    """The contract with other words: texts, lines, and by indicator what is other in a goal."""
    from pejling.pages.prefill import new_goal
    from pejling.steering.contracts import Contract

    changed = {key: value for key, value in said.items() if key not in ("by", "goals", "add")}
    goals = [*words.goals, *(new_goal(now, words, key) for key in said.get("add", ()))]
    others = said.get("goals", {})
    whole = {
        **words.model_dump(mode="json"), **changed,
        "goals": [{**goal.model_dump(mode="json"), **others.get(goal.indicator, {})} for goal in goals],
    }  # fmt: skip
    return Contract.model_validate_json(json.dumps(whole, default=str))
