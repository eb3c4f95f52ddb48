"""Charts as SVG, made here. Across, places are per cent, so that a chart fits any width with its letters whole;
down, they are pixels. Colours and dashes come from classes. Every chart stands beside its table.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from pejling.pages.control_chart import ControlChart, Spot

HEIGHT, TOP, FOOT = 240, 22, 28  # pixels; TOP holds the uppermost axis label, FOOT the periods
LEFT = 9.0  # per cent kept free for the axis labels
ROOM = 7.0  # per cent of the width that a number takes on a phone

Down = Callable[[float], float]  # a value's place, in pixels from the top
Form = Literal["share", "count", "mean"]  # a share of 1 and a mean are dots on a line, a count is a bar from 0


@dataclass(frozen=True)
class Point:
    """One figure of a chart. `value` is the estimate where the state is immature (`said` then calls it one)."""

    said: str
    tick: str
    state: str
    value: float | None
    low: float | None = None
    high: float | None = None
    partial: bool = False  # the records begin within the period
    beyond: bool = False  # a time that half never reached: longer than all that was seen


@dataclass(frozen=True)
class Scale:
    """From `start` (0, or below it where a value is) to `end`, with a line every `step`."""

    start: float
    end: float
    step: float

    @property
    def lines(self) -> list[float]:
        return [self.start + line * self.step for line in range(round((self.end - self.start) / self.step) + 1)]

    def part(self, amount: float) -> float:
        """Where it lies, from 0 at the start to 1 at the end."""
        return (min(max(amount, self.start), self.end) - self.start) / (self.end - self.start)


def scale(points: Sequence[Point], form: Form) -> Scale:
    """That holds every value and interval, with room for the arrow of one without an end, and has a few round lines."""
    known = [each for p in points for each in (p.value, p.low, p.high) if each is not None]
    known += [p.value * 1.15 for p in points if p.value is not None and p.low is not None and p.high is None]
    highest, lowest = max([0.0, *known]), min([0.0, *known])
    end, step = scale_end(highest - lowest, form)
    if lowest > -1e-6:
        return Scale(0.0, end, step)
    return Scale(-step * math.ceil(-lowest / step - 1e-9), step * math.ceil(highest / step - 1e-9), step)


def scale_end(highest: float, form: Form) -> tuple[float, float]:
    """The upper end of an axis that begins at 0, and the step between its lines: 3 to 5 lines of round numbers."""
    share = form == "share"
    if highest < 1e-6:
        return (1.0, 0.25) if share else (4.0, 1.0)
    rough = highest / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= rough - 1e-12)
    if form == "count":
        step = max(1.0, math.ceil(step))
    end = step * math.ceil(highest / step - 1e-9)
    return (1.0, 0.25) if share and end > 0.8 else (end, step)


def over_time(key: str, title: str, description: str, points: Sequence[Point], form: Form, axis: Sequence[str]) -> str:
    """Figures by period. `axis` has the labels of the scale's lines, from the lowest up; see `scale`."""
    scaled = scale(points, form)
    plot = HEIGHT - TOP - FOOT
    width = (100 - LEFT) / max(len(points), 1)

    def down(amount: float) -> float:
        return round(TOP + plot * (1 - scaled.part(amount)), 1)

    def across(index: int) -> float:
        return round(LEFT + (index + 0.5) * width, 2)

    crowd = " dense" if len(points) > 30 else " many" if len(points) > 12 else ""
    parts = []
    for line, label in zip(scaled.lines, axis, strict=False):
        y = down(line)
        kind = "axis" if abs(line) < scaled.step / 2 else "grid"
        parts.append(f'<line class="{kind}" x1="0" x2="100%" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="scale" x="0" y="{y - 5}">{escape(label)}</text>')
        if crowd and kind == "grid":  # it scrolls on a phone, from its newest end: there the others are out of sight
            parts.append(f'<text class="scale far" x="100%" y="{y - 5}">{escape(label)}</text>')
    dots = form != "count"
    for before, (one, other) in enumerate(pairwise(points)):
        if dots and _firm(one) and _firm(other) and not one.partial:
            parts.append(
                f'<line class="way" x1="{across(before)}%" y1="{down(one.value or 0)}" '
                f'x2="{across(before + 1)}%" y2="{down(other.value or 0)}"/>'
            )
    for index, point in enumerate(points):
        x = across(index)
        mark = _dot(x, point, down, len(points)) if dots else _bar(x, width, point, down)
        mark += _begins(x, width, down(0)) if point.partial else ""
        parts.append(f'<g class="mark {point.state}"><title>{escape(point.said)}</title>{mark}</g>')
        if point.tick:
            parts.append(f'<text class="tick" x="{x}%" y="{HEIGHT - 8}">{escape(point.tick)}</text>')
    return drawn(key, title, description, HEIGHT, "over-time" + crowd, parts)


def share_of(part: float, outcome: str) -> SafeString:
    """A bar over a track, a row of a table of reasons: `part` is its share of them all."""
    width = round(100 * min(max(part, 0.0), 1.0), 2)
    return mark_safe(  # noqa: S308 - made of numbers and our own words
        '<svg class="chart share-of" height="18" aria-hidden="true"><rect class="track" width="100%" height="18"/>'
        f'<rect class="part {escape(outcome)}" width="{width}%" height="18"/></svg>'
    )


def across(point: Point, scaled: Scale, reference: float | None) -> SafeString:
    """One dot with its interval on a scale, and an arrow where that has no end: a row of a table, hidden from those who
    hear the table.
    """
    parts = ['<line class="grid" x1="0" x2="100%" y1="14" y2="14"/>']
    if reference is not None:
        place = _percent(reference, scaled)
        parts.append(f'<line class="reference" x1="{place}%" x2="{place}%" y1="0" y2="28"/>')
    mark = ""
    if point.low is not None:
        low, high = _percent(point.low, scaled), 100 if point.high is None else _percent(point.high, scaled)
        mark = f'<line class="whisker" x1="{low}%" x2="{high}%" y1="14" y2="14"/>'
        mark += '<text class="open" x="100%" y="19">→</text>' if point.high is None else ""
    if point.value is not None:
        mark += f'<circle cx="{_percent(point.value, scaled)}%" cy="14" r="5.5"/>'
    parts.append(f'<g class="mark {point.state}">{mark}</g>' if mark else "")
    return mark_safe(f'<svg class="chart across" height="28" aria-hidden="true">{"".join(parts)}</svg>')  # noqa: S308


def sign(state: str, form: Form, partial: bool = False, beyond: bool = False, bare: bool = False) -> SafeString:
    """The mark of a state, of a period covered in part, of a time not reached, or of no estimate, for the legend."""
    known = state in ("final", "provisional", "immature") and not bare
    point = Point("", "", state, 0.5 if known else None, partial=partial)
    if partial:
        mark = _begins(50, 60, 16)
    elif beyond:
        mark = _beyond(50, 5)
    elif point.value is None:
        mark = _absent(50, state, 18, 1)
    elif form != "count":
        mark = _dot(50, point, lambda _: 10, 1)
    else:
        mark = _bar(50, 60, point, lambda amount: 18 if not amount else 3)
    return mark_safe(  # noqa: S308 - made of numbers and our own words
        '<svg class="chart sign" width="20" height="20" aria-hidden="true">'
        f'<g class="mark {escape(state)}">{mark}</g></svg>'
    )


def _firm(point: Point) -> bool:
    return point.value is not None and point.state in ("final", "provisional")


def _dot(x: float, point: Point, down: Down, count: int) -> str:
    whisker = ""
    if point.low is not None:
        top = TOP if point.high is None else down(point.high)
        whisker = f'<line class="whisker" x1="{x}%" x2="{x}%" y1="{down(point.low)}" y2="{top}"/>'
        whisker += _beyond(x, TOP) if point.high is None and not point.beyond else ""
    if point.beyond:
        return whisker + _beyond(x, TOP)
    if point.value is None:
        return whisker + _absent(x, point.state, down(0), count)
    y = down(point.value)
    radius = 5.5 if count <= 30 else 3
    ring = f'<circle class="ring" cx="{x}%" cy="{y}" r="{radius + 3.5}"/>' if point.state == "provisional" else ""
    return f'{whisker}{ring}<circle cx="{x}%" cy="{y}" r="{radius}"/>'


def _bar(x: float, width: float, point: Point, down: Down) -> str:
    if point.value is None:
        return _absent(x, point.state, down(0), 1)
    left, broad = round(x - 0.35 * width, 2), round(0.7 * width, 2)
    if point.partial:  # half as broad, as far as it goes
        left, broad = x, round(broad / 2, 2)
    top, foot = sorted((down(point.value), down(0)))
    return f'<rect x="{left}%" width="{broad}%" y="{top}" height="{round(foot - top, 1)}"/>'


def _begins(x: float, width: float, foot: float) -> str:
    """A gate on the axis: the records begin within this period."""
    left, right = round(x - 0.4 * width, 2), round(x - 0.1 * width, 2)
    return (
        f'<line class="begins" x1="{left}%" x2="{left}%" y1="{foot - 12}" y2="{foot}"/>'
        f'<line class="begins" x1="{left}%" x2="{right}%" y1="{foot - 12}" y2="{foot - 12}"/>'
    )


def _beyond(x: float, top: float) -> str:
    """An arrow out of the chart, upwards."""
    return f'<text class="inside" x="{x}%" y="{top + 10}">↑</text>'


def _absent(x: float, state: str, foot: float, count: int) -> str:
    """Not a value: a sign on the axis, never a mark at 0."""
    y = foot - 8
    if state == "suppressed":
        return f'<circle cx="{x}%" cy="{y}" r="5"/><text class="inside" x="{x}%" y="{y + 4}">✕</text>'
    word = {"not_reported": "···", "undefined": "–"}.get(state, "?")
    return f'<text class="inside" x="{x}%" y="{y + 4}">{word if count <= 30 or state != "not_reported" else "·"}</text>'


def _percent(amount: float, scaled: Scale) -> float:
    return round(2 + 96 * scaled.part(amount), 2)  # the outermost dots stay whole


def drawn(key: str, title: str, description: str, height: int, kind: str, parts: list[str]) -> SafeString:
    return format_html(
        '<svg class="chart {}" height="{}" role="img" aria-labelledby="{}-title" aria-describedby="{}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        kind, height, key, key, key, title, key, description,
        mark_safe("".join(parts)),  # noqa: S308 - every text in it is escaped above
    )  # fmt: skip


def contributions(counts: Sequence[int], labels: Sequence[str], asked: int, own: int | None = None) -> SafeString:
    """The units' contributions laid end to end, and where the whole is: hidden from those who hear the table.

    `own` is the place of the one that the page is about.
    """
    end = max(sum(counts), asked, 1) * 1.02
    parts, x = ['<rect class="track" width="100%" y="6" height="18"/>'], 0.0
    for number, (count, label) in enumerate(zip(counts, labels, strict=True)):
        width = 100 * count / end
        shade = "own" if number == own else ("first", "second")[number % 2]
        parts.append(f'<rect class="laid {shade}" x="{x:.2f}%" width="{width:.2f}%" y="6" height="18"/>')
        if width > ROOM:
            parts.append(f'<text class="tick" x="{x + width / 2:.2f}%" y="42">{escape(label)}</text>')
        x += width
    place = 100 * asked / end
    parts.append(f'<line class="asked" x1="{place:.2f}%" x2="{place:.2f}%" y1="0" y2="30"/>')
    return mark_safe(f'<svg class="chart laid-out" height="46" aria-hidden="true">{"".join(parts)}</svg>')  # noqa: S308


def against(points: Sequence[Point], target: float | None, form: Form, nth: int) -> SafeString:
    """The nth of a goal's marks (where it began, where it stands) on the scale that they share with its target."""
    scaled = scale([*points, Point("", "", "final", target)], form)
    return across(points[nth], scaled, target)


YEAR = 0.09  # of the width: the room that a year's number takes


def control(key: str, chart: ControlChart, height: int = 132) -> SafeString:
    """Periods on end between their limits, and the target; special ones stand out by size and form, not by colour only.

    The band is darker where the limits come from: that is what the later points are held against.
    """
    top, foot, left = 10, 20, LEFT + 2

    def down(part: float) -> float:
        return round(top + (height - top - foot) * part, 1)

    def across(part: float) -> float:
        return round(left + (100 - left) * part, 2)

    parts = []
    for place, label in chart.axis:
        parts.append(f'<line class="grid" x1="{left}%" x2="100%" y1="{down(place)}" y2="{down(place)}"/>')
        parts.append(f'<text class="scale" x="0" y="{down(place) + 4}">{escape(label)}</text>')
    if band := chart.band:
        tall = round(down(band.lower) - down(band.upper), 1)
        for name, begins, ends in (("base", band.begins, band.until), ("held", band.until, 1.0)):
            if ends > begins:
                x, width = across(begins), round(across(ends) - across(begins), 2)
                parts.append(f'<rect class="{name}" x="{x}%" width="{width}%" y="{down(band.upper)}" height="{tall}"/>')
        mean = down(band.mean)
        parts.append(f'<line class="mean" x1="{across(band.begins)}%" x2="100%" y1="{mean}" y2="{mean}"/>')
    if chart.target is not None:
        y = down(chart.target)
        whose = "aim" if chart.own else "aim theirs"
        parts.append(f'<line class="{whose}" x1="{left}%" x2="100%" y1="{y}" y2="{y}"/>')
    for one, other in pairwise(chart.spots):
        if one.down is not None and other.down is not None:
            kind = "way guess" if "estimate" in (one.kind, other.kind) else "way"
            parts.append(
                f'<line class="{kind}" x1="{across(one.across)}%" y1="{down(one.down)}" '
                f'x2="{across(other.across)}%" y2="{down(other.down)}"/>'
            )
    years = [spot.across for spot in chart.spots if spot.year]
    for spot in chart.spots:
        x = across(spot.across)
        if spot.down is not None:
            parts.append(
                f'<g class="spot {spot.kind}"><title>{escape(spot.said)}</title>{_spot(x, down(spot.down), spot)}</g>'
            )
        if spot.year and not any(0 < later - spot.across < YEAR for later in years):
            parts.append(f'<text class="year" x="{x}%" y="{height - 4}">{escape(spot.year)}</text>')
    return drawn(key, chart.title, chart.description, height, "control", parts)


def _spot(x: float, y: float, spot: Spot) -> str:
    """A dot; a special one larger and ringed, an estimate hollow, a provisional one ringed."""
    if spot.kind in ("better", "worse", "other"):
        return f'<circle class="ring" cx="{x}%" cy="{y}" r="7.5"/><circle cx="{x}%" cy="{y}" r="4.5"/>'
    ring = f'<circle class="ring" cx="{x}%" cy="{y}" r="5"/>' if spot.provisional else ""
    return f'{ring}<circle cx="{x}%" cy="{y}" r="{3 if spot.kind == "estimate" else 2.5}"/>'


def variation_mark(kind: str, *, firm: bool = True) -> SafeString:
    """Is it changing? A level wave for no change; an arrow up or down the page for better and worse, hollow where late
    records may still undo it.
    """
    shapes = {
        "same": '<path class="stroke" d="M3 12q3-5 6 0t6 0 6 0"/>',
        "better": '<path class="fill" d="M12 3l8 9h-5v9H9v-9H4z"/>',
        "worse": '<path class="fill" d="M12 21l-8-9h5V3h6v9h5z"/>',
        "higher": '<path class="stroke" d="M4 20L20 5M11 5h9v9"/>',
        "lower": '<path class="stroke" d="M4 4l16 15M11 19h9v-9"/>',
        "too_few": '<path class="stroke" d="M4 12h2M11 12h2M18 12h2"/>',
    }
    return _mark("variation", kind if firm else f"{kind} provisional", shapes[kind])


def assurance_mark(kind: str) -> SafeString:
    """Does it meet its target as it is? The target a line, and the band that the figure varies in above, below, across.

    Above means: on the good side, whichever way that is.
    """
    band = {"meets": 3, "fails": 15, "chance": 8}.get(kind)
    if band is None:
        return _mark("assurance", kind, '<path class="stroke" d="M4 12h2M11 12h2M18 12h2"/>')
    line = {"meets": 17, "fails": 7, "chance": 12}[kind]
    return _mark(
        "assurance", kind,
        f'<rect class="band" x="2" width="20" y="{band}" height="{8 if kind == "chance" else 6}"/>'
        f'<path class="line" d="M1 {line}h22"/>',
    )  # fmt: skip


def _mark(what: str, kind: str, shape: str) -> SafeString:
    return mark_safe(  # noqa: S308 - made of our own words
        f'<svg class="mark-of {what} {kind}" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">'
        f"{shape}</svg>"
    )
