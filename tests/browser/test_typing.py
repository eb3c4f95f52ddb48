"""What was typed in a form is there again when another language is chosen."""


def test_what_was_typed_stays_when_the_language_is_changed_after_a_refusal(open_page):
    page = open_page("/agreements/new")
    page.fill("#person", "Anna Holm")
    page.fill("#risks", "For få pladser")
    page.select_option("#effect", index=2)
    effect = page.input_value("#effect")
    page.locator("main form[method=post]").evaluate("form => { form.noValidate = true; }")
    page.locator("main form[method=post] button").last.click()
    page.wait_for_selector("[data-refused]", state="attached")
    assert page.locator("[aria-invalid=true]").count()
    page.fill("#purpose", "Begyndt på efter afvisningen")
    page.locator("form.language button").click()
    page.wait_for_selector("html[lang=en]")
    found = [page.input_value(f"#{name}") for name in ("person", "risks", "effect", "purpose")]
    assert found == ["Anna Holm", "For få pladser", effect, "Begyndt på efter afvisningen"]
    page.locator("form.language button").click()  # and back, without having sent it
    page.wait_for_selector("html[lang=da]")
    assert page.input_value("#person") == "Anna Holm"
    assert page.evaluate("sessionStorage.length") == 0
    assert [said for said in page.complaints if "422" not in said and not said.endswith("/live")] == []


def test_a_field_that_was_not_touched_is_as_the_page_has_it(open_page):
    page = open_page("/agreements/new")
    page.fill("#person", "Anna Holm")
    page.locator("form.language button").click()
    page.wait_for_selector("html[lang=en]")
    assert page.input_value("#person") == "Anna Holm"
    page.goto(page.url)
    assert page.input_value("#person") == ""
