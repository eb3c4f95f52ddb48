"""Any sequence of deliveries leaves the store as a plain dictionary of rows by key would be."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from csv_deliveries import UNITS, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indicators.worlds import by_two_threads

from pejling.facts.delivery import deliver
from pejling.facts.mistakes import Mistake
from pejling.facts.snapshots import expire, tidy
from pejling.facts.store import Store, connect, create, writing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

KEYS = ["c1", "c2", "c3", "c4"]
Course = tuple[str, str, str, str]  # key, unit, started on, ended on
course = st.tuples(
    st.sampled_from(KEYS),
    st.sampled_from(["north", "south", "south", "nowhere"]),
    st.sampled_from(["2008-01-01", "2008-02-01", "2008-02-30"]),
    st.sampled_from(["", "2008-02-01", "2007-12-31"]),
)
contact = st.tuples(st.sampled_from(["k1", "k2", "k3"]), st.sampled_from(KEYS))
delivery = st.fixed_dictionaries(
    {
        "courses": st.lists(course, min_size=1, max_size=5),
        "contacts": st.lists(contact, max_size=4),
        "full": st.booleans(),
        "tolerance": st.sampled_from([0.0, 0.5, 1.0]),
        "then": st.sampled_from(["", "", "tidy", "expire"]),
    }
)
State = dict[str, dict[str, tuple[str, ...]]]


def expected(before: State, said: dict[str, Any]) -> tuple[State, int]:
    """The store after the delivery, and the rows refused; raises ValueError where the whole is refused."""
    courses: list[Course] = said["courses"]
    contacts: list[tuple[str, str]] = said["contacts"]

    def fits(row: Course) -> bool:
        key, unit, _, _ = row
        alike = {other for other in courses if other[0] == key and readable(other)}
        return readable(row) and len(alike) == 1 and unit != "nowhere"

    def readable(row: Course) -> bool:
        return row[2] != "2008-02-30" and not (row[3] and row[3] < row[2])

    def told(rows: list[Any]) -> int:
        """Rows refused for what they point at: the same row again counts once, as one that lands does."""
        return len(set(rows))

    good = {row[0]: row for row in courses if fits(row)}
    lost = [row for row in courses if not fits(row)]
    single = [row for row in lost if readable(row) and len({o for o in courses if o[0] == row[0] and readable(o)}) == 1]
    refused = len(lost) - len(single) + told(single)
    gone = {key for key in before["courses"] if said["full"] and key not in {row[0] for row in courses}}
    known = (set(before["courses"]) - gone) | set(good)
    unlike = [row for row in contacts if len({other for other in contacts if other[0] == row[0]}) > 1]
    alone = [row for row in contacts if row not in unlike]
    fine: dict[str, tuple[str, ...]] = {key: (key, of) for key, of in alone if of in known}
    refused += len(unlike) + told([row for row in alone if row[1] not in known])
    if refused > said["tolerance"] * (len(courses) + len(contacts)):
        raise ValueError
    after = {key: row for key, row in before["courses"].items() if key not in gone} | good
    ended = {
        key for key in before["contacts"] if said["full"] and contacts and key not in {other for other, _ in contacts}
    }
    talks = {key: row for key, row in before["contacts"].items() if key not in ended} | fine
    if any(row[1] not in after for row in talks.values()):
        raise ValueError
    return {"courses": after, "contacts": talks}, refused


def stored(store: Store) -> State:
    connection = connect(store, read_only=True)
    try:
        courses = connection.execute(
            "SELECT course_id, unit_id, started_on::VARCHAR, coalesce(ended_on::VARCHAR, '') FROM lake.facts.courses"
        ).fetchall()
        contacts = connection.execute("SELECT contact_id, course_id FROM lake.facts.contacts").fetchall()
    finally:
        connection.close()
    assert len({row[0] for row in courses}) == len(courses)
    return {"courses": {row[0]: row for row in courses}, "contacts": {row[0]: row for row in contacts}}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(delivery, min_size=1, max_size=4))
def test_any_sequence_of_deliveries_leaves_what_a_dictionary_would_hold(sequence: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "home")
        create(store)
        deliver(store, write(Path(folder) / "units", {"units": UNITS}), today=date(2010, 1, 1))
        state: State = {"courses": {}, "contacts": {}}
        for number, said in enumerate(sequence):
            tables: dict[str, Any] = {
                "courses": [(key, "ann", unit, "g", start, end, "") for key, unit, start, end in said["courses"]]
            }
            if said["contacts"]:
                tables["contacts"] = [(key, of, "talk", "2008-02-01", "", "") for key, of in said["contacts"]]
            path = write(Path(folder) / str(number), tables)
            try:
                after, refused = expected(state, said)
            except ValueError:
                with pytest.raises(Mistake):
                    _deliver(store, path, said)
            else:
                for threads in (nullcontext(), by_two_threads()):  # again: nothing more
                    with threads:
                        summary = _deliver(store, path, said)
                    assert sum(count.refused for count in summary.tables.values()) == refused
                assert summary.snapshot is None
                state = after
            assert stored(store) == state
            if said["then"] == "tidy":
                with writing(store) as connection:
                    tidy(connection)
            if said["then"] == "expire":
                expire(store, before=datetime.now(UTC), grace=timedelta(0))
            assert stored(store) == state


def _deliver(store: Store, path: Path, said: dict[str, Any]) -> Any:
    return deliver(
        store, path, full=said["full"], tolerance=said["tolerance"], through=date(2009, 12, 31), today=date(2010, 1, 1)
    )
