"""Definitions that are measured on beside the model's own, as long as they are asked for: those that were signed.

A pin holds all that decides its figures, so it needs no model. Measured beside, it has a key of its own, in which no
model's key can be written, and stands in no list of the model's.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from pejling.indicators.definition import Amount, Frozen, Indicator, Observed, Ratio, as_tuple
from pejling.indicators.model import Model

_NO_FIGURE = {"name", "why", "kind", "owner", "review_by", "by", "age_bands"}  # other words, or other breakdowns


class Pin(Frozen):
    """A definition in full; of a ratio with its numerator and denominator as `parts`."""

    indicator: Indicator
    join_courses_within: int | None = None
    parts: Annotated[tuple["Pin", ...], BeforeValidator(as_tuple)] = ()


def pin(model: Model, key: str) -> Pin:
    """The model's definition of the indicator as it is now. Raises Mistake for a key nobody knows."""
    indicator = model.indicator(key)
    made_of = (indicator.numerator, indicator.denominator) if isinstance(indicator, Ratio) else ()
    parts = tuple(pin(model, part) for part in made_of)
    return Pin(indicator=indicator, join_courses_within=model.join_courses_within, parts=parts)


def still_so(model: Model, pinned: Pin) -> bool:
    """Does the model measure the indicator by this definition, whatever words it has for it?

    What is delivered as a figure from elsewhere has no definition here that could be another.
    """
    now = next((each for each in model.indicators if each.key == pinned.indicator.key), None)
    if now is None or isinstance(now, Observed):
        return isinstance(pinned.indicator, Observed) and now is not None
    joined = model.join_courses_within == pinned.join_courses_within or isinstance(now, Amount | Ratio)
    return _meaning(now) == _meaning(pinned.indicator) and joined and all(still_so(model, p) for p in pinned.parts)


def key_beside(pinned: Pin) -> str:
    """The key that it is measured under where it stands beside a model that has moved on."""
    said = json.dumps(_whole_meaning(pinned), sort_keys=True)
    return f"{pinned.indicator.key}_SIGNED_{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def beside(model: Model, pins: Iterable[Pin]) -> dict[str, Pin]:
    """By their keys, those that the model no longer measures so, with the parts of ratios that it does not."""
    found: dict[str, Pin] = {}
    for pinned in pins:
        if not still_so(model, pinned) and not isinstance(pinned.indicator, Observed):
            found |= beside(model, pinned.parts)
            found[key_beside(pinned)] = pinned
    return found


def indicators_of(model: Model, pins: Mapping[str, Pin]) -> dict[str, Indicator]:
    """Each pin as an indicator by its key beside; a ratio is of the model's own parts where those are as they were."""
    return {key: _indicator(model, key, pinned) for key, pinned in pins.items()}


def _indicator(model: Model, key: str, pinned: Pin) -> Indicator:
    update: dict[str, str] = {"key": key}
    if pinned.parts:
        names = [p.indicator.key if still_so(model, p) else key_beside(p) for p in pinned.parts]
        update |= {"numerator": names[0], "denominator": names[1]}
    return pinned.indicator.model_copy(update=update)


def _meaning(indicator: Indicator) -> dict[str, Any]:
    return indicator.model_dump(mode="json", by_alias=True, exclude=_NO_FIGURE)


def _whole_meaning(pinned: Pin) -> list[Any]:
    parts = [_whole_meaning(part) for part in pinned.parts]
    return [_meaning(pinned.indicator), pinned.join_courses_within, parts]
