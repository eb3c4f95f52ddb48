"""What was typed into a status's form, as the stand it says; a field that cannot be read is named with why."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext

from pejling.agreements.documents import CHOICES, Adjustment, Range, Stand, ValidationError, Written
from pejling.pages import adjustment_words, words
from pejling.pages.status_page import StatusPage
from pejling.pages.unknown import Unknown
from pejling.web.contract_form import Form

Kept = TypeVar("Kept")
AHEAD = 24  # months that a deadline may lie ahead


def written(form: Form, page: StatusPage, unit_of: Callable[[str], str]) -> Written:
    """`unit_of` gives an indicator's unit: a share's change is typed in percentage points."""
    stands = []
    for goal in page.status.goals:
        key = goal.indicator
        choice, reason = form.text(f"choice-{key}"), form.text(f"reason-{key}")
        if choice not in CHOICES:
            if reason:
                form.wrong[f"choice-{key}"] = gettext("Choose a stand too.")
            continue
        adjustment = _adjustment(form, page, key, unit_of) if choice == "adjust" else None
        stands.append(_kept(form, f"reason-{key}", lambda: Stand(
            indicator=key, choice=choice, reason=reason, adjustment=adjustment  # noqa: B023 - called at once
        )))  # fmt: skip
    found = _kept(form, "note", lambda: Written(stands=tuple(s for s in stands if s), note=form.text("note")))
    return found or Written()


def deadlines(month: str) -> list[str]:
    """The months that an adjustment may be expected to show in."""
    first = int(month[:4]) * 12 + int(month[5:])
    return [f"{(first + n) // 12:04}-{(first + n) % 12 + 1:02}" for n in range(AHEAD)]


def _adjustment(form: Form, page: StatusPage, key: str, unit_of: Callable[[str], str]) -> Adjustment | None:
    what, moves, by = form.text(f"what-{key}"), form.text(f"moves-{key}") or key, form.text(f"by-{key}")
    try:
        change = form.number(f"change-{key}", unit_of(moves))
    except Unknown:
        form.wrong[f"moves-{key}"] = gettext("Choose an indicator that is measured.")
        return None
    start, within = page.change(moves)
    if change is not None and not within.holds(change):
        form.wrong[f"change-{key}"] = _too_much(start, within, unit_of(moves))
        return None
    if not what or not by or change is None:
        return None  # what lacks is said when it is handed in
    return _kept(form, f"what-{key}", lambda: Adjustment(what=what, indicator=moves, change=change, by=by))


def _too_much(start: float | None, within: Range, unit: str) -> str:
    said = {
        "start": words.value(start, unit),
        "least": adjustment_words.change(within.least or 0, unit),
        "most": adjustment_words.change(within.most or 0, unit),
    }
    if within.most is None:
        return gettext("It lies about %(start)s, and cannot fall below 0: write %(least)s at the lowest.") % said
    if start is None:
        return gettext("A share cannot change by more than 100 percentage points.")
    return gettext("It lies about %(start)s: write a change from %(least)s to %(most)s.") % said


def _kept(form: Form, field: str, make: Callable[[], Kept]) -> Kept | None:
    try:
        return make()
    except ValidationError:
        form.wrong[field] = gettext("That is too long, or not possible.")
        return None
