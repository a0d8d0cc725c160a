"""Answers that are kept: fetched in ranges, decided anew each time, one person's alone, and gone in time. Entity tags of what the API tells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from carrel.doors.http.conditions import wanted
from carrel.model.errors import AccessRefused
from tests.fakes_http import SECRETS, eventually, open_door, rows_of, sample_doors

ANN = ("ann", SECRETS["ann"])
ROWS = list(range(100_000))
WHOLE = "n\n" + "".join(f"{row}\n" for row in ROWS)


@pytest.fixture
def doors(tmp_path: Path) -> Any:
    doors = sample_doors(scratch=tmp_path / "tmp")
    doors.gateway.answers["select n"] = [lambda: rows_of(pa.table({"n": ROWS}))]  # type: ignore[attr-defined]
    return doors


@pytest.fixture
def client(doors: Any) -> Iterator[httpx.Client]:
    with open_door(doors, keep_mb=1) as base, httpx.Client(base_url=base, auth=ANN) as client:
        yield client


def kept(client: httpx.Client, sql: str = "select n", accept: str = "") -> httpx.Response:
    return client.post("/api/v1/results", json={"sql": sql}, headers={"Accept": accept})


def test_an_answer_is_kept_and_fetched_whole_and_in_ranges(client: httpx.Client, doors: Any, tmp_path: Path) -> None:
    made = kept(client)
    assert made.status_code == 201
    assert made.json() == {
        "name": made.headers["location"].rpartition("/")[2], "bytes": len(WHOLE), "type": "text/tab-separated-values; charset=utf-8", "seconds": 600,
    }
    whole = client.get(made.headers["location"])
    assert (whole.status_code, whole.text, whole.headers["etag"], whole.headers["accept-ranges"]) == (200, WHOLE, made.headers["etag"], "bytes")
    assert whole.headers["carrel-columns"] == made.headers["carrel-columns"]
    part = client.get(made.headers["location"], headers={"Range": "bytes=300000-"})
    assert (part.status_code, part.text, part.headers["content-range"]) == (206, WHOLE[300000:], f"bytes 300000-{len(WHOLE) - 1}/{len(WHOLE)}")
    assert client.get(made.headers["location"], headers={"Range": "bytes=-5"}).text == WHOLE[-5:]
    assert client.get(made.headers["location"], headers={"Range": "bytes=0-0,5-6"}).text == WHOLE
    assert client.get(made.headers["location"], headers={"Range": "bytes=0-4", "If-Range": '"other"'}).status_code == 200
    outside = client.get(made.headers["location"], headers={"Range": f"bytes={len(WHOLE)}-"})
    assert (outside.status_code, outside.json()["code"]) == (416, "range_not_satisfiable")
    head = client.head(made.headers["location"])
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(WHOLE)), b"")
    assert list((tmp_path / "tmp").iterdir()) == []
    assert eventually(lambda: all(standing.end for standing in doors.gateway.standings))
    assert [(standing.deed, standing.end) for standing in doors.gateway.standings[:3]] == [
        ("keep", ("complete", 0)), ("fetch", ("complete", len(WHOLE))), ("fetch", ("complete", len(WHOLE) - 300000)),
    ]


def test_who_has_it_already_is_told_so_after_it_was_decided_anew(client: httpx.Client, doors: Any) -> None:
    made = kept(client)
    answer = client.get(made.headers["location"], headers={"If-None-Match": f'"x", W/{made.headers["etag"]}'})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", made.headers["etag"])
    assert [standing.deed for standing in doors.gateway.standings] == ["keep", "fetch"]


@pytest.mark.parametrize("change", ["tables", "rights"])
def test_what_may_not_be_seen_any_more_is_gone(client: httpx.Client, doors: Any, change: str) -> None:
    made = kept(client)
    if change == "tables":
        doors.gateway.fingerprint = "a newer snapshot"
        assert client.get(made.headers["location"]).status_code == 404
        doors.gateway.fingerprint = "as it is"
    else:
        doors.gateway.refusing = AccessRefused("your access has ended")
        assert client.get(made.headers["location"]).status_code == 403
        doors.gateway.refusing = None
    assert client.get(made.headers["location"]).json() == client.get("/api/v1/results/nothing").json()


def test_it_is_its_askers_alone_and_ends_when_they_say_so(client: httpx.Client) -> None:
    made = kept(client)
    other = next(person for person in SECRETS if person != "ann")
    for method in ("GET", "DELETE"):
        assert client.request(method, made.headers["location"], auth=(other, SECRETS[other])).status_code == 404
        assert client.request(method, made.headers["location"], auth=("ann", "wrong")).status_code == 401
    assert client.delete(made.headers["location"]).status_code == 204
    assert client.get(made.headers["location"]).status_code == 404


def test_it_ends_in_time_and_with_the_door_and_leaves_no_file_open(doors: Any, tmp_path: Path) -> None:
    def files() -> list[str]:
        return [target for number in os.listdir("/proc/self/fd") if (target := link(number)).startswith(str(tmp_path / "tmp"))]

    with open_door(doors, keep_s=0.5) as base, httpx.Client(base_url=base, auth=ANN) as client:
        assert kept(client).status_code == 201
        assert len(files()) == 1
        assert eventually(lambda: files() == [])
    with open_door(doors) as base, httpx.Client(base_url=base, auth=ANN) as client:
        assert kept(client).status_code == 201
    assert files() == []


def link(number: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return ""


def test_there_is_a_most(client: httpx.Client, doors: Any) -> None:
    doors.gateway.answers["select much"] = [lambda: rows_of(pa.table({"n": ["x" * 100] * 20_000}))]
    large = kept(client, "select much")
    assert (large.status_code, large.json()["code"]) == (422, "row_limit")
    assert [kept(client).status_code for _ in range(9)] == [201] * 8 + [429]
    with open_door(doors, keep_s=0) as base, httpx.Client(base_url=base, auth=ANN) as other:
        assert (kept(other).status_code, kept(other).json()["code"]) == (422, "not_allowed")


@pytest.mark.parametrize("path", ["/me", "/databases", "/databases/samplewiki/tables", "/databases/samplewiki/tables/user", "/search?q=page", "/openapi.json"])
def test_what_is_told_has_an_entity_tag(client: httpx.Client, path: str) -> None:
    answer = client.get(f"/api/v1{path}")
    again = client.get(f"/api/v1{path}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    assert client.get(f"/api/v1{path}", headers={"If-None-Match": '"other"'}).content == answer.content


PLACES = st.integers(0, 20) | st.just("")


@given(st.text("bytes=-, 0123456789", max_size=20) | st.builds(lambda first, last: f"bytes={first}-{last}", PLACES, PLACES))
def test_a_range_is_within_the_answer(header: str) -> None:
    request = Request({"type": "http", "headers": [(b"range", header.encode())]})
    found = wanted(request, 10, '"x"')
    assert found is None or 0 <= found[0] <= found[1] <= 10
