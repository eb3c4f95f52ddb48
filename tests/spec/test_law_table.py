"""The plain-Python reference is held to the table of due days."""

import pytest
from meaning.law import steps

from spec.law_parser import Section, sections, written

ALL = sections()


@pytest.mark.parametrize("section", ALL, ids=lambda section: section.title)
def test_the_reference_says_what_the_table_says(section: Section):
    covered = {rule["key"]: section.covered for rule in section.rules}
    found = steps(section.world, section.rules, section.through, covered, section.closed)
    for (course, rule), expected in section.expected.items():
        said = [step for step in found if (step.course_id, step.rule) == (course, rule)]
        assert written(said, section.through) == expected, (course, rule)


def test_there_are_at_least_sixty_cases_and_each_says_why():
    assert sum(len(section.expected) for section in ALL) >= 60
    assert all(why for section in ALL for why in section.whys)
