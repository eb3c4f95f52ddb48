"""Contracts: seen, written, proposed, talked about, signed, amended and closed."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pejling.agreements import contracts
from pejling.agreements.documents import Contract, Goal, Range, ValidationError, possible
from pejling.agreements.models import Version
from pejling.agreements.rights import Reader, Refused
from pejling.pages.contract import ContractPage, cap, contract_page, differences, find
from pejling.pages.contract_goals import pinned
from pejling.pages.contracts import contracts_page
from pejling.pages.ground import Ground
from pejling.pages.prefill import candidates, new_contract, new_goal, way, with_baseline
from pejling.pages.series import heading
from pejling.pages.targets import asked_below, unset
from pejling.pages.unknown import Unknown
from pejling.web.contract_form import MORE_LINES, YEARS_AFTER, Form, allowed, contract, hold, refuse
from pejling.web.faults import in_order
from pejling.web.receipt import saved
from pejling.web.views import asking, ground_for

Act = Callable[[Reader, Ground, Version, Any, HttpRequest], HttpResponse | None]


def today() -> date:
    return timezone.localdate()


@require_safe
def list_contracts(request: HttpRequest) -> HttpResponse:
    who = asking(request, "signed")
    with ground_for(who) as now:
        page = contracts_page(now, who, today(), request.GET.get("year", ""))
    return render(request, "web/contracts.html", {"page": page})


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """One contract, or with `unit` left out one for every unit right below that is asked and has none."""
    who = asking(request, "draft")
    year, upper, unit = request.POST.get("year", ""), request.POST.get("upper", ""), request.POST.get("unit", "")
    if not (year.isdecimal() and 1900 <= int(year) <= 2200):
        raise Unknown("year", year)
    with ground_for(who) as now:
        units = [unit] if unit else asked_below(now, upper, int(year))
        drafts = [new_contract(now, who, each, upper, int(year)) for each in units]
        asked, source = unset(now, upper, int(year)), f"model version {now.measured.model_version}"
    made = []
    for draft in drafts:
        try:
            made.append(contracts.begin(who.name, draft, asked, source))
            asked = ()
        except contracts.NotNow:
            if unit:
                raise
    if unit:
        return saved(request, "contract_edit", made[0].contract_id, what="begun")
    response = saved(request, "contracts", what="begun") if made else redirect("contracts")
    response["Location"] += f"?year={year}"
    return response


@require_safe
def show(request: HttpRequest, contract_id: int) -> HttpResponse:
    who = asking(request, "signed")
    number = request.GET.get("version", "")
    with ground_for(who) as now:
        version = find(who, now, contract_id, int(number) if number.isdecimal() else None)
        page = contract_page(now, who, version, today())
    return render(request, "web/contract.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, contract_id: int) -> HttpResponse:
    who = asking(request, "draft")
    with ground_for(who) as now:
        version = _mine(who, now, contract_id, "edit")
        if request.method != "POST":
            return _form(request, now, who, version, contracts.content(version))
        form, said = _typed(request, now, version)
        if form.wrong:
            return _form(request, now, who, version, said, form.wrong, status=422)
        revision = request.POST.get("revision", "")
        try:
            kept = contracts.save(
                who.name, version, int(revision) if revision.isdecimal() else 0, said, pinned(now, said)
            )
        except contracts.Overtaken as overtaken:
            return _overtaken(request, now, who, version, overtaken)
        if request.POST.get("then") == "propose":
            try:
                contracts.propose(who.name, kept, kept.revision, pinned(now, said), cap=cap(now))
            except contracts.NotNow as not_now:
                if not_now.why != "lacks":
                    raise
                return _form(request, now, who, kept, said, status=422, lacking=True)
            return saved(request, "contract", contract_id, what="proposed")
    return saved(request, "contract_edit", contract_id)


@require_POST
def adds_up(request: HttpRequest, contract_id: int) -> HttpResponse:
    """As typed, not saved: do the contributions reach the whole?"""
    who = asking(request, "draft")
    with ground_for(who) as now:
        version = _mine(who, now, contract_id, "edit")
        _, said = _typed(request, now, version, adding=False)
        page = contract_page(now, who, version, today(), said=said)
    return render(request, "web/_adds_up.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, contract_id: int) -> HttpResponse:
    who = asking(request, "sign")
    with ground_for(who) as now:
        version = _mine(who, now, contract_id, "sign")
        page = contract_page(now, who, version, today())
    if request.method != "POST":
        return render(request, "web/contract_sign.html", {"page": page})
    assert page.signing  # noqa: S101 - `_mine` has asked
    agreed, revision = {}, request.POST.get("revision", "")
    for view in page.goals:
        key = view.goal.indicator
        answer, objection = request.POST.get(f"agree-{key}"), request.POST.get(f"objection-{key}", "")
        if answer == "yes" or (answer == "no" and objection.strip()):
            agreed[key] = objection if answer == "no" else ""
    try:
        contracts.sign(
            who.name, version, page.signing, int(revision) if revision.isdecimal() else 0,
            agreed=agreed, adds_up=page.adds_up, reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except contracts.NotNow as not_now:
        if not_now.why in ("state", "impossible"):
            raise
        return render(
            request, "web/contract_sign.html", {"page": page, "missing": not_now.why, "typed": request.POST}, status=422
        )
    return saved(request, "contract", contract_id, what="signed")


def _simply(done: str, right: str = "draft") -> Callable[[Act], Any]:
    """A view that does one thing to a contract and leads back to it, where what was `done` is said; or answers with
    what is to be mended first.
    """

    def made(act: Act) -> Any:
        @wraps(act)
        @require_POST
        def view(request: HttpRequest, contract_id: int) -> HttpResponse:
            who = asking(request, right)  # type: ignore[arg-type]
            number = request.POST.get("version", "")
            with ground_for(who) as now:
                version = find(who, now, contract_id, int(number) if number.isdecimal() else None)
                side = contracts.party(who, version.contract, right)
                if side is None:
                    raise Refused(right)  # type: ignore[arg-type]
                answer = act(who, now, version, side, request)
            return answer or saved(request, "contract", contract_id, what=done)

        return view

    return made


@_simply("proposed")
def propose(who: Reader, now: Ground, version: Version, side: Any, request: HttpRequest) -> None:
    revision = request.POST.get("revision", "")
    definitions = pinned(now, contracts.content(version))
    contracts.propose(who.name, version, int(revision) if revision.isdecimal() else 0, definitions, cap=cap(now))


@_simply("commented")
def comment(who: Reader, now: Ground, version: Version, side: Any, request: HttpRequest) -> HttpResponse | None:
    text = request.POST.get("text", "")
    if not text.strip() and "comment" in (page := contract_page(now, who, version, today())).actions:
        wrong = {"comment": gettext("Write your comment first.")}
        told = {"page": page, "wrong": wrong, "faults": list(in_order(wrong, {"comment": "comment"}))}
        return render(request, "web/contract.html", told, status=422)
    contracts.comment(who.name, version, side, text)
    return None


@_simply("amended")
def amend(who: Reader, now: Ground, version: Version, side: Any, request: HttpRequest) -> None:
    contracts.amend(who.name, version, side, request.POST.get("reason", ""))


@_simply("closed")
def close(who: Reader, now: Ground, version: Version, side: Any, request: HttpRequest) -> None:
    contracts.close(who.name, version, side, request.POST.get("closing", ""))


@_simply("dropped")
def drop(who: Reader, now: Ground, version: Version, side: Any, request: HttpRequest) -> None:
    contracts.drop(who.name, version, side)


@_simply("withdrawn", "sign")
def withdraw(who: Reader, now: Ground, version: Version, side: Any, request: HttpRequest) -> None:
    contracts.withdraw(who.name, version, side)


def _mine(who: Reader, now: Ground, contract_id: int, action: str) -> Version:
    """The newest version, where the reader may do this to it. Raises Unknown, Refused or NotNow."""
    version = find(who, now, contract_id)
    page = contract_page(now, who, version, today())
    if page.party is None:
        raise Refused("draft")
    if action == "sign" and page.signing is None:
        raise Refused("sign")
    if action not in page.actions:
        raise contracts.NotNow("state")
    return version


def _typed(request: HttpRequest, now: Ground, version: Version, *, adding: bool = True) -> tuple[Form, Contract]:
    before = contracts.content(version)
    form, known = Form(request.POST), {each.key for each in now.model.indicators}
    said = contract(form, before, lambda key: now.indicator(key).unit, lambda key: new_goal(now, before, key))
    goals = []
    for goal in said.goals:  # a new target moves the way to it, where nobody has laid another
        old = before.goal(goal.indicator)
        if not goal.baseline_period and goal.indicator in known:  # begun by one who may not see the figures
            goal = with_baseline(now, said, goal)
        if old and goal.count != old.count and goal.trajectory[:3] == old.trajectory[:3]:
            goal = goal.model_copy(
                update={"trajectory": way(now, goal.indicator, said.unit, goal.baseline_period, goal.count)}
            )
        goals.append(goal)
    said = said.model_copy(update={"goals": tuple(goals)})
    hold(form, said, lambda key: possible(now.indicator(key)) if key in known else Range())
    if (key := request.POST.get("new-indicator", "")) and adding and (new := _new_goal(now, said, key, form)):
        said = said.model_copy(update={"goals": (*said.goals, new)})
    return form, said


def _new_goal(now: Ground, said: Contract, key: str, form: Form) -> Goal | None:
    """With the target that was typed: people, of what is counted; else a level in the indicator's unit. None where it
    cannot be.
    """
    goal, indicator = new_goal(now, said, key), now.indicator(key)
    if not heading(now, indicator).counted:
        level = form.number("new-count", indicator.unit)
        if level is not None and not (within := possible(indicator)).holds(level):
            form.wrong["new-count"] = allowed(within)
        if "new-count" in form.wrong:
            return None
        return goal if level is None else goal.model_copy(update={"level": level})
    count, of = form.whole("new-count"), form.whole("new-of")
    of = goal.of if of is None else of
    if "new-count" in form.wrong or "new-of" in form.wrong:
        return None
    if count is None:
        return goal
    try:
        goal = Goal.model_validate({**goal.model_dump(), "count": count, "of": of, "level": None, "trajectory": ()})
    except ValidationError as errors:
        refuse(form, "new-", errors)
        return None
    return goal.model_copy(update={"trajectory": way(now, key, said.unit, goal.baseline_period, count)})


def _form(
    request: HttpRequest,
    now: Ground,
    who: Reader,
    version: Version,
    said: Contract,
    wrong: dict[str, str] | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    page: ContractPage = contract_page(now, who, version, today(), said=said)
    return render(request, "web/contract_edit.html", {
        "page": page, "wrong": wrong or {}, "typed": request.POST if wrong else {},
        "candidates": candidates(now, said), "more": range(MORE_LINES),
        "years_after": [said.year + n for n in range(1, YEARS_AFTER + 1)], **more,
    }, status=status)  # fmt: skip


def _overtaken(
    request: HttpRequest, now: Ground, who: Reader, version: Version, overtaken: contracts.Overtaken
) -> HttpResponse:
    """Both are shown, and nothing is overwritten: whoever was second decides, seeing what the first wrote."""
    return _form(
        request, now, who, version, overtaken.mine, None, 409,
        overtaken=overtaken, differences=differences(now, overtaken.theirs, overtaken.mine),
    )  # fmt: skip
