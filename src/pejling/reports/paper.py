"""PDF by Typst, held to PDF/UA-1: tagged, with a title and a language, or it is not made at all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
SIZES = (10.0, 9.5, 9.0, 8.5)  # points: the largest at which it keeps to its pages


def pdf(template: str, document: Mapping[str, Any], pages: int) -> bytes:
    """The document set by `template` (a .typ file here), on so many pages where its words have room there.

    Nothing is read but the template and our own fonts, whatever the words are: they come in as data.
    """
    for size in SIZES:
        said = {"document": json.dumps({**document, "size": size}, ensure_ascii=False)}
        asked: dict[str, Any] = {
            "root": HERE, "font_paths": [HERE / "fonts"], "ignore_system_fonts": True, "sys_inputs": said,
        }  # fmt: skip
        used = json.loads(typst.query(HERE / template, "<pages>", field="value", one=True, **asked))
        if used <= pages or size == SIZES[-1]:
            made = typst.compile(HERE / template, format="pdf", pdf_standards=["ua-1"], **asked)
            assert isinstance(made, bytes)  # noqa: S101 - one file, for no output is named
            return made
    raise AssertionError("there is always a last size")
