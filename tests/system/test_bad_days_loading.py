"""Fifty clients ask a server while the same wiki is loaded again and again by the command, and two commands load at once."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
import pytest

from tests.bad_days import WIKI, big_instance, eventually, write_dump
from tests.instance import GROUP_OF, Instance

pytestmark = pytest.mark.system
CLIENTS, ROWS, LOADS = 50, 20_000, 3
PAUSE_S = 0.2
"""Between two questions of a client, so that the loads get on too."""
ASK = "SELECT min(cat_subcats), max(cat_subcats), count(*), (SELECT max(cat_subcats) FROM category) FROM category"
MEMBERS = [name for name, group in GROUP_OF.items() if group in {"researchers", "analytics-privatedata-users", "statistics-privatedata-users"}]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    limits = {"queries": 100, "queries_per_person": 50}
    with big_instance(tmp_path_factory.mktemp("loading"), ROWS, limits=limits) as instance:
        yield instance


def test_every_answer_is_wholly_from_one_load(instance: Instance, tmp_path: Path) -> None:
    ended = threading.Event()
    answers: list[tuple[Any, ...]] = []
    failures: list[Exception] = []

    def ask(who: str) -> None:
        try:
            with instance.connect(who, WIKI) as connection, connection.cursor() as cursor:
                while not ended.wait(PAUSE_S):
                    cursor.execute(ASK)
                    answers.extend(cursor.fetchall())
        except (pymysql.MySQLError, OSError) as error:
            failures.append(error)

    for who in MEMBERS:
        instance.credential(who)
    clients = [threading.Thread(target=ask, args=(MEMBERS[number % len(MEMBERS)],), daemon=True) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for mark in range(1, LOADS + 1):
        instance.load(write_dump(tmp_path / f"{mark}.sql.gz", ROWS + mark, mark), WIKI)
    assert eventually(lambda: (LOADS, LOADS, ROWS + LOADS, LOADS) in answers, 30.0)
    ended.set()
    for client in clients:
        client.join(60)
    assert failures == []
    assert set(answers) <= {(mark, mark, ROWS + mark, mark) for mark in range(LOADS + 1)}
    assert eventually(lambda: len(list((instance.home / "lake").rglob("*.parquet"))) == 1, 10.0)


def test_two_commands_load_one_wiki_at_once(instance: Instance, tmp_path: Path) -> None:
    """One of them says that the other is loading, or comes after it; what is there afterwards is one of the two."""
    files = [write_dump(tmp_path / f"{mark}.sql.gz", 150_000, mark) for mark in (7, 8)]
    command = [str(Path(sys.executable).parent / "carrel"), "--home", str(instance.home), "load", "sql-dump"]
    loads = [subprocess.Popen([*command, str(file), "--wiki", WIKI], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for file in files]
    results = [(load.communicate(timeout=120)[1], load.returncode) for load in loads]
    assert any(code == 0 for _, code in results), results
    for errors, code in results:
        assert code in {0, 10}
        if code:
            assert re.fullmatch(rf"carrel: another load of `{WIKI}` is running\n(  try: .*\n)?", errors), errors
    assert instance.rows("ines", ASK, WIKI)[0] in {(mark, mark, 150_000, mark) for mark in (7, 8)}


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (lambda data: data[:-2000], r"at byte \d+: the compressed file is cut short"),
        (lambda data: data[:3000] + b"\xff" * 500 + data[3500:], r"at byte \d+: "),
        (lambda data: b"not a dump at all" * 10, r": "),
        (lambda data: b"", r": "),
    ],
    ids=["cut", "damaged", "no dump", "empty"],
)
def test_a_broken_file_is_told_in_one_line_and_changes_nothing(instance: Instance, tmp_path: Path, damage: Any, text: str) -> None:
    before = instance.rows("ines", ASK, WIKI)
    file = tmp_path / "broken.sql.gz"
    file.write_bytes(damage(write_dump(tmp_path / "whole.sql.gz", 50_000, 9).read_bytes()))
    result = instance.carrel("load", "sql-dump", file, "--wiki", WIKI, ok=False)
    assert result.returncode == 2, result.stderr
    first, *rest = result.stderr.splitlines()
    assert re.search(rf"^carrel: .*broken\.sql\.gz.*{text}", first), result.stderr
    assert all(line.startswith("  try: ") for line in rest)
    assert instance.rows("ines", ASK, WIKI) == before
