"""Open data: pages that anybody may read, on the newest release. Addresses on them lead to the open pages too."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_urlconf, set_urlconf
from django.views.decorators.http import require_safe

from pejling.pages.indicator import indicator_page
from pejling.pages.open_data import open_page
from pejling.pages.readiness import NotReady
from pejling.pages.released import released
from pejling.pages.unit import unit_page
from pejling.web.views import memory

OPEN_ADDRESSES = "pejling.web.open_urls"


@login_not_required
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    try:
        page = open_page(released(memory()))
    except NotReady:
        page = None
    return _render(request, "web/open.html", {"page": page})


@login_not_required
@require_safe
def unit(request: HttpRequest, unit_id: str) -> HttpResponse:
    now = released(memory())
    page = unit_page(now, unit_id, period_kind=request.GET.get("periods", ""), period=request.GET.get("period", ""))
    return _render(request, "web/unit.html", {"page": page, "release": now.release})


@login_not_required
@require_safe
def indicator(request: HttpRequest, key: str, unit_id: str) -> HttpResponse:
    now = released(memory())
    asked = {
        name: request.GET.get(given, "")
        for name, given in (("period_kind", "periods"), ("period", "period"), ("by", "by"))
    }
    page = indicator_page(now, key, unit_id, **asked)
    return _render(request, "web/indicator.html", {"page": page, "release": now.release})


def _render(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    before = get_urlconf()
    set_urlconf(OPEN_ADDRESSES)
    try:
        return render(request, template, {**context, "is_open": True, "languages": settings.LANGUAGES})
    finally:
        set_urlconf(before)
