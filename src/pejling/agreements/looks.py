"""Looks at cases, written before the cases are shown: a list that cannot be logged is not opened."""

from pejling.agreements.models import Look


def record_look(
    who: str, *, indicator: str, unit: str, period: str, group_by: str, group: str, courses: int, snapshot: int
) -> None:
    Look.objects.create(
        who=who,
        indicator=indicator,
        unit=unit,
        period=period,
        group_by=group_by,
        group=group,
        courses=courses,
        snapshot=snapshot,
    )
