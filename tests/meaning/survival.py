"""Intervals and estimates. Sources: Wilson (1927); Kaplan and Meier (1958); Greenwood (1926); Brookmeyer and Crowley
(1982), on the log-log scale; Aalen and Johansen (1978), with the variance by the delta method (Marubini and Valsecchi
1995, 10.12); late entry by risk sets that a course joins after its entry (Andersen, Borgan, Gill and Keiding 1993)."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

from scipy.stats import t as students_t

Z = NormalDist().inv_cdf(0.975)
CLOSE = 1e-9  # 0.5 is reached where rounding alone says it is not
FOR_GOOD = float("inf")


@dataclass(frozen=True)
class Follow:
    """How long one course was followed: from after `entry` days to `until`, and what happened there.

    `event`: what is asked for; `other`: something that rules it out; `followed`: nothing yet.
    """

    until: float
    kind: str
    entry: float = -1


@dataclass(frozen=True)
class Step:
    """The curve from day `at`: probability that the event has happened, and the variance of that."""

    at: float
    incidence: float
    variance: float


def incidence(follows: Iterable[Follow]) -> list[Step]:
    """The Aalen-Johansen incidence of `event`, one step a day with something happening.

    Without any `other`, 1 - incidence is Kaplan and Meier's estimate and the variance is Greenwood's.
    """
    follows = list(follows)
    times = sorted({f.until for f in follows if f.kind != "followed"})
    jumps: list[tuple[float, float, float, float, float]] = []  # day, at risk, events, all that happened, S before
    surviving, happened = 1.0, 0.0
    steps = []
    for at in times:
        risk = sum(f.entry < at <= f.until for f in follows)
        events = sum(f.until == at and f.kind == "event" for f in follows)
        every = sum(f.until == at and f.kind != "followed" for f in follows)
        jumps.append((at, risk, events, every, surviving))
        happened += surviving * events / risk
        surviving *= 1 - every / risk
        steps.append((at, happened))
    return [Step(at, value, _variance(jumps, dict(steps), at)) for at, value in steps]


def _variance(jumps: list, reached: dict[float, float], day: float) -> float:
    total = 0.0
    for at, n, events, every, before in jumps:
        if at > day:
            break
        rest = reached[day] - reached[at]
        if every < n:
            total += rest**2 * every / (n * (n - every))
        total += before**2 * events * (n - events) / n**3 - 2 * rest * before * events / n**2
    return max(total, 0.0)


def median(steps: list[Step]) -> tuple[float | None, float | None, float | None]:
    """The day on which the incidence reaches one half, with its interval; None: not reached.

    The interval holds the days on which the 95 % band around the curve, on the log-log scale, contains one half. Where
    everyone has left, the band is 0 itself (as lifelines has it); where nobody has, there is none.
    """
    bands = [
        (step.at, (0.0, 0.0) if step.incidence > 1 - CLOSE else _band(1 - step.incidence, step.variance))
        for step in steps
    ]
    value = next((step.at for step in steps if 1 - step.incidence <= 0.5 + CLOSE), None)
    low = next((at for at, found in bands if found and found[0] <= 0.5), None)
    high = next((at for at, found in bands if found and found[1] <= 0.5), None)
    return value, low, high


def _band(p: float, variance: float) -> tuple[float, float] | None:
    """A probability's interval on the complementary log-log scale."""
    if p < CLOSE or p > 1 - CLOSE:
        return None
    width = Z * sqrt(variance) / (p * abs(log(p)))
    return exp(log(p) * exp(width)), exp(log(p) * exp(-width))


def restricted_mean(follows: Iterable[Follow], horizon: int) -> tuple[float, float, float]:
    """Days without the event, of the first `horizon`, on average; and its normal interval, within 0 and the horizon.

    Each day's share of events and of others is a multinomial draw from those at risk; delta method.
    """
    follows = list(follows)
    times = sorted({f.until for f in follows if f.kind != "followed" and f.until < horizon})
    days = []
    surviving = 1.0
    for at in times:
        risk = sum(f.entry < at <= f.until for f in follows)
        q = sum(f.until == at and f.kind == "event" for f in follows) / risk
        other = sum(f.until == at and f.kind == "other" for f in follows) / risk
        days.append((at, risk, q, other, surviving))
        surviving *= 1 - q - other
    saved = [before * q * (horizon - at) for at, _, q, _, before in days]
    variance = 0.0
    for i, (at, n, q, other, before) in enumerate(days):
        rest = sum(saved[i + 1 :]) / (1 - q - other) if any(saved[i + 1 :]) else 0.0
        by_event, by_other = before * (horizon - at) - rest, -rest
        variance += (
            by_event**2 * q * (1 - q) + by_other**2 * other * (1 - other) - 2 * by_event * by_other * q * other
        ) / n
    mean, width = horizon - sum(saved), Z * sqrt(max(variance, 0.0))
    return mean, max(mean - width, 0.0), min(mean + width, float(horizon))


def wilson(numerator: float, denominator: float) -> tuple[float, float]:
    p, n = numerator / denominator, denominator
    centre = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    width = Z / (1 + Z**2 / n) * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return max(centre - width, 0.0), min(centre + width, 1.0)


def mean_interval(values: list[float]) -> tuple[float | None, float | None]:
    """Student's t; none for a single value."""
    n = len(values)
    if n < 2:
        return None, None
    mean = sum(values) / n
    deviation = sqrt(sum((value - mean) ** 2 for value in values) / (n - 1))
    width = float(students_t.ppf(0.975, n - 1)) * deviation / sqrt(n)
    return mean - width, mean + width


def two_stages(first: list[Follow], second: list[Follow]) -> tuple[float, float, float] | None:
    """The probability of the event, times that of nothing happening afterwards, with its interval.

    `first` is empty where a measure begins at the exit; `second` where nothing need last.
    """
    if not first and not second:
        return None
    early = incidence(first)[-1:] or [Step(0, 0.0 if first else 1.0, 0.0)]
    late = incidence(second)[-1:] or [Step(0, 0.0, 0.0)]
    made_it, stayed = early[0].incidence, 1 - late[0].incidence
    p = made_it * stayed
    if p < CLOSE or p > 1 - CLOSE:
        return (p, *wilson(round(p) * len(first or second), len(first or second)))
    low, high = _band(p, stayed**2 * early[0].variance + made_it**2 * late[0].variance)  # type: ignore[misc]
    return p, low, high
