"""The addresses of documents: a page that is seen, handed to the reports that set it."""

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from pejling.agreements import implementation
from pejling.agreements.models import Agreement
from pejling.pages.agreements import agreement_page, find_agreement, readable
from pejling.pages.contract import contract_page, find
from pejling.pages.contracts import contracts_page
from pejling.reports.agreement import agreement_pdf
from pejling.reports.contract import contract_pdf
from pejling.reports.workbook import workbook
from pejling.web.contract_views import today
from pejling.web.views import asking, ground_for

LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    who = asking(request, "signed")
    number = request.GET.get("version", "")
    with ground_for(who) as now:
        version = find(who, now, contract_id, int(number) if number.isdecimal() else None)
        page = contract_page(now, who, version, today())
    name = f"{page.said.year}-{_named(page.said.unit_name) or contract_id}-{page.number}.pdf"
    return _file(contract_pdf(page), "application/pdf", name)


@require_safe
def agreement(request: HttpRequest, number: int) -> HttpResponse:
    who = asking(request, "signed")
    with ground_for(who) as now:
        page = agreement_page(now, who, find_agreement(now, who, number), today())
    return _file(agreement_pdf(page), "application/pdf", f"{_named(page.said.title) or number}.pdf")


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Every contract of the year and every implementation agreement that the reader may see."""
    who = asking(request, "signed")
    with ground_for(who) as now:
        listed = contracts_page(now, who, today(), request.GET.get("year", ""))
        contracts = [contract_page(now, who, find(who, now, row.contract), today()) for row in listed.rows]
        kept = [each for each in Agreement.objects.all() if readable(now, who, implementation.content(each))]
        agreements = [agreement_page(now, who, each, today()) for each in kept]
    return _file(workbook(contracts, agreements), EXCEL, f"{listed.year}.xlsx")


def _named(text: str) -> str:
    """As a file's name, in letters that every system has."""
    return slugify(text.lower().translate(LETTERS))


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
