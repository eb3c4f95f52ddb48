"""From an empty contract to one signed by both, with the keyboard alone: no more than 40 presses besides the typing."""

import re

import httpx
import pytest
from browser.conftest import signed_in

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
MOST = 40
# The browser goes to what a page begins with a moment after the page is loaded: too soon for a hand, not for a test.
READY = "document.querySelector('[autofocus]') === null || document.activeElement !== document.body"


def empty_contract(web: str, session: str, year: int) -> str:
    with httpx.Client(base_url=web, cookies={"pejling_session": session}) as client:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/contracts").text)[1]
        said = {"csrfmiddlewaretoken": token, "upper": "NI", "unit": "Belfast", "year": year}
        return client.post("/contracts/new", data=said, headers={"Referer": web}).headers["Location"]


@pytest.fixture
def page(browser, web):
    """A browser in which the director has signed in, in a session of their own."""
    contexts = []

    def opened(language: str):
        session = signed_in(web)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        cookies = {"pejling_language": language, "pejling_session": session}
        context.add_cookies([{"name": name, "value": value, "url": web} for name, value in cookies.items()])
        contexts.append(context)
        made = context.new_page()
        made.complaints = []
        made.on("console", lambda message: made.complaints.append(message.text))
        made.on("pageerror", lambda error: made.complaints.append(str(error)))
        return made, session

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language, year", [("da", 2031), ("en", 2033)])
def test_from_an_empty_contract_to_one_signed_by_both(page, web, language, year):
    from axe_playwright_python.sync_playwright import Axe

    reader, session = page(language)
    presses = []

    def press(key: str) -> None:
        presses.append(key)
        for _ in range(100):
            if reader.evaluate(READY):
                break
            reader.wait_for_timeout(20)
        if key != "Enter":
            reader.keyboard.press(key)
            return
        with reader.expect_navigation():  # every Enter leads on
            reader.keyboard.press(key)

    def typed(text: str) -> None:
        reader.keyboard.type(text)

    def looked_over() -> None:
        for width in (1280, 320):
            reader.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(reader, options={"runOnly": WCAG, "resultTypes": ["violations"]})
            assert found.violations_count == 0, found.generate_report()
            assert reader.evaluate("document.documentElement.scrollWidth") <= width
        reader.set_viewport_size({"width": 1280, "height": 900})

    def sign_it() -> None:
        press("Enter")  # Read and sign, where the page begins
        assert reader.url.endswith("/sign")
        looked_over()
        press("Space")  # I agree to this definition; what one objects to is asked only where one does
        press("Tab")
        press("Enter")

    reader.goto(web + empty_contract(web, session, year))
    looked_over()
    typed("Hurtig og varig" if language == "da" else "Fast and lasting")  # in the list of indicators
    press("Tab")
    typed("6")
    press("Tab")
    typed("13")
    press("Enter")
    looked_over()
    typed("Arbejde, der varer" if language == "da" else "Work that lasts")  # the purpose, where the page begins now
    while not reader.evaluate("document.activeElement.matches('[name=then]')"):
        press("Tab")
    press("Enter")  # Save and propose
    looked_over()
    sign_it()
    while reader.evaluate("document.activeElement.closest('form.who') === null"):
        press("Tab")
    press("Enter")  # Sign out
    looked_over()
    password = reader.locator("code").first.inner_text()
    typed("belfast")
    press("Tab")
    typed(password)
    press("Enter")
    sign_it()
    assert {"da": "Løber", "en": "Running"}[language] not in reader.locator(
        ".standing"
    ).inner_text()  # its year is to come
    assert {"da": "Underskrevet af begge", "en": "Signed by both"}[language] in reader.locator(".standing").inner_text()
    assert reader.complaints == []
    assert len(presses) <= MOST, presses
    print(f"{len(presses)} presses: {' '.join(presses)}")


def test_the_gap_shows_while_one_types(page, web):
    reader, session = page("da")
    with httpx.Client(base_url=web, cookies={"pejling_session": session}) as client:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/contracts").text)[1]
        said = {"csrfmiddlewaretoken": token, "revision": "0", "indicator": "fast_lasting_exit", "count": "22",
                "rule": "history", "sharing": "own"}  # fmt: skip
        assert client.post("/overall/2035/NI", data=said, headers={"Referer": web}).status_code == 302
    reader.goto(web + empty_contract(web, session, 2035))
    assert "22 af 22" in reader.locator("#sums").inner_text()
    reader.fill("#fast_lasting_exit-count", "4")
    reader.get_by_text("Der mangler 2.").wait_for(timeout=5000)
    assert reader.complaints == []
