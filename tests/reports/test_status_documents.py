"""A status on paper, in a workbook and as JSON: the same page as on the screen, for one unit and for a municipality."""

import json
import re
import subprocess
import sys
import time
import zlib
from contextlib import suppress
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from processes import PLACES
from python_calamine import CalamineWorkbook
from web.conftest import signed_in

ADDRESS = "/status/Western/1998-11"


def unpacked(pdf):
    """The document with its compressed parts opened."""
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompress(stream))
    return b"\n".join(parts)


def in_letters(written):
    """A string of a PDF, which is in UTF-16 where it says so."""
    if written.startswith(b"<"):
        plain = bytes.fromhex(written[1:-1].decode())
    else:
        plain = re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), written[1:-1])
        plain = re.sub(rb"\\(.)", rb"\1", plain)
    return plain[2:].decode("utf-16-be") if plain.startswith(b"\xfe\xff") else plain.decode("latin-1")


def pages_of(pdf):
    """How many pages the document has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_status_is_an_accessible_pdf_of_at_most_two_pages(northern_ireland, language):
    answer = signed_in("western", language).get(f"{ADDRESS}/pdf")
    assert answer.headers["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert b"pdfuaid:part" in answer.content  # PDF/UA, which Typst refuses to write where it does not hold
    assert re.search(rb"/Lang ?\(" + language.encode(), answer.content)
    assert b"/StructTreeRoot" in answer.content and b"/MarkInfo" in answer.content
    assert 1 <= pages_of(answer.content) <= 2


def test_each_chart_on_paper_has_its_words(northern_ireland):
    """Every goal's drawing is a figure with an alternative text: its title, its limits and its newest point."""
    from django.utils import translation

    from pejling.config.connection import reading
    from pejling.facts.store import Store
    from pejling.pages.ground import ground
    from pejling.pages.status_page import status_page
    from pejling.reports.status import status_pdf

    store = Store(northern_ireland)
    with reading(store) as connection:
        page = status_page(ground(connection, {}), None, store, "NI", "1998-11")
    with translation.override("en"):
        made = status_pdf(page)
    tree = unpacked(made)
    alternatives = re.findall(rb"/Alt ?(\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f]+>)", tree)
    assert len(re.findall(rb"/S ?/Figure", tree)) == len(alternatives) == len(page.status.goals)
    for said in map(in_letters, alternatives):
        assert "1998" in said and "varies between" in said


def test_the_longest_status_keeps_to_two_pages(longest_status):
    from pejling.reports.status import status_pdf

    assert pages_of(status_pdf(longest_status)) <= 2


def test_the_workbook_has_numbers_as_numbers(northern_ireland):
    answer = signed_in("western").get(f"{ADDRESS}/xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == [
        "Mål", "Tal pr. periode", "Økonomi", "Lov", "Standpunkter", "Justeringer", "Kommentarer", "Ændret siden", "Data"
    ]  # fmt: skip
    goals, figures = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names[:2])
    shown = json.loads(signed_in("western").get(f"{ADDRESS}/json").content)
    values = [goal["certain"]["value"] if goal["certain"] else "" for goal in shown["goals"]]
    assert [row[7] for row in goals[1 : 1 + len(values)]] == pytest.approx(values)
    assert all(isinstance(row[3], float | str) and row[3] != "0" for row in figures[1:])
    assert sum(len(goal["series"]["points"]) for goal in shown["goals"]) == len(figures) - 1
    data = book.get_sheet_by_name("Data").to_python()
    assert data[1][3] == date(1999, 6, 30)


def test_the_workbooks_heads_and_units_are_words(northern_ireland):
    """A sign of over-spending is no signature, a comment no request to comment, and a unit no key of the model."""
    answer = signed_in("western").get(f"{ADDRESS}/xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    heads = {name: next(row for row in book.get_sheet_by_name(name).to_python() if row[0] == "Enhed")
             for name in ("Økonomi", "Kommentarer")}  # fmt: skip
    assert heads["Økonomi"][-1] == "Tegn" and heads["Kommentarer"][-1] == "Kommentar"
    units = {row[4] for row in book.get_sheet_by_name("Mål").to_python()[1:]}
    assert units <= {"andel (1 er 100 pct.)", "forløb", "personer", "dage", "uger", "kr.", "point"}


def test_json_is_the_status_itself_and_a_state_is_never_a_zero(northern_ireland):
    from pejling.steering.status import as_json, from_json

    content = signed_in("western").get(f"{ADDRESS}/json").content.decode()
    assert as_json(from_json(content)) == content
    for goal in json.loads(content)["goals"]:
        for point in goal["series"]["points"]:
            if point["state"] in ("not_reported", "undefined", "suppressed"):
                assert point["value"] is None


def test_a_suppressed_figure_is_said_in_words_everywhere():
    from django.utils import translation
    from steering.status_months import MODEL, figure, months

    from pejling.pages import status_words
    from pejling.pages.control_chart import control_chart
    from pejling.steering.goal_status import goal_status

    hidden = {period: figure(period, 0, None, "suppressed", numerator=None) for period in months("2007-01", 24)}
    hidden["2008-12/12"] = figure("2008-12/12", 0, None, "suppressed", numerator=None)
    goal = goal_status(MODEL.indicator("timely"), "fp", "2008-12", hidden, cadence="month", of=("steps", "steps"))
    with translation.override("da"):
        assert status_words.latest(goal) == "året til og med december 2008: diskretioneret."
        assert all("Diskretioneret" in spot.said and spot.down is None for spot in control_chart(goal).spots)
        assert status_words.certain(goal) == "–"


def test_a_year_that_the_records_begin_in_is_not_called_whole():
    from django.utils import translation
    from steering.status_months import MODEL, figure, months

    from pejling.pages import status_words
    from pejling.steering.goal_status import goal_status

    def told(first: str, count: int, cadence: str = "month") -> str:
        known = {period: figure(period, 5, 10) for period in months(first, count)}
        known["2008-12/12"] = figure("2008-12/12", 50, 100)
        goal = goal_status(MODEL.indicator("timely"), "fp", "2008-12", known, cadence=cadence, of=("steps", "steps"))
        return status_words.certain_of(goal)

    with translation.override("en"):
        assert told("2008-11", 2) == "the year to December 2008, only from November 2008"
        assert told("2008-11", 2, "quarter") == "the year to December 2008, only part of it"
        assert told("2008-01", 12) == told("2007-01", 24) == "the year to December 2008"


def test_where_limits_in_kroner_come_from_reads_as_sentences_and_names_the_year():
    """One full stop after an amount, whole kroner throughout, and the year of the limits before by its number."""
    from django.utils import translation
    from steering.status_months import MODEL, figure, months

    from pejling.pages import status_words
    from pejling.steering.goal_status import Series, goal_status
    from pejling.steering.xmr import Limits

    series = Series(
        cadence="month", points=(),
        limits=Limits(mean=41708.4, lower=30901.2, upper=52515.6, points=24), former_mean=46759.11,
        baseline_from="2007-01", baseline_to="2008-12",
    )  # fmt: skip
    found = {period: figure(period, 1, 2, "final") for period in (*months("2007-01", 24), "2008-12/12")}
    goal = goal_status(MODEL.indicator("timely"), "fp", "2008-12", found, cadence="month", of=("steps", "steps"))
    goal = replace(goal, series=series, unit="kroner")
    with translation.override("da"):
        assert status_words.limits(goal, "2009-12").replace("\u00a0", " ") == (
            "Det plejer at svinge mellem 30.901 kr. og 52.516 kr. omkring 41.708 kr. Grænserne kommer fra 24 perioder, "
            "januar 2007 til december 2008, og står stille i årets løb. Grænserne for 2008 lå omkring 46.759 kr."
        )
    with translation.override("en"):
        said = status_words.limits(goal, "2009-12").replace("\u00a0", " ")
        assert "around 41,708 kr. The limits come from 24 periods" in said and "limits of 2008" in said
        assert not re.search(r"kr\.[.:]", said)


def test_what_is_done_otherwise_ends_before_what_is_expected():
    from pejling.pages.status_page import Stood

    stood = Stood("Målet", "Justér", "Fordi", "Praktik fra første uge", "Ventet: +5,0 procentpoint.")
    assert stood.told == "Praktik fra første uge. Ventet: +5,0 procentpoint."
    assert Stood("Målet", "Justér", "", "Nu!", "Ventet.").told == "Nu! Ventet."
    assert Stood("Målet", "Behold", "Fordi", "", "").told == ""


def pejling(*arguments, home):
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pejling", "--home", str(home), *arguments],
        capture_output=True, text=True, env={"PYTHONPATH": PLACES, "PATH": "/usr/bin:/bin"}, timeout=120,
    )  # fmt: skip
    return done, time.monotonic() - began


@pytest.mark.slow
def test_the_command_says_the_same_as_the_page_and_refuses_what_is_not_there(northern_ireland, tmp_path):
    done, _ = pejling("status", "Western", "1998-11", "--language", "da", home=northern_ireland)
    assert done.returncode == 0 and "Hvis intet ændres" in done.stdout
    done, _ = pejling("status", "Western", "1998-11", "--format", "json", home=northern_ireland)
    assert done.stdout == signed_in("western").get(f"{ADDRESS}/json").content.decode()
    nowhere = str(tmp_path / "no" / "a.xlsx")
    done, _ = pejling("status", "Western", "1998-11", "--format", "xlsx", "--to", nowhere, home=northern_ireland)
    assert done.returncode == 2 and "cannot be written" in done.stderr
    done, _ = pejling("status", "Westen", "1998-11", home=northern_ireland)
    assert done.returncode == 2 and "Did you mean Western" in done.stderr


@pytest.mark.slow
def test_a_redirected_pdf_is_the_file_itself_and_leaves_none_behind(northern_ireland, tmp_path):
    """`> x.pdf` gets what was asked for, as with JSON; a file named by --to is written there, and said."""
    for to in ([], ["--to", "-"]):
        made = tmp_path / "x.pdf"
        with made.open("wb") as out:
            done = subprocess.run(
                [sys.executable, "-m", "pejling", "--home", str(northern_ireland), "status", "Western", "1998-11",
                 "--format", "pdf", *to],
                stdout=out, stderr=subprocess.PIPE, cwd=tmp_path,
                env={"PYTHONPATH": PLACES, "PATH": "/usr/bin:/bin"}, timeout=120,
            )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert made.read_bytes().startswith(b"%PDF-") and list(tmp_path.iterdir()) == [made]
    there = tmp_path / "there.pdf"
    done, _ = pejling("status", "Western", "1998-11", "--format", "pdf", "--to", str(there), home=northern_ireland)
    assert there.read_bytes().startswith(b"%PDF-") and str(there) in done.stderr and done.stdout == ""


def test_a_command_of_the_status_that_was_almost_named_is_suggested(tmp_path):
    done, _ = pejling("status", "publsh", "JC-N", "2009-12", home=tmp_path)
    assert done.returncode == 2 and "Did you mean 'publish'?" in done.stderr
    done, _ = pejling("status", "verfy", home=tmp_path)
    assert done.returncode == 2 and "Did you mean 'verify'?" in done.stderr


@pytest.mark.slow
def test_a_pack_is_every_unit_on_at_most_two_pages(northern_ireland, tmp_path):
    done, _ = pejling("status", "pack", "NI", "1998-11", "--to", str(tmp_path / "pack"), home=northern_ireland)
    made = sorted((tmp_path / "pack").glob("*.pdf"))
    assert done.returncode == 0 and len(made) == 6, done.stderr
    assert all(1 <= pages_of(file.read_bytes()) <= 2 for file in made)
