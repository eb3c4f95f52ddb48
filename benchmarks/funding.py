"""How long the funding takes: `python benchmarks/funding.py [--courses N] [--keep FOLDER]`.

1,000,000 courses are delivered, which is not timed. Then what triggers money (with the rule on coming back), what is
paid for and what it costs is measured at 2,352 teams; a year of 98 municipalities is opened, regulated three times and
settled, with forecasts, each booking made again from what it holds; and every incentive is found. The target: under
30 s and 4 GiB on two cores.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from generate import TARGET_GROUPS, Facts, write

ROOT = Path(__file__).parents[1]
MEASURE = """
import sys
from pathlib import Path
from pejling.facts.store import Store
from pejling.indicators.measure import measure
measured = measure(Store(Path(sys.argv[1])), afresh=True)
print(f"measured in {measured.seconds:.1f} s, {measured.cells:,} components")
"""
FUND = """
import sys, time
from pathlib import Path
from pejling.config.serving import prepare
from pejling.facts.store import Store, connect
store = Store(Path(sys.argv[1]))
prepare(store)
from pejling.pages.ground import ground
from pejling.pages.regulating import known_of
from pejling.steering.funding.bookings import again, book, next_step
from pejling.steering.funding.incentives import incentives
began = time.monotonic()
now = ground(connect(store, read_only=True), {})
[plan], rates, made = now.model.funding.years, now.model.funding.rates, []
while step := next_step(plan, made):
    opening = {each.unit: each.taximeter for each in made[0].allocation.units} if made else {}
    known = known_of(now, plan, step.through, opening, ())
    made.append(book(step, plan, rates, known.basis, made[-1] if made else None))
    whole = made[-1].allocation
    assert whole.given + whole.reserve.total == plan.frame
print(f"{len(made)} bookings of {len(plan.base)} units in {time.monotonic() - began:.1f} s; "
      f"{sum(line.actual for unit in whole.units for line in unit.lines):,} clients of 2024, "
      f"reserve {whole.reserve.total:,} of {plan.frame:,}")
began = time.monotonic()
assert all(again(each, before) == each for each, before in zip(made, [None, *made], strict=False))
print(f"made again in {time.monotonic() - began:.1f} s")
began = time.monotonic()
found = incentives(plan, rates, made[-1].basis)
print(f"{sum(len(each.client) + 1 for each in found):,} incentives in {time.monotonic() - began:.1f} s")
"""
TEXT = "{da: x, en: x}"
ABOUT = f"name: {TEXT}\nwhy: {TEXT}\nkind: result\ndirection: up\n"
INDICATORS = {
    "new_clients": "measure: intake\nreentry_within: 26 weeks\nby: [target_group]\nunit: courses",
    "fast_lasting": """measure: exit_within
within: 13 weeks
exit_to: [employment]
lasting: 26 weeks
support_states: [cash_benefit, sickness_benefit, unemployment_benefit]
unit: share""",
}


def python(home: Path, code: str) -> str:
    """What the code prints; its peak counts towards the children's."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    ran = subprocess.run([sys.executable, "-c", code, home], env=environment, capture_output=True, text=True)
    if ran.returncode:
        sys.exit(ran.stderr)
    return ran.stdout.strip()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--courses", type=int, default=1_000_000)
    arguments.add_argument("--keep", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.keep or Path(folder) / "home"
        if not home.exists():
            lay(home, Path(folder), given.courses)
        python(home, "import pejling")
        print(python(home, MEASURE))
        print(python(home, FUND))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"peak {peak / 2**20:.2f} GiB" if not given.keep or peak else "")


def lay(home: Path, scratch: Path, courses: int) -> None:
    """In a process of its own, so that its memory is not counted: only the largest child is, so it comes first."""
    child = os.fork()
    if not child:
        _lay(home, scratch, courses)
        os._exit(0)
    os.waitpid(child, 0)


def _lay(home: Path, scratch: Path, courses: int) -> None:
    from datetime import date

    from pejling.facts.delivery import deliver
    from pejling.facts.store import Store, connect, create
    from pejling.indicators.model import load_model, read_model

    write(Facts(courses, seed=1), scratch / "facts")
    store = Store(home)
    create(store)
    deliver(store, scratch / "facts", today=date(2026, 1, 1))
    connection = connect(store, read_only=True)
    units = connection.execute("SELECT unit_id FROM lake.facts.units WHERE parent_id = 'DK' ORDER BY 1").fetchall()
    connection.close()
    folder = scratch / "model"
    (folder / "indicators").mkdir(parents=True)
    groups = "".join(f"  {group}: {TEXT}\n" for group in TARGET_GROUPS)
    (folder / "model.yaml").write_text(f"title: {TEXT}\ntarget_groups:\n{groups}")
    for key, text in INDICATORS.items():
        (folder / "indicators" / f"{key}.yaml").write_text(f"key: {key}\n{ABOUT}{text}\n")
    rates = "".join(
        f"  - {{target_group: {group}, from: 2022-01-01, kroner: {9_000 + 500.25 * n}}}\n"
        for n, group in enumerate(TARGET_GROUPS)
    )
    base = ", ".join(f"{unit}: {1 + n % 7}" for n, (unit,) in enumerate(units))
    (folder / "funding.yaml").write_text(f"""rates:
{rates}years:
  - year: 2024
    frame: {courses * 5_000}
    split: {{base: 25, taximeter: 60, agreed: 10, result: 5}}
    base: {{{base}}}
    taximeter: {{triggered_by: new_clients, gap: proration, floor: 90, cap: 110}}
    result: {{indicator: fast_lasting, cohort: 2022, formula: linear, floor: 0.1, benchmark: 0.5, unused: base}}
    regulations: [2024-04-30, 2024-08-31, 2024-12-31]
    settlement: 2024-12-31
""")
    load_model(store, read_model(folder))


if __name__ == "__main__":
    main()
