"""jobindsats becomes observations: files of version 2, and version 3 asked over real sockets from a local stand-in."""

import codecs
import io
import json
import time
from typing import Any

import pytest
from facts.jobindsats_stand_in import DATA, PERSONS, TOKEN, StandIn, stand_in

from pejling.facts import jobindsats
from pejling.facts.archives import File
from pejling.facts.jobindsats import Settings
from pejling.facts.mapping import Mapping
from pejling.facts.mistakes import Mistake

__all__ = ["stand_in"]  # a fixture

OPTIONS: dict[str, Any] = {
    "areas": {"Hele landet": "DK", "Randers": "730"},
    "tables": {"y60a02": {"measurements": {PERSONS: "cash_benefit"}}},
}


def settings(stand_in: StandIn | None = None, **changed: Any) -> Settings:
    address = stand_in.address if stand_in else "http://127.0.0.1:9/v3"
    return Settings(**({"token": TOKEN, "address": address, "timeout": 0.5, "tries": 3, "wait": 0.01} | changed))


def read(options: dict[str, Any], how: Settings, *files: File) -> list[tuple[str | None, ...]]:
    declared = Mapping.model_validate({"source": "jobindsats", "options": options})
    with jobindsats.read("jobindsats", files, declared, how) as source:
        (table,) = source.tables
        assert (table.table, table.columns) == ("observations", ("indicator", "unit_id", "period", "group", "value"))
        return [row for batch in table.batches for row in zip(*batch.columns, strict=True)]


def with_table(**changed: Any) -> dict[str, Any]:
    return OPTIONS | {"tables": {"y60a02": OPTIONS["tables"]["y60a02"] | changed}}


def file(content: bytes | str, name: str = "y60a02.json") -> File:
    raw = content.encode() if isinstance(content, str) else content
    return File(name, len(raw), lambda: io.BytesIO(raw))


def version_2(rows: list[list[Any]], *more: tuple[str, str]) -> str:
    variables = [("area", "Område"), ("period", "Periode"), *more, ("memba02_2", PERSONS)]
    return json.dumps([{"Variables": [{"Name": n, "Label": label} for n, label in variables], "Data": rows}])


ROWS = [["Hele landet", "2024M11", "75.000"], ["Randers", "2024M11", "1.234,5"], ["Randers", "2024M12", "-"]]
OBSERVED = [("cash_benefit", "DK", "2024-11", "", "75000"), ("cash_benefit", "730", "2024-11", "", "1234.5")]


@pytest.mark.parametrize(
    "content",
    [
        version_2(ROWS).encode(),
        codecs.BOM_UTF8 + version_2(ROWS).encode(),
        codecs.BOM_UTF8.decode("latin-1").encode() + version_2(ROWS).encode(),
        f"Område;Periode;{PERSONS}\nHele landet;2024M11;75.000\nRanders;2024M11;1.234,5\nRanders;2024M12;-\n".encode(
            "utf-8-sig"
        ),
        json.dumps(DATA).encode(),
    ],
    ids=["version 2", "with a mark", "with a mark encoded twice", "CSV", "version 3"],
)
def test_a_saved_file_gives_its_figures_and_no_missing_one(content: bytes) -> None:
    assert read(OPTIONS, settings(), file(content)) == OBSERVED


@pytest.mark.parametrize("cell", ["-", ".", "..", "", None, "Diskretioneret", "n/a"])
def test_what_is_missing_is_not_delivered_as_0(cell: str | None) -> None:
    assert read(OPTIONS, settings(), file(version_2([["Randers", "2024M11", cell]]))) == []


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("2023M01", "2023-01"),
        ("2023Q1", "2023-Q1"),
        ("2023QMAT02", "2023-06/12"),
        ("2023QMAT04", "2023-12/12"),
        ("2023Y01", "2023"),
        ("2023", "2023"),
        ("2023M13", ""),
        ("2023Q5", ""),
        ("2023MYTD03", ""),
        ("2023MAT01", ""),
    ],
)
def test_a_period_of_theirs_is_one_of_ours(theirs: str, ours: str) -> None:
    assert jobindsats.period(theirs) == ours


@pytest.mark.parametrize(
    ("cell", "value"),
    [("0", "0"), ("2,5", "2.5"), ("1.234", "1234"), ("-1.234.567,25", "-1234567.25"), (2.5, "2.5"), (0, "0"), (7, "7")],
)
def test_a_figure_is_read_exactly(cell: object, value: str) -> None:
    assert read(OPTIONS, settings(), file(version_2([["Randers", "2024M11", cell]])))[0][-1] == value


def test_a_table_with_decimal_points_is_read_with_them() -> None:
    rows = [["Randers", "2024M11", "2.5"], ["Randers", "2024M12", "1.234"]]
    assert [row[-1] for row in read(OPTIONS, settings(), file(version_2(rows)))] == ["2.5", "1.234"]


def test_a_breakdown_becomes_groups() -> None:
    content = version_2(
        [["Randers", "2024M11", "Køn i alt", "3"], ["Randers", "2024M11", "Kvinder", "2"]], ("_kon", "Køn")
    )
    options = with_table(group_by="_kon", groups={"Køn i alt": "", "Kvinder": "women"})
    assert [row[3:] for row in read(options, settings(), file(content))] == [("", "3"), ("women", "2")]


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (version_2([["Aarhus", "2024M11", "1"]]), OPTIONS, ["Aarhus", "areas", "leave_out"]),
        (version_2([["Randers", "2024MYTD03", "1"]]), OPTIONS, ["year to date", "row 1"]),
        (version_2([["Randers", "marts", "1"]]), OPTIONS, ["'marts' is no period"]),
        (version_2([["Randers", "2024M11", "1.2,3.4"]]), OPTIONS, ["'1.2,3.4' is no figure"]),
        (version_2([["Randers", "2024M11", "1,5"], ["Randers", "2024M12", "1.55"]]), OPTIONS, ["some a decimal point"]),
        (version_2([["Randers", "2024M11", True]]), OPTIONS, ["no figure"]),
        (version_2([["Randers", "2024M11"]]), OPTIONS, ["no table of jobindsats"]),
        ("[1]", OPTIONS, ["no table of jobindsats"]),
        ('{"columns": ["Periode"', OPTIONS, ["cannot be read"]),
        ("<html>", OPTIONS, ["neither JSON nor CSV"]),
        (
            version_2([["Randers", "2024M11", "Mænd", "1"], ["Randers", "2024M11", "Kvinder", "2"]], ("_kon", "Køn")),
            OPTIONS,
            ["a second figure for Randers in 2024-11", "group_by"],
        ),
        (
            version_2([["Randers", "2024M11", "Mænd", "1"]], ("_kon", "Køn")),
            with_table(group_by="Køn", groups={"Kvinder": "women"}),
            ["Mænd", "groups"],
        ),
        (version_2(ROWS), with_table(measurements={"Antal": "x"}), ["no column 'Antal'", PERSONS]),
        (version_2(ROWS), with_table(measurement={}), ["measurement", "delivery.yaml"]),
        (version_2(ROWS), {"tables": OPTIONS["tables"]}, ["areas"]),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said(content: str, options: dict[str, Any], says: list[str]) -> None:
    with pytest.raises(Mistake) as mistake:
        read(options, settings(), file(content))
    assert [part for part in says if part not in str(mistake.value)] == [], str(mistake.value)


def test_areas_of_a_file_may_be_left_out() -> None:
    content = version_2([["Aarhus", "2024M11", "1"], *ROWS])
    assert read(OPTIONS | {"leave_out": ["*"]}, settings(), file(content)) == OBSERVED
    assert read(OPTIONS | {"leave_out": ["Aarhus"]}, settings(), file(content)) == OBSERVED


def test_a_file_that_no_option_names_is_refused() -> None:
    with pytest.raises(Mistake, match="Did you mean y60a02"):
        read(OPTIONS, settings(), file(version_2(ROWS), "y60a03.json"))


def test_the_api_is_asked_for_the_units_areas_only(stand_in: StandIn) -> None:
    assert read(OPTIONS, settings(stand_in)) == OBSERVED
    path, asked = stand_in.asked[-1]
    assert path == "/v3/data/y60a02"
    assert asked == {
        "format": ["json"],
        "mgroup.*": ["*"],
        "period.M": ["latest:12"],
        "hierarchy._nykom": ["/,/5/"],
    }


def test_an_answer_as_csv_is_the_same(stand_in: StandIn) -> None:
    lines = [";".join(DATA["columns"]), "2024M11;Hele landet;75.000", "2024M11;Randers;1234,5", "2024M12;Randers;.."]
    stand_in.answers = [(200, "\r\n".join(lines).encode("utf-8-sig"))]
    assert read(OPTIONS, settings(stand_in)) == OBSERVED


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_api_is_asked_again(stand_in: StandIn, status: int) -> None:
    stand_in.answers = [(status, b""), (status, b""), (200, json.dumps(DATA).encode())]
    assert read(OPTIONS, settings(stand_in)) == OBSERVED
    assert [path for path, _ in stand_in.asked].count("/v3/data/y60a02") == 3


def test_the_wait_that_a_busy_api_names_is_kept(stand_in: StandIn) -> None:
    stand_in.headers = {"Retry-After": "1"}
    stand_in.answers = [(429, b""), (200, json.dumps(DATA).encode())]
    before = time.monotonic()
    read(OPTIONS, settings(stand_in, timeout=5.0))
    assert time.monotonic() - before >= 1


FAULTS = [
    ({"answers": [(429, b"")]}, OPTIONS, ["asks us to wait, 3 times"]),
    ({"answers": [(503, b"")]}, OPTIONS, ["503", "3 times"]),
    ({"answers": [(200, b'{"columns": [')]}, OPTIONS, ["cannot be read"]),
    ({"answers": [(200, b'{"error": "none"}')]}, OPTIONS, ["no table of jobindsats"]),
    ({"answers": [(400, f"bad {TOKEN} hierarchy".encode())]}, OPTIONS, ["400", "bad [token] hierarchy"]),
    ({"answers": [(302, b"")]}, OPTIONS, ["no place of its API (302)"]),
    ({"slow": 1.0}, OPTIONS, ["did not answer in time, 3 times"]),
    ({}, with_table(periods="latest:60"), ["history of 12 periods", "latest:12"]),
    ({}, with_table(periods="2031M01"), ["no period 2031M01"]),
    ({}, with_table(period_type="Q"), ["no periods of type Q"]),
    ({}, with_table(period_type="MYTD"), ["year to date"]),
    ({}, with_table(area_hierarchy="_kommune"), ["no areas _kommune"]),
    ({}, OPTIONS | {"areas": {"Rander": "730"}}, ["'Rander'", "Did you mean Randers"]),
    ({}, OPTIONS | {"tables": {"y60a2": OPTIONS["tables"]["y60a02"]}}, ["no such table", "Did you mean y60a02"]),
]


@pytest.mark.parametrize(("state", "options", "says"), FAULTS)
def test_a_fault_of_the_api_or_the_question_is_said_without_the_token(
    stand_in: StandIn, state: dict[str, Any], options: dict[str, Any], says: list[str]
) -> None:
    for name, value in state.items():
        setattr(stand_in, name, value)
    with pytest.raises(Mistake) as mistake:
        read(options, settings(stand_in))
    assert [part for part in says if part not in str(mistake.value)] == [], str(mistake.value)
    assert TOKEN not in str(mistake.value)


def test_a_wrong_token_or_address_is_said_without_the_token(stand_in: StandIn) -> None:
    for how, says in (
        (settings(stand_in, token="wrong-token"), "does not accept the token"),
        (settings(stand_in, token=" "), "no token"),
        (settings(stand_in, token="with\nbreak"), "letters no token has"),
        (settings(stand_in, address=stand_in.address.replace("/v3", "/v9")), "no place of its API (405)"),
        (settings(address="http://127.0.0.1:9/v3"), "is not reached, 3 times"),
        (settings(address="nonsense"), "is not reached, 3 times"),
    ):
        with pytest.raises(Mistake, match=says.replace("(", r"\(").replace(")", r"\)")) as mistake:
            read(OPTIONS, how)
        assert how.token.strip() == "" or how.token not in str(mistake.value)
    assert TOKEN not in repr(settings())


def test_an_answer_that_drips_is_given_up(stand_in: StandIn) -> None:
    stand_in.answers = [(200, json.dumps(DATA | {"rows": DATA["rows"] * 20_000}).encode())]
    with pytest.raises(Mistake, match="did not answer in time"):
        read(OPTIONS, settings(stand_in, patience=0.0))
