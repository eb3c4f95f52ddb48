"""What a figure can be at all: a share is a part of a whole, and a count, a time or a cost is never below nothing.

Held where a target is written or proposed, and not where it is read: what was signed before stays readable.
"""

from dataclasses import dataclass

from pejling.indicators.definition import Common, Ratio


@dataclass(frozen=True)
class Range:
    """None where there is no limit."""

    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def change(self, start: float | None = None) -> "Range":
        """What a figure in it can change by, from `start`, or where that is not known, from anywhere in it."""
        if start is not None:
            return Range(*(None if end is None else end - start for end in (self.least, self.most)))
        wide = None if self.least is None or self.most is None else self.most - self.least
        return Range(None if wide is None else -wide, wide)


SHARE, FROM_NOTHING, ANY = Range(0, 1), Range(0), Range()


def possible(indicator: Common) -> Range:
    """A mean of points may be a fall; and a ratio told as a share may be of more than the whole: a budget, say."""
    if indicator.unit == "points":
        return ANY
    return SHARE if indicator.unit == "share" and not isinstance(indicator, Ratio) else FROM_NOTHING
