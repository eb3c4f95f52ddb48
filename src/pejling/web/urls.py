"""Addresses, in the glossary's words. A unit's id comes last, for it may hold any sign."""

from django.urls import path

from pejling.web import sign_in, views

urlpatterns = [
    path("", views.start, name="start"),
    path("units/<path:unit_id>", views.unit, name="unit"),
    path("indicators/<str:key>/<path:unit_id>", views.indicator, name="indicator"),
    path("courses/<str:key>/<path:unit_id>", views.courses, name="courses"),
    path("deliveries", views.deliveries, name="deliveries"),
    path("data", views.about_data, name="data"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("language", views.language, name="language"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
]
handler400 = "pejling.web.answers.refused"
handler404 = "pejling.web.answers.not_found"
