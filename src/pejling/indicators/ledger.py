"""The ledger of a unit: what is budgeted, spent and committed, month by month, and what its unit costs are made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.indicators.definition import Amount, Ratio
from pejling.indicators.figures import Figure, figures_together
from pejling.indicators.hierarchy import Unit, known_unit
from pejling.indicators.hierarchy import units as measured_units
from pejling.indicators.measurement import Measurement, measurement, reading
from pejling.indicators.monthly import Monthly, below, monthly
from pejling.indicators.periods import Kind, Period

LOOKED_BACK = 36  # months, for the newest unit cost that is decided
FIRM = ("final", "provisional", "undefined")


@dataclass(frozen=True)
class Cost:
    """A ratio over the twelve months ending with the month, and what it is over; the same of the newest twelve months
    that are decided, None where there are none."""

    ratio: Ratio
    divisor: str  # the measure it is over: "exits", "lasting_share" …
    now: tuple[Figure, Figure]
    decided: tuple[Figure, Figure] | None


@dataclass(frozen=True)
class Ledger:
    """Through the end of `month`. `units` are the unit and all below it, with the unit above each of them.

    `spent` and `committed` reach through the month, `budget` through the last month budgeted of its year; None where
    no month of it is covered.
    """

    unit: str
    month: str
    units: Mapping[str, Unit]
    spent: Monthly
    budget: Monthly | None
    committed: Monthly | None
    costs: tuple[Cost, ...]
    snapshot: int


def ledger(
    connection: duckdb.DuckDBPyConnection,
    unit: str,
    month: str,
    *,
    ground: tuple[Measurement, Mapping[str, Unit]] | None = None,
) -> Ledger:
    """`ground` is the measurement and the whole hierarchy, for one who has read them in the same transaction.

    Raises Mistake where the model has no economy, for a unit nobody knows, and for a month not covered whole.
    """
    with reading(connection, ground):
        measured, hierarchy = ground or (measurement(connection), measured_units(connection))
        named = measured.model.economy
        if named is None:
            raise Mistake(
                "the model", "it does not say which indicators are the economy",
                "Write `economy: {budget: …, actual: …}` in model.yaml, and load it",
            )  # fmt: skip
        known_unit(hierarchy, unit)
        ground = measured, hierarchy
        parts = below(hierarchy, unit)
        spent = monthly(connection, named.actual, parts, last=month, ground=ground)
        through = {named.budget: f"{month[:4]}-12", named.commitment or "": month}
        found = {
            key: monthly(connection, key, parts, last=until, ground=ground)
            for key, last in through.items()
            if key and (until := _reached(measured, key, last))
        }
        return Ledger(
            unit, month, {each: hierarchy[each] for each in parts}, spent, found.get(named.budget),
            found.get(named.commitment or ""),
            tuple(_costs(connection, ground, named.unit_costs, unit, month)),
            measured.snapshot,
        )  # fmt: skip


def _reached(measured: Measurement, key: str, last: str) -> str:
    """The month `last`, or the newest before it that is covered whole; "" where none is."""
    observed = measured.coverage.get(key)
    if observed is None:
        return ""
    span = Period.parse(last)
    while span.last_on > observed.through:
        span = _back(span, 1, "month")
    return span.text if span.first_on >= observed.from_on else ""


def _back(month: Period, months: int, kind: Kind) -> Period:
    """The period of that kind that ends so many months before."""
    number = month.first_on.year * 12 + month.first_on.month - 1 - months
    return Period.ending(kind, number // 12, number % 12 + 1)


def _costs(
    connection: duckdb.DuckDBPyConnection,
    ground: tuple[Measurement, Mapping[str, Unit]],
    keys: Sequence[str],
    unit: str,
    month: str,
) -> Iterator[Cost]:
    """Of each ratio named, asked for together and of all years that may be the newest decided."""
    model = ground[0].model
    ratios = [model.indicator(key) for key in keys]
    for each in ratios:
        if not isinstance(each, Ratio) or not isinstance(model.indicator(each.numerator), Amount):
            raise Mistake(f"indicator {each.key}", "it is no ratio of an amount", "Run `pejling model check`")
    years = [_back(Period.parse(month), months, "rolling").text for months in range(LOOKED_BACK)]
    wanted = dict.fromkeys(key for each in ratios if isinstance(each, Ratio) for key in (each.key, each.denominator))
    told = figures_together(connection, list(wanted), units=[unit], periods=years, ground=ground)
    by_year = {(key, figure.period): figure for key, those in told.items() for figure in those}
    for each in ratios:
        assert isinstance(each, Ratio)  # noqa: S101 - looked at above
        pairs = [(by_year[each.key, year], by_year[each.denominator, year]) for year in years]
        decided = next((pair for pair in pairs if pair[0].state in FIRM), None)
        yield Cost(each, model.indicator(each.denominator).measure, pairs[0], decided)
