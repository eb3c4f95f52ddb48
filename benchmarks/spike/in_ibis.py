"""The spike's measures in Ibis: two functions from tables to an expression, for whatever engine the tables are on."""

import ibis
from asked import CELL, EXIT_TO, FAR, HAIR, JOIN_WITHIN, LASTING, SUPPORT_STATES, THROUGH, WITHIN
from ibis import _
from ibis.expr.types import Table

far, through = ibis.date(FAR), ibis.date(THROUGH)
UNTIL = ibis.interval(months=LASTING)
LEVELS = 3  # of the hierarchy: Ibis has no recursive query


def joined_courses(courses: Table, assignments: Table) -> Table:
    """Courses with the unit and target group of their first day, near ones made one. Read three times: cache it."""
    assigned = assignments.select(
        "course_id", "from_on", until=_.to_on.coalesce(far), start_unit=_.unit_id, start_group=_.target_group
    )
    seen = courses.filter(_.started_on <= through)
    placed = seen.left_join(
        assigned,
        [
            seen.course_id == assigned.course_id,
            assigned.from_on <= seen.started_on,
            assigned.until > seen.started_on,
        ],
    ).mutate(
        start_unit=_.start_unit.coalesce(_.unit_id),
        start_group=_.start_group.coalesce(_.target_group),
        ended_on=ibis.cases((_.ended_on <= through, _.ended_on)),
    )
    person, in_order = ["person_id", "target_group"], ["started_on", "course_id"]
    before = ibis.window(group_by=person, order_by=in_order, preceding=(None, 1))
    so_far = ibis.cumulative_window(group_by=person, order_by=in_order)
    numbered = placed.mutate(reached=_.ended_on.coalesce(far).max().over(before)).mutate(
        number=ibis.cases((_.started_on - ibis.interval(days=JOIN_WITHIN) <= _.reached, 0), else_=1).sum().over(so_far)
    )
    member, last_first = [*person, "number"], [_.ended_on.coalesce(far).desc(), _.started_on.desc(), _.course_id.desc()]
    return (
        numbered.mutate(
            first=ibis.row_number().over(group_by=member, order_by=in_order) == 0,
            last=ibis.row_number().over(group_by=member, order_by=last_first) == 0,
        )
        .group_by(member)
        .aggregate(
            course_id=_.course_id.min(where=_.first),
            started_on=_.started_on.min(),
            ended_on=ibis.cases((_.count() == _.ended_on.count(), _.ended_on.max())),
            exit_to=_.exit_to.min(where=_.last),
            unit_id=_.start_unit.min(where=_.first),
            start_group=_.start_group.min(where=_.first),
        )
        .select("course_id", "person_id", "started_on", "ended_on", "exit_to", "unit_id", target_group=_.start_group)
    )


def cells(course: Table, states: Table, units: Table) -> Table:
    """Both measures, a row a unit of any level × month × target group."""
    leaf = _leaf(course, states)
    by = ["unit_id", "month", "target_group"]
    every_level = (
        leaf.join(_above(units), "unit_id")
        .group_by(unit_id=_.above_id, month=_.month, target_group=_.target_group, days=_.days)
        .aggregate(
            started=_.started.sum(),
            ended=_.ended.sum(),
            to_work=_.to_work.sum(),
            lasted=_.lasted.sum(),
            undecided=_.undecided.sum(),
        )
    )
    from_here = ibis.window(group_by=by, order_by="days", preceding=0, following=None)
    before = ibis.window(group_by=by, order_by="days", preceding=(None, 1))
    so_far = ibis.cumulative_window(group_by=by, order_by="days")
    curve = (
        every_level.mutate(at_risk=_.started.sum().over(from_here))
        # The share still there just before the day (Kaplan and Meier). Nobody is left after a day on which all go.
        .mutate(log=ibis.cases((_.ended < _.at_risk, (1 - _.ended / _.at_risk).ln())))
        .mutate(remaining=_.log.sum().over(before).coalesce(0.0).exp())
        # The share that has left for work by the day, other exits competing (Aalen and Johansen).
        .mutate(incidence=(_.remaining * _.to_work / _.at_risk).sum().over(so_far))
    )
    return curve.group_by(list(CELL)).aggregate(
        started=_.started.sum().cast("int64"),
        lasted=_.lasted.sum().cast("int64"),
        undecided=_.undecided.sum().cast("int64"),
        ended=_.ended.sum().cast("int64"),
        to_work=_.to_work.sum().cast("int64"),
        median=_.days.min(where=_.remaining * (1 - _.ended / _.at_risk) <= 0.5 + HAIR).cast("int64"),
        median_to_work=_.days.min(where=_.incidence >= 0.5 - HAIR).cast("int64"),
    )


def _leaf(course: Table, states: Table) -> Table:
    """Durations counted per leaf, and beside them what else is additive."""
    exited = course.filter(_.exit_to.isin(EXIT_TO), _.ended_on <= _.started_on + ibis.interval(days=WITHIN)).select(
        "course_id", "person_id", "ended_on", until=_.ended_on + UNTIL
    )
    other = course.select("person_id", "started_on", other_id=_.course_id, open_until=_.ended_on.coalesce(far)).filter(
        _.open_until > _.started_on
    )
    back = exited.join(
        other,
        [
            exited.person_id == other.person_id,
            exited.course_id != other.other_id,
            other.started_on < exited.until,
            other.open_until > exited.ended_on,
        ],
    ).select("course_id")
    support = (
        states.filter(_.state.isin(SUPPORT_STATES), _.from_on <= through)
        .mutate(to_on=_.to_on.coalesce(far))
        .filter(_.to_on > _.from_on)
    )
    supported = exited.join(
        support,
        [
            exited.person_id == support.person_id,
            support.from_on < exited.until,
            support.to_on > exited.ended_on,
        ],
    ).select("course_id")
    relapsed = ibis.union(back, supported, distinct=True).mutate(relapsed=True)
    standing = exited.select("course_id", "until").anti_join(relapsed, "course_id")
    next_day = through + ibis.interval(days=1)
    return (
        course.left_join(standing, "course_id")
        .mutate(
            month=_.started_on.truncate("M"),
            days=_.ended_on.coalesce(through).delta(_.started_on, unit="day"),
            # On Spark a count where the condition is null gives null, not 0 as on DuckDB.
            lasts=(_.until <= next_day).fill_null(False),
            open=(_.until > next_day).fill_null(False),
            too_early=_.ended_on.isnull() & (_.started_on + ibis.interval(days=WITHIN) > through),
        )
        .group_by([*CELL, "days"])
        .aggregate(
            started=_.count(),
            ended=_.ended_on.count(),
            to_work=_.count(where=_.ended_on.notnull() & _.exit_to.isin(EXIT_TO)),
            lasted=_.count(where=_.lasts),
            undecided=_.count(where=_.too_early | _.open),
        )
    )


def _above(units: Table) -> Table:
    """Every unit with itself and those above it."""
    level = units.select("unit_id", above_id="unit_id")
    levels, parents = [level], units.filter(_.parent_id.notnull()).select(above_id="unit_id", parent_id="parent_id")
    for _number in range(LEVELS - 1):
        level = level.join(parents, "above_id").select("unit_id", above_id="parent_id")
        levels.append(level)
    return ibis.union(*levels)
