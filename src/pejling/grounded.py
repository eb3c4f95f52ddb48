"""The workspace as its owner sees it at the command line; what is not there is a mistake, with its cure."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, require
from pejling.indicators.documents import nearest_called
from pejling.printing import Language, say_overtaken

if TYPE_CHECKING:
    from pejling.pages.ground import Ground
    from pejling.pages.unknown import Unknown


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
            now = ground(connection, {})
            say_overtaken(now.measured.overtaken)
            yield now
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
    if unknown.reach:
        return reaching(*unknown.reach, asked=unknown.asked)
    return nearest_called(unknown.asked, unknown.called)


_A_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def reaching(first: str, last: str, asked: str = "") -> str:
    """How a period that is not there is mended: by how far the records go; and of one that is no month, where a month
    was `asked` for, how a month is written.
    """
    reach = f"records go from {first} to {last}"
    if not asked or _A_MONTH.fullmatch(asked) or not _A_MONTH.fullmatch(last):
        return f"The {reach}"
    if re.fullmatch(r"\d{4}-\d{2}", asked):  # written as one, but of no year
        return f"A month is written YYYY-MM, where MM is 01 to 12, and the {reach}"
    return f"A month is written YYYY-MM, and the {reach}"
