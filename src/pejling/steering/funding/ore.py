"""Kroner as whole øre, and back: parts of a sum are whole øre, so that they are the sum."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from pejling.steering.cascade import split

ORE = 100
CENT = Decimal("0.01")


def ore(kroner: Decimal) -> int:
    """Raises ValueError for a part of an øre."""
    whole = kroner * ORE
    if whole != int(whole):
        raise ValueError(f"{kroner} kroner is no whole number of øre")
    return int(whole)


def kroner(amount: int) -> Decimal:
    return (Decimal(amount) / ORE).quantize(CENT)


def rounded(exact: Fraction) -> int:
    """The nearest whole øre; half an øre is rounded away from nothing."""
    whole, rest = divmod(abs(exact), 1)
    up = int(whole) + (rest >= Fraction(1, 2))
    return up if exact >= 0 else -up


def shared(total: int, weights: Mapping[str, Fraction]) -> dict[str, int]:
    """Øre by unit in proportion to the weights, their sum the total (largest remainders, see `cascade.split`).

    The order in which the units are given changes nothing: equal remainders go by their ids. Where no weight is above
    0 nobody gets anything.
    """
    units = sorted(weights)
    if not any(weights.values()):
        return dict.fromkeys(units, 0)
    return dict(zip(units, split(total, [weights[unit] for unit in units]), strict=True))
