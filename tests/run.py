"""What `./pejling check` and `./pejling test` run: one list, the same for a developer and for CI."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
REQUIRE_ALL = os.environ.get("PEJLING_REQUIRE_ALL") == "1"

LINT = (
    ("lint", [BIN / "ruff", "check", "."]),
    ("format", [BIN / "ruff", "format", "--check", "."]),
    ("import rules", [BIN / "lint-imports"]),
    ("types", [BIN / "mypy"]),
)


def main(arguments: list[str]) -> int:
    """`check` runs lint, types and the fast tests; `test` runs all. Further arguments go to pytest."""
    what, *more = arguments
    print(*missing(), sep="\n", end="\n" if missing() else "")
    if missing() and REQUIRE_ALL:
        return 1
    chosen = [] if what == "test" else ["-m", "not slow and not browser and not postgres and not spark and not java"]
    steps = [*LINT, ("tests", [BIN / "python", "-m", "pytest", "-n", "2", "--dist", "loadgroup", *chosen, *more])]
    failed = []
    for name, command in steps:
        began = time.monotonic()
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PEJLING_CHECK": str(int(what == "check"))}
        code = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=False).returncode
        print(f"{'ok    ' if code == 0 else 'FAILED'} {name} ({time.monotonic() - began:.0f} s)", flush=True)
        if code:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def missing() -> list[str]:
    """What this machine lacks for some of the tests, each with the cure in one line."""
    lines = []
    if not Path("/usr/bin/chromium").exists():
        lines.append("browser tests are left out: no Chromium. On Debian: apt-get install chromium")
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        lines.append("PostgreSQL tests are left out: no server programs. On Debian: apt-get install postgresql")
    if not shutil.which("java"):
        lines.append(
            "tests of Spark and of PDF/UA are left out: no Java. On Debian: apt-get install default-jre-headless"
        )
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
