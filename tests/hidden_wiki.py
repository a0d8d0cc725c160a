"""A wiki of a few rows written by hand, and what of each row the product hides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from carrel.catalog.visibility import RULES, plans
from carrel.model.names import TableName
from carrel.model.sensitivity import Hidden
from carrel.model.tables import Column, DatabaseKind, Table

Rows = Sequence[Mapping[str, Any]]
NONE, ROW, CONTENT, COMMENT, USER, DETAILS, NAMES = (int(bit) for bit in (Hidden.NOTHING, *Hidden))


def definitions(wiki: Mapping[str, Rows]) -> dict[str, Table]:
    found = {}
    for name, rows in wiki.items():
        kinds = {key: "BIGINT" if any(isinstance(row[key], int) for row in rows) else "VARCHAR" for key in rows[0]}
        columns = tuple(Column(name=key, type=kind) for key, kind in kinds.items())
        found[name] = Table(name=TableName("enwiki", name), kind=DatabaseKind.WIKI, columns=columns)
    return found


def bits(wiki: Mapping[str, Rows], without: frozenset[str] = frozenset()) -> dict[str, list[int]]:
    """Hidden bits of each row of each table that has a plan, in the order given."""
    tables = definitions(wiki)
    found: dict[str, list[int]] = {}
    with duckdb.connect() as connection:
        for name, rows in wiki.items():
            arrays = {
                column.name: pa.array([row[column.name] for row in rows], pa.int64() if column.type == "BIGINT" else pa.string())
                for column in tables[name].columns
            }
            connection.register("incoming", pa.table({**arrays, "_order": range(len(rows))}))
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')
        for plan in plans(tables, [rule for rule in RULES if rule.name not in without]):
            query = f'SELECT t.*, CAST(({plan.expression}) AS UTINYINT) AS _hidden FROM "{plan.table}" t'
            connection.execute(f"CREATE TABLE _new AS {query}")
            connection.execute(f'DROP TABLE "{plan.table}"')
            connection.execute(f'ALTER TABLE _new RENAME TO "{plan.table}"')
            found[plan.table] = [row[0] for row in connection.execute(f'SELECT _hidden FROM "{plan.table}" ORDER BY _order').fetchall()]
    return found


def block(user: int, address: str, *, hides: int = 0, auto: int = 0, number: int = 1, parent: int = 0, reason: int = 0) -> dict[str, Any]:
    return {"ipb_id": number, "ipb_address": address, "ipb_user": user, "ipb_deleted": hides, "ipb_auto": auto, "ipb_parent_block_id": parent,
            "ipb_reason_id": reason, "ipb_by_actor": 99}


HARASSER = [block(7, "Hidden Harasser", hides=1)]


def revision(number: int, deleted: int = 0, *, actor: int = 1, comment: int = 0, page: int = 1, time: str = "20180101000000") -> dict[str, Any]:
    return {"rev_id": number, "rev_page": page, "rev_deleted": deleted, "rev_actor": actor, "rev_comment_id": comment, "rev_timestamp": time}


def log(number: int, kind: str = "move", deleted: int = 0, *, actor: int = 1, title: str = "Page", params: str = "", comment: int = 0, page: int = 77,
        time: str = "20180101000000") -> dict[str, Any]:
    return {"log_id": number, "log_type": kind, "log_deleted": deleted, "log_actor": actor, "log_title": title, "log_params": params,
            "log_comment_id": comment, "log_page": page, "log_timestamp": time}


def actor(number: int, name: str, user: int | None = None) -> dict[str, Any]:
    return {"actor_id": number, "actor_user": user, "actor_name": name}
