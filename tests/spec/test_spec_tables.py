"""The plain-Python reference is held to every spec table."""

import pytest
from meaning.figures import figure

from spec.parser import ORDER, Case, cases

ALL = cases()


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.measure}: {case.title}")
def test_the_reference_says_what_the_table_says(case: Case):
    for cell in case.cells:
        expected = {key: value for key, value in cell.items() if key not in ("unit", "period", "by", "group", "why")}
        found = figure(
            case.world, case.definition, cell.get("unit") or "team", cell["period"],
            cell.get("by") or "", cell.get("group") or "", case.others,
        )  # fmt: skip
        for part, value in expected.items():
            said = getattr(found, part)
            same = said == pytest.approx(value, abs=5e-4) if isinstance(value, float) else said == value
            assert same, f"{case.title}, {cell}: {part} is {said}"


def test_every_measure_has_at_least_three_tables():
    for measure in ORDER:
        assert sum(case.measure == measure for case in ALL) >= 3, measure


def test_every_expected_cell_says_why():
    assert not [case.title for case in ALL for cell in case.cells if not cell.get("why")]
