"""The components of the cells asked for, summed over the units at or below each unit and the months of each period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from pejling.indicators.definition import Indicator, Stock
from pejling.indicators.hierarchy import Unit, descendants
from pejling.indicators.measurement import Measurement, with_relations
from pejling.indicators.model import Model
from pejling.indicators.periods import Period
from pejling.indicators.queries import courses_behind

PERSONS_COUNTED = 1000  # courses; in a larger cell the number of persons hides no one, and is left out
CellKey = tuple[str, str, str]  # unit, period, group
Histogram = dict[tuple[int, str], int]


@dataclass(frozen=True)
class Cell:
    """The sum of the components of one unit, period and group."""

    numerator: float = 0
    denominator: float = 0
    undecided: int = 0
    decided_by: date | None = None


@dataclass(frozen=True)
class Scope:
    """An indicator in some units and periods, by some column ("" for the whole)."""

    connection: duckdb.DuckDBPyConnection
    indicator: Indicator
    by: str
    hierarchy: Mapping[str, Unit]
    units: tuple[str, ...]
    spans: tuple[Period, ...]

    @cached_property
    def descent(self) -> list[tuple[str, str]]:
        """(unit, a unit at or below it)."""
        return [(unit, leaf) for unit in dict.fromkeys(self.units) for leaf in descendants(self.hierarchy, unit)]

    def relations(self) -> str:
        """`scope` and `span`, the cells asked for, as the first of a WITH; see `values` for what is bound."""
        return """scope AS (SELECT unnest($units) AS unit, unnest($leaves) AS leaf),
            span AS (SELECT unnest($periods) AS period, unnest($firsts) AS first_on, unnest($lasts) AS last_on)"""

    def values(self, units: Iterable[str] | None = None, periods: Iterable[str] | None = None) -> dict[str, Any]:
        """What `relations` binds; only for some of the units and periods where they are named."""
        only_units, only_periods = set(units or self.units), set(periods or (span.text for span in self.spans))
        descent = [pair for pair in self.descent if pair[0] in only_units]
        spans = {span.text: span for span in self.spans if span.text in only_periods}
        return {
            "units": [unit for unit, _ in descent],
            "leaves": [leaf for _, leaf in descent],
            "periods": list(spans),
            "firsts": [span.first_on for span in spans.values()],
            "lasts": [span.last_on for span in spans.values()],
        }

    @property
    def in_span(self) -> str:
        """When a month's component belongs to a period: a stock is the running sum of its changes."""
        stock = isinstance(self.indicator, Stock)
        return "month <= last_on" if stock else "month BETWEEN first_on AND last_on"


def cells(scope: Scope) -> dict[CellKey, Cell]:
    """Those with any component."""
    rows = scope.connection.execute(
        f"""WITH {scope.relations()},
        monthly AS (
            SELECT unit, month, "group", SUM(numerator) AS numerator, SUM(denominator) AS denominator,
                SUM(undecided) AS undecided, MAX(decided_by) AS decided_by
            FROM lake.measurements.components JOIN scope ON unit_id = leaf
            WHERE indicator = $indicator AND group_by = $by GROUP BY unit, month, "group")
        SELECT unit, period, "group", SUM(numerator), COALESCE(SUM(denominator), 0), SUM(undecided), MAX(decided_by)
        FROM monthly JOIN span ON {scope.in_span} GROUP BY unit, period, "group" """,
        {**scope.values(), "indicator": scope.indicator.key, "by": scope.by},
    ).fetchall()
    return {(unit, period, group): Cell(*sums) for unit, period, group, *sums in rows}


def groups(scope: Scope, model: Model) -> list[str]:
    """The groups measured anywhere: in the model's order, then those it does not name."""
    if not scope.by:
        return [""]
    rows = scope.connection.execute(
        'SELECT DISTINCT "group" FROM lake.measurements.components WHERE indicator = ? AND group_by = ?',
        [scope.indicator.key, scope.by],
    ).fetchall()
    named = list(model.target_groups if scope.by == "target_group" else ())
    if scope.by in model.groups:
        named = list(model.groups[scope.by].values)
    place = {group: number for number, group in enumerate(named)}
    return sorted((row[0] for row in rows), key=lambda group: (place.get(group, len(place)), group))


def durations(scope: Scope, keys: list[CellKey]) -> dict[CellKey, tuple[Histogram, Histogram]]:
    """Of the cells named: the histograms of days to exit, and of days from exit to relapse."""
    if not keys:
        return {}
    rows = scope.connection.execute(
        f"""WITH {scope.relations()}
        SELECT unit, period, "group", stage, days, event, SUM(courses)
        FROM lake.measurements.durations JOIN scope ON unit_id = leaf JOIN span ON {scope.in_span}
        WHERE indicator = $indicator AND group_by = $by GROUP BY unit, period, "group", stage, days, event""",
        {
            **scope.values((unit for unit, _, _ in keys), (period for _, period, _ in keys)),
            "indicator": scope.indicator.key,
            "by": scope.by,
        },
    ).fetchall()
    wanted = set(keys)
    found: dict[CellKey, tuple[Histogram, Histogram]] = {}
    for unit, period, group, stage, days, event, courses in rows:
        if (unit, period, group) in wanted:
            found.setdefault((unit, period, group), ({}, {}))[stage - 1][days, event] = int(courses)
    return found


def persons(scope: Scope, measured: Measurement, courses: Mapping[CellKey, int]) -> dict[CellKey, int]:
    """Distinct persons behind each cell with that many courses; none said for cells too large for it to matter."""
    counted = {key: 0 for key, number in courses.items() if number == 0}
    small = [key for key, number in courses.items() if 0 < number <= PERSONS_COUNTED]
    if not small:
        return counted
    by = (scope.by,) if scope.by else ()
    behind = courses_behind(scope.indicator, measured.observed(scope.indicator), by)
    through = measured.observed(scope.indicator).through
    standing = "from_on <= LEAST(last_on, $through) AND to_on > LEAST(last_on, $through)"
    within = standing if isinstance(scope.indicator, Stock) else "anchor_on BETWEEN first_on AND last_on"
    values = scope.values((unit for unit, _, _ in small), (period for _, period, _ in small))
    if isinstance(scope.indicator, Stock):
        values["through"] = through
    rows = scope.connection.execute(
        f"""{with_relations(scope.connection, measured, through)}, {scope.relations()}
        SELECT unit, period, {"group_0" if by else "''"} AS grouped, COUNT(DISTINCT person_id)
        FROM ({behind}) AS b JOIN credited AS c ON b.unit_id = c.unit_id JOIN scope AS s ON c.credited_to = s.leaf
        JOIN span ON {within} GROUP BY unit, period, grouped""",
        values,
    ).fetchall()
    found = {(unit, period, group): number for unit, period, group, number in rows}
    return counted | {key: found.get(key, 0) for key in small}
