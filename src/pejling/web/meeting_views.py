"""A team's reflection meeting: opened, written in, and what was promised done."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from pejling.agreements import meetings
from pejling.agreements.contracts import NotNow, Overtaken
from pejling.agreements.documents import CHOICES, MOST_ACTIONS, Action, Meeting
from pejling.agreements.looks import record_look
from pejling.agreements.rights import Refused
from pejling.pages import words
from pejling.pages.meeting import MeetingPage, meeting_page
from pejling.pages.status import known_month
from pejling.web.contract_form import Form
from pejling.web.contract_views import today
from pejling.web.faults import in_order
from pejling.web.receipt import saved
from pejling.web.views import asking, fetched_ahead, ground_for

MEETING = "reflection_meeting"  # what the log of looks calls the courses on it
PLACES = {
    "choice": f"choice-{CHOICES[0]}",
    "what": "what",
    "who": "who",
    "due": "due",
}  # where each field of the form is, in its order


@require_safe
def show(request: HttpRequest, unit_id: str, month: str) -> HttpResponse:
    if fetched_ahead(request):
        asking(request, "cases")
        return HttpResponse(status=204)
    return _page(request, unit_id, month)


@require_POST
def save(request: HttpRequest, unit_id: str, month: str) -> HttpResponse:
    """The question, the stand, and one more thing that somebody does."""
    who = asking(request, "agreements")
    if not meetings.writes(who, unit_id):
        raise Refused("agreements")
    form = Form(request.POST)
    with ground_for(who) as now:
        known_month(now, month)
        kept = meetings.find(unit_id, month)
        before = meetings.content(kept) if kept else Meeting(
            unit=unit_id, unit_name=now.unit(unit_id).name, month=month
        )  # fmt: skip
    said = _said(form, before)
    if form.wrong:
        return _page(request, unit_id, month, typed=said, wrong=form.wrong, status=422)
    try:
        meetings.save(who, said, form.whole("revision") or 0)
    except Overtaken as overtaken:
        return _page(request, unit_id, month, typed=said, overtaken=overtaken.by, status=409)
    return saved(request, "meeting", unit_id, month)


@require_POST
def done(request: HttpRequest, unit_id: str, month: str) -> HttpResponse:
    """A thing is done: of this month's meeting, or of the one before, named by `of`."""
    who = asking(request, "agreements")
    if not meetings.writes(who, unit_id):
        raise Refused("agreements")
    number = request.POST.get("number", "")
    if not number.isdecimal():
        raise NotNow("state")
    meetings.done(who, unit_id, request.POST.get("of") or month, int(number[:3]), today())
    return saved(request, "meeting", unit_id, month)


def _said(form: Form, before: Meeting) -> Meeting:
    """What was typed over what is kept; what cannot be is named in `form.wrong`."""
    choice = form.text("choice")
    actions = before.actions
    what, by = form.text("what")[:200], form.text("who")[:100]
    due, first = form.day("due"), date.fromisoformat(f"{before.month}-01")
    if due and due < first:  # a meeting may be written down long after it was held: so no day of ours is asked
        form.wrong["due"] = gettext("Write a day from %(day)s on: the month that the meeting is about.") % {
            "day": words.day(first)
        }
    if what or by or form.text("due"):
        if not (what and by):
            form.wrong["who" if what else "what"] = gettext("Say what is done, and who does it.")
        elif len(actions) >= MOST_ACTIONS:
            form.wrong["what"] = gettext("Five things are enough: say so at the next meeting.")
        elif "due" not in form.wrong:
            actions = (*actions, Action(what=what, who=by, due_on=due))
    elif not (choice in CHOICES or form.text("reason") or actions):
        form.wrong["choice"] = gettext("Write down what you leave with: a stand, why, or who does what.")
    return before.model_copy(update={
        "question": form.text("question")[:300], "choice": choice if choice in CHOICES else "",
        "reason": form.text("reason")[:500], "actions": actions,
    })  # fmt: skip


def _page(
    request: HttpRequest,
    unit_id: str,
    month: str,
    *,
    typed: Meeting | None = None,
    wrong: dict[str, str] | None = None,
    overtaken: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Logged before it is shown: courses stand on it."""
    who = asking(request, "cases")
    with ground_for(who) as now:
        page: MeetingPage = meeting_page(now, who, unit_id, month, today())
        record_look(
            who.name, indicator=MEETING, unit=unit_id, period=month, group_by="", group="",
            courses=len(page.well) + len(page.badly), snapshot=now.snapshot,
        )  # fmt: skip
    return render(request, "web/meeting.html", {
        "page": page, "said": typed or page.said, "wrong": wrong or {}, "overtaken": overtaken,
        "faults": list(in_order(wrong or {}, PLACES)), "typed": request.POST, "choices": CHOICES,
    }, status=status)  # fmt: skip
