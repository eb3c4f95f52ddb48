"""The theory of change: what is held to lead to what, from activity to effect."""

from collections.abc import Iterator, Sequence

from pejling.indicators.findings import Finding, near
from pejling.indicators.goals import FocusArea, Step
from pejling.indicators.model import Model

BANDS = ("activity", "result", "effect")
_BAND_OF = {"activity": 0, "legal": 0, "resource": 0, "development": 0, "result": 1, "effect": 2}


def band(kind: str) -> int:
    """0 activity (and what is put in, and what the law asks), 1 result, 2 effect."""
    return _BAND_OF[kind]


def steps(model: Model) -> tuple[Step, ...]:
    return tuple(step for area in model.focus_areas for step in area.theory)


def leads_to(known: Sequence[Step], key: str) -> set[str]:
    """All that it is held to lead to, however far along."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        here = waiting.pop()
        new = {step.to for step in known if step.from_ == here} - found
        found |= new
        waiting += new
    return found


def theory_findings(model: Model) -> Iterator[Finding]:
    """Unknown names, circles, steps that go backwards, and goals that nothing is held to lead to."""
    known = {indicator.key: indicator for indicator in model.indicators}
    everything = steps(model)
    before: list[Step] = []  # the steps read so far: the one that closes a circle is told of
    for area in model.focus_areas:
        for step in area.theory:
            about, said = ("focus_area", area.key), {"from": step.from_, "to": step.to}
            unknown = [key for key in (step.from_, step.to) if key not in known]
            for key in unknown:
                yield Finding("step_unknown", "error", *about, {**said, "key": key, **near(key, list(known))})
            if unknown:
                continue
            if step.from_ in leads_to(before, step.to) | {step.to}:
                yield Finding("step_in_circle", "error", *about, said)
            elif band(known[step.from_].kind) > band(known[step.to].kind):
                yield Finding("step_backwards", "warning", *about, said)
            before.append(step)
        reached = {step.to for step in everything}
        for goal in area.goals:
            if goal.indicators[0] in known and goal.indicators[0] not in reached:
                yield Finding("goal_without_theory", "warning", "goal", goal.key, {"indicator": goal.indicators[0]})


def without_effect(model: Model) -> Iterator[Finding]:
    """Focus areas and statutory requirements that name no measurable effect, and lead to none: for the politician."""
    effects = {indicator.key for indicator in model.indicators if indicator.kind == "effect"}
    everything = steps(model)
    for area in model.focus_areas:
        if not _named(area) & effects and not any(leads_to(everything, key) & effects for key in _named(area)):
            yield Finding("area_without_effect", "political", "focus_area", area.key)
    for indicator in model.indicators:
        if indicator.kind == "legal" and not leads_to(everything, indicator.key) & effects:
            yield Finding("law_without_effect", "political", "indicator", indicator.key)


def _named(area: FocusArea) -> set[str]:
    return {key for goal in area.goals for key in goal.indicators}
