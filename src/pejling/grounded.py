"""The workspace as its owner sees it at the command line; what is not there is a mistake, with its cure."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, require
from pejling.printing import Language

if TYPE_CHECKING:
    from pejling.pages.ground import Ground
    from pejling.pages.unknown import Unknown

FEW = 12  # so many known ones can be named


@contextmanager
def grounded(store: Store, language: Language) -> "Iterator[Ground]":
    """The workspace as its owner sees it. Raises Mistake."""
    from pejling.config.serving import prepare

    require(store)
    prepare(store)
    from django.utils import translation

    from pejling.config.connection import reading
    from pejling.pages.ground import ground
    from pejling.pages.readiness import NotReady
    from pejling.pages.unknown import Unknown

    try:
        with reading(store) as connection, translation.override(language.value):
            yield ground(connection, {})
    except NotReady as lacking:
        raise Mistake("the workspace", f"there is no {lacking.missing} yet", f"Run `{lacking.command}`") from None
    except Unknown as unknown:
        if unknown.what == "funding":
            cure = "Write funding.yaml in the model's folder, and load it"
            raise Mistake("the model", "it does not say how the units are funded", cure) from None
        raise Mistake(unknown.what.replace("_", " "), f"{unknown.asked!r} is not there", _cure(unknown)) from None


def _cure(unknown: "Unknown") -> str:
    if unknown.what == "course":
        return "See a unit's courses with `pejling law due UNIT`"
    if unknown.near:
        return f"Did you mean {', '.join(unknown.near)}?"
    if 0 < len(unknown.known) <= FEW:
        return f"Known are: {', '.join(unknown.known)}"
    return "See what there is with `pejling show`"
