"""The model: what a place measures, what it steers by and what its words are.

Read from YAML, kept in versions that never change.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import duckdb
from pydantic import BeforeValidator, Field

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, writing
from pejling.facts.tables import TABLES
from pejling.indicators.definition import (
    MEASURES,
    Frozen,
    Indicator,
    Length,
    Text,
    Timely,
    Words,
    as_tuple,
    tables_read,
)
from pejling.indicators.derived import RESERVED, Reimbursed, derived
from pejling.indicators.documents import nearest, read_document, validated
from pejling.indicators.durations import Duration
from pejling.indicators.freedom_terms import Freedom
from pejling.indicators.funding import Funding
from pejling.indicators.funding_file import FILE as FUNDING_FILE
from pejling.indicators.funding_file import read_funding
from pejling.indicators.goals import Caps, EconomyIndicators, FocusArea, Goal, Grant
from pejling.indicators.law import Calendar, Reimbursement, Room, Rule, opened_by_calendar, tables_of
from pejling.indicators.law_files import read_law

COMPONENTS_VERSION = 2  # raise it when the same definition comes to be measured in another way
_DESCRIPTIVE = {"name", "why", "kind", "unit", "owner", "review_by"}  # of the fields of an indicator
_KEYED = (  # what is new in them is told apart
    "indicators", "focus_areas", "goals", "theory", "targets", "grants", "law", "reimbursements", "versions",
    "years", "rates",
)  # fmt: skip
MODELS = "lake.measurements.models (version BIGINT, loaded_at TIMESTAMPTZ, content VARCHAR)"


class Group(Frozen):
    """A column of persons as its readers know it, and its values."""

    name: Text
    values: dict[str, Text] = Field(default_factory=dict)


class Levels(Frozen):
    """What the model's own kinds of units are to those who read, where it matters."""

    caseworker: Words = ()  # one person's own courses: that person alone sees their figures, and nobody is ranked
    municipality: Words = ()  # what the state sees


class Similar(Frozen):
    """Which earlier courses a course is held beside; see `similar`."""

    columns: Words = ()  # of persons, the most telling first: the last is given up first where too few are alike
    age_bands: Annotated[tuple[Annotated[int, Field(ge=1, le=150)], ...], BeforeValidator(as_tuple)] = (25, 30, 40, 50)
    at_least: int = Field(30, ge=30)  # courses: of fewer nothing is said
    ahead: Length = Duration.parse("26 weeks")


class Model(Frozen):
    title: Text
    note: Text | None = None  # whose data these are, whom to thank, real or made up
    unit_kinds: dict[str, Text] = Field(default_factory=dict)
    levels: Levels = Levels()
    target_groups: dict[str, Text] = Field(default_factory=dict)
    groups: dict[str, Group] = Field(default_factory=dict)
    words: dict[str, Text] = Field(default_factory=dict)  # what states and exits are called
    settle_days: dict[str, int] | int = 0  # so long late records are expected; one number, or one a table
    join_courses_within: int | None = Field(None, ge=0, le=366)
    tolerance: float = Field(0, ge=0, lt=1)  # the share of a delivery's rows that may be refused
    threshold: int = Field(5, ge=1)  # fewer persons than this are hidden from readers who may not see cases
    data_synthetic: bool = False
    similar: Similar = Similar()
    registration_minutes: dict[str, Annotated[float, Field(strict=False, ge=0, le=600)]] = Field(
        default_factory=dict
    )  # by table: to write one row by hand takes so long; 0 where another system writes it
    caps: Caps = Caps()
    grants: Annotated[tuple[Grant, ...], BeforeValidator(as_tuple)] = ()
    funding: Funding | None = None
    take_in: Words = ()  # keys of the law that ships with the product
    calendar: Calendar = Calendar()
    room: Room | None = None
    freedom: Freedom | None = None
    law: Annotated[tuple[Rule, ...], BeforeValidator(as_tuple)] = ()
    reimbursements: Annotated[tuple[Reimbursement, ...], BeforeValidator(as_tuple)] = ()
    economy: EconomyIndicators | None = None
    focus_areas: Annotated[tuple[FocusArea, ...], BeforeValidator(as_tuple)] = ()
    indicators: Annotated[tuple[Indicator, ...], BeforeValidator(as_tuple)] = ()

    def indicator(self, key: str) -> Indicator:
        """Raises Mistake with the nearest key."""
        for indicator in self.measured:
            if indicator.key == key:
                return indicator
        raise Mistake("indicator", f"{key!r} is not there", nearest(key, [i.key for i in self.measured]))

    @cached_property
    def measured(self) -> tuple[Indicator, ...]:
        """The indicators, and what is measured of the law without being one."""
        return (*self.indicators, *derived(self.law, self.reimbursements, self.room))  # type: ignore[arg-type]

    def model_copy(self, **said: Any) -> "Model":
        """Without what was worked out of the fields as they were."""
        copied = super().model_copy(**said)
        copied.__dict__.pop("measured", None)
        return copied

    def rule(self, key: str) -> Rule:
        """Raises Mistake with the nearest key."""
        for rule in self.law:
            if rule.key == key:
                return rule
        raise Mistake("rule", f"{key!r} is not there", nearest(key, [rule.key for rule in self.law]))

    def rules_of(self, indicator: Indicator) -> tuple[Rule, ...]:
        """The rules whose steps it is made of."""
        if isinstance(indicator, Timely):
            return tuple(rule for rule in self.law if rule.key in indicator.rules)
        if isinstance(indicator, Reimbursed) and indicator.part == "at_risk":
            return tuple(rule for rule in self.law if any(version.reimbursed for version in rule.versions))
        return ()

    def reads(self, indicator: Indicator) -> tuple[str, ...]:
        """The dated fact tables behind it; its coverage is the narrowest of theirs."""
        rules = self.rules_of(indicator)
        tables = [table for rule in rules for table in tables_of(rule)] if rules else [*tables_read(indicator)]
        if isinstance(indicator, Reimbursed):
            active = any(version.active_kinds for each in self.reimbursements for version in each.versions)
            tables += ["courses", "assignments", *(["activities"] if active else [])]
        return tuple(dict.fromkeys(tables))

    @property
    def goals(self) -> tuple[Goal, ...]:
        return tuple(goal for area in self.focus_areas for goal in area.goals)

    @property
    def money(self) -> tuple[Grant, ...]:
        """All money that depends on an indicator: what is written under grants, and what the funding pays by."""
        written = {(grant.kind, grant.indicator) for grant in self.grants}
        paid = self.funding.grants() if self.funding else ()
        return (*self.grants, *(grant for grant in paid if (grant.kind, grant.indicator) not in written))

    @property
    def kinds_asked(self) -> tuple[str, ...]:
        """The kinds of units that something may be agreed with: a person's own courses are none."""
        return tuple(kind for kind in self.unit_kinds if kind not in self.levels.caseworker)

    def settles(self, tables: tuple[str, ...]) -> int:
        """Days after a period's end until its figures, read from these tables, are settled."""
        if isinstance(self.settle_days, int):
            return self.settle_days
        return max((self.settle_days.get(table, 0) for table in tables), default=0)


def read_model(folder: Path) -> Model:
    """`model.yaml`, `indicators/*.yaml`, `goals/*.yaml`, `law/*.yaml` and `funding.yaml` of the folder.

    Raises Mistake with file, line, what was found, the cure.
    """
    document = read_document(folder / "model.yaml", "model.yaml")
    places = {"indicators": "indicators/", "focus_areas": "goals/", "law": "law/", "reimbursements": "law/"}
    places |= {"funding": FUNDING_FILE}
    for name, place in places.items():
        if isinstance(document.data, dict) and name in document.data:
            said = name.replace("_", " ")
            cure = f"Write it in {place}" if place == FUNDING_FILE else f"Give each its own file in {place}"
            raise Mistake(document.where([name]), f"{said} {'stands' if name == 'funding' else 'stand'} here", cure)
    model = validated(document, Model)
    days = model.settle_days if isinstance(model.settle_days, dict) else {}
    for name, by_table in (("settle_days", days), ("registration_minutes", model.registration_minutes)):
        if unknown := sorted(set(by_table) - set(TABLES)):
            raise Mistake(
                document.where([name, unknown[0]]), f"{unknown[0]!r} is no table", nearest(unknown[0], list(TABLES))
            )
    indicators: dict[str, Indicator] = {}
    for path in sorted((folder / "indicators").glob("*.yaml")):
        indicator = _read_indicator(path, f"indicators/{path.name}")
        if indicator.key in indicators:
            raise Mistake(f"indicators/{path.name}", f"the key {indicator.key} is taken", "Give it a key of its own")
        indicators[indicator.key] = indicator
    areas = _read_focus_areas(folder / "goals")
    law, reimbursements = read_law(folder / "law", document, model.take_in, {*indicators, *RESERVED})
    funding = read_funding(folder, tuple(indicators.values()), tuple(model.target_groups))
    return model.model_copy(
        update={
            "indicators": tuple(indicators.values()),
            "focus_areas": areas,
            "funding": funding,
            "law": law,
            "reimbursements": reimbursements,
        }
    )


def _read_focus_areas(folder: Path) -> tuple[FocusArea, ...]:
    """In the order of their files. A key stands for one focus area or goal only."""
    areas, taken = [], set[str]()
    for path in sorted(folder.glob("*.yaml")):
        document = read_document(path, f"goals/{path.name}")
        area = validated(document, FocusArea)
        for number, key in enumerate((area.key, *(goal.key for goal in area.goals))):
            if key in taken:
                place: list[str | int] = ["goals", number - 1, "key"] if number else ["key"]
                raise Mistake(document.where(place), f"the key {key} is taken", "Give it a key of its own")
            taken.add(key)
        areas.append(area)
    return tuple(areas)


def _read_indicator(path: Path, file: str) -> Indicator:
    document = read_document(path, file)
    measure = document.data.get("measure") if isinstance(document.data, dict) else None
    if measure is None:
        raise Mistake(file, "measure is missing", f"Write one of {', '.join(MEASURES)}")
    if measure not in MEASURES:
        raise Mistake(document.where(["measure"]), f"{measure!r} is no measure", nearest(str(measure), list(MEASURES)))
    return validated(document, MEASURES[measure])  # type: ignore[return-value]


@dataclass(frozen=True)
class Difference:
    """What is other in a newer version. `path` leads to it: ("indicators", "fast_exit", "within").

    `before` is None for what is new, `after` for what is gone.
    """

    path: tuple[str, ...]
    before: Any
    after: Any


def load_model(
    store: Store, model: Model, *, now: datetime | None = None, over: int | None = None
) -> tuple[int, list[Difference]]:
    """Make it the current version. Returns the version, and what is different from the one before.

    The same content as the current version gives that version again, and no difference. `over` is the version that
    somebody looked at before they said yes (0: none). Raises Mistake where another has come since.
    """
    with writing(store) as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {MODELS}")
        newest = connection.execute(
            "SELECT version, content FROM lake.measurements.models ORDER BY version DESC LIMIT 1"
        ).fetchone()
        number = newest[0] if newest else 0
        if over is not None and over != number:
            raise Mistake("the model", f"version {number} was loaded meanwhile", "Look at the differences again")
        before = Model.model_validate_json(newest[1]) if newest else None
        if before == model:
            return number, []
        connection.execute(
            "INSERT INTO lake.measurements.models VALUES (?, ?, ?)",
            [number + 1, now or datetime.now(UTC), written_down(model)],
        )
    return number + 1, differences(before, model)


def current_version(connection: duckdb.DuckDBPyConnection, version: int | None = None) -> tuple[int, Model]:
    """The newest version's number and the model, or those of a given version. Raises Mistake where none is loaded."""
    try:
        row = connection.execute(
            "SELECT version, content FROM lake.measurements.models WHERE version = COALESCE(?, version) "
            "ORDER BY version DESC LIMIT 1",
            [version],
        ).fetchone()
    except duckdb.CatalogException:
        row = None
    if row is None:
        raise Mistake("the workspace", "no model is loaded", "Load one with `pejling model load`")
    return row[0], Model.model_validate_json(row[1])


def is_synthetic(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the newest model says that its records are made up; not where there is no model."""
    try:
        row = connection.execute(
            "SELECT (content->>'$.data_synthetic')::BOOLEAN FROM lake.measurements.models ORDER BY version DESC LIMIT 1"
        ).fetchone()
    except duckdb.CatalogException:
        return False
    return bool(row and row[0])


def current_model(connection: duckdb.DuckDBPyConnection) -> Model:
    """The newest version. Raises Mistake where none is loaded."""
    return current_version(connection)[1]


def loaded_at(connection: duckdb.DuckDBPyConnection, version: int) -> datetime:
    """When a version was loaded."""
    (moment,) = connection.execute(
        "SELECT loaded_at FROM lake.measurements.models WHERE version = ?", [version]
    ).fetchone() or (None,)
    assert isinstance(moment, datetime)  # noqa: S101 - a version that somebody has read
    return moment


def differences(before: Model | None, after: Model) -> list[Difference]:
    """What is other, each with its way from the top; nothing where there is no model before."""
    return list(_differences(_tree(before), _tree(after), ())) if before else []


def fingerprint(model: Model, indicator: Indicator) -> str:
    """Twelve digits that stand for all that decides its components: another definition has others."""
    said = indicator.model_dump(mode="json", by_alias=True, exclude=_DESCRIPTIVE)
    if isinstance(indicator, Timely) and not indicator.rules:
        del said["rules"]
    decides: list[Any] = [COMPONENTS_VERSION, model.join_courses_within, said]
    if isinstance(indicator, Timely | Reimbursed) and (law := list(_law(model, indicator))):
        decides.append(law)
    text = json.dumps(decides, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _law(model: Model, indicator: Indicator) -> Iterator[Any]:
    """What of the law decides an indicator's components: not who answers for it, nor where it is written."""
    rules = model.rules_of(indicator)
    paid = model.reimbursements if isinstance(indicator, Reimbursed) else ()
    for each in (*rules, *paid):
        said = each.model_dump(mode="json", by_alias=True, exclude={"name", "why", "owner"})
        for version in said["versions"]:
            del version["source"], version["certainty"]
        yield said
    if any(map(opened_by_calendar, rules)):
        from pejling.indicators.working_days import LIBRARY

        yield [model.calendar.model_dump(mode="json"), LIBRARY]


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], way: tuple[str, ...]) -> Iterator[Difference]:
    for key in (*before, *(k for k in after if k not in before)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict) and (key in _KEYED or (old and new)):
            yield from _differences(old, new, (*way, key))
        else:
            yield Difference(
                (*way, key), old if old not in ({}, [], "") else None, new if new not in ({}, [], "") else None
            )


def _tree(model: Model) -> dict[str, Any]:
    """The content with everything that has a key under its key."""
    content = json.loads(written_down(model))
    for area in content["focus_areas"]:
        area["theory"] = {f"{step['from']} → {step['to']}": step for step in area["theory"]}
        for goal in area["goals"]:
            goal["targets"] = {str(target["year"]): target for target in goal["targets"]}
        area["goals"] = _by_key(area["goals"])
    for name in ("law", "reimbursements"):
        for rule in content[name]:
            rule["versions"] = {version["from"] or "": version for version in rule["versions"]}
    for name in ("indicators", "focus_areas", "law", "reimbursements"):
        content[name] = _by_key(content[name])
    if funding := content["funding"]:
        funding["years"] = {str(year["year"]): year for year in funding["years"]}
        funding["rates"] = {f"{rate['target_group']} {rate['from']}": rate for rate in funding["rates"]}
    content["grants"] = {f"{grant['kind']} {grant['indicator']}": grant for grant in content["grants"]}
    return dict(content)


def _by_key(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {row["key"]: row for row in rows}


def written_down(model: Model) -> str:
    """As JSON, the same model always the same."""
    return json.dumps(json.loads(model.model_dump_json(by_alias=True)), ensure_ascii=False, sort_keys=True)
