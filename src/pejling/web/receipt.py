"""That something was saved, said once on the page that follows: kept in the session, as an address would repeat it."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

RECEIPT = "receipt"


def saved(request: HttpRequest, page: str, *named: object) -> HttpResponse:
    """On to the page, which says that it was saved, and when."""
    request.session[RECEIPT] = timezone.now().isoformat()
    return redirect(page, *named)


def receipt(request: HttpRequest) -> datetime | None:
    """When it was saved; None once that has been said."""
    session = getattr(request, "session", None)
    if request.method != "GET" or session is None or RECEIPT not in session:
        return None
    return datetime.fromisoformat(session.pop(RECEIPT))
