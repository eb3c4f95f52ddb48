"""The workspace as its owner sees it at the command line; what is not there is a mistake, with its cure."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, require
from pejling.printing import Language

if TYPE_CHECKING:
    from pejling.pages.ground import Ground


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
        near = f"Did you mean {', '.join(unknown.near)}?" if unknown.near else "See what there is with `pejling show`"
        raise Mistake(unknown.what, f"{unknown.asked!r} is not there", near) from None
