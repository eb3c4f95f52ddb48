"""Contrast by WCAG 2.1: text 4.5:1, marks and edges 3:1, on every ground that they stand on. Axe does not judge SVG."""

import re
from pathlib import Path

import pytest

import pejling

SHEET = (Path(pejling.__file__).parent / "web" / "static" / "pejling.css").read_text()
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", SHEET)) | {"white": "#ffffff"}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself_gives_what_the_recommendation_says():
    COLOURS["black"] = "#000000"
    assert contrast("black", "white") == pytest.approx(21)


@pytest.mark.parametrize("ground", ["paper", "shallow"])
@pytest.mark.parametrize("text", ["ink", "quiet", "link", "bearing", "buff-edge"])
def test_text_can_be_read(text, ground):
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("text", ["ink", "buff-edge", "quiet"])
def test_text_on_buff_can_be_read(text):
    assert contrast(text, "buff") >= 4.5


@pytest.mark.parametrize("mark", ["mark", "soft", "bearing", "buff-edge", "ink"])
def test_marks_can_be_told_from_the_paper(mark):
    assert contrast(mark, "paper") >= 3


def test_a_dot_can_be_told_from_its_interval():
    """A dot is wider than its whisker, so form carries it; the colours help."""
    assert contrast("mark", "soft") >= 2


def test_every_colour_of_the_sheet_is_one_of_the_palette():
    loose = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", SHEET.split("}", 4)[-1])) - set(COLOURS.values()) - {"#fff"}
    assert not loose
