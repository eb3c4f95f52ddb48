"""Funding: seen, opened, asked what if, and booked."""

from decimal import Decimal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from pejling.agreements.contracts import NotNow
from pejling.agreements.documents import FundingBeyond, FundingChange, FundingImpossible, Split, ValidationError
from pejling.agreements.rights import Refused
from pejling.pages import regulating, words
from pejling.pages.funding import NOW, current_year, funding_page, funding_unit_page
from pejling.pages.funding_incentives import incentives_page
from pejling.pages.funding_scenario import ScenarioPage, scenario_page
from pejling.web.contract_form import Form
from pejling.web.receipt import saved
from pejling.web.views import asking, ground_for

PARTS = ("base", "taximeter", "agreed", "result")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The year that the records are in."""
    with ground_for(asking(request, "funding")) as now:
        year = current_year(now)
    return render(request, "web/funding_none.html") if year is None else redirect("funding", year)


@require_safe
def show(request: HttpRequest, year: int) -> HttpResponse:
    who = asking(request, "funding")
    with ground_for(who) as now:
        page = funding_page(now, who, year, request.GET.get("booking", ""))
    return render(request, "web/funding.html", {"page": page})


@require_safe
def unit(request: HttpRequest, year: int, unit_id: str) -> HttpResponse:
    who = asking(request, "funding")
    with ground_for(who) as now:
        opened = funding_unit_page(now, who, year, unit_id, request.GET.get("booking", ""))
    return render(request, "web/funding_unit.html", {"opened": opened, "page": opened.page})


@require_POST
def regulate(request: HttpRequest, year: int) -> HttpResponse:
    """The booking that was looked at, and no other: where it would be another by now, it is shown again."""
    who = asking(request, "regulate")
    with ground_for(who) as now:
        page = funding_page(now, who, year, NOW)
        if not page.regulates:
            raise Refused("regulate")
        if page.obstacle:
            return render(request, "web/funding.html", {"page": page}, status=409)
        try:
            regulating.regulate(settings.STORE, now, who.name, year, request.POST.get("seen", ""))
        except NotNow:
            return render(request, "web/funding.html", {"page": page, "overtaken": True}, status=409)
    return saved(request, "funding", year, what="booked")


@require_safe
def incentives(request: HttpRequest, year: int) -> HttpResponse:
    who = asking(request, "funding")
    with ground_for(who) as now:
        found = incentives_page(now, who, year)
    return render(request, "web/funding_incentives.html", {"found": found, "page": found.page})


@require_safe
def scenario(request: HttpRequest, year: int) -> HttpResponse:
    """All of it stands in the address: it can be kept and sent."""
    who = asking(request, "funding")
    with ground_for(who) as now:
        plain = scenario_page(now, who, year, FundingChange())
        form = Form(request.GET)
        change = _change(form, plain)
        page = plain
        if not form.wrong and change != FundingChange():
            try:
                page = scenario_page(now, who, year, change)
            except FundingImpossible as beyond:
                form.wrong |= {f"{each.what}-{each.of}": _could_be(each) for each in beyond.places}
            except ValueError:
                form.wrong["split"] = gettext("The rules of the year do not fit that split or frame.")
    return render(
        request, "web/funding_scenario.html", {"page": page, "wrong": form.wrong, "typed": request.GET},
        status=422 if form.wrong else 200,
    )  # fmt: skip


def _change(form: Form, page: ScenarioPage) -> FundingChange:
    """What was typed that is other than it is; `wrong` says what cannot be read."""
    rates = {each.group: typed for each in page.rates if (typed := form.amount(f"rate-{each.group}")) is not None}
    split = _split(form, page)
    frame = form.amount("frame")
    intake, outcome = (
        {unit: typed for unit, _ in (("", ""), *page.units) if (typed := form.decimal(f"{name}-{unit}")) is not None}
        for name in ("intake", "outcome")
    )
    return FundingChange(
        frame=frame if frame is not None and frame != page.plan.frame else None,
        split=split,
        rates={each.group: rates[each.group] for each in page.rates if rates.get(each.group, each.now) != each.now},
        intake={unit: more for unit, more in intake.items() if more},
        outcome={unit: more for unit, more in outcome.items() if more},
    )


def _could_be(beyond: FundingBeyond) -> str:
    """What may be written in place of what cannot be."""
    if beyond.what == "rate":
        return gettext("Write 0 kroner or more.")
    if beyond.what == "intake" or beyond.most is None:
        return gettext("Write −100 or more: no unit has fewer clients than none.")
    ends = {"least": words.number(float(beyond.least), 1), "most": words.number(float(beyond.most), 1)}
    return gettext("Write from %(least)s to %(most)s: results lie between 0 and 100 per cent.") % ends


def _split(form: Form, page: ScenarioPage) -> Split | None:
    """None where it is as it is."""
    now = {part: Decimal(getattr(page.plan.split, part)) for part in PARTS}
    typed = {part: form.decimal(f"split-{part}") for part in PARTS}
    said = {part: now[part] if (each := typed[part]) is None else each for part in PARTS}
    if said == now or any(f"split-{part}" in form.wrong for part in PARTS):
        return None
    try:
        return Split(**said)
    except ValidationError:
        form.wrong["split"] = gettext("The four parts are 100 per cent together, and none is below 0.")
        return None
