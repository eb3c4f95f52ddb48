"""The example keeps away from what is somebody's own."""

from datetime import date

import pytest

from pejling.demo import build
from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, create


def test_the_demo_is_not_built_over_a_workspace_of_somebodys_own(tmp_path):
    store = Store(tmp_path)
    create(store)
    (tmp_path / "model").mkdir()
    with pytest.raises(Mistake, match="of your own"):
        build(store, "northern_ireland", today=date(2026, 11, 23))


def test_an_example_is_not_built_over_another(tmp_path):
    store = Store(tmp_path)
    build(store, "northern_ireland", today=date(2026, 11, 23))
    with pytest.raises(Mistake, match="holds the example northern_ireland"):
        build(store, "copenhagen_2009", today=date(2026, 11, 23))
