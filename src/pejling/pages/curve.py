"""How fast people leave, of those who began in a period: the curve that a time to exit is read from."""

from bisect import bisect_right
from dataclasses import dataclass

from pejling.indicators.definition import TimeToExit
from pejling.indicators.times import curve as steps_of
from pejling.pages import words
from pejling.pages.ground import Ground

WEEK = 7
EVERY = (1, 2, 4, 8, 13, 26, 52)  # weeks between two points
POINTS = 26  # at most: as many as a phone has room for


@dataclass(frozen=True)
class Moment:
    """So many weeks after the start: the share that has left as asked, with its 95 % interval; None: nobody has yet.

    `followed`: those who are still there and have been followed so long.
    """

    weeks: int
    share: float
    low: float | None
    high: float | None
    followed: int


@dataclass(frozen=True)
class Curve:
    """`exits`: where to, in words; "" for any. `competing`: some left in another way, and will not leave as asked."""

    period: str
    exits: str
    competing: bool
    moments: tuple[Moment, ...]


def curve(ground: Ground, indicator: TimeToExit, unit: str, period: str) -> Curve | None:
    """None where nobody has left as asked."""
    steps = steps_of(ground.connection, indicator.key, unit, period, ground=(ground.measured, ground.every))
    if not any(step.events for step in steps):
        return None
    days = [step.day for step in steps]
    last = -(-days[-1] // WEEK)
    every = next((each for each in EVERY if last <= each * POINTS), EVERY[-1])
    moments = []
    for weeks in range(0, last + every, every):
        passed = bisect_right(days, weeks * WEEK)
        followed = steps[passed].at_risk if passed < len(steps) else 0
        if passed:
            step = steps[passed - 1]
            moments.append(Moment(weeks, step.incidence, step.low, step.high, followed))
        else:
            moments.append(Moment(weeks, 0.0, None, None, followed))
    return Curve(
        period,
        words.listed([words.within(ground.word(each)) for each in indicator.exit_to], "or"),
        any(step.others for step in steps),
        tuple(moments),
    )
