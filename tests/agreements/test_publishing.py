"""A status is published once, in two steps that can be stopped anywhere, and can be made again to the byte for good."""

import json
import shutil
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from csv_deliveries import write

from pejling.facts.delivery import deliver
from pejling.facts.mistakes import Mistake
from pejling.facts.snapshots import expire
from pejling.facts.store import Store, connect
from pejling.indicators.measure import measure

UNIT, MONTH, LATER = "Western", "1999-02", "1999-05"  # no other test has statuses of these months
TODAY = date(2026, 11, 26)
REST = ("", "", "", "")

pytestmark = pytest.mark.xdist_group("publishing")  # one workspace, changed step by step


@pytest.fixture(scope="module")
def place(northern_ireland, tmp_path_factory):
    """A copy of the example's records, for deliveries of its own; what people decide is in the example's database."""
    home = tmp_path_factory.mktemp("publishing")
    for name in ("catalogue.sqlite", "secret.key"):
        shutil.copy(northern_ireland / name, home / name)
    shutil.copytree(northern_ireland / "lake", home / "lake")
    return Store(home)


@contextmanager
def seen(store):
    """The store as it is now."""
    from pejling.pages.ground import ground

    with closing(connect(store, read_only=True)) as connection:
        yield ground(connection, {})


def handed_in(store, unit, month, *stands):
    from pejling.agreements import statuses
    from pejling.pages.status_page import status_page
    from pejling.steering.stands import Stand, Written

    with seen(store) as now:
        page = status_page(now, None, store, unit, month)
        demanded = page.status.demanded
        said = Written(stands=tuple(stands) or tuple(
            Stand(indicator=key, choice="keep", reason="Det er sommer.") for key in demanded
        ))  # fmt: skip
        statuses.hand_in("leader", unit, month, page.revision, said, demanded, page.possible)
    return demanded


def published(store, unit, month):
    from pejling.pages.publishing import publish

    with seen(store) as now:
        return publish(store, now, "director", unit, month)


def later(store, folder, number):
    """One more delivery: a course in Western ends, another begins in 1999, and late records are corrected."""
    course = ("course_id", "person_id", "unit_id", "target_group", "started_on", "ended_on", "exit_to")
    rows = [
        (f"late-{number}", "3", UNIT, "school_leaver", f"1998-{1 + number % 12:02}-10", f"1998-{1 + number % 12:02}-25",
         "employment"),
        (f"more-{number}", "4", UNIT, "school_leaver", "1997-03-01", "", ""),
    ]  # fmt: skip
    delivery = write(
        folder / str(number), {"courses": rows}, columns={"courses": ";".join(course)},
        declared="coverage:\n  courses: {from: 1993-07-01, through: 1999-06-30}\n",
    )  # fmt: skip
    deliver(store, delivery, today=TODAY)


def reorganised(store, folder):
    """Southern is closed, and its courses go to Western."""
    rows = [("Southern", "1993-07-01", "Southern", "centre", "NI", "1999-06-01", UNIT)]
    deliver(store, write(folder / "units", {"units": rows}), today=TODAY)


@pytest.mark.slow
def test_a_published_status_is_made_again_to_the_byte_after_twenty_deliveries_and_a_new_hierarchy(place, tmp_path):
    from pejling.agreements import audit, publishing
    from pejling.agreements.models import FrozenStatus
    from pejling.agreements.states import NOW
    from pejling.pages.publishing import made_again
    from pejling.pages.status_page import holds, status_page

    handed_in(place, UNIT, MONTH)
    found = published(place, UNIT, MONTH)
    frozen = publishing.content(found)
    assert holds(frozen, found)
    for number in range(20):
        later(place, tmp_path, number)
    reorganised(place, tmp_path)
    measure(place)
    assert expire(place, before=datetime.now(UTC), grace=timedelta(0)) >= 20
    FrozenStatus.objects.filter(publication=found).delete()
    again = made_again(place, found)
    assert again == frozen and holds(again, found)
    with seen(place) as now:
        page = status_page(now, None, place, UNIT, MONTH)  # the frozen file is gone: the page is made from the snapshot
        live = status_page(now, None, place, UNIT, "1999-03")
    assert page.published.digest == found.digest and page.status.data.through == date(1999, 6, 30)
    certain = {goal.indicator: goal.certain.value for goal in page.status.goals if goal.certain}
    today = {goal.indicator: goal.certain.value for goal in live.status.goals if goal.certain}
    assert certain["average_jobless"] < today["average_jobless"] / 1.5  # Southern's counts here by now
    rows = [row for row in page.restated if row.period == f"{MONTH}/12"]
    assert rows and all(len(row.causes) == 2 for row in rows)  # the organisation, and the deliveries
    publishing.keep(found, again)
    assert publishing.content(found) == frozen
    with pytest.raises(ValueError, match="not what was published"):
        publishing.keep(found, frozen.replace("Western", "Eastern"))
    from django.conf import settings

    assert list(audit.verify(audit.anchors(settings.ANCHOR), NOW)) == []


def test_publishing_twice_is_publishing_once(place):
    from pejling.agreements.models import Entry, Publication

    handed_in(place, "Belfast", MONTH)
    first, entries = published(place, "Belfast", MONTH), Entry.objects.count()
    second = published(place, "Belfast", MONTH)
    assert (second.pk, second.digest, second.published_at) == (first.pk, first.digest, first.published_at)
    assert Entry.objects.count() == entries
    assert Publication.objects.filter(status__unit="Belfast", status__month=MONTH).count() == 1
    with closing(connect(place, read_only=True)) as connection:
        pins = "SELECT count(*) FROM lake.facts.pins WHERE reason = ?"
        assert connection.execute(pins, [f"status Belfast {MONTH}"]).fetchone() == (1,)


@pytest.mark.parametrize(
    ("unit", "step"), [("N.Eastern", "pin"), pytest.param("S.Eastern", "complete", marks=pytest.mark.slow)]
)
def test_stopped_between_the_steps_it_is_taken_up_where_it_stopped(place, monkeypatch, unit, step):
    from pejling.agreements import publishing as rules
    from pejling.agreements import statuses
    from pejling.agreements.contracts import NotNow
    from pejling.agreements.models import Publication
    from pejling.pages import publishing

    handed_in(place, unit, MONTH)
    where = {"pin": (publishing, "pin"), "complete": (rules, "complete")}[step]

    def stopped(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(*where, stopped)
        published(place, unit, MONTH)
    intent = Publication.objects.get(status__unit=unit, status__month=MONTH)
    assert intent.digest == "" and statuses.publication(statuses.find(unit, MONTH)) is None
    with pytest.raises(NotNow):  # what it takes from people stands still meanwhile
        statuses.take_back("leader", unit, MONTH)
    found = published(place, unit, MONTH)
    assert (found.pk, found.snapshot) == (intent.pk, intent.snapshot) and found.digest


@pytest.mark.slow
def test_an_intent_whose_snapshot_was_forgotten_takes_a_new_one(place, tmp_path):
    from pejling.agreements import publishing as rules

    handed_in(place, UNIT, LATER)
    with seen(place) as now:
        intent = rules.intend("director", UNIT, LATER, now.snapshot)
    later(place, tmp_path, 77)
    measure(place)
    expire(place, before=datetime.now(UTC), grace=timedelta(0))
    found = published(place, UNIT, LATER)
    assert found.pk == intent.pk and found.snapshot > intent.snapshot


@pytest.mark.slow
def test_nothing_is_published_that_was_not_handed_in_or_is_not_measured(place, tmp_path):
    from pejling.agreements.contracts import NotNow

    with pytest.raises(NotNow, match="state"):
        published(place, "NI", MONTH)
    handed_in(place, "NI", MONTH)
    later(place, tmp_path, 88)
    with pytest.raises(NotNow, match="behind"):
        published(place, "NI", MONTH)
    measure(place)
    assert published(place, "NI", MONTH).digest


def test_what_is_published_cannot_be_changed_and_a_lost_snapshot_is_said(place):
    from pejling.agreements.models import Publication
    from pejling.pages.publishing import made_again

    handed_in(place, "Belfast", "1999-01")
    found = published(place, "Belfast", "1999-01")
    kept = Publication.objects.get(pk=found.pk)
    kept.snapshot = 1
    with pytest.raises(TypeError, match="never changes"):
        kept.save()
    expire(place, before=datetime.now(UTC), grace=timedelta(0))  # nobody asked for the first to be kept
    with pytest.raises(Mistake, match="no longer kept"):
        made_again(place, kept)


@pytest.mark.slow
def test_an_adjustment_is_followed_from_a_baseline_frozen_when_it_was_published(place):
    from pejling.agreements import statuses
    from pejling.agreements.models import StatusAdjustment
    from pejling.pages.adjustment_words import verdict
    from pejling.pages.status_page import status_page
    from pejling.steering.stands import Adjustment, Stand

    month = "1998-06"
    said = Adjustment(what="Ringe inden for en uge", indicator="average_jobless", change=-2.0, by="1998-12")
    handed_in(
        place, "Belfast", month,
        Stand(indicator="average_jobless", choice="adjust", reason="For mange venter.", adjustment=said),
    )  # fmt: skip
    published(place, "Belfast", month)
    (kept,) = StatusAdjustment.objects.filter(unit="Belfast", month=month)
    assert kept.content["baseline"]["periods"][-1] == month and len(kept.content["baseline"]["values"]) == 24
    with seen(place) as now:
        (soon,) = status_page(now, None, place, "Belfast", "1998-07").status.adjustments
        (late,) = status_page(now, None, place, "Belfast", "1999-06").status.adjustments
        early = status_page(now, None, place, "Belfast", month).status.adjustments
        states = [each.state for each in now.figures("average_jobless", ["Belfast"], ["1998-07", "1999-06"], "")]
    assert [soon.provisional, late.provisional] == [state == "provisional" for state in states]
    firm, loose = (verdict(replace(late, provisional=each)) for each in (False, True))
    assert loose.startswith(firm) and len(loose) > len(firm)  # what late records may change is not said for certain
    assert early == ()  # not of the month in which it was begun
    assert soon.answer.after == 1 and late.answer.after == 12
    assert late.answer.limits.points == 24 and late.answer.verdict in ("reached", "moved", "opposite", "no_change")
    assert late.answer.others.units >= 2
    assert statuses.agreed("Belfast", "1999-06").adjustments[0].baseline.values == tuple(
        kept.content["baseline"]["values"]
    )


@pytest.mark.slow
def test_an_adjustment_is_answered_by_the_definition_it_was_begun_with(place, tmp_path):
    from pejling.agreements.contracts import pins
    from pejling.demo import examples_folder
    from pejling.indicators.definition import Where
    from pejling.indicators.model import load_model, read_model
    from pejling.pages.status_page import status_page

    def answered(store):
        with seen(store) as now:
            return status_page(now, None, store, "Belfast", "1999-06").status.adjustments

    before = answered(place)
    elsewhere = Store(tmp_path / "home")
    shutil.copytree(place.home, elsewhere.home)
    model = read_model(examples_folder() / "northern_ireland" / "model")
    other = model.indicator("average_jobless").model_copy(update={"where": Where.model_validate({"sex": ("female",)})})
    indicators = tuple(other if each.key == other.key else each for each in model.indicators)
    load_model(elsewhere, model.model_copy(update={"indicators": indicators}))
    measure(elsewhere)
    assert before and answered(elsewhere) == ()  # nothing answers it by another definition
    measure(elsewhere, pins=pins())
    assert answered(elsewhere) == before


@pytest.mark.slow
def test_a_signal_that_a_published_status_took_a_stand_on_is_not_asked_about_again(place):
    from pejling.pages.status_page import status_page

    demanded = handed_in(place, "S.Eastern", "1998-12")
    assert demanded == ("average_jobless",)
    published(place, "S.Eastern", "1998-12")
    sequel = json.loads(json.dumps(statuses_sequel("S.Eastern", "1998-12")))
    assert sequel["average_jobless"]["answered"][0][0] == "1998-12"
    with seen(place) as now:
        status = status_page(now, None, place, "S.Eastern", "1999-01").status
    (goal,) = [goal for goal in status.goals if goal.indicator == "average_jobless"]
    again = goal.signal and (goal.signal.rule, goal.signal.since) == tuple(sequel["average_jobless"]["answered"][0][1:])
    assert not again or not goal.signal.demands


def statuses_sequel(unit, month):
    from pejling.agreements import statuses

    return statuses.find(unit, month).publication.sequel
