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

HEIGHT, TOP, FOOT = 240, 22, 28  # pixels; TOP holds the uppermost axis label, FOOT the periods
LEFT = 9.0  # per cent kept free for the axis labels

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
    """That holds every value and interval, and has a few round lines."""
    known = [each for p in points for each in (p.value, p.low, p.high) if each is not None]
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

    parts = []
    for line, label in zip(scaled.lines, axis, strict=False):
        y = down(line)
        kind = "axis" if abs(line) < scaled.step / 2 else "grid"
        parts.append(f'<line class="{kind}" x1="0" x2="100%" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="scale" x="0" y="{y - 5}">{escape(label)}</text>')
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
    crowd = " dense" if len(points) > 30 else " many" if len(points) > 12 else ""
    return drawn(key, title, description, HEIGHT, "over-time" + crowd, parts)


def share_of(part: float, outcome: str) -> SafeString:
    """A bar over a track, a row of a table of reasons: `part` is its share of them all."""
    width = round(100 * min(max(part, 0.0), 1.0), 2)
    return mark_safe(  # noqa: S308 - made of numbers and our own words
        '<svg class="chart share-of" height="18" aria-hidden="true"><rect class="track" width="100%" height="18"/>'
        f'<rect class="part {escape(outcome)}" width="{width}%" height="18"/></svg>'
    )


def across(point: Point, scaled: Scale, reference: float | None) -> SafeString:
    """One dot with its interval on a scale: a row of a table, hidden from those who hear the table."""
    parts = ['<line class="grid" x1="0" x2="100%" y1="14" y2="14"/>']
    if reference is not None:
        place = _percent(reference, scaled)
        parts.append(f'<line class="reference" x1="{place}%" x2="{place}%" y1="0" y2="28"/>')
    if point.value is not None:
        place = _percent(point.value, scaled)
        shape = ""
        if point.low is not None and point.high is not None:
            low, high = _percent(point.low, scaled), _percent(point.high, scaled)
            shape = f'<line class="whisker" x1="{low}%" x2="{high}%" y1="14" y2="14"/>'
        parts.append(f'<g class="mark {point.state}">{shape}<circle cx="{place}%" cy="14" r="5.5"/></g>')
    return mark_safe(f'<svg class="chart across" height="28" aria-hidden="true">{"".join(parts)}</svg>')  # noqa: S308


def sign(state: str, form: Form, partial: bool = False, beyond: bool = False) -> SafeString:
    """The mark of a state, of a period covered in part, or of a time not reached, for the legend."""
    point = Point("", "", state, 0.5 if state in ("final", "provisional", "immature") else None, partial=partial)
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
    if point.beyond:
        return _beyond(x, TOP)
    if point.value is None:
        return _absent(x, point.state, down(0), count)
    y = down(point.value)
    whisker = ""
    if point.low is not None and point.high is not None:
        whisker = f'<line class="whisker" x1="{x}%" x2="{x}%" y1="{down(point.low)}" y2="{down(point.high)}"/>'
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


def contributions(counts: Sequence[int], asked: int) -> SafeString:
    """The units' contributions laid end to end, and where the whole is: hidden from those who hear the table."""
    end = max(sum(counts), asked, 1) * 1.02
    parts, x = ['<rect class="track" width="100%" y="6" height="18"/>'], 0.0
    for number, count in enumerate(counts):
        width = 100 * count / end
        shade = ("first", "second")[number % 2]
        parts.append(f'<rect class="laid {shade}" x="{x:.2f}%" width="{width:.2f}%" y="6" height="18"/>')
        x += width
    place = 100 * asked / end
    parts.append(f'<line class="asked" x1="{place:.2f}%" x2="{place:.2f}%" y1="0" y2="30"/>')
    return mark_safe(f'<svg class="chart laid-out" height="30" aria-hidden="true">{"".join(parts)}</svg>')  # noqa: S308
