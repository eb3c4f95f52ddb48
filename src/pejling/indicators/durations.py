"""Lengths of time as definitions write them: `90 days`, `26 weeks`, `6 months`."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

_WRITTEN = re.compile(r"(\d{1,5}) (day|week|month)s?")


@dataclass(frozen=True)
class Duration:
    """A number of days, or of calendar months. Weeks are 7 days."""

    count: int
    unit: Literal["day", "month"]
    text: str

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Raises ValueError with the cure."""
        match = _WRITTEN.fullmatch(text.strip()) if isinstance(text, str) else None
        if match is None or int(match[1]) == 0:
            raise ValueError("Write a whole number from 1 and days, weeks or months: 90 days, 26 weeks, 6 months")
        count = int(match[1])
        if match[2] == "month":
            return cls(count, "month", text.strip())
        return cls(count * (7 if match[2] == "week" else 1), "day", text.strip())

    def after(self, day: date) -> date:
        """The day this long after: with months the same day of the month, or the month's last."""
        if self.unit == "day":
            return day + timedelta(days=self.count)
        year, month = divmod(day.year * 12 + day.month - 1 + self.count, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

    def before(self, day: date) -> date:
        """The last whose `after` has come by that day."""
        if self.unit == "day":
            return day - timedelta(days=self.count)
        year, month = divmod(day.year * 12 + day.month - 1 - self.count, 12)
        last, whole = (calendar.monthrange(*each)[1] for each in ((year, month + 1), (day.year, day.month)))
        return date(year, month + 1, last if day.day == whole else min(day.day, last))

    def sql(self, day: str) -> str:
        """`after`, as an expression over a date column."""
        if self.unit == "day":
            return f"({day} + {self.count})"
        return f"CAST({day} + INTERVAL '{self.count}' MONTH AS DATE)"
