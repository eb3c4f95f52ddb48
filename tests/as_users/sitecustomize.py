"""Run first in every process that a test starts as a user would: of packages that only the tests need, none is there.

pyarrow and DuckDB load pandas wherever they find it, which takes as long as the rest of a small command.
"""

import sys


class _Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "pandas":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, _Absent)
