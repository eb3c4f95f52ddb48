"""What the money asks for: one more client, one more fast exit, one parked client; and what weighs against parking."""

from dataclasses import dataclass
from decimal import Decimal

from pejling.agreements.rights import Reader
from pejling.indicators.definition import Intake
from pejling.indicators.figures import Figure
from pejling.indicators.funding import FundingYear
from pejling.indicators.items import Observed
from pejling.indicators.periods import Period, covered
from pejling.pages import words
from pejling.pages.definition import span
from pejling.pages.funding import FundingPage, funding_page
from pejling.pages.ground import Ground
from pejling.pages.pasts import figures_of
from pejling.pages.series import Heading, heading
from pejling.steering.funding.bookings import Booking
from pejling.steering.funding.incentives import Incentive, OneMore, incentives
from pejling.steering.funding.ore import CENT


@dataclass(frozen=True)
class ClientRow:
    group: str
    name: str
    rate: Decimal
    gains: tuple[OneMore, ...]  # a unit, in the order of the page's rows


@dataclass(frozen=True)
class IncentiveRow:
    unit: str
    name: str
    found: Incentive
    counted: int
    of: int


@dataclass(frozen=True)
class Counterweight:
    """An indicator that shows whether the money is earned in a way nobody wanted, at each unit."""

    heading: Heading
    against: str  # the part it stands beside: taximeter, result
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class IncentivesPage:
    """`reentry`: within which a client who comes back triggers nothing; "" where coming back pays again. `effort` says
    what a month with a client costs, and in which period that was; "" where the model names no cost.
    """

    page: FundingPage
    plan: FundingYear
    clients: tuple[ClientRow, ...]
    rows: tuple[IncentiveRow, ...]
    counterweights: tuple[Counterweight, ...]
    result_share: Decimal
    reentry: str
    effort: str
    synthetic: bool

    @property
    def decided(self) -> bool:
        return any(row.found.exit for row in self.rows)

    @property
    def parking_pays(self) -> tuple[IncentiveRow, ...]:
        """Those to whom half a year of saved effort is worth more than the result money it costs."""
        return tuple(row for row in self.rows if row.found.after is not None and row.found.after < 6)


def incentives_page(ground: Ground, reader: Reader | None, year: int) -> IncentivesPage:
    """Of the units that the reader may see. Raises Unknown, Refused."""
    page = funding_page(ground, reader, year)
    booking = page.booking
    if booking is None:
        return IncentivesPage(page, page.plan, (), (), (), Decimal(0), "", "", page.synthetic)
    plan, units = booking.plan, [row.unit for row in page.rows]
    month, cost = _effort(ground, sorted(plan.base))
    found = {each.unit: each for each in incentives(plan, booking.rates, booking.basis, cost)}
    newest = {rate.target_group: rate.kroner for rate in sorted(booking.rates, key=lambda rate: rate.from_)}
    trigger = ground.indicator(plan.taximeter.triggered_by) if plan.taximeter else None
    reentry = trigger.reentry_within if isinstance(trigger, Intake) else None
    return IncentivesPage(
        page=page,
        plan=plan,
        clients=tuple(
            ClientRow(group, ground.word(group), rate, tuple(found[unit].client[group] for unit in units))
            for group, rate in newest.items()
        ),
        rows=tuple(_row(booking, row.name, found[row.unit]) for row in page.rows),
        counterweights=tuple(_counterweights(ground, plan, units)),
        result_share=plan.split.result,
        reentry=span(reentry) if reentry else "",
        effort=words.period(month) if month else "",
        synthetic=page.synthetic,
    )


def _row(booking: Booking, name: str, found: Incentive) -> IncentiveRow:
    outcome = next((each for each in booking.basis.cohort if each.unit == found.unit), None)
    return IncentiveRow(found.unit, name, found, int(outcome.counted) if outcome else 0, outcome.of if outcome else 0)


def _effort(ground: Ground, units: list[str]) -> tuple[str, dict[str, Decimal]]:
    """What a month with a client cost each unit in the newest twelve months that both figures cover; and which."""
    funding = ground.model.funding
    if funding is None or funding.effort is None:
        return "", {}
    keys = (funding.effort.cost, funding.effort.stock)
    observed = [ground.measured.coverage.get(key) for key in keys]
    if None in observed:
        return "", {}
    period = _newest_year([each for each in observed if each])
    if not period:
        return "", {}
    spent, stock = (_of(ground, key, units, period) for key in keys)
    found = {}
    for unit in units:
        cost, open_ = spent[unit], stock[unit]
        courses = (open_.numerator or 0) / open_.denominator if open_.denominator else 0
        if cost.numerator and courses:
            found[unit] = (Decimal(str(cost.numerator)) / (Decimal(str(courses)) * 12)).quantize(CENT)
    return period, found


def _newest_year(observed: list[Observed]) -> str:
    """Twelve whole months that all cover; "" where there are none."""
    from_on, through = max(each.from_on for each in observed), min(each.through for each in observed)
    if through < from_on:
        return ""
    spans = [p for p in covered("rolling", from_on, through) if p.first_on >= from_on and p.last_on <= through]
    return spans[-1].text if spans else ""


def _counterweights(ground: Ground, plan: FundingYear, units: list[str]) -> list[Counterweight]:
    asked = [("taximeter", key) for key in (plan.taximeter.counterweights if plan.taximeter else ())]
    asked += [("result", key) for key in (plan.result.counterweights if plan.result else ())]
    found = []
    for against, key in asked:
        of_year = _of(ground, key, units, f"{plan.year:04}")
        firm = all(figure.state in ("provisional", "final") for figure in of_year.values())
        if not firm and Period.parse(f"{plan.year - 1:04}").last_on >= ground.first:
            of_year = _of(ground, key, units, f"{plan.year - 1:04}")
        found.append(
            Counterweight(heading(ground, ground.indicator(key)), against, tuple(of_year[unit] for unit in units))
        )
    return found


def _of(ground: Ground, key: str, units: list[str], period: str) -> dict[str, Figure]:
    return {figure.unit: figure for figure in figures_of(ground, key, units, [period])}
