"""Releases: monthly, numbered and for good. Whoever may not see cases reads figures here, and nowhere else.

A release holds the months, quarters and years that are over when its month is, and breaks figures down by group for
whole years only: of a month, a group would be withheld almost always, and would take more with it. A person's own
courses are no unit here. All of it is decided and written at once, or nothing is.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import duckdb
import numpy as np
from django.db import transaction
from django.utils import timezone

from pejling.agreements.audit import digest, record
from pejling.agreements.models import Release, ReleasedSheet
from pejling.indicators.figures import Figure, figures
from pejling.indicators.hierarchy import Unit, of_few
from pejling.indicators.hierarchy import units as measured_units
from pejling.indicators.items import Observed
from pejling.indicators.measurement import Measurement, measurement, reading
from pejling.indicators.mistakes import Mistake
from pejling.indicators.model import Model
from pejling.indicators.periods import Kind, Period, covered
from pejling.steering.release_tables import Edition, Sheet, few
from pejling.steering.releases import withhold

KINDS: tuple[Kind, ...] = ("year", "quarter", "month")
# of a figure, in a row of a sheet: all that a reader gets, but for what the sheet says of them all
FIELDS = (
    "period", "group", "numerator", "denominator", "value", "low", "high", "state", "matures_on",
    "estimate", "estimate_low", "estimate_high",
)  # fmt: skip
_NUMBERS = ("numerator", "denominator", "persons")
_TOLD = ("numerator", "denominator", "value", "low", "high", "matures_on", "estimate", "estimate_low", "estimate_high")


@dataclass(frozen=True)
class Made:
    """`few`: figures withheld for how few are behind them; `withheld`: these and those that would give them away.
    `exposed`: numbers that can be worked out from what was released before, for what was released stays known.
    """

    release: Release
    new: bool
    figures: int = 0
    few: int = 0
    withheld: int = 0
    exposed: int = 0


@dataclass(frozen=True)
class About:
    """What a release's figures are of: the model they were measured by, the units, and how far the records reach."""

    number: int
    month: str
    made_at: datetime
    measured: Measurement
    units: Mapping[str, Unit]
    first: date  # the first day that any indicator covers
    of_few: frozenset[str] = frozenset()  # units that one or two people's courses make up
    figures: int = 0
    withheld: int = 0
    hash: str = ""

    @property
    def model(self) -> Model:
        return self.measured.model

    def periods(self, kind: Kind) -> list[str]:
        """Those of the kind that are over, the oldest first."""
        last = self.measured.through
        return [period.text for period in covered(kind, self.first, last) if period.last_on <= last]


def release(
    connection: duckdb.DuckDBPyConnection, who: str, month: str, on_step: Callable[[str], None] = lambda step: None
) -> Made:
    """Release a month: once; released again, it is as it was.

    Raises Mistake for what is no month, one that the records do not cover, one before the newest released, and where
    records came that are not measured.
    """
    span = Period.parse(month)
    if span.kind != "month":
        raise Mistake("the month", f"{month!r} is a {span.kind}", "Write a month: 2009-03")
    with reading(connection):
        if kept := Release.objects.filter(month=month).first():
            return Made(kept, new=False)
        newest = Release.objects.first()
        measured = measurement(connection)
        _refuse(span, newest, measured)
        on_step("figures")
        about = _about(measured, measured_units(connection), span, newest.number + 1 if newest else 1)
        found = dict(_figures(connection, about))
    on_step("what must be withheld")
    sheets = tuple(_sheet(about, *key, found[key]) for key in found)
    edition = Edition(about.model.threshold, about.units, sheets, about.of_few)
    decided = withhold([edition_of(each) for each in Release.objects.order_by("number")], edition)
    on_step("the release")
    rows = [
        (indicator, unit, by, _rows(figures_of_unit, decided.shown[indicator, by][at]))
        for (indicator, by), every in found.items()
        for at, (unit, figures_of_unit) in enumerate(_by_unit(every, about))
    ]
    there = {(each.indicator.key, each.by): ~np.isnan(each.numerator) for each in edition.sheets}
    about = replace(
        about,
        figures=sum(int(each.sum()) for each in there.values()),
        withheld=sum(int((each & ~decided.shown[key]).sum()) for key, each in there.items()),
    )
    too_few = 0
    for each in edition.sheets:
        hidden = np.logical_or(*few(each, edition.threshold, edition.of_few, edition.empty))
        too_few += int((there[each.indicator.key, each.by] & hidden).sum())
    made = _write(who, about, rows, replace(edition, sheets=_shown(edition, decided.shown)))
    return Made(made, True, about.figures, too_few, about.withheld, decided.exposed)


def _refuse(span: Period, newest: Release | None, measured: Measurement) -> None:
    if newest and span.text < newest.month:
        cure = "Release the months in their order"
        raise Mistake("the month", f"{newest.month} is released already, and it is later", cure)
    if "facts" in measured.overtaken:
        raise Mistake("the workspace", "records came that are not measured", "Measure them first: `pejling measure`")
    if measured.through < span.last_on:
        raise Mistake(
            "the month", f"the records reach to {measured.through}, and {span.text} is not over",
            "Release it when its last day is covered",
        )  # fmt: skip


def _about(measured: Measurement, units: Mapping[str, Unit], span: Period, number: int) -> About:
    persons = measured.model.levels.caseworker
    kept = {key: unit for key, unit in units.items() if unit.kind not in persons}
    coverage = {
        key: Observed(each.from_on, min(each.through, span.last_on))
        for key, each in measured.coverage.items()
        if key not in measured.pinned and each.from_on <= span.last_on
    }
    known = [each.from_on for each in coverage.values() if each.from_on != date.min]
    held = replace(
        measured, through=span.last_on, coverage=coverage, slots={}, credited={}, overtaken=(), pinned={}
    )  # fmt: skip
    first = min(known, default=span.first_on)
    return About(number, span.text, timezone.now(), held, kept, first, of_few(units, persons))


def _figures(connection: duckdb.DuckDBPyConnection, about: About) -> Iterator[tuple[tuple[str, str], list[Figure]]]:
    """By indicator and breakdown, in the order of units, periods and groups."""
    every, measured = measured_units(connection), measurement(connection)
    periods = [period for kind in KINDS for period in about.periods(kind)]
    for indicator in about.model.indicators:
        for by in ("", *indicator.by):
            asked = about.periods("year") if by else periods
            found = figures(
                connection, indicator.key, units=list(about.units), periods=asked, by=by, ground=(measured, every)
            )  # fmt: skip
            if found:  # there are whole years, and groups that were ever measured
                yield (indicator.key, by), found


def _sheet(about: About, key: str, by: str, found: Sequence[Figure]) -> Sheet:
    units, periods, groups = (
        tuple(dict.fromkeys(getattr(each, name) for each in found)) for name in ("unit", "period", "group")
    )
    shape = (len(units), len(periods), len(groups))
    numbers = {
        name: np.array([np.nan if (value := getattr(each, name)) is None else value for each in found], dtype=float)
        for name in _NUMBERS
    }
    return Sheet(
        about.model.indicator(key), by, units, periods, groups,
        numbers["numerator"].reshape(shape), numbers["denominator"].reshape(shape), numbers["persons"].reshape(shape),
        np.ones(shape, dtype=bool),
    )  # fmt: skip


def _by_unit(found: Sequence[Figure], about: About) -> Iterator[tuple[str, list[Figure]]]:
    size = len(found) // len(about.units)
    for at, unit in enumerate(about.units):
        yield unit, list(found[at * size : (at + 1) * size])


def _rows(found: Sequence[Figure], shown: Any) -> list[list[Any]]:
    rows = []
    for figure, seen in zip(found, shown.ravel(), strict=True):
        if figure.state != "not_reported" and not seen:
            figure = replace(figure, state="suppressed", **dict.fromkeys(_TOLD))  # type: ignore[arg-type]
        row = [getattr(figure, name) for name in FIELDS]
        rows.append([each.isoformat() if isinstance(each, date) else each for each in row])
    return rows


def _shown(edition: Edition, shown: Mapping[tuple[str, str], Any]) -> tuple[Sheet, ...]:
    return tuple(replace(each, shown=shown[each.indicator.key, each.by]) for each in edition.sheets)


def _write(who: str, about: About, rows: Sequence[tuple[str, str, str, list[Any]]], edition: Edition) -> Release:
    said = _as_json(about)
    with transaction.atomic():
        newest = Release.objects.first()
        if (newest.number if newest else 0) != about.number - 1:
            raise Mistake("the release", "another one was made meanwhile", "Release the month again")
        made = Release(
            number=about.number, month=about.month, made_at=about.made_at, made_by=who,
            snapshot=about.measured.snapshot, about=said, kept=_packed(edition),
            hash=digest([about.number, about.month, said, [list(row) for row in rows]]),
        )  # fmt: skip
        made.save(force_insert=True)
        ReleasedSheet.objects.bulk_create(
            [ReleasedSheet(release=made, indicator=key, unit=unit, by=by, rows=each) for key, unit, by, each in rows],
            batch_size=500,
        )
        record(who, f"released: {about.month}", f"release {about.number}", after=made.hash)
    return made


def state_of(kept: Release) -> str:
    """The digest of all that it shows, as it stands."""
    rows = kept.sheets.order_by("pk").values_list("indicator", "unit", "by", "rows")
    return digest([kept.number, kept.month, kept.about, [list(row) for row in rows]])


def newest_about() -> About | None:
    """Of the newest release."""
    found = Release.objects.values_list("number", "hash").first()
    return _read(*found) if found else None


def about_number(number: int) -> About | None:
    found = Release.objects.filter(number=number).values_list("number", "hash").first()
    return _read(*found) if found else None


def listed() -> list[tuple[int, str, datetime]]:
    """Number, month and moment of every release, the newest first."""
    return list(Release.objects.values_list("number", "month", "made_at"))


@lru_cache(maxsize=8)
def _read(number: int, hash_: str) -> About:
    """What never changes is read once. The hash tells it from a release of another workspace."""
    kept = Release.objects.defer("kept").get(pk=number)
    said = kept.about
    held = Measurement(
        snapshot=kept.snapshot, model_version=said["model_version"],
        measured_at=datetime.fromisoformat(said["measured_at"]), through=Period.parse(kept.month).last_on,
        model=Model.model_validate_json(said["model"]),
        coverage={key: Observed(*map(date.fromisoformat, days)) for key, days in said["coverage"].items()},
        slots={}, credited={}, numbers={}, overtaken=(),
        above={each["unit_id"]: each["parent_id"] for each in said["units"]},
    )  # fmt: skip
    return About(
        number, kept.month, kept.made_at, held, _units(said["units"]), date.fromisoformat(said["first"]),
        frozenset(said.get("of_few", ())), said["figures"], said["withheld"], hash_,
    )  # fmt: skip


def _as_json(about: About) -> dict[str, Any]:
    days = ("valid_from", "valid_to")
    return {
        "model": json.dumps(json.loads(about.model.model_dump_json(by_alias=True)), ensure_ascii=False, sort_keys=True),
        "model_version": about.measured.model_version,
        "measured_at": about.measured.measured_at.isoformat(),
        "first": about.first.isoformat(),
        "of_few": sorted(about.of_few),
        "figures": about.figures,
        "withheld": about.withheld,
        "coverage": {
            key: [each.from_on.isoformat(), each.through.isoformat()] for key, each in about.measured.coverage.items()
        },
        "units": [
            {
                name: day.isoformat() if name in days and (day := getattr(unit, name)) else getattr(unit, name)
                for name in Unit.__dataclass_fields__
            }
            for unit in about.units.values()
        ],
    }


def _units(said: Sequence[Mapping[str, Any]]) -> dict[str, Unit]:
    found = {}
    for each in said:
        days = {name: date.fromisoformat(each[name]) if each[name] else None for name in ("valid_from", "valid_to")}
        found[each["unit_id"]] = Unit(**{**each, **days})
    return found


def edition_of(kept: Release) -> Edition:
    """What a release knew, for the next ones to be held against."""
    told = _read(kept.number, kept.hash)
    sheets = []
    with np.load(io.BytesIO(kept.kept), allow_pickle=False) as arrays:
        for number, (key, by, periods, groups) in enumerate(json.loads(str(arrays["axes"]))):
            sheets.append(
                Sheet(
                    told.model.indicator(key), by, tuple(told.units), tuple(periods), tuple(groups),
                    *(arrays[f"{number} {name}"] for name in (*_NUMBERS, "shown")),
                )
            )  # fmt: skip
    return Edition(told.model.threshold, told.units, tuple(sheets), told.of_few)


def _packed(edition: Edition) -> bytes:
    packed = io.BytesIO()
    arrays: dict[str, Any] = {}
    for number, sheet in enumerate(edition.sheets):
        arrays |= {f"{number} {name}": getattr(sheet, name) for name in (*_NUMBERS, "shown")}
    axes = json.dumps([[each.indicator.key, each.by, each.periods, each.groups] for each in edition.sheets])
    np.savez_compressed(packed, axes=np.array(axes), **arrays)
    return packed.getvalue()


def released_figures(
    about: About, indicator: str, units: Sequence[str], periods: Sequence[str] | None = None, by: str = ""
) -> list[Figure]:
    """In the order of units, periods and groups; of periods that it does not hold there are none."""
    kept = ReleasedSheet.objects.filter(release=about.number, indicator=indicator, by=by, unit__in=units)
    sheets = dict(kept.values_list("unit", "rows"))
    wanted = None if periods is None else set(periods)
    found = []
    for unit in units:
        by_period: dict[str, list[Figure]] = {}
        for row in sheets.get(unit, ()):
            if wanted is None or row[0] in wanted:  # the period: most pages ask for few of them
                figure = _figure(about, indicator, unit, by, dict(zip(FIELDS, row, strict=True)))
                by_period.setdefault(figure.period, []).append(figure)
        for period in by_period if periods is None else periods:
            found += by_period.get(period, [])
    return found


def _figure(about: About, indicator: str, unit: str, by: str, said: dict[str, Any]) -> Figure:
    day = said.pop("matures_on")
    return Figure(
        indicator=indicator, unit=unit, group_by=by, persons=None, snapshot=about.measured.snapshot,
        matures_on=date.fromisoformat(day) if day else None, **said,
    )  # fmt: skip
