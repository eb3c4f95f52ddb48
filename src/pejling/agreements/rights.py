"""Who may do what: a role is held at a unit, and reaches what is below it. The least that each role needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pejling.indicators.hierarchy import Unit

Right = Literal[
    "figures", "released", "cases", "draft", "sign", "signed", "agreements", "records", "check", "funding", "regulate"
]  # fmt: skip

# figures     live figures, not suppressed, of the unit and all below it
# released    figures of the unit and all below it as the newest release has them
# cases       the list of courses behind a figure; each look is logged
# draft       see, write and comment on contracts that the unit itself is a party to; write its stand in a status
# sign        bind the unit itself; publish the statuses of the units below
# signed      read signed contracts of the unit, of those below it and of those above it
# agreements  write in implementation agreements that the unit itself has a part in
# records     what each delivery brought
# funding     what the unit and those below it are paid, and why
# regulate    book a regulation: only for who has the right above all units that are funded
# check       the model check, which looks at every unit: only for who has the right at the top
ROLES: dict[str, frozenset[Right]] = {
    "politician": frozenset({"released", "signed"}),
    "director": frozenset(
        {"figures", "cases", "draft", "sign", "signed", "agreements", "records", "check", "funding", "regulate"}
    ),
    "controller": frozenset(
        {"figures", "cases", "draft", "signed", "agreements", "records", "check", "funding", "regulate"}
    ),
    "centre_leader": frozenset({"figures", "cases", "draft", "sign", "signed", "agreements", "records", "funding"}),
    "team_leader": frozenset({"figures", "cases", "draft", "sign", "signed", "agreements"}),
    "caseworker": frozenset({"figures", "cases", "signed"}),
    "supplier": frozenset({"figures", "cases", "draft", "sign", "signed", "agreements"}),
    "state": frozenset({"released", "signed"}),  # what it sees of a municipality; it does not speak for it
    # who binds a unit (the state's own, say) and sees no figures
    "party": frozenset({"draft", "sign", "signed", "agreements"}),
}


@dataclass(frozen=True)
class Held:
    """A role at a unit."""

    role: str
    unit: str


@dataclass(frozen=True)
class Reader:
    """Whoever is signed in, with the roles they hold."""

    name: str
    held: tuple[Held, ...]

    def at(self, right: Right) -> frozenset[str]:
        """The units at which they themselves have the right."""
        return frozenset(each.unit for each in self.held if right in ROLES[each.role])

    def within(self, right: Right, units: Mapping[str, Unit]) -> frozenset[str]:
        """Those units and all below them."""
        held = self.at(right)
        below: dict[str | None, list[str]] = {}
        for unit in units.values():
            below.setdefault(unit.parent_id, []).append(unit.unit_id)
        found: set[str] = set()
        waiting = [unit for unit in held if unit in units]
        while waiting:
            unit_id = waiting.pop()
            if unit_id not in found:
                found.add(unit_id)
                waiting += below.get(unit_id, [])
        return frozenset(found)

    def may(self, right: Right, unit: str, units: Mapping[str, Unit]) -> bool:
        return unit in self.within(right, units)


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """Whoever asks may not: the right they lack."""

    def __init__(self, right: Right) -> None:
        super().__init__(right)
        self.right: Right = right


def lineage(units: Mapping[str, Unit], unit_ids: Iterable[str]) -> frozenset[str]:
    """The units and all above them."""
    found: set[str] = set()
    for unit_id in unit_ids:
        above: str | None = unit_id
        while above is not None and above not in found:
            found.add(above)
            above = units[above].parent_id if above in units else None
    return frozenset(found)
