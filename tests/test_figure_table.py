"""Figures in a terminal: whatever the names and however much is estimated, nothing is cut."""

from datetime import date

import pytest
from rich.console import Console

from pejling.demo import examples_folder
from pejling.figure_table import figure_table
from pejling.indicators.figures import Figure
from pejling.indicators.model import read_model

LONG = "Beskæftigelses- og Integrationsforvaltningen"


@pytest.mark.parametrize("width", [120, 160])
def test_a_long_name_and_an_estimate_leave_every_cell_whole(width):
    indicator = read_model(examples_folder() / "copenhagen_2009" / "model").indicator("fast_lasting_exit")
    before = Figure(
        "fast_lasting_exit", "BIF", "2008", "", "", 3496, 11792, 0.296, 0.288, 0.305, 10812, "final", None,
        None, None, None, 1,
    )  # fmt: skip
    to_date = Figure(
        "fast_lasting_exit", "BIF", "2009", "", "", 1099, 12283, None, None, None, 11071, "immature",
        date(2010, 12, 29), 0.296, 0.286, 0.306, 1,
    )  # fmt: skip
    console = Console(width=width, record=True)
    console.print(figure_table(indicator, [before, to_date], {"BIF": LONG}, None))
    said = console.export_text()
    assert "…" not in said
    for whole in ("Integrationsforvaltningen", "2009", "2010-12-29", "immature", "10,812"):
        assert whole in said
