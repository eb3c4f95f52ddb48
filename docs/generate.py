"""Writes the reference that comes from code: `python docs/generate.py`. A test fails when a file is stale."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from pydantic import BaseModel, TypeAdapter  # noqa: E402
from spec.funding import PAGE as FUNDING_PAGE  # noqa: E402
from spec.law_parser import PAGE as LAW_PAGE  # noqa: E402
from spec.parser import pages  # noqa: E402

from pejling.facts.synthetic import recipe, truth  # noqa: E402
from pejling.facts.tables import TABLES, Table  # noqa: E402
from pejling.indicators.definition import Indicator  # noqa: E402
from pejling.indicators.funding import Funding  # noqa: E402
from pejling.indicators.goals import FocusArea  # noqa: E402
from pejling.indicators.law import Reimbursement, Rule  # noqa: E402
from pejling.indicators.law_files import shipped_law  # noqa: E402
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


HOW_LAW = """\
A step falls due on the first day on which the law of that day asks for it. Each row is a course: when it ran, when
contacts were held (or activities begun), and the steps that follow: *held* in time, *late*, *missed*, *exempt* with its
reason, or *next*, not due yet on the last day of the records. All are of the target group `cash` at the unit `team`,
known from 1 January 2000 through 31 December 2009 unless the section says otherwise; `until` and `ended_on` are the
first day not included. What needed a decision is in [decision 23](../decisions/0023-law.md)."""

SHIPPED_LAW = """\
Taken in by `take_in: [key]` in model.yaml, or by a file in `law/` with the same key and what is other in it. *read*: in
the law itself; *seen*: on an authority's page; *check*: from memory. It is no legal advice: **check** before use."""

MADE_UP = """\
`pejling synthesize` makes facts about nobody from a recipe, and writes the truth about them beside them. How to use
it is in the [guide](../guide/en/synthetic.md). From here on, a hazard ratio of 1.5 means: at any moment, half as
many again leave for work as otherwise would. `exit` and `back` are hazard ratios of leaving for work, and of coming
back after an exit.

**How a course goes.** A person has a level of the confounder, a target group and a unit. Leaving for work and
leaving for anything else are two competing risks. Their cumulative hazards are linear in days ^ `shape`; the hazard
of work is multiplied by the level, the unit, the season and the year of the start, and by each activity that has
begun, from the day after it began. At most two activities are planned, by level alone; those that the course does
not reach never happen. After an exit to work the time until the person is back has a cumulative hazard linear in
days ^ `back_shape`, multiplied by the level and the activities of the course; after other exits it is half as fast,
and no activity matters. Who is back begins a new course that day, or goes to another benefit without one. Days are
whole: a time of 3.7 is 3 days.

**The same again.** Every value is a function of the seed and of the number of a person, course or contact, by
DuckDB's hash. So the same command gives the same rows, in any order of them, with any number of threads; another
version of DuckDB may give others, and `truth.json` names the version."""


def synthetic() -> str:
    """The recipe of made-up facts and the truth file, field by field."""
    parts = [NOTE, "# Made-up facts: the recipe, and the truth", MADE_UP, "## The recipe"]
    parts += [_fields(recipe, name) for name in RECIPE_PARTS]
    parts += ["## The truth: `truth.json`", f"**Confounding.** {truth.RULE}"]
    parts += [_fields(truth, name) for name in TRUTH_PARTS]
    parts += ["## The wrong rows: `errors.csv`", ERRORS]
    return "\n\n".join(parts) + "\n"


RECIPE_PARTS = ("Recipe", "Unit", "TargetGroup", "Confounder", "Level", "Activity", "Effect", "Late", "Contacts")
TRUTH_PARTS = ("Truth", "ActivityEffect", "Shares", "Confounding", "LevelTruth", "GroupTruth", "UnitTruth", "Clock")
ERRORS = """\
Written where `--errors` is above 0: `delivery` (the folder), `table`, `key` (its columns, `|` between), `column` and
`problem`. A wrong row is a copy of a right one under a key of its own, which begins with `X-`: a delivery refuses
exactly these rows, and loses no right one by it. Columns of dates are then written as text, for some hold no date."""


def _fields(module: object, name: str) -> str:
    """One part as a table: its fields, what they hold, what stands for one left out, what they mean."""
    part: type[BaseModel] = getattr(module, name)
    said = (part.__dict__.get("__doc__") or "").strip()
    lines = [f"### {name}", *(["", said] if said else []), "", "| field | holds | left out | |", "|---|---|---|---|"]
    for key, field in part.model_fields.items():
        left_out = "" if field.is_required() else _default(field.get_default(call_default_factory=True))
        lines.append(f"| {key} | {_kind(field.annotation)} | {left_out} | {field.description or ''} |")
    return "\n".join(lines)


def _kind(annotation: object) -> str:
    """A type in words: `list of Unit`, `Level by name`."""
    origin, parts = getattr(annotation, "__origin__", None), getattr(annotation, "__args__", ())
    if hasattr(annotation, "__metadata__"):
        return _kind(origin)
    if origin is dict:
        return f"{_kind(parts[1])} by name"
    if origin is tuple:
        return f"list of {_kind(parts[0])}"
    if parts:
        return _kind(parts[0])
    names = {"str": "text", "float": "number", "int": "whole number", "bool": "yes or no", "date": "date"}
    name = getattr(annotation, "__name__", str(annotation))
    return names.get(name, f"[{name}](#{name.lower()})")


def _default(value: object) -> str:
    if isinstance(value, BaseModel):
        return "as below"
    if value is None or value in ((), {}, ""):
        return "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value).strip("()")


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


FUNDING = """\
`allocation = base + Σ rate × clients + agreed + result`, kept to the frame to the øre. What is left by rounding down
goes to the largest remainders. Booking 0 is the opening, on forecast alone; a regulation counts to its day and
forecasts the rest; the settlement is on final figures. `moved` is the difference that a booking moves. The fields are
in the [schema](funding.schema.json), how to use it in the [guide](../guide/en/funding.md), and why it is so in
[decision 22](../decisions/0022-funding.md). Tests hold the program to every amount here."""


def funding() -> str:
    """Worked examples of funding: the tables that the rules are held to."""
    return "\n\n".join([NOTE, "# Funding, by example", FUNDING, FUNDING_PAGE.read_text().strip()]) + "\n"


def funding_schema() -> str:
    """For editors: what may stand in funding.yaml."""
    return _schema("The funding of a workspace of Pejling", Funding.model_json_schema(by_alias=True))


def indicator_schema() -> str:
    """For editors: name it in an indicator's file and they complete and check while one writes."""
    return _schema("An indicator of Pejling", TypeAdapter(Indicator).json_schema(by_alias=True))


def focus_area_schema() -> str:
    """The same for a file in goals/."""
    return _schema("A focus area of Pejling, with its goals", FocusArea.model_json_schema(by_alias=True))


def law_schema() -> str:
    """The same for a file in law/. One with the key of a rule that ships may hold only what is other in it."""
    return _schema(
        "A rule of the law, or a reimbursement", TypeAdapter(Rule | Reimbursement).json_schema(by_alias=True)
    )


def law() -> str:
    """When steps fall due, by the table that the reference and the engine are held to; and the law that ships."""
    rules, paid = shipped_law()
    lines = ["| key | asks | for | valid | source | |", "|---|---|---|---|---|---|"]
    for each in (*rules, *paid):
        for version in each.versions:
            valid = f"{version.from_ or ''} – {version.until or ''}"
            groups = ", ".join(each.applies_to.target_group)
            lines.append(
                f"| {each.key} | {each.name.en} | {groups} | {valid} | {version.source} | {version.certainty} |"
            )
    parts = [NOTE, "# The law: when steps fall due", HOW_LAW, LAW_PAGE.read_text().strip().replace("### ", "## ")]
    return "\n\n".join([*parts, "## The law that ships", SHIPPED_LAW, "\n".join(lines)]) + "\n"


def model_schema() -> str:
    """The same for model.yaml: what stands in files of its own is left out."""
    schema = Model.model_json_schema(by_alias=True)
    for elsewhere in ("indicators", "focus_areas", "funding"):
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
    "synthetic.md": synthetic,
    "funding.md": funding,
    "funding.schema.json": funding_schema,
    "indicator.schema.json": indicator_schema,
    "focus_area.schema.json": focus_area_schema,
    "law.md": law,
    "law.schema.json": law_schema,
    "model.schema.json": model_schema,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (ROOT / "docs" / "reference" / name).write_text(page())
