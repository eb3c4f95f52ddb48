"""What money does to what is measured: can it be earned the wrong way, and is it settled before anybody knows?"""

from collections.abc import Iterator
from datetime import date, timedelta

from pejling.indicators.definition import (
    ActivityShare,
    ActivityWithin,
    Amount,
    AverageStock,
    Exits,
    ExitWithin,
    Indicator,
    Intake,
    LastingShare,
    Observed,
    Ratio,
    ScoreChange,
    StateAfter,
    Stock,
    Timely,
    TimeToExit,
)  # fmt: skip
from pejling.indicators.durations import Duration
from pejling.indicators.findings import Finding, near
from pejling.indicators.goals import Grant
from pejling.indicators.model import Model

SAMPLE_YEAR = 2001  # any year that is no leap year


def grant_findings(model: Model) -> Iterator[Finding]:
    """Of the grants of the model: unknown names, money that can be earned the wrong way or is settled too soon."""
    known = {indicator.key: indicator for indicator in model.indicators}
    for grant in model.money:
        about = ("grant", grant.indicator)
        said = {"grant": grant.kind, "pays_for": grant.pays_for}
        unknown = [key for key in (grant.indicator, *grant.counterweights) if key not in known]
        for key in unknown:
            yield Finding("grant_unknown", "error", *about, {**said, "key": key, **near(key, list(known))})
        if unknown:
            continue
        indicator = known[grant.indicator]
        if (how := earned_by(indicator)) and not grant.counterweights:
            yield Finding("money_gamed", "warning", *about, {**said, "how": how})
        if settled_too_soon(indicator, grant):
            days = (matures(indicator) - date(SAMPLE_YEAR, 12, 31)).days
            yield Finding("money_immature", "warning", *about, {**said, "days": days})
        if opposed(indicator.direction, grant.pays_for):
            for goal in model.goals:
                if grant.indicator in goal.indicators:
                    yield Finding("money_against_goal", "warning", *about, {**said, "goal": goal.key})


def economy_findings(model: Model) -> Iterator[Finding]:
    """Its parts must be there: amounts of each nature, of the same accounts, and ratios of what was spent."""
    if (economy := model.economy) is None:
        return
    known = {indicator.key: indicator for indicator in model.indicators}
    for key in economy.keys:
        if key not in known:
            yield Finding("economy_unknown", "error", "economy", key, {"key": key, **near(key, list(known))})
    spent = known.get(economy.actual)
    for nature in ("budget", "actual", "commitment"):
        indicator = known.get(getattr(economy, nature) or "")
        if indicator is None:
            continue
        if not isinstance(indicator, Amount) or indicator.nature != nature:
            yield Finding("economy_unfit", "error", "economy", indicator.key, {"nature": nature})
        elif isinstance(spent, Amount) and (set(indicator.accounts), indicator.by) != (set(spent.accounts), spent.by):
            yield Finding("economy_other_accounts", "error", "economy", indicator.key, {"indicator": spent.key})
    for key in economy.unit_costs:
        indicator = known.get(key)
        if indicator and not (isinstance(indicator, Ratio) and indicator.numerator == economy.actual):
            yield Finding("economy_unfit", "error", "economy", key, {"nature": "unit_cost"})


def opposed(direction: str, pays_for: str) -> bool:
    """Does the money reward what the indicator's direction calls worse?"""
    return (direction, pays_for) in (("up", "less"), ("down", "more"))


def earned_by(indicator: Indicator) -> str:
    """The easy way to earn on it that helps nobody; "" where none is known.

    Measures whose cohort is all who began, and whose success must last, leave least room.
    """
    match indicator:
        case Intake():
            return "intake"  # more doors, and no reason to see anyone out again
        case Exits():
            return "exits"  # an exit that need not last, and can be made again
        case ExitWithin(lasting=None):
            return "timing"  # ended in time, and begun anew the day after
        case LastingShare() | StateAfter():
            return "choice"  # who is let out is who is counted
        case ActivityShare() | ActivityWithin() | Timely():
            return "activity"  # done for the count, also for those whom it does not help
        case Stock() | AverageStock():
            return "count_day" if isinstance(indicator, Stock) else "volume"
        case ScoreChange():
            return "own_scores"
        case Observed():
            return "own_report"
        case Amount() | Ratio():
            return "cost"
    return ""


def settled_too_soon(indicator: Indicator, grant: Grant) -> bool:
    settled = date(SAMPLE_YEAR, 12, 31)
    if grant.settled_after:
        settled = grant.settled_after.after(settled)
    return settled < matures(indicator)


def matures(indicator: Indicator, year: int = SAMPLE_YEAR) -> date:
    """The first day on which all of a year's courses are certain to be decided, the records being there."""
    day = date(year, 12, 31)
    match indicator:
        case ExitWithin():
            return _lasted(indicator.within.after(day), indicator.lasting)
        case LastingShare():
            return _lasted(day, indicator.lasting)
        case StateAfter():
            return indicator.after.after(day)
        case ActivityWithin():
            return indicator.within.after(day)
        case TimeToExit(horizon=Duration() as horizon):
            return horizon.after(day)
    return day


def _lasted(day: date, lasting: Duration | None) -> date:
    return lasting.after(day) - timedelta(days=1) if lasting else day
