"""A word that no line has room for, as people may write it, breaks: the page stays as wide as the screen."""

import re

import httpx
import pytest
from browser.conftest import signed_in

WORD = "Langtord" * 25
AT_REST = "[document.documentElement.scrollWidth, innerWidth]"


@pytest.fixture(scope="module")
def written(web):
    """A meeting with nothing but such words, and who wrote it."""
    session, here = signed_in(web, "belfast"), "/meetings/Belfast/1999-04"
    with httpx.Client(base_url=web, timeout=60, cookies={"pejling_session": session}) as client:
        form = client.get(here).text
        token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        said = {"question": WORD, "choice": "keep", "reason": WORD, "what": WORD, "who": WORD[:100], "revision": "0"}
        sent = {"csrfmiddlewaretoken": token, **said}
        answer = client.post(f"{here}/save", data=sent, headers={"Referer": web + here})
        assert answer.status_code == 302
    return here, session


@pytest.mark.parametrize("mine", [True, False], ids=["in its form", "as it is read"])
def test_a_word_of_any_length_makes_no_page_wider(browser, web, session, written, mine):
    here, writer = written
    context = browser.new_context(viewport={"width": 360, "height": 900})
    context.add_cookies([{"name": "pejling_session", "value": writer if mine else session, "url": web}])
    page = context.new_page()
    page.goto(web + here)
    assert WORD[:40] in page.locator("main").inner_text()
    assert page.evaluate(AT_REST) == [360, 360]
    context.close()
