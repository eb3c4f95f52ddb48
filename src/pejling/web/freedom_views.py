"""Degrees of freedom: seen by the unit, decided by the unit above, answered by the unit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from pejling.agreements import freedom
from pejling.agreements.contracts import NotNow
from pejling.agreements.documents import ValidationError
from pejling.agreements.models import FreedomDecision
from pejling.agreements.rights import Refused
from pejling.pages.freedom import FreedomPage, freedom_page, narrowing
from pejling.pages.unknown import Unknown
from pejling.web.contract_form import Form
from pejling.web.contract_views import today
from pejling.web.faults import in_order
from pejling.web.receipt import saved
from pejling.web.views import asking, ground_for


@require_safe
def show(request: HttpRequest, unit_id: str) -> HttpResponse:
    who = asking(request, "figures")
    with ground_for(who) as now:
        page = freedom_page(now, who, unit_id, today())
    return render(request, "web/freedom.html", {"page": page})


@require_POST
def decide(request: HttpRequest, unit_id: str) -> HttpResponse:
    """Narrow what is proposed, or part of it; or leave it free. Never more than is proposed, and never without one."""
    who = asking(request, "sign")
    form = Form(request.POST)
    with ground_for(who) as now:
        page = freedom_page(now, who, unit_id, today())
        if not page.decides:
            raise Refused("sign")
        if page.proposal is None:
            raise NotNow("state")
        until = form.day("until")
        wrong = dict(form.wrong)
        if until is None:
            wrong.setdefault("until", gettext("Write a day as 31.12.2010."))
        for name in ("reason", "restores"):
            if not form.text(name):
                wrong[name] = gettext("Write it: nothing is decided without.")
        degrees = () if form.text("do") == "leave" else tuple(request.POST.getlist("degrees"))
        if form.text("do") != "leave" and not (degrees and set(degrees) <= set(page.proposal.degrees)):
            wrong["degrees"] = gettext("Choose what is narrowed, or leave it free.")
        if not wrong and until is not None:
            try:
                said = narrowing(
                    page, degrees=degrees, reason=form.text("reason"), from_on=today(), until=until,
                    restores=form.text("restores"),
                )  # fmt: skip
            except (ValueError, ValidationError):
                wrong["until"] = gettext("The end lies after today, and no later than the model allows.")
            else:
                freedom.decide(who, said)
                return saved(request, "freedom", unit_id, what="narrowed" if degrees else "left_free")
    return _again(request, page, form, wrong)


@require_POST
def act(request: HttpRequest, number: int) -> HttpResponse:
    """The unit answers; the unit above gives the freedom back."""
    who = asking(request, "figures")
    kept = FreedomDecision.objects.filter(pk=number).first()
    with ground_for(who) as now:
        if kept is None or kept.unit not in now.units:
            raise Unknown("decision", str(number))
    request.thing = reverse("freedom", args=[kept.unit])  # type: ignore[attr-defined]  # for `answers`
    if request.POST.get("do") == "lift":
        freedom.lift(who, kept, request.POST.get("reason", ""), today())
        return saved(request, "freedom", kept.unit, what="given_back")
    freedom.answer(who, kept, request.POST.get("text", ""))
    return saved(request, "freedom", kept.unit, what="answered")


def _again(request: HttpRequest, page: FreedomPage, form: Form, wrong: dict[str, str]) -> HttpResponse:
    typed = {name: form.text(name) for name in ("reason", "restores", "until")}
    first = next(iter(page.proposal.degrees), "") if page.proposal else ""
    places = {"degrees": f"narrow-{first}", "reason": "reason", "restores": "restores", "until": "until"}
    told = {
        "page": page, "wrong": wrong, "typed": typed, "chosen": request.POST.getlist("degrees"),
        "faults": list(in_order(wrong, places)),
    }  # fmt: skip
    return render(request, "web/freedom.html", told, status=422)
