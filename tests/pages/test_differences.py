"""What a newer version of the model changes, said as people read it."""

import pytest
from steering.models import SOUND, area, goal, indicator, sound, step

from pejling.indicators.model import differences

INDICATORS = SOUND["indicators"]
THEORY = SOUND["focus_areas"][0]["theory"]


def told(after, language="en"):
    from django.utils import translation

    from pejling.pages.differences import told

    before = sound()
    with translation.override(language):
        return told(before, after, differences(before, after))


def with_goal(**more):
    return sound(focus_areas=[area("work", goal("way_on", "lasting", "fast", **more), theory=THEORY)])


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (sound(), []),
        (with_goal(horizon=2029), ["The goal “en way_on”, horizon: 2027 is now 2029."]),
        (with_goal(owner=""), ["The goal “en way_on”, owner is gone."]),
        (
            with_goal(targets=[{"year": 2026, "level": 0.5}]),
            ["The goal “en way_on”, target, 2026 is new."],
        ),
        (
            sound(indicators=[*INDICATORS[:2], indicator("lasting", lasting="9 months")]),
            [
                "The indicator “en lasting” is measured otherwise:",
                "  − It must also last: for 6 months from the day of the end the person is in no other course.",
                "  + It must also last: for 9 months from the day of the end the person is in no other course.",
            ],
        ),
        (
            sound(indicators=[*INDICATORS[:2], indicator("lasting", name={"da": "da ny", "en": "en new"})]),
            ["The indicator “en new”, name: “en lasting” is now “en new”."],
        ),
        (
            sound(focus_areas=[area("work", goal("way_on", "lasting", "fast"), theory=THEORY[:1])]),
            ["The step from “en fast” to “en lasting” is gone."],
        ),
        (sound(focus_areas=[]), ["The focus area “en work” is gone."]),
        (sound(threshold=3), ["The fewest people that are shown: 5 is now 3."]),
        (sound(caps={"result_goals": 4}), ["The caps, goals in a contract at most: 5 is now 4."]),
    ],
)
def test_a_change_is_said_in_plain_words(northern_ireland, after, lines):
    english = [line for line in told(after) if "name: “da" not in line]
    assert english == lines
    danish = told(after, "da")
    assert len(danish) == len(told(after))
    assert not set(danish) & set(told(after)) or not danish


def test_a_new_indicator_is_told_by_its_definition(northern_ireland):
    (line,) = told(sound(indicators=[*INDICATORS, indicator("more", measure="exits", unit="courses")]))
    assert line.startswith("The indicator “en more” is new. Counts the courses that ended in the period.")


def test_a_new_step_and_a_new_goal_are_told_apart(northern_ireland):
    both = [*SOUND["focus_areas"][0]["goals"], goal("soon", "fast")]
    lines = told(sound(focus_areas=[area("work", *both, theory=[*THEORY, step("talks", "lasting")])]))
    assert set(lines) == {"The goal “en soon” is new.", "The step from “en talks” to “en lasting” is new."}
