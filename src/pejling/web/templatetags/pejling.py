"""How pages' figures become words and marks."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from pejling.pages import words
from pejling.pages.series import Figure, Heading, Part, Series
from pejling.web import charts

register = template.Library()

register.filter("day", words.day)
register.filter("period", words.period)
register.filter("state_words", words.state)
register.filter("state_explained", words.state_explained)
register.filter("direction_words", words.direction)
register.filter("people", words.persons)
register.filter("period_kind", words.period_kind)
register.filter("number_of_courses", words.courses)
register.filter("moment", words.moment)
register.filter("outcome_words", words.outcome)
register.filter("table_words", words.table)
register.filter("unknown_words", words.unknown)
register.filter("missing_words", words.missing)


@register.filter
def figures(count: float | None) -> str:
    """A whole number, or a dash where there is none."""
    return words.MISSING if count is None else words.number(count)


@register.simple_tag
def when(figure: Figure, heading: Heading) -> str:
    return words.when(figure.period, heading.only_from(figure), heading.counted_on(figure))


@register.simple_tag
def only_from(series: Series) -> str:
    """The day the records begin, where a period of the series is covered only in part."""
    days = (series.heading.only_from(figure) for figure in series.figures)
    return words.day(first) if (first := next(filter(None, days), None)) else ""


@register.simple_tag
def partial_sign(heading: Heading) -> SafeString:
    return charts.sign("final", heading.share, partial=True)


@register.simple_tag
def said_value(figure: Figure, heading: Heading) -> str:
    return words.value(figure.value, heading.unit)


@register.simple_tag
def estimate(figure: Figure, heading: Heading) -> str:
    return words.value(figure.estimate, heading.unit)


@register.simple_tag
def said_interval(figure: Figure, heading: Heading) -> str:
    return words.interval(figure.low, figure.high, heading.unit)


@register.simple_tag
def estimate_interval(figure: Figure, heading: Heading) -> str:
    return words.interval(figure.estimate_low, figure.estimate_high, heading.unit)


@register.simple_tag
def part_of_whole(figure: Figure) -> str:
    if figure.state == "suppressed":
        return words.MISSING
    return words.of(figure.numerator, figure.denominator)


@register.simple_tag
def sign(state: str, heading: Heading) -> SafeString:
    return charts.sign(state, heading.share)


@register.simple_tag
def sign_of_share(state: str) -> SafeString:
    return charts.sign(state, share=True)


@register.simple_tag
def chart_over_time(series: Series) -> str:
    heading = series.heading
    points = [
        point(figure, heading, words.tick(figure.period, series.figures[i - 1].period if i else ""))
        for i, figure in enumerate(series.figures)
    ]
    end, step = charts.scale(points, heading.share)
    decimals = 0 if float(round(100 * step, 6)).is_integer() else 1
    axis = [words.value(line * step, heading.unit, decimals) for line in range(round(end / step) + 1)]
    first, last = series.figures[0], series.figures[-1]
    title = gettext("%(indicator)s, %(first)s to %(last)s") % {
        "indicator": heading.name,
        "first": words.period(first.period),
        "last": words.period(last.period),
    }
    description = gettext("The same figures stand in the table below the chart. In view: %(figure)s.") % {
        "figure": point(series.chosen, heading, "").said
    }
    if begins := only_from(series):
        description += " " + gettext("The records begin on %(day)s, within a period.") % {"day": begins}
    return charts.over_time(heading.key, title, description, points, heading.share, axis)


@register.simple_tag
def chart_across(part: Part, series: Series, end: float) -> SafeString:
    chosen = series.chosen
    reference = chosen.value if series.heading.share else None
    return charts.across(point(part.figure, series.heading, ""), end, reference)


@register.simple_tag
def common_end(series: Series, parts: tuple[Part, ...]) -> float:
    """The end of the scale that all the parts' rows share."""
    points = [point(part.figure, series.heading, "") for part in parts]
    if series.heading.share:
        points.append(point(series.chosen, series.heading, ""))
    return charts.scale(points, series.heading.share)[0]


@register.simple_tag
def scale_words(end: float, heading: Heading) -> str:
    return words.value(round(end, 6), heading.unit, 0 if float(round(100 * end, 6)).is_integer() else 1)


@register.simple_tag
def states_in(figures: tuple[Figure, ...]) -> list[str]:
    """The states that occur, in the order they are explained."""
    order = ("final", "provisional", "immature", "undefined", "not_reported", "suppressed")
    present = {figure.state for figure in figures}
    return [state for state in order if state in present]


def point(figure: Figure, heading: Heading, tick: str) -> charts.Point:
    """A figure as a mark: an immature share by its estimate, an immature count by what has been counted to date."""
    value, low, high = figure.value, figure.low, figure.high
    said = words.value(value, heading.unit)
    if figure.state == "immature":
        value, low, high = figure.estimate, figure.estimate_low, figure.estimate_high
        if value is not None:
            said = gettext("estimate %(value)s") % {"value": words.value(value, heading.unit)}
        elif not heading.share:
            value = figure.numerator
            said = gettext("%(value)s so far") % {"value": words.value(value, heading.unit)}
        else:
            said = words.state("immature")
    elif value is None:
        said = words.state(figure.state)
    if low is not None and heading.share:
        said += f" ({words.interval(low, high, heading.unit)})"
    if heading.share and figure.denominator and figure.state in ("final", "provisional"):
        said += f", {words.of(figure.numerator, figure.denominator)}"
    partial = heading.only_from(figure) is not None
    return charts.Point(f"{when(figure, heading)}: {said}", tick, figure.state, value, low, high, partial)
