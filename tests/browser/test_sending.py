"""A form whose answer takes its time says so, and is sent once however often it is pressed."""

# The browser is asked what it would have sent, and sends nothing: so the answer takes as long as the test.
PRESSED_TWICE = """button => {
    window.sent = 0;
    addEventListener("submit", event => { if (!event.defaultPrevented) window.sent += 1; event.preventDefault(); });
    button.form.noValidate = true;
    button.click();
    button.click();
}"""


def test_a_form_says_that_it_is_sent_and_is_sent_once(open_page):
    page = open_page("/agreements/new")
    button = page.locator("main form[method=post] button").last
    button.evaluate(PRESSED_TWICE)
    page.wait_for_timeout(1000)
    assert page.evaluate("window.sent") == 1
    assert button.get_attribute("aria-busy") == "true"
    working = page.locator("#working")
    assert working.text_content() == "Arbejder på det …"
    seen = working.bounding_box()
    assert (
        seen["height"] > 20 and seen["width"] > 900 and seen["y"] + seen["height"] <= 901
    )  # in sight, not scrolled to
    page.evaluate("dispatchEvent(new Event('pageshow'))")  # as when the reader goes back to it
    assert button.get_attribute("aria-busy") is None and working.bounding_box()["height"] == 0
    button.evaluate("button => button.click()")
    assert page.evaluate("window.sent") == 2


def test_a_button_that_takes_long_says_what_is_going_on(open_page):
    page = open_page("/agreements/new")
    button = page.locator("main form[method=post] button").last
    button.evaluate("button => { button.dataset.working = 'Offentliggør …'; }")
    button.evaluate(PRESSED_TWICE)
    page.wait_for_timeout(1000)
    assert page.locator("#working").text_content() == "Offentliggør …"
