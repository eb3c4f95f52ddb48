"""Rows that a delivery must refuse: copies of right ones, each with one mistake, so that no right row is lost by it."""

import duckdb

from pejling.facts.tables import TABLES

LIST = "errors.csv"
_NO_SUCH = {"course_id": "'no such ' || course_id", "unit_id": "'no such unit'", "supplier_id": "'no such unit'"}

# table: the column, what is wrong with it, and the SQL expression of the wrong value. Dates become text, where one of
# them is no date. The copy gets a key of its own, so that no mistake touches the row it was copied from.
MISTAKES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "units": (("parent_id", "unknown unit", "'no such unit'"),),
    "persons": (("sex", "a formula", "'=1+1'"), ("birth_date", "no such day", "'1980-02-30'")),
    "courses": (
        ("unit_id", "unknown unit", _NO_SUCH["unit_id"]),
        ("ended_on", "ends before it begins", "(started_on - 1)::VARCHAR"),
        ("target_group", "missing", "NULL"),
        ("started_on", "no such day", "'2009-02-30'"),
    ),
    "assignments": (("course_id", "unknown course", _NO_SUCH["course_id"]),),
    "activities": (
        ("supplier_id", "unknown unit", _NO_SUCH["supplier_id"]),
        ("ended_on", "ends before it begins", "started_on - 1"),
        ("kind", "missing", "NULL"),
    ),
    "contacts": (("course_id", "unknown course", _NO_SUCH["course_id"]), ("kind", "a formula", "'+cmd'")),
    "states": (("to_on", "no day is covered", "from_on::VARCHAR"), ("from_on", "no date", "from_on || '?'")),
    "scores": (("course_id", "unknown course", _NO_SUCH["course_id"]), ("score", "missing", "NULL")),
    "postings": (("nature", "none of the words known", "'guess'"), ("unit_id", "unknown unit", _NO_SUCH["unit_id"])),
    "observations": (("denominator", "below 0", "-1"), ("period", "no period", "period || '-13'")),
}
# What makes the copy's key its own.
_OWN = {
    "units": "unit_id", "persons": "person_id", "courses": "course_id", "assignments": "course_id",
    "activities": "activity_id", "contacts": "contact_id", "states": "person_id", "scores": "instrument",
    "postings": "posting_id", "observations": "indicator",
}  # fmt: skip


def with_mistakes(connection: duckdb.DuckDBPyConnection, table: str, query: str, share: float, delivery: str) -> str:
    """The query with wrong copies of a share of its rows, which are noted in the table `errors`."""
    mistakes = MISTAKES[table]
    keys = TABLES[table].key
    key = " || '|' || ".join(f"coalesce(\"{column}\"::VARCHAR, '')" for column in keys)
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE wrong AS
        SELECT *, below(hash({key}) >> 1, 'mistake', {len(mistakes)}) AS mistake
        FROM ({query}) WHERE draw(hash({key}) >> 1, 'wrong') < {share}""")
    copies = []
    for number, (column, problem, value) in enumerate(mistakes):
        replaced = {_OWN[table]: f"'X-' || {_OWN[table]}"}
        replaced[column] = value if column != _OWN[table] else f"'X-' || ({value})"
        listed = ", ".join(f'{value} AS "{name}"' for name, value in replaced.items())
        copies.append(f"SELECT * EXCLUDE (mistake) REPLACE ({listed}) FROM wrong WHERE mistake = {number}")
        connection.execute(
            f"INSERT INTO errors SELECT ?, ?, {key}, ?, ? FROM ({copies[-1]})", [delivery, table, column, problem]
        )
    return " UNION ALL ".join([query, *copies])
