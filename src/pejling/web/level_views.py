"""Views of the pages that each level lives by."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pejling.agreements.looks import record_look
from pejling.pages.burden import Kept, burden_page
from pejling.pages.own_cases import Seen, own_cases_page
from pejling.pages.status import newest_month
from pejling.pages.unknown import Unknown
from pejling.web.views import asking, fetched_ahead, ground_for

BURDENS: dict[object, Kept] = {}  # by store
SEEN: dict[object, Seen] = {}
OWN_CASES = "own_cases"  # what the log of looks calls a list that stands behind no indicator


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    with ground_for(asking(request, "figures")) as now:
        page = burden_page(now, BURDENS.setdefault(settings.STORE, {}), request.GET)
    return render(request, "web/documentation.html", {"page": page})


@require_safe
def own_cases(request: HttpRequest, unit_id: str) -> HttpResponse:
    """Logged before it is shown, as every list of courses."""
    who = asking(request, "cases")
    if fetched_ahead(request):
        return HttpResponse(status=204)
    number = request.GET.get("page", "1")
    if not number.isdecimal():
        raise Unknown("page", number)
    with ground_for(who) as now:
        page = own_cases_page(now, who, SEEN.setdefault(settings.STORE, Seen()), unit_id, int(number[:9]))
        record_look(
            who.name, indicator=OWN_CASES, unit=unit_id, period=newest_month(now), group_by="", group="",
            courses=len(page.rows), snapshot=now.snapshot,
        )  # fmt: skip
    return render(request, "web/own_cases.html", {"page": page})
