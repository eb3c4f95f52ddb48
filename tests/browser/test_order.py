"""Tests may run in any order, in one process or several."""

import os
import subprocess
import sys
from pathlib import Path

from once import MADE, together

ROOT = Path(__file__).resolve().parents[2]


def test_djangos_database_can_be_used_between_two_pages_in_a_browser(tmp_path, tmp_path_factory):
    pages = "tests/browser/test_pages.py::test_{}"
    in_turn = [
        pages.format("the_first_key_leads_past_the_menu"),
        "tests/web/test_pages.py::test_a_look_at_courses_is_logged_without_saying_whose",
        pages.format("a_chart_has_its_labels_inside_it"),
        "tests/web/test_pages.py::test_the_courses_behind_a_figure_are_as_many_as_it_says",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--basetemp", tmp_path / "tests", *in_turn],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src"), MADE: str(together(tmp_path_factory))},
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
