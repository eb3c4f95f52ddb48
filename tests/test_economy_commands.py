"""`pejling economy` and `pejling forecast`: the same figures in three forms, and what a mistake is answered."""

import csv
import io
import json
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from pejling.cli import app
from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store

pytestmark = pytest.mark.slow


@pytest.fixture
def run(copenhagen: Store):
    def called(*arguments: str):
        done = CliRunner().invoke(app, ["--home", str(copenhagen.home), *arguments])
        if isinstance(done.exception, Exception):
            raise done.exception
        return done

    return called


def test_the_economy_says_the_same_in_every_form(run):
    told = json.loads(run("economy", "JC-V", "2009-06", "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(run("economy", "JC-V", "2009-06", "--format", "csv").stdout)))
    whole, table = told["whole"], run("economy", "JC-V", "2009-06")
    assert (rows[0]["unit"], rows[0]["account"], rows[0]["expected"]) == ("JC-V", "all", whole["expected"])
    assert whole["expected"] in table.stdout
    assert sum(Decimal(row["spent"]) for row in rows if row["unit"].startswith("JC-V-")) == Decimal(whole["spent"])
    assert [row["sign"] for row in rows if row["unit"] == "JC-V-IND"] == ["over"]
    assert "would have a sign by chance alone" in table.stderr
    assert "These data are made up" in table.stderr
    assert {cost["indicator"] for cost in told["unit_costs"]} == {
        "cost_per_person_day", "cost_per_exit", "cost_per_lasting_exit",
    }  # fmt: skip


def test_a_forecast_has_every_month_and_the_year(run):
    rows = json.loads(run("forecast", "spent", "--unit", "JC-V", "--last", "2009-03", "--format", "json").stdout)
    whole = [row for row in rows if not row["group"]]
    assert [row["period"] for row in whole] == [*(f"2009-{month:02}" for month in range(4, 13)), "2009"]
    assert whole[-1]["expected"] == pytest.approx(sum(row["expected"] for row in whole[:-1]), abs=0.1)
    accounts = [row for row in rows if row["group_by"] == "account" and row["period"] == "2009"]
    assert sum(row["expected"] for row in accounts) == pytest.approx(whole[-1]["expected"], abs=0.1)


def test_the_forecasts_of_the_past_stand_beside_what_came(run):
    rows = list(csv.DictReader(io.StringIO(run("forecast", "intake", "--past", "--format", "csv").stdout)))
    of_whole = [row for row in rows if not row["group"]]
    assert len(of_whole) > 100
    assert all((row["low"] == "") == (row["within"] == "") for row in rows)
    told = [row for row in of_whole if row["low"]]
    held = [row for row in told if float(row["low"]) <= float(row["actual"]) <= float(row["high"])]
    assert len(held) == sum(row["within"] == "True" for row in told)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("economy", "JC-X", "2009-06"), "'JC-X' is not there"),
        (("economy", "BIF", "2009"), "'2009' is no month"),
        (("economy", "BIF", "2010-06"), "2010-06 is not covered whole"),
        (("forecast", "lasting_share"), "its months do not add up"),
        (("forecast", "budget"), "it is decided, and not expected"),
        (("forecast", "intake", "--to", "2009-12"), "2009-12 is over"),
        (("forecast", "intake", "--to", "2009"), "'2009' is no month"),
        (("forecast", "intak"), "is not there"),
    ],
)
def test_a_mistake_says_what_was_found_and_what_to_do(run, arguments, found):
    with pytest.raises(Mistake) as mistake:
        run(*arguments)
    assert found in str(mistake.value)


def test_where_no_money_stands_no_figure_is_a_zero(run):
    """What a team spent is not spent by its caseworkers: theirs is not 0 kroner, it is not reported."""
    of = ("--unit", "JC-N-IND", "--unit", "JC-N-IND-1", "--period", "2009")
    for indicator in ("spent", "cost_per_person_day"):
        shown = run("show", indicator, *of)
        assert " 0.00\N{NO-BREAK SPACE}kr." not in shown.stdout and "not reported" in shown.stdout
        team, caseworker = csv.DictReader(io.StringIO(run("show", indicator, *of, "--format", "csv").stdout))
        assert float(team["value"]) > 0 and team["state"] in ("final", "provisional")
        assert (caseworker["numerator"], caseworker["value"], caseworker["state"]) == ("", "", "not_reported")
