"""What every page of figures stands on: the model in force, the units, and the periods that the records cover."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any, TypeVar

import duckdb
from django.utils.translation import gettext

from pejling.agreements.rights import Reader, Right
from pejling.indicators.definition import Indicator
from pejling.indicators.figures import Figure, figures, figures_together
from pejling.indicators.hierarchy import Unit, of_few, units
from pejling.indicators.measurement import Measurement, measurement
from pejling.indicators.model import Model
from pejling.indicators.periods import Kind, covered
from pejling.indicators.pinned import Mistake
from pejling.indicators.records import Coverage, coverage, missing, snapshot
from pejling.indicators.unposted import unposted, without_zeros
from pejling.pages import words
from pejling.pages.readiness import NotReady
from pejling.pages.unknown import Unknown

PERIOD_KINDS = ("year", "quarter", "month")
INDICATOR_KINDS = ("effect", "result", "development", "legal", "resource", "activity")  # effects are read first


T = TypeVar("T")
Memory = dict[tuple[object, ...], tuple[Any]]  # what has been asked of a snapshot, and the answer
Known = dict[tuple[str, str, str], Figure]  # by indicator, unit and period
REMEMBERED = 2000  # answers; then the memory begins anew
FIGURES = 300_000  # as many of those, in some hundred MiB


_one_at_a_time = threading.RLock()  # of the many who ask when something has landed, one works it out for all


def remembered(memory: Memory, asked: tuple[object, ...], answer: Callable[[], T]) -> T:
    """The answer to what is asked of a snapshot, named in the question: it never changes, so it is worked out once."""
    kept = memory.get(asked)  # at once, for another thread may begin the memory anew
    if kept is None:
        with _one_at_a_time:
            kept = memory.get(asked)
            if kept is None:
                kept = (answer(),)
                if len(memory) >= REMEMBERED:
                    memory.clear()
                memory[asked] = kept
    return kept[0]


@dataclass(frozen=True)
class Ground:
    connection: duckdb.DuckDBPyConnection
    measured: Measurement
    units: dict[str, Unit]
    coverage: dict[str, Coverage]
    snapshot: int
    memory: "Memory"
    hierarchy: dict[str, Unit]  # the organisation; `units` are those of it that the reader may see figures of
    every: dict[str, Unit]  # also those that are one person's courses: theirs are counted where they belong, and unseen

    @property
    def release(self) -> tuple[int, str] | None:
        """Number and month of the release that it stands on; None where it is live."""
        return None

    @property
    def through(self) -> date:
        return self.measured.through

    @property
    def first(self) -> date:
        """The first day that any indicator covers; one whose figures were delivered without a first day has none."""
        known = (observed.from_on for observed in self.measured.coverage.values())
        return min((day for day in known if day != date.min), default=self.through)

    @property
    def model(self) -> Model:
        """The one that was measured; a newer one counts when it has been measured too."""
        return self.measured.model

    def figures(
        self, key: str, units: Sequence[str], periods: Sequence[str], by: str = "", *, with_persons: bool = False
    ) -> list[Figure]:
        """As `indicators.figures`, asked once a snapshot: a snapshot never changes, so nor does its answer.

        A unit's figure is the sum of all below it, whoever asks; one that the reader may not see is Unknown, also where
        another reader's answer is remembered. To count the persons takes longer than all else, and only the page that
        lists the courses asks for it.
        """
        for unit_id in units:
            self.unit(unit_id)
        if not by and not with_persons:
            known = self.ask([key], units, periods)
            return [known[key, unit, period] for unit in dict.fromkeys(units) for period in dict.fromkeys(periods)]
        return self.remembered(
            (key, tuple(units), tuple(periods), by, with_persons),
            lambda: figures(
                self.connection, key, units=units, periods=periods, by=by, with_persons=with_persons,
                ground=(self.measured, self.every),
            ),
        )  # fmt: skip

    def told(
        self, key: str, units: Sequence[str], periods: Sequence[str], by: str = "", *, with_persons: bool = False
    ) -> list[Figure]:
        """As `figures`; of a unit that nothing was ever posted to no 0 kroner are told."""
        found = self.figures(key, units, periods, by, with_persons=with_persons)
        bare = unposted(
            self.measured.indicator(key), found, lambda those: self.figures(key, those, self.periods("year"))
        )
        return without_zeros(found, bare)

    def ask(self, keys: Iterable[str], units: Sequence[str], periods: Sequence[str]) -> Known:
        """Remember the figures of several indicators, which together take little more than one; by indicator, unit and
        period, with all that is remembered already.
        """
        keys = list(keys)
        known: Known = self.remembered(("figures",), dict)
        if all(cell in known for cell in product(keys, units, periods)):
            return known
        with _one_at_a_time:
            new = [cell for cell in product(keys, units, periods) if cell not in known]
            if not new:
                return known
            if len(known) > FIGURES:  # a new one, for somebody may be reading the old
                known, new = {}, list(product(keys, units, periods))
                self.memory[self.snapshot, "figures"] = (known,)
            asked, at, over = (list(dict.fromkeys(each)) for each in zip(*new, strict=True))
            found = figures_together(self.connection, asked, units=at, periods=over, ground=(self.measured, self.every))
            known |= {(f.indicator, f.unit, f.period): f for told in found.values() for f in told}
        return known

    def remembered(self, asked: tuple[object, ...], answer: Callable[[], T]) -> T:
        """As `remembered`, of this snapshot."""
        return remembered(self.memory, (self.snapshot, *asked), answer)

    def unit(self, unit_id: str) -> Unit:
        if unit_id not in self.units:
            raise Unknown("unit", unit_id, self.units, lambda known: self.units[known].name)
        return self.units[unit_id]

    def indicator(self, key: str) -> Indicator:
        for indicator in self.model.measured:
            if indicator.key == key:
                return indicator
        known = {indicator.key: indicator for indicator in self.model.measured}
        raise Unknown("indicator", key, known, lambda near: words.text(known[near].name))

    @property
    def indicators(self) -> list[Indicator]:
        """Effects first: activity explains them, and is never the point. Within a kind, the model's own order."""
        return sorted(self.model.indicators, key=lambda indicator: INDICATOR_KINDS.index(indicator.kind))

    @property
    def told_alone(self) -> list[Indicator]:
        """Those that say something by themselves: what a period added to the commitments does not, and may be below 0.
        What is committed stands with the economy.
        """
        named = self.model.economy
        return [each for each in self.indicators if named is None or each.key != named.commitment]

    def below(self, unit_id: str) -> list[Unit]:
        """The units right below, to be shown beside each other: never one person's beside the rest."""
        return [
            unit for unit in self.units.values()
            if unit.parent_id == unit_id and unit.kind not in self.model.levels.caseworker
        ]  # fmt: skip

    def above(self, unit: Unit) -> tuple[Unit, ...]:
        """The units it is part of, from the top."""
        way: list[Unit] = []
        while unit.parent_id in self.units:
            unit = self.units[unit.parent_id]
            way.append(unit)
        return tuple(reversed(way))

    def tops(self) -> list[Unit]:
        return [unit for unit in self.units.values() if unit.parent_id not in self.units]

    def periods(self, kind: str) -> list[str]:
        for known in PERIOD_KINDS:
            if kind == known:
                return [period.text for period in covered(known, self.first, self.through)]  # type: ignore[arg-type]
        raise Unknown("period_kind", kind, PERIOD_KINDS)

    def has_period(self, written: str) -> bool:
        """Is it a period of any kind, a rolling year too, with a day that the records cover?"""
        kinds: tuple[Kind, ...] = ("year", "quarter", "month", "rolling")
        return any(period.text == written for kind in kinds for period in covered(kind, self.first, self.through))

    def kind_name(self, unit: Unit) -> str:
        known = self.model.unit_kinds.get(unit.kind)
        return words.text(known) if known else unit.kind

    def column_name(self, column: str) -> str:
        known = self.model.groups.get(column)
        ours = {"target_group": gettext("Target group"), "age": gettext("Age"), "account": gettext("Account")}
        return words.text(known.name) if known else ours.get(column, column)

    def value_name(self, column: str, value: str) -> str:
        known = self.model.groups.get(column)
        return words.text(known.values[value]) if known and value in known.values else self.word(value)

    def word(self, value: str) -> str:
        """The model's word for a value in the records: a state, an exit, a target group."""
        return words.known(self.model, value)


def ground(connection: duckdb.DuckDBPyConnection, memory: Memory, reader: Reader | None = None) -> Ground:
    """What the reader may see; all of it where none is named: the workspace's owner, at the command line.

    Units that a reader may not see figures of are, to them, not there: so too another person's own courses, as a unit.
    Who has courses of their own sees the figures of the unit that these are part of, but not where it has one or two
    people: less their own it would be the other's. Raises NotReady where there is no model, or nothing was measured.
    """
    number = snapshot(connection)
    every, measured, reach = remembered(memory, (number, "ground"), lambda: _measured(connection))
    hierarchy, seen = every, set(every)
    if reader is not None:
        own = reader.at("figures")
        persons = {key for key, unit in every.items() if unit.kind in measured.model.levels.caseworker}
        hierarchy = {key: unit for key, unit in every.items() if key not in persons - own}
        few = of_few(every, measured.model.levels.caseworker)
        teams = {above for key in persons & own if (above := every[key].parent_id)}
        seen = {*reader.within("figures", every), *(teams - few)}
    return Ground(
        connection, measured, {key: unit for key, unit in hierarchy.items() if key in seen},
        reach, number, memory, hierarchy, every,
    )  # fmt: skip


def _measured(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[dict[str, Unit], Measurement, dict[str, Coverage]]:
    try:
        measured = measurement(connection)  # first: it says so where nothing is measured yet
        return units(connection), measured, coverage(connection)
    except (Mistake, duckdb.CatalogException):
        raise NotReady(missing(connection) or "measurements") from None


def reaches_all(connection: duckdb.DuckDBPyConnection, reader: Reader, right: Right) -> bool:
    """Has the reader the right at every unit? Before anything is measured there is none to be kept from."""
    if missing(connection):
        return True
    hierarchy = units(connection)
    return set(hierarchy) <= reader.within(right, hierarchy)


def sees(connection: duckdb.DuckDBPyConnection, reader: Reader, unit: str) -> bool:
    """May the reader see the unit's figures, live or as released?"""
    hierarchy = units(connection)
    return any(reader.may(right, unit, hierarchy) for right in ("figures", "released"))


def kind_of(period: str) -> str:
    """The kind of a period as written; a rolling year is shown among the years."""
    if "Q" in period:
        return "quarter"
    return "month" if "-" in period and "/" not in period else "year"
