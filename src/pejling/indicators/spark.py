"""Evaluation on Apache Spark: the same SELECTs as in DuckDB (`evaluation`), carried over by SQLGlot.

Spark cannot read the store's own files, for deletes and small deliveries may lie in the catalogue alone. So the facts
that are asked for are written out as Parquet, read by Spark, and what comes of them is read back, all in a folder
beside DuckDB's own overflow, removed afterwards (`store.sweep` removes what a killed process left). Only who measures
on Spark needs pyspark, sqlglot and Java: they are imported here, when they are used.
"""

import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pejling.facts.mistakes import Mistake
from pejling.facts.store import Store, require
from pejling.indicators.components import TABLES, Sheet, later, sheet_rows
from pejling.indicators.course_items import found_name
from pejling.indicators.definition import Indicator
from pejling.indicators.evaluation import Into, found_of, of_law, seen_on, seen_together
from pejling.indicators.evaluation import evaluate as on_duckdb
from pejling.indicators.items import Observed
from pejling.indicators.law_items import reads_law
from pejling.indicators.model import Model
from pejling.indicators.relations import AS_DELIVERED, BY_COURSE, Facts, literal, relations

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "local[2]"
MEMORY = "4g"  # of Java, where Spark runs in this process; Spark's own settings come first
INSTALL = "Install them: .venv/bin/pip install --require-hashes -r requirements/spark.txt"
JAVA = "Install it: apt-get install default-jre-headless, or set JAVA_HOME"
OUT = "256MB"  # a file of the facts: what a worker reads at a time
_DATABASE = "global_temp"  # where Spark keeps views that have a schema of their own


@contextmanager
def on_spark(store: Store, master: str = MASTER) -> Iterator["OnSpark"]:
    """An engine for `measure`, and Spark for as long as it is held. What Spark keeps on disk is in the store's home.

    Raises Mistake where something is not installed, or Spark does not start.
    """
    require(store)
    spill = store.home / "spill"
    spill.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{socket.gethostname()}-{os.getpid()}-spark-", dir=spill))
    try:
        session = _session(master, folder)
        try:
            with told_to_stop():
                yield OnSpark(session, folder)
        finally:
            # Interrupted in the middle of a question, Java answers no other; it ends with this process.
            if not isinstance(sys.exception(), KeyboardInterrupt | SystemExit):
                session.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class OnSpark:
    """An `Evaluate`; the folder is emptied of records after each call."""

    session: "SparkSession"
    folder: Path

    def __call__(
        self,
        connection: duckdb.DuckDBPyConnection,
        model: Model,
        observed: Mapping[str, Observed],
        facts: Facts,
        indicators: Sequence[Indicator],
        sheets: Mapping[int, Sheet],
        into: Into,
        on_step: Callable[[str], None] = lambda name: None,
    ) -> int:
        ours = [indicator for indicator in indicators if not of_law(model, indicator)]
        by_law = [indicator for indicator in indicators if of_law(model, indicator)]
        written = 0
        if by_law:  # the chain of steps is a recursive query: DuckDB has it done sooner than it could be sent
            steps = {number: sheet for number, sheet in sheets.items() if reads_law(sheet)}
            written += on_duckdb(connection, model, observed, facts, by_law, steps, lambda last: into(False), on_step)
            sheets = {number: sheet for number, sheet in sheets.items() if number not in steps}
        with tempfile.TemporaryDirectory(prefix="measuring-", dir=self.folder) as made:
            spread = _Spread(self.session, Path(made))
            _evaluate(spread, connection, model, observed, facts, ours, sheets, on_step)
            kept = into(True)
            for name in TABLES:
                if files := spread.written(name):
                    rows = "SELECT * FROM read_parquet(?, union_by_name = true)"
                    (added,) = connection.execute(kept(name, rows), [files]).fetchone() or (0,)
                    written += int(added)
        return written


def _evaluate(
    spread: "_Spread",
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    observed: Mapping[str, Observed],
    facts: Facts,
    indicators: Sequence[Indicator],
    sheets: Mapping[int, Sheet],
    on_step: Callable[[str], None],
) -> None:
    for through, asked in seen_together(indicators, observed):
        on_step("relations")
        texts = relations(model, through, Facts(schema=_DATABASE))
        found = {found_name(i): (i, text) for i in asked if (text := found_of(i, observed[i.key]))}
        counted = {n: sheet_rows(n, sheet) for n, sheet in sheets.items() if seen_on(sheet) == through}
        last = {i.key: later(i, observed[i.key]) for i in asked}
        read = [
            *(text for _, text in found.values()),
            *counted.values(),
            *(t for two in last.values() for t in two.values()),
        ]
        uses = _uses(texts, read)
        for table in sorted(uses.keys() - texts.keys() - found.keys()):
            spread.export(connection, table, facts)
        for name, text in texts.items():
            if name in uses:
                spread.view(name, text, keep=uses[name] > 1 and name not in AS_DELIVERED)
        for name, (indicator, text) in found.items():
            on_step(indicator.key)
            spread.view(name, text, keep=True)
        for text in counted.values():
            on_step("counting")
            spread.write("sums", text)
        for indicator in asked:
            for name, text in last[indicator.key].items():
                on_step(indicator.key)
                spread.write(name, text)
        spread.forget()


@dataclass
class _Spread:
    """Named views in a Spark session, over Parquet files in a folder that every worker reaches."""

    session: "SparkSession"
    folder: Path
    exported: set[str] = field(default_factory=set)
    viewed: list[str] = field(default_factory=list)

    def export(self, connection: duckdb.DuckDBPyConnection, table: str, facts: Facts) -> None:
        """A fact table as DuckDB sees it, once: without what is deleted, with what is still in the catalogue."""
        if table in self.exported:
            return
        self.exported.add(table)
        source = facts(table)
        if facts.persons and table in BY_COURSE:  # before any relation is made
            whole = replace(facts, persons="")
            source = f"{whole(table)} SEMI JOIN {facts('courses')} AS theirs USING (course_id)"
        folder = self.folder / "facts" / table
        folder.mkdir(parents=True)
        connection.execute(
            f"COPY (SELECT * FROM {source}) TO {literal(str(folder))} (FORMAT parquet, FILE_SIZE_BYTES '{OUT}')"
        )
        self.session.read.parquet(folder.as_uri()).createOrReplaceGlobalTempView(table)

    def view(self, name: str, text: str, *, keep: bool = False) -> None:
        """`keep` for what is read more than once: it is written out, and so neither worked out again nor planned again.

        Spark's own cache took more than twice the processor: what is cached stays part of every plan above it.
        """
        frame = self.session.sql(carried(text))
        if keep:
            folder = (self.folder / "kept" / f"{len(self.viewed)}-{name}").as_uri()
            frame.write.parquet(folder)
            frame = self.session.read.schema(frame.schema).parquet(folder)
        frame.createOrReplaceTempView(name)
        self.viewed.append(name)

    def write(self, name: str, text: str) -> None:
        """What comes of the SELECT, for a table of that name; each with columns of its own."""
        folder = self.folder / name / str(len(list(self.folder.glob(f"{name}/*"))))
        self.session.sql(carried(text)).write.parquet(folder.as_uri())

    def written(self, name: str) -> list[str]:
        return [str(file) for file in (self.folder / name).glob("*/*.parquet")]

    def forget(self) -> None:
        """Drop the views, and what was kept for them."""
        for name in set(self.viewed):
            self.session.catalog.dropTempView(name)
        self.viewed.clear()
        shutil.rmtree(self.folder / "kept", ignore_errors=True)


def carried(text: str) -> str:
    """A SELECT of ours for Spark. What SQLGlot knows it cannot carry over is an error; see `benchmarks/spike`."""
    import sqlglot

    one: str
    (one,) = sqlglot.transpile(text, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    return one


def _uses(texts: Mapping[str, str], sources: Iterable[str]) -> Counter[str]:
    """How often each relation and fact table is read, for these SELECTs of items; not those that nobody reads."""
    from sqlglot import exp, parse_one

    uses: Counter[str] = Counter()

    def count(text: str) -> None:
        tree = parse_one(text, read="duckdb")
        within = {each.alias for each in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            if table.db or table.name not in within:
                uses[table.name] += 1
                if uses[table.name] == 1 and table.name in texts:
                    count(texts[table.name])

    for source in sources:
        count(source)
    return uses


def _session(master: str, folder: Path) -> "SparkSession":
    """Spark, saying nothing: what Java prints is not for whoever measures, and may quote a record."""
    try:
        import sqlglot  # noqa: F401 - missing here is better told now
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise Mistake("--engine spark", "pyspark and sqlglot are not installed", INSTALL) from None
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=f"{home}/bin" if home else None):
        raise Mistake("--engine spark", "no Java was found, and Spark runs on it", JAVA)
    settings = {
        "spark.app.name": "pejling",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        own = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        settings |= own | {"spark.sql.shuffle.partitions": "4"}
        os.environ.setdefault("SPARK_DRIVER_MEMORY", MEMORY)
    try:
        with _silent(), _own_interrupt():
            session: SparkSession = SparkSession.builder.master(master).config(map=settings).getOrCreate()
    except (PySparkException, Py4JError):
        raise Mistake(
            "--engine spark",
            f"Spark did not start with the master {master!r}",
            "Is it right (local[2], spark://host:7077, yarn) and within reach, and is Java 17 or later?",
        ) from None
    return session


@contextmanager
def _silent() -> Iterator[None]:
    """Processes started meanwhile write their errors nowhere, as long as they live."""
    own = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(own, 2)
        os.close(own)
        os.close(nowhere)


@contextmanager
def told_to_stop() -> Iterator[None]:
    """Who is told to stop (SIGTERM) does so as after Ctrl-C, and leaves no records behind. Raises SystemExit: 143."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    own = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    except RuntimeError as fault:  # DuckDB, in the middle of a query, puts an error of its own in its place
        if isinstance(fault.__cause__, SystemExit):
            raise fault.__cause__ from None
        raise
    finally:
        signal.signal(signal.SIGTERM, own)


@contextmanager
def _own_interrupt() -> Iterator[None]:
    """Ctrl-C stays ours: PySpark's answer to it asks Java something in the middle of another question, and fails."""
    own = signal.getsignal(signal.SIGINT)
    logging.getLogger().addHandler(logging.NullHandler())  # else py4j prints where it was interrupted
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, own)
