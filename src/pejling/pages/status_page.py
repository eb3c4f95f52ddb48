"""A unit's month as a page: the status, how far it has come, what can be done now, and what was restated since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from pejling.agreements import statuses as cycle
from pejling.agreements.models import Publication, ResultStatus
from pejling.agreements.rights import Reader
from pejling.indicators.definition import Indicator, Ratio
from pejling.indicators.figures import decided_after
from pejling.indicators.hierarchy import Unit
from pejling.indicators.periods import Period
from pejling.indicators.pinned import Store
from pejling.pages import adjustment_words, stand_words, status_words, words
from pejling.pages.ground import Ground
from pejling.pages.publishing import frozen_status
from pejling.pages.restated import Restated, restated
from pejling.pages.status import covered_to, known_month, statuses
from pejling.steering.goal_status import MONTHS, Cadence
from pejling.steering.possible import ANY, Range, possible
from pejling.steering.stands import Adjustment, Lack, Written, lacks
from pejling.steering.status import Status, digest


@dataclass(frozen=True)
class Published:
    by: str
    at: datetime
    digest: str
    snapshot: int


@dataclass(frozen=True)
class Stood:
    """A stand in words. `expected`: what an adjustment is to change, "" where there is none."""

    goal: str
    choice: str
    reason: str
    what: str
    expected: str

    @property
    def told(self) -> str:
        """What is done otherwise and what that is to change, a sentence each."""
        return f"{words.sentence(self.what)} {self.expected}".strip()


@dataclass(frozen=True)
class StatusPage:
    status: Status
    kind: str  # what units like it are called
    kinds: dict[str, str]  # what the kinds of the units below are called
    above: tuple[Unit, ...]
    previous: str
    following: str
    complete: bool  # the records reach the month's end
    state: str
    revision: int
    written: Written
    actions: frozenset[str]
    measures: dict[str, tuple[str, str]]  # by indicator, what it is called and its unit
    candidates: tuple[tuple[str, str], ...]  # what an adjustment may be to move: key and name
    possible: dict[str, Range]  # and what each of them can be
    directions: dict[str, str]  # and where each of them is wished to go: "up" or "down"
    first_known: dict[str, str]  # and the month in which the first figure after this month is known
    published: Published | None
    restated: tuple[Restated, ...]

    @property
    def headline(self) -> str:
        return status_words.headline(self.status)

    @property
    def message(self) -> tuple[str, ...]:
        return tuple(status_words.message(self.status))

    @property
    def call(self) -> str:
        """What the unit is asked to do."""
        asked = len(self.status.demanded)
        if not asked:
            return gettext("Hand it in")
        return ngettext("Take a stand on %(number)s goal", "Take a stand on %(number)s goals", asked) % {
            "number": words.number(asked)
        }

    @property
    def month_words(self) -> str:
        return words.period(self.status.month)

    @property
    def frozen(self) -> str:
        """What it was published from; "" where it is not."""
        seal = self.published
        return status_words.frozen(self.status.data, seal.snapshot, seal.digest) if seal else ""

    @property
    def stood(self) -> tuple[Stood, ...]:
        """The stands that were taken, in words."""
        names = {goal.indicator: status_words.name(goal) for goal in self.status.goals}
        taken = self.status.taken.stands if self.status.taken else ()
        return tuple(
            Stood(
                names.get(stand.indicator, stand.indicator), stand_words.choice(stand.choice), stand.reason,
                stand.adjustment.what if stand.adjustment else "",
                self._expected(stand.adjustment) if stand.adjustment else "",
            )
            for stand in taken
        )  # fmt: skip

    def _expected(self, said: Adjustment) -> str:
        name, unit = self.measures.get(said.indicator, (said.indicator, ""))
        change = {"amount": adjustment_words.change(said.change, unit), "name": name, "month": words.period(said.by)}
        expected = gettext("Expected: %(amount)s in %(name)s by %(month)s.") % change
        return f"{expected} {self.too_soon(said.indicator, said.by)}".strip()

    def too_soon(self, indicator: str, by: str) -> str:
        """That nothing can be known by then, where it cannot; else "". It may be meant so, and is no fault."""
        first = self.first_known.get(indicator, by)
        if by >= first:
            return ""
        return gettext("No figure after %(month)s is known by then: the first is known in %(first)s.") % {
            "month": self.month_words, "first": words.period(first)
        }  # fmt: skip

    @property
    def early(self) -> dict[str, str]:
        """By goal, what is to be said of a deadline that is written and that lies too soon."""
        said = {s.indicator: self.too_soon(s.adjustment.indicator, s.adjustment.by)
                for s in self.written.stands if s.adjustment}  # fmt: skip
        return {goal: words for goal, words in said.items() if words}

    def lacking(self, said: Written) -> tuple[Lack, ...]:
        """Why what is written cannot be handed in."""
        return tuple(lacks(said, self.status.demanded, self.possible, self.status.month))

    def change(self, indicator: str) -> tuple[float | None, Range]:
        """Where a goal's figures lie about, as far as it is known, and what an adjustment can change them by."""
        limits = {goal.indicator: goal.series.limits for goal in self.status.goals}.get(indicator)
        mean = limits.mean if limits else None
        return mean, self.possible.get(indicator, ANY).change(mean)

    @property
    def synthetic_words(self) -> str:
        return gettext("These data are made up. They are about no real people.") if self.status.synthetic else ""


def status_page(ground: Ground, reader: Reader | None, store: Store, unit: str, month: str) -> StatusPage:
    return status_pages(ground, reader, store, [unit], month)[unit]


def status_pages(
    ground: Ground, reader: Reader | None, store: Store, units: Iterable[str], month: str
) -> dict[str, StatusPage]:
    """Of many units at once: their figures are asked for together. `reader` None: the workspace's owner.

    Raises Unknown for a unit or a month that is not there, or not the reader's to see.
    """
    known_month(ground, month)
    asked = [ground.unit(unit).unit_id for unit in units]
    kept = {unit: cycle.find(unit, month) for unit in asked}
    frozen = {unit: found for unit in asked if (found := cycle.publication(kept[unit]))}
    live = statuses(ground, {unit: cycle.agreed(unit, month) for unit in asked if unit not in frozen}, month)
    pages = {}
    for unit in asked:
        found = frozen.get(unit)
        status = frozen_status(store, found) if found else live[unit]
        pages[unit] = _page(ground, reader, unit, month, status, kept[unit], found)
    return pages


def _page(
    ground: Ground,
    reader: Reader | None,
    unit_id: str,
    month: str,
    status: Status,
    kept: ResultStatus | None,
    found: Publication | None,
) -> StatusPage:
    months = ground.periods("month")
    at = months.index(month)
    unit = ground.unit(unit_id)
    state = kept.state if kept else "draft"
    able = cycle.actions(reader, unit_id, ground.hierarchy, state) if reader else frozenset()
    names = {kind: words.text(name) for kind, name in ground.model.unit_kinds.items()}
    known = [indicator for indicator in ground.indicators if indicator.direction != "none"]
    cadences: dict[str, Cadence] = {goal.indicator: goal.series.cadence for goal in status.goals}
    return StatusPage(
        status=status, kind=ground.kind_name(unit), kinds=names, above=ground.above(unit),
        previous=months[at - 1] if at else "", following=months[at + 1] if at + 1 < len(months) else "",
        complete=covered_to(month, status.data.through),
        state=state, revision=kept.revision if kept else 0, written=cycle.written(kept), actions=able,
        measures={i.key: (words.text(i.name), i.unit) for i in ground.indicators},
        candidates=tuple((i.key, words.text(i.name)) for i in known),
        possible={i.key: possible(i) for i in known},
        directions={i.key: i.direction for i in known},
        first_known={i.key: _first_known(ground, i, cadences.get(i.key, "month"), month) for i in known},
        published=_published(found) if found else None,
        restated=restated(ground, status, found.published_at) if found and found.published_at else (),
    )  # fmt: skip


def _first_known(ground: Ground, indicator: Indicator, cadence: Cadence, month: str) -> str:
    """The month in which the first whole period after `month` is sure to be decided; of a ratio, both its parts."""
    parts: list[Indicator] = [indicator]
    if isinstance(indicator, Ratio):
        parts = [ground.indicator(indicator.numerator), ground.indicator(indicator.denominator)]
    begun, long = Period.parse(month), MONTHS[cadence]
    months = begun.last_on.year * 12 + begun.last_on.month  # of what is over
    ends = (months // long + (2 if months % long else 1)) * long - 1
    last = Period.ending("month", ends // 12, ends % 12 + 1).last_on
    return f"{max(decided_after(part, last) for part in parts):%Y-%m}"


def _published(found: Publication) -> Published:
    assert found.published_at  # noqa: S101 - it has a digest
    return Published(found.intended_by, found.published_at, found.digest, found.snapshot)


def holds(content: str, found: Publication) -> bool:
    """Is it, to the byte, what was published?"""
    return digest(content) == found.digest


def units_below(ground: Ground, unit_id: str) -> list[str]:
    """The unit and all below it, in the hierarchy's order, but for single persons' courses. Raises Unknown for one that
    is not there.
    """
    top = ground.unit(unit_id).unit_id
    found = {top}
    for unit in ground.units.values():  # parents stand before children
        if unit.parent_id in found and unit.kind not in ground.model.levels.caseworker:
            found.add(unit.unit_id)
    return [unit for unit in ground.units if unit in found]
