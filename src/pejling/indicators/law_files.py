"""The law read from YAML: what ships with the product and is taken in by key, and a workspace's own, or own version."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pejling
from pejling.facts.mistakes import Mistake
from pejling.indicators.definition import Frozen
from pejling.indicators.documents import Document, nearest, read_document, validated
from pejling.indicators.law import KINDS, Reimbursement, Rule

SHIPPED = Path(pejling.__file__).parent / "definitions" / "law"
_KINDS: dict[str, type[Frozen]] = {**KINDS, "reimbursement": Reimbursement}


def read_law(
    folder: Path, model: Document, take_in: Sequence[str], taken: Collection[str]
) -> tuple[tuple[Rule, ...], tuple[Reimbursement, ...]]:
    """The rules and reimbursements of the folder's files, and those taken in, in the order of their keys.

    A file with the key of one that ships takes that one in, with its own fields in place of those of the same name.
    `taken` are keys that stand for something else. Raises Mistake with file, line, what was found, and the cure.
    """
    shipped = {path.stem: path for path in sorted(SHIPPED.glob("*.yaml"))}
    found: dict[str, Any] = {}
    for number, key in enumerate(take_in):
        if key not in shipped:
            raise Mistake(
                model.where(["take_in", number]), f"no law that ships is called {key!r}", nearest(key, list(shipped))
            )
        found[key] = _read(read_document(shipped[key], f"law/{key}.yaml"))
    own: set[str] = set()
    for document in _documents(folder):
        key = document.data.get("key")
        if key in own or key in taken:
            raise Mistake(document.where(["key"]), f"the key {key} is taken", "Give it a key of its own")
        if key in shipped:
            document = _over(read_document(shipped[key], shipped[key].name), document)
        made = _read(document)
        own.add(made.key)
        found[made.key] = made
    for key in found:
        if key in taken:
            raise Mistake(
                model.where(["take_in"]), f"the key {key} is taken by an indicator", "Call the indicator otherwise"
            )
    in_order = [found[key] for key in sorted(found)]
    rules = tuple(each for each in in_order if not isinstance(each, Reimbursement))
    return rules, tuple(each for each in in_order if isinstance(each, Reimbursement))


def shipped_law() -> tuple[tuple[Rule, ...], tuple[Reimbursement, ...]]:
    """All that ships."""
    made = [_read(read_document(path, path.name)) for path in sorted(SHIPPED.glob("*.yaml"))]
    rules = tuple(each for each in made if not isinstance(each, Reimbursement))
    return rules, tuple(each for each in made if isinstance(each, Reimbursement))


def _documents(folder: Path) -> Iterator[Document]:
    for path in sorted(folder.glob("*.yaml")):
        document = read_document(path, f"law/{path.name}")
        if not isinstance(document.data, dict):
            raise Mistake(document.file, "this is no rule", "Write key:, name:, kind: and versions:")
        yield document


def _over(below: Document, above: Document) -> Document:
    """The fields of the one that ships, but for those that the own file has."""
    return Document(above.file, {**below.data, **above.data}, above.lines)


def _read(document: Document) -> Any:
    kind = document.data.get("kind")
    if kind is None:
        raise Mistake(
            document.file, "kind is missing", f"Write one of {', '.join(_KINDS)}, or the key of one that ships"
        )
    if kind not in _KINDS:
        raise Mistake(document.where(["kind"]), f"{kind!r} is no kind of rule", nearest(str(kind), list(_KINDS)))
    return validated(document, _KINDS[kind])
