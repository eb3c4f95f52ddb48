"""What a delivery says of itself (`delivery.yaml`), and how a source's names and codes become the contract's.

The second is a mapping; both are the same kind of file: docs/reference/mapping.md is its reference.
"""

import difflib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pejling.facts.cpr import holds_cpr, shown
from pejling.facts.mistakes import Mistake
from pejling.facts.tables import TABLES, Table
from pejling.facts.validation_words import what_is_wrong

SIZE_LIMIT = 1 << 20  # bytes
REFERENCE = "docs/reference/mapping.md says what can stand here"

Decimal = Literal["", ",", "."]
Day = Annotated[date | None, BeforeValidator(lambda value: None if value == "" else value)]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Days(_Declared):
    """The first and the last day that a table covers."""

    from_on: Day = Field(None, alias="from")
    through: Day = None


class TableMapping(_Declared):
    """Where one table comes from, and how it becomes the contract's."""

    file: str = ""
    sheet: str = ""
    query: str = ""
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    inclusive_end: bool | list[str] = False
    date_format: str = ""
    decimal: Decimal = ""
    delimiter: Literal["", ";", ",", "|", "tab"] = ""
    encoding: Literal["", "utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "cp850"] = ""

    def theirs(self, column: str) -> str:
        """The source's name of a contract column."""
        return self.columns.get(column, column)

    def inclusive(self, table: Table) -> frozenset[str]:
        """The end-date columns that name the last day included."""
        if isinstance(self.inclusive_end, list):
            return frozenset(self.inclusive_end)
        return frozenset(table.interval[1:]) if self.inclusive_end and table.interval else frozenset()


class Mapping(_Declared):
    """A delivery.yaml or a mapping file."""

    source: str = ""
    options: dict[str, Any] = {}
    full: bool = False
    coverage: dict[str, Days] = {}
    decimal: Decimal = ""
    url: str = ""
    mapping: str = ""
    ignore: list[str] = []
    tables: dict[str, TableMapping] = {}

    def under(self, declared: "Mapping") -> "Mapping":
        """This mapping, with what the delivery declares of itself put over it; the tables stay this one's."""
        said = {name: getattr(declared, name) for name in declared.model_fields_set - {"tables", "mapping", "url"}}
        return self.model_copy(update=said)


def read_mapping(where: str, content: bytes) -> Mapping:
    """The mapping in a file's bytes. Raises Mistake, with the place in the file."""
    if len(content) > SIZE_LIMIT:
        raise Mistake(where, f"it has {len(content):,} bytes", "A mapping is a short text file: is this the right one?")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Mistake(where, "it is not UTF-8 text", "Save it as UTF-8") from None
    if holds_cpr(text):
        raise Mistake(where, "it holds a CPR number", "Take the number out: no CPR number belongs in a mapping")
    tree = _tree(where, text)
    if not isinstance(tree, dict):
        raise Mistake(where, "it is not a list of keys with values", REFERENCE)
    try:
        mapping = Mapping.model_validate(tree)
    except ValidationError as invalid:
        raise _mistake(where, invalid) from None
    _check(where, mapping)
    return mapping


def read_mapping_file(path: Path) -> Mapping:
    """The mapping in a file. Raises Mistake."""
    where = shown(path.name)
    try:
        with path.open("rb") as file:
            return read_mapping(where, file.read(SIZE_LIMIT + 1))
    except OSError:
        raise Mistake(where, "it cannot be read", "Is the path right, and may you read it?") from None


def nearest(name: str, known: Iterable[str]) -> str:
    """A cure for a name that is not known."""
    names = list(known)
    folded = {known_name.casefold(): known_name for known_name in names}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f"Did you mean {shown(folded[near[0]])}?" if near else f"Known are: {shown(', '.join(names), 300)}."


class _Plain(yaml.BaseLoader):
    """YAML's plain part: every value is text, no aliases (they can swell without end), no key twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias (*)", problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem="a key that stands twice, or is no word", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _tree(where: str, text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Plain) or {}  # noqa: S506 - a loader of text only
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{where}, line {mark.line + 1}, column {mark.column + 1}" if mark else where
        raise Mistake(place, shown(error.problem or "it is not YAML", 200), f"Mend the line; {REFERENCE}") from None
    except (yaml.YAMLError, RecursionError):
        raise Mistake(where, "it is not YAML", f"Is it the right file? {REFERENCE}") from None


def _mistake(where: str, invalid: ValidationError) -> Mistake:
    error = invalid.errors()[0]
    steps = [str(step) for step in error["loc"] if step not in ("bool", "list[str]")]
    place = f"{where}, {shown(' → '.join(steps), 120)}"
    if error["type"] == "extra_forbidden":
        known = Mapping.model_fields if len(steps) == 1 else TableMapping.model_fields
        if steps[0] == "coverage":
            return Mistake(place, "this key is not known", nearest(steps[-1], ("from", "through")))
        return Mistake(place, "this key is not known", nearest(steps[-1], known))
    return Mistake(place, shown(what_is_wrong(error), 200), REFERENCE)


def _check(where: str, mapping: Mapping) -> None:
    """What the types cannot say. Raises Mistake."""
    for name, days in mapping.coverage.items():
        if name != "default" and name not in TABLES:
            raise Mistake(f"{where}, coverage", f"no table is called {shown(name)}", nearest(name, TABLES))
        if days.from_on and days.through and days.from_on > days.through:
            raise Mistake(f"{where}, coverage → {name}", f"{days.from_on} is after {days.through}", "Swap the two days")
    for name, table_mapping in mapping.tables.items():
        if name not in TABLES:
            raise Mistake(f"{where}, tables", f"no table is called {shown(name)}", nearest(name, TABLES))
        _check_table(f"{where}, tables → {name}", TABLES[name], table_mapping)
        if table_mapping.query and not mapping.url:
            raise Mistake(f"{where}, tables → {name}", "a query, but no url", "Add url: postgresql://… or sqlite:///…")
    if mapping.url and not mapping.url.startswith(("postgresql://", "postgres://", "sqlite:///")):
        raise Mistake(
            f"{where}, url", "it is of no known kind", "Write postgresql://user@host/database or sqlite:///file"
        )
    if mapping.url and not any(table.query for table in mapping.tables.values()):
        raise Mistake(f"{where}, tables", "no table has a query", "Write a query for each table to be fetched")


def _check_table(where: str, table: Table, mapping: TableMapping) -> None:
    if sum(map(bool, (mapping.file, mapping.sheet, mapping.query))) > 1:
        raise Mistake(where, "more than one of file, sheet and query", "Keep one of them")
    known = [column.name for column in table.columns]
    for key in ("columns", "constants", "codes"):
        for name in getattr(mapping, key):
            if name not in known and not table.free_columns:
                raise Mistake(f"{where} → {key}", f"{table.name} has no column {shown(name)}", nearest(name, known))
    both = mapping.columns.keys() & mapping.constants.keys()
    if both:
        raise Mistake(where, f"{shown(min(both))} is both a column and a constant", "Keep one of the two")
    ends = {table.interval[1]} if table.interval else set()
    if isinstance(mapping.inclusive_end, list) and not set(mapping.inclusive_end) <= ends:
        raise Mistake(
            f"{where} → inclusive_end",
            f"{table.name} has other end dates",
            nearest("", ends) if ends else "Leave it out",
        )
    if mapping.inclusive_end and not ends:
        raise Mistake(f"{where} → inclusive_end", f"{table.name} has no end date", "Leave it out")
    if mapping.date_format:
        day = datetime(2009, 12, 31)  # noqa: DTZ001 - a day in the calendar, at no place
        try:
            kept = datetime.strptime(day.strftime(mapping.date_format), mapping.date_format) == day  # noqa: DTZ007
        except ValueError:
            kept = False
        if not kept:
            raise Mistake(
                f"{where} → date_format",
                f"{shown(mapping.date_format)} does not name a day",
                "Write for example '%d/%m/%Y'",
            )
