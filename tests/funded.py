"""The Northern Ireland example with money: a copy of its records, and a model that funds its five areas."""

import shutil
from datetime import date
from pathlib import Path

from csv_deliveries import write

from pejling.demo import examples_folder
from pejling.facts.delivery import deliver
from pejling.facts.store import Store
from pejling.indicators.definition import Intake
from pejling.indicators.funding import Funding
from pejling.indicators.measure import measure
from pejling.indicators.model import Model, load_model, read_model

TODAY = date(2026, 11, 26)
AREAS = ("Belfast", "N.Eastern", "S.Eastern", "Southern", "Western")
TRIGGER = {
    "key": "new", "name": {"da": "Nye", "en": "New"}, "why": {"da": "x", "en": "x"}, "kind": "activity",
    "direction": "none", "unit": "courses", "measure": "intake", "reentry_within": "13 weeks", "by": ["target_group"],
}  # fmt: skip
BASE = dict(zip(AREAS, (3, 3, 2, 3, 2), strict=True))


def year(number: int, **more: object) -> dict[str, object]:
    return {
        "year": number, "frame": "1000000.01", "split": {"base": 25, "taximeter": 60, "agreed": 10, "result": 5},
        "base": BASE, "taximeter": {"triggered_by": "new", "gap": "reserve", "counterweights": ["fast_exit"]},
        "result": {"indicator": "fast_exit", "cohort": "1996", "formula": "linear", "floor": "0.3", "benchmark": "0.9"},
        "agreed": [{"unit": "Belfast", "kroner": "40000", "agreement": "Nobody wrote this"}],
        "regulations": [date(number, 4, 30), date(number, 8, 31)], "settlement": date(number + 1, 2, 28), **more,
    }  # fmt: skip


def rates(kroner: str = "9000.50") -> list[dict[str, object]]:
    return [{"target_group": "school_leaver", "from": date(1993, 1, 1), "kroner": kroner}]


def model(*years: dict[str, object], kroner: str = "9000.50") -> Model:
    plain = read_model(examples_folder() / "northern_ireland" / "model")
    return plain.model_copy(
        update={
            "indicators": (*plain.indicators, Intake.model_validate(TRIGGER)),
            "funding": Funding.model_validate({"rates": rates(kroner), "years": list(years)}),
        }
    )


def laid_out(northern_ireland: Path, home: Path, *years: dict[str, object]) -> Store:
    """A copy of the example's store with that funding, measured. What people decide stays in the example's database."""
    for name in ("catalogue.sqlite", "secret.key"):
        shutil.copy(northern_ireland / name, home / name)
    shutil.copytree(northern_ireland / "lake", home / "lake")
    store = Store(home)
    load_model(store, model(*years))
    measure(store)
    return store


COURSE = "course_id;person_id;unit_id;target_group;started_on;ended_on;exit_to"
COVERED = "coverage:\n  courses: {from: 1993-07-01, through: 1999-06-30}\n"


def course(key: str, started_on: str, unit: str = "Western", person: str = "") -> tuple[str, ...]:
    return (key, person or f"of {key}", unit, "school_leaver", started_on, "", "")


def late(store: Store, folder: Path, *courses: tuple[str, ...]) -> None:
    """One more delivery, measured."""
    known = sorted({row[1] for row in courses})
    persons = [(person, "1977-01-01", "female") for person in known if person.startswith("of ")]
    tables = {"courses": list(courses)} | ({"persons": persons} if persons else {})
    made = write(folder, tables, columns={"courses": COURSE, "persons": "person_id;birth_date;sex"}, declared=COVERED)
    deliver(store, made, today=TODAY)
    measure(store)
