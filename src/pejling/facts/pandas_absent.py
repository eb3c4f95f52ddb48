"""Where pandas is not installed, as with us, to be told so at once.

DuckDB asks for it at every value that a query is given, and Python then looked through all the folders it knows: of a
query with many values that took most of the time.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType


class _Absent:
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def say_at_once() -> None:
    try:
        installed = find_spec("pandas") is not None
    except ModuleNotFoundError:
        installed = False
    if not installed:
        sys.meta_path.insert(0, _Absent())
