"""The explanation of a question, the matrix of groups and the comparison of policies."""

from __future__ import annotations

import json

from carrel.model.queries import Query
from carrel.model.tables import MADE
from carrel.policy.compare import changes, column_matrix, data_matrix, host_matrix
from carrel.policy.explain import as_text, as_values, explain
from carrel.policy.guard import PASSES
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
