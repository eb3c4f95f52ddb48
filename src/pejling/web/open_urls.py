"""The addresses as they are named on open pages: a unit and an indicator are the open ones, all else is the same."""

from django.urls import path

from pejling.config.urls import urlpatterns as everything
from pejling.web import open_views

OPEN = {
    "unit": path("open/units/<path:unit_id>", open_views.unit, name="unit"),
    "indicator": path("open/indicators/<str:key>/<path:unit_id>", open_views.indicator, name="indicator"),
}
urlpatterns = [*OPEN.values(), *(each for each in everything if getattr(each, "name", "") not in OPEN)]
