"""Takes in a delivery: staged, typed, checked, compared with what is stored, landed in one transaction, summed up."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from string import ascii_lowercase

import duckdb

from pejling.facts import rejections
from pejling.facts.arrivals import Arrival, fill_absent, find_ended, one, type_values
from pejling.facts.checks import check, check_nothing_dangles
from pejling.facts.coverage import Coverage, in_force, said_so_far
from pejling.facts.door import REFUSED, stage
from pejling.facts.jobindsats import Settings
from pejling.facts.landing import Counts, compare, land, new_columns
from pejling.facts.mistakes import Mistake
from pejling.facts.reading import Source, open_source
from pejling.facts.snapshots import tidy_when_due
from pejling.facts.store import Store, connect, pseudonyms, share, sweep, turn
from pejling.facts.tables import TABLES
from pejling.facts.values import Reading

Tolerance = float | Callable[[duckdb.DuckDBPyConnection], float]
Progress = Callable[[str, int, int], None]  # table, read so far, its size (0: not known)
_DECLARED = frozenset(column.name for column in TABLES["persons"].columns)
_USUAL = 20  # rows below which a table's size says nothing


@dataclass(frozen=True)
class Summary:
    """What a delivery brought. `snapshot` is None where it changed nothing."""

    delivery_id: str
    source: str
    snapshot: int | None
    tables: dict[str, Counts]
    coverage: dict[str, Coverage]  # in force after it, of the tables delivered
    remarks: tuple[str, ...]
    rejections: Path | None = None  # the folder of the list of refused rows


def deliver(
    store: Store,
    path: str | Path,
    *,
    mapping: Path | None = None,
    full: bool = False,
    through: date | None = None,
    tolerance: Tolerance = 0.0,
    today: date,
    jobindsats: Settings | None = None,
    look_over: Callable[[duckdb.DuckDBPyConnection], list[str]] = lambda connection: [],
    on_progress: Progress = lambda table, done, size: None,
) -> Summary:
    """Take in the delivery at `path`; all of it lands, or nothing.

    `full`: rows of its tables that are gone from it have ended. `through`: the last day its tables cover. `tolerance`:
    the share of its rows, 0 to 1, that may be refused without the whole being refused; or a function that reads it from
    the store, asked only where a row is refused. `look_over` looks at the store once the delivery has landed, and gives
    further remarks. `jobindsats`: how its API is reached, for a delivery that asks it.
    Raises Mistake for what cannot be read, and Refused for rows that break the contract; the store is then unchanged.
    """
    keyed = pseudonyms(store)
    connection = connect(store)
    try:
        connection.execute(REFUSED)
        arrivals: dict[str, Arrival] = {}
        most = 0
        with open_source(path, mapping=mapping, pseudonyms=keyed, jobindsats=jobindsats) as source:
            full = full or source.full
            for table in source.tables:
                staged = stage(connection, table, keyed, partial(_told, on_progress, table.table, table.size))
                most = max(most, staged.rows)
                arrivals[staged.table] = Arrival(
                    TABLES[staged.table],
                    staged.where,
                    staged.columns,
                    Reading(table.decimal, table.inclusive),
                    full,
                    table.owns,
                )
        share(connection, most)
        said = _declared(source, arrivals, through, today)
        with turn(store):  # what follows looks at the store, which nobody else may change meanwhile
            sweep(store, connection)
            connection.execute("BEGIN")  # one view of the store; what ends this before its commit leaves it as it was
            summary = _land(store, connection, source.name, arrivals, said, full, tolerance, today)
            if summary.snapshot is not None:
                summary = replace(summary, remarks=(*summary.remarks, *look_over(connection)))
                tidy_when_due(connection)
            return summary
    finally:
        connection.close()


def _land(
    store: Store,
    connection: duckdb.DuckDBPyConnection,
    source: str,
    arrivals: dict[str, Arrival],
    said: Mapping[str, Coverage],
    full: bool,
    tolerance: Tolerance,
    today: date,
) -> Summary:
    remarks: list[str] = []
    stored = tuple(
        name
        for (name,) in connection.execute("SELECT column_name FROM (DESCRIBE lake.facts.persons)").fetchall()
        if name not in _DECLARED
    )
    if "persons" in arrivals:
        arrivals["persons"] = replace(arrivals["persons"], stored=stored)
    for name, arrival in arrivals.items():
        _require_columns(arrival)
        type_values(connection, arrival)
        if not find_ended(connection, arrival) and full:
            remarks.append(
                f"{name}: a refused row's key cannot be read, so no row was taken as gone. Deliver it mended"
            )
        fill_absent(connection, arrival)
        if arrival.absent and one(connection, f"SELECT count(*) > 0 FROM lake.facts.{name}") == (True,):
            remarks.append(f"{name}: {', '.join(arrival.absent)} did not come; what was stored of it stays")
    repeated = check(connection, arrivals)

    delivery_id = _new_id(datetime.now(UTC))
    refused = rejections.refused_rows(connection)
    rows = {name: one(connection, f"SELECT count(*) FROM arrived_{name}")[0] for name in arrivals}
    rows = {name: rows[name] + repeated[name] + refused.get(name, 0) for name in arrivals}
    rejected: Path | None = None
    if refused:
        rejected = store.rejections / delivery_id
        rejections.write(connection, arrivals.values(), rejected)
        allowed = tolerance(connection) if callable(tolerance) else tolerance
        if sum(refused.values()) > allowed * sum(rows.values()):
            raise rejections.Refused(rejections.problems(connection), sum(refused.values()), rejected)
    check_nothing_dangles(connection, arrivals)

    counts = {
        name: replace(
            compare(connection, arrival), delivered=rows[name], refused=refused.get(name, 0), repeated=repeated[name]
        )
        for name, arrival in arrivals.items()
    }
    said = _guessed(connection, arrivals, said, today)
    history = said_so_far(connection)
    before = in_force(history)
    reach = in_force([*history, *((name, reach, full) for name, reach in said.items())])
    remarks += _remarks(connection, arrivals, counts, said, before, source, full)

    changes = any(count.changes for count in counts.values()) or any(map(new_columns, arrivals.values()))
    snapshot: int | None = None
    if changes or reach != before:
        snapshot = land(connection, arrivals, counts, said, delivery_id=delivery_id, source=source, full=full)
    return Summary(
        delivery_id, source, snapshot, counts, {n: reach[n] for n in arrivals if n in reach}, tuple(remarks), rejected
    )


def _new_id(now: datetime) -> str:
    """When, and some letters: after a time like 09:07:10 four digits might make a CPR number."""
    return f"{now:%Y%m%dT%H%M%S}-{''.join(secrets.choice(ascii_lowercase) for _ in range(6))}"


def _told(on_progress: Progress, table: str, size: int, done: int) -> None:
    on_progress(table, done, size)


def _require_columns(arrival: Arrival) -> None:
    missing = [c.name for c in arrival.table.columns if c.required and c.name not in arrival.columns]
    if missing:
        raise Mistake(
            f"{arrival.name}: {arrival.where}, line 1, column {missing[0]}",
            f"the column is missing; found {', '.join(arrival.columns)}",
            f"Add {', '.join(missing)}, or say in a mapping which of the columns it is",
        )


def _declared(
    source: Source, arrivals: Mapping[str, Arrival], through: date | None, today: date
) -> dict[str, Coverage]:
    """The coverage declared for the tables delivered: by `--through`, by the table's name, or by `default`."""
    result = {}
    for name, arrival in arrivals.items():
        written = source.coverage.get(name) or source.coverage.get("default") or Coverage()
        said = Coverage(written.from_on, through or written.through)
        if said.through and said.through > today:
            raise Mistake(
                f"{name}: the coverage declared", f"through {said.through} lies in the future",
                f"Give the last day that the records are complete for, {today} at the latest",
            )  # fmt: skip
        if said.from_on and said.through and said.from_on > said.through:
            raise Mistake(
                f"{name}: the coverage declared", f"from {said.from_on} lies after through {said.through}",
                "Correct one of the two",
            )  # fmt: skip
        if said.through and (arrival.table.dated_by or name in source.coverage or name == "observations"):
            result[name] = said
    return result


def _guessed(
    connection: duckdb.DuckDBPyConnection, arrivals: Mapping[str, Arrival], said: Mapping[str, Coverage], today: date
) -> dict[str, Coverage]:
    """What was not declared is taken to reach the last date in `courses`: those delivered, else those stored."""
    wanting = [n for n, arrival in arrivals.items() if arrival.table.dated_by and n not in said]
    if not wanting:
        return dict(said)
    last = "SELECT max(day) FROM (SELECT unnest([started_on, ended_on]) AS day FROM {}) WHERE day <= ?"
    (through,) = ("courses" in arrivals and connection.execute(last.format("arrived_courses"), [today]).fetchone()) or (
        None,
    )
    if through is None:
        (through,) = connection.execute(last.format("lake.facts.courses"), [today]).fetchone() or (None,)
    return {**said, **{name: Coverage(None, through, declared=False) for name in wanting if through}}


def _remarks(
    connection: duckdb.DuckDBPyConnection,
    arrivals: Mapping[str, Arrival],
    counts: Mapping[str, Counts],
    said: Mapping[str, Coverage],
    before: Mapping[str, Coverage],
    source: str,
    full: bool,
) -> list[str]:
    """What looks odd, in words; none of it stops a delivery."""
    remarks = []
    guessed = {
        name: reach.through
        for name, reach in said.items()
        if not reach.declared and reach.through and not _holds(before.get(name), reach.through)
    }
    for through in sorted(set(guessed.values())):
        tables = [name for name, day in guessed.items() if day == through]
        remarks.append(
            f"COVERAGE WAS NOT DECLARED for {', '.join(tables)}: taken to reach {through}, the last date in courses. "
            "Declare it with --through or in delivery.yaml: figures of the last months depend on it"
        )
    usual = _usual(connection, source, full)
    for name, count in counts.items():
        arrival, reach, known = arrivals[name], said.get(name), before.get(name)
        if count.repeated:
            remarks.append(f"{name}: {count.repeated} rows came more than once, and count once")
        if known and known.declared and reach and reach.declared and not full and _before(reach, known):
            remarks.append(f"{name}: data already reach {known.through}; through {reach.through} moves nothing back")
        if reach and reach.declared and arrival.table.dated_by:
            column, value = arrival.table.ahead or (arrival.table.dated_by, None)
            (late,) = connection.execute(
                f"SELECT count(*) FROM arrived_{name} WHERE {arrival.table.dated_by} > ? "
                f"AND {column}::VARCHAR IS DISTINCT FROM ?",
                [reach.through, value],
            ).fetchone() or (0,)
            if late:
                dated = "1 row is" if late == 1 else f"{late} rows are"
                remarks.append(f"{name}: {dated} dated after {reach.through}, the last day declared as covered")
        before_now = usual.get(name, 0.0)
        if before_now >= _USUAL and not before_now / 2 < count.delivered < before_now * 2:
            size = "half or less of" if count.delivered < before_now else "double or more of"
            remarks.append(f"{name}: {count.delivered} rows, {size} the usual {before_now:.0f}")
    if "courses" in arrivals:
        persons = (
            "SELECT person_id FROM lake.facts.persons"
            + (" UNION ALL SELECT person_id FROM arrived_persons" if "persons" in arrivals else "")
        )  # fmt: skip
        (unknown,) = one(connection, f"SELECT count(*) FROM arrived_courses ANTI JOIN ({persons}) USING (person_id)")
        if unknown:
            remarks.append(
                f"courses: rows whose person is not in persons: {unknown}. Where figures are broken down by "
                "a column of persons they are counted as unknown"
            )
    return remarks


def _holds(known: Coverage | None, guess: date) -> bool:
    """Whether what was declared before reaches as far, so that the guess changes nothing."""
    return bool(known and known.declared and known.through and known.through >= guess)


def _before(said: Coverage, known: Coverage) -> bool:
    return bool(said.through and known.through and said.through < known.through)


def _usual(connection: duckdb.DuckDBPyConnection, source: str, full: bool) -> dict[str, float]:
    """The median size of each table in the last deliveries of the same source that had it."""
    sizes: defaultdict[str, list[int]] = defaultdict(list)
    for table, size in connection.execute(
        """SELECT table_name, delivered FROM lake.facts.delivered JOIN lake.facts.deliveries USING (delivery_id)
           WHERE source = ? AND is_full = ?
           QUALIFY row_number() OVER (PARTITION BY table_name ORDER BY snapshot DESC) <= 6""",
        [source, full],
    ).fetchall():
        sizes[table].append(size)
    return {table: median(known) for table, known in sizes.items()}
