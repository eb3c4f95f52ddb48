"""What people decide, write and sign; for now, who looked at which cases."""

from django.db import models


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
