"""The mapping file: what its reference shows is what is read."""

import re
from datetime import date
from pathlib import Path

import pytest
from facts.deliveries import CPR, Read, folder

from pejling.facts.mapping import SIZE_LIMIT, read_mapping, read_mapping_file
from pejling.facts.mistakes import Mistake
from pejling.facts.tables import TABLES

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "mapping.md"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", REFERENCE.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_of_the_reference_is_a_mapping(example):
    assert read_mapping("example", example.encode()).tables


def test_the_reference_shows_every_key():
    mapping = read_mapping("example", EXAMPLES[0].encode())
    shown = mapping.model_fields_set | {name for table in mapping.tables.values() for name in table.model_fields_set}
    every = set(type(mapping).model_fields) | set(type(mapping.tables["courses"]).model_fields)
    text = REFERENCE.read_text("utf-8")
    assert every - shown <= {"sheet", "query", "url", "mapping", "options"}
    assert all(f"{key}" in text for key in every - {"options"})


def test_the_references_example_reads_what_it_describes(tmp_path):
    files = {
        "forloeb_2009.csv": "Forløb nr;CPR;Team;Fra;Til;Årsag;Notat\n7;010170-1234;T1;31/12/2009;;1;hej\n"
        "8;P2;T1;01/02/2009;02/02/2009;9;\n".encode("cp1252").decode("cp1252"),
        "personer.csv": "CPR;Køn;Bydel;Adresse\n010170-1234;K;Nord;Vej 1\n",
        "delivery.yaml": EXAMPLES[0].replace("windows-1252", "utf-8"),
    }
    read = Read(folder(tmp_path, files))
    first, second = read.rows(columns="course_id, unit_id, target_group, started_on, ended_on, exit_to")
    assert first == ("7", "T1", "cash_benefit", "2009-12-31", None, "job")
    assert second == ("8", "T1", "cash_benefit", "2009-02-01", "2009-02-02", None)
    assert read.staged["persons"].columns == ("person_id", "sex", "district")
    (courses,) = (table for table in read.source.tables if table.table == "courses")
    assert courses.inclusive == {"ended_on"}
    assert courses.decimal == ","
    assert read.source.name == "Case system, Greve"
    assert read.source.coverage["persons"].through == date(2009, 12, 31)
    assert read.source.full is False


def test_values_of_yaml_stay_as_they_are_written():
    content = b"tables: {persons: {columns: {no: 010}, codes: {no: {010: yes, 1.0: ''}}}}"
    mapping = read_mapping("m.yaml", content).tables["persons"]
    assert mapping.columns == {"no": "010"}
    assert mapping.codes == {"no": {"010": "yes", "1.0": ""}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a list", "not a list of keys"),
        ("tables: {courses: {file: a.csv, sheet: b}}", "more than one of file"),
        ("tables: {courses: {columns: {exit_to: a}, constants: {exit_to: b}}}", "both a column and a constant"),
        (
            "tables: {courses: {inclusive_end: [started_on]}}",
            "other end dates. Known are: ended_on",
        ),
        ("tables: {postings: {inclusive_end: true}}", "no end date"),
        ("tables: {courses: {query: SELECT 1}}", "a query, but no url"),
        ("url: mysql://host/x\ntables: {courses: {query: SELECT 1}}", "no known kind"),
        ("url: sqlite:///x", "no table has a query"),
        ("coverage: {course: {}}", "Did you mean courses"),
        ("coverage: {courses: {form: 2009-01-01}}", "Did you mean from"),
        ("decimal: ';'", "decimal"),
        ("tables: {courses: {delimiter: '#'}}", "delimiter"),
        ("tables: {courses: {encoding: utf-7}}", "encoding"),
        ("full: perhaps", "full: true or false is to stand here"),
        ("tables: [courses]", "tables: keys with values are to stand here"),
        ("a: b: c", "line 1, column 5"),
        ("? [a]\n: b", "no word"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_with_its_place(text, says):
    with pytest.raises(Mistake, match=f"m.yaml.*({says})"):
        read_mapping("m.yaml", text.encode())


def test_a_mapping_that_is_not_utf_8_or_too_long_is_refused():
    with pytest.raises(Mistake, match="not UTF-8"):
        read_mapping("m.yaml", "source: Køge".encode("cp1252"))
    with pytest.raises(Mistake, match="right one"):
        read_mapping("m.yaml", b" " * (SIZE_LIMIT + 1))


def test_a_mapping_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Mistake, match=r"m.yaml: it cannot be read"):
        read_mapping_file(tmp_path / "m.yaml")


def test_a_given_mapping_gives_the_tables_and_delivery_yaml_the_rest(tmp_path):
    given = tmp_path / "given.yaml"
    given.write_text("source: given\ntables: {scores: {file: s.csv, columns: {score: point}}}")
    files = {
        "s.csv": "course_id;instrument;measured_on;point\nC1;WAI;2009-01-01;1,5\n",
        "delivery.yaml": "full: true\ndecimal: ','\ntables: {scores: {file: other.csv}}",
    }
    read = Read(folder(tmp_path, files), mapping=given)
    assert read.rows("scores", "score, _line") == [("1,5", 2)]
    assert (read.source.full, read.source.name, read.source.tables[0].decimal) == (True, "given", ",")


def test_a_mapping_beside_the_tables_can_be_named(tmp_path):
    files = {
        "a.csv": "id;person_id;unit_id;target_group;started_on\n1;P;U;g;2009-01-01\n",
        "delivery.yaml": "mapping: m.yaml",
        "m.yaml": "tables: {courses: {file: A.CSV, columns: {course_id: ID}}}",
    }
    assert Read(folder(tmp_path, files)).rows(columns="course_id") == [("1",)]


def test_every_tables_end_can_be_inclusive_where_it_has_one():
    for table in TABLES.values():
        text = f"tables: {{{table.name}: {{inclusive_end: true}}}}".encode()
        if table.interval:
            ends = read_mapping("m.yaml", text).tables[table.name].inclusive(table)
            assert ends == {table.interval[1]}
        else:
            with pytest.raises(Mistake):
                read_mapping("m.yaml", text)


def test_no_message_about_a_mapping_shows_a_cpr_number():
    with pytest.raises(Mistake) as mistake:
        read_mapping("m.yaml", f"source: [{CPR}]".encode())
    assert CPR not in str(mistake.value)
