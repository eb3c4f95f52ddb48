"""How long forecasts take: `python benchmarks/forecast.py [--units N] [--groups N] [--months N]`.

Made-up counts with a season, a level that moves and a Poisson's chance: units × groups of one place, as a page or the
funding asks for them, each forecast a year and a half ahead with its interval and all its past errors. Then the same
number of places of one unit, each with a season of its own. The target: 1,000 series in ten seconds of processor time.
It ends with code 1 where that is not met, where units do not add up to the whole, or where the intervals hold fewer
than 70 or more than 90 per cent of the months held back.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from pejling.indicators.monthly import Monthly, added
from pejling.steering.forecast import expected, forecast, forecasts

TARGET = 10.0  # seconds
FIRST = 2020 * 12  # months since the year 0


def month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def counts(rng: np.random.Generator, months: int, level: float) -> tuple[int, ...]:
    moved = level * np.exp(np.cumsum(rng.normal(0, 0.02, months)))
    return tuple(rng.poisson(moved * (1 + 0.2 * np.cos(2 * np.pi * np.arange(months) / 12))).tolist())


def place(units: int, groups: int, months: int, seed: int) -> Monthly:
    rng = np.random.default_rng(seed)
    named = tuple(f"g{n}" for n in range(groups))
    values = {(f"u{u}", group): counts(rng, months, 5 + 60 * rng.random()) for u in range(units) for group in named}
    wholes = {group: added(series for (_, of), series in values.items() if of == group) for group in named}
    values |= {("top", group): wholes[group] for group in named}
    names = tuple(month(FIRST + n) for n in range(months))
    return Monthly("intake", "target_group", named, names, months, "top", values, wholes, 1)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, default in (("units", 200), ("groups", 5), ("months", 60), ("seed", 1)):
        asked.add_argument(f"--{name}", type=int, default=default)
    options = asked.parse_args()
    began = time.process_time()
    forecast([1] * 36, "2020-01", "2023-12")
    print(f"loading scipy                       {time.process_time() - began:6.2f} s")

    made = place(options.units, options.groups, options.months, options.seed)
    series, to = options.units * options.groups, month(FIRST + options.months + 17)
    began = time.process_time()
    told = forecasts(made, to)
    one_place = time.process_time() - began
    print(f"{series:6} series of one place          {one_place:6.2f} s, with {len(told) - series} sums of them")
    began = time.process_time()
    expected(made, to)
    print(f"{series:6} series, what is expected only {time.process_time() - began:5.2f} s")

    began = time.process_time()
    for values in list(made.values.values())[:series]:
        forecast(values, made.months[0], to)
    alone = time.process_time() - began
    print(f"{series:6} places of one unit           {alone:6.2f} s, each with a season of its own")

    errors = [error for each in told.values() for error in each.errors]
    held, of = sum(error.within for error in errors), sum(error.told for error in errors)
    ahead = expected(made, to)
    gap = max(
        abs(sum(ahead[f"u{u}", group][0] for u in range(options.units)) - ahead["top", group][0])
        for group in made.groups
    )
    print(f"held back: {of:,} months, {held / of:.1%} within the 80 % interval; units add up to {gap:.1e}")
    return int(not (max(one_place, alone) < TARGET and gap < 1e-6 and 0.7 <= held / of <= 0.9))


if __name__ == "__main__":
    sys.exit(main())
