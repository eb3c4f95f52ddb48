"""Made-up records are called so on every page; real ones never are."""

import pytest
from web.test_every_measure import reader  # noqa: F401
from web.test_pages import ADDRESSES

SAID = {
    "da": "Disse data er opdigtede. De handler ikke om virkelige mennesker.",
    "en": "These data are made up. They are about no real people.",
}
PAGES = (
    "/overview", "/units/city", "/units/north?periods=month", "/indicators/fast_lasting/city",
    "/courses/intake/city?period=2009", "/deliveries", "/data", "/accessibility", "/nothing", "/units/nowhere",
)  # fmt: skip


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_says_that_its_records_are_made_up(reader, language):  # noqa: F811
    client = reader(language)
    assert [page for page in PAGES if SAID[language] not in client.get(page).content.decode()] == []


def test_the_page_of_a_fault_says_so_too(reader, monkeypatch):  # noqa: F811
    from pejling.web import views

    def fails(*_):
        raise RuntimeError

    monkeypatch.setattr(views, "about_page", fails)
    answer = reader("en").get("/data")
    assert answer.status_code == 500
    assert SAID["en"] in answer.content.decode()


def test_real_records_are_never_called_made_up(answer):
    assert [page for page in ADDRESSES if "opdigte" in answer(page).content.decode()] == []
