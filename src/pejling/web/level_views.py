"""Views of the pages that each level lives by."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pejling.pages.burden import Kept, burden_page
from pejling.web.views import asking, ground_for

BURDENS: dict[object, Kept] = {}  # by store


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    with ground_for(asking(request, "figures")) as now:
        page = burden_page(now, BURDENS.setdefault(settings.STORE, {}), request.GET)
    return render(request, "web/documentation.html", {"page": page})
