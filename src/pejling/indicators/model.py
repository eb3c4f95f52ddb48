"""The model: what a place measures and what its words are. Read from YAML, kept in versions that never change."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import duckdb
from pydantic import BeforeValidator, Field

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, writing
from pejling.facts.tables import TABLES
from pejling.indicators.definition import MEASURES, Frozen, Indicator, Text, as_tuple
from pejling.indicators.documents import nearest, read_document, validated

COMPONENTS_VERSION = 2  # raise it when the same definition comes to be measured in another way
_DESCRIPTIVE = {"name", "why", "kind", "unit", "owner", "review_by"}  # of the fields of an indicator
MODELS = "lake.measurements.models (version BIGINT, loaded_at TIMESTAMPTZ, content VARCHAR)"


class Group(Frozen):
    """A column of persons as its readers know it, and its values."""

    name: Text
    values: dict[str, Text] = Field(default_factory=dict)


class Model(Frozen):
    title: Text
    note: Text | None = None  # whose data these are, whom to thank, real or made up
    unit_kinds: dict[str, Text] = Field(default_factory=dict)
    target_groups: dict[str, Text] = Field(default_factory=dict)
    groups: dict[str, Group] = Field(default_factory=dict)
    words: dict[str, Text] = Field(default_factory=dict)  # what states and exits are called
    settle_days: dict[str, int] | int = 0  # so long late records are expected; one number, or one a table
    join_courses_within: int | None = Field(None, ge=0, le=366)
    tolerance: float = Field(0, ge=0, lt=1)  # the share of a delivery's rows that may be refused
    threshold: int = Field(5, ge=1)  # fewer persons than this are hidden from readers who may not see cases
    data_synthetic: bool = False
    indicators: Annotated[tuple[Indicator, ...], BeforeValidator(as_tuple)] = ()

    def indicator(self, key: str) -> Indicator:
        """Raises Mistake with the nearest key."""
        for indicator in self.indicators:
            if indicator.key == key:
                return indicator
        raise Mistake("indicator", f"{key!r} is not in the model", nearest(key, [i.key for i in self.indicators]))

    def settles(self, tables: tuple[str, ...]) -> int:
        """Days after a period's end until its figures, read from these tables, are settled."""
        if isinstance(self.settle_days, int):
            return self.settle_days
        return max((self.settle_days.get(table, 0) for table in tables), default=0)


def read_model(folder: Path) -> Model:
    """`model.yaml` and `indicators/*.yaml` of the folder. Raises Mistake with file, line, what was found, the cure."""
    document = read_document(folder / "model.yaml", "model.yaml")
    if isinstance(document.data, dict) and "indicators" in document.data:
        raise Mistake(document.where(["indicators"]), "indicators stand here", "Give each its own file in indicators/")
    model = validated(document, Model)
    if isinstance(model.settle_days, dict) and (unknown := sorted(set(model.settle_days) - set(TABLES))):
        raise Mistake(
            document.where(["settle_days", unknown[0]]),
            f"{unknown[0]!r} is no table",
            nearest(unknown[0], list(TABLES)),
        )
    indicators: dict[str, Indicator] = {}
    for path in sorted((folder / "indicators").glob("*.yaml")):
        indicator = _read_indicator(path, f"indicators/{path.name}")
        if indicator.key in indicators:
            raise Mistake(f"indicators/{path.name}", f"the key {indicator.key} is taken", "Give it a key of its own")
        indicators[indicator.key] = indicator
    return model.model_copy(update={"indicators": tuple(indicators.values())})


def _read_indicator(path: Path, file: str) -> Indicator:
    document = read_document(path, file)
    measure = document.data.get("measure") if isinstance(document.data, dict) else None
    if measure is None:
        raise Mistake(file, "measure is missing", f"Write one of {', '.join(MEASURES)}")
    if measure not in MEASURES:
        raise Mistake(document.where(["measure"]), f"{measure!r} is no measure", nearest(str(measure), list(MEASURES)))
    return validated(document, MEASURES[measure])  # type: ignore[return-value]


def load_model(store: Store, model: Model, *, now: datetime | None = None) -> tuple[int, list[str]]:
    """Make it the current version. Returns the version and, in words, what is different from the one before.

    The same content as the current version gives that version again, and no difference.
    """
    content = _content(model)
    with writing(store) as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {MODELS}")
        newest = connection.execute(
            "SELECT version, content FROM lake.measurements.models ORDER BY version DESC LIMIT 1"
        ).fetchone()
        if newest and newest[1] == content:
            return newest[0], []
        version = newest[0] + 1 if newest else 1
        connection.execute(
            "INSERT INTO lake.measurements.models VALUES (?, ?, ?)", [version, now or datetime.now(UTC), content]
        )
    before = json.loads(newest[1]) if newest else {}
    return version, list(differences(_by_key(before), _by_key(json.loads(content))))


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


def differences(before: Mapping[str, Any], after: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """What changed, in words: `fast_exit.within: 6 months is now 3 months`."""
    for key in (*before, *(k for k in after if k not in before)):
        path = f"{place}.{key}" if place else key
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if old in (None, {}, []):
            yield f"{path} is new" if isinstance(new, dict) else f"{path} is new: {_shown(new)}"
        elif new in (None, {}, []):
            yield f"{path} is gone"
        elif isinstance(old, dict) and isinstance(new, dict):
            yield from differences(old, new, path)
        else:
            yield f"{path}: {_shown(old)} is now {_shown(new)}"


def fingerprint(model: Model, indicator: Indicator) -> str:
    """Twelve digits that stand for all that decides its components: another definition has others."""
    said = indicator.model_dump(mode="json", by_alias=True, exclude=_DESCRIPTIVE)
    text = json.dumps([COMPONENTS_VERSION, model.join_courses_within, said], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _by_key(content: dict[str, Any]) -> dict[str, Any]:
    indicators = {indicator["key"]: indicator for indicator in content.get("indicators", [])}
    return {**{k: v for k, v in content.items() if k != "indicators"}, **indicators}


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _content(model: Model) -> str:
    return json.dumps(json.loads(model.model_dump_json(by_alias=True)), ensure_ascii=False, sort_keys=True)
