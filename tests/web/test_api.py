"""The API: the same rules as the pages, exactly the fields of a figure, and no fault whatever is asked."""

import json
import re

import pytest
from hypothesis import HealthCheck, settings
from web.conftest import signed_in
from web.test_open_data import FIELDS, NUMBERS

pytestmark = pytest.mark.xdist_group("released")
LIVE = ("/units", "/indicators", "/figures?indicator=intake")
OPEN = (
    "/releases", "/releases/1/units", "/releases/1/indicators", "/releases/1/figures?indicator=intake", "/openapi.json"
)  # fmt: skip
BELOW = {  # who, and whose live figures they may see
    "director": "NI", "controller": "NI", "belfast": "Belfast", "western": "Western", "caseworker": "Belfast",
    "teamleader": "Southern", "supplier": "S.Eastern",
}  # fmt: skip


@pytest.fixture(autouse=True)
def calls_are_counted_anew():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="module")
def tokens(released):
    from django.contrib.auth.models import User

    from pejling.agreements import tokens

    made = {}
    for user in User.objects.filter(is_active=True):
        made[user.username] = tokens.issue("the tests", user, "the API's tests")[1]
    yield made
    for user in User.objects.filter(username__in=made):
        tokens.revoke("the tests", user, "the API's tests")


def get(address, token="", **headers):
    sent = {"Authorization": f"Bearer {token}"} if token else {}
    return signed_in("").get("/api/v1" + address, headers={**sent, **headers})


def test_every_call_is_walked(released):
    from pejling.web.api import api

    said = {path.removeprefix("/api/v1") for path in api.get_openapi_schema()["paths"]}
    walked = {each.partition("?")[0].replace("/1/", "/{number}/") for each in (*LIVE, *OPEN)}
    assert said == walked - {"/openapi.json"}
    assert api.get_openapi_schema()["openapi"].startswith("3.1")


@pytest.mark.parametrize("address", OPEN)
def test_what_is_released_needs_no_token(released, address):
    assert get(address).status_code == 200


@pytest.mark.parametrize("address", LIVE)
def test_live_figures_need_a_token_that_holds(released, address):
    assert get(address).status_code == 401
    assert get(address, "pejling_guessed").status_code == 401
    assert signed_in("director").get("/api/v1" + address).status_code == 401  # a signed-in page is no token


@pytest.mark.parametrize("who", ["politician", "state"])
@pytest.mark.parametrize("address", LIVE)
def test_who_may_see_no_live_figure_on_a_page_gets_none_here(tokens, who, address):
    assert get(address, tokens[who]).status_code == 403


@pytest.mark.parametrize("who", BELOW)
def test_who_may_see_live_figures_gets_those_of_their_units_and_no_other(tokens, who):
    found = {row["unit"] for row in get("/units", tokens[who]).json()}
    rows = get("/figures?indicator=intake&period=1995", tokens[who]).json()
    assert {row["unit"] for row in rows} == found
    assert BELOW[who] in found and (BELOW[who] == "NI") == ("NI" in found)
    if BELOW[who] != "NI":
        assert get("/figures?indicator=intake&unit=NI", tokens[who]).status_code == 404


def test_a_row_has_exactly_the_fields_of_the_command(tokens):
    for row in get("/figures?indicator=fast_exit&unit=NI&by=sex", tokens["director"]).json():
        assert list(row) == FIELDS
    live = get("/figures?indicator=fast_exit&unit=Belfast&period=1995", tokens["director"]).json()
    assert live[0]["persons"] is not None  # who may see the courses may know of how many persons they are


def test_a_released_row_tells_of_nobody_withheld(released):
    rows = get("/releases/1/figures?indicator=fast_exit&period=1995-03").json()
    assert {row["state"] for row in rows} >= {"suppressed"}
    for row in rows:
        assert list(row) == FIELDS and row["persons"] is None
        assert row["state"] != "suppressed" or [row[name] for name in NUMBERS if row[name] is not None] == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/releases/1/figures", 422), ("/releases/0/units", 422), ("/releases/9/units", 404),
        ("/releases/1/figures?indicator=nothing", 404), ("/releases/1/figures?indicator=intake&unit=x", 404),
        ("/releases/1/figures?indicator=intake&period=soon", 404), ("/releases/1/figures?indicator=intake&by=x", 404),
        ("/releases/1/figures?indicator=intake&" + "&".join(["unit=NI"] * 201), 422), ("/nothing", 404),
        ("/releases/1/figures/more", 404),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_words(released, address, status):
    answer = get(address)
    assert answer.status_code == status
    assert isinstance(answer.json()["detail"], str)


def test_an_address_of_another_version_is_answered_as_a_program_reads(released):
    answer = signed_in("").get("/api/v9/figures")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")
    assert "/api/v1/" in answer.json()["detail"]
    assert signed_in("").get("/nothing").headers["Content-Type"].startswith("text/html")


def test_its_own_address_says_what_there_is_and_what_needs_a_token(released):
    found = {each["address"]: each["token"] for each in get("/").json()}
    assert found["/api/v1/openapi.json"] is False
    assert found["/api/v1/releases"] is False and found["/api/v1/figures"] is True
    assert "/api/v1/" not in found
    assert signed_in("").get("/api/").headers["Location"] == "/api/v1/"


def test_what_a_view_says_is_not_there_is_no_fault_of_ours(northern_ireland):
    from django.http import Http404
    from django.test import RequestFactory

    from pejling.web.middleware import Faults

    assert Faults(lambda request: None).process_exception(RequestFactory().get("/"), Http404()) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/figures", "indicator: none was named. Name one by its key; …/indicators lists them."),
        ("/figures?indicator=intake&units=NI", "the question: there is no 'units'. Did you mean unit?"),
        ("/figures?indicator=intake&zzz=010190-1234",
         "the question: a parameter is not known here. Known are: by, indicator, period, unit."),
        ("/releases/soon/units", "release: it is no number that a release can have. /api/v1/releases lists them."),
        ("/releases/0/units", "release: it is no number that a release can have. /api/v1/releases lists them."),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_answered_in_our_own_words(tokens, address, said):
    answer = get(address, tokens["director"])
    assert (answer.status_code, answer.json()["detail"]) == (422, said)


def test_a_token_made_and_one_revoked_each_have_a_receipt(released):
    controller, name = signed_in("controller"), {"name": "natlig rapport"}
    for address, done in (("/tokens", "Adgangsnøglen er lavet"), ("/tokens/revoke", "Adgangsnøglen er tilbagekaldt")):
        page = controller.post(address, name, follow=True).content.decode()
        assert re.search(rf'role="status">{done} \d\d\.\d\d<', page)


def test_nothing_can_be_written(tokens):
    client = signed_in("")
    for address in (*LIVE, *OPEN[:-1]):  # the description of the API answers to any method, with itself
        for method in (client.post, client.put, client.patch, client.delete):
            answer = method("/api/v1" + address, headers={"Authorization": f"Bearer {tokens['director']}"})
            assert answer.status_code == 405, address


def test_whoever_asks_too_often_is_told_to_wait(tokens):
    statuses = [get("/releases").status_code for _ in range(62)]
    assert statuses[:60] == [200] * 60 and statuses[60:] == [429, 429]
    assert get("/releases", **{"X-Forwarded-For": "10.0.0.1"}).status_code == 429  # a header is no other address
    assert get("/units", tokens["director"]).status_code == 200


@pytest.mark.slow
def test_no_question_that_the_description_allows_or_forbids_makes_a_fault_or_tells_of_anybody(tokens, monkeypatch):
    """Schemathesis asks what the OpenAPI description says can be asked, and what it says cannot."""
    import schemathesis
    from django.core.wsgi import get_wsgi_application
    from ninja.throttling import SimpleRateThrottle
    from schemathesis.config import SchemathesisConfig

    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda self, request: True)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=SchemathesisConfig())
    asked = []
    for result in schema.get_all_operations():
        operation = result.ok()
        for who in ("", "politician", "belfast", "director"):
            headers = {"Host": "127.0.0.1", **({"Authorization": f"Bearer {tokens[who]}"} if who else {})}

            def ask(case, who=who, headers=headers):
                answer = case.call(headers=headers)
                asked.append(answer.status_code)
                assert answer.status_code < 500, case
                text = answer.content.decode()
                if answer.status_code == 200 and "/figures" in case.operation.path:
                    for row in json.loads(text):
                        assert list(row) == FIELDS
                        assert who == "director" or "/releases" in case.operation.path or row["unit"] == "Belfast"
                        assert row["state"] != "suppressed" or all(row[name] is None for name in NUMBERS)
                if "/releases" not in case.operation.path and who in ("", "politician"):
                    assert answer.status_code in (400, 401, 403, 405), case

            _drawn(operation, ask)
    assert 200 in asked and len(asked) > 200


def _drawn(operation, ask):
    from hypothesis import Phase, given

    @settings(
        max_examples=12, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def each(case):
        ask(case)

    each()
