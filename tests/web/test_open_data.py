"""What anybody may read: pages, files and the API, and that nothing withheld is in any of them."""

import csv
import io
import json

import pytest
from web.conftest import signed_in

pytestmark = pytest.mark.xdist_group("released")
FIELDS = [
    "indicator", "unit", "period", "group_by", "group", "numerator", "denominator", "value", "low", "high", "persons",
    "state", "matures_on", "estimate", "estimate_low", "estimate_high", "snapshot",
]  # fmt: skip
NUMBERS = ("numerator", "denominator", "value", "low", "high", "persons", "estimate", "estimate_low", "estimate_high")


@pytest.fixture(autouse=True)
def calls_are_counted_anew():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def anybody(released):
    return signed_in("")


def file(client, name, number=1):
    answer = client.get(f"/open/{number}/{name}")
    assert answer.status_code == 200, name
    return b"".join(answer.streaming_content), answer


def table(client, name):
    return list(csv.DictReader(io.StringIO(file(client, name)[0].decode())))


def test_a_politician_reads_the_newest_release_and_no_live_figure(released):
    client = signed_in("politician", "en")
    for address in ("/overview", "/units/NI", "/indicators/fast_exit/Belfast?by=sex"):
        html = client.get(address).content.decode()
        assert "Release 1, May 1999." in html and "/courses/" not in html, address
    assert "Hidden" in client.get("/units/Belfast?periods=month").content.decode()
    assert "Groups are released for whole years only" in client.get(
        "/indicators/fast_exit/NI?period=1995-03&by=sex"
    ).content.decode()  # fmt: skip


def test_the_catalogue_leads_nobody_to_a_page_that_is_not_theirs(released):
    assert 'href="/indicators/fast_exit/NI"' in signed_in("director").get("/model").content.decode()
    assert 'href="/indicators/' in signed_in("politician").get("/model").content.decode()
    assert 'href="/indicators/' not in signed_in("belfast").get("/model").content.decode()


def test_a_withheld_figure_is_said_to_be_hidden_and_its_number_is_not_on_the_page(anybody):
    row = next(
        each for each in table(anybody, "figures.csv")
        if each["indicator"] == "fast_exit" and each["state"] == "suppressed" and len(each["period"]) == 4
    )  # fmt: skip
    page = anybody.get(f"/open/indicators/fast_exit/{row['unit']}?period={row['period']}&by={row['group_by']}")
    html = page.content.decode()
    assert "Skjult" in html and "Det er ikke det samme som 0" in html


def test_the_open_pages_lead_to_open_pages(anybody):
    html = anybody.get("/open").content.decode()
    assert 'href="/open/units/NI"' in html
    html = anybody.get("/open/units/NI").content.decode()
    assert 'href="/open/units/Belfast"' in html and 'href="/units/' not in html and 'href="/courses' not in html
    assert 'href="/units/' in signed_in("director").get("/units/NI").content.decode()  # and nowhere else


def test_the_file_of_figures_has_exactly_the_fields_and_no_withheld_number(anybody):
    rows = table(anybody, "figures.csv")
    assert list(rows[0]) == FIELDS
    assert {row["state"] for row in rows} >= {"suppressed", "final"}
    for row in rows:
        assert row["persons"] == ""
        if row["state"] == "suppressed":
            assert [row[name] for name in NUMBERS if row[name]] == [] and row["matures_on"] == ""


def test_the_dictionary_explains_every_field_and_every_state(anybody):
    rows = table(anybody, "dictionary.csv")
    assert [row["field"] for row in rows][: len(FIELDS)] == FIELDS
    assert {row["field"] for row in rows[len(FIELDS) :]} == {
        f"state {state}" for state in ("final", "provisional", "immature", "undefined", "not_reported", "suppressed")
    }
    assert all(row["meaning_da"] and row["meaning_en"] and row["meaning_da"] != row["meaning_en"] for row in rows)


def test_the_json_stat_is_as_its_format_says_and_says_the_same_as_the_csv(anybody):
    csv_rows = table(anybody, "figures.csv")
    index = json.loads(file(anybody, "index.en.json")[0])
    assert index["class"] == "collection" and index["version"] == "2.0"
    for link in index["link"]["item"]:
        told = json.loads(file(anybody, link["href"])[0])
        assert told["version"] == "2.0" and told["class"] == "dataset"
        assert list(told["dimension"]) == told["id"]
        indexes = [told["dimension"][name]["category"]["index"] for name in told["id"]]
        assert [len(each) for each in indexes] == told["size"]
        size = 1
        for each in told["size"]:
            size *= each
        assert len(told["value"]) == size and all(0 <= int(at) < size for at in told["status"])
        key, by = told["extension"]["indicator"], link["href"].split(".")[1]
        rows = [row for row in csv_rows if row["indicator"] == key and row["group_by"] == ("" if by == "en" else by)]
        figures = indexes[-1]
        said = [float(row[name]) if row[name] else None for row in rows for name in figures]
        assert said == told["value"]
        states = [row["state"] for row in rows for _ in figures]
        assert {str(at): state for at, state in enumerate(states) if state != "final"} == told["status"]


def test_a_file_is_kept_by_whoever_fetched_it_and_counted(anybody, monkeypatch):
    from pejling.config import open_documents

    _, answer = file(anybody, "units.csv")
    assert "immutable" in answer["Cache-Control"]
    monkeypatch.setattr(open_documents, "AT_MOST", 1)
    assert anybody.get("/open/1/units.csv").status_code == 429
    assert anybody.get("/open/1/units.csv").headers["Retry-After"] == "60"


@pytest.mark.parametrize("name", ["nothing.csv", "..", ".hidden", "intake.exe", "%2e%2e%2fsecret.key"])
def test_a_file_that_is_none_is_not_there(anybody, name):
    assert anybody.get(f"/open/1/{name}").status_code == 404


def test_the_command_writes_what_the_web_gives(anybody, tmp_path):
    from pejling.pages.released import released
    from pejling.reports.open_data import files

    made = files(released({}))
    for name in ("figures.csv", "units.csv", "release.json", "intake.sex.en.json"):
        assert made[name]() == file(anybody, name)[0]
