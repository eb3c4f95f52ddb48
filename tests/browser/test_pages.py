"""Every page in a real browser, in both languages: quiet, accessible, narrow, and usable with the keyboard alone."""

import re

import pytest

PAGES = {
    "overview": "/overview",
    "attention": "/attention/NI",
    "team": "/team/Belfast",
    "cases": "/cases/Belfast",
    "meeting": "/meetings/Belfast/1999-05",
    "unit": "/units/NI",
    "unit by month": "/units/Belfast?periods=month",
    "indicator": "/indicators/fast_lasting_exit/NI?period=1998&by=sex",
    "indicator with its curve": "/indicators/weeks_to_work_or_study/NI?period=1994",
    "courses": "/courses/fast_lasting_exit/NI?period=1998",
    "courses with one reason": "/courses/fast_exit/NI?period=1995&outcome=not_counted&reason=too_late&apart=",
    "status": "/status/NI/1999-06",
    "economy of a model without one": "/economy/NI",
    "forecast": "/forecast/intake/NI",
    "contracts": "/contracts",
    "overall goals": "/overall/2000/NI",
    "a new agreement": "/agreements/new",
    "model": "/model",
    "funding": "/funding",
    "model check": "/model/check",
    "deliveries": "/deliveries",
    "data": "/data",
    "open data": "/open",
    "an open unit": "/open/units/NI",
    "tokens": "/tokens",
    "documentation": "/documentation?contacts=7",
    "accessibility": "/accessibility",
}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
UNKNOWN = "/units/Belfst"
every_page = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
both_languages = pytest.mark.parametrize("language", ["da", "en"])


CLIPPED = """() => {
    const out = [];
    const words = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    for (let node; (node = words.nextNode()); ) {
        const holder = node.parentElement, range = document.createRange();
        if (!node.textContent.trim() || !holder.checkVisibility()) continue;
        if (holder.closest('.sr-only, .table--responsive-scroll, pre, thead, option, svg')) continue;
        range.selectNodeContents(node);
        const box = range.getBoundingClientRect(), style = getComputedStyle(holder);
        const cut = style.overflowX !== 'visible' && holder.scrollWidth > holder.clientWidth + 1;
        if (cut || box.left < -1 || box.right > innerWidth + 1) out.push(node.textContent.trim());
    }
    return out }"""
CROOKED = """() => [...document.querySelectorAll('main :is(td, thead th).n')].filter(cell => {
    const style = getComputedStyle(cell);
    return cell.checkVisibility() && (style.textAlign !== 'right' || !style.fontVariantNumeric.includes('tabular-nums'))
}).map(cell => cell.textContent.trim())"""
ONE_SHEET = [
    "/status/NI/1999-06", "/attention/NI", "/contracts", "/team/Belfast", "/documentation", "/units/NI",
    "/meetings/Belfast/1999-05", "/overall/2000/NI", "/overview", "/cases/Belfast", "/model", "/model/check", "/open",
    "/courses/fast_lasting_exit/NI?period=1998",
]  # fmt: skip
LARGE = [  # who prints it, and what
    ("direktør", "/overview"), ("direktør", "/economy/BIF?month=2009-06"), ("direktør", "/law"),
    ("direktør", "/status/BIF/2009-11"), ("direktør", "/attention/BIF"), ("direktør", "/units/BIF"),
    ("sagsbehandler", "/"), ("teamleder", "/cases/JC-N-UNG"), ("direktør", "/model"), ("direktør", "/model/check"),
    ("direktør", "/courses/fast_lasting_exit/JC-N?period=2008"),
    ("direktør", "/courses/timely_contact/JC-N?period=2009"), ("", "/open"),
]  # fmt: skip
SMALL = """() => {
    const out = [];
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = words.nextNode()); ) {
        const holder = node.parentElement;
        if (!node.textContent.trim() || !holder.checkVisibility() || holder.closest('.sr-only, .inside')) continue;
        const points = parseFloat(getComputedStyle(holder).fontSize) * holder.currentCSSZoom * 0.75;
        if (points < 6.95) out.push([node.textContent.trim(), points]);
    }
    return out }"""


@pytest.mark.parametrize("address", [*PAGES.values(), UNKNOWN], ids=[*PAGES, "unknown"])
@both_languages
def test_a_page_is_quiet_breaks_no_rule_of_wcag_21_and_fits_a_screen_320_wide(open_page, address, language):
    """One visit for all: on each width every rule of A and AA, on the narrow one nothing that scrolls sideways or is
    cut off, and on the wide one numbers under each other."""
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(address, language=language)
    assert address == UNKNOWN or page.complaints == []
    assert page.locator("html").get_attribute("lang") == language
    assert "IBM Plex Sans" in page.evaluate("getComputedStyle(document.body).fontFamily")
    assert page.evaluate("document.fonts.check('16px \"IBM Plex Sans\"') && document.fonts.size > 0")
    assert page.evaluate("getComputedStyle(document.querySelector('.portal-info-inner')).display") == "flex"
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate(CROOKED) == []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]})
        assert found.violations_count == 0, (width, found.generate_report())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(CLIPPED) == []


@pytest.mark.parametrize("address", ONE_SHEET)
def test_a_page_that_is_brought_to_a_meeting_is_printed_on_one_sheet(open_page, address):
    _is_one_sheet_of_seven_points(open_page(address))


@pytest.mark.slow
@both_languages
def test_the_pages_of_a_large_city_are_printed_on_one_sheet_each(browser, city_web, language):
    from browser.conftest import signed_in

    sessions = {name: signed_in(city_web, name) for name in {name for name, _ in LARGE} if name}
    for name, address in LARGE:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        cookies = {"pejling_language": language, "pejling_session": sessions.get(name, "")}
        context.add_cookies([{"name": key, "value": value, "url": city_web} for key, value in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(120_000)  # the first reader of a large city waits for its figures
        assert page.goto(city_web + address).ok, address
        _is_one_sheet_of_seven_points(page)
        context.close()


def _is_one_sheet_of_seven_points(page):
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1, page.url
    page.emulate_media(media="print")
    assert page.evaluate(SMALL) == [], page.url
    assert page.evaluate("[...document.querySelectorAll('.printed')].every(one => one.checkVisibility())"), page.url
    page.emulate_media(media="screen")
    assert not page.evaluate("[...document.querySelectorAll('.printed')].some(one => one.checkVisibility())"), page.url


@every_page
def test_whoever_uses_the_keyboard_sees_where_they_are(open_page, address):
    page = open_page(address)
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one);
            return one === document.body ? null :
                [one.outerHTML.slice(0, 80), style.outlineStyle, style.outlineWidth] }"""
        )
        if outline is None:
            break
        reached.add(outline[0])
        assert outline[1] == "solid" and float(outline[2].removesuffix("px")) >= 2, outline
    assert len(reached) >= 5
    page.keyboard.press("Home")


def test_the_first_key_leads_past_the_menu(open_page):
    page = open_page("/units/NI")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skipnav"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")


def test_everything_works_without_javascript(open_page):
    page = open_page("/overview", scripts=False)
    page.click("text=Belfast >> nth=0")
    page.click("text=Kvartal")
    page.select_option("#period", "1995-Q1")
    page.click("text=Vis")
    assert "period=1995-Q1" in page.url
    page.click("main summary >> nth=0")
    page.click("text=Se hvorfor >> nth=0")
    assert page.locator("h1").inner_text() == "Hvorfor tallet er, som det er"
    page.click("button:has-text('English')")
    assert page.locator("h1").inner_text() == "Why the figure is what it is"


def test_a_chart_has_its_labels_inside_it(open_page):
    page = open_page("/units/NI", width=320)
    outside = page.evaluate(
        """() => [...document.querySelectorAll('svg.over-time text')].filter(text => {
            const t = text.getBoundingClientRect(), s = text.ownerSVGElement.getBoundingClientRect();
            return t.left < s.left - 1 || t.right > s.right + 1 }).map(text => text.textContent)"""
    )
    assert outside == []


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)])
def test_the_form_of_a_reflection_meeting_is_no_longer_than_a_screen(browser, web, width, height):
    from browser.conftest import signed_in

    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": "pejling_session", "value": signed_in(web, "belfast"), "url": web}])
    page = context.new_page()
    page.goto(web + "/meetings/Belfast/1999-05")
    assert page.locator(".meeting-form").bounding_box()["height"] <= height
    context.close()
