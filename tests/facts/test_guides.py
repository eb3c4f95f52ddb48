"""What the guides to the Danish sources show is a valid delivery.yaml, and they explain every option there is."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from pejling.facts import jobindsats, ydelsesrefusion
from pejling.facts.mapping import read_mapping

GUIDES = Path(__file__).parents[2] / "docs/guide"


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize(
    ("source", "options", "explained"),
    [
        ("ydelsesrefusion", ydelsesrefusion.Options, ydelsesrefusion.Options),
        ("jobindsats", jobindsats.Options, jobindsats.TableOptions),
    ],
)
def test_the_guide_shows_a_valid_delivery_and_explains_every_option(
    language: str, source: str, options: type[BaseModel], explained: type[BaseModel]
) -> None:
    text = (GUIDES / language / f"{source}.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    declared = read_mapping("delivery.yaml", example.encode())
    assert declared.source == source
    options.model_validate(declared.options)
    table = "".join(line for line in text.splitlines() if line.startswith("|"))
    assert [name for name in explained.model_fields if f"`{name}`" not in table] == []
