"""Are two contenders' cells the same, cell by cell?"""

from pathlib import Path

import duckdb

KEYS = ("unit_id", "month", "target_group")
# Components of the eight indicators; what a contender does not measure it leaves out.
COLUMNS = (
    "intake", "stock", "course_days", "days", "exits", "lasting", "lasting_undecided", "exits_of_intake", "median",
    "active_days", "in_work", "in_work_undecided",
)  # fmt: skip


def differences(ours: Path, theirs: Path) -> dict[str, int]:
    """Cells that are not the same in both, by column; a cell that one of them lacks counts as 0, or as no median.

    Compared are the units and columns that both have: a contender may keep no more than the leaves.
    """
    has = [set(duckdb.sql(f"FROM '{file}'").columns) for file in (ours, theirs)]
    compared = [column for column in COLUMNS if column in has[0] & has[1]]

    def side(mine: Path, other: Path) -> str:
        missing = {"median": "-1"}
        values = ", ".join(f"coalesce({column}, {missing.get(column, 0)})::DOUBLE AS {column}" for column in compared)
        return f"""SELECT unit_id, month::DATE AS month, target_group, {values} FROM '{mine}'
            WHERE unit_id IN (SELECT unit_id FROM '{other}')"""

    unlike = ", ".join(
        f"count(*) FILTER (coalesce(a.{c}, {empty}) <> coalesce(b.{c}, {empty}))"
        for c in compared
        for empty in ["-1" if c == "median" else "0"]
    )
    counted = duckdb.sql(
        f"SELECT {unlike} FROM ({side(ours, theirs)}) a FULL JOIN ({side(theirs, ours)}) b USING ({', '.join(KEYS)})"
    ).fetchall()[0]
    return dict(zip(compared, counted, strict=True))
