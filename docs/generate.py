"""Writes the reference that comes from code: `python docs/generate.py`. A test fails when a file is stale."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from pydantic import TypeAdapter  # noqa: E402
from spec.parser import pages  # noqa: E402

from pejling.facts.tables import TABLES, Table  # noqa: E402
from pejling.indicators.definition import Indicator  # noqa: E402
from pejling.indicators.goals import FocusArea  # noqa: E402
from pejling.indicators.model import Model  # noqa: E402

NOTE = "<!-- made by docs/generate.py; do not edit by hand -->"
KINDS = {
    "id": "identifier",
    "text": "text",
    "date": "date",
    "money": "kroner, two decimals",
    "number": "number",
    "flag": "yes or no",
}

HOW_TO_READ = """\
Each example gives facts, a definition and the figures that follow. A column left out means: the unit `team`, below
`city`; the target group `cash`; one person `p`; the course `A`. All tables are covered from 1 January 2009 through
31 December 2010 unless `covered` says otherwise. An end date is the first day not included. Intervals are at 95 per
cent. Tests hold the engines to every figure here, and to a plain-Python reference (`tests/meaning`). Cases that needed
a decision are listed in [decision 11](../decisions/0011-measures-open-cases.md)."""


def facts() -> str:
    """The source contract: every table with its key, columns and what they refer to."""
    parts = [
        NOTE,
        "# The fact tables (source contract, version 1)",
        "A delivery holds any of these tables. A key column is marked with a star. Intervals are half-open: an end "
        "date is the first day *not* included, and empty means still open. A source that delivers last days says so in "
        "its [mapping](mapping.md).",
    ]
    parts += [_table(table) for table in TABLES.values()]
    return "\n\n".join(parts) + "\n"


def measures() -> str:
    """What every measure means: the spec tables that the plain-Python reference and the engines are held to."""
    texts = [page.read_text().strip() for page in pages()]
    titles = [re.findall("^## (.+)$", text, re.MULTILINE) for text in texts]
    contents = [f"[{title}](#{re.sub('[^a-z_ ]', '', title.lower()).replace(' ', '-')})" for [title] in titles]
    return "\n\n".join([NOTE, "# The measures, by example", HOW_TO_READ, " · ".join(contents), *texts]) + "\n"


def indicator_schema() -> str:
    """For editors: name it in an indicator's file and they complete and check while one writes."""
    return _schema("An indicator of Pejling", TypeAdapter(Indicator).json_schema(by_alias=True))


def focus_area_schema() -> str:
    """The same for a file in goals/."""
    return _schema("A focus area of Pejling, with its goals", FocusArea.model_json_schema(by_alias=True))


def model_schema() -> str:
    """The same for model.yaml: what stands in files of its own is left out."""
    schema = Model.model_json_schema(by_alias=True)
    for elsewhere in ("indicators", "focus_areas"):
        del schema["properties"][elsewhere]
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps({**schema, "$defs": {}})))
    while more := set(re.findall(r'"#/\$defs/(\w+)"', json.dumps([schema["$defs"][name] for name in used]))) - used:
        used |= more
    schema["$defs"] = {name: schema["$defs"][name] for name in used}
    return _schema("The model of a workspace of Pejling", schema)


def _schema(title: str, found: dict[str, object]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": title}
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _table(table: Table) -> str:
    lines = [f"## {table.name}", "", table.says, "", "| column | holds | must be given | |", "|---|---|---|---|"]
    for column in table.columns:
        notes = [column.says] if column.says else []
        if column.refers_to:
            notes.append(f"stands in {column.refers_to}")
        if column.one_of:
            notes.append(" or ".join(column.one_of))
        star = "*" if column.name in table.key else ""
        required = "yes" if column.required else ""
        lines.append(f"| {column.name}{star} | {KINDS[column.kind]} | {required} | {'; '.join(notes)} |")
    if table.free_columns:
        lines.append("| any further column | text |  | a group to break down by |")
    return "\n".join(lines)


PAGES = {
    "facts.md": facts,
    "measures.md": measures,
    "indicator.schema.json": indicator_schema,
    "focus_area.schema.json": focus_area_schema,
    "model.schema.json": model_schema,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (ROOT / "docs" / "reference" / name).write_text(page())
