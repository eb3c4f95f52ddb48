"""Example workspaces: a model, records delivered and measured by the same ways as anyone's, and people to sign in as.

The records are real, and stand in the example's `facts`; or made up, the same each time, by its `plan.yaml`.
"""

import json
import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pejling.facts.delivery import Summary, deliver
from pejling.facts.mistakes import Mistake
from pejling.facts.snapshots import deliveries, pin
from pejling.facts.store import Store, connect, create
from pejling.facts.synthetic.plan import read_plan
from pejling.facts.synthetic.synthesize import synthesize
from pejling.indicators.measure import Measured, measure
from pejling.indicators.model import Model, load_model, read_model
from pejling.indicators.records import snapshot
from pejling.signed import pins

FIRST = "the example's first measurement"  # why its snapshot is kept
HELD = "example"  # the file that says which one a folder holds


@dataclass(frozen=True)
class Built:
    store: Store
    delivered: tuple[Summary, ...]
    version: int
    measured: Measured


def examples_folder() -> Path:
    """Beside the package where it is installed, at the root of a checkout."""
    package = Path(__file__).parent
    for folder in (package / "examples", package.parent.parent / "examples"):
        if folder.is_dir():
            return folder
    raise Mistake("the examples", "they are not installed with this Pejling", "Install Pejling again")


def may_build(store: Store, name: str) -> None:
    """Raises Mistake for an unknown example, for a workspace that `init` made, and for one that holds another example:
    an example is a full delivery, which would end the records that are there.
    """
    known = sorted(path.parent.name for path in examples_folder().glob("*/model"))
    if name not in known:
        raise Mistake("demo", f"there is no example {name!r}", f"Choose one of: {', '.join(known)}")
    if (store.home / "model").exists():
        raise Mistake(
            str(store.home),
            "it is a workspace of your own, whose records the example would end",
            "Name a new folder with --home, or leave --home and PEJLING_HOME out",
        )
    held = store.home / HELD
    if held.exists() and (other := held.read_text().strip()) != name:
        raise Mistake(
            str(store.home),
            f"it holds the example {other}, whose records this one would end",
            f"Name a new folder: `pejling --home {name} demo {name}`",
        )


def build(store: Store, name: str, *, today: date, on_step: Callable[[str], None] = lambda step: None) -> Built:
    """Lay out the example in the store. Repeated, it changes nothing. Raises Mistake where `may_build` does."""
    may_build(store, name)
    folder = examples_folder() / name
    create(store)
    (store.home / HELD).write_text(f"{name}\n")
    on_step("model")
    model = read_model(folder / "model")
    version, _ = load_model(store, model)
    on_step("delivery")
    if (folder / "plan.yaml").exists():
        delivered = _made_up(store, folder, model, today, on_step)
    else:
        delivered = (deliver(store, folder / "facts", tolerance=model.tolerance, today=today),)
    on_step("measurement")
    return Built(store, delivered, version, measure(store, pins=pins(store)))


def _made_up(
    store: Store, folder: Path, model: Model, today: date, on_step: Callable[[str], None]
) -> tuple[Summary, ...]:
    """Deliver what the plan makes; nothing where it has been delivered: a delivery brings only what is news in it.

    Where the model has funding, what comes first is measured and kept: its bookings rest on that, and the rest is late.
    """
    plan = read_plan(folder)
    with closing(connect(store, read_only=True)) as connection:
        sources = {each.source for each in deliveries(connection)}
    if plan.source(plan.through) in sources:
        return ()
    with tempfile.TemporaryDirectory(prefix="pejling-", dir=store.home) as scratch:
        made = synthesize(plan, Path(scratch), on_step=lambda step, done, of: on_step(step))
        done: list[Summary] = []
        for path in made.deliveries:
            done.append(deliver(store, path, tolerance=model.tolerance, today=today))
            if model.funding and len(done) == 1 < len(made.deliveries):
                on_step("measurement")
                measure(store)
                with closing(connect(store, read_only=True)) as connection:
                    first = snapshot(connection)
                pin(store, first, FIRST)
        return tuple(done)


def first_release(store: Store) -> str:
    """Release the last month that the records cover; it gives the month. Repeated, it changes nothing."""
    from pejling.config.serving import prepare

    prepare(store)
    from pejling.agreements import people, releases
    from pejling.indicators.measurement import measurement
    from pejling.indicators.periods import covered

    with closing(connect(store, read_only=True)) as connection:
        through = measurement(connection).through
        month = [
            each.text for each in covered("month", date(through.year - 1, 1, 1), through) if each.last_on <= through
        ][-1]
        releases.release(connection, people.owner(), month)
    return month


def stand_users(store: Store, name: str) -> list[dict[str, str]]:
    """The people of the example's users.yaml, each in their role, all with one password made for this workspace.

    They stand in `standing_users.json` too: the sign-in of an example offers them. Repeated, it changes nothing.
    """
    from pejling.config.serving import prepare

    prepare(store)
    from pejling.agreements import people

    file = store.home / "standing_users.json"
    if file.exists():
        kept: list[dict[str, str]] = json.loads(file.read_text())
        return kept
    said: list[dict[str, Any]] = yaml.safe_load((examples_folder() / name / "users.yaml").read_text(encoding="utf-8"))
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    for each in said:
        people.add_user(people.owner(), each["name"], password)
        people.give_role(people.owner(), each["name"], each["role"], each["unit"])
    standing = [{**each, "password": password} for each in said]
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        json.dump(standing, opened, ensure_ascii=False)
    return standing
