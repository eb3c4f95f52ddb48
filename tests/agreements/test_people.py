"""Signing in, and the roles that say who may what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web.conftest import signed_in

from pejling.agreements.rights import ROLES, Held, Reader
from pejling.indicators.mistakes import Mistake

PASSWORD = "a-password-of-the-tests"


@pytest.fixture
def anna(northern_ireland):
    """A user of these tests, made once."""
    from django.contrib.auth.models import User

    from pejling.agreements.people import add_user, give_role

    if not User.objects.filter(username="anna").exists():
        add_user("the tests", "anna", PASSWORD)
        give_role("the tests", "anna", "centre_leader", "Southern")
    return User.objects.get(username="anna")


def test_without_sign_in_every_page_asks_for_it_and_leads_back(northern_ireland):
    response = signed_in("").get("/units/NI?periods=month")
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in?next=/units/NI%3Fperiods%3Dmonth")


def test_a_password_is_kept_by_argon2_and_opens_the_page_asked_for(anna):
    assert anna.password.startswith("argon2$argon2id$")
    client = signed_in("")
    said = {"username": "anna", "password": PASSWORD, "next": "/units/Southern"}
    response = client.post("/sign-in", said)
    assert (response.status_code, response.headers["Location"]) == (302, "/units/Southern")
    assert client.get("/units/Southern").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil"])
def test_sign_in_leads_nowhere_else(anna, elsewhere):
    response = signed_in("").post("/sign-in", {"username": "anna", "password": PASSWORD, "next": elsewhere})
    assert response.headers["Location"] == "/"


def test_guessing_is_stopped_after_five_tries(anna):
    from axes.utils import reset

    client = signed_in("")
    answers = [client.post("/sign-in", {"username": "anna", "password": "wrong"}).status_code for _ in range(5)]
    right = client.post("/sign-in", {"username": "anna", "password": PASSWORD})
    reset(username="anna")
    assert answers[:4] == [403] * 4
    assert (answers[4], right.status_code) == (429, 429)
    assert "For mange forkerte forsøg" in right.content.decode()


def test_signing_out_takes_a_form_and_ends_it(anna):
    client = signed_in("anna")
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert client.get("/").status_code == 302


def test_a_unit_outside_the_roles_reach_is_not_there(anna):
    client = signed_in("anna")
    assert client.get("/units/Southern").status_code == 200
    for address in ("/units/NI", "/units/Belfast", "/courses/fast_exit/Belfast?period=1995"):
        assert client.get(address).status_code == 404, address
    assert "Belfast" not in client.get("/").content.decode()


def test_a_role_is_given_once_and_ends(anna):
    from pejling.agreements.people import end_role, give_role, reader

    for _ in range(2):
        give_role("the tests", "anna", "caseworker", "Western")
    assert reader(anna).held == (Held("centre_leader", "Southern"), Held("caseworker", "Western"))
    end_role("the tests", "anna", "caseworker", "Western")
    assert reader(anna).held == (Held("centre_leader", "Southern"),)
    with pytest.raises(Mistake, match="is not caseworker at Western"):
        end_role("the tests", "anna", "caseworker", "Western")


@pytest.mark.parametrize("password, said", [("short", "too easily guessed"), ("password1234", "too easily guessed")])
def test_a_weak_password_is_refused(northern_ireland, password, said):
    from pejling.agreements.people import add_user

    with pytest.raises(Mistake, match=said):
        add_user("the tests", "bo", password)


def test_a_role_nobody_knows_is_named_with_the_nearest(anna):
    from pejling.agreements.people import give_role

    with pytest.raises(Mistake, match="Did you mean controller"):
        give_role("the tests", "anna", "controler", "NI")


@given(st.data())
def test_a_right_reaches_the_unit_and_below_and_no_other(data):
    from datetime import date

    from pejling.indicators.hierarchy import Unit

    size = data.draw(st.integers(1, 8))
    parents = [None if n == 0 else data.draw(st.integers(0, n - 1)) for n in range(size)]
    units = {
        str(n): Unit(str(n), str(n), "team", None if p is None else str(p), date(2009, 1, 1), None, None)
        for n, p in enumerate(parents)
    }
    role, unit = data.draw(st.sampled_from(sorted(ROLES))), data.draw(st.sampled_from(sorted(units)))
    who = Reader("x", (Held(role, unit),))
    for right in ("figures", "cases", "draft", "sign", "signed", "agreements", "records"):
        for other in units:
            above, reached = other, False
            while above is not None:
                reached = reached or above == unit
                above = units[above].parent_id
            assert who.may(right, other, units) == (reached and right in ROLES[role])
