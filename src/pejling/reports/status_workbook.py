"""Monthly statuses as an Excel workbook: one unit's or a whole pack's, a sheet a table, numbers as numbers."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext, pgettext

from pejling.pages import adjustment_words, mark_words, point_words, stand_words, words
from pejling.pages import status_words as said
from pejling.pages.status_page import StatusPage
from pejling.reports.workbook import sheet


def status_workbook(pages: Sequence[StatusPage]) -> bytes:
    """Shares are shares (0.312), not per cent: a cell's format is the reader's."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    synthetic = next(filter(None, (page.synthetic_words for page in pages)), "")
    unit, month = gettext("Unit"), gettext("Month")
    rows = [(page, goal) for page in pages for goal in (*page.status.goals, *page.status.resources)]
    sheet(book, gettext("Goals"), synthetic, [
        [unit, month, gettext("Goal"), gettext("Indicator"), gettext("Unit of measure"), gettext("Target"),
         gettext("Target of"), gettext("Value"), gettext("Lower"), gettext("Upper"), gettext("Period"),
         gettext("State"), gettext("Estimate"), gettext("Period of the estimate"), gettext("Change"),
         gettext("Against the target"), gettext("If nothing changes"), gettext("Lower"), gettext("Upper"),
         gettext("Chance to meet the target"), gettext("What was seen")],
        *([page.status.unit_name, page.status.month, said.name(goal), words.text(goal.name), _unit(goal.unit),
           goal.target.level if goal.target else None, goal.target.unit_name if goal.target else "",
           goal.certain.value if goal.certain else None, goal.certain.low if goal.certain else None,
           goal.certain.high if goal.certain else None, goal.certain.period if goal.certain else "",
           words.state(goal.certain.state) if goal.certain else "", goal.latest.estimate if goal.latest else None,
           goal.latest.period if goal.latest and goal.latest.estimate is not None else "",
           mark_words.changing(goal), mark_words.assurance(goal.assurance, goal.series.cadence),
           goal.forecast.value if goal.forecast else None, goal.forecast.low if goal.forecast else None,
           goal.forecast.high if goal.forecast else None, goal.forecast.met if goal.forecast else None,
           mark_words.signal(goal.signal) if goal.signal else ""] for page, goal in rows),
    ])  # fmt: skip
    sheet(book, gettext("Figures by period"), synthetic, [
        [unit, gettext("Indicator"), gettext("Period"), gettext("Value"), gettext("Lower"), gettext("Upper"),
         gettext("Counted"), gettext("Of"), gettext("State"), gettext("Change"), gettext("Middle"),
         gettext("Lower limit"), gettext("Upper limit")],
        *([page.status.unit_name, words.text(goal.name), point.period, point.value, point.low, point.high,
           point.numerator, point.denominator, words.state(point.state), point_words.special(point, goal),
           *((limits.mean, limits.lower, limits.upper) if (limits := goal.series.limits) else (None, None, None))]
          for page, goal in rows for point in goal.series.points),
    ])  # fmt: skip
    sheet(book, gettext("Economy"), synthetic, [
        [unit, month, gettext("Account"), gettext("Budget"), gettext("Budget to date"), gettext("Spent this year"),
         gettext("Ordered, not paid"), gettext("Expected at year end"), gettext("Lower"), gettext("Upper"),
         pgettext("of over- or under-spending", "Sign")],
        *([page.status.unit_name, page.status.month, words.text(line.name) if line.name else gettext("All accounts"),
           line.budget, line.budget_to_date, line.spent, line.committed, line.expected, line.low, line.high,
           said.money_sign(line.sign)]
          for page in pages if page.status.economy
          for line in (page.status.economy.whole, *page.status.economy.accounts)),
    ])  # fmt: skip
    sheet(book, gettext("Law"), synthetic, [
        [unit, month, gettext("Requirement"), gettext("Steps due"), gettext("held in time"), gettext("held late"),
         gettext("not held"), gettext("Exempt"), gettext("What the figure says")],
        *([page.status.unit_name, page.status.month, words.text(each.name), each.due, each.timely, each.late,
           each.missed, each.exempt, said.law_verdict(each.verdict)]
          for page in pages if page.status.law for each in page.status.law.requirements),
    ])  # fmt: skip
    sheet(book, gettext("Stands"), synthetic, [
        [unit, month, gettext("Goal"), gettext("The stand"), gettext("Why?"), gettext("What is done otherwise"),
         gettext("What is expected")],
        *([page.status.unit_name, page.status.month, each.goal, each.choice, each.reason, each.what, each.expected]
          for page in pages for each in page.stood),
    ])  # fmt: skip
    sheet(book, gettext("Adjustments"), synthetic, [
        [unit, gettext("Begun"), gettext("What is done otherwise"), gettext("Indicator"), gettext("Expected change"),
         gettext("By"), gettext("Answer"), gettext("Change seen"), gettext("Lower"), gettext("Upper"),
         gettext("What it rests on")],
        *([page.status.unit_name, each.begun, each.what, words.text(each.name), each.change, each.by,
           adjustment_words.verdict(each), each.answer.change, each.answer.low, each.answer.high,
           " ".join(adjustment_words.evidence(each))]
          for page in pages for each in page.status.adjustments),
    ])  # fmt: skip
    sheet(book, gettext("Comments"), synthetic, [
        [unit, month, gettext("Who"), pgettext("what was said", "Comment")],
        *([page.status.unit_name, page.status.month, who, text]
          for page in pages if page.status.taken for who, text in page.status.taken.comments),
    ])  # fmt: skip
    sheet(book, gettext("Restated since"), synthetic, [
        [unit, month, gettext("Goal"), gettext("Period"), gettext("Published"), gettext("Today"),
         gettext("What caused it")],
        *([page.status.unit_name, page.status.month, each.name, each.period, each.published, each.now,
           " ".join(each.causes)] for page in pages for each in page.restated),
    ])  # fmt: skip
    sheet(book, gettext("The data"), synthetic, [
        [unit, month, gettext("State"), gettext("The records reach"), gettext("Rows refused"),
         gettext("Goals looked at"), gettext("Provisional"), gettext("Not yet mature"),
         gettext("Reimbursement at risk"), gettext("Degrees of freedom"), gettext("Measured on snapshot"),
         gettext("Frozen as snapshot"), gettext("Digest")],
        *([page.status.unit_name, page.status.month, stand_words.state(page.state), page.status.data.through,
           page.status.data.refused, page.status.data.figures, page.status.data.provisional,
           page.status.data.immature, page.status.law.at_risk if page.status.law else None,
           " ".join(said.freedom(page.status.freedom)), page.status.data.snapshot,
           page.published.snapshot if page.published else None,
           page.published.digest if page.published else ""] for page in pages),
    ])  # fmt: skip
    book.close()
    return out.getvalue()


def _unit(unit: str) -> str:
    """What the figures of a row are in. A share stands as the number it is."""
    return {
        "share": gettext("share (1 is 100 per cent)"),
        "courses": gettext("courses"),
        "persons": gettext("people"),
        "days": gettext("days"),
        "weeks": gettext("weeks"),
        "kroner": "kr.",
        "points": gettext("points"),
    }.get(unit, unit)
