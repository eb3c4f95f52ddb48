"""A small sound model, to be spoilt one thing at a time."""

from copy import deepcopy
from datetime import date
from typing import Any

from pejling.indicators.hierarchy import Unit
from pejling.indicators.history import History, Past
from pejling.indicators.model import Model

TODAY = date(2026, 6, 1)
SAID = {"da": "x", "en": "x"}
LASTING = {"measure": "exit_within", "within": "3 months", "lasting": "6 months"}


def indicator(key: str, kind: str = "effect", **more: Any) -> dict[str, Any]:
    common = {
        "key": key, "name": {"da": f"da {key}", "en": f"en {key}"}, "why": SAID, "kind": kind, "direction": "up",
        "unit": "share", "owner": "o", "review_by": date(2027, 1, 1),
    }  # fmt: skip
    return {**common, **LASTING, **more} if "measure" not in more else {**common, **more}


def goal(key: str, *indicators: str, **more: Any) -> dict[str, Any]:
    named = {"key": key, "name": {"da": f"da {key}", "en": f"en {key}"}, "indicators": list(indicators)}
    return {**named, "owner": "o", "horizon": 2027, **more}


def area(key: str, *goals: dict[str, Any], **more: Any) -> dict[str, Any]:
    named = {"key": key, "name": {"da": f"da {key}", "en": f"en {key}"}, "why": SAID, "year": 2026, "agreement": SAID}
    return {**named, "owner": "o", "goals": list(goals), **more}


def step(start: str, end: str) -> dict[str, Any]:
    return {"from": start, "to": end, "because": SAID}


SOUND: dict[str, Any] = {
    "title": SAID,
    "unit_kinds": {"centre": SAID, "city": SAID},
    "indicators": [
        indicator("talks", "activity", measure="activity_within", activity_kinds=["talk"], within="4 weeks"),
        indicator("fast", "result", measure="exit_within", within="3 months"),
        indicator("lasting"),
    ],
    "focus_areas": [
        area("work", goal("way_on", "lasting", "fast"), theory=[step("talks", "fast"), step("fast", "lasting")])
    ],
}


def sound(**changes: Any) -> Model:
    """The sound model with other values at the top."""
    return Model.model_validate({**deepcopy(SOUND), **changes})


def past(**histories: list[tuple[int, int]]) -> Past:
    """Months at units, by `indicator__unit`; the city holds the centres a and b."""
    units = {
        name: Unit(name, name.upper(), kind, above, date(2000, 1, 1), None, None)
        for name, kind, above in (("whole", "city", None), ("a", "centre", "whole"), ("b", "centre", "whole"))
    }
    told = {}
    for name, months in histories.items():
        key, _, unit = name.partition("__")
        values = tuple(one / of if of else None for one, of in months)
        told[key, unit] = History("2020-01", "2025-12", tuple(months), values)
    return Past(units, told, 2026)
