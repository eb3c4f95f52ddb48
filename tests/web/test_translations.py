"""Danish first, English complete."""

import re

import polib
from web.phrases import PO, phrases

CATALOGUE = polib.pofile(str(PO))
PLACE = r"%\(\w+\)s"
SAME = {
    "Menu",
    "Person",
    "under %(share)s",
    "over %(share)s",
    "%(name)s, %(period)s",
    "%(number)s person",
    "%(number)s point",
    "Controller",
    "Budget",
}  # the same word in both languages


def entries():
    for entry in CATALOGUE:
        context = f"{entry.msgctxt}\x04" if entry.msgctxt else ""
        yield context + entry.msgid, entry.msgstr or entry.msgstr_plural.get(0, "")
        if entry.msgid_plural:
            yield entry.msgid_plural, entry.msgstr_plural.get(1, "")


def test_every_phrase_is_in_the_danish_catalogue_and_no_other_is():
    assert set(phrases()) == {msgid for msgid, _ in entries()}


def test_every_phrase_is_translated():
    assert [msgid for msgid, said in entries() if not said.strip()] == []
    assert [entry.msgid for entry in CATALOGUE if entry.fuzzy] == []


def test_a_translation_says_something_else_than_the_english():
    assert [msgid for msgid, said in entries() if msgid == said and msgid not in SAME] == []


def test_danish_is_quoted_as_danish_is():
    assert [said for _, said in entries() if re.search("[“”„]", said)] == []


def test_a_translation_has_the_same_places_for_figures():
    def places(text):
        return sorted(re.findall(PLACE, text)), text.count("%%")

    assert [msgid for msgid, said in entries() if places(msgid) != places(said)] == []


def test_what_an_older_version_made_of_the_translations_is_made_again(tmp_path):
    """By what the file holds: one that came with a newer version may be an older file."""
    import os

    from pejling.config.workspace import compile_translations

    compile_translations(tmp_path)
    (made,) = tmp_path.rglob("*.mo")
    whole = made.read_bytes()
    made.write_bytes(b"what an older version made")
    made.with_suffix(".of").write_text("of another file")
    os.utime(made, (2e9, 2e9))
    compile_translations(tmp_path)
    assert made.read_bytes() == whole
    before = made.stat().st_mtime_ns
    compile_translations(tmp_path)
    assert made.stat().st_mtime_ns == before
