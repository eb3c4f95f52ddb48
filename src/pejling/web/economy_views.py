"""The economy and the forecast: what the reader may, the input, one call, the page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pejling.pages.economy import economy_page
from pejling.pages.forecast import forecast_page
from pejling.web.views import asking, ground_for


@require_safe
def economy(request: HttpRequest, unit_id: str) -> HttpResponse:
    with ground_for(asking(request, "figures")) as now:
        page = economy_page(now, unit_id, request.GET.get("month", ""))
    return render(request, "web/economy.html", {"page": page})


@require_safe
def forecast(request: HttpRequest, key: str, unit_id: str) -> HttpResponse:
    with ground_for(asking(request, "figures")) as now:
        page = forecast_page(now, key, unit_id)
    return render(request, "web/forecast.html", {"page": page})
