"""What every page has, whatever it is about."""

from django.http import HttpRequest
from django.utils.translation import get_language


def everywhere(request: HttpRequest) -> dict[str, object]:
    return {
        "other_language": {"da": ("en", "English"), "en": ("da", "Dansk")}[get_language() or "da"],
        "here": request.get_full_path() if request.method == "GET" else "/",
        "page_name": request.resolver_match.url_name if request.resolver_match else "",
    }
