"""Loading into a wiki: names, secrets, blobs, what replaces what, and what is on record."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carrel.audit.log import AuditLog
from carrel.jobs.load import sources
from carrel.jobs.slots import slots_by_role
from carrel.model.errors import BadInput, Conflict
from carrel.sources.sql_dump import source as sql_source
from tests.lake_fixture import LakeFixture, as_bytes

PAGE = "CREATE TABLE `page` (`page_id` int(10) unsigned NOT NULL, `page_title` varbinary(255) NOT NULL, PRIMARY KEY (`page_id`));\n"
USER = "CREATE TABLE `user` (`user_id` int NOT NULL, `USER_Token` binary(4) NOT NULL, `odd_column` int, PRIMARY KEY (`user_id`));\n"
TEXT = "CREATE TABLE `text` (`old_id` int NOT NULL, `old_text` mediumblob NOT NULL, `old_flags` tinyblob NOT NULL, PRIMARY KEY (`old_id`));\n"
EXPORT = """<mediawiki version="0.10"><siteinfo><namespaces><namespace key="0"/></namespaces></siteinfo>
<page><title>{title}</title><ns>0</ns><id>{id}</id><revision><id>{id}</id><timestamp>2018-05-01T00:00:00Z</timestamp>
<contributor><ip>::1</ip></contributor><text>x</text></revision></page></mediawiki>"""

LOG = """<mediawiki version="0.10"><siteinfo><namespaces><namespace key="0"/></namespaces></siteinfo>
<logitem><id>1</id><timestamp>2018-05-01T00:00:00Z</timestamp><contributor><ip>::1</ip></contributor><type>move</type><action>move</action>
<logtitle>A</logtitle><params xml:space="preserve"/></logitem></mediawiki>"""


@pytest.fixture
def fixture(tmp_path: Path) -> Iterator[LakeFixture]:
    fixture = LakeFixture(tmp_path / "home")
    yield fixture
    fixture.close()


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return write


def test_tables_of_several_files_are_loaded_together(fixture: LakeFixture, write: Any) -> None:
    report = fixture.load("sql-dump", write("a.sql", PAGE + "INSERT INTO `page` VALUES (2,'B'),(1,'A');"), write("b.sql.gz", TEXT))
    assert report.tables == {"page": 2, "text": 0}
    assert report.rows == 2
    assert [row["page_title"] for row in fixture.rows("page")] == ["A", "B"]


def test_secrets_are_not_landed_whatever_the_case_of_their_name(fixture: LakeFixture, write: Any) -> None:
    fixture.load("sql-dump", write("a.sql", USER + "INSERT INTO `user` VALUES (1,'tok1',5);"))
    assert fixture.rows("user") == [{"user_id": 1, "USER_Token": None, "odd_column": 5}]
    assert b"tok1" not in b"".join(file.read_bytes() for file in fixture.home.rglob("*") if file.is_file())


def test_a_table_that_is_not_known_keeps_no_secret_of_one_that_is(fixture: LakeFixture, write: Any) -> None:
    fixture.load("sql-dump", write("a.sql", USER.replace("`user`", "`mw_user`") + "INSERT INTO `mw_user` VALUES (1,'tok1',5);"))
    assert fixture.rows("mw_user") == [{"user_id": 1, "USER_Token": None, "odd_column": 5}]


def test_compressed_texts_come_back_byte_for_byte(fixture: LakeFixture, write: Any) -> None:
    fixture.load("sql-dump", write("a.sql", TEXT + "INSERT INTO `text` VALUES (1,0xFF00,'gzip');"))
    assert [(as_bytes(row["old_text"]), row["old_flags"]) for row in fixture.rows("text")] == [(b"\xff\0", "gzip")]
    fixture.load("xml-dump", write("a.xml", EXPORT.format(id=1, title="A")), replace_tables=True)
    assert [(as_bytes(row["old_text"]), row["old_flags"]) for row in fixture.rows("text")] == [(b"x", "utf-8")]


def test_what_no_tag_file_knows_is_listed(fixture: LakeFixture, write: Any) -> None:
    report = fixture.load("sql-dump", write("a.sql", USER + "CREATE TABLE `my_own` (a int);"))
    assert report.unclassified == ("user.odd_column", "my_own")


def test_a_newer_dump_replaces_tables_also_with_other_columns(fixture: LakeFixture, write: Any) -> None:
    fixture.load("sql-dump", write("a.sql", PAGE + TEXT + "INSERT INTO `page` VALUES (1,'A');"))
    fixture.load("sql-dump", write("b.sql", "CREATE TABLE page (page_id bigint, page_lang varbinary(9));INSERT INTO page VALUES (7,'de');"))
    assert fixture.rows("page") == [{"page_id": 7, "page_lang": "de"}]
    assert set(fixture.tables()) == {"page", "text"}


def test_a_table_in_two_files_of_one_load_is_refused(fixture: LakeFixture, write: Any) -> None:
    with pytest.raises(BadInput, match=r"b\.sql: the table `page` is in an earlier file"):
        fixture.load("sql-dump", write("a.sql", PAGE), write("b.sql", PAGE))
    assert fixture.tables() == {}


def test_parts_of_an_export_add_up(fixture: LakeFixture, write: Any) -> None:
    report = fixture.load("xml-dump", write("a.xml", EXPORT.format(id=1, title="A")), write("b.xml.gz", EXPORT.format(id=2, title="B")))
    assert report.tables == {"page": 2, "revision": 2, "text": 2}


SLOTS = EXPORT.replace("0.10", "0.11").replace("</revision>", "".join(
    f"<content><role>{role}</role><origin>1</origin><model>m</model><format>f</format><text>{role}!</text></content>" for role in ("b", "a")
) + "</revision>")


def test_slots_beside_main_are_counted_by_role_and_go_with_the_export_that_had_them(fixture: LakeFixture, write: Any) -> None:
    first, second = write("1.xml", SLOTS.format(title="A", id=1)), write("2.xml", SLOTS.format(title="B", id=2))
    report = fixture.load("xml-dump", second, first)
    assert report.slots == slots_by_role(fixture.lake, "testwiki") == {"a": 2, "b": 2}
    assert report.tables["export_slots"] == 4
    assert [(row["es_rev_id"], row["es_role"], row["es_text"]) for row in fixture.rows("export_slots")] == [
        (1, "a", "a!"), (1, "b", "b!"), (2, "a", "a!"), (2, "b", "b!"),
    ]
    assert fixture.load("xml-dump", write("log.xml", LOG)).slots == {}
    assert slots_by_role(fixture.lake, "testwiki") == {"a": 2, "b": 2}
    report = fixture.load("xml-dump", write("3.xml", EXPORT.format(title="A", id=1)))
    assert (report.slots, report.tables["export_slots"]) == ({}, 0)
    assert fixture.rows("export_slots") == []


def test_an_export_does_not_replace_the_wikis_own_tables_unless_told_to(fixture: LakeFixture, write: Any) -> None:
    own, export = write("a.sql", PAGE + "INSERT INTO page VALUES (9,'Own');"), write("a.xml", EXPORT.format(id=1, title="A"))
    fixture.load("sql-dump", own)
    with pytest.raises(Conflict, match="a table `page` of its own") as caught:
        fixture.load("xml-dump", export)
    assert "--replace" in str(caught.value.help)
    assert [row["page_title"] for row in fixture.rows("page")] == ["Own"]
    fixture.load("xml-dump", export, replace_tables=True)
    fixture.load("xml-dump", export)
    assert [row["page_title"] for row in fixture.rows("page")] == ["A"]
    fixture.load("sql-dump", own)
    assert [row["page_title"] for row in fixture.rows("page")] == ["Own"]


def test_private_stays_private(fixture: LakeFixture, write: Any) -> None:
    fixture.load("sql-dump", write("a.sql", PAGE), private=True)
    report = fixture.load("sql-dump", write("b.sql", TEXT))
    assert report.private
    assert [database.private for database in fixture.lake.databases()] == [True]
    assert all(table.private for table in fixture.tables().values())


@pytest.mark.parametrize("name", [
    "", "a b", "../x", "en.wiki", "x" * 65, "ü", "a\n", "mysql", "information_schema", "INFORMATION_SCHEMA", "wmf", "log", "staging", "event", "datasets",
])
def test_names_that_no_wiki_has_are_refused(name: str, fixture: LakeFixture, write: Any) -> None:
    with pytest.raises(BadInput):
        fixture.load("sql-dump", write("a.sql", PAGE), wiki=name)
    assert not (fixture.home / "lake").exists()


def test_each_load_is_on_record_with_its_outcome(fixture: LakeFixture, write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    good = write("good.sql", PAGE + "INSERT INTO page VALUES (1,'A');")
    fixture.load("sql-dump", good)
    with pytest.raises(BadInput):
        fixture.load("sql-dump", write("bad.sql", "nonsense"))

    def interrupted(*_: Any, **__: Any) -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    with monkeypatch.context() as patch:
        patch.setattr(sql_source, "tables", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fixture.load("sql-dump", good)
    entries = AuditLog(fixture.state).search(action="load")
    begun = [entry.begin for entry in entries if entry.begin is not None]
    assert [(begin.principal.via, begin.details["files"], begin.tables) for begin in begun] == [
        ("owner:root", ["good.sql"], ("testwiki.*",)), ("owner:root", ["bad.sql"], ("testwiki.*",)), ("owner:root", ["good.sql"], ("testwiki.*",)),
    ]
    ends = [(entry.finish.outcome, entry.finish.rows) for entry in entries if entry.finish is not None]
    assert ends == [("cancelled", 0), ("bad_input", 0), ("complete", 1)]


def test_progress_is_told_per_file(fixture: LakeFixture, write: Any) -> None:
    seen: dict[str, int] = {}
    first, second = write("a.sql", PAGE), write("b.sql.gz", TEXT)
    fixture.load("sql-dump", first, second, progress=lambda file, position: seen.__setitem__(file.name, position))
    assert seen == {"a.sql": first.stat().st_size, "b.sql.gz": second.stat().st_size}


def test_every_source_says_what_it_is() -> None:
    for name, plugin in sources().items():
        assert name == plugin.NAME
        assert plugin.SUMMARY.endswith(".")
        assert plugin.CAPABILITIES.layout in {"wiki", "rebuilt"}
        assert plugin.CAPABILITIES.formats
