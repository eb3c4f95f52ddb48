"""The audit log: who did what to what, in entries chained by hash, and anchors that keep the chain honest.

Each entry carries the hash of the one before it, so a row changed or removed breaks the chain. Who can write to the
database could hash the whole chain anew, or cut its end off; therefore the number and hash of each entry are also
written to an *anchor* file, which the owner can keep elsewhere (PEJLING_ANCHOR).
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from pejling.agreements.models import Chain, Entry
from pejling.indicators.mistakes import Mistake

START = "0" * 64


@dataclass(frozen=True)
class Anchor:
    """The last entry's number and hash at some moment."""

    number: int
    hash: str
    at: str


@dataclass(frozen=True)
class Broken:
    """Where the log does not hold, and what was found."""

    number: int
    found: str


def digest(content: Any) -> str:
    """SHA-256 of the content as canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def record(who: str, what: str, of: str, *, before: str = "", after: str = "", reason: str = "") -> None:
    """Add an entry, in the transaction of the change itself: both are there, or neither. One at a time, by a lock."""
    if not connection.in_atomic_block:
        raise RuntimeError("an entry belongs in the transaction of its change")
    with settings.ANCHOR.open("a"):
        pass  # where no anchor can be written, nothing is changed
    Chain.objects.get_or_create(pk=1)
    chain = Chain.objects.select_for_update().get(pk=1)
    newest = Entry.objects.order_by("-number").first()
    entry = Entry(
        number=newest.number + 1 if newest else 1,
        at=timezone.now(),
        who=who,
        what=what,
        of=of,
        before=before,
        after=after,
        reason=reason,
        previous=newest.hash if newest else START,
    )
    entry.hash = hashed(entry)
    entry.save(force_insert=True)
    chain.number = entry.number
    chain.save()
    transaction.on_commit(lambda: append(settings.ANCHOR, Anchor(entry.number, entry.hash, entry.at.isoformat())))


def hashed(entry: Entry) -> str:
    said = (entry.number, _moment(entry.at), entry.who, entry.what, entry.of, entry.before, entry.after, entry.reason)
    return digest([*said, entry.previous])


def _moment(at: datetime) -> str:
    return at.astimezone(timezone.get_fixed_timezone(0)).isoformat(timespec="microseconds")


def append(file: Path, anchor: Anchor) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps(asdict(anchor)) + "\n")


def anchors(file: Path) -> list[Anchor]:
    """Raises Mistake where a line is no anchor."""
    if not file.exists():
        return []
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(Anchor(**json.loads(line)))
        except (ValueError, TypeError):
            raise Mistake(f"{file}, line {number}", "this is no anchor", "Take the file from a copy") from None
    return found


def head() -> Anchor | None:
    newest = Entry.objects.order_by("-number").first()
    return Anchor(newest.number, newest.hash, newest.at.isoformat()) if newest else None


def verify(known: list[Anchor], now: Mapping[str, Callable[[str], str]]) -> Iterator[Broken]:
    """Every place where the log does not hold: against itself, the anchors, and what its objects are now.

    `now` gives, for a kind of object (the first word of `of`), the digest of the one named as it stands; "" for none.
    """
    hashes: dict[int, str] = {}
    latest: dict[str, Entry] = {}
    previous, expected = START, 1
    for entry in Entry.objects.order_by("number").iterator():
        if entry.number != expected:
            yield Broken(expected, f"entries {expected} to {entry.number - 1} are gone")
        elif entry.previous != previous:
            yield Broken(entry.number, "it does not follow from the one before")
        if entry.hash != hashed(entry):
            yield Broken(entry.number, "it was changed after it was written")
        before = latest.get(entry.of)
        if before and entry.before != before.after:
            yield Broken(entry.number, f"{entry.of} was changed in between, without an entry")
        hashes[entry.number], latest[entry.of] = entry.hash, entry
        previous, expected = entry.hash, entry.number + 1
    for anchor in known:
        if anchor.number >= expected:
            yield Broken(anchor.number, f"the log ends at {expected - 1}, but this entry was anchored on {anchor.at}")
            break
        if hashes.get(anchor.number, anchor.hash) != anchor.hash:
            yield Broken(anchor.number, f"it is not the one anchored on {anchor.at}: the chain was hashed anew")
            break
    for of, entry in latest.items():
        kind, _, name = of.partition(" ")
        if kind in now and now[kind](name) != entry.after:
            yield Broken(entry.number, f"{of} is no longer what this last entry left it as")
