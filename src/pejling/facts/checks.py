"""The rules that a delivery's rows must keep, each with what is wrong and the cure. Refused rows go to `refused`.

Tables are checked in the contract's order, so that a row which refers to a refused row is refused too, unless an
earlier delivery's row stands in its place.
"""

from collections.abc import Mapping
from datetime import date

import duckdb

from pejling.facts.arrivals import Arrival, after, literal, one, quoted, refuse, refuse_faults
from pejling.facts.mistakes import Mistake
from pejling.facts.tables import TABLES, Column

_MAY_BE_EMPTY = frozenset(("courses", "activities"))  # an interval of no days: opened and closed at once
_INCLUSIVE = (
    "An end is the first day not included; where the source gives the last day, say `inclusive_end` in a mapping"
)


def check(connection: duckdb.DuckDBPyConnection, arrivals: Mapping[str, Arrival]) -> dict[str, int]:
    """Refuse what breaks a rule; what is left of `arrived_<table>` may land. Gives the repeated rows per table."""
    repeated = {}
    for name in TABLES:
        if name not in arrivals:
            continue
        arrival = arrivals[name]
        refuse_faults(connection, arrival)
        for column in arrival.table.columns:
            if column.one_of:
                _check_choice(connection, arrival, column)
        _check_interval(connection, arrival)
        repeated[name] = _check_keys(connection, arrival)
        if name == "observations":
            _check_observations(connection, arrival)
        while _check_references(connection, arrivals, arrival) + _check_whole(connection, arrivals, arrival):
            pass  # a row refused may have been another's parent
    return repeated


def check_nothing_dangles(connection: duckdb.DuckDBPyConnection, arrivals: Mapping[str, Arrival]) -> None:
    """No row that stays may refer to one that a full delivery ends. Raises Mistake for the whole delivery."""
    for table in TABLES.values():
        for column in table.columns:
            target, _, key = column.refers_to.partition(".")
            if target not in arrivals or one(connection, f"SELECT count(*) FROM ended_{target}") == (0,):
                continue
            name = quoted(column.name)
            gone = (
                f"""SELECT {key} FROM ended_{target} ANTI JOIN {after(arrivals, target, columns=key)} USING ({key})"""
            )
            rows = after(arrivals, table.name, columns=name, where=f"{name} IN (SELECT {key} FROM ended_{target})")
            count, example = one(
                connection, f"SELECT count(*), min({name}) FROM {rows} WHERE {name} IN (SELECT {key} FROM ({gone}))"
            )
            if count:
                raise Mistake(
                    f"{target}: {arrivals[target].where}",
                    f"this full delivery leaves out {key} {example}, which {count} rows of {table.name} point to "
                    f"by {column.name}",
                    f"Keep it in {target}, or deliver {table.name} in full without them; nothing was changed",
                )


def _check_choice(connection: duckdb.DuckDBPyConnection, arrival: Arrival, column: Column) -> None:
    words = ", ".join(literal(word) for word in column.one_of)
    rows = f"SELECT _row FROM arrived_{arrival.name} WHERE {quoted(column.name)} NOT IN ({words})"
    refuse(
        connection, arrival, rows, column.name, "it is none of the words known", f"Write {' or '.join(column.one_of)}"
    )


def _check_interval(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> None:
    if not arrival.table.interval:
        return
    begin, end = arrival.table.interval
    rows = f"SELECT _row FROM arrived_{arrival.name} WHERE {end} < {begin}"
    refuse(connection, arrival, rows, end, f"the end is before {begin}", "Correct one of the two dates")
    if arrival.name not in _MAY_BE_EMPTY:
        rows = f"SELECT _row FROM arrived_{arrival.name} WHERE {end} = {begin}"
        refuse(connection, arrival, rows, end, f"it equals {begin}, so that no day is covered", _INCLUSIVE)


def _check_keys(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> int:
    """The same row again counts once; different rows of one key are all refused. Gives the number of repetitions."""
    name, keys = f"arrived_{arrival.name}", arrival.keys
    values = ", ".join(quoted(column.name) for column in arrival.every_column)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE again AS SELECT {keys} FROM {name} GROUP BY {keys} HAVING count(*) > 1"
    )
    if one(connection, "SELECT count(*) FROM again") == (0,):
        return 0
    many = f"SELECT * FROM {name} SEMI JOIN again USING ({keys})"
    unlike = f"SELECT {keys} FROM (SELECT DISTINCT {values} FROM ({many})) GROUP BY {keys} HAVING count(*) > 1"
    different = f"SELECT _row FROM ({many}) SEMI JOIN ({unlike}) USING ({keys})"
    refuse(
        connection, arrival, different, arrival.table.key[0],
        f"several different rows have the same {', '.join(arrival.table.key)}", "Keep the right one",
    )  # fmt: skip
    extra = f"SELECT _row FROM ({many}) QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY _row) > 1"
    (count,) = one(connection, f"SELECT count(*) FROM ({extra})")
    connection.execute(f"DELETE FROM {name} WHERE _row IN ({extra})")
    return int(count)


def _check_references(connection: duckdb.DuckDBPyConnection, arrivals: Mapping[str, Arrival], arrival: Arrival) -> int:
    refused = 0
    for column in arrival.table.columns:
        if not column.refers_to or column.name in arrival.absent:
            continue
        target, _, key = column.refers_to.partition(".")
        name = quoted(column.name)
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE sought AS
                SELECT DISTINCT {name} AS id FROM arrived_{arrival.name} WHERE {name} IS NOT NULL"""
        )
        if target in arrivals:
            connection.execute(f"DELETE FROM sought WHERE id IN (SELECT {key} FROM arrived_{target})")
        if one(connection, "SELECT count(*) FROM sought") != (0,):
            known = after(arrivals, target, columns=key, where=f"{key} IN (SELECT id FROM sought)")
            connection.execute(f"DELETE FROM sought WHERE id IN (SELECT {key} FROM {known})")
        if one(connection, "SELECT count(*) FROM sought") != (0,):
            rows = f"SELECT _row FROM arrived_{arrival.name} WHERE {name} IN (SELECT id FROM sought)"
            refused += refuse(
                connection, arrival, rows, column.name, f"there is no such row in {target}, or it was refused",
                f"Deliver it in {target} with or before this row, or correct the {column.name}",
            )  # fmt: skip
    return refused


def _check_whole(connection: duckdb.DuckDBPyConnection, arrivals: Mapping[str, Arrival], arrival: Arrival) -> int:
    """The rules of several rows together."""
    if arrival.name == "units":
        return _check_one_at_a_time(connection, arrivals, arrival, "unit_id") + _check_cycles(connection, arrivals)
    if arrival.name == "assignments":
        refused = _check_one_at_a_time(connection, arrivals, arrival, "course_id")
        rows = f"""SELECT _row FROM arrived_assignments a JOIN
            {after(arrivals, "courses", where="course_id IN (SELECT course_id FROM arrived_assignments)")} c
            USING (course_id) WHERE a.from_on > coalesce(c.ended_on, DATE '9999-12-31') OR a.to_on <= c.started_on
            OR (a.from_on = c.ended_on AND c.ended_on > c.started_on)"""
        return refused + refuse(
            connection, arrival, rows, "from_on", "the assignment lies outside its course", "Correct the dates of one"
        )
    return 0


def _check_one_at_a_time(
    connection: duckdb.DuckDBPyConnection, arrivals: Mapping[str, Arrival], arrival: Arrival, whose: str
) -> int:
    """The intervals of one unit, or of one course, must not overlap, with what is stored counted in."""
    assert arrival.table.interval  # noqa: S101 - both tables have one
    begin, end = arrival.table.interval
    name = f"arrived_{arrival.name}"
    rows = after(arrivals, arrival.name, where=f"{whose} IN (SELECT {whose} FROM {name})")
    overlapping = f"""SELECT {whose}, {begin}, {begin} < max(coalesce({end}, DATE '9999-12-31')) OVER before
            OR coalesce({end}, DATE '9999-12-31') > min({begin}) OVER later AS clash FROM {rows} WINDOW
            before AS (PARTITION BY {whose} ORDER BY {begin} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            later AS (PARTITION BY {whose} ORDER BY {begin} ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"""
    bad = f"SELECT _row FROM {name} SEMI JOIN (SELECT * FROM ({overlapping}) WHERE clash) USING ({whose}, {begin})"
    return refuse(
        connection, arrival, bad, begin, f"it overlaps another row of the same {whose}",
        f"Give the earlier row a {end} no later than the next {begin}; {_INCLUSIVE[0].lower()}{_INCLUSIVE[1:]}",
    )  # fmt: skip


def _check_cycles(connection: duckdb.DuckDBPyConnection, arrivals: Mapping[str, Arrival]) -> int:
    """No unit may be above itself, on any day: its figures would be added to themselves."""
    arrival = arrivals["units"]
    rows = connection.execute(
        f"SELECT unit_id, valid_from, valid_to, parent_id, successor_id FROM {after(arrivals, 'units')} ORDER BY 2"
    ).fetchall()
    guilty = cycles(rows)
    if not guilty:
        return 0
    connection.execute("CREATE OR REPLACE TEMP TABLE guilty (unit_id VARCHAR)")
    connection.executemany("INSERT INTO guilty VALUES (?)", [[unit] for unit in sorted(guilty)])
    bad = "SELECT _row FROM arrived_units WHERE unit_id IN (SELECT unit_id FROM guilty)"
    return refuse(
        connection, arrival, bad, "parent_id", "the unit is part of itself, by its parents and successors",
        f"Break the circle of {', '.join(sorted(guilty)[:6])}",
    )  # fmt: skip


def cycles(rows: list[tuple[str, date, date | None, str | None, str | None]]) -> set[str]:
    """The units in a circle on some day. A row: unit, valid from, valid to, parent, successor; sorted by valid from.

    On a day, a closed unit leads to its successor, any other to its parent (design: where figures are added up). A day
    on which some row begins or ends stands for those until the next; only units that can be in a circle are followed.
    """
    above: dict[str, set[str]] = {}
    for unit, _, _, *edges in rows:
        above.setdefault(unit, set()).update(edge for edge in edges if edge)
    while leaving := {unit for unit, edges in above.items() if not edges & above.keys()}:
        above = {unit: edges for unit, edges in above.items() if unit not in leaving}
    suspects = [row for row in rows if row[0] in above]
    guilty: set[str] = set()
    for day in sorted({day for row in suspects for day in row[1:3] if day}):
        leads_to: dict[str, str] = {}
        for unit, valid_from, valid_to, parent, successor in suspects:
            if valid_from <= day:
                closed = valid_to is not None and valid_to <= day
                leads_to[unit] = (successor if closed and successor else parent) or ""
        for unit in leads_to:
            seen: list[str] = []
            step = unit
            while step in leads_to and step not in seen:
                seen.append(step)
                step = leads_to[step]
            if step in seen:
                guilty.update(seen[seen.index(step) :])
    return guilty


def _check_observations(connection: duckdb.DuckDBPyConnection, arrival: Arrival) -> None:
    rows = "SELECT _row FROM arrived_observations WHERE "
    period = r"(18[5-9]\d|19\d\d|2[01]\d\d)(-(0[1-9]|1[0-2])(/12)?|-Q[1-4])?"
    refuse(
        connection, arrival, rows + f"NOT regexp_full_match(period, '{period}')", "period", "it is not a period",
        "Write 2009-03, 2009-Q1, 2009 or 2009-03/12",
    )  # fmt: skip
    refuse(
        connection, arrival, rows + "numerator IS NULL AND value IS NULL", "value", "there is no figure in the row",
        "Give a value, or a numerator and its denominator",
    )  # fmt: skip
    refuse(
        connection, arrival, rows + "denominator < 0 OR (denominator = 0 AND numerator <> 0)", "denominator",
        "a figure cannot be measured against it", "Correct the denominator; 0 only goes with a numerator of 0",
    )  # fmt: skip
