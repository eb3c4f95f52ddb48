"""Regulations booked: numbered, immutable, each in one transaction with its entry in the audit log."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from pejling.agreements.audit import digest, record
from pejling.agreements.contracts import NotNow
from pejling.agreements.models import Agreement, Regulation
from pejling.steering.funding.bookings import Booking


@dataclass(frozen=True)
class Kept:
    """A booking as it was made: by whom, when, and on which snapshot of the store."""

    booking: Booking
    snapshot: int
    model_version: int
    digest: str
    by: str
    at: datetime


def kept(year: int) -> tuple[Kept, ...]:
    """The year's bookings, in order."""
    return tuple(
        Kept(content(row), row.snapshot, row.model_version, row.digest, row.booked_by, row.booked_at)
        for row in Regulation.objects.filter(year=year)
    )


def years() -> list[int]:
    return sorted(set(Regulation.objects.values_list("year", flat=True)))


def titles() -> tuple[str, ...]:
    """Of all implementation agreements there are: what money is agreed on stands on one of them."""
    return tuple(sorted({str(each) for each in Agreement.objects.values_list("content__title", flat=True)}))


def book(who: str, booking: Booking, *, snapshot: int, model_version: int) -> Kept:
    """All of it or nothing. Raises NotNow where another booking of the year was made meanwhile."""
    step = booking.step
    said = _plain(booking)
    try:
        with transaction.atomic():
            before = Regulation.objects.select_for_update().filter(year=step.year).order_by("-number").first()
            if step.number != (before.number + 1 if before else 0):
                raise NotNow("overtaken")
            row = Regulation(
                year=step.year, number=step.number, kind=step.kind, through=step.through, snapshot=snapshot,
                model_version=model_version, content=said, booked_by=who,
            )  # fmt: skip
            row.digest = digest_of(row)
            row.save(force_insert=True)
            record(who, f"{step.kind} booked", f"regulation {step.year}.{step.number}", after=row.digest)
    except IntegrityError:
        raise NotNow("overtaken") from None
    return Kept(booking, snapshot, model_version, row.digest, who, row.booked_at)


def content(row: Regulation) -> Booking:
    return Booking.model_validate_json(json.dumps(row.content))


def digest_of(row: Regulation) -> str:
    said = (row.year, row.number, row.kind, row.through, row.snapshot, row.model_version, row.content, row.booked_by)
    return digest(list(said))


def seen(booking: Booking) -> str:
    """What stands for a booking that somebody has looked at and says yes to."""
    return digest(_plain(booking))


def state_of(name: str) -> str:
    """The digest of a booking as it is now, by `year.number`: for the audit log to be held against; "" for none."""
    year, _, number = name.partition(".")
    row = Regulation.objects.filter(year=year, number=number).first()
    return digest_of(row) if row else ""


def _plain(booking: Booking) -> object:
    return json.loads(booking.model_dump_json(by_alias=True))
