"""Answers that are kept on a real instance: curl takes a transfer up where it broke off, and a fetch is decided anew and recorded."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.bad_days import deeds, eventually
from tests.instance import Instance
from tests.shared import program

pytestmark = pytest.mark.system

WHO = "pavel"


@pytest.fixture
def client(sample_instance: Instance) -> Iterator[httpx.Client]:
    credential = sample_instance.credential(WHO)
    with httpx.Client(base_url=f"http://127.0.0.1:{sample_instance.port('http')}", auth=(credential["user"], credential["password"])) as client:
        yield client


def kept(client: httpx.Client, sql: str, **more: str) -> httpx.Response:
    return client.post("/api/v1/results", json={"sql": sql, "database": "samplewiki", **more})


def test_curl_goes_on_where_a_transfer_broke_off(sample_instance: Instance, client: httpx.Client, tmp_path: Path) -> None:
    made = kept(client, "SELECT a.rev_id, b.rev_id FROM revision a, revision b ORDER BY 1, 2 LIMIT 50000")
    address = f"{client.base_url}".rstrip("/") + made.headers["location"]
    file, credential = tmp_path / "answer.tsv", sample_instance.credential(WHO)
    command = [program("curl"), "--silent", "--fail", "--user", f"{credential['user']}:{credential['password']}", "--output", str(file)]
    subprocess.run([*command, "--range", "0-99999", address], check=True, timeout=60)
    assert file.stat().st_size == 100_000
    subprocess.run([*command, "--continue-at", "-", address], check=True, timeout=60)
    assert file.read_bytes() == client.get(address).content
    done = [entry.begin.action for entry in deeds(sample_instance, person=WHO, limit=20) if entry.begin]
    assert [action for action in done if action in {"fetch", "query", "keep"}][:5] == ["fetch", "fetch", "fetch", "query", "keep"]
    # The end of a deed is on record when its last byte is on its way, not before.
    assert eventually(lambda: all(entry.finish for entry in deeds(sample_instance, person=WHO, action="fetch", limit=3)))
    rows = deeds(sample_instance, person=WHO, action="fetch", limit=3)
    assert [entry.finish.bytes for entry in rows if entry.finish] == [made.json()["bytes"], made.json()["bytes"] - 100_000, 100_000]
    assert all(entry.begin and entry.begin.tables == ("samplewiki.revision",) for entry in rows)


def test_what_is_kept_ends_with_the_rights(sample_instance: Instance, client: httpx.Client) -> None:
    made = kept(client, "SELECT page_id FROM page")
    sample_instance.carrel("user", "suspend", WHO, "--reason", "a test")
    try:
        assert client.get(made.headers["location"]).status_code in {401, 403}
    finally:
        sample_instance.carrel("user", "resume", WHO)


REFUSED = ("SHOW TABLES", "SELECT table_name FROM information_schema.tables", "SET @x = 1", "SELECT 1; SELECT 2", "SELECT user_password FROM user")


@pytest.mark.parametrize("sql", REFUSED)
def test_only_a_query_that_may_be_asked_is_kept(client: httpx.Client, sql: str) -> None:
    assert kept(client, sql).status_code in {400, 403, 422}
