"""What people write and freeze in the monthly cycle. The rules are in `statuses` and `publishing`."""

from typing import Any

from django.db import models


class ResultStatus(models.Model):
    """A unit's month: `content` is a `steering.stands.Written`. `revision` counts the times it was saved."""

    unit = models.CharField(max_length=200)
    month = models.CharField(max_length=7)
    state = models.CharField(max_length=20, default="draft")
    content = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    saved_by = models.CharField(max_length=200)
    saved_at = models.DateTimeField(auto_now=True)
    written_at = models.DateTimeField(null=True, blank=True)  # handed in

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "month"], name="one_status_a_month"),)
        ordering = ("month", "unit")

    def __str__(self) -> str:
        return f"{self.unit} {self.month}"


class StatusComment(models.Model):
    """What the unit above, or the unit itself, said of a month's status."""

    status = models.ForeignKey(ResultStatus, on_delete=models.PROTECT, related_name="comments")
    who = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.who}: {self.text[:40]}"


class Publication(models.Model):
    """A status as published: first the intent, with the store's snapshot and all that it takes from people (`agreed`);
    then the digest of its canonical JSON. `definitions` are those it was measured by, in full and as sentences;
    `sequel` is what the next status has to know of it: by indicator a `steering.goal_status.Before`.
    """

    status = models.OneToOneField(ResultStatus, on_delete=models.PROTECT, related_name="publication")
    snapshot = models.BigIntegerField()
    agreed = models.TextField()
    definitions = models.JSONField(default=list)
    sequel = models.JSONField(default=dict)
    intended_by = models.CharField(max_length=200)
    intended_at = models.DateTimeField(auto_now_add=True)
    digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.status} at snapshot {self.snapshot}"

    def save(self, **options: Any) -> None:
        """Raises TypeError where what was published would change."""
        kept = Publication.objects.filter(pk=self.pk).exclude(digest="").first() if self.pk else None
        if kept and (kept.snapshot, kept.agreed, kept.digest) != (self.snapshot, self.agreed, self.digest):
            raise TypeError("what was published never changes")
        super().save(**options)


class FrozenStatus(models.Model):
    """The canonical JSON of a published status. It can be lost: the snapshot and `agreed` make the same bytes again."""

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="frozen")
    content = models.TextField()

    def __str__(self) -> str:
        return f"{self.publication}"


class StatusAdjustment(models.Model):
    """An adjustment that a published status announced: `content` is a `steering.status.Begun`, its baseline frozen."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="adjustments")
    unit = models.CharField(max_length=200)
    month = models.CharField(max_length=7)
    indicator = models.CharField(max_length=200)
    by = models.CharField(max_length=7)
    content = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=["unit", "month"]),)
        ordering = ("month", "pk")

    def __str__(self) -> str:
        return f"{self.unit} {self.month}: {self.indicator}"


class Reminder(models.Model):
    """That somebody was told of a month's status by e-mail, so that nobody is told twice."""

    who = models.CharField(max_length=200)
    unit = models.CharField(max_length=200)
    month = models.CharField(max_length=7)
    about = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["who", "unit", "month", "about"], name="one_reminder"),)

    def __str__(self) -> str:
        return f"{self.who}: {self.unit} {self.month}"
