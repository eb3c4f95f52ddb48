"""YAML files, read so that every value knows its line, and a mistake can be told where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pejling.facts.mistakes import Mistake
from pejling.facts.validation_words import what_is_wrong

T = TypeVar("T", bound=BaseModel)
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    file: str  # as shown in messages
    data: Any
    lines: dict[Place, int]

    def where(self, place: Sequence[str | int]) -> str:
        """`model.yaml, line 7, groups.sex`. For what is missing: where it should have stood."""
        path = tuple(place)
        known = path
        while known not in self.lines:
            known = known[:-1]
        shown = ".".join(str(part) for part in path)
        return f"{self.file}, line {self.lines[known]}" + (f", {shown}" if shown else "")


def read_document(path: Path, file: str) -> Document:
    """The file as data. Raises Mistake where it is not there, is no YAML, or says a thing twice."""
    try:
        with path.open(encoding="utf-8") as stream:
            node = yaml.compose(stream, Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise Mistake(file, "there is no such file", "A model is model.yaml and a folder indicators/") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not UTF-8 text"
        line = f", line {mark.line + 1}" if mark else ""
        raise Mistake(
            f"{file}{line}", f"this is no YAML: {problem}", "Look for a missing colon, quote or indent"
        ) from None
    if node is None:
        raise Mistake(file, "the file is empty", "Write the definition in it, or remove the file")
    lines: dict[Place, int] = {}
    return Document(file, _value(node, (), lines, file), lines)


def validated(document: Document, kind: type[T]) -> T:
    """The document as the type. Raises Mistake for the first thing wrong, with the count of the others."""
    try:
        return kind.model_validate(document.data)
    except ValidationError as errors:
        # A misspelt key first: what it should have been is missing for that reason only.
        first, *others = sorted(errors.errors(), key=lambda error: error["type"] != "extra_forbidden")
    place = [part for part in first["loc"] if part != "__root__"]
    more = f" ({len(others)} more to mend in this file)" if others else ""
    found, cure = _said(first, kind, place)
    raise Mistake(document.where(place), found + more, cure)


def closest(word: str, known: Sequence[str]) -> str | None:
    """The likeliest of the known names."""
    close = get_close_matches(word, known, n=1, cutoff=0.6) or [k for k in known if k.lower() == word.lower()][:1]
    return close[0] if close else None


def nearest(word: str, known: Sequence[str]) -> str:
    """A cure for a name nobody knows: the likeliest of the known ones, else some of them."""
    if close := closest(word, known):
        return f"Did you mean {close}?"
    return _some(sorted(known))


def nearest_called(word: str, called: Mapping[str, str]) -> str:
    """The same of what has a key and a name, in an order of its own: somebody may have written the name, or a word of
    it.
    """
    said = word.casefold()
    if own := next((key for key, name in called.items() if said and name.casefold() == said), None):
        return f"That is its name: write {own}"
    within = [f"{key} ({name})" for key, name in called.items() if said in name.casefold().replace(",", " ").split()]
    if within:
        return f"Did you mean {' or '.join(within[:3])}?"
    close = closest(word, list(called))
    return f"Did you mean {close}?" if close else _some(list(called))


def _some(known: Sequence[str]) -> str:
    return f"Known are: {', '.join(known[:12])}{' …' if len(known) > 12 else ''}" if known else "None is known"


def _value(node: yaml.Node, place: Place, lines: dict[Place, int], file: str) -> Any:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, number), lines, file) for number, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            line = key_node.start_mark.line + 1
            if key in result:
                raise Mistake(f"{file}, line {line}", f"{key} is said twice", "Keep one of them")
            result[key] = _value(value_node, (*place, key), lines, file)
            lines[(*place, key)] = line
        return result
    return yaml.SafeLoader("").construct_object(node)


def _said(error: Any, kind: type[BaseModel], place: list[str | int]) -> tuple[str, str]:
    """What was found and the cure, in our words where pydantic's would not help."""
    name = str(place[-1]) if place else ""
    match error["type"]:
        case "extra_forbidden":
            return f"{name!r} is not known here", nearest(name, sorted(_names(kind)))
        case "missing":
            return f"{name} is missing", "Write it"
        case "string_type" if isinstance(error["input"], bool):
            return "yes and no without quotes are true and false to YAML", 'Write "yes" or "no" in quotes'
        case "literal_error":
            allowed = error["ctx"]["expected"].replace("'", "")
            return f"{error['input']!r} is not among what it may be", f"Write {allowed}"
        case "value_error":
            whole = not place or isinstance(error["input"], dict | list)  # what it says of itself, not one value
            return "it contradicts itself" if whole else f"{error['input']!r} will not do", str(error["ctx"]["error"])
        case "decimal_parsing" | "decimal_type":
            return f"{error['input']!r} is no number", "Write it plainly, with a point: 12500000.50"
        case _:
            said = what_is_wrong(error)
            return f"{error['input']!r} will not do", said[:1].upper() + said[1:]


def _names(kind: type[BaseModel]) -> set[str]:
    """Every field's name, as written in YAML, at any depth."""
    names: set[str] = set()
    for name, definition in kind.model_json_schema(by_alias=True).get("$defs", {}).items():
        names.update(definition.get("properties", {}) if name else {})
    return names | {field.alias or name for name, field in kind.model_fields.items()}
