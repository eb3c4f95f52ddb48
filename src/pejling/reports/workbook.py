"""The whole set of a year's contracts and the implementation agreements as an Excel workbook: a sheet a table."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext

from pejling.pages.agreements import AgreementPage
from pejling.pages.contract import ContractPage, other_kind, state

WIDEST = 60


def workbook(contracts: Sequence[ContractPage], agreements: Sequence[AgreementPage]) -> bytes:
    """Numbers as numbers and days as days; text is never a formula, whatever it begins with."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    synthetic = next(filter(None, [page.synthetic_words for page in contracts]), "")
    synthetic = synthetic or next(filter(None, [page.synthetic_words for page in agreements]), "")
    unit, upper, year = gettext("Unit"), gettext("With"), gettext("Year")
    sheet(book, gettext("Contracts"), synthetic, [
        [unit, upper, year, gettext("Version"), gettext("State"), gettext("Purpose"), gettext("Economy"),
         gettext("The law's requirements"), gettext("Focus areas"), gettext("Follow-up")],
        *([p.said.unit_name, p.said.upper_name, p.said.year, p.number, state(p.state), p.said.purpose, p.said.economy,
           p.said.law, p.said.focus, p.said.follow_up] for p in contracts),
    ])  # fmt: skip
    sheet(book, gettext("Result goals"), synthetic, [
        [unit, year, gettext("Indicator"), gettext("Kind of goal"), gettext("People who are to count"),
         gettext("Of so many courses expected"), gettext("Level"), gettext("Baseline"),
         *(gettext("Quarter %(n)s") % {"n": n} for n in (1, 2, 3, 4)), gettext("The years after"),
         gettext("Weight in per cent"), gettext("Does it add up?"), gettext("How it is measured")],
        *([p.said.unit_name, p.said.year, v.name, v.sharing, v.goal.count, v.goal.of, v.goal.target, v.baseline,
           *(*v.goal.trajectory, *[None] * 4)[:4], ", ".join(f"{y}: {value}" for y, value in v.later), v.goal.weight,
           v.whole.said if v.whole else "", " ".join(v.sentences)] for p in contracts for v in p.goals),
    ])  # fmt: skip
    sheet(book, gettext("Effort goals"), synthetic, [
        [unit, year, gettext("Kind of goal"), gettext("What shall be done or developed"), gettext("By")],
        *([p.said.unit_name, p.said.year, other_kind(o.kind), o.text, o.due_on] for p in contracts
          for o in p.said.others),
    ])  # fmt: skip
    sheet(book, gettext("Payment"), synthetic, [
        [unit, year, gettext("For what"), gettext("Kroner")],
        *([p.said.unit_name, p.said.year, line.text, line.amount] for p in contracts for line in p.said.payment),
    ])  # fmt: skip
    sheet(book, gettext("Signatures"), synthetic, [
        [unit, year, gettext("Party"), gettext("Signed by"), gettext("Day"), gettext("Although it does not add up:"),
         gettext("Objection to a definition:")],
        *([p.said.unit_name, p.said.year, name, s.who, timezone.localdate(s.at), s.reason,
           "; ".join(s.objections.values())]
          for p in contracts for _, name, s in p.parties if s),
    ])  # fmt: skip
    sheet(book, gettext("Agreements"), synthetic, [
        [gettext("Agreement"), gettext("Responsible"), gettext("Purpose"), gettext("The effect expected"),
         gettext("State"), gettext("Risks")],
        *([a.said.title, a.said.responsible_name, a.said.purpose, a.effect_name,
           gettext("Closed") if a.closing else gettext("Running"), "; ".join(a.said.risks)] for a in agreements),
    ])  # fmt: skip
    sheet(book, gettext("Milestones"), synthetic, [
        [gettext("Agreement"), gettext("By"), gettext("Owed by"), gettext("What is reached"),
         gettext("Process target"), gettext("It is reached"), gettext("Overdue")],
        *([a.said.title, m.said.due_on, m.said.unit_name, m.said.text, m.said.target, m.said.done_on,
           gettext("yes") if m.overdue else ""] for a in agreements for m in a.milestones),
    ])  # fmt: skip
    book.close()
    return out.getvalue()


def sheet(book: xlsxwriter.Workbook, name: str, synthetic: str, rows: Sequence[Sequence[object]]) -> None:
    """Of rows, the first of which are the heads; a number is a number, a day a day, and no text is a formula."""
    sheet = book.add_worksheet(name[:31])
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "dd.mm.yyyy"})
    top = 0
    if synthetic:
        sheet.write_string(0, 0, synthetic, book.add_format({"bg_color": "#fbf1d6"}))
        top = 2
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            if isinstance(cell, date):
                sheet.write_datetime(top + row, column, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(top + row, column, cell, bold if row == 0 else None)
            elif isinstance(cell, int | float | Decimal):
                sheet.write_number(top + row, column, float(cell))
    for column, head in enumerate(rows[0]):
        longest = max((len(str(cells[column])) for cells in rows[1:] if cells[column] is not None), default=0)
        sheet.set_column(column, column, min(max(longest, len(str(head))) + 2, WIDEST))
    sheet.freeze_panes(top + 1, 1)
