"""A definition that was signed is measured on when the model moves on, and nothing else changes."""

import shutil
from dataclasses import dataclass
from datetime import date

import pytest
from indicators.conftest import EXAMPLE

from pejling.facts.delivery import deliver
from pejling.facts.store import Store, connect
from pejling.indicators.definition import Ratio, Where
from pejling.indicators.figures import Figure, figures
from pejling.indicators.measure import measure
from pejling.indicators.measurement import measurement
from pejling.indicators.model import Model, load_model
from pejling.indicators.pins import Pin, beside, key_beside, pin, still_so

pytestmark = pytest.mark.xdist_group("pins")  # its three stores are measured once

SIGNED = ("fast_lasting_exit", "weeks_to_work_or_study", "average_jobless", "exits_per_course")
PERIODS = ["1993", "1995", "1996-Q3", "1997-05", "1998"]


def with_(model: Model, key: str, **values: object) -> Model:
    indicators = tuple(i.model_copy(update=values) if i.key == key else i for i in model.indicators)
    return model.model_copy(update={"indicators": indicators})


@pytest.fixture(scope="module")
def signed(northern_ireland: Store) -> Model:
    """The model that was signed by: it has a ratio, too."""
    with_ratio = Model.model_validate_json(_model(northern_ireland).model_dump_json(by_alias=True))
    ratio = {
        "key": "exits_per_course", "measure": "ratio", "numerator": "fast_lasting_exit", "denominator": "intake",
        "name": {"da": "x", "en": "x"}, "why": {"da": "x", "en": "x"}, "kind": "result", "direction": "up",
        "unit": "share",
    }  # fmt: skip
    return with_ratio.model_copy(update={"indicators": (*with_ratio.indicators, Ratio.model_validate(ratio))})


@pytest.fixture(scope="module")
def moved_on(signed: Model) -> Model:
    """By now courses are joined otherwise, one definition is another, and one is gone."""
    now = with_(signed, "fast_lasting_exit", exit_to=("employment",))
    others = tuple(each for each in now.indicators if each.key != "average_jobless")
    return now.model_copy(update={"indicators": others, "join_courses_within": 40})


@dataclass(frozen=True)
class Stores:
    """The same records, measured by what was signed; by the model that has moved on, with and without the pins."""

    pins: tuple[Pin, ...]
    before: Store
    after: Store
    alone: Store


@pytest.fixture(scope="module")
def stores(northern_ireland: Store, signed: Model, moved_on: Model, tmp_path_factory: pytest.TempPathFactory) -> Stores:
    folder, pins = tmp_path_factory.mktemp("pins"), tuple(pin(signed, key) for key in SIGNED)

    def measured(name: str, model: Model, pins: tuple[Pin, ...] = ()) -> Store:
        store = Store(folder / name)
        shutil.copytree(northern_ireland.home, store.home)
        load_model(store, model)
        assert measure(store, pins=pins).indicators == len(model.indicators)
        return store

    return Stores(pins, measured("before", signed), measured("after", moved_on, pins), measured("alone", moved_on))


@pytest.mark.slow
def test_what_was_signed_is_measured_beside_and_the_models_own_are_as_they_would_be(stores, moved_on):
    for key, pinned in zip(SIGNED, stores.pins, strict=True):
        assert numbers(stores.after, key_beside(pinned)) == numbers(stores.before, key), key
    for indicator in moved_on.indicators:
        assert numbers(stores.after, indicator.key) == numbers(stores.alone, indicator.key), indicator.key
    assert numbers(stores.after, "fast_lasting_exit") != numbers(stores.before, "fast_lasting_exit")
    assert _model(stores.after) == moved_on  # it is in no list of the model's


@pytest.mark.slow
def test_a_small_delivery_changes_what_was_signed_as_it_would_have(stores, tmp_path):
    header, first = (EXAMPLE / "facts" / "courses.csv").read_text().splitlines()[:2]
    (tmp_path / "courses.csv").write_text(f"{header}\n{first.replace('Western', 'Belfast')}\n")
    was = numbers(stores.before, "fast_lasting_exit")
    for store in (stores.before, stores.after):
        deliver(store, tmp_path, through=date(1999, 6, 30), today=date(2026, 11, 26))
    measure(stores.before)
    again = measure(stores.after, pins=stores.pins)
    assert (again.whole, again.partly > 0) == (0, True)
    assert numbers(stores.before, "fast_lasting_exit") != was
    for key, pinned in zip(SIGNED, stores.pins, strict=True):
        assert numbers(stores.after, key_beside(pinned)) == numbers(stores.before, key), key


@pytest.mark.slow
def test_a_pin_that_nobody_asks_for_or_whose_column_is_gone_from_the_records_is_not_measured(stores, signed):
    asks = with_(signed, "fast_lasting_exit", where=Where.model_validate({"shoe_size": ("41",)}))
    measure(stores.after, pins=(pin(asks, "fast_lasting_exit"), pin(asks, "exits_per_course")))
    connection = connect(stores.after, read_only=True)
    try:
        assert set(measurement(connection).pinned) == {key_beside(pin(signed, "intake"))}
    finally:
        connection.close()


def test_other_words_are_the_same_definition(signed):
    pinned = pin(signed, "fast_lasting_exit")
    assert still_so(with_(signed, "fast_lasting_exit", owner="another", by=("sex",)), pinned)
    assert beside(signed, [pinned]) == {}
    for changed in ({"direction": "down"}, {"lasting": None}):
        assert not still_so(with_(signed, "fast_lasting_exit", **changed), pinned)


def test_a_ratio_is_another_when_one_of_its_parts_is(signed, moved_on):
    pinned = pin(signed, "exits_per_course")
    found = beside(with_(signed, "fast_lasting_exit", exit_to=("employment",)), [pinned])
    assert set(found) == {key_beside(pinned), key_beside(pin(signed, "fast_lasting_exit"))}
    assert len(beside(moved_on, [pinned])) == 3  # courses are joined otherwise: both parts are others


def numbers(store: Store, key: str) -> list[tuple[object, ...]]:
    connection = connect(store, read_only=True)
    try:
        return [_numbers(figure) for figure in figures(connection, key, periods=PERIODS, with_persons=False)]
    finally:
        connection.close()


def _numbers(f: Figure) -> tuple[object, ...]:
    return f.unit, f.period, f.numerator, f.denominator, f.value, f.low, f.high, f.state, f.matures_on, f.estimate


def _model(store: Store) -> Model:
    connection = connect(store, read_only=True)
    try:
        return measurement(connection).model
    finally:
        connection.close()
