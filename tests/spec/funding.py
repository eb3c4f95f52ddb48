"""Worked examples of funding: Markdown that is read as a model, clients and the amounts expected, and rendered.

The YAML block is a `funding.yaml`. `each` stands for every month of the year. In the tables of cohort and agreements
`booking` is the first one that knows of it; a late record replaces what was first counted from its booking on.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from pejling.indicators.funding import Funding
from pejling.steering.funding.basis import Basis, counts, months, outcomes
from pejling.steering.funding.bookings import Booking, book, next_step

PAGE = Path(__file__).parent / "funding.md"


@dataclass(frozen=True)
class Example:
    title: str
    funding: Funding
    tables: dict[str, list[dict[str, str]]]

    def bookings(self) -> list[Booking]:
        """As many as the example expects."""
        made: list[Booking] = []
        for _ in {row["booking"] for row in self.tables["bookings"]}:
            step = next_step(self.plan, made)
            basis = self.basis(step.number, step.through, made[0] if made else None)
            made.append(book(step, self.plan, self.funding.rates, basis, made[-1] if made else None))
        return made

    @property
    def plan(self):
        return self.funding.years[0]

    def basis(self, number: int, through: str, opening: Booking | None) -> Basis:
        counted = {place: n for place, n in self._clients("counted").items() if place[2] <= through}
        for row in self.tables.get("late", []):
            if number >= int(row["booking"]):
                counted[row["unit"], row["target_group"], f"{self.plan.year}-{row['month']}"] = Decimal(row["now"])
        ahead = {place: n for place, n in self._clients("forecast").items() if place[2] > through}
        cohort = {
            row["unit"]: (row["unit"], int(row["counted"]), int(row["of"]))
            for row in self.tables.get("cohort", [])
            if number >= int(row["booking"])
        }
        openings = {row["unit"]: Decimal(row["taximeter"]) for row in self.tables.get("opening", [])}
        if opening:
            openings = {each.unit: each.taximeter for each in opening.allocation.units}
        standing = tuple(row["title"] for row in self.tables.get("agreements", []) if number >= int(row["booking"]))
        return Basis(
            through=through, actual=counts(counted), forecast=counts(ahead), forecast_by="by hand",
            cohort=outcomes(cohort.values()), cohort_state="mature" if cohort else "immature", standing=standing,
            opening=openings,
        )  # fmt: skip

    def _clients(self, table: str) -> dict[tuple[str, str, str], Decimal]:
        found = {}
        for row in self.tables.get(table, []):
            for month in months(self.plan.year):
                count = row.get("each") or row.get(month[-2:])
                if count:
                    found[row["unit"], row["target_group"], month] = Decimal(count)
        return found


def examples() -> list[Example]:
    return [_example(section) for section in re.split(r"^### ", PAGE.read_text(), flags=re.MULTILINE)[1:]]


def _example(section: str) -> Example:
    said = yaml.safe_load(re.search(r"```yaml\n(.*?)```", section, re.DOTALL)[1])
    tables = {
        name: _rows(text) for name, text in re.findall(r"^\*\*(\w+)\*\*[^\n]*\n\n((?:\|.*\n?)+)", section, re.MULTILINE)
    }
    return Example(section.splitlines()[0], Funding.model_validate(said), tables)


def _rows(text: str) -> list[dict[str, str]]:
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()]
    header, _, *rows = lines
    return [dict(zip(header, row, strict=True)) for row in rows]
