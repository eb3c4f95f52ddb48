"""A stand in words: what was chosen, how far the month has come, and what lacks before it can be handed in."""

from django.utils.translation import gettext


def choice(taken: str) -> str:
    return {
        "keep": gettext("Keep the strategy"),
        "adjust": gettext("Adjust it"),
        "stop": gettext("Stop it"),
    }[taken]


def state(cycle: str) -> str:
    return {
        "draft": gettext("Draft"),
        "written": gettext("Handed in"),
        "published": gettext("Published"),
    }[cycle]


def lack(what: str) -> str:
    return {
        "no_stand": gettext("A stand is asked for: the goal has changed."),
        "no_reason": gettext("A few words on why are asked for: the goal has changed."),
        "no_adjustment": gettext("Say what is done otherwise, and what it is expected to change."),
        "no_change": gettext("Say by how much it is expected to change: 0 is no change."),
        "past": gettext("The deadline must lie after the month."),
        "unknown_indicator": gettext("Choose an indicator that is measured."),
        "too_much": gettext("A share cannot change by more than 100 percentage points."),
    }[what]
