"""A unit's degrees of freedom: the three tests with their evidence, what is proposed, and what people decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from pejling.agreements import contracts, freedom
from pejling.agreements.models import Contract, FreedomAnswer, FreedomDecision
from pejling.agreements.rights import Reader
from pejling.indicators.durations import Duration
from pejling.indicators.freedom_terms import TESTS, Freedom
from pejling.indicators.hierarchy import Unit
from pejling.indicators.periods import Period
from pejling.pages import law_words, words
from pejling.pages.economy import economy_of
from pejling.pages.ground import Ground
from pejling.pages.law import timely
from pejling.pages.pasts import figures_of
from pejling.steering import freedom as rules
from pejling.steering.law import in_force


@dataclass(frozen=True)
class SignView:
    """One figure of a test, in words; `state`: failing, holds or waiting."""

    name: str
    said: str
    state: str
    why: str


@dataclass(frozen=True)
class TestView:
    key: str
    name: str
    outcome: str
    said: str
    signs: tuple[SignView, ...]


@dataclass(frozen=True)
class DecisionView:
    kept: FreedomDecision
    said: rules.Narrowing
    degrees: tuple[str, ...]
    holds: bool
    answers: tuple[FreedomAnswer, ...]
    lift: bool  # the reader may
    answer: bool


@dataclass(frozen=True)
class FreedomPage:
    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    upper: Unit | None
    terms: Freedom | None
    year: str
    degrees: tuple[tuple[str, str, DecisionView | None], ...]  # key, name, and the decision that narrows it
    tests: tuple[TestView, ...]
    proposal: rules.Proposal | None
    proposed: tuple[str, ...]  # names of degrees
    because: tuple[str, ...]  # the signs in words
    restores: str
    decides: bool
    latest: date | None  # the last day that a narrowing may run to
    decisions: tuple[DecisionView, ...]
    today: date
    snapshot: int
    period_kind: str = ""


def freedom_page(ground: Ground, reader: Reader, unit_id: str, today: date) -> FreedomPage:
    """Raises Unknown for a unit that is not there."""
    unit = ground.unit(unit_id)
    personal = unit.kind in ground.model.levels.caseworker  # one person's courses: nothing is proposed of a person
    terms = None if personal else ground.model.freedom
    upper = ground.hierarchy.get(unit.parent_id or "")
    decided = list(FreedomDecision.objects.filter(unit=unit_id).prefetch_related("answers"))
    year = _last_year(ground)
    tests = _tests(ground, terms, unit_id, year) if terms and year else ()
    standing = [each for each in decided if freedom.content(each).degrees and freedom.stands(each, today)]
    narrowed = {key for each in standing for key in freedom.content(each).degrees}
    found = rules.proposal(terms, unit_id, upper.unit_id if upper else None, tests, narrowed) if terms else None
    views = tuple(_decision(terms, reader, each, today) for each in decided)
    names = {degree.key: words.text(degree.name) for degree in terms.degrees} if terms else {}
    by = {key: view for view in reversed(views) if view.holds for key in view.said.degrees}
    return FreedomPage(
        unit=unit,
        kind=ground.kind_name(unit),
        above=ground.above(unit),
        upper=upper,
        terms=terms,
        year=year,
        degrees=tuple((key, name, by.get(key)) for key, name in names.items()),
        tests=tuple(_test(ground, test) for test in tests),
        proposal=found,
        proposed=tuple(names[key] for key in found.degrees) if found else (),
        because=tuple(sign_words(ground, sign) for sign in found.signs) if found else (),
        restores=_restores(terms, found.tests) if terms and found else "",
        decides=upper is not None and freedom.decides(reader, upper.unit_id),
        latest=Duration.parse(f"{terms.longest} months").after(today) if terms else None,
        decisions=views,
        today=today,
        snapshot=ground.measured.snapshot,
    )


def narrowing(
    page: FreedomPage, *, degrees: Sequence[str], reason: str, from_on: date, until: date, restores: str
) -> rules.Narrowing:
    """What a person decides on the proposal in view, with the evidence as it stands. Raises ValueError where it lasts
    longer than the model allows, or narrows what is not proposed.
    """
    assert page.proposal is not None and page.upper is not None  # noqa: S101 - the caller asks only where there is one
    if page.latest and until > page.latest:
        raise ValueError("until")
    if set(degrees) - set(page.proposal.degrees):
        raise ValueError("degrees")
    return rules.Narrowing(
        unit=page.unit.unit_id,
        unit_name=page.unit.name,
        upper=page.upper.unit_id,
        upper_name=page.upper.name,
        tests=page.proposal.tests,
        degrees=tuple(degrees),
        evidence=page.because,
        reason=reason,
        from_on=from_on,
        until=until,
        restores=restores,
        snapshot=page.snapshot,
    )


def _last_year(ground: Ground) -> str:
    """The newest year that is over by the last day of the records; "" where there is none."""
    over = [text for text in ground.periods("year") if Period.parse(text).last_on <= ground.through]
    return over[-1] if over else ""


def _tests(ground: Ground, terms: Freedom, unit: str, year: str) -> tuple[rules.Test, ...]:
    return (
        rules.economy_test(terms, _economy(ground, unit, year)),
        rules.law_test(terms, _law(ground, unit, year)),
        rules.contract_test(terms, _contract(ground, unit, year)),
    )


def _economy(ground: Ground, unit: str, year: str) -> rules.EconomyEvidence | None:
    """The year in progress where a month of it is covered whole, else the one that is over."""
    if ground.model.economy is None:
        return None
    over = [text for text in ground.periods("month") if Period.parse(text).last_on <= ground.through]
    month = over[-1] if over else f"{year}-12"
    found = economy_of(ground, unit, month)
    line = found.whole
    if line.budget is None or line.spent is None:
        return None
    closed = line.expected is None
    expected = line.spent if closed and month.endswith("-12") else line.expected
    if expected is None:
        return None
    low, high = (expected, expected) if line.low is None or line.high is None else (line.low, line.high)
    return rules.EconomyEvidence(found.year, line.budget, expected, low, high, found.state)


def _law(ground: Ground, unit: str, year: str) -> list[rules.LawEvidence]:
    """The newest twelve months that are final, of every rule in force."""
    final = _final_months(ground, unit)
    if not final:
        return []
    months, last = final[-12:], final[-1]
    rolling = f"{last}/12"
    measured = timely(ground, [unit], [rolling, *months])
    by_month = {month: {each.rule: each for each in measured[unit, month]} for month in months}
    found = []
    for each in measured[unit, rolling]:
        terms = in_force(ground.model.rule(each.rule), Period.parse(last))
        if terms is None or each.figure.state == "not_reported":
            continue
        counted = tuple(
            (int(by_month[month][each.rule].figure.numerator or 0), by_month[month][each.rule].due) for month in months
        )
        found.append(
            rules.LawEvidence(
                each.rule,
                rolling,
                int(each.figure.numerator or 0),
                each.due,
                each.figure.state,
                terms.at_least,
                counted,
            )
        )
    return found


def _final_months(ground: Ground, unit: str) -> list[str]:
    if not ground.model.law:
        return []
    months = ground.periods("month")
    found = ground.figures(ground.model.law[0].key, [unit], months)
    return [figure.period for figure in found if figure.state in ("final", "undefined")]


def _contract(ground: Ground, unit: str, year: str) -> list[rules.GoalEvidence]:
    """The result goals of the year's contract in force."""
    found: list[rules.GoalEvidence] = []
    for contract in Contract.objects.filter(unit=unit, year=int(year)):
        version = contracts.in_force(contract)
        if version is None:
            continue
        for goal in contracts.content(version).goals:
            known = next((each for each in ground.model.indicators if each.key == goal.indicator), None)
            if known is None or goal.target is None:
                continue
            (figure,) = figures_of(ground, goal.indicator, [unit], [year])
            share = known.unit == "share" and figure.denominator is not None
            found.append(
                rules.GoalEvidence(
                    goal.indicator, year, goal.target, known.direction, figure.value, figure.low, figure.high,
                    figure.state, int(figure.numerator or 0) if share else None,
                    int(figure.denominator or 0) if share else None,
                )
            )  # fmt: skip
    return found


def _test(ground: Ground, test: rules.Test) -> TestView:
    signs = tuple(_sign(ground, each) for each in test.judged)
    return TestView(test.name, test_name(test.name), test.outcome, outcome(test.outcome), signs)


def _sign(ground: Ground, each: rules.Judged) -> SignView:
    state = "failing" if each.failing else "waiting" if each.waiting else "holds"
    return SignView(_name(ground, each.evidence), sign_words(ground, each), state, waiting(each.waiting))


def _name(ground: Ground, evidence: rules.Evidence) -> str:
    match evidence:
        case rules.EconomyEvidence():
            return gettext("Budget and expected spending %(year)s") % {"year": evidence.period}
        case rules.LawEvidence():
            return words.text(ground.model.rule(evidence.rule).name)
    return words.text(ground.indicator(evidence.indicator).name)


def sign_words(ground: Ground, each: rules.Judged) -> str:
    """The figure beside its threshold, in a sentence."""
    return words.ended(_sign_words(ground, each))


def _sign_words(ground: Ground, each: rules.Judged) -> str:
    found = each.evidence
    if isinstance(found, rules.EconomyEvidence):
        said = {"expected": law_words.kroner(found.expected), "budget": law_words.kroner(found.budget)}
        if found.low == found.high:
            return gettext("Spent %(expected)s of a budget of %(budget)s.") % said
        said |= {"low": law_words.kroner(found.low), "high": law_words.kroner(found.high)}
        return gettext("Expected %(expected)s (%(low)s – %(high)s), budget %(budget)s.") % said
    if isinstance(found, rules.LawEvidence):
        return gettext("%(rule)s: %(counted)s in time (%(share)s) in %(period)s; the limit is %(limit)s.") % {
            "rule": words.text(ground.model.rule(found.rule).name),
            "counted": words.of(found.in_time, found.due),
            "share": words.value(found.in_time / found.due if found.due else None, "share"),
            "period": words.period(found.period),
            "limit": words.value(each.threshold, "share", 0),
        }
    indicator = ground.indicator(found.indicator)
    said_of = {
        "name": words.text(indicator.name),
        "value": words.value(found.value, indicator.unit),
        "target": words.value(found.target, indicator.unit),
        "year": found.period,
    }
    if found.low is not None and found.high is not None:
        said_of["value"] += f" ({words.interval(found.low, found.high, indicator.unit)})"
    return gettext("%(name)s: %(value)s in %(year)s; the contract says %(target)s.") % said_of


def test_name(name: str) -> str:
    return {
        "economy": gettext("The economy"),
        "law": gettext("The law"),
        "contract": gettext("The contract"),
    }[name]


def outcome(name: str) -> str:
    return {
        "holds": gettext("No sign of failing"),
        "failing": gettext("A sign of failing"),
        "unknown": gettext("Nothing that is certain is known"),
    }[name]


def waiting(name: str) -> str:
    """Why a figure on the wrong side is no sign."""
    return {
        "": "",
        "no_test": gettext("The model has no such test."),
        "nothing": gettext("There is nothing to measure."),
        "immature": gettext("Not decided yet: nothing is concluded from it."),
        "provisional": gettext("Late records may still change it: nothing is concluded from it."),
        "chance": gettext("So few that chance can explain it: no sign."),
        "no_interval": gettext("It has no certain interval: no sign by itself."),
        "lately_better": gettext("Some of the newest months are better: no sign."),
    }[name]


def _restores(terms: Freedom, tests: Sequence[str]) -> str:
    found = (rules.said_of(terms, name) for name in TESTS if name in tests)
    return " ".join(f"{words.text(each.restores)}." for each in found if each)


def _decision(terms: Freedom | None, reader: Reader, kept: FreedomDecision, today: date) -> DecisionView:
    said = freedom.content(kept)
    known = {degree.key: words.text(degree.name) for degree in terms.degrees} if terms else {}
    standing = freedom.stands(kept, today)
    return DecisionView(
        kept=kept,
        said=said,
        degrees=tuple(known.get(key, key) for key in said.degrees),
        holds=standing and bool(said.degrees),
        answers=tuple(kept.answers.all()),
        lift=standing and bool(said.degrees) and freedom.decides(reader, kept.upper),
        answer=freedom.answers(reader, kept.unit),
    )
