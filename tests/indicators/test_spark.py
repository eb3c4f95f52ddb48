"""On Spark every measure comes to what it comes to in DuckDB, cell by cell; and no record is left lying about."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import EVERYTHING
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from indicators.laid import log
from indicators.laws import SMALL, law
from indicators.test_incremental import PLAIN, histories, kept, take_in
from indicators.worlds import empty_store, known_from_the_start, model, placed, together
from meaning.facts import TABLES, Course, Person, Unit, World
from meaning.generated import FIRST, definitions, deliver_into, worlds
from processes import PLACES

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, writing
from pejling.indicators.components import ADDED, Sheet
from pejling.indicators.definition import Indicator
from pejling.indicators.evaluation import Into
from pejling.indicators.evaluation import evaluate as on_duckdb
from pejling.indicators.items import Observed
from pejling.indicators.measure import aside, measure
from pejling.indicators.model import Model, load_model
from pejling.indicators.relations import Facts
from pejling.indicators.spark import OnSpark, on_spark, told_to_stop

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark"), pytest.mark.timeout(900)]
# To look for a smaller world that fails would take an hour.
ONCE = settings(
    max_examples=1, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
BY = {"by": ["sex", "age"], "age_bands": [20, 25]}  # each column more costs Spark a second
# What a parameter makes another SELECT of; the example in the store has the plain ones.
BRANCHES: list[dict[str, Any]] = [
    {"measure": "exits", "exit_to": ["job"], "where": {"age": {"from": 20, "below": 30}}},
    {"measure": "exit_within", "within": "1 month", "exit_to": ["job", "education"], "lasting": "5 days",
     "support_states": ["benefit"], "relapse_target_groups": ["sick"]},
    {"measure": "time_to_exit", "statistic": "restricted_mean", "horizon": "90 days", "exit_to": ["job"]},
    {"measure": "activity_share", "activity_kinds": ["training", "talk"], "credit": "supplier"},
    {"measure": "score_change", "instrument": "scale", "direction": "up"},
]  # fmt: skip
IN_PART = ("activity_share", "amount", "exit_within", "score_change", "timely")  # all tables, all kinds of items


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnSpark]:
    """One Spark for all: to start it takes seconds. Java compiles quickly rather than well."""
    if not shutil.which("java"):
        missing = "needs Java: apt-get install default-jre-headless"
        pytest.fail(missing) if EVERYTHING else pytest.skip(missing)
    with pytest.MonkeyPatch.context() as patch:
        java = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"
        patch.setenv("PYSPARK_SUBMIT_ARGS", f"--conf 'spark.driver.extraJavaOptions={java}' pyspark-shell")
        patch.setenv("SPARK_DRIVER_MEMORY", "1g")
        with on_spark(empty_store(tmp_path_factory.mktemp("spark"))) as engine:
            yield engine


def both(spark: OnSpark, store: Store) -> int:
    """Measure the store on both, and hold the one to the other; the components that were compared."""
    compared = 0

    def evaluate(
        connection: duckdb.DuckDBPyConnection,
        model: Model,
        observed: dict[str, Observed],
        facts: Facts,
        indicators: list[Indicator],
        sheets: dict[int, Sheet],
        into: Into,
        on_step: Callable[[str], None],
    ) -> int:
        nonlocal compared
        for of, engine in (("own", on_duckdb), ("theirs", spark)):
            keep = aside(connection, of)
            engine(connection, model, observed, facts, indicators, sheets, lambda last, keep=keep: keep, on_step)
        add, rows = into(True), 0
        for table, numbers in ADDED.items():
            # Whether two stretches that touch cancel out in a row of zeros, or make none, depends on their order.
            own, theirs = (
                f"SELECT * FROM {of}_{table} WHERE {' OR '.join(f'{column} <> 0' for column in numbers)}"
                for of in ("own", "theirs")
            )
            unlike = connection.execute(
                f"(SELECT 'DuckDB', * FROM ({own} EXCEPT ALL {theirs})) UNION ALL "
                f"(SELECT 'Spark', * FROM ({theirs} EXCEPT ALL {own})) ORDER BY ALL"
            ).fetchall()
            assert unlike == [], unlike[:20]
            rows += (connection.execute(f"SELECT COUNT(*) FROM own_{table}").fetchone() or (0,))[0]
            connection.execute(add(table, f"FROM own_{table}"))
        compared += rows
        assert list(spark.folder.rglob("*.parquet")) == []
        return rows

    measure(store, afresh=True, evaluate=evaluate)
    return compared


def test_northern_ireland_is_the_same(spark: OnSpark, northern_ireland: Store, tmp_path: Path) -> None:
    store = Store(tmp_path / "copy")
    shutil.copytree(northern_ireland.home, store.home)
    assert both(spark, store) > 5_000  # rows; of a sheet, each holds several components


def stored(home: Path, world: World, asked: list[dict[str, Any]], laid: dict[str, Any] | None = None) -> Store:
    store = empty_store(home)
    with writing(store) as connection:
        connection.execute("BEGIN")
        deliver_into(connection, world)
        log(connection, world.coverage)
        connection.execute("COMMIT")
    load_model(store, model(world, asked, laid))
    return store


def shorter(definition: dict[str, Any]) -> dict[str, Any]:
    if definition["measure"] == "amount":
        return definition
    return {**definition, **BY} if "by" in definition else definition


@st.composite
def many(draw: st.DrawFn, joined_within: int | None) -> World:
    """Twenty worlds in one, with the coverage and the rules of the first; where joined, one coverage: that is dear.

    It is then the longest that any of them has of its courses: in a short one there would be little to compare.
    """
    made = [placed(known_from_the_start(draw(worlds())), f"w{n}.") for n in range(20)]
    world = replace(together(made), join_courses_within=joined_within)
    if joined_within is None:
        return world
    longest = max((each.coverage["courses"] for each in made), key=length)
    return replace(world, coverage=dict.fromkeys(TABLES, longest))


def length(coverage: tuple[date | None, date]) -> int:
    """Days; without a first one it begins with the records, about FIRST."""
    first, last = coverage
    return (last - (first or FIRST)).days


@ONCE
@given(many(None).filter(lambda world: len(world.courses) > 40))
def test_every_branch_of_a_measure_is_the_same(
    spark: OnSpark, tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    asked = [{**BY, **definition, "key": f"b{n}"} for n, definition in enumerate(BRANCHES)]
    assert both(spark, stored(tmp_path_factory.mktemp("world"), world, asked, law(*SMALL))) > 100


@ONCE
@given(many(10).filter(lambda world: len(world.courses) > 40), st.tuples(*(definitions(measure) for measure in PLAIN)))
def test_every_measure_is_the_same_over_joined_courses(
    spark: OnSpark, tmp_path_factory: pytest.TempPathFactory, world: World, found: tuple[dict[str, Any], ...]
) -> None:
    asked = [shorter(definition) | {"key": f"i{n}"} for n, definition in enumerate(found)]
    assert both(spark, stored(tmp_path_factory.mktemp("world"), world, asked)) > 100


@ONCE
@given(histories())
def test_after_a_delivery_what_it_changed_is_the_same(
    spark: OnSpark, tmp_path_factory: pytest.TempPathFactory, history: tuple[list[World], list[dict[str, Any]]]
) -> None:
    home = tmp_path_factory.mktemp("history")
    (first, *_, last), found = history
    asked = [shorter(definition) for definition in found if definition["measure"] in IN_PART]
    store, other = empty_store(home / "store"), Store(home / "other")
    load_model(store, model(replace(first, join_courses_within=None), asked))  # joining has its own test, and is dear
    take_in(store, home / "first", first)
    measure(store)
    take_in(store, home / "last", last)
    shutil.copytree(store.home, other.home)
    measured = measure(other)
    assume(measured.partly == len(IN_PART) and not measured.whole)
    assert measure(store, evaluate=spark).partly == measured.partly
    assert kept(store) == kept(other)


def test_nothing_is_left_on_the_disk_and_java_says_nothing(spark: OnSpark, tmp_path: Path) -> None:
    ago = date(2008, 2, 1)
    persons = (Person("nobody-else", date(1980, 1, 1), "female", "north"),)
    courses = (Course("c", "nobody-else", "team", "cash", ago, None, None),)
    whole = dict.fromkeys(TABLES, ())
    world = World(**{**whole, "units": (Unit("team", ago),), "persons": persons, "courses": courses},
                  coverage=dict.fromkeys(("courses", "assignments"), (ago, date(2008, 3, 31))))  # fmt: skip
    store = stored(tmp_path / "home", world, [{**BY, "key": "stock", "measure": "stock"}])
    here = tmp_path / "here"
    here.mkdir()
    command = [
        sys.executable, "-m", "pejling", "--home", store.home, "measure", "--engine", "spark", "--master", "local[1]",
    ]  # fmt: skip
    places = {**os.environ, "PYTHONPATH": PLACES, "TMPDIR": str(here)}
    stopped = subprocess.Popen(command, cwd=here, stderr=subprocess.PIPE, text=True, env=places)
    until = time.monotonic() + 120
    while not list((store.home / "spill").rglob("*.parquet")) and time.monotonic() < until:
        time.sleep(0.02)
    stopped.terminate()
    assert stopped.communicate(timeout=60)[1] == "Starting Spark at local[1]\n" and stopped.returncode == 143
    assert list((store.home / "spill").iterdir()) == []
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False, env=places)
    assert done.returncode == 0, done.stderr
    begun, measured = done.stderr.splitlines()
    assert begun == "Starting Spark at local[1]" and measured.startswith("Measured by Spark"), done.stderr
    holding = {
        path.relative_to(tmp_path).parts[1]
        for path in tmp_path.rglob("*")
        if path.is_file() and b"nobody-else" in path.read_bytes()
    }
    assert holding <= {"lake", "catalogue.sqlite", "catalogue.sqlite-wal"}
    assert list((store.home / "spill").iterdir()) == []
    assert list(here.iterdir()) == []


def test_told_to_stop_while_duckdb_is_at_work_it_stops_as_anywhere_else() -> None:
    of_system = signal.getsignal(signal.SIGTERM)
    told = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM))
    with pytest.raises(SystemExit) as stopped, told_to_stop(), duckdb.connect() as connection:
        told.start()  # DuckDB does not always look up while it is at work: then it stops after these seconds
        connection.execute("SELECT count(*) FROM range(1_000_000_000) AS n (i) WHERE i % 7 = 3").fetchall()
    assert stopped.value.code == 143
    assert signal.getsignal(signal.SIGTERM) == of_system


def test_what_is_not_installed_is_said_with_how_to_install_it(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        patch.delenv("JAVA_HOME", raising=False)
        with pytest.raises(Mistake, match="apt-get install default-jre-headless"), on_spark(sqlite_store):
            pass
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(Mistake, match=r"requirements/spark\.txt"), on_spark(sqlite_store):
        pass
    assert list((sqlite_store.home / "spill").iterdir()) == []
