"""`pejling release`, `pejling open` and `pejling token`: what whoever may not see cases gets to read."""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, connect, require
from pejling.printing import Format, print_rows, say

if TYPE_CHECKING:
    from django.contrib.auth.models import User as DjangoUser

token_app = typer.Typer(help="Tokens, by which a program reads what a user may read.", no_args_is_help=True)
User = Annotated[str, typer.Argument(help="The user's name.")]


def _ready(store: Store) -> None:
    from pejling.config.serving import prepare

    require(store)
    prepare(store)


def release(
    context: typer.Context,
    month: Annotated[str, typer.Argument(help="The month, 2009-03: its figures and all before it.")],
) -> None:
    """Release a month's figures, for good, to whoever may not see cases: those that would tell of few are withheld."""
    store = context.obj.store
    _ready(store)
    from pejling.agreements import people, releases

    connection = connect(store, read_only=True)
    try:
        with say.status("figures") as shown:
            made = releases.release(connection, people.owner(), month, shown.update)
    finally:
        connection.close()
    if not made.new:
        say.print(f"{month} was released already, as release {made.release.number}: nothing changes.", markup=False)
        return
    say.print(
        f"Release {made.release.number}, {month}: {made.figures:,} figures. {made.withheld:,} are withheld, "
        f"{made.few:,} for how few are behind them and {made.withheld - made.few:,} that would give those away.",
        markup=False,
    )
    if made.exposed:
        say.print(
            f"! {made.exposed} numbers follow from what was released before, and nothing can call that back.",
            style="yellow", markup=False,
        )  # fmt: skip


def write_open_data(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="The folder to write into; it is made where it is not there.")],
    number: Annotated[
        int | None, typer.Option("--release", help="A release's number; the newest where none is.")
    ] = None,
) -> None:
    """Write a release's open data: CSV, JSON-stat and the data dictionary, as the web gives them."""
    _ready(context.obj.store)
    from pejling.pages.readiness import NotReady
    from pejling.pages.released import released
    from pejling.pages.unknown import Unknown
    from pejling.reports.open_data import files

    try:
        ground = released({}, number=number)
    except NotReady:
        raise Mistake("the workspace", "nothing is released yet", "Make a release: pejling release MONTH") from None
    except Unknown:
        raise Mistake("--release", f"there is no release {number}", "Leave it out for the newest one") from None
    if to.exists() and not to.is_dir():
        raise Mistake(str(to), "it is a file", "Name a folder")
    into = to / str(ground.about.number)
    unfinished = Path(tempfile.mkdtemp(prefix=".", dir=_made(to)))
    try:
        for name, made in files(ground).items():
            (unfinished / name).write_bytes(made())
        if into.exists():
            shutil.rmtree(into)
        unfinished.chmod(0o755)
        unfinished.rename(into)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    say.print(f"Release {ground.about.number}, {ground.about.month}: in {into}", markup=False)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@token_app.command("add")
def issue(
    context: typer.Context,
    user: User,
    name: Annotated[str, typer.Option(help="What it is for: night report.")],
) -> None:
    """Give a user a token, and print it: it is kept nowhere, and not shown again."""
    _ready(context.obj.store)
    from pejling.agreements import people, tokens

    _, text = tokens.issue(people.owner(), _known(user), name)
    typer.echo(text)


@token_app.command("revoke")
def revoke(context: typer.Context, user: User, name: Annotated[str, typer.Option(help="The token's name.")]) -> None:
    """End a token at once."""
    _ready(context.obj.store)
    from pejling.agreements import people, tokens

    tokens.revoke(people.owner(), _known(user), name)
    say.print(f"The token {name} of {user} no longer holds.", markup=False)


@token_app.command("list")
def listed(context: typer.Context, form: Annotated[Format, typer.Option("--format")] = Format.TABLE) -> None:
    """List the tokens and whose they are."""
    _ready(context.obj.store)
    from pejling.agreements.models import Token

    rows = [
        {
            "user": each.user.username, "name": each.name, "made": f"{each.made_at.astimezone():%Y-%m-%d}",
            "expires": f"{each.expires_at.astimezone():%Y-%m-%d}", "revoked": "yes" if each.revoked_at else "no",
        }
        for each in Token.objects.select_related("user")
    ]  # fmt: skip
    print_rows(rows, form)


def _known(name: str) -> "DjangoUser":
    from django.contrib.auth.models import User as Users

    from pejling.indicators.documents import nearest

    user = Users.objects.filter(username=name).first()
    if user is None:
        known = list(Users.objects.values_list("username", flat=True))
        raise Mistake("user", f"there is no {name!r}", nearest(name, known))
    return user
