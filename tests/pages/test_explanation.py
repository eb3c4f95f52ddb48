"""Every item behind a cell has one reason, in words, and the reasons add up to what the figure says."""

from contextlib import contextmanager

import pytest
from pages.every_measure import DEFINITIONS

KEYS = [each["key"] for each in DEFINITIONS]
BEHIND = [each["key"] for each in DEFINITIONS if each["measure"] not in ("ratio", "observed")]
CELLS = [("city", "2009"), ("north", "2010"), ("firm", "2009-Q3"), ("city", "2010-10"), ("south", "2010-03/12")]
MEMORY: dict = {}


@contextmanager
def world(store, language="en"):
    from django.utils.translation import override

    from pejling.config.connection import reading
    from pejling.pages.ground import ground

    with override(language), reading(store) as connection:
        yield ground(connection, MEMORY)


def explained(ground, key, unit="city", period="2009", **more):
    from pejling.pages.explanation import explanation

    return explanation(ground, key, unit, period, **more)


@pytest.mark.parametrize(
    "key",
    [pytest.param(key, marks=() if key in ("intake", "fast_lasting", "timely", "spent") else pytest.mark.slow)
     for key in BEHIND],
)  # fmt: skip
def test_the_reasons_add_up_to_the_denominator_or_to_the_number_where_there_is_none(every_measure, key):
    with world(every_measure) as ground:
        for unit, period in CELLS:
            found = explained(ground, key, unit, period)
            if found.figure.state == "not_reported":
                assert found.reasons == ()
                continue
            counts = found.heading.measure in ("intake", "stock", "exits", "amount", "average_stock")
            whole = found.figure.numerator if counts else found.figure.denominator
            assert found.sum == pytest.approx(whole), (unit, period)
            assert sum(reason.items for reason in found.reasons) == len(found.cases)
            assert sum(reason.counted for reason in found.reasons) == pytest.approx(found.figure.numerator)
            assert "records have changed" not in found.closing


@pytest.mark.parametrize("key", ["intake", "fast_lasting"])
def test_the_reasons_of_the_groups_add_up_to_those_of_the_whole(every_measure, key):
    with world(every_measure) as ground:
        groups = [explained(ground, key, by="sex", group=group).sum for group in ("female", "male")]
        assert all(groups)
        assert sum(groups) == explained(ground, key).sum


def test_the_closing_line_says_what_the_sum_is(every_measure):
    with world(every_measure) as ground:
        assert explained(ground, "intake").closing == "The reasons add up to 32 courses: the figure itself."
        assert explained(ground, "timely").closing == (
            "The reasons add up to 67 steps: all that the figure is measured on."
        )
        assert explained(ground, "open_on_average").closing == (
            "The reasons add up to 3,490 course-days, which are divided by 365 days."
        )
        assert explained(ground, "spent").closing == "The reasons add up to 1,185,016.50\u00a0kr.: the figure itself."


@pytest.mark.slow
def test_every_item_has_one_sentence_in_either_language_with_nothing_left_open(every_measure):
    from django.utils.translation import override

    from pejling.pages.reasons import reason, shared

    seen = set()
    with world(every_measure) as ground:
        for key in BEHIND:
            for case in (found := explained(ground, key, "city", "2010")).cases:
                seen.add(case.reason)
                told = set()
                for language in ("da", "en"):
                    with override(language):
                        said = reason(ground, found.indicator, case)
                        assert shared(ground, found.indicator, case)
                    told.add(said)
                    assert said.endswith(".") and "%(" not in said and "–" not in said, (case, said)
                assert len(told) == 2
    assert len(seen) >= 24


def test_every_reason_the_measures_can_give_has_words():
    """The words stand in the measures' own queries, in quotes."""
    import re
    from pathlib import Path

    from pejling.indicators import cases, course_items, day_items, items, record_items
    from pejling.pages.reasons import _SAID, _SHARED

    said = set(re.findall(r"'(\w+)'", "".join(Path(m.__file__).read_text() for m in (course_items, record_items))))
    not_reasons = {"exit", "other", "censored", "never", "relapse"}
    given = {
        word
        for word in said
        if "_" in word or word in (*items.COUNTED, *items.UNDECIDED, "late", "relapsed", "reentered")
    }
    given |= {"open", "active", "partly_active", "not_active", "open_beyond_median", *items.COUNTED, *items.UNDECIDED}
    assert given - not_reasons == set(_SHARED) == set(_SAID) | {"open", "still_open"}
    assert cases and day_items


def test_a_relapse_names_what_the_person_was_back_to_and_when_in_weeks(every_measure):
    from pejling.pages.reasons import reason

    with world(every_measure) as ground:
        found = explained(ground, "fast_lasting")
        (said,) = (reason(ground, found.indicator, case) for case in found.cases if case.course_id == "c01")
    assert said == "It led to work, but the person was back to cash benefit after 10 weeks, on 17 May 2009."


def test_what_happened_the_day_it_began_is_said_so_and_not_after_0_days(every_measure):
    from dataclasses import replace

    from django.utils.translation import override

    from pejling.pages.reasons import reason

    with world(every_measure) as ground:
        found = explained(ground, "fast_lasting")
        (one,) = (case for case in found.cases if case.course_id == "c01")
        for key, danish, english in (
            ("exited", "Det førte til arbejde samme dag.", "It led to work the same day."),
            ("not_exited", "er stadig i gang den første dag.", "is still open on the first day."),
        ):
            for language, said in (("da", danish), ("en", english)):
                with override(language):
                    assert reason(ground, found.indicator, replace(one, reason=key, days=0)).endswith(said)


def test_one_followed_too_briefly_says_until_when(every_measure):
    from pejling.pages.reasons import reason

    with world(every_measure) as ground:
        found = explained(ground, "lasting", period="2010")
        said = [reason(ground, found.indicator, case) for case in found.cases if case.reason == "followed_until"]
    assert said and all("is followed only until 31 October 2010" in each for each in said)


def test_days_are_told_in_weeks_unless_short_or_the_definition_speaks_of_days(every_measure):
    from pejling.pages.reasons import length

    with world(every_measure) as ground:
        in_weeks, in_days = ground.indicator("fast_exit"), ground.indicator("days_to_education")
        assert length(in_weeks, 63) == "9 weeks"
        assert length(in_weeks, 65) == "9 weeks and 2 days"
        assert length(in_weeks, 13) == "13 days"
        assert length(in_days, 63) == "63 days"


def test_a_course_that_ended_without_a_known_reason_has_a_reason_here(every_measure):
    with world(every_measure) as ground:
        assert {case.reason for case in explained(ground, "fast_lasting").cases if case.course_id == "c09"} == {
            "exited_elsewhere"
        }


def test_a_step_has_its_kind_and_due_day_and_a_posting_its_kroner(every_measure):
    with world(every_measure) as ground:
        assert all(case.due_on and case.what in ("interview", "plan") for case in explained(ground, "timely").cases)
        postings = explained(ground, "spent").cases
        assert sum(case.change for case in postings) == pytest.approx(1_185_016.5)
        assert {reason.text for reason in explained(ground, "spent").reasons} == {"Posted to wages", "Posted to offers"}


def test_a_ratio_shows_both_its_parts_and_nobody(every_measure):
    with world(every_measure) as ground:
        found = explained(ground, "cost_per_exit")
        assert [heading.key for heading, _ in found.parts] == ["spent", "left"]
        assert found.figure.value == pytest.approx(found.parts[0][1].numerator / found.parts[1][1].numerator)
        assert (found.cases, found.reasons, found.closing) == ((), (), "")


def test_what_was_measured_elsewhere_says_so(every_measure):
    with world(every_measure) as ground:
        found = explained(ground, "satisfied")
        assert found.elsewhere and not found.cases
        assert found.definition.sentences[0] == "Was measured elsewhere, and is shown just as it was delivered."
