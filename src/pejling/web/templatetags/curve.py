"""How a curve of exits becomes a picture and words."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from pejling.pages import words
from pejling.pages.curve import Curve, Moment
from pejling.pages.series import Heading
from pejling.web import year_chart
from pejling.web.year_chart import Spot

register = template.Library()


@register.filter
def moment_share(share: float) -> str:
    return words.value(share, "share")


@register.filter
def moment_interval(moment: Moment) -> str:
    return words.interval(moment.low, moment.high, "share")


@register.simple_tag
def chart_curve(curve: Curve, heading: Heading) -> SafeString:
    """The share that has left by so many weeks, with its interval, and one half across."""
    every = -(-len(curve.moments) // 8)  # a number below each would not be read
    spots = [
        Spot(_said(m), _tick(m, n) if n % every == 0 else "", m.share, 0.5, None, m.low, m.high)
        for n, m in enumerate(curve.moments)
    ]
    lines = year_chart.scaled(spots)
    axis = [words.axis(line, "share", lines.step, last=line == lines.lines[-1]) for line in lines.lines]
    title = gettext("%(indicator)s: how many have left so many weeks after the start") % {"indicator": heading.name}
    description = gettext("The same figures stand in the table below the chart.")
    return year_chart.running("curve", title, description, spots, axis, lower=False)


def _tick(moment: Moment, place: int) -> str:
    """The first names the unit."""
    return words.number(moment.weeks) if place else words.value(moment.weeks, "weeks")


def _said(moment: Moment) -> str:
    weeks = ngettext("%(n)s week", "%(n)s weeks", moment.weeks) % {"n": words.number(moment.weeks)}
    interval = f" ({moment_interval(moment)})" if moment.low is not None else ""
    return f"{weeks}: {moment_share(moment.share)}{interval}"
