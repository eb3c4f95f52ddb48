"""Signing in and out. Guessing is stopped by axes: five tries, then a quarter of an hour."""

import json
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pejling.agreements.people import anybody
from pejling.config.connection import reading
from pejling.pages.readiness import lacking


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if not anybody():
        with reading(settings.STORE) as connection:
            return render(request, "web/not_ready.html", {"not_ready": lacking(connection)}, status=503)
    onward = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = "/"
    name = request.POST.get("username", "")
    if request.method == "POST":
        user = auth.authenticate(request, username=name, password=request.POST.get("password", ""))
        if user is not None:
            auth.login(request, user)
            return redirect(onward)
    page = {"next": onward, "name": name, "wrong": request.method == "POST", "standing": _standing()}
    return render(request, "web/sign_in.html", page, status=403 if request.method == "POST" else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Whoever signs in next comes back to the same page, if it is theirs to see."""
    auth.logout(request)
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    return redirect(f"{reverse('sign_in')}?{urlencode({'next': back})}")


def locked(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "web/locked.html", {"minutes": minutes}, status=429)


def _standing() -> list[dict[str, str]]:
    """In an example workspace, and there only: the people to sign in as, whose password is on show."""
    file = settings.HOME / "standing_users.json"
    return json.loads(file.read_text()) if file.exists() else []
