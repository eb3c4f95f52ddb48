"""What several folders of tests share."""

import os
import pickle
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import psycopg
import pytest
from drawn import CHECK, draws
from hypothesis import settings
from once import copied, made_once, own_copy

import pejling.facts.store
from pejling.facts.store import Store, create

EVERYTHING = os.environ.get("PEJLING_REQUIRE_ALL") == "1"  # CI: what is missing fails instead of being skipped
if CHECK:
    settings.register_profile("check", max_examples=draws(settings.default.max_examples))
    settings.load_profile("check")
    # Two processes on two cores: more threads would wait for each other, and take twice the processor's time.
    pejling.facts.store.THREADS = 1
CATALOGUES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def northern_ireland(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example workspace with its people, and the web's settings pointing at it.

    Delivered and measured once a run; each process has a copy of its own.
    """
    from pejling.config.serving import prepare
    from pejling.demo import build, stand_users
    from pejling.facts.store import Store

    home = tmp_path_factory.mktemp("northern_ireland")
    store = Store(home)

    def make(shared: Path) -> None:
        build(store, "northern_ireland", today=date(2026, 11, 23))
        prepare(store)
        stand_users(store, "northern_ireland")
        from django.db import connection

        connection.close()  # what it has written is then in the file itself
        shutil.copytree(home, shared)

    shared = made_once(tmp_path_factory, "made_northern_ireland", make)
    if not store.key_file.exists():  # another process has made it
        shutil.copytree(shared, home, dirs_exist_ok=True)
        prepare(store)
    return home


@pytest.fixture(scope="session")
def released(northern_ireland: Path) -> Path:
    """The same workspace with one release. Tests that need it run together, in one process: xdist_group("released")."""
    from pejling.agreements import releases
    from pejling.facts.store import Store, connect

    store = Store(northern_ireland)
    with decided_in(northern_ireland), closing(connect(store, read_only=True)) as connection:
        releases.release(connection, "the tests", "1999-05")
    return northern_ireland


@pytest.fixture(scope="module")
def own_decisions(
    request: pytest.FixtureRequest, northern_ireland: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """A database of what people decide for one file of tests: what it books, signs and publishes no other file meets.

    It begins as the example's, with the release if any test of the file wants it.
    """
    here = [item for item in request.session.items if item.path == request.path]
    if any("released" in getattr(item, "fixturenames", ()) for item in here):
        request.getfixturevalue("released")
    home = tmp_path_factory.mktemp("decisions")
    with (
        closing(sqlite3.connect(northern_ireland / "agreements.sqlite")) as example,
        closing(sqlite3.connect(home / "agreements.sqlite")) as copy,
    ):
        example.backup(copy)
    shutil.copy(northern_ireland / "audit.anchor", home)
    with decided_in(home):
        yield


@contextmanager
def decided_in(home: Path) -> Iterator[None]:
    """Django meanwhile reads and writes what people decide in this folder, and anchors its log there."""
    from django.conf import settings
    from django.db import connection

    before = connection.settings_dict["NAME"], settings.ANCHOR
    connection.close()
    connection.settings_dict["NAME"], settings.ANCHOR = home / "agreements.sqlite", home / "audit.anchor"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"], settings.ANCHOR = before


@pytest.fixture(scope="session")
def copenhagen(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The made-up example as it is shown, built once a run whatever the number of processes: read it, never write."""
    from pejling.demo import build

    def make(home: Path) -> None:
        told = build(Store(home), "copenhagen_2009", today=date(2026, 11, 25))
        home.with_suffix(".told").write_bytes(pickle.dumps(told))

    return Store(made_once(tmp_path_factory, "copenhagen", make))


@pytest.fixture(scope="session")
def city(copenhagen: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with its people, as `pejling demo` adds them, once a run: copied by whoever changes it, or serves it.

    What the command said is beside it.
    """
    from browser.command import pejling

    def make(home: Path) -> None:
        copied(copenhagen.home, home)
        process = pejling("demo", "copenhagen_2009", "--no-serve", home=home)
        _, said = process.communicate(timeout=240)
        assert process.returncode == 0, said
        home.with_suffix(".said").write_text(said)

    return made_once(tmp_path_factory, "city", make)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as `pejling demo` builds it: copied by whoever changes it, or serves it."""
    from browser.command import pejling

    def make(home: Path) -> None:
        home.mkdir()
        process = pejling("demo", "--no-serve", home=home)
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said

    return own_copy(tmp_path_factory, "demo", make)


@pytest.fixture(scope="session")
def every_measure(northern_ireland: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A small world where every measure has something to say, measured once a run: read it, never write.

    See `pages.every_measure`.
    """
    from pages.every_measure import build

    return Store(made_once(tmp_path_factory, "every_measure", build))


@pytest.fixture(scope="session")
def funded(northern_ireland: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The example with funding for 1997 and 1998, once a session: for tests that book nothing. See `funded`."""
    from funded import laid_out, year

    return laid_out(northern_ireland, tmp_path_factory.mktemp("funded"), year(1997), year(1998))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """A throw-away PostgreSQL server, on a socket in a folder of its own; each call gives the URL of a new database."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        missing = "needs PostgreSQL's server programs: apt-get install postgresql"
        pytest.fail(missing) if EVERYTHING else pytest.skip(missing)
    programs_folder = programs[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="pejling-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, programs_folder / program, "-D", folder / "data", *arguments],
            check=True, stdout=subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip

    run("initdb", "--auth=trust", "--username=pejling", "--encoding=UTF8", "--no-sync")
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-c listen_addresses='' -k {folder} -F", "start")

    def database() -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(f"postgresql://pejling@/postgres?host={folder}", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://pejling@/{name}?host={folder}"

    try:
        yield database
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=CATALOGUES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store; once with its catalogue in SQLite, once in PostgreSQL."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_store")
    made = Store(tmp_path / "home", request.getfixturevalue("postgres")())
    create(made)
    return made


@pytest.fixture(scope="session")
def laid_out_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied: to lay one out takes ten times as long."""
    made = Store(tmp_path_factory.mktemp("laid_out") / "home")
    create(made)
    return made.home


@pytest.fixture
def sqlite_store(laid_out_once: Path, tmp_path: Path) -> Store:
    """An empty store with its catalogue in SQLite."""
    shutil.copytree(laid_out_once, tmp_path / "home")
    return Store(tmp_path / "home")
