"""Spec tables: Markdown that is read as facts, definitions and the figures expected, and rendered as documentation.

A section `### title` holds a YAML block and tables, each under its name in bold. A column left out has a default: one
person, the unit `team`, the target group `cash`. Without a table of units there are `city` and, below it, `team`.
The YAML block is the definition; beside it `covered` (`first..last`, or one such a table), `settle_days`,
`join_courses_within`, and for a ratio `others`, its two indicators by key.
"""

import re
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import yaml
from meaning.facts import TABLES, Unit, World

FOLDER = Path(__file__).parent
ORDER = (
    "intake", "stock", "average_stock", "exits", "exit_within", "lasting_share", "state_after", "time_to_exit",
    "activity_share", "activity_within", "timely", "score_change", "amount", "ratio", "observed", "common",
)  # fmt: skip
UNITS = (Unit("city", date(1990, 1, 1)), Unit("team", date(1990, 1, 1), parent_id="city"))
DEFAULTS = {"person_id": "p", "unit_id": "team", "target_group": "cash", "course_id": "A", "kind": "step",
            "supplier_id": None, "instrument": "scale", "account": "wages", "indicator": "measured",
            "period": "2009"}  # fmt: skip
NUMBERS = ("numerator", "denominator", "value", "low", "high", "score", "amount")
NUMBERS += ("estimate", "estimate_low", "estimate_high")
COUNTS = ("persons", "undecided", "unknown")


@dataclass(frozen=True)
class Case:
    measure: str
    title: str
    world: World
    definition: dict
    others: dict
    cells: tuple[dict, ...]  # unit, period, by, group, and the parts of the figure that are given


def pages() -> list[Path]:
    """The tables' files in the order of the documentation."""
    return [FOLDER / f"{name}.md" for name in ORDER]


def cases() -> list[Case]:
    return [
        _case(page.stem, section)
        for page in pages()
        for section in re.split(r"^### ", page.read_text(), flags=re.MULTILINE)[1:]
    ]


def _case(measure: str, section: str) -> Case:
    title = section.splitlines()[0]
    definition = yaml.safe_load(re.search(r"```yaml\n(.*?)```", section, re.DOTALL)[1])
    tables = {
        name: _rows(text) for name, text in re.findall(r"^\*\*(\w+)\*\*\n\n((?:\|.*\n?)+)", section, re.MULTILINE)
    }
    cells = tables.pop("figures")
    facts = {name: tuple(_row(name, row, i) for i, row in enumerate(rows)) for name, rows in tables.items()}
    facts.setdefault("units", UNITS)
    covered = definition.pop("covered", "2009-01-01..2010-12-31")
    covered = covered if isinstance(covered, dict) else dict.fromkeys([t for t in TABLES if t not in _UNDATED], covered)
    coverage = {table: tuple(date.fromisoformat(day) if day else None for day in said.split(".."))
                for table, said in covered.items()}  # fmt: skip
    options = {key: definition.pop(key) for key in ("settle_days", "join_courses_within") if key in definition}
    others = definition.pop("others", {})
    definition.setdefault("key", "measured")
    return Case(measure, title, World(**facts, coverage=coverage, **options), definition, others, tuple(cells))


_UNDATED = ("units", "persons", "observations")


def _rows(text: str) -> list[dict]:
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()]
    header, _, *rows = lines
    return [{k: _value(k, v) for k, v in zip(header, row, strict=True)} for row in rows]


def _value(column: str, text: str) -> object:
    if text == "":
        return None
    if column in NUMBERS:
        return float(text)
    if column in COUNTS:
        return int(text)
    if column == "exempt":
        return text == "yes"
    if column.endswith("_on") or column in ("valid_from", "valid_to", "birth_date"):
        return date.fromisoformat(text)
    return text


def _row(table: str, row: dict, number: int) -> object:
    kind = TABLES[table]
    key = {"activities": "activity_id", "contacts": "contact_id", "postings": "posting_id"}.get(table)
    if key and key not in row:
        row = {key: str(number + 1), **row}
    needed = {f.name for f in fields(kind) if f.name in DEFAULTS}
    if table == "units":
        needed, row = set(), {"valid_from": date(1990, 1, 1), **row}
    return kind(**{**{name: DEFAULTS[name] for name in needed if name not in row}, **row})
