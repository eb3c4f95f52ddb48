"""A period of a goal's series in words: its interval, what it is made of, and which rule calls it no chance."""

from django.utils.translation import gettext

from pejling.pages import words
from pejling.steering.goal_status import GoalStatus, Point


def interval(point: Point, goal: GoalStatus) -> str:
    return words.interval(point.low, point.high, goal.unit)


def basis(point: Point, goal: GoalStatus) -> str:
    """What a period's figure is made of: 41 of 190."""
    if point.numerator is None:
        return words.MISSING
    if point.denominator is None:
        return words.value(point.numerator, goal.unit)
    above, below = goal.of
    if above == below or not above:
        return words.of(point.numerator, point.denominator)
    return f"{words.counted(point.numerator, above)} / {words.counted(point.denominator, below)}"


def special(point: Point, goal: GoalStatus) -> str:
    """Which rule calls it no chance, in a few words."""
    if point.special is None:
        return ""
    up = point.way == "up"
    return {
        "beyond": gettext("above the limits") if up else gettext("below the limits"),
        "side": gettext("eight above the middle") if up else gettext("eight below the middle"),
        "row": gettext("six in a row, rising") if up else gettext("six in a row, falling"),
    }.get(point.special, "")
