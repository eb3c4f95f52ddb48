"""What every page has, whatever it is about."""

import time
from functools import partial

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext

from pejling.agreements.people import reader
from pejling.agreements.rights import Right
from pejling.config.connection import reading
from pejling.pages import words
from pejling.pages.about import made_up
from pejling.pages.data_time import DataTime
from pejling.pages.landing import landings
from pejling.web.forms import form_again
from pejling.web.receipt import receipt

UNDER = {
    "status": "status_home",
    "status_write": "status_home",
    "funding": "funding_home",
    "funding_unit": "funding_home",
    "funding_scenario": "funding_home",
    "funding_incentives": "funding_home",
    "law": "law_home",
    "law_due": "law_home",
    "law_course": "law_home",
    "law_rules": "law_home",
    **dict.fromkeys(("cases", "team", "attention", "effects", "municipalities"), "start"),
}  # a page, and the one that the menu has it under
ASKED_EVERY = 5.0  # seconds: to ask takes longer than some pages do
_asked: dict[object, tuple[float, bool]] = {}


def everywhere(request: HttpRequest) -> dict[str, object]:
    return {
        "other_language": {"da": ("en", "English"), "en": ("da", "Dansk")}[get_language() or "da"],
        "here": request.get_full_path() if request.method == "GET" else form_again(request),
        "address": _address(request),
        "made_up": _made_up,
        "data_time": _data_time(request),
        "moved_on": _moved_on(request),
        "menu": _menu(request),
        "receipt": partial(receipt, request),  # taken where it is shown, and not by a part of a page
    }


def _address(request: HttpRequest) -> str:
    """Where the page is found again, for its foot on paper; "" for whoever asked another machine than this."""
    try:
        return request.build_absolute_uri()
    except DisallowedHost:
        return ""


def _name(request: HttpRequest) -> str:
    return (request.resolver_match.url_name or "") if request.resolver_match else ""


def _under(page: str) -> str:
    return UNDER.get(page, page)


def _data_time(request: HttpRequest) -> DataTime | None:
    """For whoever has signed in."""
    user = getattr(request, "user", None)
    return getattr(request, "data_time", None) if user is not None and user.is_authenticated else None


def _moved_on(request: HttpRequest) -> tuple[str, ...]:
    """What is newer than the figures, for those who see them as they are measured: a release stands as it was made."""
    user, found = getattr(request, "user", None), _data_time(request)
    return found.overtaken if user is not None and found and reader(user).at("figures") else ()


def _menu(request: HttpRequest) -> list[dict[str, object]]:
    """The pages that the reader's roles lead to; nothing before sign-in. Who holds several roles chooses among them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    who = reader(user)
    figures: Right = "figures" if who.at("figures") else "released"
    links: list[tuple[Right, str, str]] = [
        (figures, "overview", gettext("Overview")),
        ("figures", "status_home", gettext("Result status")),
        ("figures", "law_home", gettext("The law")),
        ("funding", "funding_home", gettext("Funding")),
        ("signed", "model", gettext("Goals")),
        ("signed", "contracts", gettext("Contracts")),
        ("signed", "agreements", gettext("Implementation agreements")),
        ("records", "deliveries", gettext("Deliveries")),
        ("figures", "data", gettext("About the data")),
    ]
    page, found = _under(_name(request)), request.resolver_match
    here = (found.url_name, found.kwargs.get("unit_id")) if found else ("", "")
    mine = list(dict.fromkeys(landings(who)))
    if len(mine) < 2:
        own = [{"address": reverse("start"), "name": gettext("My page"), "current": page == "start"}]
    else:
        twice = [each.role for each in mine]
        own = [
            {
                "address": reverse(each.page, args=[each.unit]), "current": here == (each.page, each.unit),
                "name": words.role(each.role) + (f", {each.unit}" if twice.count(each.role) > 1 else ""),
            }
            for each in mine
        ]  # fmt: skip
    return own + [
        {"address": reverse(to), "name": name, "current": page == to} for right, to, name in links if who.at(right)
    ]


def _made_up() -> bool:
    """Asked by the base of every page, also of one that says what went wrong; the store at most every few seconds."""
    store, now = settings.STORE, time.monotonic()
    asked_at, answer = _asked.get(store, (now - ASKED_EVERY, False))
    if now - asked_at >= ASKED_EVERY:
        try:
            with reading(store) as connection:
                answer = made_up(connection)
        except Exception:  # then no records are shown either, and the page itself says what is wrong
            return False
        _asked[store] = now, answer
    return answer
