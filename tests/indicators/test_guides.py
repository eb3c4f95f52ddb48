"""What the guides to money and law show is read as it stands: together it is a model."""

import re
from pathlib import Path

import pytest
import yaml

from pejling.indicators.model import Model, read_model

GUIDES = Path(__file__).parents[2] / "docs/guide"
EXAMPLE = Path(__file__).parents[2] / "examples/copenhagen_2009/model/indicators"
GROUPS = "{ready: {da: x, en: x}, sick: {da: x, en: x}, sick_2: {da: x, en: x}, sick_3: {da: x, en: x}}"


def shown(language: str, guide: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (GUIDES / language / f"{guide}.md").read_text(), re.DOTALL)


def read(folder: Path, blocks: list[str], groups: str) -> Model:
    """A folder with each block where its first words say that it belongs."""
    for name in ("law", "indicators"):
        (folder / name).mkdir(exist_ok=True)
    model = f"title: {{da: x, en: x}}\ntarget_groups: {groups}\n"
    for block in blocks:
        said = yaml.safe_load(block)
        if "rates" in said:
            (folder / "funding.yaml").write_text(block)
        elif "key" in said:
            (folder / ("indicators" if "measure" in said else "law") / f"{said['key']}.yaml").write_text(block)
        elif "coverage" not in said:
            model += block
    (folder / "model.yaml").write_text(model)
    return read_model(folder)


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_guide_to_funding_is_a_model_with_the_indicators_that_it_names(language: str, tmp_path: Path) -> None:
    (tmp_path / "indicators").mkdir()
    for key in ("weeks_to_exit", "spent", "average_stock"):  # copied, as the guide says
        (tmp_path / "indicators" / f"{key}.yaml").write_text((EXAMPLE / f"{key}.yaml").read_text())
    groups = "{ready: {da: x, en: x}, sick: {da: x, en: x}}"
    model = read(tmp_path, [*shown(language, "workspace"), *shown(language, "funding")], groups)
    assert model.funding is not None and [year.year for year in model.funding.years] == [2027]


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_guide_to_the_law_is_a_model_of_rules_reimbursement_room_and_freedom(language: str, tmp_path: Path) -> None:
    model = read(tmp_path, shown(language, "law"), GROUPS)
    assert [rule.key for rule in model.law] == ["sickness_follow_up"]
    assert model.reimbursements[0].versions[-1].weekly_of and model.room and model.freedom
    assert model.freedom.economy and model.freedom.law and model.freedom.contract
