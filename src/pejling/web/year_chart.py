"""The picture of a year's money, and of a series that goes on: what is known as a line, what is expected as a fan.

As in `charts`, letters keep their size at any width; the line and the fan are drawn in a space of 100 by 100 of their
own that is stretched, with strokes that are not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from pejling.web.charts import FOOT, HEIGHT, LEFT, TOP, Point, Scale, drawn, scale

SHORT = 170  # pixels: the height of the lower picture


@dataclass(frozen=True)
class Spot:
    """A month's end. `said` is what is heard and seen on it; amounts are None where they are not there."""

    said: str
    tick: str
    known: float | None = None
    budget: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None


def scaled(spots: Sequence[Spot]) -> Scale:
    """That holds every amount, 0 too."""
    amounts = [each for s in spots for each in (s.known, s.budget, s.expected, s.low, s.high)]
    return scale([Point("", "", "final", amount) for amount in amounts], "mean")


def running(
    key: str, title: str, description: str, spots: Sequence[Spot], axis: Sequence[str], lower: bool
) -> SafeString:
    """Month by month from the first spot, which is New Year. `lower` is the picture below, of the distance to 0."""
    height = SHORT if lower else HEIGHT
    fitted = scaled(spots)
    plot = height - TOP - FOOT

    def down(amount: float) -> float:
        return round(TOP + plot * (1 - fitted.part(amount)), 1)

    parts = []
    for line, label in zip(fitted.lines, axis, strict=False):
        y, kind = down(line), "axis" if abs(line) < fitted.step / 2 else "grid"
        parts.append(f'<line class="{kind}" x1="0" x2="100%" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="scale" x="0" y="{y - 5}">{escape(label)}</text>')
    parts.append(_stretched(spots, fitted, plot, with_budget=not lower))
    last = len(spots) - 1
    for number, spot in enumerate(spots):
        x = round(LEFT + (98 - LEFT) * number / last, 2)
        mark = ""
        if spot.known is not None and number:
            mark = f'<circle cx="{x}%" cy="{down(spot.known)}" r="4"/>'
        elif spot.expected is not None:
            mark = f'<circle class="ahead" cx="{x}%" cy="{down(spot.expected)}" r="{4.5 if number == last else 3}"/>'
        if mark:
            parts.append(f'<g class="mark"><title>{escape(spot.said)}</title>{mark}</g>')
        if spot.tick:
            kind = "tick last" if number == last else "tick"
            parts.append(f'<text class="{kind}" x="{x}%" y="{height - 8}">{escape(spot.tick)}</text>')
    return drawn(key, title, description, height, "year", parts)


def _stretched(spots: Sequence[Spot], fitted: Scale, plot: float, *, with_budget: bool) -> str:
    last = len(spots) - 1

    def at(number: int, amount: float) -> str:
        return f"{100 * number / last:.3f},{100 * (1 - fitted.part(amount)):.3f}"

    def line(of: Callable[[Spot], float | None], kind: str) -> str:
        points = [at(number, amount) for number, spot in enumerate(spots) if (amount := of(spot)) is not None]
        return f'<polyline class="{kind}" points="{" ".join(points)}"/>' if len(points) > 1 else ""

    fan = [(n, s.low, s.high) for n, s in enumerate(spots) if s.low is not None and s.high is not None]
    edge = [at(n, high) for n, _, high in fan if high is not None]
    edge += [at(n, low) for n, low, _ in reversed(fan) if low is not None]
    shape = f'<polygon class="fan" points="{" ".join(edge)}"/>' if len(fan) > 1 else ""
    lines = line(lambda s: s.budget, "budget") if with_budget else ""
    lines += line(lambda s: s.expected, "ahead") + line(lambda s: s.known, "known")
    return (
        f'<svg x="{LEFT}%" y="{TOP}" width="{98 - LEFT}%" height="{plot}" viewBox="0 0 100 100" '
        f'preserveAspectRatio="none" overflow="visible">{shape}{lines}</svg>'
    )


def sign(kind: str) -> SafeString:
    """The mark of a line for the legend: known, ahead, fan or budget."""
    mark = {
        "known": '<line class="known" x1="0" x2="20" y1="10" y2="10"/><circle cx="10" cy="10" r="4"/>',
        "ahead": '<line class="ahead" x1="0" x2="20" y1="10" y2="10"/>',
        "fan": '<rect class="fan" x="0" y="3" width="20" height="14"/>',
        "budget": '<line class="budget" x1="0" x2="20" y1="10" y2="10"/>',
    }[kind]
    return mark_safe(f'<svg class="chart year sign" width="20" height="20" aria-hidden="true">{mark}</svg>')  # noqa: S308


def distance(low: float | None, middle: float | None, high: float | None, fitted: Scale) -> SafeString:
    """A line's distance to its budget with its interval, a row of a table; 0 is the budget."""
    place = round(2 + 96 * fitted.part(0), 2)
    parts = ['<line class="grid" x1="0" x2="100%" y1="14" y2="14"/>']
    parts.append(f'<line class="reference" x1="{place}%" x2="{place}%" y1="0" y2="28"/>')
    if middle is not None:
        x, left, right = (
            round(2 + 96 * fitted.part(each), 2) if each is not None else None for each in (middle, low, high)
        )
        if left is not None and right is not None:
            parts.append(f'<line class="whisker" x1="{left}%" x2="{right}%" y1="14" y2="14"/>')
        parts.append(f'<circle cx="{x}%" cy="14" r="5.5"/>')
    return mark_safe(f'<svg class="chart across" height="28" aria-hidden="true">{"".join(parts)}</svg>')  # noqa: S308
