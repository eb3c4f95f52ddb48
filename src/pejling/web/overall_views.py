"""Overall goals: what the units below shall reach together, split into contributions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from pejling.agreements.contracts import Overtaken, put_overall
from pejling.agreements.documents import Indicator, OverallGoal, Range, ValidationError, possible
from pejling.pages.overall import OverallPage, overall_page, set_goal
from pejling.web.contract_form import Form, allowed, refuse
from pejling.web.receipt import saved
from pejling.web.views import asking, ground_for


@require_http_methods(["GET", "HEAD", "POST"])
def overall(request: HttpRequest, year: int, unit_id: str) -> HttpResponse:
    who = asking(request, "draft")
    with ground_for(who) as now:
        page = overall_page(now, who, unit_id, year)
        if request.method != "POST":
            return render(request, "web/overall.html", {"page": page})
        form = Form(request.POST)
        key = request.POST.get("indicator", "")
        said, whole = None, _as_it_stands(page, key, request.POST.get("do", ""))
        if whole is None:
            said = _said(form, page, now.indicator(key))
            try:
                whole = set_goal(now, page, said) if said and not form.wrong else None
            except ValueError:
                form.wrong["count"] = gettext("That is not possible: a part is no more than its whole.")
        if form.wrong or whole is None:
            of_goal = key if any(each.goal.indicator == key for each in page.wholes) else "new"
            typed = {"page": page, "wrong": form.wrong, "of_goal": of_goal, "typed": request.POST}
            return render(request, "web/overall.html", typed, status=422)
        revision = request.POST.get("revision", "0")
        try:
            within = Range() if whole.left_out else possible(now.indicator(whole.indicator))
            put_overall(who.name, unit_id, whole, int(revision) if revision.isdecimal() else 0, within)
        except Overtaken:
            page = overall_page(now, who, unit_id, year)
            return render(request, "web/overall.html", {"page": page, "overtaken": whole}, status=409)
    return saved(request, "overall", year, unit_id)


def _as_it_stands(page: OverallPage, key: str, do: str) -> OverallGoal | None:
    """The model's target in place of what was set, or the goal left out; None where neither is asked for."""
    found = next((whole for whole in page.wholes if whole.goal.indicator == key), None)
    if found and do == "leave_out":
        return found.goal.model_copy(update={"left_out": True})
    return found.model if found and do == "model" else None


def _said(form: Form, page: OverallPage, indicator: Indicator) -> OverallGoal | None:
    """None where what was typed cannot be."""
    key, within = indicator.key, possible(indicator)
    before = next((whole.goal for whole in page.wholes if whole.goal.indicator == key), None)
    parts = {each.unit_id: count for each in page.below if (count := form.whole(f"offered-{each.unit_id}")) is not None}
    rule = str(form.posted.get("rule", "equal"))
    count, level = form.whole("count"), form.number("level", indicator.unit)
    if before and rule == before.rule and parts and parts != before.offered and count == before.count:
        rule = "by_hand"  # a number was changed: that is what was meant
    if count is None and level is None:
        form.wrong.setdefault("count", gettext("Say how many people are to count, or the level."))
        return None
    if count is None and level is not None and not within.holds(level):
        form.wrong.setdefault("level", allowed(within))
        return None
    try:
        return OverallGoal.model_validate({
            "indicator": key, "goal": before.goal if before else "", "year": page.year,
            "sharing": form.posted.get("sharing", "own"), "count": count, "of": form.whole("of"),
            "level": level if count is None else None, "rule": rule,
            "offered": parts if rule == "by_hand" else {},
            "expected": before.expected if before else {}, "asked": before.asked if before else (),
        })  # fmt: skip
    except ValidationError as errors:
        refuse(form, "", errors)
        return None
