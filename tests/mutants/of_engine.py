"""Mutants of what runs and lands: limits, values that cannot be converted, the engine's own words and rights, and secrets on their way into the lake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carrel.catalog import tagfile
from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.gateway.admission import Admission
from carrel.model.errors import Internal
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery, Done, Limits
from tests.mutants.mutant import Mutant
from tests.mutants.of_second_line import ASKED, planted
from tests.mutants.stage import OWNER, TABLES, Stage, hear
from tests.mutants.switch import change, nothing, put

EXPLODING: Final = "SELECT COUNT(*) FROM " + " JOIN ".join(f"page t{number}" for number in range(18))


def no_answer_has_more_rows_than_it_may(stage: Stage) -> Iterator[str]:
    """An answer has no more rows than the limit, and says so."""
    with stage.session(limits=Limits(rows=2)) as session:
        if (heard := hear(session, "SELECT page_id FROM page")).error != "row_limit":
            yield heard.text
        if hear(session, "SELECT page_id FROM page LIMIT 2").rows is None:
            yield "as many as it may"


def no_query_takes_longer_than_it_may(stage: Stage) -> Iterator[str]:
    """A query ends when its time is over, whatever the session has set."""
    with stage.session(limits=Limits(time=timedelta(seconds=0.05))) as session:
        for sql in (EXPLODING, f"SET max_statement_time = 1000; {EXPLODING}"):
            if (heard := hear(session, sql)).error != "time_limit":
                yield heard.text


def no_more_queries_run_than_may(stage: Stage) -> Iterator[str]:
    """So many queries run at once, in all and for one person; others wait, and are refused in the end."""
    for total, own, others in ((9, 1, ("ines",)), (1, 9, ("pavel",)), (9, 2, ())):
        admission = Admission(total=total, per_person=own, patience_s=0.05)
        with stage.session(admission=admission) as first:
            answer = next(running := first.ask("SELECT page_id FROM page"))
            assert not isinstance(answer, Done)
            next(answer.batches())
            for who in others:
                with stage.session(who, admission=admission) as second:
                    if (heard := hear(second, "SELECT page_id FROM page")).error != "too_many":
                        yield f"{total}, {own}, {who}: {heard.error}"
            running.close()
            if hear(first, "SELECT page_id FROM page").rows is None:
                yield "a place is not given back"


def nothing_that_is_asked_raises(stage: Stage) -> Iterator[str]:
    """A value that cannot be converted, a division by zero or an overflow is NULL or what MariaDB makes of it, and never ends the query."""
    for expression in (
        "CAST(page_title AS SIGNED)", "page_title + 1", "1 / (page_id - page_id)", "CAST(page_title AS DECIMAL(5,2))", "CAST(page_title AS DATE)",
        "page_id * 9223372036854775807 * 9223372036854775807", "EXP(page_len * 1000)", "UNIX_TIMESTAMP(page_title)", "SQRT(-page_id)", "1 DIV 0",
        "CAST(page_len * 1e300 AS SIGNED)", "LOG(page_id - page_id)", "page_len << 99", "CAST(page_len + 99999999999999999999 AS SIGNED)",
        "page_title REGEXP CONCAT('(', page_title)", r"REGEXP_REPLACE(page_title, 'a', '\\9')", "REPEAT('a', page_len * 1e12)",
    ):  # fmt: skip
        heard = stage.ask(f"SELECT {expression} FROM page")
        if heard.rows is None:
            yield f"{expression}: {heard.error}"


def the_engine_s_words_reach_nobody(stage: Stage) -> Iterator[str]:
    """Should the engine fail, what it says, which may quote rows, reaches nobody."""
    with planted(stage, lambda asked: f"SELECT CAST(r.log_title AS INTEGER) FROM {asked.fragment} AS r"):
        heard = stage.ask(ASKED)
    if heard.error != "internal" or any(word in heard.text for word in ("Alpha", "Conversion", "INT32", "log_title")):
        yield heard.text


def an_unverified_text_reaches_no_file(stage: Stage) -> Iterator[str]:
    """The engine's instance opens nothing outside the lake, whatever text it is given."""
    folder = stage.home.parent / "engine"
    folder.mkdir(exist_ok=True)
    word = stage.home.parent / "outside.txt"
    word.write_text("outside-word\n")
    engine = DuckDbEngine(stage.app.lake, directory=folder, memory_mb=100, spill_mb=0, threads=1)
    try:
        with planted(stage, lambda _: f"SELECT content FROM read_text('{word}')") as patch:
            put("carrel.engines.duckdb.engine:verify", lambda _: nothing, "").off(patch)
            heard = stage.ask(ASKED, engine=engine)
    finally:
        engine.close()
    if "outside-word" in heard.text:
        yield heard.text


class Dirty:
    """Fills the ports Engine and Running: NULLs with something beneath them, as an engine may leave them."""

    def __init__(self) -> None:
        self.schema = pa.schema([pa.field("rev_id", pa.int64()), pa.field("rev_actor", pa.int64())])

    def run(self, query: AuthorizedQuery, relations: Mapping[TableName, pa.Table]) -> Dirty:
        return self

    def batches(self) -> Iterator[pa.RecordBatch]:
        beneath = pa.py_buffer((4711).to_bytes(8, "little"))
        null = pa.Array.from_buffers(pa.int64(), 1, [pa.py_buffer(b"\0"), beneath])
        yield pa.RecordBatch.from_arrays([pa.array([1], pa.int64()), null], schema=self.schema)

    def interrupt(self) -> None:
        pass

    def close(self) -> None:
        pass


def nothing_lies_beneath_a_null(stage: Stage) -> Iterator[str]:
    """Beneath a NULL there are zeros, whatever the engine has left there."""
    with stage.session(engine=Dirty()) as session:
        for answer in session.ask("SELECT rev_id, rev_actor FROM revision"):
            assert not isinstance(answer, Done)
            for batch in answer.batches():
                data = batch.column(1).buffers()[1].to_pybytes()
                if (4711).to_bytes(2, "little") in data:
                    yield "4711"
            answer.close()


def landed(stage: Stage, wiki: str) -> str:
    """All that the lake's files of a wiki hold, decoded."""
    files = sorted((stage.app.lake.directory / f"{wiki}.db").rglob("*.parquet"))
    return "".join(str(pq.read_table(file).to_pylist()) for file in files)


def secrets_do_not_land(stage: Stage) -> Iterator[str]:
    """No value of a secret column is written to the lake, from a dump in SQL or in XML, in a table that is known by this name or not."""
    stage.load({"user": TABLES["user"], "mw_user": TABLES["user"]}, "secretwiki")
    words = landed(stage, "secretwiki")
    if "ann@mail.example" not in words or "hash-of-ann" in words:
        yield "sql-dump"
    known = tagfile.tags()["revision"]
    secret = replace(known, columns={**known.columns, "rev_comment": replace(known.columns["rev_comment"], tag="secret")})
    with pytest.MonkeyPatch.context() as patch:
        put("carrel.catalog.tagfile:tags", lambda real: lambda: {**real(), "revision": secret}, "").off(patch)
        stage.app.loader.load("xml-dump", [_export(stage)], "xmlwiki", principal=OWNER)
    words = landed(stage, "xmlwiki")
    if "Written text" not in words or "Secret summary" in words:
        yield "xml-dump"


def _export(stage: Stage) -> Path:
    file = stage.home.parent / "export.xml"
    file.write_text(
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" version="0.10" xml:lang="en"><siteinfo><dbname>xmlwiki</dbname></siteinfo>'
        "<page><title>A</title><ns>0</ns><id>1</id><revision><id>1</id><timestamp>2018-01-01T00:00:00Z</timestamp>"
        "<contributor><username>Ann</username><id>1</id></contributor><comment>Secret summary</comment><model>wikitext</model>"
        '<format>text/x-wiki</format><text xml:space="preserve">Written text</text><sha1>x</sha1></revision></page></mediawiki>\n'
    )
    return file


_RUNNING, _VALUES = "carrel.engines.duckdb.running", "carrel.engines.duckdb.translate.values"


def _talking(_: Any) -> Any:
    return lambda error: Internal(str(error))


def _lenient(limit: str) -> Any:
    """With this limit so high that it is never reached."""
    return lambda real: lambda self, **limits: real(self, **{**limits, limit: 99})


def _open_instance(real: Any) -> Any:
    return lambda *args: {name: value for name, value in real(*args).items() if name != "enable_external_access"}


MUTANTS: Final = (
    Mutant(name="limit: rows", switch=change(f"{_RUNNING}:DuckDbRunning._read", "batch.num_rows > left", "False", "the limit of rows"),
           killer=no_answer_has_more_rows_than_it_may),
    Mutant(name="limit: time", switch=change(f"{_RUNNING}:DuckDbRunning.__init__", "if limits.time is not None", "if False", "the limit of time"),
           killer=no_query_takes_longer_than_it_may),
    Mutant(name="limit: the session's own",
           switch=change("carrel.gateway.variables:Variables.limits", "min(times, default=None)", "max(times, default=None)",
                         "that a session only tightens its limits"),
           killer=no_query_takes_longer_than_it_may),
    Mutant(name="limit: a person's queries",
           switch=put("carrel.gateway.admission:Admission.__init__", _lenient("per_person"), "the limit of a person's queries"),
           killer=no_more_queries_run_than_may),
    Mutant(name="limit: all queries",
           switch=put("carrel.gateway.admission:Admission.__init__", _lenient("total"), "the limit of all queries"),
           killer=no_more_queries_run_than_may),
    Mutant(name="no raise: casts", switch=change(f"{_VALUES}:_to_int", "TRY_CAST(", "CAST(", "TRY of a cast to a whole number"),
           killer=nothing_that_is_asked_raises),
    Mutant(name="no raise: patterns",
           switch=change("carrel.engines.duckdb.translate.patterns:regexp_replace", 'f"TRY({found})"', "found", "TRY of a replacement"),
           killer=nothing_that_is_asked_raises),
    Mutant(name="engine: words", switch=put(f"{_RUNNING}:explain", _talking, "that the engine's words are kept back"), killer=the_engine_s_words_reach_nobody),
    Mutant(name="engine: files", switch=put("carrel.engines.duckdb.instance:_settings", _open_instance, "that the instance reads the lake alone"),
           killer=an_unverified_text_reaches_no_file),
    Mutant(name="engine: beneath NULL", switch=put("carrel.gateway.answers:blank", lambda _: lambda batch, by_value: batch, "zeros beneath NULL"),
           killer=nothing_lies_beneath_a_null),
    Mutant(name="landing: which columns", switch=put("carrel.jobs.load:secret_columns", lambda _: lambda _: frozenset(), "which columns are secret"),
           killer=secrets_do_not_land),
    Mutant(name="landing: values",
           switch=change("carrel.lake.landing:Landing._column", "if column.name in self.secret", "if False", "that a secret lands as NULL"),
           killer=secrets_do_not_land),
)  # fmt: skip
