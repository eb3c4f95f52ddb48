"""How time and memory grow with the number of courses: two small pictures beside each other, as SVG."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDE, HIGH, LEFT, TOP, BOTTOM = 340, 260, 46, 34, 34
COLOURS = ("#1a1a1a", "#0059b3", "#8a5a00", "#5b6570")  # the first contender's is the ink


@dataclass(frozen=True)
class Curve:
    """A contender: its figure by the number of courses."""

    name: str
    points: Mapping[int, float]


def picture(panels: Mapping[str, Sequence[Curve]]) -> str:
    """Each panel by its title, both axes by powers of ten: a straight line at 45° grows as the courses do."""
    width = WIDE * len(panels)
    drawn = "".join(_panel(title, curves, n * WIDE) for n, (title, curves) in enumerate(panels.items()))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HIGH}" role="img" '
        f'font-family="sans-serif" font-size="11"><rect width="{width}" height="{HIGH}" fill="#fff"/>{drawn}</svg>\n'
    )


def _panel(title: str, curves: Sequence[Curve], left: int) -> str:
    counts = [count for curve in curves for count in curve.points]
    values = [value for curve in curves for value in curve.points.values()]
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    first, last = floor(log10(min(counts))), ceil(log10(max(counts)))
    across = _scale(first, max(last, first + 1), left + LEFT, left + WIDE - 74)
    up = _scale(low, max(high, low + 1), HIGH - BOTTOM, TOP)
    marks = [f'<text x="{left + 8}" y="18" font-weight="bold">{escape(title)}</text>']
    for power in range(low, max(high, low + 1) + 1):
        at = up(10**power)
        marks.append(f'<path d="M{left + LEFT} {at:.1f}H{left + WIDE - 74}" stroke="#ddd"/>')
        marks.append(f'<text x="{left + LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10**power:,g}</text>')
    for power in range(first, max(last, first + 1) + 1):
        marks.append(f'<text x="{across(10**power):.1f}" y="{HIGH - 14}" text-anchor="middle">{_short(power)}</text>')
    for curve, colour in zip(curves, COLOURS, strict=False):
        places = [(across(count), up(value)) for count, value in sorted(curve.points.items())]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        marks.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        marks += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in places]
        x, y = places[-1]
        marks.append(f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="{colour}">{escape(curve.name)}</text>')
    return "".join(marks)


def _scale(low: int, high: int, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (log10(value) - low) / (high - low) * (end - start)


def _short(power: int) -> str:
    return f"{10 ** (power - 6):g} m" if power >= 6 else f"{10 ** (power - 3):g},000"
