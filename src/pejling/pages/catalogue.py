"""The model as a catalogue: focus areas, the goals under them, the indicators behind, and why one leads to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
from django.utils.translation import gettext, ngettext

from pejling.indicators.definition import Indicator
from pejling.indicators.findings import SEVERITIES
from pejling.indicators.goals import FocusArea, Goal, Target
from pejling.indicators.model import Model, loaded_at
from pejling.pages import words
from pejling.pages.definition import Definition, definition
from pejling.pages.ground import Memory
from pejling.pages.model_check import checked_in_force
from pejling.steering.theory import BANDS, band


@dataclass(frozen=True)
class Entry:
    """An indicator. `used_by` are the goals that it stands behind; `overdue`: its review is."""

    key: str
    name: str
    kind: str
    why: str
    direction: str
    definition: Definition
    overdue: bool
    used_by: tuple[str, ...]


@dataclass(frozen=True)
class Aim:
    """A target in words: 1999, 50,0 %. `parts` are the contributions, each the unit's name and its level."""

    year: int
    level: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class GoalEntry:
    key: str
    name: str
    owner: str
    horizon: int
    standard: bool
    shared: bool
    asked_of: str  # kinds of units, in words; "" where every unit is asked
    aims: tuple[Aim, ...]
    judged_by: Entry | None
    explained_by: tuple[Entry, ...]


@dataclass(frozen=True)
class Node:
    """An indicator in the theory of change. `band`: 0 activity, 1 result, 2 effect."""

    key: str
    name: str
    band: int
    goal: bool  # a goal is judged by it


@dataclass(frozen=True)
class Link:
    number: int
    start: Node
    end: Node
    because: str
    source: str  # "": an assumption


@dataclass(frozen=True)
class Theory:
    """`nodes` stand in the order they are read: activities, results, effects, and causes before what they lead to."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    @property
    def bands(self) -> tuple[int, ...]:
        return tuple(number for number in range(len(BANDS)) if any(node.band == number for node in self.nodes))


@dataclass(frozen=True)
class Area:
    key: str
    name: str
    why: str
    year: int
    agreement: str
    owner: str
    goals: tuple[GoalEntry, ...]
    theory: Theory


@dataclass(frozen=True)
class CataloguePage:
    """`message`: how many goals there are, and what decide whether they are met; "" where there are none."""

    message: str
    version: int
    loaded_at: datetime
    title: str
    note: str
    top: str  # the unit whose figures the indicators' names lead to; "" where there is none
    measured: frozenset[str]  # the keys of indicators that have figures
    areas: tuple[Area, ...]  # the newest year first
    others: tuple[Entry, ...]  # indicators that no goal is judged by
    cap: int
    found: tuple[tuple[str, int], ...]  # severity, how many findings; only those there are


def _message(model: Model, judged: int) -> str:
    goals, areas = len(model.goals), sum(1 for area in model.focus_areas if area.goals)
    every = len(model.indicators)
    return gettext("%(goals)s in %(areas)s. %(judged)s of %(indicators)s decide whether they are met.") % {
        "goals": ngettext("%(n)s goal", "%(n)s goals", goals) % {"n": words.number(goals)},
        "areas": ngettext("%(n)s focus area", "%(n)s focus areas", areas) % {"n": words.number(areas)},
        "judged": words.number(judged),
        "indicators": ngettext("%(n)s indicator", "%(n)s indicators", every) % {"n": words.number(every)},
    }


def catalogue_page(connection: duckdb.DuckDBPyConnection, today: date, memory: Memory) -> CataloguePage:
    """Of the version in force, measured or not. Raises NotReady where none is loaded."""
    found = checked_in_force(connection, today, memory)
    model, before = found.model, found.before
    entries = {each.key: _entry(model, each, today) for each in model.indicators}
    judged = {goal.indicators[0] for goal in model.goals}
    names = {key: unit.name for key, unit in before.units.items()}
    return CataloguePage(
        message=_message(model, len(judged)) if model.goals else "",
        version=found.version,
        loaded_at=loaded_at(connection, found.version),
        title=words.text(model.title),
        note=words.text(model.note) if model.note else "",
        top=before.tops[0].unit_id if len(before.tops) == 1 else "",
        measured=before.measured,
        areas=tuple(
            _area(model, area, entries, names)
            for area in sorted(model.focus_areas, key=lambda area: -area.year)
        ),
        others=tuple(entry for key, entry in entries.items() if key not in judged),
        cap=model.caps.result_goals,
        found=tuple(
            (each, count) for each in SEVERITIES if (count := sum(one.severity == each for one in found.findings))
        ),
    )  # fmt: skip


def _entry(model: Model, indicator: Indicator, today: date) -> Entry:
    return Entry(
        key=indicator.key,
        name=words.text(indicator.name),
        kind=indicator.kind,
        why=words.text(indicator.why),
        direction=indicator.direction,
        definition=definition(model, indicator),
        overdue=indicator.review_by is not None and indicator.review_by < today,
        used_by=tuple(words.text(goal.name) for goal in model.goals if indicator.key in goal.indicators),
    )


def _area(model: Model, area: FocusArea, entries: dict[str, Entry], names: dict[str, str]) -> Area:
    return Area(
        key=area.key,
        name=words.text(area.name),
        why=words.text(area.why),
        year=area.year,
        agreement=words.text(area.agreement),
        owner=area.owner,
        goals=tuple(_goal(model, goal, entries, names) for goal in area.goals),
        theory=theory(model, area),
    )


def _goal(model: Model, goal: Goal, entries: dict[str, Entry], names: dict[str, str]) -> GoalEntry:
    kinds = [words.within(words.text(model.unit_kinds[kind])) for kind in goal.asked_of if kind in model.unit_kinds]
    unit = next((each.unit for each in model.indicators if each.key == goal.indicators[0]), "courses")
    return GoalEntry(
        key=goal.key,
        name=words.text(goal.name),
        owner=goal.owner,
        horizon=goal.horizon,
        standard=goal.minimum_standard,
        shared=goal.shared,
        asked_of=words.listed(kinds, "and"),
        aims=tuple(_aim(target, unit, names) for target in goal.targets),
        judged_by=entries.get(goal.indicators[0]),
        explained_by=tuple(entries[key] for key in goal.indicators[1:] if key in entries),
    )


def _aim(target: Target, unit: str, names: dict[str, str]) -> Aim:
    parts = ((names.get(key, key), words.value(level, unit)) for key, level in target.contributions.items())
    return Aim(target.year, words.value(target.level, unit), tuple(parts))


def theory(model: Model, area: FocusArea) -> Theory:
    """Steps between indicators that the model has; others are an error of the model check."""
    known = {each.key: each for each in model.indicators}
    steps = [step for step in area.theory if step.from_ in known and step.to in known]
    judged = {goal.indicators[0] for goal in model.goals}
    keys = dict.fromkeys(key for step in steps for key in (step.from_, step.to))
    depth = _depths([(step.from_, step.to) for step in steps], list(keys))
    ordered = sorted(keys, key=lambda key: (band(known[key].kind), depth[key]))
    nodes = {key: Node(key, words.text(known[key].name), band(known[key].kind), key in judged) for key in ordered}
    links = sorted(steps, key=lambda step: (ordered.index(step.from_), ordered.index(step.to)))
    return Theory(
        tuple(nodes.values()),
        tuple(
            Link(number, nodes[step.from_], nodes[step.to], words.text(step.because), step.source)
            for number, step in enumerate(links, 1)
        ),
    )


def _depths(pairs: Sequence[tuple[str, str]], keys: Sequence[str]) -> dict[str, int]:
    """How many steps lead there at most; a circle, which the model check refuses, ends where it began."""
    depth = dict.fromkeys(keys, 0)
    for _ in keys:
        for start, end in pairs:
            depth[end] = min(max(depth[end], depth[start] + 1), len(keys))
    return depth
