"""A delivery appears on pages that are open, and disturbs nobody who is writing."""

import re

import pytest
from browser.command import pejling
from browser.conftest import served, signed_in

UNIT = "/units/Belfast?periods=month&period=1999-05"
COURSES = "course_id,person_id,unit_id,target_group,started_on\n"
PERSONS = "person_id,sex\n"
THROUGH = "1999-06-30"


@pytest.fixture(scope="module")
def home(built, tmp_path_factory):
    return tmp_path_factory.mktemp("live") / "demo"


@pytest.fixture(scope="module")
def own_web(built, home):
    with served(built, home) as address:
        yield address


def deliver(home, folder, number):
    """`number` more people begin in Belfast in May 1999."""
    folder.mkdir()
    people = [f"{folder.name}-{each}" for each in range(number)]
    (folder / "persons.csv").write_text(PERSONS + "".join(f"{each},female\n" for each in people))
    rows = "".join(f"{each},{each},Belfast,school_leaver,1999-05-01\n" for each in people)
    (folder / "courses.csv").write_text(COURSES + rows)
    process = pejling("deliver", str(folder), "--through", THROUGH, home=home)
    assert process.wait(60) == 0, process.stderr.read()


def test_a_delivery_changes_the_figures_of_an_open_page_and_waits_for_whoever_writes(browser, own_web, home, tmp_path):
    from playwright.sync_api import expect

    session = signed_in(own_web)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    cookies = {"pejling_language": "da", "pejling_session": session}
    context.add_cookies([{"name": name, "value": value, "url": own_web} for name, value in cookies.items()])
    reader, writer = context.new_page(), context.new_page()
    complaints = []
    for page, address in ((reader, UNIT), (writer, "/agreements/new?unit=Belfast")):
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(own_web + address)
        page.evaluate("window.neverReloaded = true")
    behind = reader.locator("details:has(> summary#intake)")
    behind.evaluate("one => one.open = true")
    intake = behind.locator(".figure .value")
    before, said = intake.inner_text(), reader.locator("#data-time")
    assert re.match(r"Data til og med 30\.06\.1999, leveret ", said.inner_text())
    link = behind.locator(".onward")
    link.focus()
    field = writer.locator("main textarea, main input[type=text], main input:not([type])").first
    field.fill("Et ord, der ikke må forsvinde")

    deliver(home, tmp_path / "first", 7)

    reader.get_by_text("Siden viser nu de nye data").wait_for(timeout=9000)
    figure = int(before.replace(".", "")) + 7
    expect(intake).to_have_text(f"{figure:,}".replace(",", "."), timeout=9000)  # once when it landed, then as measured
    assert reader.evaluate("window.neverReloaded")
    assert behind.evaluate("one => one.open")
    assert link.evaluate("one => one === document.activeElement")

    assert writer.locator("#news").inner_text() == "Der er kommet nye data. Vis dem"
    writer.get_by_role("button", name="Vis dem").click()
    writer.get_by_text("Siden viser nu de nye data").wait_for()
    assert field.input_value() == "Et ord, der ikke må forsvinde"
    assert writer.evaluate("window.neverReloaded")
    assert complaints == []
    context.close()
