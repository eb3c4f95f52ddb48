"""How long a large delivery takes, and then one changed course: `python benchmarks/deliver.py [--courses N]`.

1,000,000 courses come with 5,000,000 rows in the other tables. The targets: under 60 s and 4 GiB on two cores, and
under a second for the one course. The process's own start is measured apart.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from generate import Facts, write

ROOT = Path(__file__).parents[1]
ONE = """
import sys, time
from datetime import date
from pathlib import Path
from pejling.facts.delivery import deliver
from pejling.facts.store import Store
began = time.monotonic()
summary = deliver(Store(Path(sys.argv[1])), sys.argv[2], through=date.fromisoformat(sys.argv[3]), today=date.today())
print(f"{time.monotonic() - began:.2f}", summary.tables["courses"].changed)
"""


def run(*arguments: object) -> tuple[float, str]:
    """Seconds and output of a Python process."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return time.monotonic() - began, done.stdout


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--courses", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, home, one = (Path(folder) / name for name in ("source", "home", "one"))
        facts = Facts(given.courses, given.seed, activities=1, contacts=1.61)  # five rows a course in the other tables
        rows = write(facts, source, kind="csv")
        run("-m", "pejling", "init", home)
        seconds, _ = run("-m", "pejling", "--home", home, "deliver", source, "--through", facts.through)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(
            f"{sum(rows.values()):,} rows, {given.courses:,} of them courses: {seconds:.1f} s, {peak:,.0f} MiB at most"
        )

        with (source / "courses.csv").open(encoding="utf-8") as lines:
            header = next(lines)
            course = next(lines).rstrip("\n").split(",")
        course[header.rstrip("\n").split(",").index("target_group")] = "another"
        one.mkdir()
        (one / "courses.csv").write_text(header + ",".join(course) + "\n", encoding="utf-8")
        whole, said = run("-c", ONE, home, one, date.fromisoformat(str(facts.through)))
        inside, changed = said.split()
        print(f"{changed} changed course: {inside} s, with the process's own start {whole:.1f} s")


if __name__ == "__main__":
    main()
