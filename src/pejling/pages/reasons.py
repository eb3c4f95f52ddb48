"""Why an item counted, or did not, in words: of one course, and of all that share the reason."""

from django.utils.translation import gettext, gettext_lazy

from pejling.indicators.cases import Case
from pejling.indicators.definition import ActivityWithin, ExitWithin, Indicator, LastingShare, StateAfter, TimeToExit
from pejling.pages import words
from pejling.pages.definition import span
from pejling.pages.ground import Ground

_SAID = {
    "began": gettext_lazy("It began on %(started)s."),
    "reentered": gettext_lazy("It began on %(started)s, but the person had been in a course (%(what)s) until %(on)s."),
    "ended": gettext_lazy("It led to %(exit)s on %(on)s."),
    "exited": gettext_lazy("It led to %(exit)s %(after)s."),
    "lasted": gettext_lazy("It led to %(exit)s %(after)s, and it lasted."),
    "not_exited": gettext_lazy("It had not ended in time, and is still open %(so_far)s."),
    "too_late": gettext_lazy("It ended %(after)s, and that is too late."),
    "exited_elsewhere": gettext_lazy("It led to %(exit)s %(after)s, which does not count here."),
    "relapsed": gettext_lazy("It led to %(exit)s, but the person was back to %(what)s %(after)s, on %(on)s."),
    "followed_until": gettext_lazy(
        "It led to %(exit)s. It has lasted %(days)s, but is followed only until %(on)s. It is decided by "
        "%(decided_by)s."
    ),
    "in_state": gettext_lazy("On %(on)s, %(days)s after the end, the person was recorded as %(what)s."),
    "in_other_state": gettext_lazy(
        "On %(on)s, %(days)s after the end, the person was recorded as %(what)s, which does not count here."
    ),
    "state_unknown": gettext_lazy("Nothing is recorded of the person on %(on)s, %(days)s after the end."),
    "not_yet": gettext_lazy("It ended on %(ended)s, and is decided on %(decided_by)s."),
    "activity_began": gettext_lazy("%(what_first)s began %(after)s, on %(on)s."),
    "ended_before": gettext_lazy("It ended %(after)s, before any activity had begun."),
    "no_activity": gettext_lazy("No activity had begun after %(days)s, when the time was up."),
    "waiting": gettext_lazy("No activity has begun %(so_far)s, and there is time left, until %(decided_by)s."),
    "open_beyond_median": gettext_lazy(
        "It is still open %(so_far)s, longer than the median as it stands: how it ends makes no difference to that."
    ),
    "beyond_horizon": gettext_lazy("It had not ended in the time that counts."),
    "improved": gettext_lazy("The score changed by %(change)s, and that is enough."),
    "not_improved": gettext_lazy("The score changed by %(change)s, and that is not enough."),
    "changed": gettext_lazy("The score changed by %(change)s."),
    "held": gettext_lazy("%(what_first)s was held on %(on)s, due on %(due)s."),
    "late": gettext_lazy("%(what_first)s was held on %(on)s, too late: it was due on %(due)s."),
    "not_held": gettext_lazy("%(what_first)s was due on %(due)s, and has not been held."),
    "posted": gettext_lazy("%(change)s posted on %(on)s."),
    "active": gettext_lazy("An activity was under way every day (%(weight)s)."),
    "partly_active": gettext_lazy("An activity was under way on %(counted)s of %(weight)s."),
    "not_active": gettext_lazy("No activity was under way (%(weight)s)."),
}
_SHARED = {
    "began": gettext_lazy("Began in the period"),
    "reentered": gettext_lazy("Back too soon after a course (%(what)s) to count again"),
    "open": gettext_lazy("Open"),
    "ended": gettext_lazy("Ended in the period, and led to %(exit)s"),
    "exited": gettext_lazy("Ended in a way that counts"),
    "lasted": gettext_lazy("Ended in a way that counts, and it lasted"),
    "not_exited": gettext_lazy("Not ended in time"),
    "too_late": gettext_lazy("Ended too late"),
    "exited_elsewhere": gettext_lazy("Led to %(exit)s, which does not count here"),
    "relapsed": gettext_lazy("Ended in a way that counts, but the person was back to %(what)s"),
    "still_open": gettext_lazy("Still open, and there is time left"),
    "followed_until": gettext_lazy("Ended in a way that counts, but not yet followed for long enough"),
    "in_state": gettext_lazy("Recorded as %(what)s"),
    "in_other_state": gettext_lazy("Recorded as %(what)s, which does not count here"),
    "state_unknown": gettext_lazy("Nothing recorded on the day"),
    "not_yet": gettext_lazy("The day has not come yet"),
    "activity_began": gettext_lazy("%(what_first)s began in time"),
    "ended_before": gettext_lazy("Ended before any activity had begun"),
    "no_activity": gettext_lazy("No activity began in time"),
    "waiting": gettext_lazy("No activity yet, and there is time left"),
    "open_beyond_median": gettext_lazy("Open for longer than the median as it stands"),
    "beyond_horizon": gettext_lazy("Not ended in the time that counts"),
    "improved": gettext_lazy("The score changed enough"),
    "not_improved": gettext_lazy("The score did not change enough"),
    "changed": gettext_lazy("Two scores, and the change between them"),
    "held": gettext_lazy("%(what_first)s, held in time"),
    "late": gettext_lazy("%(what_first)s, held too late"),
    "not_held": gettext_lazy("%(what_first)s, not held"),
    "posted": gettext_lazy("Posted to %(account)s"),
    "active": gettext_lazy("An activity under way on every day"),
    "partly_active": gettext_lazy("An activity under way on some of the days"),
    "not_active": gettext_lazy("No activity under way"),
}


def reason(ground: Ground, indicator: Indicator, case: Case) -> str:
    """One sentence on one item; the days are those that `Case` says go with its reason."""
    exit_to = ground.word(case.exit_to) if case.exit_to else ""
    if case.reason == "open":
        said = _open(indicator)
    elif case.reason == "still_open":
        said = _still_open(indicator, case)
    else:
        said = str(_SAID[case.reason])
    what = ground.word(case.what)
    kroner = case.reason == "posted"
    after = gettext("after %(days)s") % {"days": length(indicator, case.days)}
    return said % {
        "exit": words.within(exit_to) or gettext("an end without a known reason"),
        "days": length(indicator, case.days),
        "after": after if case.days else gettext("the same day"),
        "so_far": after if case.days else gettext("on the first day"),
        "on": words.day(case.on),
        "started": words.day(case.started_on),
        "ended": words.day(case.ended_on),
        "due": words.day(case.due_on),
        "decided_by": words.day(case.decided_by),
        "what": words.within(what),
        "what_first": what[:1].upper() + what[1:],
        "change": words.value(case.change, "kroner") if kroner else words.points(case.change, signed=True),
        "weight": words.days(case.weight),
        "counted": words.number(case.counted),
    }


def shared(ground: Ground, indicator: Indicator, case: Case) -> str:
    """A few words that fit every item with this case's outcome, reason and `apart`."""
    said = str(_SHARED[case.reason])
    if isinstance(indicator, LastingShare):
        said = {
            "lasted": gettext("It lasted"),
            "relapsed": gettext("The person was back to %(what)s"),
            "followed_until": gettext("Not yet followed for long enough"),
        }[case.reason]
    elif isinstance(indicator, TimeToExit) and case.reason == "still_open":
        said = gettext("Still open, and can move the figure")
    what = ground.word(case.what)
    exit_to = ground.word(case.exit_to) if case.exit_to else gettext("an end without a known reason")
    return said % {
        "exit": words.within(exit_to),
        "what": words.within(what),
        "what_first": what[:1].upper() + what[1:],
        "account": words.within(ground.word(case.target_group)),
    }


def apart(case: Case) -> str:
    """What tells items with the same reason apart where they are counted: a state, an exit, a kind, an account."""
    if case.reason in ("exited_elsewhere", "ended"):
        return case.exit_to or ""
    return case.target_group if case.reason == "posted" else case.what


def length(indicator: Indicator, days: int) -> str:
    """In weeks, unless it is short or the definition itself speaks of days."""
    return words.days(days) if days < 14 or _speaks_of_days(indicator) else words.weeks(days)


def _speaks_of_days(indicator: Indicator) -> bool:
    match indicator:
        case TimeToExit():
            return indicator.unit == "days"
        case ExitWithin() | ActivityWithin():
            return "day" in indicator.within.text
        case LastingShare():
            return "day" in indicator.lasting.text
        case StateAfter():
            return "day" in indicator.after.text
    return False


def _open(indicator: Indicator) -> str:
    if indicator.measure == "stock":
        return gettext("It was open on %(on)s, %(so_far)s.")
    return gettext("It was open here on %(weight)s.")


def _still_open(indicator: Indicator, case: Case) -> str:
    if case.decided_by is None:
        return gettext("It is still open %(so_far)s.")
    if isinstance(indicator, TimeToExit) and indicator.horizon is not None:
        return gettext("It is still open %(so_far)s, and counts for at most %(horizon)s.").replace(
            "%(horizon)s", span(indicator.horizon)
        )
    return gettext("It is still open %(so_far)s, and there is time left. It is decided by %(decided_by)s.")
