"""What people decide, write and sign, who may, and the log of it. The rules are in `contracts` and their neighbours."""

from typing import Any

from django.conf import settings
from django.db import models

from pejling.agreements.freedom_models import FreedomAnswer, FreedomDecision
from pejling.agreements.funding_models import Regulation
from pejling.agreements.meeting_models import TeamMeeting
from pejling.agreements.release_models import Release, ReleasedSheet, Token
from pejling.agreements.status_models import (
    FrozenStatus,
    Publication,
    Reminder,
    ResultStatus,
    StatusAdjustment,
    StatusComment,
)
from pejling.steering.contracts import BINDING

__all__ = [
    "Agreement", "Chain", "Comment", "Contract", "Entry", "FreedomAnswer", "FreedomDecision", "FrozenStatus",
    "Look", "Note", "OverallGoal", "Publication", "Regulation", "Release", "ReleasedSheet", "Reminder",
    "ResultStatus", "Role", "Signature", "StatusAdjustment", "StatusComment", "TeamMeeting", "Token", "Version",
]  # fmt: skip
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


class OverallGoal(models.Model):
    """What the units below one shall reach together in a year: `content` is a `steering.contracts.OverallGoal`."""

    upper = models.CharField(max_length=200)
    year = models.PositiveIntegerField()
    indicator = models.CharField(max_length=200)
    content = models.JSONField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["upper", "year", "indicator"], name="one_overall_goal"),)
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.indicator} {self.upper} {self.year}"


class Contract(models.Model):
    """A result contract between a unit and the one above for a year; what it says stands in its versions."""

    unit = models.CharField(max_length=200)
    upper = models.CharField(max_length=200)
    year = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "upper", "year"], name="one_contract_a_year"),)
        ordering = ("year", "unit")

    def __str__(self) -> str:
        return f"{self.unit} and {self.upper} {self.year}"


class Version(models.Model):
    """A contract as written: `content` is a `steering.contracts.Contract`. Once signed by both it never changes.

    `definitions` are those that the goals are measured by, as they were when it was proposed. `revision` counts the
    times it was saved: who saves says which one they saw.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, default="draft")
    content = models.JSONField()
    definitions = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
    reason = models.TextField(blank=True)  # why an amendment was needed
    closing = models.TextField(blank=True)
    saved_by = models.CharField(max_length=200)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["contract", "number"], name="one_version_a_number"),)
        ordering = ("contract", "number")

    def __str__(self) -> str:
        return f"{self.contract}, version {self.number}"

    def save(self, **options: Any) -> None:
        """Raises TypeError where the words of a version that both have signed would change."""
        signed = Version.objects.filter(pk=self.pk, state__in=BINDING).first() if self.pk else None
        if signed and (signed.content, signed.definitions) != (self.content, self.definitions):
            raise TypeError("a signed contract never changes: make an amendment")
        super().save(**options)


class Signature(models.Model):
    """A party's name under a version: under exactly these words, by their digest."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=10)
    who = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    digest = models.CharField(max_length=64)
    objections = models.JSONField(default=dict)  # by indicator: what the signer does not agree to in its definition
    reason = models.TextField(blank=True)  # why it is signed although the contributions do not add up

    class Meta:
        constraints = (models.UniqueConstraint(fields=["version", "party"], name="one_signature_a_party"),)

    def __str__(self) -> str:
        return f"{self.who} for {self.party}"


class Comment(models.Model):
    """What a party said while the contract was negotiated."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="comments")
    party = models.CharField(max_length=10)
    who = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.who}: {self.text[:40]}"


class Agreement(models.Model):
    """An implementation agreement: `content` is a `steering.implementation.Agreement`."""

    content = models.JSONField()
    state = models.CharField(max_length=20, default="running")
    revision = models.PositiveIntegerField(default=1)
    closing = models.JSONField(null=True, blank=True)
    saved_by = models.CharField(max_length=200)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"implementation agreement {self.pk}"


class Note(models.Model):
    """How an implementation agreement stands, in a few words."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="notes")
    who = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.who}: {self.text[:40]}"
