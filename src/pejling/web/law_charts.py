"""The law as pictures, each beside its table: how steps went, what the law binds, what the days ahead bring."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

HEIGHT = 30
UPCOMING, FOOT = 120, 24  # pixels


def laid(parts: Sequence[tuple[str, float]], limit: float | None = None) -> SafeString:
    """Parts of a whole laid end to end, by kind; `limit` is a line at that share of it. Hidden from those who hear."""
    whole, x = sum(size for _, size in parts), 0.0
    drawn = ['<rect class="track" width="100%" y="5" height="20"/>']
    for kind, size in parts:
        width = 100 * size / whole if whole else 0.0
        if width > 0:
            drawn.append(f'<rect class="went {escape(kind)}" x="{x:.2f}%" width="{width:.2f}%" y="5" height="20"/>')
        x += width
    if limit is not None:
        place = min(max(100 * limit, 0.0), 100.0)
        drawn.append(f'<line class="asked" x1="{place:.2f}%" x2="{place:.2f}%" y1="0" y2="{HEIGHT}"/>')
    return _svg("went-how", HEIGHT, drawn)


def sign(kind: str) -> SafeString:
    """For the legend."""
    return mark_safe(  # noqa: S308 - made of our own words
        '<svg class="chart sign" width="20" height="20" aria-hidden="true">'
        f'<rect class="went {escape(kind)}" x="2" y="4" width="16" height="12"/></svg>'
    )


def upcoming(days: Sequence[tuple[str, int]]) -> SafeString:
    """A column a day, with its number on it; `days` have the text below."""
    most, width = max([count for _, count in days] or [0]) or 1, 100 / max(len(days), 1)
    plot = UPCOMING - FOOT - 18
    drawn = [f'<line class="axis" x1="0" x2="100%" y1="{UPCOMING - FOOT}" y2="{UPCOMING - FOOT}"/>']
    for number, (text, count) in enumerate(days):
        middle = round((number + 0.5) * width, 2)
        height = round(plot * count / most, 1)
        top = UPCOMING - FOOT - height
        if count:
            drawn.append(
                f'<rect class="went ahead" x="{middle - 0.36 * width:.2f}%" width="{0.72 * width:.2f}%" '
                f'y="{top}" height="{height}"/><text class="inside" x="{middle}%" y="{top - 5}">{count}</text>'
            )
        drawn.append(f'<text class="tick" x="{middle}%" y="{UPCOMING - 6}">{escape(text)}</text>')
    return _svg("upcoming", UPCOMING, drawn)


def _svg(kind: str, height: int, parts: Sequence[str]) -> SafeString:
    return mark_safe(  # noqa: S308 - numbers and our own words; every text is escaped above
        f'<svg class="chart {kind}" height="{height}" aria-hidden="true">{"".join(parts)}</svg>'
    )
