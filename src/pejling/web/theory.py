"""The theory of change as a picture: what leads to what, read from the top as one reads a page.

Every indicator has a line of its own, so that its name can be read on a phone. Beside the names run the steps, each in
a lane with a number that its table explains. Across and down are pixels: the picture is as wide as a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

LANE = 26  # between two lanes
HEAD, LINE, GAP = 30, 19, 18  # a band's heading, a line of a name, the room after a name
LETTERS = 30  # of a name in a line
RADIUS = 8  # of a step's corners
EDGE = 14  # left of the first lane


@dataclass(frozen=True)
class Spot:
    """An indicator: its name, the band it stands in, and whether a goal is judged by it."""

    key: str
    name: str
    band: int
    goal: bool


@dataclass(frozen=True)
class Step:
    number: int
    start: str
    end: str
    said: str


def drawn(
    key: str, title: str, description: str, bands: Sequence[str], spots: Sequence[Spot], steps: Sequence[Step]
) -> SafeString:
    """`bands` are the headings, by the number of the band. Steps go from a spot to one that stands below it, or above:
    then the arrow points up.
    """
    lanes = _lanes(spots, steps)
    rail = EDGE + LANE * (max(lanes.values(), default=-1) + 1)
    parts, places, y, band = [], {}, 0, None
    for spot in spots:
        if spot.band != band:
            band = spot.band
            y += HEAD if y == 0 else HEAD + 10
            parts.append(f'<line class="band" x1="{rail + 26}" x2="100%" y1="{y - 8}" y2="{y - 8}"/>')
            parts.append(f'<text class="heading" x="{rail + 26}" y="{y - 14}">{escape(bands[band])}</text>')
            y += 12
        lines = wrapped(spot.name)
        places[spot.key] = y + 6
        texts = "".join(
            f'<text x="{rail + 26}" y="{y + 11 + LINE * number}">{escape(line)}</text>'
            for number, line in enumerate(lines)
        )
        ring = f'<circle class="ring" cx="{rail + 8}" cy="{y + 6}" r="9"/>' if spot.goal else ""
        parts.append(
            f'<g class="spot"><title>{escape(spot.name)}</title>{ring}'
            f'<circle cx="{rail + 8}" cy="{y + 6}" r="5.5"/>{texts}</g>'
        )
        y += LINE * len(lines) + GAP
    parts += [_step(step, EDGE + LANE * lanes[step.number], rail, places, _ports(step, steps)) for step in steps]
    return format_html(
        '<svg class="chart theory" height="{}" role="img" aria-labelledby="{}-title" aria-describedby="{}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        y, key, key, key, title, key, description,
        mark_safe("".join(parts)),  # noqa: S308 - every text in it is escaped above
    )  # fmt: skip


def wrapped(name: str, letters: int = LETTERS) -> list[str]:
    """A name in lines of at most so many letters; a longer word stands alone, and is broken where it must."""
    lines = [""]
    for word in name.split():
        while len(word) > letters:
            lines.append(word[: letters - 1] + "-")
            word = word[letters - 1 :]
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return [line for line in lines if line] or [""]


def _lanes(spots: Sequence[Spot], steps: Sequence[Step]) -> dict[int, int]:
    """Short steps run nearest to the names; no two that meet share a lane. Lane 0 is the leftmost."""
    place = {spot.key: number for number, spot in enumerate(spots)}
    taken: list[list[tuple[int, int]]] = []
    found: dict[int, int] = {}
    for step in sorted(steps, key=lambda step: abs(place[step.end] - place[step.start])):
        low, high = sorted((place[step.start], place[step.end]))
        lane = next((n for n, spans in enumerate(taken) if all(high < a or b < low for a, b in spans)), len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        found[step.number] = lane
    return {number: len(taken) - 1 - lane for number, lane in found.items()}


def _ports(step: Step, steps: Sequence[Step]) -> tuple[float, float]:
    """Where steps leave and reach a spot, a little apart where it has several."""

    def shift(mine: Sequence[Step]) -> float:
        return 4.0 * (mine.index(step) - (len(mine) - 1) / 2)

    out = [each for each in steps if each.start == step.start]
    into = [each for each in steps if each.end == step.end]
    return 3 + shift(out), -3 + shift(into)


def _step(step: Step, lane: int, rail: int, places: dict[str, int], ports: tuple[float, float]) -> str:
    """From a spot left into its lane, along it, and right to the other, with an arrow and its number."""
    top, foot = places[step.start] + ports[0], places[step.end] + ports[1]
    down = 1 if foot > top else -1
    right, turn = rail - 2, RADIUS * down
    middle = (top + foot) / 2
    return (
        f'<g class="step"><title>{escape(step.said)}</title>'
        f'<path d="M {right} {top} H {lane + RADIUS} Q {lane} {top} {lane} {top + turn} V {foot - turn} '
        f'Q {lane} {foot} {lane + RADIUS} {foot} H {right - 4}"/>'
        f'<path class="head" d="M {right - 7} {foot - 4.5} L {right} {foot} L {right - 7} {foot + 4.5} Z"/>'
        f'<circle class="number" cx="{lane}" cy="{middle}" r="9.5"/>'
        f'<text class="inside" x="{lane}" y="{middle + 4.5}">{step.number}</text></g>'
    )
