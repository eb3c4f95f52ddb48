"""First content of every page as every role: `python benchmarks/first_content.py [--home DIR] [--who NAME] [--every]`.

In headless Chromium on the Copenhagen example, or a copy of `--home`, a workspace that `pejling demo` has built. As
each of its people it follows the links from their first page, and opens of each route the first address that it comes
to (with `--every` also each indicator's) in two ways: *cold*, the first time after something has landed in the store,
so that the web remembers nothing of it, and *warm*, once more. Says when the first content was painted and what
processor time the web took, the slowest first. Ends with code 1 where a first content takes a second or more.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
from contenders import HERE
from freshness import running, worked

from pejling.config.serving import speak
from pejling.facts.snapshots import pin
from pejling.facts.store import Store, connect

LIMIT = 1000  # milliseconds
CHROMIUM = "/usr/bin/chromium"
PAINTED = """new Promise(told => new PerformanceObserver(list => {
    for (const each of list.getEntriesByName('first-contentful-paint')) told(each.startTime)
}).observe({type: 'paint', buffered: true}))"""
NO_PAGES = ("language", "sign_in", "live")


@dataclass(frozen=True)
class Opened:
    """Milliseconds until the first content, and of processor time in the web, cold and warm."""

    who: str
    address: str
    cold: float
    cold_work: float
    warm: float
    warm_work: float


def route(address: str, every: bool) -> object:
    """What an address has in common with others of its kind; None where it is no page."""
    from django.urls import Resolver404, resolve

    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    if found.url_name is None or found.url_name in NO_PAGES or parts.path.startswith("/api/"):
        return None
    key = found.kwargs.get("key", "") if every else ""
    return found.url_name, key, frozenset(name for name, _ in parse_qsl(parts.query))


def landed(store: Store, number: int) -> None:
    """Something has: the store has a new snapshot, with the same facts."""
    connection = connect(store, read_only=True)
    (newest,) = connection.execute("SELECT id FROM ducklake_current_snapshot('lake')").fetchone() or (0,)
    connection.close()
    pin(store, newest, f"first content {number}")


def walk(browser: object, web: str, group: int, store: Store, who: dict[str, str], every: bool) -> Iterator[Opened]:
    from playwright.sync_api import Error

    context = browser.new_context(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(f"{web}/sign-in")
    page.fill("#username", who["name"])
    page.fill("#password", who["password"])
    page.press("#password", "Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)

    def opened(address: str) -> tuple[float, float]:
        before = worked(group)
        page.goto(web + address)
        return page.evaluate(PAINTED), worked(group) - before

    seen, waiting = set(), ["/"]
    while waiting:
        address = waiting.pop(0)
        kind = route(address, every)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        landed(store, len(seen))
        try:
            cold, warm = opened(address), opened(address)
        except Error as error:
            if "Download is starting" in str(error):
                continue  # a file
            raise
        yield Opened(who["name"], address, *cold, *warm)
        waiting += page.eval_on_selector_all("a[href^='/']", "all => all.map(one => one.getAttribute('href'))")
        waiting = [re.sub("#.*", "", each) for each in waiting]
    context.close()


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a workspace that `pejling demo` has built; a copy of it is read")
    parser.add_argument("--who", nargs="*", help="only as these of its people")
    parser.add_argument("--every", action="store_true", help="each indicator, and not one of them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pejling-") as scratch:
        home = Path(scratch) / "home"
        if asked.home:
            shutil.copytree(asked.home, home)
        else:
            made = [str(HERE.parent / "pejling"), "--home", str(home), "demo", "copenhagen_2009", "--no-serve"]
            subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        store = Store(home)
        speak(store)
        people = {each["role"]: each for each in reversed(json.loads((home / "standing_users.json").read_text()))}
        found = []
        with running(home) as (process, web), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            for who in people.values():
                if asked.who and who["name"] not in asked.who:
                    continue
                for one in walk(browser, web, process.pid, store, who, asked.every):
                    found.append(one)
                    print(told(one), file=sys.stderr, flush=True)
            browser.close()
    slowest = sorted(found, key=lambda one: -max(one.cold, one.warm))
    late = [one for one in slowest if max(one.cold, one.warm) >= LIMIT]
    print(f"{len(found)} pages as {len({one.who for one in found})} roles; load {os.getloadavg()[0]:.1f}")
    print("first content cold, the web's processor time; the same warm (milliseconds)")
    for one in slowest[: max(20, len(late))]:
        print(told(one))
    print(f"{len(late)} of them with a first content after a second or later")
    return 1 if late else 0


def told(one: Opened) -> str:
    spent = f"{one.cold:6.0f} {one.cold_work:6.0f}   {one.warm:6.0f} {one.warm_work:6.0f}"
    return f"{spent}   {one.who:14} {one.address}"


if __name__ == "__main__":
    sys.exit(main())
