"""The law looked over before it is loaded: does it know the groups, and does no rule ask the same as another?"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from pejling.indicators.definition import Age, Timely, Where
from pejling.indicators.findings import Finding, near
from pejling.indicators.law import Dated, Requirement, Rule, events
from pejling.indicators.model import Model


def law_findings(model: Model) -> Iterator[Finding]:
    """Groups and rules that nobody knows, rules that contradict each other, and what is written from memory."""
    for each in (*model.law, *model.reimbursements):
        groups = [*each.applies_to.target_group]
        groups += [group for version in each.versions for group in getattr(version, "weekly_of", {})]
        for group in dict.fromkeys(groups):
            if model.target_groups and group not in model.target_groups:
                said = {"group": group, **near(group, list(model.target_groups))}
                yield Finding("unknown_target_group", "error", "rule", each.key, said)
        if any(version.certainty == "check" for version in each.versions):
            yield Finding("law_from_memory", "note", "rule", each.key)
    known = [rule.key for rule in model.law]
    for indicator in model.indicators:
        for key in indicator.rules if isinstance(indicator, Timely) else ():
            if key not in known:
                yield Finding("unknown_rule", "error", "indicator", indicator.key, {"rule": key, **near(key, known)})
    for one, other in (*combinations(model.law, 2), *combinations(model.reimbursements, 2)):
        same = one.kind == other.kind and _same_people(one.applies_to, other.applies_to) and _same_thing(one, other)
        if same and (day := _together(one.versions, other.versions)):
            yield Finding("law_overlaps", "error", "rule", one.key, {"law": other.key, "day": day})
    yield from _calendar(model)


def words_of_rules(model: Model) -> Iterator[tuple[str, str, tuple[str, ...], str, str]]:
    """The words of the facts that a rule asks for: its key, what they are called, they, their table and column."""
    for rule in model.law:
        of, kinds = events(rule)
        table = "activities" if of == "activity" else "contacts"
        yield rule.key, f"{of}_kinds", kinds, table, "kind"
        for exemption in [each for version in rule.versions for each in version.exemptions]:
            yield rule.key, "activity_kinds", exemption.activity_kinds, "activities", "kind"
            yield rule.key, "states", exemption.states, "states", "state"
    for paid in model.reimbursements:
        for version in paid.versions:
            yield paid.key, "active_kinds", version.active_kinds, "activities", "kind"


def _calendar(model: Model) -> Iterator[Finding]:
    from pejling.indicators.working_days import countries, known

    if model.law and not known(model.calendar):
        country = model.calendar.country
        said: dict[str, Any] = {"country": f"{country} {model.calendar.subdivision}".strip()}
        yield Finding("calendar_unknown", "error", "model", "", {**said, **near(country, countries())})


def _same_thing(one: Requirement | Any, other: Requirement | Any) -> bool:
    """Whether the same contacts or activities hold the steps of both; two reimbursements are of the same money."""
    if not isinstance(one, Requirement):
        return True
    first, second = events(_rule(one)), events(_rule(other))
    return first[0] == second[0] and bool(set(first[1]) & set(second[1]))


def _rule(requirement: Any) -> Rule:
    return requirement  # type: ignore[no-any-return]


def _same_people(one: Where, other: Where) -> bool:
    if one.target_group and other.target_group and not set(one.target_group) & set(other.target_group):
        return False
    if not _same_ages(one.age, other.age):
        return False
    mine, theirs = one.columns, other.columns
    return all(set(values) & set(theirs[column]) for column, values in mine.items() if column in theirs)


def _same_ages(one: Age | None, other: Age | None) -> bool:
    first = max(each.from_ or 0 for each in (one, other) if each) if one or other else 0
    below = [each.below for each in (one, other) if each and each.below is not None]
    return not below or first < min(below)


def _together(versions: Sequence[Dated], others: Sequence[Dated]) -> str:
    """The first day on which both hold; "" where there is none."""
    days = [
        max(one.begins, other.begins)
        for one in versions
        for other in others
        if one.begins < other.end and other.begins < one.end
    ]
    return min(days).isoformat() if days else ""
