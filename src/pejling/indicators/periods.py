"""Periods: month `2009-03`, quarter `2009-Q1`, year `2009`, rolling year ending with a month `2009-03/12`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from pejling.facts.mistakes import Mistake

Kind = Literal["month", "quarter", "year", "rolling"]
KINDS: tuple[Kind, ...] = ("year", "quarter", "month", "rolling")
_LENGTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12, "rolling": 12}
_WRITTEN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])(/12)?))?")


@dataclass(frozen=True, order=True)
class Period:
    """`end_on` is the day after the last."""

    first_on: date
    end_on: date
    kind: Kind
    text: str

    @classmethod
    @lru_cache(maxsize=4096)  # a page of many units asks for the same few thousands of times
    def parse(cls, text: str) -> "Period":
        """Raises Mistake."""
        match = _WRITTEN.fullmatch(text)
        if match is None or not 1850 <= int(match[1]) <= 2200:
            raise Mistake("period", f"{text!r} is no period", "Write 2009, 2009-Q1, 2009-03 or 2009-03/12")
        year, quarter, month, rolling = match.groups()
        if quarter:
            return cls.ending("quarter", int(year), int(quarter) * 3)
        if month:
            return cls.ending("rolling" if rolling else "month", int(year), int(month))
        return cls.ending("year", int(year), 12)

    @classmethod
    def ending(cls, kind: Kind, year: int, month: int) -> "Period":
        """The period of that kind whose last month is this one."""
        after = year * 12 + month
        first = after - _LENGTHS[kind]
        text = {
            "month": f"{year:04}-{month:02}",
            "quarter": f"{year:04}-Q{month // 3}",
            "year": f"{year:04}",
            "rolling": f"{year:04}-{month:02}/12",
        }[kind]
        return cls(date(first // 12, first % 12 + 1, 1), date(after // 12, after % 12 + 1, 1), kind, text)

    @property
    def last_on(self) -> date:
        return self.end_on - timedelta(days=1)

    @property
    def months(self) -> int:
        return _LENGTHS[self.kind]


def covered(kind: Kind, from_on: date | None, through: date) -> Iterator[Period]:
    """Every period of a kind with a day in the coverage, oldest first. Without a first day: from `through`'s own."""
    step = 1 if kind == "rolling" else _LENGTHS[kind]
    first = from_on or through
    last_month = first.year * 12 + first.month - 1
    last_month += step - 1 - last_month % step
    while True:
        period = Period.ending(kind, last_month // 12, last_month % 12 + 1)
        yield period
        if period.end_on > through:
            return
        last_month += step
