"""A status in words: the message of five seconds, what each figure is, and what comes if nothing changes.

A change is called one by the XmR rules only; a chance is said in hundreds, for nobody thinks in 0.15.
"""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from pejling.indicators.periods import Period
from pejling.pages import mark_words, values, words
from pejling.pages.series import Heading
from pejling.steering.goal_status import GoalStatus
from pejling.steering.sections import DataSection, EconomySection, FreedomSection, LawSection
from pejling.steering.status import Below, Mark, Status

__all__ = ["Below", "GoalStatus", "Mark"]  # besides what stands here: the types its words are of
MILLION = 1_000_000
CALLS = ("exceeded", "over", "under")  # signs of the economy that call for a look
LIKELY, UNLIKELY = 0.8, 0.2  # four times in five, and one in five


def heading(goal: GoalStatus) -> Heading:
    return Heading(
        goal.indicator, words.text(goal.name), "", goal.kind, goal.unit, goal.direction,
        stock=goal.measure == "stock", measure=goal.measure, of=goal.of,
    )  # fmt: skip


def name(goal: GoalStatus) -> str:
    """The goal as people put it; the indicator where there is no goal."""
    return words.text(goal.goal_name or goal.name)


# ---- the message


def headline(status: Status) -> str:
    """One sentence that says how the month stands."""
    if not status.goals:
        return gettext("There is no goal to follow here yet.")
    firm = [goal for goal in status.signals if goal.signal and goal.signal.firm]
    worse = [words.text(goal.name) for goal in firm if goal.signal and goal.signal.good is False]
    better = [words.text(goal.name) for goal in firm if goal.signal and goal.signal.good]
    if worse and better:
        return gettext("Something has become worse, and something better.")
    if worse:
        return ngettext("%(goal)s: it has become worse.", "%(number)s goals have become worse.", len(worse)) % {
            "goal": worse[0], "number": words.number(len(worse))
        }  # fmt: skip
    if better:
        return ngettext("%(goal)s: it has become better.", "%(number)s goals have become better.", len(better)) % {
            "goal": better[0], "number": words.number(len(better))
        }  # fmt: skip
    if firm:
        return gettext("Something is other than usual.")
    if status.signals:
        return gettext("Nothing has changed for certain.")
    if not any(map(judged, status.goals)):
        return gettext("There is too little to tell whether anything has changed.")
    return gettext("Nothing has changed.")


def judged(goal: GoalStatus) -> bool:
    """Are there periods enough to tell a change from chance?"""
    return goal.variation != "too_few"


def _of_nobody(goal: GoalStatus) -> bool:
    newest = goal.latest or goal.certain
    return not judged(goal) and newest is not None and newest.state == "undefined"


def message(status: Status) -> Iterator[str]:
    """What a reader should know beside the headline: the changes by name, what will hardly be reached, what is open."""
    for goal in status.signals:
        assert goal.signal  # noqa: S101 - that is what makes it one of them
        yield f"{words.text(goal.name)}: {mark_words.signal(goal.signal)}"
    asked = [goal for goal in status.goals if goal.forecast and goal.forecast.met is not None]
    met = {name(goal): goal.forecast.met or 0.0 for goal in asked if goal.forecast and goal.forecast.rest}
    missed = [name(goal) for goal in asked if goal.forecast and not goal.forecast.rest and not goal.forecast.met]
    if missed:
        yield gettext("Not reached in %(year)s: %(goals)s.") % {"year": status.month[:4], "goals": quoted(missed)}
    hardly = [each for each, chance in met.items() if chance <= UNLIKELY]
    open_ = [each for each, chance in met.items() if UNLIKELY < chance < LIKELY]
    counts = {"of": words.number(len(met)), "number": words.number(len(hardly or open_))}
    if hardly:
        yield ngettext(
            "If nothing changes, %(number)s of %(of)s targets will hardly be reached: %(goals)s.",
            "If nothing changes, %(number)s of %(of)s targets will hardly be reached: %(goals)s.",
            len(met),
        ) % {**counts, "goals": quoted(hardly)}
    elif open_:
        yield ngettext(
            "If nothing changes, %(number)s of %(of)s targets may go either way: %(goals)s.",
            "If nothing changes, %(number)s of %(of)s targets may go either way: %(goals)s.",
            len(met),
        ) % {**counts, "goals": quoted(open_)}
    elif met:
        yield ngettext(
            "If nothing changes, the target is likely to be reached.",
            "If nothing changes, every target is likely to be reached.",
            len(met),
        )
    broken = (
        [words.text(each.name) for each in status.law.requirements if each.verdict == "broken"] if status.law else []
    )
    if broken:
        yield gettext("The law is not kept in %(rules)s.") % {"rules": quoted(broken)}
    if status.economy and status.economy.whole.sign in CALLS:
        yield f"{gettext('Economy')}: {words.within(money_sign(status.economy.whole.sign))}"
    told = sum(map(judged, status.goals))
    if told and not status.signals:
        yield ngettext(
            "%(number)s goal was looked at. Its newest figure lies within what it usually varies between.",
            "%(number)s goals were looked at. Their newest figures lie within what they usually vary between.",
            told,
        ) % {"number": words.number(told)}
    empty = sum(map(_of_nobody, status.goals))
    if empty:
        yield ngettext(
            "%(number)s goal has nothing to be measured on here over the last year.",
            "%(number)s goals have nothing to be measured on here over the last year.",
            empty,
        ) % {"number": words.number(empty)}
    if untold := len(status.goals) - told - empty:
        yield ngettext(
            "%(number)s goal cannot be judged: too few of its periods are decided.",
            "%(number)s goals cannot be judged: too few of their periods are decided.",
            untold,
        ) % {"number": words.number(untold)}


def quoted(names: list[str]) -> str:
    return words.listed([f"“{each}”" if not words.danish() else f"»{each}«" for each in names], "and")


# ---- figures


def amount(value: float | None, unit: str) -> str:
    """As in a headline: kroner without øre, and in millions from the first; the tables have the rest."""
    if value is None or unit != "kroner":
        return words.value(value, unit)
    if abs(value) >= MILLION:
        return gettext("%(number)s m. kr.") % {"number": words.number(value / MILLION, 1)}
    return f"{words.number(value)}\u00a0kr."


def interval(low: float | None, high: float | None, unit: str) -> str:
    if unit != "kroner" or low is None or high is None:
        return words.interval(low, high, unit)
    if max(abs(low), abs(high)) >= MILLION:
        ends = {"low": words.number(low / MILLION, 1), "high": words.number(high / MILLION, 1)}
        return gettext("%(low)s–%(high)s m. kr.") % ends
    return f"{words.number(low)}–{words.number(high)}\u00a0kr."


def certain(goal: GoalStatus) -> str:
    """The newest figure that is known: 29,1 %."""
    if goal.certain and goal.unit == "kroner":
        return amount(goal.certain.value, goal.unit)
    return values.in_short(goal.certain, heading(goal)) if goal.certain else words.MISSING


def certain_of(goal: GoalStatus) -> str:
    """Of which time: the year to December 2008; and from when, where the records begin within it."""
    if goal.certain is None:
        return ""
    of = words.period(goal.certain.period)
    if goal.measure == "stock":  # of a day
        return of
    if not goal.series.points:  # no month, or quarter, of it is over
        return gettext("%(period)s, only part of it") % {"period": of}
    begins = goal.series.points[0].period
    if Period.parse(begins).first_on <= Period.parse(goal.certain.period).first_on:
        return of
    return gettext("%(period)s, only from %(begins)s") % {"period": of, "begins": words.period(begins)}


def signed(goal: GoalStatus) -> str:
    """Where the contract's definition is no longer the model's."""
    if not goal.signed:
        return ""
    said = gettext(
        "The model defines this otherwise by now. "
        "The contract keeps the definition that was signed, and its figures are measured by that."
    )
    return said if goal.series.points else f"{said} {gettext('They come with the next measurement.')}"


def certainty(goal: GoalStatus) -> str:
    """Its interval; "" where it has none."""
    if goal.certain is None or goal.certain.low is None:
        return ""
    return values.interval(goal.certain, heading(goal))


def latest(goal: GoalStatus) -> str:
    """The twelve months that end with the month, where they are not what is certain: an estimate, and why."""
    figure = goal.latest
    if figure is None or figure == goal.certain:
        return ""
    of = {"period": words.period(figure.period)}
    if figure.state == "immature":
        until = words.day(figure.matures_on)
        if figure.estimate is not None:
            return gettext("%(period)s: estimate %(value)s (%(interval)s). Known on %(day)s.") % {
                **of, "day": until, "value": words.value(figure.estimate, goal.unit),
                "interval": values.interval(figure, heading(goal)),
            }  # fmt: skip
        if figure.matures_on:
            return gettext("%(period)s: not yet mature. Known on %(day)s.") % {**of, "day": until}
    return f"{of['period']}: {words.within(words.state(figure.state))}."


def target(goal: GoalStatus) -> str:
    """Mål 2009: mindst 31,2 %."""
    asked = goal.target
    if asked is None:
        return gettext("No target for the year")
    level = amount(asked.level, goal.unit)
    if asked.count is not None and asked.of is not None:
        level += f" ({words.of(asked.count, asked.of)})"
    said = {"year": str(asked.year), "level": level, "unit": asked.unit_name}
    if not asked.own:
        return gettext("Target %(year)s of %(unit)s: %(level)s") % said
    if asked.standard and goal.direction == "down":
        return gettext("Standard %(year)s: at most %(level)s") % said
    if asked.standard:
        return gettext("Minimum %(year)s: %(level)s") % said
    if goal.direction == "down":
        return gettext("Target %(year)s: at most %(level)s") % said
    return gettext("Target %(year)s: at least %(level)s") % said


def trajectory(goal: GoalStatus) -> str:
    """On the way: what was asked at the quarter's end, and what was reached."""
    way = goal.trajectory
    if way is None:
        return ""
    unit = "courses" if way.counted else goal.unit
    said = {"period": words.period(way.period), "asked": words.value(way.asked, unit)}
    if way.reached is None:
        return gettext("On the way, %(period)s: %(asked)s was asked; what was reached is not known yet.") % said
    said["reached"] = words.value(way.reached, unit)
    text = gettext("On the way, %(period)s: %(reached)s of %(asked)s.") % said
    if way.state == "immature":
        text += " " + gettext("More may still count.")
    return text


def forecast(goal: GoalStatus) -> str:
    """Hvis intet ændres: 29,8 % i 2009 (28,1–31,5 %)."""
    found = goal.forecast
    if found is None:
        return gettext("Too little is decided to say what the year comes to.")
    year = goal.target.year if goal.target else None
    if not found.rest:
        came = {"year": str(year or goal.series.points[-1].period[:4]), "value": amount(found.value, goal.unit)}
        return words.ended(gettext("%(year)s came to %(value)s.") % came)
    said = amount(found.value, goal.unit)
    surely = interval(found.low, found.high, goal.unit)
    if year is None:
        return gettext("If nothing changes, the year comes to %(value)s (%(interval)s).") % {
            "value": said, "interval": surely
        }  # fmt: skip
    return gettext("If nothing changes, %(year)s comes to %(value)s (%(interval)s).") % {
        "year": str(year), "value": said, "interval": surely
    }  # fmt: skip


def chance(goal: GoalStatus) -> str:
    """The chance to meet the target, in hundreds; "" where there is none to meet."""
    if goal.forecast is None or goal.forecast.met is None:
        return ""
    met = goal.forecast.met
    if not goal.forecast.rest:
        said = gettext("The target was reached.") if met else gettext("The target was not reached.")
        late = goal.certain is not None and goal.certain.state == "provisional"
        return f"{said} {words.state('provisional')}." if late else said
    if met < 0.01:
        return gettext("The target is reached in fewer than 1 of 100 such years.")
    if met > 0.99:
        return gettext("The target is reached in more than 99 of 100 such years.")
    return gettext("The target is reached in %(number)s of 100 such years.") % {
        "number": words.number(round(100 * met))
    }


def outlook(goal: GoalStatus) -> str:
    """In two words: likely, hardly, either way; "" where there is no target of its own."""
    if goal.forecast is None or goal.forecast.met is None:
        return ""
    if goal.forecast.met >= LIKELY:
        return gettext("likely to be reached")
    return gettext("hardly reached") if goal.forecast.met <= UNLIKELY else gettext("may go either way")


def limits(goal: GoalStatus, month: str) -> str:
    """Where the limits come from, and how they moved since the year before: never silently."""
    series = goal.series
    if series.limits is None:
        return gettext("There are too few decided periods for limits: they need twelve.")
    text = gettext("It usually varies between %(lower)s and %(upper)s, around %(mean)s. The limits come from "
                   "%(number)s periods, %(first)s to %(last)s, and stand still for the year.") % {
        "lower": amount(_possible(series.limits.lower, goal), goal.unit),
        "upper": amount(_possible(series.limits.upper, goal), goal.unit),
        "mean": amount(series.limits.mean, goal.unit), "number": words.number(series.limits.points),
        "first": words.period(series.baseline_from), "last": words.period(series.baseline_to),
    }  # fmt: skip
    if series.former_mean is not None:
        former = {"year": str(int(month[:4]) - 1), "mean": amount(series.former_mean, goal.unit)}
        text += " " + gettext("The limits of %(year)s were around %(mean)s.") % former
    return words.ended(text)


def _possible(limit: float, goal: GoalStatus) -> float:
    """A limit may be arithmetic beyond what can be: no share is below 0 or above 1, no count below 0."""
    if goal.unit == "share":
        return min(max(limit, 0.0), 1.0)
    return max(limit, 0.0) if goal.unit != "points" else limit


# ---- beside the goals


def economy(section: EconomySection | None) -> Iterator[str]:
    """What is spent of the budget, what the year comes to, and whether that is a sign, account by account."""
    if section is None:
        yield gettext("Budget and expected spending are not measured here.")
        return
    whole = section.whole
    if whole.spent is not None:
        said = {"spent": kroner(whole.spent), "budget": kroner(whole.budget)}
        text = (
            gettext("Spent this year: %(spent)s of %(budget)s.")
            if whole.budget
            else gettext("Spent this year: %(spent)s.")
        )
        yield words.ended(text % said)
    if whole.expected is not None and whole.low is not None and whole.sign != "closed":
        yield gettext("Expected at year end: %(expected)s (%(interval)s). %(sign)s") % {
            "expected": kroner(whole.expected), "sign": money_sign(whole.sign),
            "interval": interval(float(whole.low), float(whole.high or 0), "kroner"),
        }  # fmt: skip
    else:
        yield money_sign(whole.sign)
    for line in section.accounts:
        if line.sign in CALLS and line.name:
            yield f"{words.text(line.name)}: {words.within(money_sign(line.sign))}"
    if section.state == "provisional":
        yield gettext("The postings are provisional: late ones usually come.")


def looked_at(data: DataSection) -> str:
    """How many goals, and how many of them are not settled: 5, 1 provisional, 3 not yet mature."""
    late, young = data.provisional, data.immature
    said = [words.number(data.figures)]
    said += [ngettext("%(number)s provisional", "%(number)s provisional", late) % {"number": late}] if late else []
    said += (
        [ngettext("%(number)s not yet mature", "%(number)s not yet mature", young) % {"number": young}] if young else []
    )
    return ", ".join(said)


def frozen(data: DataSection, snapshot: int, sealed: str) -> str:
    """What a publication can be made again from, and what it was measured on: the former holds the latter's figures."""
    return gettext(
        "as snapshot %(snapshot)s, digest %(digest)s; its figures were measured on the records of snapshot "
        "%(measured)s (data.snapshot in the JSON)"
    ) % {"snapshot": str(snapshot), "digest": sealed[:12], "measured": str(data.snapshot)}


def money_sign(sign: str) -> str:
    return {
        "exceeded": gettext("More is spent and ordered than the year's budget."),
        "over": gettext("It is heading for more than the budget."),
        "under": gettext("It is heading for less than the budget."),
        "within": gettext("The budget lies within what is expected."),
        "closed": gettext("The year is over."),
        "no_budget": gettext("There is no budget for the year."),
        "not_reported": gettext("The records begin within the year."),
    }.get(sign, gettext("Too little is spent to say what the year comes to."))


def kroner(of: Decimal | None) -> str:
    return amount(float(of), "kroner") if of is not None else words.MISSING


def law(section: LawSection | None) -> Iterator[str]:
    """Of each rule what was held in time, and whether that is what the law asks; what is at risk for it."""
    if section is None:
        yield gettext("The law's rules are not measured here.")
        return
    if section.requirements:
        yield gettext("Over the last twelve months, by the due days of the law itself:")
    for each in section.requirements:
        counts = {
            "name": words.text(each.name), "timely": words.number(each.timely), "due": words.number(each.due),
            "verdict": law_verdict(each.verdict),
        }  # fmt: skip
        if each.verdict in ("open", "not_reported"):
            yield f"{counts['name']}: {counts['verdict']}."
        else:
            yield gettext("%(name)s: %(timely)s of %(due)s in time, %(verdict)s.") % counts
    if not section.requirements:
        yield gettext("No step of the law fell due here: a step belongs to the unit that has the course.")
    if section.at_risk or (section.requirements and section.at_risk is not None):  # no 0 kr. where nothing fell due
        yield words.ended(gettext("Reimbursement at risk: %(amount)s.") % {"amount": kroner(section.at_risk)})


def law_verdict(verdict: str) -> str:
    return {
        "kept": gettext("as the law asks"),
        "broken": gettext("less than the law asks"),
        "unsure": gettext("so few that chance may be why"),
        "open": gettext("not all can be known yet"),
        "not_reported": gettext("not reported"),
    }[verdict]


def freedom(section: FreedomSection | None) -> Iterator[str]:
    if section is None:
        yield gettext("No test of the degrees of freedom is made here.")
    elif not section.degrees:
        yield gettext("None of them is narrowed.")
    else:
        said = {"degrees": words.listed([words.within(words.text(each)) for each in section.degrees], "and")}
        yield gettext("Narrowed until %(day)s: %(degrees)s.") % {**said, "day": words.day(section.until)}
        yield section.reason
        yield gettext("What restores it: %(text)s") % {"text": section.restores}
