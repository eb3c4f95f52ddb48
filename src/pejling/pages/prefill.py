"""What a new contract begins with: last year's, the goals offered for the year, and what was reached so far."""

from pejling.agreements import contracts
from pejling.agreements.models import Contract
from pejling.agreements.rights import Reader, Refused, lineage
from pejling.indicators.figures import Figure
from pejling.indicators.periods import Period
from pejling.pages import words
from pejling.pages.ground import Ground
from pejling.pages.pasts import figures_of
from pejling.pages.series import FIRM, Heading, heading
from pejling.pages.targets import goals_set, near
from pejling.pages.unknown import Unknown
from pejling.steering import contracts as rules
from pejling.steering.cascade import trajectory

QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def new_contract(ground: Ground, reader: Reader, unit_id: str, upper_id: str, year: int) -> rules.Contract:
    """The first draft between the two. Raises Unknown for a unit that is not there, Refused where the reader writes for
    neither of them, or the two are one line the wrong way round.
    """
    for unit in (unit_id, upper_id):
        if unit not in ground.hierarchy:
            raise Unknown("unit", unit)
    near(ground, year)
    writes_for = reader.at("draft")
    if not {unit_id, upper_id} & writes_for or unit_id in lineage(ground.hierarchy, [upper_id]):
        raise Refused("draft")
    before = Contract.objects.filter(unit=unit_id, upper=upper_id, year=year - 1).first()
    last = contracts.in_force(before) if before else None
    names = {
        "unit": unit_id, "unit_name": ground.hierarchy[unit_id].name,
        "upper": upper_id, "upper_name": ground.hierarchy[upper_id].name, "year": year,
    }  # fmt: skip
    said = rules.Contract(**names, focus=focus(ground, year))  # type: ignore[arg-type]
    keys = [each.goal.indicator for each in goals_set(ground, upper_id, year) if each.goal.asks(unit_id)]
    old = contracts.content(last) if last else None
    if old:
        texts = {name: getattr(old, name) for name in ("purpose", "economy", "law", "follow_up", "payment")}
        texts["focus"] = said.focus or old.focus  # a year has focus areas of its own
        developing = tuple(o.model_copy(update={"due_on": None}) for o in old.others if o.kind == "development")
        said = said.model_copy(update={**texts, "others": developing})
        keys += [goal.indicator for goal in old.goals if goal.indicator not in keys]
    known = {indicator.key for indicator in ground.model.indicators}
    judged = [goal.indicators[0] for goal in ground.model.goals]
    keys.sort(key=lambda key: judged.index(key) if key in judged else len(judged))
    goals = tuple(new_goal(ground, said, key, old.goal(key) if old else None) for key in keys if key in known)
    return said.model_copy(update={"goals": goals})


def new_goal(ground: Ground, said: rules.Contract, key: str, old: rules.Goal | None = None) -> rules.Goal:
    """A goal with its baseline, what was offered, and a way over the year like the year before's.

    Where nothing is offered, `old`, of last year's contract, says what it was to be by now, or gives the same level
    again. Of people who are to count nothing else is carried on: not as many are expected.
    """
    indicator = ground.indicator(key)
    head = heading(ground, indicator)
    whole = next((each.goal for each in goals_set(ground, said.upper, said.year) if each.goal.indicator == key), None)
    goal = _asked(head, said, key, whole, old)
    place = said.upper if goal.sharing == "shared" else said.unit
    base = _baseline(ground, key, place, said.year, shared=goal.sharing == "shared")
    count, of = goal.count, goal.of
    expected = int(base.denominator) if base and base.denominator is not None else None
    if goal.sharing == "own" and head.counted and head.whole and of is None and expected and (count or 0) <= expected:
        of = expected
    before = {later.year: later.level for later in old.later} if old else {}
    if count is None and goal.level is None and of and said.year in before:
        count = round(before[said.year] * of)
    return goal.model_copy(update={
        "goal": whole.goal if whole else goal_of(ground, key),
        "count": count,
        "of": of,
        "baseline_period": base.period if base else "",
        "baseline_count": int(base.numerator) if base and head.counted and base.numerator is not None else None,
        "baseline_of": int(base.denominator) if base and head.counted and base.denominator is not None else None,
        "baseline_level": base.value if base and not head.counted else None,
        "trajectory": way(ground, key, said.unit, base.period if base else "", count),
        "later": tuple(each for each in old.later if each.year > said.year) if old else (),
        "weight": old.weight if old else None,
    })  # fmt: skip


def _asked(
    head: Heading, said: rules.Contract, key: str, whole: rules.OverallGoal | None, old: rules.Goal | None
) -> rules.Goal:
    """What is offered of the whole, or held by each; else the level of last year's contract."""
    if whole and whole.sharing != "own":
        return rules.Goal(indicator=key, sharing=whole.sharing, count=whole.count, of=whole.of, level=whole.level)
    if whole and head.counted:
        count, of = whole.offered.get(said.unit), whole.expected.get(said.unit) if head.whole else None
        if count is not None and of is not None and count > of:
            of = None  # a part by hand that is more than is expected there: for the parties to settle
        return rules.Goal(indicator=key, count=count, of=of)
    if whole or old is None or old.level is None:
        return rules.Goal(indicator=key, level=whole.level if whole else None)
    level = next((later.level for later in old.later if later.year == said.year), old.level)
    return rules.Goal(indicator=key, sharing=old.sharing, level=level)


def with_baseline(ground: Ground, said: rules.Contract, goal: rules.Goal) -> rules.Goal:
    """The goal with its baseline, where the reader may see it, and as many courses expected as there were then."""
    found = new_goal(ground, said, goal.indicator)
    names = ["baseline_period", "baseline_count", "baseline_of", "baseline_level"]
    if goal.count is not None and goal.of is None and found.of is not None and goal.count <= found.of:
        names.append("of")
    return goal.model_copy(update={name: getattr(found, name) for name in names})


def focus(ground: Ground, year: int) -> str:
    """The focus areas of the year, by name, one a line."""
    return "\n".join(words.text(area.name) for area in ground.model.focus_areas if area.year == year)


def goal_of(ground: Ground, indicator: str) -> str:
    """The key of the model's goal that is judged by the indicator; "" where there is none."""
    return next((goal.key for goal in ground.model.goals if goal.indicators[0] == indicator), "")


def way(ground: Ground, key: str, unit: str, base: str, count: int | None) -> tuple[float, ...]:
    """Quarter by quarter to `count`, as the baseline year's quarters weighed."""
    if count is None:
        return ()
    seasons = [1] * len(QUARTERS)
    if base:
        found = figures_of(ground, key, [unit], [f"{base}-{quarter}" for quarter in QUARTERS])
        seen = [int(figure.numerator or 0) for figure in found]
        seasons = seen if len(seen) == len(QUARTERS) else seasons
    return trajectory(count, seasons)


def candidates(ground: Ground, said: rules.Contract) -> list[tuple[str, str]]:
    """The indicators that a goal may be made of, effects first: key and name."""
    taken = {goal.indicator for goal in said.goals}
    return [(i.key, words.text(i.name)) for i in ground.indicators if i.key not in taken]


def _baseline(ground: Ground, key: str, unit: str, year: int, *, shared: bool = False) -> Figure | None:
    """The unit's newest firm year before the contract's; None where there is none, or it is not the reader's to see.

    Of a shared goal it is the figure of all who share it, which is theirs to see.
    """
    if unit not in (ground.hierarchy if shared else ground.units):
        return None
    years = [text for text in ground.periods("year") if int(text) < year]
    found = [f for f in figures_of(ground, key, [unit], years) if f.state in FIRM]
    return max(found, key=lambda figure: Period.parse(figure.period), default=None)
