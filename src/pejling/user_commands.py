"""`pejling user` and `pejling audit`: who may sign in, and whether the log of what they did holds."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, connect, require
from pejling.printing import Format, print_rows, say

user_app = typer.Typer(help="Who may sign in, and what they may do where.", no_args_is_help=True)
audit_app = typer.Typer(help="The log of every change, and whether it holds.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The user's name, as it is typed to sign in.")]
Role = Annotated[
    str,
    typer.Option(
        help="director, controller, centre_leader, team_leader, caseworker, politician, supplier, state or party (who "
        "agrees on contracts, and sees no other figures)."
    ),
]
Unit = Annotated[str, typer.Option(help="The unit's id. The role reaches all units below it.")]


def _ready(store: Store) -> None:
    from pejling.config.serving import prepare

    require(store)
    prepare(store)


def _known(store: Store, unit: str) -> str:
    """Raises Mistake for a unit that was not measured."""
    from pejling.indicators.hierarchy import known_unit, units
    from pejling.indicators.records import missing

    connection = connect(store, read_only=True)
    try:
        if missing(connection):
            raise Mistake("--unit", "no unit is known yet", "Deliver and measure first: a role is held at a unit")
        return known_unit(units(connection), unit)
    finally:
        connection.close()


def _password() -> str:
    """Asked for twice, or one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password (not shown): ")
    if first != getpass.getpass("Once more: "):
        raise Mistake("the password", "the two are not the same", "Try again")
    return first


@user_app.command("add")
def add(context: typer.Context, name: Name, role: Role, unit: Unit) -> None:
    """Make a user with a role at a unit. The password is asked for, or read from standard input."""
    _ready(context.obj.store)
    from django.db import transaction

    from pejling.agreements import people

    people.known_role(role)  # before anybody thinks of a password
    people.free_name(name)
    _known(context.obj.store, unit)
    password = _password()
    with transaction.atomic():
        people.add_user(people.owner(), name, password)
        people.give_role(people.owner(), name, role, unit)
    say.print(f"{name} can sign in, and is {role} at {unit}.", markup=False)


@user_app.command("role")
def give(
    context: typer.Context,
    name: Name,
    role: Role,
    unit: Unit,
    end: Annotated[bool, typer.Option("--end", help="End the role instead.")] = False,
) -> None:
    """Give a user one more role, or end one."""
    _ready(context.obj.store)
    from pejling.agreements import people

    if end:
        people.end_role(people.owner(), name, role, unit)
    else:
        people.give_role(people.owner(), name, role, _known(context.obj.store, unit))
    say.print(f"{name} is {'no longer ' if end else ''}{role} at {unit}.", markup=False)


@user_app.command("password")
def password(context: typer.Context, name: Name) -> None:
    """Set a new password. It is asked for, or read from standard input."""
    _ready(context.obj.store)
    from pejling.agreements import people

    people.set_password(people.owner(), name, _password())
    say.print(f"{name} has a new password.", markup=False)


@user_app.command("address")
def address(
    context: typer.Context,
    name: Name,
    address: Annotated[str, typer.Argument(help="The e-mail address for reminders; '' for none.")],
) -> None:
    """Say where a user's reminders go."""
    _ready(context.obj.store)
    from pejling.agreements import people

    people.set_address(people.owner(), name, address)
    say.print(f"{name} is written to at {address}." if address else f"{name} is not written to.", markup=False)


@user_app.command("close")
def close(context: typer.Context, name: Name) -> None:
    """The user can no longer sign in. What they signed keeps their name."""
    _ready(context.obj.store)
    from pejling.agreements import people

    people.close_user(people.owner(), name)
    say.print(f"{name} can no longer sign in.", markup=False)


@user_app.command("list")
def listed(context: typer.Context, form: Annotated[Format, typer.Option("--format")] = Format.TABLE) -> None:
    """List the users and their roles."""
    _ready(context.obj.store)
    from pejling.agreements import people

    rows = [
        {
            "user": user.username,
            "roles": ", ".join(f"{each.role} at {each.unit}" for each in held),
            "signs in": "yes" if user.is_active else "no",
        }
        for user, held in people.users()
    ]
    print_rows(rows, form)
    if not rows:
        say.print("There is no user yet. Make the first with `pejling user add NAME --role ROLE --unit UNIT`.")


Anchor = Annotated[
    Path | None, typer.Option("--anchor", help="The file of anchors (default: PEJLING_ANCHOR, else audit.anchor).")
]


@audit_app.command("anchor")
def anchor(
    context: typer.Context,
    into: Annotated[Path | None, typer.Option("--into", help="A file to add it to, beside the usual one.")] = None,
) -> None:
    """Print the last entry's number and hash, to keep outside the database: on paper, in a letter, elsewhere."""
    _ready(context.obj.store)
    from pejling.agreements import audit

    newest = audit.head()
    if newest is None:
        say.print("The log is empty.")
        return
    if into:
        audit.append(into, newest)
    typer.echo(f"{newest.number} {newest.hash} {newest.at}")


@audit_app.command("verify")
def verify(context: typer.Context, anchored: Anchor = None) -> None:
    """Is the log as it was written, and is everything as its last entry left it? Exit code 1 where it is not."""
    _ready(context.obj.store)
    from django.conf import settings

    from pejling.agreements import audit
    from pejling.agreements.states import NOW

    file = anchored or settings.ANCHOR
    known = audit.anchors(file)
    newest = audit.head()
    if not known and newest:
        raise Mistake(
            str(file), "there is no anchor in it", "Name the file of anchors, or one kept elsewhere: --anchor"
        )
    broken = list(audit.verify(known, NOW))
    for each in broken:
        say.print(f"! entry {each.number}: {each.found}", style="red", markup=False)
    if broken:
        raise typer.Exit(1)
    entries = newest.number if newest else 0
    say.print(f"The log holds: {entries} entries, {len(known)} anchors in {file}.", markup=False)


@audit_app.command("log")
def log(
    context: typer.Context,
    of: Annotated[str, typer.Option(help="Only of this: 'contract 3', 'user anna' …")] = "",
    form: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    """Print the log, the oldest entry first."""
    _ready(context.obj.store)
    from pejling.agreements.models import Entry

    found = Entry.objects.filter(of=of) if of else Entry.objects.all()
    rows = [
        {
            "number": each.number, "at": each.at.astimezone().isoformat(timespec="seconds"), "who": each.who,
            "what": each.what, "of": each.of, "reason": each.reason,
            "before": each.before[:12], "after": each.after[:12],
        }
        for each in found
    ]  # fmt: skip
    print_rows(rows, form)
    if not rows and of and Entry.objects.exists():
        kinds = sorted({each.split()[0] for each in Entry.objects.values_list("of", flat=True).distinct() if each})
        say.print(f"The log has no entry of {of!r}. It has entries of: {', '.join(kinds)}.", markup=False)
    elif not rows:
        say.print("The log is empty: the first change writes its first entry, as `pejling user add` does.")
