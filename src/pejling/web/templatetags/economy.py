"""How the pages of economy and forecast become words and marks."""

from decimal import Decimal

from django import template
from django.utils import dates
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from pejling.pages import economy, forecast, words
from pejling.pages.economy import EconomyPage, Line, Row, Step
from pejling.pages.forecast import ForecastPage
from pejling.web import charts, year_chart
from pejling.web.charts import Scale
from pejling.web.year_chart import Spot

register = template.Library()

register.filter("sign_words", economy.sign)
register.filter("sign_explained", economy.sign_explained)
register.filter("calls", economy.calls)
register.filter("consumption", economy.consumption)
register.filter("money", words.money)
register.filter("ore", words.ore)
register.filter("ahead_words", economy.ahead)
register.filter("typical", economy.typical)
register.filter("leaning", economy.leaning)
register.filter("held", economy.held)
register.filter("held_in_all", economy.held_in_all)
register.filter("miss", economy.miss)
register.filter("cost_words", economy.cost)
register.filter("cost_interval", economy.cost_interval)
register.simple_tag(economy.cost_made_of, name="cost_of")
register.filter("per_year", economy.per_year)
register.filter("expected_words", forecast.said)
register.filter("between_words", forecast.between)
register.filter("amount_words", forecast.amount)
register.filter("no_forecast", forecast.unknown)
register.simple_tag(year_chart.sign, name="year_sign")


@register.filter
def whole_money(amount: Decimal | None) -> str:
    """For a headline: what is expected is not known to the øre."""
    return words.money(amount, 0)


@register.filter
def rounded(interval: Line) -> str:
    return f"{words.ore(interval.low, 0)}–{words.money(interval.high, 0)}"


@register.filter
def per_cent(share: float) -> str:
    return words.value(share, "share", 0)


@register.filter
def about(number: float) -> str:
    return words.number(number, 0 if number >= 10 else 1)


@register.simple_tag
def chart_year(page: EconomyPage) -> SafeString:
    """What is spent so far, the budget, and where the year is heading, added up from New Year."""
    found = page.economy
    assert found is not None  # noqa: S101 - the template asks first
    spots = [Spot("", "", 0.0, 0.0 if found.steps[0].budget is not None else None)]
    for step in found.steps:
        spots.append(
            Spot(_said(step), _tick(step.month), _float(step.spent), _float(step.budget), _float(step.expected),
                 _float(step.low), _float(step.high))
        )  # fmt: skip
    title = gettext("Spent and expected in %(year)s, %(unit)s") % {"year": found.year, "unit": page.unit.name}
    return _drawn("year", title, spots, lower=False)


@register.simple_tag
def chart_distance(page: EconomyPage) -> SafeString:
    """The same with the budget taken away: above 0 is more than budgeted so far."""
    found = page.economy
    assert found is not None  # noqa: S101 - the template asks first
    spots = [Spot("", "", 0.0)]
    for step in found.steps:
        spent, expected, low, high = (
            None if each is None or step.budget is None else float(each - step.budget)
            for each in (step.spent, step.expected, step.low, step.high)
        )
        shown = spent if spent is not None else expected
        said = f"{words.period(step.month)}: {_distance(shown)}"
        spots.append(Spot(said, _tick(step.month), spent, None, expected, low, high))
    title = gettext("Distance from the budget in %(year)s, %(unit)s") % {"year": found.year, "unit": page.unit.name}
    return _drawn("distance", title, spots, lower=True)


def _drawn(key: str, title: str, spots: list[Spot], *, lower: bool) -> SafeString:
    scale = year_chart.scaled(spots)
    lines = scale.lines
    axis = [words.axis(line, "kroner", scale.step, last=line == lines[-1]) for line in lines]
    description = gettext("The same figures stand in the table below the chart.")
    return year_chart.running(key, title, description, spots, axis, lower)


def _said(step: Step) -> str:
    month = words.period(step.month)
    if step.spent is not None:
        return gettext("%(month)s: spent %(amount)s") % {"month": month, "amount": words.money(step.spent, 0)}
    if step.expected is None:
        return month
    interval = f"{words.ore(step.low, 0)}–{words.money(step.high, 0)}"
    return gettext("%(month)s: expected %(amount)s (%(interval)s)") % {
        "month": month, "amount": words.money(step.expected, 0), "interval": interval,
    }  # fmt: skip


def _distance(amount: float | None) -> str:
    if amount is None:
        return words.MISSING
    said = words.money(abs(Decimal(str(round(amount, 2)))), 0)
    return (gettext("%(amount)s above the budget") if amount > 0 else gettext("%(amount)s below the budget")) % {
        "amount": said
    }


def _tick(month: str) -> str:
    return str(dates.MONTHS_3[int(month[5:])]).rstrip(".")[:3]


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


@register.simple_tag
def distance_scale(rows: tuple[Row, ...], whole: Line) -> Scale:
    """The scale that all the rows' distances share."""
    spots = [Spot("", "", *_sides(line)) for line in (whole, *(row.line for row in rows))]
    return year_chart.scaled(spots)


def _sides(line: Line) -> tuple[float | None, float | None, float | None]:
    return tuple(_from_budget(line, each) for each in (line.expected, line.low, line.high))  # type: ignore[return-value]


def _from_budget(line: Line, amount: Decimal | None) -> float | None:
    return None if amount is None or not line.budget else float(amount - line.budget)


@register.simple_tag
def row_distance(line: Line, scale: Scale) -> SafeString:
    middle, low, high = _sides(line)
    return year_chart.distance(low, middle, high, scale)


@register.simple_tag
def distance_axis(amount: float, scale: Scale) -> str:
    return words.axis(amount, "kroner", scale.step, last=amount == scale.end)


@register.filter
def difference(line: Line) -> str:
    """With its sign: more than budgeted, or less."""
    found = line.difference
    return ("+" if found and found > 0 else "") + words.ore(found)


@register.simple_tag
def chart_forecast(page: ForecastPage) -> str:
    """The months behind and ahead: what came is a dot, what is expected an open one with its interval."""
    unit, before = page.heading.unit, ""
    points = []
    for month in page.months:
        said = f"{words.period(month.period)}: {words.value(month.counted, unit)}"
        points.append(charts.Point(said, words.tick(month.period, before), month.state, month.counted))
        before = month.period
    for ahead in page.forecast.months:
        said = gettext("%(month)s: expected %(amount)s (%(interval)s)") % {
            "month": words.period(ahead.period), "amount": forecast.amount(ahead.expected, unit),
            "interval": forecast.between(ahead, unit),
        }  # fmt: skip
        tick = words.tick(ahead.period, before)
        points.append(charts.Point(said, tick, "immature", ahead.expected, ahead.low, ahead.high))
        before = ahead.period
    scaled = charts.scale(points, "mean")
    lines = scaled.lines
    axis = [words.axis(line, unit, scaled.step, last=line == lines[-1]) for line in lines]
    title = gettext("%(indicator)s, months behind and ahead") % {"indicator": page.heading.name}
    description = gettext("The same figures stand in the table below the chart.")
    return charts.over_time("forecast", title, description, points, "mean", axis)
