"""The store: a DuckLake catalogue (SQLite, or PostgreSQL by its URL) and its Parquet files.

Schemas: `lake.facts` holds the fact tables and the log of deliveries, `lake.measurements` the loaded models and what
was measured. One delivery is one transaction, hence one snapshot. Writers take turns; readers are never held up.
"""

import fcntl
import importlib
import itertools
import os
import secrets
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pejling.facts.cpr import Pseudonyms
from pejling.facts.mistakes import Mistake
from pejling.facts.pandas_absent import say_at_once
from pejling.facts.tables import SQL_TYPES, TABLES

say_at_once()
MEMORY = "3GB"  # DuckDB's own share; it spills to disk beyond that
THREADS = 2
# Rows are shared among threads in groups of so many: where no table has more, a second thread finds next to nothing to
# do, and the first waits for it busily: by two a small workspace took up to twice the processor's time, and as long.
SHARED_ROWS = 122_880
_SHARED_BYTES = 1_500_000  # that many rows of the facts, packed
INLINED_ROWS = 200  # a delivery of no more rows than this goes into the catalogue itself, without a file
_TURN = 0x50656A6C696E67  # the advisory lock in a PostgreSQL catalogue: "Pejling"
_connections = itertools.count()

# What is kept about deliveries, beside the facts.
LOG = {
    "deliveries": "delivery_id VARCHAR, snapshot BIGINT, received_at TIMESTAMPTZ, source VARCHAR, is_full BOOLEAN",
    "delivered": """delivery_id VARCHAR, table_name VARCHAR, delivered BIGINT, new BIGINT, changed BIGINT, same BIGINT,
        ended BIGINT, refused BIGINT, from_on DATE, through DATE, declared BOOLEAN""",
    "pins": "snapshot BIGINT, pinned_at TIMESTAMPTZ, reason VARCHAR",
    "erasures": "erased_at TIMESTAMPTZ, rows_erased BIGINT, snapshots_lost BIGINT, pins_lost BIGINT",
}


@dataclass(frozen=True)
class Store:
    """Where a workspace keeps its records.

    `catalogue` is "" for SQLite in the home folder, or `postgresql://user:password@host/database`.
    """

    home: Path
    catalogue: str = ""

    @property
    def catalogue_file(self) -> Path:
        return self.home / "catalogue.sqlite"

    @property
    def data_path(self) -> Path:
        return self.home / "lake"

    @property
    def key_file(self) -> Path:
        return self.home / "secret.key"

    @property
    def rejections(self) -> Path:
        return self.home / "rejections"

    @property
    def attach_target(self) -> str:
        if self.catalogue:
            return f"ducklake:postgres:{self.catalogue}"
        return f"ducklake:sqlite:{self.catalogue_file}"


def connect(store: Store, *, read_only: bool = False, snapshot: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with the store attached as `lake`. A reader sees each transaction's newest snapshot, or for good
    the one named: facts, models and figures as they were.

    Raises Mistake where there is no store, its catalogue cannot be reached, or the snapshot is no longer kept.
    """
    require(store)
    return _attach(store, read_only or snapshot is not None, snapshot)


def require(store: Store) -> None:
    """Raises Mistake where there is no workspace."""
    if not store.key_file.exists():
        raise Mistake(str(store.home), "there is no Pejling workspace here", "Make one with `pejling init DIR`")


def _attach(store: Store, read_only: bool, snapshot: int | None = None) -> duckdb.DuckDBPyConnection:
    spill = store.home / "spill" / f"{socket.gethostname()}-{os.getpid()}-{next(_connections)}"
    with suppress(OSError):  # a reader may have no right to write here, and then spills nothing
        spill.parent.mkdir(exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",  # municipal servers have no way out
            "autoload_known_extensions": "false",
            # Ours come from a hashed wheel, like DuckDB itself; checking their signatures took half of a small command.
            "allow_unsigned_extensions": "true",
            "temp_directory": str(spill),
            "memory_limit": MEMORY,
            "threads": str(THREADS if _worth_sharing(store) else 1),
        },
    )
    connection.execute("SET enable_progress_bar = false")  # it would fill the log of a nightly run; ours is shown
    scanner = "postgres_scanner" if store.catalogue else "sqlite_scanner"
    for extension in ("ducklake", scanner):
        connection.execute(f"LOAD '{_extension_file(extension)}'")
    options = [
        f"DATA_PATH '{_quoted(str(store.data_path))}/'",
        "OVERRIDE_DATA_PATH true",  # a workspace may be moved or copied
        f"DATA_INLINING_ROW_LIMIT {INLINED_ROWS}",
    ]
    if read_only:
        options.append("READ_ONLY")
    if snapshot is not None:
        options.append(f"SNAPSHOT_VERSION {int(snapshot)}")
    try:
        connection.execute(f"ATTACH '{_quoted(store.attach_target)}' AS lake ({', '.join(options)})")
    except duckdb.Error as error:
        connection.close()
        if "No snapshot found" in str(error):
            raise Mistake(
                "the store", f"snapshot {snapshot} is no longer kept", "It was expired, or went with an erasure"
            ) from None
        raise Mistake(
            "the catalogue", "it cannot be opened", "Is the address right, and the server running?"
        ) from None  # the address may hold a password
    return connection


def _worth_sharing(store: Store) -> bool:
    """Whether there are records enough for more than one thread. A delivery that brings them sees to itself."""
    found = 0
    for folder, _, files in os.walk(store.data_path / "facts"):
        for file in files:
            with suppress(FileNotFoundError):  # put together with others meanwhile
                found += Path(folder, file).stat().st_size
            if found > _SHARED_BYTES:
                return True
    return False


def share(connection: duckdb.DuckDBPyConnection, rows: int) -> None:
    """More than one thread from here on, where so many rows are enough for them."""
    if rows > SHARED_ROWS:
        connection.execute(f"SET threads = {THREADS}")


def create(store: Store) -> None:
    """Lay out an empty store and its key. Safe to repeat."""
    store.data_path.mkdir(parents=True, exist_ok=True)
    with writing(store, new=True) as connection:
        if not store.catalogue:
            with sqlite3.connect(store.catalogue_file) as catalogue:
                catalogue.execute("PRAGMA journal_mode=wal")  # readers are then never refused while a writer commits
            catalogue.close()
        connection.execute("BEGIN")
        connection.execute("CREATE SCHEMA IF NOT EXISTS lake.facts")
        connection.execute("CREATE SCHEMA IF NOT EXISTS lake.measurements")
        for table in TABLES.values():
            columns = ", ".join(f'"{c.name}" {SQL_TYPES[c.kind]}' for c in table.columns)
            connection.execute(f"CREATE TABLE IF NOT EXISTS lake.facts.{table.name} ({columns})")
        for name, columns in LOG.items():
            connection.execute(f"CREATE TABLE IF NOT EXISTS lake.facts.{name} ({columns})")
        connection.execute("COMMIT")
        if not store.key_file.exists():  # last: where the key is, the store is whole
            for name in ("pins", "erasures"):  # without a row ever there are no statistics: they are sought each time
                connection.execute(f"INSERT INTO lake.facts.{name} DEFAULT VALUES")
                connection.execute(f"DELETE FROM lake.facts.{name}")
            _write_key(store.key_file)


def pseudonyms(store: Store) -> Pseudonyms:
    """The pseudonyms under the workspace's key. Raises Mistake where there is no key, or it is damaged."""
    require(store)
    try:
        key = bytes.fromhex(store.key_file.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise Mistake(
            str(store.key_file),
            "the key is damaged",
            "Put back the copy you keep: without it no person can be found again",
        )
    return Pseudonyms(key)


@contextmanager
def writing(store: Store, *, new: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may write, while no other process of ours does."""
    if not new:
        require(store)
    with turn(store):
        _remove_spilled(store)  # there may be records in it
        connection = _attach(store, read_only=False)
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def turn(store: Store) -> Iterator[None]:
    """Wait for, and hold, the right to write: on this host by a lock on a file, among hosts by one in the catalogue."""
    with (store.home / "write.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # freed by the system however the process ends
        if not store.catalogue:
            yield
            return
        import psycopg  # only here: a SQLite catalogue does without

        try:
            catalogue = psycopg.connect(store.catalogue, autocommit=True)
        except psycopg.Error:
            raise Mistake(
                "the catalogue", "it cannot be opened", "Is the address right, and the server running?"
            ) from None  # the address may hold a password
        with catalogue:
            catalogue.execute("SELECT pg_advisory_lock(%s)", (_TURN,))
            yield


def sweep(store: Store, connection: duckdb.DuckDBPyConnection) -> None:
    """Remove what a killed process left: data files no snapshot knows, spilled memory. Only in one's turn to write."""
    connection.execute("CALL ducklake_delete_orphaned_files('lake', cleanup_all => true)")
    _remove_spilled(store)


def _remove_spilled(store: Store) -> None:
    """Of processes of this host that are no more."""
    host = socket.gethostname()
    for folder in (store.home / "spill").glob(f"{host}-*"):
        process = int(folder.name.removeprefix(f"{host}-").split("-")[0])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            continue  # alive, another user's


def _write_key(file: Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(secrets.token_hex(32) + "\n")


def _extension_file(name: str) -> Path:
    package = importlib.import_module(f"duckdb_extension_{name}")
    (file,) = Path(package.__path__[0]).glob(f"extensions/v{duckdb.__version__}/{name}.duckdb_extension")
    return file


def _quoted(text: str) -> str:
    return text.replace("'", "''")
