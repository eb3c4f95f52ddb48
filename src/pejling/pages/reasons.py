"""Why a course counted, or did not, in words."""

from django.utils.translation import gettext, ngettext

from pejling.indicators.cases import Case
from pejling.pages import words
from pejling.pages.ground import Ground


def reason(ground: Ground, case: Case) -> str:
    """One sentence; the days are those that `Case` says go with its reason."""
    exit_to = ground.word(case.exit_to) if case.exit_to else ""
    said = {
        "began": gettext("It began in the period."),
        "open": gettext("It was open on the last day, after %(days)s."),
        "ended": gettext("It ended in the period."),
        "exited": gettext("It led to %(exit)s after %(days)s."),
        "lasted": gettext("It led to %(exit)s after %(days)s, and it lasted."),
        "not_exited": gettext("It had not ended in time."),
        "too_late": gettext("It ended after %(days)s, and that is too late."),
        "exited_elsewhere": gettext("It led to %(exit)s, which does not count here."),
        "relapsed": gettext("It led to %(exit)s, but the person was back on %(on)s, after %(days)s."),
        "still_open": gettext(
            "It is still open after %(days)s, and there is time left. It is decided by %(decided_by)s."
        ),
        "followed_until": gettext(
            "It led to %(exit)s. It has lasted %(days)s so far, until %(on)s. It is decided by %(decided_by)s."
        ),
    }.get(case.reason, case.reason)
    return said % {
        "exit": exit_to[:1].lower() + exit_to[1:] or gettext("an end without a known reason"),
        "days": ngettext("%(number)s day", "%(number)s days", case.days) % {"number": words.number(case.days)},
        "on": words.day(case.on),
        "decided_by": words.day(case.decided_by),
    }
