"""Fifty readers at once over loopback: `python benchmarks/readers.py [--readers N] [--pages N] [--home DIR]`.

The workspace is the Copenhagen example, or `--home` with one that `pejling demo` has built. Each reader signs in as one
of its people and reads the pages of that role, one after another with a pause as somebody reading has, for as many
pages as asked. Ends with code 1 where the median page takes 200 ms or more, one in twenty 500 ms or more, or any fails.
"""

import argparse
import asyncio
import json
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
from freshness import served

MEDIAN, ONE_IN_TWENTY = 0.2, 0.5  # seconds


async def reader(web: str, who: dict[str, str], pages: int, think: float, seed: int) -> list[tuple[str, float, int]]:
    """What one reader asked for, how long it took, and the status."""
    chance, found = random.Random(seed), []
    async with httpx.AsyncClient(base_url=web, timeout=60, follow_redirects=True) as client:
        form = (await client.get("/sign-in")).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        said = {"csrfmiddlewaretoken": token[1] if token else "", "username": who["name"], "password": who["password"]}
        await client.post("/sign-in", data=said, headers={"Referer": f"{web}/sign-in"})
        ways = ["/", f"/units/{who['unit']}", "/model", "/contracts", "/open"]
        await asyncio.sleep(chance.random() * think)
        for _ in range(pages):
            way = chance.choice(ways)
            began = time.perf_counter()
            answer = await client.get(way)
            found.append(
                (re.sub(r"(units|indicators/\w+)/.*", r"\1/…", way), time.perf_counter() - began, answer.status_code)
            )
            ways += [
                each for each in re.findall(r'href="(/(?:units|indicators)/[^"#?]+)', answer.text) if each not in ways
            ]
            await asyncio.sleep(think * (0.5 + chance.random()))
    return found


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
        with served(home) as web:
            began = time.perf_counter()
            found = asyncio.run(all_of(web, people, asked))
            took = time.perf_counter() - began
    spent = sorted(seconds for _, seconds, _ in found)
    failed = sum(status not in (200, 403) for _, _, status in found)  # 403: a page that is another role's
    median, late = statistics.median(spent), spent[int(len(spent) * 0.95)]
    print(f"{len(found)} pages to {asked.readers} readers in {took:.0f} s: {len(found) / took:.0f} a second")
    print(f"median {median * 1000:.0f} ms, 95 % within {late * 1000:.0f} ms, the slowest {spent[-1] * 1000:.0f} ms")
    if failed:
        print(f"{failed} failed:", Counter((page, status) for page, _, status in found if status not in (200, 403)))
    by_page = defaultdict(list)
    for page, seconds, _ in found:
        by_page[page].append(seconds)
    for page, times in sorted(by_page.items(), key=lambda each: -statistics.median(each[1])):
        print(f"  {statistics.median(times) * 1000:6.0f} ms  {max(times) * 1000:6.0f} ms  {len(times):4}  {page}")
    return 0 if median < MEDIAN and late < ONE_IN_TWENTY and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
