"""Curves of time until an event, from histograms of durations, as SQL over all cells at once.

A cell's courses are followed for so many `days` until an `event`: exit or relapse (the one asked for), other (it can no
longer happen), censored (nothing yet) or never (followed for good); and entry: from the day after, so many more are at
risk, for they began before the coverage. Who is censored on a day is at risk on it. A row of the histogram says how
many there are of each on a day: `events` as asked, `others`, `censored`, and in all `leaving`, less those who enter.

The curve is O. O. Aalen and S. Johansen's incidence (Scand. J. Statist. 5 (1978) 141-150), others competing; with no
other event it is 1 - E. L. Kaplan and P. Meier's survival (JASA 53 (1958) 457-481). Its variance is the delta-method
one (G. E. Dinse and M. G. Larson, Biometrika 73 (1986) 379-386; J. J. Gaynor et al., JASA 88 (1993) 400-409): M.
Greenwood's where nothing competes, p(1-p)/n where nothing is censored. A median's interval are the days whose band, on
the complementary log-log scale (J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data,
1980), holds one half (R. Brookmeyer and J. Crowley, Biometrics 38 (1982) 29-41). Beyond the longest follow-up a curve
is carried on flat.
"""

from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
CLOSE = 1e-9  # a half is reached where rounding alone says it is not
HISTOGRAM = {  # its columns, over rows of event and courses
    "events": "SUM(CASE WHEN event IN ('exit', 'relapse') THEN courses ELSE 0 END)",
    "others": "SUM(CASE WHEN event = 'other' THEN courses ELSE 0 END)",
    "censored": "SUM(CASE WHEN event = 'censored' THEN courses ELSE 0 END)",
    "leaving": "SUM(CASE WHEN event = 'entry' THEN -courses ELSE courses END)",
}


def curves(histogram: str, keys: tuple[str, ...]) -> str:
    """`risk` and `curve` for a WITH, over a relation of `keys`, stage, days (once a day) and HISTOGRAM's columns.

    curve: keys, stage, days, and of each day with an event: at_risk before it, `events` (the one asked for) and `every`
    (all of them) on it, `surviving` before it, and from it on the `incidence` and its `variance`.
    """
    cell = ", ".join((*keys, "stage"))
    upto = f"OVER (PARTITION BY {cell} ORDER BY days ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    before = f"OVER (PARTITION BY {cell} ORDER BY days ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    return f"""
        risk AS (
            SELECT {cell}, days, CAST(events AS DOUBLE) AS events, CAST(events + others AS DOUBLE) AS every,
                SUM(CAST(leaving AS DOUBLE)) OVER (PARTITION BY {cell} ORDER BY days
                    ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS at_risk
            FROM {histogram}),
        left_over AS (
            SELECT *, COALESCE(PRODUCT(1 - every / at_risk) {before}, 1) AS surviving FROM risk WHERE every > 0),
        reached AS (
            SELECT *, SUM(surviving * events / at_risk) {upto} AS incidence,
                CASE WHEN every < at_risk THEN every / (at_risk * (at_risk - every)) ELSE 0 END AS spread,
                surviving * events / (at_risk * at_risk) AS jump
            FROM left_over),
        curve AS (
            SELECT {cell}, days, at_risk, events, every, surviving, incidence, GREATEST(0,
                    incidence * incidence * SUM(spread) {upto} - 2 * incidence * SUM(incidence * spread + jump) {upto}
                    + SUM(incidence * (incidence * spread + 2 * jump)
                        + surviving * jump * (at_risk - events) / at_risk) {upto}) AS variance
            FROM reached)"""


def last_steps(keys: tuple[str, ...]) -> str:
    """SELECT keys and, of stage 1 and 2, the courses, the incidence in the end and its variance; over `curve`.

    Where nobody enters late.
    """
    cell = ", ".join(keys)
    columns = ", ".join(
        f"""SUM(courses) FILTER (stage = {stage}) AS courses_{stage}, MAX(incidence) FILTER (stage = {stage})
            AS incidence_{stage}, MAX(variance) FILTER (stage = {stage}) AS variance_{stage}"""
        for stage in (1, 2)
    )
    return f"""
        SELECT {cell}, {columns} FROM (
            SELECT {cell}, stage, CAST(SUM(leaving) AS BIGINT) AS courses,
                0 AS incidence, 0 AS variance
            FROM histogram GROUP BY {cell}, stage
            UNION ALL SELECT {cell}, stage, NULL, MAX(incidence), MAX_BY(variance, days)
            FROM curve GROUP BY {cell}, stage)
        GROUP BY {cell}"""


def bands() -> str:
    """`banded` for a WITH, over `curve`: the share p that has not left, and its band from p_low to p_high.

    Where everyone has left the band is 0, where nobody has there is none.
    """
    return f"""
        widened AS (
            SELECT *, 1 - incidence AS p, CASE WHEN incidence > {CLOSE!r} AND incidence < 1 - {CLOSE!r}
                THEN {Z!r} * SQRT(variance) / ((1 - incidence) * ABS(LN(1 - incidence))) END AS width
            FROM curve),
        banded AS (
            SELECT *, CASE WHEN p < {CLOSE!r} THEN 0 ELSE POW(p, EXP(width)) END AS p_low,
                CASE WHEN p < {CLOSE!r} THEN 0 ELSE POW(p, EXP(-width)) END AS p_high
            FROM widened)"""


def medians(keys: tuple[str, ...], horizon: int) -> str:
    """SELECT keys, value, low, high and the undecided (courses censored before the median, and the shortest time)."""
    cell = ", ".join(keys)
    return f"""
        {bands()},
        day_of AS (
            SELECT {cell}, MIN(days) FILTER (p <= 0.5 + {CLOSE!r}) AS value,
                MIN(days) FILTER (p_low <= 0.5) AS low, MIN(days) FILTER (p_high <= 0.5) AS high
            FROM banded GROUP BY {cell})
        SELECT {cell}, ANY_VALUE(value) AS value, ANY_VALUE(low) AS low, ANY_VALUE(high) AS high,
            {_undecided(f"LEAST(COALESCE(value, {horizon}), {horizon})")}
        FROM histogram LEFT JOIN day_of USING ({cell}) GROUP BY {cell}"""


def restricted_means(keys: tuple[str, ...], horizon: int) -> str:
    """SELECT keys, the mean of days without the event up to the horizon, its variance, and the undecided.

    Each day's share of events and of others is a multinomial draw from those at risk; delta method.
    """
    cell = ", ".join(keys)
    later = f"OVER (PARTITION BY {cell} ORDER BY days ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"
    return f"""
        saved AS (
            SELECT *, events / at_risk AS q, (every - events) / at_risk AS r,
                surviving * events / at_risk * ({horizon} - days) AS saved
            FROM curve WHERE days < {horizon}),
        resting AS (
            SELECT *, CASE WHEN COALESCE(SUM(saved) {later}, 0) > 0
                THEN SUM(saved) {later} / (1 - q - r) ELSE 0 END AS rest
            FROM saved),
        mean AS (
            SELECT {cell}, {horizon} - SUM(saved) AS value, SUM((POW(surviving * ({horizon} - days) - rest, 2) * q
                * (1 - q) + rest * rest * r * (1 - r)
                + 2 * (surviving * ({horizon} - days) - rest) * rest * q * r) / at_risk) AS variance
            FROM resting GROUP BY {cell})
        SELECT {cell}, COALESCE(ANY_VALUE(value), {horizon}) AS value, COALESCE(ANY_VALUE(variance), 0) AS variance,
            {_undecided(str(horizon))}
        FROM histogram LEFT JOIN mean USING ({cell}) GROUP BY {cell}"""


def _undecided(bound: str) -> str:
    """The censored before the bound: what happens to the others cannot move the value."""
    return f"""CAST(COALESCE(SUM(censored) FILTER (days < {bound}), 0) AS BIGINT) AS undecided,
        MIN(days) FILTER (censored > 0 AND days < {bound}) AS shortest"""
