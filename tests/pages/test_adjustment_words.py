"""What is said of an adjustment: where the average moved and no rule calls it a change, why that can be."""

from datetime import date

import pytest
from django.utils import translation

from pejling.indicators.definition import Text
from pejling.pages.adjustment_words import evidence
from pejling.steering.adjustments import Answer, Verdict
from pejling.steering.status import Followed
from pejling.steering.xmr import Limits


@pytest.mark.parametrize(
    ("verdict", "low", "high", "explained"),
    [("no_change", 1.5, 7.5, True), ("not_yet", -7.5, -1.5, True), ("no_change", -1.0, 7.5, False),
     ("reached", 1.5, 7.5, False)],
)  # fmt: skip
def test_an_average_that_moved_without_a_change_by_the_rules_is_explained(
    northern_ireland, verdict: Verdict, low: float, high: float, explained: bool
):
    found = Answer(verdict, Limits(0.7, 0.6, 0.8, 24), 8, "2009-09", (low + high) / 200, low / 100, high / 100, False)
    name = Text(da="Rettidige samtaler", en="Timely interviews")
    followed = Followed(
        "2009-02", "timely_contact", "timely_contact", name, "share", "up", "Mere tid", 0.04, "2009-08", "month",
        found, date(2009, 4, 1),
    )  # fmt: skip
    with translation.override("da"):
        said = " ".join(evidence(followed))
    assert ("Gennemsnittet har flyttet sig, men reglerne" in said) is explained
