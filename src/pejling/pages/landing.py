"""Where a reader lands: the page of their level, by the role they hold."""

from collections.abc import Iterator
from dataclasses import dataclass

from pejling.agreements.rights import Reader
from pejling.pages.ground import Ground

OWN = {  # by role, the page that its level lives by
    "caseworker": "cases",
    "supplier": "cases",
    "team_leader": "team",
    "centre_leader": "attention",
    "controller": "attention",
    "director": "attention",
    "politician": "effects",
    "state": "municipalities",
}
RELEASED = ("effects", "municipalities")  # pages that stand on a release


@dataclass(frozen=True)
class Landing:
    page: str
    unit: str
    role: str


def landings(reader: Reader) -> Iterator[Landing]:
    """One a role that has a page of its own, in the order the roles were given."""
    for held in reader.held:
        if held.role in OWN:
            yield Landing(OWN[held.role], held.unit, held.role)


def landing(reader: Reader, live: Ground | None, released: Ground | None) -> Landing | None:
    """The first whose unit is there to be seen; None where there is none."""
    for each in landings(reader):
        ground = released if each.page in RELEASED else live
        if ground is not None and each.unit in ground.units:
            return each
    return None
