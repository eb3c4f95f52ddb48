"""What a figure says, in the reader's words: its value, what it is measured on, and what is known while it matures."""

from decimal import Decimal

from django.utils.translation import gettext, ngettext

from pejling.indicators.figures import Figure
from pejling.pages import words
from pejling.pages.series import FIRM, Heading

LARGE = 100_000  # kroner


def value(figure: Figure, heading: Heading, at_a_glance: object = False) -> str:
    """53,1 %; a time that half never reaches is said to be not reached. Large amounts lose their øre at a glance."""
    if not_reached(figure, heading):
        return gettext("not reached")
    if at_a_glance and heading.unit == "kroner" and figure.value is not None and abs(figure.value) >= LARGE:
        return words.money(Decimal(str(figure.value)), 0)
    return words.value(figure.value, heading.unit)


def not_reached(figure: Figure, heading: Heading) -> bool:
    return heading.time and figure.state in FIRM and figure.value is None


def in_short(figure: Figure, heading: Heading, at_a_glance: object = False) -> str:
    """For a row of a table: the value, the estimate or the count so far, called what it is."""
    if figure.state != "immature":
        return value(figure, heading, at_a_glance)
    if figure.estimate is not None:
        return gettext("estimate %(value)s") % {"value": words.value(figure.estimate, heading.unit)}
    if heading.form == "count" and not heading.whole and figure.numerator is not None:
        return gettext("%(value)s so far") % {"value": words.value(figure.numerator, heading.unit)}
    return gettext("not reached yet") if heading.time and figure.denominator else words.MISSING


def interval(figure: Figure, heading: Heading) -> str:
    if figure.state == "immature":
        return words.interval(figure.estimate_low, figure.estimate_high, heading.unit)
    return words.interval(figure.low, figure.high, heading.unit)


def basis(figure: Figure, heading: Heading, *, brief: bool = False) -> str:
    """What the value is made of: 103 of 194 courses. `brief` leaves the noun out where it is the usual one."""
    above, below = figure.numerator, figure.denominator
    if figure.state == "suppressed" or above is None or (heading.whole and below is None):
        return words.MISSING
    one, other = heading.of
    if below is None:
        return _noun(one)
    if one == "exits":
        ended = {"part": words.number(above), "whole": words.counted(below, other)}
        said = gettext("%(part)s of %(whole)s had got there") % ended
    elif one != other:
        said = gettext("%(part)s over %(whole)s") % {
            "part": words.counted(above, one),
            "whole": words.counted(below, other),
        }
    elif brief and one in ("courses", ""):
        said = words.of(above, below)
    else:
        said = gettext("%(part)s of %(whole)s") % {
            "part": words.value(above, "courses"),
            "whole": words.counted(below, one),
        }
    return f"{said}, {unknown(figure)}" if figure.unknown else said


def told(figure: Figure, heading: Heading) -> str:
    """The whole of it in a line: value, interval, basis, people and state."""
    said = []
    if figure.state not in ("undefined", "not_reported", "suppressed"):
        surely = interval(figure, heading)
        value = in_short(figure, heading)
        said = [] if value == words.MISSING else [f"{value} ({surely})" if surely != words.MISSING else value]
        if not heading.whole and heading.of[0] == "courses" and figure.numerator is not None:
            said = [words.counted(figure.numerator, "courses")]
            if figure.state == "immature":
                said = [gettext("%(value)s so far") % {"value": said[0]}]
        made_of = basis(figure, heading) if heading.whole else ""
        if figure.state == "immature" and heading.whole:
            made_of = gettext("so far %(figure)s") % {"figure": made_of}
        if made_of:  # after a colon: a comma would look like one more decimal
            said = [": ".join([*said, made_of])]
        said += [words.persons(figure.persons)] if figure.persons is not None else []
    state = words.state(figure.state)
    if figure.state == "immature" and figure.matures_on:
        state += ": " + words.within(
            gettext("Mature when the records reach %(day)s") % {"day": words.day(figure.matures_on)}
        )
    line = ", ".join(said).removesuffix(".")
    return f"{line[:1].upper()}{line[1:]}. {state}." if said else f"{state}."


def unknown(figure: Figure) -> str:
    """Of a state after an exit: the courses on whose day nothing is recorded."""
    count = figure.unknown or 0
    return ngettext("%(number)s with nothing recorded", "%(number)s with nothing recorded", count) % {
        "number": words.number(count)
    }


def _noun(of: str) -> str:
    return gettext("courses") if of == "courses" else ""
