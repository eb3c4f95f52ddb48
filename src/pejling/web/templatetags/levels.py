"""How the figures of the levels' pages become words and marks."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from pejling.pages import level_words, status_words, words
from pejling.pages.burden import BurdenPage, Use
from pejling.pages.meeting import Turned
from pejling.pages.own_cases import Likely
from pejling.web import charts, level_charts

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


@register.simple_tag
def likely_bar(likely: Likely) -> SafeString:
    parts = (("reached", likely.reached), ("otherwise", likely.otherwise), ("still", likely.still))
    return level_charts.split(parts)


@register.filter
def likely_words(likely: Likely) -> str:
    """26 of 64 (30–53 %)."""
    ends = f"{words.number(100 * likely.low)}–{words.value(likely.high, 'share', 0)}"
    return f"{words.of(likely.reached, likely.courses)} ({ends})"


@register.filter
def ended_words(likely: Likely) -> str:
    """What they came to, in one line: 17 work, 9 education, 12 another benefit; 26 still in the course."""
    said = ", ".join(f"{words.number(count)} {words.within(name)}" for name, count in likely.ended)
    still = gettext("%(number)s still in it") % {"number": words.number(likely.still)}
    return f"{said}; {still}" if said else still


@register.filter
def weeks_words(count: int) -> str:
    return words.value(count, "weeks")


register.filter("case_summary", level_words.cases)
register.filter("contribution_words", level_words.contribution)
register.filter("meaning_words", level_words.meaning)
register.filter("listed_in_order", lambda names: words.listed([words.within(name) for name in names], "and"))


@register.filter
def meeting_choice(taken: str) -> str:
    return {
        "keep": gettext("We keep on"),
        "adjust": gettext("We adjust"),
        "stop": gettext("We stop something"),
    }.get(taken, "")


@register.simple_tag
def turned_bar(row: Turned) -> SafeString:
    return level_charts.split((("reached", row.expected), ("still", row.alike - row.expected)))


@register.simple_tag
def turned_words(row: Turned, wished: str) -> str:
    said = {"counted": words.of(row.expected, row.alike), "wished": wished}
    if wished:
        return gettext("%(counted)s similar ones went to %(wished)s") % said
    return gettext("%(counted)s similar ones ended") % said


register.filter("need_words", level_words.need)
register.filter("need_explained", level_words.need_explained)
register.filter("units_words", level_words.units)
register.filter("talk_words", level_words.talk)
register.filter("told_words", level_words.told)
register.filter("all_courses", level_words.all_courses)
register.filter("rough", status_words.amount)
