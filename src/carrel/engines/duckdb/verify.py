"""The second line: DuckDB's own parse of the final text must hold every base table inside exactly its policy fragment, and nothing that is not listed.

It shares no parser and no notion of a fragment with the guard or the translation: a *fragment* here is a SELECT whose serialized form, positions removed,
equals that of the policy's fragment printed alone. A *reference* is a table name without schema; it must name a `WITH` part around it.
Any doubt is our fault, not the asker's: Internal, and the text is not run.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeVar

import duckdb

from carrel.engines.duckdb import macros
from carrel.engines.duckdb.allowed import CLASSES, FIXED, FUNCTIONS, TYPE_NAMES, TYPES
from carrel.engines.duckdb.cuts import cut, stand_in
from carrel.engines.duckdb.fragments import fragment_text
from carrel.engines.duckdb.parsers import parse_of
from carrel.engines.duckdb.room import fits
from carrel.engines.duckdb.running import internal
from carrel.engines.duckdb.snapshots import Place
from carrel.engines.duckdb.translate.bound import marked, opened
from carrel.model.errors import LimitReached
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery

LENGTH: Final = 1_000_000
"""Characters of a final text, beside the values that the asker wrote."""
NODES: Final = 60_000
"""JSON objects of its parse."""
DEPTH: Final = 400
"""Nested objects and lists of its parse."""
WEIGHT: Final = 1_500_000
"""Of all calls of our macros together, as `macros.weights` counts: some two seconds of DuckDB's binding, which nothing can interrupt."""

_WEIGHTS: Final = macros.weights()
_FIXED: Final = frozenset(FIXED)
_POSITIONS: Final = re.compile(r',"query_location(?:_length)?":\d+')
"""Of DuckDB's JSON. Inside a string each quote has a backslash before it, so nothing that the asker wrote is taken for one."""
_REFERENCE: Final = re.compile(r".+#\d+", re.DOTALL)
_NESTED: Final = frozenset({dict, list})
"""What JSON has other values in; numbers and texts alone are nothing to look into."""
_Path = tuple[str, ...]
K = TypeVar("K")
V = TypeVar("V")

REMEMBERED: Final = 1024
"""Parses of fragments that are kept, since a table is asked for the same columns again and again; and verdicts on whole texts."""
_PARSED: Final[OrderedDict[str, dict[str, Any]]] = OrderedDict()
_SOUND: Final[OrderedDict[bytes, bool]] = OrderedDict()
"""Digests of all that a verdict rests on, the text and policy's fragments as printed, where it was yes. The same facts have the same verdict."""
_LOCK: Final = threading.Lock()


def verify(cursor: duckdb.DuckDBPyConnection, text: str, query: AuthorizedQuery, places: Mapping[TableName, Place]) -> None:
    """Raises Internal where the text is not what policy let through, LimitReached where it is too long or too deep.

    `cursor` only reads the text: any instance of DuckDB does, best one that is made for it (`parsers`).
    Marks of bound values (`translate.bound`) are read as DuckDB's parameters: each is one constant, whatever its value.
    """
    if not fits(text, LENGTH, query):
        raise LimitReached("the statement is too long", code="too_complex")
    printed = {table: fragment_text(fragment, places[table]) for table, fragment in query.fragments.items()}
    shapes = {table: (fragment.args.get("where") is not None, len(fragment.expressions)) for table, fragment in query.fragments.items()}
    facts = (text, sorted((_path(places[table]), printed[table], shapes[table]) for table in printed))
    digest = hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).digest()
    if _remembers(_SOUND, digest):
        return
    fragments = {_path(places[table]): _fragment_of(cursor, fragment) for table, fragment in printed.items()}
    for table, (filtered, columns) in shapes.items():
        _sound(fragments[_path(places[table])], _path(places[table]), filtered, columns)
    readable, parameters = opened(text), {str(number + 1) for number in marked(text)}
    if not _reads_cut(cursor, readable, parameters, fragments, list(printed.values())):
        _Check(fragments).walk(_select(cursor, readable, parameters), frozenset(), 0, "")
    _remember(_SOUND, digest, True)


def _reads_cut(
    cursor: duckdb.DuckDBPyConnection, text: str, parameters: Collection[str], fragments: Mapping[_Path, dict[str, Any]], printed: Sequence[str]
) -> bool:
    """Checks the text with stand-ins for the fragments in it (`cuts`). False: it must be read whole. Raises as `verify`."""
    shorter, standing = cut(text, printed)
    stand_ins = {path: _fragment_of(cursor, stand_in(int(path[1][1:]))) for path in standing}
    check = _Check({**fragments, **stand_ins})
    check.walk(_select(cursor, shorter, parameters), frozenset(), 0, "")
    return all(check.met[path] == count for path, count in standing.items())


def forget_verdicts() -> None:
    """Every text is checked anew; what was parsed of fragments stays. For measuring what a check costs."""
    with _LOCK:
        _SOUND.clear()


def _path(place: Place) -> _Path:
    return tuple(part for part in (place.catalog, place.schema, place.table) if part is not None)


def _select(cursor: duckdb.DuckDBPyConnection, text: str, parameters: Collection[str] = ()) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(_POSITIONS.sub("", parse_of(cursor, text)))
    if parsed["error"] and "depth" in parsed.get("error_message", ""):
        raise LimitReached("the statement is nested too deeply", code="too_complex")
    if parsed["error"] or len(parsed["statements"]) != 1:
        raise _doubt("not one statement that reads")
    if {one["key"] for one in parsed["statements"][0]["named_param_map"]} != set(parameters):
        raise _doubt("parameters that are not its own")
    node: dict[str, Any] = parsed["statements"][0]["node"]
    return node


def _fragment_of(cursor: duckdb.DuckDBPyConnection, text: str) -> dict[str, Any]:
    """As `_select`, remembered: the same text is the same parse, whoever asks and whenever. Only compared, never changed."""
    kept = _remembers(_PARSED, text)
    if kept is None:
        kept = _select(cursor, text)
        _remember(_PARSED, text, kept)
    return kept


def _remembers(memory: OrderedDict[K, V], key: K) -> V | None:
    with _LOCK:
        if key in memory:
            memory.move_to_end(key)
        return memory.get(key)


def _remember(memory: OrderedDict[K, V], key: K, value: V) -> None:
    with _LOCK:
        memory[key] = value
        while len(memory) > REMEMBERED:
            memory.popitem(last=False)


def _sound(fragment: dict[str, Any], path: _Path, filtered: bool, columns: int) -> None:
    """The printed fragment has kept the policy's table, its filter and each of its columns."""
    if not _base(fragment.get("from_table")) or tuple(fragment["from_table"]["qualified_name"]["path"]) != path:
        raise _doubt("a fragment that reads another table")
    if fragment["type"] != "SELECT_NODE" or (fragment["where_clause"] is not None) != filtered or len(fragment["select_list"]) != columns:
        raise _doubt("a fragment that was not printed whole")


class _Check:
    def __init__(self, fragments: Mapping[_Path, dict[str, Any]]) -> None:
        self.met: Counter[_Path] = Counter()
        self._fragments = fragments
        self._nodes = 0
        self._weight = 0

    def query(self, node: dict[str, Any], names: frozenset[str], depth: int) -> None:
        """A query node. `names` are the references that may be used in it."""
        if _base(node.get("from_table")):
            self._fragment(node)
            return
        parts = node["cte_map"]["map"]
        names = names | {part["key"] for part in parts}
        if node["type"] == "RECURSIVE_CTE_NODE":
            names = names | {node["cte_name"]}
        for key, value in node.items():
            if type(value) in _NESTED:
                self.walk(value, names, depth + 1, key)

    def walk(self, node: Any, names: frozenset[str], depth: int, key: str) -> None:
        if depth > DEPTH:
            raise LimitReached("the statement is nested too deeply", code="too_complex")
        if type(node) is list:
            for value in node:
                if type(value) in _NESTED:
                    self.walk(value, names, depth + 1, key)
        elif type(node) is dict:
            self._count()
            self._object(node, names, depth, key)

    def _object(self, node: dict[str, Any], names: frozenset[str], depth: int, key: str) -> None:
        kind = node.get("type")
        if "class" in node:
            self._expression(node)
        elif isinstance(kind, str) and kind not in TYPES:
            raise _doubt(f"a node of type {kind}")
        _fixed(node)
        if kind == "BASE_TABLE":
            self._table(node, names)
        if "cte_map" in node and key != "cte_map":
            self.query(node, names, depth)
            return
        for name, value in node.items():
            if type(value) in _NESTED:
                self.walk(value, names, depth + 1, name)

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > NODES:
            raise LimitReached("the statement has too many parts", code="too_complex")

    def _weigh(self, function: str) -> None:
        self._weight += _WEIGHTS.get(function, 0)
        if self._weight > WEIGHT:
            raise LimitReached("the statement's functions are too many", code="too_complex")

    def _fragment(self, node: dict[str, Any]) -> None:
        path = tuple(node["from_table"]["qualified_name"]["path"])
        if path not in self._fragments or node != self._fragments[path]:
            raise _doubt("a base table outside its fragment")
        self.met[path] += 1

    def _table(self, node: dict[str, Any], names: frozenset[str]) -> None:
        """A table that is not the whole FROM of a fragment: a reference to a part of WITH and nothing else."""
        if _base(node) or node["qualified_name"]["path"] != [node["table_name"]]:
            raise _doubt("a base table beside its fragment")
        if node["table_name"] not in names or not _REFERENCE.fullmatch(node["table_name"]):
            raise _doubt("a reference that nothing defines")

    def _expression(self, node: dict[str, Any]) -> None:
        if node["class"] not in CLASSES or node["type"] not in CLASSES[node["class"]]:
            raise _doubt(f"an expression of type {node['class']} {node['type']}")
        if node["class"] in ("FUNCTION", "WINDOW"):
            if node["function_name"] not in FUNCTIONS or node["schema"] or node["catalog"]:
                raise _doubt(f"the function {node['function_name']}")
            self._weigh(node["function_name"])
        elif node["class"] == "TYPE" and (node["type_name"] not in TYPE_NAMES or node["schema"] or node["catalog"]):
            raise _doubt(f"the type {node['type_name']}")


def _fixed(node: dict[str, Any]) -> None:
    for name in _FIXED & node.keys():
        if str(node[name]) not in FIXED[name]:
            raise _doubt(f"a node with {name}")


def _base(node: Any) -> bool:
    """Whether this is a table with a schema: one of the instance's own, never a part of WITH."""
    if not isinstance(node, dict) or node.get("type") != "BASE_TABLE":
        return False
    return bool(node["schema_name"] or node["catalog_name"] or len(node["qualified_name"]["path"]) != 1)


def _doubt(what: str) -> Exception:
    return internal(f"second line: {what}")
