"""The units that stand, who is credited with a closed unit's records, and who is below whom."""

from datetime import date

from meaning.facts import Unit, World


class Units:
    """The hierarchy valid on the last day that courses are covered."""

    def __init__(self, world: World):
        self.day: date = world.coverage["courses"][1] if "courses" in world.coverage else _last_day(world)
        self.rows: dict[str, Unit] = {}
        for unit in sorted(world.units, key=lambda unit: unit.valid_from):
            if unit.valid_from <= self.day or unit.unit_id not in self.rows:
                self.rows[unit.unit_id] = unit  # the latest that has begun; else the first that will

    def stands(self, unit_id: str) -> bool:
        unit = self.rows[unit_id]
        return unit.valid_from <= self.day and (unit.valid_to is None or self.day < unit.valid_to)

    def credited(self, unit_id: str) -> str:
        """The unit itself; where it is closed its successor's, else its parent's; with neither it stays at the top."""
        at, seen = unit_id, {unit_id}
        while not self.stands(at):
            row = self.rows[at]
            at = row.successor_id or row.parent_id
            if at is None or at not in self.rows or at in seen:
                return unit_id
            seen.add(at)
        return at

    def all(self) -> list[str]:
        return sorted({self.credited(unit_id) for unit_id in self.rows})

    def parent(self, unit_id: str) -> str | None:
        """The nearest unit above: whoever took over a parent that is closed, unless that is the unit itself."""
        above = self.rows[unit_id].parent_id
        while above is not None:
            if self.credited(above) != unit_id:
                return self.credited(above)
            above = self.rows[above].parent_id
        return None

    def at_or_below(self, unit_id: str, above: str) -> bool:
        at: str | None = self.credited(unit_id)
        while at is not None and at != above:
            at = self.parent(at)
        return at == above


def _last_day(world: World) -> date:
    return max(through for _, through in world.coverage.values())
