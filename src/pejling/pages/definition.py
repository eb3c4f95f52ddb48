"""How an indicator is measured, in plain words, made from its own definition so that the two cannot drift apart."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

from pejling.indicators.definition import Exits, ExitWithin, Indicator
from pejling.indicators.durations import Duration
from pejling.indicators.model import Model
from pejling.pages import words


@dataclass(frozen=True)
class Definition:
    sentences: tuple[str, ...]
    owner: str
    review_by: date | None


def definition(model: Model, indicator: Indicator) -> Definition:
    return Definition(tuple(_sentences(model, indicator)), indicator.owner, indicator.review_by)


def _sentences(model: Model, indicator: Indicator) -> list[str]:
    sentences = [
        {
            "intake": gettext("Counts the courses that began in the period."),
            "stock": gettext("Counts the courses that were open on the last day of the period."),
            "exits": gettext("Counts the courses that ended in the period."),
            "exit_within": gettext(
                "Looks at the courses that began in the period, and finds the share that turned out well."
            ),
        }[indicator.measure]
    ]
    if isinstance(indicator, Exits) and indicator.exit_to:
        sentences.append(
            gettext("An end counts when it leads to: %(exits)s.") % {"exits": _named(model, indicator.exit_to)}
        )
    if isinstance(indicator, ExitWithin):
        within = {"within": span(indicator.within)}
        if indicator.exit_to:
            said = gettext(
                "A course counts when it ends no later than %(within)s after it began, and leads to: %(exits)s."
            )
            within["exits"] = _named(model, indicator.exit_to)
        else:
            said = gettext("A course counts when it ends no later than %(within)s after it began.")
        sentences.append(said % within)
        if indicator.lasting:
            lasting = {"lasting": span(indicator.lasting)}
            if indicator.support_states:
                said = gettext(
                    "It must also last: for %(lasting)s the person is in no new course and in none of: %(states)s."
                )
                lasting["states"] = _named(model, indicator.support_states)
            else:
                said = gettext("It must also last: for %(lasting)s the person is in no new course.")
            sentences.append(said % lasting)
    return sentences


def span(length: Duration) -> str:
    """13 weeks, in the reader's language."""
    count, _, unit = length.text.partition(" ")
    n = int(count)
    return {
        "day": ngettext("%(n)s day", "%(n)s days", n),
        "week": ngettext("%(n)s week", "%(n)s weeks", n),
        "month": ngettext("%(n)s month", "%(n)s months", n),
    }[unit.rstrip("s")] % {"n": n}


def _named(model: Model, values: tuple[str, ...]) -> str:
    names = (words.text(model.words[value]) if value in model.words else value for value in values)
    return ", ".join(name[:1].lower() + name[1:] for name in names)
