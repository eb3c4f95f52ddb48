"""What people decide, write and sign, who may, and the log of it. The rules are in `contracts` and their neighbours."""

from typing import Any

from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


class Role(models.Model):
    """A user's role at a unit, and what it reaches below. It is ended, never deleted."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=40)
    unit = models.CharField(max_length=200)
    given_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["user", "ended_at"]),)

    def __str__(self) -> str:
        return f"{self.role} at {self.unit}"


class Chain(models.Model):
    """One row: whoever adds an entry to the audit log holds it meanwhile."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.number} entries"


class Entry(models.Model):
    """One change, chained to the one before it. Rows are added, never changed; see `audit`."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    who = models.CharField(max_length=200)
    what = models.CharField(max_length=400)
    of = models.CharField(max_length=400)
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.who}: {self.what}"

    def save(self, **options: Any) -> None:
        if not options.get("force_insert"):
            raise TypeError("an entry is added, never changed")
        super().save(**options)

    def delete(self, *_: Any, **__: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an entry is added, never removed")


class Look(models.Model):
    """One look at the list of courses behind a cell. Rows are added, never changed.

    It says which list was opened, not whose courses stood on it: the log must not become a register of persons.
    """

    at = models.DateTimeField(auto_now_add=True)
    who = models.CharField(max_length=200)
    indicator = models.CharField(max_length=200)
    unit = models.CharField(max_length=200)
    period = models.CharField(max_length=20)
    group_by = models.CharField(max_length=200, blank=True)
    group = models.CharField(max_length=200, blank=True)
    courses = models.PositiveIntegerField()
    snapshot = models.BigIntegerField()

    class Meta:
        ordering = ("-at",)
        indexes = (models.Index(fields=["unit", "at"]),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.indicator} {self.unit} {self.period}"
