"""Laws for Hypothesis, over the days of the generated worlds: versions that change in the middle of courses."""

from datetime import date
from itertools import pairwise

from hypothesis import strategies as st

from meaning.generated import EDGES, KINDS, STATES, TARGET_GROUPS

SPANS = ("1 day", "5 days", "2 weeks", "4 weeks", "1 month", "3 months", "3 working days", "10 working days")
CHANGES = st.sampled_from([*EDGES, date(2008, 3, 21), date(2008, 2, 15), date(2008, 6, 1)])
RATES = ("0.8", "0.65", "0.35", "0.3", "0.2", "0.1234")


@st.composite
def rules(draw: st.DrawFn) -> list[dict]:
    kinds = ["contact_every", "contact_every", "first_contact", "contacts_within", "activation_within"]
    found = []
    for number, kind in enumerate(kinds):
        first = kind == "contact_every" and draw(st.booleans())
        versions = [draw(terms(kind, first)) | valid for valid in draw(validities())]
        rule: dict = {"key": f"rule{number}", "kind": kind, "versions": versions}
        what = "activity_kinds" if kind == "activation_within" else "contact_kinds"
        rule[what] = draw(st.sampled_from([["talk"], list(KINDS)]))
        if kind != "contact_every":
            rule["counted_from"] = draw(st.sampled_from(["course", "group"]))
        if kind == "contacts_within":
            rule["repeated"] = draw(st.booleans())
        if draw(st.integers(0, 2)) == 0:
            rule["applies_to"] = {"target_group": [draw(st.sampled_from(TARGET_GROUPS))]}
        elif draw(st.integers(0, 3)) == 0:
            rule["applies_to"] = draw(
                st.sampled_from([{"age": {"from": 20, "below": 30}}, {"age": {"below": 25}}, {"sex": ["female"]}])
            )
        found.append(rule)
    return found


@st.composite
def validities(draw: st.DrawFn) -> list[dict]:
    """Of one to three versions that follow each other, often without a gap."""
    days = sorted({draw(CHANGES) for _ in range(draw(st.integers(0, 4)))})
    bounds = [None, *days, None]
    found = [{"from": a, "until": b} for a, b in pairwise(bounds)]
    kept = [each for each in found if draw(st.integers(0, 4))] or found[:1]
    return [{name: day for name, day in each.items() if day} for each in kept[:3]]


@st.composite
def terms(draw: st.DrawFn, kind: str, first: bool) -> dict:
    span = st.sampled_from(SPANS)
    said = {"every": draw(span)} if kind == "contact_every" else {"within": draw(span)}
    if first:
        said["first"] = draw(span)
    if kind == "contacts_within":
        said["count"] = draw(st.integers(1, 3))
    said["if_closed"] = draw(st.sampled_from(["stays", "stays", "next_open_day", "last_open_day"]))
    if draw(st.booleans()):
        said["exemptions"] = [
            {"key": "active", "activity_kinds": ["training"]},
            {"key": "cared", "states": [STATES[2]]},
        ]
    said["reimbursed"] = draw(st.booleans())
    return said


@st.composite
def reimbursements(draw: st.DrawFn) -> list[dict]:
    """One for all groups: two of the same group are refused."""
    versions = []
    for valid in draw(validities()):
        weeks = sorted({draw(st.integers(1, 12)) for _ in range(draw(st.integers(0, 3)))})
        ladder: list[dict] = [{"through_week": week, "rate": draw(st.sampled_from(RATES))} for week in weeks]
        version = {"ladder": [*ladder, {"rate": draw(st.sampled_from(RATES))}], "weekly": "2345.67"} | valid
        if draw(st.booleans()):
            version |= {"active": "0.65", "active_kinds": ["training"]}
        if draw(st.booleans()):
            version["weekly_of"] = {"sick": "3001.05"}
        versions.append(version)
    groups = draw(st.sampled_from([{}, {"target_group": ["cash"]}]))
    paid = {"key": "paid", "kind": "reimbursement", "applies_to": groups, "versions": versions}
    return [paid | {"remembers": draw(st.sampled_from([0, 4, 20]))}]
