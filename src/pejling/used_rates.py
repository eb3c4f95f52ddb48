"""Rates that money was booked by: no version of the model may have them otherwise."""

import os
from typing import TYPE_CHECKING

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store

if TYPE_CHECKING:
    from pejling.indicators.model import Model


def hold_used_rates(store: Store, model: "Model") -> None:
    """Raises Mistake for a model whose rates are not those that were used. Nothing is used where nobody has booked."""
    if not (os.environ.get("PEJLING_DATABASE") or (store.home / "agreements.sqlite").exists()):
        return
    from pejling.config.serving import prepare

    prepare(store)
    from pejling.agreements import regulations
    from pejling.steering.funding.bookings import changed_rates

    rates = model.funding.rates if model.funding else ()
    for year in regulations.years():
        for changed in changed_rates([each.booking for each in regulations.kept(year)], rates):
            now = "there is none any more" if changed.now is None else f"now it is {changed.now}"
            raise Mistake(
                f"funding.yaml, rates, {changed.target_group}",
                f"bookings of {year} rest on {changed.used} kroner in {changed.month}, and {now}",
                "A rate is immutable once used: write it as it was. Next year's may be another",
            )
