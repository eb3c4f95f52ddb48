"""Rates that spend a part of the frame on the clients expected, and no more."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from pejling.steering.funding.ore import kroner, ore


def calibrated(part: Decimal, weights: Mapping[str, Decimal], expected: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Kroner per client of each target group, in the proportion of the weights, rounded down to the øre.

    Together with the expected clients they come to the part, but for less than an øre a client. Raises ValueError where
    nobody is expected in a group with a weight.
    """
    weighed = sum((Fraction(weights[g]) * Fraction(expected.get(g, Decimal(0))) for g in weights), Fraction(0))
    if not weighed:
        raise ValueError("nobody is expected in the groups that have a weight")
    return {group: kroner(int(ore(part) * Fraction(weight) / weighed)) for group, weight in sorted(weights.items())}
