import re
from dataclasses import replace
from datetime import date

import pytest
from web.conftest import signed_in
from web.test_contracts import form_of, set_overall

YEAR = 2111
LONG = "Unge uden prøver skal have en kontakt, der følger dem hele vejen fra skole til arbejde. " * 6


@pytest.fixture(scope="module", autouse=True)
def decisions(own_decisions):
    """What one file of these tests decides, no other meets."""


@pytest.fixture(scope="module")
def full(northern_ireland):
    """A contract with all it may hold, as long as contracts get, and with signs that mean something to Typst."""
    director = signed_in("director")
    for indicator, count in (("fast_lasting_exit", 22), ("fast_exit", 30), ("lasting_share", 10)):
        set_overall(director, YEAR, indicator, count=str(count))
    location = director.post("/contracts/new", {"upper": "NI", "unit": "Belfast", "year": YEAR}).headers["Location"]
    contract = int(re.search(r"(\d+)", location)[1])
    director.post(f"/contracts/{contract}/edit", {**form_of(director, contract), "new-indicator": "training_started"})
    director.post(f"/contracts/{contract}/edit", {**form_of(director, contract), "new-indicator": "weeks_to_exit"})
    typed = {
        **form_of(director, contract), "purpose": LONG, "economy": LONG[:300], "law": "#let x = [*a_b*] $ @x </>",
        "focus": "En\nTo", "follow_up": "=1+1", "others-0-text": "Alle skoler har en kontakt",
        "others-0-due": "1.6.2111", "payment-0-text": "Vejledning", "payment-0-amount": "12.500,50",
        "goals-weeks_to_exit-level": "14",
    }  # fmt: skip
    assert director.post(f"/contracts/{contract}/edit", typed).status_code == 302
    return contract


@pytest.fixture(scope="module")
def longest_status(northern_ireland):
    """Many units below, a stand on every goal, adjustments and comments as long as they get."""
    from pejling.config.connection import reading
    from pejling.facts.store import Store
    from pejling.pages.ground import ground
    from pejling.pages.status_page import status_page
    from pejling.steering.stands import Adjustment, Stand
    from pejling.steering.status import Taken

    store = Store(northern_ireland)
    with reading(store) as connection:
        page = status_page(ground(connection, {}), None, store, "NI", "1998-11")
    long = "Flere begynder om sommeren, og vejlederne når ikke alle. " * 4
    stands = tuple(
        Stand(indicator=goal.indicator, choice="adjust", reason=long, adjustment=Adjustment(
            what="Alle ringes op inden for en uge.", indicator=goal.indicator, change=1.5, by="1999-06"
        ))
        for goal in page.status.goals
    )  # fmt: skip
    taken = Taken(stands, long, "leder", date(1998, 12, 5), (("direktør", long[:120]),) * 2)
    five = (page.status.goals * 2)[:5]
    return replace(page, status=replace(page.status, goals=five, taken=taken, below=page.status.below * 2))
