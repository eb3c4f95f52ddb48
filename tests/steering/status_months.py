"""Figures of an indicator, made by hand: months on end with their counts and states."""

from datetime import date
from typing import Any

from steering.models import SOUND, indicator

from pejling.indicators.figures import Figure
from pejling.indicators.model import Model

MODEL = Model.model_validate({
    **SOUND,
    "indicators": [
        indicator("timely", measure="timely", contact_kinds=["talk"], kind="legal"),
        indicator("lasting", within="26 weeks", lasting="26 weeks"),
        indicator("lasting_in_days", measure="exit_within", within="6 months", lasting="6 months"),
        indicator("intake", "activity", measure="intake", unit="courses", direction="none"),
        indicator("stock", "activity", measure="stock", unit="courses", direction="down"),
        indicator("average_stock", "activity", measure="average_stock", unit="courses", direction="down"),
        indicator("spent", "resource", measure="amount", accounts=["wages"], nature="actual", unit="kroner",
                  direction="down"),
        indicator("asked", "result", measure="observed"),
    ],
    "focus_areas": [],
})  # fmt: skip


def months(first: str, count: int) -> list[str]:
    start = int(first[:4]) * 12 + int(first[5:]) - 1
    return [f"{(start + n) // 12}-{(start + n) % 12 + 1:02}" for n in range(count)]


def figure(period: str, counted: float, of: float | None = 100, state: str = "final", **more: Any) -> Figure:
    known = state in ("final", "provisional")
    value = (counted / of if of else counted) if known else None
    said = {
        "indicator": "i", "unit": "u", "period": period, "group_by": "", "group": "", "numerator": counted,
        "denominator": of, "value": value, "low": None, "high": None, "persons": None, "state": state,
        "matures_on": date(2030, 1, 1) if state == "immature" else None, "estimate": None, "estimate_low": None,
        "estimate_high": None, "snapshot": 1, **more,
    }  # fmt: skip
    return Figure(**said)


def series(first: str, counts: list[float], of: float | None = 100, states: dict[str, str] | None = None):
    """By period."""
    named = dict(zip(months(first, len(counts)), counts, strict=True))
    return {period: figure(period, count, of, (states or {}).get(period, "final")) for period, count in named.items()}
