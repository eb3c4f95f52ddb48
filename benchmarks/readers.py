"""Fifty readers at once over loopback: `python benchmarks/readers.py [--readers N] [--pages N] [--home DIR]`.

The workspace is the Copenhagen example, or `--home` with one that `pejling demo` has built. Each reader signs in as one
of its people, begins on the page of that role and follows links, now of the page before them and now of their first
page with its menu, and reads each for ten seconds on average (five to fifteen; `--think`). Ends with code 1 where the
median page takes 200 ms or more, one in twenty 500 ms or more, or any fails, also by refusing what it offered.
"""

import argparse
import asyncio
import html
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import httpx
from contenders import HERE
from freshness import running, worked

MEDIAN, ONE_IN_TWENTY = 0.2, 0.5  # seconds
NO_PAGE = re.compile(r"^/(static|language|live|sign|open/\d|api)|/(pdf|xlsx|json|csv)\b")


async def reader(web: str, who: dict[str, str], pages: int, think: float, seed: int) -> list[tuple[str, float, int]]:
    """What one reader asked for, how long it took, and the status."""
    chance, found = random.Random(seed), []
    await asyncio.sleep(chance.random() * 3 * think)  # nobody signs in in the same second as all others
    async with httpx.AsyncClient(base_url=web, timeout=60, follow_redirects=True) as client:
        form = (await client.get("/sign-in")).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        said = {"csrfmiddlewaretoken": token[1] if token else "", "username": who["name"], "password": who["password"]}
        await client.post("/sign-in", data=said, headers={"Referer": f"{web}/sign-in"})
        first = await client.get("/")
        menu = here = links(first.text)
        await asyncio.sleep(chance.random() * think)
        for _ in range(pages):
            way = chance.choice((chance.choice((here, menu))) or ["/"])
            began = time.perf_counter()
            answer = await client.get(way)
            found.append((kind(way), time.perf_counter() - began, answer.status_code))
            here = links(answer.text)
            await asyncio.sleep(think * (0.5 + chance.random()))
    return found


def links(page: str) -> list[str]:
    """The pages that a page leads to, each once; no files, nor what is said in passing."""
    every = dict.fromkeys(html.unescape(each) for each in re.findall(r'href="(/[^"#]*)', page))
    return [each for each in every if not NO_PAGE.search(each)]


def kind(way: str) -> str:
    """The first word of an address."""
    return "/" + way.split("?")[0].strip("/").split("/")[0]


async def all_of(web: str, people: list[dict[str, str]], asked: argparse.Namespace) -> list[tuple[str, float, int]]:
    each = (reader(web, people[n % len(people)], asked.pages, asked.think, n) for n in range(asked.readers))
    return [one for found in await asyncio.gather(*each) for one in found]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--pages", type=int, default=10, help="that each reads")
    parser.add_argument("--think", type=float, default=10.0, help="seconds between a reader's pages, on average")
    parser.add_argument("--home", type=Path, help="a workspace that `pejling demo` has built")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pejling-") as scratch:
        home = asked.home or Path(scratch)
        if not asked.home:
            made = [str(HERE.parent / "pejling"), "--home", str(home), "demo", "copenhagen_2009", "--no-serve"]
            subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        people = json.loads((home / "standing_users.json").read_text())
        with running(home) as (process, web):
            began, before = time.perf_counter(), worked(process.pid)
            found = asyncio.run(all_of(web, people, asked))
            took, work = time.perf_counter() - began, worked(process.pid) - before
    spent = sorted(seconds for _, seconds, _ in found)
    failed = sum(status != 200 for _, _, status in found)
    median, late = statistics.median(spent), spent[int(len(spent) * 0.95)]
    print(f"{len(found)} pages to {asked.readers} readers in {took:.0f} s: {len(found) / took:.0f} a second")
    print(f"median {median * 1000:.0f} ms, 95 % within {late * 1000:.0f} ms, the slowest {spent[-1] * 1000:.0f} ms")
    print(f"the web took {work / len(found):.0f} ms of processor time a page; load {os.getloadavg()[0]:.1f}")
    if failed:
        print(f"{failed} failed:", Counter((page, status) for page, _, status in found if status != 200))
    by_page = defaultdict(list)
    for page, seconds, _ in found:
        by_page[page].append(seconds)
    for page, times in sorted(by_page.items(), key=lambda each: -statistics.median(each[1])):
        print(f"  {statistics.median(times) * 1000:6.0f} ms  {max(times) * 1000:6.0f} ms  {len(times):4}  {page}")
    return 0 if median < MEDIAN and late < ONE_IN_TWENTY and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
