"""Which persons' records, and which postings, may have changed between two snapshots of the store."""

import duckdb

TOO_MANY = 0.1  # of all courses; to measure everything is then as quick
_BY_PERSON = ("courses", "states", "persons")
_BY_COURSE = ("assignments", "activities", "contacts", "scores")


def touch(connection: duckdb.DuckDBPyConnection, since: int, until: int) -> bool:
    """Make `touched_person` and `touched_posting`: the ids of rows that came, went or were changed since.

    A course that was given to another person touches both. False, with neither made, where too much has changed.
    """
    delivered = connection.execute(
        """SELECT table_name, SUM(new + changed + ended) FROM lake.facts.delivered JOIN lake.facts.deliveries
           USING (delivery_id) WHERE snapshot > ? GROUP BY table_name""",
        [since],
    ).fetchall()
    changes = {table: int(rows) for table, rows in delivered if rows}
    (courses,) = connection.execute("SELECT COUNT(*) FROM lake.facts.courses").fetchone() or (0,)
    if sum(changes.values()) > max(TOO_MANY * courses, 1000):
        return False

    def changed(table: str, column: str) -> str:
        return f"SELECT {column} FROM lake.facts.table_changes('{table}', {since + 1}, {until})"

    persons = [changed(table, "person_id") for table in _BY_PERSON if table in changes]
    if by_course := [changed(table, "course_id") for table in _BY_COURSE if table in changes]:
        _make(connection, "touched_course", "course_id", by_course)
        for at in (since, until):
            then = f"lake.facts.courses AT (VERSION => {at})"
            persons.append(f"SELECT person_id FROM {then} SEMI JOIN touched_course USING (course_id)")
    _make(connection, "touched_person", "person_id", persons)
    _make(
        connection,
        "touched_posting",
        "posting_id",
        [changed("postings", "posting_id")] if "postings" in changes else [],
    )
    return True


def _make(connection: duckdb.DuckDBPyConnection, name: str, column: str, selects: list[str]) -> None:
    ids = " UNION ALL ".join(selects) or f"SELECT '' AS {column} WHERE FALSE"
    distinct = f"SELECT DISTINCT {column} FROM ({ids}) AS ids WHERE {column} IS NOT NULL"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {distinct}")
