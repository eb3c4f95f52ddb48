"""What was measured of the law in some units and periods: steps by how they went, and the money that hangs on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from pejling.indicators.cells import Scope, rows_of
from pejling.indicators.derived import AT_RISK, EXPECTED, FRAME, Statutory
from pejling.indicators.figures import Figure, figures_together
from pejling.indicators.hierarchy import Unit
from pejling.indicators.measurement import Measurement, reading
from pejling.indicators.periods import Period

Ground = tuple[Measurement, Mapping[str, Unit]]


@dataclass(frozen=True)
class Timeliness:
    """The steps of a rule that fell due in a cell: `figure` has those held in time, and those due and not exempt.

    `late`: held after the due day, `missed`: not held. `exempt` by reason; `minutes` and `kroner`: what the steps due
    take by their standard.
    """

    rule: str
    figure: Figure
    late: int
    missed: int
    exempt: Mapping[str, int]
    minutes: int
    kroner: Decimal

    @property
    def due(self) -> int:
        return int(self.figure.denominator or 0)


@dataclass(frozen=True)
class Money:
    """Of a cell: what the state pays back, what of it is at risk, and the frame that the law's steps are held against.

    None where the model has no such thing.
    """

    expected: Figure | None
    at_risk: Figure | None
    frame: Figure | None


def timeliness(
    connection: duckdb.DuckDBPyConnection, ground: Ground, units: Sequence[str], periods: Sequence[str]
) -> dict[tuple[str, str], list[Timeliness]]:
    """By unit and period: every rule of the model, in its order."""
    measured, _ = ground
    found: dict[tuple[str, str], list[Timeliness]] = {(unit, period): [] for unit in units for period in periods}
    with reading(connection, ground):
        rules = [indicator for indicator in measured.model.measured if isinstance(indicator, Statutory)]
        keys = [indicator.key for indicator in rules]
        told = figures_together(connection, keys, units=units, periods=periods, ground=ground)
        counts = _counts(connection, measured, rules, units, periods)
        for indicator in rules:
            for figure in told[indicator.key]:
                counted = counts.get((indicator.key, figure.unit, figure.period), {})
                found[figure.unit, figure.period].append(_timeliness(indicator, figure, counted))
    return found


def money(
    connection: duckdb.DuckDBPyConnection, ground: Ground, units: Sequence[str], periods: Sequence[str]
) -> dict[tuple[str, str], Money]:
    """By unit and period."""
    keys = [each.key for each in ground[0].model.measured if each.key in (EXPECTED, AT_RISK, FRAME)]
    with reading(connection, ground):
        told = figures_together(connection, keys, units=units, periods=periods, ground=ground)
    found = {key: {(figure.unit, figure.period): figure for figure in those} for key, those in told.items()}
    return {
        (unit, period): Money(*(found.get(key, {}).get((unit, period)) for key in (EXPECTED, AT_RISK, FRAME)))
        for unit in units
        for period in periods
    }


def _timeliness(indicator: Statutory, figure: Figure, counts: Mapping[str, int]) -> Timeliness:
    late = counts.get("late", 0)
    due, in_time = int(figure.denominator or 0), int(figure.numerator or 0)
    exempt = {key: counts.get(f"exempt_{key}", 0) for key in indicator.exemptions}
    exempt["recorded"] = counts.get("exempt", 0) - sum(exempt.values())
    return Timeliness(
        indicator.rules[0], figure, late, due - in_time - late, {key: n for key, n in exempt.items() if n},
        counts.get("minutes", 0), Decimal(counts.get("ore", 0)) / 100,
    )  # fmt: skip


def _counts(
    connection: duckdb.DuckDBPyConnection,
    measured: Measurement,
    rules: Sequence[Statutory],
    units: Sequence[str],
    periods: Sequence[str],
) -> dict[tuple[str, str, str], dict[str, int]]:
    """By rule, unit and period: the sums of all that is counted of it, by its name in `law_items`."""
    if not units or not periods:
        return {}
    spans = tuple(map(Period.parse, periods))
    scopes = [
        Scope(each, measured.coverage[each.key], "", tuple(units), spans, measured)
        for each in rules
        if each.key in measured.coverage and measured.slots.get(each.key)
    ]
    return {
        (scope.indicator.key, unit, period): {name: counted[prefix + name] for name in scope.slots}
        for scope, prefix, rows in rows_of(connection, scopes)
        for (unit, period, _), counted in rows
    }
