"""A release: which figures are withheld from readers who may not see cases, so that none of them can be worked out.

A figure is withheld for itself where too few are behind it: fewer persons than k, or fewer than k counted or not
counted though not none; or where it is of a unit that one or two people's courses make up, for either could tell the
other's from it. Others are withheld with it, so that it does not follow from them: totals, groups, periods,
the units above and below, other indicators that count the same courses, and what was released before. What is promised:

1. Of how many are in a figure withheld for itself, no one can say more than a range at least k wide.
2. Of how many of them are counted, no one can say more, not even who knew how many are in every figure, than a range
   at least k wide; where fewer than k are in it: than that it is anything from none to all.
3. A figure withheld for the sake of others cannot be worked out exactly, unless a later release shows it: then it is
   needed no more.

Each quantity that adds up is one table for `suppression`: the courses that began, say, whichever indicators count them.
The same quantity in earlier releases is in the table too. A number that has not changed since is the same number, and
one that was shown is known for good. What a reader is taken to know is rather too much than too little: a unit's own
records beside those of the units below it, and which numbers did not change.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

import numpy as np

from pejling.indicators.definition import (
    ActivityShare,
    Amount,
    AverageStock,
    Exits,
    Indicator,
    Intake,
    LastingShare,
    Observed,
    Ratio,
    ScoreChange,
    StateAfter,
    Stock,
    Timely,
)  # fmt: skip
from pejling.steering.release_tables import NOT_EXACTLY, Cells, Edition, Layer, Sheet, few, together
from pejling.steering.suppression import Bools, protect

Kind = tuple[str, ...]  # what is counted; the same for all indicators that count the same
_DESCRIPTIVE = {"key", "name", "why", "kind", "direction", "unit", "owner", "review_by", "by", "age_bands", "where"}


@dataclass(frozen=True)
class Withheld:
    """`shown` by indicator and breakdown. `exposed`: numbers that can be worked out from what was released before."""

    shown: Mapping[tuple[str, str], Bools]
    exposed: int


def withhold(earlier: Sequence[Edition], new: Edition) -> Withheld:
    """Which figures of the new edition may be shown beside those shown before."""
    sheets = [
        replace(sheet, shown=sheet.shown & ~np.logical_or(*few(sheet, new.threshold, new.of_few, new.empty)))
        for sheet in new.sheets
    ]
    editions = [*earlier, replace(new, sheets=tuple(sheets))]
    families = _families(editions)
    wholes = [layers for _, layers in sorted(families.items()) if not any(layer.part for layer in layers)]
    parts = [layers for _, layers in sorted(families.items()) if any(layer.part for layer in layers)]
    exposed = sum(_decide(editions, layers) for layers in (*wholes, *parts))
    for layers in wholes:
        keys = {layer.sheets[0].indicator.key for layer in layers if layer.name == "denominator"}
        among = [each for each in parts if not keys.isdisjoint(layer.sheets[0].indicator.key for layer in each)]
        if among:
            exposed += _decide(editions, layers, *among)  # and whoever sets them beside each other
    return Withheld({(sheet.indicator.key, sheet.by): sheet.shown for sheet in sheets}, exposed)


def _families(editions: Sequence[Edition]) -> dict[Kind, list[Layer]]:
    """The layers of each quantity that adds up."""
    families: dict[Kind, list[Layer]] = {}
    for number, edition in enumerate(editions):
        by_key: dict[str, list[Sheet]] = {}
        for sheet in edition.sheets:
            by_key.setdefault(sheet.indicator.key, []).append(sheet)
        indicators = {key: sheets[0].indicator for key, sheets in by_key.items()}
        for key, sheets in by_key.items():
            for name, kind, where, part in _quantities(indicators[key], indicators):
                families.setdefault(kind, []).append(Layer(number, where, tuple(sheets), name, part))
    return families


def _quantities(
    indicator: Indicator, known: Mapping[str, Indicator]
) -> Iterator[tuple[Literal["numerator", "denominator"], Kind, str, bool]]:
    """What an indicator shows: its name there, what is counted, among whom, and whether it is a part of the other."""
    where = json.dumps(indicator.where.model_dump(mode="json"), sort_keys=True)
    said = json.dumps(indicator.model_dump(mode="json", by_alias=True, exclude=_DESCRIPTIVE), sort_keys=True)
    match indicator:
        case Amount():
            return
        case Ratio():
            for name, key in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
                if key in known:
                    for named, kind, among, _ in _quantities(known[key], known):
                        if named == "numerator":
                            yield cast(Literal["numerator", "denominator"], name), kind, among, False
        case Observed():
            yield "numerator", ("observed", indicator.key), where, True
            yield "denominator", ("observed whole", indicator.key), where, False
        case Intake():
            yield "numerator", ("begun",), where, False
        case Stock():
            yield "numerator", ("open on the last day",), where, False
        case AverageStock():
            yield "numerator", ("days open",), where, False
        case Exits():
            yield "numerator", ("ended", *indicator.exit_to), where, False
        case _:
            yield "numerator", ("counted", said), where, True
            yield "denominator", _whole(indicator, said), where, False


def _whole(indicator: Indicator, said: str) -> Kind:
    match indicator:
        case ActivityShare():
            return ("days open",) if indicator.credit == "unit" else ("days open", said)
        case Timely():
            return ("steps due", *indicator.contact_kinds, "by", *indicator.rules)
        case LastingShare():
            return ("ended", *indicator.exit_to)
        case StateAfter():
            return ("ended",)
        case ScoreChange():
            return ("scored twice", indicator.instrument)
    return ("begun",)


def _decide(editions: Sequence[Edition], *families: Sequence[Layer]) -> int:
    """Withhold in the newest edition what the quantities ask for. Gives how many numbers are exposed all the same."""
    cells = [Cells(layers, editions) for layers in families]
    table, first = together(*cells)
    pattern = protect(table)
    for each, start in zip(cells, first, strict=True):
        hidden = pattern.hidden[start:]
        for layer, sheet, numbers in each.placed:
            if layer.edition == len(editions) - 1:
                sheet.shown[(numbers >= 0) & hidden[numbers]] = False
    before = cells[0].given_away() if len(cells) == 1 else 0  # of several they have been counted one by one
    return before + int((table.demand[pattern.exposed] > NOT_EXACTLY).sum())
