from functools import cache

import pytest


@pytest.fixture(scope="module", autouse=True)
def decisions(own_decisions):
    """What one file of these tests decides, no other meets."""


def signed_in(name="director", language="da"):
    """A reader who has signed in; "" for one who has not."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1", raise_request_exception=False)
    if name:
        client.force_login(User.objects.get(username=name), "django.contrib.auth.backends.ModelBackend")
    client.cookies["pejling_language"] = language
    return client


@pytest.fixture
def client(northern_ireland):
    """A director in Danish, as everyone is until they choose."""
    return signed_in()


@pytest.fixture
def english(northern_ireland):
    return signed_in(language="en")


@pytest.fixture(scope="session")
def answer(northern_ireland):
    """What a reader gets at an address, asked for once: for tests that only look at it."""

    @cache
    def got(address, language="da"):
        return signed_in(language=language).get(address)

    return got


@pytest.fixture
def django_writes(northern_ireland):
    """What is written to the database of decisions meanwhile."""
    from django.db import connection

    written: list[str] = []

    def watch(execute, sql, params, many, context):
        if not sql.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written
