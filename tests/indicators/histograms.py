"""Histograms of durations from lists, as the engine adds them up."""

from collections.abc import Iterable

import numpy as np

from pejling.indicators import survival
from pejling.indicators.survival import KINDS, Histogram, told


def histogram(*cells: Iterable[tuple[int, str, int]]) -> Histogram:
    """Of cells numbered from 0, each of (days, event, courses)."""
    kinds = {event: n for n, events in enumerate(KINDS) for event in events}
    rows = [(n, days, kinds[event], courses) for n, cell in enumerate(cells) for days, event, courses in cell]
    cell, days, kind, courses = np.array(rows, int).reshape(-1, 4).T
    each = np.repeat(np.arange(len(rows)), np.abs(courses))
    return survival.histogram(np.sort(told(cell[each], days[each], kind[each], courses[each] < 0)))
