"""Deliveries written for tests: a folder of CSV files, from small tables as one would type them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pejling.facts.tables import TABLES

Rows = Sequence[Sequence[object]]

UNITS: Rows = [
    ("city", "1990-01-01", "The city", "municipality", "", "", ""),
    ("north", "1990-01-01", "North", "team", "city", "", ""),
    ("south", "1990-01-01", "South", "team", "city", "", ""),
]
PERSONS: Rows = [("ann", "1970-05-01", "female"), ("bo", "1980-06-02", "male")]
COURSES: Rows = [
    ("c1", "ann", "north", "cash_benefit", "2008-01-01", "2008-06-01", "job"),
    ("c2", "bo", "south", "cash_benefit", "2008-03-01", "", ""),
]
GOOD: Mapping[str, Rows] = {"units": UNITS, "persons": PERSONS, "courses": COURSES}


def write(
    folder: Path, tables: Mapping[str, Rows], *, declared: str = "", columns: Mapping[str, str] | None = None
) -> Path:
    """One CSV a table in the contract's columns, or in those given, and `delivery.yaml` where something is declared."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        header = (columns or {}).get(name) or ";".join(column.name for column in TABLES[name].columns)
        lines = [header, *(";".join("" if value is None else str(value) for value in row) for row in rows)]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if declared:
        (folder / "delivery.yaml").write_text(declared, encoding="utf-8")
    return folder
