"""The API's own description: every route is in it, answers keep to it, and whatever is thrown at a route, a documented answer comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carrel.doors.http import api
from carrel.doors.http.problems import STATUS
from tests.fakes_http import open_door, rows_of, sample_doors

DOCUMENT: dict[str, Any] = json.loads(Path(api.__file__).with_name("openapi.json").read_text())
ANN = ("ann", "correct horse")
_KINDS = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None)}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    doors = sample_doors()
    doors.gateway.answers["select 1"] = [lambda: rows_of(pa.table({"1": [1]}))]  # type: ignore[attr-defined]
    with open_door(doors) as base, httpx.Client(base_url=base + api.PREFIX, auth=ANN) as client:
        yield client


def test_every_route_is_in_the_document_and_nothing_else() -> None:
    routes = {(route.path.removeprefix(api.PREFIX), method.lower()) for route in api.routes for method in route.methods or () if method != "HEAD"}
    assert routes == {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}


def test_the_document_is_served_without_signing_in(client: httpx.Client) -> None:
    assert httpx.get(f"{client.base_url}openapi.json").json() == DOCUMENT


def test_every_reference_in_the_document_leads_somewhere() -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                resolved(node)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(DOCUMENT)


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        place: Any = DOCUMENT
        for part in schema["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        schema = place
    return schema


def keeps_to(value: Any, schema: dict[str, Any]) -> bool:
    """Whether the value fits the schema, in the words that our document uses."""
    schema = resolved(schema)
    kinds = schema.get("type", [])
    if kinds and not any(type(value) is _KINDS[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, list):
        return all(keeps_to(item, schema.get("items", {})) for item in value)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        closed = schema.get("additionalProperties") is False
        whole = set(schema.get("required", ())) <= set(value) and not (closed and set(value) - set(known))
        return whole and all(keeps_to(item, known.get(key, {})) for key, item in value.items())
    return True


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/me", "/me"), ("/databases", "/databases"), ("/databases/{database}/tables", "/databases/samplewiki/tables"),
        ("/databases/{database}/tables/{table}", "/databases/samplewiki/tables/user"),
        ("/databases/{database}/tables/{table}", "/databases/samplewiki/tables/cu_changes"), ("/search", "/search?q=page"),
    ],
)
def test_an_answer_keeps_to_its_schema(client: httpx.Client, path: str, address: str) -> None:
    schema = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert keeps_to(client.get(address).json(), schema)


def documented(answer: httpx.Response) -> bool:
    if answer.status_code in {200, 204}:
        return True
    facts = answer.json()
    whole = keeps_to(facts, DOCUMENT["components"]["schemas"]["Problem"])
    return whole and STATUS[facts["code"]] == answer.status_code and answer.headers["content-type"] == "application/problem+json"


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4))
TYPES = st.sampled_from(["application/json", "application/json; charset=utf-8", "text/plain", ""])
BODIES = st.one_of(
    JSON.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=200),
    st.fixed_dictionaries(
        {"sql": st.just("select 1") | WORDS},
        optional={"database": st.none() | st.just("samplewiki") | WORDS, "dialect": st.sampled_from(["mysql", "hive", "duckdb"]) | WORDS, "other": JSON},
    ).map(lambda value: json.dumps(value).encode()),
)
FEW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(body=BODIES, kind=TYPES, accept=st.sampled_from(["", "text/csv", "x/y", "*/*"]))
def test_whatever_is_asked_the_answer_is_documented(client: httpx.Client, body: bytes, kind: str, accept: str) -> None:
    answer = client.post("/query", content=body, headers={"Content-Type": kind, "Accept": accept})
    assert documented(answer)
    assert answer.status_code < 500


@FEW
@given(database=WORDS.filter(bool), table=WORDS.filter(bool), words=WORDS)
def test_whatever_is_looked_for_the_answer_is_documented(client: httpx.Client, database: str, table: str, words: str) -> None:
    for answer in (
        client.get(f"/databases/{quoted(database)}/tables/{quoted(table)}"), client.get(f"/databases/{quoted(database)}/tables"),
        client.get("/search", params={"q": words}), client.delete(f"/{quoted(words)}"),
    ):
        assert documented(answer)
        assert answer.status_code < 500


def quoted(name: str) -> str:
    return "".join(f"%{byte:02x}" for byte in name.encode())
