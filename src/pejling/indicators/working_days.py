"""The days on which offices are closed, by the library `holidays`, which knows them by law and year (decision 23)."""

from calendar import isleap
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import holidays

from pejling.indicators.law import Calendar

LIBRARY = f"holidays {holidays.__version__}"


@lru_cache(maxsize=8)
def closed_days(calendar: Calendar, first: int, last: int) -> tuple[date, ...]:
    """Public holidays, and the calendar's own closed days, of the years from the first to the last; weekends apart."""
    years = range(first, last + 1)
    days = set(holidays.country_holidays(calendar.country, subdiv=calendar.subdivision or None, years=years))
    for said in calendar.closed:
        month, day = map(int, said.split("-"))
        days.update(date(year, month, day) for year in years if (month, day) != (2, 29) or isleap(year))
    return tuple(sorted(days))


def known(calendar: Calendar) -> bool:
    """Whether the library knows the country and the part of it."""
    try:
        holidays.country_holidays(calendar.country, subdiv=calendar.subdivision or None, years=2000)
    except NotImplementedError:
        return False
    return True


def countries() -> Sequence[str]:
    return sorted(holidays.list_supported_countries())
