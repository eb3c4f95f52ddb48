"""What every page has, whatever it is about."""

from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from pejling.agreements.people import reader
from pejling.agreements.rights import Right


def everywhere(request: HttpRequest) -> dict[str, object]:
    return {
        "other_language": {"da": ("en", "English"), "en": ("da", "Dansk")}[get_language() or "da"],
        "here": request.get_full_path() if request.method == "GET" else "/",
        "page_name": request.resolver_match.url_name if request.resolver_match else "",
        "menu": _menu(request),
    }


def _menu(request: HttpRequest) -> list[dict[str, str]]:
    """The pages that the reader's roles lead to; nothing before sign-in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    who = reader(user)
    links: list[tuple[Right, str, str]] = [
        ("figures", "start", gettext("Overview")),
        ("signed", "contracts", gettext("Contracts")),
        ("signed", "agreements", gettext("Implementation agreements")),
        ("records", "deliveries", gettext("Deliveries")),
        ("figures", "data", gettext("About the data")),
    ]
    return [{"page": page, "name": name} for right, page, name in links if who.at(right)]
