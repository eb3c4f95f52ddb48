"""What was done, said once on the page that follows: kept in the session, as an address would repeat it."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from pejling.pages import words

RECEIPT = "receipt"


def saved(request: HttpRequest, page: str, *named: object, what: str = "saved") -> HttpResponse:
    """On to the page, which says that it was saved, or `what` else was done, and when."""
    request.session[RECEIPT] = f"{what} {timezone.now().isoformat()}"
    return redirect(page, *named)


def receipt(request: HttpRequest) -> str:
    """What was done and when, in words; "" once that has been said."""
    session = getattr(request, "session", None)
    if request.method != "GET" or session is None or RECEIPT not in session:
        return ""
    what, _, at = session.pop(RECEIPT).rpartition(" ")
    return told(what, datetime.fromisoformat(at))


def told(what: str, at: datetime) -> str:
    time = words.clock(at)
    return {
        "handed_in": gettext("Handed in %(time)s"),
        "taken_back": gettext("Taken back %(time)s"),
        "published": gettext("Published %(time)s"),
        "commented": gettext("Comment saved %(time)s"),
        "begun": gettext("Begun %(time)s"),
        "proposed": gettext("Proposed to the other party %(time)s"),
        "signed": gettext("Signed %(time)s"),
        "withdrawn": gettext("Signature taken back %(time)s"),
        "amended": gettext("Amendment begun %(time)s"),
        "closed": gettext("Closed %(time)s"),
        "dropped": gettext("Dropped %(time)s"),
        "narrowed": gettext("Narrowed %(time)s"),
        "left_free": gettext("Left free %(time)s"),
        "answered": gettext("Answer saved %(time)s"),
        "given_back": gettext("Given back %(time)s"),
        "booked": gettext("Booked %(time)s"),
        "token_made": gettext("Token made %(time)s"),
        "revoked": gettext("Token revoked %(time)s"),
    }.get(what, gettext("Saved %(time)s")) % {"time": time}
