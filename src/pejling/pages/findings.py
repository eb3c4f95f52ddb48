"""A finding of the model check in the reader's words: what was found, why it matters by what source, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from pejling.indicators.findings import Finding
from pejling.indicators.hierarchy import Unit
from pejling.indicators.model import Model
from pejling.pages import words
from pejling.pages.finding_cures import cure
from pejling.pages.finding_reasons import reason

NO_UNITS: Mapping[str, Unit] = {}


@dataclass(frozen=True)
class Said:
    """`about` is what it is called; `kind` and `key` lead to it in the catalogue. `cases`: a line for each unit."""

    rule: str
    severity: str
    kind: str
    key: str
    about: str
    found: str
    cases: tuple[str, ...]
    why: str
    source: str
    cure: str


def said(model: Model, finding: Finding, units: Mapping[str, Unit] = NO_UNITS) -> Said:
    named = _Names(model, units)
    key = finding.said.get("indicator") or finding.key
    unit = next((each.unit for each in model.indicators if each.key == key), "courses")
    facts = _in_words(named, finding.rule, finding.said, unit)
    why, source = reason(finding.rule)
    return Said(
        rule=finding.rule,
        severity=finding.severity,
        kind=finding.kind,
        key=finding.key,
        about=named.about(finding),
        found=_found(finding, facts),
        cases=tuple(
            _case(finding.rule, _in_words(named, finding.rule, case, unit)) for case in finding.said.get("cases", ())
        ),
        why=why,
        source=source,
        cure=cure(finding, facts),
    )


def severity(name: str) -> str:
    return {
        "error": gettext("Must be mended"),
        "warning": gettext("To look at"),
        "political": gettext("For the politicians"),
        "note": gettext("Could not be looked at"),
    }[name]


def severity_explained(name: str) -> str:
    return {
        "error": gettext("The model cannot be loaded with it."),
        "warning": gettext("The model can be used; whoever answers for it decides."),
        "political": gettext("No error: something was decided, and nobody measures what it does for citizens."),
        "note": gettext("No fault in the model, and no proof that all is well."),
    }[name]


def chance(share: float | None) -> str:
    """A chance, without pretending to more than can be known at its ends."""
    if share is None:
        return words.MISSING
    if share < 0.01:
        return gettext("under %(share)s") % {"share": words.value(0.01, "share", 0)}
    if share > 0.99:
        return gettext("over %(share)s") % {"share": words.value(0.99, "share", 0)}
    return words.value(share, "share", 0)


def kind_of_goal(kind: str) -> str:
    """An indicator's kind, after `is`."""
    return {
        "effect": gettext("an effect"),
        "result": gettext("a result"),
        "activity": gettext("an activity"),
        "development": gettext("a development of the organisation"),
        "legal": gettext("a requirement of the law"),
        "resource": gettext("a resource"),
    }[kind]


def grant(kind: str) -> str:
    return {
        "taximeter": gettext("The taximeter grant"),
        "agreed": gettext("The agreement-based grant"),
        "result": gettext("The results grant"),
    }[kind]


@dataclass(frozen=True)
class _Names:
    model: Model
    units: Mapping[str, Unit]

    def indicator(self, key: str) -> str:
        return next((words.text(each.name) for each in self.model.indicators if each.key == key), key)

    def law(self, key: str) -> str:
        found = (*self.model.law, *self.model.reimbursements)
        return next((words.text(each.name) for each in found if each.key == key), key)

    def goal(self, key: str) -> str:
        return next((words.text(each.name) for each in self.model.goals if each.key == key), key)

    def area(self, key: str) -> str:
        return next((words.text(each.name) for each in self.model.focus_areas if each.key == key), key)

    def unit(self, key: str) -> str:
        return self.units[key].name if key in self.units else key

    def unit_kind(self, key: str) -> str:
        known = self.model.unit_kinds.get(key)
        return words.text(known) if known else key or gettext("unit")

    def about(self, finding: Finding) -> str:
        match finding.kind:
            case "indicator":
                return gettext("Indicator: %(name)s") % {"name": self.indicator(finding.key)}
            case "goal":
                return gettext("Goal: %(name)s") % {"name": self.goal(finding.key)}
            case "focus_area":
                return gettext("Focus area: %(name)s") % {"name": self.area(finding.key)}
            case "grant":
                return gettext("Money on: %(name)s") % {"name": self.indicator(finding.key)}
            case "rule":
                return gettext("The law: %(name)s") % {"name": self.law(finding.key)}
            case "economy":
                return gettext("The economy: %(name)s") % {"name": self.indicator(finding.key)}
            case "column":
                table, _, column = finding.key.partition(".")
                return gettext("The records: %(table)s, %(column)s") % {"table": words.table(table), "column": column}
        return gettext("The model as a whole")


def _in_words(named: _Names, rule: str, said: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """Every fact of the case as it is written; `unit` is the indicator's."""
    return {name: _fact(named, rule, name, value, unit) for name, value in said.items()}


def _fact(named: _Names, rule: str, name: str, value: Any, unit: str) -> Any:
    match name:
        case "indicator" | "other_indicator" | "from" | "to":
            return named.indicator(value)
        case "key" if rule.startswith("part_"):
            return named.indicator(value)
        case "goal" | "other":
            return named.goal(value)
        case "law":
            return named.law(value)
        case "unit":
            return named.unit(value)
        case "units":
            return words.listed([named.unit(each) for each in value], "and")
        case "unit_kind" if rule == "too_many_goals":
            return words.within(named.unit_kind(value))
        case "indicator_kind":
            return kind_of_goal(value)
        case "grant":
            return grant(value)
        case "how":
            return _earned(value)
        case "nature":
            return _nature(value)
        case "part":
            return {"numerator": gettext("numerator"), "denominator": gettext("denominator")}[value]
        case "table":
            return words.within(words.table(value))
        case "day":
            return words.iso_day(value)
        case "level" | "share" | "best" | "reached":
            return words.value(value, unit)
        case "met_as_before" | "missed_as_before" | "told" | "met_at_best":
            return chance(value)
        case "asked" | "promised" | "gap":
            return words.value(abs(value), "kroner" if unit == "kroner" else "courses")
        case "courses":
            return words.MISSING if value is None else words.counted(value, "courses")
        case "together" | "high":
            return words.number(value, 2)
    return value


def _earned(how: str) -> str:
    """The easy way to the money."""
    return {
        "intake": gettext("by taking more people in, however long they stay and whatever becomes of them"),
        "exits": gettext("by ends that do not last, for each end counts again"),
        "timing": gettext("by ending a course in time and beginning a new one the day after"),
        "choice": gettext("by ending only the courses that are sure to turn out well"),
        "activity": gettext("by doing more of it, also where it helps nobody"),
        "count_day": gettext("by moving a few out over the day of the count"),
        "volume": gettext("by letting fewer in, whatever their need"),
        "own_scores": gettext("because those who are paid set the scores themselves"),
        "own_report": gettext("because those who are paid report the figure themselves"),
        "cost": gettext("by saving where it is not measured"),
    }[how]


def _nature(nature: str) -> str:
    return {
        "budget": gettext("an amount of the nature budget"),
        "actual": gettext("an amount of the nature actual"),
        "commitment": gettext("an amount of the nature commitment"),
        "unit_cost": gettext("a ratio of what is spent"),
    }[nature]


def _found(finding: Finding, facts: Mapping[str, Any]) -> str:
    match finding.rule:
        case "no_indicator":
            return gettext("There is no indicator.")
        case "unknown_target_group":
            return gettext("“%(group)s” is no target group of the model.") % facts
        case "unknown_rule":
            return gettext("It asks for the rule “%(rule)s”, which is not in the model's law.") % facts
        case "law_overlaps":
            return gettext("It and “%(law)s” ask the same of the same people from %(day)s.") % facts
        case "law_from_memory":
            return gettext("It is written from memory (check).")
        case "calendar_unknown":
            return gettext("The public holidays of “%(country)s” are not known.") % facts
        case "no_group":
            return gettext("“%(column)s” is nothing to break down by.") % facts
        case "group_twice":
            return gettext("A group is named twice in “by”.")
        case "part_is_ratio":
            return gettext("Its %(part)s, “%(key)s”, is itself a ratio.") % facts
        case "part_unknown":
            return gettext("Its %(part)s, “%(key)s”, is not in the model.") % facts
        case "part_not_broken_down":
            return gettext("Its %(part)s, “%(key)s”, is not broken down by “%(column)s”.") % facts
        case "unknown_column":
            return gettext("No delivery has brought a column “%(column)s” of people.") % facts
        case "never_seen":
            return gettext("“%(value)s” (%(what)s) was never seen in the records.") % facts
        case "empty_table":
            return gettext("It reads %(table)s, and none are delivered.") % facts
        case "unnamed":
            return gettext("“%(code)s” stands in the records, and has no name in the model.") % facts
        case "no_owner":
            return gettext("Nobody answers for it.")
        case "no_review":
            return gettext("It has no day of review.")
        case "review_overdue":
            return gettext("Its review was due on %(day)s.") % facts
        case "goal_run_out":
            return gettext("It ran until %(horizon)s, and the records have passed that.") % facts
        case "no_goals":
            return gettext("There are indicators and no goals: much is measured, and nothing is aimed at.")
        case "goal_unknown_indicator" | "grant_unknown" | "step_unknown" | "economy_unknown":
            return gettext("It names the indicator “%(key)s”, which is not in the model.") % facts
        case "goal_unknown_unit_kind":
            return gettext("It is asked of “%(unit_kind)s”, which is no kind of unit in the model.") % facts
        case "goal_unknown_unit":
            return gettext("It asks a contribution of “%(unit)s”, and there is no such unit.") % facts
        case "goal_without_direction":
            return gettext("It is judged by “%(indicator)s”, which does not say whether more or less is good.") % facts
        case "goal_is_no_effect":
            return gettext("It is judged by “%(indicator)s”, which is %(indicator_kind)s.") % facts
        case "target_no_share":
            return gettext("A share lies between 0 and 1, and the target does not.")
        case "too_many_goals":
            return (
                gettext("In %(year)s %(goals)s goals are asked of each unit (%(unit_kind)s); %(cap)s is the most.")
                % facts
            )
        case "unused":
            return gettext("No goal, no law, no money and no step of the theory of change uses it.")
        case "step_in_circle":
            return gettext("The step from “%(from)s” to “%(to)s” closes a circle in the theory of change.") % facts
        case "step_backwards":
            return (
                gettext(
                    "The step from “%(from)s” to “%(to)s” goes backwards: activity comes before result, and result "
                    "before effect."
                )
                % facts
            )
        case "goal_without_theory":
            return gettext("Nothing in the theory of change is held to lead to “%(indicator)s”.") % facts
        case "area_without_effect":
            return gettext("It names no effect that is measured, and leads to none.")
        case "law_without_effect":
            return gettext("The law asks for it, and no measured effect is held to follow from it.")
        case "money_gamed":
            return gettext("%(grant)s depends on it. It can be earned %(how)s, and no other indicator would show.") % (
                facts
            )
        case "money_immature":
            return (
                ngettext(
                    "%(grant)s is settled before the figure is known: a year's courses are first all decided %(days)s "
                    "day after its end.",
                    "%(grant)s is settled before the figure is known: a year's courses are first all decided %(days)s "
                    "days after its end.",
                    finding.said["days"],
                )
                % facts
            )
        case "money_against_goal":
            if finding.said["pays_for"] == "more":
                return gettext("%(grant)s pays for more of it, while the goal “%(goal)s” asks for less.") % facts
            return gettext("%(grant)s pays for less of it, while the goal “%(goal)s” asks for more.") % facts
        case "economy_unfit":
            return gettext("The economy names it, and it is not %(nature)s.") % facts
        case "economy_other_accounts":
            return gettext("It is not of the same accounts as “%(indicator)s”, or not broken down in the same way.") % (
                facts
            )
        case "goals_opposed":
            return (
                gettext(
                    "“%(indicator)s” here and “%(other_indicator)s” under the goal “%(other)s” cannot both improve: "
                    "they measure the same, and are wanted in opposite ways."
                )
                % facts
            )
        case "goals_pull_apart":
            return (
                gettext(
                    "It and the goal “%(other)s” have moved in opposite ways at %(unit)s: over %(changes)s changes "
                    "from month to month, beyond the season, their rank correlation is %(together)s, and at most "
                    "%(high)s (95 per cent certain, all %(pairs)s pairs of goals taken into account)."
                )
                % facts
            )
        case "pulling_unknown":
            return ngettext(
                "Whether %(pairs)s pair of goals pulls apart cannot be said: too few months are known of both.",
                "Whether %(pairs)s pairs of goals pull apart cannot be said: too few months are known of both.",
                len(finding.said["goals"]),
            ) % {"pairs": len(finding.said["goals"])}
    return _found_by_chance(finding, facts)


def _case(rule: str, facts: Mapping[str, Any]) -> str:
    """A unit, and what chance may do there; only that few people stand behind it, where the reader may see no more."""
    if facts.get("hidden"):
        return f"{facts['unit']}: {words.within(words.state('suppressed'))}."
    match rule:
        case "target_out_of_reach":
            said = gettext(
                "%(unit)s: %(level)s is asked. Its best twelve months were at %(best)s, and with these the chance to "
                "meet it is %(met_at_best)s."
            )
        case "target_asks_nothing":
            said = gettext(
                "%(unit)s: %(level)s is asked, and the level so far is %(share)s. With nothing changed the chance to "
                "meet it is %(met_as_before)s."
            )
        case "standard_missed_by_chance":
            said = gettext(
                "%(unit)s: the level so far is %(share)s, the standard %(level)s. With %(courses)s a year the chance "
                "to miss it is %(missed_as_before)s."
            )
        case _:
            said = gettext(
                "%(unit)s: with %(courses)s a year, %(level)s is told from the level so far, %(share)s, with a chance "
                "of %(told)s."
            )
            if facts["years"]:
                said += " " + gettext("%(years)s years together are enough.")
            else:
                said += " " + gettext("Not even ten years together are enough.")
    return said % facts


def _found_by_chance(finding: Finding, facts: Mapping[str, Any]) -> str:
    match finding.rule:
        case "contributions_short" if finding.said["courses"] is None:
            return (
                gettext(
                    "In %(year)s the whole asks for %(asked)s, and the contributions make %(promised)s: %(gap)s apart."
                )
                % facts
            )
        case "contributions_short" if finding.said["promised"] < finding.said["asked"]:
            return (
                gettext(
                    "In %(year)s the whole asks for %(level)s, that is %(asked)s of %(courses)s. The contributions "
                    "make %(promised)s, or %(reached)s: %(gap)s are lacking."
                )
                % facts
            )
        case "contributions_short":
            return (
                gettext(
                    "In %(year)s the whole asks for %(level)s, that is at most %(asked)s of %(courses)s. The "
                    "contributions make %(promised)s, or %(reached)s: %(gap)s too many."
                )
                % facts
            )
        case "contributions_unknown":
            return gettext("Whether the contributions add up cannot be said: no months are decided of %(units)s.") % (
                facts
            )
        case "contributions_not_addable":
            return gettext("The contributions cannot be added: a mean or a median of the whole is not made so.")
        case "chance_no_history":
            return (
                gettext(
                    "What chance may do to the target cannot be said: fewer than 12 months are decided of %(units)s."
                )
                % facts
            )
        case "chance_no_share":
            return gettext(
                "What chance may do to the target is not computed: “%(indicator)s” is no share of courses."
            ) % (facts)
        case "chance_nobody_asked":
            return gettext("What chance may do to the target cannot be said: no unit is known that it is asked of.")
        case "target_out_of_reach":
            return gettext("For %(year)s more is asked than the best twelve months make likely.") % facts
        case "target_asks_nothing":
            return gettext("For %(year)s no more is asked than the level so far.") % facts
        case "too_small_to_tell":
            return gettext("In %(year)s a success cannot be told from chance.") % facts
        case "standard_missed_by_chance":
            return gettext("In %(year)s units that work above the standard may miss it by chance.") % facts
    raise LookupError(finding.rule)
