"""Trees are gone through whole, and a copy can be changed without the original."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from carrel.model.trees import children, copied, nodes, twin

TEXTS = (
    "SELECT a, COUNT(*) AS n FROM t JOIN (SELECT b FROM u WHERE c IN (1, 2)) AS s ON s.b = t.a WHERE NOT x = 1 AND y > 2 GROUP BY a HAVING n > 1 LIMIT 3",
    "WITH w AS (SELECT 1 AS x UNION ALL SELECT 2) SELECT CASE WHEN x = 1 THEN 'a' ELSE CAST(x AS CHAR) END, ROW_NUMBER() OVER (ORDER BY x) FROM w",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_every_node_is_met_once_and_parents_first(text: str) -> None:
    tree = parse_one(text, read="mysql")
    met = list(nodes(tree))
    assert {id(node) for node in met} == {id(node) for node in tree.walk()}
    assert len(met) == len({id(node) for node in met})
    seen: set[int] = set()
    for node in met:
        assert node is tree or id(node.parent) in seen
        assert children(node) == list(node.iter_expressions())
        seen.add(id(node))


@pytest.mark.parametrize("text", TEXTS)
def test_a_copy_is_like_its_original_and_has_nothing_of_it(text: str) -> None:
    tree = parse_one(text, read="mysql")
    written = repr(tree)
    copy = copied(tree, "mark")
    assert repr(copy) == written
    assert not {id(node) for node in nodes(copy)} & {id(node) for node in nodes(tree)}
    for one, other in zip(nodes(copy), nodes(tree), strict=True):
        assert (one.arg_key, one.index, type(one.parent)) == (other.arg_key, other.index, type(other.parent))
    for node in list(nodes(copy)):
        node.meta["changed"] = True
        if isinstance(node, exp.Column):
            node.replace(exp.Literal.number(7))
    assert repr(tree) == written
    assert not any("changed" in node.meta for node in nodes(tree))


def test_what_is_closed_is_one_thing() -> None:
    tree = parse_one(TEXTS[0], read="mysql")
    (inner,) = (node for node in nodes(tree) if isinstance(node, exp.Subquery))
    inner.this.meta["mark"] = "u"
    below = {id(node) for node in nodes(inner.this)} - {id(inner.this)}
    assert not below & {id(node) for node in nodes(tree, "mark")}
    shared = {id(node) for node in nodes(copied(tree, "mark"))} & {id(node) for node in nodes(tree)}
    assert shared == below
    other = twin(inner.this)
    assert other is not inner.this
    assert other.meta == inner.this.meta
    assert {id(node) for node in nodes(other)} - {id(other)} == below
