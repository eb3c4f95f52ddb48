"""What pydantic found wrong in a file that people write, in their words; never with the value: it may be a person's."""

from collections.abc import Mapping
from typing import Any

_STARTS = {
    "int": "a whole number is to stand here",
    "float": "a number is to stand here, with a point: 0.5",
    "decimal": "a number is to stand here, with a point: 12500000.50",
    "bool": "true or false is to stand here",
    "string": "a text is to stand here",
    "date": "a day is to stand here: 2026-10-31",
    "dict": "keys with values are to stand here",
    "mapping": "keys with values are to stand here",
    "model": "keys with values are to stand here",
    "list": "a list is to stand here: [one, another]",
    "tuple": "a list is to stand here: [one, another]",
}  # by how pydantic's names of what is no such type begin
_BOUNDS = {
    "greater_than": ("gt", "it must be more than"),
    "greater_than_equal": ("ge", "it must be at least"),
    "less_than": ("lt", "it must be less than"),
    "less_than_equal": ("le", "it must be at most"),
}


def what_is_wrong(error: Mapping[str, Any]) -> str:
    """As the `found` of a Mistake begins: small, and with no full stop."""
    kind, said = str(error["type"]), error.get("ctx", {})
    if kind == "missing":
        return "it is missing"
    if kind == "extra_forbidden":
        return "it is not known here"
    if kind in ("literal_error", "enum"):
        return f"it may be {said['expected']}".replace("'", "")
    if kind == "string_pattern_mismatch":
        return f"it must be written by the pattern {said['pattern']}"
    if kind == "value_error":
        return str(said["error"]).removesuffix(".")
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"{words} {said[name]}"
    if kind in ("too_short", "string_too_short"):
        return "it must not be empty" if said["min_length"] == 1 else f"it must be at least {said['min_length']} long"
    if kind.endswith(("_type", "_parsing", "_from_float", "_attributes_type")):
        return next((words for start, words in _STARTS.items() if kind.startswith(start)), _as_is(error))
    return _as_is(error)


def _as_is(error: Mapping[str, Any]) -> str:
    message = str(error["msg"])
    return message[:1].lower() + message[1:].removesuffix(".")
