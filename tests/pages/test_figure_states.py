"""Six states, six displays: in words and in form, in every place where a figure is shown."""

from datetime import date

import pytest

STATES = ("suppressed", "not_reported", "immature", "undefined", "provisional", "final")


def figure(state: str, **more):
    from pejling.indicators.figures import Figure

    given = {
        "suppressed": {},
        "not_reported": {},
        "immature": {
            "numerator": 4, "denominator": 9, "persons": 9, "matures_on": date(2010, 6, 30),
            "estimate": 0.61, "estimate_low": 0.3, "estimate_high": 0.8,
        },
        "undefined": {"numerator": 0, "denominator": 0, "persons": 0},
        "provisional": {"numerator": 0, "denominator": 9, "value": 0.0, "low": 0.0, "high": 0.3, "persons": 9},
        "final": {"numerator": 0, "denominator": 9, "value": 0.0, "low": 0.0, "high": 0.3, "persons": 9},
    }[state]  # fmt: skip
    empty = dict.fromkeys(
        ("numerator", "denominator", "value", "low", "high", "persons", "matures_on", "estimate", "estimate_low"), None
    )
    return Figure(
        **{"indicator": "fast", "unit": "A", "period": "2009", "group_by": "", "group": "", "estimate_high": None,
           "snapshot": 1, "state": state} | empty | given | more
    )  # fmt: skip


@pytest.fixture
def shown(northern_ireland):
    from django.template.loader import render_to_string

    from pejling.pages.series import Heading

    heading = Heading("fast", "Hurtig", "Fordi", "effect", "share", "up")

    def render(template: str, state: str, **more) -> str:
        html = render_to_string(f"web/{template}.html", {"figure": figure(state, **more), "heading": heading})
        return " ".join(html.split())  # no-break spaces become plain ones

    return render


@pytest.mark.parametrize("template", ["_figure", "_cells", "_part_cells"])
def test_each_state_is_shown_in_a_way_of_its_own(shown, template):
    assert len({shown(template, state) for state in STATES}) == 6


@pytest.mark.parametrize("template", ["_figure", "_cells", "_part_cells"])
@pytest.mark.parametrize("state", ["suppressed", "not_reported", "undefined"])
def test_what_is_no_figure_is_never_shown_as_0_per_cent(shown, template, state):
    assert "0,0" not in shown(template, state)


@pytest.mark.parametrize("template", ["_figure", "_cells", "_part_cells"])
def test_a_real_zero_is_shown_as_0_per_cent(shown, template):
    assert "0,0 %" in shown(template, "final")


def test_an_immature_figure_says_it_is_an_estimate_what_is_so_far_and_when_it_matures(shown):
    html = shown("_figure", "immature")
    assert "Skøn" in html and "61,0 %" in html
    assert "Hidtil 4 af 9" in html
    assert "30.06.2010" in html


def test_an_immature_figure_without_an_estimate_says_so(shown):
    assert "Intet tal endnu" in shown("_figure", "immature", estimate=None, estimate_low=None, estimate_high=None)


def test_a_suppressed_figure_gives_nothing_away_even_where_it_is_carried_along(shown):
    for template in ("_figure", "_cells", "_part_cells"):
        html = shown(template, "suppressed", numerator=3, denominator=4, persons=4)
        assert "3 af 4" not in html and "4 personer" not in html


def test_a_figure_says_in_words_which_way_is_good(shown):
    assert "Højere er bedre" in shown("_figure", "final")
