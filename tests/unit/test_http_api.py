"""The API through the real door: credentials, shapes, errors, formats."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carrel.cli._errors import EXIT_CODES
from carrel.doors.http.problems import STATUS
from carrel.model.errors import CarrelError, LimitReached, Unavailable
from carrel.model.queries import Done
from tests.fakes_http import MASKED, REFUSED, open_door, rows_of, sample_doors

ANN = ("ann", "correct horse")


@pytest.fixture(scope="module")
def doors() -> Any:
    doors = sample_doors()
    doors.gateway.answers |= {
        "select 1": [lambda: rows_of(pa.table({"1": [1]}))],
        "select masked": [lambda: rows_of(pa.table({"user_email": pa.nulls(1, pa.string())}), (MASKED,))],
        "select none": [lambda: rows_of(pa.table({"a": pa.array([], pa.int64())}))],
        "set x": [Done],
        "use samplewiki; select 1": [lambda: Done(database="samplewiki", notices=(MASKED,)), lambda: rows_of(pa.table({"1": [1]}))],
        "select 1; select 2": [lambda: rows_of(pa.table({"1": [1]})), lambda: rows_of(pa.table({"2": [2]}))],
        "refused": [lambda: REFUSED],
        "busy": [lambda: LimitReached("too many of your queries run", code="too_many")],
        "down": [lambda: Unavailable("the store does not answer")],
    }
    return doors


@pytest.fixture(scope="module")
def client(doors: Any) -> Iterator[httpx.Client]:
    with open_door(doors) as base, httpx.Client(base_url=base + "/api/v1", auth=ANN) as client:
        yield client


def ask(client: httpx.Client, sql: str, accept: str = "", **more: Any) -> httpx.Response:
    return client.post("/query", json={"sql": sql, **more}, headers={"Accept": accept})


def test_rows_come_as_tab_separated_values_unless_something_else_is_wished_for(client: httpx.Client) -> None:
    answer = ask(client, "select 1")
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (200, "text/tab-separated-values; charset=utf-8", "1\n1\n")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.headers["carrel-columns"] == '[{"name":"1","type":"int64"}]'
    assert "carrel-notices" not in answer.headers


def test_rows_come_as_json_lines_and_csv(client: httpx.Client) -> None:
    assert ask(client, "select 1", "application/x-ndjson").text == '{"1":1}\n'
    assert ask(client, "select 1", "text/csv").text == "1\r\n1\r\n"


@pytest.mark.parametrize("codec", ["", ";codec=lz4", ";codec=zstd"])
def test_rows_come_as_an_arrow_stream(client: httpx.Client, codec: str) -> None:
    answer = ask(client, "select 1", f"application/vnd.apache.arrow.stream{codec}")
    assert answer.headers["content-type"] == f"application/vnd.apache.arrow.stream{codec}"
    assert pa.ipc.open_stream(answer.content).read_all().to_pylist() == [{"1": 1}]


def test_rows_come_as_parquet(client: httpx.Client) -> None:
    answer = ask(client, "select none", "application/vnd.apache.parquet")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert pq.read_table(io.BytesIO(answer.content)).column_names == ["a"]


def test_an_answer_without_rows_still_has_its_headings(client: httpx.Client) -> None:
    assert ask(client, "select none").text == "a\n"
    assert ask(client, "select none", "application/x-ndjson").text == ""


def test_statements_without_rows_are_answered_with_nothing(client: httpx.Client) -> None:
    assert ask(client, "set x").status_code == 204


def test_notices_come_in_a_header(client: httpx.Client) -> None:
    assert "column_masked" in ask(client, "select masked").headers["carrel-notices"]
    assert "column_masked" in ask(client, "use samplewiki; select 1").headers["carrel-notices"]


def test_a_second_answer_with_rows_breaks_the_transfer_off(client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        ask(client, "select 1; select 2")


def test_database_and_dialect_reach_the_gateway_with_person_and_place(client: httpx.Client, doors: Any) -> None:
    ask(client, "select 1", database="samplewiki", dialect="hive")
    principal, origin, dialect, database = doors.gateway.opened[-1]
    assert (principal.person, origin.door, origin.address, origin.tls, dialect, database) == ("ann", "http", "127.0.0.1", False, "hive", "samplewiki")


def test_every_answer_and_session_is_closed(client: httpx.Client, doors: Any) -> None:
    ask(client, "select 1")
    ask(client, "refused")
    assert all(answer.closed for answer in doors.gateway.given)
    assert all(session.closed for session in doors.gateway.sessions)


@pytest.mark.parametrize(
    ("sql", "status", "code"),
    [("refused", 403, "access_refused"), ("nonsense", 400, "syntax"), ("busy", 429, "too_many"), ("down", 503, "unavailable")],
)
def test_an_error_is_a_problem_document(client: httpx.Client, sql: str, status: int, code: str) -> None:
    answer = ask(client, sql)
    facts = answer.json()
    assert (answer.status_code, answer.headers["content-type"], facts["code"], facts["status"]) == (status, "application/problem+json", code, status)
    assert facts["text"] == facts["detail"]
    assert ("retry-after" in answer.headers) == (status in {429, 503})


def test_a_refusal_carries_the_way_to_ask_and_the_reasons(client: httpx.Client) -> None:
    facts = ask(client, "refused").json()
    assert facts["help"].startswith("ask for a grant")
    assert facts["reasons"] == list(REFUSED.reasons)


def test_a_syntax_error_carries_its_place(client: httpx.Client) -> None:
    facts = ask(client, "nonsense").json()
    assert (facts["line"], facts["column"], facts["near"]) == (1, 3, "nsense")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400), (b"[]", "application/json", 400), (b'{"sql": 1}', "application/json", 400), (b'{"sql": " "}', "application/json", 400),
        (b'{"sql": "select 1", "as": "ben"}', "application/json", 400), (b'{"sql": "select 1", "dialect": "oracle"}', "application/json", 400),
        (b'{"sql": "select \\ud800"}', "application/json", 400), (b'{"sql": "\xff"}', "application/json", 400), (b"[" * 100_000, "application/json", 400),
        (b'{"sql": "select 1"}', "text/plain", 415), (b'{"sql": "select 1"}', "application/x-www-form-urlencoded", 415),
        (b" " * ((1 << 20) + 1), "application/json", 413),
    ],
)
def test_a_body_that_is_not_as_documented_is_refused(client: httpx.Client, content: bytes, kind: str, status: int) -> None:
    answer = client.post("/query", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_large_body_without_a_length_is_refused(client: httpx.Client) -> None:
    answer = client.post("/query", content=(b" " * 65536 for _ in range(17)), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_a_format_that_is_not_given_is_refused(client: httpx.Client) -> None:
    assert ask(client, "select 1", "text/html").status_code == 406


@pytest.mark.parametrize("path", ["/me", "/databases", "/databases/samplewiki/tables", "/databases/samplewiki/tables/user", "/search?q=x", "/query"])
def test_nothing_is_told_without_a_right_credential(client: httpx.Client, path: str) -> None:
    method = "POST" if path == "/query" else "GET"
    texts = set()
    for auth in (("ann", "wrong"), ("nobody", "wrong")):
        answer = httpx.request(method, f"{client.base_url}{path.lstrip('/')}", auth=auth)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Basic realm="Carrel", charset="UTF-8"')
        texts.add(answer.text)
    assert len(texts) == 1
    assert httpx.request(method, f"{client.base_url}{path.lstrip('/')}").status_code == 401


@pytest.mark.parametrize("header", ["Basic", "Basic !!", "Basic YW5u", "Bearer x", "basic //8=", ""])
def test_a_broken_credential_is_refused(client: httpx.Client, header: str) -> None:
    assert httpx.get(f"{client.base_url}me", headers={"Authorization": header}).status_code == 401


def test_me_tells_person_and_groups(client: httpx.Client) -> None:
    assert client.get("/me").json() == {"person": "ann", "service": "http", "via": None, "groups": ["researchers"]}


def test_databases_and_tables_are_those_that_the_browser_gives(client: httpx.Client, doors: Any) -> None:
    assert [database["name"] for database in client.get("/databases").json()["databases"]] == ["information_schema", "log", "samplewiki", "wmf"]
    tables = client.get("/databases/samplewiki/tables").json()["tables"]
    assert {table["table"]: table["readable"] for table in tables} == {"revision": True, "user": True, "page": True, "logging": True, "cu_changes": False}
    assert doors.browser.looks[-2:] == [("databases", "ann"), ("tables", "ann", "samplewiki")]


def test_a_table_says_what_one_sees_of_each_column_and_why(client: httpx.Client) -> None:
    table = client.get("/databases/samplewiki/tables/user").json()
    seen = {column["name"]: (column["shown"], column["hidden_cells"]) for column in table["columns"]}
    assert seen == {
        "user_id": ("clear", False), "user_name": ("clear", True), "user_real_name": ("null", False), "user_email": ("null", False),
        "user_password": ("closed", False), "user_touched": ("hashed", False), "user_editcount": ("clear", False), "user_experiment": ("closed", False),
    }
    assert table["columns"][3]["rule"] == "personal-columns"
    assert (table["hidden_rows"], table["readers"][1]) == (True, "researchers")
    assert table["keys"] == [{"name": "PRIMARY", "kind": "primary", "columns": ["user_id"]}]


def test_a_table_that_may_not_be_read_shows_every_column_closed(client: httpx.Client) -> None:
    table = httpx.get(f"{client.base_url}databases/samplewiki/tables/user", auth=("ben", "quiet reading")).json()
    assert table["readable"] is False
    assert {column["shown"] for column in table["columns"]} == {"closed"}


def test_not_there_and_not_known_are_one_answer(client: httpx.Client) -> None:
    first, second = (client.get(f"/databases/samplewiki/tables/{name}") for name in ("secret_table", "no_such_table"))
    assert first.status_code == second.status_code == 404
    assert first.text.replace("secret_table", "no_such_table") == second.text


def test_search_wants_words(client: httpx.Client) -> None:
    assert [table["table"] for table in client.get("/search", params={"q": "abuse"}).json()["tables"]] == ["cu_changes"]
    assert client.get("/search").status_code == client.get("/search", params={"q": "x" * 201}).status_code == 400


def test_an_unknown_path_and_a_wrong_method_are_problems(client: httpx.Client) -> None:
    assert client.get("/nothing").json()["code"] == "unknown_page"
    answer = client.get("/query")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_every_error_code_has_a_status() -> None:
    assert set(EXIT_CODES) <= set(STATUS)
    assert CarrelError.default_code in STATUS
