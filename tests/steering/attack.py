"""Somebody who wants to know what was withheld: all that is released, and linear programming.

They read the rows, know the hierarchy and what the indicators count, and ask of a number that is not there how low and
how high it can be. This is written apart from how figures are withheld, and from nothing but what is released.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

Name = tuple[Any, ...]  # what, unit, period, by, group
FAR = 1e6


def whole_of(definition: Mapping[str, Any]) -> str:
    """What an indicator's denominator counts, or the numerator of one that only counts; "" where it is no people."""
    where = str(sorted((definition.get("where") or {}).items()))
    match definition["measure"]:
        case "intake" | "exit_within" | "activity_within" | "time_to_exit":
            return "begun " + where
        case "exits" | "lasting_share":
            return f"ended {sorted(definition.get('exit_to') or ())} {where}"
        case "state_after":
            return f"ended [] {where}"
        case "timely":
            return f"due {sorted(definition.get('contact_kinds') or ())} {where}"
        case "stock":
            return "open " + where
    return ""


@dataclass
class Reader:
    """Rows of one or more releases. A number that has not changed is taken to be the same in all of them."""

    parents: Mapping[str, str | None]
    definitions: Mapping[str, Mapping[str, Any]]
    known: dict[Name, float] = field(default_factory=dict)
    rows: list[tuple[list[Name], list[float], float, float]] = field(default_factory=list)
    names: dict[Name, int] = field(default_factory=dict)

    def read(self, rows: Iterable[Mapping[str, Any]], edition: Mapping[Name, int]) -> None:
        """`edition`: for a number, which version of it this release has; the first where it is not named."""
        places: dict[str, set[Name]] = {}
        for row in rows:
            definition = self.definitions[row["indicator"]]
            place = (row["unit"], row["period"], row["group_by"], row["group"])
            if row["state"] == "not_reported" or not (whole := whole_of(definition)):
                continue
            counts = definition["measure"] in ("intake", "exits", "stock")
            numbers = {whole: "numerator" if counts else "denominator"}
            if not counts:
                numbers["part " + row["indicator"]] = "numerator"
            for what, field_ in numbers.items():
                name = self._version((what, *place), edition)
                places.setdefault(what, set()).add((what, *place))
                if row["state"] != "suppressed":
                    assert self.known.setdefault(name, row[field_]) == row[field_]
            if not counts:
                part, all_ = (self._version((what, *place), edition) for what in ("part " + row["indicator"], whole))
                self.rows.append(([all_, part], [1.0, -1.0], 0.0, FAR))
        for what, there in places.items():
            for equation in self._sums(there, what.startswith("open ")):
                total, *parts = (self._version(name, edition) for name in equation)
                self.rows.append(([total, *parts], [-1.0] + [1.0] * len(parts), 0.0, 0.0))

    def _version(self, name: Name, edition: Mapping[Name, int]) -> Name:
        if name[0].startswith("open ") and len(name[2]) != 7:  # a stock is that of the last month
            year, _, quarter = name[2].partition("-Q")
            name = (name[0], name[1], f"{year}-{int(quarter or 4) * 3:02}", *name[3:])
        numbered = (*name, edition.get(name, 0))
        self.names.setdefault(numbered, len(self.names))
        return numbered

    def told_elsewhere(self, name: Name, edition: Mapping[Name, int]) -> bool:
        """Is the same number shown in another release?"""
        return self._version(name, edition) in self.known

    def _sums(self, there: set[Name], stock: bool) -> Iterable[list[Name]]:
        for name in there:
            what, unit, period, by, group = name
            below = [(what, each, period, by, group) for each, above in self.parents.items() if above == unit]
            if len(below) > 0 and all(each in there for each in below):
                yield [name, *below]
            if not stock and len(period) != 7:
                year, _, quarter = period.partition("-Q")
                inside = [f"{year}-Q{n}" for n in (1, 2, 3, 4)]
                if quarter:
                    inside = [f"{year}-{int(quarter) * 3 - n:02}" for n in (2, 1, 0)]
                parts = [each for p in inside if (each := (what, unit, p, by, group)) in there]
                if parts:
                    yield [name, *parts]
            if not by:
                for column in {each[3] for each in there if each[3]}:
                    parts = [each for each in there if each[:3] == name[:3] and each[3] == column]
                    if parts:
                        yield [name, *parts]

    def begin(self) -> None:
        program = highspy.HighsLp()
        size = len(self.names)
        low, high = np.zeros(size), np.full(size, FAR)
        for name, value in self.known.items():
            low[self.names[name]] = high[self.names[name]] = value
        starts, index, factor = [0], [], []
        for names, factors, _, _ in self.rows:
            index += [self.names[name] for name in names]
            factor += factors
            starts.append(len(index))
        program.num_col_, program.num_row_ = size, len(self.rows)
        program.col_cost_, program.col_lower_, program.col_upper_ = np.zeros(size), low, high
        program.row_lower_ = np.array([row[2] for row in self.rows])
        program.row_upper_ = np.array([row[3] for row in self.rows])
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_ = np.array(starts), np.array(index)
        program.a_matrix_.value_ = np.array(factor)
        self.solver = highspy.Highs()
        self.solver.silent()
        self.solver.passModel(program)

    def range(self, name: Name) -> tuple[float, float]:
        """How low and how high a number can be. The rows must make sense: there is a table that fits them all."""
        at, found = self.names[name], []
        for sign in (1.0, -1.0):
            self.solver.changeColCost(at, sign)
            self.solver.run()
            assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            found.append(sign * self.solver.getObjectiveValue())
        self.solver.changeColCost(at, 0.0)
        return found[0], found[1]
