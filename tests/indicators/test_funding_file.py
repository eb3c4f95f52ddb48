"""What is wrong in funding.yaml is refused, with the line and the cure; nothing is loaded."""

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pejling.demo import examples_folder
from pejling.facts.mistakes import Mistake
from pejling.indicators.model import differences, read_model

SOUND = """\
rates:
  - {target_group: cash, from: 2009-01-01, kroner: 2500}
  - {target_group: sick, from: 2009-01-01, to: 2010-01-01, kroner: 1250.50}
years:
  - year: 2009
    frame: 1000000
    split: {base: 25, taximeter: 60, agreed: 10, result: 5}
    base: {north: 3, south: 1}
    taximeter: {triggered_by: new, counterweights: [fast]}
    result: {indicator: fast, cohort: 2008, formula: linear, floor: 0.2, benchmark: 0.4}
    agreed: [{unit: north, kroner: 100000, agreement: A door}]
    regulations: [2009-04-30]
    settlement: 2010-03-31
effort: {cost: spent, stock: open}
"""
MODEL = """\
title: {da: x, en: x}
target_groups: {cash: {da: x, en: x}, sick: {da: y, en: y}}
"""
ABOUT = "name: {da: x, en: x}\nwhy: {da: x, en: x}\n"
INDICATORS = {
    "new": "kind: activity\ndirection: none\nunit: courses\nmeasure: intake\nreentry_within: 26 weeks\n"
    "by: [target_group]\n",
    "plain": "kind: activity\ndirection: none\nunit: courses\nmeasure: intake\n",
    "fast": "kind: effect\ndirection: up\nunit: share\nmeasure: exit_within\nwithin: 13 weeks\n",
    "slow": "kind: effect\ndirection: down\nunit: share\nmeasure: exit_within\nwithin: 13 weeks\n",
    "spent": "kind: resource\ndirection: none\nunit: kroner\nmeasure: amount\naccounts: [wages]\nnature: actual\n",
    "open": "kind: activity\ndirection: none\nunit: courses\nmeasure: average_stock\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("model")
    (made / "indicators").mkdir()
    (made / "model.yaml").write_text(MODEL)
    for key, text in INDICATORS.items():
        (made / "indicators" / f"{key}.yaml").write_text(f"key: {key}\n{ABOUT}{text}")
    return made


def read(folder: Path, text: str):
    (folder / "funding.yaml").write_text(text)
    return read_model(folder)


def test_it_is_part_of_the_model_and_what_depends_on_an_indicator_is_checked_as_money(folder):
    model = read(folder, SOUND)
    assert model.funding.years[0].frame == Decimal(1000000)
    assert [(grant.kind, grant.indicator, grant.counterweights) for grant in model.money] == [
        ("taximeter", "new", ("fast",)),
        ("result", "fast", ()),
    ]
    assert model.money[1].settled_after.text == "455 days"  # from the last day of 2008
    (folder / "funding.yaml").unlink()
    assert read_model(folder).funding is None


def test_a_changed_rate_is_told_as_that_rate(folder):
    (found,) = differences(read(folder, SOUND), read(folder, SOUND.replace("kroner: 2500}", "kroner: 2600}")))
    assert found.path == ("funding", "rates", "cash 2009-01-01", "kroner")


WRONG = [
    ("frame: 1000000", "frame: -5", "line 6, years.0.frame: -5 will not do. Write 0 kroner or more"),
    ("base: 25, tax", "base: 30, tax", "The parts are 105 per cent together: make them 100"),
    ("  - {target_group: sick, from: 2009-01-01, to: 2010-01-01, kroner: 1250.50}\n", "",
     "there is no rate for sick in 2009-01. Write one under rates, with `from: 2009-01-01` or before"),
    ("to: 2010-01-01", "to: 2009-07-01", "there is no rate for sick in 2009-07"),
    ("rates:\n", "rates:\n  - {target_group: cash, from: 2009-06-01, kroner: 1}\n",
     "line 3, rates.1: two rates for cash hold in 2009-06. End the first of them: `to: 2009-06-01`"),
    ("rates:\n", "rates:\n  - {target_group: cash, from: 2009-01-01, kroner: 1}\n", "Take one of them out"),
    ("from: 2009-01-01, to: 2010-01-01", "from: 2009-01-15, to: 2010-01-01", "write the first day of one"),
    ("to: 2010-01-01", "to: 2008-01-01", "2008-01-01 is not after 2009-01-01"),
    ("target_group: sick", "target_group: sikc", "'sikc' is no target group of the model. Did you mean sick?"),
    ("kroner: 2500", "kroner: 2500.125", "no more than 2 decimal places"),
    ("kroner: 2500", "kroner: -2500", "Write 0 kroner or more"),
    ("triggered_by: new", "triggered_by: nwe", "the model has no indicator 'nwe'. Did you mean new?"),
    ("triggered_by: new", "triggered_by: open", "open measures average_stock. Name an intake or exits"),
    ("triggered_by: new", "triggered_by: plain", "Write `by: [target_group]` in the indicator plain"),
    ("indicator: fast", "indicator: new", "Name a share of courses that are decided one by one"),
    ("indicator: fast, cohort: 2008, formula: linear, floor: 0.2, benchmark: 0.4",
     "indicator: slow, cohort: 2008, formula: share_of_pool, target: 0.3", "of slow less is better"),
    ("cohort: 2008", "cohort: spring", "'spring' is no period. Write 2009, 2009-Q1, 2009-03 or 2009-03/12"),
    ("formula: linear", "formula: share_of_pool", "share_of_pool has a `target`, and no `floor` or `benchmark`"),
    ("benchmark: 0.4", "benchmark: 0.2", "there is nothing to earn"),
    ("floor: 0.2, ", "", "linear has a `floor` and a `benchmark`"),
    ("kroner: 100000,", "kroner: 100000.01,", "100000.01 kroner are agreed, and the agreed part is 100000.00"),
    ("unit: north, kroner", "unit: west, kroner", "west is not funded: name it in `base`"),
    ("counterweights: [fast]", "counterweights: [fats]", "'fats'. Did you mean fast?"),
    ("regulations: [2009-04-30]", "regulations: [2009-04-29]", "on the last day of a month of 2009"),
    ("regulations: [2009-04-30]", "regulations: [2009-08-31, 2009-04-30]", "in the order of their days"),
    ("settlement: 2010-03-31", "settlement: 2009-12-30", "is settled when it is over"),
    ("    result: {indicator: fast, cohort: 2008, formula: linear, floor: 0.2, benchmark: 0.4}\n", "",
     "A result part and a `result` rule go together"),
    ("north: 3, south: 1", "north: 0, south: 0", "give one of them more"),
    ("cost: spent", "cost: open", "open measures average_stock. Name an amount"),
    ("effort:", "efort:", "'efort' is not known here"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG, ids=lambda each: str(each)[:40])
def test_what_is_wrong_is_refused_with_its_cure(folder, right, wrong, said):
    assert right in SOUND
    with pytest.raises(Mistake, match=re.escape(said)) as refused:
        read(folder, SOUND.replace(right, wrong, 1))
    assert refused.value.where.startswith("funding.yaml, line")


def test_a_year_stands_once(folder):
    again = SOUND[SOUND.index("  - year") : SOUND.index("effort")]
    with pytest.raises(Mistake, match="A year stands once"):
        read(folder, SOUND.replace("effort:", again + "effort:"))


def test_it_does_not_stand_in_the_model_itself(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "model")
    (tmp_path / "model" / "model.yaml").write_text(MODEL + "funding: {}\n")
    with pytest.raises(Mistake, match=r"Write it in funding\.yaml"):
        read_model(tmp_path / "model")


def test_the_example_is_sound():
    assert read_model(examples_folder() / "copenhagen_2009" / "model").funding is not None
