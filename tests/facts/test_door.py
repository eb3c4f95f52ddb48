"""No CPR number passes the door: an id becomes a pseudonym, anything else is refused, masked."""

import json
from collections.abc import Iterator

import duckdb
import pytest
from drawn import draws
from facts.deliveries import CPR, PSEUDONYMS
from hypothesis import given, settings
from hypothesis import strategies as st

from pejling.facts.cpr import MASK, holds_cpr, shown
from pejling.facts.door import Staged, stage
from pejling.facts.mistakes import Mistake
from pejling.facts.sources import Batch, SourceTable

PLAIN = CPR.replace("-", "")
GIVEN = PSEUDONYMS.of(CPR)


def staged(table: str, *rows: dict[str, str | None], broken=()) -> tuple[Staged, list[dict], list[tuple]]:
    columns = tuple(rows[0])
    batch = Batch(list(range(2, len(rows) + 2)), [[row[c] for row in rows] for c in columns], broken, 7)
    connection = duckdb.connect()
    source = SourceTable(table, f"{table}.csv", columns, iter([batch]))
    result = stage(connection, source, PSEUDONYMS, lambda read: None)
    came = connection.execute(f"SELECT * FROM staged_{table} ORDER BY _line").to_arrow_table().to_pylist()
    return result, came, connection.execute("FROM refused ORDER BY line").fetchall()


def course(**values: str | None) -> dict[str, str | None]:
    return {"course_id": "C1", "person_id": "P1", "unit_id": "U1", "target_group": "g", **values}


@pytest.mark.parametrize(
    "written", [CPR, PLAIN, "010170 1234", "010170 - 1234", "010170–1234", f" {CPR} ", "101701234"]
)
def test_a_persons_number_becomes_the_same_pseudonym_however_it_is_written(written):
    result, (row,), refused = staged("courses", course(person_id=written))
    assert row["person_id"] == GIVEN
    assert (result.rows, result.refused, result.pseudonymised, refused) == (1, 0, 1, [])


@pytest.mark.parametrize("column", ["person_id", "course_id"])
def test_an_id_that_holds_a_number_becomes_a_pseudonym_whole(column):
    _, (row,), _ = staged("courses", course(**{column: f"yr-{CPR}-2009"}))
    assert row[column] == PSEUDONYMS.of(f"yr-{CPR}-2009")


@pytest.mark.parametrize("ordinary", ["P1", "1234", "4567890123", "999999999", GIVEN, "12345678901", None])
def test_other_ids_stay(ordinary):
    _, (row,), _ = staged("courses", course(person_id=ordinary))
    assert row["person_id"] == ordinary


def test_nine_digits_are_left_alone_in_other_ids():
    _, (row,), _ = staged("courses", course(course_id="101701234"))
    assert row["course_id"] == "101701234"


@pytest.mark.parametrize("column", ["unit_id", "target_group"])
@pytest.mark.parametrize("text", [CPR, PLAIN, f"see {CPR}.", "010170 – 1234"])
def test_a_number_anywhere_else_refuses_its_row_masked(column, text):
    result, came, (refused,) = staged("courses", course(**{column: text}), course(course_id="C2"))
    assert [row["course_id"] for row in came] == ["C2"]
    assert (result.rows, result.refused) == (1, 1)
    table, where, line, at, found, problem, cure, row = refused
    assert (table, where, line, at) == ("courses", "courses.csv", 2, column)
    assert MASK in found
    assert problem
    assert "P-1003-285000" in cure
    assert MASK in json.loads(row)[column]


def test_a_group_and_an_amount_are_searched_too():
    _, came, refused = staged("persons", {"person_id": "P1", "district": f"Nord {CPR}"})
    assert (came, refused[0][3]) == ([], "district")
    _, came, refused = staged("postings", {"posting_id": "1", "amount": PLAIN})
    assert (came, refused[0][3]) == ([], "amount")


def test_a_refused_row_keeps_its_pseudonym_so_that_it_can_be_mended_and_delivered():
    _, _, ((*_, row),) = staged("courses", course(person_id=CPR, target_group=CPR, unit_id=None))
    assert json.loads(row) == {"course_id": "C1", "person_id": GIVEN, "target_group": MASK}
    _, (again,), _ = staged("courses", course(person_id=json.loads(row)["person_id"]))
    assert again["person_id"] == GIVEN


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3"])
def test_text_that_a_spreadsheet_would_run_is_refused(text):
    _, came, ((*_, line, column, found, problem, cure, _),) = staged("courses", course(target_group=text))
    assert (came, line, column) == ([], 2, "target_group")
    assert found == shown(text)
    assert "formula" in problem
    assert cure


@pytest.mark.parametrize("text", ["-5", "+1,5", "a=b", "under 30"])
def test_a_signed_number_and_ordinary_text_are_let_in(text):
    _, (row,), _ = staged("courses", course(target_group=text))
    assert row["target_group"] == text


def test_numbers_may_have_a_sign():
    _, (row,), _ = staged("postings", {"posting_id": "1", "amount": "-1.234,50"})
    assert row["amount"] == "-1.234,50"


def test_a_broken_record_is_among_the_refused():
    _, _, refused = staged("courses", course(), broken=[(9, "unit_id", "3 fields", "Mend it")])
    assert refused == [
        ("courses", "courses.csv", 9, "unit_id", "3 fields", "the record could not be read", "Mend it", "{}")
    ]


def test_a_table_without_a_row_is_a_mistake():
    source = SourceTable("courses", "courses.csv", ("course_id",), iter(()))
    with pytest.raises(Mistake, match=r"courses.csv: no row is in it"):
        stage(duckdb.connect(), source, PSEUDONYMS, lambda read: None)


def test_progress_is_told_batch_by_batch():
    def batches() -> Iterator[Batch]:
        for read in (10, 20, 30):
            yield Batch([read], [["C"]], (), read)

    told: list[int] = []
    stage(duckdb.connect(), SourceTable("courses", "c", ("course_id",), batches()), PSEUDONYMS, told.append)
    assert told == [10, 20, 30]


digits = st.integers(0, 9_999_999_999).map(lambda number: f"{number:010d}")
birthdays = st.dates().map(lambda day: day.strftime("%d%m%y"))
numbers = st.one_of(
    digits, st.builds("{}{}{:04d}".format, birthdays, st.sampled_from(["", "-", " "]), st.integers(0, 9999))
)
texts = st.lists(st.one_of(numbers, st.text(max_size=8)), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=draws(40), deadline=None)
@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=8))
def test_whatever_is_written_no_number_comes_through(written):
    rows = [course(person_id=person, unit_id=unit, target_group=group) for person, unit, group in written]
    _, came, refused = staged("courses", *rows)
    assert not any(holds_cpr(str(value)) for row in came for name, value in row.items() if name != "_line")
    assert not any(holds_cpr(str(value)) for row in refused for value in row)
    assert len(came) + len(refused) == len(rows)


@settings(deadline=None)
@given(texts)
def test_a_pseudonym_is_no_number_and_is_the_same_every_time(text):
    assert not holds_cpr(PSEUDONYMS.of(text))
    assert PSEUDONYMS.of(PSEUDONYMS.of(text)) != text
    assert PSEUDONYMS.of(text) == PSEUDONYMS.of(text)
