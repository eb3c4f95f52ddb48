"""The monthly status: seen, written, handed in, commented on, published."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from pejling.agreements import contracts, statuses
from pejling.agreements.documents import Written
from pejling.agreements.rights import Reader, Refused
from pejling.pages.ground import Ground
from pejling.pages.publishing import publish
from pejling.pages.status import known_month, newest_month
from pejling.pages.status_page import StatusPage, status_page
from pejling.web.contract_form import Form
from pejling.web.receipt import saved
from pejling.web.status_form import deadlines, faults, fields, lacking, unfolded, written
from pejling.web.views import asking, ground_for

DONE = {"comment": "commented", "take_back": "taken_back", "publish": "published"}  # what may be done, and its receipt


class Month:
    """2009-06 in an address."""

    regex = r"\d{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, text: str) -> str:
        return text

    def to_url(self, month: str) -> str:
        return month


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The newest whole month of the unit that the reader has to do with."""
    who = asking(request, "figures")
    with ground_for(who) as now:
        own = [unit for unit in now.units if unit in who.at("figures")]
        return redirect("status", own[0], newest_month(now)) if own else redirect("start")


@require_safe
def show(request: HttpRequest, unit_id: str, month: str) -> HttpResponse:
    who = asking(request, "figures")
    with ground_for(who) as now:
        page = status_page(now, who, settings.STORE, unit_id, month)
    return _page(request, page)


@require_POST
def write(request: HttpRequest, unit_id: str, month: str) -> HttpResponse:
    """Saved as a draft, or handed in. Where something lacks it is said, and what was typed stays on the page."""
    who = asking(request, "draft")
    with ground_for(who) as now:
        page = _mine(who, now, unit_id, month, "write")
        form = Form(request.POST)
        said = written(form, page, lambda key: now.indicator(key).unit)
        if form.wrong:
            return _page(request, page, said, form.wrong, 422)
        revision = form.whole("revision") or 0
        handing_in = request.POST.get("then") == "hand_in"
        try:
            if handing_in:
                statuses.hand_in(who.name, unit_id, month, revision, said, page.status.demanded, page.possible)
            else:
                statuses.save(who.name, unit_id, month, revision, said)
        except contracts.Overtaken as overtaken:
            return _page(request, page, said, {}, 409, overtaken=overtaken)
        except contracts.NotNow as not_now:
            if not_now.why != "stand_lacks":
                raise
            return _page(request, page, said, {}, 422, asked=True)
    return saved(request, "status", unit_id, month, what="handed_in" if handing_in else "saved")


@require_POST
def act(request: HttpRequest, unit_id: str, month: str) -> HttpResponse:
    """`do`: comment, take_back or publish."""
    who = asking(request, "draft")
    do = request.POST.get("do", "")
    with ground_for(who) as now:
        _may(who, now, unit_id, month, do)  # first: nobody else learns how far the month has come
        if do == "publish" and statuses.publication(statuses.find(unit_id, month)):
            return redirect("status", unit_id, month)  # done before: pressed twice, or by two
        page = _mine(who, now, unit_id, month, do)
        if do not in DONE:
            raise contracts.NotNow("state")
        if do == "comment" and not request.POST.get("text", "").strip():
            return _page(request, page, wrong={"comment": gettext("Write your comment first.")}, status=422)
        if do == "comment":
            statuses.comment(who.name, unit_id, month, request.POST.get("text", ""))
        elif do == "take_back":
            statuses.take_back(who.name, unit_id, month)
        elif do == "publish":
            publish(settings.STORE, now, who.name, unit_id, month)
    return saved(request, "status", unit_id, month, what=DONE[do])


def _may(who: Reader, now: Ground, unit_id: str, month: str, action: str) -> None:
    """Raises Unknown for a unit or a month that is not there or not theirs to see, Refused where it is not theirs to
    do.
    """
    now.unit(unit_id)
    known_month(now, month)
    whose = statuses.side(who, unit_id, now.hierarchy, "sign" if action == "publish" else "draft")
    top = now.hierarchy[unit_id].parent_id not in now.hierarchy
    if whose is None or (action == "publish" and whose == "unit" and not top):
        raise Refused("sign" if action == "publish" else "draft")
    if action in ("write", "take_back") and whose != "unit":
        raise Refused("draft")


def _mine(who: Reader, now: Ground, unit_id: str, month: str, action: str) -> StatusPage:
    """The page, where the reader may do this to it. Raises Unknown, Refused or NotNow."""
    _may(who, now, unit_id, month, action)
    page = status_page(now, who, settings.STORE, unit_id, month)
    if action not in page.actions:
        raise contracts.NotNow("state")
    return page


def _page(
    request: HttpRequest,
    page: StatusPage,
    said: Written | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
    *,
    asked: bool = False,
    overtaken: contracts.Overtaken | None = None,
) -> HttpResponse:
    """`said`: where that is not what was kept; all that was typed stays. `asked`: it was handed in, and something
    lacks.
    """
    wrong = lacking(page.lacking(said)) if asked and said else wrong or {}
    shown = fields(page.written, page) if said is None else request.POST.dict()
    return render(request, "web/status.html", {
        "page": page, "shown": shown, "wrong": wrong, "faults": faults(wrong, page), "overtaken": overtaken,
        "handed_in": request.POST.get("then") == "hand_in", "unfolded": unfolded(shown, wrong, page),
        "deadlines": deadlines(page),
    }, status=status)  # fmt: skip
