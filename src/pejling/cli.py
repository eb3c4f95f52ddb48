"""The commands: the same functions as the web."""

import getpass
import json
import os
import shutil
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from duckdb import DuckDBPyConnection
from rich.console import Console
from rich.progress import TaskID

from pejling.economy_commands import economy, forecast
from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, connect, create, require
from pejling.funding_commands import funding_app
from pejling.law_commands import law_app
from pejling.model_commands import model_app
from pejling.printing import Format, Language, Workspace, print_rows, progress, say, say_overtaken
from pejling.release_commands import release, token_app, write_open_data
from pejling.signed import pins
from pejling.status_commands import status_app
from pejling.synthesizing import synthesize
from pejling.user_commands import audit_app, user_app

if TYPE_CHECKING:
    from pejling.facts.jobindsats import Settings
    from pejling.indicators.measure import Measured

app = typer.Typer(
    help="Pejling: results-based management from the records practitioners already keep.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(model_app, name="model")
app.add_typer(law_app, name="law")
HOST, PORT = "127.0.0.1", 8000
app.add_typer(user_app, name="user")
app.add_typer(audit_app, name="audit")
app.add_typer(status_app, name="status")
app.add_typer(funding_app, name="funding")
app.command()(synthesize)
app.command()(economy)
app.command()(forecast)
app.command()(release)
app.command("open")(write_open_data)
app.add_typer(token_app, name="token")


@app.callback()
def workspace(
    context: typer.Context,
    home: Annotated[
        Path, typer.Option("--home", envvar="PEJLING_HOME", help="The workspace's folder.", show_default="here")
    ] = Path(),
) -> None:
    context.obj = Workspace(home.absolute())
    say.home = str(home) if _named(context) else ""


def _named(context: typer.Context) -> bool:
    """Whether the command line says where the workspace is."""
    said = context.get_parameter_source("home")
    return said is not None and said.name == "COMMANDLINE"


@app.command()
def init(directory: Annotated[Path, typer.Argument(help="The folder to make, empty or new.")]) -> None:
    """Make an empty workspace with a commented model."""
    home = directory.absolute()
    if home.is_file() or (home.is_dir() and any(home.iterdir())):
        raise Mistake(str(directory), "there is something in it already", "Name a new folder, or an empty one")
    create(Workspace(home).store)
    shutil.copytree(Path(__file__).parent / "definitions" / "workspace", home, dirs_exist_ok=True)
    say.home = str(directory)
    say.print(f"A workspace in {home}. Next: mend model/model.yaml to your area, then", markup=False)
    say.print("  `pejling model load`\n  `pejling deliver FOLDER`", markup=False)
    say.print("Keep a copy of secret.key in a safe place: without it no person is recognised again.", markup=False)


@app.command()
def deliver(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(help="A folder, zip, workbook, CSV or Parquet file, or a .yaml with a query.")
    ],
    full: Annotated[bool, typer.Option("--full", help="Rows that are gone from its tables have ended.")] = False,
    through: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%d.%m.%Y"], help="The last day that the records are complete for."),
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="A file that says what the source calls things.")] = None,
    measured: Annotated[
        bool, typer.Option("--measure/--no-measure", help="Measure what it changed, where a model is loaded.")
    ] = True,
    form: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    """Take in a delivery: all of it lands, or nothing. What it changed is then measured."""
    from pejling.facts.delivery import deliver as take_in

    store = context.obj.store
    began = time.monotonic()
    with progress() as bar:
        tasks: dict[str, TaskID] = {}

        def on_progress(table: str, done: int, size: int) -> None:
            if table not in tasks:
                tasks[table] = bar.add_task(table, total=size or None)
            bar.update(tasks[table], completed=done)

        summary = take_in(
            store, path, mapping=mapping, full=full, through=through.date() if through else None,
            tolerance=_tolerance, today=datetime.now().astimezone().date(), jobindsats=_jobindsats(),
            look_over=_unnamed, on_progress=on_progress,
        )  # fmt: skip
    counted = ("delivered", "new", "changed", "same", "ended", "refused")
    rows = [
        {
            "table": name,
            **{count: getattr(counts, count) for count in counted},
            "through": str(summary.coverage[name].through) if name in summary.coverage else "",
            "declared": summary.coverage[name].declared if name in summary.coverage else "",
        }
        for name, counts in summary.tables.items()
    ]
    print_rows(rows, form)
    for remark in summary.remarks:
        say.print(f"! {remark}", style="yellow", markup=False)
    if summary.rejections:
        say.print(f"! Refused rows, to mend and deliver again: {summary.rejections}", style="yellow", markup=False)
    what = f"snapshot {summary.snapshot}" if summary.snapshot is not None else "nothing new: the store is as it was"
    say.print(f"{summary.source}: {what}, {time.monotonic() - began:.1f} s", markup=False)
    if measured and summary.snapshot is not None:
        _measure_after(store)


def _measure_after(store: Store) -> None:
    """What has landed stays, also where it cannot be measured."""
    from pejling.indicators.measure import measure as measure_all

    try:
        with progress() as bar:
            task = bar.add_task("measuring")
            found = measure_all(
                store,
                lambda name, done, of: bar.update(task, description=name, completed=done, total=of),
                pins=pins(store),
            )
    except Mistake as mistake:
        say.print(f"! It has landed, but is not measured: {mistake}", style="yellow", markup=False)
    else:
        _say_measured(found)


@app.command()
def snapshots(context: typer.Context, form: Annotated[Format, typer.Option("--format")] = Format.TABLE) -> None:
    """List what each delivery brought, the newest first; a date with ? was taken from the data, not declared.

    A figure names the store's newest snapshot when it was measured: its records are of the last delivery up to it.
    """
    from pejling.facts.snapshots import deliveries

    connection = connect(context.obj.store, read_only=True)
    try:
        listed = deliveries(connection)
    finally:
        connection.close()
    print_rows(
        [
            {
                "snapshot": each.snapshot,
                "received": f"{each.received_at.astimezone():%Y-%m-%d %H:%M}",
                "source": each.source + (" (full)" if each.full else ""),
                "table": came.table,
                "new": came.counts.new,
                "changed": came.counts.changed,
                "ended": came.counts.ended,
                "refused": came.counts.refused,
                "through": f"{came.coverage.through or ''}{'' if came.coverage.declared else '?'}",
                "kept": "yes" if each.kept else "expired",
            }
            for each in listed
            for came in each.tables
        ],
        form,
    )


@app.command()
def erase(
    context: typer.Context,
    grace: Annotated[int, typer.Option(help="Seconds that readers get to finish.", min=0)] = 30,
) -> None:
    """Erase one person from everything kept. The CPR number or identifier is asked for, or read from standard input."""
    from pejling.facts.erasure import erase as erase_person

    require(context.obj.store)  # before anybody types a number
    if sys.stdin.isatty():
        person = getpass.getpass("CPR number or person_id (not shown): ")
        typer.confirm("Older snapshots go with it, and nothing brings them back. Erase?", abort=True, err=True)
    else:
        person = sys.stdin.readline()
    if not person.strip():
        raise Mistake("the person", "nothing was typed", "Type the CPR number, or the person_id as the source has it")
    erased = erase_person(context.obj.store, person, grace=timedelta(seconds=grace))
    say.print(
        f"Erased: {erased.rows} rows of the store and {erased.rejected} of rejection lists. "
        f"{erased.snapshots_lost} older snapshots held the person and are gone, {erased.pins_lost} of them pinned. "
        "Measure again. The source must leave the person out, or the next delivery brings the records back.",
        markup=False,
    )


@app.command()
def expire(
    context: typer.Context,
    days: Annotated[int, typer.Option(help="Snapshots older than this go, but for pinned ones and the newest.", min=0)],
) -> None:
    """Forget old snapshots, delete the files that only they needed, and tidy the store."""
    from pejling.facts.erasure import scrub
    from pejling.facts.snapshots import expire as expire_snapshots
    from pejling.facts.store import turn

    store = context.obj.store
    count = expire_snapshots(store, before=datetime.now(UTC) - timedelta(days=days))
    with turn(store):
        scrub(store)
    say.print(f"Snapshots expired: {count}. Files that only they needed are deleted an hour later, by the next run.")


def _jobindsats() -> "Settings":
    """How jobindsats is asked: its token, and its address where it is not the usual one."""
    from pejling.facts.jobindsats import Settings

    address = os.environ.get("PEJLING_JOBINDSATS_ADDRESS", Settings.address)
    return Settings(os.environ.get("PEJLING_JOBINDSATS_TOKEN", ""), address)


def _tolerance(connection: DuckDBPyConnection) -> float:
    """The share of refused rows that the model allows; none where no model is loaded yet."""
    from pejling.indicators.model import current_model

    try:
        return float(current_model(connection).tolerance)
    except Mistake:
        return 0.0


def _unnamed(connection: DuckDBPyConnection) -> list[str]:
    """Codes in the records that the model has no name for."""
    from pejling.indicators.documents import nearest
    from pejling.indicators.model import current_model
    from pejling.indicators.model_check import unnamed

    try:
        model = current_model(connection)
    except Mistake:  # no model is loaded yet
        return []
    said = []
    for each in unnamed(model, connection):
        code, place = each.said["code"], each.said["place"]
        cure = f"Name it in {place}, or correct it in the source. {nearest(code, list(getattr(model, place)))}"
        said.append(f"{each.key.replace('.', ', ')}: {code!r} has no name in the model. {cure}")
    return said


@app.command()
def measure(
    context: typer.Context,
    afresh: Annotated[bool, typer.Option("--afresh", help="All of it, not only what has changed.")] = False,
    engine: Annotated[Literal["duckdb", "spark"], typer.Option(help="The figures are the same.")] = "duckdb",
    master: Annotated[
        str, typer.Option(envvar="PEJLING_SPARK_MASTER", help="Where Spark runs: here, or spark://host:7077, yarn …")
    ] = "local[2]",
    form: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    """Measure the current records with the current model: what has changed since the last time."""
    from pejling.indicators.evaluation import evaluate as on_duckdb
    from pejling.indicators.measure import measure as measure_all
    from pejling.indicators.spark import on_spark

    store = context.obj.store
    held = on_spark(store, master) if engine == "spark" else nullcontext(on_duckdb)
    if engine == "spark":  # which takes some seconds, and is not seen to where nobody sits at a terminal
        say.print(f"Starting Spark at {master}", markup=False)
    with held as evaluate, progress() as bar:
        task = bar.add_task("measuring")

        def on_step(name: str, done: int, of: int) -> None:
            bar.update(task, description=name, completed=done, total=of)

        measured = measure_all(store, on_step, afresh=afresh, evaluate=evaluate, pins=pins(store))
    _say_measured(measured, engine)
    table = form is Format.TABLE  # where every second has as many decimals
    spent = {name: f"{seconds:7.2f}" if table else round(seconds, 2) for name, seconds in measured.spent.items()}
    print_rows([{"step": name, "seconds": seconds} for name, seconds in spent.items()], form)


def _say_measured(measured: "Measured", engine: str = "duckdb") -> None:
    by = " by Spark" if engine == "spark" and measured.whole + measured.partly else ""
    say.print(
        f"Measured{by} on the records of snapshot {measured.snapshot}, in {measured.seconds:.1f} s. Of "
        f"{measured.indicators} indicators {measured.whole} were measured from scratch, {measured.partly} only where "
        f"records had changed, and {measured.indicators - measured.whole - measured.partly} had nothing new to count. "
        f"{measured.cells:,} components were counted."
    )


@app.command()
def show(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(help="An indicator's key.")],
    of: Annotated[str | None, typer.Argument(metavar="unit", help="A unit's id; every unit if none.")] = None,
    during: Annotated[
        str | None,
        typer.Argument(
            metavar="period",
            help="2009, 2009-Q1, 2009-03, or 2009-03/12 (the year to March); every covered year if none.",
        ),
    ] = None,
    unit: Annotated[list[str] | None, typer.Option(help="A further unit; may be repeated.")] = None,
    period: Annotated[list[str] | None, typer.Option(help="A further period; may be repeated.")] = None,
    by: Annotated[str, typer.Option(help="A group to break down by.")] = "",
    form: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    """Print an indicator's figures."""
    from dataclasses import asdict

    from pejling.figure_table import figure_table, group_names, not_covered
    from pejling.indicators.figures import figures
    from pejling.indicators.hierarchy import units
    from pejling.indicators.measurement import measurement
    from pejling.indicators.unposted import unposted, without_zeros

    units_asked = [*filter(None, [of]), *(unit or [])] or None
    periods = [*filter(None, [during]), *(period or [])] or None
    connection = connect(context.obj.store, read_only=True)
    try:
        measured = measurement(connection)
        asked = measured.model.indicator(indicator)
        observed = measured.coverage.get(asked.key)
        outside = not_covered(asked, periods or [], observed)
        found = figures(connection, indicator, units=units_asked, periods=periods, by=by)
        moneyless = unposted(asked, found, lambda bare: figures(connection, indicator, units=bare, with_persons=False))
        found = without_zeros(found, moneyless)
        say_overtaken(measured.overtaken)
        if measured.model.data_synthetic:
            say.print("! These data are made up", style="yellow")
        if outside:
            say.print(f"! {outside}", style="yellow", markup=False)
        if form is Format.TABLE:
            names = {each.unit_id: each.name for each in units(connection).values()}
            begins, width = observed.from_on if observed else None, max(say.width, 120) if sys.stdout.isatty() else None
            table = figure_table(asked, found, names, begins, moneyless, width, group_names(measured.model, by))
            Console(highlight=False, width=10_000).print(table)  # the table has its own width
        else:
            rows = [asdict(figure) for figure in found]
            print_rows([{key: row[key] for key in row if key != "unknown"} for row in rows], form)
    finally:
        connection.close()


@app.command()
def explain(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(help="An indicator's key.")],
    unit: Annotated[str, typer.Argument(help="A unit's id.")],
    period: Annotated[str, typer.Argument(help="2009, 2009-Q1, 2009-03, or 2009-03/12 (the year to March).")],
    by: Annotated[str, typer.Option(help="A column it is broken down by.")] = "",
    group: Annotated[str, typer.Option(help="The group of that column.")] = "",
    language: Annotated[Language, typer.Option(envvar="PEJLING_LANGUAGE", help="Danish or English.")] = Language.EN,
    form: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    """Say why a figure is what it is: how it is measured, and every course with one reason. The look is logged."""
    from pejling import explaining

    told = explaining.told(context.obj.store, indicator, unit, period, by=by, group=group, language=language)
    if form is Format.JSON:
        typer.echo(json.dumps(told.document(), default=str, ensure_ascii=False, indent=1))
    elif form is Format.CSV:
        print_rows(told.rows(), form)
    else:
        explaining.show(told, language)


@app.command()
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="The port to serve on.", min=1, max=65535)] = PORT,
    address: Annotated[str, typer.Option(help="An address of this machine's own: nothing is encrypted.")] = HOST,
) -> None:
    """The web: on this machine only."""
    from pejling.config.serving import serve as serve_web

    serve_web(context.obj.store, address, port, _serving)


@app.command()
def demo(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The example to build.")] = "northern_ireland",
    serve: Annotated[bool, typer.Option(help="Serve it when it is built.")] = True,
    port: Annotated[int | None, typer.Option(help="The port to serve on (default: the first free from 8000).")] = None,
) -> None:
    """An example workspace, measured and served: in ./demo, or where --home says.

    northern_ireland has real records; those of copenhagen_2009 are made up.
    """
    from pejling.config import serving
    from pejling.demo import build, first_release, may_build, stand_users
    from pejling.laid_out import book_funding, lay_out

    store = context.obj.store
    said = context.parent and context.parent.get_parameter_source("home")
    if said is None or getattr(said, "name", "") == "DEFAULT":
        store = replace(store, home=store.home / "demo")
    may_build(store, name)
    say.print(f"Building the example {name} in {store.home} …", markup=False)
    built = build(store, name, today=datetime.now().date())  # noqa: DTZ005 - the day it is where the user is
    tables = [table for delivery in built.delivered for table in delivery.tables.items()]
    came, changed = (sum(getattr(each, what) for _, each in tables) for what in ("delivered", "changes"))
    names = len({name for name, _ in tables})
    say.print(f"Delivered   {came:,} rows in {names} tables, {changed:,} of them new or changed")
    say.print(f"Model       version {built.version}, {built.measured.indicators} indicators")
    say.print(f"Measured    {built.measured.cells:,} components in {built.measured.seconds:.1f} s")
    standing = stand_users(store, name)
    say.print(f"Released    {first_release(store)}, for whoever may not see cases", markup=False)
    contracts, agreements = lay_out(store, name, datetime.now().date())  # noqa: DTZ005 - as above
    if contracts or agreements:
        say.print(f"Laid out    {contracts} contracts, {agreements} implementation agreements")
    if booked := book_funding(store, name):
        say.print(f"Booked      {booked} openings, regulations and settlements")
    say.print(f"Sign in     as {', '.join(each['name'] for each in standing)}; password {standing[0]['password']}")
    if not serve:
        say.home = str(store.home)
        say.print("Serve it with `pejling serve`", markup=False)
        return
    if port is None:
        port = serving.next_free(HOST, PORT)
        if port != PORT:
            say.print(f"Port {PORT} is taken: serving on {port} instead")
    serving.serve(store, HOST, port, _serving)


def _serving(address: str) -> None:
    say.print(f"Pejling is at [bold]{address}[/bold] (stop it with Ctrl-C)")
