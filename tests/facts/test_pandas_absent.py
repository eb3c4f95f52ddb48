"""Where pandas is not installed, nothing looks for it at every value of a query."""

import os
import subprocess
import sys

from processes import ROOT

LOOKED_FOR = """
import sys
class Absent:
    asked = 0
    def find_spec(self, name, path, target=None):
        if name == "pandas":
            Absent.asked += 1
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import duckdb, pejling.facts.store
first = Absent.asked
assert duckdb.connect().execute("SELECT ? || ?", ["a", "b"]).fetchall() == [("ab",)]
print(Absent.asked - first)
"""


def test_a_query_with_values_looks_for_pandas_nowhere():
    said = subprocess.run(
        [sys.executable, "-c", LOOKED_FOR], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert said.stdout == "0\n"
