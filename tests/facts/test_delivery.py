"""What a delivery does to the store."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from csv_deliveries import COURSES, GOOD, PERSONS, UNITS, write

from pejling.facts.coverage import Coverage, coverage
from pejling.facts.cpr import holds_cpr
from pejling.facts.delivery import Summary, _new_id, deliver
from pejling.facts.mistakes import Mistake
from pejling.facts.rejections import Refused
from pejling.facts.snapshots import deliveries
from pejling.facts.store import Store, connect, writing

TODAY = date(2010, 1, 15)
MOVED = [("c1", "2008-03-01", "south", "cash_benefit", "2008-04-01")]


def land(
    store: Store, folder: Path, tables: Any, *, declared: str = "", columns: Any = None, **options: Any
) -> Summary:
    given = {"through": None if declared else date(2009, 12, 31), **options}
    return deliver(store, write(folder, tables, declared=declared, columns=columns), today=TODAY, **given)


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    connection = connect(store, read_only=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def snapshot(store: Store) -> int:
    return int(rows(store, "FROM ducklake_current_snapshot('lake')")[0][0])


def test_a_first_delivery_lands_as_one_snapshot(store: Store, tmp_path: Path) -> None:
    before = snapshot(store)
    summary = land(store, tmp_path / "a", {**GOOD, "assignments": MOVED})
    assert summary.snapshot == snapshot(store) == before + 1
    assert {name: count.new for name, count in summary.tables.items()} == {
        "units": 3, "persons": 2, "courses": 2, "assignments": 1,
    }  # fmt: skip
    assert rows(store, "SELECT course_id, started_on, ended_on FROM lake.facts.courses ORDER BY 1") == [
        ("c1", date(2008, 1, 1), date(2008, 6, 1)),
        ("c2", date(2008, 3, 1), None),
    ]
    (message,) = rows(store, f"SELECT commit_message FROM lake.snapshots() WHERE snapshot_id = {summary.snapshot}")
    assert message == (f"delivery {summary.delivery_id}",)


def test_the_same_delivery_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    land(store, tmp_path / "a", GOOD)
    before = snapshot(store)
    again = land(store, tmp_path / "a", GOOD)
    assert again.snapshot is None
    assert snapshot(store) == before
    assert [(count.same, count.changes) for count in again.tables.values()] == [(3, 0), (2, 0), (2, 0)]


def test_a_corrected_row_replaces_its_predecessor_by_key(store: Store, tmp_path: Path) -> None:
    land(store, tmp_path / "a", GOOD)
    summary = land(
        store, tmp_path / "b", {"courses": [("c2", "bo", "north", "cash_benefit", "2008-03-01", "2009-01-01", "")]}
    )
    assert (summary.tables["courses"].changed, summary.tables["courses"].new) == (1, 0)
    assert rows(store, "SELECT unit_id, ended_on FROM lake.facts.courses WHERE course_id = 'c2'") == [
        ("north", date(2009, 1, 1))
    ]
    assert rows(store, "SELECT count(*) FROM lake.facts.courses") == [(2,)]


def test_only_a_full_delivery_ends_what_is_gone_from_it(store: Store, tmp_path: Path) -> None:
    land(store, tmp_path / "a", GOOD)
    land(store, tmp_path / "b", {"courses": COURSES[:1]})
    assert rows(store, "SELECT count(*) FROM lake.facts.courses") == [(2,)]
    summary = land(store, tmp_path / "b", {"courses": COURSES[:1]}, full=True)
    assert summary.tables["courses"].ended == 1
    assert rows(store, "SELECT course_id FROM lake.facts.courses") == [("c1",)]
    assert rows(store, "SELECT count(*) FROM lake.facts.units") == [(3,)]  # a table that did not come is not ended


def test_a_full_delivery_that_leaves_rows_pointing_at_nothing_is_refused(store: Store, tmp_path: Path) -> None:
    land(store, tmp_path / "a", {**GOOD, "assignments": MOVED})
    before = snapshot(store)
    with pytest.raises(
        Mistake, match=r"courses: courses.csv.*course_id c1.*1 rows of assignments.*nothing was changed"
    ):
        land(store, tmp_path / "b", {"courses": COURSES[1:]}, full=True)
    assert snapshot(store) == before


def test_a_refused_row_is_not_gone_from_a_full_delivery(sqlite_store: Store, tmp_path: Path) -> None:
    land(sqlite_store, tmp_path / "a", GOOD)
    broken = ("c2", "bo", "south", "cash_benefit", "2008-13-01", "", "")
    summary = land(sqlite_store, tmp_path / "b", {"courses": [COURSES[0], broken]}, full=True, tolerance=0.5)
    assert (summary.tables["courses"].refused, summary.tables["courses"].ended) == (1, 0)
    assert rows(sqlite_store, "SELECT count(*) FROM lake.facts.courses") == [(2,)]


def test_nothing_ends_where_a_refused_row_has_no_readable_key(sqlite_store: Store, tmp_path: Path) -> None:
    land(sqlite_store, tmp_path / "a", GOOD)
    nameless = ("", "bo", "south", "cash_benefit", "2008-03-01", "", "")
    summary = land(sqlite_store, tmp_path / "b", {"courses": [COURSES[0], nameless]}, full=True, tolerance=0.5)
    assert summary.tables["courses"].ended == 0
    assert any("no row was taken as gone" in remark for remark in summary.remarks)


def test_rows_refused_within_the_tolerance_are_left_out_and_kept_in_a_list(store: Store, tmp_path: Path) -> None:
    land(store, tmp_path / "a", {"units": UNITS, "persons": PERSONS})
    bad = ("c3", "bo", "nowhere", "cash_benefit", "2008-03-01", "", "")
    summary = land(store, tmp_path / "b", {"courses": [*COURSES, bad]}, tolerance=0.34)
    assert (summary.tables["courses"].new, summary.tables["courses"].refused) == (2, 1)
    assert summary.rejections
    listed = (summary.rejections / "courses.csv").read_text(encoding="utf-8-sig").splitlines()
    assert listed[1].startswith(
        "c3;bo;nowhere;cash_benefit;2008-03-01;;;4;unit_id;nowhere;there is no such row in units"
    )


def test_more_than_the_tolerance_refuses_the_whole_delivery(store: Store, tmp_path: Path) -> None:
    before = snapshot(store)
    bad = ("c3", "bo", "nowhere", "cash_benefit", "2008-03-01", "", "")
    with pytest.raises(Refused) as refused:
        land(store, tmp_path / "b", {**GOOD, "courses": [*COURSES, bad]}, tolerance=0.12)
    assert "courses: courses.csv, line 4, column unit_id: found “nowhere”" in str(refused.value)
    assert snapshot(store) == before
    assert rows(store, "SELECT count(*) FROM lake.facts.units") == [(0,)]


def test_no_delivery_is_named_like_a_cpr_number() -> None:
    nine_july = datetime(2026, 11, 27, 9, 7, 10, tzinfo=UTC)
    assert not any(holds_cpr(_new_id(nine_july)) for _ in range(200))


def test_a_mended_rejection_list_is_delivered_as_it_is(sqlite_store: Store, tmp_path: Path) -> None:
    land(sqlite_store, tmp_path / "a", {"units": UNITS, "persons": PERSONS})
    bad = ("c3", "bo", "nowhere", "cash_benefit", "2008-03-01", "", "")
    with pytest.raises(Refused) as refused:
        land(sqlite_store, tmp_path / "b", {"courses": [bad]})
    listed = refused.value.rejections / "courses.csv"
    listed.write_text(
        listed.read_text(encoding="utf-8-sig").replace(";nowhere;cash", ";north;cash"), encoding="utf-8-sig"
    )
    summary = deliver(sqlite_store, refused.value.rejections, through=date(2009, 12, 31), today=TODAY)
    assert summary.tables["courses"].new == 1
    assert rows(sqlite_store, "SELECT unit_id FROM lake.facts.courses") == [("north",)]


def test_rows_that_refer_to_a_refused_row_are_refused_too(sqlite_store: Store, tmp_path: Path) -> None:
    courses = [COURSES[0], ("c2", "bo", "south", "cash_benefit", "never", "", "")]
    contacts = [("k1", "c1", "talk", "2008-02-01", "", ""), ("k2", "c2", "talk", "2008-04-01", "", "")]
    summary = land(sqlite_store, tmp_path / "a", {**GOOD, "courses": courses, "contacts": contacts}, tolerance=1.0)
    assert summary.tables["contacts"].refused == 1
    assert rows(sqlite_store, "SELECT contact_id FROM lake.facts.contacts") == [("k1",)]


def test_identical_rows_count_once_and_it_is_said(sqlite_store: Store, tmp_path: Path) -> None:
    summary = land(sqlite_store, tmp_path / "a", {**GOOD, "courses": [*COURSES, COURSES[0]]})
    assert summary.tables["courses"].new == 2
    assert "courses: 1 rows came more than once, and count once" in summary.remarks


def test_a_persons_column_of_its_own_is_kept(store: Store, tmp_path: Path) -> None:
    columns = {"persons": "person_id;birth_date;sex;education"}
    land(store, tmp_path / "a", GOOD)
    summary = land(store, tmp_path / "b", {"persons": [("ann", "1970-05-01", "female", "long")]}, columns=columns)
    assert (summary.tables["persons"].changed, summary.snapshot) == (1, snapshot(store))
    assert rows(store, "SELECT person_id, education FROM lake.facts.persons ORDER BY 1") == [
        ("ann", "long"),
        ("bo", None),
    ]


def test_a_column_that_does_not_come_keeps_what_is_stored(sqlite_store: Store, tmp_path: Path) -> None:
    land(sqlite_store, tmp_path / "a", GOOD)
    summary = land(sqlite_store, tmp_path / "b", {"persons": [("ann", "other")]}, columns={"persons": "person_id;sex"})
    assert rows(sqlite_store, "SELECT birth_date, sex FROM lake.facts.persons WHERE person_id = 'ann'") == [
        (date(1970, 5, 1), "other")
    ]
    assert any("birth_date did not come" in remark for remark in summary.remarks)


def test_coverage_is_declared_per_table_or_taken_from_the_courses_and_said(store: Store, tmp_path: Path) -> None:
    guessed = land(store, tmp_path / "a", GOOD, through=None)
    assert guessed.coverage["courses"] == Coverage(None, date(2008, 6, 1), declared=False)
    assert any("COVERAGE WAS NOT DECLARED for courses" in remark for remark in guessed.remarks)
    declared = "coverage:\n  courses: {from: 2008-01-01, through: 2009-06-30}\n"
    land(store, tmp_path / "b", {"courses": COURSES}, declared=declared)
    connection = connect(store, read_only=True)
    assert coverage(connection)["courses"] == Coverage(date(2008, 1, 1), date(2009, 6, 30))
    connection.close()
    silent = land(store, tmp_path / "c", {"courses": COURSES[:1]}, through=None)
    assert silent.coverage["courses"] == Coverage(date(2008, 1, 1), date(2009, 6, 30))
    assert not any("COVERAGE WAS NOT DECLARED" in remark for remark in silent.remarks), "the guess changed nothing"


def test_a_coverage_in_the_future_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(Mistake, match="through 2010-01-16 lies in the future"):
        land(sqlite_store, tmp_path / "a", GOOD, through=TODAY + timedelta(days=1))


def test_what_looks_odd_against_earlier_deliveries_is_said(sqlite_store: Store, tmp_path: Path) -> None:
    courses = [(f"c{i}", "ann", "north", "g", "2008-01-01", "", "") for i in range(60)]
    named = "source: the case system\n"
    land(sqlite_store, tmp_path / "a", {**GOOD, "courses": courses}, declared=named, through=date(2009, 1, 1))
    summary = land(sqlite_store, tmp_path / "b", {"courses": courses[:30]}, declared=named, through=date(2009, 2, 1))
    assert "courses: 30 rows, half or less of the usual 60" in summary.remarks
    late = [("c99", "ann", "north", "g", "2009-03-01", "", "")]
    summary = land(sqlite_store, tmp_path / "c", {"courses": late}, through=date(2009, 1, 31))
    assert "courses: data already reach 2009-02-01; through 2009-01-31 moves nothing back" in summary.remarks
    assert "courses: 1 row is dated after 2009-01-31, the last day declared as covered" in summary.remarks


def test_a_budget_may_be_dated_ahead_and_what_is_spent_may_not(sqlite_store: Store, tmp_path: Path) -> None:
    postings = [
        ("b", "north", "wages", "2009-06-01", "100", "budget"),
        ("a", "north", "wages", "2009-06-01", "100", "actual"),
    ]
    summary = land(sqlite_store, tmp_path / "a", {**GOOD, "postings": postings}, through=date(2009, 1, 31))
    dated = [remark for remark in summary.remarks if remark.startswith("postings")]
    assert dated == ["postings: 1 row is dated after 2009-01-31, the last day declared as covered"]


def test_persons_that_are_not_in_persons_are_said(sqlite_store: Store, tmp_path: Path) -> None:
    summary = land(sqlite_store, tmp_path / "a", {**GOOD, "persons": PERSONS[:1]})
    assert any("rows whose person is not in persons: 1." in remark for remark in summary.remarks)


def test_the_list_of_snapshots_says_what_each_delivery_brought(store: Store, tmp_path: Path) -> None:
    land(store, tmp_path / "first", GOOD)
    land(store, tmp_path / "second", {"courses": COURSES[:1]}, full=True, through=date(2010, 1, 1))
    connection = connect(store, read_only=True)
    newest, oldest = deliveries(connection)
    connection.close()
    (courses,) = newest.tables
    assert (newest.full, courses.counts.ended, courses.coverage.through) == (True, 1, date(2010, 1, 1))
    brought = {each.table: each for each in oldest.tables}
    assert (brought["units"].counts.new, brought["courses"].coverage.through) == (3, date(2009, 12, 31))
    assert oldest.kept
    assert newest.snapshot == oldest.snapshot + 1


def test_a_workspace_may_be_moved(sqlite_store: Store, tmp_path: Path) -> None:
    land(sqlite_store, tmp_path / "a", {**GOOD, "courses": [(f"c{i}", *COURSES[0][1:]) for i in range(500)]})
    sqlite_store.home.rename(tmp_path / "elsewhere")
    assert rows(Store(tmp_path / "elsewhere"), "SELECT count(*) FROM lake.facts.courses") == [(500,)]


def test_where_there_is_no_workspace_it_is_said(tmp_path: Path) -> None:
    for work in (connect, lambda store: writing(store).__enter__()):
        with pytest.raises(Mistake, match="no Pejling workspace here"):
            work(Store(tmp_path))
    assert not list(tmp_path.iterdir())


def test_without_its_key_a_workspace_takes_no_delivery(sqlite_store: Store, tmp_path: Path) -> None:
    sqlite_store.key_file.write_text("short\n")
    with pytest.raises(Mistake, match="the key is damaged"):
        land(sqlite_store, tmp_path / "a", GOOD)
