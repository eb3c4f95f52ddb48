"""How the law's pages become words and marks."""

from datetime import date

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from pejling.pages import course_law, freedom, law_words
from pejling.pages.law import Kept, LawPage
from pejling.web import law_charts

register = template.Library()
register.filter("whole_kroner", law_words.kroner)
register.filter("hours", law_words.hours)
register.filter("went_words", course_law.went_words)
register.filter("test_name", freedom.test_name)


@register.simple_tag
def went(kept: Kept) -> SafeString:
    """The steps of a rule by how they went, with the share that the law asks for."""
    share = kept.standing.terms.at_least
    return law_charts.laid(kept.parts, share if share < 1 else None)


@register.simple_tag
def went_sign(kind: str) -> SafeString:
    return law_charts.sign(kind)


@register.filter
def verdict_words(verdict: str) -> str:
    return {
        "kept": gettext("The law is kept"),
        "broken": gettext("The law is not kept"),
        "unsure": gettext("Below, but so few that chance can explain it"),
        "open": gettext("The period is not over"),
        "nothing": gettext("Nothing fell due"),
        "not_reported": gettext("Not reported"),
    }[verdict]


@register.simple_tag
def bound(page: LawPage) -> SafeString:
    """What the law binds of the frame, and what is free."""
    if page.room is None:
        return law_charts.laid([])
    free = float(page.room.free or 0)
    over = max(-free, 0.0)
    return law_charts.laid([("bound", float(page.room.bound) - over), ("over", over), ("free", max(free, 0.0))])


@register.simple_tag
def risk(page: LawPage) -> SafeString:
    """What is at risk of the reimbursement."""
    at_risk = float((page.money.at_risk.numerator if page.money.at_risk else 0) or 0)
    whole = float((page.money.expected.numerator if page.money.expected else 0) or 0)
    return law_charts.laid([("at_risk", at_risk), ("safe", max(whole - at_risk, 0.0))])


@register.simple_tag
def upcoming(days: tuple[tuple[date, int], ...]) -> SafeString:
    return law_charts.upcoming([(f"{day.day}.{day.month}.", count) for day, count in days])
