"""YAML with the line of everything, from a file that a stranger may have written: no tags, no duplicate keys, no bombs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from carrel.model.errors import BadInput

MOST_BYTES: Final = 4 * 1024 * 1024
"""Wikimedia's own file of 2024 has under one."""

MOST_NODES: Final = 200_000
"""Counted with every use of an alias: what ten lines of aliases to aliases could blow up to is never built."""

MOST_DEPTH: Final = 20

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,17}")

_PLAIN: Final = {
    "tag:yaml.org,2002:str": "text", "tag:yaml.org,2002:int": "number", "tag:yaml.org,2002:bool": "true or false", "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "date", "tag:yaml.org,2002:float": "number with a point",
}


@dataclass(frozen=True, slots=True)
class Marked:
    """A value and the line, counted from 1, where it begins.

    Attributes:
        kind: what it is, in words; a date without quotes is the text of it, with the kind `date`.
        keys: the line of each key, where the value is a dict.
    """

    value: str | int | bool | tuple[Marked, ...] | dict[str, Marked] | None
    line: int
    kind: str
    keys: dict[str, int]


def load(path: Path) -> Marked:
    """The document.

    Raises:
        BadInput: the file cannot be read, is too large, is not YAML, or holds a duplicate key, a tag, a number with a point, more than one document, or
            aliases that would grow too large.
    """
    file = str(path)
    try:
        with path.open("rb") as handle:
            data = handle.read(MOST_BYTES + 1)
    except OSError as error:
        raise refusal(f"cannot be read: {(error.strerror or 'refused').lower()}", file=file) from error
    if len(data) > MOST_BYTES:
        raise refusal(f"larger than {MOST_BYTES // 1024 // 1024} MiB", file=file)
    try:
        node = yaml.compose(data.decode(), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise refusal("not UTF-8", file=file, position=error.start) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refusal(f"not YAML: {error.problem or error.context}", file=file, line=mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise refusal(f"not YAML: {str(error).splitlines()[0]}", file=file) from error
    except RecursionError as error:
        raise refusal("nested too deeply", file=file) from error
    if node is None:
        raise refusal("the file is empty", file=file)
    return _Builder(file).build(node, depth=0)


class _Builder:
    def __init__(self, file: str) -> None:
        self._file = file
        self._nodes = 0

    def build(self, node: yaml.Node, depth: int) -> Marked:
        line = node.start_mark.line + 1
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise refusal(f"more than {MOST_NODES} values; aliases count each time they are used", file=self._file, line=line)
        if depth > MOST_DEPTH:
            raise refusal(f"nested more than {MOST_DEPTH} deep", file=self._file, line=line)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, line, depth)
        if isinstance(node, yaml.SequenceNode):
            return Marked(tuple(self.build(item, depth + 1) for item in node.value), line, "list", {})
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, line)

    def _mapping(self, node: yaml.MappingNode, line: int, depth: int) -> Marked:
        values: dict[str, Marked] = {}
        keys: dict[str, int] = {}
        for key, value in node.value:
            at = key.start_mark.line + 1
            name = self._key(key, at)
            if name in keys:
                raise refusal(f"the key `{name}` is there twice; first in line {keys[name]}", file=self._file, line=at)
            keys[name] = at
            values[name] = self.build(value, depth + 1)
        return Marked(values, line, "mapping", keys)

    def _key(self, key: yaml.Node, line: int) -> str:
        if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
            shown = f" `{key.value}`" if isinstance(key, yaml.ScalarNode) else ""
            raise refusal(f"the key{shown} is not text; put it in quotes", file=self._file, line=line)
        return str(key.value)

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Marked:
        kind = _PLAIN.get(node.tag)
        if kind is None:
            raise refusal(f"the tag `{node.tag}` is not taken", file=self._file, line=line)
        return Marked(self._value(node, kind, line), line, kind, {})

    def _value(self, node: yaml.ScalarNode, kind: str, line: int) -> str | int | bool | None:
        if kind == "number":
            # YAML 1.1 reads 0714 as octal and 1:30 as ninety: people do not.
            if _DECIMAL.fullmatch(node.value) is None:
                raise refusal(f"`{node.value}` is not a plain decimal number", file=self._file, line=line)
            return int(node.value)
        if kind == "true or false":
            return str(node.value).lower() in ("true", "yes", "on")
        return None if kind == "nothing" else str(node.value)


def refusal(text: str, *, file: str, line: int | None = None, position: int | None = None) -> BadInput:
    """The error, on one line whatever the file's author wrote."""
    return BadInput("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text), file=file, line=line, position=position)


def texts(list_: Marked, file: str, what: str) -> Iterator[tuple[str, int]]:
    """Every text of a list, lists in it flattened, each with its line. Raises BadInput for anything else."""
    if not isinstance(list_.value, tuple):
        raise refusal(f"{what} is a {list_.kind}, not a list", file=file, line=list_.line)
    for item in list_.value:
        if isinstance(item.value, tuple):
            yield from texts(item, file, what)
        elif isinstance(item.value, str) and item.kind == "text":
            yield item.value, item.line
        else:
            raise refusal(f"{what} holds a {item.kind} where a text belongs", file=file, line=item.line)
