"""Bookings of the funding, as they are kept. The rules are in `regulations`."""

from typing import Any

from django.db import models


class Regulation(models.Model):
    """One booking of a year's frame: the opening (number 0), a regulation, or the settlement.

    `content` is a `steering.funding.bookings.Booking`, `snapshot` the store's snapshot that it rests on, `digest` that
    of all of it. Rows are added, never changed: what is to be otherwise is booked in the next one.
    """

    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    through = models.CharField(max_length=7, blank=True)
    snapshot = models.BigIntegerField()
    model_version = models.BigIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    booked_by = models.CharField(max_length=200)
    booked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["year", "number"], name="one_regulation_a_number"),)
        ordering = ("year", "number")

    def __str__(self) -> str:
        return f"{self.kind} {self.year}.{self.number}"

    def save(self, **options: Any) -> None:
        if not options.get("force_insert"):
            raise TypeError("what is booked never changes: the difference is booked in the next regulation")
        super().save(**options)

    def delete(self, *_: Any, **__: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("what is booked is never removed")
