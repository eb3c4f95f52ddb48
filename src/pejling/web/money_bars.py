"""Money as bars, each beside its table: what a unit's amount is made of, what is moved, what is earned."""

from collections.abc import Sequence
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

HEIGHT = 26
EARNED, FOOT = 132, 24  # pixels


def stacked(parts: Sequence[tuple[str, float]], end: float) -> SafeString:
    """Amounts laid end to end, by kind, on a scale from 0 to `end`. What is below 0 is drawn from 0, and called so."""
    drawn, x = ['<rect class="track" width="100%" y="5" height="16"/>'], 0.0
    for kind, amount in parts:
        width = 100 * abs(amount) / end if end else 0.0
        if width > 0:
            lacking = " lacking" if amount < 0 else ""
            drawn.append(
                f'<rect class="part-{escape(kind)}{lacking}" x="{x:.3f}%" width="{width:.3f}%" y="5" height="16"/>'
            )
            x += width
    return _svg("stacked", HEIGHT, drawn)


def moved(amount: float, most: float) -> SafeString:
    """From the middle: to the right what is gained, to the left what is lost, of `most` either way."""
    width = 48 * min(abs(amount) / most, 1.0) if most else 0.0
    start = 50.0 if amount >= 0 else 50.0 - width
    side = "gained" if amount >= 0 else "lost"
    drawn = ['<line class="grid" x1="0" x2="100%" y1="13" y2="13"/>']
    if width > 0:
        drawn.append(f'<rect class="{side}" x="{start:.2f}%" width="{width:.2f}%" y="5" height="16"/>')
    drawn.append(f'<line class="axis" x1="50%" x2="50%" y1="0" y2="{HEIGHT}"/>')
    return _svg("moved", HEIGHT, drawn)


def paired(one: float, other: float, end: float) -> SafeString:
    """Two amounts, one over the other, on one scale."""
    drawn = [
        f'<rect class="{kind}" x="0" width="{100 * max(amount, 0.0) / end if end else 0:.2f}%" y="{y}" height="10"/>'
        for kind, amount, y in (("at-risk", one, 1), ("saved", other, 15))
    ]
    return _svg("paired", HEIGHT, drawn)


def earned(floor: float, benchmark: float, share: float | None, ticks: Sequence[tuple[float, str]]) -> SafeString:
    """How much of what can be earned is earned at which share: nothing at the floor, all at the benchmark; and where
    the unit is. `ticks` are shares with their text.
    """
    low, high = min(floor, benchmark, share or floor), max(floor, benchmark, share or floor)
    room = (high - low) * 0.2 or 0.05
    start, end = max(low - room, 0.0), min(high + room, 1.0)
    top, foot = 12, EARNED - FOOT

    def across(value: float) -> float:
        return round(100 * (value - start) / (end - start), 2)

    def part(value: float) -> float:
        return min(max((value - floor) / (benchmark - floor), 0.0), 1.0)

    def down(value: float) -> float:
        return round(foot - (foot - top) * part(value), 1)

    corners = [start, *sorted((floor, benchmark)), end]
    drawn = [f'<line class="axis" x1="0" x2="100%" y1="{foot}" y2="{foot}"/>']
    drawn += [
        f'<line class="way" x1="{across(a)}%" y1="{down(a)}" x2="{across(b)}%" y2="{down(b)}"/>'
        for a, b in pairwise(corners)
    ]
    for value, text in ticks:
        anchor = "end" if across(value) > 88 else "start" if across(value) < 12 else "middle"
        drawn.append(f'<line class="grid" x1="{across(value)}%" x2="{across(value)}%" y1="{top}" y2="{foot}"/>')
        drawn.append(f'<text x="{across(value)}%" y="{EARNED - 6}" text-anchor="{anchor}">{escape(text)}</text>')
    if share is not None:
        drawn.append(
            f'<line class="reference" x1="{across(share)}%" x2="{across(share)}%" y1="{down(share)}" y2="{foot}"/>'
            f'<circle cx="{across(share)}%" cy="{down(share)}" r="6"/>'
        )
    return _svg("earned", EARNED, drawn)


def sign(kind: str) -> SafeString:
    """For the legend."""
    return mark_safe(  # noqa: S308 - made of our own words
        '<svg class="chart sign" width="20" height="20" aria-hidden="true">'
        f'<rect class="{escape(kind)}" x="2" y="4" width="16" height="12"/></svg>'
    )


def _svg(kind: str, height: int, parts: Sequence[str]) -> SafeString:
    return mark_safe(  # noqa: S308 - numbers and our own words; every text is escaped above
        f'<svg class="chart {kind}" height="{height}" aria-hidden="true">{"".join(parts)}</svg>'
    )
