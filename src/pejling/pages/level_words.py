"""What the levels' pages say, in sentences."""

from collections.abc import Iterator

from django.utils.translation import gettext, ngettext

from pejling.pages import words
from pejling.pages.contribution import Contribution
from pejling.pages.own_cases import OwnCasesPage
from pejling.pages.team import TeamPage


def cases(page: OwnCasesPage) -> str:
    """How many are open, and what presses."""
    said = [ngettext("%(number)s open course.", "%(number)s open courses.", page.total) % {
        "number": words.number(page.total)
    }]  # fmt: skip
    if page.overdue:
        said.append(
            ngettext("%(number)s step is overdue.", "%(number)s steps are overdue.", page.overdue)
            % {"number": words.number(page.overdue)}
        )
    if page.soon:
        said.append(
            ngettext("%(number)s is due within two weeks.", "%(number)s are due within two weeks.", page.soon)
            % {"number": words.number(page.soon)}
        )
    if page.steps and not (page.overdue or page.soon):
        said.append(gettext("No step is due within two weeks."))
    return " ".join(said)


def contribution(of: Contribution, ours: bool = False) -> Iterator[str]:
    """A contribution in plain words: what counted, what it is part of, and what can still count. `ours` where the page
    speaks for several people, as a supplier's does.
    """
    own = {"counted": words.number(of.own.counted), "of": _of(of.own.of, of), "period": words.period(of.period)}
    if of.above:
        whole = of.above[0]
        said = (
            gettext("In %(period)s, %(counted)s of our %(of)s counted, among %(unit)s's %(theirs)s.")
            if ours
            else gettext("In %(period)s, %(counted)s of your %(of)s counted, among %(unit)s's %(theirs)s.")
        )
        yield said % {**own, "unit": whole.unit, "theirs": words.of(whole.counted, whole.of)}
    elif ours:
        yield gettext("In %(period)s, %(counted)s of our %(of)s counted.") % own
    else:
        yield gettext("In %(period)s, %(counted)s of your %(of)s counted.") % own
    if of.can_count and of.first_by:
        still = {"number": words.number(of.can_count), "day": words.day(of.first_by)}
        if ours:
            yield (
                ngettext(
                    "%(number)s of our open courses can still count: it must end by %(day)s.",
                    "%(number)s of our open courses can still count. The first must end by %(day)s.",
                    of.can_count,
                )
                % still
            )
        else:
            yield (
                ngettext(
                    "%(number)s of your open courses can still count: it must end by %(day)s.",
                    "%(number)s of your open courses can still count. The first must end by %(day)s.",
                    of.can_count,
                )
                % still
            )


def meaning(of: Contribution, ours: bool = False) -> Iterator[str]:
    """What one more would mean where the goal is set, and what the target takes. `ours` as of `contribution`."""
    for part in of.above:
        said = (
            gettext("One more among ours lifts %(unit)s by %(points)s.")
            if ours
            else gettext("One more among yours lifts %(unit)s by %(points)s.")
        )
        yield said % {"unit": part.unit, "points": _points(part.one_more)}
    if of.target is not None:
        target = {"unit": of.target_unit, "year": str(of.target_year), "level": words.value(of.target, "share")}
        target["period"] = words.period(of.period)  # the courses counted may be of an earlier year than the target
        if of.lacking:
            yield gettext(
                "The target %(year)s of %(unit)s is %(level)s. To be at that level, %(more)s more would have "
                "had to count in %(period)s."
            ) % {**target, "more": _of(of.lacking, of)}
        elif of.lacking == 0:
            yield (
                gettext("The target %(year)s of %(unit)s is %(level)s. In %(period)s that level was reached.") % target
            )
        else:
            yield gettext("The target %(year)s of %(unit)s is %(level)s.") % target


def _of(count: int, of: Contribution) -> str:
    return words.counted(count, of.unit_of)


def _points(share: float) -> str:
    """In percentage points: 0.2, or a little where it is less than can be said."""
    points = 100 * share
    if points < 0.01:
        return gettext("less than 0.01 percentage points")
    return gettext("%(number)s percentage points") % {"number": words.number(points, 1 if points >= 0.1 else 2)}


def need(name: str) -> str:
    return {
        "worse": gettext("Something has become worse"),
        "misses": gettext("Misses its target every time"),
        "better": gettext("Something has become better"),
        "wait": gettext("Something may have changed"),
    }[name]


def need_explained(name: str) -> str:
    return {
        "worse": gettext("By a rule, and no chance. Ask what has happened."),
        "misses": gettext("As it works now it will go on missing it: more effort in the same way will not do."),
        "better": gettext("By a rule, and no chance. Ask what can be learnt."),
        "wait": gettext("The figures are provisional: wait for late records before anyone is asked."),
    }[name]


def units(count: int) -> str:
    return ngettext("%(number)s unit", "%(number)s units", count) % {"number": words.number(count)}


def talk(page: TeamPage) -> Iterator[tuple[str, str]]:
    """What presses, each with the page it leads to: status, cases or meeting."""
    if page.asked:
        yield ngettext(
            "%(number)s goal has changed: take a stand.", "%(number)s goals have changed: take a stand.", page.asked
        ) % {"number": words.number(page.asked)}, "status"  # fmt: skip
    if page.overdue:
        yield ngettext("%(number)s step is overdue.", "%(number)s steps are overdue.", page.overdue) % {
            "number": words.number(page.overdue)
        }, "cases"  # fmt: skip
    if page.soon:
        yield ngettext("%(number)s is due within two weeks.", "%(number)s are due within two weeks.", page.soon) % {
            "number": words.number(page.soon)
        }, "cases"  # fmt: skip
    if page.promised:
        yield ngettext(
            "%(number)s thing from the last meeting is not done.",
            "%(number)s things from the last meeting are not done.",
            page.promised,
        ) % {"number": words.number(page.promised)}, "meeting"  # fmt: skip
    if page.met:
        yield gettext("What you left the month's meeting with."), "meeting"
    else:
        yield gettext("The month's reflection meeting: courses to learn from, a question, a stand."), "meeting"


def told(name: str) -> str:
    return {
        "reached": gettext("Reached"),
        "short": gettext("Not reached"),
        "cannot_tell": gettext("So close that chance decides"),
        "not_known": gettext("The year is not known yet"),
    }[name]


def all_courses(count: int) -> str:
    return ngettext("The one open course", "All %(number)s open courses", count) % {"number": words.number(count)}
