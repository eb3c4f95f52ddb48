"""Where no money stands: a unit that nothing was ever posted to spent no 0 kroner; there is nothing to tell of it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from pejling.indicators.definition import Indicator, Observed
from pejling.indicators.figures import Figure


def unposted(
    indicator: Indicator, figures: Sequence[Figure], ever: Callable[[list[str]], Sequence[Figure]]
) -> set[str]:
    """The units at which nothing was ever posted that the indicator adds up, as a caseworker's or a supplier's.

    `ever` gives the figures of units in every covered year: a unit that spent nothing this year did spend 0 kroner.
    """
    if indicator.unit != "kroner" or isinstance(indicator, Observed):
        return set()
    bare = list(dict.fromkeys(figure.unit for figure in figures if not figure.numerator))
    return set(bare) - {figure.unit for figure in ever(bare) if figure.numerator} if bare else set()


def without_zeros(figures: Sequence[Figure], units: Collection[str]) -> list[Figure]:
    """The figures, with those of the units where no money stands as not reported."""
    untold = {"numerator": None, "denominator": None, "value": None, "matures_on": None, "state": "not_reported"}
    return [replace(each, **untold) if each.unit in units else each for each in figures]  # type: ignore[arg-type]
