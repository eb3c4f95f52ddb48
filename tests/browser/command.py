"""The real command line, started as a reader would."""

import os
import re
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

from processes import PLACES


def pejling(*arguments: str, home: Path, **options):
    environment = {**os.environ, "PYTHONPATH": PLACES, "PEJLING_LOG": str(home / "faults.log")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "pejling", "--home", str(home), *arguments]
    return subprocess.Popen(command, env=environment, text=True, stderr=subprocess.PIPE, **options)


def address_said(server: subprocess.Popen) -> str:
    """Waits for the line that says where the web is, and for the web to answer there."""
    said, until = "", time.monotonic() + 60
    while not (match := re.search(r"(http://\S+?)/? ", said)):
        assert time.monotonic() < until and server.poll() is None, said
        if select.select([server.stderr], [], [], 0.5)[0]:
            said += server.stderr.readline()
    host, port = re.fullmatch(r"http://([\d.]+):(\d+)", match[1]).groups()
    while time.monotonic() < until:
        with socket.socket() as knock:
            if knock.connect_ex((host, int(port))) == 0:
                return match[1]
        time.sleep(0.1)
    raise AssertionError("the web does not answer")
