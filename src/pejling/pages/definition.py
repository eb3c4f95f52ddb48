"""How an indicator is measured, in plain words, made from its own definition so that the two cannot drift apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

from pejling.indicators.definition import (
    NOT_MEASURED,
    ActivityShare,
    ActivityWithin,
    Age,
    Amount,
    AverageStock,
    Exits,
    ExitWithin,
    Indicator,
    Intake,
    LastingShare,
    Observed,
    Ratio,
    ScoreChange,
    StateAfter,
    Stock,
    Timely,
    TimeToExit,
)  # fmt: skip
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


def span(length: Duration) -> str:
    """13 weeks, in the reader's language."""
    count, _, unit = length.text.partition(" ")
    n = int(count)
    return {
        "day": ngettext("%(n)s day", "%(n)s days", n),
        "week": ngettext("%(n)s week", "%(n)s weeks", n),
        "month": ngettext("%(n)s month", "%(n)s months", n),
    }[unit.rstrip("s")] % {"n": n}


def named(model: Model, values: tuple[str, ...], *, joined: str = "or") -> str:
    """The model's words for them: work, education or school."""
    return words.listed([words.within(words.known(model, value)) for value in values], joined)


def _sentences(model: Model, indicator: Indicator) -> Iterator[str]:
    yield from _measure(model, indicator)
    if not isinstance(indicator, NOT_MEASURED):
        yield from _where(model, indicator)
        yield _belongs(indicator)
        if model.join_courses_within is not None and not isinstance(indicator, Amount):
            yield ngettext(
                "Courses of the same person and target group are one course, when the next begins no more than "
                "%(n)s day after the one before it ended.",
                "Courses of the same person and target group are one course, when the next begins no more than "
                "%(n)s days after the one before it ended.",
                model.join_courses_within,
            ) % {"n": model.join_courses_within}


def _measure(model: Model, indicator: Indicator) -> Iterator[str]:
    match indicator:
        case Intake():
            yield gettext("Counts the courses that began in the period.")
            yield from _reentry(model, indicator)
        case Stock():
            yield gettext("Counts the courses that were open on the last day of the period.")
        case AverageStock():
            yield gettext(
                "Finds how many courses were open on an average day of the period: all their days in the period, "
                "divided by the days of the period."
            )
        case Exits():
            yield gettext("Counts the courses that ended in the period.")
            if indicator.exit_to:
                yield gettext("Only ends that led to %(exits)s are counted.") % {
                    "exits": named(model, indicator.exit_to)
                }
        case ExitWithin():
            yield from _exit_within(model, indicator)
        case LastingShare():
            yield _led_to(
                model,
                indicator.exit_to,
                gettext("Looks at the courses that ended in the period, and finds the share that ended for good."),
                gettext(
                    "Looks at the courses that ended in the period and led to %(exits)s, and finds the share that "
                    "ended for good."
                ),
            )
            yield from _lasting(model, indicator)
        case StateAfter():
            asked = {"after": span(indicator.after), "states": named(model, indicator.states)}
            yield (
                gettext(
                    "Looks at the courses that ended in the period, and finds the share whose person was recorded as "
                    "%(states)s on the day %(after)s after the end."
                )
                % asked
            )
            yield gettext(
                "A course with nothing recorded for that day is still among them all, and not among those of which it "
                "is so; the figure says how many there are."
            )
        case TimeToExit():
            yield from _time_to_exit(model, indicator)
        case ActivityShare():
            yield gettext(
                "Adds up the days that courses were open in the period, and finds the share of them with an activity "
                "under way: %(kinds)s."
            ) % {"kinds": named(model, indicator.activity_kinds)}
            yield gettext("A day with several activities counts once.")
        case ActivityWithin():
            on_the_last_day = gettext(
                "Looks at the courses that began in the period, and finds the share where an activity began no later "
                "than %(within)s after the course did, and before it ended or on the day it did: %(kinds)s."
            )
            before_the_end = gettext(
                "Looks at the courses that began in the period, and finds the share where an activity began no later "
                "than %(within)s after the course did, and before it ended: %(kinds)s."
            )
            yield (on_the_last_day if indicator.may_end_course else before_the_end) % {
                "within": span(indicator.within), "kinds": named(model, indicator.activity_kinds)
            }  # fmt: skip
        case Timely():
            yield from _timely(model, indicator)
        case ScoreChange():
            yield from _score_change(model, indicator)
        case Amount():
            yield _amount(model, indicator)
        case Ratio():
            names = {
                "above": words.text(model.indicator(indicator.numerator).name),
                "below": words.text(model.indicator(indicator.denominator).name),
            }
            yield gettext("Divides what is counted in “%(above)s” by what is counted in “%(below)s”.") % names
            yield gettext("It is as certain as the less certain of the two.")
        case Observed():
            yield gettext("Was measured elsewhere, and is shown just as it was delivered.")
            yield gettext("Nothing is added up: each unit and period has the figure it came with.")


def _led_to(model: Model, exit_to: tuple[str, ...], any_exit: str, said: str, **more: str) -> str:
    return (said % {"exits": named(model, exit_to), **more}) if exit_to else any_exit % more


def _exit_within(model: Model, indicator: ExitWithin) -> Iterator[str]:
    yield gettext("Looks at the courses that began in the period, and finds the share that turned out well.")
    yield _led_to(
        model,
        indicator.exit_to,
        gettext("A course counts when it ends no later than %(within)s after it began."),
        gettext("A course counts when it ends no later than %(within)s after it began, and leads to %(exits)s."),
        within=span(indicator.within),
    )
    if indicator.lasting:
        yield from _lasting(model, indicator)


def _lasting(model: Model, indicator: ExitWithin | LastingShare) -> Iterator[str]:
    assert indicator.lasting is not None  # noqa: S101 - the caller's branch
    asked = {"lasting": span(indicator.lasting), "states": named(model, indicator.support_states)}
    if indicator.support_states:
        yield (
            gettext(
                "It must also last: for %(lasting)s from the day of the end the person is in no other course, and "
                "never recorded as %(states)s."
            )
            % asked
        )
    else:
        yield gettext(
            "It must also last: for %(lasting)s from the day of the end the person is in no other course."
        ) % (asked)
    if indicator.relapse_target_groups:
        yield ngettext(
            "Of other courses, only those in the target group %(groups)s matter here.",
            "Of other courses, only those in the target groups %(groups)s matter here.",
            len(indicator.relapse_target_groups),
        ) % {"groups": named(model, indicator.relapse_target_groups, joined="and")}


def _reentry(model: Model, indicator: Intake) -> Iterator[str]:
    if indicator.reentry_within is None:
        return
    yield gettext(
        "A course does not count when another of the person’s was open when it began, or had ended less than "
        "%(within)s before: who comes back that soon is no new client."
    ) % {"within": span(indicator.reentry_within)}
    if indicator.reentry_target_groups:
        yield ngettext(
            "Of other courses, only those in the target group %(groups)s matter here.",
            "Of other courses, only those in the target groups %(groups)s matter here.",
            len(indicator.reentry_target_groups),
        ) % {"groups": named(model, indicator.reentry_target_groups, joined="and")}


def _time_to_exit(model: Model, indicator: TimeToExit) -> Iterator[str]:
    asked = {"horizon": span(indicator.horizon)} if indicator.horizon else {}
    if indicator.statistic == "median":
        in_weeks = indicator.unit == "weeks"
        yield _led_to(
            model,
            indicator.exit_to,
            gettext("Looks at the courses that began in the period, and finds the weeks until half of them had ended.")
            if in_weeks
            else gettext(
                "Looks at the courses that began in the period, and finds the days until half of them had ended."
            ),
            gettext(
                "Looks at the courses that began in the period, and finds the weeks until half of them had led to "
                "%(exits)s."
            )
            if in_weeks
            else gettext(
                "Looks at the courses that began in the period, and finds the days until half of them had led to "
                "%(exits)s."
            ),
        )
    else:
        yield _led_to(
            model,
            indicator.exit_to,
            gettext(
                "Looks at the courses that began in the period, and finds how long it took on average until they "
                "ended, with at most %(horizon)s for each."
            ),
            gettext(
                "Looks at the courses that began in the period, and finds how long it took on average until they led "
                "to %(exits)s, with at most %(horizon)s for each."
            ),
            **asked,
        )
    yield gettext("A course that is still open counts for as long as it has been followed (a survival curve).")
    if indicator.exit_to and indicator.statistic == "median":
        yield gettext("A course that led to something else never gets there, and stays among those the half is of.")
    elif indicator.exit_to:
        yield gettext("A course that led to something else counts with the whole %(horizon)s.") % asked
    if indicator.statistic == "median":
        if indicator.horizon:
            yield gettext("Ends more than %(horizon)s after the beginning do not count.") % asked
        yield gettext("Where the half never gets there, the figure says: not reached.")


def _timely(model: Model, indicator: Timely) -> Iterator[str]:
    if indicator.rules:
        rules = [words.within(words.text(rule.name)) for rule in model.law if rule.key in indicator.rules]
        yield gettext(
            "Looks at the steps that fell due in the period by the law (%(rules)s), and finds the share held no later "
            "than the due day."
        ) % {"rules": words.listed(rules, "and")}
    elif indicator.contact_kinds:
        yield gettext(
            "Looks at the steps that fell due in the period (%(kinds)s), and finds the share held no later than the "
            "due day."
        ) % {"kinds": named(model, indicator.contact_kinds)}
    else:
        yield gettext(
            "Looks at the steps that fell due in the period, and finds the share held no later than the due day."
        )
    yield gettext("Exempt steps are left out, and so are steps of courses that were not open on the due day.")


def _score_change(model: Model, indicator: ScoreChange) -> Iterator[str]:
    asked = {"instrument": words.known(model, indicator.instrument)}
    if indicator.improved_by is None:
        yield (
            gettext(
                "Looks at the courses that ended in the period, and finds the average change from the first score to "
                "the last on %(instrument)s."
            )
            % asked
        )
    else:
        asked["points"] = words.points(indicator.improved_by)
        yield {
            "up": gettext(
                "Looks at the courses that ended in the period, and finds the share whose score on %(instrument)s rose "
                "by at least %(points)s from the first to the last."
            ),
            "down": gettext(
                "Looks at the courses that ended in the period, and finds the share whose score on %(instrument)s fell "
                "by at least %(points)s from the first to the last."
            ),
        }[indicator.direction] % asked
    yield gettext("Courses with scores on fewer than two days are left out.")


def _amount(model: Model, indicator: Amount) -> str:
    asked = {"accounts": named(model, indicator.accounts, joined="and")}
    return {
        "budget": gettext("Adds up the budget of the period on the accounts %(accounts)s, in kroner."),
        "actual": gettext("Adds up what was spent in the period on the accounts %(accounts)s, in kroner."),
        "commitment": gettext("Adds up what was committed in the period on the accounts %(accounts)s, in kroner."),
    }[indicator.nature] % asked


def _where(model: Model, indicator: Indicator) -> Iterator[str]:
    where = indicator.where
    if where.target_group:
        yield ngettext(
            "Only courses in the target group %(groups)s.",
            "Only courses in the target groups %(groups)s.",
            len(where.target_group),
        ) % {"groups": named(model, where.target_group, joined="and")}
    if where.exit_to:
        yield gettext("Only courses that led to %(exits)s.") % {"exits": named(model, where.exit_to)}
    if where.age:
        yield _age(where.age)
    for column, values in where.columns.items():
        group = model.groups.get(column)
        said = [
            words.text(group.values[value]) if group and value in group.values else words.known(model, value)
            for value in values
        ]
        yield gettext("Only people whose record says, for %(column)s: %(values)s.") % {
            "column": words.within(words.text(group.name)) if group else column,
            "values": words.listed([words.within(each) for each in said], "or"),
        }


def _age(age: Age) -> str:
    asked = {"from": age.from_, "below": age.below}
    if age.below is None:
        return gettext("Only people who were %(from)s years old or more.") % asked
    if age.from_ is None:
        return gettext("Only people who were under %(below)s years old.") % asked
    return gettext("Only people who were %(from)s years old or more, and under %(below)s.") % asked


def _belongs(indicator: Indicator) -> str:
    """Which day decides the unit, the target group and the age."""
    match indicator:
        case Amount():
            return gettext("A posting belongs to the unit it was posted to.")
        case ActivityShare(credit="supplier"):
            return gettext(
                "A day belongs to the supplier whose activity began last; days before the first activity to none."
            )
        case Stock():
            return gettext("A course belongs to the unit responsible on that day.")
        case AverageStock() | ActivityShare():
            return gettext("Each day of a course belongs to the unit responsible on that day.")
        case Timely():
            return gettext("A step belongs to the unit responsible for the course on the due day.")
        case Exits() | LastingShare() | StateAfter() | ScoreChange():
            return gettext("A course belongs to the unit responsible on its last day.")
    return gettext("A course belongs to the unit responsible on the day it began.")
