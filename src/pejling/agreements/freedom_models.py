"""What a person decided of a unit's degrees of freedom, and what the unit answered. The rules are in `freedom`."""

from typing import Any

from django.db import models


class FreedomDecision(models.Model):
    """`content` is a `steering.freedom.Narrowing`, and never changes; it is lifted before its end with a reason."""

    unit = models.CharField(max_length=200)
    upper = models.CharField(max_length=200)
    content = models.JSONField()
    decided_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField(auto_now_add=True)
    lifted_on = models.DateField(null=True, blank=True)
    lifted_by = models.CharField(max_length=200, blank=True)
    lifted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=["unit"]),)

    def __str__(self) -> str:
        return f"freedom of {self.unit}, decided by {self.decided_by}"

    def save(self, **options: Any) -> None:
        """Raises TypeError where the words of a decision would change."""
        kept = FreedomDecision.objects.filter(pk=self.pk).first() if self.pk else None
        if kept and (kept.content, kept.unit, kept.upper) != (self.content, self.unit, self.upper):
            raise TypeError("a decision never changes: lift it, and decide again")
        super().save(**options)


class FreedomAnswer(models.Model):
    """What the unit said to a decision."""

    decision = models.ForeignKey(FreedomDecision, on_delete=models.PROTECT, related_name="answers")
    who = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.who}: {self.text[:40]}"
