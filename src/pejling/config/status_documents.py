"""The addresses of a status's files: the page that is seen, handed to the reports that set it."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from pejling.config.documents import EXCEL
from pejling.pages.status_page import StatusPage, status_page
from pejling.reports.status import status_pdf
from pejling.reports.status_workbook import status_workbook
from pejling.steering.status import as_json
from pejling.web.views import asking, ground_for

FORMS: dict[str, tuple[str, Callable[[StatusPage], bytes]]] = {
    "pdf": ("application/pdf", status_pdf),
    "xlsx": (EXCEL, lambda page: status_workbook([page])),
    "json": ("application/json", lambda page: as_json(page.status).encode()),
}


@require_safe
def status(request: HttpRequest, unit_id: str, month: str, form: str) -> HttpResponse:
    who = asking(request, "figures")
    if form not in FORMS:
        raise Http404
    kind, made = FORMS[form]
    with ground_for(who) as now:
        page = status_page(now, who, settings.STORE, unit_id, month)
    response = HttpResponse(made(page), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{file_name(page)}.{form}"'
    return response


def file_name(page: StatusPage) -> str:
    return f"{page.status.month}-{slugify(page.status.unit) or 'status'}"
