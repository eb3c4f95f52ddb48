"""The files of a release: made when they are first asked for, and kept, for a release never changes."""

import os
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from pejling.pages.released import released
from pejling.pages.unknown import Unknown
from pejling.reports.open_data import content_type, files
from pejling.web.views import memory

AT_MOST = 120  # files that an address may fetch in a minute


@login_not_required
@require_safe
def open_file(request: HttpRequest, number: int, name: str) -> HttpResponseBase:
    if _too_many(request.META.get("REMOTE_ADDR", "")):
        return HttpResponse("Too many files in a minute.", status=429, headers={"Retry-After": "60"})
    ground = released(memory(), number=number)
    known = files(ground)
    if name not in known:
        raise Unknown("file", name)
    folder = Path(settings.HOME) / "cache" / "open" / f"{number}-{ground.about.hash[:16]}"
    kept = folder / name
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{os.getpid()}-{name}"
        unfinished.write_bytes(known[name]())
        unfinished.replace(kept)
    answer = FileResponse(kept.open("rb"), content_type=content_type(name))
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "public, max-age=86400, immutable"
    answer["Access-Control-Allow-Origin"] = "*"  # open data: any page may read it
    return answer


def _too_many(address: str) -> bool:
    key = f"open-files-{address}"
    cache.add(key, 0, timeout=60)
    try:
        return bool(cache.incr(key) > AT_MOST)
    except ValueError:  # it ran out between the two
        return False
