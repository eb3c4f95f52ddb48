"""What may be said of a target, and what may not."""

from dataclasses import replace

import pytest

from pejling.indicators.figures import Figure
from pejling.steering.goal_status import Target

FIGURE = Figure("x", "u", "2009", "", "", 30, 100, 0.3, 0.22, 0.4, None, "final", None, None, None, None, 1)


@pytest.fixture
def told(northern_ireland):
    from pejling.pages.effects import told

    return told


def target(level):
    return Target(2009, level, "model", "u", "U", own=True)


@pytest.mark.parametrize(
    ("level", "direction", "said"),
    [(0.2, "up", "reached"), (0.35, "up", "cannot_tell"), (0.25, "up", "cannot_tell"), (0.5, "up", "short"),
     (0.2, "down", "short"), (0.5, "down", "reached"), (0.5, "none", "no_target")],
)  # fmt: skip
def test_a_target_within_the_interval_is_neither_reached_nor_missed(told, level, direction, said):
    assert told(FIGURE, target(level), direction) == said


def test_a_target_is_held_against_no_other_years_figure_and_none_that_is_not_known(told):
    assert told(replace(FIGURE, period="2008"), target(0.5), "up") == "not_known"
    assert told(replace(FIGURE, state="immature", value=None), target(0.5), "up") == "not_known"
    assert told(replace(FIGURE, state="suppressed", value=None), target(0.5), "up") == "not_known"
    assert told(FIGURE, None, "up") == "no_target"
