"""The files of a delivery: a folder's or a zip's, with what could do harm refused. Nothing is unpacked to disk."""

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from pejling.facts.cpr import holds_cpr, shown
from pejling.facts.mistakes import Mistake

ENTRY_LIMIT = 1_000
SIZE_LIMIT = 16 << 30  # bytes, unpacked
RATIO_LIMIT = 200  # records in text shrink to a tenth; a bomb to a thousandth
_PACKED = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst")
_LEFT_BY_SYSTEMS = (".ds_store", "thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class File:
    """One file of a delivery."""

    name: str  # without folders
    size: int  # bytes
    open: Callable[[], IO[bytes]]

    @property
    def where(self) -> str:
        return shown(self.name)


@contextmanager
def reading(where: str) -> Iterator[None]:
    """Turns what goes wrong in a file's bytes into a Mistake."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise Mistake(where, "the file is damaged", "Make or send it again") from None
    except NotImplementedError:  # zipfile's word for rare ways of packing
        raise Mistake(where, "it is packed in a way that cannot be read", "Pack it as an ordinary zip") from None
    except OSError:
        raise Mistake(where, "it cannot be read", "Is it there still, and may you read it?") from None


def folder_files(folder: Path) -> list[File]:
    """The files of a folder, by name. Raises Mistake."""
    files: list[File] = []
    home = folder.resolve()
    with reading(shown(folder.name)):
        for path in sorted(folder.iterdir()):
            where = _safe_name(path.name)
            if path.name.startswith(".") or path.name.lower() in _LEFT_BY_SYSTEMS:
                continue
            if not path.resolve().is_relative_to(home):
                raise Mistake(where, "it is a link out of the folder", "Put the file itself in the folder")
            if path.is_dir():
                raise Mistake(
                    where, "it is a folder within the delivery", "Put its files in the delivery, or move it out"
                )
            if not path.is_file():
                raise Mistake(where, "it is no ordinary file", "Put a file of records there, or remove it")
            files.append(File(path.name, path.stat().st_size, _opener(path)))
            _check_count(shown(folder.name), len(files))
    return files


def one_file(path: Path) -> File:
    """A delivery of a single file."""
    with reading(_safe_name(path.name)):
        return File(path.name, path.stat().st_size, _opener(path))


def zip_files(where: str, archive: zipfile.ZipFile, packed: int) -> list[File]:
    """The files of a zip of `packed` bytes, by name. Raises Mistake."""
    files: list[File] = []
    for entry in checked_entries(where, archive, packed):
        path = PurePosixPath(entry.filename)
        if path.parts[0] == "__MACOSX" or path.name.startswith(".") or path.name.lower() in _LEFT_BY_SYSTEMS:
            continue
        if path.suffix.lower() in _PACKED:
            raise Mistake(f"{where}, {shown(path.name)}", "an archive within the archive", "Pack the tables themselves")
        files.append(File(path.name, entry.file_size, _entry_opener(archive, entry)))
    return sorted(files, key=lambda file: file.name)


def checked_entries(where: str, archive: zipfile.ZipFile, packed: int) -> list[zipfile.ZipInfo]:
    """The entries of a zip that are files, none of which could do harm. Raises Mistake."""
    entries = archive.infolist()
    _check_count(where, len(entries))
    total = sum(entry.file_size for entry in entries)
    swollen = [entry for entry in entries if entry.file_size > RATIO_LIMIT * max(entry.compress_size, 1 << 16)]
    if total > SIZE_LIMIT or swollen or total > RATIO_LIMIT * max(packed, 1 << 16):
        raise Mistake(
            where, f"{packed:,} bytes would unpack to {total:,}", "Is it a delivery? Deliver its folder unpacked"
        )
    seen = set()
    for entry in entries:
        name = entry.filename
        place = f"{where}, {_safe_name(name)}"
        if name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts or "\0" in name:
            raise Mistake(place, "its path leads out of the archive", "Pack the files without their folders")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Mistake(place, "it is a link", "Pack the file itself")
        if entry.flag_bits & 0x1:
            raise Mistake(place, "it is locked with a password", "Pack it without a password")
        if name.casefold() in seen:
            raise Mistake(place, "it stands twice in the archive", "Keep one of the two")
        seen.add(name.casefold())
    return [entry for entry in entries if not entry.is_dir()]


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb", buffering=1 << 20)


def _entry_opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(entry)


def _check_count(where: str, count: int) -> None:
    if count > ENTRY_LIMIT:
        raise Mistake(
            where, f"more than {ENTRY_LIMIT:,} files", "A delivery has a file for each table: is this the right one?"
        )


def _safe_name(name: str) -> str:
    if holds_cpr(name):
        raise Mistake(shown(name), "the name of a file holds a CPR number", "Rename the file")
    return shown(name)
