"""Implementation agreements: seen, written, followed and closed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pejling.agreements import implementation
from pejling.agreements.contracts import NotNow, Overtaken
from pejling.agreements.documents import CAME, MOST_SIGNS, Actor, ImplementationAgreement, Milestone, ValidationError
from pejling.agreements.models import Agreement
from pejling.agreements.rights import Reader, Refused
from pejling.pages import words
from pejling.pages.agreements import agreement_page, agreements_page, closing_of, find_agreement
from pejling.pages.ground import Ground
from pejling.web.contract_form import Form
from pejling.web.contract_views import today
from pejling.web.faults import in_order
from pejling.web.receipt import saved
from pejling.web.views import asking, ground_for

MORE = 3  # empty lines offered
PLACES = {"came": f"came-{CAME[0]}", "said": "said", "note": "note"}  # where what lacks is mended


@require_safe
def list_agreements(request: HttpRequest) -> HttpResponse:
    who = asking(request, "signed")
    with ground_for(who) as now:
        page = agreements_page(now, who, today())
    return render(request, "web/agreements.html", {"page": page})


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    who = asking(request, "signed")
    with ground_for(who) as now:
        return _show(request, now, who, find_agreement(now, who, number))


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    who = asking(request, "agreements")
    with ground_for(who) as now:
        if request.method != "POST":
            return _form(request, now, who, None)
        form, said = _typed(request, now, who, None)
        if said is None or form.wrong:
            return _form(request, now, who, None, said, form.wrong, status=422)
    return saved(request, "agreement", implementation.begin(who, said).pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    who = asking(request, "agreements")
    with ground_for(who) as now:
        kept = find_agreement(now, who, number)
        before = implementation.content(kept)
        if not implementation.leads(who, before):
            raise Refused("agreements")
        if kept.state == "closed":
            raise NotNow("state")
        if request.method != "POST":
            return _form(request, now, who, kept, before)
        form, said = _typed(request, now, who, before)
        if said is None or form.wrong:
            return _form(request, now, who, kept, said or before, form.wrong, status=422)
        revision = request.POST.get("revision", "")
        try:
            implementation.save(who, kept, int(revision) if revision.isdecimal() else 0, said)
        except Overtaken as overtaken:
            return _form(request, now, who, kept, said, status=409, overtaken=overtaken)
    return saved(request, "agreement", number)


@require_POST
def act(request: HttpRequest, number: int) -> HttpResponse:
    """A note, a milestone reached, or the closing."""
    who = asking(request, "agreements")
    with ground_for(who) as now:
        kept = find_agreement(now, who, number)
        what, form = request.POST.get("do", ""), Form(request.POST)
        if wrong := _lacking(who, kept, what, form):
            return _show(request, now, who, kept, wrong, status=422)
        if what == "note":
            implementation.note(who, kept, form.text("text"))
        elif what == "done" and request.POST.get("milestone", "").isdecimal():
            implementation.done(who, kept, int(request.POST["milestone"]), today())
        elif what == "close":
            if not implementation.leads(who, before := implementation.content(kept)):
                raise Refused("agreements")
            came: Any = form.text("came")
            implementation.close(who, kept, closing_of(now, before, came, form.text("said"), today()))
        else:
            raise NotNow("reason")
    return saved(request, "agreement", number, what="closed" if what == "close" else "saved")


def _show(
    request: HttpRequest, now: Ground, who: Reader, kept: Agreement, wrong: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    wrong = wrong or {}
    return render(request, "web/agreement.html", {
        "page": agreement_page(now, who, kept, today()), "wrong": wrong, "faults": list(in_order(wrong, PLACES)),
        "typed": request.POST if wrong else {},
    }, status=status)  # fmt: skip


def _lacking(who: Reader, kept: Agreement, what: str, form: Form) -> dict[str, str]:
    """By field, what is to be mended in a note or a closing; nothing where it is not theirs to write, or too late: that
    is said first.
    """
    said, wrong = implementation.content(kept), {}
    if kept.state == "closed":
        return {}
    if what == "note" and implementation.has_a_part(who, said) and not form.text("text"):
        wrong["note"] = gettext("Write your note first.")
    if what == "close" and implementation.leads(who, said):
        if form.text("came") not in CAME:
            wrong["came"] = gettext("Say whether the effect came.")
        if not form.text("said"):
            wrong["said"] = gettext("Say in a few words how it went.")
        elif len(form.text("said")) > MOST_SIGNS:
            wrong["said"] = gettext("That is too long, or not possible.")
    return wrong


def _typed(
    request: HttpRequest, now: Ground, who: Reader, before: ImplementationAgreement | None
) -> tuple[Form, ImplementationAgreement | None]:
    """What was typed; nothing where it cannot be an agreement, and `wrong` says why."""
    form = Form(request.POST)
    names = {unit.unit_id: unit.name for unit in now.hierarchy.values()}
    known = {indicator.key for indicator in now.model.indicators}
    begun_by = before.begun_by if before else form.text("begun_by")
    if begun_by not in who.at("agreements") and before is None:
        raise Refused("agreements")
    actors = [
        Actor(unit=unit, unit_name=names[unit], task=task[:500])
        for n in range(_lines(before.actors if before else ()))
        if (unit := form.text(f"actors-{n}-unit")) in names and (task := form.text(f"actors-{n}-task"))
    ]
    milestones = []
    for n in range(_lines(before.milestones if before else ())):
        text, unit, due = (form.text(f"milestones-{n}-{name}") for name in ("text", "unit", "due"))
        if not text:
            continue
        day = form.day(f"milestones-{n}-due")
        if not due or unit not in names:
            form.wrong[f"milestones-{n}-text"] = gettext("A milestone has a day, and a unit that owes it.")
        if day is None or unit not in names:
            continue
        old = before.milestones[n] if before and n < len(before.milestones) else None
        milestones.append(Milestone(
            text=text[:500], due_on=day, unit=unit, unit_name=names[unit], done_on=old.done_on if old else None,
            target=form.text(f"milestones-{n}-target")[:300],
        ))  # fmt: skip
    said = {
        "title": form.text("title"), "purpose": form.text("purpose"), "effect": form.text("effect"),
        "effect_unit": form.text("effect_unit"), "before": form.text("before"), "begun_by": begun_by,
        "responsible": form.text("responsible"), "responsible_name": names.get(form.text("responsible"), ""),
        "person": form.text("person")[:200], "actors": tuple(actors), "milestones": tuple(milestones),
        "risks": tuple(line.strip()[:500] for line in form.text("risks").split("\n") if line.strip()),
    }  # fmt: skip
    if said["responsible"] not in names or said["effect"] not in known or said["effect_unit"] not in names:
        form.wrong["responsible"] = gettext("Choose the one responsible, and the effect and where it is measured.")
        return form, None
    try:
        return form, ImplementationAgreement.model_validate(said)
    except ValidationError as errors:
        place = str(errors.errors()[0]["loc"][0]) if errors.errors()[0]["loc"] else "milestones"
        form.wrong[place] = {
            "title": gettext("Give it a name."),
            "milestones": gettext("Who owes a milestone has a task among the actors."),
        }.get(place, gettext("That is too long, or not possible."))
        return form, None


def _lines(before: tuple[object, ...]) -> int:
    return len(before) + MORE


def _form(
    request: HttpRequest,
    now: Ground,
    who: Reader,
    kept: Agreement | None,
    said: ImplementationAgreement | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    return render(request, "web/agreement_edit.html", {
        "kept": kept, "said": said, "wrong": wrong or {}, "typed": request.POST if wrong else {}, "more": range(MORE),
        "units": [(unit.unit_id, unit.name) for unit in now.hierarchy.values()],
        "beginners": [(u, now.hierarchy[u].name) for u in sorted(who.at("agreements")) if u in now.hierarchy],
        "indicators": [(each.key, words.text(each.name)) for each in now.indicators],
        "years": now.periods("year"), "synthetic": now.model.data_synthetic, **more,
    }, status=status)  # fmt: skip
