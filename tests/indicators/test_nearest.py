"""What is answered to a unit that nobody knows, by its key or by what it is called."""

import pytest

from pejling.indicators.documents import nearest_called

UNITS = {
    "BIF": "Forvaltningen",
    "JC-N": "Jobcenter Nord",
    "JC-N-1": "Indsats, Nord",
    "JC-S": "Jobcenter Syd",
    "Sydd": "Et hus",
}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Jobcenter Nord", "That is its name: write JC-N"),
        ("JC-M", "Did you mean JC-S?"),
        ("nord", "Did you mean JC-N (Jobcenter Nord) or JC-N-1 (Indsats, Nord)?"),
        ("Syd", "Did you mean JC-S (Jobcenter Syd)?"),  # though it is near another's key
        ("or", "Known are: BIF, JC-N, JC-N-1, JC-S, Sydd"),  # no word of any name, and in the order of the hierarchy
        ("", "Known are: BIF, JC-N, JC-N-1, JC-S, Sydd"),
    ],
)
def test_a_unit_is_found_by_its_key_its_name_or_a_word_of_it(asked, said):
    assert nearest_called(asked, UNITS) == said


def test_what_has_no_name_is_not_called_nothing():
    assert nearest_called("", {"female": "", "male": ""}) == "Known are: female, male"
    assert nearest_called("x", {}) == "None is known"


def test_no_more_than_a_line_of_what_is_known():
    assert nearest_called("x", {f"unit-{n}": "" for n in range(13)}).endswith("unit-11 …")
