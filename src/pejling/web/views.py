"""Views of figures: what the reader may, the input, one call, the page.

Only `courses` writes on GET, and only to the log of looks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe

from pejling.agreements.looks import record_look
from pejling.agreements.people import reader
from pejling.agreements.rights import Reader, Refused, Right
from pejling.config.connection import reading
from pejling.pages.about import about_page
from pejling.pages.catalogue import catalogue_page
from pejling.pages.courses import courses_page
from pejling.pages.deliveries import deliveries_page
from pejling.pages.ground import Ground, Memory, ground, reaches_all, sees
from pejling.pages.indicator import indicator_page
from pejling.pages.model_check import model_check_page
from pejling.pages.released import any_released, released
from pejling.pages.start import start as start_page
from pejling.pages.unit import unit_page
from pejling.pages.unknown import Unknown

MEMORY: dict[object, Memory] = {}  # by store; one a process, as the connection


def memory() -> Memory:
    return MEMORY.setdefault(settings.STORE, {})


def asking(request: HttpRequest, right: Right) -> Reader:
    """Whoever asks. Raises Refused where they have the right at no unit."""
    who = reader(request.user)  # type: ignore[arg-type]  # nobody comes here without having signed in
    if not who.at(right):
        raise Refused(right)
    return who


def fetched_ahead(request: HttpRequest) -> bool:
    """Before anyone clicked: what is logged as a look is not shown so."""
    return "prefetch" in request.headers.get("Sec-Purpose", "") or request.method == "HEAD"


@contextmanager
def ground_for(who: Reader) -> Iterator[Ground]:
    with reading(settings.STORE) as connection:
        yield ground(connection, memory(), who)


@contextmanager
def figures_for(request: HttpRequest, unit_id: str = "") -> Iterator[Ground]:
    """Live, where the reader may see the unit's live figures; else as released. Raises Refused where they may neither.

    Of several roles the one that sees more of the unit counts.
    """
    who = reader(request.user)  # type: ignore[arg-type]
    if not who.at("released"):
        who = asking(request, "figures")
    if who.at("figures"):
        with ground_for(who) as now:
            if unit_id in now.units or not unit_id or not who.at("released"):
                yield now
                return
    yield released(memory(), who)


def may_see(request: HttpRequest, now: Ground, unit_id: str) -> bool:
    """Whether the reader may see the courses behind the unit's figures: to nobody else do these lead on to them."""
    return now.release is None and reader(request.user).may("cases", unit_id, now.units)  # type: ignore[arg-type]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    who = asking(request, "signed")
    if not who.at("figures") and not (who.at("released") and any_released()):
        return redirect("contracts")  # no figure of theirs is here; what they may read are the contracts
    with figures_for(request) as now:
        page = start_page(now)
    return render(request, "web/start.html", {"page": page, "release": now.release})


@require_safe
def unit(request: HttpRequest, unit_id: str) -> HttpResponse:
    with figures_for(request, unit_id) as now:
        page = unit_page(now, unit_id, period_kind=request.GET.get("periods", ""), period=request.GET.get("period", ""))
    seen = may_see(request, now, unit_id)
    return render(request, "web/unit.html", {"page": page, "release": now.release, "may_see": seen})


@require_safe
def own_indicator(request: HttpRequest, key: str) -> HttpResponse:
    """The indicator at the reader's own unit."""
    with figures_for(request) as now:
        who = reader(request.user)  # type: ignore[arg-type]
        own = [unit for unit in now.units if unit in who.at("figures") | who.at("released")]
        unit_id = own[0] if own else next(iter(now.units), "")
    return indicator(request, key, unit_id)


@require_safe
def indicator(request: HttpRequest, key: str, unit_id: str) -> HttpResponse:
    with figures_for(request, unit_id) as now:
        page = indicator_page(
            now,
            key,
            unit_id,
            period_kind=request.GET.get("periods", ""),
            period=request.GET.get("period", ""),
            by=request.GET.get("by", ""),
        )
    seen = may_see(request, now, unit_id)
    return render(request, "web/indicator.html", {"page": page, "release": now.release, "may_see": seen})


@require_safe
def courses(request: HttpRequest, key: str, unit_id: str) -> HttpResponse:
    """Logged before it is shown, on GET: reading is what the address means, it can be kept and sent, and the log, like
    any log of access, is not something the reader asked to change. A browser that fetches ahead of a click is refused.
    """
    who = asking(request, "cases")
    if fetched_ahead(request):
        return HttpResponse(status=204)
    asked = {name: request.GET.get(name, "") for name in ("period", "by", "group", "outcome", "reason", "apart")}
    number = request.GET.get("page", "1")
    if not number.isdecimal():
        raise Unknown("page", number)
    with ground_for(who) as now:
        if now.unit(unit_id).unit_id not in who.within("cases", now.units):
            raise Refused("cases")
        page = courses_page(now, key, unit_id, **asked, page=int(number[:9]))
    explained = page.explained
    if not (explained.parts or explained.elsewhere):  # nobody stands behind these
        record_look(
            who.name,
            indicator=key,
            unit=unit_id,
            period=explained.period,
            group_by=explained.by,
            group=explained.group,
            courses=page.total,
            snapshot=explained.figure.snapshot,
        )
    return render(request, "web/courses.html", {"page": page})


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    who = asking(request, "signed")
    with reading(settings.STORE) as connection:
        page = catalogue_page(connection, _today(), memory())
        if page.top and not sees(connection, who, page.top):
            page = replace(page, top="")  # the names lead nowhere, rather than to a page that is not theirs
        may_check = bool(who.at("check")) and reaches_all(connection, who, "check")
    return render(request, "web/model.html", {"page": page, "may_check": may_check})


@require_safe
def model_check(request: HttpRequest) -> HttpResponse:
    who = asking(request, "check")
    with reading(settings.STORE) as connection:
        if not reaches_all(connection, who, "check"):
            raise Refused("check")
        page = model_check_page(connection, _today(), memory(), who)
    return render(request, "web/model_check.html", {"page": page})


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    asking(request, "records")
    with reading(settings.STORE) as connection:
        page = deliveries_page(connection)
    return render(request, "web/deliveries.html", {"page": page})


@require_safe
def about_data(request: HttpRequest) -> HttpResponse:
    with ground_for(asking(request, "figures")) as now:
        page = about_page(now)
    return render(request, "web/data.html", {"page": page})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "web/accessibility.html")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = redirect(back)
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
        )
    return response


def _today() -> date:
    return timezone.localdate()
