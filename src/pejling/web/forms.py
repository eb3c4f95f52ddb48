"""Where the form is that an address answers: whoever comes there some other way is led to it."""

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

FORM_OF = {
    **dict.fromkeys(("status_write", "status_act"), "status"),
    **dict.fromkeys(("meeting_save", "meeting_done"), "meeting"),
    **dict.fromkeys(
        ("contract_propose", "contract_comment", "contract_withdraw", "contract_amend", "contract_close",
         "contract_drop"), "contract"
    ),
    "contract_adds_up": "contract_edit", "contract_begin": "contracts",
    "freedom_decide": "freedom", "agreement_act": "agreement", "funding_regulate": "funding", "token_revoke": "tokens",
}  # an address that only takes what is sent, and the page that it is sent from  # fmt: skip
ON_THEIR_OWN = (  # pages with a form that is sent to themselves
    "sign_in", "tokens", "overall", "contract_edit", "contract_sign", "agreement_begin", "agreement_edit",
)  # fmt: skip
THING_OF = {"contract_edit": "contract", "contract_sign": "contract", "agreement_edit": "agreement"}
CHOSEN = {
    "csrfmiddlewaretoken", "password", "revision", "version", "next", "do", "then", "seen", "of", "number", "milestone",
    "choice", "came", "goals", "degrees", "new-indicator", "upper", "unit", "effect", "effect_unit", "responsible",
    "begun_by", "before",
}  # fields that hold no words of anyone's  # fmt: skip
CHOSEN_OF = ("choice-", "moves-", "by-", "agree-")  # and how those begin that stand once for each goal


def form_of(request: HttpRequest) -> str:
    """The address of the page with the form; "" where the address is a page of its own, or stands in no form."""
    return _page(request, FORM_OF)


def form_again(request: HttpRequest) -> str:
    """Where whoever chooses another language on an answer to what they sent is led: to its form."""
    found = request.resolver_match
    return form_of(request) or (request.path if found and found.url_name in ON_THEIR_OWN else "/")


def thing_of(request: HttpRequest) -> str:
    """The address of what it is about, to be looked at as it stands now; "" where that is not known."""
    return _page(request, FORM_OF | THING_OF)


def sent(request: HttpRequest) -> list[str]:
    """The words that were typed, to be copied: they are kept nowhere."""
    typed = (str(text) for name, text in request.POST.items() if name not in CHOSEN and not name.startswith(CHOSEN_OF))
    return [text.strip() for text in typed if text.strip()]


def _page(request: HttpRequest, pages: dict[str, str]) -> str:
    found = request.resolver_match
    if found is None or found.url_name not in pages:
        return ""
    try:
        return reverse(pages[found.url_name], kwargs=found.kwargs)
    except NoReverseMatch:
        return ""
