"""An adjustment in words: what it was to change, what the data answered, and what that rests on."""

from collections.abc import Iterator

from django.utils.translation import gettext, ngettext

from pejling.pages import words
from pejling.pages.status_words import amount
from pejling.steering.status import Followed


def change(by: float, unit: str) -> str:
    """With its sign; of a share in percentage points."""
    sign = "+" if by > 0 else ""
    if unit == "share":
        return gettext("%(number)s percentage points") % {"number": sign + words.number(100 * by, 1)}
    return sign + amount(by, unit)


def verdict(followed: Followed) -> str:
    found = followed.answer
    expected = {"change": change(followed.change, followed.unit), "month": words.period(followed.by)}
    said = {
        "too_early": gettext("Too early to say."),
        "not_yet": gettext("No rule calls it a change yet; %(month)s is the deadline.") % expected,
        "reached": gettext("It moved as expected, and as far as expected."),
        "moved": gettext("It moved as expected, but not so far."),
        "opposite": gettext("It moved the other way."),
        "no_change": gettext("The deadline is past, and no rule calls it a change."),
        "no_baseline": gettext("There are too few decided periods before it to compare with."),
    }[found.verdict]
    waits = found.verdict in ("too_early", "not_yet", "no_baseline")  # nothing is said that late records could change
    if not followed.provisional or waits:
        return said
    return f"{said} {gettext('It is provisional: late records may still change it.')}"


def evidence(followed: Followed) -> Iterator[str]:
    """What the verdict rests on: the change with its interval, an extreme start, the others, what is waited for."""
    found = followed.answer
    if found.limits:
        yield gettext("Before: %(mean)s on average over %(number)s periods, frozen when it was published.") % {
            "mean": amount(found.limits.mean, followed.unit), "number": words.number(found.limits.points)
        }  # fmt: skip
    if found.change is not None and found.low is not None and found.high is not None:
        yield ngettext(
            "Since then, in %(number)s decided period: %(change)s (%(interval)s).",
            "Since then, in %(number)s decided periods: %(change)s (%(interval)s).",
            found.after,
        ) % {
            "number": words.number(found.after), "change": change(found.change, followed.unit),
            "interval": between(found.low, found.high, followed.unit),
        }  # fmt: skip
        if found.verdict in ("not_yet", "no_change") and (found.low > 0 or found.high < 0):
            yield gettext(
                "The average has moved, but the rules look at the single periods, against those before the adjustment: "
                "one beyond what they varied between, eight on end on the same side, or six rising or falling. The "
                "goal above has a middle of its own, and may show a change before or after."
            )
    if found.verdict == "too_early":
        yield (
            gettext("The first period after it is known on %(day)s.") % {"day": words.day(followed.matures_on)}
            if followed.matures_on
            else gettext("No period after it is over yet.")
        )
    if found.extreme_start:
        yield gettext(
            "It was begun in an extreme period. Such periods are mostly followed by more usual ones, whatever is done."
        )
    if found.others:
        yield gettext(
            "The %(number)s units like it that did not adjust: %(theirs)s meanwhile. "
            "The difference is %(difference)s (%(interval)s)."
        ) % {
            "number": words.number(found.others.units), "theirs": change(found.others.change, followed.unit),
            "difference": change(found.others.difference, followed.unit),
            "interval": between(found.others.low, found.others.high, followed.unit),
        }  # fmt: skip
    elif found.change is not None:
        yield gettext("There are no units like it that did not adjust to compare with.")


def between(low: float, high: float, unit: str) -> str:
    if unit == "share":
        return gettext("%(low)s to %(high)s") % {"low": words.number(100 * low, 1), "high": words.number(100 * high, 1)}
    if unit == "kroner":
        return gettext("%(low)s to %(high)s") % {"low": amount(low, unit), "high": amount(high, unit)}
    ends = {"low": words.value(low, unit, beside=high), "high": words.value(high, unit, beside=low)}
    return gettext("%(low)s to %(high)s") % ends
