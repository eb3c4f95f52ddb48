"""Every page that each role can come to, in both languages, on two widths: a developer's tool, too slow for a test.

    pejling --home WORKSPACE serve --port 8151
    PEJLING_HOME=WORKSPACE PYTHONPATH=tests:src python tests/browser/walk.py http://127.0.0.1:8151

Each standing user of an example signs in and follows the links on the pages they meet, an address of each kind. On
every page: it answers, the console is quiet, nothing is asked of another host, no rule of WCAG 2.1 A or AA is broken,
and nothing scrolls sideways. Ends with what was wrong, and with the kinds of pages that nobody came to.
"""

import argparse
import os
import re
import sys
from collections import Counter
from urllib.parse import urlsplit

import httpx
from browser.conftest import CHROMIUM, FLAGS, signed_in
from browser.test_pages import WCAG

WIDTHS = (1280, 320)
FILES = ("csv", "json", "xlsx", "pdf", "zip")


def names(web: str) -> list[str]:
    """The standing users, as the sign-in page lists them."""
    return re.findall(r'type="hidden" name="username" value="([^"]+)"', httpx.get(web + "/sign-in").text)


def kind_of(path: str) -> str:
    """What Django calls the page at the address; "" for a file, or none of ours."""
    from django.urls import Resolver404, resolve

    try:
        found = resolve(path)
    except Resolver404:
        return ""
    return "" if found.namespaces or re.split("[./]", path)[-1] in FILES else found.url_name or ""


def walk(browser, web: str, name: str, language: str, most: int) -> tuple[dict[str, str], list[str]]:
    """The pages met, by address what they are called; and what was wrong."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
    cookies = {"pejling_language": language, "pejling_session": signed_in(web, name)}
    context.add_cookies([{"name": key, "value": value, "url": web} for key, value in cookies.items()])
    page, wrong, met, seen, here = context.new_page(), [], {}, Counter(), ""

    def complain(what: str) -> None:
        wrong.append(f"{name} {language} {here}: {what}")

    page.on("console", lambda message: complain(f"console: {message.text}"))
    page.on("pageerror", lambda error: complain(f"error: {error}"))
    page.on("request", lambda request: request.url.startswith((web, "data:")) or complain(f"asked {request.url}"))
    waiting, known = ["/"], {"/"}
    while waiting:
        here = waiting.pop(0)
        answer = page.goto(web + here)
        if answer.status != 200:
            complain(f"answers {answer.status}")
            continue
        met[here] = kind_of(urlsplit(page.url).path)
        if page.locator("html").get_attribute("lang") != language:
            complain("another language")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]})
            for rule in found.response["violations"]:
                where = "; ".join(str(node["target"][0]) for node in rule["nodes"][:3])
                complain(f"{width} px {rule['id']}: {rule['help']} ({where})")
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > WIDTHS[-1]:
            complain(f"{wide} px wide on {WIDTHS[-1]}")
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        for href in page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)"):
            parts = urlsplit(href)
            if not href.startswith(web):
                complain(f"links to {href}")
                continue
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            asked = sorted(each.partition("=")[0] for each in parts.query.split("&"))
            told = kind_of(parts.path), *asked
            if address not in known and told[0] and seen[told] < most:
                known.add(address)
                seen[told] += 1
                waiting.append(address)
    context.close()
    return met, wrong


def main() -> int:
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("web")
    said.add_argument("--users", nargs="*", help="only these")
    said.add_argument("--languages", nargs="*", default=["da", "en"])
    said.add_argument("--most", type=int, default=1, help="addresses of a kind, with the same questions")
    asked = said.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pejling.config.settings")
    import django

    django.setup()
    from django.urls import URLPattern
    from playwright.sync_api import sync_playwright

    from pejling.config.urls import urlpatterns

    every = {each.name for each in urlpatterns if isinstance(each, URLPattern)}
    met, wrong, pages = set(), [], 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in asked.users or names(asked.web):
            for language in asked.languages:
                here, found = walk(browser, asked.web.rstrip("/"), name, language, asked.most)
                print(f"{name} {language}: {len(here)} pages, {len(found)} wrong", *found, sep="\n", flush=True)
                met |= set(here.values())
                wrong += found
                pages += len(here)
    print(
        f"{pages} pages on {len(WIDTHS)} widths, {len(wrong)} wrong. Nobody came to: {', '.join(sorted(every - met))}"
    )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
