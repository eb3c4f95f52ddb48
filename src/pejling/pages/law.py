"""A unit's law page: how each rule was kept, what reimbursement hangs on it, and the room that the law leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pejling.indicators.derived import Statutory
from pejling.indicators.hierarchy import Unit
from pejling.indicators.law_figures import Money, Timeliness, money, timeliness
from pejling.indicators.periods import Period
from pejling.pages import law_words, words
from pejling.pages.ground import PERIOD_KINDS, Ground
from pejling.pages.law_words import RuleView, rule_view
from pejling.pages.series import Series, several
from pejling.pages.unit import chosen_periods
from pejling.steering.law import Room, Standing, room, standings


@dataclass(frozen=True)
class Kept:
    """How a rule was kept in the period: in the law's own words, in numbers, over time and by the units below."""

    key: str
    name: str
    asked: str  # "" where no version was in force
    whom: str
    at_least: str  # "" where it is asked of each
    to_check: bool
    standing: Standing
    exempt: tuple[tuple[str, int], ...]
    series: Series

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """in_time, late and missed, as they are drawn."""
        timely = self.standing.timely
        return (
            ("in_time", int(timely.figure.numerator or 0)),
            ("late", timely.late),
            ("missed", timely.missed),
        )


@dataclass(frozen=True)
class LawPage:
    unit: Unit
    kind: str
    above: tuple[Unit, ...]
    period_kinds: tuple[str, ...]
    period_kind: str
    period: str
    periods: tuple[str, ...]
    shown: str  # the period in view
    through: date
    rules: tuple[Kept, ...]
    idle: tuple[str, ...]  # rules that no version was in force of
    money: Money
    room: Room | None
    hour: str
    none: bool  # the model has no rules of the law, and no reimbursement
    by: None = None


@dataclass(frozen=True)
class RulesPage:
    rules: tuple[RuleView, ...]
    paid: tuple[RuleView, ...]
    top: str  # the unit whose law page the names lead to; "" where the reader sees none


def timely(ground: Ground, units: Sequence[str], periods: Sequence[str]) -> dict[tuple[str, str], list[Timeliness]]:
    """As `timeliness`, worked out once a snapshot."""
    return ground.remembered(
        ("timely", *units, *periods),
        lambda: timeliness(ground.connection, (ground.measured, ground.every), units, periods),
    )


def law_page(ground: Ground, unit_id: str, *, period_kind: str = "", period: str = "") -> LawPage:
    """Raises Unknown for a unit, a period or a kind of period that is not there."""
    unit = ground.unit(unit_id)
    kind, periods = chosen_periods(ground, period_kind, period)
    over = [text for text in periods if Period.parse(text).last_on <= ground.through]
    shown = period or (over or periods)[-1]
    span, base = Period.parse(shown), (ground.measured, ground.every)
    measured = timely(ground, [unit_id], [shown])[unit_id, shown]
    found = ground.remembered(
        ("money of the law", unit_id, shown), lambda: money(ground.connection, base, [unit_id], [shown])
    )[unit_id, shown]
    standing = standings(ground.model, measured, span)
    below = ground.below(unit_id)
    known = {each.key: each for each in ground.model.measured if isinstance(each, Statutory)}
    over_time = several(ground, [known[one.rule.key] for one in standing], unit, periods, chosen=shown, below=below)
    rules = tuple(_kept(ground, one, each) for one, each in zip(standing, over_time, strict=True))
    held = {one.rule.key for one in standing}
    return LawPage(
        unit=unit,
        kind=ground.kind_name(unit),
        above=ground.above(unit),
        period_kinds=PERIOD_KINDS,
        period_kind=kind,
        period=period,
        periods=tuple(periods),
        shown=shown,
        through=ground.through,
        rules=rules,
        idle=tuple(words.text(rule.name) for rule in ground.model.law if rule.key not in held),
        money=found,
        room=room(ground.model, measured, found),
        hour=law_words.kroner(ground.model.room.hour) if ground.model.room else "",
        none=not ground.model.law and not ground.model.reimbursements,
    )


def rules_page(ground: Ground) -> RulesPage:
    """All rules of the law that was measured, each with its versions, sources and how sure we are of them."""
    tops = ground.tops()
    return RulesPage(
        tuple(rule_view(ground.model, rule) for rule in ground.model.law),
        tuple(rule_view(ground.model, each) for each in ground.model.reimbursements),
        tops[0].unit_id if len(tops) == 1 else "",
    )


def _kept(ground: Ground, one: Standing, over_time: Series) -> Kept:
    share = one.terms.at_least
    return Kept(
        key=one.rule.key,
        name=words.text(one.rule.name),
        asked=law_words.asked(ground.model, one.rule, one.terms),
        whom=law_words.whom(ground.model, one.rule.applies_to),
        at_least="" if share == 1 else words.value(share, "share", 0),
        to_check=one.terms.certainty == "check",
        standing=one,
        exempt=tuple((law_words.exemption(ground.model, key), n) for key, n in one.timely.exempt.items()),
        series=over_time,
    )
