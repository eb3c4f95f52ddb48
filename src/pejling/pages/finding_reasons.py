"""Why each rule of the model check matters, and the source it rests on."""

from django.utils.translation import gettext

# Where it was shown. A citation is the same in every language.
_GOALS = "Chun & Rainey: Goal ambiguity and organizational performance. JPART 15 (2005) 529–557"
_SPRAWL = "Meyer & Gupta: The performance paradox. Research in Organizational Behavior 16 (1994) 309–369"
_ACTIVITY = "van Thiel & Leeuw: The performance paradox in the public sector. PPMR 25 (2002) 267–281"
_THEORY = "Weiss: Theory-based evaluation. New Directions for Evaluation 76 (1997) 41–55"
_TIMING = "Courty & Marschke: Gaming responses to explicit performance incentives. J. Labor Economics 22 (2004) 23–56"
_PARKING = "Koning & Heinrich: Cream-skimming, parking and other effects of contracts. JPAM 32 (2013) 461–483"
_TARGETS = "Bevan & Hood: What’s measured is what matters. Public Administration 84 (2006) 517–538"
_CHANCE = "Goldstein & Spiegelhalter: League tables and their limitations. JRSS A 159 (1996) 385–443"
_POWER = "Cohen: Statistical Power Analysis for the Behavioral Sciences, 2nd ed. (1988), chapters 1 and 6"
_STRETCH = "Locke & Latham: Goal setting and task motivation. American Psychologist 57 (2002) 705–717"
_SUMS = "Simpson: The interpretation of interaction in contingency tables. JRSS B 13 (1951) 238–241"
_TASKS = "Holmström & Milgrom: Multitask principal–agent analyses. J. Law, Economics & Organization 7 (1991) 24–52"
_SOURCES = {
    "too_many_goals": _GOALS,
    "no_goals": _GOALS,
    "goal_without_direction": _GOALS,
    "unused": _SPRAWL,
    "no_owner": _SPRAWL,
    "no_review": _SPRAWL,
    "review_overdue": _SPRAWL,
    "goal_run_out": _SPRAWL,
    "goal_is_no_effect": _ACTIVITY,
    "area_without_effect": _ACTIVITY,
    "law_without_effect": _ACTIVITY,
    "goal_without_theory": _THEORY,
    "step_in_circle": _THEORY,
    "step_backwards": _THEORY,
    "money_gamed": _PARKING,
    "money_immature": _TIMING,
    "money_against_goal": _TASKS,
    "goals_opposed": _TASKS,
    "goals_pull_apart": _TASKS,
    "pulling_unknown": _TASKS,
    "contributions_short": _SUMS,
    "contributions_unknown": _SUMS,
    "contributions_not_addable": _SUMS,
    "target_out_of_reach": _STRETCH,
    "target_asks_nothing": _TARGETS,
    "too_small_to_tell": _POWER,
    "standard_missed_by_chance": _CHANCE,
    "chance_no_history": _CHANCE,
    "chance_no_share": _CHANCE,
    "chance_nobody_asked": _CHANCE,
}


def reason(rule: str) -> tuple[str, str]:
    """Why the rule is there, and its source; "" where it needs none but sense."""
    return _why(rule), _SOURCES.get(rule, "")


def _why(rule: str) -> str:
    match rule:
        case "too_many_goals":
            return gettext("Many goals say that everything counts most, and results fall with it.")
        case "no_goals" | "goal_without_direction":
            return gettext("Where nobody has said what counts as better, no figure can say that it went well.")
        case "unused":
            return gettext("Sets of indicators grow by themselves, and every one is registered by somebody.")
        case "law_overlaps":
            return gettext("Where two rules ask for the same, every step is counted twice.")
        case "law_from_memory":
            return gettext("A deadline that is a week wrong makes everyone late, or no one.")
        case "no_owner":
            return gettext("A definition that nobody answers for is neither defended nor mended.")
        case "no_review" | "review_overdue" | "goal_run_out":
            return gettext(
                "Measures wear out: in time everybody learns to look good on them, and they tell less and less."
            )
        case "goal_is_no_effect":
            return gettext(
                "What is done and what it costs can go as planned without anyone being helped. What an organisation is "
                "steered by, it does more of."
            )
        case "area_without_effect" | "law_without_effect":
            return gettext("What is decided for the citizens' sake can only be judged by what becomes of them.")
        case "goal_without_theory":
            return gettext("Who cannot say why an effort should work learns nothing, whether it does or not.")
        case "step_in_circle" | "step_backwards":
            return gettext("A theory of change says what comes first, so that a break in the chain can be found.")
        case "money_gamed":
            return gettext("Money finds the easiest way to the figure: the easiest people first, the others parked.")
        case "money_immature":
            return gettext("Where money is settled on a day, ends are timed to it, and what came back is not seen.")
        case "money_against_goal" | "goals_opposed" | "goals_pull_apart" | "pulling_unknown":
            return gettext("Where one task pays and another does not, effort moves from the second to the first.")
        case "contributions_short" | "contributions_unknown" | "contributions_not_addable":
            return gettext(
                "Averages of shares can rise in every unit while the whole falls. Only what is counted can be added."
            )
        case "target_out_of_reach":
            return gettext("A hard goal lifts the effort as long as people can reach it; then they let go, or cheat.")
        case "target_asks_nothing":
            return gettext("A target that is met anyway teaches those who could do better to stop at it.")
        case "too_small_to_tell":
            return gettext("Few courses swing by themselves: praise and blame then fall by lot.")
        case "standard_missed_by_chance" | "chance_no_history" | "chance_no_share" | "chance_nobody_asked":
            return gettext("A single figure below a line is no proof: with few courses, good units fall below it, too.")
        case "economy_unfit" | "economy_other_accounts":
            return gettext(
                "Budget, spending and commitments can only be held together where they are of the same things."
            )
    return gettext("Definitions are read to the letter: a name that is misspelt counts nothing, and nobody sees it.")
