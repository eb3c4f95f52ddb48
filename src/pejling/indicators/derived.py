"""What is measured without being written down as an indicator: of each rule its timeliness, what the state pays back,
and the money that the law's steps are held against. Made from the model, and found by the same ways as indicators.
"""

from collections.abc import Iterator
from typing import Literal

from pejling.indicators.definition import Amount, Common, Text, Timely, Words
from pejling.indicators.law import Reimbursement, Room, Rule

FRAME = "statutory_frame"
EXPECTED, AT_RISK = "reimbursement_expected", "reimbursement_at_risk"
RESERVED = (FRAME, EXPECTED, AT_RISK)


class Statutory(Timely):
    """The timeliness of one rule, under the rule's own key: of the steps due, those held by the due day.

    `exemptions`: the keys that a step of it may be exempt by; `minutes` and `ore`: what a step takes, by version.
    """

    exemptions: Words = ()
    minutes: tuple[int, ...]
    ore: tuple[int, ...]


class Reimbursed(Common):
    """What the state pays back of the weeks of the period, in kroner, at the unit responsible each day.

    `at_risk` is the part of it that falls on days when a step that it depends on was overdue.
    """

    measure: Literal["reimbursed"]
    part: Literal["expected", "at_risk"]


def derived(
    rules: tuple[Rule, ...], reimbursements: tuple[Reimbursement, ...], room: Room | None
) -> Iterator[Statutory | Reimbursed | Amount]:
    for rule in rules:
        yield Statutory(
            key=rule.key, name=rule.name, why=rule.why, kind="legal", direction="up", unit="share", owner=rule.owner,
            measure="timely", rules=(rule.key,), by=("target_group",),
            exemptions=tuple(dict.fromkeys(each.key for version in rule.versions for each in version.exemptions)),
            minutes=tuple(int(version.hours * 60) for version in rule.versions),
            ore=tuple(int(version.kroner * 100) for version in rule.versions),
        )  # fmt: skip
    if reimbursements:
        why = Text(
            da="Staten refunderer en del af ydelsen. Den del, der falder på dage med en overskredet frist, kan mistes.",
            en="The state pays back part of the benefit. The part for days with a step overdue may be lost.",
        )
        yield Reimbursed(
            key=EXPECTED, name=Text(da="Statsrefusion", en="State reimbursement"), why=why, kind="resource",
            direction="none", unit="kroner", measure="reimbursed", part="expected",
        )  # fmt: skip
        yield Reimbursed(
            key=AT_RISK, name=Text(da="Statsrefusion i fare", en="Reimbursement at risk"), why=why, kind="resource",
            direction="down", unit="kroner", measure="reimbursed", part="at_risk",
        )  # fmt: skip
    if room:
        yield Amount(
            key=FRAME, name=Text(da="Rammen", en="The frame"), kind="resource", direction="none", unit="kroner",
            why=Text(da="Det, lovens frister holdes op imod.", en="What the law's steps are held against."),
            measure="amount", accounts=room.accounts, nature=room.nature,
        )  # fmt: skip
