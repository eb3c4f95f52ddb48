"""How long a whole monthly pack takes, as PDF: `.venv/bin/python benchmarks/pack.py --home WORKSPACE`.

Makes the status of the unit and of all below it, as `pejling status pack` does, and says how many, how many pages the
longest has, and how long it took. A workspace to try it on is made by `pejling demo copenhagen_2009 --no-serve`.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--home", type=Path, required=True)
    told.add_argument("--unit", default="BIF")
    told.add_argument("--month", default="2009-06")
    asked = told.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "pejling", "--home", asked.home, "status", "pack", asked.unit, asked.month,
             "--to", folder],
            check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        seconds = time.perf_counter() - began
        pages = [len(re.findall(rb"/Type\s*/Page\b", file.read_bytes())) for file in Path(folder).glob("*.pdf")]
    print(f"{len(pages)} units, at most {max(pages)} pages each: {seconds:.1f} s, {seconds / len(pages):.2f} s a unit")


if __name__ == "__main__":
    main()
