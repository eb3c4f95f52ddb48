"""An indicator's forecast at a unit: the months ahead with their interval, and how wrong earlier forecasts were."""

from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext

from pejling.indicators.hierarchy import Unit
from pejling.indicators.monthly import Monthly, forecastable, monthly
from pejling.pages import words
from pejling.pages.economy import months_covered
from pejling.pages.ground import Ground
from pejling.pages.series import Heading, heading
from pejling.pages.unknown import Unknown
from pejling.steering.forecast import INTERVAL, LEAST, Ahead, Forecast, Told, forecasts

NOTHING = Forecast()
SHOWN = 36  # months of the past in the picture
LOOKED_AHEAD = 3  # months: how long before a month the forecasts of the past that are listed were made


@dataclass(frozen=True)
class Month:
    """A month that is over; provisional where late records may still change it."""

    period: str
    counted: float
    state: Literal["final", "provisional"]


@dataclass(frozen=True)
class GroupAhead:
    """A target group or account, and what is expected of the rest of the year, or why nothing is."""

    name: str
    so_far: float | None  # of the year; None where no month of it is over
    rest: Ahead | None
    unknown: str


@dataclass(frozen=True)
class ForecastPage:
    """`year` is that of the month ahead. `so_far` is what is counted of it, None where no month of it is over; `total`
    is what all of it will be."""

    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    period_kind: str
    heading: Heading
    missing: bool = False  # no whole month is covered
    months: tuple[Month, ...] = ()
    forecast: Forecast = NOTHING
    year: str = ""
    so_far: float | None = None
    total: Ahead | None = None
    by: str = ""  # what the groups are called
    groups: tuple[GroupAhead, ...] = ()
    told: tuple[Told, ...] = ()  # the newest twelve, made so long before
    least: int = LEAST
    interval: float = INTERVAL
    ahead: int = LOOKED_AHEAD


def forecast_page(ground: Ground, key: str, unit_id: str) -> ForecastPage:
    """Raises Unknown for an indicator that is not there or does not add up from month to month, and for a unit."""
    indicator, unit = ground.indicator(key), ground.unit(unit_id)
    if not forecastable(indicator):
        raise Unknown("forecast", key, [each.key for each in ground.model.indicators if forecastable(each)])
    bare = ForecastPage(unit, ground.kind_name(unit), ground.above(unit), "month", heading(ground, indicator))
    if not months_covered(ground, key):
        return replace(bare, missing=True)
    found, to = _read(ground, key, unit_id)
    told: dict[tuple[str, str], Forecast] = ground.remembered(
        ("forecast", key, unit_id), lambda: forecasts(found, to, past=True)
    )
    whole, year = told[unit_id, ""], to[:4]
    series, at = found.of(unit_id), found.scale
    in_year = sum(month.startswith(year) for month in found.months)
    so_far = _so_far(series, in_year, at)
    groups = []
    for group in found.groups if found.groups != ("",) else ():
        rest = told[unit_id, group]
        counted = _so_far(found.values[unit_id, group], in_year, at)
        groups.append(GroupAhead(ground.value_name(found.by, group), counted, _of_year(rest, year), rest.unknown))
    return replace(
        bare, months=tuple(_months(found, series)[-SHOWN:]), forecast=whole, year=year, so_far=so_far,
        total=_total(so_far, _of_year(whole, year)), by=ground.column_name(found.by) if found.by else "",
        groups=tuple(groups), told=tuple(each for each in whole.past if each.ahead == LOOKED_AHEAD)[-12:],
    )  # fmt: skip


def _read(ground: Ground, key: str, unit_id: str) -> tuple[Monthly, str]:
    """The months, and the last month of the year that the next one is in."""
    found = monthly(
        ground.connection, key, [unit_id], last=months_covered(ground, key)[-1],
        ground=(ground.measured, ground.every),
    )  # fmt: skip
    year, month = int(found.months[-1][:4]), int(found.months[-1][5:])
    return found, f"{year + month // 12:04}-12"


def _months(found: Monthly, series: tuple[int, ...]) -> list[Month]:
    return [
        Month(month, counted / found.scale, "final" if number < found.settled else "provisional")
        for number, (month, counted) in enumerate(zip(found.months, series, strict=True))
    ]


def _of_year(told: Forecast, year: str) -> Ahead | None:
    return next((each for each in told.years if each.period == year), None)


def _so_far(series: tuple[int, ...], in_year: int, at: int) -> float | None:
    return sum(series[-in_year:]) / at if in_year else None


def _total(counted: float | None, rest: Ahead | None) -> Ahead | None:
    if rest is None:
        return None
    so_far = counted or 0
    return Ahead(rest.period, so_far + rest.expected, so_far + rest.low, so_far + rest.high)


# In words -----------------------------------------------------------------------------------------------------------


def amount(value: float, unit: str) -> str:
    """A count that is expected is no whole number; it is told as one."""
    return words.value(float(round(value)) if unit != "kroner" else value, unit)


def between(ahead: Ahead, unit: str) -> str:
    low, high = (round(each) if unit != "kroner" else each for each in (ahead.low, ahead.high))
    return words.interval(low, high, unit)


def said(ahead: Ahead, unit: str) -> str:
    return f"{amount(ahead.expected, unit)} ({between(ahead, unit)})"


def unknown(name: str) -> str:
    """Why there is no forecast."""
    return {
        "too_short": gettext("Too short a history"),
        "nothing": gettext("Nothing to forecast"),
    }.get(name, "")
