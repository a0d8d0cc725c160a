"""Files that leave by the HTTP door are registered copies, and the page where their owner says that they are deleted."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.fakes_http import SECRETS, FakeCopies, FakeRows, open_door, rows_of, sample_doors, signed_in, token_in

ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"


@pytest.fixture
def answered() -> FakeRows:
    return rows_of(pa.table({"n": [1, 2]}))


@pytest.fixture
def doors(answered: FakeRows) -> Any:
    doors = sample_doors(copies=FakeCopies())
    doors.gateway.answers["select n"] = [lambda: answered]
    return doors


@pytest.fixture
def base(doors: Any) -> Iterator[str]:
    with open_door(doors) as base:
        yield base


def ask(base: str, accept: str = "", **parameters: str) -> httpx.Response:
    return httpx.post(f"{base}/api/v1/query", params=parameters, json={"sql": "select n"}, headers={"Accept": accept}, auth=("ann", SECRETS["ann"]))


def test_an_answer_that_becomes_a_file_is_registered_and_named(base: str, answered: FakeRows) -> None:
    answer = ask(base, download="edits.tsv")
    assert (answer.text, answer.headers["content-disposition"]) == ("n\n1\n2\n", 'attachment; filename="edits.tsv"')
    assert answered.copy is not None
    assert answered.copy.name == "edits.tsv"


def test_an_answer_that_streams_is_no_copy(base: str, answered: FakeRows) -> None:
    answer = ask(base, PARQUET)
    assert "content-disposition" not in answer.headers
    assert answered.copy is None
    assert pq.read_schema(io.BytesIO(answer.content)).metadata is None


@pytest.mark.parametrize("accept", [ARROW, f"{ARROW};codec=lz4", f"{ARROW};codec=zstd", PARQUET])
def test_files_that_have_room_for_it_say_until_when(base: str, answered: FakeRows, accept: str) -> None:
    content = ask(base, accept, download="edits").content
    schema = pq.read_schema(io.BytesIO(content)) if accept == PARQUET else pa.ipc.open_stream(content).schema
    said, copy = json.loads(schema.metadata[b"carrel"]), answered.copy
    assert copy is not None
    assert (said["copy"], said["owner"], said["delete_by"], said["tags"]) == ("c1", "ann", str(copy.ends), ["personal.ip"])


@pytest.mark.parametrize("name", ["", "../x", "a b", ".hidden", 'x"y', "a" * 101, "é"])
def test_what_is_no_name_of_a_file_is_refused(base: str, answered: FakeRows, name: str) -> None:
    assert ask(base, download=name).status_code == 400
    assert answered.copy is None


def test_a_download_of_the_page_is_registered(base: str, answered: FakeRows) -> None:
    with signed_in(base) as ann:
        answer = ann.post("/sql/download", data={"sql": "select n", "database": "samplewiki", "token": token_in(ann.get("/sql").text)})
    assert answered.copy is not None
    assert answered.copy.name in answer.headers["content-disposition"]


def test_the_page_lists_ones_own_and_takes_that_a_file_is_deleted(base: str, doors: Any) -> None:
    with signed_in(base) as ann:
        page = ann.get("/copies").text
        assert "edits.tsv" in page
        assert "staging.t" in page
        assert "in 5 days" in page
        assert "ben.tsv" not in page
        assert page.count("I have deleted it") == 1
        assert ann.post("/copies/deleted", data={"copy": "c1", "token": "wrong"}).status_code == 403
        assert ann.post("/copies/deleted", data={"copy": "c3", "token": token_in(page)}).status_code == 404
        assert doors.copies.said == []
        assert ann.post("/copies/deleted", data={"copy": "c1", "token": token_in(page)}).headers["location"] == "/copies"
        assert doors.copies.said == [("ann", "c1")]
        assert "edits.tsv" not in ann.get("/copies").text
    assert httpx.get(f"{base}/copies").status_code == 303


def test_the_page_tells_with_whom_a_table_is_shared_and_takes_it_back(base: str, doors: Any) -> None:
    with signed_in(base) as ann:
        page = ann.get("/copies").text
        assert "group analytics-privatedata-users" in page
        token = token_in(page)
        for data, status in (
            ({"copy": "c2", "kind": "user", "name": "ben", "token": "wrong"}, 403), ({"copy": "c3", "kind": "user", "name": "ben", "token": token}, 404),
            ({"copy": "c2", "kind": "user", "name": "eve", "token": token}, 404), ({"copy": "c2", "kind": "all", "name": "ben", "token": token}, 400),
        ):
            assert ann.post("/copies/unshared", data=data).status_code == status
        assert ann.post("/copies/unshared", data={"copy": "c2", "kind": "user", "name": "ben", "token": token}).headers["location"] == "/copies"
        assert [str(one) for one in doors.copies.shares] == ["group analytics-privatedata-users"]
        assert "user ben" not in ann.get("/copies").text
