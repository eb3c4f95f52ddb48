"""A regulation is booked once, whole or not at all, and can be made again; what comes late is in the next, by name."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from funded import course, laid_out, late, model, year
from processes import PLACES

from pejling.facts.mistakes import Mistake
from pejling.facts.snapshots import expire
from pejling.facts.store import Store, connect
from pejling.indicators.measure import measure
from pejling.indicators.model import load_model

pytestmark = pytest.mark.xdist_group("regulations")  # one workspace, changed step by step


@pytest.fixture(scope="module")
def place(northern_ireland, tmp_path_factory):
    """No other test books these years."""
    return laid_out(northern_ireland, tmp_path_factory.mktemp("regulations"), year(1997), year(1998), year(1999))


@contextmanager
def seen(store):
    from pejling.pages.ground import ground

    with closing(connect(store, read_only=True)) as connection:
        yield ground(connection, {})


def stands(store, of):
    from pejling.pages.regulating import standing

    with seen(store) as now:
        return standing(now, of)


def regulated(store, of, *, who="director", trial=None):
    from pejling.agreements.regulations import seen as mark
    from pejling.pages.regulating import regulate

    with seen(store) as now:
        return regulate(store, now, who, of, mark(trial) if trial else None)


@pytest.mark.slow
def test_a_whole_year_is_booked_and_made_again_from_what_its_snapshots_held(place, tmp_path):
    from pejling.agreements import regulations
    from pejling.pages.regulating import made_again
    from pejling.steering.funding.bookings import again, totals

    regulated(place, 1998)
    regulated(place, 1998)
    late(place, tmp_path / "one", course("late-1", "1998-02-10"), course("late-2", "1998-04-02", "Belfast"))
    second = regulated(place, 1998).booking
    assert [(each.unit, each.month, each.before, each.now - each.before) for each in second.late] == [
        ("Belfast", "1998-04", second.late[0].before, 1),
        ("Western", "1998-02", second.late[1].before, 1),
    ]
    assert all(each.amount == Decimal("9000.50") for each in second.late)
    late(place, tmp_path / "two", course("late-3", "1998-12-30", "Southern"))
    last = regulated(place, 1998).booking
    assert (last.step.kind, last.basis.forecast) == ("settlement", ())
    assert stands(place, 1998).obstacle.what == "settled"
    late(place, tmp_path / "three", course("late-4", "1998-12-31", "Southern"))
    assert [each.month for each in stands(place, 1998).late] == ["1998-12"]  # shown, and not booked
    expire(place, before=datetime(2200, 1, 1, tzinfo=UTC))
    kept = regulations.kept(1998)
    assert [each.booking.step.number for each in kept] == [0, 1, 2, 3]
    for number, each in enumerate(kept):
        assert again(each.booking, kept[number - 1].booking if number else None) == each.booking
        assert made_again(place, kept, number) == each.booking
        whole = each.booking.allocation
        assert whole.given + whole.reserve.total == Decimal("1000000.01")
    assert sum(totals([each.booking for each in kept]).values()) == Decimal("1000000.01")


def test_records_must_reach_the_day_of_a_regulation(place):
    from pejling.agreements.contracts import NotNow
    from pejling.agreements.models import Entry, Regulation

    regulated(place, 1999)
    regulated(place, 1999)  # through April; the records end with June
    found, before = stands(place, 1999), (Regulation.objects.count(), Entry.objects.count())
    assert found.obstacle.what == "records"
    assert found.obstacle.said == {"on": date(1999, 8, 31), "through": date(1999, 6, 30)}
    assert found.trial.basis.through == "1999-06"  # as far as is known
    with pytest.raises(NotNow, match="regulation"):
        regulated(place, 1999)
    assert (Regulation.objects.count(), Entry.objects.count()) == before


def test_what_is_booked_is_neither_changed_nor_removed_and_the_log_finds_who_does(place):
    from pejling.agreements.audit import verify
    from pejling.agreements.models import Regulation
    from pejling.agreements.states import NOW

    if not Regulation.objects.filter(year=1997).exists():
        regulated(place, 1997)
    row = Regulation.objects.get(year=1997, number=0)
    with pytest.raises(TypeError, match="never changes"):
        row.save()
    with pytest.raises(TypeError, match="never removed"):
        row.delete()
    assert not [each for each in verify([], NOW) if "regulation" in each.found]
    Regulation.objects.filter(pk=row.pk).update(booked_by="somebody else")
    (broken,) = [each for each in verify([], NOW) if "regulation" in each.found]
    assert "regulation 1997.0" in broken.found
    Regulation.objects.filter(pk=row.pk).update(booked_by=row.booked_by)


@pytest.mark.slow
def test_only_the_booking_that_was_looked_at_is_made(place):
    from pejling.agreements.contracts import NotNow

    if not stands(place, 1997).kept:
        regulated(place, 1997)
    trial = stands(place, 1997).trial
    other = trial.model_copy(update={"late": (), "entries": ()})
    with pytest.raises(NotNow, match="overtaken"):
        regulated(place, 1997, trial=other)
    assert len(stands(place, 1997).kept) == 1


def test_of_two_at_once_one_books(place):
    from pejling.agreements import regulations
    from pejling.agreements.contracts import NotNow

    if not stands(place, 1997).kept:
        regulated(place, 1997)
    found = stands(place, 1997)
    opening = found.kept[0].booking
    with pytest.raises(NotNow, match="overtaken"):
        regulations.book("another", opening, snapshot=1, model_version=1)
    assert len(stands(place, 1997).kept) == 1


@pytest.mark.slow
def test_nothing_is_booked_on_figures_that_records_or_model_have_left_behind(place, northern_ireland):
    before = stands(place, 1999)
    load_model(place, model(year(1997), year(1998), year(1999, frame="1000001")))
    assert stands(place, 1999).obstacle.what == "records"  # the first thing in the way is said
    assert stands(place, 1997).obstacle.what == "behind"
    measure(place)
    now = stands(place, 1999)
    assert now.plan.frame == Decimal(1000001) and now.last == before.last  # the next one books the difference
    assert now.trial.allocation.given + now.trial.allocation.reserve.total == Decimal(1000001)


@pytest.mark.slow
def test_a_used_rate_is_immutable(place, northern_ireland):
    from pejling.used_rates import hold_used_rates

    if not stands(place, 1997).kept:
        regulated(place, 1997)
    other = model(year(1997), year(1998), year(1999), kroner="9100")
    with pytest.raises(Mistake, match=r"bookings of 1997 rest on 9000\.50 kroner in 1997-01, and now it is 9100"):
        hold_used_rates(Store(northern_ireland), other)
    load_model(place, other)
    measure(place)
    assert stands(place, 1997).obstacle.what == "rates"
    load_model(place, model(year(1997), year(1998), year(1999)))
    measure(place)
    assert stands(place, 1997).obstacle is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"base": {"Belfst": 1}, "agreed": []}, "unit"),
        ({"base": {"NI": 1, "Belfast": 1}}, "nested"),
        ({"year": 1993}, "history"),
    ],
)
def test_what_else_is_in_the_way_has_words(place, northern_ireland, tmp_path, more, what):
    from django.utils.translation import override

    from pejling.pages import funding_words
    from pejling.pages.regulating import standing

    plan = year(more.get("year", 1996)) | {key: each for key, each in more.items() if key != "year"}
    store = laid_out(northern_ireland, tmp_path, plan)
    with seen(store) as now:
        found = standing(now, plan["year"])
        assert (found.obstacle.what, found.trial) == (what, None)
        for language in ("da", "en"):
            with override(language):
                said = funding_words.found(found.obstacle, now.model), funding_words.cure(found.obstacle, now.model)
                assert all(each.endswith(".") for each in said)


@pytest.mark.slow
def test_the_order_of_courses_and_deliveries_changes_nothing(northern_ireland, tmp_path):
    more = [course(f"new-{n}", f"1998-0{1 + n % 9}-1{n % 9}", ("Belfast", "Southern")[n % 2]) for n in range(12)]
    more += [course("back", "1998-03-01", "Western", "of new-1"), course("again", "1998-05-01", "Western", "of new-1")]
    found = []
    for name, orders in (("one", [more]), ("two", [more[9:][::-1], more[:4], more[4:9][::-1]])):
        store = laid_out(northern_ireland, _folder(tmp_path / name), year(1998))
        for number, some in enumerate(orders):
            late(store, tmp_path / f"{name}-{number}", *some)
        found.append(stands(store, 1998).plan)
        with seen(store) as now:
            from pejling.pages.regulating import known_of

            found.append(known_of(now, found[-1], "1998-12", {}, ()))
    assert found[:2] == found[2:]


def _folder(path):
    path.mkdir()
    return path


BOOKER = """
import sys
from contextlib import closing
from pathlib import Path
from pejling.facts.store import Store, connect
from pejling.config.serving import prepare
store = Store(Path(sys.argv[1]))
prepare(store)
from pejling.pages.ground import ground
from pejling.pages.regulating import regulate, standing
print("ready", flush=True)
for year in (1996, 1997, 1998):
    while True:
        with closing(connect(store, read_only=True)) as connection:
            now = ground(connection, {})
            if standing(now, year).obstacle:
                break
            regulate(store, now, "booker", year)
print("done", flush=True)
"""
VERIFIER = """
import sys
from pathlib import Path
from pejling.facts.store import Store, connect
from pejling.config.serving import prepare
from django.conf import settings
store = Store(Path(sys.argv[1]))
prepare(store)
from pejling.agreements import regulations
from pejling.agreements.audit import anchors, verify
from pejling.agreements.models import Entry
from pejling.agreements.states import NOW
from pejling.steering.funding.bookings import again
pins = {reason for (reason,) in connect(store, read_only=True).execute("SELECT reason FROM lake.facts.pins").fetchall()}
booked = 0
for year in (1996, 1997, 1998):
    kept = regulations.kept(year)
    booked += len(kept)
    assert [each.booking.step.number for each in kept] == list(range(len(kept)))
    for number, each in enumerate(kept):
        assert again(each.booking, kept[number - 1].booking if number else None) == each.booking
        assert f"regulation {year}.{number}" in pins
        (entry,) = Entry.objects.filter(of=f"regulation {year}.{number}")
        assert entry.after == each.digest
assert Entry.objects.filter(of__startswith="regulation").count() == booked
assert not list(verify(anchors(settings.ANCHOR), NOW))
print(booked)
"""
KILLS = 6


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_half_booked(northern_ireland, tmp_path):
    every_month = [
        date(1996, month, 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31) for month in range(1, 12)
    ]
    years = [
        year(number, regulations=[
            day.replace(year=number, day=29 if (number, day.month) == (1996, 2) else day.day) for day in every_month
        ], result={**year(number)["result"], "cohort": "1994"})
        for number in (1996, 1997, 1998)
    ]  # fmt: skip
    store = laid_out(northern_ireland, tmp_path, *years)
    environment = {**os.environ, "PYTHONPATH": PLACES}
    environment.pop("PEJLING_HOME", None)

    def started(program):
        return subprocess.Popen(
            [sys.executable, "-c", program, str(store.home)], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    assert started(VERIFIER).communicate(timeout=120)[0] == "0\n"  # lays out the database of decisions
    chance, counts = random.Random(5), []
    for _ in range(KILLS):
        process = started(BOOKER)
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.1, 1.6))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        checked = started(VERIFIER)
        said, problems = checked.communicate(timeout=120)
        assert checked.returncode == 0, problems
        counts.append(int(said))
    assert (
        counts == sorted(counts) and counts[-1] > counts[0]
    )  # bookings were made between the kills, and none was lost
