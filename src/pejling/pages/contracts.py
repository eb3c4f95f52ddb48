"""Contracts side by side: who has agreed what for a year, and whether it adds up to what the whole shall reach."""

from dataclasses import dataclass
from datetime import date

from pejling.agreements import contracts
from pejling.agreements.models import Contract, Version
from pejling.agreements.rights import Reader, lineage
from pejling.pages.ground import Ground
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
    mine: bool  # the reader is one of its parties
    waits: bool  # for something that the reader can do


@dataclass(frozen=True)
class Upper:
    """A unit that the reader writes for, with the units it may have contracts with, and its overall goals."""

    unit: str
    name: str
    wholes: tuple[Whole, ...]
    free: tuple[tuple[str, str], ...]  # units without a contract for the year: id and name


@dataclass(frozen=True)
class ContractsPage:
    year: int
    years: tuple[int, ...]
    rows: tuple[Row, ...]
    uppers: tuple[Upper, ...]
    writes: bool
    synthetic: bool


def contracts_page(ground: Ground, reader: Reader, today: date, year: str = "") -> ContractsPage:
    """Raises Unknown for what is no year."""
    if year and not (year.isdecimal() and len(year) == 4):
        raise Unknown("year", year)
    chosen = int(year) if year else current_year(ground, today)
    visible = [row for each in Contract.objects.filter(year=chosen) if (row := _row(ground, reader, each, today))]
    known = set(Contract.objects.values_list("year", flat=True)) | {chosen, chosen + 1, chosen - 1}
    return ContractsPage(
        year=chosen,
        years=tuple(sorted(known)),
        rows=tuple(sorted(visible, key=lambda row: (row.said.upper_name, row.said.unit_name))),
        uppers=tuple(_upper(ground, unit, chosen) for unit in sorted(reader.at("draft")) if _has_below(ground, unit)),
        writes=bool(reader.at("draft")),
        synthetic=ground.model.data_synthetic,
    )


def current_year(ground: Ground, today: date) -> int:
    """Of the newest contracts; without any, the year after the one that the records reach into, if it has begun."""
    newest = Contract.objects.order_by("-year").values_list("year", flat=True).first()
    return newest or min(ground.through.year + 1, today.year)


def _has_below(ground: Ground, unit: str) -> bool:
    return any(each.parent_id == unit for each in ground.hierarchy.values())


def _upper(ground: Ground, unit: str, year: int) -> Upper:
    taken = {each.unit for each in Contract.objects.filter(upper=unit, year=year) if contracts.standing(each)}
    above = lineage(ground.hierarchy, [unit])
    free = tuple(
        (each.unit_id, each.name)
        for each in ground.hierarchy.values()
        if (each.parent_id == unit or each.parent_id is None) and each.unit_id not in taken | above
    )
    name = ground.hierarchy[unit].name if unit in ground.hierarchy else unit
    return Upper(unit, name, wholes(ground, unit, year), free)


def _row(ground: Ground, reader: Reader, contract: Contract, today: date) -> Row | None:
    side = contracts.party(reader, contract)
    version: Version | None = contracts.newest(contract) if side else contracts.in_force(contract)
    if version is None or (not side and not readable(ground, reader, contract)):
        return None
    able = rules.actions(version.state, contracts.signed_by(version), side) if side else frozenset()  # type: ignore[arg-type]
    return Row(
        contract.pk,
        version.number,
        contracts.content(version),
        rules.shown(version.state, contract.year, today),  # type: ignore[arg-type]
        side is not None,
        bool({"sign", "propose"} & able),
    )


def readable(ground: Ground, reader: Reader, contract: Contract) -> bool:
    """Signed contracts are read by those above, and by those whose own goals come from them."""
    below = reader.within("signed", ground.hierarchy)
    return contract.unit in below | lineage(ground.hierarchy, reader.at("signed"))
