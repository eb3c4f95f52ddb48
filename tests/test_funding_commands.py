"""`pejling funding`: what it prints adds up, what it books stays, and what cannot be is refused with its cure."""

import csv
import io
import json
import re
from decimal import Decimal

import pytest
from funded import laid_out, year
from typer.testing import CliRunner

from pejling.facts.mistakes import Mistake

pytestmark = pytest.mark.xdist_group("funding_commands")  # one workspace, changed step by step


@pytest.fixture(scope="module")
def place(own_decisions, northern_ireland, tmp_path_factory):
    """Another rule for the gap, and for the results."""
    late_cohort = {"indicator": "fast_exit", "cohort": "1994", "formula": "share_of_pool", "target": "0.6"}
    more = {"taximeter": {"triggered_by": "new", "gap": "proration"}, "result": late_cohort}
    return laid_out(northern_ireland, tmp_path_factory.mktemp("commands"), year(1998, **more), year(2000, **more))


@pytest.fixture
def run(place, monkeypatch):
    from django.conf import settings

    from pejling.cli import app

    monkeypatch.setattr(settings, "STORE", place)
    monkeypatch.setattr("pejling.config.serving.prepare", lambda store: None)  # the settings stand already

    def ran(*arguments):
        done = CliRunner().invoke(app, ["--home", str(place.home), "funding", *arguments])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.stdout

    return ran


def rows(printed):
    return list(csv.DictReader(io.StringIO(printed)))


def test_what_is_shown_is_the_frame_to_the_ore(run):
    found = rows(run("show", "1998", "--booking", "now", "--format", "csv"))
    assert [row["name"] for row in found][-2:] == ["reserve", "frame"]
    assert sum(Decimal(row["total"]) for row in found[:-1]) == Decimal(found[-1]["total"]) == Decimal("1000000.01")
    assert json.loads(run("show", "1998", "--booking", "now", "--format", "json"))["step"]["kind"] == "opening"


def test_a_units_lines_are_its_amount(run):
    found = rows(run("show", "1998", "--booking", "now", "--unit", "Belfast", "--format", "csv"))
    paid = {row["part"]: Decimal(row["amount"]) for row in found}  # the last line of a part is what is paid
    assert paid["total"] == sum(paid[part] for part in ("base", "taximeter", "agreed", "result"))
    (line,) = [row for row in found if row["part"] == "taximeter" and row["rate"]]
    exact = Decimal(line["rate"]) * (Decimal(line["counted"]) + Decimal(line["forecast"]))
    assert abs(exact - Decimal(line["amount"])) <= Decimal("0.005")  # to the nearest øre


def test_calibrated_rates_spend_the_part(run):
    (found,) = rows(run("rates", "1998", "--format", "csv"))
    assert Decimal("599990") < Decimal(found["amount"]) <= Decimal("600000.01")
    with pytest.raises(Mistake, match="nobody is expected"):
        run("rates", "1998", "--weight", "others=2")


def test_a_scenario_prints_every_units_gain_and_the_sum_is_kept(run):
    found = rows(run("scenario", "1998", "--split", "25/50/10/15", "--intake", "Belfast=10", "--outcome", "2",
                     "--format", "csv"))  # fmt: skip
    assert sum(Decimal(row["gain"]) for row in found) == 0
    assert any(Decimal(row["gain"]) for row in found)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("scenario", "1998", "--split", "25/60/15"), "has 3 parts. Write four"),
        (("scenario", "1998", "--split", "25/60/15/15"), "Make the four 100 together"),
        (("scenario", "1998", "--rate", "school_leaver=much"), "is no number"),
        (("scenario", "1998", "--rate", "9000"), "names nobody. Write NAME=NUMBER"),
        (("scenario", "1998", "--rate", "others=9000"), "'others' is not funded. Known are: school_leaver"),
        (("scenario", "1998", "--intake", "Belfst=10"), "'Belfst' is not funded"),
        (("scenario", "1998", "--split", "-5/65/30/10"), "has a part below 0. Write four from 0 to 100"),
        (
            ("scenario", "1998", "--rate", "school_leaver=-5"),
            "school_leaver has a rate below 0. Write 0 kroner or",
        ),
        (("scenario", "1998", "--intake", "Belfast=-200"), "Belfast would have fewer clients than none. Write -100"),
        (("scenario", "1998", "--intake", "-100.5"), "all units would have fewer clients than none"),
        (("scenario", "1998", "--outcome", "500"), "--outcome: all units would leave 0-100 per cent. Write from -"),
        (("scenario", "1998", "--outcome", "Belfast=-99.9"), "Belfast would leave 0-100 per cent"),
        (("scenario", "1998", "--frame", "1"), "kroner are agreed, and the agreed part is 0.10"),
        (("show", "2031"), "'2031' is not there"),
        (("show", "1998", "--booking", "9"), "'9' is not there"),
        (("show", "1998", "--unit", "Belfst"), "Did you mean Belfast?"),
        (("verify", "1993"), "nothing is booked"),
        (("regulate", "1998"), "only at a terminal that this can be answered"),
    ],
)
def test_what_cannot_be_is_refused_with_its_cure(run, arguments, said):
    with pytest.raises(Mistake, match=re.escape(said)):
        run(*arguments)


def test_a_booking_stays_and_the_next_waits_for_the_records(run):
    """2000: no other test books it."""
    from pejling.agreements.models import Regulation

    run("regulate", "2000", "--yes")
    (row,) = Regulation.objects.filter(year=2000)
    assert (row.kind, row.content["basis"]["forecast_by"]) == ("opening", "structural")
    run("verify", "2000")
    with pytest.raises(Mistake, match=r"counts through 30 April 2000, and the records reach 30 June 1999\. Take in"):
        run("regulate", "2000", "--yes")
    assert Regulation.objects.filter(year=2000).count() == 1
