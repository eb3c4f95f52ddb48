"""Contracts and agreements on paper and in a workbook: the same words as on the screen."""

import re
from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from reports.conftest import YEAR
from web.conftest import signed_in
from web.test_agreements import SAID
from web.test_contracts import kept


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_contract_is_an_accessible_pdf_of_two_pages(full, language, monkeypatch):
    import typst

    used = []
    query = typst.query

    def counting(*arguments, **named):
        used.append(query(*arguments, **named))
        return used[-1]

    monkeypatch.setattr(typst, "query", counting)
    answer = signed_in("belfast", language).get(f"/contracts/{full}/pdf")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert b"pdfuaid:part" in answer.content  # PDF/UA, which Typst refuses to write where it does not hold
    assert re.search(rb"/Lang ?\(" + language.encode(), answer.content)
    assert used[-1] == "2"


@pytest.mark.parametrize("language", ["da", "en"])
def test_an_agreement_is_an_accessible_pdf(northern_ireland, language):
    director = signed_in("director", language)
    number = director.post("/agreements/new", SAID).headers["Location"].rsplit("/", 1)[1]
    director.post(f"/agreements/{number}/act", {"do": "note", "text": "Ti pladser #nu."})
    director.post(f"/agreements/{number}/act", {"do": "close", "came": "partly", "said": "Lidt."})
    answer = director.get(f"/agreements/{number}/pdf")
    assert answer.status_code == 200 and b"pdfuaid:part" in answer.content


def test_a_word_of_any_length_stays_on_the_paper_and_can_still_be_read_out(northern_ireland):
    """In a note, a heading, a table's cell and a list: no line has more signs than there is room for."""
    import pikepdf

    director, word = signed_in("director"), "ø" * 180
    said = {**SAID, "title": word, "risks": word, "milestones-0-text": word, "purpose": word}
    number = director.post("/agreements/new", said).headers["Location"].rsplit("/", 1)[1]
    director.post(f"/agreements/{number}/act", {"do": "note", "text": word})
    made = director.get(f"/agreements/{number}/pdf").content
    assert b"pdfuaid:part" in made
    with pikepdf.open(BytesIO(made)) as pdf:
        lines = [
            sum(len(bytes(each)) // 2 for each in said.operands[0] if isinstance(each, pikepdf.String))
            for page in pdf.pages
            for said in pikepdf.parse_content_stream(page)
            if str(said.operator) == "TJ"
        ]
    assert max(lines) < 130 and sum(lines) > 5 * len(word)


def test_the_whole_set_is_a_workbook_with_numbers_as_numbers_and_text_as_text(full):
    answer = signed_in("director").get(f"/contracts/xlsx?year={YEAR}")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == [
        "Kontrakter", "Resultatmål", "Indsatsmål", "Betaling", "Underskrifter", "Aftaler", "Milepæle"
    ]  # fmt: skip
    contracts, goals, others, payment = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names[:4])
    assert contracts[1][0] == "Belfast" and contracts[1][9] == "=1+1"  # a text, not a formula
    _, said = kept(full)
    assert [row[4] or None for row in goals[1:]] == [goal.count for goal in said.goals]
    assert (goals[1][4], goals[1][5]) == (6.0, 13.0)
    assert others[1][4] == date(2111, 6, 1)
    assert payment[1][3] == 12500.5


def test_the_workbook_holds_only_what_the_reader_may_see(full):
    answer = signed_in("western").get(f"/contracts/xlsx?year={YEAR}")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert len(book.get_sheet_by_name("Kontrakter").to_python()) == 1
