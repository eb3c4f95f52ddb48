"""The first page: the whole in a few figures, and the units it is made of."""

from dataclasses import dataclass

from pejling.indicators.hierarchy import Unit
from pejling.pages import words
from pejling.pages.ground import Ground
from pejling.pages.series import Series, series, several


@dataclass(frozen=True)
class Branch:
    unit: Unit
    kind: str
    below: tuple["Branch", ...]


@dataclass(frozen=True)
class Start:
    title: str
    note: str
    top: Unit | None  # None where several units have nothing above them
    series: tuple[Series, ...]
    lead: Series | None  # the first of them, where it has the units below beside it
    branches: tuple[Branch, ...]
    units: int


def start(ground: Ground) -> Start:
    tops = ground.tops()
    top = tops[0] if len(tops) == 1 else None
    years = ground.periods("year")
    lines: tuple[Series, ...] = ()
    if top:
        lines = several(ground, ground.told_alone, top, years)
        first = [series(ground, each, top, years, below=ground.below(top.unit_id)) for each in ground.told_alone[:1]]
        lines = (*first, *lines[1:])
    return Start(
        title=words.text(ground.model.title),
        note=words.text(ground.model.note) if ground.model.note else "",
        top=top,
        series=lines,
        lead=lines[0] if lines and lines[0].parts else None,
        branches=tuple(_branch(ground, unit) for unit in tops),
        units=len(ground.units),
    )


def _branch(ground: Ground, unit: Unit) -> Branch:
    return Branch(unit, ground.kind_name(unit), tuple(_branch(ground, below) for below in ground.below(unit.unit_id)))
