"""What a team leaves its reflection meeting with. The rules are in `meetings`."""

from django.db import models


class TeamMeeting(models.Model):
    """A team's meeting on a month: `content` is a `steering.meeting.Meeting`."""

    unit = models.CharField(max_length=200)
    month = models.CharField(max_length=7)
    content = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    saved_by = models.CharField(max_length=200)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "month"], name="one_meeting_a_month"),)
        ordering = ("-month", "unit")

    def __str__(self) -> str:
        return f"{self.unit} {self.month}"
