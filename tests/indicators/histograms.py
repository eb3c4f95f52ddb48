"""Histograms of durations from lists, as the engine adds them up."""

from collections.abc import Iterable

import duckdb

from pejling.indicators.survival import COUNTS, Histogram


def histogram(*cells: Iterable[tuple[int, str, int]]) -> Histogram:
    """Of cells numbered from 0, each of (days, event, courses)."""
    rows = ((n, days, event, courses) for n, cell in enumerate(cells) for days, event, courses in cell)
    listed = "".join(f", {row}" for row in rows)
    sums = ", ".join(f"SUM(CAST({each} AS DOUBLE)) AS {name}" for name, each in COUNTS.items())
    added = duckdb.sql(
        f"""FROM (VALUES (0, 0, '', 0){listed}) AS h (cell, days, event, courses)
            SELECT cell, days, {sums} WHERE courses <> 0 GROUP BY ALL ORDER BY cell, days"""
    )
    return Histogram(**added.fetchnumpy())
