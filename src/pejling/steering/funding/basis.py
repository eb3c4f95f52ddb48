"""What an allocation rests on, as plain data: clients counted and forecast, results, agreements, the opening."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pejling.indicators.definition import Frozen, as_tuple
from pejling.indicators.funding import Kroner

Place = tuple[str, str, str]  # unit, target group, month: 2009-05
Counts = Mapping[Place, Decimal]
Plain = Annotated[Decimal, Field(strict=False)]


class Count(Frozen):
    """So many clients at a unit, of a target group, in a month: whole where they were counted, any where forecast."""

    unit: str
    target_group: str
    month: str
    count: Plain

    @property
    def place(self) -> Place:
        return self.unit, self.target_group, self.month


class Outcome(Frozen):
    """Of a unit's courses in the paying cohort: how many `counted`, of how many."""

    unit: str
    counted: Plain
    of: int


class Basis(Frozen):
    """`through` is the last month counted ("" in the opening, where all are forecast); later ones are forecast.

    `cohort` is empty while the paying cohort is not mature (`cohort_state`), and then `matures_on` is when it will be.
    `standing` are the titles of implementation agreements that there are. `opening` is each unit's taximeter in the
    opening allocation, which floor and cap are per cent of; empty where there is none yet.
    """

    through: str = ""
    actual: Annotated[tuple[Count, ...], BeforeValidator(as_tuple)] = ()
    forecast: Annotated[tuple[Count, ...], BeforeValidator(as_tuple)] = ()
    forecast_by: str = ""  # how: the name of a method, "" where nothing was forecast
    cohort: Annotated[tuple[Outcome, ...], BeforeValidator(as_tuple)] = ()
    cohort_state: Literal["mature", "immature", "none"] = "none"
    matures_on: Annotated[date | None, Field(strict=False)] = None
    standing: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = ()
    opening: dict[str, Kroner] = Field(default_factory=dict)

    @property
    def counted(self) -> Counts:
        return {each.place: each.count for each in self.actual}


def counts(rows: Counts) -> tuple[Count, ...]:
    """In one order whatever the order they came in; zeros are left out."""
    return tuple(
        Count(unit=unit, target_group=group, month=month, count=Decimal(rows[unit, group, month]))
        for unit, group, month in sorted(rows)
        if rows[unit, group, month]
    )


def outcomes(rows: Iterable[tuple[str, int, int]]) -> tuple[Outcome, ...]:
    """Of (unit, counted, of), in the order of the units."""
    return tuple(Outcome(unit=unit, counted=Decimal(counted), of=of) for unit, counted, of in sorted(rows))


def months(year: int) -> tuple[str, ...]:
    return tuple(f"{year:04}-{month:02}" for month in range(1, 13))


def first_day(month: str) -> date:
    year, _, number = month.partition("-")
    return date(int(year), int(number), 1)
