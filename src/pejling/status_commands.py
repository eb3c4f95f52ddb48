"""`pejling status`: a unit's month as a table, PDF, Excel or JSON; a municipality's pack; the cycle's commands."""

import sys
from difflib import get_close_matches
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store
from pejling.grounded import grounded
from pejling.printing import Language, progress, say

if TYPE_CHECKING:
    from pejling.pages.ground import Ground
    from pejling.pages.status_page import StatusPage


class _Status(TyperGroup):
    """`pejling status UNIT MONTH` is `pejling status show UNIT MONTH`."""

    def parse_args(self, context: Any, arguments: list[str]) -> list[str]:
        if arguments and arguments[0] not in self.commands and arguments[0] != "--help":
            self._hint(context, arguments)
            arguments = ["show", *arguments]
        return super().parse_args(context, arguments)

    def _hint(self, context: Any, arguments: list[str]) -> None:
        """A command that was almost named is no unit, where what follows is not a month alone."""
        named = list(takewhile(lambda argument: not argument.startswith("-"), arguments))
        near = get_close_matches(arguments[0].lower(), self.commands, 1, 0.7)
        if near and len(named) != 2:
            context.fail(f"No such command '{arguments[0]}'. Did you mean '{near[0]}'?")


class Form(StrEnum):
    TABLE = "table"
    PDF = "pdf"
    XLSX = "xlsx"
    JSON = "json"


status_app = typer.Typer(
    cls=_Status, no_args_is_help=True,
    help="The monthly result status. `pejling status UNIT MONTH` shows one.",
)  # fmt: skip
STANDARD_OUTPUT = Path("-")
UnitName = Annotated[str, typer.Argument(help="The unit's id.")]
MonthName = Annotated[str, typer.Argument(help="The month: 2009-06.")]
Spoken = Annotated[Language, typer.Option("--language", envvar="PEJLING_LANGUAGE", help="Danish or English.")]


@status_app.command("show")
def show(
    context: typer.Context,
    unit: UnitName,
    month: MonthName,
    form: Annotated[Form, typer.Option("--format")] = Form.TABLE,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="The file to write; - is standard output. Without it: a pdf or xlsx is written "
            "beside you where you sit at a terminal, and what is piped or redirected gets the file itself.",
        ),
    ] = None,
    language: Spoken = Language.EN,
) -> None:
    """Print a unit's month, or write it as a file."""
    with grounded(context.obj.store, language) as now:
        page = _pages(now, context.obj.store, [unit], month)[unit]
        if form is Form.TABLE:
            _print(page)
        elif to == STANDARD_OUTPUT or (to is None and (form is Form.JSON or not sys.stdout.isatty())):
            typer.echo(_made(page, form), nl=False)
        else:
            _write(to or Path(f"{_name(page)}.{form.value}"), _made(page, form))


@status_app.command("pack")
def pack(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="The unit's id: the pack holds it and all below it.")],
    month: MonthName,
    to: Annotated[Path, typer.Option("--to", help="The folder to write into; made where it is not there.")],
    form: Annotated[Form, typer.Option("--format", help="A file a unit; as xlsx one workbook.")] = Form.PDF,
    language: Spoken = Language.EN,
) -> None:
    """Write the statuses of a unit and of all below it: the month's whole pack."""
    if form is Form.TABLE:
        raise Mistake("--format", "a pack is files", "Choose pdf, xlsx or json")
    if to.exists() and not to.is_dir():
        raise Mistake(str(to), "it is a file", "Name a folder")
    store = context.obj.store
    with grounded(store, language) as now, progress() as bar:
        from pejling.pages.status_page import units_below

        asked = units_below(now, _known(now, unit))
        task = bar.add_task("figures", total=len(asked))
        pages = _pages(now, store, asked, month)
        to.mkdir(parents=True, exist_ok=True)
        bar.update(task, description=form.value)
        if form is Form.XLSX:
            from pejling.reports.status_workbook import status_workbook

            _write(to / f"{month}.xlsx", status_workbook(list(pages.values())), quiet=True)
            bar.update(task, completed=len(asked))
        else:
            for page in pages.values():
                _write(to / f"{_name(page)}.{form.value}", _made(page, form), quiet=True)
                bar.advance(task)
    say.print(f"{len(asked)} statuses in {to}", markup=False)


@status_app.command("publish")
def publish(context: typer.Context, unit: UnitName, month: MonthName) -> None:
    """Freeze what the unit has handed in: values, definitions, snapshot and digest. Repeated, it changes nothing."""
    store = context.obj.store
    with grounded(store, Language.EN) as now:
        from pejling.agreements.contracts import NotNow
        from pejling.agreements.people import owner
        from pejling.pages.contract import not_now
        from pejling.pages.publishing import publish as freeze
        from pejling.pages.status import known_month

        known_month(now, month)
        try:
            found = freeze(store, now, owner(), _known(now, unit), month)
        except NotNow as why:
            # of a status there is one state that it cannot be published from
            said = "it is not handed in" if why.why == "state" else not_now(why.why).rstrip(".")
            raise Mistake(f"{unit} {month}", said, f"See it with `pejling status {unit} {month}`") from None
    say.print(f"{unit} {month} is published: snapshot {found.snapshot}, digest {found.digest}", markup=False)


@status_app.command("verify")
def verify(
    context: typer.Context,
    restore: Annotated[bool, typer.Option("--restore", help="Put back what was lost of the frozen files.")] = False,
) -> None:
    """Make every published status again from its snapshot, and hold it to its digest. Exit code 1 where one differs."""
    store = context.obj.store
    with grounded(store, Language.EN), progress() as bar:
        from pejling.agreements import publishing
        from pejling.agreements.models import Publication
        from pejling.pages.publishing import made_again
        from pejling.pages.status_page import holds

        published = list(Publication.objects.exclude(digest="").select_related("status"))
        task = bar.add_task("statuses", total=len(published))
        wrong = []
        for found in published:
            kept, name = publishing.content(found), f"{found.status.unit} {found.status.month}"
            if kept and not holds(kept, found):
                wrong.append(f"{name}: the frozen file was changed")
            try:
                again = made_again(store, found)
            except Mistake as mistake:
                wrong.append(f"{name}: it cannot be made again: {mistake}")
            else:
                if not holds(again, found):
                    wrong.append(f"{name}: made again it is another")
                elif restore and kept != again:
                    publishing.keep(found, again)
            bar.advance(task)
    for line in wrong:
        say.print(f"! {line}", style="red", markup=False)
    if wrong:
        raise typer.Exit(1)
    many = "published status is as it was" if len(published) == 1 else "published statuses are as they were"
    say.print(f"{len(published)} {many} frozen.")


@status_app.command("remind")
def remind(
    context: typer.Context,
    month: Annotated[str, typer.Option(help="The month (default: the newest that the records cover whole).")] = "",
    again: Annotated[bool, typer.Option("--again", help="Also those who have been told.")] = False,
    language: Spoken = Language.DA,
) -> None:
    """Tell by e-mail whose status waits for whom. Without PEJLING_MAIL the letters are only printed."""
    store = context.obj.store
    with grounded(store, language) as now:
        from pejling.pages.reminders import remind as send
        from pejling.pages.reminders import summed

        told = send(now, store, month, again=again)
        last = summed(told)
    for line in (*told, last):
        say.print(line, markup=False)


def _known(now: "Ground", unit: str) -> str:
    return now.unit(unit).unit_id


def _pages(now: "Ground", store: Store, units: list[str], month: str) -> "dict[str, StatusPage]":
    from pejling.pages.status_page import status_pages

    return status_pages(now, None, store, units, month)


def _made(page: "StatusPage", form: Form) -> bytes:
    if form is Form.PDF:
        from pejling.reports.status import status_pdf

        return status_pdf(page)
    if form is Form.XLSX:
        from pejling.reports.status_workbook import status_workbook

        return status_workbook([page])
    from pejling.steering.status import as_json

    return as_json(page.status).encode()


def _write(file: Path, content: bytes, *, quiet: bool = False) -> None:
    """Whole or not at all."""
    unfinished = file.with_name(f".{file.name}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Mistake(str(file), f"it cannot be written: {error.strerror}", "Name another place with --to") from None
    if not quiet:
        say.print(f"{file}", markup=False)


def _name(page: "StatusPage") -> str:
    from pejling.config.status_documents import file_name

    return file_name(page)


def _print(page: "StatusPage") -> None:
    from django.utils.translation import gettext

    from pejling.pages import adjustment_words, mark_words, stand_words
    from pejling.pages import status_words as said

    status = page.status
    console = Console(highlight=False) if Console().is_terminal else Console(highlight=False, width=140)
    console.print(Text(f"{status.unit_name} · {page.month_words} · {stand_words.state(page.state)}", style="bold"))
    if page.synthetic_words:
        console.print(Text(page.synthetic_words, style="yellow"))
    console.print(Padding(Text(page.headline, style="bold"), (1, 0, 0, 0)))
    for line in page.message:
        console.print(Text(line))
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in (
        gettext("Goal"), gettext("Target"), gettext("Value"), gettext("Change"), gettext("Against the target"),
        gettext("If nothing changes"),
    ):  # fmt: skip
        table.add_column(head, overflow="fold")
    for goal in status.goals:
        sure = f" ({said.certainty(goal)})" if said.certainty(goal) else ""
        latest = f"\n{said.latest(goal)}" if said.latest(goal) else ""
        against = mark_words.assurance(goal.assurance, goal.series.cadence) if goal.target and goal.target.own else ""
        table.add_row(*map(Text, (
            said.name(goal), said.target(goal), f"{said.certain(goal)}{sure}, {said.certain_of(goal)}{latest}",
            mark_words.changing(goal), against, f"{said.forecast(goal)} {said.chance(goal)}",
        )))  # fmt: skip
    console.print(Padding(table, (1, 0)))
    for head, lines in (
        (gettext("Economy"), said.economy(status.economy)), (gettext("Law"), said.law(status.law)),
        (gettext("Degrees of freedom"), said.freedom(status.freedom)),
    ):  # fmt: skip
        console.print(Text(f"{head}. {' '.join(lines)}"))
    for stood in page.stood:
        console.print(Text(f"{stood.goal}: {stood.choice}. {stood.reason} {stood.what} {stood.expected}".strip()))
    for each in status.adjustments:
        console.print(Text(f"{adjustment_words.verdict(each)} {each.what}", style="bold"))
        for line in adjustment_words.evidence(each):
            console.print(Text(f"  {line}"))
    for row in page.restated:
        text = f"! {row.name} {row.period}: {row.published} → {row.now}. {' '.join(row.causes)}"
        console.print(Text(text, style="yellow"))
