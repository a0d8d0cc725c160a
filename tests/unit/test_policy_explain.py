"""The explanation of a question, the matrix of groups and the comparison of policies."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from carrel.model.copies import Copy, CopyKind
from carrel.model.names import TableName
from carrel.model.queries import Query
from carrel.model.tables import MADE
from carrel.policy.compare import changes, column_matrix, data_matrix, host_matrix, writing_matrix
from carrel.policy.explain import as_text, as_values, explain
from carrel.policy.explain_write import Registry, explain_write, write_text, write_values
from carrel.policy.guard import PASSES
from carrel.policy.guard.writing import read_write
from carrel.policy.load import default_text, load
from tests.policy_cases.catalog import NOW, Memory, asker

POLICY = load(default_text())
CATALOG = Memory()


def told(text: str, *groups: str) -> dict[str, object]:
    explanation = explain(Query(text=text, dialect="mysql", database="enwiki", asker=asker(*groups)), CATALOG, POLICY)
    assert as_text(explanation)
    return json.loads(json.dumps(as_values(explanation)))


def test_an_allowed_question_shows_every_pass_every_column_and_the_final_text() -> None:
    value = told("SELECT rev_actor FROM revision", "researchers")
    assert value["allowed"]
    assert [step["step"] for step in value["steps"]] == [step.__name__ for step in PASSES]
    column = value["tables"][0]["columns"]["rev_actor"]
    assert column["outcome"] == "clear, hidden by row, user"
    assert any("suppressed" in verdict for verdict in column["verdicts"])
    assert "_hidden" in value["text"]


def test_a_refusal_shows_where_it_stopped_and_why() -> None:
    value = told("SELECT 1 FROM user WHERE user_email = 'x'", "researchers")
    assert not value["allowed"]
    assert value["steps"][-1]["step"] == "refuse_closed"
    assert value["refusal"]["code"] == "access_refused"
    assert value["tables"][0]["columns"]["user_email"]["outcome"] == "null"


def test_a_table_that_the_person_does_not_know_is_explained_to_the_steward() -> None:
    value = told("SELECT 1 FROM arbcomwiki.page", "researchers")
    assert value["refusal"]["code"] == "unknown_table"
    assert any("private" in verdict for verdict in value["tables"][0]["know"]["verdicts"])


def test_silence_is_named() -> None:
    value = told("SELECT page_id FROM page")
    assert value["tables"][0]["read"]["verdicts"] == ["silence: no rule permits"]


def marks(table: tuple[tuple[str, ...], list[tuple[str, ...]]]) -> dict[str, set[str]]:
    header, rows = table
    return {row[0]: {name for name, mark in zip(header[1:], row[1:], strict=True) if mark} for row in rows}


def test_the_matrix_is_the_page_of_the_access_groups() -> None:
    hosts, data = marks(host_matrix(POLICY)), marks(data_matrix(POLICY))
    assert hosts["researchers"] == {"stat1006", "notebook1003", "notebook1004"}
    assert hosts["statistics-users"] == {"stat1006"}
    assert hosts["analytics-wmde"] == {"stat1005"}
    assert data["researchers"] == {"research-client.cnf"}
    assert data["statistics-privatedata-users"] == {"statistics-private-client.cnf"}
    assert data["statistics-users"] == set()
    assert data["analytics-users"] == {"Hadoop (no private data)"}
    assert data["analytics-privatedata-users"] == {"Hadoop (no private data)", "Hadoop (private data)", "analytics-research-client.cnf"}
    assert data["analytics-wmde"] == {"research-wmde-client.cnf"}
    assert marks(column_matrix(POLICY))["nda"] == {"lake"}


def test_who_gains_and_who_loses() -> None:
    tables = [table for database in CATALOG.databases() if database.kind not in MADE for table in CATALOG.tables(database.name)]
    assert changes(POLICY, load(default_text()), tables, NOW) == []
    hashed, clear = 'tags = ["public", "restricted"]\npersonal = "hashed"', 'tags = ["public"]\npersonal = "clear"'
    found = changes(POLICY, load(default_text().replace(hashed, clear)), tables, NOW)
    assert {(change.group, change.column, change.before, change.after, change.gain) for change in found} == {
        (group, column, "hashed", "clear", True) for group in ("researchers", "analytics-wmde") for column in ("clientIp", "userAgent")
    }
    fewer = changes(load(default_text().replace(hashed, clear)), POLICY, tables, NOW)
    assert fewer
    assert not any(change.gain for change in fewer)


TODAY = date(2018, 6, 1)
COPY = Copy(id="c0", kind=CopyKind.TABLE, name="staging.mine", owner="ann", made=datetime(2018, 5, 1, tzinfo=UTC), door="mysql", oldest=date(2018, 4, 1),
            tags=frozenset({"personal.ip"}), ends=date(2018, 6, 30))


def written(text: str, *groups: str, policy: str = "", shares: str = "") -> dict[str, Any]:
    question = Query(text=text, dialect="mysql", database="enwiki", asker=asker(*groups, shares=shares))
    registry = Registry(copies={TableName("staging", "mine"): COPY}, today=TODAY, grant=date(2019, 1, 31))
    found = explain_write(read_write(text, "enwiki"), question, CATALOG, load(default_text() + policy), registry)
    assert write_text(found)
    value: dict[str, Any] = json.loads(json.dumps(write_values(found)))
    return value


def test_a_table_to_be_is_explained_column_by_column_with_the_ways_in_which_each_flows_in() -> None:
    value = written(
        "CREATE TABLE staging.t AS SELECT e.event_action AS deed, COUNT(*) AS n, 1 AS one FROM log.Edit_17541122 e JOIN page p ON p.page_id = e.id "
        "WHERE e.clientIp > '' GROUP BY e.event_action ORDER BY MAX(p.page_len)", "statistics-privatedata-users",
    )
    assert value["allowed"]
    columns = {column["column"]: column for column in value["write"]["columns"]}
    assert {name: column["carries"] for name, column in columns.items()} == {name: ["personal.ip"] for name in ("deed", "n", "one")}
    through = {source["column"]: source["through"] for source in columns["deed"]["sources"]}
    assert through["log.Edit_17541122.event_action"] == ["value", "GROUP BY"]
    assert through["log.Edit_17541122.clientIp"] == ["WHERE"]
    assert through["enwiki.page.page_id"] == ["JOIN"]
    assert through["log.Edit_17541122.id"] == ["JOIN"]


def test_the_end_of_a_table_to_be_is_told_with_its_reasons() -> None:
    value = written("CREATE TABLE staging.t AS SELECT m.ip, e.clientIp FROM staging.mine m JOIN log.Edit_17541122 e USING (id)", "researchers")
    assert value["refusal"]["code"] == "unknown_column"
    value = written("CREATE TABLE staging.t AS SELECT m.ip, e.clientIp FROM staging.mine m JOIN log.Edit_17541122 e ON e.id = m.n", "researchers")["write"]
    assert [(one["table"], one["ends"]) for one in value["until"]] == [
        ("log.Edit_17541122", "2018-06-01"), ("staging.mine", "2018-06-30"), (None, "2019-02-01")
    ]
    assert (value["ends"], value["oldest"]) == ("2018-06-01", "2018-03-03")
    assert "90 days from the oldest row" in value["until"][0]["reason"]
    assert "2019-01-31" in value["until"][2]["reason"]


def test_what_a_declassifier_released_is_told() -> None:
    rule = '''
[[declassify]]
name = "networks"
from = "personal.ip"
by = "ip_prefix"
to = "restricted"
reason = "a network is many people"
'''
    sql = "CREATE TABLE staging.t AS SELECT CARREL_IP_PREFIX(clientIp) AS network FROM log.Edit_17541122"
    (column,) = written(sql, "statistics-privatedata-users", policy=rule)["write"]["columns"]
    assert column["carries"] == ["restricted"]
    (column,) = written(sql, "statistics-privatedata-users")["write"]["columns"]
    assert column["carries"] == ["personal.ip"]


def test_who_may_not_write_is_told_why() -> None:
    for text, groups, says in (
        ("CREATE TABLE staging.t AS SELECT page_id FROM page", ("analytics-users",), "silence"),
        ("DROP TABLE staging.events", ("researchers",), "it belongs to somebody else"),
        ("INSERT INTO page SELECT * FROM page", ("researchers",), "tables that were loaded"),
        ("CREATE TABLE datasets.t (a int)", ("researchers",), "silence"),
    ):
        value = written(text, *groups)
        assert not value["allowed"]
        assert any(says in verdict for verdict in value["write"]["verdicts"]), text
    assert written("CREATE TABLE datasets.t (a int)", "data-stewards")["allowed"]
    assert written("INSERT INTO staging.mine (n) SELECT page_id FROM page", "researchers")["write"]["columns"][0]["column"] == "n"


def test_the_matrix_says_who_makes_tables() -> None:
    header, rows = writing_matrix(POLICY)
    assert header == ("access group", "work", "datasets")
    found = {row[0]: row[1:] for row in rows}
    assert found["researchers"] == ("writes, reads public, restricted, personal hashed", "reads public, restricted, personal hashed")
    assert found["data-stewards"] == ("", "writes, reads public, restricted, personal null")
    assert "analytics-users" not in found
