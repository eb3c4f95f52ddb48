"""How pages' figures become words and marks."""

from datetime import date
from typing import Literal

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from pejling.agreements.documents import Later
from pejling.pages import (
    adjustment_words,
    agreements,
    contract,
    contract_goals,
    findings,
    mark_words,
    overall,
    point_words,
    stand_words,
    status_words,
    values,
    words,
)
from pejling.pages.agreements import AgreementPage
from pejling.pages.catalogue import Area
from pejling.pages.contract_goals import GoalView
from pejling.pages.control_chart import control_chart
from pejling.pages.explanation import Explanation, Reason
from pejling.pages.series import Figure, Heading, Part, Series
from pejling.pages.status_words import Below, GoalStatus, Mark
from pejling.pages.wholes import Whole
from pejling.web import charts
from pejling.web import theory as picture
from pejling.web.contract_form import typed

register = template.Library()

register.filter("typed", typed)
register.filter("day", words.day)
register.filter("period", words.period)
register.filter("state_words", words.state)
register.filter("state_explained", words.state_explained)
register.filter("direction_words", words.direction)
register.filter("people", words.persons)
register.filter("period_kind", words.period_kind)
register.filter("counted", words.counted)
register.filter("items", words.items)
register.filter("days", words.days)
register.filter("not_reached", values.not_reached)
register.filter("unknown_days", values.unknown)
register.filter("moment", words.moment)
register.filter("clock", words.clock)
register.filter("outcome_words", words.outcome)
register.filter("table_words", words.table)
register.filter("unknown_words", words.unknown)
register.filter("missing_words", words.missing)
register.filter("role_words", words.role)
register.filter("refused_words", words.refused)
register.filter("contract_state", contract.state)
register.filter("lack_words", contract.lack)
register.filter("not_now_words", contract.not_now)
register.filter("sharing_words", contract_goals.sharing)
register.filter("other_kind", contract.other_kind)
register.filter("rule_words", overall.rule)
register.filter("came_words", agreements.came)


@register.filter
def in_unit(amount: float | Literal[""] | None, unit: str) -> str:
    return words.value(None if amount == "" else amount, unit)


@register.filter
def unit_typed(unit: str) -> str:
    """The unit that a field's number is in, to stand after its name."""
    times = {"days": gettext("days"), "weeks": gettext("weeks"), "share": "%", "kroner": "kr."}
    said = {**times, "points": gettext("points"), "persons": gettext("people"), "courses": gettext("courses")}.get(unit)
    return f" ({said})" if said else ""


@register.simple_tag
def icon(name: str, place: str = "") -> SafeString:
    """An icon of the design system, in the colour of the words around it."""
    address = static("vendor/dkfds/icons.svg")
    return format_html('<svg class="icon-svg {}" aria-hidden="true"><use href="{}#{}"/></svg>', place, address, name)


@register.simple_tag(takes_context=True)
def filled(context: Context, value: object, *name: object, of: str = "") -> SafeString:
    """The attributes of a field: its name (in parts) and value, and where what was typed cannot be read, that.

    `of` is the goal whose form it is, where a page has several.
    """
    field, mine = "".join(map(str, name)), not of or context.get("of_goal") == of
    typed, wrong = (context.get(each) or {} if mine else {} for each in ("typed", "wrong"))
    shown = typed.get(field, value)
    said = format_html('name="{}" value="{}"', field, "" if shown is None else shown)
    return (
        said + format_html(' aria-invalid="true" aria-describedby="wrong-{}{}"', of, field) if field in wrong else said
    )


@register.simple_tag(takes_context=True)
def mistake(context: Context, *name: object, of: str = "") -> SafeString | str:
    """Why the field cannot be read, beside it."""
    field, wrong = "".join(map(str, name)), context.get("wrong") or {}
    if field not in wrong or (of and context.get("of_goal") != of):
        return ""
    return format_html('<span class="form-error-message" id="wrong-{}{}">{}</span>', of, field, wrong[field])


@register.simple_tag(takes_context=True)
def amiss(context: Context, field: str) -> SafeString | str:
    """That the field is at fault, and where it says why: see `mistake`."""
    if field not in (context.get("wrong") or {}):
        return ""
    return format_html(' aria-invalid="true" aria-describedby="wrong-{}"', field)


@register.filter
def any_of(wrong: dict[str, str], key: str) -> bool:
    """Is anything wrong in the goal's fields?"""
    return any(field.startswith(f"goals-{key}-") for field in wrong or ())


@register.filter
def any_payment(wrong: dict[str, str]) -> bool:
    return any(field.startswith("payment-") for field in wrong or ())


@register.filter
def day_typed(day: date | None) -> str:
    return words.day(day) if day else ""


@register.filter
def at(values: tuple[object, ...], index: int) -> object:
    """The one at that place, or nothing."""
    return values[index] if index < len(values) else ""


@register.filter
def of_key(found: dict[str, object], key: str) -> object:
    return found.get(key, "")


@register.filter
def of_year(later: tuple[Later, ...], year: int) -> float | None:
    return next((each.level for each in later if each.year == year), None)


register.filter("severity_words", findings.severity)
register.filter("severity_explained", findings.severity_explained)
register.filter("indicator_kind", findings.kind_of_goal)


for _name in (
    "name", "certain", "certain_of", "certainty", "latest", "target", "trajectory", "forecast", "chance", "outlook",
    "limits", "economy", "law", "freedom", "signed",
):  # fmt: skip
    register.filter(f"status_{_name}", getattr(status_words, _name))
for _name in ("variation", "variation_explained", "assurance", "assurance_explained", "changing"):
    register.filter(f"status_{_name}", getattr(mark_words, _name))
register.filter("status_choice", stand_words.choice)
register.filter("status_state", stand_words.state)
register.filter("status_looked_at", status_words.looked_at)
register.filter("adjustment_verdict", adjustment_words.verdict)
register.filter("adjustment_evidence", adjustment_words.evidence)
register.filter("variation_mark", charts.variation_mark)
register.filter("assurance_mark", charts.assurance_mark)


@register.filter
def signal_words(goal: GoalStatus) -> str:
    return mark_words.signal(goal.signal) if goal.signal else ""


@register.filter
def both(text: words.Text) -> str:
    """A text of the model in the reader's language."""
    return words.text(text)


@register.filter
def words_of(text: str) -> list[str]:
    return text.split()


@register.filter
def change_mark(goal: GoalStatus | Mark) -> SafeString:
    return charts.variation_mark(goal.variation, firm=mark_words.firm(goal))


@register.filter
def mark_on(below: Below, goal: GoalStatus) -> Mark | None:
    return next((mark for mark in below.marks if mark.indicator == goal.indicator), None)


@register.simple_tag
def mark_value(mark: Mark, goal: GoalStatus) -> str:
    return status_words.amount(mark.certain.value, goal.unit) if mark.certain else words.MISSING


register.simple_tag(point_words.interval, name="point_interval")
register.simple_tag(point_words.basis, name="point_basis")
register.simple_tag(point_words.special, name="point_special")


@register.simple_tag
def changed_by(amount: float, unit: str) -> str:
    return adjustment_words.change(amount, unit)


@register.simple_tag
def chart_control(goal: GoalStatus) -> SafeString:
    return charts.control(f"chart-{goal.indicator}", control_chart(goal))


@register.simple_tag
def chart_theory(area: Area) -> SafeString:
    """The theory of change of a focus area; its table has the reasons."""
    spots = [picture.Spot(node.key, node.name, node.band, node.goal) for node in area.theory.nodes]
    steps = [
        picture.Step(
            link.number,
            link.start.key,
            link.end.key,
            gettext("%(number)s: “%(from)s” leads to “%(to)s”")
            % {"number": link.number, "from": link.start.name, "to": link.end.name},
        )
        for link in area.theory.links
    ]
    title = gettext("Theory of change: %(area)s") % {"area": area.name}
    description = " ".join(f"{step.said}." for step in steps)
    bands = (gettext("Activity"), gettext("Result"), gettext("Effect"))
    return picture.drawn(f"theory-{area.key}", title, description, bands, spots, steps)


@register.filter
def figures(count: float | None) -> str:
    """A whole number, or a dash where there is none."""
    return words.MISSING if count is None else words.number(count)


@register.simple_tag
def laid_out(whole: Whole, own: str = "") -> SafeString:
    """`own` is the unit that the page is about."""
    counts = [part.count or 0 for part in whole.parts]
    place = next((n for n, part in enumerate(whole.parts) if part.unit == own), None)
    return charts.contributions(counts, [words.number(count) for count in counts], whole.goal.count or 0, place)


@register.simple_tag
def against_target(view: GoalView, nth: int) -> SafeString | str:
    """Where a goal began (0) or stands (1), on a scale with its target; nothing where it cannot be drawn."""
    began = charts.Point("", "", "final", view.began)
    stands = point(view.now, view.heading, "") if view.now and view.heading else charts.Point("", "", "undefined", None)
    marks = [began, stands]
    if view.aim is None or marks[nth].value is None:
        return ""
    return charts.against(marks, view.aim, view.heading.form if view.heading else "mean", nth)


@register.simple_tag
def on_one_scale(page: AgreementPage, nth: int) -> SafeString | str:
    """The effect before (0) or now (1); nothing where it cannot be drawn."""
    if page.effect is None or page.before is None or page.now is None:
        return ""
    marks = [point(figure, page.effect, "") for figure in (page.before, page.now)]
    return charts.against(marks, None, page.effect.form, nth) if marks[nth].value is not None else ""


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
    return charts.sign("final", heading.form, partial=True)


register.simple_tag(values.value, name="said_value")
register.simple_tag(values.told, name="told")
register.simple_tag(values.in_short, name="in_short")
register.simple_tag(values.interval, name="said_interval")


@register.simple_tag
def estimate(figure: Figure, heading: Heading) -> str:
    return words.value(figure.estimate, heading.unit)


@register.simple_tag
def so_far(figure: Figure, heading: Heading) -> str:
    return words.value(figure.numerator, heading.unit)


@register.simple_tag
def basis(figure: Figure, heading: Heading) -> str:
    return values.basis(figure, heading)


@register.simple_tag
def basis_in_short(figure: Figure, heading: Heading) -> str:
    return values.basis(figure, heading, brief=True)


@register.simple_tag
def any_not_reached(series: Series) -> bool:
    return any(values.not_reached(figure, series.heading) for figure in series.figures)


@register.simple_tag
def without_estimate(series: Series) -> str:
    """Of the immature figures, whether "all" or "some" are a mark without a value; "" where none is."""
    bare = [point(f, series.heading, "").value is None for f in series.figures if f.state == "immature"]
    return "all" if bare and all(bare) else "some" if any(bare) else ""


@register.simple_tag
def bare_sign(heading: Heading) -> SafeString:
    return charts.sign("immature", heading.form, bare=True)


@register.simple_tag
def beyond_sign(heading: Heading) -> SafeString:
    return charts.sign("final", heading.form, beyond=True)


@register.simple_tag
def weighed(reason: Reason, explained: Explanation) -> str:
    """What a reason weighs; of activity, how many of its days were active."""
    said = words.counted(reason.weight, explained.weighed_in)
    if explained.heading.measure == "activity_share" and reason.counted not in (0, reason.weight):
        said += ", " + gettext("%(number)s of them active") % {"number": words.number(reason.counted)}
    return said


@register.simple_tag
def bar(reason: Reason, explained: Explanation) -> SafeString:
    whole = sum(abs(each.weight) for each in explained.reasons)
    return charts.share_of(abs(reason.weight) / whole if whole else 0, reason.outcome)


@register.filter
def kroner(amount: float) -> str:
    return words.value(amount, "kroner")


@register.simple_tag
def sign(state: str, heading: Heading) -> SafeString:
    return charts.sign(state, heading.form)


@register.simple_tag
def sign_of_share(state: str) -> SafeString:
    return charts.sign(state, "share")


@register.simple_tag
def chart_over_time(series: Series) -> str:
    heading = series.heading
    points = [
        point(figure, heading, words.tick(figure.period, series.figures[i - 1].period if i else ""))
        for i, figure in enumerate(series.figures)
    ]
    scaled = charts.scale(points, heading.form)
    lines = scaled.lines
    axis = [words.axis(line, heading.unit, scaled.step, last=line == lines[-1]) for line in lines]
    first, last = series.figures[0], series.figures[-1]
    title = gettext("%(indicator)s, %(first)s to %(last)s") % {
        "indicator": heading.name,
        "first": words.period(first.period),
        "last": words.period(last.period),
    }
    description = gettext("The same figures stand in the table below the chart. In view: %(figure)s.") % {
        "figure": point(series.chosen, heading, "").said.removesuffix(".")  # kr. has its own
    }
    if begins := only_from(series):
        description += " " + gettext("The records begin on %(day)s, within a period.") % {"day": begins}
    return charts.over_time(heading.key, title, description, points, heading.form, axis)


@register.simple_tag
def chart_across(part: Part, series: Series, scaled: charts.Scale) -> SafeString:
    reference = None if series.heading.form == "count" else series.chosen.value
    return charts.across(point(part.figure, series.heading, ""), scaled, reference)


@register.simple_tag
def common_scale(series: Series, parts: tuple[Part, ...]) -> charts.Scale:
    """The scale that all the parts' rows share."""
    points = [point(part.figure, series.heading, "") for part in parts]
    if series.heading.form != "count":
        points.append(point(series.chosen, series.heading, ""))
    return charts.scale(points, series.heading.form)


@register.simple_tag
def scale_words(amount: float, scaled: charts.Scale, heading: Heading) -> str:
    return words.axis(amount, heading.unit, scaled.step, last=amount == scaled.end)


@register.simple_tag
def states_in(figures: tuple[Figure, ...]) -> list[str]:
    """The states that occur, in the order they are explained."""
    order = ("final", "provisional", "immature", "undefined", "not_reported", "suppressed")
    present = {figure.state for figure in figures}
    return [state for state in order if state in present]


def point(figure: Figure, heading: Heading, tick: str) -> charts.Point:
    """A figure as a mark: an immature one by its estimate, a count by what has been counted to date."""
    value, low, high = figure.value, figure.low, figure.high
    said = values.in_short(figure, heading)
    if figure.state == "immature":
        value, low, high = figure.estimate, figure.estimate_low, figure.estimate_high
        if value is None and heading.form == "count" and not heading.whole:
            value = figure.numerator
        if value is None:
            said = words.state("immature")
    elif value is None and not values.not_reached(figure, heading):
        said = words.state(figure.state)
    if low is not None and heading.interval:
        said += f" ({values.interval(figure, heading)})"
    if heading.whole and figure.denominator and figure.state in ("final", "provisional"):
        said += f", {values.basis(figure, heading, brief=True)}"
    partial = heading.only_from(figure) is not None
    beyond = values.not_reached(figure, heading)
    return charts.Point(f"{when(figure, heading)}: {said}", tick, figure.state, value, low, high, partial, beyond)
