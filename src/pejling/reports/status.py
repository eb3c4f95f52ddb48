"""A unit's monthly status as PDF, on at most two pages: the same page as on the screen, its charts drawn alike."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, gettext

from pejling.pages import adjustment_words, mark_words, stand_words, words
from pejling.pages import status_words as said
from pejling.pages.control_chart import control_chart
from pejling.pages.status_page import StatusPage
from pejling.pages.status_words import Below, GoalStatus
from pejling.reports.paper import pdf

BELOW_AT_MOST = 14  # units in the table: more have their own pages in the pack


def status_pdf(page: StatusPage) -> bytes:
    status = page.status
    kind = gettext("Result status")
    standing = [stand_words.state(page.state)]
    if page.published:
        standing[0] += f" {words.day(page.published.at)}"
    document = {
        "title": status.unit_name,
        "author": status.upper_name or status.unit_name,
        "language": get_language() or "da",
        "eyebrow": f"{kind}, {page.month_words}",
        "foot": f"{kind}: {status.unit_name}, {page.month_words}",
        "standing": ", ".join(standing),
        "synthetic": page.synthetic_words,
        "headline": page.headline,
        "message": page.message,
        "goals": [_goal(goal, status.month) for goal in status.goals],
        "beside": _beside(page),
        "stands": [
            {
                "head": f"{each.goal}: {each.choice}",
                "text": " ".join(filter(None, (words.sentence(each.reason), each.told))),
            }
            for each in page.stood
        ],
        "note": status.taken.note if status.taken else "",
        "comments": [f"{who}: {text}" for who, text in status.taken.comments] if status.taken else [],
        "no_stand": _no_stand(page),
        "adjustments": [
            {"head": f"{adjustment_words.verdict(each)} {each.what}", "text": " ".join(adjustment_words.evidence(each))}
            for each in status.adjustments
        ],
        "restated": [
            (row.name, words.period(row.period) if row.period else "", row.published, row.now, " ".join(row.causes))
            for row in page.restated
        ],
        "below": _below(status.below, status.goals),
        "words": {
            "goals": gettext("Goals"), "beside": gettext("Beside the goals"), "stand": gettext("The stand"),
            "adjusted": gettext("What was adjusted, and what the data answered"), "below": gettext("The units below"),
            "restated": gettext("Restated since it was published"),
            "restated_heads": [gettext("Goal"), gettext("Period"), gettext("Published"), gettext("Today"),
                               gettext("What caused it")],
            "reading": gettext("The band is what the figure usually varies between; it is darker where the limits come "
                               "from, and stands still for the year. The dashed line is the target."),
        },
    }  # fmt: skip
    return pdf("status.typ", document, pages=2)


def _goal(goal: GoalStatus, month: str) -> dict[str, Any]:
    chart = control_chart(goal)
    known = [said.certain_of(goal)]
    if sure := said.certainty(goal):
        known.append(f"{gettext('Uncertainty')} {sure}")
    if goal.certain and goal.certain.state == "provisional":
        known.append(words.state("provisional"))
    return {
        "name": said.name(goal),
        "measure": words.text(goal.name) if goal.goal_name else "",
        "target": said.target(goal),
        "own": bool(goal.target and goal.target.own),
        "way": " ".join(filter(None, (said.trajectory(goal), said.signed(goal)))),
        "value": said.certain(goal),
        "known": [line for line in known if line],
        "latest": said.latest(goal),
        "variation": mark_words.changing(goal),
        "variation_mark": goal.variation,
        "firm": mark_words.firm(goal),
        "assurance": mark_words.assurance(goal.assurance, goal.series.cadence)
        if goal.target and goal.target.own else "",
        "assurance_mark": goal.assurance,
        "ahead": f"{said.forecast(goal)} {said.chance(goal)}".strip(),
        "signal": mark_words.signal(goal.signal) if goal.signal else "",
        "chart": {
            "alt": _in_words(goal, chart.title, month),
            "spots": [(spot.across, spot.down, spot.kind, spot.provisional) for spot in chart.spots],
            "years": [(spot.across, spot.year) for spot in chart.spots if spot.year],
            "band": None if chart.band is None else [
                chart.band.upper, chart.band.mean, chart.band.lower, chart.band.begins, chart.band.until
            ],
            "target": chart.target,
            "own": chart.own,
            "axis": chart.axis,
        },
    }  # fmt: skip


def _in_words(goal: GoalStatus, title: str, month: str) -> str:
    """The chart for those who hear it: its title, its limits, and its newest known point."""
    known = [point for point in goal.series.points if point.value is not None and point.state != "immature"]
    newest = f"{words.period(known[-1].period)}: {words.value(known[-1].value, goal.unit)}." if known else ""
    return f"{title}. {said.limits(goal, month)} {newest}".strip()


def _beside(page: StatusPage) -> list[tuple[str, list[str]]]:
    status = page.status
    economy = [*map(_line, status.resources), *said.economy(status.economy)]
    law = [*map(_line, status.duties), *said.law(status.law)]
    freedom = list(said.freedom(status.freedom))
    data = [
        f"{gettext('The records reach')} {words.day(status.data.through)}",
        f"{gettext('Rows refused')}: {words.number(status.data.refused)}",
    ]
    if page.published:
        data.append(f"{gettext('Frozen')} {page.frozen}")
    return [
        (gettext("Economy"), economy), (gettext("Law"), law), (gettext("Degrees of freedom"), freedom),
        (gettext("The data"), data),
    ]  # fmt: skip


def _line(line: GoalStatus) -> str:
    sure = f" ({said.certainty(line)})" if said.certainty(line) else ""
    return f"{said.name(line)}, {said.certain_of(line)}: {said.certain(line)}{sure} · {mark_words.changing(line)}"


def _no_stand(page: StatusPage) -> str:
    if page.status.taken is None:
        return gettext("The unit has not taken its stand yet.")
    return "" if page.stood else gettext("Nothing had changed, and no stand was asked for.")


def _below(units: Iterable[Below], goals: Iterable[GoalStatus]) -> list[list[Any]]:
    """A row a unit: its name, then of each goal its value and two marks; the first row holds the heads."""
    goals = list(goals)
    rows: list[list[Any]] = []
    for unit in list(units)[:BELOW_AT_MOST]:
        row: list[Any] = [unit.name]
        for goal in goals:
            mark = next((mark for mark in unit.marks if mark.indicator == goal.indicator), None)
            row.append(None if mark is None else {
                "value": said.amount(mark.certain.value, goal.unit) if mark.certain else words.MISSING,
                "variation": mark_words.changing(mark), "variation_mark": mark.variation, "firm": mark_words.firm(mark),
                "assurance": mark_words.assurance(mark.assurance),
                "assurance_mark": "" if mark.assurance == "no_target" else mark.assurance,
            })  # fmt: skip
        rows.append(row)
    return [[gettext("Unit"), *(said.name(goal) for goal in goals)], *rows] if rows else []
