"""What was released, for good; and the tokens by which programs read it. The rules are in `releases` and `tokens`."""

from typing import Any

from django.conf import settings
from django.db import models


class Release(models.Model):
    """One month's release. `about` says what its figures are of; `kept` is what the next ones need to know and nobody
    reads: every number, also of figures that were withheld. `hash` is of all that is shown.
    """

    number = models.PositiveIntegerField(primary_key=True)
    month = models.CharField(max_length=7, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    snapshot = models.BigIntegerField()
    about = models.JSONField()
    kept = models.BinaryField()
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"release {self.number}, {self.month}"

    def save(self, **options: Any) -> None:
        if not options.get("force_insert"):
            raise TypeError("a release never changes")
        super().save(**options)

    def delete(self, *_: Any, **__: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("a release never goes away")


class ReleasedSheet(models.Model):
    """A release's figures of one indicator at one unit, whole (`by` is "") or by a group: rows of `FIELDS`."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="sheets")
    indicator = models.CharField(max_length=200)
    unit = models.CharField(max_length=200)
    by = models.CharField(max_length=200, blank=True)
    rows = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["release", "indicator", "unit", "by"], name="one_sheet_a_place"),
        )
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.indicator} {self.unit} {self.by}"


class Token(models.Model):
    """What a program shows in place of a user's password. Only its hash is kept; it is revoked, never deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"
