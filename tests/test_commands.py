"""How a command ends where the machine says no, and how what it advises can be done."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from processes import PLACES


def run(*arguments: str, log: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": PLACES, "PEJLING_LOG": str(log)}
    command = [sys.executable, "-m", "pejling", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


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


@pytest.mark.slow
@pytest.mark.parametrize("called", ["pejling", "./pejling"])
def test_a_command_that_is_advised_can_be_typed_as_it_stands(called, tmp_path, monkeypatch):
    monkeypatch.setenv("PEJLING_CALLED", called)
    home, log = tmp_path / "our home", tmp_path / "log"
    made = run("init", str(home), log=log)
    advised = re.findall("`(.*)`", made.stderr)
    assert advised == [f"{called} --home '{home}' {rest}" for rest in ("model load", "deliver FOLDER")]
    lacking = run("--home", str(home), "measure", log=log)
    assert lacking.returncode == 2
    assert re.findall("`(.*)`", lacking.stderr) == advised[:1]
    assert run(*shlex.split(advised[0])[1:], log=log).returncode == 0
    monkeypatch.setenv("PEJLING_HOME", str(home))  # who has said so once need not again
    assert f"`{called} deliver PATH`" in run("measure", log=log).stderr
    elsewhere = run("--home", str(tmp_path / "nowhere"), "measure", log=log)
    assert f"Make one with `{called} init DIR`" in elsewhere.stderr


@pytest.mark.slow
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


@pytest.mark.slow
def test_show_names_units_with_their_ids_and_says_which_period_is_covered_in_part(built, tmp_path):
    home, log = built, tmp_path / "log"
    shown = run("--home", str(home), "show", "intake", "--unit", "NI", log=log).stdout
    assert "Northern Ireland (NI)" in shown
    assert shown.count("only from 1993-07-01") == 1
    assert "only from" not in run("--home", str(home), "show", "jobless_stock", "NI", log=log).stdout
    briefly, at_length = ("NI", "1998"), ("--unit", "NI", "--period", "1998")
    assert (
        run("--home", str(home), "show", "intake", *briefly, log=log).stdout
        == run("--home", str(home), "show", "intake", *at_length, log=log).stdout
    )


@pytest.mark.slow
def test_show_says_how_far_the_records_go_where_they_cover_only_some_of_the_periods(built, tmp_path):
    asked = ("show", "intake", "--unit", "NI", "--period", "1998", "--period", "2045")
    done = run("--home", str(built), *asked, log=tmp_path / "log")
    assert done.returncode == 0
    assert "records behind intake do not cover 2045: they go from 1993-07-01 to 1999-06-30" in done.stderr
    assert "not reported" in done.stdout and "final" in done.stdout
    known = run("--home", str(built), *asked[:-2], log=tmp_path / "log")
    assert "cover" not in known.stderr


def explained(home: Path, log: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("--home", str(home), "explain", *arguments, log=log)


@pytest.mark.slow
def test_explain_says_how_a_figure_came_to_be_and_logs_the_look(built, tmp_path):
    import csv
    import json
    import pwd
    import shutil
    import sqlite3

    home, log = tmp_path / "home", tmp_path / "log"
    shutil.copytree(built, home)
    asked = ("fast_lasting_exit", "Belfast", "1998-Q2")
    english, danish = explained(home, log, *asked), explained(home, log, *asked, "--language", "da")
    assert "Looks at the courses that began in the period" in english.stdout
    assert "33.3% (6.1–79.2%): 1 of 3 courses, 3 people. Final." in english.stdout
    assert "The reasons add up to 3 courses: all that the figure is measured on." in english.stdout
    assert "Begrundelserne giver tilsammen 3 forløb: alt det, tallet er målt på." in danish.stdout
    document = json.loads(explained(home, log, *asked, "--format", "json").stdout)
    assert list(document) == ["definition", "figure", "reasons", "courses"]
    assert list(document["reasons"][0]) == ["outcome", "reason", "text", "weight"]
    assert sum(each["weight"] for each in document["reasons"]) == document["figure"]["denominator"] == 3
    rows = list(csv.DictReader(explained(home, log, *asked, "--format", "csv").stdout.splitlines()))
    assert [row["text"] for row in rows] == [each["text"] for each in document["courses"]]
    looks = sqlite3.connect(home / "agreements.sqlite").execute("SELECT * FROM agreements_look").fetchall()
    assert len(looks) == 4
    assert all(pwd.getpwuid(os.getuid()).pw_name in look and "fast_lasting_exit" in look for look in looks)
    for wrong, said in (
        (("fast_lasting_exit", "Belfst", "1998"), "Did you mean Belfast?"),
        (("fast_exits", "Belfast", "1998"), "Did you mean fast_exit"),
        (("fast_exit", "Belfast", "98"), "Write 2009, 2009-Q1"),
        (("fast_exit", "Belfast", "1998", "--by", "sex", "--group", "other"), "group: 'other' is not there"),
    ):
        done = explained(home, log, *wrong)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_explain_says_what_to_do_where_nothing_is_measured(tmp_path):
    home, log = tmp_path / "home", tmp_path / "log"
    assert run("init", str(home), log=log).returncode == 0
    done = explained(home, log, "intake", "a", "2009")
    assert (done.returncode, f"`pejling --home {home} model load`" in done.stderr) == (2, True), done.stderr


@pytest.mark.slow
def test_explain_of_a_ratio_explains_both_its_parts_and_of_a_delivered_figure_says_so(every_measure, tmp_path):
    import json

    log = tmp_path / "log"
    done = explained(every_measure.home, log, "cost_per_exit", "city", "2009", "--format", "json")
    document = json.loads(done.stdout)
    above, below = document["parts"]
    assert document["reasons"] == document["courses"] == []
    assert sum(each["weight"] for each in above["reasons"]) == above["figure"]["value"]
    assert len(below["courses"]) == below["figure"]["value"] == 11
    shown = explained(every_measure.home, log, "satisfied", "city", "2009").stdout
    assert "Was measured elsewhere" in shown and "67.8%: 61 of 90. Final." in shown


@pytest.mark.slow
def test_show_tells_each_measure_in_its_own_unit(every_measure, tmp_path):
    def shown(indicator: str) -> str:
        arguments = ("show", indicator, "--unit", "city", "--period", "2009-Q3")
        return run("--home", str(every_measure.home), *arguments, log=tmp_path / "log").stdout.replace("\u00a0", " ")

    assert "weeks" in shown("weeks_to_exit")
    assert "not reached" in shown("days_to_education") and "or more" in shown("days_to_education")
    assert "288,504.00 kr." in shown("spent")
    assert "unrecorded" in shown("in_work_later")
    assert "10.3 points" in shown("wellbeing")


def model_of_ones_own(tmp_path):
    """A workspace with its first model loaded, and the folder of the model."""
    home = tmp_path / "home"
    assert run("init", str(home), log=tmp_path / "log").returncode == 0
    loaded = run("--home", str(home), "model", "load", log=tmp_path / "log")  # nothing before it: nothing to ask
    assert loaded.returncode == 0, loaded.stderr
    return home, home / "model"


def changed(model: Path) -> None:
    file = model / "model.yaml"
    file.write_text(file.read_text().replace("threshold: 5", "threshold: 3"))


def versions(home: Path) -> int:
    from pejling.facts.store import Store, connect
    from pejling.indicators.model import current_version

    connection = connect(Store(home), read_only=True)
    try:
        return current_version(connection)[0]
    finally:
        connection.close()


@pytest.mark.slow
def test_model_load_shows_the_difference_and_loads_nothing_where_nobody_can_say_yes(tmp_path):
    home, model = model_of_ones_own(tmp_path)
    same = run("--home", str(home), "model", "load", log=tmp_path / "log")
    assert (same.returncode, "the same as before" in same.stderr) == (0, True)
    changed(model)
    done = run("--home", str(home), "model", "load", log=tmp_path / "log")
    assert done.returncode == 2
    assert "The fewest people that are shown: 5 is now 3." in done.stderr
    assert "--yes" in done.stderr
    assert versions(home) == 1
    danish = run("--home", str(home), "model", "load", "--yes", "--language", "da", log=tmp_path / "log")
    assert danish.returncode == 0
    assert "Det mindste antal personer, der vises: 5 er nu 3." in danish.stderr
    assert versions(home) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer, version, language, question",
    [
        ("n", 1, "en", "Load it over version 1? Version 1 is kept. [y/N]"),
        ("ja", 2, "da", "Skal den indlæses oven på version 1? Version 1 bevares. [j/N]"),
    ],
)
def test_model_load_asks_whoever_sits_there_in_their_language(tmp_path, answer, version, language, question):
    import pty

    home, model = model_of_ones_own(tmp_path)
    changed(model)
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = [sys.executable, "-m", "pejling", "--home", str(home), "model", "load", "--language", language]
    environment = {**os.environ, "PYTHONPATH": PLACES, "PEJLING_LOG": str(tmp_path / "log")}
    done = subprocess.run(
        command, env=environment, stdin=theirs, capture_output=True, text=True, timeout=60, check=False
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 0, done.stderr
    assert question in done.stderr
    assert versions(home) == version


@pytest.mark.slow
def test_an_error_of_the_model_check_stops_the_loading_and_a_warning_does_not(tmp_path):
    import json

    home, model = model_of_ones_own(tmp_path)
    goals = model / "goals"
    goals.mkdir(exist_ok=True)
    area = """key: work
name: {da: Arbejde, en: Work}
why: {da: x, en: y}
year: 2026
agreement: {da: x, en: y}
goals:
  - key: more
    name: {da: Flere, en: More}
    indicators: [intakes]
    horizon: 2030
"""
    (goals / "work.yaml").write_text(area)
    log = tmp_path / "log"
    done = run("--home", str(home), "model", "load", "--yes", log=log)
    assert done.returncode == 2
    assert "Did you mean intake?" in done.stderr
    (goals / "work.yaml").write_text(area.replace("intakes", "intake"))
    file = model / "indicators" / "intake.yaml"
    file.write_text(file.read_text().replace("direction: none", "direction: down"))
    told = run("--home", str(home), "model", "check", "--format", "json", "--language", "da", log=log)
    assert told.returncode == 0
    rules = {each["rule"]: each for each in json.loads(told.stdout)}
    assert "goal_is_no_effect" in rules and rules["goal_is_no_effect"]["about"] == "Mål: Flere"
    assert run("--home", str(home), "model", "load", "--yes", log=log).returncode == 0


def test_a_model_is_looked_over_in_danish_before_there_is_a_workspace(tmp_path):
    model = Path(__file__).resolve().parents[1] / "examples" / "northern_ireland" / "model"
    arguments = ("--home", str(tmp_path / "nowhere"), "model", "check", str(model), "--language", "da")
    done = run(*arguments, log=tmp_path / "log")
    assert done.returncode == 0
    assert "Fokusområde: Unge, der trives. Det peger på ingen effekt, der måles" in done.stderr
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.slow
def test_a_new_workspace_says_what_there_is_none_of_and_how_to_make_the_first(tmp_path):
    home, log = tmp_path / "home", tmp_path / "log"
    nowhere = run("--home", str(home), "model", "check", log=log)
    assert (nowhere.returncode, "there is no Pejling workspace here" in nowhere.stderr) == (2, True)
    assert run("init", str(home), log=log).returncode == 0
    users, entries = (run("--home", str(home), *each, log=log) for each in (("user", "list"), ("audit", "log")))
    assert f"Make the first with `pejling --home {home} user add NAME" in users.stderr
    assert "The log is empty" in entries.stderr
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    lacking = run("--home", str(home), "model", "load", str(empty), log=log)
    assert (lacking.returncode, f"{empty}: there is no model.yaml in it" in lacking.stderr) == (2, True)


@pytest.mark.slow
def test_what_cannot_be_is_refused_before_anything_is_asked_or_begun(tmp_path):
    home, log = tmp_path / "home", tmp_path / "log"
    erasing = run("--home", str(home), "erase", log=log)  # nothing is typed: that would be the next to be said
    assert (erasing.returncode, "there is no Pejling workspace here" in erasing.stderr) == (2, True)
    building = run("--home", str(home), "demo", "hest", log=log)
    assert (building.returncode, building.stdout) == (2, "")
    assert "Building" not in building.stderr and "northern_ireland" in building.stderr
    assert run("init", str(home), log=log).returncode == 0
    serving = run("--home", str(home), "serve", "--address", "hest", log=log)
    assert (serving.returncode, "'hest' is no address" in serving.stderr) == (2, True)


@pytest.mark.slow
def test_a_code_of_an_exit_that_the_model_has_no_word_for_is_said_when_it_lands(tmp_path):
    home, log = tmp_path / "home", tmp_path / "log"
    assert run("init", str(home), log=log).returncode == 0
    assert run("--home", str(home), "model", "load", log=log).returncode == 0
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "units.csv").write_text("unit_id;valid_from;name;kind\na;2009-01-01;A;centre\n")
    courses = "course_id;person_id;unit_id;target_group;started_on;ended_on;exit_to\n"
    ends = enumerate(("employment", "education", "educaton"))
    courses += "".join(f"{n};p{n};a;cash_benefit;2009-01-01;2009-02-01;{to}\n" for n, to in ends)
    (folder / "courses.csv").write_text(courses)
    (folder / "delivery.yaml").write_text("coverage: {courses: {from: 2009-01-01, through: 2009-03-31}}\n")
    done = run("--home", str(home), "deliver", str(folder), log=log)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("has no name in the model") == 1
    assert "courses, exit_to: 'educaton' has no name in the model" in done.stderr
    assert "Did you mean education?" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("measure", "--engine", "hadoop"), "invalid value for '--engine': 'hadoop' is not one of 'duckdb', 'spark'"),
        (("explain", "fast_exit", "NI"), "missing argument 'period'. It is written pejling explain [OPTIONS] {ind"),
        (("show", "--bog"), "pejling show: no such option: --bog (Possible options: --by). It is written "),
        (("shwo",), "pejling: no such command 'shwo'. Did you mean 'show'? It is written pejling "),
        (("status", "shoe"), "no such command 'shoe'. Did you mean 'show'?"),
        (("synthesize", "--courses", "x"), "'--courses': it is no whole number"),
    ],
)  # fmt: skip
def test_what_a_command_does_not_take_is_said_in_one_line_with_how_it_is_written(arguments, said, tmp_path):
    done = run(*arguments, log=tmp_path / "log")
    assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (2, True, 1), done.stderr
    assert "--help` says more" in done.stderr


def test_an_option_without_its_value_says_so(tmp_path):
    done = run("measure", "--engine", log=tmp_path / "log")
    assert (done.returncode, "option '--engine' requires an argument. Put `--help`" in done.stderr) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("status", "publish", "NI", "1999-05"), "NI 1999-05: it is not handed in. See it with"),
        (("status", "publish", "NI", "2031-05"), "'2031-05' is not there. The records go from 1993-07 to 1999-06"),
        (("status", "NI", "1999"), "A month is written YYYY-MM, and the records go from 1993-07 to 1999-06"),
        (
            ("status", "NI", "1999-13"),
            "written YYYY-MM, where MM is 01 to 12, and the records go from 1993-07 to 1999-06",
        ),
        (
            ("show", "intake", "--period", "2045"),
            "do not cover 2045. They go from 1993-07-01 to 1999-06-30: ask for a period within, as --period 1999",
        ),
        (("show", "intake", "--period", "1990-Q1", "--format", "csv"), "a period within, as --period 1999-Q2"),
        (("show", "weeks_to_exitt", "NI"), "Did you mean weeks_to_exit?"),
        (("status", "pack", "NI", "1999-05", "--to", "{home}/secret.key"), "secret.key: it is a file. Name a folder"),
        (
            ("explain", "fast_exit", "NI", "1998", "--by", "sex"),
            "not said which, of sex. Known are: female, male",
        ),
        (("explain", "fast_exit", "NI", "1998", "--by", "hest"), "not broken down by 'hest'. Known are: "),
        (("explain", "fast_exit", "NI", "1998", "--group", "male"), "Name its column too, with --by: sex"),
        (("explain", "HEST", "NI", "1998"), "'HEST' is not there. Known are: "),
        (("explain", "fast_exit", "NI", "2045"), "do not cover 2045. The records go from 1993-07 to 1999-06"),
        (("show", "HEST", "NI"), "indicator: 'HEST' is not there. Known are: "),
        (("show", "fast_exit", "Belfst"), "unit: 'Belfst' is not there. Did you mean Belfast?"),
        (("explain", "fast_exit", "Belfst", "1998"), "unit: 'Belfst' is not there. Did you mean Belfast?"),
        (("user", "add", "{user}", "--role", "director", "--unit", "NI"), "is taken"),
    ],
)
def test_a_mistake_is_answered_by_what_there_is(built, arguments, said):
    import json

    user = json.loads((built / "standing_users.json").read_text())[0]["name"]
    words = (each.format(home=built, user=user) for each in arguments)
    done = run("--home", str(built), *words, log=built / "log")
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert ".." not in done.stderr


@pytest.mark.slow
def test_a_log_without_what_was_asked_for_says_what_it_has(built):
    done = run("--home", str(built), "audit", "log", "--of", "hest", log=built / "log")
    assert "The log has no entry of 'hest'. It has entries of: " in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.05, 0.2, 0.5, 0.8, 1.2, 1.6])
def test_ctrl_c_stops_a_command_whenever_it_comes(every_measure, tmp_path, after):
    home = tmp_path / "home"
    shutil.copytree(every_measure.home, home)
    code = (  # somewhere between the first that it imports and its last line
        "import os, signal, sys, threading, pejling.__main__ as it\n"
        f"sys.argv = ['pejling', '--home', {str(home)!r}, 'measure', '--afresh']\n"
        f"told = threading.Timer({after}, os.kill, (os.getpid(), signal.SIGINT))\n"
        "told.daemon = True\n"
        "told.start()\n"
        "it.main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": PLACES, "PEJLING_LOG": str(tmp_path / "log")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (130, "Stopped.\n") or (
        done.returncode == 0 and "Measured on" in done.stderr
    ), done.stderr
    assert not (tmp_path / "log").exists()


def test_a_fault_that_comes_of_ctrl_c_is_no_fault_of_ours(tmp_path):
    """A library that was being read when it came may be left half read, and then fails for another reason."""
    code = (
        "import os, signal, sys, time, pejling.cli, pejling.__main__ as it\n"
        "def half_read(**how):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT); time.sleep(5)\n"
        "    except KeyboardInterrupt:\n"
        "        raise AttributeError('half read')\n"
        "pejling.cli.app = half_read\n"
        "it.main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": PLACES, "PEJLING_LOG": str(tmp_path / "log")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "Stopped.\n")
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("arguments", [("--help",), ("show", "--help")])
def test_whoever_reads_only_the_first_lines_makes_no_mistake(arguments, tmp_path):
    environment = {**os.environ, "PYTHONPATH": PLACES, "PEJLING_LOG": str(tmp_path / "log")}
    done = subprocess.Popen(
        [sys.executable, "-m", "pejling", *arguments], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    done.stdout.close()  # nobody reads on
    assert (done.stderr.read(), done.wait(timeout=60)) == ("", 0)
