"""Reminders: to whom a status waits for, once, without a figure in them."""

import pytest

MONTH = "1999-04"  # no other test has statuses of it


@pytest.fixture
def letters(northern_ireland):
    """What would be sent, with addresses for two of the example's people."""
    from django.core import mail
    from django.test.utils import override_settings

    from pejling.agreements import people

    for name in ("belfast", "director"):
        people.set_address("the tests", name, f"{name}@kommune.example")
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        mail.outbox = []
        yield mail


def reminded(home, month=MONTH, **more):
    from pejling.config.connection import reading
    from pejling.facts.store import Store
    from pejling.pages.ground import ground
    from pejling.pages.reminders import remind

    store = Store(home)
    with reading(store) as connection:
        return remind(ground(connection, {}), store, month, **more)


def test_the_unit_is_told_once_and_then_the_one_above(northern_ireland, letters):
    from django.utils import translation

    from pejling.agreements import statuses
    from pejling.steering.stands import Written

    with translation.override("da"):
        told = reminded(northern_ireland)
        first = {letter.to[0]: letter for letter in letters.outbox}
        assert set(first) == {"belfast@kommune.example", "director@kommune.example"}
        assert any(line.startswith("western: Western: ingen mailadresse") for line in told)
        letter = first["belfast@kommune.example"]
        assert letter.subject == "Resultatstatus for Belfast, april 1999"
        assert f"/status/Belfast/{MONTH}" in letter.body and "mål er set efter" in letter.body
        assert "%" not in letter.body and "," not in letter.body.split("http")[0].split("\n")[0]  # no figure travels
        letters.outbox.clear()
        reminded(northern_ireland)
        assert letters.outbox == []
        statuses.hand_in("belfast", "Belfast", MONTH, 0, Written(), [], {})
        reminded(northern_ireland)
        (above,) = letters.outbox
    assert above.to == ["director@kommune.example"]
    assert above.subject == "Klar til offentliggørelse: resultatstatus for Belfast, april 1999"
    letters.outbox.clear()
    reminded(northern_ireland, again=True)
    assert len(letters.outbox) == 2  # the director on the whole and on Belfast


def test_nobody_is_told_of_a_month_that_is_not_over(northern_ireland, letters, monkeypatch):
    from datetime import date

    from pejling.pages.ground import Ground

    monkeypatch.setattr(Ground, "through", property(lambda self: date(1999, 6, 29)))
    assert reminded(northern_ireland, "1999-06") == [] and letters.outbox == []


def test_an_address_that_is_none_is_refused(northern_ireland):
    from pejling.agreements import people
    from pejling.facts.mistakes import Mistake

    with pytest.raises(Mistake, match="is none"):
        people.set_address("the tests", "western", "western at kommune")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", ("console.EmailBackend", None, None)),
        ("smtp://u:p%40ss@mail.example", ("smtp.EmailBackend", 587, True)),
        ("smtps://mail.example:4650", ("smtp.EmailBackend", 4650, False)),
        ("smtp://localhost:25", ("smtp.EmailBackend", 25, False)),
    ],
)
def test_where_letters_go_is_read_from_one_address(northern_ireland, url, expected):
    from pejling.config.settings import _mail

    said = _mail(url)
    assert said["EMAIL_BACKEND"].endswith(expected[0])
    assert (said.get("EMAIL_PORT"), said.get("EMAIL_USE_TLS")) == expected[1:]
    assert said.get("EMAIL_HOST_PASSWORD", "") in ("p@ss", "")


def test_a_mail_address_of_another_kind_is_refused(northern_ireland):
    from pejling.config.settings import _mail
    from pejling.facts.mistakes import Mistake

    with pytest.raises(Mistake, match="PEJLING_MAIL"):
        _mail("http://mail.example")
