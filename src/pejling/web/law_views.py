"""The law's pages: how a unit keeps it, what its courses owe next, and the rules with their sources."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pejling.agreements.looks import record_look
from pejling.agreements.rights import Refused
from pejling.pages.course_law import course_law_page
from pejling.pages.due import due_page
from pejling.pages.law import law_page, rules_page
from pejling.pages.unknown import Unknown
from pejling.web.views import asking, fetched_ahead, ground_for


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The law page of the reader's own unit."""
    who = asking(request, "figures")
    with ground_for(who) as now:
        own = [unit for unit in sorted(who.at("figures")) if unit in now.units]
        unit_id = own[0] if own else next(iter(now.units), "")
    return show(request, unit_id) if unit_id else redirect("law_rules")


@require_safe
def show(request: HttpRequest, unit_id: str) -> HttpResponse:
    who = asking(request, "figures")
    with ground_for(who) as now:
        page = law_page(now, unit_id, period_kind=request.GET.get("periods", ""), period=request.GET.get("period", ""))
        may_see = unit_id in who.within("cases", now.units)
    return render(request, "web/law.html", {"page": page, "may_see": may_see})


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    with ground_for(asking(request, "signed")) as now:
        page = rules_page(now)
    return render(request, "web/law_rules.html", {"page": page})


@require_safe
def due(request: HttpRequest, unit_id: str) -> HttpResponse:
    """Logged before it is shown, as `views.courses` is, and only for who may see the unit's cases."""
    who = asking(request, "cases")
    if fetched_ahead(request):
        return HttpResponse(status=204)
    number = request.GET.get("page", "1")
    if not number.isdecimal():
        raise Unknown("page", number)
    with ground_for(who) as now:
        if now.unit(unit_id).unit_id not in who.within("cases", now.units):
            raise Refused("cases")
        page = due_page(now, unit_id, int(number[:9]))
    record_look(
        who.name, indicator="law_due", unit=unit_id, period=str(page.through or ""), group_by="", group="",
        courses=page.total, snapshot=page.snapshot,
    )  # fmt: skip
    return render(request, "web/law_due.html", {"page": page})


@require_safe
def course(request: HttpRequest, course_id: str) -> HttpResponse:
    """As `due`: of a course that is not the reader's to see it is not said that it is there."""
    who = asking(request, "cases")
    if fetched_ahead(request):
        return HttpResponse(status=204)
    with ground_for(who) as now:
        page = course_law_page(now, course_id)
        if page.course.unit_id not in who.within("cases", now.every):
            raise Unknown("course", course_id)
    record_look(
        who.name, indicator="law_course", unit=page.course.unit_id, period=str(page.course.through or ""), group_by="",
        group="", courses=1, snapshot=page.snapshot,
    )  # fmt: skip
    return render(request, "web/law_course.html", {"page": page})
