"""The definitions that contracts were signed by, for whoever measures: they are measured on when the model moves on."""

import os
from typing import TYPE_CHECKING

from pejling.facts.store import Store

if TYPE_CHECKING:
    from pejling.indicators.pins import Pin


def pins(store: Store) -> "tuple[Pin, ...]":
    """None where nobody has decided anything here yet: then there is no database of it, and none is made."""
    if not (os.environ.get("PEJLING_DATABASE") or (store.home / "agreements.sqlite").exists()):
        return ()
    from pejling.config.serving import prepare

    prepare(store)
    from pejling.agreements import contracts

    return contracts.pins()
