"""How many figures more are hidden than an exact solver hides: `python benchmarks/suppression.py [--tables N]`.

On small tables drawn by seed (see tests/steering/small_tables.py). Those that the exact solver does not end in time are
drawn anew by the next seed, and counted. Ends with code 1 where more than 1.3 times the exact solver's are hidden.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from steering.small_tables import drawn, fewest

from pejling.steering.suppression import protect


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=500)
    parser.add_argument("--numbers", type=int, default=70, help="the most numbers in a table")
    parser.add_argument("--seconds", type=float, default=20, help="what the exact solver gets for a table")
    asked = parser.parse_args()
    ratios: list[float] = []
    hidden = least = given_up = more = seed = 0
    ours = exact_took = 0.0
    while len(ratios) < asked.tables:
        table = drawn(seed, at_most=asked.numbers)
        seed += 1
        began = time.process_time()
        here = int(protect(table).hidden.sum())
        ours += time.process_time() - began
        began = time.process_time()
        try:
            exact = fewest(table, asked.seconds)
        except TimeoutError:
            given_up += 1
            continue
        exact_took += time.process_time() - began
        hidden, least, more = hidden + here, least + exact, more + (here > exact)
        ratios.append(here / exact if exact else 1.0)
    print(f"{len(ratios)} tables; {given_up} more that the exact solver did not end in {asked.seconds:.0f} s")
    print(f"hidden {hidden}, at least {least}: {hidden / least:.3f} times; more than needed in {more} tables")
    print(f"the worst table: {max(ratios):.3f} times; processor {ours:.0f} s here, {exact_took:.0f} s for the exact")
    return 0 if max(ratios) <= 1.3 else 1


if __name__ == "__main__":
    sys.exit(main())
