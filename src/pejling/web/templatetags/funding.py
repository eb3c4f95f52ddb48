"""How the pages of funding become words and marks."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from pejling.pages import funding_words, values, words
from pejling.pages.funding import FundingPage, FundingUnitPage, UnitRow
from pejling.pages.funding_incentives import IncentiveRow, IncentivesPage
from pejling.pages.funding_scenario import GainRow, ScenarioPage
from pejling.pages.series import Figure, Heading
from pejling.web import money_bars

register = template.Library()
register.filter("part_name", funding_words.part)
register.filter("changes", funding_words.changes)
register.filter("clients", funding_words.count)
register.filter("clients_exactly", funding_words.count_exactly)
register.filter("exact", funding_words.kroner)
register.filter("money", funding_words.short)


@register.filter
def signed(amount: Decimal | None) -> str:
    return funding_words.kroner(amount, signed=True)


@register.filter
def money_signed(amount: Decimal | None) -> str:
    return funding_words.short(amount, signed=True)


@register.filter
def per_cent(share: Decimal | float | None) -> str:
    """Of a number of per cent: 60 %."""
    if share is None:
        return words.MISSING
    return words.value(float(share) / 100, "share", 0 if float(share).is_integer() else 1)


@register.filter
def of_all(share: Decimal | float | None) -> str:
    """Of a share of 1: 56,2 %."""
    return words.value(None if share is None else float(share), "share")


@register.filter
def months_of(count: Decimal | None) -> str:
    return words.MISSING if count is None else words.number(float(count), 1)


@register.filter
def as_typed(amount: Decimal | None) -> str:
    """A number as it is typed into a field."""
    if amount is None:
        return ""
    whole = amount == amount.to_integral_value()
    return words.number(float(amount), 0 if whole else 2).replace("−", "-")


@register.filter
def amount_of(holder: object, part: str) -> Decimal | None:
    """A part of an allocation, a frame or a reserve; nothing where it has no such part."""
    return getattr(holder, part, None)


@register.filter
def entry(found: dict[str, object], key: str) -> object:
    return found.get(key, "")


@register.simple_tag
def bar_of(row: UnitRow, page: FundingPage) -> SafeString:
    parts = [(part, float(getattr(row.got, part))) for part in page.parts]
    return money_bars.stacked(parts, _end(page))


@register.simple_tag
def bar_of_reserve(page: FundingPage) -> SafeString:
    return money_bars.stacked([("reserve", float(page.reserve.total))], _end(page))


@register.simple_tag
def bar_of_frame(page: FundingPage) -> SafeString:
    frame = page.booking.allocation.frame if page.booking else None
    parts = [(part, float(getattr(frame, part))) for part in page.parts if part != "unused"] if frame else []
    return money_bars.stacked(parts, float(page.plan.frame))


@register.simple_tag
def bar_of_gain(row: GainRow, page: ScenarioPage) -> SafeString:
    most = max([float(abs(each.gain)) for each in page.rows] + [float(abs(page.reserve_gain))])
    return money_bars.moved(float(row.gain), most)


@register.simple_tag
def bar_of_reserve_gain(page: ScenarioPage) -> SafeString:
    most = max([float(abs(each.gain)) for each in page.rows] + [float(abs(page.reserve_gain))])
    return money_bars.moved(float(page.reserve_gain), most)


@register.simple_tag
def bar_of_parking(row: IncentiveRow, found: IncentivesPage) -> SafeString:
    amounts = [float(each or 0) for one in found.rows for each in (one.found.at_risk, one.found.month)]
    return money_bars.paired(float(row.found.at_risk or 0), float(row.found.month or 0), max(amounts))


@register.simple_tag
def earning(opened: FundingUnitPage) -> SafeString:
    """Where the unit is on the way from nothing to all of it."""
    rule = opened.page.plan.result
    if rule is None:
        return SafeString("")
    floor, benchmark = float(rule.floor or 0), float(rule.benchmark or 0)
    if rule.formula == "share_of_pool":
        floor, benchmark = 0.0, float(rule.targets.get(opened.row.unit, rule.target or 1))
    ticks = [(each, words.value(each, "share", 0)) for each in (floor, benchmark)]
    return money_bars.earned(floor, benchmark, opened.share, ticks)


@register.simple_tag
def part_sign(kind: str) -> SafeString:
    return money_bars.sign(kind)


def _end(page: FundingPage) -> float:
    """The widest amount there is."""
    amounts = [float(row.got.total) for row in page.rows]
    return max([*amounts, abs(float(page.reserve.total)) if page.whole else 0.0]) or 1.0


@register.filter
def factor_words(factor: Decimal) -> str:
    return words.number(float(factor), 4)


@register.filter
def in_short_words(figure: Figure, heading: Heading) -> str:
    return values.in_short(figure, heading)


@register.filter
def interval_words(figure: Figure, heading: Heading) -> str:
    return "" if figure.value is None else values.interval(figure, heading)


@register.filter
def uncertainty(opened: FundingUnitPage) -> str:
    return words.interval(*opened.interval, "share")
