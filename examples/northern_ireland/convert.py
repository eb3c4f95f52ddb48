"""The figures of McVicar and Anyadike-Danes (mvad.csv) as facts: python3 convert.py PATH/mvad.csv

One row a person, one status a month from July 1993 to June 1999, becomes units, persons, states, courses and activities
in `facts/` beside this file. What is kept, left out and decided on the way stands in SOURCE.md. Needs only Python.

A run of training is an activity of the course of joblessness that it ended: the one whose first day after is the run's
first day. A run of training after anything else, or one that stands in July 1993, answers no course and is no activity.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

FIRST_MONTH = date(1993, 7, 1)
COUNTRY = ("NI", "Northern Ireland")
BOARDS = {
    "Belfast": "Belfast",
    "N.Eastern": "North Eastern",
    "Southern": "Southern",
    "S.Eastern": "South Eastern",
    "Western": "Western",
}
GROUPS = {  # as in the figures -> as here
    "catholic": "catholic",
    "Grammar": "grammar",
    "funemp": "father_unemployed",
    "gcse5eq": "gcse5",
    "fmpr": "father_professional",
    "livboth": "lives_with_both",
}
MONTHS = dict(
    zip(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], range(1, 13), strict=True)
)


def main(path: str) -> None:
    with Path(path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    months = [column for column in rows[0] if column[:3] in MONTHS and column[3:4] == "."]
    days = [date(1900 + int(column[4:]), MONTHS[column[:3]], 1) for column in months]
    if days[0] != FIRST_MONTH or len(days) != 72:
        sys.exit(f"{path}: 72 months from July 1993 were expected, found {len(days)} from {days[0]}")

    persons, states, courses, activities = [], [], [], []
    for row in rows:
        person = row["id"]
        sex = "male" if row["male"] == "yes" else "female"
        persons.append((person, "", sex, *(row[column] for column in GROUPS)))
        (board,) = (column for column in BOARDS if row[column] == "yes")
        ended = ""  # the course that the run at hand ended
        for status, from_on, to_on, after in runs([row[column] for column in months], days):
            states.append((person, from_on, status, to_on))
            spell = f"{person}-{from_on:%Y-%m}"
            if status == "training" and ended:
                activities.append((spell, ended, "training", from_on, to_on))
            ended = spell if status == "joblessness" else ""
            if status == "joblessness":
                courses.append((spell, person, board, "school_leaver", from_on, to_on, after))

    unit = ("unit_id", "valid_from", "name", "kind", "parent_id", "valid_to", "successor_id")
    units = [(*COUNTRY[:1], FIRST_MONTH, COUNTRY[1], "municipality", "", "", "")]
    units += [(board, FIRST_MONTH, name, "centre", COUNTRY[0], "", "") for board, name in BOARDS.items()]
    write("units", unit, units)
    write("persons", ("person_id", "birth_date", "sex", *GROUPS.values()), persons)
    write(
        "courses", ("course_id", "person_id", "unit_id", "target_group", "started_on", "ended_on", "exit_to"), courses
    )
    write("activities", ("activity_id", "course_id", "kind", "started_on", "ended_on"), activities)
    write("states", ("person_id", "from_on", "state", "to_on"), states)


def runs(statuses: list[str], days: list[date]) -> Iterator[tuple[str, date, date | str, str]]:
    """Each longest run of one status: it, its first day, the first day after it, the next status ("" if open)."""
    start = 0
    for status, same in groupby(statuses):
        end = start + len(list(same))
        last = end == len(statuses)
        yield status, days[start], "" if last else days[end], "" if last else statuses[end]
        start = end


def write(table: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    path = Path(__file__).parent / "facts" / f"{table}.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Use: python3 convert.py PATH/mvad.csv")
    main(sys.argv[1])
