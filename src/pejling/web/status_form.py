"""What was typed into a status's form, as the stand it says; a field that cannot be read is named with why."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django.utils.translation import gettext

from pejling.agreements.documents import CHOICES, Adjustment, Lack, Range, Stand, ValidationError, Written
from pejling.pages import adjustment_words, stand_words, status_words, words
from pejling.pages.status_page import StatusPage
from pejling.pages.unknown import Unknown
from pejling.web.contract_form import Form, typed
from pejling.web.faults import Fault, in_order

Kept = TypeVar("Kept")
AHEAD = 24  # months that a deadline may lie ahead
OF_ADJUSTMENT = {"what": "what", "indicator": "moves", "change": "change", "by": "by"}  # its parts, and their fields
FIELD_OF = {
    "no_stand": "choice", "no_reason": "reason", "no_adjustment": "what", "no_change": "change", "past": "by",
    "unknown_indicator": "moves", "too_much": "change",
}  # where what lacks is mended  # fmt: skip


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


def fields(said: Written, page: StatusPage) -> dict[str, str]:
    """What is written, by the form's fields; the first deadline that can be held is proposed where none is written."""
    found = {"note": said.note}
    found |= {f"by-{goal.indicator}": page.first_known.get(goal.indicator, "") for goal in page.status.goals}
    for stand in said.stands:
        key, adjustment = stand.indicator, stand.adjustment
        found |= {f"choice-{key}": stand.choice, f"reason-{key}": stand.reason}
        if adjustment:
            unit = page.measures.get(adjustment.indicator, ("", ""))[1]
            found |= {
                f"what-{key}": adjustment.what, f"moves-{key}": adjustment.indicator,
                f"change-{key}": typed(adjustment.change, unit), f"by-{key}": adjustment.by,
            }  # fmt: skip
    return found


def lacking(lacks: Iterable[Lack]) -> dict[str, str]:
    """By field, as what cannot be read is."""
    found: dict[str, str] = {}
    for lack in lacks:
        found.setdefault(f"{FIELD_OF[lack.what]}-{lack.indicator}", stand_words.lack(lack.what))
    return found


def faults(wrong: Mapping[str, str], page: StatusPage) -> list[Fault]:
    """In the form's order: the goals that a stand is asked for on, the others, and the word about the month."""
    asked = set(page.status.demanded)
    found = []
    for goal in sorted(page.status.goals, key=lambda goal: goal.indicator not in asked):
        for part in ("choice", "reason", *OF_ADJUSTMENT.values()):
            field = f"{part}-{goal.indicator}"
            if field in wrong:
                place = f"{field}-{CHOICES[0]}" if part == "choice" else field
                found.append(Fault(place, status_words.name(goal), wrong[field]))
    return [*found, *in_order(wrong, {field: field for field in ("note", "comment")})]


def unfolded(shown: Mapping[str, str], wrong: Mapping[str, str], page: StatusPage) -> bool:
    """Does the folded part of the form hold something: a fault, or a stand that was taken?"""
    others = [goal.indicator for goal in page.status.goals if goal.indicator not in page.status.demanded]
    return any(
        field.endswith(f"-{key}") and (field in wrong or (field.startswith(("choice-", "reason-")) and shown[field]))
        for key in others
        for field in {*wrong, *shown}
    )


def deadlines(page: StatusPage) -> list[str]:
    """The months that an adjustment may be expected to show in: at least those until a goal's first figure is known."""
    month = page.status.month
    first = int(month[:4]) * 12 + int(month[5:])
    last = max([page.first_known.get(goal.indicator, month) for goal in page.status.goals], default=month)
    ahead = max(AHEAD, int(last[:4]) * 12 + int(last[5:]) - first)
    return [f"{(first + n) // 12:04}-{(first + n) % 12 + 1:02}" for n in range(ahead)]


def _adjustment(form: Form, page: StatusPage, key: str, unit_of: Callable[[str], str]) -> Adjustment | None:
    """None where nothing of it was typed: that it lacks is said when it is handed in. Half of one is not kept, so the
    other half is asked for at once.
    """
    what, moves, by = form.text(f"what-{key}"), form.text(f"moves-{key}") or key, form.text(f"by-{key}")
    try:
        change = form.number(f"change-{key}", unit_of(moves))
    except Unknown:
        form.wrong[f"moves-{key}"] = gettext("Choose an indicator that is measured.")
        return None
    if not what and not form.text(f"change-{key}"):
        return None
    start, within = page.change(moves)
    if change is not None and not within.holds(change):
        form.wrong[f"change-{key}"] = _too_much(start, within, unit_of(moves))
        return None
    if change and (cure := _wrong_way(page, moves, change)):
        form.wrong[f"change-{key}"] = cure
        return None
    if not what:
        form.wrong[f"what-{key}"] = stand_words.lack("no_adjustment")
    if not form.text(f"change-{key}"):
        form.wrong[f"change-{key}"] = stand_words.lack("no_change")
    if not what or change is None:
        return None
    try:
        return Adjustment(what=what, indicator=moves, change=change, by=by)
    except ValidationError as errors:
        for part in {str(each["loc"][0]) for each in errors.errors()}:
            form.wrong[f"{OF_ADJUSTMENT[part]}-{key}"] = gettext("That is too long, or not possible.")
        return None


def _wrong_way(page: StatusPage, moves: str, change: float) -> str:
    """Nobody sets out to make a goal worse: what was meant is most likely another sign. "" where it is as wished."""
    wished, name = page.directions.get(moves), {"name": page.measures[moves][0] if moves in page.measures else moves}
    if wished == "up" and change < 0:
        return gettext("“%(name)s” is to rise: write a change above 0, without −.") % name
    if wished == "down" and change > 0:
        return gettext("“%(name)s” is to fall: write a change below 0, with −.") % name
    return ""


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
