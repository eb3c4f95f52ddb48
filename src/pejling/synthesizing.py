"""The command that makes up facts about nobody."""

import shlex
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from pejling.printing import progress, say

_DAY = ["%Y-%m-%d", "%d.%m.%Y"]


def synthesize(
    out: Annotated[Path, typer.Argument(help="The folder to write into, empty or new.")],
    courses: Annotated[int, typer.Option(help="How many courses.")] = 20_000,
    units: Annotated[int, typer.Option(help="How many teams, where the recipe names no units of its own.")] = 24,
    seed: Annotated[int, typer.Option(help="The same seed makes the same facts.")] = 1,
    from_on: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="The first day covered (default: 2022-01-01).")
    ] = None,
    through: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="The last day covered (default: 2024-12-31).")
    ] = None,
    deliveries: Annotated[
        int, typer.Option(help="In so many deliveries, a month apart: late rows come with a later one.")
    ] = 1,
    errors: Annotated[
        float, typer.Option(help="So many rows that must be refused for each right one: 0.01, say. They are listed.")
    ] = 0,
    recipe: Annotated[
        Path | None, typer.Option(help="Who the people are and what works: a YAML file (default: a municipality).")
    ] = None,
    files: Annotated[Literal["parquet", "csv"], typer.Option(help="What the tables are written as.")] = "parquet",
    threads: Annotated[int, typer.Option(help="The rows are the same with any number.", min=1, max=64)] = 2,
) -> None:
    """Make up facts about nobody, in all ten tables, with effects that are known: to show, to test, to try a model."""
    from pejling.facts.synthetic.plan import FIRST, LAST, Plan
    from pejling.facts.synthetic.recipe import read_recipe
    from pejling.facts.synthetic.synthesize import TRUTH
    from pejling.facts.synthetic.synthesize import synthesize as make

    plan = Plan(
        read_recipe(recipe or Path(__file__).parent / "definitions" / "synthetic.yaml"), courses, seed,
        from_on.date() if from_on else FIRST, through.date() if through else LAST, units, deliveries, errors,
    )  # fmt: skip
    began = time.monotonic()
    with progress() as bar:
        task = bar.add_task("drawing")

        def on_step(name: str, done: int, of: int) -> None:
            bar.update(task, description=name, completed=done, total=of)

        made = make(plan, out, files=files, threads=threads, on_step=on_step)
    rows = sum(made.rows.values())
    say.print(
        f"Made up {rows:,} rows in {len(made.rows)} tables, {time.monotonic() - began:.1f} s. They are synthetic."
    )
    if made.wrong:
        say.print(f"{made.wrong:,} of them must be refused: {out / 'errors.csv'} lists them", markup=False)
    say.print(f"What is true of them: {out / TRUTH}\nDeliver them, in this order:", markup=False)
    for delivery in made.deliveries:
        say.print(f"  pejling deliver {shlex.quote(str(delivery))}", markup=False)
