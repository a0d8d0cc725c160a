"""The pages through the real door: what stands on them, for whom, and that nothing from the data is taken for markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pyarrow as pa
import pytest

from carrel.doors.http.preview import ROWS
from carrel.doors.http.views import view
from carrel.model.errors import CarrelError, LimitReached
from carrel.model.queries import Done
from carrel.model.tables import DatabaseKind
from tests.fakes_http import (
    MASKED,
    REFUSED,
    SECRETS,
    TABLES,
    FakeRows,
    eventually,
    open_door,
    page_of,
    rows_of,
    sample_doors,
    signed_in,
    sleeping,
    token_in,
)

EVIL = "<script>alert('x')</script>\"&"


def evil_error() -> CarrelError:
    return LimitReached(f"the statement `{EVIL}` is too long", code="too_complex", help=EVIL)


@pytest.fixture(scope="module")
def doors() -> Any:
    doors = sample_doors()
    doors.gateway.answers |= {
        "select 1": [lambda: rows_of(pa.table({"1": [1], "t": [None]}), (MASKED,))],
        "many": [lambda: rows_of(pa.table({"n": pa.array(range(2500), pa.int64())}))],
        "exactly": [lambda: rows_of(pa.table({"n": pa.array(range(ROWS), pa.int64())}))],
        "evil": [lambda: rows_of(pa.table({EVIL: [EVIL, "b\0c", "x" * 1000]}))],
        "evil error": [evil_error],
        "refused": [lambda: REFUSED],
        "use samplewiki\nselect 1": [lambda: Done(database="samplewiki"), lambda: rows_of(pa.table({"1": [1]}))],
        "select 1 then refused": [lambda: rows_of(pa.table({"first": [1]})), lambda: REFUSED],
        "set x": [Done],
    }
    return doors


@pytest.fixture(scope="module")
def base(doors: Any) -> Iterator[str]:
    with open_door(doors) as base:
        yield base


@pytest.fixture
def ann(base: str) -> Iterator[httpx.Client]:
    with signed_in(base) as client:
        yield client


def ask(client: httpx.Client, sql: str, path: str = "/sql", **more: str) -> httpx.Response:
    return client.post(path, data={"sql": sql, "token": token_in(client.get("/sql").text), **more})


def words(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


@pytest.mark.parametrize("path", ["/", "/data", "/data/samplewiki", "/data/samplewiki/user?x=1", "/sql"])
def test_a_stranger_is_led_to_the_sign_in_page_and_back(base: str, path: str) -> None:
    answer = httpx.get(base + path)
    assert answer.status_code == 303
    assert httpx.URL(base).join(answer.headers["location"]).params["next"] == path


def test_a_link_from_elsewhere_is_opened_once_more_from_here(base: str) -> None:
    answer = httpx.get(f"{base}/data", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.headers["refresh"]) == (200, "0")
    assert "samplewiki" not in answer.text


def test_a_wrong_secret_says_so_and_keeps_the_name(base: str) -> None:
    with httpx.Client(base_url=base, headers={"Origin": base}) as client:
        form = {"user": EVIL, "secret": "wrong", "token": token_in(client.get("/sign-in").text), "next": "/"}
        answer = client.post("/sign-in", data=form)
    assert answer.status_code == 401
    assert "Access denied for that name and secret." in answer.text
    assert html.escape(EVIL) in answer.text or "&lt;script&gt;" in answer.text
    assert "wrong" not in answer.text.replace("note wrong", "")


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)", "/a\nb", ""])
def test_signing_in_leads_nowhere_else(base: str, target: str) -> None:
    with httpx.Client(base_url=base, headers={"Origin": base}) as client:
        form = {"user": "ann", "secret": SECRETS["ann"], "token": token_in(client.get("/sign-in").text), "next": target}
        assert client.post("/sign-in", data=form).headers["location"] == "/"


def test_signing_out_ends_the_session(base: str) -> None:
    with signed_in(base) as client:
        cookies = dict(client.cookies)
        assert client.post("/sign-out", data={"token": token_in(client.get("/").text)}).headers["location"] == "/sign-in"
    assert httpx.get(f"{base}/data", cookies=cookies).status_code == 303


def test_the_start_page_shows_the_ways_in_and_who_one_is(ann: httpx.Client, doors: Any) -> None:
    page = words(ann.get("/"))
    assert f"mysql -h 127.0.0.1 -P {doors.ports['mysql']} -u ann -p -A" in page
    assert "researchers" in page
    assert "read_default_file" in page


def test_data_sets_are_listed_and_searched(ann: httpx.Client, doors: Any) -> None:
    assert "samplewiki" in words(ann.get("/data"))
    page = words(ann.get("/data", params={"q": "abuse"}))
    assert "1 table for “abuse”" in page
    assert "samplewiki.cu_changes" in page.replace("samplewiki. ", "samplewiki.")
    assert ("search", "ann", "abuse") in doors.browser.looks
    assert "Nothing for" in words(ann.get("/data", params={"q": EVIL}))


def test_a_database_page_says_what_may_be_read(ann: httpx.Client) -> None:
    page = words(ann.get("/data/samplewiki"))
    assert "5 tables that you know of, 4 that you may read" in page
    assert "Known only" in page


def test_a_table_page_says_what_one_sees_and_why(ann: httpx.Client, doors: Any) -> None:
    page = words(ann.get("/data/samplewiki/user"))
    assert "3 clear 3 masked 2 hidden" in page
    assert "Masked as NULL Personal; it opens by a grant that names the column and a purpose" in page
    assert "Cells that the wiki has hidden are NULL." in page
    assert "researchers (you are a member)" in page
    assert "unclassified" in page
    assert ("table", "ann", "samplewiki.user") in doors.browser.looks


def test_a_table_of_metadata_needs_no_rows_of_its_own() -> None:
    table, columns = TABLES[2]
    for kind, loaded in ((DatabaseKind.METADATA, True), (DatabaseKind.WIKI, False)):
        assert view(page_of(replace(table, kind=kind, version=None), columns, "ann")).loaded is loaded


def test_a_column_for_which_nothing_was_decided_is_left_out() -> None:
    table, columns = TABLES[2]
    seen = view(page_of(table, {"page_id": columns["page_id"]}, "ann"))
    assert [column.name for column in seen.columns] == ["page_id"]


def test_a_table_that_one_may_not_read_says_who_may(base: str) -> None:
    with signed_in(base, "ben") as ben:
        page = words(ben.get("/data/samplewiki/user"))
    assert "You know of this table, and may not read it" in page
    assert "Members of analytics-privatedata-users, researchers" in page
    assert "Ask this table" not in page


def test_not_there_and_not_known_are_the_same_page(ann: httpx.Client) -> None:
    pages = [ann.get(path) for path in ("/data/samplewiki/nothing", "/data/nothing/nothing", "/data/nothing", "/nothing", "/static/nothing", "/data/a/b/c")]
    texts = {re.sub(r' aria-current="true"', "", page.text) for page in pages}
    assert {page.status_code for page in pages} == {404}
    assert len(texts) == 1


def test_an_answer_is_shown_with_its_notices(ann: httpx.Client, doors: Any) -> None:
    page = words(ask(ann, "select 1", database="samplewiki"))
    assert "1 row" in page
    assert "NULL" in page
    assert "user_email and user_real_name are masked" in re.sub(r" +", " ", page)
    assert all(answer.closed for answer in doors.gateway.given)
    assert all(session.closed for session in doors.gateway.sessions)


def test_the_first_thousand_rows_are_shown(ann: httpx.Client) -> None:
    page = words(ask(ann, "many"))
    assert "The first 1,000 rows there are more" in page
    assert " 999 " in page
    assert " 1000 " not in page
    assert "1,000 rows" in (exactly := words(ask(ann, "exactly")))
    assert "there are more" not in exactly


def test_nothing_of_an_answer_or_a_question_is_taken_for_markup(ann: httpx.Client) -> None:
    prefilled = ann.get("/sql", params={"sql": f"</textarea>{EVIL}", "database": EVIL})
    for answer in (ask(ann, "evil"), ask(ann, "evil error"), ask(ann, EVIL), prefilled, ann.get("/data", params={"q": EVIL})):
        assert "<script>alert" not in answer.text
    assert "x" * 400 + "…" in ask(ann, "evil").text


def test_a_refusal_shows_the_way_to_ask(ann: httpx.Client) -> None:
    answer = ask(ann, "refused")
    assert answer.status_code == 403
    assert "What to do: ask for a grant that names the columns and a purpose" in re.sub(r" +", " ", words(answer))


def test_a_syntax_error_is_shown_in_its_place(ann: httpx.Client) -> None:
    assert ' 1  nonsense\n        ^' in html.unescape(ask(ann, "nonsense").text)


def test_answers_before_a_refusal_are_shown(ann: httpx.Client) -> None:
    page = words(ask(ann, "select 1 then refused"))
    assert "first" in page
    assert "You may not read" in page


def test_a_database_that_was_chosen_in_sql_stays_chosen(ann: httpx.Client) -> None:
    answer = ask(ann, "use samplewiki\r\nselect 1")
    assert "<option selected>samplewiki</option>" in answer.text
    assert "Done" in answer.text


def test_an_empty_box_and_an_unknown_database_are_said(ann: httpx.Client) -> None:
    assert "There is no question in the box" in ask(ann, "  ").text
    assert ask(ann, "select 1", database="other").status_code == 404
    assert "There is no question in the box" in ask(ann, "", path="/sql/download").text


def test_a_download_is_a_file_with_all_rows(ann: httpx.Client) -> None:
    answer = ask(ann, "many", path="/sql/download", database="samplewiki")
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="samplewiki-\d{8}T\d{6}Z\.tsv"', answer.headers["content-disposition"])
    assert answer.text.count("\n") == 2501
    assert ask(ann, "refused", path="/sql/download").status_code == 403
    assert "no rows to download" in ask(ann, "set x", path="/sql/download").text


def test_leaving_the_page_stops_the_question(ann: httpx.Client, doors: Any) -> None:
    sleeper = FakeRows((), sleeping)
    doors.gateway.answers["sleep"] = [lambda: sleeper]
    with pytest.raises(httpx.ReadTimeout):
        ann.post("/sql", data={"sql": "sleep", "token": token_in(ann.get("/sql").text)}, timeout=0.5)
    assert eventually(lambda: sleeper.closed == 1)
