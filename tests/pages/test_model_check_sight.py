"""What the model check tells of single units: to who may not see cases there, never a small unit's counts."""

from dataclasses import replace
from datetime import date

import pytest
from steering.models import TODAY, area, goal, past, sound

from pejling.agreements.rights import Held, Reader
from pejling.indicators.hierarchy import Unit


@pytest.fixture
def page(northern_ireland):
    """As a reader sees it; a has 36 courses a year, hardly one counted."""
    from django.utils import translation

    from pejling.pages.model_check import Checked, as_seen
    from pejling.steering.model_check import check_steering
    from pejling.steering.prospects import prospects

    target = {"year": 2026, "level": 0.4, "contributions": {"a": 0.3, "b": 0.4, "c": 0.4, "me": 0.5}}
    model = sound(
        focus_areas=[area("work", goal("way_on", "lasting", targets=[target]))], levels={"caseworker": ["person"]}
    )
    before = past(
        lasting__a=[(0, 3)] * 69 + [(1, 3)] * 3,
        lasting__b=[(33, 100)] * 72,
        lasting__c=[(4, 10)] * 72,
        lasting__me=[(1, 3)] * 72,
    )
    units = {**before.units, "c": replace(before.units["a"], unit_id="c", name="C")}
    units["me"] = Unit("me", "ME", "person", "a", date(2000, 1, 1), None, None)
    before = replace(before, units=units)
    found = Checked(1, model, tuple(check_steering(model, TODAY, before)), before, tuple(prospects(model, before)))

    def seen(reader):
        with translation.override("en"):
            return as_seen(found, reader)

    return seen


def rows(told):
    return {row.unit: ("hidden" if row.hidden else row.courses) for row in told.rows if row.known}


def cases(told):
    return [case for group in told.groups for one in group.findings for case in one.cases]


def test_who_may_see_cases_sees_the_counts(page):
    told = page(Reader("r", (Held("director", "whole"),)))
    assert rows(told) == {"A": "36", "B": "1,200", "C": "120"}
    assert any(case.startswith("A: 30.0% is asked") for case in cases(told))


def test_who_may_not_sees_that_they_are_hidden(page):
    told = page(Reader("r", (Held("politician", "whole"),)))
    assert rows(told) == {"A": "hidden", "B": "1,200", "C": "hidden"}  # C, so that A is not the whole less the others
    assert "A: hidden to protect people." in cases(told)
    assert not [case for case in cases(told) if case.startswith("A: 30.0%")]


def test_a_persons_own_courses_are_told_to_that_person_only(page):
    assert "ME" not in rows(page(Reader("r", (Held("director", "whole"),))))
    assert "ME" in rows(page(Reader("r", (Held("caseworker", "me"),))))
    assert "ME" in rows(page(None))  # the workspace's owner, at the command line
