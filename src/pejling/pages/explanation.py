"""What stands behind a figure: how it is measured, and every item with the one reason why it counts or does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose

from django.utils.translation import gettext

from pejling.indicators.cases import Case, cases
from pejling.indicators.definition import NOT_MEASURED, Indicator, Ratio
from pejling.indicators.figures import Figure
from pejling.indicators.hierarchy import Unit
from pejling.pages import words
from pejling.pages.definition import Definition, definition
from pejling.pages.ground import Ground
from pejling.pages.reasons import apart, shared
from pejling.pages.series import Heading, heading
from pejling.pages.unknown import Unknown

OUTCOMES = ("counted", "not_counted", "undecided")


@dataclass(frozen=True)
class Reason:
    """A reason and how much has it: `items` courses, steps or postings, of `weight` in all.

    `apart` tells reasons of the same kind apart: back to work, back to a benefit.
    """

    outcome: str  # counted | not_counted | undecided
    reason: str
    apart: str
    text: str
    items: int
    weight: float
    counted: float  # its part of the numerator


@dataclass(frozen=True)
class Explanation:
    indicator: Indicator
    heading: Heading
    unit: Unit
    period: str
    by: str
    group: str
    by_name: str
    group_name: str
    figure: Figure
    definition: Definition
    reasons: tuple[Reason, ...]
    cases: tuple[Case, ...]
    parts: tuple[tuple[Heading, Figure], ...]  # of a ratio: the two it is made of

    @property
    def elsewhere(self) -> bool:
        """Measured elsewhere: nothing stands behind it here."""
        return self.heading.measure == "observed"

    @property
    def weighed_in(self) -> str:
        """What the weights count."""
        above, below = self.heading.of
        return above if below in ("", "days") else below

    @property
    def sum(self) -> float:
        """Of a count, what counts; else of all that it is measured on."""
        if self.heading.whole:
            return sum(reason.weight for reason in self.reasons)
        return sum(reason.weight for reason in self.reasons if reason.outcome == "counted")

    @property
    def closing(self) -> str:
        """What the reasons add up to, in a sentence."""
        if self.parts or self.elsewhere or self.figure.numerator is None:
            return ""
        total = {"sum": words.counted(self.sum, self.weighed_in)}
        over_days = self.heading.measure == "average_stock"
        whole = self.figure.denominator if self.heading.whole and not over_days else self.figure.numerator
        if not isclose(self.sum, whole or 0, abs_tol=0.005):
            return gettext("The reasons add up to %(sum)s: the records have changed since the figure was measured.") % (
                total
            )
        if over_days:
            return gettext("The reasons add up to %(sum)s, which are divided by %(days)s.") % {
                **total,
                "days": words.days(self.figure.denominator or 0),
            }
        if self.heading.whole:
            return gettext("The reasons add up to %(sum)s: all that the figure is measured on.") % total
        if any(reason.outcome == "not_counted" for reason in self.reasons):
            return gettext("The reasons that count add up to %(sum)s: the figure itself.") % total
        return gettext("The reasons add up to %(sum)s: the figure itself.") % total


def explanation(ground: Ground, key: str, unit_id: str, period: str, *, by: str = "", group: str = "") -> Explanation:
    """Raises Unknown for an indicator, unit or group that is not there."""
    indicator, unit = ground.indicator(key), ground.unit(unit_id)
    if by and by not in indicator.by:
        raise Unknown("group", by, indicator.by)
    found = ground.told(key, [unit_id], [period], by, with_persons=True)
    figure = next((f for f in found if f.group == group), None)
    if figure is None:
        raise Unknown("group", group, [f.group for f in found])
    behind: list[Case] = []
    if not isinstance(indicator, NOT_MEASURED):
        behind = cases(
            ground.connection, key, unit_id, period, by=by, group=group, ground=(ground.measured, ground.every)
        )
    return Explanation(
        indicator=indicator,
        heading=heading(ground, indicator),
        unit=unit,
        period=period,
        by=by,
        group=group,
        by_name=ground.column_name(by) if by else "",
        group_name=ground.value_name(by, group) if by else "",
        figure=figure,
        definition=definition(ground.model, indicator),
        reasons=tuple(_reasons(ground, indicator, behind)),
        cases=tuple(behind),
        parts=tuple(_parts(ground, indicator, figure)) if isinstance(indicator, Ratio) else (),
    )


def _reasons(ground: Ground, indicator: Indicator, behind: Sequence[Case]) -> list[Reason]:
    """Those that count first, the weightiest first among them."""
    sharing: dict[tuple[str, str, str], list[Case]] = {}
    for case in behind:
        sharing.setdefault((case.outcome, case.reason, apart(case)), []).append(case)
    found = [
        Reason(
            *key,
            shared(ground, indicator, those[0]),
            len(those),
            sum(case.weight for case in those),
            sum(case.counted for case in those),
        )
        for key, those in sharing.items()
    ]
    return sorted(found, key=lambda each: (OUTCOMES.index(each.outcome), -each.weight, each.reason, each.apart))


def _parts(ground: Ground, ratio: Ratio, figure: Figure) -> list[tuple[Heading, Figure]]:
    found = []
    for key in (ratio.numerator, ratio.denominator):
        figures = ground.told(key, [figure.unit], [figure.period], figure.group_by, with_persons=True)
        same = next((each for each in figures if each.group == figure.group), None)
        if same is not None:  # nobody of the group may be behind one of them
            found.append((heading(ground, ground.indicator(key)), same))
    return found
