"""What the web needs in a workspace before it can answer: its key, its translations, its database."""

import hashlib
import os
import secrets
from pathlib import Path

import polib

LOCALES = Path(__file__).parent.parent / "web" / "locale"


def secret_key(home: Path) -> str:
    """The web's signing key, made the first time and kept with the workspace, readable by its owner only.

    Where there is no workspace (lint, tests of types) the key lives as long as the process.
    """
    if not home_exists(home):
        return secrets.token_hex(32)
    file = home / "web.key"
    if not file.exists():
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
                opened.write(secrets.token_hex(32))
        except FileExistsError:
            pass  # another process was first
    return file.read_text().strip()


def home_exists(home: Path) -> bool:
    """Is this folder a workspace? `init` puts the pseudonyms' key and, unless it is elsewhere, the catalogue in it."""
    return any((home / name).exists() for name in ("catalogue.sqlite", "secret.key"))


def compile_translations(into: Path) -> None:
    """Write the .mo files that Django reads, where they are of another .po: the package's own folder may not be
    writable. A newer version of Pejling may well have an older file, so what they are of is told by its digest.
    """
    for source in LOCALES.glob("*/LC_MESSAGES/django.po"):
        target = into / source.relative_to(LOCALES).with_suffix(".mo")
        made_of, digest = target.with_suffix(".of"), hashlib.sha256(source.read_bytes()).hexdigest()
        if not target.exists() or not made_of.exists() or made_of.read_text() != digest:
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_suffix(f".{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(unfinished))
            unfinished.replace(target)
            made_of.write_text(digest)
