"""Open data: what the newest release holds, what its fields mean, and the files it comes in."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from pejling.agreements import releases
from pejling.indicators.figures import Figure
from pejling.pages import words
from pejling.pages.definition import definition
from pejling.pages.ground import Ground
from pejling.pages.released import Released
from pejling.pages.series import heading
from pejling.pages.sheet import Sheet, sheet

# of a figure, as everywhere that a program reads one: the command's JSON, the API, the open data
FIELDS = (
    "indicator", "unit", "period", "group_by", "group", "numerator", "denominator", "value", "low", "high", "persons",
    "state", "matures_on", "estimate", "estimate_low", "estimate_high", "snapshot",
)  # fmt: skip
STATES = ("final", "provisional", "immature", "undefined", "not_reported", "suppressed")
ON_PAPER = 18  # indicators that one sheet has room for


@dataclass(frozen=True)
class Meaning:
    """A field, or a state, and what it means."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True)
class OpenIndicator:
    key: str
    name: str
    why: str
    unit: str
    counted: tuple[str, str]
    measured: tuple[str, ...]  # how, in sentences
    groups: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OpenPage:
    """`tops` are the units to begin at, (id, name)."""

    number: int
    month: str
    made_at: datetime
    title: str
    note: str
    threshold: int
    figures: int
    withheld: int
    tops: tuple[tuple[str, str], ...]
    indicators: tuple[OpenIndicator, ...]
    fields: tuple[Meaning, ...]
    states: tuple[Meaning, ...]
    files: tuple[Meaning, ...]
    earlier: tuple[tuple[int, str, datetime], ...]

    @property
    def sheet(self) -> Sheet:
        return sheet(len(self.indicators), 1, len(self.indicators), ON_PAPER)


def open_page(ground: Released) -> OpenPage:
    number, month = ground.release
    return OpenPage(
        number=number,
        month=month,
        made_at=ground.about.made_at,
        title=words.text(ground.model.title),
        note=words.text(ground.model.note) if ground.model.note else "",
        threshold=ground.model.threshold,
        figures=ground.about.figures,
        withheld=ground.about.withheld,
        tops=tuple((unit.unit_id, unit.name) for unit in ground.tops()),
        indicators=open_indicators(ground),
        fields=fields(),
        states=tuple(Meaning(state, words.state(state), words.state_explained(state)) for state in STATES),
        files=files(),
        earlier=tuple(each for each in releases.listed() if each[0] != number),
    )


def releases_listed() -> list[tuple[int, str, datetime]]:
    """Number, month and moment of every release, the newest first."""
    return releases.listed()


def open_indicators(ground: Ground) -> tuple[OpenIndicator, ...]:
    found = []
    for indicator in ground.indicators:
        headed = heading(ground, indicator)
        groups = tuple((column, ground.column_name(column)) for column in indicator.by)
        sentences = definition(ground.model, indicator).sentences
        found.append(
            OpenIndicator(headed.key, headed.name, headed.why, headed.unit, headed.of, sentences, groups)
        )  # fmt: skip
    return tuple(found)


def fields() -> tuple[Meaning, ...]:
    """The data dictionary of a figure, field by field, in the reader's language."""
    text, amount, day = gettext("text"), gettext("number"), gettext("date")
    told = {
        "indicator": (text, gettext("The indicator's key; what it measures stands in indicators.csv.")),
        "unit": (text, gettext("The unit's id; its name and what it is part of stand in units.csv.")),
        "period": (text, gettext("A year 2009, a quarter 2009-Q1 or a month 2009-03.")),
        "group_by": (text, gettext("What the figure is broken down by; empty for the whole.")),
        "group": (text, gettext("The group; empty for the whole.")),
        "numerator": (amount, gettext("How many were counted, or the sum. While immature: so far.")),
        "denominator": (amount, gettext("How many it is measured on; empty for a count. While immature: so far.")),
        "value": (amount, gettext("In the indicator's unit; a share is between 0 and 1. Empty while immature.")),
        "low": (amount, gettext("Where the 95% interval begins; empty for what has none.")),
        "high": (amount, gettext("Where the 95% interval ends.")),
        "persons": (text, gettext("Empty in a release: others could be worked out by it.")),
        "state": (text, gettext("How the figure stands; see the states.")),
        "matures_on": (day, gettext("While immature: when every course is certain to be decided.")),
        "estimate": (
            amount,
            gettext(
                "While immature: an estimate of what the figure may become; courses that are still open count for as "
                "long as they were followed."
            ),
        ),
        "estimate_low": (amount, gettext("Where the estimate's 95% interval begins.")),
        "estimate_high": (amount, gettext("Where the estimate's 95% interval ends.")),
        "snapshot": (amount, gettext("The store's snapshot that it was measured on; the same for the whole release.")),
    }  # fmt: skip
    return tuple(Meaning(name, *told[name]) for name in FIELDS)


def files() -> tuple[Meaning, ...]:
    """The files of a release, and what stands in each."""
    told = {
        "figures.csv": ("CSV", gettext("Every figure, a row each.")),
        "units.csv": ("CSV", gettext("The units: name, kind and the unit above.")),
        "indicators.csv": ("CSV", gettext("The indicators: name, unit, why, and how each is measured.")),
        "dictionary.csv": ("CSV", gettext("The fields and the states, and what they mean.")),
        "index.json": ("JSON-stat 2.0", gettext("The collection: it names a data set for each indicator.")),
        "index.en.json": ("JSON-stat 2.0", gettext("The same in English.")),
        "release.json": ("JSON", gettext("The release itself: number, month, threshold, source and fingerprint.")),
    }
    return tuple(Meaning(name, *said) for name, said in told.items())


def figures_of(ground: Released, key: str, by: str) -> list[Figure]:
    """All of an indicator's, in the order of units, periods and groups."""
    kinds = ("year",) if by else ("year", "quarter", "month")
    periods = [period for kind in kinds for period in ground.about.periods(kind)]  # type: ignore[arg-type]
    return releases.released_figures(ground.about, key, list(ground.units), periods, by)


def rows(found: list[Figure]) -> Iterator[dict[str, Any]]:
    """Exactly the fields of `FIELDS`."""
    for figure in found:
        said = asdict(figure)
        yield {name: said[name] for name in FIELDS}
