"""What holds for every answer: its language, its headers, and that a fault tells nothing about anyone."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation

from pejling.config.faults import record
from pejling.web.forms import form_of
from pejling.web.live import newest

Answer = Callable[[HttpRequest], HttpResponseBase]
SEE_OTHER, METHOD_NOT_ALLOWED = 303, 405


def language(get_response: Answer) -> Answer:
    """Danish, unless the reader chose otherwise: what a browser asks for decides nothing."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        chosen = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response

    return answer


def headers(get_response: Answer) -> Answer:
    """Figures about people are kept in no cache, and the page asks the browser for nothing it does not need."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), interest-cohort=()"
        return response

    return answer


def data_time(get_response: Answer) -> Answer:
    """Which data the page shows, asked before it is made: so a page never claims newer ones than it has."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.data_time = newest(settings.STORE)  # type: ignore[attr-defined]  # for `context.everywhere`
        return get_response(request)

    return answer


def forms(get_response: Answer) -> Answer:
    """Whoever loads anew an address that only takes what is sent, or keeps it, comes to the page with its form."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if (
            response.status_code == METHOD_NOT_ALLOWED
            and request.method in ("GET", "HEAD")
            and (to := form_of(request))
        ):
            return HttpResponseRedirect(to, status=SEE_OTHER)
        return response

    return answer


class Faults:
    """A fault is recorded with a reference, without the values in it; the reader gets the reference."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        from pejling.web.answers import known_answer

        if isinstance(fault, Http404):  # has its own page: see `answers.not_found`
            return None
        return known_answer(request, fault) or render(
            request, "web/fault.html", {"reference": record(fault)}, status=500
        )
