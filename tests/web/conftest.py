from functools import cache

import pytest


@pytest.fixture
def client(northern_ireland):
    """A reader in Danish, as everyone is until they choose."""
    from django.test import Client

    return Client(HTTP_HOST="127.0.0.1", raise_request_exception=False)


@pytest.fixture
def english(northern_ireland):
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1", raise_request_exception=False)
    client.cookies["pejling_language"] = "en"
    return client


@pytest.fixture(scope="session")
def answer(northern_ireland):
    """What a reader gets at an address, asked for once: for tests that only look at it."""
    from django.test import Client

    @cache
    def got(address, language="da"):
        reader = Client(HTTP_HOST="127.0.0.1", raise_request_exception=False)
        reader.cookies["pejling_language"] = language
        return reader.get(address)

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
