"""How a command ends where the machine says no."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"


def run(*arguments: str, log: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(SRC), "PEJLING_LOG": str(log)}
    command = [sys.executable, "-m", "pejling", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("arguments", [("--home", "{file}", "measure"), ("init", "{file}/below")])
def test_a_path_that_cannot_be_a_folder_is_the_users_to_mend(arguments, tmp_path):
    file = tmp_path / "file"
    file.touch()
    done = run(*(word.format(file=file) for word in arguments), log=tmp_path / "log")
    assert (done.returncode, str(file) in done.stderr) == (2, True)
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize(
    "arguments",
    [["{}"], ["init", "{}-home"], ["deliver", ".", "--through", "{}"], ["show", "{}"], ["snapshots", "--format", "{}"]],
)
def test_a_cpr_number_on_the_command_line_is_refused_and_not_repeated(arguments, tmp_path):
    number = "-".join(("131175", "4321"))
    done = run(*(word.format(number) for word in arguments), log=tmp_path / "log")
    assert done.returncode == 2
    assert "it holds a CPR number" in done.stderr
    assert number not in done.stdout + done.stderr


def test_a_fault_of_ours_that_cannot_be_logged_still_shows_no_traceback(tmp_path):
    from pejling.facts.store import Store, create

    create(Store(tmp_path))
    (tmp_path / "secret.key").unlink()
    (tmp_path / "secret.key").mkdir()  # nobody does this: a stand-in for what we did not think of
    done = run("--home", str(tmp_path), "deliver", str(tmp_path), log=tmp_path / "nowhere" / "log")
    assert done.returncode == 1
    assert "PEJLING_LOG" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_code_the_model_has_no_name_for_is_said_when_it_lands(tmp_path):
    home, log = tmp_path / "home", tmp_path / "log"
    assert run("init", str(home), log=log).returncode == 0
    assert run("--home", str(home), "model", "load", log=log).returncode == 0
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "units.csv").write_text("unit_id;valid_from;name;kind\na;2009-01-01;A;centre\nb;2009-01-01;B;centr\n")
    done = run("--home", str(home), "deliver", str(folder), log=log)
    assert done.returncode == 0, done.stderr
    assert "units, kind: 'centr' has no name in the model" in done.stderr
    assert "Did you mean centre?" in done.stderr


def test_show_names_units_with_their_ids_and_says_which_period_is_covered_in_part(tmp_path):
    home, log = tmp_path / "home", tmp_path / "log"
    assert run("--home", str(home), "demo", "--no-serve", log=log).returncode == 0
    shown = run("--home", str(home), "show", "intake", "--unit", "NI", log=log).stdout
    assert "Northern Ireland (NI)" in shown
    assert shown.count("only from 1993-07-01") == 1
    assert "only from" not in run("--home", str(home), "show", "jobless_stock", "--unit", "NI", log=log).stdout
