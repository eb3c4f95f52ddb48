"""How long the law takes: `python benchmarks/law.py [--courses N] [--keep FOLDER]`.

1,000,000 courses with 4,000,000 contacts and as many activities as courses are delivered, which is not timed. Then the
steps of six rules, and what the state pays back of every course and week, are measured at 2,352 teams. The target:
under 30 s and 4 GiB on two cores.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from generate import Facts, write

ROOT = Path(__file__).parents[1]
MEASURE = """
import sys
from pathlib import Path
from pejling.facts.store import Store, connect
from pejling.indicators.measure import measure
measured = measure(Store(Path(sys.argv[1])), afresh=True)
print(f"{measured.seconds:.1f} s, {measured.cells:,} components")
print(", ".join(f"{name} {seconds:.1f} s" for name, seconds in measured.spent.items()))
"""
LAW = """
import sys
from pathlib import Path
from pejling.facts.store import Store, connect
from pejling.indicators.figures import figures
connection = connect(Store(Path(sys.argv[1])), read_only=True)
for key in sys.argv[2:]:
    [figure] = figures(connection, key, units=["DK"], periods=["2024"], with_persons=False)
    print(f"{key}: {figure.numerator:,.10g}" + (f" of {figure.denominator:,}" if figure.denominator else ""))
"""
VALID = "source: the benchmark, certainty: check"
RULES = {
    "ready": f"""kind: contact_every
applies_to: {{target_group: [cash_benefit_job_ready, cash_benefit_activity_ready, education_assistance]}}
contact_kinds: [interview]
versions: [{{until: 2023-07-01, every: 3 months, reimbursed: true, {VALID}}},
  {{from: 2023-07-01, every: 8 weeks, reimbursed: true, {VALID}}}]""",
    "sick": f"""kind: contact_every
applies_to: {{target_group: [sickness_benefit]}}
contact_kinds: [interview]
versions: [{{first: 8 weeks, every: 4 weeks, reimbursed: true, {VALID}}}]""",
    "others": f"""kind: contact_every
applies_to: {{target_group: [rehabilitation, resource_course, integration]}}
contact_kinds: [interview]
versions: [{{every: 6 weeks, if_closed: next_open_day, {VALID}}}]""",
    "first": f"""kind: first_contact
contact_kinds: [interview]
versions: [{{within: 10 working days, {VALID}}}]""",
    "four": f"""kind: contacts_within
applies_to: {{target_group: [unemployment_benefit, cash_benefit_job_ready]}}
contact_kinds: [interview]
versions: [{{count: 4, within: 6 months, at_least: 0.75, {VALID}}}]""",
    "offer": f"""kind: activation_within
activity_kinds: [guidance, work_placement, wage_subsidy]
versions: [{{within: 13 weeks, {VALID},
  exemptions: [{{key: at_work, reason: {{da: x, en: x}}, states: [employment]}}]}}]""",
    "paid": f"""kind: reimbursement
remembers: 156
versions: [{{ladder: [{{through_week: 4, rate: 0.8}}, {{through_week: 26, rate: 0.4}}, {{through_week: 52, rate: 0.3}},
  {{rate: 0.2}}], weekly: 2700, {VALID}}}]""",
}


def python(home: Path, code: str, *arguments: str) -> str:
    """What the code prints; its peak counts towards the children's."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, "-c", code, home, *arguments], env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--courses", type=int, default=1_000_000)
    arguments.add_argument("--keep", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.keep or Path(folder) / "home"
        if not home.exists():
            lay(home, Path(folder), given.courses)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(python(home, MEASURE))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"{'at most ' if peak == before else ''}{peak / 1024:,.0f} MiB")
        print(
            python(
                home, LAW, *(key for key in RULES if key != "paid"), "reimbursement_expected", "reimbursement_at_risk"
            )
        )


def lay(home: Path, folder: Path, courses: int) -> None:
    """A workspace with the facts and the law in it, in processes whose peak is not the measure's."""
    facts = Facts(courses, 1, activities=1, contacts=4)
    rows = write(facts, folder / "source")
    pejling = [sys.executable, "-m", "pejling", "--home", home]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}

    def run(*said: object) -> None:
        subprocess.run([*pejling, *map(str, said)], env=environment, check=True, capture_output=True)

    run("init", home)
    (home / "model" / "indicators" / "intake.yaml").unlink()
    law = home / "model" / "law"
    law.mkdir()
    about = "name: {da: x, en: x}\nwhy: {da: x, en: x}\n"
    for key, text in RULES.items():
        (law / f"{key}.yaml").write_text(f"key: {key}\n{about}{text}\n", encoding="utf-8")
    (home / "model" / "model.yaml").write_text("title: {da: x, en: x}\n", encoding="utf-8")
    run("deliver", folder / "source", "--through", facts.through, "--no-measure")
    run("model", "load", "--yes")
    print(f"{rows['courses']:,} courses, {rows['contacts']:,} contacts, {rows['activities']:,} activities")


if __name__ == "__main__":
    main()
