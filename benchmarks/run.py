"""Equal cells, and who makes them how fast: `.venv/bin/python benchmarks/run.py [--courses N …] [--only NAME …]`.

Generates the facts (kept between runs in the temporary folder), runs the contenders by turns, each in a process of its
own, holds the cells of each against the first one's, and writes a dated table with the machine's description to
docs/benchmarks.
Needs `pip install -r requirements/bench.txt`; PostgreSQL is left out where its server programs are missing.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb
from comparison import differences
from contenders import CONTENDERS, HERE, coverage
from generate import Facts, write
from growth import Curve, picture

ROOT = HERE.parent
ALL = ("duckdb", "engine", "pandas", "postgres")


@dataclass
class Outcome:
    """What a contender came to. `differing` counts the cells of each column unlike the first contender's."""

    name: str
    runs: list[dict[str, float]] = field(default_factory=list)
    cells: int = 0
    differing: dict[str, int] = field(default_factory=dict)
    fault: str = ""

    def median(self, what: str) -> float | None:
        numbers = [run[what] for run in self.runs if what in run]
        return statistics.median(numbers) if numbers else None


def generated(courses: int, seed: int) -> Path:
    """The folder of these facts, made if it is not there; delivery.yaml is written last and tells that it is whole."""
    folder = Path(tempfile.gettempdir()) / "pejling-benchmark" / f"{courses}-{seed}-{duckdb.__version__}"
    if not (folder / "delivery.yaml").exists():
        print(f"generating {courses:,} courses …", flush=True)
        write(Facts(courses, seed), folder)
    return folder


def contend(names: Sequence[str], folder: Path, files: Mapping[str, Path], runs: int) -> list[Outcome]:
    """By turns, so that a machine that is slower for a while is so for all of them."""
    outcomes = {name: Outcome(name) for name in names}
    for turn in range(1, runs + 1):
        for name in (name for name, outcome in outcomes.items() if not outcome.fault):
            ran = subprocess.run(
                [sys.executable, HERE / "contenders.py", name, folder, files[name]],
                capture_output=True, text=True, check=False,
                env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            )  # fmt: skip
            if ran.returncode:
                outcomes[name].fault = (ran.stderr.strip().splitlines() or ["it ended without a word"])[-1]
                continue
            spent = json.loads(ran.stdout.splitlines()[-1])
            outcomes[name].runs.append(spent)
            print(f"  {turn}. {name}: {spent['seconds']:.2f} s", flush=True)
    for name, outcome in outcomes.items():
        if not outcome.fault:
            outcome.cells = duckdb.sql(f"FROM '{files[name]}'").count("*").fetchall()[0][0]
    return list(outcomes.values())


def times_as_long(outcome: Outcome, other: Outcome | None) -> str:
    """As the other, which ran in the same turns: the median of the turns, and the least and the most."""
    if other is None or other is outcome or other.fault:
        return "–"
    found = [own["seconds"] / its["seconds"] for own, its in zip(outcome.runs, other.runs, strict=True)]
    spread = f" ({min(found):.2f}–{max(found):.2f})" if len(found) > 1 else ""
    return f"{statistics.median(found):.2f}{spread}"


def machine() -> list[str]:
    """What the figures rest on, without names of hosts or places."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = []
    for package in ("duckdb", "pandas", "numpy", "pyarrow"):
        try:
            packages.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            packages.append(f"no {package}")
    busy = os.getloadavg()[0]
    return [
        f"- {os.cpu_count()} cores ({models[0].split(':')[1].strip() if models else platform.machine()}), "
        f"{memory:.0f} GiB of memory, {platform.system()}",
        f"- Python {platform.python_version()}, {', '.join(packages)}, {postgres_version() or 'no PostgreSQL'}",
        f"- load average when it began: {busy:.1f}"
        + (" (others were using the machine: compare processor seconds)" if busy > 0.5 else ""),
    ]


def postgres_version() -> str:
    """PostgreSQL's version, or "" where its server programs are missing."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if not programs:
        return ""
    said = subprocess.run([programs[-1], "--version"], capture_output=True, text=True, check=True).stdout
    return f"PostgreSQL {said.split()[2]}"


def table(folder: Path, courses: int, outcomes: Sequence[Outcome]) -> list[str]:
    rows = {name: duckdb.sql(f"FROM '{folder / name}.parquet'").count("*").fetchall()[0][0] for name in FACTS}
    start, through = coverage(folder)
    lines = [
        f"## {courses:,} courses",
        "",
        f"Generated, {start} to {through}: " + ", ".join(f"{count:,} {name}" for name, count in rows.items()) + ".",
        "",
        "| | seconds | times DuckDB's | times the engine's | processor seconds | peak, MiB | rows of cells "
        "| cells unlike the first's |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    duckdb_, engine = (next((o for o in outcomes if o.name == name), None) for name in ("duckdb", "engine"))
    for outcome in outcomes:
        if outcome.fault:
            lines.append(f"| {outcome.name} | failed | | | | | | |")
            continue
        seconds, processor, peak = (outcome.median(what) for what in ("seconds", "processor", "peak"))
        unlike = {column: count for column, count in outcome.differing.items() if count}
        compared = f"0 of {len(outcome.differing)} columns" if outcome.differing else "–"
        name = (
            f"{outcome.name} (measuring {outcome.median('measured'):.2f})"
            if outcome.median("measured")
            else outcome.name
        )
        lines.append(
            f"| {name} | {seconds:.2f} | {times_as_long(outcome, duckdb_)} | {times_as_long(outcome, engine)} "
            f"| {f'{processor:.2f}' if processor else '–'} | {peak:,.0f} | {outcome.cells:,} "
            f"| {', '.join(f'{c}: {n:,}' for c, n in unlike.items()) or compared} |"
        )
    return lines


def grown(names: Sequence[str], every: dict[int, list[Outcome]]) -> str:
    """The picture of how seconds and memory grow, for whoever was there at more than one size."""

    def curves(what: str) -> list[Curve]:
        found = {
            name: {n: value for n, some in every.items() for o in some if o.name == name and (value := o.median(what))}
            for name in names
        }
        return [Curve(name, points) for name, points in found.items() if len(points) > 1]

    return picture({"Seconds": curves("seconds"), "Memory at its peak, MiB": curves("peak")})


FACTS = ("courses", "persons", "assignments", "activities", "contacts", "states", "units")
HEAD = """
Eight indicators of eight measures (intake, stock, average stock, exits, fast and lasting exits, median time to exit by
Kaplan–Meier, share of days in activity, work or study six months after), for every team, municipality and the state,
36 months and 8 target groups. From records in place (Parquet, or tables loaded, indexed and analysed) to a table of
cells; seconds are the median of {runs} runs, taken by turns, and so is how many times as long it took as another, with
the least and the most. A cell is held against the first contender's, column by column.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--courses", type=int, nargs="+", default=[100_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=tuple(CONTENDERS), help="these contenders, in this order")
    parser.add_argument("--runs", type=int, default=3, help="of each contender")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks", help="the folder of the table")
    asked = parser.parse_args()
    names = asked.only or [name for name in ALL if name != "postgres" or postgres_version()]
    described = machine()
    lines = [f"# Benchmark of {datetime.now(UTC):%Y-%m-%d}", HEAD.format(runs=asked.runs), *described]
    wrong, every = False, {}
    for courses in asked.courses:
        folder = generated(courses, asked.seed)
        print(f"{courses:,} courses", flush=True)
        with tempfile.TemporaryDirectory() as results:
            files = {name: Path(results) / f"{name}.parquet" for name in names}
            outcomes = contend(names, folder, files, asked.runs)
            sound = [outcome for outcome in outcomes if not outcome.fault]
            for outcome in sound[1:]:
                outcome.differing = differences(files[sound[0].name], files[outcome.name])
        wrong = wrong or len(sound) < len(outcomes) or any(sum(o.differing.values()) for o in sound)
        every[courses] = sound
        lines += ["", *table(folder, courses, outcomes)]
        for outcome in outcomes:
            if outcome.fault:
                print(f"  {outcome.name} failed: {outcome.fault}")
    asked.out.mkdir(parents=True, exist_ok=True)
    page = asked.out / f"{datetime.now(UTC):%Y-%m-%d}.md"
    if len(every) > 1:
        drawn = page.with_suffix(".svg")
        drawn.write_text(grown(names, every))
        lines += ["", f"![Seconds and memory by the number of courses, both by powers of ten]({drawn.name})"]
    page.write_text("\n".join(lines) + "\n")
    print(*lines[-8:], f"written to {page.name}", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
