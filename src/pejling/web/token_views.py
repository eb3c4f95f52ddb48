"""A reader's own tokens: to see them, to get one, to revoke one."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pejling.agreements import tokens
from pejling.agreements.tokens import Mistake
from pejling.web.receipt import saved, told
from pejling.web.views import asking


@require_http_methods(["GET", "HEAD", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """A new one is shown in the answer to its own asking, and nowhere after."""
    who = asking(request, "figures")
    issued, wrong, name = "", "", request.POST.get("name", "")
    if request.method == "POST":
        try:
            _, issued = tokens.issue(who.name, request.user, name)  # type: ignore[arg-type]
        except Mistake as mistake:
            wrong = mistake.where
    holding = tokens.holding_of(request.user)  # type: ignore[arg-type]
    page = {"tokens": holding, "issued": issued, "name": name, "wrong": wrong}
    if issued:  # this answer is the page that follows
        page["receipt"] = told("token_made", timezone.now())
    return render(request, "web/tokens.html", page, status=400 if wrong else 200)


@sensitive_post_parameters()
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    who = asking(request, "figures")
    with suppress(Mistake):  # it does not hold: that is what was asked for
        tokens.revoke(who.name, request.user, request.POST.get("name", ""))  # type: ignore[arg-type]
    return saved(request, "tokens", what="revoked")
