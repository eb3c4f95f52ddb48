"""What documentation costs: each registered field, who uses it, and how many minutes the registrations take.

Standard times stand in the model; a reader may try others, which are kept nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

from django.utils.translation import gettext

from pejling.indicators.fields import Field, measured_from, read_by_rules, told_apart_by
from pejling.indicators.model import Model
from pejling.indicators.registrations import BY_COURSE, Filled, Month, by_month, filled
from pejling.pages import fields, words
from pejling.pages.ground import Ground

MONTHS = 24
LONGEST = 600  # minutes that anyone may try
SELDOM = 0.5  # filled in fewer rows than this it is said to be seldom filled


@dataclass(frozen=True)
class Use:
    """A registered field and what it is used for. `key`: it tells rows apart."""

    field: Field
    name: str
    filled: Filled
    indicators: tuple[tuple[str, str], ...]  # key and name
    rules: tuple[str, ...]
    pages: tuple[str, ...]
    key: bool

    @property
    def used(self) -> bool:
        return bool(self.indicators or self.rules or self.pages or self.key)

    @property
    def seldom(self) -> bool:
        """Measured from, and yet mostly empty: then the figure stands on few rows, or on those it is about."""
        return bool(self.indicators) and not self.filled.end and self.filled.share < SELDOM


@dataclass(frozen=True)
class TableOfUses:
    table: str
    name: str
    rows: int
    uses: tuple[Use, ...]

    @property
    def used(self) -> bool:
        """Is anything in it used, beyond telling its rows apart?"""
        return any(use.indicators or use.rules or use.pages for use in self.uses)


@dataclass(frozen=True)
class Registration:
    """A table that belongs to courses: rows in the newest month, and minutes a row as asked and as the model has it."""

    table: str
    name: str
    rows: int
    minutes: float | None
    standard: float | None


@dataclass(frozen=True)
class Burden:
    """A month: registrations and minutes for each open course, and hours in all; None where no time is known."""

    period: str
    courses: float
    registrations: float | None
    minutes: float | None
    hours: float | None


@dataclass(frozen=True)
class Counted:
    """What was counted of a snapshot, whoever asks."""

    fields: tuple[Filled, ...]
    months: tuple[Month, ...]


@dataclass(frozen=True)
class BurdenPage:
    tables: tuple[TableOfUses, ...]
    kinds: tuple[Registration, ...]
    months: tuple[Burden, ...]  # oldest first
    tried: bool  # other minutes than the model's
    typed: Mapping[str, str]  # by table, what was typed
    wrong: Mapping[str, str]  # and what is to be mended in it: the model's minutes count meanwhile

    @property
    def newest(self) -> Burden | None:
        return self.months[-1] if self.months else None

    @cached_property
    def unused(self) -> tuple[tuple[TableOfUses, Use], ...]:
        """The fields that nobody uses, of tables that are used: those to take out of the forms."""
        return tuple((table, use) for table in self.tables if table.used for use in table.uses if not use.used)

    @property
    def unused_tables(self) -> tuple[tuple[TableOfUses, float | None], ...]:
        """The tables of which nobody uses anything, with the hours they took in the newest month, where known."""
        hours = {k.table: k.rows * k.minutes / 60 for k in self.kinds if k.minutes is not None}
        return tuple((table, hours.get(table.table)) for table in self.tables if not table.used)

    @property
    def timed(self) -> bool:
        return any(kind.minutes is not None for kind in self.kinds)


def burden_page(ground: Ground, tried: Mapping[str, str]) -> BurdenPage:
    """`tried`: by table the minutes typed, in the reader's language; of what is no number of minutes it is said."""
    counted = ground.remembered(("burden",), lambda: Counted(
        tuple(filled(ground.connection)),
        tuple(by_month(ground.connection, ground.first, ground.through, MONTHS)),
    ))  # fmt: skip
    standard = ground.model.registration_minutes
    said = {table: text for table in BY_COURSE if (text := tried.get(table, "").strip())}
    typed = {table: minutes for table in BY_COURSE if (minutes := _minutes(tried.get(table, ""))) is not None}
    times = {**standard, **typed}
    newest = counted.months[-1].rows if counted.months else {}
    return BurdenPage(
        tables=_tables(ground.model, counted.fields),
        kinds=tuple(
            Registration(table, fields.table(table), newest.get(table, 0), times.get(table), standard.get(table))
            for table in BY_COURSE
            if any(table in month.rows for month in counted.months)
        ),
        months=tuple(_burden(month, times) for month in counted.months),
        tried=any(standard.get(table) != minutes for table, minutes in typed.items()),
        typed=said,
        wrong={
            table: gettext("Write minutes from 0 to %(most)s.") % {"most": words.number(LONGEST)}
            for table in said
            if table not in typed
        },
    )


def _minutes(typed: str) -> float | None:
    try:
        minutes = float(typed.strip().replace(",", "."))
    except ValueError:
        return None
    return minutes if isfinite(minutes) and 0 <= minutes <= LONGEST else None


def _burden(month: Month, times: Mapping[str, float]) -> Burden:
    rows = sum(month.rows.values())
    known = {table: count for table, count in month.rows.items() if table in times}
    minutes = sum(times[table] * count for table, count in known.items())
    return Burden(
        month.period,
        month.courses,
        rows / month.courses if month.courses else None,
        minutes / month.courses if known and month.courses else None,
        minutes / 60 if known else None,
    )


def _tables(model: Model, counted: tuple[Filled, ...]) -> tuple[TableOfUses, ...]:
    indicators: dict[Field, list[tuple[str, str]]] = {}
    rules: dict[Field, list[str]] = {}
    for indicator in model.indicators:
        for field in measured_from(model, indicator):
            indicators.setdefault(field, []).append((indicator.key, words.text(indicator.name)))
    for name, read in read_by_rules(model).items():
        for field in read:
            rules.setdefault(field, []).append(fields.rule(name))
    for grant in model.grants:
        for field in measured_from(model, model.indicator(grant.indicator)):
            if fields.rule(grant.kind) not in rules.setdefault(field, []):
                rules[field].append(fields.rule(grant.kind))
    pages = fields.shown_on()
    found: dict[str, list[Use]] = {}
    for each in counted:
        field = each.table, each.column
        use = Use(
            field,
            _name(model, field),
            each,
            tuple(indicators.get(field, ())),
            tuple(rules.get(field, ())),
            tuple(page for page, shown in pages.items() if field in shown),
            field in told_apart_by(each.table),
        )
        found.setdefault(each.table, []).append(use)
    return tuple(
        TableOfUses(table, fields.table(table), uses[0].filled.rows, tuple(uses)) for table, uses in found.items()
    )


def _name(model: Model, field: Field) -> str:
    known = model.groups.get(field[1]) if field[0] == "persons" else None
    return words.text(known.name) if known else fields.name(field)
