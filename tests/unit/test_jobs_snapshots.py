"""Snapshots of different days: the later replaces the earlier at one moment, the earlier does not come back by accident, and a wiki goes whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from carrel.audit.log import AuditLog
from carrel.cli import carrel
from carrel.jobs.drop import drop_wiki
from carrel.jobs.load import day_of
from carrel.model.errors import Conflict, NotFound
from carrel.model.names import TableName
from tests.lake_fixture import ROOT, LakeFixture


@pytest.fixture
def fixture(tmp_path: Path) -> Iterator[LakeFixture]:
    fixture = LakeFixture(tmp_path / "home")
    yield fixture
    fixture.close()


def dump(folder: Path, day: str, table: str, *ids: int, columns: str = "") -> Path:
    path = folder / f"testwiki-{day}-{table}.sql"
    rows = ",".join(f"({number}{',1' * bool(columns)})" for number in ids)
    path.write_text(f"CREATE TABLE `{table}` (`{table}_id` int NOT NULL{columns}, PRIMARY KEY (`{table}_id`));\nINSERT INTO `{table}` VALUES {rows};\n")
    return path


def days(fixture: LakeFixture) -> dict[str, str | None]:
    return {each.table.name.table: each.snapshot for each in fixture.lake.published("testwiki")}


def ids(fixture: LakeFixture, table: str) -> list[int]:
    return [row[f"{table}_id"] for row in fixture.rows(table)]


@pytest.mark.parametrize(("name", "day"), [
    ("enwiki-20261101-page.sql.gz", "2026-11-01"), ("enwiki-20261101-pages-meta-history1.xml-p1p2.7z", "2026-11-01"),
    ("be-tarask-wiki-00000000-20261101-page.sql.gz", "2026-11-01"), ("enwiki-20261301-page.sql", None), ("enwiki-latest-page.sql.gz", None),
    ("20261101.sql", None), ("-", None),
])
def test_the_day_in_a_name(name: str, day: str | None) -> None:
    assert day_of(Path(name)) == day


def test_a_later_snapshot_replaces_the_earlier_also_with_another_layout(fixture: LakeFixture, tmp_path: Path) -> None:
    fixture.load("sql-dump", dump(tmp_path, "20261001", "page", 1, 2, 3))
    files = fixture.files()
    fixture.load("sql-dump", dump(tmp_path, "20261101", "page", 1, 3, columns=", `page_extra` int"))
    assert days(fixture) == {"page": "2026-11-01"}
    assert fixture.rows("page") == [{"page_id": 1, "page_extra": 1}, {"page_id": 3, "page_extra": 1}]
    assert not set(files) & set(fixture.files())


def test_what_a_reader_of_the_earlier_snapshot_has_goes_when_it_ends(fixture: LakeFixture, tmp_path: Path) -> None:
    fixture.load("sql-dump", dump(tmp_path, "20261001", "page", 1, 2))
    version = fixture.tables()["page"].version
    assert version is not None
    with fixture.lake.open(TableName("testwiki", "page"), version) as files:
        fixture.load("sql-dump", dump(tmp_path, "20261101", "page", 1))
        assert all(file.is_file() for file in files)
    assert not any(file.exists() for file in files)


def test_an_earlier_snapshot_does_not_come_back_by_accident(fixture: LakeFixture, tmp_path: Path) -> None:
    fixture.load("sql-dump", dump(tmp_path, "20261101", "page", 1))
    before = fixture.files()
    early, unnamed = dump(tmp_path, "20261001", "page", 1, 2), dump(tmp_path, "latest", "page", 1, 2)
    for file, options in ((early, {}), (unnamed, {"snapshot": date(2026, 10, 31)})):
        with pytest.raises(Conflict, match=r"`page` as of 2026-11-01, and this is as of 2026-10-\d\d") as caught:
            fixture.load("sql-dump", file, **options)
        assert "--older" in (caught.value.help or "")
    assert fixture.files() == before
    fixture.load("sql-dump", dump(tmp_path, "20261001", "category", 1))
    assert days(fixture) == {"category": "2026-10-01", "page": "2026-11-01"}
    fixture.load("sql-dump", early, older=True)
    assert ids(fixture, "page") == [1, 2]
    assert days(fixture)["page"] == "2026-10-01"


def test_a_day_that_is_said_counts_and_an_unknown_one_replaces(fixture: LakeFixture, tmp_path: Path) -> None:
    fixture.load("sql-dump", dump(tmp_path, "20261001", "page", 1), snapshot=date(2026, 12, 1))
    assert days(fixture) == {"page": "2026-12-01"}
    fixture.load("sql-dump", dump(tmp_path, "latest", "page", 2))
    assert days(fixture) == {"page": None}


def test_a_wiki_that_is_dropped_is_gone_with_its_files(fixture: LakeFixture, tmp_path: Path) -> None:
    fixture.load("sql-dump", dump(tmp_path, "20261101", "page", 1))
    fixture.load("sql-dump", dump(tmp_path, "20261101", "page", 1), wiki="other")
    generation = fixture.lake.generation()
    assert drop_wiki(fixture.lake, AuditLog(fixture.state), "testwiki", ROOT) == 1
    assert [database.name for database in fixture.lake.databases()] == ["other"]
    assert all(name.startswith("other.db/") for name in fixture.files())
    assert fixture.lake.generation() > generation
    with pytest.raises(NotFound):
        drop_wiki(fixture.lake, AuditLog(fixture.state), "testwiki", ROOT)
    with fixture.lake.load(fixture.lake.databases()[0], "test"), pytest.raises(Conflict, match="another load"):
        fixture.lake.drop("other")


def test_the_commands(tmp_path: Path) -> None:
    def run(*arguments: object, code: int = 0, **options: Any) -> str:
        done = CliRunner().invoke(carrel, ["--home", str(tmp_path / "home"), *map(str, arguments)], **options)
        assert done.exit_code == code, done.output
        return done.stdout

    run("init")
    assert run("wiki", "snapshots") == "no wiki has been loaded\n"
    run("load", "sql-dump", dump(tmp_path, "20261001", "page", 1), "--wiki", "w", "--snapshot", "2026-11-01")
    [entry] = json.loads(run("wiki", "snapshots", "w", "--json"))
    assert (entry["table"], entry["snapshot"], entry["source"], entry["rows"]) == ("w.page", "2026-11-01", "sql-dump", 1)
    assert run("wiki", "snapshots").startswith("w.page\t2026-11-01\t")
    assert run("wiki", "show", "w") == "w\tpublic\npage\t1 rows\n"
    assert run("wiki", "show", "v", code=1) == ""
    run("load", "sql-dump", dump(tmp_path, "20261001", "page", 1), "--wiki", "w", "--older")
    run("wiki", "drop", "w", code=1, input="n\n")
    assert run("wiki", "drop", "w", "--yes") == "w is gone: 1 table\n"
    assert run("wiki", "snapshots") == "no wiki has been loaded\n"
