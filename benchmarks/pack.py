"""How long a whole monthly pack takes, as PDF: `.venv/bin/python benchmarks/pack.py [--home WORKSPACE]`.

Makes the status of the unit and of all below it, as `pejling status pack` does, and says how many, how many pages the
longest has, and how long it took. The workspace is made where none is named: the Copenhagen example with each team in
two, so that there are 45 units. Ends with code 1 where 40 units would take 60 seconds or more.
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
LIMIT, UNITS = 60.0, 40


def split(scratch: Path) -> Path:
    """A workspace of the example with twice as many teams, of half the size."""
    from pejling import demo
    from pejling.facts.store import Store

    folder = scratch / "examples" / "split"
    shutil.copytree(ROOT / "examples" / "copenhagen_2009", folder)
    recipe = yaml.safe_load((folder / "synthetic.yaml").read_text())
    units = []
    for unit in recipe["units"]:
        parts = ("",) if unit["kind"] != "team" else (" A", " B")
        for part in parts:
            size = {"size": unit["size"] / 2} if "size" in unit else {}
            units.append(unit | size | {"unit_id": unit["unit_id"] + part.strip(), "name": unit["name"] + part})
    recipe["units"] = units
    (folder / "synthetic.yaml").write_text(yaml.safe_dump(recipe, allow_unicode=True, sort_keys=False))
    demo.examples_folder = lambda: scratch / "examples"
    home = scratch / "home"
    demo.build(Store(home), "split", today=date(2010, 1, 10))
    return home


def main() -> int:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--home", type=Path)
    told.add_argument("--unit", default="BIF")
    told.add_argument("--month", default="2009-06")
    asked = told.parse_args()
    with tempfile.TemporaryDirectory(prefix="pejling-") as scratch:
        home, folder = asked.home or split(Path(scratch)), Path(scratch) / "pack"
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "pejling", "--home", home, "status", "pack", asked.unit, asked.month,
             "--to", folder],
            check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        seconds, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        pages = [len(re.findall(rb"/Type\s*/Page\b", file.read_bytes())) for file in folder.glob("*.pdf")]
    processor = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    a_unit = seconds / len(pages)
    print(f"{len(pages)} units, at most {max(pages)} pages each: {seconds:.1f} s, {a_unit:.2f} s a unit")
    print(f"processor {processor:.1f} s; load {os.getloadavg()[0]:.1f}")
    return 0 if a_unit * UNITS < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
