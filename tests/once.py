"""What takes long to make is made once a run, whatever the number of processes."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

MADE = "PEJLING_TESTS_MADE"


def together(factory: pytest.TempPathFactory) -> Path:
    """Where this run keeps what is made once; a test that runs tests in a process of its own names its own there."""
    own = factory.getbasetemp()
    return Path(os.environ.get(MADE) or (own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills, the same for all processes: they wait for the first, and may not write there."""
    here = together(factory)
    folder, made = here / name, here / f"{name}.made"
    with (here / f"{name}.turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not made.exists():
            make(folder)
            made.touch()
    return folder


def copied(home: Path, copy: Path) -> Path:
    """A copy of a workspace that is read only: what its readers leave there comes and goes."""
    return shutil.copytree(home, copy, ignore=shutil.ignore_patterns("spill", "*.sqlite-wal", "*.sqlite-shm"))


def own_copy(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A copy of it for this process: what others have open cannot be copied, for files come and go there."""
    copy = factory.mktemp(name) / "copy"
    shutil.copytree(made_once(factory, f"{name}.original", make), copy)
    return copy
