"""Where a process that a test starts as a user would finds its modules."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests" / "as_users")))
