"""Answers to what is not a page: something unknown, a workspace that is not ready, a mistake in what was asked."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from pejling.agreements.contracts import NotNow, Overtaken
from pejling.agreements.rights import Refused
from pejling.pages.readiness import NotReady
from pejling.pages.unknown import Unknown
from pejling.web.forms import sent, thing_of


def known_answer(request: HttpRequest, fault: Exception) -> HttpResponse | None:
    if isinstance(fault, Unknown):
        return render(request, "web/unknown.html", {"unknown": fault}, status=404)
    if isinstance(fault, NotReady):
        return render(request, "web/not_ready.html", {"not_ready": fault}, status=503)
    if isinstance(fault, Refused):
        return render(request, "web/not_allowed.html", {"refused": fault}, status=403)
    if isinstance(fault, NotNow):
        return _not_now(request, fault.why)
    if isinstance(fault, Overtaken):
        return _not_now(request, "overtaken")
    return None


def _not_now(request: HttpRequest, why: str) -> HttpResponse:
    """Nothing that was typed is lost: it is shown, and a link leads to what it was about."""
    told = {"why": why, "thing": getattr(request, "thing", "") or thing_of(request), "sent": sent(request)}
    return render(request, "web/not_now.html", told, status=409)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):  # whoever asks there reads no pages
        return JsonResponse({"detail": "There is no such address. /api/v1/ lists what there is."}, status=404)
    return render(request, "web/unknown.html", {"unknown": None}, status=404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "web/refused.html", status=400)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "web/refused.html", status=403)
