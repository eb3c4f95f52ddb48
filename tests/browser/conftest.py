"""The real command line, and a real browser."""

import os
import re
import shutil
import socket
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from browser.command import address_said, pejling

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    """What opens pages runs together, a language to a process: so a browser starts twice in all."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        if "browser" in item.fixturenames:
            language = item.callspec.params.get("language", "da") if hasattr(item, "callspec") else "da"
            item.add_marker(pytest.mark.xdist_group(f"browser {language}"))


@pytest.fixture(scope="session")
def web(built, tmp_path_factory) -> str:
    """The address of the example, served by `pejling serve`."""
    with served(built, tmp_path_factory.mktemp("web") / "demo") as address:
        yield address


@pytest.fixture(scope="module")
def city_web(city, tmp_path_factory) -> str:
    """The address of the large example with its people: four job centres, their economy and the law."""
    with served(city, tmp_path_factory.mktemp("city web") / "demo") as address:
        yield address


@contextmanager
def served(built: Path, home: Path):
    """The address of a copy of the example."""
    shutil.copytree(built, home)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    server = pejling("serve", "--port", str(port), home=home)
    try:
        yield address_said(server)
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def browser():
    """A browser for the tests of one file, gone before any other file's tests begin.

    While Playwright is there, its event loop runs in this process, and Django refuses its database under a running
    loop: so it never outlives a file that uses no Django.
    """
    if not Path(CHROMIUM).exists():
        cure = "needs Chromium: apt-get install chromium"
        if os.environ.get("PEJLING_REQUIRE_ALL") == "1":
            pytest.fail(cure)
        pytest.skip(cure)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def session(web) -> str:
    """The cookie of the example's director, who has signed in as anyone does."""
    return signed_in(web)


def signed_in(web: str, name: str = "director") -> str:
    with httpx.Client(base_url=web, timeout=60) as client:
        form = client.get("/sign-in").text
        said = {key: re.search(f'name="{key}" value="([^"]+)"', form)[1] for key in ("csrfmiddlewaretoken", "password")}
        client.post("/sign-in", data={**said, "username": name}, headers={"Referer": web + "/sign-in"})
        return client.cookies["pejling_session"]


@pytest.fixture
def open_page(browser, web, session):
    """Opens an address as one reader: a language, a width, with JavaScript or without, signed in as the director."""
    contexts = []

    def opened(address: str, *, language: str = "da", width: int = 1280, scripts: bool = True):
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        cookies = {"pejling_language": language, "pejling_session": session}
        context.add_cookies([{"name": name, "value": value, "url": web} for name, value in cookies.items()])
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("requestfailed", lambda request: page.complaints.append(request.url))
        page.goto(web + address)
        return page

    yield opened
    for context in contexts:
        context.close()
