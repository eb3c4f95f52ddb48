"""The two marks of a goal in words: has it changed, by which rule, and does it meet its target?"""

from django.utils.translation import gettext

from pejling.pages import words
from pejling.steering.goal_status import GoalStatus, Signal
from pejling.steering.status import Mark


def variation(goal_variation: str) -> str:
    return {
        "better": gettext("Becoming better"),
        "worse": gettext("Becoming worse"),
        "higher": gettext("Higher than usual"),
        "lower": gettext("Lower than usual"),
        "same": gettext("No change"),
        "too_few": gettext("Too little to tell a change"),
    }[goal_variation]


def changing(goal: GoalStatus | Mark) -> str:
    """The mark in words; called provisional where late records may still change it."""
    if firm(goal):
        return variation(goal.variation)
    return gettext("%(change)s, provisionally") % {"change": variation(goal.variation)}


def firm(goal: GoalStatus | Mark) -> bool:
    """Is what has changed, if anything has, beyond what late records can undo?"""
    return goal.signal is None or goal.signal.firm


def variation_explained(goal_variation: str) -> str:
    return {
        "better": gettext("The newest figure is no chance: by a rule of three, something has changed for the better."),
        "worse": gettext("The newest figure is no chance: by a rule of three, something has changed for the worse."),
        "higher": gettext("The newest figure is no chance: it is higher than it usually varies."),
        "lower": gettext("The newest figure is no chance: it is lower than it usually varies."),
        "same": gettext("The newest figure lies within what it usually varies between: there is nothing to explain."),
        "too_few": gettext("Limits need twelve decided periods, and there are fewer."),
    }[goal_variation]


def assurance(goal_assurance: str, cadence: str = "") -> str:
    """`cadence`: month, quarter or year, where it is known. The chance beside it is of a whole year: it says which."""
    return {
        "meets": gettext("Meets its target every time"),
        "fails": gettext("Misses its target every time"),
        "chance": {
            "month": gettext("Meets its target in some months"),
            "quarter": gettext("Meets its target in some quarters"),
            "year": gettext("Meets its target in some years"),
        }.get(cadence, gettext("Meets its target in some periods")),
        "no_target": gettext("No target of its own"),
        "too_few": gettext("Too little to tell of the target"),
    }[goal_assurance]


def assurance_explained(goal_assurance: str) -> str:
    return {
        "meets": gettext("The target lies outside what the figure varies between, on the good side: it works."),
        "fails": gettext("The target lies outside what the figure varies between: it takes another way of working."),
        "chance": gettext("The target lies within what the figure varies between: period by period, chance decides."),
        "no_target": gettext("Nothing was asked of this unit itself in the year."),
        "too_few": gettext("Limits need twelve decided periods, and there are fewer."),
    }[goal_assurance]


def signal(said: Signal) -> str:
    """Which rule called it a change, since when, in a sentence."""
    period, since = words.period(said.period), words.period(said.since)
    up = said.way == "up"
    if said.rule == "beyond":
        text = (
            gettext("%(period)s lies above what it usually varies between.")
            if up
            else gettext("%(period)s lies below what it usually varies between.")
        )
    elif said.rule == "side":
        text = (
            gettext("above its middle every time since %(since)s.")
            if up
            else gettext("below its middle every time since %(since)s.")
        )
    else:
        text = gettext("higher each time since %(since)s.") if up else gettext("lower each time since %(since)s.")
    text = text % {"period": period, "since": since}
    if not said.firm:
        text += " " + gettext("It is provisional: late records may still change it.")
    if said.answered:
        text += " " + gettext("A stand was taken in %(month)s.") % {"month": words.period(said.answered)}
    return text
