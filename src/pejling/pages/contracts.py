"""Contracts side by side: who has agreed what for a year, and whether it adds up to what the whole shall reach."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from pejling.agreements import contracts
from pejling.agreements.models import Contract, Version
from pejling.agreements.rights import Reader, lineage
from pejling.indicators.hierarchy import Unit
from pejling.pages.contract_goals import GoalView, definitions, goal_view
from pejling.pages.ground import Ground
from pejling.pages.targets import asked_below, is_near, near
from pejling.pages.unknown import Unknown
from pejling.pages.wholes import Whole, wholes
from pejling.steering import contracts as rules


@dataclass(frozen=True)
class Row:
    """A contract that the reader may see."""

    contract: int
    number: int
    said: rules.Contract
    state: rules.Shown
    waits: bool  # for something that the reader can do
    goals: dict[str, GoalView]  # by indicator


@dataclass(frozen=True)
class Upper:
    """A unit that the reader writes for, with the units it may have contracts with, and its overall goals."""

    unit: str
    name: str
    wholes: tuple[Whole, ...]
    below: tuple[tuple[str, str], ...]  # units that are asked, without a contract for the year: id and name
    others: tuple[tuple[str, str], ...]  # and other units, below or outside


@dataclass(frozen=True)
class ContractsPage:
    year: int
    years: tuple[int, ...]
    rows: tuple[Row, ...]
    uppers: tuple[Upper, ...]
    writes: bool
    synthetic: bool

    @property
    def indicators(self) -> tuple[tuple[str, str], ...]:
        """The goals that any of the contracts has: key and name, in the order of the contract with most of them."""
        most_first = sorted(self.rows, key=lambda row: -len(row.goals))
        names = {key: view.name for row in most_first for key, view in row.goals.items()}
        return tuple(names.items())

    @property
    def with_(self) -> str:
        """The upper party of them all; "" where they are several."""
        names = {row.said.upper_name for row in self.rows}
        return names.pop() if len(names) == 1 else ""


def contracts_page(ground: Ground, reader: Reader, today: date, year: str = "") -> ContractsPage:
    """Raises Unknown for what is no year, or one far from the records that has no contract."""
    if year and not (year.isdecimal() and len(year) == 4):
        raise Unknown("year", year)
    chosen = int(year) if year else current_year(ground, today)
    if not Contract.objects.filter(year=chosen).exists():
        near(ground, chosen)
    visible = [row for each in Contract.objects.filter(year=chosen) if (row := _row(ground, reader, each, today))]
    known = {chosen, *(each for each in (chosen + 1, chosen - 1) if is_near(ground, each))}
    known |= set(Contract.objects.values_list("year", flat=True))
    return ContractsPage(
        year=chosen,
        years=tuple(sorted(known)),
        rows=tuple(sorted(visible, key=lambda row: _place(ground, row.said))),
        uppers=tuple(_upper(ground, unit, chosen) for unit in sorted(reader.at("draft")) if _has_below(ground, unit)),
        writes=bool(reader.at("draft")),
        synthetic=ground.model.data_synthetic,
    )


def _place(ground: Ground, said: rules.Contract) -> tuple[str, bool, str]:
    """Those right below come before others: suppliers, say."""
    unit = ground.hierarchy.get(said.unit)
    return said.upper_name, unit is None or unit.parent_id != said.upper, said.unit_name


def current_year(ground: Ground, today: date) -> int:
    """Of the newest contracts; without any, the year after the one that the records reach into, if it has begun."""
    newest = Contract.objects.order_by("-year").values_list("year", flat=True).first()
    return newest or min(ground.through.year + 1, today.year)


def _has_below(ground: Ground, unit: str) -> bool:
    return any(each.parent_id == unit for each in ground.hierarchy.values())


def _upper(ground: Ground, unit: str, year: int) -> Upper:
    taken = {each.unit for each in Contract.objects.filter(upper=unit, year=year) if contracts.standing(each)}
    above, asked = lineage(ground.hierarchy, [unit]), asked_below(ground, unit, year)
    free = [each for each in ground.hierarchy.values() if each.unit_id not in taken | above]
    others = [each for each in free if each.unit_id not in asked and _may_be_other(ground, each, unit)]
    return Upper(
        unit,
        ground.hierarchy[unit].name if unit in ground.hierarchy else unit,
        wholes(ground, unit, year),
        tuple((each.unit_id, each.name) for each in free if each.unit_id in asked),
        tuple((each.unit_id, each.name) for each in others),
    )


def _may_be_other(ground: Ground, other: Unit, unit: str) -> bool:
    """A unit below, or one on top of a line of its own: a supplier, or a municipality."""
    return other.parent_id is None or unit in lineage(ground.hierarchy, [other.unit_id])


def _row(ground: Ground, reader: Reader, contract: Contract, today: date) -> Row | None:
    side = contracts.party(reader, contract)
    version: Version | None = contracts.newest(contract) if side else contracts.in_force(contract)
    if version is None or (not side and not readable(ground, reader, contract)):
        return None
    said = contracts.content(version)
    return Row(
        contract.pk,
        version.number,
        said,
        rules.shown(version.state, contract.year, today),  # type: ignore[arg-type]
        bool({"sign", "propose"} & able(reader, version)),
        {
            goal.indicator: goal_view(ground, said, goal, definitions(ground, version, said), None, party=bool(side))
            for goal in said.goals
        },
    )


def able(reader: Reader, version: Version) -> frozenset[rules.Action]:
    """What the reader may do to it now: to sign takes a right of its own."""
    state, signed = cast(rules.State, version.state), contracts.signed_by(version)
    side = contracts.party(reader, version.contract)
    signing = contracts.party(reader, version.contract, "sign")
    writes = rules.actions(state, signed, side) if side else frozenset[rules.Action]()
    signs = rules.actions(state, signed, signing) if signing else frozenset[rules.Action]()
    return (writes - {"sign", "withdraw"}) | (signs & {"sign", "withdraw"})


def readable(ground: Ground, reader: Reader, contract: Contract) -> bool:
    """Signed contracts are read by those above, and by those whose own goals come from them."""
    below = reader.within("signed", ground.hierarchy)
    return contract.unit in below | lineage(ground.hierarchy, reader.at("signed"))
