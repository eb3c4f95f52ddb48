"""The audit log, tampered with for real: in the database's own file, behind Django's back."""

import hashlib
import json
import shutil
import sqlite3

import pytest
from test_commands import run

from pejling.facts.store import Store, create

HEAD = "SELECT number, at, who, what, of, before, after, reason, previous FROM agreements_entry ORDER BY number"


@pytest.fixture
def home(northern_ireland, tmp_path):
    """A workspace with a log: the example's people, each made and given a role."""
    made = tmp_path / "home"
    create(Store(made))
    with sqlite3.connect(northern_ireland / "agreements.sqlite") as source:
        source.backup(sqlite3.connect(made / "agreements.sqlite"))
    shutil.copy(northern_ireland / "audit.anchor", made)
    return made


def tamper(home, *statements):
    with sqlite3.connect(home / "agreements.sqlite") as database:
        for statement in statements:
            assert database.execute(statement).rowcount > 0


def verified(home, *more):
    done = run("--home", str(home), "audit", "verify", *more, log=home / "log")
    return done.returncode, done.stderr


def hash_anew(home):
    """What someone who can write to the database would do to hide a change."""
    with sqlite3.connect(home / "agreements.sqlite") as database:
        previous = "0" * 64
        for number, at, *said, _ in database.execute(HEAD).fetchall():
            moment = at.replace(" ", "T") + ("" if "." in at else ".000000") + "+00:00"
            text = json.dumps([number, moment, *said, previous], separators=(",", ":"), ensure_ascii=False)
            mine = hashlib.sha256(text.encode()).hexdigest()
            database.execute(
                "UPDATE agreements_entry SET previous = ?, hash = ? WHERE number = ?", [previous, mine, number]
            )
            previous = mine


def test_a_log_that_nobody_touched_holds(home):
    code, said = verified(home)
    assert (code, "The log holds" in said) == (0, True), said


@pytest.mark.slow
def test_hashing_anew_as_it_was_changes_nothing(home):
    """The forger of these tests hashes as we do: what is found below is not that he is clumsy."""
    hash_anew(home)
    assert verified(home)[0] == 0


def test_a_row_that_was_changed_is_found(home):
    tamper(home, "UPDATE agreements_entry SET who = 'nobody' WHERE number = 3")
    code, said = verified(home)
    assert (code, "entry 3: it was changed after it was written" in said) == (1, True), said


@pytest.mark.slow
def test_a_row_that_was_removed_is_found(home):
    tamper(home, "DELETE FROM agreements_entry WHERE number = 4")
    code, said = verified(home)
    assert (code, "entry 4: entries 4 to 4 are gone" in said) == (1, True), said


@pytest.mark.slow
def test_a_tail_that_was_cut_off_is_found(home):
    tamper(home, "DELETE FROM agreements_entry WHERE number > 5")
    code, said = verified(home)
    assert (code, "the log ends at 5" in said) == (1, True), said


@pytest.mark.slow
def test_a_chain_that_was_hashed_anew_is_found(home):
    tamper(home, "UPDATE agreements_entry SET who = 'nobody' WHERE number = 3")
    hash_anew(home)
    code, said = verified(home)
    assert (code, "the chain was hashed anew" in said, "changed after" in said) == (1, True, False), said


@pytest.mark.slow
def test_an_anchor_kept_elsewhere_finds_it_where_the_usual_file_was_forged_too(home, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    assert run("--home", str(home), "audit", "anchor", "--into", str(elsewhere), log=home / "log").returncode == 0
    tamper(home, "UPDATE agreements_entry SET who = 'nobody' WHERE number = 3")
    hash_anew(home)
    (home / "audit.anchor").write_text("")
    assert run("--home", str(home), "audit", "anchor", "--into", str(home / "audit.anchor"), log=home / "log")
    assert verified(home)[0] == 0
    code, said = verified(home, "--anchor", str(elsewhere))
    assert (code, "the chain was hashed anew" in said) == (1, True), said


@pytest.mark.slow
def test_a_role_taken_without_an_entry_is_found(home):
    tamper(home, "UPDATE agreements_role SET role = 'director' WHERE unit = 'Belfast'")
    code, said = verified(home)
    assert (code, "user belfast is no longer what this last entry left it as" in said) == (1, True), said


def test_without_an_anchor_nothing_is_called_sound(home):
    (home / "audit.anchor").unlink()
    code, said = verified(home)
    assert (code, "there is no anchor" in said) == (2, True), said


def test_an_entry_belongs_in_the_transaction_of_its_change_and_goes_with_it(northern_ireland):
    from django.db import transaction

    from pejling.agreements import audit
    from pejling.agreements.models import Entry

    with pytest.raises(RuntimeError):
        audit.record("somebody", "did it", "thing 1")
    before, anchored = Entry.objects.count(), len(audit.anchors(northern_ireland / "audit.anchor"))
    with transaction.atomic():
        audit.record("somebody", "did it", "thing 1")
        transaction.set_rollback(True)
    assert Entry.objects.count() == before
    assert len(audit.anchors(northern_ireland / "audit.anchor")) == anchored


def test_an_entry_can_be_neither_changed_nor_removed(northern_ireland):
    from pejling.agreements.models import Entry

    entry = Entry.objects.first()
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
