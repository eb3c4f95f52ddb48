"""Figures in a terminal: whatever the names and however much is estimated, nothing is cut."""

from datetime import date
from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table

from pejling.demo import examples_folder
from pejling.figure_table import figure_table, group_names
from pejling.indicators.figures import Figure
from pejling.indicators.model import read_model

LONG = "Beskæftigelses- og Integrationsforvaltningen"


MODEL = examples_folder() / "copenhagen_2009" / "model"


@pytest.mark.parametrize("width", [80, 120, 160, None])
def test_a_long_name_and_an_estimate_leave_every_cell_whole(width):
    indicator = read_model(MODEL).indicator("fast_lasting_exit")
    before = Figure(
        "fast_lasting_exit", "BIF", "2008", "", "", 3496, 11792, 0.296, 0.288, 0.305, 10812, "final", None,
        None, None, None, 1,
    )  # fmt: skip
    to_date = Figure(
        "fast_lasting_exit", "BIF", "2009", "", "", 1099, 12283, None, None, None, 11071, "immature",
        date(2010, 12, 29), 0.296, 0.286, 0.306, 1,
    )  # fmt: skip
    said = printed(figure_table(indicator, [before, to_date], {"BIF": LONG}, None, width=width))
    assert "…" not in said
    for whole in ("Integrationsforvaltningen", "2009", "2010-12-29", "immature", "10,812", "29.6 % (28.6 %–30.6 %)"):
        assert whole in said.replace("\N{NO-BREAK SPACE}", " ")
    if width is None:  # piped on
        assert len(said.splitlines()) == 4


def test_a_group_is_whole_and_a_column_that_says_nothing_is_left_out():
    indicator = read_model(MODEL).indicator("fast_lasting_exit")
    figure = Figure(
        "fast_lasting_exit", "JC-N", "2009", "target_group", "introduction_benefit", 9, 214, None, None, None, None,
        "immature", date(2010, 12, 29), 0.131, 0.079, 0.195, 1,
    )  # fmt: skip
    said = printed(figure_table(indicator, [figure], {"JC-N": "Jobcenter Nord"}, None, width=120))
    assert "introduction_benefit" in said
    assert "persons" not in said


@pytest.mark.parametrize("width", [60, 120, None])
def test_a_group_is_called_by_its_name_beside_the_key_that_is_asked_for(width):
    model = read_model(MODEL)
    figure = Figure(
        "fast_lasting_exit", "JC-N", "2009", "target_group", "introduction_benefit", 9, 214, None, None, None, None,
        "immature", date(2010, 12, 29), 0.131, 0.079, 0.195, 1,
    )  # fmt: skip
    names = group_names(model, "target_group")
    table = figure_table(model.indicator(figure.indicator), [figure], {}, None, (), width, names)
    said = " ".join(printed(table).split())
    assert "target_group" in said
    assert names["introduction_benefit"] == "Introduction benefit" and "(introduction_benefit)" in said
    assert "Introduction" in said


def test_a_columns_own_word_for_a_value_comes_before_the_models():
    model = read_model(MODEL)
    column, group = next((column, group) for column, group in model.groups.items() if group.values)
    value, name = next(iter(group.values.items()))
    said_otherwise = model.model_copy(update={"words": {value: name.model_copy(update={"en": "otherwise"})}})
    assert group_names(said_otherwise, column)[value] == name.en
    assert group_names(said_otherwise, "target_group")[value] == "otherwise"


def test_the_money_of_a_ratio_is_said_to_the_oere():
    indicator = read_model(MODEL).indicator("cost_per_exit")
    figure = Figure(
        "cost_per_exit", "BIF", "2006", "", "", 222_937_919.13, 5813, 38351.6117, None, None, None, "final", None,
        None, None, None, 1,
    )  # fmt: skip
    assert "222,937,919.13" in printed(figure_table(indicator, [figure], {}, None))


def test_what_is_measured_elsewhere_and_did_not_come_is_said_not_to_have_been_delivered():
    indicator = read_model(MODEL).indicator("citizens_satisfied")
    figure = Figure(
        "citizens_satisfied", "JC-N-IND-1", "2009", "", "", None, None, None, None, None, None, "not_reported", None,
        None, None, None, 1,
    )  # fmt: skip
    assert "no figure was delivered" in printed(figure_table(indicator, [figure], {}, None))


def printed(table: Table) -> str:
    console = Console(width=10_000, record=True, file=StringIO())
    console.print(table)
    return console.export_text()
