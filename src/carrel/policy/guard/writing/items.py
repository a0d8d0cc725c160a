"""What stands in the brackets of CREATE TABLE and behind ALTER TABLE's words: columns with their types, and keys."""

from __future__ import annotations

from typing import Final

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import TokenType

from carrel.model.errors import NotAllowed, SyntaxRefused, Unsupported
from carrel.model.tables import Index
from carrel.policy.guard.parse import DIALECTS
from carrel.policy.guard.writing.forms import PRIMARY, Declared
from carrel.policy.guard.writing.reader import Reader

_KEYS: Final = frozenset({"PRIMARY", "KEY", "INDEX", "UNIQUE", "CONSTRAINT", "FULLTEXT", "SPATIAL"})
_CONSTRAINTS: Final = frozenset({"FOREIGN", "CHECK", "PERIOD"})
_HELP: Final = "columns, PRIMARY KEY, UNIQUE and KEY are"


def items(reader: Reader) -> tuple[tuple[Declared, ...], tuple[Index, ...]]:
    """Columns and keys in a bracket."""
    reader.expect("(")
    columns: list[Declared] = []
    keys: list[Index] = []
    while True:
        if at_key(reader):
            keys.append(key(reader))
        else:
            columns.append(column(reader))
            keys += columns[-1].keys
        if not reader.accept(","):
            break
    reader.expect(")")
    if len({column.name.lower() for column in columns}) != len(columns):
        names = [column.name.lower() for column in columns]
        raise NotAllowed(f"duplicate column name `{next(name for name in names if names.count(name) > 1)}`", code="duplicate_column")
    return tuple(columns), tuple(keys)


def at_key(reader: Reader) -> bool:
    if reader.word() in _CONSTRAINTS:
        raise Unsupported(f"`{reader.word()}` is not supported", help=_HELP)
    return reader.word() in _KEYS


def key(reader: Reader) -> Index:
    """A key; `KEY` and `INDEX` may be left out where the caller has read them."""
    symbol = ""
    if reader.accept("CONSTRAINT") and reader.word() not in _KEYS | _CONSTRAINTS:
        symbol = reader.name()
    if reader.word() in _CONSTRAINTS:
        raise Unsupported(f"`{reader.word()}` is not supported", help=_HELP)
    if reader.accept("PRIMARY", "KEY"):
        reader.method()
        return Index(name=PRIMARY, columns=key_columns(reader), unique=True)
    kind = reader.word() if reader.word() in {"FULLTEXT", "SPATIAL"} else ""
    reader.at += bool(kind)
    unique = reader.accept("UNIQUE")
    reader.accept("KEY") or reader.accept("INDEX")
    quiet_name = reader.word() not in {"(", "USING"} and reader.word(1) in {"(", "USING"}
    name = reader.name() if quiet_name else symbol
    reader.method()
    return Index(name=name, columns=key_columns(reader), unique=unique, kind=kind)


def key_columns(reader: Reader) -> tuple[str, ...]:
    """In brackets, and what options stand behind them."""
    reader.expect("(")
    found = [_key_column(reader)]
    while reader.accept(","):
        found.append(_key_column(reader))
    reader.expect(")")
    reader.method()
    if reader.accept("COMMENT"):
        reader.at += 1
    return tuple(found)


def _key_column(reader: Reader) -> str:
    name = reader.name()
    if reader.accept("("):
        name += f"({reader.number()})"
        reader.expect(")")
    reader.accept("ASC") or reader.accept("DESC")
    return name


def column(reader: Reader, ends: frozenset[str] = frozenset()) -> Declared:
    """A column up to the next comma, the end of the bracket or one of these words."""
    start = reader.at
    depth = 0
    while reader.at < len(reader.tokens) and (depth or (reader.word() not in {",", ")"} and reader.word() not in ends)):
        depth += (reader.word() == "(") - (reader.word() == ")")
        reader.at += 1
    if reader.at == start:
        raise reader.error()
    text = reader.text[reader.tokens[start].start : reader.tokens[reader.at - 1].end + 1]
    node = _parsed(text)
    return _declared(node)


def _parsed(text: str) -> exp.ColumnDef:
    whole = f"CREATE TABLE t ({text})"
    try:
        tree = DIALECTS["mysql"].parser().parse(DIALECTS["mysql"].tokenize(whole), whole)[0]
    except (ParseError, TokenError, RecursionError):
        raise SyntaxRefused("the column cannot be read", near=text[:80]) from None
    schema = tree.this if isinstance(tree, exp.Create) else None
    if not isinstance(schema, exp.Schema) or len(schema.expressions) != 1:
        raise SyntaxRefused("the column cannot be read", near=text[:80])
    node = schema.expressions[0]
    if not isinstance(node, exp.ColumnDef) or not isinstance(node.args.get("kind"), exp.DataType):
        raise SyntaxRefused("a column is a name and a type", near=text[:80])
    return node


def _declared(node: exp.ColumnDef) -> Declared:
    nullable, default, extra, keys = True, None, "", []
    for constraint in node.args.get("constraints") or []:
        kind = constraint.args.get("kind")
        if isinstance(kind, exp.NotNullColumnConstraint):
            nullable = bool(kind.args.get("allow_null"))
        elif isinstance(kind, exp.DefaultColumnConstraint) and (value := _default(kind.this)) is not None:
            default = value[0]
        elif isinstance(kind, exp.AutoIncrementColumnConstraint):
            extra = "auto_increment"
        elif isinstance(kind, exp.PrimaryKeyColumnConstraint):
            keys.append(Index(name=PRIMARY, columns=(node.name,), unique=True))
        elif isinstance(kind, exp.UniqueColumnConstraint) and not kind.this:
            keys.append(Index(name="", columns=(node.name,), unique=True))
        elif not isinstance(kind, exp.CharacterSetColumnConstraint | exp.CollateColumnConstraint | exp.CommentColumnConstraint):
            raise Unsupported(f"the column `{node.name}` has a constraint that is not supported", help="NOT NULL, DEFAULT, AUTO_INCREMENT and keys are")
    return Declared(node.name, node.args["kind"].sql("mysql").lower(), nullable, default, extra, tuple(keys))


def _default(node: exp.Expr | None) -> tuple[str | None] | None:
    """None for what is no literal."""
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
        return (f"-{node.this.name}",)
    if isinstance(node, exp.Boolean):
        return (str(int(node.this)),)
    if isinstance(node, exp.Null):
        return (None,)
    return (node.name,) if isinstance(node, exp.Literal) else None


def literal(reader: Reader) -> str | None:
    """A literal behind DEFAULT."""
    minus = "-" if reader.accept("-") else ""
    if reader.at >= len(reader.tokens):
        raise reader.error()
    token = reader.tokens[reader.at]
    reader.at += 1
    if token.token_type is TokenType.NULL:
        return None
    if token.token_type is TokenType.NUMBER or (token.token_type is TokenType.STRING and not minus):
        return minus + token.text
    raise reader.error()
