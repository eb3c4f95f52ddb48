"""The model check as a page: what was found, and what chance may do to every target at every unit that is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

import duckdb

from pejling.agreements.rights import Reader
from pejling.indicators.findings import SEVERITIES, Finding, worst_first
from pejling.indicators.history import NOTHING, Past, past
from pejling.indicators.model import Model, current_version
from pejling.indicators.model_check import check_model
from pejling.indicators.records import missing, snapshot
from pejling.pages import words
from pejling.pages.findings import Said, chance, said
from pejling.pages.ground import Memory, remembered
from pejling.pages.readiness import NotReady
from pejling.steering.chance import Outlook
from pejling.steering.model_check import check_steering
from pejling.steering.prospects import Prospect, prospects


@dataclass(frozen=True)
class Group:
    severity: str
    findings: tuple[Said, ...]


@dataclass(frozen=True)
class Row:
    """A target at a unit, in words. Without a history only the first four are said, and also where it is `hidden`: few
    people stand behind it, and the reader may not see cases there.
    """

    goal: str
    unit: str
    year: int
    asked: str
    known: bool
    hidden: bool = False
    courses: str = ""
    share: str = ""
    best: str = ""
    met_as_before: str = ""
    told: str = ""
    asks_nothing: bool = False


@dataclass(frozen=True)
class ModelCheckPage:
    version: int
    groups: tuple[Group, ...]  # every severity, also those with nothing found
    rows: tuple[Row, ...]
    false_success: str
    missed_success: str

    @property
    def found(self) -> int:
        return sum(len(group.findings) for group in self.groups)


def checked(model: Model, today: date, connection: duckdb.DuckDBPyConnection | None) -> tuple[list[Finding], Past]:
    """Every finding of the model, worst first, and what was measured before."""
    before = past(connection, model) if connection is not None else NOTHING
    return worst_first([*check_model(model, connection), *check_steering(model, today, before)]), before


def in_words(model: Model, findings: Sequence[Finding], before: Past) -> list[Said]:
    return [said(model, finding, before.units) for finding in findings]


@dataclass(frozen=True)
class Checked:
    """A version looked over: what was found, what was measured before, and the prospects of its targets."""

    version: int
    model: Model
    findings: tuple[Finding, ...]
    before: Past
    prospects: tuple[Prospect, ...]


def checked_in_force(connection: duckdb.DuckDBPyConnection, today: date, memory: Memory) -> Checked:
    """The version in force, looked over once a snapshot and day. Raises NotReady where none is loaded."""

    def look_over() -> Checked:
        version, model = in_force(connection)
        findings, before = checked(model, today, connection)
        return Checked(version, model, tuple(findings), before, tuple(prospects(model, before)))

    return remembered(memory, (snapshot(connection), "checked", today), look_over)


def model_check_page(
    connection: duckdb.DuckDBPyConnection, today: date, memory: Memory, reader: Reader | None = None
) -> ModelCheckPage:
    """Of the version in force, as the reader may see it. Raises NotReady where none is loaded."""
    return as_seen(checked_in_force(connection, today, memory), reader)


def as_seen(found: Checked, reader: Reader | None) -> ModelCheckPage:
    """What the reader may see of single units; the workspace's owner, at the command line, sees all."""
    seen = sight(reader, found)
    told = in_words(found.model, [_without(finding, seen) for finding in found.findings], found.before)
    caps = found.model.caps
    return ModelCheckPage(
        version=found.version,
        groups=tuple(Group(each, tuple(one for one in told if one.severity == each)) for each in SEVERITIES),
        rows=tuple(
            _row(found.model, each, found.before, seen) for each in found.prospects if each.unit not in seen.others
        ),
        false_success=words.value(caps.false_success, "share", 0),
        missed_success=words.value(caps.missed_success, "share", 0),
    )


@dataclass(frozen=True)
class Sight:
    """What a reader may not see of single units."""

    others: frozenset[str]  # units that are the courses of somebody else
    hidden: frozenset[tuple[str, int, str]]  # goal, year and unit of the prospects that tell too much


def sight(reader: Reader | None, found: Checked) -> Sight:
    """By the rule for any figure shown to one who may not see cases (`figures.suppressed`), and of each target so many
    more, the smallest first, that no hidden one is the whole less the others.
    """
    if reader is None:
        return Sight(frozenset(), frozenset())
    units = found.before.units
    persons = {key for key, unit in units.items() if unit.kind in found.model.levels.caseworker}
    others, cases = frozenset(persons - reader.at("figures")), reader.within("cases", units)
    hidden = set()
    for (goal, year), told in groupby(found.prospects, lambda each: (each.goal, each.target.year)):
        small = sorted(
            (each.outlook.courses, each.unit, _tells_too_much(each.outlook, found.model.threshold))
            for each in told
            if each.outlook and each.unit not in cases | others
        )
        first = {unit for _, unit, much in small if much}
        more = [unit for _, unit, much in small if not much][: 1 if len(first) == 1 else 0]
        hidden |= {(goal, year, unit) for unit in (*first, *more)}
    return Sight(others, frozenset(hidden))


def _tells_too_much(ahead: Outlook, threshold: int) -> bool:
    counted, few = ahead.level.share * ahead.courses, threshold - 0.5  # a share of several years is no whole count
    return ahead.courses < threshold or 0 < counted < few or 0 < ahead.courses - counted < few


def _without(finding: Finding, seen: Sight) -> Finding:
    """The finding without what the reader may not see of single units."""
    if "cases" not in finding.said:
        return finding
    year = finding.said["year"]
    cases = [
        {"unit": case["unit"], "hidden": True} if (finding.key, year, case["unit"]) in seen.hidden else case
        for case in finding.said["cases"]
        if case["unit"] not in seen.others
    ]
    return replace(finding, said={**finding.said, "cases": tuple(cases)})


def in_force(connection: duckdb.DuckDBPyConnection) -> tuple[int, Model]:
    """The newest version, measured or not. Raises NotReady where none is loaded."""
    if missing(connection) == "model":
        raise NotReady("model")
    return current_version(connection)


def _row(model: Model, each: Prospect, before: Past, seen: Sight) -> Row:
    goal = next(goal for goal in model.goals if goal.key == each.goal)
    unit = model.indicator(goal.indicators[0]).unit
    row = Row(
        goal=words.text(goal.name),
        unit=before.units[each.unit].name,
        year=each.target.year,
        asked=words.value(each.asked, unit),
        known=each.outlook is not None,
    )
    if (ahead := each.outlook) is None:
        return row
    if (each.goal, each.target.year, each.unit) in seen.hidden:
        return replace(row, hidden=True)
    return replace(
        row,
        courses=words.number(ahead.courses),
        share=words.value(ahead.level.share, unit),
        best=words.value(each.best, unit),
        met_as_before=chance(ahead.met_as_before),
        told=chance(ahead.told),
        asks_nothing=ahead.told is None,
    )
