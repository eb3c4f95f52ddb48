"""The taximeter: rate × clients, independent of how long anyone stays; and what closes the gap to the frame."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pejling.indicators.definition import Frozen
from pejling.indicators.funding import Kroner, Rate, TaximeterRule
from pejling.steering.funding.basis import Basis, Plain, first_day
from pejling.steering.funding.ore import kroner, ore, rounded, shared

Limit = Literal["", "floor", "cap"]
Limits = tuple[Mapping[str, int], Mapping[str, int | None]]  # floors and caps, by unit


class NoRate(Exception):  # noqa: N818 - an answer, not a fault
    """Clients of a target group in a month for which there is no rate."""

    def __init__(self, target_group: str, month: str) -> None:
        super().__init__(f"no rate for {target_group} in {month}")
        self.target_group, self.month = target_group, month


class Line(Frozen):
    """Rate × clients of a target group at a unit, from `first` to `last` month: counted (`actual`) and forecast."""

    unit: str
    target_group: str
    first: str
    last: str
    rate: Kroner
    actual: Plain
    forecast: Plain
    amount: Kroner


@dataclass(frozen=True)
class Metered:
    """In øre. `factor`: by which all were scaled to meet the part; None where a reserve closes the gap.

    `amounts` and what is `left` of the part are the part; `left` is below 0 where more was triggered than it holds.
    """

    amounts: Mapping[str, int]
    limits: Mapping[str, Limit]
    factor: Fraction | None
    left: int


def lines(units: Sequence[str], rates: Sequence[Rate], basis: Basis) -> tuple[Line, ...]:
    """Raises NoRate. Clients at other units are left out: they are none of those funded."""
    sums: dict[tuple[str, str, Rate], dict[str, Fraction]] = {}
    spans: dict[tuple[str, str, Rate], set[str]] = {}
    for name, rows in (("actual", basis.actual), ("forecast", basis.forecast)):
        for each in rows:
            if each.unit not in units:
                continue
            rate = rate_of(rates, each.target_group, each.month)
            key = (each.unit, each.target_group, rate)
            found = sums.setdefault(key, {"actual": Fraction(0), "forecast": Fraction(0)})
            found[name] += Fraction(each.count)
            spans.setdefault(key, set()).add(each.month)
    return tuple(
        Line(
            unit=unit, target_group=group, first=min(spans[unit, group, rate]), last=max(spans[unit, group, rate]),
            rate=rate.kroner, actual=_decimal(found["actual"]), forecast=_decimal(found["forecast"]),
            amount=kroner(rounded(ore(rate.kroner) * (found["actual"] + found["forecast"]))),
        )
        for (unit, group, rate), found in sorted(sums.items(), key=lambda each: (*each[0][:2], each[0][2].from_))
    )  # fmt: skip


def rate_of(rates: Sequence[Rate], target_group: str, month: str) -> Rate:
    """Raises NoRate."""
    day = first_day(month)
    for rate in rates:
        if rate.target_group == target_group and rate.holds(day):
            return rate
    raise NoRate(target_group, month)


def metered(part: int, triggered: Mapping[str, int], rule: TaximeterRule, within: Limits) -> Metered:
    """What each unit gets of the part, for what it triggered; all in øre."""
    least, most = within
    if rule.gap == "reserve":
        amounts = {unit: _within(amount, least[unit], most[unit]) for unit, amount in triggered.items()}
        factor = None
    else:
        factor = _factor(part, triggered, least, most)
        amounts = _scaled(part, factor, triggered, least, most)
    limits = {unit: _limit(triggered[unit], factor, least[unit], most[unit]) for unit in triggered}
    return Metered(amounts, limits, factor, part - sum(amounts.values()))


def limits_of(units: Iterable[str], rule: TaximeterRule, opening: Mapping[str, Decimal]) -> Limits:
    """Floor and cap of each unit in øre, of its opening in kroner; a unit without an opening has neither."""
    units = set(units)
    least, most = dict.fromkeys(units, 0), dict[str, int | None].fromkeys(units)
    for unit in units & set(opening):
        before = Fraction(ore(opening[unit]))
        if rule.floor is not None:
            least[unit] = rounded(before * Fraction(rule.floor) / 100)
        if rule.cap is not None:
            most[unit] = rounded(before * Fraction(rule.cap) / 100)
    return least, most


def _within(amount: int, least: int, most: int | None) -> int:
    return max(least, amount if most is None else min(amount, most))


def _limit(triggered: int, factor: Fraction | None, least: int, most: int | None) -> Limit:
    """What holds the unit. The factor itself stops where all are held: whoever just touches a limit is held, too."""
    if factor is None:
        return "floor" if triggered < least else "cap" if most is not None and triggered > most else ""
    exact = factor * triggered
    return "floor" if least and exact <= least else "cap" if most is not None and exact >= most else ""


def _scaled(
    part: int,
    factor: Fraction,
    triggered: Mapping[str, int],
    least: Mapping[str, int],
    most: Mapping[str, int | None],
) -> dict[str, int]:
    """Those at a floor or cap have that; the free ones share the rest, so that all is the part where it can be."""
    amounts: dict[str, int] = {}
    for unit, amount in triggered.items():
        exact, cap = factor * amount, most[unit]
        if exact <= least[unit]:
            amounts[unit] = least[unit]
        elif cap is not None and exact >= cap:
            amounts[unit] = cap
    free = {unit: Fraction(amount) for unit, amount in triggered.items() if unit not in amounts}
    if free:  # their exact amounts are the rest, so whole øre next to them stay within floor and cap
        amounts |= shared(part - sum(amounts.values()), free)
    return amounts


def _factor(
    part: int, triggered: Mapping[str, int], least: Mapping[str, int], most: Mapping[str, int | None]
) -> Fraction:
    """The factor with which the amounts, kept within floor and cap, are the part; the nearest where none is.

    Followed upwards from 0: a unit moves with the factor from where it leaves its floor until it meets its cap.
    """
    turns = []
    for unit, amount in triggered.items():
        if amount:
            turns.append((Fraction(least[unit], amount), amount))
            cap = most[unit]
            if cap is not None:
                turns.append((Fraction(cap, amount), -amount))
    at, together, slope = Fraction(0), Fraction(sum(least.values())), 0
    for turn, change in sorted(turns):
        if together >= part:
            break
        reached = together + slope * (turn - at)
        if reached >= part:
            return at + (part - together) / slope
        at, together, slope = turn, reached, slope + change
    return at + (part - together) / slope if slope and together < part else at


def _decimal(exact: Fraction) -> Decimal:
    """As written: counts have few decimals, and none where people were counted."""
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).normalize() + Decimal(0)
