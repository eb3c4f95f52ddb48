"""Shares and their intervals, and the estimate of a share that is not yet decided.

Interval of a decided share: E. B. Wilson, Probable inference, JASA 22 (1927) 209-212.

Estimate of an undecided one: the courses' times to exit give the incidence of exits that count, others competing
(O. O. Aalen and S. Johansen, Scand. J. Statist. 5 (1978) 141-150); with `lasting`, times the share not relapsed since
the exit (E. L. Kaplan and P. Meier, JASA 53 (1958) 457-481). Who passes a window without the event never leaves the
risk set, so that a cell with everything decided gives exactly numerator / denominator. The incidence's variance is the
delta-method one (G. E. Dinse and M. G. Larson, Biometrika 73 (1986) 379-386; J. J. Gaynor et al., JASA 88 (1993)
400-409), which is M. Greenwood's where nothing competes and p(1-p)/n where nothing is censored; the product's is by the
delta method as well. Interval on the complementary log-log scale (J. D. Kalbfleisch and R. L. Prentice, The Statistical
Analysis of Failure Time Data, 1980). Beyond the longest follow-up the curve is carried on flat.
"""

from collections.abc import Mapping
from itertools import groupby
from math import exp, log, sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
Histogram = Mapping[tuple[int, str], int]  # (days, event) -> courses; days of "never" mean nothing


def wilson(numerator: float, denominator: float) -> tuple[float, float]:
    """The 95 % interval of a share; a denominator above 0."""
    p, n = numerator / denominator, denominator
    middle = p + Z * Z / (2 * n)
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    low = 0.0 if numerator == 0 else (middle - half) / scale
    high = 1.0 if numerator == denominator else (middle + half) / scale
    return low, high


def share(exits: Histogram, relapses: Histogram | None) -> tuple[float, float, float] | None:
    """Estimate, low and high of the share of courses that exit in time and, where `relapses` is given, for good.

    Of `exits` the events are exit, other, censored, never; of `relapses` relapse, censored, never. None: no course.
    """
    number = sum(exits.values())
    if number == 0:
        return None
    p, variance = incidence(exits, "exit")
    if relapses:
        fell, variance_fell = incidence(relapses, "relapse")
        variance = (1 - fell) ** 2 * variance + p**2 * variance_fell
        p *= 1 - fell
    if p <= 1e-12 or p >= 1 - 1e-12:
        p = float(round(p))
        return p, *wilson(p * number, number)
    spread = Z * sqrt(variance) / (p * abs(log(p)))
    return p, exp(-exp(log(-log(p)) + spread)), exp(-exp(log(-log(p)) - spread))


def incidence(histogram: Histogram, of: str) -> tuple[float, float]:
    """Aalen and Johansen's incidence of the event `of`, all but censored and never competing with it; and its variance.

    With no other event it is 1 - Kaplan and Meier's survival. A course censored on a day is at risk on that day.
    """
    at_risk = sum(histogram.values())
    surviving, reached = 1.0, 0.0
    steps: list[
        tuple[int, int, int, float, float]
    ] = []  # at risk, events, events `of`, surviving before, reached after
    timed = sorted((days, event, courses) for (days, event), courses in histogram.items() if event != "never")
    for _, same_day in groupby(timed, key=lambda row: row[0]):
        rows = list(same_day)
        events = sum(courses for _, event, courses in rows if event != "censored")
        wanted = sum(courses for _, event, courses in rows if event == of)
        if events:
            reached += surviving * wanted / at_risk
            steps.append((at_risk, events, wanted, surviving, reached))
            surviving *= 1 - events / at_risk
        at_risk -= sum(courses for _, _, courses in rows)
    variance = 0.0
    for n, events, wanted, before, now in steps:
        left = reached - now  # nothing is left where no one is: those terms are 0
        if events < n:
            variance += left**2 * events / (n * (n - events))
        variance += before**2 * wanted * (n - wanted) / n**3 - 2 * left * before * wanted / n**2
    return reached, max(variance, 0.0)
