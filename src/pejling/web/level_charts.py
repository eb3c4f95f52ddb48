"""Small pictures of the levels' pages, as SVG, in the manner of `charts`: across in per cent, colours by class."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def split(parts: Sequence[tuple[str, int]]) -> SafeString:
    """Counts end to end over the whole of them, each in its class: hidden from those who read the words beside it."""
    whole, x, drawn = sum(count for _, count in parts) or 1, 0.0, []
    for name, count in parts:
        width = 100 * count / whole
        drawn.append(f'<rect class="{escape(name)}" x="{x:.2f}%" width="{width:.2f}%" height="14"/>')
        x += width
    return mark_safe(f'<svg class="chart split" height="14" aria-hidden="true">{"".join(drawn)}</svg>')  # noqa: S308
