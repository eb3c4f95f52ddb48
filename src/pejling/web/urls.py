"""Addresses, in the glossary's words. A unit's id comes last, for it may hold any sign."""

from django.urls import path, register_converter

from pejling.web import (
    agreement_views,
    contract_views,
    level_views,
    meeting_views,
    overall_views,
    sign_in,
    status_views,
    views,
)  # fmt: skip

register_converter(status_views.Month, "month")
urlpatterns = [
    path("", views.start, name="start"),
    path("units/<path:unit_id>", views.unit, name="unit"),
    path("indicators/<str:key>/<path:unit_id>", views.indicator, name="indicator"),
    path("courses/<str:key>/<path:unit_id>", views.courses, name="courses"),
    path("cases/<path:unit_id>", level_views.own_cases, name="cases"),
    path("meetings/<path:unit_id>/<month:month>", meeting_views.show, name="meeting"),
    path("meetings/<path:unit_id>/<month:month>/save", meeting_views.save, name="meeting_save"),
    path("meetings/<path:unit_id>/<month:month>/done", meeting_views.done, name="meeting_done"),
    path("model", views.catalogue, name="model"),
    path("model/check", views.model_check, name="model_check"),
    path("deliveries", views.deliveries, name="deliveries"),
    path("data", views.about_data, name="data"),
    path("documentation", level_views.documentation, name="documentation"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("language", views.language, name="language"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("status", status_views.home, name="status_home"),
    path("status/<path:unit_id>/<month:month>", status_views.show, name="status"),
    path("status/<path:unit_id>/<month:month>/write", status_views.write, name="status_write"),
    path("status/<path:unit_id>/<month:month>/act", status_views.act, name="status_act"),
    path("contracts", contract_views.list_contracts, name="contracts"),
    path("contracts/new", contract_views.begin, name="contract_begin"),
    path("contracts/<int:contract_id>", contract_views.show, name="contract"),
    path("contracts/<int:contract_id>/edit", contract_views.edit, name="contract_edit"),
    path("contracts/<int:contract_id>/adds-up", contract_views.adds_up, name="contract_adds_up"),
    path("contracts/<int:contract_id>/propose", contract_views.propose, name="contract_propose"),
    path("contracts/<int:contract_id>/comment", contract_views.comment, name="contract_comment"),
    path("contracts/<int:contract_id>/sign", contract_views.sign, name="contract_sign"),
    path("contracts/<int:contract_id>/withdraw", contract_views.withdraw, name="contract_withdraw"),
    path("contracts/<int:contract_id>/amend", contract_views.amend, name="contract_amend"),
    path("contracts/<int:contract_id>/close", contract_views.close, name="contract_close"),
    path("contracts/<int:contract_id>/drop", contract_views.drop, name="contract_drop"),
    path("overall/<int:year>/<path:unit_id>", overall_views.overall, name="overall"),
    path("agreements", agreement_views.list_agreements, name="agreements"),
    path("agreements/new", agreement_views.begin, name="agreement_begin"),
    path("agreements/<int:number>", agreement_views.show, name="agreement"),
    path("agreements/<int:number>/edit", agreement_views.edit, name="agreement_edit"),
    path("agreements/<int:number>/act", agreement_views.act, name="agreement_act"),
]
handler400 = "pejling.web.answers.refused"
handler404 = "pejling.web.answers.not_found"
