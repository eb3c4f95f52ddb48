"""The burden of documentation: every field, who uses it, what can go, and what the registrations take."""

from datetime import date

import pytest
from django.utils import translation
from pages.every_measure import FIRST, LAST, facts

from pejling.facts.store import connect
from pejling.indicators.registrations import by_month, filled
from pejling.pages.burden import burden_page
from pejling.pages.ground import ground

DATED = {
    "courses": ("started_on",), "assignments": ("from_on",), "activities": ("started_on",),
    "contacts": ("held_on", "due_on"), "scores": ("measured_on",),
}  # fmt: skip


@pytest.fixture(scope="module")
def connection(every_measure):
    opened = connect(every_measure, read_only=True)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def page(connection, **tried):
    return burden_page(ground(connection, {}), tried)


def test_how_often_a_field_is_filled_is_counted_over_the_rows_as_they_were_delivered(connection):
    rows = facts()
    for each in filled(connection):
        assert each.rows == len(rows[each.table])
        assert each.filled == sum(row.get(each.column) is not None for row in rows[each.table]), each


def test_a_month_has_the_rows_dated_in_it_and_the_courses_open_on_its_average_day(connection):
    rows = facts()
    months = by_month(connection, FIRST, LAST)
    assert [months[0].period, months[-1].period, len(months)] == ["2009-01", "2010-10", 22]
    for month in months:
        year, number = map(int, month.period.split("-"))
        first, end = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
        for table, columns in DATED.items():
            days = [next(row[name] for name in columns if row[name]) for row in rows[table]]
            assert month.rows.get(table, 0) == sum(first <= day < end for day in days), (month, table)
        open_days = sum(
            max(0, (min(row["ended_on"] or end, end) - max(row["started_on"], first)).days) for row in rows["courses"]
        )
        assert month.courses == pytest.approx(open_days / (end - first).days)


def test_the_months_are_whole_and_no_more_than_asked_for(connection):
    assert [m.period for m in by_month(connection, FIRST, date(2010, 10, 30), 2)] == ["2010-08", "2010-09"]
    assert by_month(connection, date(2010, 10, 2), LAST) == []


def test_a_field_is_told_with_what_uses_it_and_what_nobody_uses_can_go(connection):
    found = page(connection)
    uses = {use.field: use for table in found.tables for use in table.uses}
    assert [key for key, _ in uses["contacts", "exempt"].indicators] == ["timely"]
    assert uses["courses", "target_group"].rules == ("which courses are similar", "courses that are joined")
    assert uses["courses", "exit_to"].pages == ("the list of courses",)
    assert uses["activities", "supplier_id"].pages == ("a caseworker's own courses",)
    assert uses["contacts", "contact_id"].key and uses["contacts", "contact_id"].used
    assert {use.field for _, use in found.unused} == {("activities", "hours"), ("activities", "cost")}
    assert uses["activities", "hours"].filled.filled == 0


def test_time_is_said_where_the_model_gives_it_and_may_be_tried(connection):
    plain = page(connection)
    assert not plain.timed and plain.newest.minutes is None and plain.newest.hours is None
    tried = page(connection, contacts="7,5", scores="much", courses="-3", activities="nan")
    assert tried.tried and {kind.table: kind.minutes for kind in tried.kinds if kind.minutes} == {"contacts": 7.5}
    month = next(each for each in tried.months if each.period == "2009-06")
    steps = by_month(connection, FIRST, LAST)[5].rows["contacts"]
    assert month.hours == pytest.approx(steps * 7.5 / 60)
    assert month.minutes == pytest.approx(steps * 7.5 / month.courses)
