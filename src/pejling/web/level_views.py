"""Views of the pages that each level lives by."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pejling.agreements.looks import record_look
from pejling.agreements.rights import Reader
from pejling.pages.attention import attention_page
from pejling.pages.burden import burden_page
from pejling.pages.effects import effects_page, municipalities_page
from pejling.pages.ground import Ground
from pejling.pages.landing import landing
from pejling.pages.own_cases import own_cases_page
from pejling.pages.released import any_released, released
from pejling.pages.status import newest_month
from pejling.pages.team import team_page
from pejling.pages.unknown import Unknown
from pejling.web.contract_views import today
from pejling.web.faults import Fault
from pejling.web.views import asking, fetched_ahead, ground_for, memory

OWN_CASES = "own_cases"  # what the log of looks calls a list that stands behind no indicator


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    with ground_for(asking(request, "figures")) as now:
        page = burden_page(now, request.GET)
    wrong = [kind for kind in page.kinds if kind.table in page.wrong]
    faults = [Fault(f"t-{kind.table}", kind.name, page.wrong[kind.table]) for kind in wrong]
    said = {"page": page, "wrong": page.wrong, "faults": faults}
    return render(request, "web/documentation.html", said, status=422 if faults else 200)


@require_safe
def own_cases(request: HttpRequest, unit_id: str) -> HttpResponse:
    """Logged before it is shown, as every list of courses."""
    who = asking(request, "cases")
    if fetched_ahead(request):
        return HttpResponse(status=204)
    number = request.GET.get("page", "1")
    if not number.isdecimal():
        raise Unknown("page", number)
    with ground_for(who) as now:
        page = own_cases_page(now, who, unit_id, int(number[:9]))
        _look(who, now, unit_id, len(page.rows))
    return render(request, "web/own_cases.html", {"page": page})


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The page of the reader's own level; what they may read else, where there is none."""
    who = asking(request, "signed")
    issue = released(memory(), who) if who.at("released") and any_released() else None
    if who.at("figures"):
        with ground_for(who) as now:
            found = landing(who, now, issue)
    else:
        found = landing(who, None, issue)
    if found:
        return redirect(found.page, found.unit)
    return redirect("overview" if who.at("figures") else "contracts")


@require_safe
def attention(request: HttpRequest, unit_id: str) -> HttpResponse:
    with ground_for(asking(request, "figures")) as now:
        page = attention_page(now, unit_id, _month(request, now))
    return render(request, "web/attention.html", {"page": page})


@require_safe
def team(request: HttpRequest, unit_id: str) -> HttpResponse:
    """Cases stand on it: logged before it is shown."""
    who = asking(request, "cases")
    if fetched_ahead(request):
        return HttpResponse(status=204)
    with ground_for(who) as now:
        page = team_page(now, who, unit_id, today())
        _look(who, now, unit_id, len(page.rows))
    return render(request, "web/team.html", {"page": page})


@require_safe
def effects(request: HttpRequest, unit_id: str) -> HttpResponse:
    page = effects_page(released(memory(), asking(request, "released")), unit_id)
    return render(request, "web/effects.html", {"page": page})


@require_safe
def municipalities(request: HttpRequest, unit_id: str) -> HttpResponse:
    page = municipalities_page(released(memory(), asking(request, "released")), unit_id)
    return render(request, "web/municipalities.html", {"page": page})


def _month(request: HttpRequest, now: Ground) -> str:
    return request.GET.get("month", "") or newest_month(now)


def _look(who: Reader, now: Ground, unit_id: str, courses: int) -> None:
    record_look(
        who.name, indicator=OWN_CASES, unit=unit_id, period=newest_month(now), group_by="", group="",
        courses=courses, snapshot=now.snapshot,
    )  # fmt: skip
