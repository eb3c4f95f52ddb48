"""Frozen baseline: the eight indicators of baseline_duckdb.sql as a good vectorised pandas program.

`cells(folder, start, through)` reads the Parquet files of the source contract and gives the same rows and columns.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

SUPPORT = [
    "unemployment_benefit", "cash_benefit", "education_assistance", "sickness_benefit",
    "rehabilitation_benefit", "resource_benefit", "integration_benefit",
]  # fmt: skip
LEAF = ["unit", "target", "month"]
WITHIN, LASTING, AFTER_MONTHS = 91, 182, 6


def cells(folder: Path, start: date, through: date) -> pd.DataFrame:
    """One row a unit × month × target group. Days are whole numbers since `start`; `end` is the day after the last."""
    first = pd.Timestamp(start)
    end = (through - start).days + 1
    starts = pd.date_range(first, through, freq="MS")
    borders = np.append((starts - first).days, end)
    units = pd.read_parquet(folder / "units.parquet", columns=["unit_id", "parent_id"])
    unit_numbers = pd.Index(units.unit_id)
    parents = unit_numbers.get_indexer(units.parent_id)

    courses = _read(folder, "courses", ["started_on", "ended_on"], first)
    assignments = _read(folder, "assignments", ["from_on", "to_on"], first)
    targets = pd.Index(np.sort(pd.concat([courses.target_group, assignments.target_group]).unique()))
    for table in (courses, assignments):
        table["unit"] = unit_numbers.get_indexer(table.pop("unit_id"))
        table["target"] = targets.get_indexer(table.pop("target_group"))
    courses = courses[courses.started_on.between(0, end - 1)]
    courses["ended"] = courses.ended_on.notna()
    courses["ended_on"] = courses.ended_on.fillna(end).astype(int)

    pieces = _pieces(courses, assignments, end)
    pieces["is_first"] = pieces.from_on == pieces.started_on
    pieces["is_last"] = pieces.ended & (pieces.to_on == pieces.ended_on)
    states = _read(folder, "states", ["from_on", "to_on"], first)
    states["to_on"] = states.to_on.fillna(end).astype(int)

    begun = pieces[pieces.is_first].copy()
    begun["month"] = _month(begun.started_on, borders)
    left = pieces[pieces.is_last].copy()
    left["month"] = _month(left.ended_on, borders)
    _mark_lasting(begun, courses, states, end)
    _mark_in_work(left, states, first, end)
    begun_sums = begun.groupby(LEAF).agg(
        intake=("ended", "size"), exits_of_intake=("ended", "sum"), lasting=("lasting", "sum"),
        lasting_undecided=("undecided", "sum"),
    )  # fmt: skip
    left_sums = left.groupby(LEAF).agg(
        exits=("ended", "size"), in_work=("in_work", "sum"), in_work_undecided=("undecided", "sum")
    )
    spans = _days(pieces, borders).set_axis(["stock", "course_days"], axis=1)
    active = _days(_covered(folder, pieces, first, end), borders).days.rename("active_days")
    leaf = pd.concat([begun_sums, left_sums, spans, active], axis=1).fillna(0).astype(np.int64)
    leaf = leaf[(leaf[["intake", "exits", "stock", "course_days"]] > 0).any(axis=1)]

    begun["duration"] = np.where(begun.ended, begun.ended_on, end - 1) - begun.started_on
    histogram = begun.groupby([*LEAF, "duration"]).agg(ended=("ended", "sum"), followed=("ended", "size"))
    levels, histograms = [leaf], [histogram]
    for _ in range(2):  # teams to municipalities, municipalities to the state
        levels.append(_above(levels[-1], parents))
        histograms.append(_above(histograms[-1], parents))
    every = pd.concat(levels).join(_medians(pd.concat(histograms))).reset_index()
    every.insert(0, "unit_id", unit_numbers.take(every.pop("unit")))
    every.insert(1, "target_group", targets.take(every.pop("target")))
    month = every.pop("month")
    every["days"] = np.diff(borders)[month]
    every.insert(2, "month", starts.take(month))
    return every


def _read(folder: Path, table: str, days: list[str], first: pd.Timestamp) -> pd.DataFrame:
    frame = pd.read_parquet(folder / f"{table}.parquet", dtype_backend="pyarrow")
    for column in days:
        numbers = (frame[column].astype("datetime64[s]") - first).dt.days
        frame[column] = numbers if numbers.hasnans else numbers.astype(int)
    return frame


def _month(days: pd.Series, borders: np.ndarray) -> np.ndarray:
    return np.searchsorted(borders, days.to_numpy(), side="right") - 1


def _pieces(courses: pd.DataFrame, assignments: pd.DataFrame, end: int) -> pd.DataFrame:
    """Courses cut where the responsible unit or target group changes."""
    columns = ["course_id", "person_id", "unit", "target", "started_on", "ended_on", "ended", "exit_to"]
    moved = assignments.merge(courses, on="course_id", suffixes=("", "_own"))
    moved["from_on"] = np.maximum(moved.from_on, moved.started_on)
    moved["to_on"] = np.minimum(moved.to_on.fillna(end).astype(int), moved.ended_on)
    moved = moved[moved.from_on < moved.to_on].sort_values(["course_id", "from_on"])
    whole = courses[~courses.course_id.isin(moved.course_id)]
    whole = whole[columns].assign(from_on=whole.started_on, to_on=whole.ended_on)
    own = moved.drop(columns=["unit", "target"]).rename(columns={"unit_own": "unit", "target_own": "target"})
    is_first = ~own.course_id.duplicated()
    before = own[is_first].assign(to_on=own.from_on, from_on=own.started_on)
    next_on = own.from_on.shift(-1).where(~is_first.shift(-1, fill_value=True), own.ended_on).astype(int)
    after = own.assign(from_on=own.to_on, to_on=next_on)
    holes = pd.concat([before, after])
    holes = holes[holes.from_on < holes.to_on]
    wanted = [*columns, "from_on", "to_on"]
    return pd.concat([whole[wanted], moved[wanted], holes[wanted]], ignore_index=True)


def _mark_lasting(begun: pd.DataFrame, courses: pd.DataFrame, states: pd.DataFrame, end: int) -> None:
    """Adds `lasting` and `undecided` for exits to work within 13 weeks that last 26."""
    to_work = begun.ended & (begun.exit_to == "employment").fillna(False).astype(bool)
    fast = begun.loc[to_work & (begun.ended_on <= begun.started_on + WITHIN), ["person_id", "course_id", "ended_on"]]
    fast = fast.reset_index(names="row")
    other = courses.loc[courses.ended_on > courses.started_on, ["person_id", "course_id", "started_on", "ended_on"]]
    support = states.loc[
        states.state.isin(SUPPORT) & (states.to_on > states.from_on), ["person_id", "from_on", "to_on"]
    ]
    again = fast.merge(other, on="person_id", suffixes=("", "_other"))
    again = again[
        (again.course_id != again.course_id_other)
        & (again.started_on < again.ended_on + LASTING)
        & (again.ended_on_other > again.ended_on)
    ]
    helped = fast.merge(support, on="person_id")
    helped = helped[(helped.from_on < helped.ended_on + LASTING) & (helped.to_on > helped.ended_on)]
    standing = fast[~fast.row.isin(again.row) & ~fast.row.isin(helped.row)]
    decided = standing.ended_on + LASTING <= end
    begun["lasting"] = begun.index.isin(standing.row[decided])
    begun["undecided"] = begun.index.isin(standing.row[~decided]) | (~begun.ended & (begun.started_on + WITHIN >= end))


def _mark_in_work(left: pd.DataFrame, states: pd.DataFrame, first: pd.Timestamp, end: int) -> None:
    """Adds `in_work` and `undecided` for the day six calendar months after the exit."""
    days = (first + pd.to_timedelta(left.ended_on.unique(), unit="D")).to_series(index=left.ended_on.unique())
    asked_on = left.ended_on.map((days + pd.DateOffset(months=AFTER_MONTHS) - first).dt.days)
    left["undecided"] = asked_on >= end
    asked = left.assign(asked_on=asked_on).loc[~left.undecided, ["person_id", "asked_on"]].reset_index(names="row")
    lived = states.loc[states.state.isin(["employment", "education"]), ["person_id", "from_on", "to_on"]]
    found = asked.merge(lived, on="person_id")
    found = found[(found.from_on <= found.asked_on) & (found.to_on > found.asked_on)]
    left["in_work"] = left.index.isin(found.row)


def _covered(folder: Path, pieces: pd.DataFrame, first: pd.Timestamp, end: int) -> pd.DataFrame:
    """What each activity adds to the ones before it, clipped to the pieces of its course."""
    columns = ["course_id", "kind", "started_on", "ended_on"]
    activities = pd.read_parquet(
        folder / "activities.parquet", columns=columns, dtype_backend="pyarrow",
        filters=[("kind", "in", ["work_placement", "wage_subsidy", "useful_work"])],
    ).drop(columns="kind")  # fmt: skip
    for column in ("started_on", "ended_on"):
        activities[column] = (activities[column].astype("datetime64[s]") - first).dt.days.fillna(end).astype(int)
    place = pieces[["course_id", "unit", "target", "from_on", "to_on"]].reset_index(names="piece")
    covered = activities.merge(place, on="course_id")
    covered["from_on"] = np.maximum(covered.from_on, covered.started_on)
    covered["to_on"] = np.minimum(covered.to_on, covered.ended_on)
    covered = covered.loc[covered.from_on < covered.to_on, ["piece", "unit", "target", "from_on", "to_on"]]
    covered = covered.sort_values(["piece", "from_on"], ignore_index=True)
    # The running maximum within a piece: pieces are set apart by more than the longest day number.
    apart = covered.piece.to_numpy() * (end + 1)
    reached = np.maximum.accumulate(covered.to_on.to_numpy() + apart)
    before = np.where(covered.piece.duplicated(), np.append(0, reached[:-1]) - apart, 0)
    covered["from_on"] = np.maximum(covered.from_on, before)
    return covered[covered.from_on < covered.to_on]


def _days(spans: pd.DataFrame, borders: np.ndarray) -> pd.DataFrame:
    """How many spans stand `open` at each month's end, and the `days` they cover, by running sums over the months."""
    months = len(borders) - 1
    place = spans.unit.to_numpy() * (spans.target.max() + 1) + spans.target.to_numpy()
    shape = (place.max() + 1, months)
    opened, numbers = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for at, sign in ((spans.from_on.to_numpy(), 1), (spans.to_on.to_numpy(), -1)):
        inside = at < borders[-1]
        where = place[inside] * months + np.searchsorted(borders, at[inside], side="right") - 1
        opened += sign * np.bincount(where, minlength=opened.size).reshape(shape)
        numbers += sign * np.bincount(where, weights=at[inside], minlength=opened.size).astype(np.int64).reshape(shape)
    still = opened.cumsum(axis=1)
    covered = opened * borders[1:] - numbers + (still - opened) * np.diff(borders)
    units, targets = np.divmod(np.arange(shape[0]), spans.target.max() + 1)
    index = pd.MultiIndex.from_arrays(
        [units.repeat(months), targets.repeat(months), np.tile(np.arange(months), shape[0])], names=LEAF
    )
    frame = pd.DataFrame({"open": still.ravel(), "days": covered.ravel()}, index=index)
    return frame[(frame > 0).any(axis=1)]


def _above(below: pd.DataFrame, parents: np.ndarray) -> pd.DataFrame:
    names = list(below.index.names)
    up = below.reset_index()
    up["unit"] = parents[up.unit]
    return up.groupby(names).sum()


def _medians(histogram: pd.DataFrame) -> pd.Series:
    """Kaplan-Meier: the first duration at which at most half is left, per cell; cells where none is are left out."""
    histogram = histogram.sort_index()
    by_cell = histogram.groupby(LEAF)
    at_risk = by_cell.followed.transform("sum") - by_cell.followed.cumsum() + histogram.followed
    survival = (1 - histogram.ended / at_risk).groupby(level=LEAF).cumprod()
    reached = survival[(survival <= 0.5 + 1e-9) & (histogram.ended > 0)].reset_index("duration")
    return reached.duration.groupby(level=LEAF).first().rename("median")
