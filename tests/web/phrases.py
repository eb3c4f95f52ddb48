"""Every phrase of ours that reaches a screen: the msgids in templates and code."""

import ast
import re
from functools import cache
from pathlib import Path

import pejling

SOURCE = Path(pejling.__file__).parent
PO = SOURCE / "web" / "locale" / "da" / "LC_MESSAGES" / "django.po"
CALLS = {"gettext": 1, "gettext_lazy": 1, "ngettext": 2, "pgettext": 2}


@cache
def phrases() -> dict[str, str]:
    """msgid (after its context and a \\x04, as gettext has it) -> the file it stands in first."""
    found: dict[str, str] = {}
    for template in sorted((SOURCE / "web" / "templates").rglob("*.html")):
        for phrase in _in_template(template.read_text()):
            found.setdefault(phrase, template.name)
    folders = [
        file for folder in ("agreements", "pages", "reports", "web") for file in sorted((SOURCE / folder).rglob("*.py"))
    ]
    for file in [*folders, SOURCE / "explaining.py", SOURCE / "model_commands.py"]:
        for phrase in _in_code(file.read_text()):
            found.setdefault(phrase, file.name)
    return found


def _in_template(text: str) -> list[str]:
    # Django doubles the per cent sign of a {% translate %} before it looks the phrase up.
    asked = r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')(?:\s+context\s+"([^"]*)")?"""
    plain = [_named(one or other, context) for one, other, context in re.findall(asked, text)]
    blocks = re.findall(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate\s*%}", text, re.DOTALL)
    return [phrase.replace("%", "%%") for phrase in plain] + [
        re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block) for block in blocks
    ]


def _in_code(text: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            first = 1 if node.func.id == "pgettext" else 0
            for argument in node.args[first : CALLS[node.func.id]]:
                assert isinstance(argument, ast.Constant), f"a phrase that is not written out: {ast.unparse(node)}"
                found.append(_named(str(argument.value), ast.literal_eval(node.args[0]) if first else ""))
    return found


def _named(phrase: str, context: str) -> str:
    return f"{context}\x04{phrase}" if context else phrase


if __name__ == "__main__":
    for phrase, file in phrases().items():
        print(f"{file}: {phrase}")
