"""What to do about each finding of the model check."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from pejling.indicators.findings import Finding


def cure(finding: Finding, facts: Mapping[str, Any]) -> str:
    """`facts` are those of the case, as they are written. Where a name is unknown, the nearest is told."""
    said = _by_chance(finding, facts) or _on_paper(finding, facts)
    return f"{said} {_nearest(finding)}".strip() if "known" in finding.said else said


def _nearest(finding: Finding) -> str:
    if finding.said["near"]:
        return gettext("Did you mean %(near)s?") % {"near": finding.said["near"]}
    known = ", ".join(finding.said["known"]) + (" …" if finding.said["more"] else "")
    return gettext("Known are: %(known)s.") % {"known": known} if known else gettext("None is known.")


def _on_paper(finding: Finding, facts: Mapping[str, Any]) -> str:
    match finding.rule:
        case "no_indicator":
            return gettext("Write one: a file for each in indicators/.")
        case "law_overlaps":
            return gettext("Let one of them end (until), or give them different groups, ages or kinds of contact.")
        case "law_from_memory":
            return gettext(
                "Hold it against the law's own text. Then write the paragraph as source in the rule's file in "
                "model/law, and set certainty to read."
            )
        case "calendar_unknown":
            return gettext("Write the country's two letters in calendar: DK.")
        case "no_group":
            return gettext("Use target_group, or a column of persons.")
        case "group_twice":
            return gettext("Keep one of them.")
        case "economy_unfit":
            return gettext("Name an indicator that is %(nature)s.") % facts
        case "economy_other_accounts":
            return gettext("Give the amounts of the economy the same accounts and the same “by”.")
        case "part_is_ratio":
            return gettext("Name an indicator that is measured itself.")
        case "part_not_broken_down":
            return gettext("Break it down so, too, or take the group out of “by”.")
        case "empty_table":
            return gettext("Deliver them, or take the indicator out.")
        case "unnamed":
            return gettext("Name it in %(place)s, or correct it in the source.") % facts
        case "no_owner":
            return gettext("Name an owner: a role rather than a person, so that it is still there next year.")
        case "no_review":
            return gettext("Write review_by: the day when somebody asks whether it still measures what it should.")
        case "review_overdue":
            return gettext("Does it still measure what it should, and is it used? Set a new day, or take it out.")
        case "goal_run_out":
            return gettext("Take it out, or give it a new horizon and say why.")
        case "no_goals":
            return gettext("Write the focus areas of the political agreement in goals/, with a few goals under each.")
        case "goal_without_direction":
            return gettext("Write direction: up or down on the indicator, or judge the goal by another.")
        case "goal_is_no_effect":
            return gettext(
                "Judge it by the effect that it is for, and place this in the theory of change. What shall be done "
                "belongs among the contract's effort goals, and what it may cost in its frame."
            )
        case "target_no_share":
            return gettext("Write 0.55 for 55 per cent.")
        case "too_many_goals":
            return gettext("Choose. What counts less this year can still be measured without being a goal.")
        case "unused":
            return gettext("Say what it is for, or take it out: what is registered for it takes somebody's time.")
        case "step_in_circle":
            return gettext("Take a step out: what comes last cannot come first, too.")
        case "step_backwards":
            return gettext("Turn the step around, or correct the kind of the indicator.")
        case "goal_without_theory":
            return gettext("Write what should lead there, and why. If nobody knows, say so in the contract.")
        case "area_without_effect":
            return gettext(
                "To those who decided it: what change for citizens would show that it worked? Until somebody says, it "
                "can be followed and not judged."
            )
        case "law_without_effect":
            return gettext("Meet the requirement, and say openly that nobody measures what it does for citizens.")
        case "money_gamed":
            return gettext("Name a counterweight: an indicator of the same people that shows the other side.")
        case "money_immature":
            return gettext("Write settled_after, or pay for the year before, whose courses are decided.")
        case "money_against_goal":
            return gettext("Change what is paid for, or say openly that the money pulls against the goal.")
        case "goals_opposed":
            return gettext("Choose which way is good, or make one of them a limit that must only not be passed.")
        case "goals_pull_apart":
            return gettext(
                "Ask those who do the work whether one is bought with the other. If so, decide what counts most. What "
                "moves together need not cause each other."
            )
        case "pulling_unknown":
            return gettext("Look again when three years are known of both.")
    return ""


def _by_chance(finding: Finding, facts: Mapping[str, Any]) -> str:
    match finding.rule:
        case "contributions_short":
            return gettext("Raise a contribution, or lower the target of the whole, and say why.")
        case "contributions_unknown" | "chance_no_history":
            return gettext("Measure for a year before the target decides anything, or load and measure this version.")
        case "contributions_not_addable":
            return gettext("Judge each unit by itself, or judge the goal by a share or a count.")
        case "chance_no_share":
            return gettext("Look at several periods before anything is decided on it.")
        case "chance_nobody_asked":
            return gettext("Deliver the units and measure. With several units on top, state contributions.")
        case "target_out_of_reach":
            return gettext(
                "Lower it, or give it more years. If it stands, write what shall be done otherwise than ever before."
            )
        case "target_asks_nothing":
            return gettext("Ask for more, or call it a minimum standard, which is what it is.")
        case "too_small_to_tell":
            return gettext(
                "Judge several years, or several units, together, or ask at a higher level. Until then a miss is a "
                "question, and no answer."
            )
        case "standard_missed_by_chance":
            return gettext("Read a miss as a question. Look at several years together before anything follows from it.")
    return ""
