"""Measuring: from facts and the current model to additive components, in one transaction.

Figures of every level and period are sums of components (`figures`), and agree by construction. What is kept stands at
the unit of the record itself; who is credited with it stands beside the unit, so that a unit that closes moves no
component. After a small delivery only what it can have touched is measured again (`touched`): its components as they
were are taken away, and as they are now added, as rows of their own. An indicator that is new, or whose definition or
coverage is another, is measured all over. Definitions that were signed, and that the model has moved on from, are
measured beside its own (`pins`).
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from pejling.facts.coverage import Coverage, coverage
from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, writing
from pejling.indicators.components import ADDED, Count, Sheet, counts, filled
from pejling.indicators.components import TABLES as COMPONENTS
from pejling.indicators.definition import NOT_MEASURED, Amount, Indicator, Intake, Ratio
from pejling.indicators.definition import Observed as ObservedElsewhere
from pejling.indicators.documents import nearest
from pejling.indicators.evaluation import Into, Keep
from pejling.indicators.evaluation import evaluate as evaluate_here
from pejling.indicators.hierarchy import Unit, standing
from pejling.indicators.items import Observed
from pejling.indicators.measurement import KEPT, Kept
from pejling.indicators.model import Model, current_version, fingerprint, written_down
from pejling.indicators.names import NUMBERED, give_numbers, in_facts, in_rows, keep_numbers, numbered
from pejling.indicators.pins import Pin, beside, indicators_of
from pejling.indicators.relations import Facts, among, persons_columns, quoted
from pejling.indicators.touched import touch

TABLES = {
    # One row, with the model, and its indicators as JSON: by key the fingerprint and coverage, where the counts stand,
    # and the pin. The model stands here too, so that who reads figures need not look among all that were loaded.
    "measured": {
        "snapshot": "BIGINT", "model_version": "BIGINT", "measured_at": "TIMESTAMP WITH TIME ZONE", "through": "DATE",
        "indicators": "VARCHAR", "model": "VARCHAR",
    },
    # Those in the hierarchy have a position; of every unit there ever was, who is credited with its records.
    "units": {
        "position": "INTEGER", "unit_id": "VARCHAR", "name": "VARCHAR", "kind": "VARCHAR", "parent_id": "VARCHAR",
        "valid_from": "DATE", "valid_to": "DATE", "successor_id": "VARCHAR", "credited_to": "VARCHAR",
    },
    "names": {"number": "INTEGER", "name": "VARCHAR"},
    **NUMBERED,
}  # fmt: skip
Slots = dict[tuple[str, str], tuple[int, int]]  # (indicator, name of a count) -> (sheet, slot)
MANY = 50_000  # courses: what a transaction makes is read by one core only, and that is then dearer than the catalogue


@dataclass(frozen=True)
class Measured:
    """`snapshot`: the store's snapshot whose facts were read. `cells`: rows of components written.

    `whole` and `partly`: indicators measured all over, and those of which only what was touched. `spent`: seconds a
    step.
    """

    snapshot: int
    indicators: int
    whole: int
    partly: int
    cells: int
    seconds: float
    spent: Mapping[str, float] = field(default_factory=dict)


class Evaluate(Protocol):
    """An engine: see `evaluation.evaluate`."""

    def __call__(
        self,
        connection: duckdb.DuckDBPyConnection,
        model: Model,
        observed: Mapping[str, Observed],
        facts: Facts,
        indicators: Sequence[Indicator],
        sheets: Mapping[int, Sheet],
        into: Into,
        on_step: Callable[[str], None],
    ) -> int: ...


def measure(
    store: Store,
    on_step: Callable[[str, int, int], None] = lambda name, done, of: None,
    *,
    afresh: bool = False,
    evaluate: Evaluate = evaluate_here,
    pins: Iterable[Pin] = (),
) -> Measured:
    """Measure the current snapshot with the current model; `on_step(name, done, of)` tells what is at hand.

    Only what has changed since the last time, unless `afresh`. `pins` are definitions to be measured also where the
    model has others by now. Raises Mistake where there is no model, or no facts, or an indicator of the model's asks
    for a column that persons do not have.
    """
    began = time.monotonic()
    clock = _Clock(on_step)
    with writing(store) as connection:
        clock.begin("changes")
        before = None if afresh else _before(connection)
        connection.execute("BEGIN")  # each statement would else ask the catalogue for the newest snapshot
        version, own = current_version(connection)
        covered = coverage(connection)
        _hierarchy_day(covered)
        missing_columns(connection, own)
        pinned = _possible(connection, own, beside(own, pins))
        model = own.model_copy(update={"indicators": (*own.indicators, *indicators_of(own, pinned).values())})
        (snapshot,) = connection.execute("SELECT id FROM ducklake_current_snapshot('lake')").fetchone() or (0,)
        observed = coverages(connection, model, covered)
        whole, partly = _outdated(connection, model, observed, before, snapshot)
        clock.steps += 4 + len(whole) + 2 * len(partly)

        def evaluated(facts: Facts, indicators: Sequence[Indicator], sheets: Mapping[int, Sheet], into: Into) -> int:
            """Leave the components in tables, and give how many rows."""
            written, joins = 0, list(dict.fromkeys(joined(each.key) for each in indicators))
            for join in joins:
                asked = [each for each in indicators if joined(each.key) == join]
                theirs = {n: sheet for n, sheet in sheets.items() if joins_of_sheets[n] == join}
                so = model.model_copy(update={"join_courses_within": join})

                def place(last: bool, ends: bool = join == joins[-1]) -> Keep:
                    return into(last and ends)

                written += evaluate(connection, so, observed, facts, asked, theirs, place, clock.begin)
            return written

        def joined(key: str) -> int | None:
            """Courses are joined as the definition was signed."""
            return pinned[key].join_courses_within if key in pinned else own.join_courses_within

        counted = {(i.key, name): each for i in (*whole, *partly) for name, each in counts(i, observed[i.key]).items()}
        known = {indicator.key for indicator in model.measured} - {indicator.key for indicator in whole}
        kept = {whose: place for whose, place in (before.slots if before else {}).items() if whose[0] in known}
        placed: dict[int, dict[int, list[tuple[str, str]]]] = {}
        first = max((sheet + 1 for sheet, _ in kept.values()), default=0)
        for join in dict.fromkeys(joined(key) for key, _ in counted):
            fresh = [(*w, count) for w, count in counted.items() if w not in kept and joined(w[0]) == join]
            placed |= filled(fresh, first + len(placed))
        joins_of_sheets = {sheet: joined(key) for (key, _), (sheet, _) in kept.items()}
        joins_of_sheets |= {n: joined(all_[0][0]) for n, slots in placed.items() for all_ in slots.values()}
        written = 0
        if whole:
            sheets = {n: {slot: counted[all_[0]] for slot, all_ in slots.items()} for n, slots in placed.items()}
            (courses,) = connection.execute("SELECT COUNT(*) FROM lake.facts.courses").fetchone() or (0,)
            waiting: list[Keep] = []

            def to_keep(last: bool) -> Keep:
                """Into the store, in the transaction that writes, once it makes nothing more that it reads."""
                if not last:
                    waiting[:] = waiting or [aside(connection, "waiting")]
                    return waiting[0]
                if courses > MANY:
                    connection.execute("BEGIN")
                _clear(connection, before, model, whole)
                keep_numbers(connection)
                return _keep

            give_numbers(connection, in_facts(whole, Facts()))
            if courses > MANY:
                connection.execute("COMMIT")
            written += evaluated(Facts(), whole, sheets, to_keep)
            for table in COMPONENTS if waiting else ():
                connection.execute(_keep(table, f"FROM waiting_{table}"))
        if partly:
            assert before is not None  # noqa: S101 - there is nothing to add to otherwise
            standing_sheets: dict[int, dict[int, Count]] = {}
            for whose, (sheet, slot) in kept.items():
                if whose in counted:
                    standing_sheets.setdefault(sheet, {})[slot] = counted[whose]
            now = Facts(persons="touched_person", postings="touched_posting")
            for name, facts in (("former", replace(now, snapshot=before.snapshot)), ("fresh", now)):
                keep = aside(connection, name)
                evaluated(facts, partly, standing_sheets, lambda last, keep=keep: keep)  # type: ignore[misc]
        if not whole:
            _clear(connection, before, model, whole)
        clock.begin("writing")
        written += _add_difference(connection) if partly else 0
        clock.begin("hierarchy")
        through = _hierarchy_day(covered)
        _stand(connection, through)
        kept |= {whose: (n, slot) for n, slots in placed.items() for slot, all_ in slots.items() for whose in all_}
        said = KEPT.dump_json(_said(model, observed, kept, pinned), by_alias=True).decode()
        _renew(connection, "measured", [(snapshot, version, datetime.now(UTC), through, said, written_down(own))])
        connection.execute("COMMIT")
        clock.end()
    return Measured(
        snapshot, len(own.measured), len(whole), len(partly), written, time.monotonic() - began, clock.spent
    )


def coverages(
    connection: duckdb.DuckDBPyConnection, model: Model, tables: Mapping[str, Coverage]
) -> dict[str, Observed]:
    """Each indicator's coverage: the narrowest over the tables it reads. Without assignments none were made; where any
    other table was never covered, nor is the indicator, and it is left out. A budget is known ahead: it is covered
    through the last month that is budgeted, of the year that postings reach and the next.

    Where no first day is declared it is that of the first record, for before it nothing is known. Raises Mistake where
    nothing is covered at all.
    """
    _hierarchy_day(tables)
    first_course = first_posting = None
    if not all(said.from_on for said in tables.values()):
        first_course, first_posting = connection.execute(
            "SELECT (SELECT MIN(started_on) FROM lake.facts.courses), (SELECT MIN(posted_on) FROM lake.facts.postings)"
        ).fetchone() or (None, None)
    result: dict[str, Observed] = {}
    for indicator in model.measured:
        first = first_posting if isinstance(indicator, Amount) else first_course
        if isinstance(indicator, ObservedElsewhere):
            said = tables.get("observations", Coverage())
            result[indicator.key] = Observed(said.from_on or first or date.min, said.through or date.max)
            continue
        read = [tables.get(table, Coverage()) for table in model.reads(indicator)]
        ends = [said.through for table, said in zip(model.reads(indicator), read, strict=True)
                if said.through or table != "assignments"]  # fmt: skip
        if isinstance(indicator, Ratio) or None in ends:
            continue
        through = min(end for end in ends if end)
        from_on = max((c.from_on for c in read if c.from_on), default=first or through)
        if isinstance(indicator, Intake) and indicator.reentry_within:  # before that nobody knows who had been there
            from_on = min(indicator.reentry_within.after(from_on), through)
        if isinstance(indicator, Amount) and indicator.nature == "budget":
            through = _budgeted(connection, indicator, through)
        result[indicator.key] = Observed(from_on, through)
    for indicator in model.indicators:
        if isinstance(indicator, Ratio):
            parts = [result.get(key) for key in (indicator.numerator, indicator.denominator)]
            if None not in parts:
                above, below = (part for part in parts if part)
                result[indicator.key] = Observed(max(above.from_on, below.from_on), min(above.through, below.through))
    return result


def _possible(connection: duckdb.DuckDBPyConnection, model: Model, pinned: Mapping[str, Pin]) -> dict[str, Pin]:
    """Those that the records can still answer: a column that is gone from persons stops no other figure."""
    columns = {row[0] for row in connection.execute("DESCRIBE lake.facts.persons").fetchall()}
    asked = indicators_of(model, pinned)
    found = {key: each for key, each in pinned.items() if columns >= set(persons_columns([asked[key]]))}
    known = {*found, *(each.key for each in model.indicators)}
    return {
        key: each
        for key, each in found.items()
        if not isinstance(made := asked[key], Ratio) or {made.numerator, made.denominator} <= known
    }


def _budgeted(connection: duckdb.DuckDBPyConnection, budget: Amount, through: date) -> date:
    """The last day of the last month budgeted, where it is later than `through`."""
    (last,) = connection.execute(
        f"""SELECT LAST_DAY(MAX(posted_on)) FROM lake.facts.postings
        WHERE nature = 'budget' AND {among("account", budget.accounts)} AND posted_on <= ?""",
        [date(through.year + 1, 12, 31)],
    ).fetchone() or (None,)
    return max(through, last or through)


def missing_columns(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Raises Mistake for an indicator that asks for a column persons do not have."""
    columns = [row[0] for row in connection.execute("DESCRIBE lake.facts.persons").fetchall()]
    asked = [(f"indicator {each.key}", column) for each in model.indicators for column in persons_columns([each])]
    asked += [(f"rule {rule.key}", column) for rule in model.law for column in rule.applies_to.columns]
    asked += [("similar", column) for column in model.similar.columns]
    for where, column in asked:
        if column not in columns:
            cure = nearest(column, [*columns[1:], "target_group"])
            raise Mistake(where, f"no delivery has brought a column {column!r} of persons", cure)


@dataclass(frozen=True)
class _Before:
    """What was measured last: its snapshot, by indicator the definition and the coverage, and where its counts are."""

    snapshot: int
    indicators: dict[str, tuple[str, Observed | None]]
    slots: Slots


def _before(connection: duckdb.DuckDBPyConnection) -> _Before | None:
    """None where nothing was measured, or its facts can no longer be read."""
    try:
        row = connection.execute(
            """SELECT snapshot, indicators, model, (SELECT COUNT(*) FROM lake.measurements.names)  -- an older has none
               FROM lake.measurements.measured
               WHERE snapshot IN (SELECT snapshot_id FROM ducklake_snapshots('lake'))
                   AND NOT COALESCE((SELECT MAX(erased_at) FROM lake.facts.erasures) > measured_at, FALSE)"""
        ).fetchone()
    except duckdb.Error:  # not measured yet, or by an older version
        row = None
    if row is None:
        return None
    kept = KEPT.validate_json(row[1])
    slots = {(key, name): slot for key, each in kept.items() for name, slot in each.slots.items()}
    return _Before(row[0], {key: (each.definition, each.observed) for key, each in kept.items()}, slots)


def _outdated(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    observed: Mapping[str, Observed],
    before: _Before | None,
    snapshot: int,
) -> tuple[list[Indicator], list[Indicator]]:
    """The indicators to be measured all over, and those to be mended for what `touch` has found."""
    measured: list[Indicator] = [i for i in model.measured if i.key in observed and not isinstance(i, NOT_MEASURED)]
    if before is None:
        return measured, []
    known = [
        i for i in measured
        if before.indicators.get(i.key)
        == (fingerprint(model, i), observed[i.key])
    ]  # fmt: skip
    new = [i for i in measured if i not in known]
    if not known or not touch(connection, before.snapshot, snapshot):
        return measured, []
    (persons, postings) = connection.execute(
        "SELECT (SELECT COUNT(*) FROM touched_person), (SELECT COUNT(*) FROM touched_posting)"
    ).fetchone() or (0, 0)
    return new, [i for i in known if (postings if isinstance(i, Amount) else persons)]


def _clear(
    connection: duckdb.DuckDBPyConnection, before: _Before | None, model: Model, whole: Sequence[Indicator]
) -> None:
    """Take away what will be measured all over, and what is no longer asked for."""
    kept = {i.key for i in model.measured} - {i.key for i in whole}
    if before is None or not kept & set(before.indicators):
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE IF NOT EXISTS lake.measurements.{name} ({_laid_out(columns)})")
            if name != "names":  # they are given out once
                connection.execute(f"DELETE FROM lake.measurements.{name}")
        _as_today(connection)
        return
    gone = tuple(sorted(set(before.indicators) - kept))
    if not gone:
        return
    for name in ("undecided", "durations"):
        numbers = f"SELECT number FROM lake.measurements.names WHERE {among('name', gone)}"
        connection.execute(f"DELETE FROM lake.measurements.{name} WHERE indicator IN ({numbers})")
    empty = {n for n, _ in before.slots.values()} - {n for (key, _), (n, _) in before.slots.items() if key in kept}
    if empty:
        connection.execute(f"DELETE FROM lake.measurements.sums WHERE sheet IN ({', '.join(map(str, empty))})")


def _said(model: Model, observed: Mapping[str, Observed], slots: Slots, pinned: Mapping[str, Pin]) -> dict[str, Kept]:
    """What is kept of each indicator; of what is pinned also where nothing covers it."""
    found = {}
    for key in dict.fromkeys((*observed, *pinned)):
        definition = fingerprint(model, model.indicator(key))
        own = {name: place for (whose, name), place in slots.items() if whose == key}
        found[key] = Kept(definition=definition, observed=observed.get(key), slots=own, pin=pinned.get(key))
    return found


def _laid_out(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())


def _as_today(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the empty tables, if an older version left them, the columns of this one."""
    rows = connection.execute(
        """SELECT table_name, column_name, data_type FROM duckdb_columns()
           WHERE database_name = 'lake' AND schema_name = 'measurements'"""
    ).fetchall()
    there: dict[str, dict[str, str]] = {table: {} for table in TABLES}
    for table, column, kind in rows:
        if table in there:
            there[table][column] = kind
    for table, columns in TABLES.items():
        for name in (name for name, kind in there[table].items() if columns.get(name) != kind):
            connection.execute(f"ALTER TABLE lake.measurements.{table} DROP COLUMN {quoted(name)}")
        for name in (name for name, kind in columns.items() if there[table].get(name) != kind):
            connection.execute(f"ALTER TABLE lake.measurements.{table} ADD COLUMN {quoted(name)} {columns[name]}")


def aside(connection: duckdb.DuckDBPyConnection, name: str) -> Keep:
    """Who adds to temporary tables, empty now, what is not kept yet: NAME_sums and the others."""
    for table, columns in COMPONENTS.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name}_{table} ({_laid_out(columns)})")
    return lambda table, select: f"INSERT INTO {name}_{table} BY NAME {select}"


def _keep(table: str, select: str) -> str:
    return f"INSERT INTO lake.measurements.{table} BY NAME {numbered(table, select)}"


def _add_difference(connection: duckdb.DuckDBPyConnection) -> int:
    """Write what was evaluated less what it was formerly, where it is not the same; gives the rows."""
    found = {}
    for table, numbers in ADDED.items():
        former = ", ".join(f"-{column} AS {column}" for column in numbers)
        added = ", ".join(f"SUM({column}) AS {column}" for column in numbers)
        changed = " OR ".join(f"SUM({column}) <> 0" for column in numbers)
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE different_{table} AS
                SELECT * EXCLUDE ({", ".join(numbers)}), {added}
                FROM (FROM fresh_{table} UNION ALL BY NAME SELECT * REPLACE ({former}) FROM former_{table})
                GROUP BY ALL HAVING {changed}"""
        )
        (rows,) = connection.execute(f"SELECT COUNT(*) FROM different_{table}").fetchone() or (0,)
        if rows:
            found[table] = rows
    if found:
        give_numbers(connection, in_rows({table: f"different_{table}" for table in found}))
        keep_numbers(connection)
    for table in found:
        connection.execute(_keep(table, f"FROM different_{table}"))
    return sum(found.values())


def _hierarchy_day(tables: Mapping[str, Coverage]) -> date:
    """The last day that courses are covered: one hierarchy for all indicators. Without courses, of any table."""
    days = [said.through for table, said in tables.items() if said.through]
    if not days:
        raise Mistake("the workspace", "no records are delivered yet", "Take some in with `pejling deliver PATH`")
    courses = tables.get("courses", Coverage())
    return courses.through or max(days)


def _stand(connection: duckdb.DuckDBPyConnection, through: date) -> None:
    """The hierarchy of that day, and who is credited with whose records."""
    rows = connection.execute(
        "SELECT unit_id, name, kind, parent_id, valid_from, valid_to, successor_id FROM lake.facts.units"
    ).fetchall()
    units, credited = standing((Unit(*row) for row in rows), through)
    stood = [(n, *vars(unit).values(), credited[unit.unit_id]) for n, unit in enumerate(units.values())]
    gone = [(None, unit, *[None] * 6, to) for unit, to in credited.items() if unit not in units]
    _renew(connection, "units", stood + gone)


def _renew(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """The rows in place of those that are there, where they are others."""
    columns = ", ".join(map(quoted, TABLES[table]))
    kept = connection.execute(f"SELECT {columns} FROM lake.measurements.{table}").fetchall()
    if len(kept) == len(rows) and sorted(kept, key=repr) == sorted(rows, key=repr):
        return
    connection.execute(f"DELETE FROM lake.measurements.{table}")
    if rows:  # as a table of Arrow's: thousands of bound values would take seconds
        names = [str(number) for number in range(len(rows[0]))]
        connection.register("added", pa.table([list(column) for column in zip(*rows, strict=True)], names=names))
        connection.execute(f"INSERT INTO lake.measurements.{table} ({columns}) SELECT * FROM added")
        connection.unregister("added")


@dataclass
class _Clock:
    """Seconds by step, and who is told when one begins."""

    on_step: Callable[[str, int, int], None]
    steps: int = 3
    begun: int = 0
    spent: dict[str, float] = field(default_factory=dict)
    name: str = ""
    since: float = 0.0

    def begin(self, name: str) -> None:
        self.end()
        self.name, self.since = name, time.monotonic()
        self.on_step(name, min(self.begun, self.steps), self.steps)
        self.begun += 1

    def end(self) -> None:
        if self.name:
            self.spent[self.name] = self.spent.get(self.name, 0.0) + time.monotonic() - self.since
        self.name = ""
