"""The Danish sources through the real command line, into a real store."""

import json
import os
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT, CompletedProcess, run

import pytest
from facts.jobindsats_stand_in import TOKEN, StandIn, stand_in
from facts.test_ydelsesrefusion import Row, csv_file, number, steady
from processes import PLACES

from pejling.facts.store import Store, connect

__all__ = ["stand_in"]  # a fixture
pytestmark = pytest.mark.slow

DECLARED = "source: ydelsesrefusion\ncoverage: {default: {from: 2024-01-01}}\n"


def pejling(home: Path, *words: str | Path, **environment: str) -> CompletedProcess[str]:
    return run(
        [sys.executable, "-m", "pejling", "--home", home, *words],
        env=os.environ | {"PYTHONPATH": PLACES, "PEJLING_LOG": str(home / "log")} | environment,
        stdout=PIPE,
        stderr=STDOUT,
        text=True,
        timeout=120,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert pejling(tmp_path / "home", "init", tmp_path / "home").returncode == 0
    return tmp_path / "home"


def archive(tmp_path: Path, **files: list[Row]) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir(exist_ok=True)
    (folder / "delivery.yaml").write_text(DECLARED)
    for month, rows in files.items():
        file = csv_file(rows, day=f"2024-{month[1:]}-28")
        (folder / file.name).write_bytes(file.open().read())
    return folder


def stored(home: Path, query: str) -> list[tuple]:
    connection = connect(Store(home), read_only=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_a_late_correction_moves_a_start_and_ends_only_what_the_archive_brought(home: Path, tmp_path: Path) -> None:
    others = tmp_path / "others"
    others.mkdir()
    (others / "units.csv").write_text("unit_id;valid_from;name;kind\nT1;2007-01-01;Team 1;team\n")
    (others / "courses.csv").write_text(
        "course_id;person_id;unit_id;target_group;started_on\nC1;P1;T1;young;2024-01-01\n"
    )
    (others / "states.csv").write_text("person_id;from_on;state;to_on\nP1;2024-01-01;employment;\n")
    assert pejling(home, "deliver", others, "--through", "2024-06-30").returncode == 0

    folder = archive(tmp_path, m04=[Row(w, 0, "Kontanthjælp", 500_00) for w in range(2, 6)] + steady(12))
    first = pejling(home, "deliver", folder)
    assert first.returncode == 0, first.stdout
    again = pejling(home, "deliver", folder)
    assert "nothing new" in again.stdout
    starts = "SELECT started_on::VARCHAR FROM lake.facts.courses WHERE target_group = 'Kontanthjælp'"
    assert stored(home, starts) == [("2024-01-15",)]

    archive(tmp_path, m05=[Row(1, 0, "Kontanthjælp", 500_00)])
    assert pejling(home, "deliver", folder).returncode == 0
    assert stored(home, starts) == [("2024-01-08",)]
    assert stored(home, "SELECT course_id FROM lake.facts.courses WHERE course_id NOT LIKE 'yr-%'") == [("C1",)]
    assert stored(home, "SELECT person_id FROM lake.facts.states WHERE state = 'employment'") == [("P1",)]
    assert sorted(stored(home, "SELECT unit_id FROM lake.facts.units")) == [("730",), ("T1",)]


def test_no_cpr_number_of_an_archive_is_kept_or_said(home: Path, tmp_path: Path) -> None:
    folder = archive(tmp_path, m04=[*(Row(0, person, "Kontanthjælp", 5_00) for person in range(5)), *steady(6)])
    said = pejling(home, "deliver", folder).stdout
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file()) + said.encode()
    for person in (*range(5), 29):
        assert number(person).encode() not in kept


def test_one_file_with_its_mapping_is_an_archive_too(home: Path, tmp_path: Path) -> None:
    folder = archive(tmp_path, m04=steady(6))
    (file,) = folder.glob("*.csv")
    delivered = pejling(home, "deliver", file, "--mapping", folder / "delivery.yaml", "--format", "json")
    assert delivered.returncode == 0, delivered.stdout


def test_an_archive_that_cannot_be_read_ends_with_2_and_changes_nothing(home: Path, tmp_path: Path) -> None:
    folder = archive(tmp_path, m04=steady(3), m05=[Row(w, 1, "Fleksjob", 1_00) for w in range(6, 9)])
    refused = pejling(home, "deliver", folder)
    assert refused.returncode == 2
    assert "no file holds a payment for the week of 2024-01-22" in refused.stdout
    assert stored(home, "SELECT count(*) FROM lake.facts.postings") == [(0,)]


def test_the_api_is_asked_with_the_token_of_the_environment(home: Path, tmp_path: Path, stand_in: StandIn) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "units.csv").write_text(
        "unit_id;valid_from;name;kind;parent_id\nDK;2007-01-01;Danmark;state;\n730;2007-01-01;Randers;municipality;DK\n"
    )
    assert pejling(home, "deliver", folder / "units.csv").returncode == 0
    (folder / "units.csv").unlink()
    tables = {"y60a02": {"measurements": {"Antal fuldtidspersoner": "cash_benefit"}}}
    options = {"areas": {"Hele landet": "DK", "Randers": "730"}, "tables": tables}
    (folder / "delivery.yaml").write_text(json.dumps({"source": "jobindsats", "options": options}))
    address = {"PEJLING_JOBINDSATS_ADDRESS": stand_in.address}
    wrong = pejling(home, "deliver", folder, PEJLING_JOBINDSATS_TOKEN="wrong-token", **address)
    assert (wrong.returncode, "does not accept the token" in wrong.stdout) == (2, True)
    assert "wrong-token" not in wrong.stdout
    taken = pejling(home, "deliver", folder, PEJLING_JOBINDSATS_TOKEN=TOKEN, **address)
    assert taken.returncode == 0, taken.stdout
    assert sorted(stored(home, "SELECT unit_id, period, value FROM lake.facts.observations")) == [
        ("730", "2024-11", 1234.5),
        ("DK", "2024-11", 75000.0),
    ]
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file()) + taken.stdout.encode()
    assert TOKEN.encode() not in kept


def test_options_for_no_ready_made_source_are_refused(home: Path, tmp_path: Path) -> None:
    folder = archive(tmp_path)
    (folder / "delivery.yaml").write_text("source: ydelsesrefusjon\noptions: {gap_weeks: 1}\n")
    refused = pejling(home, "deliver", folder)
    assert (refused.returncode, "source: ydelsesrefusion" in refused.stdout) == (2, True)
