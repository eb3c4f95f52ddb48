"""A fault of ours, recorded: where it happened, never with what values, for a message may quote a person's record."""

import errno
import json
import os
import secrets
import traceback
from datetime import UTC, datetime
from pathlib import Path

_OF_THE_MACHINE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENOTDIR}


def of_the_machine(fault: BaseException) -> str:
    """What to say where the machine, not the program, said no: no right to write, no room. Empty for all else."""
    if isinstance(fault, OSError) and fault.errno in _OF_THE_MACHINE:
        cure = "Is the path right, may this user write there, and is there room?"
        return f"{fault.filename or 'the disk'}: {fault.strerror}. {cure}"
    return ""


def log_file() -> Path:
    return Path(os.environ.get("PEJLING_LOG", Path.home() / ".pejling.log"))


def record(fault: BaseException) -> str:
    """Write the fault to the log; gives the reference to tell whoever met it."""
    reference = secrets.token_hex(4)
    frames = "".join(traceback.format_tb(fault.__traceback__))
    entry = {"at": datetime.now(UTC).isoformat(), "reference": reference, "fault": type(fault).__name__}
    with log_file().open("a") as file:
        file.write(json.dumps(entry) + "\n" + frames + "\n")
    return reference
