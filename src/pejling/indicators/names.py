"""Names by number: what is kept of a measurement has a number for each name, written and read sooner than letters.

A number is given out once, in the table `names`. While a measurement goes on, all of them are the values of a type,
`name_code`, so that a name has its number without being looked for.
"""

from collections.abc import Mapping, Sequence

import duckdb

from pejling.indicators.components import KINDS, TABLES
from pejling.indicators.definition import ActivityShare, Amount, Indicator
from pejling.indicators.groups import UNKNOWN, bands
from pejling.indicators.relations import Facts, literal, persons_columns, quoted

NUMBERED = {  # as components are kept
    table: {column: "INTEGER" if kind == "VARCHAR" else kind for column, kind in columns.items()}
    for table, columns in TABLES.items()
}


def in_facts(indicators: Sequence[Indicator], facts: Facts) -> str:
    """SELECT of every name that components of the indicators may have."""
    read = {"courses": ["unit_id", "target_group"], "assignments": ["unit_id", "target_group"]}
    if any(isinstance(each, ActivityShare) and each.credit == "supplier" for each in indicators):
        read["activities"] = ["supplier_id"]
    if any(isinstance(each, Amount) for each in indicators):
        read["postings"] = ["unit_id", "account"]
    if columns := persons_columns(indicators):
        read["persons"] = [f"CAST({quoted(column)} AS VARCHAR)" for column in columns]
    said = {"", UNKNOWN, *(event for events in KINDS for event in events)}
    for each in indicators:
        said |= {each.key, *each.by, *(name for _, _, name in bands(each.age_bands))}
    known = ", ".join(f"({literal(name)})" for name in sorted(said))
    return " UNION ".join(
        [f"SELECT name FROM (VALUES {known}) AS said(name)"]
        + [f"SELECT {column} FROM {facts(table)}" for table, columns in read.items() for column in columns]
    )


def in_rows(rows: Mapping[str, str]) -> str:
    """SELECT of every name in tables of components."""
    return " UNION ".join(f"SELECT {each} FROM {held}" for table, held in rows.items() for each in _named(table))


def give_numbers(connection: duckdb.DuckDBPyConnection, names: str) -> None:
    """Make the type `name_code` of the names kept and, after them, those of the SELECT."""
    kept = "FROM lake.measurements.names" if has_numbers(connection) else "SELECT 0 AS number, '' AS name WHERE FALSE"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE name_given AS
            WITH given AS ({kept}), asked(name) AS ({names})
            SELECT number, name, FALSE AS is_new FROM given
            UNION ALL
            SELECT (SELECT COUNT(*) FROM given) + ROW_NUMBER() OVER (ORDER BY name) - 1, name, TRUE
            FROM asked ANTI JOIN given USING (name) WHERE name IS NOT NULL"""
    )
    connection.execute("CREATE OR REPLACE TEMP TYPE name_code AS ENUM (SELECT name FROM name_given ORDER BY number)")


def has_numbers(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether any are kept: an older version kept the names themselves."""
    try:
        return connection.execute("SELECT 1 FROM lake.measurements.names LIMIT 1").fetchone() is not None
    except duckdb.CatalogException:
        return False


def keep_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    """Write down those that were given out."""
    connection.execute("INSERT INTO lake.measurements.names SELECT number, name FROM name_given WHERE is_new")


def numbered(table: str, select: str) -> str:
    """A SELECT of components of that table with numbers for names."""
    codes = ", ".join(f"CAST(ENUM_CODE(CAST({each} AS name_code)) AS INTEGER) AS {each}" for each in _named(table))
    return f"SELECT * REPLACE ({codes}) FROM ({select}) AS named"


def _named(table: str) -> list[str]:
    return [quoted(column) for column, kind in TABLES[table].items() if kind == "VARCHAR"]
