"""What the design system has a class for, has that class; and no style of ours fights it."""

import re
from pathlib import Path

import pytest

import pejling

WEB = Path(pejling.__file__).parent / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
ATTRIBUTES = r"((?:\{%.*?%\}|\{\{.*?\}\}|[^>{])*)>"
CLASSES = {
    "table": "table",
    "button": "button|function-link|sr-only",
    "select": "form-select",
    "textarea": "form-input",
    "input": "form-(input|radio|checkbox)",
    "summary": "details-summary|accordion-button|function-link|button",  # one that opens what a button asks once more
}


@pytest.mark.parametrize("tag", CLASSES)
def test_every_table_button_and_field_is_the_design_system_s(tag):
    bare = [
        (template.name, found[0])
        for template in TEMPLATES
        for found in re.finditer(rf"<{tag}\b{ATTRIBUTES}", template.read_text())
        if 'type="hidden"' not in found[1] and not re.search(rf'class="[^"]*\b({CLASSES[tag]})\b', found[1])
    ]
    assert bare == []


def test_no_style_stands_in_a_page_and_none_of_ours_has_to_be_important():
    """The design system is a layer below our sheets, so nothing needs to outshout it."""
    assert [each.name for each in TEMPLATES if re.search(r"<style|\sstyle=", each.read_text())] == []
    assert [each.name for each in (WEB / "static").glob("*.css") if "!important" in each.read_text()] == []


def test_the_design_system_s_sheet_has_no_colour_of_its_own_and_asks_nobody_else():
    sheet = (WEB / "static" / "vendor" / "dkfds" / "dkfds.css").read_text()
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet) == []
    assert set(re.findall(r"var\(--([\w-]+)\)", sheet)) <= set(
        re.findall(r"--([\w-]+):", (WEB / "static" / "pejling.css").read_text())
    )
    asked = re.findall(r"url\([\"']?([^\"')]+)", sheet)
    assert asked and all((WEB / "static" / "vendor" / "dkfds" / each).exists() for each in asked)
