"""Days, lengths of time, periods and ages."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

DAY = timedelta(days=1)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    while first <= last:
        yield first
        first += DAY


def later(day: date, length: str) -> date:
    """The day so long after: `10 days`, `2 weeks`, `1 month` (the same day of the month, or its last)."""
    count, unit = length.split()
    if unit.startswith("day"):
        return day + timedelta(days=int(count))
    if unit.startswith("week"):
        return day + timedelta(weeks=int(count))
    months = day.year * 12 + day.month - 1 + int(count)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def length_in_days(length: str) -> int:
    """Of a length in days or weeks, which is the same wherever it begins."""
    assert "month" not in length, "months differ in length"
    return (later(date(2000, 1, 1), length) - date(2000, 1, 1)).days


def period(text: str) -> tuple[date, date]:
    """The first and the last day of `2009-03`, `2009-Q1`, `2009` or `2009-03/12` (the twelve months ending there)."""
    year = int(text[:4])
    if len(text) == 4:
        return date(year, 1, 1), date(year, 12, 31)
    if "Q" in text:
        quarter = int(text[-1])
        return date(year, quarter * 3 - 2, 1), date(year, quarter * 3, monthrange(year, quarter * 3)[1])
    month = int(text[5:7])
    last = date(year, month, monthrange(year, month)[1])
    if text.endswith("/12"):
        return date(year, 1, 1) if month == 12 else date(year - 1, month + 1, 1), last
    return date(year, month, 1), last


def age(born: date, day: date) -> int:
    """Full years. Who is born on 29 February has the birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
