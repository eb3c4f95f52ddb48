"""An explanation for a terminal, a program or a spreadsheet: the same words as the web's."""

import os
import pwd
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, require
from pejling.grounded import grounded, reaching
from pejling.indicators.documents import nearest
from pejling.indicators.periods import Period
from pejling.printing import Language


@dataclass(frozen=True)
class Told:
    """An explanation in one language, ready to print: of a ratio with both its `parts`."""

    title: str
    definition: tuple[str, ...]
    figure: dict[str, Any]
    said: str  # the figure and its state, in a sentence
    reasons: tuple[dict[str, Any], ...]
    weights: tuple[str, ...]  # one a reason, in words
    closing: str
    courses: tuple[dict[str, Any], ...]
    indicator: str
    item: str  # what one of the courses is called
    time: bool = False  # whether it is a time to exit
    note: str = ""  # that the records are made up
    parts: tuple["Told", ...] = ()

    def document(self) -> dict[str, Any]:
        """For JSON. Only a ratio has `parts`."""
        said = {name: getattr(self, name) for name in ("definition", "figure", "reasons", "courses")}
        return {**said, "parts": [part.document() for part in self.parts]} if self.parts else said

    def rows(self) -> list[dict[str, Any]]:
        """For CSV: every course, of both parts where there are two."""
        own = [{"indicator": self.indicator, **course} for course in self.courses]
        return own + [row for part in self.parts for row in part.rows()]


def told(store: Store, indicator: str, unit: str, period: str, *, by: str, group: str, language: str) -> Told:
    """Logged as a look of the user who runs the command, before anything is shown. Raises Mistake."""
    require(store)
    span = Period.parse(period).text
    with grounded(store, Language(language)) as ground:
        columns = ground.indicator(indicator).by
        ground.unit(unit)
        if by and by not in columns:
            raise Mistake("--by", f"{indicator} is not broken down by {by!r}", nearest(by, columns))
        if group and not by:
            cure = f"Name its column too, with --by: {', '.join(columns)}" if columns else "Leave it out"
            raise Mistake("--group", f"it is not said of which column {group!r} is a group", cure)
        if not ground.has_period(span):
            months = ground.periods("month")
            raise Mistake("period", f"the records do not cover {span}", reaching(months[0], months[-1]))
        if by:
            known = [each.group for each in ground.figures(indicator, [unit], [span], by)]
            if group not in known:
                found = f"{group!r} is not there" if group else f"it is not said which, of {by}"
                raise Mistake("--group", found, nearest(group, known))
        return _told(ground, indicator, unit, span, by, group)


def _told(ground: Any, key: str, unit: str, period: str, by: str, group: str) -> Told:
    from django.utils.translation import gettext

    from pejling.agreements.looks import record_look
    from pejling.pages import values, words
    from pejling.pages.explanation import explanation
    from pejling.pages.reasons import reason

    found = explanation(ground, key, unit, period, by=by, group=group)
    if not (found.parts or found.elsewhere):
        record_look(
            _who(), indicator=key, unit=unit, period=period, group_by=by, group=group, courses=len(found.cases),
            snapshot=found.figure.snapshot,
        )  # fmt: skip
    place = [found.unit.name, words.period(period)] + ([f"{found.by_name}: {found.group_name}"] if by else [])
    return Told(
        title=f"{found.heading.name} · {', '.join(place)}",
        definition=found.definition.sentences,
        figure=asdict(found.figure),
        said=values.told(found.figure, found.heading),
        reasons=tuple(
            {"outcome": each.outcome, "reason": each.reason, "text": each.text, "weight": each.weight}
            for each in found.reasons
        ),
        weights=tuple(words.counted(each.weight, found.weighed_in) for each in found.reasons),
        closing=found.closing,
        courses=tuple({**asdict(case), "text": reason(ground, found.indicator, case)} for case in found.cases),
        indicator=key,
        time=found.heading.time,
        item=gettext("Posting") if found.heading.measure == "amount" else gettext("Course"),
        note=gettext("These data are made up. They are about no real people.") if ground.model.data_synthetic else "",
        parts=tuple(_told(ground, heading.key, unit, period, by, group) for heading, _ in found.parts),
    )


def printed(told: Told, width: int, language: str) -> Group:
    """What a terminal shows."""
    from django.utils import translation

    with translation.override(language):
        return Group(*_printed(told, width))


def _printed(told: Told, width: int) -> Iterator[Any]:
    from django.utils.translation import gettext

    from pejling.pages import words

    yield Text(told.title, style="bold")
    if told.note:
        yield Text(told.note, style="yellow")
    for sentence in told.definition:
        yield Text(sentence)
    yield Padding(Text(told.said, style="bold"), (1, 0))
    if told.reasons:
        table = _table(gettext("Outcome"), gettext("Reason"))
        table.add_column(gettext("How many"), justify="right", no_wrap=True)
        for each, weight in zip(told.reasons, told.weights, strict=True):
            table.add_row(*map(Text, (words.outcome(each["outcome"], told.time), each["text"], weight)))
        yield table
    if told.closing:
        yield Padding(Text(told.closing), (0, 0, 1, 0))
    if told.courses:
        table = _table(told.item, gettext("Outcome"))
        table.add_column(gettext("Why"), min_width=min(60, width // 2))
        table.add_column(gettext("Unit"))
        whose = any(each["person_id"] for each in told.courses)  # a posting is nobody's
        if whose:
            table.add_column(gettext("Person"))
        for each in told.courses:
            cells = [each["course_id"], words.outcome(each["outcome"], told.time), each["text"], each["unit_id"]]
            cells += [each["person_id"]] if whose else []
            table.add_row(*map(Text, cells))
        yield table
    for part in told.parts:  # what is said of the whole is not said again
        yield Padding(Group(*_printed(replace(part, note=""), width)), (1, 0, 0, 0))


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column)
    return table


def show(told: Told, language: str) -> None:
    terminal = Console(highlight=False)
    console = terminal if terminal.is_terminal else Console(highlight=False, width=160)
    console.print(printed(told, console.width, language))


def _who() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
