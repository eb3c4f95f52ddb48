"""How the figures of the levels' pages become words and marks."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from pejling.pages import words
from pejling.pages.burden import BurdenPage, Use
from pejling.web import charts

register = template.Library()


@register.filter
def decimal(amount: float | None) -> str:
    """With one decimal, or a dash where there is none."""
    return words.MISSING if amount is None else words.number(amount, 1)


@register.filter
def rows_words(count: int) -> str:
    return ngettext("%(number)s row", "%(number)s rows", count) % {"number": words.number(count)}


@register.simple_tag
def filled_in(use: Use) -> str:
    return words.value(use.filled.share, "share", 0)


@register.simple_tag
def filled_bar(use: Use) -> SafeString:
    return charts.share_of(use.filled.share, "counted" if use.used else "not_counted")


@register.simple_tag
def chart_burden(page: BurdenPage) -> str:
    """Minutes a course by month; registrations where no time is known."""
    points = []
    for nth, month in enumerate(page.months):
        amount = month.minutes if page.timed else month.registrations
        said = f"{words.period(month.period)}: {words.MISSING if amount is None else words.number(amount, 1)}"
        tick = words.tick(month.period, page.months[nth - 1].period if nth else "")
        points.append(charts.Point(said, tick, "final", amount))
    scaled = charts.scale(points, "count")
    axis = [words.number(line) for line in scaled.lines]
    title = gettext("Minutes a course by month") if page.timed else gettext("Registrations a course by month")
    description = gettext("The same figures stand in the table below the chart.")
    return charts.over_time("burden", title, description, points, "count", axis)
