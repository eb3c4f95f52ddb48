"""Figures older than the records or the model say so on every page, to those who see them as they are measured."""

from dataclasses import replace

import pytest
from web.conftest import signed_in

pytestmark = pytest.mark.xdist_group("released")
PAGES = ("/", "/indicators/fast_lasting_exit/NI", "/courses/fast_lasting_exit/NI?period=1995", "/model",
         "/status/NI/1999-06", "/data")  # fmt: skip


def test_what_is_newer_is_said_on_every_page_and_what_to_do(northern_ireland, monkeypatch):
    from pejling.web import live, middleware

    def newer(*what):
        monkeypatch.setattr(middleware, "newest", lambda store: replace(live.newest(store), overtaken=what))

    english = signed_in(language="en")
    for what, said in ((("model",), "The model has changed since"), (("facts", "model"), "Records have come in since")):
        newer(*what)
        for page in PAGES:
            html = english.get(page, follow=True).content.decode()
            assert html.count(said) == 1 and "<code>pejling measure</code>" in html, page
    newer()
    assert "pejling measure" not in english.get(PAGES[0], follow=True).content.decode()


def test_a_release_stands_as_it_was_made(released, monkeypatch):
    from pejling.web import live, middleware

    monkeypatch.setattr(middleware, "newest", lambda store: replace(live.newest(store), overtaken=("model",)))
    assert "The model has changed since" not in signed_in("politician", "en").get("/", follow=True).content.decode()
