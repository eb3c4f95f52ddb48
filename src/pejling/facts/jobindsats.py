"""jobindsats.dk, the state's figures on employment services, as observations: files of API version 2, version 3 live.

A mapping names, for each table, the measurement (by its column) and the indicator it becomes, and, for each area, the
unit. The figures are values: what they are sums or shares of is not known here, so nobody adds them up.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pejling.facts.archives import File, reading
from pejling.facts.coverage import Coverage
from pejling.facts.cpr import shown
from pejling.facts.mapping import Mapping, nearest
from pejling.facts.mistakes import Mistake
from pejling.facts.sources import MISSING, Batch, Source, SourceTable
from pejling.facts.validation_words import what_is_wrong

if TYPE_CHECKING:
    from pejling.facts.jobindsats_api import Api

SIZE_LIMIT = 256 << 20  # bytes of a file
COLUMNS = ("indicator", "unit_id", "period", "group", "value")
_TWICE = codecs.BOM_UTF8.decode("latin-1").encode()  # a byte order mark that was encoded once more
PERIOD, AREA = ("periode", "period"), ("område", "area", "kommune", "jobcenter")


@dataclass(frozen=True)
class Settings:
    """How jobindsats is reached. `wait`: seconds before the second try, doubled before each further one."""

    token: str = field(repr=False)
    address: str = "https://api.jobindsats.dk/v3"
    timeout: float = 60.0  # seconds without a byte
    patience: float = 300.0  # seconds for a whole answer
    tries: int = 5
    wait: float = 1.0


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class TableOptions(_Said):
    """What is taken from one table."""

    measurements: dict[str, str] = Field(min_length=1)  # their column -> our indicator
    group_by: str = ""  # their column with a breakdown
    groups: dict[str, str] = {}  # its values -> our groups; "" is the whole
    area: str = ""  # their column with the areas, where it has an unusual name
    period_type: str = "M"
    periods: str = "latest:12"  # or ids with commas between them
    area_hierarchy: str = "_nykom"
    hierarchies: dict[str, str] = {}  # further ones to ask for: "_kon": "*"


class Options(_Said):
    """What delivery.yaml may say under `options`. The guide to jobindsats explains each."""

    tables: dict[str, TableOptions] = Field(min_length=1)
    areas: dict[str, str] = Field(min_length=1)  # their name -> our unit
    leave_out: tuple[str, ...] = ()  # areas of a file that are no unit of ours; "*" for all others


@dataclass(frozen=True)
class Answer:
    """A table as jobindsats gives it. `codes` are version 2's short names of the columns, else the columns again."""

    where: str
    columns: tuple[str, ...]
    codes: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


Observation = tuple[str, str, str, str, str | None]  # indicator, unit, period, group, value


@contextmanager
def read(name: str, files: Sequence[File], declared: Mapping, settings: Settings) -> Iterator[Source]:
    """The tables that delivery.yaml names: from the delivery's files `<table>.json` or `.csv`, else asked of the API.

    Raises Mistake. A figure that is missing there is not delivered: what the store has of it stays.
    """
    options = _options(declared.options)
    by_stem = {
        file.name.lower().rsplit(".", 1)[0]: file for file in files if file.name.lower().endswith((".json", ".csv"))
    }
    tables = {table.lower(): said for table, said in options.tables.items()}
    for stem in by_stem.keys() - tables.keys():
        raise Mistake(by_stem[stem].where, "options name no table of that name", nearest(stem, tables))
    observations: list[Observation] = []
    with ExitStack() as stack:
        api: Api | None = None
        for table, said in tables.items():
            if table in by_stem:
                answers = _from_file(by_stem[table])
            else:
                if api is None:
                    from pejling.facts.jobindsats_api import conversation  # slow to import: only where it is needed

                    api = stack.enter_context(conversation(settings))
                answers = parse(
                    f"jobindsats, table {shown(table)}", api.data(table, _question(api, table, said, options))
                )
            observations += _observations(answers, said, options)
    delivered = [row for row in observations if row[-1] is not None]
    batch = Batch(
        range(1, len(delivered) + 1), [list(column) for column in zip(*delivered, strict=True)], read=len(delivered)
    )
    batches = iter([batch] if delivered else [])
    covered = declared.coverage.get("observations") or declared.coverage.get("default")
    coverage = {"observations": Coverage(covered.from_on, covered.through)} if covered else {}
    observed = SourceTable("observations", "jobindsats", COLUMNS, batches, ".", size=len(delivered))
    yield Source(name, [observed], coverage=coverage)


def _options(options: dict[str, Any]) -> Options:
    try:
        return Options.model_validate(options)
    except ValidationError as refused:
        first = refused.errors()[0]
        name = shown(".".join(str(part) for part in first["loc"]))
        found = f"{name}: {what_is_wrong(first)}"
        raise Mistake("delivery.yaml, options", found, "See the guide to jobindsats") from None


def _from_file(file: File) -> list[Answer]:
    with reading(file.where), file.open() as opened:
        content = opened.read(SIZE_LIMIT + 1)
    if len(content) > SIZE_LIMIT:
        raise Mistake(file.where, "it is far larger than a table of jobindsats", "Is it the right file?")
    return parse(file.where, content)


def _question(api: "Api", table: str, said: TableOptions, options: Options) -> dict[str, str]:
    """The parameters of the table's figures, every id of them looked up in what the table says of itself."""
    where = f"jobindsats, table {shown(table)}"
    known = api.metadata(table)
    if said.period_type.startswith("MYTD"):
        raise _to_date(where)
    periods = known.periods.get(said.period_type)
    if periods is None:
        raise Mistake(
            where, f"it has no periods of type {shown(said.period_type)}", nearest(said.period_type, known.periods)
        )
    if latest := re.fullmatch(r"latest:(\d+)", said.periods):
        if int(latest[1]) > len(periods):
            raise Mistake(
                where, f"{said.periods} goes beyond its history of {len(periods)} periods",
                f"Ask for latest:{len(periods)} at most",
            )  # fmt: skip
    else:
        for each in said.periods.split(","):
            if each.strip() not in periods:
                raise Mistake(where, f"it has no period {shown(each)}", nearest(each.strip(), periods))
    members = known.members.get(said.area_hierarchy)
    if members is None:
        raise Mistake(
            where, f"it has no areas {shown(said.area_hierarchy)}", nearest(said.area_hierarchy, known.members)
        )
    for area in options.areas:
        if area not in members:
            raise Mistake(where, f"it has no area {shown(area)!r}", nearest(area, members))
    return {
        "mgroup.*": "*",
        f"period.{said.period_type}": said.periods.replace(" ", ""),
        f"hierarchy.{said.area_hierarchy}": ",".join(members[area] for area in options.areas),
        **{f"hierarchy.{name}": value for name, value in said.hierarchies.items()},
    }


def parse(where: str, content: bytes) -> list[Answer]:
    """What a file or an answer holds: JSON of version 2 or 3, or CSV with `;`. Raises Mistake."""
    content = without_mark(content).strip()
    if content[:1] not in (b"[", b"{"):
        return [_from_csv(where, content)]
    found = from_json(where, content)
    try:
        if isinstance(found, dict):
            columns = tuple(str(column) for column in found["columns"])
            answers = [Answer(where, columns, columns, found["rows"])]
        else:
            answers = [
                Answer(
                    where,
                    tuple(str(variable.get("Label") or variable["Name"]) for variable in part["Variables"]),
                    tuple(str(variable["Name"]) for variable in part["Variables"]),
                    part["Data"],
                )
                for part in found
            ]
        if all(len(row) == len(answer.columns) for answer in answers for row in answer.rows):
            return answers
    except (KeyError, TypeError, AttributeError):
        pass
    raise Mistake(
        where, "it is no table of jobindsats", "It has `columns` and `rows`, or `Variables` and `Data`: is it whole?"
    )


def without_mark(content: bytes) -> bytes:
    """The bytes without their byte order mark, however often it was encoded."""
    return content.removeprefix(codecs.BOM_UTF8).removeprefix(_TWICE).removeprefix(codecs.BOM_UTF8)


def from_json(where: str, content: bytes) -> Any:
    """JSON, its numbers exact. Raises Mistake."""
    try:
        return json.loads(without_mark(content), parse_float=Decimal, parse_constant=lambda name: name)
    except (ValueError, RecursionError):
        raise unreadable(where) from None


def unreadable(where: str) -> Mistake:
    return Mistake(where, "the answer cannot be read", "Try again later: if it stays so, their format has changed")


def _from_csv(where: str, content: bytes) -> Answer:
    try:
        rows = list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";", strict=True))
    except (UnicodeDecodeError, csv.Error):
        rows = []
    rows = [row for row in rows if row]
    if len(rows) < 1 or len(rows[0]) < 3 or any(len(row) != len(rows[0]) for row in rows):
        raise Mistake(where, "it is neither JSON nor CSV of jobindsats", "Save the answer as it came")
    columns = tuple(name.strip() for name in rows[0])
    return Answer(where, columns, columns, rows[1:])


def _observations(answers: Sequence[Answer], said: TableOptions, options: Options) -> Iterator[Observation]:
    seen: dict[tuple[str, str, str, str], Sequence[Any]] = {}
    for answer in answers:
        period_at, area_at = _place(answer, "", PERIOD), _place(answer, said.area, AREA)
        group_at = _place(answer, said.group_by, ()) if said.group_by else None
        measured = {_place(answer, theirs, ()): ours for theirs, ours in said.measurements.items()}
        _say_unmapped(answer, area_at, set(options.areas), options.leave_out, "areas")
        if group_at is not None and said.groups:
            _say_unmapped(answer, group_at, set(said.groups), (), "groups")
        point = _decimal_point(answer, list(measured))
        for number, row in enumerate(answer.rows, 1):
            area = str(row[area_at]).strip()
            if area not in options.areas:
                continue
            when = _period(answer.where, number, str(row[period_at]))
            group = "" if group_at is None else str(row[group_at]).strip()
            group = said.groups.get(group, group)
            for place, indicator in measured.items():
                key = (indicator, options.areas[area], when, group)
                if seen.get(key, row) != row:
                    raise Mistake(
                        f"{answer.where}, row {number}",
                        f"a second figure for {shown(area)} in {when}, {shown(answer.columns[place])}",
                        "The table is broken down further: name the column in group_by, or ask for its total",
                    )
                if key not in seen:
                    seen[key] = row
                    at = f"{answer.where}, row {number}, {shown(answer.columns[place])}"
                    yield (*key, _figure(at, row[place], point))


def _place(answer: Answer, name: str, usual: tuple[str, ...]) -> int:
    sought = (name.casefold(),) if name else usual
    for names in (answer.columns, answer.codes):
        for place, column in enumerate(names):
            if column.strip().casefold() in sought:
                return place
    raise Mistake(
        answer.where, f"there is no column {shown(name or usual[0])!r}", nearest(name or usual[0], answer.columns)
    )


def _say_unmapped(answer: Answer, place: int, known: set[str], left_out: tuple[str, ...], key: str) -> None:
    names = sorted({str(row[place]).strip() for row in answer.rows} - known - set(left_out))
    if names and "*" not in left_out:
        rest = ' Or list them under leave_out; "*" is all others' if key == "areas" else ""
        raise Mistake(
            f"{answer.where}, {shown(answer.columns[place])}",
            f"no {key} say what these are: {shown(', '.join(names), 300)}",
            f"Add them under {key} in delivery.yaml.{rest}",
        )


def _period(where: str, number: int, text: str) -> str:
    if "MYTD" in text:
        raise _to_date(f"{where}, row {number}")
    if not (found := period(text)):
        raise Mistake(
            f"{where}, row {number}", f"{shown(text)!r} is no period", "2023M01, 2023Q1, 2023Y01 and 2023QMAT02 are"
        )
    return found


def _to_date(where: str) -> Mistake:
    return Mistake(
        where, "the year to date (MYTD) is no period here: it would be compared with whole years",
        "Ask for months (M): they are added up as far as the year has come",
    )  # fmt: skip


def _decimal_point(answer: Answer, places: Sequence[int]) -> bool:
    """Do the table's texts have a decimal point? Else a point parts thousands, as is Danish."""
    texts = [cell for row in answer.rows for place in places if isinstance(cell := row[place], str)]
    point = any(re.fullmatch(r"-?\d+\.(\d{1,2}|\d{4,})", text.strip()) for text in texts)
    if point and any("," in text for text in texts):
        raise Mistake(
            answer.where, "some figures have a decimal comma, some a decimal point", "Save the answer as it came"
        )
    return point


def _figure(where: str, cell: Any, point: bool) -> str | None:
    """A plain number as text; None where there is none: a mark, or a word."""
    if isinstance(cell, bool) or not isinstance(cell, (str, int, Decimal, type(None))):
        raise Mistake(where, "it is no figure", "Save the answer as it came")
    if isinstance(cell, (int, Decimal)):
        return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    text = re.sub(r"[\s\u00a0]", "", cell or "")
    if text in MISSING or not any(letter.isdigit() for letter in text):
        return None
    plain = text if point else text.replace(",", ".") if text.count(".") == 0 else _without_thousands(text)
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise Mistake(where, f"{shown(text)!r} is no figure", "Save the answer as it came") from None
    return format(number, "f")


def _without_thousands(text: str) -> str:
    return text.replace(".", "").replace(",", ".") if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", text) else ""


def period(text: str) -> str:
    """Our period for one of theirs; "" where it is none of ours.

    2023M01 -> 2023-01, 2023Q1 -> 2023-Q1, 2023Y01 -> 2023, 2023QMAT02 -> 2023-06/12: the year that ends with quarter 2.
    """
    text = text.strip()
    if match := re.fullmatch(r"(\d{4})M(0[1-9]|1[0-2])", text):
        return f"{match[1]}-{match[2]}"
    if match := re.fullmatch(r"(\d{4})Q0?([1-4])", text):
        return f"{match[1]}-Q{match[2]}"
    if match := re.fullmatch(r"(\d{4})(?:Y(?:01)?)?", text):
        return match[1]
    if match := re.fullmatch(r"(\d{4})QMAT0?([1-4])", text):
        return f"{match[1]}-{3 * int(match[2]):02d}/12"
    return ""
