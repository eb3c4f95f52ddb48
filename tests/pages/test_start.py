"""Every page says when its figures are older than what the workspace knows."""

from datetime import date

import pytest


@pytest.mark.slow
def test_figures_older_than_the_records_or_the_model_say_so(northern_ireland, tmp_path):
    from pejling.config.connection import reading
    from pejling.demo import build, examples_folder
    from pejling.facts.delivery import deliver
    from pejling.facts.store import Store
    from pejling.indicators.model import load_model, read_model
    from pejling.pages.data_time import data_time

    def overtaken() -> tuple[str, ...]:
        with reading(store) as connection:
            return data_time(connection).overtaken

    store = Store(tmp_path / "home")
    build(store, "northern_ireland", today=date(2026, 11, 23))
    assert overtaken() == ()
    model = read_model(examples_folder() / "northern_ireland" / "model")
    load_model(store, model.model_copy(update={"threshold": 3}))
    assert overtaken() == ("model",)
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    (delivery / "persons.csv").write_text("person_id,sex\nnewcomer,female\n")
    deliver(store, delivery, today=date(2026, 11, 24), through=date(1999, 6, 30))
    assert set(overtaken()) == {"facts", "model"}
