"""Documentation is held to the code."""

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
generate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(generate)


@pytest.mark.parametrize("name", generate.PAGES)
def test_generated_reference_is_what_the_code_says(name):
    written = (ROOT / "docs" / "reference" / name).read_text()
    assert written == generate.PAGES[name](), "stale: run python docs/generate.py"


def test_every_link_between_documents_leads_somewhere():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    assert len(pages) > 5
    lost = []
    for page in pages:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text()):
            if not (page.parent / target).exists():
                lost.append(f"{page.relative_to(ROOT)}: {target}")
    assert not lost


def test_every_decision_is_listed():
    decisions = ROOT / "docs" / "decisions"
    listed = (decisions / "README.md").read_text()
    assert not [file.name for file in decisions.glob("0*.md") if file.name not in listed]


def test_no_document_carries_a_path_of_somebodys_machine():
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        assert not re.search(r"/(root|home/\w+|work)/", page.read_text()), page


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_indicator_of_the_guide_can_be_loaded_as_it_stands(language, tmp_path):
    from pejling.indicators.model import read_model
    from pejling.indicators.model_check import check_model

    page = (ROOT / "docs" / "guide" / language / "workspace.md").read_text()
    (example,) = re.findall(r"```yaml\n(   key: .*?)```", page, re.DOTALL)
    folder = tmp_path / "model"
    shutil.copytree(ROOT / "src" / "pejling" / "definitions" / "workspace" / "model", folder)
    (folder / "indicators" / "lasting_exit.yaml").write_text(re.sub(r"(?m)^   ", "", example))
    model = read_model(folder)
    assert model.indicator("lasting_exit").why.da.endswith("hvis det holder.")
    assert not [finding for finding in check_model(model) if finding.severity == "error"]


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_goals_of_the_guide_can_be_loaded_beside_its_indicator(language, tmp_path):
    from pejling.indicators.model import read_model

    guide = ROOT / "docs" / "guide" / language
    (example,) = re.findall(r"```yaml\n(   key: .*?)```", (guide / "workspace.md").read_text(), re.DOTALL)
    area, money = re.findall(r"```yaml\n(.*?)```", (guide / "goals.md").read_text(), re.DOTALL)
    folder = tmp_path / "model"
    shutil.copytree(ROOT / "src" / "pejling" / "definitions" / "workspace" / "model", folder)
    (folder / "indicators" / "lasting_exit.yaml").write_text(re.sub(r"(?m)^   ", "", example))
    (folder / "goals").mkdir()
    (folder / "goals" / "work.yaml").write_text(area)
    (folder / "model.yaml").write_text((folder / "model.yaml").read_text() + money)
    model = read_model(folder)
    assert [goal.indicators for goal in model.goals] == [("lasting_exit",)]
    assert model.grants[0].counterweights == ("intake",)
