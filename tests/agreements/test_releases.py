"""A release is made once, for good, and in the audit log; a token holds until it is revoked."""

from contextlib import closing
from datetime import timedelta

import pytest

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, connect

pytestmark = pytest.mark.xdist_group("released")  # all of the file: a release takes long, and is made once

WHO = "the tests"


def release(home, month):
    from pejling.agreements import releases

    with closing(connect(Store(home), read_only=True)) as connection:
        return releases.release(connection, WHO, month)


def entries():
    from pejling.agreements.models import Entry

    return Entry.objects.count()


def test_a_month_is_released_once(released):
    before = entries()
    again = release(released, "1999-05")
    assert not again.new and again.release.number == 1 and entries() == before


@pytest.mark.parametrize(
    ("month", "found"), [("1999-04", "later"), ("1999-07", "not over"), ("1999", "is a year"), ("soon", "no period")]
)
def test_a_month_that_cannot_be_released_is_refused_and_nothing_is_made(released, month, found):
    from pejling.agreements.models import Release

    before = entries()
    with pytest.raises(Mistake, match=found):
        release(released, month)
    assert Release.objects.count() == 1 and entries() == before


def test_a_release_never_changes(released):
    from pejling.agreements.models import Release

    kept = Release.objects.get(pk=1)
    with pytest.raises(TypeError):
        kept.save()
    with pytest.raises(TypeError):
        kept.delete()


@pytest.mark.slow
def test_a_release_that_fails_halfway_leaves_nothing(released, every_measure, monkeypatch):
    from pejling.agreements import releases
    from pejling.agreements.models import Release, ReleasedSheet

    monkeypatch.setattr(releases, "record", lambda *_, **__: (_ for _ in ()).throw(OSError("no room")))
    before = Release.objects.count(), ReleasedSheet.objects.count()
    with pytest.raises(OSError, match="no room"):
        release(every_measure.home, "2010-09")
    assert (Release.objects.count(), ReleasedSheet.objects.count()) == before


@pytest.mark.slow
def test_every_measure_is_released_and_its_quantities_add_up(released, every_measure):
    """Forty courses: nearly all is withheld, and what is not adds up, or it would have been left out of the tables."""
    import numpy as np
    from django.db import transaction

    from pejling.agreements import releases
    from pejling.indicators.definition import NOT_MEASURED
    from pejling.steering.release_tables import Cells
    from pejling.steering.releases import _families

    with transaction.atomic():
        made = release(every_measure.home, "2010-09")
        edition = releases.edition_of(made.release)
        transaction.set_rollback(True)
    assert made.new and made.exposed == 0 and made.figures > made.withheld >= made.few > 0
    assert {sheet.indicator.measure for sheet in edition.sheets} >= {"ratio", "observed", "score_change", "timely"}
    for layers in _families([edition]).values():
        if any(isinstance(layer.sheets[0].indicator, NOT_MEASURED) for layer in layers):
            continue
        cells = Cells(layers, [edition])
        rows, numbers, factors = cells.table().terms
        values = cells.keys[numbers, 1] / 1000
        wrong = np.bincount(rows, values * factors)
        assert (wrong <= 1e-6).all()  # a unit may have records of its own beside those of the units below
        months = [layer.sheets[0].indicator.key for layer in layers]
        assert (wrong >= -1e-6).mean() > 0.5, months


def test_the_log_finds_a_released_figure_that_was_changed_behind_its_back(released):
    from django.conf import settings

    from pejling.agreements import audit
    from pejling.agreements.models import ReleasedSheet
    from pejling.agreements.states import NOW

    def broken():
        found = audit.verify(audit.anchors(settings.ANCHOR), {"release": NOW["release"]})
        return [each for each in found if "release" in each.found]

    assert broken() == []
    sheet = ReleasedSheet.objects.order_by("pk").first()
    kept = sheet.rows
    try:
        ReleasedSheet.objects.filter(pk=sheet.pk).update(rows=[])
        assert len(broken()) == 1
    finally:
        ReleasedSheet.objects.filter(pk=sheet.pk).update(rows=kept)


def test_a_release_is_read_back_as_it_was_decided(released):
    import numpy as np

    from pejling.agreements import releases
    from pejling.agreements.models import Release

    about = releases.newest_about()
    for sheet in releases.edition_of(Release.objects.get(pk=1)).sheets:
        found = releases.released_figures(about, sheet.indicator.key, sheet.units, sheet.periods, sheet.by)
        assert len(found) == sheet.shown.size
        for figure, seen, counted in zip(found, sheet.shown.ravel(), sheet.numerator.ravel(), strict=True):
            assert (figure.state == "suppressed") == (not seen)
            assert figure.numerator == (None if not seen or np.isnan(counted) else counted)
            assert figure.persons is None


@pytest.fixture
def user(northern_ireland):
    from django.contrib.auth.models import User

    return User.objects.get(username="controller")


def test_a_token_holds_until_it_is_revoked_and_both_are_logged(user):
    from pejling.agreements import tokens
    from pejling.agreements.models import Entry, Token

    token, text = tokens.issue(WHO, user, "night report")
    assert text not in str(Token.objects.filter(pk=token.pk).values()) and tokens.user_of(text) == user
    with pytest.raises(Mistake, match="taken"):
        tokens.issue(WHO, user, "night report")
    tokens.revoke(WHO, user, "night report")
    assert tokens.user_of(text) is None
    assert [each.what.split()[1] for each in Entry.objects.filter(of=f"token {token.pk}")] == ["issued", "revoked"]
    with pytest.raises(Mistake, match="none named"):
        tokens.revoke(WHO, user, "night report")


def test_a_token_ends_by_itself_and_with_its_user(user):
    from pejling.agreements import tokens

    token, text = tokens.issue(WHO, user, "short")
    assert tokens.user_of(text, token.expires_at - timedelta(seconds=1)) == user
    assert tokens.user_of(text, token.expires_at) is None
    user.is_active = False
    user.save()
    try:
        assert tokens.user_of(text) is None
    finally:
        user.is_active = True
        user.save()
    tokens.revoke(WHO, user, "short")


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_token_has_a_name(user, name):
    from pejling.agreements import tokens

    with pytest.raises(Mistake, match="name"):
        tokens.issue(WHO, user, name)


def test_a_user_has_no_more_tokens_than_they_can_keep_an_eye_on(user, monkeypatch):
    from pejling.agreements import tokens

    monkeypatch.setattr(tokens, "AT_MOST", 1)
    tokens.issue(WHO, user, "one")
    with pytest.raises(Mistake, match="already"):
        tokens.issue(WHO, user, "two")
    tokens.revoke(WHO, user, "one")
