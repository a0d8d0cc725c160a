"""Questions that run while the same wiki is loaded again and again: each answer is wholly of one load, and none fails."""

from __future__ import annotations

import gzip
import threading
from pathlib import Path

from carrel.app import App
from carrel.model.people import Origin, Principal
from carrel.model.queries import Done
from tests.instance import Instance

CLIENTS = 8
LOADS = 6


def dump(folder: Path, mark: int) -> Path:
    """Two tables whose every row says which load it is of."""
    text = ""
    for table, key, marked, rows in (("category", "cat_id", "cat_pages", 300), ("redirect", "rd_from", "rd_namespace", 200)):
        values = ",".join(f"({number},{mark})" for number in range(rows))
        text += f"CREATE TABLE `{table}` (\n  `{key}` int NOT NULL,\n  `{marked}` int NOT NULL\n) ENGINE=InnoDB;\nINSERT INTO `{table}` VALUES {values};\n"
    file = folder / f"load-{mark}.sql.gz"
    file.write_bytes(gzip.compress(text.encode()))
    return file


def test_every_answer_is_wholly_of_one_load(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home")
    instance.setup()
    instance.load(dump(tmp_path, 0), "markwiki")
    app = App(instance.home)
    done = threading.Event()
    marks: list[tuple[int, ...]] = []
    failures: list[Exception] = []

    def ask() -> None:
        session = app.gateway.open(Principal(person="ines", service="cli"), Origin(door="cli", address="local"), dialect="mysql", database="markwiki")
        sql = "SELECT MIN(cat_pages), MAX(cat_pages), MIN(rd_namespace), MAX(rd_namespace), COUNT(*) FROM category, redirect"
        while not done.is_set():
            try:
                for answer in session.ask(sql):
                    assert not isinstance(answer, Done)
                    marks.extend(tuple(int(value) for value in row.values()) for batch in answer.batches() for row in batch.to_pylist())
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                failures.append(error)
                return
        session.close()

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for mark in range(1, LOADS + 1):
        instance.load(dump(tmp_path, mark), "markwiki")
    done.set()
    for thread in threads:
        thread.join(60)
    app.close()
    assert failures == []
    assert {count for *_, count in marks} == {300 * 200}
    assert all(len(set(row[:4])) == 1 for row in marks)
    assert {row[0] for row in marks} >= {0, LOADS} or len(marks) < 5
    left = [folder for folder in (instance.home / "lake/markwiki.db/category").iterdir() if folder.is_dir()]
    assert len(left) == 1


