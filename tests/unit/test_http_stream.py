"""Long answers: they flow, they can be stopped, a broken one is seen to be broken, and a slow reader holds nothing up but itself."""

from __future__ import annotations

import json
import socket
import threading
import time
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pyarrow as pa
import pytest

from carrel.doors.http.door import HttpDoor
from carrel.model.queries import ResultColumn
from tests.fakes_http import FakeRows, endless, eventually, failing, open_door, rows_of, sample_doors, sleeping

BASIC = b64encode(b"ann:correct horse").decode()
LINE = (ResultColumn(name="line", type=pa.string()),)
NUMBER = (ResultColumn(name="n", type=pa.int64()),)


def explode(stop: threading.Event) -> Iterator[pa.RecordBatch]:
    raise ValueError(f"the value {4700 + 11} of row 3")
    yield


def explode_later(stop: threading.Event) -> Iterator[pa.RecordBatch]:
    yield pa.record_batch({"n": [1]})
    raise ValueError(f"the value {4700 + 11} of row 3")


@pytest.fixture
def doors() -> Any:
    doors = sample_doors()
    doors.gateway.answers |= {
        "endless": [lambda: FakeRows(LINE, endless)],
        "sleeping": [lambda: FakeRows(LINE, sleeping)],
        "failing": [lambda: FakeRows(NUMBER, failing)],
        "explode": [lambda: FakeRows(NUMBER, explode)],
        "explode later": [lambda: FakeRows(NUMBER, explode_later)],
        "select 1": [lambda: rows_of(pa.table({"1": [1]}))],
    }
    return doors


@pytest.fixture
def base(doors: Any) -> Iterator[str]:
    with open_door(doors) as base:
        yield base


def request(sql: str, version: str = "1.1", accept: str = "*/*") -> bytes:
    body = json.dumps({"sql": sql}).encode()
    head = f"POST /api/v1/query HTTP/{version}\r\nHost: localhost\r\nAuthorization: Basic {BASIC}\r\nContent-Type: application/json\r\nAccept: {accept}\r\n"
    return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def connected(base: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])), timeout=10)


def everything(line: socket.socket) -> bytes:
    parts = []
    while part := line.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("sql", ["endless", "sleeping"])
def test_a_question_ends_when_its_client_goes_away(doors: Any, base: str, sql: str) -> None:
    with connected(base) as line:
        line.sendall(request(sql))
        assert eventually(lambda: bool(doors.gateway.given))
    assert eventually(lambda: doors.gateway.given[0].closed == 1)
    assert doors.gateway.sessions[0].closed
    # One that streams may have ended by itself before the cancel reached its session.
    assert sql == "endless" or doors.gateway.sessions[0].cancelled


def test_an_error_after_the_first_rows_breaks_the_transfer_off(doors: Any, base: str) -> None:
    with connected(base) as line:
        line.sendall(request("failing"))
        answer = everything(line)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"\r\n9999\n" in answer or b"\n9999\n" in answer
    assert not answer.endswith(b"0\r\n\r\n")
    assert b"time_limit" not in answer


def test_json_lines_that_break_off_say_why(base: str) -> None:
    with connected(base) as line:
        line.sendall(request("failing", accept="application/x-ndjson"))
        answer = everything(line)
    assert b'{"carrel_error": {"code": "time_limit", "text": "the answer took longer than 1 s"' in answer
    assert not answer.endswith(b"0\r\n\r\n")


def test_clients_report_a_broken_transfer(base: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        httpx.post(f"{base}/api/v1/query", json={"sql": "failing"}, auth=("ann", "correct horse"))


def test_http_1_0_is_refused_since_it_could_not_tell(base: str) -> None:
    with connected(base) as line:
        line.sendall(request("select 1", version="1.0"))
        assert b" 505 " in everything(line)


def test_a_reader_who_stands_still_fills_no_memory_and_holds_up_nobody(doors: Any, base: str) -> None:
    tracemalloc.start()
    with connected(base) as line:
        line.sendall(request("endless"))
        assert eventually(lambda: bool(doors.gateway.given))
        time.sleep(1)
        held = tracemalloc.get_traced_memory()[0]
        assert httpx.post(f"{base}/api/v1/query", json={"sql": "select 1"}, auth=("ann", "correct horse")).text == "1\n1\n"
        time.sleep(1)
        assert tracemalloc.get_traced_memory()[0] < held + (4 << 20)
        assert doors.gateway.given[0].closed == 0
    tracemalloc.stop()
    assert eventually(lambda: doors.gateway.given[0].closed == 1)


def test_much_flows_through_with_flat_memory(doors: Any, base: str) -> None:
    taken = 0
    tracemalloc.start()
    with httpx.stream("POST", f"{base}/api/v1/query", json={"sql": "endless"}, auth=("ann", "correct horse")) as answer:
        for part in answer.iter_raw():
            taken += len(part)
            if taken > 64 << 20:
                break
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24 << 20


def test_stop_cuts_off_what_does_not_end(doors: Any) -> None:
    door = HttpDoor(doors)
    port = door.start("127.0.0.1", 0)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(request("sleeping"))
        assert eventually(lambda: bool(doors.gateway.given))
        door.stop(0.5)
        assert doors.gateway.given[0].closed == 1
        assert doors.gateway.sessions[0].closed
        assert b"HTTP/1.1 200" not in everything(line)
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_fault_of_ours_shows_and_logs_no_value(base: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = httpx.post(f"{base}/api/v1/query", json={"sql": "explode"}, auth=("ann", "correct horse"))
    assert answer.status_code == 500
    assert "4711" not in answer.text
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{base}/api/v1/query", json={"sql": "explode later"}, auth=("ann", "correct horse"))
    assert "4711" not in caplog.text
    number = answer.json()["text"].partition("`")[2].rstrip("`")
    assert f"internal error {number}: ValueError" in caplog.text


def test_questions_of_many_run_side_by_side(doors: Any, base: str) -> None:
    lines = [connected(base) for _ in range(20)]
    try:
        for line in lines:
            line.sendall(request("sleeping"))
        assert eventually(lambda: len(doors.gateway.given) == 20)
        assert httpx.post(f"{base}/api/v1/query", json={"sql": "select 1"}, auth=("ann", "correct horse")).status_code == 200
    finally:
        for line in lines:
            line.close()
    assert eventually(lambda: all(answer.closed for answer in doors.gateway.given), timedelta(seconds=20))
