"""`pejling release`, `pejling open` and `pejling token`: what readers who may not see cases get, and how programs do."""

from typing import Annotated

import typer

from pejling.facts.store import connect, require
from pejling.printing import say


def release(
    context: typer.Context,
    month: Annotated[str, typer.Argument(help="The month, 2009-03: its figures and all before it.")],
) -> None:
    """Release a month's figures, for good, to whoever may not see cases: those that would tell of few are withheld."""
    from pejling.config.serving import prepare

    store = context.obj.store
    require(store)
    prepare(store)
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
            f"! {made.exposed} numbers can be worked out from what was released before, and nothing can call that back.",
            style="yellow", markup=False,
        )  # fmt: skip
