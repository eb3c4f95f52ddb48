"""The clients of months to come. A forecast is plain data with the name of its method; this one is the plainest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pejling.steering.funding.basis import Counts, Place


@dataclass(frozen=True)
class Forecast:
    """`by` names the method, as bookings keep it. `lacking`: a month that nothing can be said of."""

    by: str
    counts: Counts
    lacking: str = ""


# (what was counted, the months it was counted for, the months asked for) -> a forecast
Method = Callable[[Counts, Sequence[str], Sequence[str]], Forecast]


def same_months_last_year(counted: Counts, months: Sequence[str], asked: Sequence[str]) -> Forecast:
    """Each month as the same month last year; where that is asked for too, as the one the year before."""
    found: dict[Place, Decimal] = {}
    for month in asked:
        like = _year_before(month)
        while like in asked:
            like = _year_before(like)
        if like not in months:
            return Forecast("same_months_last_year", {}, lacking=like)
        found |= {(unit, group, month): each for (unit, group, of), each in counted.items() if of == like}
    return Forecast("same_months_last_year", found)


def _year_before(month: str) -> str:
    year, _, number = month.partition("-")
    return f"{int(year) - 1:04}-{number}"
