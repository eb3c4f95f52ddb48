"""Serving the web: on this machine only, for what goes over the net is not encrypted here."""

import atexit
import ipaddress
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from pejling.config.workspace import compile_translations, home_exists
from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, require


def serve(store: Store, address: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve until stopped. `on_ready` gets the web's address.

    Raises Mistake where there is no workspace, the address is not this machine's own, or the port is taken.
    """
    require(store)
    address = "127.0.0.1" if address == "localhost" else address  # the server takes numbers only
    if not _is_address(address):
        raise Mistake("--address", f"{address!r} is no address", "Write it in numbers: 127.0.0.1, or leave it out")
    if not loopback(address):
        raise Mistake(
            "--address",
            f"{address} can be reached from other machines, and nothing is encrypted on the way",
            "Leave it out to serve on 127.0.0.1, and reach it from elsewhere through a tunnel of your own (ssh -L)",
        )
    if not free(address, port):
        raise Mistake(
            "--port", f"{port} is taken by another program", f"Choose another: --port {next_free(address, port)}"
        )
    prepare(store)
    server = Granian(
        "pejling.config.asgi:application",
        address=address,
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=10,  # seconds: who has not stopped by then is waited for no longer
    )
    shown = f"[{address}]" if ":" in address else address
    server.on_startup(lambda: on_ready(f"http://{shown}:{port}/"))
    server.serve()


def speak(store: Store) -> None:
    """Settings for this store: enough to say things in Danish or English, with no database of what people decide.

    Where there is no workspace (a model looked over before there is one) the translations live as long as the process.
    """
    os.environ["PEJLING_HOME"] = str(store.home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pejling.config.settings"
    import django
    from django.conf import settings

    if not home_exists(store.home):
        passing = tempfile.TemporaryDirectory(prefix="pejling-")
        atexit.register(passing.cleanup)
        compile_translations(Path(passing.name))
        settings.LOCALE_PATHS = [passing.name]  # before the set-up: an app may say something in it, and it is read once
    django.setup()


def prepare(store: Store) -> None:
    """Settings for this store, and its database of what people decide brought up to date."""
    from django.core.management import call_command

    speak(store)
    call_command("migrate", verbosity=0, interactive=False)


def loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _is_address(written: str) -> bool:
    try:
        ipaddress.ip_address(written)
    except ValueError:
        return False
    return True


def free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((address, port))
        except OSError:
            return False
    return True


def next_free(address: str, port: int) -> int:
    """The first port from this one on that nothing listens on. Raises Mistake where a hundred are taken."""
    for candidate in range(port, min(port + 100, 65536)):
        if free(address, candidate):
            return candidate
    raise Mistake("--port", f"{port} and the hundred after it are taken", "Choose one yourself with --port")
