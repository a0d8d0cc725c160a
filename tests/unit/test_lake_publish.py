"""The lake: what a load publishes, all at once; locks, leases, and what is left when a load fails."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from carrel.io.escape import to_text
from carrel.lake import Lake, snapshots
from carrel.lake import compute as compute_module
from carrel.lake import landing as landing_module
from carrel.lake.load import Load
from carrel.model.errors import BadInput, Conflict, Internal, Unavailable
from carrel.model.names import TableName
from carrel.model.tables import Column, Database, DatabaseKind, Index, Table
from tests.lake_fixture import LakeFixture


@dataclass(frozen=True)
class Plan:
    table: str
    expression: str
    uses: frozenset[str] = frozenset()


def table(name: str, *columns: str, key: tuple[str, ...] = ("id",), indexes: tuple[Index, ...] = (), database: str = "w") -> Table:
    return Table(
        name=TableName(database, name), kind=DatabaseKind.WIKI, primary_key=key, indexes=indexes,
        columns=(Column(name="id", type="INTEGER", nullable=False), *(Column(name=column, type="VARCHAR") for column in columns)),
    )


def batch(*rows: tuple[Any, ...], names: tuple[str, ...] = ()) -> pa.RecordBatch:
    ids = pa.array([row[0] for row in rows], pa.int32())
    others = [pa.array([row[at + 1] for row in rows], pa.binary()) for at in range(len(names))]
    return pa.RecordBatch.from_arrays([ids, *others], names=["id", *names])


WIKI = Database(name="w", kind=DatabaseKind.WIKI)


def put(lake: Lake, tables: Mapping[str, list[int]], plans: tuple[Plan, ...] = ()) -> Any:
    with lake.load(WIKI, "test") as load:
        for name, ids in tables.items():
            load.land(table(name), [batch(*((number,) for number in ids))], frozenset())
        return load.publish(lambda tables: plans)


@pytest.fixture(params=["short rows", "long rows"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The two ways to write a table must give the same; one row a bucket here."""
    if request.param == "long rows":
        monkeypatch.setattr(landing_module, "LONG", -1)
        monkeypatch.setattr(compute_module, "bucket_bytes", lambda size: 1)
    return str(request.param)


@pytest.fixture
def fixture(tmp_path: Path) -> Iterator[LakeFixture]:
    fixture = LakeFixture(tmp_path / "home")
    yield fixture
    fixture.close()


@pytest.fixture
def lake(fixture: LakeFixture) -> Lake:
    return fixture.lake


def ids(fixture: LakeFixture, name: str) -> list[int]:
    return [row["id"] for row in fixture.rows(name, "w")]


def test_rows_come_in_the_order_of_the_key(fixture: LakeFixture, lake: Lake) -> None:
    put(lake, {"a": [3, 1, 2]})
    assert ids(fixture, "a") == [1, 2, 3]
    assert lake.tables("w")[0].rows == 3


def test_a_file_system_without_links_gets_copies(fixture: LakeFixture, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    put(lake, {"a": [1, 2, 3]})
    assert ids(fixture, "a") == [1, 2, 3]


def test_without_a_primary_key_the_first_unique_key_without_nulls_sorts(fixture: LakeFixture, lake: Lake) -> None:
    odd = table("a", "b", key=(), indexes=(Index(name="b", columns=("b",), unique=True), Index(name="i", columns=("id",), unique=True)))
    with lake.load(WIKI, "test") as load:
        load.land(odd, [batch((2, b"a"), (1, b"b"), names=("b",))], frozenset())
        load.publish(lambda tables: ())
    assert ids(fixture, "a") == [1, 2]


def test_without_any_key_rows_keep_the_order_of_the_dump(fixture: LakeFixture, lake: Lake) -> None:
    with lake.load(WIKI, "test") as load:
        load.land(table("a", key=()), [batch((2,), (3,)), batch((1,), (2,))], frozenset())
        load.publish(lambda tables: ())
    assert ids(fixture, "a") == [2, 3, 1, 2]


def test_rows_are_the_same_whatever_their_length(fixture: LakeFixture, lake: Lake) -> None:
    rows = [(number * 7919 % 101, b"x" * (number % 13) if number % 5 else None) for number in range(101)]
    with lake.load(WIKI, "test") as load:
        for start in range(0, 101, 30):
            load.land(table("a", "b"), [batch(*rows[start:start + 30], names=("b",))], frozenset())
        load.publish(lambda tables: (Plan("a", "t.id % 4"),))
    expected = [{"id": number, "b": None if text is None else text.decode(), "_hidden": number % 4} for number, text in sorted(rows)]
    assert fixture.rows("a", "w", hidden=True) == expected
    put(lake, {"z": [1]}, (Plan("a", "3 - t.id % 4"),))
    assert fixture.rows("a", "w", hidden=True) == [{**row, "_hidden": 3 - row["id"] % 4} for row in expected]


def test_secret_columns_are_in_no_file(fixture: LakeFixture, lake: Lake) -> None:
    secret = b"canary-of-a-password"
    with lake.load(WIKI, "test") as load:
        load.land(table("a", "b", "c"), [batch((1, b"canary-that-stays", secret), names=("b", "c"))], frozenset({"c"}))
        staged = b"".join(file.read_bytes() for file in lake.directory.rglob("*.parquet"))
        load.publish(lambda tables: ())
    assert fixture.rows("a", "w") == [{"id": 1, "b": "canary-that-stays", "c": None}]
    kept = b"".join(file.read_bytes() for file in fixture.home.rglob("*") if file.is_file())
    assert secret not in staged + kept
    assert b"canary-that-stays" in kept


def test_bytes_that_are_not_utf8_are_escaped_in_text_and_kept_in_blobs(fixture: LakeFixture, lake: Lake) -> None:
    odd = Table(name=TableName("w", "a"), kind=DatabaseKind.WIKI, columns=(
        Column(name="id", type="INTEGER"), Column(name="b", type="VARCHAR"), Column(name="c", type="BLOB")))
    with lake.load(WIKI, "test") as load:
        load.land(odd, [batch((1, b"\xff", b"\xff"), names=("b", "c"))], frozenset())
        load.publish(lambda tables: ())
    assert fixture.rows("a", "w") == [{"id": 1, "b": to_text(b"\xff"), "c": b"\xff"}]


def test_hidden_bits_are_computed_over_all_tables(fixture: LakeFixture, lake: Lake) -> None:
    plans = (Plan("a", "t.id % 2"), Plan("b", "coalesce((SELECT max(_hidden) FROM \"a\" x WHERE x.id = t.id), 9)", frozenset({"a"})))
    put(lake, {"b": [1, 2, 3], "a": [1, 2], "c": [7]}, plans)
    assert [row["_hidden"] for row in fixture.rows("a", "w", hidden=True)] == [1, 0]
    assert [row["_hidden"] for row in fixture.rows("b", "w", hidden=True)] == [1, 0, 9]
    assert fixture.rows("c", "w", hidden=True) == [{"id": 7}]
    assert {name: found.visibility for name, found in fixture.tables("w").items()} == {"a": True, "b": True, "c": False}


def test_tables_that_look_at_a_loaded_one_are_computed_anew(fixture: LakeFixture, lake: Lake) -> None:
    plans = (Plan("a", "0"), Plan("b", "(SELECT count(*) FROM a)", frozenset({"a"})), Plan("c", "(SELECT max(_hidden) FROM b)", frozenset({"b"})))
    put(lake, {"a": [1], "b": [1], "c": [1], "d": [1]}, plans)
    before = fixture.tables("w")
    done = put(lake, {"a": [1, 2, 3]}, plans)
    assert done.tables == {"a": 3}
    assert set(done.recomputed) == {"b", "c"}
    assert [row["_hidden"] for row in fixture.rows("c", "w", hidden=True)] == [3]
    assert fixture.tables("w")["d"].version == before["d"].version


def test_a_changed_rule_counts_at_the_next_load(fixture: LakeFixture, lake: Lake) -> None:
    put(lake, {"a": [1], "b": [1]}, (Plan("a", "0"),))
    put(lake, {"b": [1]}, (Plan("a", "5"),))
    assert fixture.rows("a", "w", hidden=True) == [{"id": 1, "_hidden": 5}]


def test_a_rule_that_fails_publishes_nothing(fixture: LakeFixture, lake: Lake) -> None:
    put(lake, {"a": [1]})
    files = fixture.files()
    with pytest.raises(Internal, match="`b`"):
        put(lake, {"a": [1, 2], "b": [1]}, (Plan("a", "0"), Plan("b", "no_such_function(t.id)")))
    assert fixture.files() == files
    assert ids(fixture, "a") == [1]


def test_a_rule_that_hides_with_a_number_too_large_fails(lake: Lake) -> None:
    with pytest.raises(Internal):
        put(lake, {"a": [1]}, (Plan("a", "256"),))


def test_a_source_that_fails_leaves_nothing(fixture: LakeFixture, lake: Lake) -> None:
    def broken() -> Iterator[pa.RecordBatch]:
        yield batch((1,))
        raise BadInput("cut")

    def load_both() -> None:
        with lake.load(WIKI, "test") as load:
            load.land(table("a"), [batch((5,))], frozenset())
            load.land(table("b"), broken(), frozenset())
            load.publish(lambda tables: ())

    with pytest.raises(BadInput):
        load_both()
    assert fixture.files() == []
    assert lake.tables("w") == []
    assert lake.databases() == []
    assert lake.generation() == 0


def test_a_second_load_of_the_same_database_is_refused_at_once(lake: Lake, fixture: LakeFixture) -> None:
    other = Lake(fixture.state, lake.directory)
    with lake.load(WIKI, "test"):
        with pytest.raises(Conflict, match="another load of `w`"), other.load(WIKI, "test"):
            pass
        with other.load(Database(name="v", kind=DatabaseKind.WIKI), "test"):
            pass
    with other.load(WIKI, "test"):
        pass


def test_a_snapshot_stays_while_it_is_read_and_goes_with_its_last_reader(fixture: LakeFixture, lake: Lake) -> None:
    put(lake, {"a": [1]})
    name, version = TableName("w", "a"), lake.tables("w")[0].version
    assert version is not None
    with lake.open(name, version) as first, Lake(fixture.state, lake.directory).open(name, version) as second:
        put(lake, {"a": [2]})
        assert ids(fixture, "a") == [2]
        assert list(first) == list(second)
        assert first[0].is_file()
        with lake.open(name, version) as late:
            assert late[0].is_file()
        assert first[0].is_file()
    assert len(fixture.files()) == 1
    with pytest.raises(Unavailable, match="replaced"), lake.open(name, version):
        pass


def test_readers_and_publications_do_not_disturb_each_other(fixture: LakeFixture, lake: Lake) -> None:
    put(lake, {"a": [0]})
    failures: list[BaseException] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                [number] = ids(fixture, "a")
                assert 0 <= number < 12
            except Unavailable:
                continue
            except BaseException as error:  # noqa: BLE001 - handed to the test
                failures.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 12):
        put(lake, {"a": [number]})
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    lake.sweep()
    assert len(fixture.files()) == 1


def test_a_snapshot_that_its_last_reader_has_deleted_is_retired_without_an_error(fixture: LakeFixture, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    put(lake, {"a": [0]})
    folder = lake.directory / Path(fixture.files()[0]).parent
    # Whatever is looked at before is out of date by the time of the mark.
    monkeypatch.setattr(Path, "is_dir", lambda path: True)
    shutil.rmtree(folder)
    snapshots.retire(folder)
    assert not os.path.exists(folder)


def test_generation_grows_with_each_publication(lake: Lake) -> None:
    put(lake, {"a": [1]})
    put(lake, {"a": [1]})
    assert lake.generation() == 2


def test_publishing_over_another_process_is_a_conflict(fixture: LakeFixture, lake: Lake) -> None:
    """As when two machines share a state without sharing the lake's locks."""
    put(lake, {"a": [1]})
    elsewhere = Lake(fixture.state, fixture.home / "elsewhere")
    with lake.load(WIKI, "test") as load:
        load.land(table("a"), [batch((5,))], frozenset())
        put(elsewhere, {"a": [6]})
        with pytest.raises(Conflict, match="changed by another process"):
            load.publish(lambda tables: ())


@pytest.mark.parametrize("name", ["../up", "a/b", "", "x" * 65, "a b", "."])
def test_names_that_are_no_folders_are_refused(name: str, lake: Lake) -> None:
    with pytest.raises(BadInput), lake.load(WIKI, "test") as load:
        load.land(table(name), [], frozenset())


def test_two_names_that_differ_in_case_only_are_refused(lake: Lake) -> None:
    with pytest.raises(BadInput, match="case"):
        put(lake, {"a": [1], "A": [1]})


def test_a_column_with_the_name_of_the_hidden_bits_is_refused(lake: Lake) -> None:
    with pytest.raises(BadInput, match="_hidden"), lake.load(WIKI, "test") as load:
        load.land(table("a", "_HIDDEN"), [], frozenset())


@pytest.mark.parametrize(("columns", "key", "reason"), [
    (("_Carrel_bytes",), ("id",), "which is kept for the lake"),
    (("title", "TITLE"), ("id",), "two columns of `t` have one name"),
    (tuple(f"c{number}" for number in range(4096)), ("id",), "`t` has 4097 columns"),
    (("title",), ("id", "nosuch"), "a key of `t` is of a column that the table does not have"),
])
def test_tables_that_no_wiki_has_are_refused(columns: tuple[str, ...], key: tuple[str, ...], reason: str, lake: Lake) -> None:
    with lake.load(WIKI, "test") as load, pytest.raises(BadInput, match=reason):
        load.land(table("t", *columns, key=key), [], frozenset())


def test_a_key_that_comes_twice_is_refused(fixture: LakeFixture, lake: Lake) -> None:
    with pytest.raises(BadInput, match=r"two rows of `a` have the same key \(id\)"):
        put(lake, {"a": [1, 2, 1]})
    assert fixture.files() == []


def test_the_same_table_with_other_columns_in_one_load_is_refused(lake: Lake) -> None:
    with lake.load(WIKI, "test") as load:
        load.land(table("a"), [], frozenset())
        with pytest.raises(BadInput, match="twice"):
            load.land(table("a", "b"), [], frozenset())


def test_sweep_removes_what_a_killed_load_has_left(fixture: LakeFixture, lake: Lake) -> None:
    put(lake, {"a": [1]})
    for leftover in ("w.db/a/20200101T000000-00000000", "w.db/b/20200101T000000-00000000", ".staging/w/landed", "v.db/a/20200101T000000-00000000"):
        folder = lake.directory / leftover
        folder.mkdir(parents=True)
        (folder / "part-00000.parquet").write_bytes(b"leftover")
    with lake.load(Database(name="v", kind=DatabaseKind.WIKI), "test"):
        (lake.directory / ".staging" / "v" / "mine.parquet").touch()
        lake.sweep()
        assert (lake.directory / ".staging" / "v" / "mine.parquet").exists()
    assert len(fixture.files()) == 1
    assert ids(fixture, "a") == [1]


def test_a_state_that_fails_publishes_nothing(fixture: LakeFixture, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    put(lake, {"a": [1]})
    original = Load._move

    def move(self: Load, done: Any) -> None:
        original(self, done)
        with fixture.state.write() as connection:
            connection.exec_driver_sql("ALTER TABLE lake_generation RENAME TO gone")

    with monkeypatch.context() as patch:
        patch.setattr(Load, "_move", move)
        with pytest.raises(Unavailable):
            put(lake, {"a": [1, 2], "b": [3]})
    assert ids(fixture, "a") == [1]
    assert list(fixture.tables("w")) == ["a"]
    assert len(fixture.files()) == 1
    assert not (lake.directory / ".staging" / "w").exists()
